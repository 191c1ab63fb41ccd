"""The two pages of a mayor: every figure counted again from the plan's own tables, and read back from the PDF."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import pytest
from drawn import fills, marks, poppler, squeezed, words
from sample_plan import CRISIS, DAY, HOME, LAST, OLDER, TOWNS, YEARS, hostile_plan, sample_plan

from nationalmap.reports import totals
from nationalmap.reports.atlas import annexes
from nationalmap.reports.atlas.annex import annex
from nationalmap.reports.atlas.mayor import Mayor
from nationalmap.reports.atlas.words import Words
from nationalmap.reports.explain import explain, reasons, why_table
from nationalmap.reports.page.figures import figures

BLUES = ("#045a8d", "#2b8cbe", "#74a9cf", "#bdc9e1", "#f1eef6")


@pytest.fixture(scope="module")
def plan():
    return sample_plan()


def mayor(plan, code, year=2027, language="bg", why=None):
    return Mayor(Words(plan, language), figures(plan, year), code, why or {})


def digits(cell):
    return int(re.sub(r"\D", "", cell))


# ------------------------------------------------------------------ sentences


def test_the_sentence_says_package_people_and_journeys(plan):
    assert mayor(plan, "HKV11").sentence().replace("\u00a0", " ") == (
        "През 2027 г. община Ивайловград има 1 от 3 услуги от минималния пакет; липсват: „Кризисен център“, "
        "„Дневна грижа, пълнолетни“. 62 от 72 случая на потребност имат място; без място: 10, от тях 10 далеч "
        "от всеки възможен обект. За 2 потребности няма данни."
    )
    assert mayor(plan, "HKV30", language="en").sentence().replace("\u00a0", " ") == (
        "In 2027 the municipality of Stambolovo has the whole minimum package: 3 services. 67 of 74 cases of need have "
        "a place; without one: 7. There is no data on 2 needs. Served in another municipality: 7 users."
    )
    assert "над максималния брой потребители" in mayor(plan, "HKV34").sentence()


def test_what_is_complied_and_what_is_missing(plan):
    asked = mayor(plan, "HKV11")
    assert asked.complied() == "Асистентска подкрепа"
    first, second, *rest = [row.cells[0].replace("\u00a0", " ") for row in asked.missing(short=False)]
    assert first == (
        "Минимален пакет, „Кризисен център за пострадали“: Местата в областта са 14 при необходими 10, но "
        "най-близкото е на 75 мин, над границата от 60 мин."
    )
    assert second.startswith("Минимален пакет, „Дневна грижа за пълнолетни лица с трайни увреждания“: Липсват 4 от 6")
    assert rest == [
        "„Грижа за стари хора“: няма данни за потребността.",
        "„Обучение за умения“: няма данни за потребността.",
        "„Дневна грижа за пълнолетни лица с трайни увреждания“: 10 от 12 без място; далеч от всеки възможен обект "
        "са 10.",
    ]


@pytest.mark.parametrize("code", list(TOWNS))
def test_every_need_with_somebody_without_a_place_is_named_with_its_number(plan, code):
    rows = totals.in_year(plan, "unmet", LAST)
    rows = rows[(rows["municipality"] == code) & (rows["unmet_users"] > 0)]
    blank = totals.in_year(plan, "needs", LAST)
    blank = blank.loc[blank["need_users"].isna() & (blank["municipality"] == code), "group"].tolist()
    names = plan.inputs.tables["groups"].set_index("group")["name_bg"]
    said = [row.cells[0] for row in mayor(plan, code, LAST).missing(short=False)]
    for group, unmet, need in zip(rows["group"], rows["unmet_users"], rows["need_users"], strict=True):
        if group not in blank:
            assert any(line.startswith(f"„{names[group]}“: {unmet} от {need} без място") for line in said)


# ------------------------------------------------------------------ why, in the words of the explanation


def test_reasons_are_those_of_the_explanation(toyland_run):
    plan = toyland_run.plan
    year = plan.scenario.last_year
    codes = totals.municipalities(plan)
    found = reasons(plan, codes, "bg", year)
    table = why_table(plan, "bg")
    table = table[table["year"] == year].set_index(["municipality", "group"])
    rows = totals.in_year(plan, "unmet", year)
    asked = rows[rows["unmet_users"] > 0]
    assert set(found) == set(zip(asked["municipality"], asked["group"], strict=True))
    assert found
    for (code, group), (whole, brief) in found.items():
        assert "; ".join(brief) == table["binds"][code, group]
        told = explain(plan, code, group, "bg", year)
        assert whole
        assert all(line in told for line in whole)
        said = [row.cells[0] for row in mayor(plan, code, year, why=found).missing(short=False)]
        assert any(line.endswith("Защо: " + " ".join(whole)) for line in said)
        if brief:
            said = [row.cells[0] for row in mayor(plan, code, year, why=found).missing(short=True)]
            assert any(line.endswith("Защо: " + "; ".join(brief) + ".") for line in said)


# ------------------------------------------------------------------ tables


@pytest.mark.parametrize("code", list(TOWNS))
@pytest.mark.parametrize("year", [YEARS[0], LAST])
def test_the_table_of_services_has_the_plans_figures(plan, code, year):
    rows, nothing = mayor(plan, code, year).services()
    names = plan.inputs.tables["services"].set_index("service")
    groups = plan.inputs.tables["groups"].set_index("group")["name_bg"]
    by_name = {row.cells[0].strip(): row.cells for row in rows}
    places = totals.in_year(plan, "capacity", year)
    places = places[places["municipality"] == code].groupby("service")[["places_today", "places"]].sum()
    users = totals.in_year(plan, "allocation", year)
    users = users[users["municipality"] == code].groupby("service")["users"].sum()
    package = totals.in_year(plan, "compliance", year)
    package = package[package["municipality"] == code].set_index("service")["complied"]
    for service in {*places[places.sum(axis=1) > 0].index, *users.index, *package.index}:
        single = list(names["group"]).count(names["group"][service]) == 1
        cells = by_name[groups[names["group"][service]] if single else names["short_bg"][service]]
        expected = places.loc[service].tolist() if service in places.index else [0, 0]
        assert [digits(cell) for cell in cells[2:4]] == expected
        assert sum(map(int, re.findall(r"\d+", cells[4].replace("\u00a0", "")))) == users.get(service, 0)
        if service in package.index:
            assert (cells[6] == "да") == bool(package[service])
        else:
            assert cells[6] == "–"
    unmet = totals.in_year(plan, "unmet", year)
    unmet = unmet[unmet["municipality"] == code].set_index("group")
    blank = totals.in_year(plan, "needs", year)
    blank = set(blank.loc[blank["need_users"].isna() & (blank["municipality"] == code), "group"])
    for group, name in groups.items():
        if group in blank:
            assert by_name[name][1] == by_name[name][5] == "няма данни"
        elif group in unmet.index and name in by_name:
            assert digits(by_name[name][1]) == unmet["need_users"][group]
            assert digits(by_name[name][5]) == unmet["unmet_users"][group]
        elif group in unmet.index:
            assert unmet["need_users"][group] == 0
            assert name in nothing


def test_who_serves_whom(plan):
    """Минерални бани and Стамболово are served in Хасково by day care, all but two by the crisis centre."""
    rows = totals.in_year(plan, "allocation", 2027)
    for code in TOWNS:
        asked = mayor(plan, code)
        own = rows[rows["municipality"] == code].groupby("host")["users"].sum()
        hosts = {row.cells[0].split(",")[0]: digits(row.cells[1]) for row in asked.hosts()}
        assert hosts == {("на място" if host == code else TOWNS[host][0]): users for host, users in own.items()}
        here = rows[(rows["host"] == code) & (rows["municipality"] != code)].groupby("municipality")["users"].sum()
        guests = {row.cells[0].split(",")[0]: digits(row.cells[1]) for row in asked.guests()}
        assert guests == {TOWNS[other][0]: users for other, users in here.items()}
        counts = [digits(row.cells[1]) for row in asked.guests()]
        assert counts == sorted(counts, reverse=True)


def test_money_is_that_of_the_municipality_by_stream_and_year_to_the_euro(plan):
    spending = plan.tables["spending"]
    for code in TOWNS:
        rows = mayor(plan, code).money()
        own = spending[spending["municipality"] == code]
        expected = own.groupby(["stream", "kind"]).ngroups
        assert len(rows) == (expected + 1 if expected else 0)
        for at, year in enumerate(YEARS if rows else ()):
            total = totals.cents(own.loc[own["year"] == year, "amount_eur"]) / 100
            assert digits(rows[-1].cells[2 + at]) == pytest.approx(total, abs=0.5)
            assert digits(rows[-1].cells[2 + at]) == sum(digits(row.cells[2 + at]) for row in rows[:-1])
        cells = {row.cells[:2]: row.cells[2:] for row in rows[:-1]}
        for (stream, kind), part in own.groupby(["stream", "kind"]):
            name = totals.stream_name(plan, stream, "bg")
            word = {"running": "издръжка", "build": "строеж", "transform": "преобразуване", "renovate": "ремонт"}[kind]
            for at, year in enumerate(YEARS):
                amount = totals.cents(part.loc[part["year"] == year, "amount_eur"]) / 100
                assert abs(digits(cells[name, word][at]) - amount) < 1


def test_what_its_people_cost_elsewhere(toyland_run):
    plan = toyland_run.plan
    year = plan.scenario.last_year
    shared = totals.in_year(plan, "shared", year)
    told = 0
    for code in totals.municipalities(plan):
        own = shared[(shared["municipality"] == code) & (shared["host"] != code)]
        said = mayor(plan, code, year).paid_elsewhere()
        assert bool(said) == bool(len(own))
        if said:
            amount = round(totals.cents(own["by_users_eur"]) / 100)
            assert str(amount) in re.sub(r"\D", "", said.split("е", 1)[1])
            told += 1
    assert told


# ------------------------------------------------------------------ pages


@pytest.fixture(scope="module")
def pages(plan):
    return {code: tuple(annex(mayor(plan, code))) for code in ("HKV11", "HKV34")}


def test_the_map_has_the_package_of_all_and_the_own_journeys(plan, pages):
    rows = totals.in_year(plan, "compliance", 2027)
    missing = (~rows["complied"].astype(bool)).groupby(rows["municipality"]).sum()
    users = totals.in_year(plan, "allocation", 2027)
    users = users[users["municipality"] != users["host"]]
    for code, (first, _) in pages.items():
        assert fills(first) == {c: BLUES[sum(n >= limit for limit in (1, 2, 4, 7))] for c, n in missing.items()}
        own = users[(users["municipality"] == code) | (users["host"] == code)].groupby(["municipality", "host"])
        assert set(marks(first, "journey")) == {f"{m}-{h}-{n}" for (m, h), n in own["users"].sum().items()}
        here = totals.in_year(plan, "capacity", 2027).groupby("municipality")["places"].sum()
        assert set(marks(first, "places")) == {f"{c}-{n}" for c, n in here.items() if n}
        focus = [patch for patch in first.figure.axes[1].patches if patch.get_gid() == "focus"]
        assert len(focus) == 1
        (area,) = marks(first, "area")[code]
        assert focus[0].get_path().vertices.tolist() == area.get_path().vertices.tolist()


def test_nothing_lies_beyond_the_paper_or_in_the_footer(plan, pages):
    for sheets in pages.values():
        for sheet in sheets:
            texts = [(text, *text.get_position()) for text in sheet.axes.texts]
            assert all(0 < x < sheet.wide and 0 < y < sheet.high for _, x, y in texts)
            foot = min(y for text, _, y in texts if text.get_text().startswith("Сценарий към"))
            above = [y for text, _, y in texts if y < foot]
            assert max(above) < foot - 2


def test_all_is_there_where_there_is_room_for_all(plan, pages):
    for code, sheets in pages.items():
        said = squeezed("".join(text for sheet in sheets for text in words(sheet)))
        asked = mayor(plan, code)
        for row in (*asked.services()[0], *asked.money(), *asked.hosts(), *asked.guests(), *asked.missing(short=True)):
            for cell in row.cells:
                assert squeezed(cell) in said
        assert "работнатакнига" in said
        assert "иоще" not in said


def test_a_list_without_room_says_how_many_more_there_are(plan):
    """Twenty reasons, each longer than a page."""
    why = {("HKV34", group): (["x" * 3000], ["y" * 9000]) for group in (HOME, DAY, CRISIS, OLDER)}
    first, second = annex(mayor(plan, "HKV34", why=why))
    rows = mayor(plan, "HKV34", why=why).missing(short=True)
    said = " ".join(words(first)).replace("\u00a0", " ")
    (more,) = re.findall(r"и още (\d+), вижте работната книга", said)
    shown = sum(squeezed(row.cells[0]) in squeezed(said) for row in rows)
    assert 0 < int(more) == len(rows) - shown
    assert second.figure.axes


# ------------------------------------------------------------------ files


def test_two_a4_pages_with_the_words_of_the_plan(toyland_run, tmp_path):
    plan = toyland_run.plan
    (found,) = annexes(plan, "bg", plan.scenario.last_year, totals.municipalities(plan)[:1])
    code, data = found
    facts = poppler("pdfinfo", data, tmp_path)
    assert re.search(r"Pages:\s+2\n", facts)
    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", facts)
    assert [float(part) / 72 * 25.4 for part in size.groups()] == pytest.approx([210, 297], abs=0.1)
    for line in poppler("pdffonts", data, tmp_path).splitlines()[2:]:
        assert "DejaVuSans" in line
        assert re.search(r"TrueType.*yes yes yes", line)
    pages = [squeezed(page) for page in poppler("pdftotext", data, tmp_path).split("\f")[:-1]]
    asked = Mayor(Words(plan, "bg"), figures(plan, plan.scenario.last_year), code, {})
    assert squeezed(asked.sentence()) in pages[0]
    for page in pages:
        for part in (f"Община {asked.name}", "ИНДИКАТИВНА КАРТА", plan.run_id, "не замества решение на общинския"):
            assert squeezed(part) in page
    again = dict(annexes(plan, "bg", plan.scenario.last_year, [code]))
    assert hashlib.sha256(again[code]).hexdigest() == hashlib.sha256(data).hexdigest()


def test_hostile_names_stay_names_on_both_pages():
    plan = hostile_plan()
    towns = plan.inputs.tables["municipalities"].set_index("municipality")["name_bg"]
    sheets = tuple(annex(mayor(plan, "HKV34")))
    for sheet in sheets:
        said = squeezed("".join(words(sheet)))
        assert squeezed(towns["HKV34"]) in said
        assert squeezed(plan.scenario.title_bg) in said
        assert squeezed(plan.run_id) in said
        assert not any(text.get_parse_math() for axes in sheet.figure.axes for text in axes.texts)
    for name in plan.inputs.tables["services"]["short_bg"]:
        assert squeezed(name) in squeezed("".join(words(sheets[0]) + words(sheets[1])))


def test_english_pages_have_no_bulgarian_but_names_of_the_sheet(plan):
    english = replace(plan, stages=())
    said = [text for sheet in annex(mayor(english, "HKV11", language="en")) for text in words(sheet)]
    assert {word for text in said for word in re.findall(r"[А-я]+", text)} <= {"Защо"}
