"""What stands today where nobody has said so: a register estimated from the subsidy.

The one rule: a municipality's state subsidy of the year, less the cost of what is attested
there, buys services in proportion to what its own needs would cost. Only what the state pays
today stands: the old delegated types (§ 31(2) ЗСУ), the new kinds that go on under their name,
and what is given inside them; table ``delegated`` lists them, each with its share of the need
of its group. A service too small for its smallest facility is left out and its money goes to
the others; places are rounded down; what remains is assistant support. So the estimated
register costs the subsidy to within one place of assistant support. Every row is marked
``estimated``, and free to change where it is the remainder; the user's register replaces it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: The service that takes what remains: paid per user, without a facility.
REMAINDER = "assistant_support"


@dataclass(frozen=True)
class _Mix:
    """One service as the rule sees it: its weight in places and what places and facilities cost."""

    weight: float
    place_eur: float
    facility_eur: float
    smallest: int
    largest: int

    def places(self, scale: float) -> int:
        return math.floor(self.weight * scale + 1e-9)

    def sites(self, places: int) -> int:
        return 0 if places == 0 else max(1, math.ceil(places / self.largest)) if self.largest else 1

    def cost(self, places: int) -> float:
        return places * self.place_eur + self.sites(places) * self.facility_eur * bool(self.largest)


def estimate_register(
    needs: pd.DataFrame,
    services: pd.DataFrame,
    delegated: pd.DataFrame,
    subsidies_eur: Mapping[str, float],
    attested: pd.DataFrame,
) -> pd.DataFrame:
    """Table ``register`` of schema: the attested rows and the estimated ones.

    ``needs`` is the needs table of one year (exact_users by group), ``delegated`` has columns
    service and share, ``subsidies_eur`` the state subsidy of each municipality in EUR; one
    without a figure gets no estimated row. An attested row that opens later is kept, and costs
    and replaces nothing of today.
    """
    import pandas as pd

    shares = dict(zip(delegated["service"], delegated["share"], strict=True))
    facts: dict[str, dict[str, Any]] = {str(f["service"]): dict(f) for _, f in services.iterrows()}
    known = needs.dropna(subset=["exact_users"])
    exact = dict(zip(zip(known["municipality"], known["group"], strict=True), known["exact_users"], strict=True))
    rows: list[dict[str, Any]] = [dict(row) for _, row in attested.iterrows()]
    standing = [row for row in rows if pd.isna(row["opens_year"])]
    for municipality in sorted(subsidies_eur):
        subsidy = subsidies_eur[municipality]
        if math.isnan(subsidy):
            continue
        own = [row for row in standing if row["municipality"] == municipality]
        mix = {
            service: _mix(share * float(exact.get((municipality, facts[service]["group"]), 0.0)), facts[service])
            for service, share in shares.items()
            if service not in {row["service"] for row in own}
        }
        paid = sum(_mix(0.0, facts[row["service"]]).cost(int(row["places"])) for row in own)
        for service, places in sorted(_bought(mix, subsidy - paid).items()):
            rows += _sites(municipality, service, places, mix[service])
    return pd.DataFrame(rows, columns=list(attested.columns)).sort_values("site", ignore_index=True)


def _mix(exact_users: float, facts: Mapping[str, Any]) -> _Mix:
    return _Mix(
        exact_users / int(facts["users_per_place"]),
        float(facts["running_cost_place_eur"]),
        float(facts["running_cost_facility_eur"]),
        int(facts["min_places"]),
        int(facts["max_places"]),
    )


def _bought(mix: Mapping[str, _Mix], money: float) -> dict[str, int]:
    """Places by service that the money buys by the rule; empty where the attested cost it all."""
    chosen = {service: m for service, m in mix.items() if m.weight > 0 and m.place_eur > 0}
    while chosen:
        scale = _scale(chosen, money)
        places = {service: m.places(scale) for service, m in chosen.items()}
        small = [s for s, n in places.items() if n < max(1, chosen[s].smallest) and s != REMAINDER]
        if not small:
            break
        # Only the service furthest below its smallest facility goes: its money may lift the others.
        del chosen[min(small, key=lambda s: (places[s] / max(1, chosen[s].smallest), s))]
    else:
        return {}
    left = money - sum(m.cost(places[s]) for s, m in chosen.items())
    if REMAINDER in mix and left > 0 and mix[REMAINDER].place_eur > 0:
        places[REMAINDER] = places.get(REMAINDER, 0) + math.floor(left / mix[REMAINDER].place_eur + 0.05)
    return {service: n for service, n in places.items() if n > 0}


def _scale(chosen: Mapping[str, _Mix], money: float) -> float:
    """Largest common factor on the weights whose whole places the money still pays (bisection)."""
    low, high = 0.0, 1.0

    def cost(scale: float) -> float:
        return sum(m.cost(m.places(scale)) for m in chosen.values())

    while cost(high) <= money:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if cost(middle) <= money else (low, middle)
    return low


def _sites(municipality: str, service: str, places: int, mix: _Mix) -> list[dict[str, object]]:
    """Rows of the register: as many facilities as the largest size asks, of nearly equal size."""
    number = mix.sites(places)
    share, rest = divmod(places, number)
    return [
        {
            "site": f"{service}:{municipality}:{i + 1}",
            "municipality": municipality,
            "service": service,
            "places": share + (i < rest),
            "users": None,
            # What remains is no decision of anybody's: the plan may use its money otherwise, within no_loss.
            "status": "free" if service == REMAINDER else "keep",
            "close_by_year": None,
            "opens_year": None,
            "state_from_year": None,
            "origin": "estimated",
            "basis": "Estimated from the state subsidy of 2026 by the rule of supply.py",
        }
        for i in range(number)
    ]
