"""The solution as the result tables of schema: whole people, places and facilities, money to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from nationalmap.errors import SolverFailed
from nationalmap.program.index import EUR_PER_UNIT, Known, Site
from nationalmap.program.variables import Unknown, above_maximum, above_share

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.program.assemble import Program
    from nationalmap.program.solve import Solution


def result_tables(program: Program, solution: Solution) -> dict[str, pd.DataFrame]:
    """Tables capacity, allocation, unmet, compliance, spending and budget by name."""
    known, unknown = program.known, program.unknown
    value = solution.values

    def whole(variable: Any) -> int:
        return round(value[variable.name])

    places = {i: whole(k) for i, k in unknown.k.items()}
    facilities = {i: whole(y) for i, y in unknown.y.items()}
    users = {key: whole(x) for key, x in unknown.x.items()}
    spending = _spending(known, unknown, value, places, facilities, users)
    return {
        "capacity": _frame(_capacity(known, places, facilities)),
        "allocation": _frame(_allocation(known, users)),
        "unmet": _frame(_unmet(known, users)),
        "compliance": _frame(_compliance(known, places, facilities, users)),
        "spending": _frame(spending),
        "budget": _frame(_budget(known, spending)),
    }


def _frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows))


def _capacity(known: Known, places: Mapping[str, int], facilities: Mapping[str, int]) -> list[dict[str, Any]]:
    rows = []
    for i, site in sorted(known.sites.items()):
        planned, open_ = places[i], facilities.get(i, 0)
        if site.is_new and planned == 0 and open_ == 0:
            continue
        rows.append(
            {
                "site": i,
                "year": known.year,
                "municipality": site.municipality,
                "service": site.service,
                "origin": site.origin,
                "places_today": site.places_today,
                "places": planned,
                "new_places": max(0, planned - site.places_today),
                "given_up_places": max(0, site.places_today - planned),
                "facilities_today": site.facilities_today,
                "facilities": open_,
                "opened": max(0, open_ - site.facilities_today),
                "closed": max(0, site.facilities_today - open_),
            }
        )
    return rows


def _allocation(known: Known, users: Mapping[tuple[str, str, str], int]) -> list[dict[str, Any]]:
    return [
        {
            "municipality": m,
            "service": s,
            "host": h,
            "year": known.year,
            "users": n,
            "travel_min": known.minutes[m, h],
        }
        for (m, h, s), n in sorted(users.items(), key=lambda item: (item[0][0], item[0][2], item[0][1]))
        if n > 0
    ]


def _unmet(known: Known, users: Mapping[tuple[str, str, str], int]) -> list[dict[str, Any]]:
    """Every need case, with the reason where it is unmet.

    A maximum of a region leaves a number of cases above it for the region as a whole; they
    are laid on its municipalities in proportion to their unmet cases, up to the share that
    each may carry (largest remainder).
    """
    served: dict[tuple[str, str], int] = {}
    for (m, _, s), n in users.items():
        served[m, s] = served.get((m, s), 0) + n
    lacking = {cell: known.need[cell] - served.get(cell, 0) for cell in known.cells}
    above = _above(known, lacking)
    rows = []
    for (m, s), need in sorted(known.need.items()):
        reachable = (m, s) in lacking
        unmet = lacking.get((m, s), need)
        over = above.get((m, s), 0)
        rows.append(
            {
                "municipality": m,
                "service": s,
                "year": known.year,
                "need_users": need,
                "served_users": served.get((m, s), 0),
                "unmet_users": unmet,
                "above_maximum_users": over,
                "out_of_reach_users": 0 if reachable else unmet,
                "no_place_users": unmet - over if reachable else 0,
            }
        )
    return rows


def _above(known: Known, lacking: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    above: dict[tuple[str, str], int] = {}
    for key in known.maximum:
        territory, s = key
        cells = [c for c in known.cells if c[1] == s and known.territory(*c) == territory and lacking[c] > 0]
        weight = {c: min(lacking[c], above_share(known, c)) for c in cells}
        total = sum(weight.values())
        cases = min(above_maximum(known, key), total)
        if not cases:
            continue
        exact = {c: cases * weight[c] / total for c in cells}
        above |= {c: int(exact[c]) for c in cells}
        by_remainder = sorted(cells, key=lambda c: (above[c] - exact[c], c))
        for c in by_remainder[: cases - sum(above[c] for c in cells)]:
            above[c] += 1
    return above


def _compliance(
    known: Known,
    places: Mapping[str, int],
    facilities: Mapping[str, int],
    users: Mapping[tuple[str, str, str], int],
) -> list[dict[str, Any]]:
    served: dict[tuple[str, str], int] = {}
    for (m, _, s), n in users.items():
        served[m, s] = served.get((m, s), 0) + n
    open_in = {(site.municipality, site.service) for i, site in known.sites.items() if _is_open(i, places, facilities)}
    rows = []
    for (territory, s), (kind, asked_users, asked_places) in sorted(known.minimum.items()):
        municipal = known.services[s].level == "municipal"
        inside = [m for m in known.municipalities if known.territory(m, s) == territory]
        there = sum(places[site.code] for m in inside for site in known.sites_in.get((m, s), ()))
        by_access = kind == "access"
        required = asked_users if by_access else asked_places
        for m in inside:
            achieved = served.get((m, s), 0) if by_access else there
            journeys = [known.minutes[m, h] for h in known.hosts.get((m, s), ()) if (h, s) in open_in]
            missing = max(0, required - achieved)
            rows.append(
                {
                    "municipality": m,
                    "service": s,
                    "year": known.year,
                    "level": known.services[s].level,
                    "kind": kind if municipal else "regional",
                    "required": required,
                    "achieved": achieved,
                    "missing": missing,
                    "nearest_min": min(journeys, default=None),
                    "within_reach": bool(journeys),
                    "complied": missing == 0 and (municipal or bool(journeys)),
                }
            )
    return rows


def _is_open(i: str, places: Mapping[str, int], facilities: Mapping[str, int]) -> bool:
    return facilities[i] > 0 if i in facilities else places[i] > 0


def _cents(thousand_eur: float) -> int:
    return round(thousand_eur * EUR_PER_UNIT * 100)


def _spending(
    known: Known,
    unknown: Unknown,
    value: Mapping[str, float],
    places: Mapping[str, int],
    facilities: Mapping[str, int],
    users: Mapping[tuple[str, str, str], int],
) -> list[dict[str, Any]]:
    """Amounts by stream; what the streams pay is the cost of the places and users, to the cent.

    The budgets and costs are whole cents and the split is a corner of a transport problem, so
    rounding moves nothing; should it ever, the answer is refused rather than made to fit.
    """
    rows = []
    for (h, s), sites in sorted(known.sites_in.items()):
        for kind in ("running", "capital"):
            owed = _cost_cents(known, h, s, kind, sites, places, facilities, users)
            paid = {f: _cents(value[unknown.b[f, h, s].name]) for f in known.eligible(s, h, kind)}
            if sum(paid.values()) != owed:
                raise SolverFailed(
                    f"{s} in {h} costs {owed / 100:.2f} EUR, its streams pay {sum(paid.values()) / 100:.2f}"
                )
            rows += [
                {
                    "stream": f,
                    "kind": kind,
                    "municipality": h,
                    "service": s,
                    "year": known.year,
                    "amount_eur": cents / 100,
                }
                for f, cents in paid.items()
                if cents
            ]
    return rows


def _cost_cents(
    known: Known,
    h: str,
    s: str,
    kind: str,
    sites: Iterable[Site],
    places: Mapping[str, int],
    facilities: Mapping[str, int],
    users: Mapping[tuple[str, str, str], int],
) -> int:
    """Cost of a service in a host municipality, whole cents, from whole places, facilities and users."""
    service = known.services[s]
    if kind == "capital":
        added = sum(max(0, places[site.code] - site.places_today) for site in sites)
        opened = sum(max(0, facilities.get(site.code, 0) - site.facilities_today) for site in sites)
        return added * _cents(service.capital_place) + opened * _cents(service.capital_facility)
    standing = sum(places[site.code] for site in sites)
    buildings = sum(facilities.get(site.code, 0) for site in sites)
    travellers = sum(n for (m, host, code), n in users.items() if host == h and code == s and m != h)
    return (
        standing * _cents(service.running_place)
        + buildings * _cents(service.running_facility)
        + travellers * _cents(service.trip_user)
    )


def _budget(known: Known, spending: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    spent = dict.fromkeys(known.scenario.streams, 0)
    for row in spending:
        spent[row["stream"]] += round(row["amount_eur"] * 100)
    rows = []
    for f, stream in known.scenario.streams.items():
        budget = _cents(known.budget[f])
        rows.append(
            {
                "stream": f,
                "year": known.year,
                "kind": stream.kind,
                "budget_eur": budget / 100,
                "spent_eur": spent[f] / 100,
                "left_eur": max(0, budget - spent[f]) / 100,
                "lacking_eur": max(0, spent[f] - budget) / 100,
            }
        )
    return rows
