"""Proposal, plan and map in force beside each other: toyland's plan of 2027 against an example map, by hand.

The plan (tests/toyland): day care N1 11, N2 8, N3 4, S1 10, S2 6, S3 3 by where people live, places N1 12, N2 7, N3 7,
S1 10, S2 6; residence 8 in NOR01 for the north, 8 in SOU01 for the south. Needs: day care 12, 8, 4, 10, 6, 3,
residence 12 and 10.
"""

import dataclasses
import zipfile

import openpyxl
import pandas as pd
import pytest

import nationalmap
from nationalmap import publishing, schema
from nationalmap.errors import InputRefused
from nationalmap.reports.in_force import in_force
from nationalmap.reports.in_force.declared import IN_FORCE
from nationalmap.reports.in_force.told import name_of
from nationalmap.sources.annexes import read_annex
from nationalmap.sources.annexes.proposals import Proposals
from nationalmap.sources.tables import Intake, gazetteer

MAP = """\
Документ: Пример,,,
Дата: 2024-08-08,,,
Статус: примерна,,,
Община,Дневна грижа,Дом,Приемна грижа
Горно,12,6,
Средно,8,2,4
Крайно,,,
Долно,8,,
Ниско,9,6,
"""


@pytest.fixture
def plan(toyland_run):
    return toyland_run.plan


@pytest.fixture
def annex(plan, tmp_path):
    return annex_of(plan, tmp_path, MAP)


def annex_of(plan, folder, text):
    path = folder / "map.csv"
    path.write_text(text, encoding="utf-8")
    tables = plan.inputs.tables
    intake = Intake(gazetteer(tables["municipalities"], tables["regions"]))
    return read_annex(path, tables["services"], tables["municipalities"], intake, {})


def with_table(plan, name, frame):
    return dataclasses.replace(plan, tables={**plan.tables, name: frame})


def with_input(plan, name, frame):
    return dataclasses.replace(
        plan, inputs=dataclasses.replace(plan.inputs, tables={**plan.inputs.tables, name: frame})
    )


def row(tables, name, *key):
    frame = tables[name].set_index(list(IN_FORCE[name].key))
    return frame.loc[key]


def classes(tables, name="three_way"):
    frame = tables[name]
    return {"/".join(map(str, key[:-1])): found for *key, found in frame[[*IN_FORCE[name].key, "class"]].to_numpy()}


def test_every_territory_has_its_class(plan, annex):
    tables = in_force(plan, annex)
    assert classes(tables) == {
        "NOR/residence": "other_hosts",  # 8 of 6 + 2, all of them in NOR01
        "NOR01/day_care": "below_map",
        "NOR02/day_care": "agreed",
        "NOR03/day_care": "planned_not_in_map",
        "SOU/residence": "above_map",
        "SOU01/day_care": "above_map",
        "SOU02/day_care": "below_map",
        "SOU03/day_care": "no_map",
    }
    assert classes(tables, "hosts") == {
        "NOR/residence/NOR01": "above_map",
        "NOR/residence/NOR02": "in_map_not_planned",
        "SOU/residence/SOU01": "planned_not_in_map",
        "SOU/residence/SOU02": "in_map_not_planned",
    }


def test_the_figures_of_the_plan_are_counted_where_people_live(plan, annex):
    tables = in_force(plan, annex)
    columns = [
        "need_users",
        "plan_places",
        "plan_users",
        "map_users",
        "plan_less_map_users",
        "above_users",
        "left_users",
    ]
    assert row(tables, "three_way", "NOR02", "day_care", 2027)[columns].tolist() == [8, 7, 8, 8, 0, 0, 0]
    assert row(tables, "three_way", "SOU", "residence", 2027)[columns].tolist() == [10, 8, 8, 6, 2, 2, 0]
    third = row(tables, "three_way", "SOU03", "day_care", 2027)
    assert third[["need_users", "plan_places", "plan_users"]].tolist() == [3, 0, 3]
    assert third[["map_users", "plan_less_map_users", "above_users", "left_users"]].isna().all()
    none = row(tables, "three_way", "NOR03", "day_care", 2027)
    assert none[["plan_users", "plan_less_map_users", "above_users", "left_users"]].tolist() == [4, 4, 4, 0]
    assert pd.isna(none["map_users"])
    host = row(tables, "hosts", "NOR", "residence", "NOR01", 2027)
    assert host[["plan_places", "plan_users", "map_users", "above_users"]].tolist() == [8, 8, 6, 2]


def test_the_sums_are_those_of_the_rows_and_blank_where_a_row_is(plan, annex):
    tables = in_force(plan, annex)
    three, totals = tables["three_way"], tables["totals"]
    summed = ["plan_places", "plan_users", "plan_state_users", "map_users", "above_users", "left_users"]
    whole = totals[(totals["region"] == "*") & (totals["service"] == "*")].iloc[0]
    assert whole[summed].tolist() == three[summed].sum().tolist() == [58, 58, 58, 51, 8, 4]
    by_service = totals[(totals["region"] != "*") & (totals["service"] != "*")]
    assert by_service[summed].sum().tolist() == whole[summed].tolist()
    by_region = totals[(totals["region"] != "*") & (totals["service"] == "*")]
    assert by_region[summed].sum().tolist() == whole[summed].tolist()
    north = row(tables, "totals", "NOR", "day_care", 2027)
    assert north[["need_users", "plan_users", "map_users", "plan_less_map_users"]].tolist() == [24, 23, 20, 3]
    assert pd.isna(row(tables, "totals", "SOU", "day_care", 2027)["plan_less_map_users"])
    assert pd.isna(whole["need_users"])


def test_users_on_other_money_are_within_the_maximum(plan, annex):
    users = plan.tables["allocation"].copy()
    users.loc[(users["municipality"] == "SOU01") & (users["service"] == "day_care"), "other_paid_users"] = 2
    users.loc[(users["municipality"] == "NOR03") & (users["service"] == "day_care"), "other_paid_users"] = 4
    tables = in_force(with_table(plan, "allocation", users), annex)
    south = row(tables, "three_way", "SOU01", "day_care", 2027)
    assert south[["plan_users", "plan_state_users", "above_users", "class"]].tolist() == [10, 8, 0, "agreed"]
    assert row(tables, "three_way", "NOR03", "day_care", 2027)["class"] == "other_money"


def test_an_old_type_counts_as_the_service_that_follows_it_on_both_sides(plan, annex, tmp_path):
    services = plan.inputs.tables["services"]
    old = services[services["service"] == "day_care"].assign(
        service="old_day", name_bg="Стар център", name_en="Old centre", short_bg="Стар", short_en="Old",
        typology="old", counts_as="day_care",
    )  # fmt: skip
    users = plan.tables["allocation"].copy()
    users.loc[(users["municipality"] == "NOR01") & (users["service"] == "day_care"), "service"] = "old_day"
    changed = with_table(with_input(plan, "services", pd.concat([services, old])), "allocation", users)
    text = MAP.replace("Дом,", "Стар център,").replace("Горно,12,6", "Горно,5,6")
    tables = in_force(changed, annex_of(changed, tmp_path, text))
    assert set(tables["three_way"]["service"]) == {"day_care", "residence"}
    assert row(tables, "three_way", "NOR01", "day_care", 2027)[["plan_users", "map_users", "class"]].tolist() == [
        11, 11, "agreed",
    ]  # fmt: skip
    with pytest.raises(InputRefused, match="one region plans a service on one level"):
        long = "territory,level,host,service,max_users,document,date,source,status\n"
        end = ",d,2024,,draft\n"
        annex_of(changed, tmp_path, f"{long}NOR01,municipal,,day_care,1{end}NOR,regional,NOR01,old_day,1{end}")


def test_the_level_of_the_map_decides_whose_users_are_counted(plan, tmp_path):
    """Day care on the regional level: NOR03 serves seven, three of them of the south."""
    long = "territory,level,host,service,max_users,document,date,source,status\n"
    end = ",d,2024,,draft\n"
    text = f"{long}NOR,regional,NOR01,day_care,12{end}NOR,regional,NOR03,day_care,4{end}"
    tables = in_force(plan, annex_of(plan, tmp_path, text))
    north = row(tables, "three_way", "NOR", "day_care", 2027)
    assert north[["level", "plan_users", "map_users", "above_users", "class"]].tolist() == [
        "regional", 23, 16, 7, "above_map",
    ]  # fmt: skip
    hosts = tables["hosts"].query("service == 'day_care'").set_index("host")
    assert hosts["plan_users"].to_dict() == {"NOR01": 12, "NOR02": 7, "NOR03": 4}
    assert hosts["class"].to_dict() == {"NOR01": "agreed", "NOR02": "planned_not_in_map", "NOR03": "agreed"}
    assert row(tables, "three_way", "SOU03", "day_care", 2027)["class"] == "no_map"


def proposals_of(*rows, register=None, sent=()):
    lines = [",".join(schema.PROPOSALS.names), *rows]
    data = ("\n".join(lines) + "\n").encode()
    changes = publishing.read_table(schema.PROPOSALS, data, "proposals.csv")
    return Proposals(changes=changes, register=register, sent=frozenset({*changes["municipality"], *sent}))


def test_what_is_proposed_stands_on_what_is_there(plan, annex):
    """N1 has 12 places and wants 15; N2 keeps 3 and adds 6, for N3 too; S1 closes its 5; S2 sent an empty form."""
    given = proposals_of(
        "NOR01,day_care,larger,day_NOR01,15,,2027,no,,,council",
        "NOR02,day_care,new,n1,6,7,2027,no,NOR02 NOR03,,council",
        "NOR02,residence,new,n2,5,,2028,no,,,council",
        "SOU01,day_care,close,day_SOU01,0,,2026,no,,,council",
        "SOU01,foster_care,new,n3,4,,2026,no,,,council",
        sent={"SOU02"},
    )
    tables = in_force(plan, annex, given)
    three = tables["three_way"].set_index(["territory", "service"])
    columns = ["proposed_users", "proposed_shared_users", "plan_less_proposed_users", "proposed_less_map_users"]
    assert three.loc[("NOR01", "day_care"), columns].tolist() == [15, 0, -4, 3]
    assert three.loc[("NOR02", "day_care"), columns].tolist() == [10, 7, -2, 2]
    assert three.loc[("NOR02", "day_care"), "class"] == "agreed_not_proposed"
    assert three.loc[("SOU01", "day_care"), columns].tolist() == [0, 0, 10, -8]
    assert three.loc[("SOU02", "day_care"), columns].tolist() == [6, 0, 0, -3]
    assert three.loc[("NOR03", "day_care"), columns].isna().all()
    # Of the north only two of three have sent: what they propose is shown, no difference is made of it.
    north = three.loc[("NOR", "residence"), columns]
    assert north.iloc[0] == 6
    assert north.iloc[2:].isna().all()
    assert tables["not_planned"][["of", "territory", "name", "max_users"]].to_numpy().tolist() == [
        ["map", "NOR02", "Приемна грижа", 4], ["proposal", "SOU01", "foster_care", 4],
    ]  # fmt: skip


def test_what_is_only_proposed_is_told_as_that(plan, annex):
    tables = in_force(plan, annex, proposals_of("SOU03,residence,new,n1,5,,2027,yes,,,council"))
    assert classes(tables, "hosts")["SOU/residence/SOU03"] == "proposed_only"
    assert "NOR/residence/NOR03" not in classes(tables, "hosts")


# ------------------------------------------------------------------ the command


def test_a_region_is_told_apart_from_the_town_of_its_name(plan):
    names = name_of(plan, "en")["territory"]
    assert [names[code] for code in plan.scenario.regions] == ["North region", "South region"]


@pytest.fixture
def map_file(tmp_path):
    path = tmp_path / "annex.csv"
    path.write_text(MAP, encoding="utf-8")
    return path


def test_the_command_says_it_in_both_languages_and_writes_a_whole_folder(run, toyland_run, map_file, tmp_path):
    code, out, err = run(
        "in-force", toyland_run.folder, "--map", map_file, "--out", tmp_path / "out", "--language", "en"
    )
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[1].startswith("- EXAMPLE FIGURES: the map in this comparison is an example")
    assert "- Map: Пример, 2024-08-08 – 8 rows, example figures." in lines
    assert (
        "- North, 2027: 31 users are planned for the state's money, the map allows 28. 4 are beyond the maximum, which "
        "the state does not finance; 1 of it are not used." in lines
    )
    assert "- The map says nothing of: Granichno." in lines
    assert "- Of those planned 3 users are where the map says nothing." in lines
    assert (
        "- Not planned here (by their names): “Приемна грижа”, 4 users (the nearest is “Day care”, not joined)."
        in lines
    )
    (folder,) = (tmp_path / "out").iterdir()
    names = {path.name for path in folder.iterdir()}
    assert names == {*(f"{name}.csv" for name in IN_FORCE), "about.txt", "in-force.xlsx"}
    told = run("in-force", toyland_run.folder, "--map", map_file, "--out", tmp_path / "out")
    assert "- ПРИМЕРНИ ЧИСЛА: картата в това сравнение е пример и не е приетата Национална карта" in told.out
    assert "Север, 2027 г.: за държавно финансиране са планирани 31 потребители, картата позволява 28." in told.out


def test_every_output_says_that_the_figures_are_an_example_and_repeats(toyland_run, map_file, tmp_path):
    found = nationalmap.in_force(toyland_run.folder, map_file, out=tmp_path / "out")
    for name in ("three_way", "hosts", "totals"):
        assert set(found.tables[name]["map_status"]) == {"illustrative"}
        text = (found.folder / f"{name}.csv").read_text(encoding="utf-8")
        assert text.splitlines()[0] == ",".join(IN_FORCE[name].names)
        assert all(line.endswith(",illustrative") for line in text.splitlines()[1:])
    assert "EXAMPLE FIGURES" in (found.folder / "about.txt").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(found.folder / "in-force.xlsx")
    for sheet in book:
        said = [str(cell.value) for cell in sheet["A"][:5]]
        assert any("ПРИМЕРНИ ЧИСЛА" in text for text in said), sheet.title
        assert any("EXAMPLE FIGURES" in text for text in said), sheet.title
    with zipfile.ZipFile(found.folder / "in-force.xlsx") as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        assert len(sheets) == 1 + len(IN_FORCE)
        assert not any(b"<f>" in archive.read(name) for name in sheets)
    first = {path.name: path.read_bytes() for path in found.folder.iterdir()}
    again = nationalmap.in_force(toyland_run.folder, map_file, out=tmp_path / "again")
    assert {path.name: path.read_bytes() for path in again.folder.iterdir()} == first


def test_faults_of_map_and_proposals_come_at_once_as_a_list_too_and_nothing_is_published(
    run, toyland_run, map_file, tmp_path
):
    map_file.write_text(MAP.replace("12,6", "-12,6"), encoding="utf-8")
    proposals = tmp_path / "proposals.csv"
    proposals.write_text("Община,Дневна грижа\nГорно,1.5\n", encoding="utf-8")
    words = ("in-force", toyland_run.folder, "--map", map_file, "--proposals", proposals, "--out", tmp_path / "out")
    code, out, err = run(*words, "--xlsx", tmp_path / "list.xlsx", "--json", tmp_path / "list.json")
    assert (code, out) == (3, "")
    assert err.splitlines() == [
        'annex.csv, row 5, Дневна грижа: "-12" is negative; the smallest value allowed is 0.',
        'proposals.csv, row 2, Дневна грижа: "1.5" is not a whole number; write it without decimals, and without a '
        "point for thousands.",
    ]
    assert not (tmp_path / "out").exists()
    assert openpyxl.load_workbook(tmp_path / "list.xlsx").worksheets[0].max_row == 9
    assert '"rule": "is negative"' in (tmp_path / "list.json").read_text(encoding="utf-8")


def test_a_map_without_words_about_itself_takes_those_of_the_command(run, toyland_run, map_file, tmp_path):
    map_file.write_text("\n".join(MAP.splitlines()[3:]) + "\n", encoding="utf-8")
    words = ("in-force", toyland_run.folder, "--map", map_file, "--out", tmp_path / "out", "--language", "en")
    said = ("--document", "РМС", "--date", "2024-08-08")
    code, _, err = run(*words, *said)
    assert code == 3
    assert err.startswith("annex.csv, status: is not said for this sheet; add a column")
    answer = run(*words, *said, "--status", "adopted")
    assert answer.code == 0
    assert "- The map is adopted, as the given document says." in answer.out
    assert "EXAMPLE" not in answer.out


def test_what_collect_has_written_is_taken_as_proposals(plan, toyland_run, map_file, tmp_path):
    folder = tmp_path / "collected"
    folder.mkdir()
    lines = {
        "proposals": [",".join(schema.PROPOSALS.names), "NOR01,day_care,new,n1,5,,2027,no,,,council"],
        "register": [",".join(schema.REGISTER.names), "d,NOR01,day_care,7,,keep,,,,attested,council"],
        "provenance": [",".join(schema.COLLECTED_FROM.names), "register,d,a.xlsx,Регистър,4,NOR02"],
    }
    for name, rows in lines.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = nationalmap.in_force(toyland_run.folder, map_file, folder, tmp_path / "out")
    three = found.tables["three_way"].set_index(["territory", "service"])["proposed_users"]
    assert three["NOR01", "day_care"] == 12
    assert three["NOR02", "day_care"] == 0
    assert pd.isna(three["NOR03", "day_care"])
    assert any("Предложения: от 2 от 6" in line.replace("\u00a0", " ") for line in found.says["bg"])
