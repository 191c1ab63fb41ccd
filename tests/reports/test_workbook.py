"""The workbook, read back: numbers are numbers and the plan's, text is text, bytes repeat."""

from __future__ import annotations

import dataclasses
import io
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from small_plan import small_plan, stages

from nationalmap.errors import OutputFailed
from nationalmap.reports import sheets_inputs, texts
from nationalmap.reports.workbook import write_workbook
from nationalmap.schema import TABLES

HERE = Path(__file__).parent
RESULTS = (
    "package",
    "compliance",
    "limits",
    "needs",
    "unmet",
    "capacity",
    "allocation",
    "spending",
    "budget",
)
KEYS = ("summary", *RESULTS, "indicators", "norms", "services", "bases", "register", "glossary")
TABS = {key: texts.text(f"sheet.{key}.tab", "bg") for key in KEYS}
HEADING_ROW = 7


def built(plan):
    target = io.BytesIO()
    write_workbook(plan, target)
    return target.getvalue()


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(built(small_plan())))


def sheet_rows(book, key):
    """Rows of a sheet as dictionaries by the English heading."""
    sheet = book[TABS[key]]
    heads = [cell.value.split("\n")[1] for cell in sheet[HEADING_ROW] if cell.value]
    rows = sheet.iter_rows(min_row=HEADING_ROW + 1, max_col=len(heads), values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def totals_row(book, key):
    sheet = book[TABS[key]]
    heads = [cell.value.split("\n")[1] for cell in sheet[HEADING_ROW] if cell.value]
    return {
        head: sheet.cell(HEADING_ROW - 1, place + 1).value
        for place, head in enumerate(heads)
        if isinstance(sheet.cell(HEADING_ROW - 1, place + 1).value, (int, float))
    }


def with_input(plan, name, frame):
    inputs = dataclasses.replace(plan.inputs, tables={**plan.inputs.tables, name: frame})
    return dataclasses.replace(plan, inputs=inputs)


def test_the_sheets_in_their_order(book):
    assert book.sheetnames == list(TABS.values())
    assert book.sheetnames[:3] == ["Обобщение", "Пакет", "Пакет по редове"]


@pytest.mark.parametrize(
    ("key", "heading", "column"),
    [
        ("needs", "Need, cases", "needs.need_users"),
        ("needs", "Need before rounding", "needs.exact_users"),
        ("unmet", "No possible site within reach", "unmet.out_of_reach_users"),
        ("unmet", "No place in the plan", "unmet.no_place_users"),
        ("capacity", "Places", "capacity.places"),
        ("capacity", "Places given up", "capacity.given_up_places"),
        ("allocation", "Users", "allocation.users"),
        ("allocation", "Journey, minutes", "allocation.travel_min"),
        ("compliance", "Missing", "compliance.missing"),
        ("limits", "Maximum, users", "package.maximum_users"),
        ("budget", "Spent", "budget.spent_eur"),
        ("services", "Running cost per place and year", "services.running_cost_place_eur"),
    ],
)
def test_every_number_is_a_number_and_the_plans(small, book, key, heading, column):
    table, name = column.split(".")
    frame = {**small.inputs.tables, **small.tables}[table].sort_values(list(TABLES[table].key))
    asked = frame[name].astype(object).where(frame[name].notna(), None).tolist()
    found = [row[heading] for row in sheet_rows(book, key)]
    assert found == asked
    assert all(value is None or type(value) in (int, float) for value in found)


def test_names_stand_beside_their_codes(book):
    last = sheet_rows(book, "allocation")[-1]
    assert (last["Code"], last["Municipality"], last["Service code"], last["Service"]) == (
        "AAA02",
        "Бета",
        "home_help",
        "Помощ в дома",
    )
    shared = sheet_rows(book, "allocation")[3]
    assert (shared["Municipality"], shared["Host municipality"], shared["Users"]) == ("Бета", "Алфа", 1)


def test_the_package_matrix(book):
    assert sheet_rows(book, "package") == [
        {"Code": "AAA01", "Municipality": "Алфа", "Services provided": 3, "Of": 3}
        | dict.fromkeys(("Crisis", "Day care", "Home help"), "✓"),
        {"Code": "AAA02", "Municipality": "Бета", "Services provided": 1, "Of": 3}
        | {"Crisis": "далеч", "Day care": "10", "Home help": "✓"},
    ]


def test_a_service_that_is_not_asked_is_empty_in_the_matrix(small):
    rows = small.tables["compliance"]
    fewer = rows[~((rows["municipality"] == "AAA02") & (rows["service"] == "crisis"))]
    plan = dataclasses.replace(small, tables={**small.tables, "compliance": fewer})
    matrix = sheet_rows(openpyxl.load_workbook(io.BytesIO(built(plan))), "package")
    assert matrix[1]["Crisis"] is None
    assert matrix[1]["Of"] == 2


def test_totals_are_the_sums(book):
    assert totals_row(book, "unmet") == {
        "Need, cases": 95,
        "With a place": 63,
        "Without a place": 32,
        "Above the maximum": 4,
        "No possible site within reach": 9,
        "No place in the plan": 19,
    }
    assert totals_row(book, "capacity")["New places"] == 18
    assert totals_row(book, "spending") == {
        "Building": 150000.55,
        "Own": 40000.40,
        "State": 240000.60,
        "Running, total": 280001.00,
        "Capital, total": 150000.55,
    }


def test_spending_by_stream(book):
    rows = {(row["Code"], row["Service code"]): row for row in sheet_rows(book, "spending")}
    assert len(rows) == 4
    crisis = rows["AAA01", "crisis"]
    assert (crisis["Building"], crisis["Own"], crisis["State"]) == (60000.55, 40000.40, None)
    assert (crisis["Running, total"], crisis["Capital, total"]) == (40000.40, 60000.55)


def test_inputs_carry_source_date_class_basis_and_origin(book):
    adults = next(row for row in sheet_rows(book, "indicators") if row["Indicator code"] == "adults")
    assert (adults["Figure"], adults["Source"], adults["Reference date"]) == (1250, "Act 1, art. 2", "2021")
    assert (adults["Class of source"], adults["Note"]) == ("оценка", "new")
    assert {row["Code"] for row in sheet_rows(book, "indicators")} == {"AAA01", "AAA02"}
    norms = {row["Norm"]: row for row in sheet_rows(book, "norms")}
    assert norms["n_home"]["Rule"] == "100 на 1\N{NO-BREAK SPACE}000 · Възрастни"
    assert norms["n_crisis_min"]["Rule"] == "Пълнолетни: под 500 – 1; в останалите случаи – 2"
    assert norms["n_crisis"]["Rule"] == "6 във всяка територия"
    assert {row["Status"] for row in norms.values()} == {"примерно"}
    assert norms["n_home"]["Valid to"] == 2035
    register = {row["Site"]: row for row in sheet_rows(book, "register")}
    assert sorted(register) == ["d1", "d2", "h1", "h2"]
    assert (register["d2"]["Origin"], register["d2"]["Users"], register["d2"]["Basis"]) == (
        "оценка",
        None,
        "by share",
    )
    assert sheet_rows(book, "bases")[0]["Basis"] == "round figure"
    glossary = {row["Code"]: row["In English"] for row in sheet_rows(book, "glossary")}
    assert (glossary["AAA02"], glossary["crisis"], glossary["own"]) == ("Beta", "Crisis centre", "Own")
    assert "BBB01" not in glossary


def test_small_rates_keep_their_decimals(small):
    rate = dataclasses.replace(small.inputs.norms[2].rule, rate=9.3582)
    norm = dataclasses.replace(small.inputs.norms[2], rule=rate)
    words = sheets_inputs.rule_in_words(norm, {"elderly": "Възрастни"})
    assert words == "9,3582 на 1\N{NO-BREAK SPACE}000 · Възрастни"


def test_the_summary_says_how_sure_it_is(small, book):
    words = [cell for row in book["Обобщение"].iter_rows(values_only=True) for cell in row if cell is not None]
    assert "Малък план" in words
    assert any(str(word).startswith("Примерни норми – не са правна норма") for word in words)
    assert any(str(word).startswith("ДОКАЗАН ПЛАН") for word in words)
    tiles = [word for word in words if isinstance(word, (int, float))][:7]
    assert tiles == [1, 95, 63, 32, 18, 280001, 150001]
    opened = openpyxl.load_workbook(io.BytesIO(built(dataclasses.replace(small, stages=stages(0.0123)))))
    words = [cell for row in opened["Обобщение"].iter_rows(values_only=True) for cell in row if cell is not None]
    assert any(str(word).startswith("ПЛАН С ОТКЛОНЕНИЕ") for word in words)
    assert 0.0123 in words
    assert 31.5 in words
    assert "потребители" in words


HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x.test","y")',
    "http://x.test",
    "{=A1}",
    "mailto:a@x.test",
    "00084",
    "1234",
    "NA",
    "&P <b>{0}",
    "internal:'Пакет'!A1",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_looks_like_something_else_stays_text(small, name):
    frame = small.inputs.tables["municipalities"].replace({"Бета": name})
    raw = built(with_input(small, "municipalities", frame))
    book = openpyxl.load_workbook(io.BytesIO(raw))
    cell = book["Пакет"].cell(HEADING_ROW + 2, 2)
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        xml = b"".join(parts.read(part) for part in parts.namelist() if "worksheets/" in part)
    assert b"<f>" not in xml
    assert b"TargetMode" not in xml


def test_no_cell_is_a_formula(book):
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds == {"s", "n"}


def test_filters_frozen_panes_and_print_set_up(book):
    for sheet in book.worksheets[1:]:
        assert sheet.auto_filter.ref.startswith(f"A{HEADING_ROW}:")
        assert sheet.freeze_panes.endswith(str(HEADING_ROW + 1))
        assert sheet.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.page_setup.fitToHeight in ((None, 1) if sheet.title == "Обобщение" else (0,))
        assert "2026-07-01-small" in sheet.oddFooter.left.text
        assert "INDICATIVE" in sheet.oddFooter.center.text


def test_links_lead_to_sheets_that_exist(book):
    links = [cell.hyperlink.location for row in book["Обобщение"].iter_rows() for cell in row if cell.hyperlink]
    assert [link.split("!")[0].strip("'") for link in links] == book.sheetnames[1:]


def test_the_only_date_inside_is_the_scenarios(book):
    assert book.properties.created == book.properties.modified == datetime(2026, 7, 1)


def test_two_builds_give_the_same_bytes(small, tmp_path):
    first = built(small)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from small_plan import small_plan;"
        "from nationalmap.reports.workbook import write_workbook; write_workbook(small_plan(), sys.argv[2])"
    )
    for place, seed in enumerate(("1", "2")):
        path = tmp_path / f"{place}.xlsx"
        env = {"PYTHONHASHSEED": seed, "TZ": ("Asia/Tokyo", "America/Lima")[place], "PATH": ""}
        root = str(HERE.parents[1])
        subprocess.run([sys.executable, "-c", code, str(HERE), str(path)], check=True, cwd=root, env=env)
        assert path.read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_order_of_rows_does_not_change_the_bytes(small):
    turned = dataclasses.replace(
        small,
        tables={name: frame.iloc[::-1] for name, frame in small.tables.items()},
        inputs=dataclasses.replace(
            small.inputs,
            tables={name: frame.iloc[::-1] for name, frame in small.inputs.tables.items()},
            norms=small.inputs.norms[::-1],
        ),
    )
    assert built(turned) == built(small)


def test_a_plan_without_any_row_still_makes_a_workbook(small):
    empty = {name: frame.iloc[:0] for name, frame in small.tables.items()}
    book = openpyxl.load_workbook(io.BytesIO(built(dataclasses.replace(small, tables=empty, stages=()))))
    assert book.sheetnames == list(TABS.values())
    assert sheet_rows(book, "spending") == []
    assert [row["Of"] for row in sheet_rows(book, "package")] == [0, 0]


def test_a_path_and_a_folder_that_is_not_there(small, tmp_path):
    write_workbook(small, tmp_path / "plan.xlsx")
    assert (tmp_path / "plan.xlsx").read_bytes() == built(small)
    with pytest.raises(OutputFailed, match=r"plan\.xlsx: could not be written"):
        write_workbook(small, tmp_path / "no" / "plan.xlsx")


def test_a_text_too_long_for_a_cell_is_refused_and_not_dropped(small):
    frame = small.inputs.tables["register"].replace({"by share": "x" * 40_000})
    with pytest.raises(OutputFailed, match="Регистър"):
        built(with_input(small, "register", frame))


def test_every_choice_of_the_schema_has_words():
    known = texts.entries("choice")
    choices = {choice for table in TABLES.values() for column in table.columns for choice in column.choices}
    assert choices - set(known) == set()
