"""Rows that whole numbers obey anyway, and fractions do not: for the solver's search, no part of the stated program.

Without them a tenth of a home of today stands for a tenth of its fixed cost, with all its places in use, and half a
home becomes half of something else. Each row follows from the stated rules for whole numbers, as its docstring says,
so that no plan is lost. Notation as in ``constraints``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.program.known import Cell, Known

if TYPE_CHECKING:
    import pulp

    from nationalmap.program.assemble import Program
    from nationalmap.program.matrix import Matrix
    from nationalmap.program.nouns import Site
    from nationalmap.program.variables import Unknown

#: Terms, least and most of a row.
Row = tuple[Sequence[tuple["pulp.LpVariable", float]], float, float]
#: How far a product of places and a factor may lie below a whole number that solvers take it for.
HAIR = 1e-6


def tightened(program: Program, matrix: Matrix) -> Matrix:
    """The program's matrix with the rows of this module behind its own."""
    known, unknown = program.known, program.unknown
    column = {name: number for number, name in enumerate(matrix.names)}
    kinds = (stands_whole, becomes_whole, package_opens)
    made = [(f"tightened__{kind.__name__}", row) for kind in kinds for row in kind(known, unknown)]
    rows = [row for _, row in made]
    count = len(rows)
    length = np.fromiter((len(terms) for terms, _, _ in rows), dtype=np.int64, count=count)
    index = [column[v.name] for terms, _, _ in rows for v, _ in terms]
    value = [coefficient for terms, _, _ in rows for _, coefficient in terms]
    return replace(
        matrix,
        row_names=(*matrix.row_names, *(f"{kind}__{number}" for number, (kind, _) in enumerate(made))),
        row_lower=np.append(matrix.row_lower, [least for _, least, _ in rows]),
        row_upper=np.append(matrix.row_upper, [most for _, _, most in rows]),
        start=np.append(matrix.start, matrix.start[-1] + np.cumsum(length)),
        index=np.append(matrix.index, index).astype(np.int32),
        value=np.append(matrix.value, value).astype(float),
    )


def stands_whole(known: Known, unknown: Unknown) -> Iterator[Row]:
    """A facility of today that is half closed has lost half of its places.

    k[i,t] <= k_kept[i] * y[i,t] + sum over t' <= t of added[i,t']    for facilities of today or committed
    Where it is closed, it has no places; where it stands, none beyond those it had and those added.
    """
    for (i, t), y in unknown.y.items():
        site = known.sites[i]
        if not site.is_new:
            added = [(unknown.added[i, u], -1.0) for u in known.until(t) if (i, u) in unknown.added]
            yield [(unknown.k[i, t], 1.0), (y, -float(site.kept_places)), *added], -np.inf, 0.0


def becomes_whole(known: Known, unknown: Unknown) -> Iterator[Row]:
    """Half a facility transformed takes half of its places along, and half of the new places arrive.

    q[i,j,t] <= k_kept[i] * converted[i,j,t],    gain[i,j,t] <= n * converted[i,j,t],
    gain[i,j,t] >= n * converted[i,j,t] - sum over t' <= t of given_up[i,t']    for factors up to 1,
    n = factor * k_kept, rounded down
    A facility that is transformed never grows (``grow_or_shrink``), and all it has goes over: what it had, less what
    was given up before; rounding down loses at most one new place for each of these.
    """
    factor = {(i, j): way.factor for i, j, way in known.conversions}
    for (i, j, t), converted in unknown.converted.items():
        site = known.sites[i]
        if site.may_build and site.status == "protected":
            continue
        q, gain, places = unknown.q[i, j, t], unknown.gain[i, j, t], site.kept_places
        yield [(q, 1.0), (converted, -float(places))], -np.inf, 0.0
        most, least = (math.floor(factor[i, j] * places + hair) for hair in (HAIR, HAIR / 1000))
        yield [(gain, 1.0), (converted, -float(most))], -np.inf, 0.0
        if factor[i, j] <= 1 and (i, t) in unknown.y:
            gone = [(unknown.given_up[i, u], 1.0) for u in known.until(t) if (i, u) in unknown.given_up]
            yield [(gain, 1.0), (converted, -float(least)), *gone], 0.0, np.inf


def package_opens(known: Known, unknown: Unknown) -> Iterator[Row]:
    """What a package lacks of its facilities it lacks in places: half a facility is none.

    sum over i of y[i,t] + e_package / (nu - (n - 1) * largest) >= n,    n = nu / largest, rounded up
    With n - 1 facilities at least nu - (n - 1) * largest places are missing, with n - 2 so many more that the row holds
    too (rounding of mixed whole numbers). The same for new facilities alone, less what those of today can hold.
    """
    for key, (_, users, places) in known.minimum.items():
        by_access, sites = _by_access(known, key), _sites_of_package(known, unknown, key)
        if any((site.code, key[2]) not in unknown.y for site in sites):
            continue
        if by_access:
            yield from _opened(unknown, key, sites, users, users)
            continue
        most = {site.code: site.largest if site.is_new else _most_held(known, site) for site in sites}
        yield from _opened(unknown, key, sites, places, max(most.values(), default=0))
        new = [site for site in sites if site.is_new]
        if len(new) < len(sites):
            held = sum(most[site.code] for site in sites if not site.is_new)
            yield from _opened(unknown, key, new, places - held, max((site.largest for site in new), default=0))


def _opened(unknown: Unknown, key: Cell, sites: Sequence[Site], asked: int, largest: int) -> Iterator[Row]:
    """The row of a package for these sites, which hold at most ``largest`` in one facility."""
    if asked <= 0 or not largest:
        return
    facilities = -(-asked // largest)
    last = asked - (facilities - 1) * largest
    missing = [(unknown.e_package[key], 1.0 / last)] if key in unknown.e_package else []
    yield [*((unknown.y[site.code, key[2]], 1.0) for site in sites), *missing], float(facilities), np.inf


def _by_access(known: Known, key: Cell) -> bool:
    """Whether a package asks for users wherever they are served; else for places."""
    return known.minimum[key][0] == "access" and known.services[key[1]].level == "municipal"


def _sites_of_package(known: Known, unknown: Unknown, key: Cell) -> list[Site]:
    """Sites that could hold the package and may have places in the period."""
    territory, s, t = key
    pairs: Iterable[tuple[str, str]]
    if _by_access(known, key):
        pairs = [(h, f) for f in known.family[s] for h in known.hosts[territory, f, t]]
    else:
        pairs = [(h, f) for f in known.family[s] for h in known.inside(territory)]
    sites = [site for pair in pairs for site in known.sites_in.get(pair, ())]
    return [site for site in sites if unknown.k[site.code, t].upBound]


def _most_held(known: Known, site: Site) -> int:
    """Places of a facility of today, as far as it may grow."""
    grows = any(site.may_grow(t) for t in known.years)
    return site.most_places if grows else site.kept_places
