"""What differs between runs, and nothing else, with the sign of the run less the base."""

from __future__ import annotations

import dataclasses
import functools

import pandas as pd
import pytest
from small_plan import FIRST, LAST, small_plan

from nationalmap.reports import comparison
from nationalmap.reports.comparison import COMPARISONS, FIGURES
from nationalmap.schema import RESULT_TABLES, as_text

NB = "\N{NO-BREAK SPACE}"
#: Tables about all runs together.
WHOLE = ("said", "runs", "stability")
#: Tables that hold every key, not only what differs.
EVERY = (*(table.name for table in FIGURES), "stages", "winners", "priorities", "decisions")


def with_table(plan, name, frame):
    return dataclasses.replace(plan, tables={**plan.tables, name: frame})


def with_input(plan, name, frame):
    inputs = dataclasses.replace(plan.inputs, tables={**plan.inputs.tables, name: frame})
    return dataclasses.replace(plan, inputs=inputs)


def with_scenario(plan, **changes):
    return dataclasses.replace(plan, scenario=dataclasses.replace(plan.scenario, **changes))


@functools.cache
def all_tables(*plans):
    """The comparison of these plans, made once; no test changes it."""
    return comparison.compare(plans)


def compared(*plans):
    """The tables that set a run beside the base, without the column that names it; there is one run."""
    tables = all_tables(*plans)
    return {name: frame.drop(columns="run") for name, frame in tables.items() if name not in WHOLE}


def sentences(*plans, language, part=None):
    said = all_tables(*plans)["said"]
    return said.loc[said["part"].eq(part) if part else said["part"].ne("runs"), f"says_{language}"].tolist()


def cells(frame):
    return [tuple(row) for row in frame.astype(object).where(frame.notna(), None).to_numpy().tolist()]


@pytest.fixture(scope="module")
def small():
    """The small plan, once for all tests here: none changes it."""
    return small_plan()


@pytest.fixture(scope="module")
def other(small):
    """In 2027 Beta keeps 10 places of day care for 9 more people, the crisis centre of Alfa is not there yet."""
    capacity = small.tables["capacity"].copy()
    first = capacity["year"] == FIRST
    changed = ["places", "given_up_places", "facilities", "closed"]
    capacity.loc[first & (capacity["site"] == "d2"), changed] = [10, 0, 1, 0]
    capacity = capacity[~(first & (capacity["site"] == "new:crisis:AAA01"))]
    unmet = small.tables["unmet"].copy()
    beta = (unmet["municipality"] == "AAA02") & (unmet["group"] == "day_care") & (unmet["year"] == FIRST)
    unmet.loc[beta, ["served_users", "unmet_users", "out_of_reach_users"]] = [10, 1, 0]
    compliance = small.tables["compliance"].copy()
    compliance.loc[(compliance["municipality"] == "AAA02") & (compliance["year"] == FIRST), "complied"] = True
    spending = small.tables["spending"].copy()
    crisis = (spending["service"] == "crisis") & (spending["kind"] == "running") & (spending["year"] == FIRST)
    spending.loc[crisis, "amount_eur"] = 40000.15
    budget = small.tables["budget"].copy()
    budget.loc[(budget["stream"] == "own") & (budget["year"] == FIRST), ["spent_eur", "left_eur"]] = [40000.15, 9999.85]
    changed = {
        "capacity": capacity,
        "unmet": unmet,
        "compliance": compliance,
        "spending": spending,
        "budget": budget,
    }
    return dataclasses.replace(small, tables={**small.tables, **changed}, run_id="b")


def test_a_plan_does_not_differ_from_itself(small):
    tables = compared(small, small)
    assert [*tables] == [name for name in COMPARISONS if name not in WHOLE]
    for name, frame in tables.items():
        if name in EVERY:
            differences = [column for column in frame.columns if column.endswith("_difference")]
            assert len(frame) > 0
            assert (frame[differences].fillna(0) == 0).all().all()
        else:
            assert frame.empty, name


def test_every_table_has_its_declared_columns_and_order(small, other):
    for name, frame in all_tables(small, other).items():
        table = COMPARISONS[name]
        assert list(frame.columns) == list(table.names), name
        assert not frame.duplicated(list(table.key)).any(), name
        if name not in ("stages", "scope", "stability"):
            ordered = frame.sort_values(list(table.key), kind="stable")
            assert ordered.index.tolist() == list(range(len(frame))), name
        assert as_text(table, frame.astype(object).where(frame.notna(), None)).shape == frame.shape


def test_the_order_of_the_rows_does_not_matter(small, other):
    turned = dataclasses.replace(
        other,
        tables={name: frame.iloc[::-1] for name, frame in other.tables.items()},
        inputs=dataclasses.replace(
            other.inputs,
            tables={name: frame.iloc[::-1] for name, frame in other.inputs.tables.items()},
            norms=other.inputs.norms[::-1],
        ),
    )
    straight, mixed = compared(small, other), compared(small, turned)
    for name, frame in straight.items():
        pd.testing.assert_frame_equal(frame, mixed[name])
    assert mixed["input_rows"].empty


def test_capacity_by_site_changed_and_removed(small, other):
    frame = compared(small, other)["capacity"]
    assert frame["site"].tolist() == ["d2", "new:crisis:AAA01"]
    assert frame["year"].tolist() == [FIRST, FIRST]
    assert frame["change"].tolist() == ["changed", "removed"]
    kept = frame.set_index("site").loc["d2"]
    assert (kept["places_base"], kept["places"], kept["places_difference"]) == (0, 10, 10)
    assert (kept["closed_base"], kept["closed"], kept["closed_difference"]) == (1, 0, -1)
    assert (kept["municipality_base"], kept["municipality"]) == ("AAA02", "AAA02")
    gone = frame.set_index("site").loc["new:crisis:AAA01"]
    assert gone["places_base"] == 4
    assert pd.isna(gone["places"])
    assert pd.isna(gone["places_difference"])
    assert gone["municipality"] == ""


def test_money_is_compared_to_the_cent(small, other):
    frame = compared(small, other)["spending"]
    assert cells(frame) == [("own", "running", "AAA01", "crisis", FIRST, "changed", 40000.4, 40000.15, -0.25)]


def test_flags_and_blanks_are_compared(small, other):
    tables = compared(small, other)
    assert tables["compliance"]["complied_base"].tolist() == [False, False]
    assert tables["compliance"]["complied"].tolist() == [True, True]
    needs = small.tables["needs"].copy()
    blank = needs["need_users"].isna()
    needs["need_users"] = needs["need_users"].fillna(0)
    changed = compared(small, with_table(small, "needs", needs))["needs"]
    assert blank.sum() == len(changed) == 2
    assert changed["year"].tolist() == [FIRST, LAST]
    assert pd.isna(changed.loc[0, "need_users_base"])
    assert changed.loc[0, "need_users"] == 0
    assert pd.isna(changed.loc[0, "need_users_difference"])


def test_summary_by_municipality_and_group(small, other):
    frame = compared(small, other)["municipality_group"].set_index(["municipality", "group", "year"])
    assert len(frame) == 10
    beta = frame.loc[("AAA02", "day_care", FIRST)]
    assert (beta["served_users_base"], beta["served_users"], beta["served_users_difference"]) == (1, 10, 9)
    assert (beta["unmet_users_base"], beta["unmet_users"], beta["unmet_users_difference"]) == (10, 1, -9)
    assert frame.loc[("AAA02", "day_care", LAST), "served_users_difference"] == 0


def test_summary_by_municipality_and_service(small, other):
    frame = compared(small, other)["municipality_service"].set_index(["municipality", "service", "year"])
    beta = frame.loc[("AAA02", "day_care", FIRST)]
    assert (beta["places_base"], beta["places"], beta["places_difference"]) == (0, 10, 10)
    crisis = frame.loc[("AAA01", "crisis", FIRST)]
    assert (crisis["places_base"], crisis["places"], crisis["places_difference"]) == (4, 0, -4)
    assert (crisis["users_base"], crisis["running_eur_base"], crisis["running_eur_difference"]) == (4, 40000.4, -0.25)
    older = frame.loc[("AAA02", "home_older", LAST)]
    assert (older["users_base"], older["places_base"], older["users_difference"]) == (3, 0, 0)


def test_totals_by_year(small, other):
    frame = compared(small, other)["totals"].set_index(["quantity", "year"])
    asked = {
        ("complied_municipalities", FIRST): (1, 2, 1),
        ("served_users", FIRST): (63, 72, 9),
        ("unmet_users", FIRST): (32, 23, -9),
        ("places", FIRST): (64, 70, 6),
        ("running_spent_eur", FIRST): (280001.0, 280000.75, -0.25),
        ("capital_used_eur", FIRST): (150000.55, 150000.55, 0),
        ("served_users", LAST): (84, 84, 0),
        ("opened", LAST): (3, 2, -1),
    }
    found = {key: tuple(frame.loc[key, ["total_base", "total", "total_difference"]]) for key in asked}
    assert found == asked


def test_scenario_keys_with_their_values(small):
    state = dataclasses.replace(small.scenario.streams["state"], by_year=None, indicator="elderly", factor=1.5)
    streams = {"state": state, "build": small.scenario.streams["build"], "new": state}
    changed = with_scenario(small, no_loss=False, regions=("AAA", "BBB"), streams=streams)
    frame = compared(small, changed)["scenario"]
    found = {row[0]: row[1:] for row in cells(frame)}
    assert found["no_loss"] == ("changed", "true", "false")
    assert found["regions"] == ("changed", "AAA", "AAA, BBB")
    assert found["streams.state.factor"] == ("changed", "1.0", "1.5")
    assert found["streams.state.by_year.2027"] == ("removed", "250000.0", "")
    assert found["streams.state.indicator"] == ("added", "", "elderly")
    assert found["streams.own.kind"] == ("removed", "running", "")
    assert found["streams.new.kind"] == ("added", "", "running")
    assert not any(key.startswith("streams.build") for key in found)


def test_input_rows_added_removed_and_changed(small):
    register = small.inputs.tables["register"].copy()
    register.loc[register["site"] == "d1", "places"] = 14
    register = register[register["site"] != "x1"]
    extra = register[register["site"] == "h1"].assign(site="h3")
    changed = with_input(small, "register", pd.concat([register, extra]))
    frame = compared(small, changed)["input_rows"]
    assert set(frame["table"]) == {"register"}
    by = frame.set_index(["row", "column"])
    assert tuple(by.loc[("d1", "places")])[1:] == ("changed", "12", "14")
    assert tuple(by.loc[("x1", "places")])[1:] == ("removed", "99", "")
    assert tuple(by.loc[("h3", "users")])[1:] == ("added", "", "25")
    assert ("d1", "users") not in by.index
    assert set(frame["row"]) == {"d1", "x1", "h3"}


def test_a_blank_figure_is_not_a_zero(small):
    indicators = small.inputs.tables["indicators"].fillna(0.0)
    frame = compared(small, with_input(small, "indicators", indicators))["input_rows"]
    assert cells(frame) == [("indicators", "adults / AAA02", "value", "changed", "", "0")]


def test_a_table_that_only_one_plan_has(small):
    known = pd.DataFrame({"municipality": ["AAA01"], "host": ["AAA02"], "travel_min": [44]})
    frame = compared(small, with_input(small, "known_travel", known))["input_rows"]
    assert cells(frame) == [("known_travel", "AAA01 / AAA02", "travel_min", "added", "", "44")]


def test_norms_files_and_boundaries(small):
    first, second, third = small.inputs.norms
    rule = dataclasses.replace(third.rule, rate=90.0)
    bands = (dataclasses.replace(second.rule.bands[0], below=600.0), second.rule.bands[1])
    second = dataclasses.replace(second, rule=dataclasses.replace(second.rule, bands=bands))
    inputs = dataclasses.replace(
        small.inputs,
        norms=(second, dataclasses.replace(third, rule=rule)),
        sources={"catalogue/services.csv": "1" * 64, "register/AAA.csv": "9" * 64, "more.csv": "3" * 64},
        boundaries=dataclasses.replace(small.inputs.boundaries, status="supplied"),
    )
    tables = compared(small, dataclasses.replace(small, inputs=inputs))
    norms = {row[:2]: row[2:] for row in cells(tables["norms"])}
    assert norms["n_home", "rule.rate"] == ("changed", "100", "90.0")
    assert norms["n_crisis_min", "rule.bands.0.below"] == ("changed", "500", "600.0")
    assert norms["n_crisis", "group"] == ("removed", first.group, "")
    assert cells(tables["files"]) == [
        ("more.csv", "added", "", "3" * 64),
        ("register/AAA.csv", "changed", "2" * 64, "9" * 64),
    ]
    assert cells(tables["boundaries"]) == [("status", "changed", "schematic", "supplied")]


def moved(plan, years):
    """The plan as if it were made for other years."""
    by = dict(zip(plan.scenario.years, years, strict=True))
    keyed = {table.name for table in RESULT_TABLES if "year" in table.key}
    tables = {
        name: frame.assign(year=frame["year"].map(by).astype("int64")) if name in keyed else frame
        for name, frame in plan.tables.items()
    }
    return dataclasses.replace(with_scenario(plan, years=years), tables=tables)


def test_plans_that_share_no_year_are_compared_period_by_period(small):
    later = moved(small, (2028, 2031))
    tables = compared(small, later)
    assert cells(tables["scenario"]) == [("years", "changed", "2027, 2030", "2028, 2031")]
    assert all(tables[table.name].empty for table in RESULT_TABLES)
    assert tables["scope"].empty
    (said,) = sentences(small, later, language="en", part="scope")
    assert said == ("A and B share no year: they are compared period by period, under the years of A (2027, 2030).")
    assert sentences(small, later, language="en", part="results")[-1].startswith("2030. Money:")


def test_plans_that_share_a_year_are_compared_year_by_year(small):
    later = moved(small, (2030, 2035))
    tables = compared(small, later)
    needs = tables["needs"]
    assert {year: set(rows["change"]) for year, rows in needs.groupby("year")} == {
        2027: {"removed"},
        2030: {"changed"},
        2035: {"added"},
    }
    changed = needs.set_index(["municipality", "group", "year"]).loc[("AAA01", "elder", 2030)]
    assert (changed["need_users_base"], changed["need_users"]) == (44, 40)
    told = sentences(small, later, language="bg", part="results")
    assert [line[:7] for line in told] == ["2030 г."] * 4
    assert cells(tables["scope"]) == [("year", "2027", "removed"), ("year", "2035", "added")]
    assert sentences(small, later, language="en", part="scope") == [
        "Only in A: years 2027.",
        "Only in B: years 2035.",
    ]
    # The year of one plan only has a blank on the other side, not 0 served.
    of_year = tables["by_municipality"].set_index(["municipality", "year"])["served_users"]
    assert pd.isna(of_year["AAA01", 2027])
    assert tables["winners"]["year"].unique().tolist() == [2030]


def test_a_renovation_of_another_year_is_a_change(small):
    renovated = small.tables["renovated"].copy()
    renovated.loc[0, "year"] = LAST
    frame = compared(small, with_table(small, "renovated", renovated))["renovated"]
    assert frame[["site", "kind", "change", "year_base", "year"]].values.tolist() == [
        ["d1", "energy", "changed", FIRST, LAST]
    ]


def test_sentences_in_bulgarian(small, other):
    changed = with_scenario(
        other,
        title_bg="Друг",
        no_loss=False,
        streams={name: stream for name, stream in other.scenario.streams.items() if name != "own"},
    )
    said = all_tables(small, changed)["said"]
    assert said["line"].tolist() == list(range(1, len(said) + 1))
    assert said.loc[said["part"] == "runs", "says_bg"].tolist() == [
        "А (основа): Малък план (2026-07-01-small).",
        "Б: Друг (b).",
    ]
    assert sentences(small, changed, language="bg", part="scope") == ["Само в А: източници Собствени."]
    assert sentences(small, changed, language="bg", part="inputs") == [
        f"Собствени: само в А, 100{NB}000,00{NB}EUR.",
        "Никой не губи днешното си място: да → не.",
    ]
    lines = sentences(small, changed, language="bg", part="results")
    assert lines[:4] == [
        "2027 г. Пакет: общини с целия минимален пакет (от общо 2): 1 → 2 (+1); само в Б: Бета.",
        "2027 г. Потребност, случаи: 95 (без промяна); с място 63 → 72 (+9); без място 32 → 23 (\N{MINUS SIGN}9).",
        "2027 г. Места: 64 → 70 (+6); от днес до 2027 г. обекти за разкриване: 1 → 0 (\N{MINUS SIGN}1); "
        "за закриване: 1 → 0 (\N{MINUS SIGN}1).",
        f"2027 г. Пари: издръжка за годината 280{NB}001{NB}EUR → 280{NB}001{NB}EUR (0); "
        f"капиталови разходи до 2027 г. 150{NB}001{NB}EUR (без промяна).",
    ]
    assert lines[4] == "2030 г. Пакет: общини с целия минимален пакет (от общо 2): 1 (без промяна)."
    assert len(lines) == 8


def test_sentences_of_equal_plans(small):
    said = sentences(small, small, language="en")
    assert said[:3] == [
        "The same municipalities, services and years.",
        "Nothing differs in the inputs.",
        "The two plans are the same row by row.",
    ]
    assert "All stages have the same values." in said
    assert "2030: nothing changes for any municipality." in said


def test_a_municipality_that_loses_its_package_is_named(small, other):
    assert sentences(other, small, language="en", part="results")[0].endswith("; only in A: Beta.")
