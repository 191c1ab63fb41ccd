"""Needs and packages of the two towns: what does not follow from norms and studies is found."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from nationalmap.verification import check
from nationalmap.verification.needs import _minimum
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
    assert _minimum(None, None, two_a_place, 5) == (None, None)
