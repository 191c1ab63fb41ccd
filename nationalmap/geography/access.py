"""Which part of the need lives within 15, 30, 45 and 60 minutes of places, and is served within them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nationalmap import schema
from nationalmap.schema import WITHIN_MIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The code of the whole plan among the territories.
WHOLE = "*"
_REACH = [f"reach_{limit}_share" for limit in WITHIN_MIN]
_SERVED = [f"served_{limit}_share" for limit in WITHIN_MIN]


def access_minutes(
    municipalities: pd.DataFrame,
    places: pd.DataFrame,
    journeys: pd.DataFrame,
    open_hosts: pd.DataFrame,
    unmet: pd.DataFrame,
    allocation: pd.DataFrame,
) -> pd.DataFrame:
    """Table ``schema.ACCESS_MINUTES`` of a plan.

    ``places`` and ``journeys`` as in geography.settlements, the journeys up to 60 minutes at least. ``open_hosts``:
    municipality, group, host, year of each host where the plan has places of the group that its rules let the
    municipality use. ``unmet`` holds the need of the planned municipalities; of ``allocation`` the columns
    municipality, host, group, year and users are asked.

        reach[m,g,t,T]  = need[m,g,t] * people of m within T minutes of one of its open hosts / people of m
        served[m,g,t,T] = sum over h of users[m,h,g,t] * people of m within T minutes of h / people of m
    Territories add up their municipalities; shares are of the need, to nine decimals.
    """
    codes = np.sort(municipalities["municipality"].to_numpy(dtype=object))
    cells = unmet[["municipality", "group", "year", "need_users", "served_users"]]
    cells = cells.sort_values(["group", "year", "municipality"], ignore_index=True)
    near = _Near(codes, places, journeys)
    cases = np.hstack((near.reached(cells, open_hosts), near.served(cells, allocation)))
    counted = pd.concat([cells, pd.DataFrame(cases, columns=[*_REACH, *_SERVED])], axis=1)
    origin = places.groupby("municipality")["origin"].first()
    region = municipalities.set_index("municipality")["region"]
    levels = (counted["municipality"], counted["municipality"].map(region), pd.Series(WHOLE, index=counted.index))
    parts = [_of_territories(counted, level, origin) for level in levels]
    table = pd.concat(parts).sort_values(list(schema.ACCESS_MINUTES.key), ignore_index=True)
    return table[list(schema.ACCESS_MINUTES.names)]


class _Near:
    """Journeys by position of place, municipality and host; a municipality and host are one whole number."""

    def __init__(self, codes: NDArray[np.object_], places: pd.DataFrame, journeys: pd.DataFrame) -> None:
        self.codes = pd.Index(codes)
        place = pd.Index(places["place"])
        self.at = place.get_indexer(pd.Index(journeys["place"]))
        self.pair = self.pairs(journeys)
        self.minutes = journeys["travel_min"].to_numpy(dtype=np.float64)
        self.people = places["people"].to_numpy(dtype=np.float64)
        self.lives_in = self.position(places["municipality"])
        self.all_people = np.bincount(self.lives_in, self.people, minlength=len(codes))

    def position(self, codes: pd.Series) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self.codes.get_indexer(pd.Index(codes)).astype(np.int64)
        return found

    def pairs(self, frame: pd.DataFrame) -> NDArray[np.int64]:
        return self.position(frame["municipality"]) * len(self.codes) + self.position(frame["host"])

    def reached(self, cells: pd.DataFrame, open_hosts: pd.DataFrame) -> NDArray[np.float64]:
        """Need cases of each cell within each number of minutes of an open host."""
        share = np.zeros((len(cells), len(WITHIN_MIN)))
        hosts = {key: self.pairs(rows) for key, rows in open_hosts.groupby(["group", "year"])}
        for key, rows in cells.groupby(["group", "year"]).indices.items():
            if key not in hosts:
                continue
            usable = np.isin(self.pair, hosts[key])
            mine = self.position(cells["municipality"].iloc[rows])
            for column, limit in enumerate(WITHIN_MIN):
                inside = np.zeros(len(self.people), dtype=bool)
                inside[self.at[usable & (self.minutes <= limit)]] = True
                people = np.bincount(self.lives_in[inside], self.people[inside], minlength=len(self.codes))
                share[rows, column] = people[mine] / self.all_people[mine]
        need: NDArray[np.float64] = cells["need_users"].to_numpy(dtype=np.float64)[:, None] * share
        return need

    def served(self, cells: pd.DataFrame, allocation: pd.DataFrame) -> NDArray[np.float64]:
        """Users of each cell within each number of minutes of their host."""
        pairs, which = np.unique(self.pair, return_inverse=True)
        users = allocation["users"].to_numpy(dtype=np.float64)
        asked = self.pairs(allocation)
        at = np.minimum(np.searchsorted(pairs, asked), max(len(pairs) - 1, 0))
        known = pairs[at] == asked if len(pairs) else np.zeros(len(asked), dtype=bool)
        key = ["municipality", "group", "year"]
        row = pd.MultiIndex.from_frame(cells[key]).get_indexer(pd.MultiIndex.from_frame(allocation[key]))
        cases = np.zeros((len(cells), len(WITHIN_MIN)))
        for column, limit in enumerate(WITHIN_MIN):
            inside = self.people[self.at] * (self.minutes <= limit)
            people = np.bincount(which, inside, minlength=len(pairs))
            counted = users[known] * people[at[known]]
            cases[:, column] = np.bincount(row[known], counted, minlength=len(cells))
        whole: NDArray[np.float64] = cases / self.all_people[self.position(cells["municipality"])][:, None]
        return whole


def _of_territories(counted: pd.DataFrame, territory: pd.Series, origin: pd.Series) -> pd.DataFrame:
    """The cases of municipalities added up by territory, as shares of the need."""
    figures = ["need_users", "served_users", *_REACH, *_SERVED]
    sums = counted.assign(territory=territory).groupby(["territory", "group", "year"], as_index=False)[figures].sum()
    need = sums["need_users"].to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        sums[[*_REACH, *_SERVED]] = np.round(sums[[*_REACH, *_SERVED]].to_numpy() / need[:, None], 9)
    from_where = counted["municipality"].map(origin).groupby(territory).agg(["min", "max"])
    same = from_where["min"] == from_where["max"]
    sums["origin"] = sums["territory"].map(from_where["min"].where(same, "mixed")).astype("str")
    return sums.astype({"territory": "str", "group": "str", "year": "int64"})
