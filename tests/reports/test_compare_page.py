"""The page of several runs in Chromium without a network, compared with the runs' own tables."""

from __future__ import annotations

import csv
import dataclasses
import io
import re

import pytest
from page_truth import DIFFERENCES, INDICATORS, PUOR, difference, expected
from sample_plan import DAY, HOME, HOSTILE, OLDER, TOWNS, YEARS, hostile_plan, sample_plan

from nationalmap.reports import comparison
from nationalmap.reports.page import build_several
from tests.chromium import Visit

pytestmark = pytest.mark.xdist_group("chromium")

PLACES = [f"{side}0{number}" for side in ("NOR", "SOU") for number in (1, 2, 3)]
DIFFERENCE = "#side=difference&indicator=coverage"


@pytest.fixture(scope="module")
def plans(three):
    return {run.plan.scenario.name: run.plan for run in three}


@pytest.fixture(scope="module")
def tables(plans):
    return comparison.compare(list(plans.values()))


@pytest.fixture(scope="module")
def path(plans, tables, tmp_path_factory):
    file = tmp_path_factory.mktemp("comparison") / "comparison.html"
    file.write_text(build_several(list(plans.values()), tables), encoding="utf-8")
    return file


@pytest.fixture
def visit(browser, path):
    opened = []

    def go(address: str = "", file=path) -> Visit:
        opened.append(Visit(browser, file, address))
        return opened[-1]

    yield go
    for one in opened:
        one.context.close()


def cells(seen, selector):
    """Texts of a table, row by row."""
    script = "rows => rows.map(r => [...r.children].map(c => c.textContent.replaceAll('\\u00a0', ' ')))"
    return seen.page.locator(f"{selector} tbody tr").evaluate_all(script)


# ------------------------------------------------------------------ the fills: A, B, and the difference


def other_sample(plan):
    """The sample plan with more or fewer users served by turns, and with less or more money."""
    unmet = plan.tables["unmet"].copy()
    move = [
        (place % 7) * (1 if place % 2 else -1) * max(1, need // 40) for place, need in enumerate(unmet["need_users"])
    ]
    served = (unmet["served_users"] + move).clip(0, unmet["need_users"])
    unmet["unmet_users"], unmet["served_users"] = unmet["need_users"] - served, served
    allocation = plan.tables["allocation"].copy()
    allocation["travel_min"] = [minutes + 6 * (place % 5) for place, minutes in enumerate(allocation["travel_min"])]
    compliance = plan.tables["compliance"].copy()
    compliance.loc[compliance.index[::4], ["missing", "achieved", "complied"]] = [1, 0, False]
    compliance.loc[compliance.index[::4], "required"] = 1
    spending = plan.tables["spending"].copy()
    factor = [0.5 + 0.25 * (place % 5) for place in range(len(spending))]
    spending["amount_eur"] = (spending["amount_eur"] * factor).round(2)
    changed = {"unmet": unmet, "spending": spending, "allocation": allocation, "compliance": compliance}
    scenario = dataclasses.replace(plan.scenario, name="other")
    return dataclasses.replace(plan, scenario=scenario, tables=plan.tables | changed)


@pytest.fixture(scope="module")
def samples():
    base = sample_plan()
    return base, other_sample(base)


@pytest.fixture(scope="module")
def samples_path(samples, tmp_path_factory):
    file = tmp_path_factory.mktemp("samples") / "samples.html"
    file.write_text(build_several(samples, comparison.compare(samples)), encoding="utf-8")
    return file


def test_it_opens_on_both_packages_side_by_side(samples, visit, samples_path):
    seen = visit("", samples_path)
    assert seen.page.locator("#side-choices input:checked").input_value() == "both"
    sentences = seen.page.locator("#sentence > span").all_inner_texts()
    assert [text[:14].replace("\u00a0", " ") for text in sentences] == ["А – 2035 г.: 9", "Б – 2035 г.: 2"]
    maps = [seen.page.evaluate(f"document.getElementById('{name}').getBoundingClientRect().width") for name in MAPS]
    assert abs(maps[0] - maps[1]) <= 2
    seen.clean()


MAPS = ("map_plan", "map_second")


INSIDE = """name => {
    const map = document.getElementById(name);
    const [{ left, right }, labels] = [map.getBoundingClientRect(), [...map.querySelectorAll(".map-label")]];
    const boxes = labels.map(label => label.getBoundingClientRect());
    return [labels.length, boxes.filter(box => box.left >= left && box.right <= right).length];
}"""


def test_both_maps_show_their_own_run_and_move_together(samples, visit, samples_path):
    seen = visit("", samples_path)
    shown = set()
    for indicator in INDICATORS:
        for year in (YEARS[0], YEARS[-1]):
            for topic in ("*", DAY):
                seen.choose(indicator=indicator, year=str(year), service=topic)
                for plan, name in zip(samples, MAPS, strict=True):
                    wanted = {code: expected(plan, indicator, topic, code, year) for code in TOWNS}
                    assert seen.fills(name) == wanted, (indicator, year, topic, name)
                    shown |= set(wanted.values())
    assert len(shown) >= 10
    # No name is left out, and none is cut by the edge of its map.
    for name in MAPS:
        assert seen.page.evaluate(INSIDE, name) == [len(TOWNS), len(TOWNS)]
    seen.page.click("#zoom-in")
    bounds = "name => [...document.querySelectorAll(`#${name} path.planned`)].map(p => p.getAttribute('d'))"
    first, second = (seen.page.evaluate(bounds, name) for name in MAPS)
    assert first == second
    counts = "list => list.slice(0, 3).map(i => [...i.querySelectorAll('.count')].map(c => c.textContent))"
    assert all(len(pair) == 2 for pair in seen.page.locator("#legend li").evaluate_all(counts))


def test_one_run_alone_is_its_own_page(samples, visit, samples_path):
    for side, plan in zip("ab", samples, strict=True):
        seen = visit(f"#side={side}&indicator=money&service={OLDER}", samples_path)
        wanted = {code: expected(plan, "money", OLDER, code, YEARS[-1]) for code in TOWNS}
        assert seen.fills() == wanted
        assert seen.page.locator("#map_second").is_hidden()
        assert seen.page.locator("#panel .details").count() == 1
        seen.clean()


def test_every_fill_of_every_difference(samples, visit, samples_path):
    seen = visit("#side=difference", samples_path)
    shown = set()
    for indicator in DIFFERENCES:
        for year in YEARS[-2:]:
            for topic in ("*", HOME):
                seen.choose(indicator=indicator, year=str(year), service=topic)
                wanted = {code: difference(*samples, indicator, code, topic, year) for code in TOWNS}
                found = seen.fills()
                assert {code: fill for code, fill in found.items() if wanted[code]} == {
                    code: fill for code, fill in wanted.items() if fill
                }, (indicator, year, topic)
                assert {found[code] for code, fill in wanted.items() if fill is None} <= {"url(#no-data)", "#e6e0d2"}
                shown |= {fill for fill in wanted.values() if fill}
    # Both sides of zero were seen.
    assert shown & set(PUOR[:3])
    assert shown & set(PUOR[4:])


@pytest.mark.parametrize(("a", "b"), [("toyland", "more"), ("more", "norm")])
def test_any_two_of_three_runs(plans, visit, a, b):
    seen = visit(f"{DIFFERENCE}&a={a}&b={b}")
    for group in ("*", "day_care", "residence"):
        seen.choose(service=group)
        wanted = {code: difference(plans[a], plans[b], "coverage", code, group, 2027) for code in PLACES}
        assert seen.fills() == wanted, group
    seen.clean()


def test_without_residents_a_rate_has_no_class(visit):
    seen = visit("#side=difference&indicator=money")
    assert set(seen.fills().values()) == {"url(#no-data)"}


def test_a_run_against_itself_is_without_change(visit):
    seen = visit(f"{DIFFERENCE}&a=more&b=more")
    assert set(seen.fills().values()) == {PUOR[3]}
    assert {row[-1] for row in cells(seen, "#winners")} == {"без промяна"}


# ------------------------------------------------------------------ regions


def test_at_the_level_of_regions_a_region_is_one_area(plans, visit):
    seen = visit("#side=a&level=region&indicator=coverage")
    unmet = plans["toyland"].tables["unmet"]
    fills = seen.fills()
    for region in ("NOR", "SOU"):
        rows = unmet[unmet["municipality"].str.startswith(region) & (unmet["year"] == 2027)]
        served, need = int(rows["served_users"].sum()), int(rows["need_users"].sum())
        colours = ["#f1eef6", "#bdc9e1", "#74a9cf", "#2b8cbe", "#045a8d"]
        colour = colours[sum(100 * served >= limit * need for limit in (25, 50, 75, 100))]
        assert {fills[code] for code in PLACES if code.startswith(region)} == {colour}
    # A click chooses the region: its sums in the panel, its sentence, its rows in the table.
    seen.page.locator("#map_plan path.planned[data-code=SOU02]").focus()
    seen.page.keyboard.press("Enter")
    assert "region=SOU" in seen.address()
    rows = unmet[unmet["municipality"].str.startswith("SOU") & (unmet["year"] == 2027)]
    assert seen.text("#panel .access .of-served strong") == str(rows["served_users"].sum())
    assert f"{rows['served_users'].sum()} от {rows['need_users'].sum()} случая" in seen.text("#sentence")
    seen.choose(level="municipality")
    assert seen.page.locator("#map_plan path.planned.aside").count() == 3
    seen.page.click("#view-button")
    assert [row[0][:2] for row in cells(seen, "#table")[:-1]] and len(cells(seen, "#table")) == 4
    seen.choose(municipality="SOU01")
    seen.page.fill("#search", "NOR02")
    seen.page.keyboard.press("Enter")
    assert "region=NOR" in seen.address()
    seen.clean()


# ------------------------------------------------------------------ what it says


def test_what_was_asked_differently_stands_first(visit, tables):
    seen = visit(f"{DIFFERENCE}&a=more&b=norm&lang=en")
    first = seen.page.locator("#panel section").first
    assert first.get_attribute("id") == "inputs"
    told = [text.replace("\u00a0", " ") for text in first.locator("li").all_inner_texts()]
    said = tables["said"]
    both = said[said["part"].isin(["scope", "inputs"]) & said["run"].isin(["more", "norm"])]
    assert told == [text.replace("\u00a0", " ") for text in both["says_en"]]
    assert seen.page.locator("#inputs p").all_inner_texts() == ["B against A (the base)", "C against A (the base)"]


@pytest.mark.parametrize("run", ["more", "norm"])
def test_winners_and_classes_are_those_of_the_tables(visit, tables, plans, run):
    seen = visit(f"{DIFFERENCE}&b={run}&lang=en")
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
    seen = visit(f"{DIFFERENCE}&b=norm")
    assert seen.text("#sentence") == (
        "В спрямо А, 2027 г., Всички услуги: с място 58 → 54 (−4); без място 7 → 11 (+4); места 58 → 54 (−4). "
        "За всички услуги заедно общините, които печелят, са 0; губят 3; и печелят, и губят 0; без промяна 3."
    )
    assert cells(seen, "#figures")[1] == ["С място", "58", "54", "\N{MINUS SIGN}4"]
    figures = {row[0]: row for row in cells(seen, "#figures")}
    assert figures["Издръжка, EUR"] == ["Издръжка, EUR", "84 600", "76 400", "\N{MINUS SIGN}8 200"]
    assert cells(seen, "#matrix") == [
        ["А", "–", "100,0 %", "100,0 %"],
        ["Б", "100,0 %", "–", "100,0 %"],
        ["В", "100,0 %", "100,0 %", "–"],
    ]


def test_swap_language_and_address(visit):
    seen = visit(f"{DIFFERENCE}&b=norm&municipality=NOR01")
    seen.page.click("#swap-button")
    assert "a=norm&b=toyland" in seen.address()
    assert cells(seen, "#figures")[1] == ["С място", "14", "16", "+2"]
    seen.page.click("#language-button")
    assert seen.page.locator("html").get_attribute("lang") == "en"
    assert cells(seen, "#figures")[1][0] == "With a place"
    hostile = visit(
        "#a=<img src=x onerror=alert(1)>&b=__proto__&side=constructor&level=x&region=XXX&municipality=NOR09"
    )
    assert hostile.page.locator("#a-select").input_value() == "toyland"
    assert hostile.page.locator("#b-select").input_value() == "more"
    hostile.clean()


def test_the_keyboard_reaches_everything(visit):
    seen = visit(f"{DIFFERENCE}&b=norm")
    seen.page.focus("path.planned[tabindex='0']")
    seen.page.keyboard.press("ArrowRight")
    seen.page.keyboard.press("Enter")
    assert "municipality=NOR02" in seen.address()
    names = "document.activeElement.id || document.activeElement.dataset.code || document.activeElement.dataset.key"
    seen.page.focus("#print-button")
    reached = set()
    for _ in range(44):
        seen.page.keyboard.press("Tab")
        reached.add(seen.page.evaluate(names))
    wanted = {"language-button", "swap-button", "search", "zoom-in", "NOR02", "panel", "place SOU03"}
    wanted |= {f"{name}-select" for name in ("a", "b", "indicator", "service", "region", "municipality")}
    assert wanted <= reached


def test_axe_finds_nothing_in_any_view(browser, path):
    seen = Visit(browser, path, "#b=norm", bypass_csp=True)
    for side in ("both", "difference", "b"):
        seen.choose(side=side)
        assert seen.violations() == [], side
        seen.page.click("#language-button")
    seen.choose(side="both", level="region", indicator="coverage", service="residence")
    assert seen.violations() == []
    seen.page.click("#view-button")
    for _ in range(2):
        assert seen.violations() == []
        seen.page.click("#language-button")
    seen.context.close()


def test_the_table_of_two_runs_and_its_csv(samples, visit, samples_path, tmp_path):
    seen = visit(f"#side=difference&view=table&service={DAY}&indicator=coverage&lang=en", samples_path)
    with seen.page.expect_download() as waiting:
        seen.page.click("#csv-button")
    waiting.value.save_as(tmp_path / "two.csv")
    text = (tmp_path / "two.csv").read_text("utf-8-sig")
    rows = {row[""]: row for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=";")}
    for code in TOWNS:
        tables = [plan.tables["unmet"] for plan in samples]
        of = [t[(t["municipality"] == code) & (t["group"] == DAY) & (t["year"] == YEARS[-1])] for t in tables]
        served = [int(rows_["served_users"].sum()) for rows_ in of]
        if code == "HKV18":  # no data
            assert rows[code]["With a place – A"] == ""
            continue
        told = [rows[code][f"With a place – {side}"] for side in ("A", "B", "Difference")]
        assert told == [str(served[0]), str(served[1]), str(served[1] - served[0])]
    assert len(rows) == len(TOWNS) + 1


def test_it_prints_with_all_tables(visit, tmp_path):
    seen = visit(f"{DIFFERENCE}&b=norm")
    file = tmp_path / "page.pdf"
    seen.page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[([^\]]*)\]", file.read_bytes())
    sizes = {tuple(round(float(x)) for x in box.split()) for box in boxes}
    assert sizes == {(0, 0, 1191, 842)}
    assert len(boxes) >= 2
    seen.page.emulate_media(media="print")
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for name in ("panel", "appendix"):
        assert seen.page.locator(f"#{name}").evaluate("p => p.scrollHeight <= p.clientHeight + 1")
    assert seen.page.locator("#appendix #winners").is_visible()
    assert seen.page.locator("#panel #figures").is_visible()
    seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator("html.printing").count() == 0
    assert seen.page.locator("#panel #winners").count() == 1


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
    file.write_text(build_several([base, south], comparison.compare([base, south])), encoding="utf-8")
    seen = visit(f"{DIFFERENCE}&lang=en", file)
    fills = seen.fills()
    assert {fills[code] for code in PLACES[:3]} == {"url(#only-one)"}
    assert {fills[code] for code in PLACES[3:]} == {PUOR[3]}
    # Sums are over what both plan: the south alone.
    assert cells(seen, "#figures")[0] == ["Need, cases", "29", "29", "0"]
    assert [row[-1] for row in cells(seen, "#winners")].count("only in A") == 3
    # Side by side the second map has nothing to say of the north.
    seen.choose(side="both")
    assert {seen.fills("map_second")[code] for code in PLACES[:3]} == {"url(#only-one)"}
    seen.clean()


def test_hostile_names_stay_text(visit, tmp_path):
    base, hostile = sample_plan(), hostile_plan()
    file = tmp_path / "hostile.html"
    file.write_text(build_several([hostile, base], comparison.compare([hostile, base])), encoding="utf-8")
    seen = visit("", file)
    for side in ("a", "b", "difference", "both"):
        seen.choose(side=side, municipality="HKV34")
    seen.page.click("#view-button")
    assert seen.page.evaluate("window.hurt") is None
    seen.clean()
    assert HOSTILE[0] in seen.page.locator("#a-select").inner_text()
    assert seen.page.locator("#paper img, #panel script").count() == 0


def test_the_same_runs_give_the_same_page(plans, tables, path):
    assert build_several(list(plans.values()), tables) == path.read_text(encoding="utf-8")
