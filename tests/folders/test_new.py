"""A working folder is the shipped question in workbooks: planned at once, never over anything, the same bytes."""

import dataclasses
import re

import openpyxl
import pytest

import nationalmap
from nationalmap import planning, schema
from nationalmap.domain.scenario import InputFiles
from nationalmap.errors import InputRefused, UsageError
from nationalmap.folders import texts
from nationalmap.folders.known import known
from nationalmap.folders.split import AGREEMENTS, PROPOSALS, REGISTER
from nationalmap.sources.scenarios import read_scenario

FIRST = 6


def test_a_folder_nobody_has_touched_asks_what_the_shipped_scenario_asks(made, haskovo) -> None:
    mine = planning.check(str(made))
    for name, table in haskovo.inputs.tables.items():
        # Where they were read is another place: workbooks of the folder in place of shipped files.
        assert mine.inputs.tables[name].equals(table) or name in ("provenance", "mended"), name
    files = mine.inputs.tables["provenance"].set_index("read_as")["file"]
    assert not files["register"].startswith("scenarios/")
    assert mine.inputs.norms == haskovo.inputs.norms
    assert mine.inputs.boundaries.sha256 == haskovo.inputs.boundaries.sha256
    assert mine.budgets_eur == haskovo.budgets_eur
    for name in ("needs", "package", "projected", "municipalities"):
        assert getattr(mine, name).equals(getattr(haskovo, name)), name
    same = {"name": "", "inputs": InputFiles()}
    assert dataclasses.replace(mine.scenario, **same) == dataclasses.replace(haskovo.scenario, **same)
    assert mine.scenario.name == "hkv"
    assert mine.scenario.inputs.register == "inputs.xlsx#Регистър"


def test_the_same_region_gives_the_same_bytes(made, tmp_path) -> None:
    again = nationalmap.new(tmp_path / "hkv", ["HKV"], split=True)
    names = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert len(names) == 4 + 11
    for name in names:
        assert (made / name).read_bytes() == (again / name).read_bytes(), name


@pytest.mark.parametrize("regions", [["SOF"], ["VAR", "RSE"], ["SFO"]], ids="-".join)
def test_any_region_is_asked_at_once(regions, tmp_path) -> None:
    """One municipality alone; two called Бяла; one without a published subsidy."""
    folder = nationalmap.new(tmp_path / "Моята област", regions)
    question = planning.check(str(folder))
    planned = question.municipalities
    assert set(planned["region"]) == set(regions)
    assert set(question.inputs.tables["register"]["municipality"]) <= set(planned["municipality"])
    assert len(question.inputs.tables["register"]) > 0
    figures = question.inputs.tables["indicators"]
    subsidy = figures[(figures["indicator"] == "social_services_subsidy")]
    mine = subsidy.loc[subsidy["municipality"].isin(planned["municipality"]), "value"].sum()
    assert question.budgets_eur["state_running"][2027] == pytest.approx(mine * 1000 * 1.009, abs=0.01)
    assert question.scenario.name == "-".join([*map(str.lower, regions), "2027"])
    if regions == ["SFO"]:
        assert "SFO06" in question.scenario.streams["state_running"].basis


def test_every_region_is_known() -> None:
    """What new would write of each of the 28, without the workbooks."""
    from nationalmap.sources.inputs import read_territory

    table, _ = read_territory(InputFiles(), planning.Path())
    for region, rows in table.groupby("region"):
        facts = known([str(region)])
        assert facts.question.municipalities["municipality"].tolist() == sorted(rows["municipality"])
        assert set(facts.register["municipality"]) <= set(rows["municipality"])
        assert facts.is_base == (region == "HKV")


def test_the_smallest_region_is_planned_to_the_end(tmp_path, run) -> None:
    assert run("new", tmp_path / "sofia", "--region", "SOF").code == 0
    answer = run("plan", tmp_path / "sofia", "--out", tmp_path / "runs", "--language", "en")
    assert answer.code in (0, 5), answer.err
    assert "Sofia" in answer.out
    assert run("verify", tmp_path / "runs" / "sofia").code == 0


def test_the_sheet_of_the_map_in_force_is_empty_and_read_when_filled(made, haskovo, tmp_path) -> None:
    """No plan reads it; codes and names are taken, and a date that the spreadsheet made."""
    from datetime import date

    from nationalmap.sources.annexes import read_annex
    from nationalmap.sources.tables import Intake, gazetteer

    book = openpyxl.load_workbook(made / "inputs.xlsx")
    sheet = book["Карта в сила"]
    assert [cell.value for cell in sheet[5]] == list(schema.MAP_IN_FORCE.names)
    assert sheet.max_row == 5
    end = ("Пример", date(2024, 8, 8), None, "illustrative")
    sheet.append(("Маджарово", "municipal", None, "Терапия и рехабилитация", 6, *end))
    sheet.append(("HKV", "regional", "HKV28", "crisis_centre_children", 8, *end))
    book.save(tmp_path / "inputs.xlsx")
    tables = haskovo.inputs.tables
    intake = Intake(gazetteer(tables["municipalities"], tables["regions"]))
    path = tmp_path / "inputs.xlsx#Карта в сила"
    rows = read_annex(path, tables["services"], tables["municipalities"], intake, {}).rows
    assert rows[["territory", "host", "service", "max_users", "date", "cell"]].to_numpy().tolist() == [
        ["HKV", "HKV28", "crisis_centre_children", 8, "2024-08-08", "E7"],
        ["HKV18", "HKV18", "therapy_rehabilitation", 6, "2024-08-08", "E6"],
    ]


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "name",
    ["con", "NUL.xlsx", "com1", "a?b", "a*b", 'a"b', "a<b", "a|b", "a:b", "-rf", "=cmd", "+1", "@x", "~x", " x", "x.",
     "x ", "a\tb", "a\u202eb", "a\u200bb", "..", "x" * 101],
)  # fmt: skip
def test_a_name_that_some_machine_trips_over_is_refused(name, tmp_path) -> None:
    with pytest.raises(UsageError, match="cannot name a folder"):
        nationalmap.new(tmp_path / name, ["HKV"])
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_ever_overwritten(tmp_path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="never overwritten"):
        nationalmap.new(taken, ["HKV"])
    with pytest.raises(UsageError, match="never overwritten"):
        nationalmap.new(taken / "mine.txt", ["HKV"])
    assert [path.name for path in taken.iterdir()] == ["mine.txt"]
    assert (taken / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_is_filled(tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    made = nationalmap.new(tmp_path / "empty", ["SOF"])
    assert sorted(path.name for path in made.iterdir()) == [
        "README.txt", "catalogue.xlsx", "inputs.xlsx", "scenario.toml",
    ]  # fmt: skip


def test_an_unknown_region_is_told_with_the_nearest(tmp_path, run) -> None:
    answer = run("new", tmp_path / "x", "--region", "HKW", "--region", "ZZZ")
    assert answer.code == 3
    assert '"HKW" is not a region; the nearest is "HKV"' in answer.err
    assert '"ZZZ" is not a region' in answer.err
    assert not (tmp_path / "x").exists()


# ------------------------------------------------------------------ how the workbooks look


def test_every_column_is_explained_in_both_languages(made) -> None:
    for name in ("inputs.xlsx", "catalogue.xlsx", "templates/HKV30-Stambolovo.xlsx"):
        book = openpyxl.load_workbook(made / name)
        explained = {(row[0].value, row[2].value): row for row in book["Указания"].iter_rows() if row[2].value}
        for sheet in book.sheetnames[1:-1]:
            names = [cell.value for cell in book[sheet][5] if cell.value and not cell.value.startswith("(")]
            for column in names:
                row = explained[sheet, column]
                assert re.search("[а-я]", row[3].value), (sheet, column)
                assert row[4].value
                assert row[4].value != row[3].value


def test_every_declared_column_has_its_words() -> None:
    tables = (*schema.CATALOGUE_TABLES, *schema.FOLDER_TABLES, REGISTER, PROPOSALS, AGREEMENTS, schema.RENOVATIONS)
    for table in (*tables, schema.KNOWN_TRAVEL, schema.CONTACT):
        for column in table.columns:
            assert texts.says_bg(table, column.name)
            assert texts.heading(table.name, column.name)[0] != column.name, (table.name, column.name)


def test_figures_are_numbers_and_nothing_runs(made) -> None:
    for path in made.rglob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        for sheet in book:
            assert sheet.freeze_panes or sheet.title == "Указания"
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (path.name, sheet.title, cell.coordinate)
                    assert cell.hyperlink is None
    register = openpyxl.load_workbook(made / "inputs.xlsx")["Регистър"]
    columns = {cell.value: cell.column for cell in register[5] if cell.value}
    places = [register.cell(row, columns["places"]).value for row in range(FIRST, register.max_row + 1)]
    assert all(isinstance(value, int) for value in places)
    assert sum(places) == planning.check("haskovo-2027").inputs.tables["register"]["places"].sum()


def test_lists_and_ranges_are_in_the_cells(made) -> None:
    book = openpyxl.load_workbook(made / "inputs.xlsx")
    register, codes = book["Регистър"], book["Кодове"]
    columns = {cell.value: cell.column_letter for cell in register[5] if cell.value}
    rules = {str(rule.sqref).split(":")[0][:-1]: rule for rule in register.data_validations.dataValidation}

    def listed(column: str) -> list[str]:
        first, last = rules[columns[column]].formula1.split("!")[1].replace("$", "").split(":")
        return [row[0].value for row in codes[f"{first}:{last}"]]

    municipalities = planning.check("haskovo-2027").municipalities["municipality"].tolist()
    assert listed("municipality") == municipalities
    assert "residential_older" in listed("service")
    assert listed("status") == ["keep", "free", "protected", "must_close_by"]
    year = rules[columns["close_by_year"]]
    assert (year.type, float(year.formula1), float(year.formula2)) == ("whole", 2020, 2100)


def test_a_template_holds_its_own_rows_in_words(made, fill) -> None:
    book = fill(made / "templates" / "HKV30-Stambolovo.xlsx")
    register = book.rows("Регистър")
    assert [(row["municipality"], row["service"], row["places"], row["status"]) for row in register] == [
        ("Стамболово", "Асистентска подкрепа", 45, "може да се промени")
    ]
    pairs = {(row["municipality"], row["host"]) for row in book.rows("Споразумения")}
    assert len(pairs) == 20
    assert all("Стамболово" in pair for pair in pairs)
    assert {row["status"] for row in book.rows("Споразумения")} == {"възможно"}
    assert {row["field"]: row["answer"] for row in book.rows("Контакт")} | {"person": None} == {
        "template": "1", "region": "HKV", "municipality": "HKV30", "person": None, "phone": None, "email": None,
        "filled_on": None, "total_places": None, "total_users": None, "total_proposed": None,
    }  # fmt: skip


def test_the_readme_says_what_to_do_next_bulgarian_first(made) -> None:
    words = (made / "README.txt").read_text(encoding="utf-8")
    assert words.index("Какво да направите") < words.index("What to do")
    assert words.count('nationalmap plan "hkv"') == 4
    assert read_scenario(made / "scenario.toml").scenario.regions == ("HKV",)


def test_the_scenario_of_several_regions_keeps_agreements_within_them(tmp_path) -> None:
    folder = nationalmap.new(tmp_path / "two", ["Сливен", "jam"])
    scenario = read_scenario(folder / "scenario.toml").scenario
    assert (scenario.regions, scenario.agreements_default) == (("SLV", "JAM"), "within_region")
    with pytest.raises(InputRefused, match="names no region"):
        nationalmap.new(tmp_path / "none", [])
