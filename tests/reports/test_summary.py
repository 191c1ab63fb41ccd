"""The summary's figures are those of the plan that was solved by hand."""

from __future__ import annotations

import dataclasses
import math

import pytest

from nationalmap.errors import UsageError
from nationalmap.reports import summary, texts

NB = "\N{NO-BREAK SPACE}"


def with_table(plan, name, frame):
    return dataclasses.replace(plan, tables={**plan.tables, name: frame})


def with_input(plan, name, frame):
    inputs = dataclasses.replace(plan.inputs, tables={**plan.inputs.tables, name: frame})
    return dataclasses.replace(plan, inputs=inputs)


def test_package_names_what_each_municipality_lacks(small):
    rows = summary.package_by_municipality(small).to_dict("records")
    assert rows == [
        {"municipality": "AAA01", "complied_services": 3, "services": 3, "missing": ()},
        {"municipality": "AAA02", "complied_services": 1, "services": 3, "missing": ("crisis", "day_care")},
    ]


def test_package_does_not_depend_on_the_order_of_rows(small):
    turned = with_table(small, "compliance", small.tables["compliance"].iloc[::-1])
    assert summary.package_by_municipality(turned).equals(summary.package_by_municipality(small))


def test_a_municipality_without_a_package_row_is_still_counted(small):
    rows = small.tables["compliance"]
    few = with_table(small, "compliance", rows[rows["municipality"] == "AAA01"])
    assert summary.package_by_municipality(few)["services"].tolist() == [3, 0]
    assert summary.totals(few)["municipalities"] == 2


def test_totals_are_the_sums_of_the_docstring(small):
    total = summary.totals(small)
    asked = {
        "municipalities": 2,
        "complied_municipalities": 1,
        "package_services": 6,
        "complied_services": 4,
        "need_rows": 6,
        "no_data_rows": 1,
        "need_users": 95,
        "served_users": 63,
        "unmet_users": 32,
        "above_maximum_users": 4,
        "out_of_reach_users": 9,
        "no_place_users": 19,
        "places_today": 53,
        "places": 63,
        "new_places": 18,
        "given_up_places": 8,
        "facilities_today": 4,
        "facilities": 4,
        "opened": 1,
        "closed": 1,
        "running_budget_eur": 300000.0,
        "running_spent_eur": 280001.0,
        "running_left_eur": 19999.0,
        "running_lacking_eur": 0.0,
        "capital_budget_eur": 200000.0,
        "capital_spent_eur": 150000.55,
        "capital_left_eur": 49999.45,
        "capital_lacking_eur": 0.0,
    }
    assert total == asked


def test_five_lines_in_bulgarian(small):
    assert summary.five_lines(small, "bg") == [
        f"Пакет: целият минимален пакет е осигурен в 1 от 2{NB}общини; липсват: Бета (Кризисен: далеч · Дневна: 10).",
        f"Потребност: 95{NB}случая към един момент; с място 63 (66,3{NB}%), без място 32: над максималния "
        f"брой потребители 4, без възможен обект в обхват 9, без място в плана 19. "
        f"Няма данни за 1 от 6{NB}реда (община и услуга).",
        f"Места: 53{NB}места днес, 63 по плана (нови 18, отпадащи 8; без потребител по плана 0; едно място може да "
        "служи на повече от един потребител); обекти за разкриване: 1, за закриване: 1.",
        f"Пари за година: издръжка 280{NB}001{NB}EUR от 300{NB}000{NB}EUR "
        f"(Собствени 40{NB}000{NB}EUR от 50{NB}000{NB}EUR; Държава 240{NB}001{NB}EUR от 250{NB}000{NB}EUR); "
        f"капиталови разходи 150{NB}001{NB}EUR от 200{NB}000{NB}EUR.",
        "Сигурност: всички етапи (2) са доказани в рамките на допуска; "
        f"нормите са примерни (3 от 3{NB}норми), не са правна норма; границите са схематични; "
        f"2 от 4{NB}реда в регистъра са оценка.",
    ]


def test_five_lines_in_english(small):
    lines = summary.five_lines(small, "en")
    assert lines[0] == (
        f"Package: the whole minimum package is provided in 1 of 2{NB}municipalities; "
        "missing: Beta (Crisis: too far · Day care: 10)."
    )
    assert f"95{NB}cases" in lines[1]
    assert f"EUR{NB}280,001 of EUR{NB}300,000" in lines[3]
    assert f"2 of 4{NB}rows of the register are estimated" in lines[4]


def test_places_without_a_user_are_counted_by_host_and_service(small):
    allocation = small.tables["allocation"].copy()
    twenty = (allocation["host"] == "AAA01") & (allocation["service"] == "day_care") & (allocation["users"] == 20)
    allocation.loc[twenty, "users"] = 15
    fewer = with_table(small, "allocation", allocation)
    # 21 places of day care, 15 + 1 users: 5 are idle; two users to a place leave 21 - 8 = 13.
    assert summary.idle_places(fewer) == 5
    services = small.inputs.tables["services"].copy()
    services.loc[services["service"] == "day_care", "users_per_place"] = 2
    inputs = dataclasses.replace(small.inputs, tables={**small.inputs.tables, "services": services})
    assert summary.idle_places(dataclasses.replace(fewer, inputs=inputs)) == 13


def test_the_largest_gap_is_named(small):
    stages = (
        dataclasses.replace(small.stages[0], gap=0.02, status="feasible_with_gap"),
        dataclasses.replace(small.stages[1], gap=0.0123, status="feasible_with_gap"),
    )
    words = summary.stages_in_words(dataclasses.replace(small, stages=stages), "bg")
    assert words == (f"доказани етапи: 0 от 2; най-голямо отклонение 2,000{NB}% („минимален пакет“, допуск 0,010{NB}%)")


def test_a_stage_without_a_bound_is_the_widest(small):
    stages = (
        dataclasses.replace(small.stages[0], gap=0.02, status="feasible_with_gap"),
        dataclasses.replace(small.stages[1], gap=math.nan, status="none"),
    )
    assert "largest gap is none (“without a place”" in summary.stages_in_words(
        dataclasses.replace(small, stages=stages), "en"
    )


def test_stages_of_a_priority_class_and_unknown_ones_have_a_name():
    names = [summary.stage_name(name, "bg") for name in ("unmet", "unmet_2", "worst_unmet", "tie_break_money", "x_1")]
    assert names == [
        "без място",
        "без място, клас 2",
        "най-зле обслужена община",
        "избор между равни плащания",
        "x_1",
    ]


def test_lacking_money_is_said(small):
    budget = small.tables["budget"].copy()
    budget.loc[budget["stream"] == "state", "lacking_eur"] = 1234.4
    line = summary.five_lines(with_table(small, "budget", budget), "bg")[3]
    assert line.endswith(f"; недостигат 1{NB}234{NB}EUR.")


def test_no_need_at_all_is_not_a_division_by_zero(small):
    empty = with_table(small, "unmet", small.tables["unmet"].iloc[:0])
    assert f"Need: 0{NB}cases at a point in time; with a place 0 (100.0%)" in summary.five_lines(empty, "en")[1]


def test_names_with_braces_stay_as_they_are(small):
    names = small.inputs.tables["municipalities"].replace({"Бета": "{0}{language}<b>"})
    assert "{0}{language}<b> (Кризисен" in summary.five_lines(with_input(small, "municipalities", names), "bg")[0]


@pytest.mark.parametrize(
    ("value", "decimals", "bg", "en"),
    [
        (1234.5, 1, f"1{NB}234,5", "1,234.5"),
        (0, 0, "0", "0"),
        (-0.4, 0, "0", "0"),
        (-1234567.891, 2, f"\N{MINUS SIGN}1{NB}234{NB}567,89", "\N{MINUS SIGN}1,234,567.89"),
        (999, 0, "999", "999"),
        (8436174.5, 0, f"8{NB}436{NB}175", "8,436,175"),
        (2.675, 2, "2,68", "2.68"),
        (math.inf, 0, "няма", "none"),
    ],
)
def test_figures(value, decimals, bg, en):
    assert texts.number(value, "bg", decimals) == bg
    assert texts.number(value, "en", decimals) == en


def test_plural_forms():
    forms = [texts.counted(n, noun, "bg") for noun in ("municipality", "place", "case") for n in (1, 2, 21)]
    words = ["община", "общини", "общини", "място", "места", "места", "случай", "случая", "случая"]
    assert forms == [f"{n}{NB}{word}" for n, word in zip([1, 2, 21] * 3, words, strict=True)]


def test_signed_differences():
    assert [texts.signed(x, "bg") for x in (5, -5, 0, -0.2)] == ["+5", "\N{MINUS SIGN}5", "0", "0"]


def test_an_unknown_language_is_refused():
    with pytest.raises(UsageError, match='"de" is not one of bg, en'):
        texts.number(1, "de")


def entries(node, path=""):
    """Every place in texts.toml where a language stands."""
    if not isinstance(node, dict):
        return
    if set(node) & {"bg", "en"}:
        yield path, node
        return
    for key, below in node.items():
        yield from entries(below, f"{path}.{key}")


def test_every_text_exists_in_both_languages_and_takes_the_same_values():
    import re

    found = list(entries(texts._data()))
    assert len(found) > 40
    for path, node in found:
        assert set(node) == set(texts.languages()), path
        fields = [set(re.findall(r"\{(\w+)\}", str(words))) for words in node.values()]
        assert fields[0] == fields[1], path


def test_every_stage_and_status_of_the_contract_has_words():
    from typing import get_args

    from nationalmap.domain.plan import Status
    from nationalmap.domain.scenario import StageName

    assert set(get_args(StageName)) <= set(texts.entries("stage"))
    assert set(get_args(Status)) <= set(texts.entries("status"))
