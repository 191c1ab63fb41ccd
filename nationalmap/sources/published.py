"""Published location and transport problems, read from the formats in which they are passed on.

Readers for OR-Library ``cap*.txt`` and ``pmed*.txt`` (Beasley), for tables of places, sites and
distances as PySAL's spopt has them, and for a transport problem in three tables. Each gives one
``Problem``; ``cases.py`` writes it as ordinary tables and a scenario.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import nearest, shown
from nationalmap.sources.resources import MAX_TEXT_BYTES, read_bytes
from nationalmap.sources.tables import read_raw

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

#: A graph of more nodes is no problem that this engine plans.
MAX_NODES = 2000
#: Columns that may hold the weight of a place, the first found is taken.
_WEIGHTS = ("weight", "demand", "population", "pop2000", "amount")
#: Columns that hold a distance or a cost.
_MEASURES = ("distance", "cost", "minutes", "travel_min")


@dataclass(frozen=True)
class Problem:
    """Customers with their weights, sites with capacity and fixed cost, and what lies between them."""

    name: str
    customers: tuple[str, ...]
    weights: tuple[float, ...]
    sites: tuple[str, ...]
    between: NDArray[np.float64]
    """One row per customer, one column per site: a distance, or the cost of one unit of weight."""
    is_distance: bool
    capacities: tuple[float, ...] | None = None
    """Most weight that a site serves; None: as much as there is."""
    fixed: tuple[float, ...] | None = None
    """Yearly cost of an open site; None: sites stand, and cost nothing."""
    same_places: bool = False
    """Whether site j is customer j, as the nodes of a graph are."""
    choose: int | None = None
    """How many sites the file itself asks for."""
    times: int = 1
    """By how much weights and capacities are larger than they were published."""
    unit_eur: float = 1.0
    """EUR as which one unit of its costs is written."""


def read_capacitated(path: Path, capacity: float | None = None) -> Problem:
    """OR-Library ``cap*.txt``: m sites with capacity and fixed cost, n customers with demand and m costs.

    A cost is that of serving all of a customer's demand from the site. The large instances say
    the word ``capacity`` in place of a number: give ``capacity``. Raises InputRefused.
    """
    words = _Words(path)
    m, n = words.whole("number of sites"), words.whole("number of customers")
    capacities, fixed = [], []
    for _ in range(m):
        capacities.append(words.number("capacity", capacity))
        fixed.append(words.number("fixed cost"))
    weights, rows = [], []
    for number in range(1, n + 1):
        weight = words.number("demand")
        costs = [words.number("cost") for _ in range(m)]
        if weight == 0 and any(costs):
            rule = f"has no demand, and costs {max(costs):g} to serve"
            raise InputRefused([Fault(path.name, 0, "demand", f"customer {number}", rule, "leave the customer out")])
        weights.append(weight)
        rows.append([cost / weight if weight else 0.0 for cost in costs])
    words.end()
    return Problem(
        name=path.stem,
        customers=_numbered("Customer", n),
        weights=tuple(weights),
        sites=_numbered("Site", m),
        between=np.array(rows, dtype=np.float64).reshape(n, m),
        is_distance=False,
        capacities=tuple(capacities),
        fixed=tuple(fixed),
    )


def read_pmedian(path: Path) -> Problem:
    """OR-Library ``pmed*.txt``: a graph of n nodes, each a customer of weight 1 and a possible site; choose p.

    Distances are shortest paths; where an edge is given twice the last one counts. Raises
    InputRefused, also for a graph in pieces.
    """
    words = _Words(path)
    n, edges, p = words.whole("number of nodes"), words.whole("number of edges"), words.whole("number p")
    if n > MAX_NODES:
        raise InputRefused([Fault(path.name, 0, "", str(n), f"nodes are more than {MAX_NODES}", "take a smaller one")])
    between = np.full((n, n), np.inf)
    np.fill_diagonal(between, 0.0)
    for _ in range(edges):
        i, j, cost = words.whole("node", n), words.whole("node", n), words.number("cost")
        if i != j:
            between[i - 1, j - 1] = between[j - 1, i - 1] = cost
    words.end()
    for k in range(n):
        np.minimum(between, between[:, k, None] + between[None, k, :], out=between)
    if not np.isfinite(between).all():
        cut_off = int(np.argmax(~np.isfinite(between[0]))) + 1
        raise InputRefused([Fault(path.name, 0, "", f"node {cut_off}", "is not joined to node 1", "add its edge")])
    nodes = _numbered("Node", n)
    return Problem(path.stem, nodes, (1.0,) * n, nodes, between, is_distance=True, same_places=True, choose=p)


def read_places(places: Path, sites: Path, distances: Path, weight: str = "") -> Problem:
    """Places with a weight, candidate sites, and a table of distances: one row per site and place.

    The columns are found by their content: the names of the sites and of the places as they
    stand in the table of distances. ``weight`` names the column of weights. Raises InputRefused.
    """
    table, at_places, at_sites = read_raw(distances), read_raw(places), read_raw(sites)
    measure = _named(table, _MEASURES, distances.name)
    rest = [str(name) for name in table.columns if name != measure]
    site_column, site_names = _matching(table, rest, at_sites, sites.name)
    place_column, place_names = _matching(table, [name for name in rest if name != site_column], at_places, places.name)
    weights = _named(at_places, (weight,) if weight else _WEIGHTS, places.name)
    between = _between(table, place_column, place_names, site_column, site_names, measure, distances.name)
    return Problem(
        name=places.stem,
        customers=tuple(place_names),
        weights=tuple(_figure(w, places.name, weights) for w in at_places[weights]),
        sites=tuple(site_names),
        between=between,
        is_distance=True,
    )


def read_transport(supply: Path, demand: Path, costs: Path) -> Problem:
    """A transport problem: what each source has, what each market asks, and the cost of one unit between them.

    ``supply`` and ``demand`` hold a name and an amount, ``costs`` one row per source and market
    with the cost of one unit. Raises InputRefused.
    """
    at_sites = read_raw(supply)
    amounts = _named(at_sites, ("supply", "capacity", *_WEIGHTS), supply.name)
    problem = read_places(demand, supply, costs)
    capacities = tuple(_figure(a, supply.name, amounts) for a in at_sites[amounts])
    return Problem(demand.stem, problem.customers, problem.weights, problem.sites, problem.between, False, capacities)


def _numbered(word: str, n: int) -> tuple[str, ...]:
    return tuple(f"{word} {number}" for number in range(1, n + 1))


class _Words:
    """The numbers of a text file, one after another."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        try:
            self.words = read_bytes(path, MAX_TEXT_BYTES).decode("ascii").split()
        except UnicodeDecodeError:
            rule, cure = "is not a text of numbers", "give the file as it was published"
            raise InputRefused([Fault(path.name, rule=rule, cure=cure)]) from None
        self.at = 0

    def number(self, what: str, stated: float | None = None) -> float:
        """The next number; ``stated`` where a word stands in its place."""
        if self.at >= len(self.words):
            raise InputRefused([Fault(self.file, 0, what, "", "is missing: the file ends", "it may be cut short")])
        word = self.words[self.at]
        self.at += 1
        if word.isalpha() and stated is not None:
            return stated
        return _figure(word, self.file, what)

    def whole(self, what: str, most: int = 1_000_000) -> int:
        """The next number, which counts something."""
        number = self.number(what)
        if number != int(number) or not 1 <= number <= most:
            rule = f"is not a whole number from 1 to {most}"
            raise InputRefused([Fault(self.file, 0, what, f"{number:g}", rule, "it may be another format")])
        return int(number)

    def end(self) -> None:
        """Refuse a file that goes on."""
        if self.at < len(self.words):
            rule = f"has {len(self.words) - self.at} numbers too many"
            raise InputRefused([Fault(self.file, rule=rule, cure="it may be another format")])


def _figure(word: str, file: str, what: str) -> float:
    """A finite number that is not negative."""
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise InputRefused([Fault(file, 0, what, shown(word), "is not a number of 0 or more", "mend the figure")])
    return number


def _named(table: pd.DataFrame, wanted: Sequence[str], file: str) -> str:
    """The column of one of these names, in any case."""
    present = {str(name).casefold(): str(name) for name in table.columns}
    for name in wanted:
        if name.casefold() in present:
            return present[name.casefold()]
    cure = nearest(wanted[0], sorted(present.values()))
    raise InputRefused([Fault(file, 1, " or ".join(wanted), "", "this column is missing", cure)])


def _matching(table: pd.DataFrame, columns: Collection[str], named: pd.DataFrame, file: str) -> tuple[str, list[str]]:
    """The column of the distances and the names in ``named`` that hold the same words."""
    for column in columns:
        there = set(table[column])
        for name in named.columns:
            names = named[name].tolist()
            if set(names) <= there and len(set(names)) == len(names):
                return column, names
    rule = "holds no column whose names all stand in the table of distances"
    raise InputRefused([Fault(file, rule=rule, cure="write each name once, in both files alike")])


def _between(
    table: pd.DataFrame,
    place_column: str,
    places: Sequence[str],
    site_column: str,
    sites: Sequence[str],
    measure: str,
    file: str,
) -> NDArray[np.float64]:
    """Distance of every place from every site; a pair that is missing or stands twice is refused."""
    row, column = {name: n for n, name in enumerate(places)}, {name: n for n, name in enumerate(sites)}
    between = np.full((len(places), len(sites)), np.nan)
    triples = table[[place_column, site_column, measure]].itertuples(name=None)
    for number, place, site, word in triples:
        if place not in row or site not in column:
            continue
        if not np.isnan(between[row[place], column[site]]):
            told = f"{shown(place)} / {shown(site)}"
            raise InputRefused([Fault(file, int(number), measure, told, "stands twice", "keep one of them")])
        between[row[place], column[site]] = _figure(word, file, measure)
    if np.isnan(between).any():
        m, h = (int(at[0]) for at in np.nonzero(np.isnan(between)))
        told = f"{shown(places[m])} / {shown(sites[h])}"
        raise InputRefused([Fault(file, 0, measure, told, "is missing", "every pair of place and site is asked")])
    return between
