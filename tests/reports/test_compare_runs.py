"""Three runs beside each other: toyland, toyland with more money, and toyland under another norm.

Worked out from the answer in tests/toyland/__init__.py:
    more    The state has 63.5 T, 0.9 T more: all needs of day care are served, N2 grows to 8 places. One more user
            in N1, who need not make room for a traveller from N2 (20 min). Running 85.5, built 62: 85.5 + 62 / 25 =
            87.98 T.
    norm    At most 6 instead of 8 residents a region are paid. North 12 - 6 = 6 above the maximum, at most half of
            each need (N1 3, N2 2, N3 1), south 10 - 6 = 4, at most 2 in S1 and S2, 1 in S3. Served: N1 3 (was 5),
            N2 2, N3 1; S1 4 (was 5), S2 1 (was 2), S3 1. The homes have 6 places each: 28 T, 5 travellers 1 T.
            Running 47.4 + 29 = 76.4, built 61 - 6 - 6 = 49: 76.4 + 49 / 25 = 78.36 T.
The same facilities stand in all three: 7, and the centre in S3 closes.
"""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from nationalmap.domain.plan import StageResult
from nationalmap.reports import comparison
from nationalmap.reports.comparison.stages import verdict

NB = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
DECIDED = ["today", "decided_base", "decided", "equal_in_all"]


@pytest.fixture(scope="session")
def tables(three):
    return comparison.compare([run.plan for run in three])


def said(tables, part, run, language="en"):
    rows = tables["said"]
    return rows.loc[(rows["part"] == part) & (rows["run"] == run), f"says_{language}"].tolist()


# ------------------------------------------------------------------ what was asked


def test_the_runs_are_named_and_every_other_is_set_beside_the_first(tables):
    assert tables["runs"][["number", "run", "status"]].values.tolist() == [
        [1, "toyland", "proven"],
        [2, "more", "proven"],
        [3, "norm", "proven"],
    ]
    for name, frame in tables.items():
        if name not in ("said", "runs", "stability"):
            assert set(frame["run"]) <= {"more", "norm"}, name


def test_what_was_asked_of_every_run_comes_before_what_came_out_of_any(tables):
    parts = tables["said"]["part"].drop_duplicates(keep="first").tolist()
    assert parts == ["runs", "scope", "inputs", "results", "stages", "winners", "stability"]
    last_asked = tables["said"].query("part == 'inputs'")["line"].max()
    assert last_asked < tables["said"].query("part == 'results'")["line"].min()


def test_money_and_norm_are_said_with_their_figures(tables):
    assert said(tables, "inputs", "more", "bg") == [
        f"Държавна субсидия, 2027 г.: 62{NB}600,00{NB}EUR → 63{NB}500,00{NB}EUR (+1,4{NB}%)."
    ]
    assert said(tables, "inputs", "norm") == [
        f"Norm residence.maximum (illustrative, not legal): rule.amount 8 → 6 ({MINUS}25%).",
        f"Maximum of “Home”, 2027, users: 16 → 12 ({MINUS}25%).",
    ]
    assert tables["scenario"].query("run == 'more' and key == 'streams.state.amount_eur'")[
        ["base", "value"]
    ].values.tolist() == [["62600.0", "63500.0"]]


# ------------------------------------------------------------------ what came out


def test_totals_against_the_base(tables):
    totals = tables["totals"].set_index(["run", "quantity"])
    found = {
        (run, name): tuple(totals.loc[(run, name), ["total_base", "total", "total_difference"]])
        for run in ("more", "norm")
        for name in ("served_users", "unmet_users", "places", "running_spent_eur", "capital_used_eur")
    }
    assert found == {
        ("more", "served_users"): (58, 59, 1),
        ("more", "unmet_users"): (7, 6, -1),
        ("more", "places"): (58, 59, 1),
        ("more", "running_spent_eur"): (84600, 85500, 900),
        ("more", "capital_used_eur"): (61000, 62000, 1000),
        ("norm", "served_users"): (58, 54, -4),
        ("norm", "unmet_users"): (7, 11, 4),
        ("norm", "places"): (58, 54, -4),
        ("norm", "running_spent_eur"): (84600, 76400, -8200),
        ("norm", "capital_used_eur"): (61000, 49000, -12000),
    }


def test_by_stream_service_and_municipality(tables):
    stream = tables["by_stream"].set_index(["run", "stream"])
    assert stream.loc[("more", "state"), ["spent_eur_base", "spent_eur"]].tolist() == [62600, 63500]
    # The programme pays what is new in the homes: with 6 places N1 has none, S1 all 6 and its home.
    assert stream.loc[("norm", "programme"), ["spent_eur_base", "spent_eur", "left_eur"]].tolist() == [
        22000,
        14000,
        8000,
    ]
    assert stream.loc[("norm", "building"), ["left_eur_base", "left_eur"]].tolist() == [9000, 21000]
    service = tables["by_service"].set_index(["run", "service"])
    assert service.loc[("norm", "residence"), ["users_base", "users", "users_difference"]].tolist() == [16, 12, -4]
    assert service.loc[("more", "day_care"), ["places_base", "places", "facilities_difference"]].tolist() == [42, 43, 0]
    place = tables["by_municipality"].set_index(["run", "municipality"])
    north = place.loc[("more", "NOR02")]
    assert (north["places_base"], north["places"], north["running_eur_difference"]) == (7, 8, 1000)
    assert (north["package_services"], north["complied_services"]) == (2, 2)
    one = (
        tables["municipality_service"].set_index(["run", "municipality", "service"]).loc[("norm", "SOU01", "residence")]
    )
    assert (one["places_base"], one["places"], one["facilities_difference"]) == (8, 6, 0)


def test_winners_and_losers_with_the_number_of_people(tables):
    rows = tables["winners"].set_index(["run", "municipality"])
    assert rows.loc["more", "outcome"].to_dict() == {"NOR01": "gains"} | dict.fromkeys(
        ("NOR02", "NOR03", "SOU01", "SOU02", "SOU03"), "same"
    )
    first = rows.loc[("norm", "NOR01")]
    assert (first["outcome"], first["served_users_difference"]) == ("loses", -2)
    assert first["unmet_share_difference"] == pytest.approx(2 / 18)
    classes = tables["priorities"].set_index(["run", "priority_class"])
    columns = ["gained_users", "lost_users", "gaining_municipalities", "losing_municipalities"]
    assert classes.loc[("norm", 1), columns].tolist() == [0, 4, 0, 3]
    assert classes.loc[("more", 2), columns].tolist() == [1, 0, 1, 0]
    assert said(tables, "winners", "more", "bg") == [
        f"2027 г. Печелят (1{NB}община): Горно (с място +1; дял без място {MINUS}5,6 пункта).",
        f"2027 г. Без промяна: 5{NB}общини.",
        "2027 г. Клас 1 по ред: с място са толкова, колкото и в А, във всяка община; без място 6 (без промяна).",
        f"2027 г. Клас 2 по ред: с място 1{NB}потребител повече (в 1{NB}община), никъде по-малко; "
        f"без място 1 → 0 ({MINUS}1).",
    ]


def test_who_gains_in_one_group_and_loses_in_another_is_counted_on_both_sides(small):
    unmet = small.tables["unmet"].copy()
    alfa = (unmet["municipality"] == "AAA01") & (unmet["year"] == 2030)
    for group, by in (("elder", -3), ("day_care", 2)):
        rows = alfa & (unmet["group"] == group)
        unmet.loc[rows, "served_users"] += by
        unmet.loc[rows, "unmet_users"] -= by
    catalogue = small.inputs.tables["groups"].assign(priority_class=1)
    inputs = dataclasses.replace(small.inputs, tables={**small.inputs.tables, "groups": catalogue})
    base = dataclasses.replace(small, inputs=inputs)
    other = dataclasses.replace(base, tables={**base.tables, "unmet": unmet}, run_id="b")
    (row,) = comparison.compare([base, other])["priorities"].to_dict("records")
    assert (row["gained_users"], row["lost_users"]) == (2, 3)
    assert (row["gaining_municipalities"], row["losing_municipalities"]) == (1, 1)


# ------------------------------------------------------------------ stages and their gaps


def test_stages_of_proven_runs_differ_beyond_their_gaps(tables):
    rows = tables["stages"].set_index(["run", "stage"])
    assert rows.loc[("more", "unmet_2"), ["reached_base", "reached", "verdict"]].tolist() == [1, 0, "lower"]
    assert rows.loc[("more", "cost"), ["reached_base", "reached", "verdict"]].tolist() == [87.04, 87.98, "higher"]
    assert rows.loc[("norm", "cost"), "reached"] == 78.36
    assert rows.loc[("norm", "unmet_2"), "verdict"] == "equal"
    assert rows.loc[("norm", "tie_break_places"), "verdict"] == "arbitrary"
    assert "cost (thousand EUR a year): 87.04 → 87.98 (+0.94)." in said(tables, "stages", "more")


def stage(value, bound, gap=float("nan")):
    return StageResult("unmet_1", "need cases", value, bound, gap, 1e-4, "feasible_with_gap")


@pytest.mark.parametrize(
    ("base", "run", "found"),
    [
        (stage(12, 9), stage(10, 10), "within_gap"),  # 10 may be the best of both
        (stage(12, 9), stage(9, 9), "within_gap"),
        (stage(12, 9), stage(8, 8), "lower"),
        (stage(8, 8), stage(12, 9), "higher"),
        (stage(12, float("nan"), 0.25), stage(9, 9), "within_gap"),  # 12 less a quarter of it
        (stage(12, float("nan"), 0.2), stage(9, 9), "lower"),
        (stage(12, float("nan")), stage(1, 1), "within_gap"),  # nothing is proven
        (stage(12, 9), stage(12, 3), "equal"),
        (stage(12, 9), None, "only_base"),
        (None, stage(12, 9), "only_run"),
    ],
)
def test_a_difference_smaller_than_the_gaps_may_be_the_search(base, run, found):
    assert verdict(base, run) == found


def test_what_follows_a_stage_within_its_gap_may_be_the_search_too(small):
    def with_values(first, bound, second):
        facts = {"unit": "users", "gap": 0.3, "tolerance": 0.01, "status": "feasible_with_gap"}
        one = StageResult("unmet_1", value=first, bound=bound, **facts)
        return dataclasses.replace(small, stages=(one, StageResult("cost", value=second, bound=second, **facts)))

    tables = comparison.compare([with_values(12, 9, 50), with_values(10, 7, 70)])
    assert tables["stages"]["verdict"].tolist() == ["within_gap", "after_gap"]
    run = tables["runs"]["run"][1]
    first, second, _, opened = said(tables, "stages", run)
    assert first == (
        f"without a place, class 1 (users): 12 → 10 ({MINUS}2) – within the open gaps (30% and 30%): "
        "it may be the search, not the scenario."
    )
    assert second.startswith("cost (users): 50 → 70 (+20) – an earlier stage is within its gap")
    assert opened.startswith("Not fully proven: “without a place, class 1” in A (30%), “cost” in A (30%), ")


# ------------------------------------------------------------------ stability


def test_equal_decisions_in_all_runs(tables):
    rows = tables["stability"].set_index(["run_a", "run_b"])
    # Seven facilities stand in all three, the centre of S3 closes in all: of these N3, S1 and S3 change today's state.
    every = rows.loc[("*", "*")]
    assert every[["taken", "equal", "acted", "acted_equal", "possible"]].tolist() == [8, 8, 3, 3, 12]
    assert (every["share"], every["acted_share"]) == (1, 1)
    assert list(rows.index) == [("*", "*"), ("toyland", "more"), ("toyland", "norm"), ("more", "norm")]


def moved(plan, site, name, **values):
    """The plan with other figures of one site in the last year, under another name."""
    capacity = plan.tables["capacity"].copy()
    rows = (capacity["site"] == site) & (capacity["year"] == plan.scenario.last_year)
    assert rows.sum() == 1
    for column, value in values.items():
        capacity.loc[rows, column] = value
    scenario = dataclasses.replace(plan.scenario, name=name)
    return dataclasses.replace(plan, scenario=scenario, tables={**plan.tables, "capacity": capacity})


def test_a_share_of_equal_decisions_by_hand(three):
    base = three[0].plan
    two = moved(base, "day_NOR01", "two", facilities=2)  # one facility more where one stands
    none = moved(base, "new:residence:SOU01", "none", facilities=0, places=0)  # nothing where a home opens
    tables = comparison.compare([base, two, none])
    rows = tables["stability"].set_index(["run_a", "run_b"])
    # Eight decisions: N1 differs in "two", the home in S1 in "none". Of four that change something (N1 2, N3, S1, S3)
    # in any of the three two are equal in all.
    assert rows.loc[("*", "*"), ["taken", "equal", "acted", "acted_equal"]].tolist() == [8, 6, 4, 2]
    assert rows.loc[("toyland", "two"), ["taken", "equal", "share"]].tolist() == [8, 7, 0.875]
    assert rows.loc[("two", "none"), ["taken", "equal", "share"]].tolist() == [8, 6, 0.75]
    decisions = tables["decisions"].set_index(["run", "municipality", "service"])
    assert decisions.loc[("two", "NOR01", "day_care"), DECIDED].tolist() == [1, 1, 2, False]
    assert tables["said"]["says_en"].tolist()[-5:-3] == [
        "2027: of 8 decisions (a municipality and a service with a facility or places today or in at least one "
        "scenario) 6 are equal in all scenarios – 75.0%.",
        "Of 4 that change today's state in at least one scenario 2 are equal – 50.0%.",
    ]


# ------------------------------------------------------------------ other territory and services


def test_what_only_one_plans_is_said_and_has_no_figure_on_the_other_side(three):
    base = three[0].plan
    south = dataclasses.replace(
        base,
        scenario=dataclasses.replace(base.scenario, name="south", regions=("SOU",), services=("day_care",)),
        tables={
            name: frame[frame["municipality"].str.startswith("SOU")] if "municipality" in frame else frame
            for name, frame in base.tables.items()
        },
    )
    tables = comparison.compare([base, south])
    scope = tables["scope"]
    assert scope[["kind", "code", "change"]].values.tolist() == [
        ["municipality", "NOR01", "removed"],
        ["municipality", "NOR02", "removed"],
        ["municipality", "NOR03", "removed"],
        ["service", "residence", "removed"],
        ["group", "residence", "removed"],
    ]
    assert said(tables, "scope", "south")[:2] == [
        "Only in A: municipalities Gorno, Sredno, Krayno.",
        "Only in A: services Home.",
    ]
    winners = tables["winners"].set_index("municipality")
    assert winners.loc["NOR01", "outcome"] == "only_base"
    assert pd.isna(winners.loc["NOR01", "served_users"])
    groups = tables["municipality_group"].set_index(["municipality", "group"])
    assert pd.isna(groups.loc[("SOU01", "residence"), "served_users"])
    # Nobody gains or loses by what is not asked: only SOU's day care is in both.
    assert tables["priorities"].set_index("priority_class").loc[2, "lost_users"] == 0
    assert tables["stability"]["possible"].tolist() == [3, 3]


def test_a_changed_register_and_journey_are_rows_of_the_inputs(three):
    base = three[0].plan
    register = base.inputs.tables["register"].copy()
    register.loc[register["site"] == "day_NOR01", "places"] = 14
    travel = base.inputs.tables["travel"].copy()
    travel.loc[(travel["municipality"] == "NOR01") & (travel["host"] == "NOR02"), "travel_min"] = 92.0
    inputs = dataclasses.replace(base.inputs, tables={**base.inputs.tables, "register": register, "travel": travel})
    scenario = dataclasses.replace(base.scenario, name="changed", stages=base.scenario.stages[:-1], no_loss=False)
    tables = comparison.compare([base, dataclasses.replace(base, inputs=inputs, scenario=scenario)])
    lines = said(tables, "inputs", "changed")
    assert lines[0] == "Nobody loses today's place: yes → no."
    assert lines[1].startswith("Order of the stages: keep, package, ")
    assert lines[2] == "Register, day_NOR01: places 12 → 14 (+16.7%)."
    # Thirty-six journeys, the own one among them: 72 more minutes over 36 are 2 more on average.
    assert lines[3].startswith("Journeys: 1 of 36 differ; on average ")
    assert lines[3].endswith(" (+2.0) min.")


def test_two_runs_of_one_scenario_are_told_apart_by_their_ids(small):
    tables = comparison.compare([small, dataclasses.replace(small, run_id="b"), dataclasses.replace(small, run_id="b")])
    assert tables["runs"]["run"].tolist() == ["small-2026-07-01-small", "small-b", "small-b (2)"]
