"""The page's figures, classes, sentences and shapes, against the plan's own tables."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_plan import (
    CASES,
    CRISIS,
    DAY,
    FIRST,
    HOME,
    HOSTILE,
    LAST,
    MOBILE,
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

from nationalmap.errors import OutputFailed
from nationalmap.reports.page import classes, columns, words
from nationalmap.reports.page.data import page_data
from nationalmap.reports.page.figures import ALL, TERRITORY, figures
from nationalmap.reports.page.geometry import shapes
from nationalmap.reports.page.packed import packed, unpacked
from nationalmap.reports.page.sentences import rounded
from nationalmap.reports.page.views import class_of, sentences_of


@pytest.fixture(scope="module")
def plan():
    return sample_plan()


@pytest.fixture(scope="module")
def known(plan):
    return figures(plan, FIRST)


@pytest.fixture(scope="module")
def data(plan):
    return page_data([plan], shapes(plan))


@cache
def known_in(year):
    return figures(sample_plan(), year)


def record_in(topic, code, year=FIRST):
    return vars(known_in(year).of(code, topic))


def indicator_of(key):
    return next(indicator for indicator in classes.INDICATORS if indicator.key == key)


def class_in(indicator, topic, code, year=FIRST, known=None):
    return class_of(indicator_of(indicator), (known or known_in(year)).of(code, topic), every=topic == ALL)


def said(indicator, topic, year=FIRST, plan=None):
    known = known_in(year) if plan is None else figures(plan, year)
    return {lang: sentences_of(plan or sample_plan(), known, lang).of(indicator, topic) for lang in ("bg", "en")}


# ------------------------------------------------------------------ texts


def leaves(node, path=()):
    if set(node) == {"bg", "en"}:
        yield path, node
        return
    for key, branch in node.items():
        yield from leaves(branch, (*path, key))


def test_every_text_exists_in_both_languages_with_the_same_names_to_fill():
    found = list(leaves(words._data()))
    assert len(found) > 150
    for path, both in found:
        names = {language: sorted(set(re.findall(r"\{(\w+)", text))) for language, text in both.items()}
        assert names["bg"] == names["en"], path
        assert all(text.strip() for text in both.values()), path


def test_every_reason_of_the_data_has_a_sentence():
    used = {record.reason for year in YEARS for record in known_in(year).records.values()}
    assert {"in_place_ok", "access_ok", "regional_far", "none", "services_short"} <= used
    assert used <= set(words.page_texts("bg")["reasons"])


def test_every_possible_reason_has_a_sentence():
    from nationalmap.reports.page.figures import Record, _reason

    reasons = words.page_texts("bg")["reasons"]
    for kind in ("in_place", "access", "regional"):
        for complied in (True, False):
            for missing in (0, 3):
                for nearest in (None, 90):
                    for reach in (True, False):
                        if not complied and missing == 0 and (reach or kind != "regional"):
                            continue
                        record = Record(kind=kind, complied=complied, missing=missing, nearest_min=nearest)
                        assert _reason(record, within_reach=reach) in reasons


# ------------------------------------------------------------------ classes


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0", "0"), ("24.999", "0"), ("25", "1"), ("50", "2"), ("75", "3"), ("99.9999999", "3"), ("100", "4")],
)
def test_a_break_belongs_to_the_class_above_it(value, expected):
    assert classes.SCALES["coverage"].classify(Fraction(value)) == expected


def test_full_coverage_is_never_reached_by_rounding(data, known):
    record = known.of("HKV34", HOME)
    assert (record.served, record.need) == (999, 1000)
    assert class_in("coverage", HOME, "HKV34") == "3"
    assert class_in("coverage", HOME, "HKV09") == "4"
    assert rounded(Fraction(99_999, 1000), share=True) == 99.9
    # As in the five lines: 2,230 of 2,366 are 94.25 % and a hair more.
    assert rounded(Fraction(223_000, 2366), share=True) == 94.3


def test_a_small_rate_keeps_its_first_digit():
    """213 of 6.5 million without a place are 0.03 of 1,000 residents, not nobody."""
    assert rounded(Fraction(213_000, 6_500_000)) == 0.03
    assert rounded(Fraction(96, 10_000)) == 0.01
    assert [rounded(Fraction(value)) for value in ("0", "0.0499", "0.05", "0.14")] == [0, 0.05, 0.1, 0.1]


@pytest.mark.parametrize(
    ("need", "unmet", "critical"),
    [(20, 10, False), (19, 10, True), (18, 9, False), (21, 11, True), (0, 0, False), (40, 30, True)],
)
def test_critical_shortfall_is_over_half_and_at_least_ten(need, unmet, critical):
    assert classes.is_critical(need, unmet) is critical


def test_every_scale_has_a_colour_more_than_breaks_and_colours_differ():
    for scale in classes.SCALES.values():
        assert len(scale.fills) == len(scale.breaks) + 1
        assert len(set(scale.fills)) == len(scale.fills)
        assert list(scale.breaks) == sorted(set(scale.breaks))


@pytest.mark.parametrize(("most", "step"), [(0, 20), (20, 20), (21, 50), (999, 1000), (10**9, 50_000)])
def test_the_largest_circle_stands_for_a_round_number(most, step):
    assert classes.circle_step(most) == step


# ------------------------------------------------------------------ figures


def test_no_data_is_not_zero_and_zero_need_is_not_no_data(data, known):
    assert known.of("HKV18", DAY).need is None
    assert known.of("HKV11", CRISIS).need == 0
    for indicator in ("coverage", "shortfall"):
        assert class_in(indicator, DAY, "HKV18") == classes.NO_DATA
        assert class_in(indicator, CRISIS, "HKV11") == classes.NO_NEED
        assert class_in(indicator, SKILLS, "HKV34") == classes.NO_DATA
    assert class_in("package", DAY, "HKV18") == classes.NOT_ASKED


def test_sums_are_the_sums_of_the_tables(plan, known):
    unmet, capacity, spending = (
        frame[frame["year"] == FIRST] for frame in (plan.tables[name] for name in ("unmet", "capacity", "spending"))
    )
    total = known.of(TERRITORY, ALL)
    assert total.need == unmet["need_users"].sum()
    assert total.unmet == unmet["unmet_users"].sum() == total.above_maximum + total.out_of_reach + total.no_place
    assert total.places == capacity["places"].sum()
    running = spending.loc[spending["kind"] == "running", "amount_eur"]
    assert total.running_cents == sum(round(amount * 100) for amount in running)
    assert total.residents == sum(town[4] for town in TOWNS.values())
    for group, cases in CASES.items():
        assert known.of(TERRITORY, group).served == sum(case[1] for case in cases.values())
    assert known.of(TERRITORY, DAY).unknown == 1
    assert total.unknown == 1 + len(TOWNS) + len(TOWNS) - len(CASES[OLDER])


@pytest.mark.parametrize("year", YEARS)
def test_every_year_has_its_own_figures(plan, data, year):
    found = figures(plan, year)
    for group, cases in cases_of(year).items():
        for code, (need, served, above, reach, place) in cases.items():
            record = record_in(group, code, year)
            columns = ("need", "served", "unmet", "above_maximum", "out_of_reach", "no_place")
            assert [record[name] for name in columns] == [need, served, need - served, above, reach, place]
            assert found.of(code, group).served == served
    money = plan.tables["spending"]
    capital = money[(money["year"] == year) & (money["kind"] != "running")]["amount_eur"]
    assert found.of().capital_cents == sum(round(amount * 100) for amount in capital)


@pytest.mark.parametrize("year", YEARS)
def test_the_three_numbers_are_those_of_the_access_table(plan, data, year):
    access = plan.tables["access"]
    for row in access[access["year"] == year].itertuples():
        record = record_in(ALL, row.municipality, year)
        asked = (row.need_users, row.served_users, row.no_place_users, row.out_of_reach_users, row.above_maximum_users)
        found = tuple(record[n] for n in ("need", "served", "no_place", "out_of_reach", "above_maximum"))
        assert found == asked
        assert record["need"] == sum(asked[1:])


def test_changes_of_places_count_from_today(plan, data):
    of_2035 = record_in(DAY, "HKV33", LAST)
    # 20 today, 5 committed in 2030, 7 + 8 more served at home, 5 lost with the safety
    names = ("places_today", "committed", "new_places", "given_up", "places")
    assert [of_2035[name] for name in names] == [20, 5, 15, 5, 35]
    assert [record_in(DAY, "HKV33", 2030)[name] for name in names] == [20, 5, 7, 0, 32]
    old = record_in(f"{OLDER}/{OLD_HOME}", "HKV34", 2030)
    assert (old["places_today"], old["transformed_out"], old["places"]) == (24, 24, 0)
    assert record_in(f"{OLDER}/{NEW_HOME}", "HKV34", LAST)["transformed_in"] == 20


def test_residents_are_those_of_the_year(plan, data):
    at = [m["code"] for m in data["municipalities"]].index("HKV34")
    counted = [data["runs"][0]["columns"][str(year)]["residents"] for year in YEARS]
    assert [column_of(data, column)[at] for column in counted] == [81342, 81342, 73207]
    record = figures(plan, LAST).of("HKV34", HOME)
    assert record.running_each == Fraction(record.running_cents, 100 * 73207)
    bare = replace(plan, tables={**plan.tables, "projected": plan.tables["projected"].iloc[:0]})
    assert figures(bare, LAST).of("HKV34").residents == 81342


# ------------------------------------------------------------------ groups of several services


def test_a_group_of_several_services_stands_before_its_services(data):
    keys = [topic["key"] for topic in data["topics"]]
    at = keys.index(OLDER)
    assert keys[at : at + 4] == [OLDER, f"{OLDER}/{MOBILE}", f"{OLDER}/{NEW_HOME}", f"{OLDER}/{OLD_HOME}"]
    assert [topic["single"] for topic in data["topics"][at : at + 4]] == [False, True, True, True]
    assert sum(topic["single"] for topic in data["topics"]) == 3
    old = [s["code"] for s in data["services"]].index(OLD_HOME)
    assert data["runs"][0]["until"] == {str(old): 2029}


def test_the_need_is_the_groups_and_the_users_are_the_services(plan, data):
    group = record_in(OLDER, "HKV34")
    assert (group["need"], group["served"]) == (50, 40)
    parts = [record_in(f"{OLDER}/{service}", "HKV34") for service in (MOBILE, NEW_HOME, OLD_HOME)]
    assert [part["served"] for part in parts] == [16, 0, 24]
    assert [part["need"] for part in parts] == [None] * 3
    assert sum(part["places"] for part in parts) == group["places"] == 40
    assert class_in("coverage", f"{OLDER}/{MOBILE}", "HKV34") == "0"
    assert indicator_of("coverage").scale(every=False, of_group=True).key == "of_group"
    assert indicator_of("money").scale(every=False, of_group=True).key == "money"
    assert said("coverage", f"{OLDER}/{MOBILE}")["bg"] == (
        "50\u00a0потребители имат място в „Мобилна грижа“; потребността се брои общо за „Грижа, стари хора“, "
        "където може да се посрещне и от други услуги."
    )


def test_the_package_of_a_group_counts_its_services(data):
    home = record_in(OLDER, "HKV34", 2030)
    assert (home["achieved"], home["required"], home["reason"]) == (2, 2, "services_ok")
    lacks = record_in(OLDER, "HKV09", 2030)
    assert (lacks["achieved"], lacks["required"], lacks["lacking"]) == (1, 2, (NEW_HOME,))
    assert class_in("package", OLDER, "HKV09", 2030) == "1"
    only = record_in(OLDER, "HKV28", 2030)
    assert (only["reason"], only["achieved"], only["limit"]) == ("access_ok", 14, 60)


# ------------------------------------------------------------------ money and changes


def column_of(data, at):
    """A column as the page reads it: as it is, or as differences from one before it."""
    text = data["columns"][at]
    if not text.startswith("~"):
        return unpacked(text)
    _, like, moved = text.split("~")
    before = column_of(data, unpacked(like)[0])
    pairs = zip(unpacked(moved), before, strict=True)
    return [None if value is None else value + (other or 0) for value, other in pairs]


def paid_in(data, year):
    """Cents by service, stream, kind and municipality."""
    sixes = unpacked(data["runs"][0]["columns"][str(year)]["paid"])
    found = {}
    for at in range(0, len(sixes), 6):
        service, kind, unit, *three = sixes[at : at + 6]
        streams, units, beyond = (column_of(data, column) for column in three)
        for place, stream in enumerate(streams):
            if cents := units[place] * unit + beyond[place]:
                found[service, stream, kind, place] = cents
    return found


def test_who_pays_adds_up_to_the_spending(plan, data):
    for year in YEARS:
        spending = plan.tables["spending"]
        spent = spending[spending["year"] == year]
        cents = sum(round(amount * 100) for amount in spent["amount_eur"])
        assert sum(paid_in(data, year).values()) == cents
    streams = data["runs"][0]["streams"]
    own = {key: cents for key, cents in paid_in(data, LAST).items() if streams[key[1]]["payer"] == "other"}
    place = [m["code"] for m in data["municipalities"]].index("HKV34")
    crisis = [s["code"] for s in data["services"]].index(CRISIS)
    assert own == {(crisis, 0, 0, place): 500_025}


def test_the_budget_of_each_year_is_the_plans(plan, data):
    budget = plan.tables["budget"]
    kinds = [stream["kind"] for stream in data["runs"][0]["streams"]]
    assert kinds == ["running", "running", "capital"]
    for year in YEARS:
        row = budget[(budget["year"] == year) & (budget["stream"] == "build")].iloc[0]
        names = ("carried_in", "budget", "spent", "carried_out", "left", "lacking")
        assert data["runs"][0]["budget"][str(year)][2] == [row[f"{name}_eur"] for name in names]


def test_transformations_and_renovations(data):
    codes = [s["code"] for s in data["services"]]
    places = [m["code"] for m in data["municipalities"]]
    old, new = codes.index(OLD_HOME), codes.index(NEW_HOME)
    assert data["runs"][0]["transformed"] == [[2030, places.index("HKV34"), old, new, 24, 20, 60000.0]]
    day = codes.index(DAY)
    assert data["runs"][0]["renovated"] == [
        [places.index("HKV28"), day, f"{DAY}-HKV28", "energy", 2029, 2027, 40000.5, 0],
        [places.index("HKV33"), day, f"{DAY}-HKV33", "safety", 2035, None, 70000.0, 5],
    ]


def test_equal_columns_are_written_once(data):
    for pool in ("columns", "words"):
        assert len(data[pool]) == len(set(data[pool]))
    groups = [topic["key"] for topic in data["topics"] if not topic["single"]]
    # The need is the same in all years: so are the columns, written as steps from one to the next.
    assert columns.GROUP[0] == "need"
    steps = [unpacked(data["runs"][0]["columns"][str(year)]["groups"])[: len(groups)] for year in YEARS]
    assert {tuple(accumulate(found)) for found in steps} == {tuple(accumulate(steps[0]))}


@given(st.lists(st.none() | st.integers(-(10**12), 10**15) | st.sampled_from([0, 0, 0, 31, 32, 1023, 1024])))
def test_a_packed_column_is_the_same_unpacked(column):
    text = packed(column)
    assert unpacked(text) == column
    assert not set(text) & set('{}<>&"\\')


def test_what_repeats_is_short():
    assert packed([0] * 265) == "*oJ"
    assert packed([7] * 100 + [None] * 3 + [-1]) == "H*jD...!B"


def test_residents_that_are_not_counted_give_no_rate(plan):
    tables = dict(plan.inputs.tables)
    table = tables["indicators"]
    tables["indicators"] = table[~((table["indicator"] == "pop_total") & (table["municipality"] == "HKV34"))]
    projected = plan.tables["projected"]
    moved = {**plan.tables, "projected": projected[projected["municipality"] != "HKV34"]}
    blind = replace(plan, tables=moved, inputs=replace(plan.inputs, tables=tables))
    found = figures(blind, FIRST)
    assert found.of("HKV34", DAY).per_thousand is None
    assert found.of(TERRITORY, DAY).residents is None
    assert class_in("money", DAY, "HKV34", known=found) == classes.NO_DATA
    assert class_in("shortfall", DAY, "HKV34", known=found) == classes.NO_DATA
    assert "EUR" in said("money", DAY, plan=blind)["bg"]


def test_the_package_counts_services_and_names_those_that_lack(known):
    record = known.of("HKV11")
    assert (record.required, record.achieved, record.lacking) == (3, 1, (CRISIS, DAY))
    assert known.of().lacking == ("HKV11", "HKV29", "HKV32")
    assert known.of("HKV11", CRISIS).reason == "regional_far"


def test_estimates_and_illustrative_norms_are_marked(data, known):
    assert known.of("HKV34", DAY).need_is_estimate
    assert not known.of("HKV34", HOME).need_is_estimate
    assert known.of("HKV33", DAY).places_are_estimate
    marks = {data["topics"][at]["key"] for at in data["runs"][0]["illustrative"]}
    assert marks == {HOME, DAY, CRISIS}


def test_a_plan_without_residents_and_far_neighbours_is_drawn(small):
    from nationalmap.reports.page import build

    assert "Алфа" in build(small)


# ------------------------------------------------------------------ sentences


def test_the_first_sentence_answers_the_question_of_the_law():
    first = said("package", ALL)
    assert first["bg"] == (
        "8 от 11\u00a0общини имат целия минимален пакет; липсват „Дневна грижа, пълнолетни“ в Ивайловград, "
        "Симеоновград и Тополовград и „Кризисен център“ в Ивайловград."
    )
    assert first["en"].startswith("8 of 11\u00a0municipalities have the whole minimum package; missing: “Day care,")


def test_sentences_of_one_service():
    bg = {indicator.key: said(indicator.key, DAY)["bg"] for indicator in classes.INDICATORS}
    assert bg["package"] == (
        "минималният пакет за „Дневна грижа, пълнолетни“ е изпълнен в 7 от 10\u00a0общини; "
        "не е изпълнен в Ивайловград, Симеоновград и Тополовград."
    )
    assert bg["coverage"] == (
        "213 от 350\u00a0случая имат място (60,9\u00a0%); изцяло е покрита потребността "
        "в 1 от 10\u00a0общини; "
        "критичен недостиг в Ивайловград и Тополовград; няма данни за Маджарово."
    )
    assert bg["shortfall"] == (
        "137\u00a0случая остават без място в 9 от 10\u00a0общини; "
        "най-много на 1\u00a0000 жители: Тополовград (3,4); няма данни за Маджарово."
    )
    assert bg["money"] == (
        "издръжката за годината е 426\u00a0079\u00a0EUR (2,0\u00a0EUR на жител) "
        "в 7 от 11\u00a0общини; капиталовите разходи за периода са 700\u00a0001\u00a0EUR."
    )
    assert bg["travel"] == (
        "213\u00a0потребители пътуват средно 2,2 мин до мястото си; най-далеч от Стамболово (средно 27,0 мин)."
    )
    assert said("travel", SKILLS)["bg"] == "никой няма място."
    assert said("package", SKILLS)["bg"] == "за „Обучение в умения“ не се изисква минимален пакет."
    assert said("coverage", SKILLS)["en"] == "no municipality has data or a need."


def test_no_sentence_has_an_unfilled_name():
    keys = (*known_in(FIRST).keys, ALL)
    found = {text for i in classes.INDICATORS for key in keys for text in said(i.key, key).values()}
    assert len(found) > 40
    for sentence in found:
        assert "{" not in sentence
        assert ".." not in sentence


# ------------------------------------------------------------------ status


def test_the_footer_says_what_the_plan_rests_on(data):
    footer = " · ".join(data["runs"][0]["about"]["bg"]["footer"])
    assert "Сценарий към 22.11.2026 г." in footer
    assert "план за 2027, 2030 и 2035 г." in footer
    assert "haskovo-test-2026-11-22-0123abcd" in footer
    assert (
        "планът не е доказан докрай, възможен е по-добър: 1 от 2 етапа са в рамките на допуск 0,01\u00a0%, "
        "извън него са „без място“ (отклонение 0,65\u00a0%)"
    ) in footer
    assert "3 от 4\u00a0норми са примерни – не са правна норма" in footer
    assert "регистър: 2 от" in footer
    assert "оценка към 07.09.2021" in footer
    assert "Схематични граници, не са официални (© OpenStreetMap contributors, ODbL)" in footer
    assert "replaces no decision of the municipal council" in data["runs"][0]["about"]["en"]["disclaimer"]


def test_supplied_boundaries_are_named_and_a_proven_plan_says_so(plan):
    boundaries = replace(plan.inputs.boundaries, status="supplied", source="АГКК 2026")
    proven = replace(plan, inputs=replace(plan.inputs, boundaries=boundaries), stages=plan.stages[:1])
    footer = page_data([proven], shapes(proven))["runs"][0]["about"]["bg"]["footer"]
    assert "Предоставени граници: АГКК 2026" in footer
    assert "планът е доказан: всички 1 етапа в рамките на допуск 0,01\u00a0%" in footer


# ------------------------------------------------------------------ shapes


def test_planned_and_near_municipalities_are_shown_and_far_ones_are_not(plan):
    drawn = shapes(plan)
    kinds = {f["properties"]["code"]: f["properties"]["kind"] for f in drawn.areas["features"]}
    assert {code for code, kind in kinds.items() if kind == "planned"} == set(TOWNS)
    assert "KRZ16" in drawn.neighbours
    assert "VID09" not in kinds
    assert [f["properties"]["code"] for f in drawn.borders["features"]][-1] == "HKV"


def test_shapes_carry_codes_and_kinds_only(plan):
    for collection in (shapes(hostile_plan()).areas, shapes(hostile_plan()).borders):
        for feature in collection["features"]:
            assert set(feature["properties"]) == {"code", "kind"}


def test_a_municipality_without_polygon_is_refused(plan):
    polygons = plan.inputs.boundaries.polygons.query("municipality != 'HKV34'")
    boundaries = replace(plan.inputs.boundaries, polygons=polygons)
    with pytest.raises(OutputFailed, match="no polygon for HKV34"):
        shapes(replace(plan, inputs=replace(plan.inputs, boundaries=boundaries)))


@pytest.mark.parametrize("code", HOSTILE)
def test_a_code_that_is_none_is_refused(plan, code):
    polygons = plan.inputs.boundaries.polygons.copy()
    polygons.loc[polygons["municipality"] == "KRZ16", "municipality"] = code
    boundaries = replace(plan.inputs.boundaries, polygons=polygons)
    with pytest.raises(OutputFailed, match="not a code"):
        shapes(replace(plan, inputs=replace(plan.inputs, boundaries=boundaries)))


def test_many_corners_are_simplified_together(plan, monkeypatch):
    from nationalmap.reports.page import geometry

    monkeypatch.setattr(geometry, "MOST_CORNERS", 120)
    polygons = plan.inputs.boundaries.polygons.copy()
    polygons["geometry"] = polygons.geometry.segmentize(0.01)
    boundaries = replace(plan.inputs.boundaries, polygons=polygons)
    drawn = shapes(replace(plan, inputs=replace(plan.inputs, boundaries=boundaries)))
    corners = sum(str(feature["geometry"]["coordinates"]).count("[") for feature in drawn.areas["features"])
    assert corners < 260
    assert {f["properties"]["code"] for f in drawn.areas["features"]} >= set(TOWNS)
