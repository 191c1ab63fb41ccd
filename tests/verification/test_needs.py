"""Needs and packages of the two towns: what does not follow from norms and studies is found."""

from __future__ import annotations

from typing import Any

from nationalmap.verification import check
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
