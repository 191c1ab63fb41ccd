"""The chart and page of a frontier, and the chart in a run's page: figures from the tables, bytes, Chromium."""

import dataclasses
import re
import xml.dom.minidom
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import pytest

from nationalmap import planning
from nationalmap.reports import page as run_page
from nationalmap.reports.explain import reasons_by_year
from nationalmap.reports.frontier import chart, drawing, figures, page, series
from nationalmap.studies.frontier import walked
from tests.chromium import AXE, Visit

TOYLAND = Path(__file__).resolve().parents[1] / "toyland"
ATTACK = '<script>alert(1)</script>{{7*7}}$x^2$&"'


@pytest.fixture(scope="module")
def frontier():
    """Four budgets of toyland, both ways: nesting costs four cases at the second."""
    question = planning.check(str(TOYLAND))
    return walked(question, ["programme", "state"], (0.6, 0.8, 1.0, 1.2), "unmet", nested=True, child=False)


@pytest.fixture(scope="module")
def hostile(frontier):
    """The same with names that hold code."""
    both = {"bg": ATTACK, "en": ATTACK}
    named = {"streams": {"state": both}, "title": both, "services": dict.fromkeys(frontier.asked.services, both)}
    return dataclasses.replace(frontier, asked=dataclasses.replace(frontier.asked, **named))


# ------------------------------------------------------------------ what is drawn


def test_every_mark_stands_where_its_figures_say(frontier):
    drawn = drawing.drawing(frontier, "en")
    free = series.steps(frontier, "free")
    marks = [at for name, at, _ in drawn.shapes if name == "circle" and at["r"] == 5][: len(free)]
    # Two budgets and two shares fix the scales; every other mark has to follow them.
    across = (marks[-1]["cx"] - marks[0]["cx"]) / (free[-1].budget_eur - free[0].budget_eur)
    up = (marks[-1]["cy"] - marks[0]["cy"]) / (free[-1].share - free[0].share)
    assert across > 0 > up
    for mark, step in zip(marks, free, strict=True):
        assert mark["cx"] == pytest.approx(marks[0]["cx"] + across * (step.budget_eur - free[0].budget_eur), abs=0.05)
        assert mark["cy"] == pytest.approx(marks[0]["cy"] + up * (step.share - free[0].share), abs=0.05)
    ticks = {words: at for name, at, words in drawn.shapes if name == "text" and at["text-anchor"] == "end"}
    assert ticks["60"]["y"] - 4 == pytest.approx(marks[0]["cy"] + up * (0.6 - free[0].share), abs=0.05)


def test_the_columns_are_the_cases_without_a_place(frontier):
    drawn = drawing.drawing(frontier, "en")
    classes = frontier.tables["by_class"]
    asked = classes[(classes["way"] == "free") & (classes["no_place_users"] > 0)]["no_place_users"].tolist()
    boxes = [at for name, at, _ in drawn.shapes if name == "rect" and at.get("stroke-width") == 0.8]
    assert [round(box["height"] * asked[0] / boxes[0]["height"]) for box in boxes] == asked
    lowest = max(box["y"] + box["height"] for box in boxes)
    by_column = {x: [box for box in boxes if box["x"] == x] for x in sorted({box["x"] for box in boxes})}
    for column in by_column.values():
        assert column[0]["y"] + column[0]["height"] == pytest.approx(lowest)
        for below, above in pairwise(column):
            assert above["y"] + above["height"] == pytest.approx(below["y"], abs=0.02)


def test_the_words_of_the_chart_are_there_in_both_languages(frontier):
    for language, words in (
        ("bg", ["Средства за издръжка, млн. EUR на година", "Случаи с място, % от потребността", "56,9", "61,5"]),
        ("en", ["Running money, EUR million a year", "Cases with a place, % of the need", "56.9", "61.5"]),
    ):
        shown = {text for _, _, text in drawing.drawing(frontier, language).shapes}
        assert set(words) <= shown
        assert {"3/6", "5/6", "6/6"} <= shown


def test_nobody_reaches_everybody_by_rounding(frontier):
    step = dataclasses.replace(series.steps(frontier, "free")[0], need=2366, served=2365)
    assert (step.shown, dataclasses.replace(step, served=2366).shown) == (0.999, 1.0)


def test_ticks_are_round_and_inside():
    assert drawing.ticks(15.2, 24.7, 6) == [16, 18, 20, 22, 24]
    assert drawing.ticks(0.05, 0.11, 6) == [0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11]
    assert drawing.ticks(50, 100, 6) == [50, 60, 70, 80, 90, 100]


def test_the_picture_and_the_print_are_the_same_bytes_each_time_without_a_date(frontier):
    first = chart.chart(frontier, "bg")
    # Whatever a user has told matplotlib: the program's own settings alone count.
    told = {"lines.solid_capstyle": "round", "patch.antialiased": False, "font.size": 30, "savefig.bbox": "tight"}
    with mpl.rc_context({**told, "axes.linewidth": 4, "path.simplify": False, "savefig.facecolor": "yellow"}):
        assert chart.chart(frontier, "bg") == first
    assert first["png"].startswith(b"\x89PNG")
    assert b"tIME" not in first["png"]
    width, height = (int.from_bytes(first["png"][at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (1654, 1166)
    assert not re.search(rb"<dc:date>|20\d\d-\d\d-\d\dT", first["svg"])
    xml.dom.minidom.parseString(first["svg"])  # noqa: S318 - made here
    assert first["svg"] != chart.chart(frontier, "en")["svg"]


def test_names_that_hold_code_are_text_in_chart_and_page(hostile):
    xml.dom.minidom.parseString(chart.chart(hostile, "en")["svg"])  # noqa: S318 - made here
    text = page.build(hostile)
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}") > 4


def test_the_table_has_the_figures_of_the_points(frontier):
    grid = figures.points(frontier, "en")
    points = frontier.tables["points"]
    served = points.loc[points["way"] == "free", "served_users"].astype(str).tolist()
    assert [row[3] for row in grid.rows] == served
    assert [row[-3:-1] for row in grid.rows] == [("37", "0"), ("40", "+4"), ("58", "0"), ("59", "0")]
    assert [row[-1] for row in grid.rows] == ["3/6", "4/6", "6/6", "6/6"]
    assert [row[0] for row in grid.rows] == ["60%", "80%", "100%", "120%"]
    added = figures.investments(frontier, "en")
    assert added[1].rows == (("Dolno", "Home", "+5 → 5", "+1 → 1", "+12,000", "25,000"),)


# ------------------------------------------------------------------ in Chromium


def violations(visit):
    """What axe objects to; its script comes from beside the page's policy."""
    visit.page.context.new_cdp_session(visit.page).send("Page.setBypassCSP", {"enabled": True})
    visit.page.evaluate(AXE.read_text(encoding="utf-8"))
    return visit.page.evaluate("axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")


@pytest.mark.xdist_group("chromium")
def test_the_page_opens_offline_in_both_languages_and_is_accessible(browser, frontier, tmp_path):
    path = tmp_path / "frontier.html"
    path.write_text(page.build(frontier), encoding="utf-8")
    visit = Visit(browser, path)
    assert visit.requests == [path.as_uri()]
    assert visit.page.title() == "Колко потребност се покрива с колко пари"
    assert visit.page.locator(".part:visible").get_attribute("lang") == "bg"
    visit.page.click(".part[lang=bg] button.language")
    section = visit.page.locator(".part:visible")
    assert section.get_attribute("lang") == "en"
    assert visit.page.evaluate("document.documentElement.lang") == "en"
    image = section.locator("svg[role=img]")
    named = image.get_attribute("aria-labelledby").split()
    assert visit.page.locator(f"#{named[0]}").text_content() == "How much need is met with how much money"
    assert "56.9%" in visit.page.locator(f"#{named[1]}").text_content()
    rows = section.locator("table").first.locator("tbody tr")
    assert rows.count() == 4
    assert "ILLUSTRATIVE NORMS" in visit.text(".part[lang=en]")
    assert violations(visit) == []
    assert visit.complaints == []
    visit.context.close()


@pytest.mark.xdist_group("chromium")
def test_names_that_hold_code_do_nothing(browser, hostile, toyland_run, tmp_path):
    for name, text in (("frontier", page.build(hostile)), ("map", run_page.build(toyland_run.plan, hostile))):
        path = tmp_path / f"{name}.html"
        path.write_text(text, encoding="utf-8")
        visit = Visit(browser, path)
        assert visit.complaints == []
        assert "49" not in visit.text("h1 >> visible=true")
        assert ATTACK in visit.page.content().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        visit.context.close()


@pytest.mark.xdist_group("chromium")
def test_a_runs_page_shows_the_chart_for_the_whole_territory_alone(browser, frontier, toyland_run, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(run_page.build(toyland_run.plan, frontier), encoding="utf-8")
    visit = Visit(browser, path)
    panel = visit.page.locator("#panel section.frontier")
    assert panel.locator("svg[role=img] circle").count() >= 4
    assert panel.locator("h3").text_content() == "Колко потребност се покрива с колко пари"
    panel.locator("summary").click()
    cells = panel.locator("tbody tr").evaluate_all("rows => rows.map(r => [...r.children].map(c => c.textContent))")
    assert [row[3] for row in cells] == ["37", "44", "58", "59"]
    visit.page.click("#language-button")
    assert panel.locator("h3").text_content() == "How much need is met with how much money"
    assert panel.locator("svg title").text_content() == "How much need is met with how much money"
    assert violations(visit) == []
    visit.choose(municipality="NOR01")
    assert panel.count() == 0
    assert visit.complaints == []
    visit.context.close()


def test_a_runs_page_without_a_frontier_has_none(toyland_run, frontier):
    plain = run_page.build(toyland_run.plan, None, reasons_by_year(toyland_run.plan))
    assert plain == (toyland_run.folder / "map.html").read_text(encoding="utf-8")
    assert '"frontier":{' not in plain
    assert run_page.build(toyland_run.plan, frontier) == run_page.build(toyland_run.plan, frontier)
