"""Small countries in which one rule stops one more place, and a plan of each, for the tests of the reasons.

Most are N1 alone: nothing stands, 12 need day care (6 a home), money for all. A centre has 5 to 10 places at 1 T a
year and 1 T once each; the centre itself costs 1 T a year and 5 T once. T is thousand EUR, N1 is NOR01.
"""

from __future__ import annotations

import dataclasses
from functools import cache

import pandas as pd

from nationalmap import accounts, answering, planning
from nationalmap.domain.plan import Inputs, Plan
from nationalmap.domain.scenario import Share
from nationalmap.program.answer import result_tables
from nationalmap.program.solve import solve
from tests.toyland import FOLDER, NORTH, RICH, Toyland, toyland
from tests.toyland import richer as more

N1, N2, N3 = NORTH


@cache
def _question():
    return planning.check(str(FOLDER))


def plan_of(country: Toyland) -> Plan:
    """The plan of a country, with every result table."""
    program = country.program()
    solution = solve(program, child=False, solver=country.scenario.solver.solver)
    tables = {"projected": _question().projected, "needs": country.tables["needs"]}
    tables |= {"package": country.tables["package"], **result_tables(program, solution)}
    tables |= accounts.derived_tables(country.scenario, country.tables, tables)
    tables["access_minutes"] = answering.minutes_of(
        country.known(), country.tables, country.tables["municipalities"], tables
    )
    inputs = Inputs(country.tables, _question().inputs.norms, _question().inputs.boundaries, {})
    return Plan(country.scenario, inputs, tables, solution.stages, "reasons")


def n1(*services: str) -> Toyland:
    """N1 alone, where nothing stands and nothing is asked."""
    country = toyland().only((N1,), *services).without("register").without("package").money(**RICH)
    return country.asking("unmet", "cost")


def standing(*municipalities: str, **needs: int) -> Toyland:
    """Day care of today (N1 12 places, N2 3), protected; nothing may be built."""
    country = toyland().only(municipalities, "day_care").without("package").money(**RICH).money(building=0)
    country = country.change("register", {"service": "day_care"}, status="protected", users=None)
    return country.needs("day_care", **needs).asking("unmet", "cost", "travel")


def kept_out(m: str, country: Toyland) -> Toyland:
    """No new centre may open in a municipality."""
    return country.asking(hubs=(dataclasses.replace(more.hub(m, None, "day_care"), reason="no building"),))


def package(country: Toyland, most: int) -> Toyland:
    """A maximum of state-funded users of day care in N1."""
    row = {"territory": N1, "service": "day_care", "year": 2027, "level": "municipal", "kind": "none"}
    return country.add("package", **row, maximum_users=most, norm_minimum="", norm_maximum="most")


def nurses(country: Toyland, posts: float) -> Toyland:
    """Half a nurse for each place of day care, so many in N1."""
    country = country.add("professions", service="day_care", profession="nurse", posts_per_place=0.5)
    country = country.add("staff", territory=N1, profession="nurse", year=2027, posts=posts)
    return country.asking("staff", "unmet", "cost")


def two_ways(**share: float) -> Toyland:
    """Day care, or help at home of which three places are fixed, with a share of day care or of help."""
    names = {"name_bg": "Помощ вкъщи", "name_en": "Help at home", "short_bg": "Помощ", "short_en": "Help"}
    country = more.help_at_home(n1("day_care"), preference=2, **names)
    kind, value = next(iter(share.items()))
    shares = (Share(service="help" if kind == "least" else "day_care", **{kind: value}),)
    return country.asking(shares=shares, locks=(more.lock(3, service="help", reason="roof"),))


def old_centre(places: int = 5) -> Toyland:
    """An old day centre in N1, where no new one may open."""
    names = {"name_bg": "Стар център", "name_en": "Old centre", "short_bg": "Стар", "short_en": "Old"}
    old = {"typology": "old", "counts_as": "day_care", "preference": 2}
    country = more.service(n1("day_care"), "old_day", "day_care", **old, **names)
    return kept_out(N1, more.facility(country, f"old_day_{N1}", places))


def in_the_home(a_facility: int, **changes: object) -> Toyland:
    """Five in N1 need respite, which lies inside the one home that may stand; six need a home."""
    country = more.respite(n1("residence"), a_facility)
    names = {"name_bg": "Отмора", "name_en": "Respite", "short_bg": "Отмора", "short_en": "Respite"}
    country = country.change("services", {"service": "respite"}, **names)
    return country.asking(site_limits=(more.limit(1, of="residence"),), **changes)


def candidate(country: Toyland) -> Toyland:
    """One building in N1, for one centre."""
    row = {"site": "hall", "municipality": N1, "service": "day_care", "most_facilities": 1, "basis": "offer"}
    return country.add("candidates", **row)


def _day() -> Toyland:
    return n1("day_care")


def _near(**needs: int) -> Toyland:
    """N1 with 12 protected places, and N2, 20 minutes away, where nothing stands or may open."""
    return kept_out(N2, standing(N1, N2, **needs).without("register", site="day_NOR02"))


def _late(country: Toyland) -> Toyland:
    return country.change("services", {"service": "day_care"}, lead_years=3)


#: Kind of rule that binds (or how it is met) -> country, municipality, group. What is told stands in reasons.toml.
CASES = {
    # One centre of ten may stand: two are left.
    "site_limit": lambda: (_day().asking(site_limits=(more.limit(1, territory="NOR"),)), N1, "day_care"),
    # The home comes first (class 1) and is the one service that N1 takes.
    "hub": lambda: (n1().asking(hubs=(more.hub(N1, 1),)), N1, "day_care"),
    "openings": lambda: (_day().asking(most_openings_per_year=1), N1, "day_care"),
    "lock_places": lambda: (_day().asking(locks=(more.lock(8, relation="most", reason="roof"),)), N1, "day_care"),
    "lock_facilities": lambda: (_day().asking(locks=(more.lock(1, "facilities", reason="roof"),)), N1, "day_care"),
    "lock_users": lambda: (_day().asking(locks=(more.lock(7, "users", reason="roof"),)), N1, "day_care"),
    # Half a nurse a place, four nurses: eight places.
    "staff": lambda: (nurses(_day(), 4), N1, "day_care"),
    # 9.4 T: the centre and eight places; 0.4 T do not pay a ninth.
    "running": lambda: (_day().money(state=9.4), N1, "day_care"),
    # 5.5 T do not pay the smallest centre, 5 + 1 T.
    "size": lambda: (_day().money(state=5.5), N1, "day_care"),
    "running_nobody": lambda: (
        _day().stream("state", services=("residence",)).stream("programme", services=("residence",)), N1, "day_care",
    ),
    # 11.9 T: the centre and six places; 0.9 T do not build a seventh.
    "build": lambda: (_day().money(building=11.9), N1, "day_care"),
    "build_nobody": lambda: (_day().stream("building", purposes=("renovate",)), N1, "day_care"),
    "maximum": lambda: (package(_day(), 7), N1, "day_care"),
    # Nine places of today stand above the maximum of seven.
    "maximum_today": lambda: (more.facility(package(_day(), 7), "day_NOR01", 9, status="keep"), N1, "day_care"),
    # Three at home, so at most three in day care, whose centre has five places.
    "most_share": lambda: (two_ways(most=0.5), N1, "day_care"),
    "least_share": lambda: (two_ways(least=0.5), N1, "day_care"),
    # Three places of its own for four; the two free ones in N1 serve nobody who is served at home.
    "single": lambda: (
        standing(N1, N2, NOR01=10, NOR02=4).asking(single_assignment=("day_care",)), N2, "day_care",
    ),
    # Seven places are free in N1, which says no.
    "refused": lambda: (
        standing(N1, N2, NOR01=5).add("agreements", municipality=N2, host=N1, service="*", status="refused"),
        N2, "day_care",
    ),
    "far_refused": lambda: (
        _near(NOR01=5).add("agreements", municipality=N2, host=N1, service="*", status="refused"), N2, "day_care",
    ),
    # N3 lies 60 minutes from N1, the limit is 30.
    "travel_free": lambda: (standing(N1, N3, NOR01=5), N3, "day_care"),
    "excluded": lambda: (kept_out(N3, standing(N1, N3, NOR01=5)), N3, "day_care"),
    # 2026 and three years: 2029, after the planned year.
    "lead_far": lambda: (_late(standing(N1, N3, NOR01=5)), N3, "day_care"),
    "lead": lambda: (_late(standing(N1, NOR01=14)), N1, "day_care"),
    "largest": lambda: (candidate(_day()), N1, "day_care"),
    # A project pays the centre until 2028: it does not grow before.
    "fixed": lambda: (
        kept_out(N1, standing(N1, NOR01=14).change("register", {"site": "day_NOR01"}, state_from_year=2028)),
        N1, "day_care",
    ),
    "old_type": lambda: (old_centre(), N1, "day_care"),
    "embedded": lambda: (in_the_home(2), N1, "respite"),
    # Eight places at most in the home, six of them for residents.
    "embedded_size": lambda: (in_the_home(5), N1, "respite"),
    # 13 T for the places in N1, 0.3 T for three who travel; 0.05 T are left, a fourth costs 0.1 T.
    "journey": lambda: (_near(NOR01=5).money(state=13.35), N2, "day_care"),
    # Nobody asked for unmet need: nothing is built, and no rule stops it.
    "open": lambda: (_day().asking("cost"), N1, "day_care"),
    # What is built in 2027 has to be paid in 2030 too.
    "later": lambda: (_day().periods(2027, 2030).money(state=[1000, 9.4]), N1, "day_care"),
}  # fmt: skip


@cache
def case(name: str) -> tuple[Plan, str, str]:
    """A case solved: its plan, municipality and need group."""
    country, m, g = CASES[name]()
    return plan_of(country), m, g


def with_table(plan: Plan, name: str, frame: pd.DataFrame) -> Plan:
    """The plan with another result table."""
    return dataclasses.replace(plan, tables={**plan.tables, name: frame})


def changed(frame: pd.DataFrame, where: dict[str, object], **values: object) -> pd.DataFrame:
    """Cells of a table changed in the rows that hold ``where``."""
    frame = frame.astype(object).copy()
    chosen = pd.Series(True, index=frame.index)
    for column, value in where.items():
        chosen &= frame[column] == value
    assert chosen.any()
    for column, value in values.items():
        frame.loc[chosen, column] = value
    return frame
