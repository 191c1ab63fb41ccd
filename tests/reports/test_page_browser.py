"""The page in Chromium without a network, compared with the plan's own tables.

Skipped loudly where there is no Chromium; fails there when CI is set.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import shutil

import pandas as pd
import pytest
from page_truth import INDICATORS, expected
from sample_plan import (
    CRISIS,
    DAY,
    FIRST,
    HOME,
    HOSTILE,
    LAST,
    MOBILE,
    NEIGHBOURS,
    NEW_HOME,
    OLD_HOME,
    OLDER,
    SKILLS,
    TOWNS,
    YEARS,
    cases_of,
    hostile_plan,
    sample_plan,
)

from nationalmap.reports.page import build
from tests.chromium import Visit

pytestmark = pytest.mark.xdist_group("chromium")

GROUPS = [HOME, DAY, CRISIS, SKILLS, OLDER]
OF_OLDER = [f"{OLDER}/{service}" for service in (MOBILE, NEW_HOME, OLD_HOME)]


@pytest.fixture(scope="module")
def plan():
    return sample_plan()


@pytest.fixture(scope="module")
def path(plan, tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(build(plan), encoding="utf-8")
    return file


@pytest.fixture
def visit(browser, path):
    opened = []

    def go(address: str = "", size: tuple[int, int] = (1366, 768)) -> Visit:
        opened.append(Visit(browser, path, address, size))
        return opened[-1]

    yield go
    for one in opened:
        one.context.close()


# ------------------------------------------------------------------ drawn offline


def test_one_request_and_no_complaint(visit):
    """How long it takes to be drawn is measured by benchmarks/page.py, not on a machine that may be busy."""
    seen = visit()
    seen.clean()
    assert int(seen.page.locator("html").get_attribute("data-drawn")) > 0


def test_one_path_per_planned_municipality_and_grey_neighbours(visit):
    page = visit().page
    paths = page.locator("path.planned").evaluate_all("list => list.map(p => p.getAttribute('d'))")
    assert len(paths) == len(TOWNS)
    assert all(len(d) > 20 for d in paths)
    greys = page.locator("path.neighbour").evaluate_all("list => list.map(p => p.getAttribute('fill'))")
    assert len(greys) == len(NEIGHBOURS) - 1
    assert set(greys) == {"#d6dade"}


def test_the_browser_refuses_a_script_that_is_not_the_pages(browser, path, tmp_path):
    strange = "<script>window.hurt = 1</script><img src='x' onerror='window.hurt = 1'></body>"
    file = tmp_path / "changed.html"
    file.write_text(path.read_text(encoding="utf-8").replace("</body>", strange), encoding="utf-8")
    seen = Visit(browser, file)
    assert seen.page.evaluate("window.hurt") is None
    assert any("Content Security Policy" in text for text in seen.complaints)
    seen.context.close()


def test_it_opens_on_the_package(visit):
    seen = visit()
    assert seen.text("#sentence").startswith("2035 г.: 9 от 11 общини имат целия минимален пакет; липсват")
    assert seen.page.locator("#year-slider").get_attribute("aria-valuetext") == f"{LAST} г."
    assert seen.page.locator("#indicator-select").input_value() == "package"
    assert "ИНДИКАТИВНА КАРТА" in seen.text("#badge")
    assert "не е доказан докрай" in seen.text("#footer")
    assert "не замества решение на общинския съвет" in seen.text("#disclaimer")


# ------------------------------------------------------------------ every fill, from the plan's tables


def test_every_fill_is_the_class_of_the_plans_tables(plan, visit):
    """Each indicator with each year, and with each topic in one of the years: figures.js is compared in all of them."""
    seen = visit()
    for start, indicator in enumerate(INDICATORS):
        for turn, year in enumerate(YEARS, start):
            seen.choose(indicator=indicator, year=str(year))
            for topic in ["*", *[*GROUPS, *OF_OLDER][turn % len(YEARS) :: len(YEARS)]]:
                seen.choose(service=topic)
                wanted = {code: expected(plan, indicator, topic, code, year) for code in TOWNS}
                assert seen.fills() == wanted, (indicator, year, topic)
    seen.clean()


def test_the_years_change_the_map(plan):
    """The test above would pass on a page without years, were every year the same."""
    for indicator in INDICATORS:
        topic = DAY if indicator in ("shortfall", "travel") else OLDER
        fills = {tuple(expected(plan, indicator, topic, code, year) for code in TOWNS) for year in YEARS}
        assert len(fills) > 1, indicator


def test_the_legend_counts_the_municipalities_of_every_class(plan, visit):
    seen = visit("#indicator=coverage&service=day_care_adults&year=2027")
    script = """list => list.filter(i => i.querySelector('.count')).map(
        i => [i.children[1].textContent, Number(i.querySelector('.count').textContent)])"""
    counts = dict(seen.page.locator("#legend li").evaluate_all(script))
    assert sum(count for label, count in counts.items() if "критичен" not in label) == len(TOWNS)
    assert counts["няма данни"] == 1
    assert counts["100"] == 1
    assert next(count for label, count in counts.items() if "критичен" in label) == 2
    assert seen.page.locator("path.hatched").count() == 2


def test_circles_show_places_and_lines_who_serves_whom(plan, visit):
    seen = visit(f"#service=day_care_adults&year={FIRST}")
    script = "list => list.map(p => p.getAttribute('fill'))"
    colours = seen.page.locator("path.facility").evaluate_all(script)
    capacity = plan.tables["capacity"]
    places = capacity[(capacity["service"] == DAY) & (capacity["places"] > 0) & (capacity["year"] == FIRST)]
    assert len(colours) == len(places)
    assert colours.count("#ffd54a") == int((places["new_places"] > 0).sum())
    seen.choose(year=str(LAST))
    later = capacity[(capacity["service"] == DAY) & (capacity["places"] > 0) & (capacity["year"] == LAST)]
    assert seen.page.locator("path.facility").count() == later["municipality"].nunique() > len(places)
    seen.choose(year=str(FIRST))
    allocation = plan.tables["allocation"]
    allocation = allocation[allocation["year"] == FIRST]
    away = allocation[(allocation["service"] == DAY) & (allocation["municipality"] != allocation["host"])]
    # Lines that look the same are parts of one path.
    parts = "list => list.flatMap(p => p.getAttribute('d').match(/M[^M]+/g))"
    lines = seen.page.locator("path.flow[stroke-dasharray]").evaluate_all(parts)
    dots = seen.page.locator("path.flow[stroke-width='5.2']").evaluate_all(parts)
    assert len(set(lines)) == len(lines) == len(dots) == len(away)
    # Each line ends in the dot of who is served.
    assert sorted(line.split("L")[1] for line in lines) == sorted(dot.split("L")[1] for dot in dots)
    for name in ("places", "flows"):
        seen.page.uncheck(f"#show-{name}")
    assert seen.page.locator("path.facility, path.flow").count() == 0


def test_two_that_serve_each_other_have_one_line_and_two_dots(plan, browser, tmp_path):
    """The dashes of two lines between the same seats would fill each other's gaps."""
    allocation = plan.tables["allocation"]
    served = allocation[(allocation["year"] == FIRST) & (allocation["service"] == DAY)]
    away = served[served["municipality"] != served["host"]]
    back = away.head(1).rename(columns={"municipality": "host", "host": "municipality"})
    changed = dataclasses.replace(plan, tables={**plan.tables, "allocation": pd.concat([allocation, back])})
    file = tmp_path / "page.html"
    file.write_text(build(changed), encoding="utf-8")
    seen = Visit(browser, file, f"#service=day_care_adults&year={FIRST}")
    parts = "list => list.flatMap(p => p.getAttribute('d').match(/M[^M]+/g))"
    assert len(seen.page.locator("path.flow[stroke-dasharray]").evaluate_all(parts)) == len(away)
    assert len(seen.page.locator("path.flow[stroke-width='5.2']").evaluate_all(parts)) == len(away) + 1
    seen.context.close()


# ------------------------------------------------------------------ clicks


def test_nearer_only_what_is_in_sight_is_named(visit):
    seen = visit()
    page = seen.page
    labels = page.locator("#map_plan .map-label")
    assert labels.count() == len(TOWNS)
    page.evaluate(
        "code => { const m = JSON.parse(document.getElementById('plan-data').textContent).municipalities"
        ".find(m => m.code === code); map_plan.setView(m.seat, map_plan.getZoom() + 2, {animate: false}); }",
        "HKV34",
    )
    inside = page.evaluate("""() => { const sight = map_plan.getBounds();
        return JSON.parse(document.getElementById('plan-data').textContent).municipalities
            .filter(m => sight.contains(m.seat)).map(m => m.name.bg); }""")
    assert TOWNS["HKV34"][0] in inside
    assert sorted(labels.all_inner_texts()) == sorted(inside)
    assert len(inside) < len(TOWNS)


def click(seen: Visit, code: str) -> None:
    """A click on the polygon, at the place where its name's point lies."""
    page = seen.page
    for name in ("names", "places", "flows"):
        page.uncheck(f"#show-{name}")
    spot = page.evaluate(
        """code => { const m = JSON.parse(document.getElementById('plan-data').textContent).municipalities
            .find(m => m.code === code); const p = map_plan.latLngToContainerPoint(m.point);
            const box = map_plan.getContainer().getBoundingClientRect();
            return [p.x + box.x, p.y + box.y]; }""",
        code,
    )
    page.mouse.click(*spot)


def test_a_click_shows_the_plans_figures(plan, visit):
    seen = visit("#service=day_care_adults")
    for year in (FIRST, LAST):
        seen.choose(year=str(year))
        for code in ("HKV34", "HKV11", "HKV32", "HKV18"):
            clicked(plan, seen, code, year)
    seen.page.get_by_role("button", name="Към цялата територия").click()
    assert seen.text("#panel h2") == "Област Хасково"


def clicked(plan, seen, code, year):
    click(seen, code)
    assert seen.text("#panel h2") == f"Община {TOWNS[code][0]}"
    found = seen.details()
    rows = plan.tables["unmet"]
    row = rows[(rows["municipality"] == code) & (rows["group"] == DAY) & (rows["year"] == year)]
    columns = {
        "С място": "served_users",
        "Без място": "unmet_users",
        "над максималния брой потребители": "above_maximum_users",
        "без възможен обект в обхват": "out_of_reach_users",
        "достижимо, но без място в плана": "no_place_users",
    }
    for name, column in columns.items():
        assert found[name] == (str(row[column].item()) if len(row) else "няма данни")
    capacity = plan.tables["capacity"]
    here = (capacity["municipality"] == code) & (capacity["service"] == DAY)
    places = capacity[here & (capacity["year"] == year)]
    assert int(found["Места по плана"]) == places["places"].sum()
    assert f"municipality={code}" in seen.address()


def test_the_panel_shows_every_year_in_a_column(visit):
    seen = visit(f"#service={OLDER}&municipality=HKV34&year=2030")
    assert seen.page.locator("#panel .details thead th").all_inner_texts()[1:] == [str(year) for year in YEARS]
    row = seen.page.locator("#panel .details tr", has=seen.page.locator("th", has_text="С място"))
    assert row.locator("td").all_inner_texts() == [str(cases_of(year)[OLDER]["HKV34"][1]) for year in YEARS]
    assert row.locator("td.now").all_inner_texts() == [str(cases_of(2030)[OLDER]["HKV34"][1])]


def test_access_stands_in_three_numbers_with_the_maximum_beside(plan, visit):
    seen = visit()
    for year in (FIRST, LAST):
        for code, group in (("", "*"), ("HKV11", "*"), ("HKV32", DAY)):
            seen.choose(year=str(year), municipality=code, service=group)
            access_is_shown(plan, seen, year, code, group)


def access_is_shown(plan, seen, year, code, group):
    rows = plan.tables["unmet"]
    rows = rows[rows["year"] == year]
    rows = rows[rows["municipality"] == code] if code else rows
    rows = rows[rows["group"] == group] if group != "*" else rows
    for name, column in (
        ("served", "served_users"),
        ("no_place", "no_place_users"),
        ("out_of_reach", "out_of_reach_users"),
        ("above_maximum", "above_maximum_users"),
    ):
        assert seen.text(f"#panel .access .of-{name} strong").replace(" ", "") == str(rows[column].sum())


def test_who_pays_what_is_transformed_and_renovated(plan, visit):
    seen = visit(f"#municipality=HKV34&service={OLDER}&year=2030")
    panel = seen.text("#panel")
    assert "2030 г.: 24 места „Дом за стари хора“ → 20 места „Резидентна“ (60 000 EUR)" in panel
    paid = {
        tuple(cells[:2]): cells[2]
        for cells in seen.page.locator("#panel table")
        .last.locator("tbody tr")
        .evaluate_all("rows => rows.map(r => [...r.children].map(c => c.textContent.replaceAll('\\u00a0', ' ')))")
    }
    # 25 mobile places and 20 of the new home at 2000.37 EUR, 20 places transformed at 3000 EUR
    assert paid == {("Държавна субсидия", "издръжка"): "90 017", ("Програма", "преобразуване"): "60 000"}
    seen.choose(municipality="", service="*")
    panel = seen.text("#panel")
    assert "Предвидени: 1 от 2 за 40 001 EUR; заради останалите отпадат до 5 места." in panel
    assert "Харманли, Дневна грижа, пълнолетни (day_care_adults-HKV33): безопасност до 2035 г. не се прави" in panel
    assert "до 0 места" not in panel
    budget = plan.tables["budget"].set_index(["stream", "year"]).loc[("build", 2030)]
    available = f"{budget['carried_in_eur'] + budget['budget_eur'] + 1e-6:,.0f}".replace(",", " ")
    assert f"{available}" in panel
    assert f"{budget['carried_out_eur'] + 1e-6:,.0f} се пренасят".replace(",", " ") in panel
    seen.choose(municipality="HKV11")
    assert "Ремонти" not in seen.text("#panel")


def test_the_panel_says_why_and_by_whom(visit):
    seen = visit("#service=day_care_adults&municipality=HKV34&year=2027")
    found = seen.details()
    assert found["Обслужва се от"] == "Хасково (на място): 80"
    assert found["Обслужва и"] == "Минерални бани: 5; Стамболово: 6"
    assert "40 671 лица (07.09.2021, оценка)" in found["Показател на нормата"]
    assert "нормата е примерна" in found["Оценки"]
    seen.choose(service=CRISIS, municipality="HKV11")
    assert "най-близкото е на 75 мин, над границата от 60 мин" in seen.text("#panel .verdict")


def test_a_service_of_the_panel_opens_its_view_and_keeps_the_focus(visit):
    seen = visit("#municipality=HKV34")
    seen.page.get_by_role("button", name="Кризисен център").click()
    assert seen.page.locator("#service-select").input_value() == CRISIS
    assert seen.page.evaluate("document.activeElement.textContent") == "Кризисен център"
    assert seen.page.locator("#panel tr.now th").inner_text() == "Кризисен център"
    seen.page.get_by_role("button", name="Грижа, стари хора").click()
    members = seen.page.locator("#panel .topics tr.part th").all_inner_texts()
    assert members == ["Мобилна грижа", "Резидентна", "Дом за стари хора (до 2029 г.)"]
    seen.page.get_by_role("button", name="Резидентна").click()
    assert seen.page.locator("#service-select").input_value() == f"{OLDER}/{NEW_HOME}"


def test_the_territory_shows_totals_and_streams(visit):
    text = visit().text("#panel")
    assert "Държавна субсидия (издръжка)" in text
    assert "7 000 000" in text
    assert "Изпълнен в 9 от 11 общини" in text


def test_the_parts_of_a_stream_that_each_region_has_are_one_row(plan, browser, tmp_path):
    """The capital stream made two parts of one: one row with the sums of both, under the name that they share."""
    budget, region = plan.tables["budget"], plan.scenario.regions[0]
    stream = plan.scenario.streams["build"]
    named = {
        f"build_{region}": dataclasses.replace(stream, name_bg="Кесия, област Хасково"),
        "other": dataclasses.replace(stream, name_bg="Кесия"),
    }
    mine = budget[budget["stream"] == "build"]
    table = pd.concat([budget, *(mine.assign(stream=code) for code in named)], ignore_index=True)
    scenario = dataclasses.replace(plan.scenario, streams={**plan.scenario.streams, **named})
    changed = dataclasses.replace(plan, scenario=scenario, tables={**plan.tables, "budget": table})
    file = tmp_path / "page.html"
    file.write_text(build(changed), encoding="utf-8")
    seen = Visit(browser, file, f"#year={FIRST}")
    rows = seen.page.locator("table.budget tbody tr").evaluate_all("list => list.map(r => r.innerText.split('\\t'))")
    [row] = [row for row in rows if "Кесия" in row[0]]
    of_year = mine[mine["year"] == FIRST].iloc[0]
    twice = [2 * (of_year["carried_in_eur"] + of_year["budget_eur"]), 2 * of_year["spent_eur"]]
    assert row[0] == "Кесия в 2 области (капиталови)"
    assert row[1:3] == [f"{amount + 1e-6:,.0f}".replace(",", "\N{NO-BREAK SPACE}") for amount in twice]
    seen.context.close()


# ------------------------------------------------------------------ keyboard, address, language


def test_one_tab_stop_and_arrows_reach_every_municipality(visit):
    page = visit().page
    stops = page.locator("path.planned[tabindex='0']")
    assert stops.count() == 1
    assert page.locator("path.planned[tabindex='-1']").count() == len(TOWNS) - 1
    stops.focus()
    reached, open_ends = set(), ["HKV09"]
    while open_ends:
        code = open_ends.pop()
        if code in reached:
            continue
        reached.add(code)
        for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
            page.locator(f"path.planned[data-code={code}]").focus()
            page.keyboard.press(key)
            open_ends.append(page.evaluate("document.activeElement.dataset.code"))
    assert reached == set(TOWNS)


def test_enter_selects_and_every_polygon_has_a_label(visit):
    seen = visit("#indicator=coverage&service=day_care_adults&year=2027")
    page = seen.page
    page.locator("path.planned[data-code=HKV32]").focus()
    page.keyboard.press("Enter")
    assert seen.text("#panel h2") == "Община Тополовград"
    chosen = page.locator("path.planned[aria-pressed=true]")
    assert chosen.get_attribute("data-code") == "HKV32"
    assert chosen.get_attribute("aria-label").replace("\u00a0", " ") == (
        "Тополовград: Покритие на потребността, 25,0 % (25 – < 50), критичен недостиг"
    )
    labels = page.locator("path.planned").evaluate_all("list => list.map(p => p.getAttribute('aria-label'))")
    assert all(labels)
    page.keyboard.press("Escape")
    assert seen.text("#panel h2") == "Област Хасково"


def test_the_address_brings_the_view_back(visit):
    seen = visit("#lang=en&year=2030&service=crisis_centre&indicator=money&municipality=HKV34")
    assert seen.page.locator("#year-slider").get_attribute("aria-valuetext") == "2030"
    assert seen.text("#panel h2") == "Haskovo municipality"
    assert seen.page.locator("#service-select").input_value() == CRISIS
    assert seen.page.locator("html").get_attribute("lang") == "en"
    seen.choose(indicator="coverage")
    seen.choose(year="2027")
    assert seen.address().endswith(
        "#lang=en&year=2027&service=crisis_centre&indicator=coverage&municipality=HKV34&view=map"
    )
    seen.clean()


@pytest.mark.parametrize(
    "address",
    [
        "#lang=xx&year=2026&service=__proto__&indicator=constructor&municipality=HKV99&view=<script>",
        "#<img src=x onerror=window.hurt=1>",
        "#service=%3Cimg%20src%3Dx%20onerror%3Dwindow.hurt%3D1%3E&lang=%E0%A4%A",
        "#indicator=package&indicator=money&toString=1",
        "#" + "a" * 100_000,
    ],
)
def test_a_hostile_address_is_ignored(visit, address):
    seen = visit(address)
    seen.clean()
    assert seen.text("#sentence").startswith("2035 г.: 9 от 11 общини")
    assert seen.page.evaluate("window.hurt") is None
    assert seen.address().endswith("#lang=bg&year=2035&service=*&indicator=package&municipality=&view=map")


def test_english_is_english(visit):
    seen = visit()
    seen.page.click("#language-button")
    assert seen.page.locator("html").get_attribute("lang") == "en"
    visible = seen.page.locator("body").inner_text()
    others = {"Български", "Преброяване 2021", "Дял от 2021"}
    left = {word for word in re.findall(r"[А-Яа-я][А-Яа-я ]+", visible) if word.strip() not in others}
    assert left == set()


def test_the_year_is_a_slider_that_arrows_move(visit):
    seen = visit()
    seen.page.focus("#year-slider")
    seen.page.keyboard.press("ArrowLeft")
    assert "year=2030" in seen.address()
    assert seen.text("#sentence").startswith("2030 г.:")
    assert seen.page.evaluate("document.activeElement.id") == "year-slider"
    assert seen.text("#caption").endswith("2030 г.")
    assert seen.page.locator("#year-ticks .now").inner_text() == "2030"


def test_the_search_finds_names_parts_of_them_and_codes_in_either_language(visit):
    seen = visit()
    for asked, code in (("Симеоновград", "HKV29"), ("svil", "HKV28"), ("HKV11", "HKV11"), ("мадж", "HKV18")):
        seen.page.fill("#search", asked)
        seen.page.keyboard.press("Enter")
        assert f"municipality={code}" in seen.address()
        assert seen.page.locator("#search").input_value() == ""
    seen.page.fill("#search", "<img src=x>")
    seen.page.keyboard.press("Enter")
    assert seen.text("#search-said") == "Няма такова име."
    assert "municipality=HKV18" in seen.address()
    seen.clean()


def test_a_plan_of_one_year_offers_no_choice_of_years(browser, small, tmp_path):
    one = {
        name: frame[frame["year"] == 2027] if "year" in frame and name != "renovated" else frame
        for name, frame in small.tables.items()
    }
    scenario = dataclasses.replace(small.scenario, years=(2027,))
    file = tmp_path / "page.html"
    file.write_text(build(dataclasses.replace(small, tables=one, scenario=scenario)), encoding="utf-8")
    seen = Visit(browser, file, "#year=2030")
    assert not seen.page.locator("#years").is_visible()
    assert seen.text("#sentence").startswith("2027 г.: 1 от 2 общини")
    assert seen.page.locator("#panel .details thead th").all_inner_texts() == ["Показател", "2027"]
    assert not seen.page.locator("#sides, #levels, #region-choice, #a-choice").first.is_visible()
    seen.clean()
    seen.context.close()


# ------------------------------------------------------------------ table, CSV


def test_the_table_and_its_csv_are_the_plan(plan, visit, tmp_path):
    seen = visit("#service=day_care_adults&indicator=coverage&year=2027")
    seen.page.click("#view-button")
    assert seen.page.locator("#table tbody tr").count() == len(TOWNS) + 1
    with seen.page.expect_download() as waiting:
        seen.page.click("#csv-button")
    assert waiting.value.suggested_filename == "karta-day_care_adults-2027.csv"
    file = tmp_path / "table.csv"
    waiting.value.save_as(file)
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    text = raw.decode("utf-8-sig")
    assert all(re.fullmatch(r'"[^"]*"(;"[^"]*")*', line) for line in text.strip().split("\r\n"))
    rows = {row["Община"]: row for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=";")}
    for code, (need, served, *_) in cases_of(FIRST)[DAY].items():
        row = rows[TOWNS[code][0]]
        assert (row[""], row["Потребност, случаи"], row["С място"]) == (code, str(need), str(served))
    assert rows["Хасково"]["Покритие, %"] == "66,7"
    assert rows["Хасково"]["Издръжка, EUR"] == "182033,67"
    assert rows["Маджарово"]["С място"] == ""
    seen.page.click("#view-button")
    assert seen.page.locator("path.planned").count() == len(TOWNS)
    assert len([address for address in seen.requests if not address.startswith("blob:")]) == 1


def test_the_head_of_a_column_sorts_the_table(visit):
    seen = visit("#view=table&service=day_care_adults&year=2027")
    names = "rows => rows.map(r => [r.children[0].textContent, r.className])"
    served = "rows => rows.map(r => Number(r.querySelector('.of-served').textContent.replace('–', '-1')))"
    seen.page.get_by_role("button", name="С място", exact=True).click()
    assert seen.page.locator("#table th[aria-sort]").get_attribute("aria-sort") == "descending"
    values = seen.page.locator("#table tbody tr").evaluate_all(served)
    assert values[:-1] == sorted(values[:-1], reverse=True)
    assert values[0] == 80
    assert values[-1] == 213
    assert seen.page.evaluate("document.activeElement.dataset.key") == "sort 1"
    seen.page.keyboard.press("Enter")
    values = seen.page.locator("#table tbody tr").evaluate_all(served)
    # Маджарово has no data: last but the sum, whichever the order
    assert values[:-2] == sorted(values[:-2])
    assert values[-2:] == [-1, 213]
    seen.page.get_by_role("button", name="Община").first.click()
    found = [name for name, kind in seen.page.locator("#table tbody tr").evaluate_all(names) if kind != "sum"]
    assert found == sorted(town[0] for town in TOWNS.values())


# ------------------------------------------------------------------ print


@pytest.mark.parametrize("address", ["", "#municipality=HKV34&service=day_care_adults", "#view=table&lang=en"])
def test_print_is_one_a3_page_with_its_text(visit, tmp_path, address):
    seen = visit(address)
    before = seen.page.evaluate("[map_plan.getZoom(), map_plan.getCenter().lat]")
    lengthen = """for (let n = 0; n < 120; n += 1) {
        document.querySelector('#panel').append(
            Object.assign(document.createElement('p'), { textContent: n })); }"""
    seen.page.evaluate(lengthen)  # a panel longer than the paper is cut, never carried over
    pdf = seen.page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    wide, high = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())
    assert (round(wide / 72 * 25.4), round(high / 72 * 25.4)) == (420, 297)
    if shutil.which("pdftotext"):
        import subprocess

        (tmp_path / "a.pdf").write_bytes(pdf)
        command = ["pdftotext", "-layout", str(tmp_path / "a.pdf"), "-"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for words in ("2035 г.", "© OpenStreetMap", "haskovo-test-2026-11-22-0123abcd"):
            assert words in text or "lang=en" in address
    seen.page.wait_for_function("!document.documentElement.classList.contains('printing')")
    after = seen.page.evaluate("[map_plan.getZoom(), map_plan.getCenter().lat]")
    assert after == pytest.approx(before, abs=0.01)
    seen.clean()


def test_the_map_is_fitted_to_the_paper_before_printing(visit):
    seen = visit()
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    boxes = seen.page.evaluate(
        """() => {
            const boxes = [...document.querySelectorAll('path.planned')]
                .map(p => p.getBoundingClientRect());
            const least = side => Math.min(...boxes.map(b => b[side]));
            const most = side => Math.max(...boxes.map(b => b[side]));
            const all = {
                left: least('left'), right: most('right'), top: least('top'), bottom: most('bottom') };
            const map = map_plan.getContainer().getBoundingClientRect();
            return [all, { left: map.left, right: map.right, top: map.top, bottom: map.bottom }]; }"""
    )
    land, paper = boxes
    assert paper["right"] - paper["left"] > 800
    assert land["left"] >= paper["left"]
    assert land["right"] <= paper["right"]
    assert land["top"] >= paper["top"]
    assert land["bottom"] <= paper["bottom"]
    wide = (land["right"] - land["left"]) / (paper["right"] - paper["left"])
    high = (land["bottom"] - land["top"]) / (paper["bottom"] - paper["top"])
    assert max(wide, high) > 0.8
    seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator("#panel #figures").count() == 1


@pytest.mark.parametrize("address", ["#year=2030", f"#year=2030&municipality=HKV34&service={OLDER}"])
def test_the_panel_fits_the_paper(visit, address):
    seen = visit(address)
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    high, room = seen.page.locator("#panel").evaluate("e => [e.scrollHeight, e.clientHeight]")
    assert 700 < high <= room
    assert seen.page.locator("#panel .notes").is_visible()
    seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator("#sheet").evaluate("e => e.style.zoom") == ""


@pytest.mark.parametrize("service", ["*", DAY, OLDER])
def test_no_column_of_the_table_is_cut_off_on_paper(visit, service):
    seen = visit(f"#view=table&service={service}&year=2030")
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    right = "e => e.getBoundingClientRect().right"
    paper = seen.page.locator("#table-view").evaluate(right)
    assert paper > 1400
    assert seen.page.locator("#table thead th").last.evaluate(right) <= paper + 1
    seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator("#table").evaluate("e => e.style.zoom") == ""
    seen.clean()


# ------------------------------------------------------------------ accessibility, sizes


def test_axe_finds_nothing(browser, path):
    """In every view of the page, in both languages by turns; axe-core is not the page's, so its policy is left out."""
    views = [
        {},
        {"indicator": "coverage", "service": DAY, "municipality": "HKV34"},
        {"indicator": "shortfall", "municipality": "", "service": "*"},
        {"indicator": "money", "service": CRISIS},
        {"indicator": "travel", "service": f"{OLDER}/{OLD_HOME}", "year": "2030"},
        {"service": OLDER, "municipality": "HKV34", "year": "2027"},
    ]
    seen = Visit(browser, path, bypass_csp=True)
    for number, view in enumerate(views):
        seen.choose(**view)
        assert seen.violations() == [], view
        if number % 2:
            seen.page.click("#language-button")
    for _ in seen.page.locator("#language-button").all():
        seen.page.click("#view-button")
        assert seen.violations() == []
        seen.page.click("#language-button")
        assert seen.violations() == []
    seen.context.close()


BOXES = """list => list.map(l => { const b = l.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })"""
#: Middle of each seat on the screen.
SEATS = """() => JSON.parse(document.getElementById('plan-data').textContent).municipalities.map(m => {
    const p = map_plan.latLngToContainerPoint(m.seat);
    const box = map_plan.getContainer().getBoundingClientRect();
    return [p.x + box.x, p.y + box.y]; })"""


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (390, 844)])
def test_nothing_sticks_out_names_keep_off_each_other_and_circles_stand_at_seats(visit, size):
    page = visit(f"#service={HOME}", size=size).page
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    names, circles = (page.locator(f"#map_plan {what}").evaluate_all(BOXES) for what in (".map-label", "path.facility"))
    assert len(names) == len(circles) == len(TOWNS)
    seats = page.evaluate(SEATS)
    for left, top, right, bottom in circles:
        middle = ((left + right) / 2, (top + bottom) / 2)
        assert min(abs(x - middle[0]) + abs(y - middle[1]) for x, y in seats) < 2
    if size[0] > 1000:
        clashes = [
            (a, b)
            for i, a in enumerate(names)
            for b in [*names[i + 1 :], *circles]
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        ]
        assert clashes == []


# ------------------------------------------------------------------ hostile names


@pytest.fixture(scope="module")
def hostile_path(tmp_path_factory):
    file = tmp_path_factory.mktemp("hostile") / "page.html"
    file.write_text(build(hostile_plan()), encoding="utf-8")
    return file


def test_hostile_names_run_nothing_and_are_shown_word_for_word(browser, hostile_path, tmp_path):
    plan = hostile_plan()
    names = plan.inputs.tables["municipalities"].set_index("municipality")["name_bg"]
    groups = plan.inputs.tables["groups"].set_index("group")["name_bg"]
    services = plan.inputs.tables["services"].set_index("service")["name_bg"]
    seen = Visit(browser, hostile_path)
    page = seen.page
    labels = page.locator("#municipality-select option").evaluate_all("l => l.map(o => o.textContent)")
    assert set(labels[1:]) == {names[code] for code in TOWNS}
    shown = page.locator("#service-select option").evaluate_all("l => l.map(o => o.textContent)")
    mobile, home, old = (f"\u00a0\u00a0– {services[code]}" for code in (MOBILE, NEW_HOME, OLD_HOME))
    assert set(shown[1:]) == {*groups, mobile, home, f"{old} (до 2029 г.)"}
    assert " ".join(HOSTILE) in page.locator("#subtitle").text_content()
    assert " ".join(HOSTILE) in page.locator("#footer").text_content()
    for indicator in INDICATORS:
        for service in ["*", *GROUPS, *OF_OLDER]:
            seen.choose(indicator=indicator, service=service)
            for code in ("HKV11", "HKV34", ""):
                seen.choose(municipality=code)
                if code:
                    assert names[code] in page.locator("#panel h2").text_content()
    page.locator("path.planned[data-code=HKV34]").hover(force=True)
    page.locator("path.neighbour").first.hover(force=True)
    page.click("#view-button")
    with page.expect_download() as waiting:
        page.click("#csv-button")
    waiting.value.save_as(tmp_path / "t.csv")
    cells = [
        line.split('";"')[1] for line in (tmp_path / "t.csv").read_text("utf-8-sig").split("\n")[1:] if '";"' in line
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert any(cell.startswith("'=1+1") for cell in cells)
    assert page.evaluate("window.hurt") is None
    assert page.locator("img, iframe, body script:not([id])").count() == 2
    assert seen.complaints == []
    assert len([address for address in seen.requests if not address.startswith("blob:")]) == 1
    seen.context.close()


def test_the_pages_data_is_what_the_tests_read(path):
    block = re.search(r'id="plan-data">(.*?)</script>', path.read_text(encoding="utf-8"), re.S)[1]
    assert [m["code"] for m in json.loads(block)["municipalities"]] == sorted(TOWNS)
