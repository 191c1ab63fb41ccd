"""The workbook of a comparison, read back: sentences first, then real numbers under headings that stay."""

from __future__ import annotations

import dataclasses
from io import BytesIO

import openpyxl
import pytest

from nationalmap.reports import comparison
from nationalmap.reports.comparison.sheets import sheet, tab
from nationalmap.reports.comparison.workbook import workbook

# Made once, in one process.
pytestmark = pytest.mark.xdist_group("comparison")

HEAD = 7


@pytest.fixture(scope="module")
def plans(three):
    return [run.plan for run in three]


@pytest.fixture(scope="module")
def tables(plans):
    return comparison.compare(plans)


@pytest.fixture(scope="module")
def book(tables, plans):
    return openpyxl.load_workbook(BytesIO(workbook(tables, plans)))


def rows(page):
    """Rows of a sheet under the Bulgarian line of their headings."""
    head, *cells = page.iter_rows(min_row=HEAD)
    names = [cell.value.split("\n")[0] for cell in head]
    return [dict(zip(names, row, strict=True)) for row in cells]


def test_the_first_sheet_tells_every_sentence_in_both_languages(book, tables):
    first = book.worksheets[0]
    assert first.title == "Сравнение"
    for column, language in (("A", "bg"), ("B", "en")):
        told = [cell.value for cell in first[column] if cell.value]
        said = tables["said"][f"says_{language}"].tolist()
        assert [words for words in told if words in said] == said


def test_one_sheet_for_each_table_with_rows_and_the_others_named(book, tables):
    shown = [name for name, frame in tables.items() if len(frame) and name not in ("said", "runs")]
    assert book.sheetnames == ["Сравнение", *(tab(name, "bg") for name in shown)]
    assert all(len(name) <= 31 for name in book.sheetnames)
    (empty,) = [cell.value for cell in book.worksheets[0]["A"] if str(cell.value).startswith("Без разлики: ")]
    for name in ("scope", "input_rows", "needs", "renovated"):
        assert tab(name, "bg") in empty
    links = [cell.hyperlink.location for cell in book.worksheets[0]["A"] if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]


def test_figures_are_numbers_with_their_formats(book):
    by_place = rows(book["По общини"])
    north = next(row for row in by_place if row["Сценарий"].value == "more" and row["Община"].value == "Средно")
    assert (north["Места: основа"].value, north["Места: сценарий"].value, north["Места: разлика"].value) == (7, 8, 1)
    assert north["Места: разлика"].number_format.startswith("+#,##0;")
    money = north["Издръжка: разлика"]
    assert (money.value, money.number_format.count("€")) == (1000, 2)
    stages = {(row["Сценарий"].value, row["Етап"].value): row for row in rows(book["Етапи"])}
    cost = stages["norm", "разход"]
    assert (cost["Стойност: основа"].value, cost["Стойност: сценарий"].value) == (87.04, 78.36)
    assert cost["Какво струва разликата"].value == "по-малка"


def test_headings_stay_are_filtered_and_repeat(book):
    for page in book.worksheets[1:]:
        assert page.freeze_panes is not None
        assert page.freeze_panes.endswith(str(HEAD + 1))
        assert page.auto_filter.ref.startswith(f"A{HEAD}:")
        assert page.print_title_rows == f"${HEAD}:${HEAD}"
        assert page.page_setup.orientation == "landscape"


def test_the_same_runs_give_the_same_bytes(tables, plans):
    assert workbook(tables, plans) == workbook(comparison.compare(plans), plans)


def test_text_that_looks_like_a_formula_stays_text(small):
    title = '=HYPERLINK("http://x","y")'
    scenario = dataclasses.replace(small.scenario, name="other", title_bg=title, title_en=title)
    plans = [small, dataclasses.replace(small, scenario=scenario)]
    book = openpyxl.load_workbook(BytesIO(workbook(comparison.compare(plans), plans)))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if title in str(cell.value)]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_every_column_and_quantity_has_words(small, tables):
    """No heading, choice or total is told by its code."""
    for name, frame in comparison.compare([small, small]).items():
        if name not in ("said", "runs"):
            made = sheet(name, frame, [small])
            assert all(field.bg and field.en for field in made.fields)
