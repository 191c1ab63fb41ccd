"""What eleven municipalities return becomes one register, and everything that contradicts is named with its cell."""

import shutil

import openpyxl
import pandas as pd
import pytest

import nationalmap
from nationalmap import planning
from nationalmap.errors import InputRefused, UsageError

FILES = {
    "register.csv", "proposals.csv", "agreements.csv", "provenance.csv", "contradictions.xlsx", "contradictions.txt",
}  # fmt: skip
CRISIS = "Кризисен център за пострадали от насилие"


def file_of(folder, code):
    (path,) = folder.glob(f"{code}-*.xlsx")
    return path


def only(templates, *codes) -> None:
    """Keep the templates of these municipalities; the others are then missing."""
    for path in templates.iterdir():
        if not path.name.startswith(codes):
            path.unlink()


def told(collection) -> list[tuple[str, str, str, str]]:
    """Kind, municipality, sheet and cell of each finding but that a municipality is missing."""
    return [(f.kind, f.municipality, f.sheet, f.cell) for f in collection.merged.findings if f.kind != "missing"]


def read(path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_templates_as_they_were_sent_come_back_whole(templates, tmp_path, haskovo, run) -> None:
    answer = run("collect", templates, "--out", tmp_path / "collected")
    assert answer.code == 0
    assert "Прочетени образци: 11; общини: 11 от 11" in answer.out
    assert {path.name for path in (tmp_path / "collected").iterdir()} == FILES
    question = planning.check("haskovo-2027", register=tmp_path / "collected" / "register.csv")
    mine, shipped = (q.inputs.tables["register"].drop(columns="basis") for q in (question, haskovo))
    assert mine.equals(shipped)
    agreements = read(tmp_path / "collected" / "agreements.csv")
    assert len(agreements) == 11 * 10
    assert set(agreements["status"]) == {"possible"}
    assert "Няма противоречия." in (tmp_path / "collected" / "contradictions.txt").read_text(encoding="utf-8")


def test_what_is_filled_in_is_planned_with_its_source(made, templates, fill, tmp_path) -> None:
    only(templates, "HKV30", "HKV34")
    with fill(file_of(templates, "HKV30")) as book:
        assert book.append(
            "Регистър", service="информиране  и консултиране (общодостъпна услуга) ",
            places=3, users=41, status="запазва се",
            origin="потвърдено", basis="Решение № 5 на съвета",
        ) == 7  # fmt: skip
        book.append("Предложения", service=CRISIS, kind="нова услуга", places=10, from_year=2029, sole_host="да",
                    capital_eur=120000.5, basis="Решение № 6")  # fmt: skip
    for code in ("HKV30", "HKV34"):
        with fill(file_of(templates, code)) as book:
            at = book.row("Споразумения", municipality="Стамболово", host="Хасково")
            book.write("Споразумения", at, status="подписано", basis=f"Решение на {code}")
    done = nationalmap.collect([templates], tmp_path / "collected")
    assert told(done) == []
    register = done.merged.tables["register"].set_index("site")
    new = register.loc["information_counselling:HKV30:new1"]
    assert (new["municipality"], new["places"], new["users"], new["status"]) == ("HKV30", 3, 41, "keep")
    assert (new["origin"], new["basis"]) == ("attested", "Решение № 5 на съвета")
    (proposal,) = read(tmp_path / "collected" / "proposals.csv").to_dict("records")
    assert proposal == {
        "municipality": "HKV30", "service": "crisis_centre", "kind": "new",
        "site": "crisis_centre:HKV30:new1", "places": "10", "users": "",
        "from_year": "2029", "sole_host": "yes", "serves": "", "capital_eur": "120000.50", "basis": "Решение № 6",
    }  # fmt: skip
    agreements = done.merged.tables["agreements"].set_index(["municipality", "host"])
    assert agreements.at[("HKV30", "HKV34"), "status"] == "signed"
    assert agreements.at[("HKV34", "HKV30"), "status"] == "possible"
    assert agreements.at[("HKV30", "HKV34"), "basis"] == "Стамболово: Решение на HKV30; Хасково: Решение на HKV34"
    places = read(tmp_path / "collected" / "provenance.csv").set_index(["table", "key"])
    own = places.loc[("register", "information_counselling:HKV30:new1")]
    assert own.tolist() == ["HKV30-Stambolovo.xlsx", "Регистър", "7", "HKV30"]
    both = places.loc[("agreements", "HKV30 HKV34 *")]
    assert both["file"] == "HKV30-Stambolovo.xlsx; HKV34-Haskovo.xlsx"
    # The one line of the documentation: the working folder planned with the collected register.
    question = planning.check(str(made), register=tmp_path / "collected" / "register.csv")
    assert question.inputs.tables["register"].set_index("site").at["information_counselling:HKV30:new1", "places"] == 3


def test_two_sole_hosts_are_both_named(templates, fill, tmp_path) -> None:
    only(templates, "HKV09", "HKV30", "HKV34")
    for code in ("HKV30", "HKV34"):
        with fill(file_of(templates, code)) as book:
            book.append("Предложения", service=CRISIS, kind="нова услуга", places=10, from_year=2028, sole_host="да")
    with fill(file_of(templates, "HKV09")) as book:
        book.append("Предложения", service=CRISIS, kind="нова услуга", places=10, from_year=2028, sole_host="не")
    done = nationalmap.collect([templates], tmp_path / "out")
    assert told(done) == [
        ("sole_host", "HKV30", "Предложения", "H6"),
        ("sole_host", "HKV34", "Предложения", "H6"),
    ]
    assert f"и Хасково предлага да е единствен домакин на „{CRISIS}“" in done.says
    assert len(done.merged.tables["proposals"]) == 3


@pytest.mark.parametrize(
    ("other", "kind", "stands"),
    [("възможно", "one_side", "possible"), ("отказано", "sides_differ", "refused")],
)
def test_an_agreement_of_one_side_is_none(templates, fill, tmp_path, other, kind, stands) -> None:
    only(templates, "HKV17", "HKV28")
    pair = {"municipality": "Любимец", "host": "Свиленград"}
    for code, status in (("HKV17", "подписано"), ("HKV28", other)):
        with fill(file_of(templates, code)) as book:
            at = book.row("Споразумения", **pair)
            book.write("Споразумения", at, status=status)
            place = at if code == "HKV17" else None
        if place:
            cell = f"D{place}"
    done = nationalmap.collect([templates], tmp_path / "out")
    assert told(done) == [(kind, "HKV17", "Споразумения", cell)]
    agreements = done.merged.tables["agreements"].set_index(["municipality", "host"])
    assert agreements.at[("HKV17", "HKV28"), "status"] == stands


def test_a_line_that_one_side_has_deleted_is_not_signed(templates, fill, tmp_path) -> None:
    only(templates, "HKV17", "HKV28")
    with fill(file_of(templates, "HKV28")) as book:
        book.book["Споразумения"].delete_rows(book.row("Споразумения", municipality="Любимец", host="Свиленград"))
    with fill(file_of(templates, "HKV17")) as book:
        at = book.row("Споразумения", municipality="Любимец", host="Свиленград")
        book.write("Споразумения", at, status="подписано")
    assert told(nationalmap.collect([templates], tmp_path / "out")) == [("one_side", "HKV17", "Споразумения", f"D{at}")]


def test_sums_are_compared_wherever_they_are_written(templates, fill, tmp_path) -> None:
    only(templates, "HKV30", "HKV34")
    with fill(file_of(templates, "HKV34")) as book:
        right = sum(row["places"] for row in book.rows("Регистър"))
        at = book.row("Контакт", field="total_places")
        book.write("Контакт", at, answer="1\N{NO-BREAK SPACE}000")
        book.append("Регистър", site="Общо", places=right)
    with fill(file_of(templates, "HKV30")) as book:
        row = book.append("Регистър", site="ВСИЧКО:", places=46)
        book.write("Контакт", book.row("Контакт", field="total_places"), answer=45)
    done = nationalmap.collect([templates], tmp_path / "out")
    assert told(done) == [("sum", "HKV30", "Регистър", f"D{row}"), ("sum", "HKV34", "Контакт", f"C{at}")]
    assert "написано е 46, сборът на прочетените редове е 45" in done.says
    assert f"сборът на прочетените редове е {right}" in done.says
    assert len(done.merged.tables["register"]) == 20


def test_a_site_twice_too_many_users_and_rows_of_others(templates, fill, tmp_path) -> None:
    only(templates, "HKV30", "HKV33")
    with fill(file_of(templates, "HKV33")) as book:
        at = book.row("Регистър", site="assistant_support:HKV33:1")
        book.write("Регистър", at, site="assistant_support:HKV30:1", users=60, places=52)
    with fill(file_of(templates, "HKV30")) as book:
        book.write("Регистър", 6, users=46)
        other = book.append("Регистър", municipality="Хасково", service="Асистентска подкрепа", places=5,
                            status="запазва се", origin="оценка")  # fmt: skip
        deal = book.append("Споразумения", municipality="Хасково", host="Харманли", service="Асистентска подкрепа",
                           status="подписано")  # fmt: skip
        gone = book.append("Предложения", service=CRISIS, kind="закриване", site="nowhere", places=0, from_year=2028)
    done = nationalmap.collect([templates], tmp_path / "out")
    assert told(done) == [
        ("no_site", "HKV30", "Предложения", f"D{gone}"),
        ("users", "HKV30", "Регистър", "E6"),
        ("other_rows", "HKV30", "Регистър", f"B{other}"),
        ("other_rows", "HKV30", "Споразумения", f"A{deal}"),
        ("site_twice", "HKV33", "Регистър", f"A{at}"),
    ]
    assert "46 потребители на 45 места" in done.says
    assert "обектът стои и в HKV30-Stambolovo.xlsx, Регистър, ред 6" in done.says
    register = done.merged.tables["register"]
    assert register.set_index("site").at["assistant_support:HKV30:1", "places"] == 45
    assert register["municipality"].tolist().count("HKV30") == 1


def test_files_that_are_twice_missing_older_or_none(templates, fill, tmp_path) -> None:
    only(templates, "HKV11", "HKV17", "HKV18")
    shutil.copy(file_of(templates, "HKV11"), templates / "копие на Ивайловград.xlsx")
    with fill(file_of(templates, "HKV17")) as book:
        at = book.row("Контакт", field="template")
        book.write("Контакт", at, answer="0")
    with fill(file_of(templates, "HKV18")) as book:
        del book.book["Регистър"]
    (templates / "писмо.xlsx").write_bytes(b"not a workbook")
    openpyxl.Workbook().save(templates / "празна.xlsx")
    done = nationalmap.collect([templates], tmp_path / "out")
    missing = [f.municipality for f in done.merged.findings if f.kind == "missing"]
    assert missing == ["HKV09", "HKV19", "HKV28", "HKV29", "HKV30", "HKV32", "HKV33", "HKV34"]
    assert [(f.kind, f.municipality, f.file) for f in done.merged.findings if f.kind != "missing"] == [
        ("unreadable", "", "писмо.xlsx"),
        ("foreign", "", "празна.xlsx"),
        ("twice_file", "HKV11", "копие на Ивайловград.xlsx"),
        ("older", "HKV17", "HKV17-Lyubimets.xlsx"),
        ("sheet", "HKV18", "HKV18-Madzharovo.xlsx"),
    ]
    register = done.merged.tables["register"]
    assert {"HKV09", "HKV18"} & set(register["municipality"]) == set()
    assert "HKV17" in set(register["municipality"])


def test_every_wrong_cell_is_named_and_the_other_rows_are_taken(templates, fill, tmp_path) -> None:
    only(templates, "HKV34")
    with fill(file_of(templates, "HKV34")) as book:
        rows = len(book.rows("Регистър"))
        book.write("Регистър", 6, places="десет")
        book.write("Регистър", 7, status="може да се променя", places=-3)
        book.write("Регистър", 8, basis="@SUM(1)", close_by_year=1900)
        book.write("Регистър", 9, service="Дневен център")
        at = book.append("Регистър", service="Асистентска подкрепа", places="1.234", status="запазва се")
    done = nationalmap.collect([templates], tmp_path / "out")
    found = [f for f in done.merged.findings if f.kind != "missing"]
    cells = [(f.cell, f.words["why"]) for f in found]
    assert {cell for cell, _ in cells} == {"D6", "F7", "K8", "G8", "C9", f"D{at}", f"J{at}"}
    assert ("D6", "„Места“ не е число") in cells
    assert ("F7", "„Статус“ не е от списъка") in cells
    assert ("C9", "„Услуга“ не е от списъка") in cells
    assert {f.kind for f in found} == {"cell"}
    (nearest,) = (f.cure() for f in found if f.cell == "F7")
    assert nearest == "най-близкото е „може да се промени“"
    mine = done.merged.tables["register"]
    assert len(mine) == rows - 4


def test_a_sheet_that_cannot_be_read_tells_each_cell_why(templates, fill, tmp_path) -> None:
    only(templates, "HKV30", "HKV34")
    with fill(file_of(templates, "HKV30")) as book:
        book.write("Регистър", 6, places="=40+5", users="=1/0")
    done = nationalmap.collect([templates], tmp_path / "out")
    assert told(done) == [("sheet", "HKV30", "Регистър", "D6"), ("sheet", "HKV30", "Регистър", "E6")]
    assert "е формула без записана стойност" in done.says
    assert "HKV30" not in set(done.merged.tables["register"]["municipality"])


# ------------------------------------------------------------------ outputs, and what is refused


def test_the_list_of_contradictions_can_be_sent_back_and_nothing_in_it_runs(templates, fill, tmp_path) -> None:
    only(templates, "HKV34")
    payload = '=HYPERLINK("http://x","y")'
    with fill(file_of(templates, "HKV34")) as book:
        book.write("Контакт", book.row("Контакт", field="person"), answer="Иванова, +359 888 000 000")
        book.write("Регистър", 6, municipality="'" + payload)
        book.book["Регистър"].cell(6, book.columns("Регистър")["municipality"]).data_type = "s"
    out = tmp_path / "out"
    done = nationalmap.collect([templates], out)
    assert [kind for kind, *_ in told(done)] == ["cell"]
    sheet = openpyxl.load_workbook(out / "contradictions.xlsx").active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type in ("s", "n") and cell.hyperlink is None for cell in cells)
    assert any(cell.value == "Иванова, +359 888 000 000" for cell in cells)
    for name in FILES - {"contradictions.xlsx"}:
        lines = (out / name).read_text(encoding="utf-8").splitlines()
        assert not any(part.startswith(("=", "+", "@")) for line in lines for part in line.split(","))


def test_the_same_templates_give_the_same_bytes(templates, tmp_path) -> None:
    only(templates, "HKV1")
    for name in ("a", "b"):
        nationalmap.collect(sorted(templates.iterdir(), reverse=name == "b"), tmp_path / name)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_folder_with_anything_else_is_not_written_over(templates, tmp_path, run) -> None:
    only(templates, "HKV11")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.docx").write_text("mine", encoding="utf-8")
    answer = run("collect", templates, "--out", mine)
    assert (answer.code, [path.name for path in mine.iterdir()]) == (2, ["letter.docx"])
    with pytest.raises(UsageError):
        nationalmap.collect([templates], templates)
    assert len(list(templates.iterdir())) == 1


def test_collected_again_the_folder_is_replaced_as_a_whole(templates, fill, tmp_path, run) -> None:
    out = tmp_path / "out"
    only(templates, "HKV30", "HKV34")
    assert run("collect", templates, "--out", out).code == 9
    assert "HKV30" in set(read(out / "register.csv")["municipality"])
    file_of(templates, "HKV30").unlink()
    answer = run("collect", templates, "--out", out)
    assert answer.code == 9
    assert "Стамболово: липсваща община" in answer.out
    assert "HKV30" not in set(read(out / "register.csv")["municipality"])


def test_no_template_at_all_is_refused(tmp_path, made) -> None:
    with pytest.raises(InputRefused, match="does not exist"):
        nationalmap.collect([tmp_path / "nothing.xlsx"], tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputRefused, match="holds no workbook"):
        nationalmap.collect([tmp_path / "empty"], tmp_path / "out")
    with pytest.raises(InputRefused, match=r"inputs\.xlsx: has no contact sheet"):
        nationalmap.collect([made / "inputs.xlsx"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
