"""Needs and packages of the two towns: what does not follow from norms and studies is found."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from nationalmap.verification import check
from nationalmap.verification.answer import Answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.needs import _joins, _minimum, _need_rows, _territory_need, figures_by_year
from nationalmap.verification.norms import Figures
from nationalmap.verification.question import Question, read_question
from tests.verification.test_projection import people
from tests.verification.towns import NORMS, towns


def _norms(name: str, **keys: Any) -> list[dict[str, Any]]:
    return [n | keys if n["id"] == name else n for n in NORMS]


def test_a_threshold_sends_a_small_municipality_to_its_neighbour() -> None:
    inner = {"type": "presence", "amount": 4.0}
    rule = {"type": "threshold", "inner": inner, "own_from": 1500.0, "measure": "older"}
    found = "\n".join(check(towns(norms=_norms("help.minimum", rule=rule))).differences)
    # At home nothing is too small for places of one's own.
    assert "package" not in found
    rule = {"type": "threshold", "inner": {"type": "presence", "amount": 14.0}, "own_from": 1500.0, "measure": "older"}
    found = "\n".join(check(towns(norms=_norms("day.minimum", rule=rule))).differences)
    # R1: 14 of 20 users, 7 places, not below 5, and 2000 is not below 1500. R2: 10 (its need), and 1000 is below.
    assert "package.csv, R1 day 2027: kind is access; in_place follows" in found
    assert "package.csv, R2 day 2027: minimum_users is 3; 10 follows" in found
    assert "package.csv, R2 day 2027: kind" not in found
    # Without a threshold both have places of their own: 14 and 10 users, 7 and 5 places.
    rule = {"type": "presence", "amount": 14.0}
    found = "\n".join(check(towns(norms=_norms("day.minimum", rule=rule))).differences)
    assert [f"package.csv, {m} day 2027: kind is access; in_place follows" in found for m in ("R1", "R2")] == [True] * 2


def test_a_stated_need_replaces_the_norm_and_a_place_not_stated_has_no_data() -> None:
    stated = {"stated_needs": "R1,rest,2027,2,municipal_study,by hand\nR1,rest,2030,2,estimate,by hand\n"
              "R2,rest,2027,1,nsi,by hand"}  # fmt: skip
    found = "\n".join(check(towns(inputs=stated)).differences)
    assert "needs.csv, R1 rest 2027: norm is rest.need; blank follows" in found
    assert "needs.csv, R1 rest 2027: is_estimate is yes; no follows" in found
    assert "needs.csv, R1 rest 2030: is_estimate" not in found
    assert "needs.csv, R2 rest 2030: need_users is 1; blank follows" in found


def test_a_norm_that_changes_between_the_periods() -> None:
    norms = [*_norms("rest.need", valid_to=2029), NORMS[2] | {"id": "rest.later", "valid_from": 2030}]
    found = check(towns(norms=norms)).differences
    assert found == (
        "needs.csv, R1 rest 2030: norm is rest.need; rest.later follows (needs: norm x indicator, rounded).",
        "needs.csv, R2 rest 2030: norm is rest.need; rest.later follows (needs: norm x indicator, rounded).",
    )


def test_a_minimum_in_places_and_in_users_is_capped_at_the_need_where_it_is_known() -> None:
    two_a_place: Any = SimpleNamespace(rho=2)
    for given, unit, need, users_and_places in (
        (3, "places", None, (6, 3)),
        (3, "places", 20, (6, 3)),
        (3, "places", 5, (5, 3)),
        (9, "places", 5, (5, 3)),
        (5, "users", None, (5, 3)),
        (5, "users", 4, (4, 2)),
    ):
        assert _minimum(given, {"unit": unit}, two_a_place, need) == users_and_places
    # A norm that gives nothing, for want of data, asks for nothing.
    assert [_minimum(None, by, two_a_place, 5) for by in (None, {"unit": "users"}, {"unit": "places"})] == [
        (None,) * 2
    ] * 3


def test_the_need_of_a_territory_is_not_known_where_that_of_a_municipality_is_not() -> None:
    q = read_question(towns(), Findings())

    def asked(**users: int | None) -> list[int | None]:
        rows = [{"municipality": m, "group": "care", "year": 2027, "need_users": n} for m, n in users.items()]
        return [_territory_need(q, Answer(q, {"needs": rows}), u, "care", 2027) for u in ("R1", "R2", "R")]

    assert asked(R1=4, R2=3) == [4, 3, 7]
    assert asked(R1=4, R2=None) == [4, None, None]
    assert asked(R1=4) == [4, None, None]


def test_who_joins_a_neighbour_lies_below_the_threshold() -> None:
    q = read_question(towns(), Findings())
    figures = Figures(q, {("older", "R1"): Fraction(1500), ("older", "R2"): Fraction(1499), ("older", "X1"): None})
    rule = {"type": "threshold", "own_from": Fraction(1500), "measure": "older"}
    assert [_joins({"rule": rule}, m, 1, figures) for m in ("R1", "R2", "X1")] == [False, True, False]
    # Without a figure of its own, what the norm gives is measured.
    given = rule | {"measure": None, "own_from": Fraction(14)}
    assert [_joins({"rule": given}, "R1", n, figures) for n in (13, 14, None)] == [True, False, False]
    assert not _joins({"rule": rule | {"type": "ratio"}}, "R2", 1, figures)
    assert not _joins(None, "R2", 1, figures)


def test_a_need_by_people_who_were_moved_on_is_an_estimate() -> None:
    q = people([2025, 2026])

    def estimates(estimate: bool, year: int = 2026, **rule: str) -> list[bool]:
        subgroup = {"type": "subgroup", "indicator": "older", "share_indicator": None, "share_percent": 50, "rate": 1}
        norm = NORMS[0] | {"rule": subgroup | {"per": 1} | rule, "estimate": estimate}
        figures = Figures(q, {(i, m): Fraction(1) for i in ("older", "pop_65plus") for m in q.region_of})
        return [row["is_estimate"] for _, row in _need_rows(q, norm, figures, year)]

    assert estimates(False) == [False, False]
    assert estimates(True) == estimates(False, indicator="pop_65plus") == [True, True]
    assert estimates(False, share_indicator="pop_65plus") == [True, True]
    assert estimates(False, year=2025, indicator="pop_65plus") == [False, False]


def test_figures_of_the_planned_years_alone() -> None:
    q: Question = read_question(towns(), Findings())
    rows = [{"indicator": "older", "municipality": "R1", "year": t, "value": t} for t in (2026, 2027, 2030)]
    found = figures_by_year(q, Answer(q, {"projected": rows}))
    assert {t: figures.of("older", "R1") for t, figures in found.items()} == {2027: 2027, 2030: 2030}
    assert found[2027].of("older", "R2") is None
