"""The parts of a sheet: words that fit, tables that lose nothing in silence, names off the circles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nationalmap.reports.atlas import harmless, letters, tables
from nationalmap.reports.atlas.names import Dot, overlap, placed

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=80)
WIDE = st.floats(5, 120)


# ------------------------------------------------------------------ letters


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("text", ["Национална карта", "WWWWiiii", "1 234,5 EUR", "„Дневна грижа“ – 100 %"])
def test_widths_are_those_that_matplotlib_draws(text, bold):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 2), dpi=300)
    FigureCanvasAgg(figure)
    drawn = figure.text(0, 0, text, fontproperties=letters.font(bold=bold), fontsize=40)
    millimetres = drawn.get_window_extent().width / 300 * 25.4
    assert letters.width(text, 40, bold=bold) == pytest.approx(millimetres, rel=0.03)


@given(TEXT, WIDE)
def test_lines_hold_every_letter_in_order_and_no_more_than_the_width(text, wide):
    found = letters.lines(text, 9, wide)
    assert "".join("".join(found).split(" ")) == "".join(text.replace("\n", " ").split(" "))
    assert all(letters.width(line, 9) <= wide or len(line) == 1 for line in found)


@given(TEXT, WIDE, st.floats(0, 30))
def test_a_text_is_made_smaller_until_it_fits(text, wide, high):
    size, found = letters.fitted(text, wide, high, (12, 10, 8))
    assert letters.height(len(found), size) <= max(high, 1.0)
    assert size in (12, 10, 8) or size < 8
    larger = [other for other in (12, 10, 8) if other > size]
    assert all(letters.height(len(letters.lines(text, other, wide)), other) > max(high, 1.0) for other in larger)


# ------------------------------------------------------------------ tables

COLUMNS = [tables.Column("Община", 30.0), tables.Column("Потребност", 20.0, figures=True)]
ROWS = st.lists(
    st.builds(tables.Row, st.tuples(TEXT, st.just("1 234")), weight=st.floats(0, 9)), min_size=1, max_size=30
)


@given(ROWS, st.floats(0, 200))
def test_rows_are_shown_or_counted(rows, high):
    found = tables.fit(COLUMNS, rows, high, (9, 7, 6))
    assert len(found.rows) + found.more == len(rows)
    if not found.more:
        assert found.rows == tuple(rows)
        assert tables.height(COLUMNS, rows, found.size) <= high
    else:
        assert found.size == 6
        assert tables.taken(COLUMNS, rows, high, (9, 7, 6)) <= max(high, tables.taken(COLUMNS, rows, 0, (6,)))
        shown = {id(row) for row in found.rows}
        left_out = [row.weight for row in rows if id(row) not in shown]
        assert all(row.weight >= max(left_out) for row in found.rows)


def test_rows_keep_their_order_where_some_are_left_out():
    rows = [tables.Row((str(at), "0"), weight=float(at % 5)) for at in range(20)]
    found = tables.fit(COLUMNS, rows, 40, (6,))
    assert 0 < len(found.rows) < 20
    assert [int(row.cells[0]) for row in found.rows] == sorted(int(row.cells[0]) for row in found.rows)


@given(st.integers(0, 10**12), st.floats(4, 30))
def test_a_figure_is_never_broken(value, wide):
    """Half of a figure on the next line would be read as another figure."""
    column = tables.Column("", wide, figures=True)
    ((letter, lines),) = tables._cells([column], tables.Row((str(value),)), 9)
    assert lines == [str(value)]
    assert letters.width(str(value), letter) <= wide


def test_headings_are_never_broken_within_a_word():
    narrow = [tables.Column("Потребност", 9.0, figures=True), tables.Column("Минимален пакет", 11.0)]
    size = tables._head_size(narrow, 9)
    lines = [lines for _, lines in tables._cells(narrow, tables._head(narrow), size)]
    assert lines == [["Потребност"], ["Минимален", "пакет"]]


# ------------------------------------------------------------------ names

POINTS = st.lists(st.tuples(st.floats(20, 180), st.floats(20, 180), st.floats(0.4, 7)), min_size=1, max_size=8)


@given(POINTS)
def test_a_name_lies_in_the_frame_and_off_its_own_circle(points):
    frame = (0.0, 0.0, 200.0, 200.0)
    dots = {f"A{at}": Dot(x, y, r, 25.0, 4.0) for at, (x, y, r) in enumerate(points)}
    found = placed(dots, frame)
    assert set(found) == set(dots)
    for x, y in found.values():
        box = (x - 12.5, y - 2, x + 12.5, y + 2)
        assert overlap(box, frame) == pytest.approx(100)


def test_names_avoid_circles_and_each_other_where_there_is_room():
    dots = {f"A{at}": Dot(40.0 + 18 * at, 100.0, 5.0, 30.0, 4.0) for at in range(6)}
    found = placed(dots, (0.0, 0.0, 200.0, 200.0))
    boxes = [(x - 15, y - 2, x + 15, y + 2) for x, y in found.values()]
    circles = [(d.x - 5, d.y - 5, d.x + 5, d.y + 5) for d in dots.values()]
    assert not any(overlap(box, circle) for box in boxes for circle in circles)
    assert not any(overlap(a, b) for at, a in enumerate(boxes) for b in boxes[at + 1 :])


@pytest.mark.parametrize("name", ["../../x", "CON:", "a b\\c", "x" * 300, "дом", "$(hurt)", ""])
def test_file_names_are_harmless(name):
    import re

    assert re.fullmatch(r"[A-Za-z0-9_-]{1,60}", harmless(name))
