"""The summary's figures are those of the plan that was solved by hand."""

from __future__ import annotations

import dataclasses

import pandas as pd
from small_plan import FIRST, LAST

from nationalmap.reports import summary, texts, totals

NB = "\N{NO-BREAK SPACE}"


def with_table(plan, name, frame):
    return dataclasses.replace(plan, tables={**plan.tables, name: frame})


def with_input(plan, name, frame):
    inputs = dataclasses.replace(plan.inputs, tables={**plan.inputs.tables, name: frame})
    return dataclasses.replace(plan, inputs=inputs)


def test_package_names_what_each_municipality_lacks(small):
    assert totals.package_by_municipality(small, FIRST).to_dict("records") == [
        {"municipality": "AAA01", "complied_services": 3, "services": 3, "missing": ()},
        {"municipality": "AAA02", "complied_services": 1, "services": 3, "missing": ("crisis", "day_care")},
    ]
    assert totals.package_by_municipality(small, LAST)["services"].tolist() == [4, 4]
    assert totals.package_by_municipality(small, LAST)["complied_services"].tolist() == [4, 2]


def test_package_does_not_depend_on_the_order_of_rows(small):
    turned = with_table(small, "compliance", small.tables["compliance"].iloc[::-1])
    for year in (FIRST, LAST):
        assert totals.package_by_municipality(turned, year).equals(totals.package_by_municipality(small, year))


def test_a_municipality_without_a_package_row_is_still_counted(small):
    rows = small.tables["compliance"]
    few = with_table(small, "compliance", rows[rows["municipality"] == "AAA01"])
    assert totals.package_by_municipality(few, FIRST)["services"].tolist() == [3, 0]
    assert totals.totals(few, FIRST)["municipalities"] == 2


def test_totals_are_the_sums_of_the_docstring(small):
    assert totals.totals(small, FIRST) == {
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
        "other_paid_users": 0,
        "places_today": 59,
        "places": 64,
        "committed_places": 0,
        "new_places": 13,
        "transformed_in_places": 0,
        "transformed_out_places": 0,
        "given_up_places": 8,
        "facilities_today": 5,
        "facilities": 5,
        "opened": 1,
        "closed": 1,
        "running_carried_in_eur": 0.0,
        "running_budget_eur": 300000.0,
        "running_spent_eur": 280001.0,
        "running_carried_out_eur": 0.0,
        "running_left_eur": 19999.0,
        "running_lacking_eur": 0.0,
        "capital_carried_in_eur": 0.0,
        "capital_budget_eur": 200000.0,
        "capital_spent_eur": 150000.55,
        "capital_carried_out_eur": 49999.45,
        "capital_left_eur": 0.0,
        "capital_lacking_eur": 0.0,
        "capital_given_eur": 200000.0,
        "capital_used_eur": 150000.55,
        "build_used_eur": 120000.55,
        "transform_used_eur": 0.0,
        "renovate_used_eur": 30000.0,
    }


def test_totals_of_a_later_year_count_changes_and_capital_from_today(small):
    total = totals.totals(small, LAST)
    asked = {
        "need_users": 98,
        "served_users": 84,
        "unmet_users": 14,
        "other_paid_users": 2,
        "places_today": 59,
        "places": 84,
        "committed_places": 5,
        "new_places": 28,
        "transformed_in_places": 6,
        "transformed_out_places": 6,
        "given_up_places": 8,
        "opened": 3,
        "closed": 2,
        "running_spent_eur": 405000.25,
        "capital_carried_in_eur": 49999.45,
        "capital_spent_eur": 132000.0,
        "capital_left_eur": 17999.45,
        "capital_given_eur": 300000.0,
        "capital_used_eur": 282000.55,
        "build_used_eur": 240000.55,
        "transform_used_eur": 12000.0,
        "renovate_used_eur": 30000.0,
    }
    assert {name: total[name] for name in asked} == asked
    changes = ("committed_places", "new_places", "transformed_in_places")
    gone = ("transformed_out_places", "given_up_places")
    assert total["places"] == 59 + sum(total[n] for n in changes) - sum(total[n] for n in gone)


def test_five_lines_in_bulgarian(small):
    assert summary.five_lines(small, "bg") == [
        f"Пакет: целият минимален пакет е осигурен през 2027 г. в 1 от 2{NB}общини; през 2030 г. в 1 от 2{NB}общини; "
        "липсват през 2030 г.: Бета (Кризисен: далеч · Дневна: 5).",
        f"Потребност към един момент: през 2027 г. 95{NB}случая, с място 63 (66,3{NB}%), без място 32 "
        "(над максималния брой потребители 4, без възможен обект в обхват 9, без място в плана 19); "
        f"през 2030 г. 98{NB}случая, с място 84 (85,7{NB}%), без място 14 "
        "(над максималния брой потребители 0, без възможен обект в обхват 4, без място в плана 10). "
        f"Няма данни за 1 от 6{NB}реда (община и потребност).",
        f"Места: 59{NB}места днес, 64 през 2027 г., 84 през 2030 г.; от днес до 2030 г. нови 28, от обекти в строеж 5, "
        "преобразувани 6 стари в 6 нови, отпадащи 8; обекти за разкриване 3, за закриване 2 (заедно с "
        "преобразуваните); без потребител през 2030 г. 0 (едно място може да служи на повече от един потребител); "
        f"ремонти: 1 от 2, неизвършените струват до 6{NB}места.",
        f"Пари: издръжка през 2027 г. 280{NB}001{NB}EUR от 300{NB}000{NB}EUR; "
        f"през 2030 г. 405{NB}000{NB}EUR от 410{NB}000{NB}EUR "
        f"(през 2030 г.: Собствени 50{NB}000{NB}EUR от 50{NB}000{NB}EUR; "
        f"Държава 355{NB}000{NB}EUR от 360{NB}000{NB}EUR); "
        f"капиталови разходи до 2030 г. 282{NB}001{NB}EUR от 300{NB}000{NB}EUR "
        f"(строеж 240{NB}001{NB}EUR, преобразуване 12{NB}000{NB}EUR, ремонт 30{NB}000{NB}EUR).",
        f"Сигурност: всички етапи (2) са доказани в рамките на допуск 0,01{NB}%; "
        f"нормите са примерни (3 от 3{NB}норми), не са правна норма; границите са схематични; "
        f"2 от 6{NB}реда в регистъра са оценка.",
    ]


def test_five_lines_in_english(small):
    lines = summary.five_lines(small, "en")
    assert lines[0] == (
        f"Package: the whole minimum package is provided in 2027 in 1 of 2{NB}municipalities; "
        f"in 2030 in 1 of 2{NB}municipalities; missing in 2030: Beta (Crisis: too far · Day care: 5)."
    )
    assert f"in 2027 95{NB}cases" in lines[1]
    assert f"in 2030 EUR{NB}405,000 of EUR{NB}410,000" in lines[3]
    assert f"2 of 6{NB}rows of the register are estimated" in lines[4]


def test_municipalities_that_lack_the_same_are_told_together(small):
    compliance = small.tables["compliance"].copy()
    day = (compliance["service"] == "day_care") & (compliance["year"] == LAST)
    compliance.loc[compliance["year"] == LAST, ["missing", "complied"]] = [0, True]
    compliance.loc[day, ["missing", "complied"]] = [3, False]
    line = summary.five_lines(with_table(small, "compliance", compliance), "bg")[0]
    assert line.endswith("; липсват през 2030 г.: всички общини (Дневна: 3).")


def test_a_stream_that_has_nothing_is_not_told(small):
    budget = small.tables["budget"].copy()
    budget.loc[budget["stream"] == "own", ["budget_eur", "spent_eur", "left_eur"]] = 0.0
    assert "Собствени" not in summary.five_lines(with_table(small, "budget", budget), "bg")[3]


def test_a_plan_of_one_year_names_it_once(small):
    tables = {
        name: frame[frame["year"] == FIRST] if "year" in frame and name != "renovated" else frame
        for name, frame in small.tables.items()
    }
    scenario = dataclasses.replace(small.scenario, years=(FIRST,))
    lines = summary.five_lines(dataclasses.replace(small, tables=tables, scenario=scenario), "en")
    assert lines[0] == (
        f"Package: the whole minimum package is provided in 2027 in 1 of 2{NB}municipalities; "
        "missing in 2027: Beta (Crisis: too far · Day care: 10)."
    )
    assert "; 13 new, 8 given up" not in lines[2]
    assert f"Places: 59{NB}places today, 64 in 2027; from today to 2027 13 new, 8 given up;" in lines[2]
    assert all("2030" not in line for line in lines)


def test_renovations_say_what_is_lost_only_where_something_is(small):
    renovated = small.tables["renovated"]
    free = summary.five_lines(with_table(small, "renovated", renovated.assign(places_lost=0)), "bg")[2]
    assert free.endswith("; ремонти: 1 от 2, заради неизвършените не отпадат места.")
    every = summary.five_lines(with_table(small, "renovated", renovated.assign(places_lost=0, year=FIRST)), "bg")[2]
    assert every.endswith("; ремонти: 2 от 2.")


def test_openings_and_closings_name_the_transformed_ones_where_there_are_some(small):
    capacity = small.tables["capacity"].assign(transformed_out_places=0, transformed_in_places=0)
    assert "to close 2 (transformed ones included);" in summary.five_lines(small, "en")[2]
    assert "to close 2;" in summary.five_lines(with_table(small, "capacity", capacity), "en")[2]


def test_places_without_a_user_are_counted_by_host_and_service(small):
    allocation = small.tables["allocation"].copy()
    twenty = (allocation["host"] == "AAA01") & (allocation["service"] == "day_care") & (allocation["users"] == 20)
    allocation.loc[twenty, "users"] = 15
    fewer = with_table(small, "allocation", allocation)
    # one of home help; 21 places of day care for 15 + 1 users; two users to a place leave 21 - 8 = 13
    assert totals.idle_places(small, FIRST) == 1
    assert totals.idle_places(fewer, FIRST) == 1 + 5
    assert totals.idle_places(fewer, LAST) == 0
    services = small.inputs.tables["services"].copy()
    services.loc[services["service"] == "day_care", "users_per_place"] = 2
    inputs = dataclasses.replace(small.inputs, tables={**small.inputs.tables, "services": services})
    assert totals.idle_places(dataclasses.replace(fewer, inputs=inputs), FIRST) == 1 + 13


def test_lacking_money_is_said(small):
    budget = small.tables["budget"].copy()
    budget.loc[budget["stream"] == "state", "lacking_eur"] = 1234.4
    line = summary.five_lines(with_table(small, "budget", budget), "bg")[3]
    assert line.endswith(f"; общо за периодите недостигат 2{NB}469{NB}EUR.")


def test_no_need_at_all_is_not_a_division_by_zero(small):
    empty = with_table(small, "unmet", small.tables["unmet"].iloc[:0])
    assert f"in 2027 0{NB}cases, with a place 0 (100.0%)" in summary.five_lines(empty, "en")[1]


def test_names_with_braces_stay_as_they_are(small):
    names = small.inputs.tables["municipalities"].replace({"Бета": "{0}{language}<b>"})
    assert "{0}{language}<b> (Кризисен" in summary.five_lines(with_input(small, "municipalities", names), "bg")[0]


def test_a_line_names_twelve_municipalities_and_counts_the_rest(small, monkeypatch):
    """Alfa is made to lack one thing, Beta lacks two: with one of them named the other is counted."""
    rows = small.tables["compliance"].copy()
    lacks = (rows["municipality"] == "AAA01") & (rows["service"] == "day_care")
    rows.loc[lacks, ["complied", "missing"]] = [False, 3]
    short = with_table(small, "compliance", rows)
    whole = summary.five_lines(short, "bg")[0]
    assert "Алфа (Дневна: 3); Бета (" in whole.replace("Дневна грижа", "Дневна")
    monkeypatch.setattr(summary, "_MOST_TOLD", 1)
    line = summary.five_lines(short, "bg")[0]
    assert line == whole[: whole.index("Бета (")] + f"още 1{NB}община."


def test_of_many_streams_the_largest_are_told_and_the_others_together(small, monkeypatch):
    """With one named, the others are one: what they spent and what they had."""
    whole = summary.five_lines(small, "en")[3]
    monkeypatch.setattr(summary, "_MOST_TOLD", 1)
    line = summary.five_lines(small, "en")[3]
    rows = totals.in_year(small, "budget", LAST).query("kind == 'running'").sort_values("budget_eur")
    rest, largest = rows.iloc[:-1], rows.iloc[-1]
    assert len(rest) >= 1
    name = totals.stream_name(small, largest["stream"], "en")
    spent, available = (texts.money(rest[column].sum(), "en") for column in ("spent_eur", "budget_eur"))
    others = texts.text(
        "five_lines.money_stream", "en", name=f"{len(rest)} more streams", spent=spent, budget=available
    )
    assert f"{name} " in line
    assert others in line
    assert all(totals.stream_name(small, code, "en") in whole for code in rows["stream"])
    assert not any(totals.stream_name(small, code, "en") in line for code in rest["stream"])


def test_the_parts_of_a_stream_that_each_region_has_are_told_as_one(small):
    """The state's stream made two parts of one: the sum of both under the name that they share."""
    budget = small.tables["budget"]
    code = budget.query("kind == 'running' and year == @LAST and spent_eur > 0")["stream"].iloc[0]
    state, region = small.scenario.streams[code], small.scenario.regions[0]
    names = totals.names(small, "regions", "name_en")
    part = dataclasses.replace(state, name_en=f"Purse, {names[region]} region")
    other = dataclasses.replace(state, name_en="Purse, nowhere")
    mine = budget[budget["stream"] == code]
    parts = {f"{code}_{region}": part, "other": other}
    for said in ("Purse, nowhere", "Purse"):
        parts["other"] = dataclasses.replace(other, name_en=said)
        table = pd.concat([budget, *(mine.assign(stream=name) for name in parts)], ignore_index=True)
        scenario = dataclasses.replace(small.scenario, streams={**small.scenario.streams, **parts})
        line = summary.five_lines(dataclasses.replace(with_table(small, "budget", table), scenario=scenario), "en")[3]
        assert f"{names[region]} region" not in line
        of_year = mine[mine["year"] == LAST]
        once, twice = (texts.money(n * of_year["spent_eur"].sum(), "en") for n in (1, 2))
        assert (f"Purse in 2 regions {twice}" in line) == (said == "Purse")
        assert (f"Purse {once}" in line) == (said != "Purse")
