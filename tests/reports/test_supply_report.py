"""The state of supply: published totals of three cities, and what a register does not say.

Every row below is INVENTED for the tests. Only the totals are published: Велико Търново for 2021, Русе on 1 July 2024,
Столична община in August 2016; their sources stand with them.
"""

from __future__ import annotations

import csv
import io

import docx
import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader

import nationalmap
from nationalmap import schema
from nationalmap.errors import InputRefused, OutputFailed
from nationalmap.reports.supply import figures, paper

HEADER = [*schema.REGISTER.names]
MORE = [column.name for column in schema.REGISTER.columns if column.optional]
CITIES = {"VTR04": "Велико Търново", "RSE27": "Русе", "SOF46": "Столична"}


def parts(total, count):
    """A total in so many whole parts that differ by one at most."""
    return [total // count + (at < total % count) for at in range(count)]


def row(at, city, service="day_centre_adults", places=10, **more):
    """One invented facility."""
    usual = {"site": f"invented:{at}", "municipality": city, "service": service, "places": places, "status": "keep"}
    return {**usual, "origin": "attested", "basis": "Invented for a test", **more}


def write(path, rows, columns=(*HEADER, *MORE)):
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns, restval="", extrasaction="raise")
        writer.writeheader()
        writer.writerows(rows)
    return path


def report(tmp_path, rows, **words):
    """The folder of the report on these rows."""
    columns = words.pop("columns", (*HEADER, *MORE))
    return nationalmap.state_of_supply(str(write(tmp_path / "city.csv", rows, columns)), out=tmp_path / "out", **words)


def figures_of(folder):
    """The rows of supply.csv by what they are about."""
    with (folder / "supply.csv").open(encoding="utf-8", newline="") as source:
        return {(line["by"], line["code"]): line for line in csv.DictReader(source)}


def words_of(folder):
    book = docx.Document(folder / "supply.docx")
    rows = [[cell.text for cell in row.cells] for table in book.tables for row in table.rows]
    return [paragraph.text.replace("\u00a0", " ") for paragraph in book.paragraphs], rows


# ------------------------------------------------------------------ three cities


def veliko_tarnovo():
    """33 state-delegated services, 1,028 places, 1,439 users in 2021, 464 staff.

    Source: Община Велико Търново, Съвет по въпросите на социалните услуги, 27.04.2022 (analysis of 2021).
    """
    shares = zip(parts(1028, 33), parts(1439, 33), parts(464, 33), strict=True)
    return [
        row(at, "VTR04", places=places, year_users=users, staff_posts=staff, funding="state_delegated")
        for at, (places, users, staff) in enumerate(shares)
    ]


def ruse():
    """50 services: 44 state-delegated, three specialised institutions among them; 4 municipal; 1 home care; the
    personal-assistance mechanism; 12 partners; about 4,500 users and about 2,000 staff.

    Source: ruse24.bg, 18.07.2024, as of 1 July 2024.
    """
    funding = ["state_delegated"] * 44 + ["municipal_budget"] * 4 + ["project"] + ["personal_assistance"]
    services = ["institution_adults", "institution_dementia", "institution_mental", *["day_centre_adults"] * 45]
    services += ["assistant_support"] * 2
    rows = []
    for at, (users, staff) in enumerate(zip(parts(4500, 50), parts(2000, 50), strict=True)):
        outside = {"provider": "external", "provider_name": f"Измислен партньор {at % 12 + 1}"} if at < 24 else {}
        own = {"provider": "municipality"} if not outside else {}
        paid = {"funding": funding[at], "users": users, "staff_posts": staff}
        rows.append(row(at, "RSE27", services[at], users, **outside, **own, **paid))
    return rows


def sofia(funding):
    """13 family-type centres, 2 transitional homes, 1 protected home, moved from a project to state funding.

    Source: Столична община, Дирекция „Социални дейности“, 12.08.2016. The catalogue has no type of transitional homes;
    the rows take that of supported housing.
    """
    kinds = ["family_type_placement_centre"] * 13 + ["supported_housing"] * 2 + ["protected_home"]
    return [row(at, "SOF46", kind, 12, funding=funding) for at, kind in enumerate(kinds)]


def test_veliko_tarnovo_2021(tmp_path):
    folder = report(tmp_path, veliko_tarnovo())
    whole = figures_of(folder)["all", "*"]
    assert [whole[name] for name in ("services", "places", "year_users", "staff_posts")] == [
        "33",
        "1028",
        "1439",
        "464",
    ]
    assert round(float(whole["year_users_per_place"]), 2) == 1.40
    assert round(float(whole["staff_per_place"]), 2) == 0.45
    assert figures_of(folder)["funding", "state_delegated"]["services"] == "33"
    paragraphs, rows = words_of(folder)
    assert "Съществуват 33 услуги: места 1 028; ползвали през годината 1 439; персонал 464." in paragraphs
    town = next(row for row in rows if row[0] == "Велико Търново")
    assert [cell.replace("\u00a0", "") for cell in town[1:]] == [
        *("33", "1028", "не е посочено", "1439", "464,00", "не е посочено", "не е посочено", "1,40", "0,45"),
    ]


def test_ruse_2024(tmp_path):
    folder = report(tmp_path, ruse())
    told = figures_of(folder)
    assert told["all", "*"]["services"] == "50"
    paid = ("state_delegated", "municipal_budget", "project", "personal_assistance")
    assert [told["funding", kind]["services"] for kind in paid] == ["44", "4", "1", "1"]
    institutions = [line for (by, code), line in told.items() if by == "service" and code.startswith("institution_")]
    assert sum(int(line["services"]) for line in institutions) == 3
    assert [told["all", "*"][name] for name in ("users", "staff_posts")] == ["4500", "2000"]
    assert told["provider", "external"]["services"] == "24"
    paragraphs, _ = words_of(folder)
    assert any(line.startswith("Външни доставчици: 12 (Измислен партньор 1;") for line in paragraphs)


def test_sofia_2016_from_project_to_state(tmp_path):
    before, after = (figures_of(report(tmp_path, sofia(kind))) for kind in ("project", "state_delegated"))
    assert before["funding", "project"]["services"] == after["funding", "state_delegated"]["services"] == "16"
    assert ("funding", "state_delegated") not in before
    assert ("funding", "project") not in after
    kinds = ("family_type_placement_centre", "supported_housing", "protected_home")
    assert [after["service", kind]["services"] for kind in kinds] == ["13", "2", "1"]


# ------------------------------------------------------------------ what is not said


def test_a_register_without_the_columns_says_not_given_and_never_zero(tmp_path):
    rows = [row(at, "VTR04", places=places) for at, places in enumerate((10, 20, 30))]
    folder = report(tmp_path, rows, columns=HEADER)
    whole = figures_of(folder)["all", "*"]
    assert whole["places"] == "60"
    for name in ("users", "year_users", "staff_posts", "waiting"):
        assert (whole[name], whole[f"{name}_given"]) == ("", "0")
    assert whole["occupancy"] == whole["staff_per_place"] == ""
    paragraphs, cells = words_of(folder)
    missing = next(line for line in paragraphs if line.startswith("Не е посочено (брой услуги от 3)"))
    for name in ("Потребители", "Персонал, щатни бройки", "Чакащи", "Доставчик", "Финансиране", "Лиценз до"):
        assert f"{name}: 3" in missing
    assert "не е посочено" in next(row for row in cells if row[0] == "Велико Търново")
    sheet = openpyxl.load_workbook(folder / "supply.xlsx")["Състояние"]
    heads = next(row for row in sheet.iter_rows(values_only=True) if row[0] and "Разрез" in str(row[0]))
    at = [str(head).split("\n")[0] for head in heads].index("Персонал, щатни бройки")
    first = list(sheet.iter_rows(values_only=True)).index(heads) + 2
    below = [row[at] for row in sheet.iter_rows(min_row=first, values_only=True)]
    assert below == [None] * len(below)
    assert len(below) > 3


def test_a_ratio_counts_those_alone_that_give_both_figures(tmp_path):
    rows = [row(1, "VTR04", places=10, staff_posts=5, users=8), row(2, "VTR04", places=30)]
    whole = figures_of(report(tmp_path, rows))["all", "*"]
    assert (whole["staff_per_place"], whole["occupancy"]) == ("0.5", "0.8")
    assert (whole["staff_posts"], whole["staff_posts_given"], whole["services"]) == ("5", "1", "2")


def test_a_site_under_construction_is_no_supply_yet(tmp_path):
    rows = [row(1, "VTR04", places=10), row(2, "VTR04", places=30, opens_year=2028)]
    folder = report(tmp_path, rows)
    assert figures_of(folder)["all", "*"]["places"] == "10"
    assert "Обекти в строеж, които не се броят: 1." in words_of(folder)[0]


def test_one_municipality_of_a_register(tmp_path):
    rows = [row(1, "VTR04", places=10), row(2, "RSE27", places=30)]
    assert figures_of(report(tmp_path, rows, municipality=["RSE27"]))["all", "*"]["places"] == "30"
    with pytest.raises(InputRefused, match='municipality: "RSE99" is not in this plan; the nearest is "RSE27"'):
        report(tmp_path, rows, municipality=["RSE99"])


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("funding", "state", 'funding: "state" is not one of state_delegated, municipal_budget, project'),
        ("provider", "NGO", 'provider: "NGO" is not one of municipality, external'),
        ("licence_valid_until", "31.12.2027", 'licence_valid_until: "31.12.2027" is not a date'),
        ("staff_posts", "-1", 'staff_posts: "-1" is negative'),
        ("waiting", "a few", 'waiting: "a few" is not a number'),
    ],
)
def test_a_wrong_cell_is_refused_by_name_and_nothing_is_written(tmp_path, field, value, said):
    with pytest.raises(InputRefused) as refused:
        report(tmp_path, [row(1, "VTR04", **{field: value})])
    assert f"city.csv, row 2, {said}" in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_breakdown_that_loses_a_facility_is_refused(tmp_path, monkeypatch):
    whole = figures.figures
    lost = lambda supply: whole(supply).drop(index=1)  # noqa: E731
    monkeypatch.setattr(paper, "figures", lost)
    with pytest.raises(OutputFailed, match="adds up to"):
        report(tmp_path, [row(1, "VTR04"), row(2, "RSE27")])
    assert not (tmp_path / "out").exists()


def test_the_same_register_gives_the_same_bytes_and_the_pdf_the_same_words(tmp_path):
    first, second = (report(tmp_path / name, ruse()) for name in ("a", "b") if not (tmp_path / name).mkdir())
    contents = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in (first, second)]
    assert contents[0] == contents[1]
    words = "".join(
        "".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(contents[0]["supply.pdf"])).pages
    )
    assert "Русе" in words
    paragraphs, rows = words_of(first)
    for said in (*paragraphs, *(cell for line in rows[:12] for cell in line)):
        assert "".join(said.split()) in words


# ------------------------------------------------------------------ licences


def test_a_licence_ends_with_the_last_day_that_its_date_means():
    dates = {"a": "2027-12-31", "b": "2028-01-01", "c": "2027", "d": "2027-05", "e": "", "f": "2026-02-01"}
    register = pd.DataFrame({"site": list(dates), "licence_valid_until": list(dates.values())})
    from nationalmap.accounts.licences import licences_ending

    assert licences_ending(register, 2027)["site"].tolist() == ["f", "d", "a", "c"]


def test_a_licence_that_ends_within_the_horizon_is_named_in_the_plan(toyland, run, tmp_path):
    register = toyland / "register.csv"
    lines = register.read_text(encoding="utf-8").splitlines()
    until = {"day_NOR01": "2027-06-30", "day_SOU01": "2031-01-01"}
    lines = [f"{lines[0]},licence_valid_until", *(f"{line},{until.get(line.split(',')[0], '')}" for line in lines[1:])]
    register.write_text("\n".join(lines) + "\n", encoding="utf-8")
    answer = run("check", toyland)
    assert "note: register: the licence of 1 sites ends by 2027" in answer.out
    assert "day_NOR01 (2027-06-30)" in answer.out
    plan = run("plan", toyland, "--out", tmp_path / "runs", "--language", "en")
    assert plan.code == 0
    assert "belongs to 1 facility, which the plan counts afterwards, too: day_NOR01 (" in plan.out
    folder = next(path for path in (tmp_path / "runs" / "toyland").iterdir() if path.is_dir())
    for name in ("about.txt", "map.html"):
        assert "day_NOR01 (" in (folder / name).read_text(encoding="utf-8")
    kept = (folder / "inputs" / "register.csv").read_text(encoding="utf-8").splitlines()
    assert kept[0] == ",".join([*HEADER, "licence_valid_until"])
    assert run("verify", folder).code == 0
    sheet = openpyxl.load_workbook(folder / "plan.xlsx")["Регистър"]
    assert "2027-06-30" in {cell.value for line in sheet.iter_rows() for cell in line}
    told = run("state-of-supply", toyland, "--out", tmp_path / "supply")
    assert told.code == 0
    _, rows = words_of(tmp_path / "supply" / "toyland")
    assert [line[2] for line in rows if len(line) == 5 and line[-1].startswith("20")] == ["day_NOR01"]


def test_a_run_without_the_columns_is_as_it_was(toyland_run):
    assert (toyland_run.folder / "inputs" / "register.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(
        HEADER
    )
    assert set(MORE) <= set(toyland_run.plan.inputs.tables["register"].columns)


def test_a_column_in_which_nobody_says_anything_is_as_one_that_is_not_there(toyland, run, tmp_path):
    register = toyland / "register.csv"
    lines = register.read_text(encoding="utf-8").splitlines()
    told = [f"{lines[0]},waiting,funding", *(f"{line},," for line in lines[1:]), ""]
    register.write_text("\n".join(told), encoding="utf-8")
    assert run("plan", toyland, "--out", tmp_path / "runs").code == 0
    folder = next(path for path in (tmp_path / "runs" / "toyland").iterdir() if path.is_dir())
    assert (folder / "inputs" / "register.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(HEADER)
    assert run("verify", folder).code == 0
