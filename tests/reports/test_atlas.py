"""The atlas: what is drawn is recomputed here from the plan's own tables, and the files are read back by others."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pytest
from drawn import fills, marks, poppler, squeezed, words
from matplotlib.colors import to_hex
from pyproj import Geod
from sample_plan import DAY, HOSTILE, LAST, NEIGHBOURS, NEW_HOME, OLD_HOME, TOWNS, YEARS, hostile_plan, sample_plan

from nationalmap.reports.atlas import atlas, paper, sheets
from nationalmap.reports.atlas.drawn import LARGE, MANY, SMALL
from nationalmap.reports.atlas.ground import ground

# Made once, in one process.
pytestmark = pytest.mark.xdist_group("atlas")

BLUES = ("#f1eef6", "#bdc9e1", "#74a9cf", "#2b8cbe", "#045a8d")
NOTHING, BEIGE, GREY = "#ffffff", "#e6e0d2", "#d8dde1"
BADGE = {"bg": "ИНДИКАТИВНА КАРТА", "en": "INDICATIVE MAP"}


@pytest.fixture(scope="module")
def plan():
    return sample_plan()


@pytest.fixture(scope="module")
def drawn(plan):
    """Every sheet of all years by (year, service), the package under None."""
    found = {}
    for name, sheet in sheets.sheets(plan, "bg", YEARS, tuple(plan.inputs.tables["services"]["service"])):
        _, year, service = name.split("-")
        found[int(year), None if service == "package" else service] = sheet
    return found


def services(plan):
    table = plan.inputs.tables["services"]
    return dict(zip(table["service"], table["group"], strict=True))


# ------------------------------------------------------------------ classes and colours


def coverage_fill(plan, year, group, code):
    needs, unmet = plan.tables["needs"], plan.tables["unmet"]
    row = needs[(needs["municipality"] == code) & (needs["group"] == group) & (needs["year"] == year)]
    if not len(row) or row["need_users"].isna().all():
        return NOTHING
    cases = unmet[(unmet["municipality"] == code) & (unmet["group"] == group) & (unmet["year"] == year)]
    need, served = int(cases["need_users"].sum()), int(cases["served_users"].sum())
    if need == 0:
        return BEIGE
    share = Fraction(served, need)
    return BLUES[sum(share >= Fraction(limit, 100) for limit in (25, 50, 75, 100))]


def test_there_is_a_sheet_for_the_package_and_each_service_of_each_year(plan, drawn):
    assert set(drawn) == {(year, service) for year in YEARS for service in (None, *services(plan))}


def test_every_area_has_the_colour_of_its_coverage(plan, drawn):
    seen = set()
    for (year, service), sheet in drawn.items():
        if service is not None:
            expected = {code: coverage_fill(plan, year, services(plan)[service], code) for code in TOWNS}
            assert fills(sheet) == expected, (year, service)
            seen |= set(expected.values())
    assert {NOTHING, BEIGE, BLUES[0], BLUES[2], BLUES[3], BLUES[4]} <= seen


def test_full_coverage_is_never_reached_by_rounding(plan, drawn):
    """999 of 1,000 in Хасково."""
    assert fills(drawn[YEARS[0], "assistant_support"])["HKV34"] == BLUES[3]


def test_every_area_has_the_colour_of_its_package(plan, drawn):
    rows = plan.tables["compliance"]
    for year in YEARS:
        of_year = rows[rows["year"] == year]
        missing = (~of_year["complied"].astype(bool)).groupby(of_year["municipality"]).sum()
        expected = {c: BLUES[::-1][sum(missing[c] >= limit for limit in (1, 2, 4, 7))] for c in missing.index}
        assert fills(drawn[year, None]) == expected
        assert len(set(expected.values())) > 1


def test_no_data_is_dotted_and_a_critical_shortfall_hatched(plan, drawn):
    unmet = plan.tables["unmet"]
    hatched = 0
    for (year, service), sheet in drawn.items():
        blank = {code for code, fill in fills(sheet).items() if fill == NOTHING}
        assert set(marks(sheet, "dots")) == blank
        if service is None:
            assert not marks(sheet, "critical")
            continue
        rows = unmet[(unmet["group"] == services(plan)[service]) & (unmet["year"] == year)]
        rows = rows[~rows["municipality"].isin(blank)]
        critical = rows[(rows["unmet_users"] >= 10) & (2 * rows["unmet_users"] > rows["need_users"])]
        assert set(marks(sheet, "critical")) == set(critical["municipality"]), (year, service)
        for (artist,) in (*marks(sheet, "critical").values(), *marks(sheet, "dots").values()):
            assert artist.get_hatch()
        hatched += len(critical)
    assert hatched


def test_neighbours_are_grey_and_none_of_the_plan(drawn):
    for sheet in drawn.values():
        context = fills(sheet, "context")
        assert set(context.values()) == {GREY}
        assert set(context) == set(NEIGHBOURS) - {"VID09"}


def test_borders_of_regions_are_thicker_than_those_of_municipalities(drawn):
    sheet = drawn[YEARS[0], DAY]
    assert {line.get_linewidth() for line in marks(sheet, "region")["HKV"]} == {2.2}
    assert {artist.get_linewidth() for (artist,) in marks(sheet, "area").values()} == {0.7}


# ------------------------------------------------------------------ places and journeys


def test_circles_are_the_places_and_yellow_where_some_are_new(plan, drawn):
    rows = plan.tables["capacity"]
    for (year, service), sheet in drawn.items():
        here = rows[(rows["service"] == service) & (rows["year"] == year)].groupby("municipality")["places"].sum()
        here = here[here > 0]
        assert set(marks(sheet, "places")) == {f"{code}-{places}" for code, places in here.items()}
        until = rows[(rows["service"] == service) & (rows["year"] <= year)]
        ways = ["new_places", "committed_places", "transformed_in_places"]
        added = until.groupby("municipality")[ways].sum().sum(axis=1)
        for name, (circle,) in marks(sheet, "places").items():
            expected = "#ffd23f" if added[name.split("-")[0]] else "#ffffff"
            assert to_hex(circle.get_facecolor()) == expected, (year, service, name)


def test_area_of_a_circle_is_in_proportion_to_the_places(drawn):
    for year in YEARS:
        sheet = drawn[year, DAY]
        metres = window_metres(sheet)
        for name, (circle,) in marks(sheet, "places").items():
            places = int(name.split("-")[1])
            assert circle.radius / metres == pytest.approx(max(SMALL, LARGE * (places / 200) ** 0.5))


def window_metres(sheet):
    (axes,) = sheet.figure.axes[1:]
    low, high = axes.get_xlim()
    return (high - low) / (axes.get_position().width * sheet.wide)


def test_the_map_is_not_stretched(drawn):
    for sheet in drawn.values():
        (axes,) = sheet.figure.axes[1:]
        low, high = axes.get_ylim()
        assert (high - low) / (axes.get_position().height * sheet.high) == pytest.approx(window_metres(sheet))


def test_lines_lead_from_where_people_live_to_where_they_are_served(plan, drawn):
    rows = plan.tables["allocation"]
    seats = ground(plan).seats
    lines = 0
    for (year, service), sheet in drawn.items():
        here = rows[(rows["service"] == service) & (rows["year"] == year) & (rows["municipality"] != rows["host"])]
        names = [f"{m}-{h}-{n}" for m, h, n in zip(here["municipality"], here["host"], here["users"], strict=True)]
        assert sorted(marks(sheet, "journey")) == sorted(names)
        for name, (line,) in marks(sheet, "journey").items():
            home, host, _ = name.split("-")
            (x1, x2), (y1, y2) = line.get_data()
            assert ((x1, y1), (x2, y2)) == (seats[home], seats[host])
            lines += 1
    assert lines


def test_names_do_not_lie_on_circles(drawn):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    for sheet in drawn.values():
        FigureCanvasAgg(sheet.figure)
        circles = [artist for found in marks(sheet, "places").values() for artist in found]
        names = marks(sheet, "name")
        assert set(names) == set(TOWNS)
        for found in names.values():
            box = found[0].get_window_extent()
            for circle in circles:
                x, y = circle.axes.transData.transform(circle.center)
                radius = circle.radius / window_metres(sheet) / 25.4 * sheet.figure.dpi
                near = (min(max(x, box.x0), box.x1) - x, min(max(y, box.y0), box.y1) - y)
                assert (near[0] ** 2 + near[1] ** 2) ** 0.5 > radius - 1


def test_the_ground_is_the_national_projection(plan):
    """Against geopandas, and against distances on the ellipsoid."""
    seats = ground(plan).seats
    codes = list(TOWNS)
    points = gpd.GeoSeries.from_xy([TOWNS[c][2] for c in codes], [TOWNS[c][3] for c in codes], crs="EPSG:4326")
    for code, point in zip(codes, points.to_crs("EPSG:7801"), strict=True):
        assert seats[code] == pytest.approx((point.x, point.y), abs=1e-6)
    for one, other in (("HKV09", "HKV11"), ("HKV19", "HKV32")):
        true = Geod(ellps="GRS80").inv(*TOWNS[one][2:4], *TOWNS[other][2:4])[2]
        (x1, y1), (x2, y2) = seats[one], seats[other]
        assert ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5 == pytest.approx(true, rel=0.001)


# ------------------------------------------------------------------ words and figures


def test_the_table_beside_the_map_has_the_plans_figures(plan, drawn):
    unmet = plan.tables["unmet"]
    rows = unmet[(unmet["group"] == DAY) & (unmet["year"] == 2027)].set_index("municipality")
    said = words(drawn[2027, DAY])
    for code, (name, *_) in TOWNS.items():
        if code == "HKV18":
            continue
        at = said.index(name)
        cells = [re.sub(r"\D", "", cell) for cell in said[at + 1 : at + 4]]
        assert cells == [str(rows[column][code]) for column in ("need_users", "served_users", "unmet_users")]
    at = said.index("Общо")
    known = rows.drop(index="HKV18", errors="ignore")
    assert re.sub(r"\D", "", said[at + 1]) == str(known["need_users"].sum())


def test_a_service_of_a_group_says_that_the_need_is_the_groups(drawn):
    said = " ".join(words(drawn[2027, OLD_HOME]))
    assert "„Грижа за стари хора“" in said
    assert "от всички услуги за тази потребност" in said
    assert "местата са само на тази услуга" in " ".join(words(drawn[2027, OLD_HOME]))
    assert "няма места никъде" in " ".join(words(drawn[2027, NEW_HOME])).replace("\u00a0", " ")
    assert "няма места никъде" not in " ".join(words(drawn[2030, NEW_HOME]))


def test_every_sheet_says_what_it_is_and_what_it_is_worth(plan, drawn):
    for (year, _), sheet in drawn.items():
        said = " ".join(words(sheet)).replace("\u00a0", " ")
        for part in (
            BADGE["bg"], plan.scenario.title_bg, plan.run_id, f"{year} г.", "област Хасково",
            "са примерни – не са правна норма", "© OpenStreetMap contributors, ODbL", "Схематични граници",
            "Картата е индикативна и не замества решение на общинския съвет.",
        ):  # fmt: skip
            assert squeezed(part) in squeezed(said)


def test_the_cover_says_how_many_have_the_package(drawn):
    """Day care and the crisis centre are missing in three municipalities."""
    said = " ".join(words(drawn[2027, None])).replace("\u00a0", " ")
    assert "8 от 11 общини имат целия минимален пакет; липсват" in said
    assert "Липсва в Ивайловград: Кризисен център, Дневна грижа, пълнолетни." in said


def test_the_legend_lies_outside_the_map_and_counts_municipalities(drawn):
    sheet = drawn[2027, DAY]
    frame = sheet.figure.axes[1].get_position()
    for text in sheet.axes.texts:
        x, y = text.get_position()
        assert not (frame.x0 < x / sheet.wide < frame.x1 and frame.y0 < 1 - y / sheet.high < frame.y1)
    said = words(sheet)
    counts = [int(said[said.index(label) + 1]) for label in ("под 25", "няма потребност", "няма данни")]
    shown = list(fills(sheet).values())
    assert counts == [shown.count(BLUES[0]), shown.count(BEIGE), shown.count(NOTHING)]


# ------------------------------------------------------------------ files


@pytest.fixture(scope="module")
def pdf(plan):
    return atlas(plan, "pdf", "bg", (LAST,))["atlas.pdf"]


def test_a_pdf_of_a3_pages_with_fonts_and_text(plan, pdf, tmp_path):
    facts = poppler("pdfinfo", pdf, tmp_path)
    assert re.search(r"Pages:\s+8\n", facts)
    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", facts)
    assert [float(part) / 72 * 25.4 for part in size.groups()] == pytest.approx([420, 297], abs=0.1)
    assert not re.search("Creat|Producer|ModDate", facts)
    fonts = poppler("pdffonts", pdf, tmp_path).splitlines()[2:]
    assert fonts
    for line in fonts:
        assert "DejaVuSans" in line
        assert "TrueType" in line
        assert re.search(r"yes yes yes", line), line
    text = squeezed(poppler("pdftotext", pdf, tmp_path))
    for part in (*(town[0] for town in TOWNS.values()), *plan.inputs.tables["services"]["name_bg"], BADGE["bg"]):
        assert squeezed(part) in text


def test_the_same_plan_gives_the_same_bytes_whatever_seed_locale_and_settings(plan, tmp_path):
    program = (
        "import hashlib, sys; sys.path[:0] = sys.argv[1:3]\n"
        "from sample_plan import sample_plan; from nationalmap.reports.atlas import FORMATS, atlas\n"
        "for form in FORMATS:\n"
        "    for name, data in atlas(sample_plan(), form, 'en', (2027,), ['crisis_centre']).items():\n"
        "        print(name, hashlib.sha256(data).hexdigest())"
    )
    here = [f"{name} {hashlib.sha256(data).hexdigest()}" for form in ("pdf", "svg", "png")
            for name, data in atlas(plan, form, "en", (2027,), ["crisis_centre"]).items()]  # fmt: skip
    folder = Path(__file__).parent
    (tmp_path / "matplotlibrc").write_text(
        "hatch.linewidth: 5\nlines.linewidth: 9\naxes.facecolor: red\nfont.size: 30\nsavefig.bbox: tight\n"
        "pdf.fonttype: 3\nsvg.hashsalt: other\ntext.usetex: False\naxes.linewidth: 4\npath.sketch: (1, 100, 2)\n"
    )
    settings = {
        **os.environ,
        "MATPLOTLIBRC": str(tmp_path),
        "PYTHONHASHSEED": "4711",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
    }
    command = [sys.executable, "-c", program, str(folder), str(folder.parent.parent)]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == here


def test_pictures_are_a_file_for_each_page(plan):
    files = atlas(plan, "svg", "en", (2027,), [DAY])
    assert list(files) == ["001-2027-package.svg", f"002-2027-{DAY}.svg"]
    for data in files.values():
        root = ET.fromstring(data)  # noqa: S314
        names = {node.get("id") for node in root.iter()}
        assert {f"area-{code}" for code in TOWNS} <= names
        assert not re.search(rb"<script|href=\"(?!#)|<dc:date", data)
    files = atlas(plan, "png", "en", (2027,), [DAY])
    assert all(data.startswith(b"\x89PNG") for data in files.values())
    assert len(set(files.values())) == 2


def test_a_drawn_sheet_is_let_go(plan):
    made = []

    def watched():
        for _, sheet in sheets.sheets(plan, "en", (2027,), (DAY,)):
            assert all(not former.figure.axes for former in made)
            made.append(sheet)
            yield sheet

    paper.pdf(watched(), "x")
    assert len(made) == 2


# ------------------------------------------------------------------ names that want to be something else


def test_hostile_names_stay_names_on_every_sheet(tmp_path):
    plan = hostile_plan()
    data = atlas(plan, "pdf", "bg", (2027,))["atlas.pdf"]
    pages = [squeezed(page) for page in poppler("pdftotext", data, tmp_path).split("\f")[:-1]]
    assert len(pages) == 8
    towns = plan.inputs.tables["municipalities"].set_index("municipality")["name_bg"]
    for page in pages:
        for code in TOWNS:
            assert squeezed(towns[code]) in page
        assert squeezed(plan.scenario.title_bg) in page
        assert squeezed(plan.inputs.boundaries.source) in page
    for page, service in zip(pages[1:], plan.inputs.tables["services"]["name_bg"], strict=True):
        assert squeezed(service) in page
    files = atlas(plan, "svg", "bg", (2027,), [DAY])
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+\.svg", name) for name in files)
    for data in files.values():
        tags = {node.tag.split("}")[1] for node in ET.fromstring(data).iter()}  # noqa: S314
        assert not tags & {"script", "img", "foreignObject", "image", "a"}


STRANGE = ("$x^2$ \\frac{1}{2} $\\unknown$", "שלום مرحبا", "много дълго име " * 30, "100 % {0} {{7*7}} $", "中文")


def test_strange_names_are_drawn_as_they_are(plan, tmp_path):
    table = plan.inputs.tables["municipalities"].copy()
    names = dict(zip(list(TOWNS)[: len(STRANGE)], STRANGE, strict=True))
    table["name_bg"] = [
        names.get(code, name) for code, name in zip(table["municipality"], table["name_bg"], strict=True)
    ]
    renamed = with_table(plan, "municipalities", table)
    data = atlas(renamed, "pdf", "bg", (2027,), [DAY])["atlas.pdf"]
    text = squeezed(poppler("pdftotext", data, tmp_path))
    ((_, sheet), *_) = sheets.sheets(renamed, "bg", (2027,), (DAY,))
    for code, name in names.items():
        assert squeezed(name) in text or squeezed(name)[::-1] in text
        assert squeezed(name) in squeezed("".join(text.get_text() for text in marks(sheet, "name")[code]))
    assert not any(text.get_parse_math() for axes in sheet.figure.axes for text in axes.texts)


def with_table(plan, name, table):
    from dataclasses import replace

    return replace(plan, inputs=replace(plan.inputs, tables={**plan.inputs.tables, name: table}))


def test_there_are_hostile_names():
    assert len(HOSTILE) > 5


# ------------------------------------------------------------------ the country


def test_a_country_has_265_areas_and_the_names_of_28_seats(country):
    sheet = dict(sheets.sheets(country, "bg", (2027,), ("therapy_rehabilitation",)))["002-2027-therapy_rehabilitation"]
    unmet = country.tables["unmet"].set_index("municipality")
    shown = fills(sheet)
    assert len(shown) == 265 > MANY
    for code, fill in shown.items():
        need, served = unmet["need_users"][code], unmet["served_users"][code]
        assert fill == (BLUES[sum(4 * served >= part * need for part in (1, 2, 3, 4))] if need else BEIGE)
    names = {code: "".join(t.get_text() for t in found) for code, found in marks(sheet, "name").items()}
    regions = country.inputs.tables["regions"]
    assert names == dict(zip(regions["seat_municipality"], regions["name_bg"], strict=True))
    said = words(sheet)
    for region, name in zip(regions["region"], regions["name_bg"], strict=True):
        own = country.inputs.tables["municipalities"]
        codes = own.loc[own["region"] == region, "municipality"]
        at = said.index(name)
        cells = [int(re.sub(r"\D", "", cell)) for cell in said[at + 1 : at + 4]]
        assert cells == [int(unmet[c][codes].sum()) for c in ("need_users", "served_users", "unmet_users")]


@pytest.fixture(scope="module")
def country():
    """TEST DATA: the country's ground with invented figures of one need."""
    from nationalmap import planning
    from nationalmap.domain.plan import Plan
    from nationalmap.schema import RESULT_TABLES

    question = planning.check("national-2027")
    group = "therapy_rehabilitation"
    tables = {table.name: pd.DataFrame({c.name: [] for c in table.columns}) for table in RESULT_TABLES}
    codes = question.municipalities["municipality"].tolist()
    needs = [(7 * at) % 60 for at in range(len(codes))]
    served = [min(need, (5 * at) % 40) for at, need in enumerate(needs)]
    rows = {"municipality": codes, "group": group, "year": 2027, "need_users": needs, "served_users": served}
    none = dict.fromkeys(("above_maximum_users", "out_of_reach_users"), 0)
    unmet = [need - one for need, one in zip(needs, served, strict=True)]
    tables["unmet"] = pd.DataFrame({**rows, "unmet_users": unmet, "no_place_users": unmet, **none})
    given = {"indicator": "", "indicator_value": None, "is_estimate": False}
    tables["needs"] = pd.DataFrame({k: v for k, v in rows.items() if k != "served_users"} | given)
    return Plan(question.scenario, question.inputs, tables, (), "0123456789ab")
