"""Numbers that several rules share: maxima with what is grandfathered, cases above them, idle places."""

from __future__ import annotations

import math

from nationalmap.program.known import Cell, Known
from nationalmap.program.nouns import EUR_PER_UNIT, Service, Site


def user_cost(service: Service) -> float:
    """Running cost of one user's part of a place, rounded up to the cent, so that payments stay whole cents."""
    cents = service.running_place * EUR_PER_UNIT * 100 / service.users_per_place
    return math.ceil(round(cents, 6)) / 100 / EUR_PER_UNIT


def grandfathered(known: Known, territory: str, s: str) -> int:
    """Users that the places of today of the service and its old types hold in the territory."""
    return sum(
        known.services[f].users_per_place * site.places_today
        for f in known.family[s]
        for m in known.inside(territory)
        for site in known.sites_in.get((m, f), ())
    )


def limit_of(known: Known, key: Cell) -> int:
    """L: users whom the state pays at most; places of today above the norm's maximum are grandfathered."""
    territory, s, _ = key
    return max(known.maximum[key], grandfathered(known, territory, s))


def limit_of_group(known: Known, territory: str, g: str, t: int) -> int | None:
    """Users of the group whom the maxima allow; None where a service of it has no maximum."""
    total = 0
    for s in known.groups[g].services:
        if known.services[s].is_old:
            continue
        for part in sorted({known.territory(m, s) for m in known.inside(territory)}):
            if (part, s, t) not in known.maximum:
                return None
            total += limit_of(known, (part, s, t))
    return total


def others_allow(known: Known, territory: str, g: str, t: int) -> float:
    """Users above the maximum whom money other than the state's could pay; infinite where a place costs nothing.

    At the price of the cheapest service of the group, old types still financed among them, that such money may pay.
    """
    paying = {
        s: {
            f
            for h in known.inside(territory)
            for f in known.eligible(s, h, "running", t)
            if known.scenario.streams[f].payer == "other"
        }
        for s in known.groups[g].services
        if known.services[s].is_financed(t)
    }
    money = sum(known.budget[f, t] for f in known.scenario.streams if any(f in streams for streams in paying.values()))
    cost = min((user_cost(known.services[s]) for s, streams in paying.items() if streams), default=0.0)
    return 0 if money <= 0 else math.inf if cost <= 0 else math.floor(money / cost + 1e-9)


def above_maximum(known: Known, territory: str, g: str, t: int) -> int:
    """A: need cases beyond what the maxima and other money allow; 0 where some service has no maximum."""
    most = limit_of_group(known, territory, g, t)
    if most is None:
        return 0
    need = sum(known.need[c] for c in known.cells_in.get((territory, g, t), ()))
    beyond = need - most - others_allow(known, territory, g, t)
    return int(beyond) if beyond > 0 else 0


def above_shares(known: Known) -> dict[Cell, int]:
    """Most cases above the maximum that each municipality carries: its share of the need, rounded up."""
    shares: dict[Cell, int] = {}
    for (territory, g, t), cells in known.cells_in.items():
        cases = above_maximum(known, territory, g, t)
        if cases:
            need = sum(known.need[c] for c in cells)
            shares |= {c: -(-known.need[c] * cases // need) for c in cells}
    return shares


def loss_floor(known: Known, territory: str, g: str, t: int) -> int:
    """Users of today in a group who are to be served still: no more than need them, or than the maxima allow."""
    here = set(known.inside(territory))
    today = sum(n for (m, group), n in known.users_today.items() if group == g and m in here)
    need = sum(known.need.get((m, g, t), 0) for m in here)
    most = limit_of_group(known, territory, g, t)
    return min(today, need, need if most is None else most)


def available(known: Known, f: str, t: int) -> float:
    """What a stream can have paid up to a period, thousand EUR: of that period alone where nothing is carried over."""
    stream = known.scenario.streams[f]
    carried = stream.kind == "capital" and stream.carry_over
    return sum(known.budget[f, u] for u in (known.until(t) if carried else (t,)))


def idle_places(known: Known, site: Site) -> int:
    """Places of a home service beyond the least need of its municipality: nobody is counted who uses them."""
    service = known.services[site.service]
    if service.has_facilities or site.service in known.embedded:
        return 0
    least = min(known.need.get((site.municipality, service.group, t), 0) for t in known.years)
    return max(0, site.kept_places - -(-least // service.users_per_place))


def paid_otherwise(known: Known, arc: tuple[str, str, str, int]) -> bool:
    """Whether users beyond a maximum may be paid there by other money than the state's."""
    m, h, s, t = arc
    new = known.services[s].counts_as
    capped = (known.territory(m, new), new, t) in known.maximum
    return capped and any(
        known.scenario.streams[f].payer == "other" and known.budget[f, t] > 0
        for f in known.eligible(s, h, "running", t)
    )
