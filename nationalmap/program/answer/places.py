"""Result tables of what stands: capacity, transformed, renovated, staffing, complex."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nationalmap.program.answer.cents import eur
from nationalmap.program.answer.decided import Decided
from nationalmap.program.known import Known
from nationalmap.program.nouns import Renovation, Site
from nationalmap.program.variables import deadline

Row = Mapping[str, Any]


def capacity_rows(known: Known, found: Decided) -> Iterator[Row]:
    """One row per site and period; a place where nothing ever stood has none."""
    into, out_of = _by_end(found.arrived, 1), _by_end(found.left, 0)
    houses_in, houses_out = _by_end(found.converted, 1), _by_end(found.converted, 0)
    for site in known.sites.values():
        stood = (site.places_today, site.facilities_today)
        begun = not site.is_new
        for t in known.years:
            key = (site.code, t)
            stands = (found.places[key], found.at("facilities", key))
            begun = begun or any(stands)
            if begun:
                starts = site.opens == t
                yield {
                    "site": site.code,
                    "year": t,
                    "municipality": site.municipality,
                    "service": site.service,
                    "origin": site.origin,
                    "places_today": site.places_today,
                    "places_before": stood[0],
                    "committed_places": site.committed_places if starts else 0,
                    "new_places": found.at("added", key),
                    "transformed_in_places": into.get(key, 0),
                    "transformed_out_places": out_of.get(key, 0),
                    "given_up_places": found.at("given_up", key),
                    "places": stands[0],
                    "facilities_today": site.facilities_today,
                    "facilities_before": stood[1],
                    "opened": found.at("opened", key) + houses_in.get(key, 0) + _committed_house(site, key, found, t),
                    "closed": found.at("closed", key) + houses_out.get(key, 0),
                    "facilities": stands[1],
                }
            stood = stands


def _committed_house(site: Site, key: tuple[str, int], found: Decided, t: int) -> int:
    return 1 if site.opens == t and key in found.facilities else 0


def _by_end(moves: Mapping[Any, int], end: int) -> dict[tuple[str, int], int]:
    """Sums of moves (i, j, t) by one end and period."""
    sums: dict[tuple[str, int], int] = {}
    for key, n in moves.items():
        sums[key[end], key[2]] = sums.get((key[end], key[2]), 0) + n
    return sums


def transformed_rows(known: Known, found: Decided) -> Iterator[Row]:
    """One row per facility that becomes another service."""
    cost = {(i, j): way.capital_place for i, j, way in known.conversions}
    for (i, j, t), house in found.converted.items():
        if house or found.left[i, j, t]:
            yield {
                "from_site": i,
                "to_site": j,
                "year": t,
                "municipality": known.sites[i].municipality,
                "from_service": known.sites[i].service,
                "to_service": known.sites[j].service,
                "places_out": found.left[i, j, t],
                "places_in": found.arrived[i, j, t],
                "facility": bool(house),
                "capital_eur": eur(found.left[i, j, t] * cost[i, j]),
            }


def renovated_rows(known: Known, found: Decided) -> Iterator[Row]:
    """Every renovation that falls due within the horizon, done or not."""
    for need in known.renovations:
        due = deadline(known, need)
        if due is None:
            continue
        site = known.sites[need.site]
        done = [t for t in known.until(due) if found.renovated[need.site, need.kind, t]]
        yield {
            "site": need.site,
            "kind": need.kind,
            "municipality": site.municipality,
            "service": site.service,
            "by_year": need.by_year,
            "year": done[0] if done else None,
            "cost_eur": eur(need.cost),
            "places_lost": 0 if done else _lost(known, found, need, due),
        }


def _lost(known: Known, found: Decided, need: Renovation, due: int) -> int:
    """Places that go because a renovation is not done: none of those that went before, or became another service."""
    site = known.sites[need.site]
    when = max(due, site.opens or due)
    if not site.stands(when):
        return 0
    before = known.former(when)
    stood = site.places_today if before is None else found.places[site.code, before]
    stood += site.committed_places if site.opens == when else 0
    stood -= sum(n for (i, _, t), n in found.left.items() if (i, t) == (site.code, when))
    return max(0, stood - max(0, site.kept_places - need.places_lost))


def staffing_rows(known: Known, found: Decided) -> Iterator[Row]:
    """Posts that the planned places need, where a ceiling is stated."""
    for c in known.ceilings:
        inside = set(known.inside(c.territory))
        needed = sum(
            known.posts.get((site.service, c.profession), 0.0) * found.places[i, c.year]
            for i, site in known.sites.items()
            if site.municipality in inside
        )
        yield {
            "territory": c.territory,
            "profession": c.profession,
            "year": c.year,
            "needed_posts": round(needed, 6),
            "most_posts": c.posts,
            "lacking_posts": round(max(0.0, needed - c.posts), 6),
        }


def complex_rows(known: Known, found: Decided) -> Iterator[Row]:
    """Complexes that stand, and what they save."""
    saved = {c.code: c.saved for c in known.complexes}
    for (c, h, t), n in found.complexes.items():
        if n:
            yield {
                "complex": c,
                "municipality": h,
                "year": t,
                "number": n,
                "saved_running_eur": eur(n * saved[c]),
            }
