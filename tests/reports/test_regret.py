"""What is equal in all plans: three small plans by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from nationalmap.reports.regret.tables import NO_REGRET, counted, no_regret
from nationalmap.schema import as_text, check

#: Places of three plans: A's centre grows in all, its home stands in two, B's centre in one, C's closes in all.
PLACES = {
    ("A", "centre"): (12, 15, 20),
    ("A", "home"): (8, 0, 8),
    ("B", "centre"): (0, 0, 5),
    ("B", "home"): (6, 6, 6),
    ("C", "centre"): (0, 0, 0),
    ("C", "home"): (0, 0, 0),
}
TODAY = {("A", "centre"): 10, ("B", "home"): 6, ("C", "centre"): 4}


def long(places):
    rows = [(run, m, s, n) for (m, s), each in places.items() for run, n in enumerate(each)]
    return pd.DataFrame(rows, columns=["run", "municipality", "service", "places"])


def today():
    return pd.DataFrame([(*key, n) for key, n in TODAY.items()], columns=["municipality", "service", "places"])


def test_three_small_plans():
    table = no_regret(long(PLACES), today())
    check(NO_REGRET, as_text(NO_REGRET, table), "decisions")
    told = table.set_index(["municipality", "service"])
    assert told["stands"].to_dict() == {
        ("A", "centre"): "all", ("A", "home"): "most", ("B", "centre"): "some",
        ("B", "home"): "all", ("C", "centre"): "none", ("C", "home"): "none",
    }  # fmt: skip
    assert told["decision"].to_dict() == {
        ("A", "centre"): "grows", ("A", "home"): "opens", ("B", "centre"): "absent",
        ("B", "home"): "stays", ("C", "centre"): "closes", ("C", "home"): "absent",
    }  # fmt: skip
    assert told["decision_runs"].tolist() == [3, 2, 2, 3, 3, 3]
    assert told["equal"].tolist() == [True, False, False, True, True, True]
    assert told.loc[("A", "home"), "share"] == pytest.approx(2 / 3, abs=1e-6)
    assert told.loc[("A", "centre"), ["places_today", "least_places", "most_places"]].tolist() == [10, 12, 20]
    assert counted(table) == {"opens": 0, "closes": 1, "grows": 1, "shrinks": 0, "stays": 1}


def test_half_of_the_plans_is_some_and_not_most():
    table = no_regret(long({("A", "home"): (8, 0, 8, 0)}), today())
    assert table["stands"].tolist() == ["some"]
    assert table[["decision", "decision_runs"]].to_numpy().tolist() == [["absent", 2]]


def test_sites_of_a_service_add_up_and_what_a_run_does_not_have_is_nothing():
    rows = long({("A", "centre"): (6, 6)})
    more = pd.DataFrame([(1, "A", "centre", 4), (1, "B", "home", 7)], columns=rows.columns)
    table = no_regret(pd.concat([rows, more]), today()).set_index(["municipality", "service"])
    assert table.loc[("A", "centre"), ["least_places", "most_places"]].tolist() == [6, 10]
    assert table.loc[("B", "home"), ["standing_runs", "runs"]].tolist() == [1, 2]


def test_no_order_of_rows_or_runs_matters():
    rows = long(PLACES)
    turned = rows.assign(run=2 - rows["run"]).sample(frac=1, random_state=7)
    pd.testing.assert_frame_equal(no_regret(rows, today()), no_regret(turned, today()))
