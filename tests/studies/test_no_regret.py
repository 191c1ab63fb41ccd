"""The decisions equal in two runs of toyland, and their map in Chromium."""

from __future__ import annotations

import dataclasses
import json
import shutil

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

import nationalmap
from nationalmap import planning
from nationalmap.errors import InputRefused
from nationalmap.reports.page.regret import build
from tests.chromium import Visit
from tests.conftest import TOYLAND

pytestmark = pytest.mark.xdist_group("chromium")


@pytest.fixture(scope="module")
def poorer_run(tmp_path_factory):
    """Toyland with 22.6 T less a year: no centre in N3, none in S1."""
    folder = tmp_path_factory.mktemp("poorer") / "toyland"
    shutil.copytree(TOYLAND, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py", "solved"))
    text = (folder / "toyland.toml").read_text(encoding="utf-8")
    (folder / "toyland.toml").write_text(text.replace("62600.0", "40000.0"), encoding="utf-8")
    return planning.plan(str(folder), tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def compared(toyland_run, poorer_run, tmp_path_factory):
    return nationalmap.no_regret([toyland_run.folder, poorer_run.folder], tmp_path_factory.mktemp("no-regret"))


def test_what_is_equal_is_what_both_plans_say(toyland_run, poorer_run, compared):
    """Home S1 opens, day care N2 grows, day care N1 stays; the rest differs in kind."""
    equal = compared.table[compared.table["equal"]].set_index(["municipality", "service"])["decision"]
    for run in (toyland_run, poorer_run):
        places = run.plan.tables["capacity"].groupby(["municipality", "service"])[["places_today", "places"]].sum()
        assert places.loc[("SOU01", "residence"), "places_today"] == 0 < places.loc[("SOU01", "residence"), "places"]
        assert places.loc[("NOR02", "day_care"), "places"] > 3
        assert places.loc[("NOR01", "day_care"), "places"] == 12
    assert equal[equal != "absent"].to_dict() == {
        ("NOR01", "day_care"): "stays",
        ("NOR02", "day_care"): "grows",
        ("SOU01", "residence"): "opens",
    }


def test_it_is_told_and_written(run, toyland_run, poorer_run, tmp_path):
    answer = run("no-regret", toyland_run.folder, poorer_run.folder, "--out", tmp_path, "--language", "en")
    assert answer.code == 0
    assert answer.out.splitlines()[:4] == [
        "- 2 plans: 3 of 8 decisions are equal in all of them (38%).",
        "- Opens in all – 1 decision: Home (Dolno).",
        "- Grows in all – 1 decision: Day care (Sredno).",
        "- Stays as today in all – 1 decision.",
    ]
    table = pd.read_csv(tmp_path / "decisions.csv")
    assert len(table) == 8
    assert (tmp_path / "no-regret.html").is_file()


def test_the_same_plans_give_the_same_bytes(toyland_run, poorer_run, compared, tmp_path):
    nationalmap.no_regret([toyland_run.folder, poorer_run.folder], tmp_path)
    for name in ("decisions.csv", "no-regret.html"):
        assert (tmp_path / name).read_bytes() == (compared.folder / name).read_bytes()


def test_one_folder_that_is_no_sweep_is_refused(toyland_run):
    with pytest.raises(InputRefused, match="is not the folder of a sweep; name two or more run folders"):
        nationalmap.no_regret([toyland_run.folder.parent])


def test_the_same_run_twice_is_refused(toyland_run):
    with pytest.raises(InputRefused, match="run: are given twice; name each run once"):
        nationalmap.no_regret([toyland_run.folder, toyland_run.folder])


def test_all_runs_of_a_sweep_are_compared(tmp_path, monkeypatch):
    """Toyland as it is and with 1 % of its money for building: what is to be built is in one of the two alone."""
    shutil.copytree(TOYLAND, tmp_path / "toyland", ignore=shutil.ignore_patterns("__pycache__"))
    design = """
format = 1
name = "two"
title_bg = "две"
title_en = "two"
scenario = "toyland"
mode = "plan"
through = "unmet"
grid = { changes = [{ what = "budget", name = "building", factors = [1.0, 0.01] }] }
"""
    (tmp_path / "two.toml").write_text(design, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    swept = nationalmap.sweep(str(tmp_path / "two.toml"), tmp_path / "sweeps", processes=1)
    table = nationalmap.no_regret([swept.folder], tmp_path / "out").table.set_index(["municipality", "service"])
    assert set(table["runs"]) == {2}
    assert table.loc[("SOU01", "residence"), ["stands", "standing_runs"]].tolist() == ["some", 1]
    assert table.loc[("NOR01", "day_care"), ["stands", "places_today"]].tolist() == ["all", 12]


# ------------------------------------------------------------------ in the browser


@pytest.fixture(scope="module")
def page(compared, browser):
    """The page opened without a network at the size of an office screen; nothing is asked for or complained about."""
    visit = Visit(browser, compared.folder / "no-regret.html")
    yield visit.page
    assert visit.complaints == []
    assert len(visit.requests) == 1
    visit.context.close()


def fills(page):
    script = "list => Object.fromEntries(list.map(p => [p.dataset.code, p.getAttribute('fill')]))"
    return page.locator("path.planned").evaluate_all(script)


ALL, SOME, NONE = "#08519c", "#c6dbef", "#ffffff"


def test_each_class_has_its_colour_on_the_map(page, compared):
    for service in ("day_care", "residence"):
        page.select_option("#service-select", service)
        stands = compared.table[compared.table["service"] == service].set_index("municipality")["stands"]
        colour = {"all": ALL, "some": SOME, "none": NONE}
        assert fills(page) == {code: colour[stands.get(code, "none")] for code in fills(page)}
    assert set(fills(page).values()) == {ALL, NONE}


def test_the_map_is_reached_by_keyboard_alone(page):
    page.select_option("#service-select", "day_care")
    page.locator("path.planned[data-code=NOR01]").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.code") == "NOR02"
    page.keyboard.press("Enter")
    assert page.locator("#municipality-select").input_value() == "NOR02"
    assert "Средно" in page.locator("#panel h2").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#municipality-select").input_value() == ""
    assert page.locator("path.planned[tabindex='0']").count() == 1


def test_both_languages(page):
    page.click("#language-button")
    assert page.locator("h1").inner_text() == "Decisions that do not depend on the scenario"
    assert "Boundaries: boundaries.geojson." in page.locator("footer").inner_text()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.click("#language-button")
    assert page.locator("h1").inner_text() == "Решения, които не зависят от сценария"


def test_schematic_boundaries_are_labelled_so(page, compared, tmp_path):
    plan = compared.plan
    boundaries = dataclasses.replace(plan.inputs.boundaries, status="schematic")
    drawn = dataclasses.replace(plan, inputs=dataclasses.replace(plan.inputs, boundaries=boundaries))
    (tmp_path / "schematic.html").write_text(build(drawn, compared.table, []), encoding="utf-8")
    other = page.context.new_page()
    other.goto((tmp_path / "schematic.html").as_uri())
    other.wait_for_selector("html[data-drawn]")
    assert other.locator("#footer").inner_text() == "Границите са схематични, не са официални."
    other.close()


def test_axe_finds_nothing(page):
    found = Axe().run(page)
    assert json.dumps([violation["id"] for violation in found.response["violations"]]) == "[]"
