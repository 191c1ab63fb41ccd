"""Why a municipality has the places it has: every figure that a sentence says was worked out by hand."""

from __future__ import annotations

import dataclasses
import io
import math
import tomllib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from reasons import CASES, case, changed, n1, plan_of, with_table
from small_plan import small_plan

import nationalmap
from nationalmap import cli
from nationalmap.domain.norm import Complement, Scheme
from nationalmap.errors import InputRefused
from nationalmap.reports import explain as why
from nationalmap.reports import texts
from nationalmap.reports.explain import sentences
from nationalmap.reports.explain.facts import Facts
from nationalmap.reports.explain.words import words_of
from nationalmap.reports.workbook import write_workbook
from tests.toyland.invented import invented

TOLD = tomllib.loads((Path(__file__).parent / "reasons.toml").read_text(encoding="utf-8"))
LANGUAGES = ("bg", "en")


def plain(lines):
    """Sentences with ordinary spaces."""
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def told(plan, cell, part, language="en"):
    """One part of an answer."""
    return list(part(Facts(plan), words_of(plan, language), cell))


def reasons_of(plan, cell, part, language="en"):
    return plain(told(plan, cell, part, language))


def with_input(plan, name, frame):
    inputs = dataclasses.replace(plan.inputs, tables={**plan.inputs.tables, name: frame})
    return dataclasses.replace(plan, inputs=inputs)


# ---------------------------------------------------------------------- toyland, from the indicator to the money


def test_the_whole_answer_of_toyland_in_english(toyland_run):
    """N1: 12 of 12 taken, one of them by N2. A place in N2 costs 1 T and 0.1 T of journeys; a centre in N1 10 T."""
    assert plain(why.explain(toyland_run.plan, "NOR01", "day_care", "en")) == [
        "Gorno, “Day care”, 2027",
        "Indicator “Older people”: 1,200 persons as of 31.12.2025 (source: Toyland; estimate); taken for 2027 without "
        "a projection.",
        "Norm day_care.need: 1 per 100 · Older people (kind: ratio of an indicator; illustrative, not a legal norm).",
        "Need in 2027: 12 → 12 cases (rounding: half up).",
        "With a place: 11 of 12 cases – 11 users for “Day care” in the municipality itself.",
        "Without a place: within reach 1, out of reach 0.",
        "“Day care”: every place is taken: Gorno – 12 of 12, Sredno – 7 of 7.",
        "“Day care” in Gorno: one place cannot open alone, the smallest growth is 5 places.",
        "Building up to 2027: for “Day care” in Gorno at most EUR 9,000.00 more can be paid (Building – EUR 9,000.00 "
        "of EUR 70,000.00), and the cost of 5 places is EUR 10,000.00.",
        "Running money in 2027: for “Day care” in Sredno at most EUR 0.00 more can be paid (State subsidy – EUR 0.00 "
        "of EUR 62,600.00), and the cost of 1 place is at least EUR 1,100.00.",
        "“Day care” in Gorno in 2027 (12 places, 12 users from all municipalities) is paid by: State subsidy – "
        "EUR 13,100.00 (running).",
    ]


def test_the_whole_answer_of_toyland_in_bulgarian(toyland_run):
    """S3: 1.5 are rounded up to 2; one is served in S1, one lies above the maximum of 8 in the region."""
    assert plain(why.explain(toyland_run.plan, "SOU03", "residence", "bg", 2027)) == [
        "Гранично, „Дом“, 2027 г.",
        "Показател „Възрастни хора“: 300 лица към 31.12.2025 (източник: Toyland; оценка); за 2027 г. е взет без "
        "прогноза.",
        "Норма residence.need: 1 на 200 · Възрастни хора (вид: отношение към показател; примерна, не е правна норма).",
        "Потребност през 2027 г.: 1,5 → 2 случая (закръгляне: до най-близкото цяло).",
        "С място: 1 от 2 случая – 1 потребител за „Дом“ в Долно, 60 мин път, областна услуга, без споразумение.",
        "Без място: в обхват 1 (от тях над максималния брой потребители с държавно финансиране: 1), извън обхват 0.",
        "„Дом“: всички места са заети: Долно – 8 от 8.",
        "Максимален брой потребители с държавно финансиране за „Дом“ в област Юг: 8, използват се 8.",
        "„Дом“ в Гранично: едно място само не може да се открие, най-малкото разширение е 5 места.",
        "Строеж до 2027 г.: за „Дом“ в Долно могат да се платят още най-много 9 000,00 EUR (Строителство – "
        "9 000,00 EUR от 70 000,00 EUR), а разходът за 2 места е 16 000,00 EUR.",
        "Издръжка през 2027 г.: за „Дом“ в Долно могат да се платят още най-много 0,00 EUR (Програма за нови места – "
        "0,00 EUR от 22 000,00 EUR; Държавна субсидия – 0,00 EUR от 62 600,00 EUR), а разходът за 2 места е поне "
        "6 200,00 EUR.",
        "„Дом“ в Долно: едно място само не може да се открие, най-малкото разширение е 2 места.",
        "„Дом“ в Долно през 2027 г. (8 места, 8 потребители от всички общини) се плаща от: Програма за нови места – "
        "18 000,00 EUR (издръжка); Държавна субсидия – 600,00 EUR (издръжка); Строителство – 34 000,00 EUR (строеж).",
    ]


def test_who_is_served_elsewhere_by_agreement_and_who_lacks_nothing(toyland_run):
    lines = plain(why.explain(toyland_run.plan, "SOU03", "day_care", "en"))
    assert lines[4:] == [
        "With a place: 3 of 3 cases – 3 users for “Day care” in Krayno, 20 min away, the agreement is still to be "
        "made.",
        "Nobody is left without a place.",
        "“Day care” in Krayno in 2027 (7 places, 7 users from all municipalities) is paid by: State subsidy – "
        "EUR 8,300.00 (running); Building – EUR 12,000.00 (building).",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_each_rule_that_binds_is_told_and_no_other(name, language):
    plan, m, g = case(name)
    assert told(plan, (m, g, 2027), sentences.binds, language) == TOLD[name][language]
    table = why.why_table(plan, language).set_index(["municipality", "group", "year"])
    assert table.loc[(m, g, 2027), "binds"] == TOLD[name][f"cell_{language}"]


def test_every_kind_of_rule_has_its_words_and_its_case():
    kinds = set(texts.entries("explain.binds"))
    assert set(texts.entries("explain.short")) == kinds
    told = set()
    for name in CASES:
        plan, m, g = case(name)
        told |= {bind.kind for bind in Facts(plan).binds((m, g, 2027))}
    assert told == kinds


def test_a_plan_that_is_not_proven_says_so_wherever_cases_have_no_place():
    """The search for unmet need is made to look unfinished, with half of the cases open: another plan may have room."""
    plan, m, g = case("open")
    stage = dataclasses.replace(plan.stages[0], name="unmet_2", status="feasible_with_gap", gap=0.5)
    unsure = dataclasses.replace(plan, stages=(*plan.stages, stage))
    line = "The plan is not proven to the end: the stage “without a place, class 2” has a gap of 50%; "
    line += "a plan with fewer cases without a place may exist."
    assert told(unsure, (m, g, 2027), sentences.binds)[-1] == line
    other, m, g = case("running")
    unsure = dataclasses.replace(other, stages=(stage,))
    assert reasons_of(unsure, (m, g, 2027), sentences.binds)[1:] == plain([*TOLD["running"]["en"][1:], line])


def test_the_running_cost_that_a_project_pays_is_said(toyland_run):
    """Gorno's centre is a project's until 2028: the streams pay for the rest there, or for nothing."""
    register = changed(toyland_run.plan.inputs.tables["register"], {"site": "day_NOR01"}, state_from_year=2029)
    plan = with_input(toyland_run.plan, "register", register)
    said = "“Day care” in Gorno in 2027 (12 places, 12 users from all municipalities)"
    project = (
        f"{said}: the running cost of the new facility is paid until 2028 by its project, not by the money of the "
        "plan; from 2029 on the streams of the plan bear it."
    )
    paid = f"{said} is paid by: State subsidy – EUR 13,100.00 (running)."
    cell = ("NOR01", "day_care", 2027)
    assert reasons_of(plan, cell, sentences.money) == [paid, project]
    unpaid = with_table(plan, "spending", plan.tables["spending"].query("municipality != 'NOR01'"))
    assert reasons_of(unpaid, cell, sentences.money) == [project]


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("споразумението с Симеоновград", "споразумението със Симеоновград"),
        ("В Варна и в „Фердинандово“", "Във Варна и във „Фердинандово“"),
        ("в Хасково, с Русе, с. Стойково, в 2 общини", "в Хасково, с Русе, с. Стойково, в 2 общини"),
    ],
)
def test_prepositions_are_written_as_they_are_spoken(written, spoken):
    assert texts.spoken(written, "bg") == spoken
    assert texts.spoken(written, "en") == written


def test_many_hosts_are_counted(toyland_run):
    """Eight items: six are named."""
    words = words_of(toyland_run.plan, "en")
    assert words.few(list("abcdefgh")) == "a, b, c, d, e, f, 2 more"
    assert words.few(list("abcdefg")) == "a, b, c, d, e, f, g"


def test_what_grows_later_anyway_asks_the_earlier_year_alone():
    """Eight places in 2027 for 9.4 T, two more in 2030 for 11 T: 2030 is full of its own, 2027 lacks 0.6 T."""
    plan = plan_of(n1("day_care").periods(2027, 2030).money(state=[9.4, 11.0]))
    (line,) = reasons_of(plan, ("NOR01", "day_care", 2027), sentences.binds)[1:]
    assert line.startswith("Running money in 2027: for “Day care” in Gorno at most EUR 400.00 more can be paid")


# ---------------------------------------------------------------------- indicator, norm, need


def test_a_projected_indicator_says_how_and_from_what(toyland_run):
    """The figure of 2027 is not that of the census: 1,200 became 1,260."""
    code, plan = "pop_65plus", toyland_run.plan
    for name in ("indicators", "indicator_catalogue"):
        plan = with_input(plan, name, plan.inputs.tables[name].replace("older", code))
    plan = with_input(
        plan, "indicator_catalogue", changed(plan.inputs.tables["indicator_catalogue"], {}, source_class="nsi")
    )
    plan = with_table(plan, "needs", plan.tables["needs"].replace("older", code))
    projected = plan.tables["projected"].replace("older", code)
    plan = with_table(plan, "projected", changed(projected, {"municipality": "NOR01"}, value=1260.0))
    cell = ("NOR01", "day_care", 2027)
    known = "(source: Toyland; National Statistical Institute, not an estimate)"
    assert reasons_of(plan, cell, sentences.indicators) == [
        f"Indicator “Older people”: 1,260 persons as of 31.12.2025 {known}; taken for 2027 without a projection."
    ]
    rule = dataclasses.replace(plan.scenario.projection, method="cohorts")
    moved = dataclasses.replace(plan, scenario=dataclasses.replace(plan.scenario, projection=rule))
    assert reasons_of(moved, cell, sentences.indicators) == [
        f"Indicator “Older people”: 1,260 persons in 2027, projected by age cohorts from 1,200 persons as of "
        f"31.12.2025 {known}."
    ]


def test_no_data_are_never_nought(small):
    """Beta has no adults and no need of a crisis centre known; nothing is planned for it."""
    cell = ("AAA02", "crisis", 2027)
    assert reasons_of(small, cell, sentences.indicators) == [
        "Indicator “Adults”: no data for the municipality as of 2021 (source: Act 1, art. 2; estimate)."
    ]
    assert reasons_of(small, cell, sentences.need) == ["The need in 2027 is not known: there are no data."]
    for part in (sentences.placed, sentences.without, sentences.binds, sentences.money):
        assert reasons_of(small, cell, part) == []
    planned = with_table(small, "unmet", changed(small.tables["unmet"], {"group": "elder"}, group="crisis"))
    assert reasons_of(planned, cell, sentences.need, "bg") == [
        "Потребността през 2027 г. не е известна: няма данни; планира се за минималния пакет, 13 случая."
    ]


def test_a_need_of_a_presence_is_an_estimate_where_it_is_one(small):
    needs = changed(small.tables["needs"], {"municipality": "AAA01", "group": "crisis"}, is_estimate=True)
    plan = with_table(small, "needs", needs)
    cell = ("AAA01", "crisis", 2027)
    assert reasons_of(plan, cell, sentences.norm) == [
        "Norm n_crisis: 6 in every territory (kind: fixed presence; illustrative, not a legal norm)."
    ]
    assert reasons_of(plan, cell, sentences.need) == [
        "Need in 2027: 6 → 6 cases (rounding: half up); the need is an estimate."
    ]


def test_a_legal_norm_is_said_to_be_so_by_who_gave_it(small):
    legal = tuple(dataclasses.replace(norm, status="legal") for norm in small.inputs.norms)
    plan = dataclasses.replace(small, inputs=dataclasses.replace(small.inputs, norms=legal))
    (line,) = reasons_of(plan, ("AAA01", "crisis", 2027), sentences.norm)
    assert line.endswith("(kind: fixed presence; a legal norm according to who supplied it).")


def test_a_stated_need_names_its_study(small):
    columns = list(small.inputs.tables["stated_needs"].columns)
    row = dict.fromkeys(columns) | {"municipality": "AAA01", "group": "elder", "year": 2027, "need_users": 40}
    row |= {"source_class": "municipal_study", "basis": "Study of 2026"}
    rows = [row, row | {"year": 2030, "basis": "later"}]
    plan = with_input(small, "stated_needs", pd.DataFrame(rows, columns=columns))
    needs = changed(plan.tables["needs"], {"group": "elder"}, norm="", indicator="", exact_users=math.nan)
    plan = with_table(plan, "needs", needs)
    cell = ("AAA01", "elder", 2027)
    assert reasons_of(plan, cell, sentences.indicators) == []
    assert reasons_of(plan, cell, sentences.norm) == [
        "The need does not follow from a norm, it was stated: Study of 2026 (municipal study)."
    ]
    assert reasons_of(plan, cell, sentences.need) == ["Need in 2027: 40 cases."]
    assert reasons_of(plan, cell, sentences.schemes) == []


def test_those_whom_another_scheme_serves_are_told():
    """400 older people: 100 in 1,000 are 40; another scheme serves 3, a second 2 % of the older people, 8."""
    small = small_plan()
    schemes = (
        Scheme(name="Personal assistance", basis="list", users={"AAA01": 3.0}),
        Scheme(name="Patronage", basis="list", indicator="elderly", rate=2.0, per=100.0),
        Scheme(name="Canteen", basis="list", indicator="adults"),
    )
    norm = small.inputs.norms[2]
    norm = dataclasses.replace(norm, rule=Complement(type="complement", inner=norm.rule, schemes=schemes))
    plan = dataclasses.replace(small, inputs=dataclasses.replace(small.inputs, norms=(norm,)))
    assert reasons_of(plan, ("AAA01", "elder", 2027), sentences.schemes)[:2] == [
        "Not in it are those served by “Personal assistance”: 3.",
        "Not in it are those served by “Patronage”: 8.",
    ]
    assert reasons_of(plan, ("AAA02", "elder", 2027), sentences.schemes, "bg") == [
        "Извън нея са обслужените от „Patronage“: 2,61."
    ]
    (rule,) = reasons_of(plan, ("AAA01", "elder", 2027), sentences.norm)
    assert rule == (
        "Norm n_home: 100 per 1,000 · Older people, less those served by: Personal assistance; Patronage (Older "
        "people); Canteen (Adults) (kind: complement of another scheme; illustrative, not a legal norm)."
    )


def test_a_service_leads_to_its_group_and_an_unknown_code_to_none(small):
    assert why.groups_of(small, "home_older") == ("elder",)
    assert why.groups_of(small, "day_care") == ("day_care",)
    assert why.groups_of(small, "nothing") == ()
    assert plain(why.explain(small, "AAA02", "home_older", "en"))[:2] == [
        "Beta, “Care of older people”, 2030",
        "The service “Home for older people” meets the need “Care of older people”.",
    ]


def test_who_pays_otherwise_and_a_signed_agreement(small):
    lines = reasons_of(small, ("AAA01", "elder", 2030), sentences.placed)
    assert lines == [
        "With a place: 38 of 44 cases – 26 users for “Home help” in the municipality itself (of them paid by other "
        "money than the state's: 2); 12 users for “Home for older people” in the municipality itself."
    ]
    assert reasons_of(small, ("AAA02", "day_care", 2027), sentences.placed) == [
        "With a place: 1 of 11 cases – 1 user for “Day care” in Alfa, 40 min away, the agreement is signed."
    ]


def test_nobody_served_and_no_need(toyland_run):
    plan, m, g = case("excluded")
    assert reasons_of(plan, (m, g, 2027), sentences.placed) == ["None of 4 cases has a place."]
    unmet = changed(toyland_run.plan.tables["unmet"], {"municipality": "NOR01"}, need_users=0)
    none = with_table(toyland_run.plan, "unmet", unmet)
    assert reasons_of(none, ("NOR01", "day_care", 2027), sentences.placed) == ["There is no need to meet."]
    assert reasons_of(none, ("NOR01", "day_care", 2027), sentences.without) == []


def test_where_nothing_is_paid_nothing_is_said_of_money(toyland_run):
    spending = toyland_run.plan.tables["spending"]
    plan = with_table(toyland_run.plan, "spending", spending[spending["service"] == "residence"])
    assert reasons_of(plan, ("NOR01", "day_care", 2027), sentences.money) == []
    assert why.why_table(plan, "en")["paid"].tolist()[0] == ""


def test_a_need_that_no_table_knows_has_no_figures(toyland_run):
    """Every part is silent or says that it is not known."""
    lines = plain(why.explain(toyland_run.plan, "NOR01", "day_care", "en", 2030))
    assert lines == ["Gorno, “Day care”, 2030", "The need in 2030 is not known: there are no data."]


# ---------------------------------------------------------------------- three numbers and the table


def test_three_numbers_of_toyland(toyland_run):
    """N1: 12 + 6 cases, 11 + 5 with a place; one of day care and one above the maximum of homes are without."""
    above = "(of them above the maximum of state-funded users: 1)"
    assert plain(why.three_numbers(toyland_run.plan, "NOR01", "en")) == [
        f"Gorno, all needs, 2027: need 18; with a place 16; within reach but no place 2 {above}; out of reach 0.",
        "Day care, 2027: need 12; with a place 11; within reach but no place 1; out of reach 0. Within 15 / 30 / 45 / "
        "60 min of places open for them live 100 / 100 / 100 / 100% of the cases, with a place within as many minutes "
        "are 91 / 91 / 91 / 91% (from the municipal seat).",
        f"Home, 2027: need 6; with a place 5; within reach but no place 1 {above}; out of reach 0. Within 15 / 30 / "
        "45 / 60 min of places open for them live 100 / 100 / 100 / 100% of the cases, with a place within as many "
        "minutes are 83 / 83 / 83 / 83% (from the municipal seat).",
    ]
    assert plain(why.three_numbers(toyland_run.plan, "SOU03", "bg", 2027))[1] == (
        "Дневна грижа, 2027 г.: потребност 3; с място 3; в обхват без място 0; извън обхват 0. До 15 / 30 / 45 / 60 "
        "мин от открити за тях места живеят 0 / 100 / 100 / 100 % от случаите, с място на толкова минути са 0 / 100 / "
        "100 / 100 % (от общинския център)."
    )


@pytest.mark.parametrize("seed", range(8))
def test_three_numbers_add_up_to_the_need_in_any_country(seed):
    plan = plan_of(invented(seed).asking("unmet", "cost"))
    table = why.why_table(plan, "en")
    three = table[["served_users", "within_reach_users", "out_of_reach_users"]].sum(axis=1)
    assert three.tolist() == table["need_users"].tolist()
    assert (table["above_maximum_users"] <= table["within_reach_users"]).all()
    assert len(table) == 6 * 2
    sums = table.groupby("municipality")[["need_users", "served_users", "within_reach_users", "out_of_reach_users"]]
    access = plan.tables["access"].set_index("municipality")
    within = access["no_place_users"] + access["above_maximum_users"]
    found = access.assign(within_reach_users=within)[list(sums.sum().columns)]
    assert sums.sum().to_numpy().tolist() == found.to_numpy().tolist()
    lacking = table["within_reach_users"] + table["out_of_reach_users"]
    assert ((table["binds"] != "") == (lacking > 0)).all()


def test_the_table_of_reasons_names_hosts_and_payers(toyland_run):
    table = why.why_table(toyland_run.plan, "en")
    assert list(table.columns) == list(why.COLUMNS)
    row = table.set_index(["municipality", "group"]).loc[("NOR02", "day_care")]
    assert plain([row["hosts"], row["binds"], row["paid"]]) == [
        "Sredno: Day care 7; Gorno: Day care 1",
        "",
        "Sredno, Day care: State subsidy – EUR 8,000.00 (running), Building – EUR 4,000.00 (building); "
        "Gorno, Day care: State subsidy – EUR 13,100.00 (running)",
    ]


def test_the_sheet_of_reasons(toyland_run):
    target = io.BytesIO()
    write_workbook(toyland_run.plan, target)
    sheet = openpyxl.load_workbook(target)["Защо"]
    heads = [cell.value.split("\n") for cell in sheet[7]]
    assert heads[5] == ["Потребност, случаи", "Need, cases"]
    assert [head[1] for head in heads[7:]] == [
        "Within reach, no place", "Above the maximum", "No possible site within reach", "Where",
        "What stops one more place", "Who pays there",
    ]  # fmt: skip
    rows = list(sheet.iter_rows(min_row=8, values_only=True))
    assert rows[1][:10] == ("NOR01", "Горно", "residence", "Дом", 2027, 6, 5, 1, 1, 0)
    assert rows[1][10] == "Горно: Дом 5"
    assert rows[2][11] is None
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("F8", "A7:M19")


# ---------------------------------------------------------------------- use case and command


def test_the_use_case_takes_codes_and_names(toyland_run):
    by_code = nationalmap.explain(toyland_run.folder, "NOR01", "day_care", "en", 2027)
    assert by_code == why.explain(toyland_run.plan, "NOR01", "day_care", "en")
    assert nationalmap.explain(toyland_run.folder, "горно", "Дневна грижа", "en") == by_code
    assert nationalmap.explain(toyland_run.folder, "Gorno", None, "en") == why.three_numbers(
        toyland_run.plan, "NOR01", "en"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("Gorna", None), 'explain, municipality: "Gorna" is not in this plan; the nearest is "Gorno".'),
        (("NOR01", "day_car"), 'explain, service: "day_car" is not in this plan; the nearest is "day_care".'),
        (("NOR01", None, "bg", 2030), 'explain, year: "2030" is not a planned year of this run; one of 2027.'),
    ],
)
def test_what_the_plan_does_not_know_is_refused_with_the_nearest(toyland_run, words, sentence):
    with pytest.raises(InputRefused) as refused:
        nationalmap.explain(toyland_run.folder, *words)
    assert str(refused.value) == sentence


def test_a_name_of_two_municipalities_asks_for_the_code():
    from nationalmap.finished import _code

    table = pd.DataFrame({"municipality": ["VAR05", "RSE04"], "name_bg": "Бяла", "name_en": ["Byala", "Byala"]})
    with pytest.raises(InputRefused) as refused:
        _code("explain", "municipality", "Бяла", table)
    assert str(refused.value) == ('explain, municipality: "Бяла" is the name of several; write one of RSE04, VAR05.')
    assert _code("explain", "municipality", "RSE04", table) == "RSE04"


def test_the_command_prints_the_sentences_or_leaves_with_3(toyland_run, capsys):
    words = ["explain", str(toyland_run.folder), "--municipality", "NOR01", "--service", "day_care"]
    with pytest.raises(SystemExit) as left:
        cli.main([*words, "--language", "en", "--year", "2027"])
    assert left.value.code == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [f"- {line}" for line in why.explain(toyland_run.plan, "NOR01", "day_care", "en")]
    with pytest.raises(SystemExit) as left:
        cli.main([*words[:3], "NOR99"])
    assert left.value.code == 3
    assert capsys.readouterr().err == ('explain, municipality: "NOR99" is not in this plan; the nearest is "NOR03".\n')
