"""Result tables of people: allocation, unmet, compliance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nationalmap.program.amounts import above_maximum, above_shares
from nationalmap.program.answer.decided import Decided
from nationalmap.program.known import Cell, Known
from nationalmap.program.variables import package_size

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]


def allocation_rows(known: Known, found: Decided) -> Iterator[Row]:
    """Who is served where."""
    for (m, h, s, t), n in found.users.items():
        if n > 0:
            yield {
                "municipality": m,
                "service": s,
                "host": h,
                "year": t,
                "users": n,
                "other_paid_users": found.at("other", (m, h, s, t)),
                "travel_min": known.minutes[m, h],
            }


def served_by(known: Known, found: Decided, by_service: bool = False) -> dict[Cell, int]:
    """(m, g or s, t) -> users with a place."""
    served: dict[Cell, int] = {}
    for (m, _, s, t), n in found.users.items():
        key = (m, s if by_service else known.services[s].group, t)
        served[key] = served.get(key, 0) + n
    return served


def unmet_rows(known: Known, found: Decided) -> Iterator[Row]:
    """Every need case, with the reason where it is unmet.

    A maximum of a region leaves a number of cases above it for the region as a whole; they
    are laid on its municipalities in proportion to their unmet cases, up to the share that
    each may carry (largest remainder).
    """
    served = served_by(known, found)
    lacking = {cell: known.need[cell] - served.get(cell, 0) for cell in known.cells}
    above = _above(known, lacking)
    for (m, g, t), need in known.need.items():
        reachable = (m, g, t) in lacking
        unmet = lacking.get((m, g, t), need)
        over = above.get((m, g, t), 0)
        yield {
            "municipality": m,
            "group": g,
            "year": t,
            "need_users": need,
            "served_users": served.get((m, g, t), 0),
            "unmet_users": unmet,
            "above_maximum_users": over,
            "out_of_reach_users": 0 if reachable else unmet,
            "no_place_users": unmet - over if reachable else 0,
        }


def _above(known: Known, lacking: Mapping[Cell, int]) -> dict[Cell, int]:
    """Unmet cases above the maximum, by cell."""
    above: dict[Cell, int] = {}
    share = above_shares(known)
    for (territory, g, t), inside in known.cells_in.items():
        cells = sorted(c for c in inside if lacking[c] > 0)
        weight = {c: min(lacking[c], share.get(c, 0)) for c in cells}
        weights = sum(weight.values())
        cases = min(above_maximum(known, territory, g, t), weights)
        if not cases:
            continue
        above |= {c: cases * weight[c] // weights for c in cells}
        by_remainder = sorted(cells, key=lambda c, n=cases, w=weight, all_=weights: (-(n * w[c] % all_), c))  # type: ignore[misc]
        for c in by_remainder[: cases - sum(above[c] for c in cells)]:
            above[c] += 1
    return above


def open_hosts(known: Known, capacity: pd.DataFrame) -> pd.DataFrame:
    """Hosts that a municipality may use and where the plan has places: municipality, group, host, year; sorted."""
    import pandas as pd

    standing = capacity.loc[capacity["places"] > 0, ["municipality", "service", "year"]]
    with_places = set(standing.itertuples(index=False, name=None))
    rows = {
        (m, known.services[s].group, h, t)
        for (m, s, t), hosts in known.hosts.items()
        for h in hosts
        if (h, s, t) in with_places
    }
    found = pd.DataFrame(sorted(rows), columns=["municipality", "group", "host", "year"])
    return found.astype({"municipality": "str", "group": "str", "host": "str", "year": "int64"})


def compliance_rows(known: Known, found: Decided) -> Iterator[Row]:
    """The minimum package of each territory, in each of its municipalities."""
    served = served_by(known, found, by_service=True)
    standing: dict[Cell, int] = {}
    for (i, t), n in found.places.items():
        site = known.sites[i]
        key = (site.municipality, site.service, t)
        standing[key] = standing.get(key, 0) + n
    for (territory, s, t), (kind, _, _) in known.minimum.items():
        level, family, inside = known.services[s].level, known.family[s], known.inside(territory)
        there = sum(standing.get((m, f, t), 0) for m in inside for f in family)
        required = package_size(known, (territory, s, t))
        for m in inside:
            achieved = sum(served.get((m, f, t), 0) for f in family) if kind == "access" else there
            journeys = [
                known.minutes[m, h] for f in family for h in known.hosts[m, f, t] if standing.get((h, f, t), 0) > 0
            ]
            missing = max(0, required - achieved)
            yield {
                "municipality": m,
                "service": s,
                "year": t,
                "level": level,
                "kind": kind if level == "municipal" else "regional",
                "required": required,
                "achieved": achieved,
                "missing": missing,
                "nearest_min": min(journeys, default=None),
                "within_reach": bool(journeys),
                "complied": missing == 0 and (level == "municipal" or bool(journeys)),
            }
