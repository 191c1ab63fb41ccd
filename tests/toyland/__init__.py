"""Toyland: two regions of three municipalities, two services, three streams of money, solved by hand.

The files of this folder are read by the engine like any other scenario's
(``nationalmap plan tests/toyland``); ``solved/`` holds the answer below as tables. Money in
thousand EUR (T). NOR01 is written N1, SOU03 S3, and so on.

The question
    ============  ====  ====  ====  ====  ====  ====   travel in minutes
                   N1    N2    N3    S1    S2    S3    N1-N2 20   N1-N3 60   N2-N3 40
    older people  1200   800   400  1000   600   300   S1-S2 25   S1-S3 60   S2-S3 61
    day care        12     8     4    10     6     3   N3-S3 20   all others 90
    its minimum      6    *4    *2     5    *3    *2
    residence        6     4     2     5     3     2
    ============  ====  ====  ====  ====  ====  ====
    Needs: older people / 100 for day care, / 200 for the residence (S3: 1.5, half up, 2).
    The minimum of day care is half its need (S3: 2). * lies below the smallest centre of five places: it
    is asked as access, users served within reach, not as places in the municipality.
    Residence: minimum by region / 400, N 6 and S 4.75, so 5 places; at most 8 users a region are paid.

    =========  ======  =========  ====  =====  ========  =====  ===========  ============
    service    level   places     min.  lead   T a year per     T once per
                                               place  facility  traveller    place / facility
    =========  ======  =========  ====  =====  ========  =====  ===========  ============
    day care   munic.  5 to 10     30   1      1      1         0.1          1  /  5
    residence  region  5 to  8     60   1      2      2         0.2          3  / 10
    =========  ======  =========  ====  =====  ========  =====  ===========  ============
    Today: day care N1 12 (too large, kept), N2 3 (too small, kept), S1 5 (free), S2 6 (protected), S3 4 (closes
    by 2027); users 10, 3, 4, 5, 4. Residence: N1 6 (kept), 6 users.
    Money: state 62.6 a year for anything, programme 22 a year for new residential places, building 70 once.

The answer
    keep       Nothing kept is given up: N1 12, N2 3, S2 6, home N1 6. The users of S3, min(4, need 3), are to be
               served elsewhere. All possible, see below: 0, 0, 0.
    package    N3 and S3 lie 20 min from each other and farther than 30 from all others: together they need a new
               centre. A home in the south lies within 60 min of everyone only in S1 (S1-S3 60 is inside, S2-S3 61
               is not), in the north N1 does it (N1-N3 60). All possible: 0.
    unmet_1    Eight residents in each region. North 12 - 8 = 4 above the maximum; no municipality carries more
               of them than its share rounded up: N1 2, N2 4/3 -> 2, N3 2/3 -> 1. South 10 - 8 = 2, at most 1
               each. The home in N1 grows by 2 to 8, a new home of 8 opens in S1. Unmet 0.
    unmet_2    Everyone in day care would take 43 places (N1 12, N2 8, S1 10, S2 6, N3 with S3 7):
                   43 places + 5 centres + 3 travellers from S3 to N3 = 43 + 5 + 0.3     = 48.3
                   two homes, 16 places: 32 + 4, and three travellers in each: 6 * 0.2    = 37.2
                   together 85.5; there is 62.6 + 22 = 84.6, so 0.9 is lacking.
               One person fewer saves at least 0.9 (one place, less a journey): one is unmet. Value 1.
    worst      One case weighs 1/18 in N1 (need 12 + 6), more in every other municipality: it is N1's. Theta 1/18.
               N1 keeps its 12 places, 11 for its own and one for a traveller from N2, which builds up to 7.
               Residence: N1 5, N2 2, N3 1 is the split with fewest travellers that keeps to the shares (1, 2, 1
               above); S1 5, S2 2, S3 1 likewise (0, 1, 1).
    disruption Two openings (N3 day care, S1 home), one closing and 4 places given up (S3): 7.
    cost       running  N1 12+1+0.1 = 13.1   N2 7+1 = 8   N3 7+1+0.3 = 8.3   S1 10+1 = 11   S2 6+1 = 7      47.4
                        homes: N1 16+2+0.6 = 18.6   S1 16+2+0.6 = 18.6                                     37.2
                        together 84.6, all the money there is. The programme pays what is new in the homes:
                        N1 2*2 = 4, S1 8*2+2 = 18; the state the other 62.6.
               capital  N2 4, S1 5, N3 5+7 = 12, home N1 2*3 = 6, home S1 10+24 = 34: 61; over 25 years 2.44.
               Value 84.6 + 2.44 = 87.04.
    travel     Day care N2-N1 20, S3-N3 3*20; residence N2-N1 2*20, N3-N1 60, S2-S1 2*25, S3-S1 60: 290.

What follows
    projected  Nobody is projected: the indicators of 2025.
    access     Need, served and reasons of both groups together; the share is N1's 1 of 18, others 0.
    minutes    From the seats. Day care: N1, N2, N3, S1, S2 have places at home, S3 goes to N3 (20): within 15 minutes
               40 of 43, within 30 all. With a place at home 11 + 7 + 4 + 10 + 6 = 38, and within 30 one more of N2 and
               three of S3. Residence: 6 + 5 of 22 live in N1 and S1, N2 (20) and S2 (25) bring 7 within 30, N3 and S3
               (60) the other 4 within 60, inclusive. With a place 5 + 5, then 2 + 2, then 1 + 1.
    shared     Cost by users (n of all), and by Shapley value: c(u) is what a centre or home for u users costs alone,
               at least five places, never more than the whole; each one's own journeys come on top.
               day care N1, 11 and 1, c(1) 6, c(11) and c(12) 13: (13 + 7) / 2 = 10 and (6 + 0) / 2 + 0.1 = 3.1
               day care N3, 4 of N3 and 3 of S3, c(3) and c(4) 6, c(7) 8: (6 + 2) / 2 = 4 and 4 + 0.3
               a home, 5, 2 and 1, c(1) to c(5) 12, c(6) 14, c(7) 16, c(8) 18; over the six orders
                   5: (2*12 + (16 - 12) + (14 - 12) + 2 * (18 - 12)) / 6 = 7
                   2: (2*12 + (16 - 12) + 0 + 2 * (18 - 14)) / 6 = 6, and 0.4 of journeys
                   1: (2*12 + (14 - 12) + 0 + 2 * (18 - 16)) / 6 = 5, and 0.2
    programme  Built: day care N2 4, S1 5, N3 7 = 16 places for 21; homes 2 + 8 = 10 for 40. The programme pays 4 of
               18.6 of the home in N1 and 18 of 18.6 in S1: 22 / 18.6 of 8 places = 9.462366; the state the rest,
               15.2 / 18.6 of 8 = 6.537634, and all 42 places of day care.
    afterwards The same amounts go on; no stream ends.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from nationalmap import planning, schema
from nationalmap.domain.scenario import Scenario
from nationalmap.program.answer import result_tables
from nationalmap.program.assemble import Program, assemble
from nationalmap.program.constraints import RULES
from nationalmap.program.index import Known, index
from nationalmap.program.solve import Solution, solve

FOLDER = Path(__file__).parent
NORTH, SOUTH = ("NOR01", "NOR02", "NOR03"), ("SOU01", "SOU02", "SOU03")
RESULTS = (
    *("capacity", "transformed", "renovated", "allocation", "unmet", "compliance"),
    *("staffing", "complex", "spending", "budget"),
)

#: Value of every stage before the tie-break, by hand.
STAGE_VALUES = {
    "keep_users": 0,
    "keep_1": 0,
    "keep_2": 0,
    "package": 0,
    "unmet_1": 0,
    "unmet_2": 1,
    "worst_unmet": 1 / 18,
    "worst_tenth": 1 / 18,
    "disruption": 7,
    "cost": 87.04,
    "travel": 290,
}


@dataclasses.dataclass(frozen=True)
class Toyland:
    """The checked tables of toyland; every method gives a changed copy, or an answer."""

    scenario: Scenario
    tables: Mapping[str, pd.DataFrame]
    budgets_eur: Mapping[str, Mapping[int, float]]

    # ------------------------------------------------------------------ changes

    def asking(self, *stages: str, **changes: Any) -> Toyland:
        """The same country with other stages, or with other fields of the scenario."""
        if stages:
            changes["stages"] = stages
        return dataclasses.replace(self, scenario=dataclasses.replace(self.scenario, **changes))

    def stream(self, name: str, **changes: Any) -> Toyland:
        """Fields of one stream changed."""
        streams = dict(self.scenario.streams)
        streams[name] = dataclasses.replace(streams[name], **changes)
        return self.asking(streams=streams)

    def money(self, **thousand_eur: float | Sequence[float]) -> Toyland:
        """Budgets of streams in thousand EUR: the same in every period, or one amount for each."""
        changed = {}
        for name, amount in thousand_eur.items():
            each = [amount] * len(self.scenario.years) if isinstance(amount, int | float) else amount
            changed[name] = {t: round(1000 * a, 2) for t, a in zip(self.scenario.years, each, strict=True)}
        return dataclasses.replace(self, budgets_eur={**self.budgets_eur, **changed})

    def add(self, table: str, **values: Any) -> Toyland:
        """One more row of a table; columns that are not said are blank."""
        frame = self.tables[table]
        row = {name: values.get(name, pd.NA) for name in frame.columns}
        assert not set(values) - set(row), f"{table} has no columns {set(values) - set(row)}"
        more = pd.DataFrame([row], columns=frame.columns)
        return self._with(table, pd.concat([frame.astype(object), more.astype(object)], ignore_index=True))

    def periods(self, *years: int) -> Toyland:
        """The same needs, packages and money in several periods."""
        country = self.asking(years=years)
        for table in ("needs", "package"):
            frame = self.tables[table]
            first = frame[frame["year"] == frame["year"].min()]
            country = country._with(table, pd.concat([first.assign(year=t) for t in years], ignore_index=True))
        budgets = {name: dict.fromkeys(years, next(iter(by.values()))) for name, by in self.budgets_eur.items()}
        return dataclasses.replace(country, budgets_eur=budgets)

    def change(self, table: str, where: Mapping[str, Any], **values: Any) -> Toyland:
        """Cells of a table changed in the rows whose columns hold ``where``; there must be one."""
        frame = self.tables[table].copy()
        chosen = _rows(frame, where)
        assert chosen.any(), f"no row of {table} has {where}"
        for column, value in values.items():
            frame.loc[chosen, column] = pd.NA if value is None else value
        return self._with(table, frame)

    def needs(self, group: str, year: int | None = None, **users: int | None) -> Toyland:
        """Need of a group by municipality, in every period or one: ``needs("day_care", NOR03=2)``; None is no data."""
        country = self
        for m, n in users.items():
            where = {"municipality": m, "group": group} | ({} if year is None else {"year": year})
            country = country.change("needs", where, need_users=n)
        return country

    def minutes(self, one: str, other: str, travel_min: float) -> Toyland:
        """A journey, both ways."""
        there = self.change("travel", {"municipality": one, "host": other}, travel_min=travel_min)
        return there.change("travel", {"municipality": other, "host": one}, travel_min=travel_min)

    def without(self, table: str, **where: Any) -> Toyland:
        """A table without the rows whose columns hold ``where``; without any row if nothing is said."""
        frame = self.tables[table]
        return self._with(table, frame[~_rows(frame, where)].reset_index(drop=True))

    def only(self, municipalities: Sequence[str] = (), service: str = "") -> Toyland:
        """Some municipalities, or one service, alone."""
        country, codes = self, list(municipalities or self.tables["municipalities"]["municipality"])
        planned = self.tables["municipalities"].set_index("municipality").loc[codes].reset_index()
        territories = [*codes, *planned["region"]]
        for table, column, kept in (
            ("municipalities", "municipality", codes),
            ("register", "municipality", codes),
            ("travel", "municipality", codes),
            ("travel", "host", codes),
            ("needs", "municipality", codes),
            ("package", "territory", territories),
        ):
            frame = country.tables[table]
            country = country._with(table, frame[frame[column].isin(kept)].reset_index(drop=True))
        for table, column in _BY_SERVICE if service else ():
            frame = country.tables[table]
            country = country._with(table, frame[frame[column] == service].reset_index(drop=True))
        return country

    def shuffled(self, seed: int) -> Toyland:
        """The same rows in another order."""
        tables = {name: t.sample(frac=1, random_state=seed).reset_index(drop=True) for name, t in self.tables.items()}
        return dataclasses.replace(self, tables=tables)

    def _with(self, table: str, frame: pd.DataFrame) -> Toyland:
        return dataclasses.replace(self, tables={**self.tables, table: frame})

    # ------------------------------------------------------------------ answers

    def known(self) -> Known:
        """Sets and data of the program."""
        asked = (self.tables["needs"], self.tables["package"], self.budgets_eur)
        return index(self.scenario, self.tables["municipalities"], self.tables, *asked)

    def program(self, rules: Sequence[Any] = RULES) -> Program:
        """The program, whole or with some rules only."""
        return assemble(self.known(), rules)

    def solve(self, rules: Sequence[Any] = RULES) -> Solution:
        """All stages solved."""
        return solve(self.program(rules), child=False, solver=self.scenario.solver.solver)

    def values(self, rules: Sequence[Any] = RULES) -> dict[str, float]:
        """Value of each stage, by name."""
        return {stage.name: stage.value for stage in self.solve(rules).stages}

    def results(self) -> dict[str, pd.DataFrame]:
        """The result tables, checked against their declaration and written as text, by name."""
        program = self.program()
        made = result_tables(program, solve(program, child=False, solver=self.scenario.solver.solver))
        return {name: text(name, made[name]) for name in RESULTS}


_BY_SERVICE = (("services", "service"), ("register", "service"), ("needs", "group"), ("package", "service"))


def _rows(frame: pd.DataFrame, where: Mapping[str, Any]) -> pd.Series:
    chosen = pd.Series(True, index=frame.index)
    for column, value in where.items():
        chosen &= frame[column] == value
    return chosen


def text(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A result table as it is written to a file; refused where it breaks its declaration."""
    declared = schema.TABLES[name]
    if frame.empty:
        return pd.DataFrame(columns=list(declared.names), dtype="str")
    written = schema.as_text(declared, frame)
    schema.check(declared, written, name)
    return written


@cache
def toyland() -> Toyland:
    """Toyland as its files say."""
    question = planning.check(str(FOLDER))
    tables = dict(question.inputs.tables)
    tables |= {"municipalities": question.municipalities, "needs": question.needs, "package": question.package}
    return Toyland(question.scenario, tables, question.budgets_eur)


def solved(name: str) -> pd.DataFrame:
    """A result table of the hand-solved plan, every cell text."""
    return pd.read_csv(FOLDER / "solved" / f"{name}.csv", dtype="str", keep_default_na=False)


# ---------------------------------------------------------------------- other questions to the same country

RICH = {"state": 1000.0, "programme": 0.0, "building": 1000.0}


def what_it_would_cost() -> Toyland:
    """Every need up to the maximum, and the whole package, whatever it costs.

    Everyone in day care: 85.5 instead of 84.6 running (see above); N2 grows to 8, so 62 of capital. The
    programme can pay 22, so the state 63.5: 0.9 are lacking. Cost 85.5 + 62 / 25 = 87.98. The one from N2
    no longer travels: 270 minutes.
    """
    stages = ("keep", "overspend", "disruption", "cost", "travel", "tie_break")
    return toyland().asking(*stages, mode="what_it_would_cost")


def cheapest() -> Toyland:
    """The same with money for everything, paid by the state alone: 85.5 + 62 / 25 = 87.98."""
    return what_it_would_cost().asking("overspend", "cost").money(**RICH)


def at_home() -> Toyland:
    """N1 and N2 with day care given at home: no facilities, and N1 has 2 places more than it needs (12 and 10)."""
    home = {"mode": "home", "min_places": 0, "max_places": 0, "travel_limit_min": 0}
    country = toyland().only(("NOR01", "NOR02"), "day_care").needs("day_care", NOR01=10)
    country = country.change("services", {"service": "day_care"}, **home)
    return country.change("package", {"service": "day_care"}, kind="in_place")
