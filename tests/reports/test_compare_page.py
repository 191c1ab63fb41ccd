"""The page of a comparison in Chromium without a network, compared with the runs' own tables."""

from __future__ import annotations

import dataclasses
import re
from fractions import Fraction
from pathlib import Path

import axe_playwright_python
import pytest
from sample_plan import HOME, HOSTILE, TOWNS, YEARS, hostile_plan, residents, sample_plan

from nationalmap.reports import comparison
from nationalmap.reports.page import comparison as page
from tests.chromium import Visit

pytestmark = pytest.mark.xdist_group("chromium")

#: ColorBrewer PuOr: orange is worse, violet better, the middle no change.
PUOR = ["#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788"]
PLACES = [f"{side}0{number}" for side in ("NOR", "SOU") for number in (1, 2, 3)]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")


@pytest.fixture(scope="module")
def plans(three):
    return {run.plan.scenario.name: run.plan for run in three}


@pytest.fixture(scope="module")
def tables(plans):
    return comparison.compare(list(plans.values()))


@pytest.fixture(scope="module")
def path(plans, tables, tmp_path_factory):
    file = tmp_path_factory.mktemp("comparison") / "comparison.html"
    file.write_text(page.build(list(plans.values()), tables), encoding="utf-8")
    return file


@pytest.fixture
def visit(browser, path):
    opened = []

    def go(address: str = "", file: Path = path) -> Visit:
        opened.append(Visit(browser, file, address))
        return opened[-1]

    yield go
    for one in opened:
        one.context.close()


def cells(seen, selector):
    """Texts of a table, row by row."""
    script = "rows => rows.map(r => [...r.children].map(c => c.textContent.replaceAll('\\u00a0', ' ')))"
    return seen.page.locator(f"{selector} tbody tr").evaluate_all(script)


# ------------------------------------------------------------------ the difference on the map


def value(plan, measure, code, group, year):
    """The measure from the run's own tables, exactly; None without a need."""
    unmet = plan.tables["unmet"]
    rows = unmet[(unmet["municipality"] == code) & (unmet["year"] == year)]
    rows = rows if group == "*" else rows[rows["group"] == group]
    need, served, lacking = (int(rows[f"{name}_users"].sum()) for name in ("need", "served", "unmet"))
    if measure == "coverage":
        return Fraction(100 * served, need) if need else None
    if measure == "shortfall":
        return Fraction(1000 * lacking, residents(code, year))
    spending = plan.tables["spending"]
    spent = spending[(spending["municipality"] == code) & (spending["kind"] == "running") & (spending["year"] == year)]
    services = plan.inputs.tables["services"].set_index("service")["group"]
    spent = spent if group == "*" else spent[spent["service"].map(services) == group]
    return Fraction(sum(round(100 * amount) for amount in spent["amount_eur"]), 100 * residents(code, year))


BREAKS = {"coverage": ["1", "5", "20"], "shortfall": ["1/10", "1", "4"], "money": ["1", "5", "20"]}


def expected(a, b, measure, code, group, year):
    difference = value(b, measure, code, group, year) - value(a, measure, code, group, year)
    steps = sum(abs(difference) >= Fraction(limit) for limit in BREAKS[measure])
    better = difference < 0 if measure == "shortfall" else difference > 0
    return PUOR[3 + steps if better else 3 - steps]


@pytest.mark.parametrize(("a", "b"), [("toyland", "more"), ("more", "norm"), ("norm", "toyland")])
def test_every_fill_is_the_class_of_the_difference_of_any_two_runs(plans, visit, a, b):
    seen = visit(f"#a={a}&b={b}")
    for group in ("*", "day_care", "residence"):
        seen.choose(service=group)
        wanted = {code: expected(plans[a], plans[b], "coverage", code, group, 2027) for code in PLACES}
        assert seen.fills() == wanted, group
    seen.clean()


def other_sample(plan):
    """The sample plan with more or fewer users served by turns, and with less or more money."""
    unmet = plan.tables["unmet"].copy()
    move = [
        (place % 7) * (1 if place % 2 else -1) * max(1, need // 40) for place, need in enumerate(unmet["need_users"])
    ]
    served = (unmet["served_users"] + move).clip(0, unmet["need_users"])
    unmet["unmet_users"], unmet["served_users"] = unmet["need_users"] - served, served
    spending = plan.tables["spending"].copy()
    factor = [0.5 + 0.25 * (place % 5) for place in range(len(spending))]
    spending["amount_eur"] = (spending["amount_eur"] * factor).round(2)
    scenario = dataclasses.replace(plan.scenario, name="other")
    return dataclasses.replace(plan, scenario=scenario, tables={**plan.tables, "unmet": unmet, "spending": spending})


def test_every_fill_of_every_measure_by_year(visit, tmp_path):
    base = sample_plan()
    other = other_sample(base)
    file = tmp_path / "samples.html"
    file.write_text(page.build([base, other], comparison.compare([base, other])), encoding="utf-8")
    seen = visit("", file)
    shown = set()
    for year in YEARS[-2:]:
        for measure in BREAKS:
            for group in ("*", HOME):
                seen.choose(year=str(year), measure=measure, service=group)
                wanted = {code: expected(base, other, measure, code, group, year) for code in TOWNS}
                assert seen.fills() == wanted, (year, measure, group)
                shown |= set(wanted.values())
    # Both sides of zero were seen.
    assert shown & set(PUOR[:3])
    assert shown & set(PUOR[4:])


def test_without_residents_a_rate_has_no_class(visit):
    seen = visit("#measure=money")
    assert set(seen.fills().values()) == {"url(#no-data)"}


def test_a_run_against_itself_is_without_change(visit):
    seen = visit("#a=more&b=more")
    assert set(seen.fills().values()) == {PUOR[3]}
    assert {row[-1] for row in cells(seen, "#winners")} == {"без промяна"}


# ------------------------------------------------------------------ what it says


def test_what_was_asked_differently_stands_first(visit, tables):
    seen = visit("#a=more&b=norm&lang=en")
    first = seen.page.locator("#panel section").first
    assert first.get_attribute("id") == "inputs"
    told = [text.replace("\u00a0", " ") for text in first.locator("li").all_inner_texts()]
    said = tables["said"]
    both = said[said["part"].isin(["scope", "inputs"]) & said["run"].isin(["more", "norm"])]
    assert told == [text.replace("\u00a0", " ") for text in both["says_en"]]
    assert seen.page.locator("#inputs p").all_inner_texts() == ["B against A (the base)", "C against A (the base)"]


@pytest.mark.parametrize("run", ["more", "norm"])
def test_winners_and_classes_are_those_of_the_tables(visit, tables, plans, run):
    seen = visit(f"#b={run}&lang=en")
    names = plans["toyland"].inputs.tables["municipalities"].set_index("municipality")["name_en"]

    def sign(value, decimals=0):
        written = f"{abs(value):.{decimals}f}"
        return written if float(written) == 0 else ("+" if value > 0 else "\N{MINUS SIGN}") + written

    rows = tables["winners"].query("run == @run")
    wanted = {
        (
            names[row.municipality],
            sign(row.served_users_difference),
            sign(100 * row.unmet_share_difference, 1),
            sign(row.complied_services_difference),
            {"gains": "gains", "loses": "loses", "same": "no change"}[row.outcome],
        )
        for row in rows.itertuples()
    }
    assert {tuple(row) for row in cells(seen, "#winners")} == wanted
    classes = tables["priorities"].query("run == @run")
    assert cells(seen, "#classes") == [
        [str(r.priority_class), sign(r.gained_users), sign(-r.lost_users), str(r.unmet_users_base), str(r.unmet_users)]
        for r in classes.itertuples()
    ]


def test_the_sentence_the_figures_and_stability(visit):
    seen = visit("#b=norm")
    assert seen.text("#sentence") == (
        "В спрямо А, 2027 г., Всички услуги: с място 58 → 54 (−4); без място 7 → 11 (+4); места 58 → 54 (−4). "
        "За всички услуги заедно общините, които печелят, са 0; губят 3; и печелят, и губят 0; без промяна 3."
    )
    assert cells(seen, "#figures")[1] == ["С място", "58", "54", "\N{MINUS SIGN}4"]
    assert cells(seen, "#figures")[5] == ["Издръжка, EUR", "84 600", "76 400", "\N{MINUS SIGN}8 200"]
    assert cells(seen, "#matrix") == [
        ["А", "–", "100,0 %", "100,0 %"],
        ["Б", "100,0 %", "–", "100,0 %"],
        ["В", "100,0 %", "100,0 %", "–"],
    ]


def test_swap_language_and_address(visit):
    seen = visit("#b=norm&municipality=NOR01")
    seen.page.click("#swap-button")
    assert "a=norm&b=toyland" in seen.address()
    assert cells(seen, "#figures")[1] == ["С място", "14", "16", "+2"]
    seen.page.click("#language-button")
    assert seen.page.locator("html").get_attribute("lang") == "en"
    assert cells(seen, "#figures")[1][0] == "With a place"
    hostile = visit("#a=<img src=x onerror=alert(1)>&b=__proto__&measure=constructor&municipality=NOR09")
    assert hostile.page.locator("#a-select").input_value() == "toyland"
    assert hostile.page.locator("#b-select").input_value() == "more"
    hostile.clean()


def test_the_keyboard_reaches_everything(visit):
    seen = visit("#b=norm")
    seen.page.focus("path.planned[tabindex='0']")
    seen.page.keyboard.press("ArrowRight")
    seen.page.keyboard.press("Enter")
    assert "municipality=NOR02" in seen.address()
    names = "document.activeElement.id || document.activeElement.dataset.code || document.activeElement.dataset.key"
    seen.page.focus("#print-button")
    reached = set()
    for _ in range(40):
        seen.page.keyboard.press("Tab")
        reached.add(seen.page.evaluate(names))
    wanted = {"language-button", "swap-button", "zoom-in", "NOR02", "panel", "place SOU03"}
    wanted |= {f"{name}-select" for name in ("a", "b", "measure", "service", "municipality")}
    assert wanted <= reached


@pytest.mark.parametrize("address", ["", "#b=norm&lang=en&municipality=SOU01&service=residence"])
def test_axe_finds_nothing(visit, address):
    seen = visit(address)
    seen.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = seen.page.evaluate("axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    assert found == []


def test_it_prints_with_all_tables(visit, tmp_path):
    seen = visit("#b=norm")
    file = tmp_path / "page.pdf"
    seen.page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[([^\]]*)\]", file.read_bytes())
    sizes = {tuple(round(float(x)) for x in box.split()) for box in boxes}
    assert sizes == {(0, 0, 1191, 842)}
    seen.page.emulate_media(media="print")
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    panel = seen.page.locator("#panel")
    assert panel.evaluate("p => p.scrollHeight <= p.clientHeight + 1")
    seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator("html.printing").count() == 0


# ------------------------------------------------------------------ other territory, hostile names


def test_what_only_one_plans_has_no_class(plans, visit, tmp_path):
    base = plans["toyland"]
    south = dataclasses.replace(
        base,
        scenario=dataclasses.replace(base.scenario, name="south", regions=("SOU",)),
        tables={
            name: frame[frame["municipality"].str.startswith("SOU")] if "municipality" in frame else frame
            for name, frame in base.tables.items()
        },
    )
    file = tmp_path / "south.html"
    file.write_text(page.build([base, south], comparison.compare([base, south])), encoding="utf-8")
    seen = visit("#lang=en", file)
    fills = seen.fills()
    assert {fills[code] for code in PLACES[:3]} == {"url(#only-one)"}
    assert {fills[code] for code in PLACES[3:]} == {PUOR[3]}
    # Sums are over what both plan: the south alone.
    assert cells(seen, "#figures")[0] == ["Need, cases", "29", "29", "0"]
    assert [row[-1] for row in cells(seen, "#winners")].count("only in A") == 3


def test_hostile_names_stay_text(visit, tmp_path):
    base, hostile = sample_plan(), hostile_plan()
    file = tmp_path / "hostile.html"
    file.write_text(page.build([hostile, base], comparison.compare([hostile, base])), encoding="utf-8")
    seen = visit("", file)
    seen.clean()
    assert HOSTILE[0] in seen.page.locator("#a-select").inner_text()
    assert seen.page.locator("#panel img, #panel script").count() == 0


def test_the_same_runs_give_the_same_page(plans, tables, path):
    assert page.build(list(plans.values()), tables) == path.read_text(encoding="utf-8")
