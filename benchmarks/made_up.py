"""MADE-UP ANSWERS of the whole country, for the size and speed of the page alone: no solver was asked.

Needs, packages, journeys and residents are those of ``national-2035`` asked in four periods, old types and new. What
is made up by dice: who is served, where, and by which service. As in a plan, a municipality keeps its hosts over the
years, a service costs what its users cost, and one in ten is paid by two streams. The second scenario and those after
it throw their own dice for one in four pairs of municipality and need, and are like the first in the others.
"""

from __future__ import annotations

import dataclasses
import math
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from nationalmap import accounts, planning
from nationalmap.domain.plan import Plan
from nationalmap.schema import RESULT_TABLES

YEARS = (2027, 2030, 2033, 2035)
ASKED = Path(__file__).with_name("national-2035.toml")


def question(folder: Path) -> Any:
    """The question, read and checked."""
    text = ASKED.read_text(encoding="utf-8")
    path = folder / "made-up.toml"
    path.write_text(text.replace("years = [2027, 2030, 2035]", f"years = {list(YEARS)}"), encoding="utf-8")
    return planning.check(str(path))


def thrown_by(number: int, municipality: str, what: str) -> random.Random:
    """The dice of a scenario for a municipality and a need or service: its own one time in four, else the first's."""
    own = random.Random(f"{number}:{municipality}:{what}")  # noqa: S311
    return own if own.random() < 0.25 else random.Random(f"1:{municipality}:{what}")  # noqa: S311


def answer(asked: Any, number: int) -> Plan:
    """A plan of the question that nobody computed, another one for each number."""
    tables = asked.inputs.tables
    catalogue = {row["service"]: row for row in tables["services"].to_dict("records")}
    planned = _services_of(asked, catalogue)
    near = _hosts(tables)
    users: dict[tuple[str, str, str, int], int] = {}
    unmet: list[tuple[Any, ...]] = []
    needs = asked.needs[["municipality", "group", "year", "need_users"]]
    thrown: dict[tuple[str, str], Any] = {}
    for m, group, year, cases in needs.itertuples(index=False):
        need = 0 if pd.isna(cases) else int(cases)
        if (m, group) not in thrown:
            dice = thrown_by(number, m, group)
            hosts = {s: m if dice.random() < 0.7 else dice.choice(near[m]) for s in planned[group]}
            thrown[m, group] = min(1.0, dice.uniform(0.6, 1.6)), {s: dice.random() for s in planned[group]}, hosts
        share, parts, hosts = thrown[m, group]
        members = [s for s in planned[group] if catalogue[s]["typology"] == "new" or year <= 2029]
        served = round(need * min(1.0, share + 0.04 * YEARS.index(year)))
        rest = served
        for service in members:
            part = rest if service == members[-1] else round(rest * parts[service])
            rest -= part
            if part:
                users[m, service, hosts[service], year] = part
        lacking = need - served
        dice = thrown_by(number, m, group)
        above = round(lacking * dice.choice((0, 0, 0.3)))
        far = min(round(lacking * dice.choice((0, 0, 0.3))), lacking - above)
        unmet.append((m, group, year, need, served, lacking, above, far, lacking - above - far))
    minutes = {
        (m, h): t for m, h, t in tables["travel"][["municipality", "host", "travel_min"]].itertuples(index=False)
    }
    found = {
        "projected": asked.projected,
        "needs": asked.needs,
        "package": asked.package,
        "allocation": _table("allocation", [(*key, n, 0, minutes[key[0], key[2]]) for key, n in sorted(users.items())]),
        "unmet": _table("unmet", unmet),
        **_places(asked, users, catalogue, number),
        "compliance": _table("compliance", _compliance(asked, users, catalogue, number)),
    }
    for table in RESULT_TABLES:
        found.setdefault(table.name, _table(table.name, []))
    scenario = dataclasses.replace(
        asked.scenario, name=f"made-up-{number}", title_bg=f"Измислен план {number}", title_en=f"Made-up plan {number}"
    )
    found["access"] = accounts.derived_tables(scenario, tables, found)["access"]
    return Plan(scenario, asked.inputs, found, (), f"made-up-{number}")


def _services_of(asked: Any, catalogue: dict[str, Any]) -> dict[str, list[str]]:
    wanted = asked.scenario.services or tuple(catalogue)
    groups: dict[str, list[str]] = defaultdict(list)
    for code in sorted(wanted, key=lambda s: (catalogue[s]["typology"] == "new", catalogue[s]["preference"])):
        groups[catalogue[code]["group"]].append(code)
    return groups


def _hosts(tables: Any) -> dict[str, list[str]]:
    """The five nearest others of each municipality."""
    travel = tables["travel"].sort_values(["municipality", "travel_min", "host"])
    others = travel[travel["municipality"] != travel["host"]]
    return {m: list(hosts.head(5)) for m, hosts in others.groupby("municipality")["host"]}


def _places(asked: Any, users: Any, catalogue: Any, number: int) -> dict[str, pd.DataFrame]:
    """Places for the users, with the register's of today; running money in cents, building money for what is new."""
    needed: dict[tuple[str, str, int], int] = defaultdict(int)
    for (_, service, host, year), count in users.items():
        needed[host, service, year] += count
    register = asked.inputs.tables["register"]
    today = {key: int(n) for key, n in register.groupby(["municipality", "service"])["places"].sum().items()}
    capacity, spending = [], []
    region = dict(asked.inputs.tables["municipalities"][["municipality", "region"]].itertuples(index=False))
    for host, service in sorted({key[:2] for key in needed} | set(today)):
        before = start = today.get((host, service), 0)
        shared = thrown_by(number, host, service).random() < 0.1
        for year in YEARS:
            served = needed.get((host, service, year), 0)
            places = math.ceil(served / float(catalogue[service]["users_per_place"]))
            new, gone = max(0, places - before), max(0, before - places)
            site = f"{service}:{host}"
            capacity.append((site, year, host, service, "estimated", start, before, 0, new, 0, 0, gone, places,
                             int(start > 0), int(before > 0), 0, 0, int(places > 0)))  # fmt: skip
            each = float(catalogue[service]["running_cost_place_eur"]) / float(catalogue[service]["users_per_place"])
            cost = round(served * each, 2)
            own = round(cost * 0.1, 2) if shared else 0.0
            for stream, kind, amount in (
                ("state_running", "running", round(cost - own, 2)),
                (f"own_contribution_{region[host]}", "running", own),
                (
                    f"regional_programme_next_{region[host]}",
                    "build",
                    round(new * float(catalogue[service]["capital_cost_place_eur"]), 2),
                ),
            ):
                if amount:
                    spending.append((stream, kind, host, service, year, amount))
            before = places
    return {"capacity": _table("capacity", capacity), "spending": _table("spending", spending)}


def _compliance(asked: Any, users: Any, catalogue: Any, number: int) -> list[tuple[Any, ...]]:
    served: dict[tuple[str, str, int], int] = defaultdict(int)
    for (m, service, _, year), count in users.items():
        served[m, service, year] += count
    rows = []
    in_region: dict[str, list[str]] = defaultdict(list)
    for m, region in asked.inputs.tables["municipalities"][["municipality", "region"]].itertuples(index=False):
        in_region[region].append(m)
    for row in asked.package.to_dict("records"):
        service, year, least = row["service"], row["year"], row["minimum_users"]
        if catalogue[service]["typology"] == "old" or pd.isna(least):
            continue
        for m in [row["territory"]] if row["level"] == "municipal" else in_region[row["territory"]]:
            regional = row["level"] == "regional"
            given = sum(served[n, service, year] for n in in_region[m[:3]]) if regional else served[m, service, year]
            missing = max(0, int(least) - given)
            nearest = thrown_by(number, m, service).choice((0, 0, 15, 23, 30, 38, 45, 70))
            near = nearest <= 60
            rows.append((m, service, year, row["level"], "regional" if regional else "access", int(least), given,
                         missing, nearest, near, not missing and near))  # fmt: skip
    return rows


def _table(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    declared = next(table for table in RESULT_TABLES if table.name == name)
    return pd.DataFrame(rows, columns=list(declared.names))


def nothing_said(plans: list[Plan]) -> dict[str, pd.DataFrame]:
    """Tables of a comparison that says nothing: its sentences are a few kilobytes of any page."""
    pairs = [(a.scenario.name, b.scenario.name) for at, a in enumerate(plans) for b in plans[at:]]
    return {
        "said": pd.DataFrame(columns=["part", "run", "says_bg", "says_en"]),
        "stability": pd.DataFrame([{"run_a": a, "run_b": b, "taken": 1, "equal": 0} for a, b in pairs]),
    }
