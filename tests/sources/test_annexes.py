"""Annexes of a map in both layouts and several formats: the same table each time, totals checked, names told."""

import re

import openpyxl
import pandas as pd
import pytest

from nationalmap import planning, schema
from nationalmap.domain.scenario import Reading
from nationalmap.errors import InputRefused
from nationalmap.sources.annexes import read_annex
from nationalmap.sources.annexes.proposals import read_proposals
from nationalmap.sources.tables import Intake, gazetteer, read_table
from tests.conftest import TOYLAND

HEAD = "territory,level,host,service,max_users,document,date,source,status\n"
END = ",Example,2024-08-08,,illustrative\n"
LONG = (
    HEAD
    + f"NOR01,municipal,,day_care,12{END}NOR02,municipal,,day_care,9{END}SOU01,municipal,,day_care,8{END}"
    + f"NOR,regional,NOR01,residence,6{END}NOR,regional,NOR02,residence,2{END}"
)
WIDE = """\
Приложение 1,,
Документ: Example,,
Дата,2024-08-08,
Статус: примерна,,
Община,Дневна грижа,Дом
Горно,12,6
Средно,9,2
Долно,8,
"""
FIGURES = [
    ("NOR", "residence", "NOR01", 6), ("NOR", "residence", "NOR02", 2), ("NOR01", "day_care", "NOR01", 12),
    ("NOR02", "day_care", "NOR02", 9), ("SOU01", "day_care", "SOU01", 8),
]  # fmt: skip
SAID = {"document": "Example", "date": "2024-08-08", "status": "illustrative"}


@pytest.fixture(scope="module")
def land():
    """Services, municipalities and regions of toyland."""
    tables = {"catalogue/services.csv": schema.SERVICES, "municipalities.csv": schema.MUNICIPALITIES}
    tables["regions.csv"] = schema.REGIONS
    return [read_table(table, TOYLAND / name) for name, table in tables.items()]


@pytest.fixture
def read(land, tmp_path):
    """The annex of a text or file, and what was told."""
    services, towns, regions = land

    def call(given, said=SAID, reader=read_annex, **readings):
        path = given
        if isinstance(given, str):
            path = tmp_path / "map.csv"
            path.write_text(given, encoding="utf-8")
        known = gazetteer(towns, regions)
        intake = Intake(known, {name.replace("_", "."): reading for name, reading in readings.items()})
        if reader is read_proposals:
            return read_proposals(path, services, towns, intake), intake
        return read_annex(path, services, towns, intake, said), intake

    return call


def figures(annex):
    return list(annex.rows[["territory", "service", "host", "max_users"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        WIDE,
        LONG.replace("NOR01,municipal", "Горно,общинско").replace("NOR,regional", "Север,областно ниво"),
        LONG.replace(",day_care,", ",Дневна грижа,").replace(",residence,", ",Home,"),
        LONG.replace("territory,level,host,service,max_users", "Територия,Ниво,Домакин,Услуга,Брой потребители"),
        LONG.replace("document,date,source,status", "Документ,Дата,Източник,Статус").replace(",illustr", ",ILLUSTR"),
        LONG.replace("illustrative", "примерна"),
        WIDE.replace("Община,Дневна грижа,Дом", "municipality,day_care,Home"),
        WIDE + "Общо,29,8\n",
        WIDE.replace("Долно,", "Област Север,21,8\nДолно,"),
        WIDE.replace("Горно,", "обл. Север,21,8\nГорно,"),
        WIDE.replace("Дом\n", "Дом,Общо\n").replace("12,6", "12,6,18").replace("9,2", "9,2,11").replace("8,", "8,,8"),
        WIDE.replace("Община,", "№,Община,").replace("Горно,", "1,Горно,").replace("Средно,", "2,Средно,")
        .replace("Долно,", "3,Долно,").replace("Приложение 1,,", "Приложение 1,,,"),
    ],
)  # fmt: skip
def test_the_same_figures_in_every_layout_and_wording(read, text):
    width = max(line.count(",") for line in text.splitlines())
    if text.startswith("Приложение"):
        text = "".join(line + "," * (width - line.count(",")) + "\n" for line in text.splitlines())
    annex, _ = read(text)
    assert figures(annex) == FIGURES
    assert set(annex.rows["document"]) == {"Example"}
    assert set(annex.rows["status"]) == {"illustrative"}
    assert annex.not_planned.empty


def test_a_workbook_with_a_sheet_for_each_region_knows_every_cell(read, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Север"
    for row in (["Община", "Дневна грижа", "Дом"], ["Горно", 12, 6], ["Средно", 9, 2], ["Общо", 21, 8]):
        book.active.append(row)
    south = book.create_sheet("Юг")
    for row in (["Община", "Дневна грижа"], ["Долно", 8]):
        south.append(row)
    book.create_sheet("празен")
    hidden = book.create_sheet("скрит")
    hidden.append(["Община", "Дневна грижа"])
    hidden.append(["Крайно", 99])
    hidden.sheet_state = "hidden"
    path = tmp_path / "annex.xlsx"
    book.save(path)
    annex, intake = read(path)
    assert figures(annex) == FIGURES
    where = annex.rows.set_index(["territory", "host"])[["sheet", "row", "cell"]]
    assert where.loc[("NOR", "NOR02")].tolist() == ["Север", 3, "C3"]
    assert where.loc[("SOU01", "SOU01")].tolist() == ["Юг", 2, "B2"]
    assert any('row 4 ("Общо") is a row of totals' in note and "Дом 8" in note for note in intake.notes)
    one, _ = read(tmp_path / "annex.xlsx#Юг")
    assert figures(one) == FIGURES[-1:]


def test_an_ods_and_a_parquet_file_are_read_by_the_same_door(read, tmp_path):
    rows = [line.split(",") for line in LONG.splitlines()]
    frame = pd.DataFrame(rows[1:], columns=rows[0])
    frame.to_parquet(tmp_path / "map.parquet")
    annex, _ = read(tmp_path / "map.parquet")
    assert figures(annex) == FIGURES


def test_a_blank_says_none_and_a_territory_without_a_row_says_nothing(read):
    annex, _ = read(WIDE)
    assert ("SOU", "regional") in annex.covered
    assert ("SOU01", "municipal") in annex.covered
    assert ("SOU02", "municipal") not in annex.covered
    long, _ = read(LONG)
    assert ("SOU", "regional") not in long.covered


def test_a_service_that_is_not_planned_is_listed_by_its_name_with_the_nearest(read):
    annex, _ = read(LONG + f"SOU01,municipal,,Дневна грижи,7{END}SOU02,municipal,,Приют за бездомни,3{END}")
    assert figures(annex) == FIGURES
    told = annex.not_planned[["territory", "name", "max_users", "nearest"]].to_numpy().tolist()
    assert told == [["SOU01", "Дневна грижи", 7, "day_care"], ["SOU02", "Приют за бездомни", 3, ""]]
    wide, _ = read(WIDE.replace("Дом\n", "Приют\n"))
    assert wide.not_planned[["territory", "name", "max_users"]].to_numpy().tolist() == [
        ["NOR01", "Приют", 6], ["NOR02", "Приют", 2],
    ]  # fmt: skip


def test_latin_letters_are_mended_and_told(read):
    annex, intake = read(
        LONG.replace(",day_care,12", ",Днeвнa грижа,12").replace("NOR02,municipal", "Cредно,municipal")
    )
    assert figures(annex) == FIGURES
    assert any("Latin letters" in line and "service" in line for line in intake.mended)
    assert [line for line in intake.mended if "territory" in line] == [
        'map.csv, row 3, territory: "Cредно" is NOR02 (Средно, Север): Latin letters'
    ]


def test_the_level_is_the_maps_own_where_it_says_one(read):
    """The catalogue has the home on the regional level; the map may plan it for each municipality."""
    annex, _ = read(WIDE.replace("Приложение 1", "Услуги на общинско ниво"))
    assert ("NOR01", "residence", "NOR01", 6) in figures(annex)
    annex, _ = read(HEAD + f"NOR,regional,NOR02,day_care,5{END}")
    assert figures(annex) == [("NOR", "day_care", "NOR02", 5)]


def test_a_declared_style_and_words_for_none_are_taken(read):
    text = WIDE.replace("9,2", "–,2").replace("Долно,8", 'Долно,"1 200"')
    annex, _ = read(text, map_csv=Reading(numbers="1 234,5", blanks=("–",)))
    assert [row for row in figures(annex) if row[1] == "day_care"] == [
        ("NOR01", "day_care", "NOR01", 12), ("SOU01", "day_care", "SOU01", 1200),
    ]  # fmt: skip


def test_every_fault_is_told_at_once(read):
    broken = LONG.replace("day_care,12", "day_care,-12").replace("NOR02,municipal", "NOR77,municipal")
    with pytest.raises(InputRefused) as refused:
        read(broken.replace("residence,6", "residence,6.5").replace("2024-08-08,,ill", "8 август,,ill", 1))
    rules = [(fault.row, fault.column, fault.rule) for fault in refused.value.faults]
    assert rules == [
        (2, "date", "is not a date"),
        (2, "max_users", "is negative"),
        (3, "territory", "is not one of the 6 known codes"),
        (5, "max_users", "is not a whole number"),
    ]


def test_proposals_come_laid_out_like_the_map_or_as_the_table_or_as_a_folder(read, tmp_path):
    found, _ = read("Община,Дневна грижа\nГорно,20\nСредно,\n", reader=read_proposals)
    assert found.annex is not None
    assert figures(found.annex) == [("NOR01", "day_care", "NOR01", 20)]
    assert found.sent == {"NOR01", "NOR02"}
    table = ",".join(schema.PROPOSALS.names) + "\nNOR03,day_care,new,n1,7,,2027,no,NOR03 SOU03,,council\n"
    found, _ = read(table, reader=read_proposals)
    assert found.annex is None
    assert found.changes is not None
    assert found.changes[["municipality", "places"]].to_numpy().tolist() == [["NOR03", 7]]
    assert found.sent == {"NOR03"}
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputRefused, match=r"holds no proposals\.csv and no register\.csv and no provenance\.csv"):
        read(tmp_path / "folder", reader=read_proposals)


def test_the_examples_of_the_documentation_are_read(haskovo, tmp_path):
    page = (TOYLAND.parents[1] / "docs" / "in-force.md").read_text(encoding="utf-8")
    (long,) = re.findall(r"```csv\n(.*?)```", page, flags=re.DOTALL)
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    first = next(at for at, line in enumerate(lines) if line.startswith("| Документ:"))
    wide = [line.strip("|").replace("*", "").replace(",", " ").split("|") for line in lines[first : first + 7]]
    text = "\n".join(",".join(cell.strip() for cell in row) for row in wide) + "\n"
    tables = haskovo.inputs.tables
    found = {}
    for name, content in (("long", long), ("wide", text)):
        path = tmp_path / f"{name}.csv"
        path.write_text(content, encoding="utf-8")
        intake = Intake(gazetteer(tables["municipalities"], tables["regions"]))
        found[name] = read_annex(path, tables["services"], tables["municipalities"], intake, {})
        assert set(found[name].rows["status"]) == {"illustrative"}
    assert figures(found["long"]) == [
        ("HKV", "crisis_centre_children", "HKV28", 8), ("HKV18", "therapy_rehabilitation", "HKV18", 6),
        ("HKV34", "day_care_children", "HKV34", 20),
    ]  # fmt: skip
    assert figures(found["wide"]) == [
        ("HKV18", "therapy_rehabilitation", "HKV18", 6), ("HKV34", "therapy_rehabilitation", "HKV34", 40),
    ]  # fmt: skip
    assert found["wide"].not_planned[["name", "max_users"]].to_numpy().tolist() == [["Приемна грижа", 15]]


def test_a_scenario_may_name_its_map_which_is_checked_and_no_part_of_the_plan(toyland):
    scenario = toyland / "toyland.toml"
    plain = planning.check(str(toyland))
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("[inputs]", '[inputs]\nmap_in_force = "map.csv"'), encoding="utf-8")
    (toyland / "map.csv").write_text(LONG + f"NOR,regional,общо,residence,8{END}", encoding="utf-8")
    named = planning.check(str(toyland))
    assert any("is a row of totals and left out" in note for note in named.notes)
    assert {**named.inputs.sources, "toyland.toml": ""} == {**plain.inputs.sources, "toyland.toml": ""}
    for name, table in plain.inputs.tables.items():
        assert named.inputs.tables[name].equals(table) or name == "provenance", name
    (toyland / "map.csv").write_text(LONG.replace("day_care,12", "day_care,-12"), encoding="utf-8")
    with pytest.raises(InputRefused, match=r"map\.csv, row 2, max_users: .* is negative"):
        planning.check(str(toyland))
    (toyland / "map.csv").write_text(HEAD, encoding="utf-8")
    assert planning.check(str(toyland)).inputs.tables["services"].equals(plain.inputs.tables["services"])
    reading = '[inputs.reading."map.csv"]\nblanks = ["–"]\n\n[streams.state]'
    scenario.write_text(scenario.read_text(encoding="utf-8").replace("[streams.state]", reading), encoding="utf-8")
    (toyland / "map.csv").write_text(WIDE.replace("9,2", "–,2"), encoding="utf-8")
    planning.check(str(toyland))
