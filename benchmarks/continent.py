"""A continent to be planned for scale: local units of 35 countries, with everything beside their points made up.

The points are partly invented themselves (France has neither places nor people of its own). The rest comes from
Bulgaria's figures by these rules:

- a size takes whole regions (NUTS 3) in the order of a hash of their codes, and of the last one what fits;
- age bands of a unit are its people times Bulgaria's shares; norms, needs and packages are the catalogue's;
- the 20 new services of ``national-2027`` in one period, 2030; nothing stands today;
- facilities and teams may be in units of 20,000 people and in the largest of each region, and where a package asks
  places; care at home everywhere; people use hosts of their region within 30 minutes by the shipped rule of journeys;
- each country has its own money by its people: EUR_A_HEAD.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nationalmap.program.blocks.parts import Part, stated

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.program.known import Known

YEAR = 2030
LIMIT_MIN = 30.0
HOST_PEOPLE = 20_000
#: Money of a country, EUR per inhabitant: to run services in the year, to build them until then. Too little for all.
EUR_A_HEAD = {"running": 60.0, "capital": 60.0}


@dataclass(frozen=True)
class Country:
    """What a country's plan is made from: its units, and the question with its tables of all of them."""

    units: pd.DataFrame
    """municipality, region, seat_lon, seat_lat, people, is_host."""
    scenario: Any
    tables: dict[str, pd.DataFrame]
    needs: pd.DataFrame
    package: pd.DataFrame
    budgets_eur: dict[str, dict[int, float]]


def units(points: Path, number: int) -> pd.DataFrame:
    """So many units, by country: municipality, country, region, seat_lon, seat_lat, people, is_host."""
    import pandas as pd

    read = pd.read_csv(points, dtype="str", keep_default_na=False)
    people = pd.to_numeric(read["population"]).fillna(0.0)
    table = pd.DataFrame(
        {
            "municipality": read["gisco_id"],
            "country": read["country"],
            "region": read["country"] + "-" + read["nuts_3"],
            "seat_lon": read["longitude"].astype(float),
            "seat_lat": read["latitude"].astype(float),
            "people": people.round(),
        }
    )
    drawn = {r: hashlib.sha256(r.encode()).hexdigest() for r in set(table["region"])}
    table = table.sort_values("municipality", kind="stable")
    table = table.loc[table["region"].map(drawn).sort_values(kind="stable").index].head(number)
    largest = table.groupby("region")["people"].transform("max")
    table["is_host"] = (table["people"] >= HOST_PEOPLE) | (table["people"] == largest)
    return table.reset_index(drop=True)


@cache
def _base() -> Any:
    """The national question, from which catalogue and norms are taken."""
    from nationalmap import planning

    return planning.check("national-2027")


def country(mine: pd.DataFrame) -> Country:
    """The question of one country: needs and packages by the product's own code."""
    from nationalmap import demand
    from nationalmap.question import asked

    base = _base()
    services = base.inputs.tables["services"]
    services = services[services["typology"] == "new"]
    codes = tuple(services["service"])
    scenario = replace(
        base.scenario,
        name="growth",
        years=(YEAR,),
        regions=tuple(sorted(set(mine["region"]))),
        services=codes,
        stages=("package", "unmet", "cost"),
        streams=_streams(float(mine["people"].sum())),
    )
    tables = {**base.inputs.tables, "services": services, "indicators": _indicators(mine)}
    tables |= {name: base.inputs.tables[name].head(0) for name in ("register", "transformations")}
    norms = demand.norms_in_use(base.inputs.norms, services, base.inputs.tables["services"], (YEAR,))
    inputs = replace(base.inputs, tables=tables, norms=norms)
    planned = mine.drop(columns="country").sort_values("municipality", ignore_index=True)
    found = asked(scenario, inputs, planned, "growth")
    return Country(planned, scenario, tables, found["needs"], found["package"], found["budgets_eur"])


def _streams(people: float) -> dict[str, Any]:
    from nationalmap.domain.scenario import Stream

    said = {"status": "illustrative", "basis": "EUR_A_HEAD"}
    return {
        kind: Stream(name_bg=kind, name_en=kind, kind=kind, amount_eur=round(people * a_head, 2), **said)
        for kind, a_head in EUR_A_HEAD.items()
    }


def _indicators(mine: pd.DataFrame) -> pd.DataFrame:
    """Bulgaria's indicators, as many for each inhabitant."""
    import pandas as pd

    given = _base().inputs.tables["indicators"]
    sums = given.groupby("indicator")["value"].sum()
    return pd.concat(
        pd.DataFrame(
            {
                "indicator": name,
                "municipality": mine["municipality"],
                "value": (mine["people"] * (total / sums["pop_total"])).round(),
            }
        )
        for name, total in sums.items()
        if str(name).startswith("pop_")
    ).sort_values(["indicator", "municipality"], ignore_index=True)


def regions(one: Country) -> Iterator[Country]:
    """The parts of a country: its regions, with their own rows of needs and packages."""
    needs, package = one.needs, one.package
    region_of = one.units.set_index("municipality")["region"]
    by_need = dict(tuple(needs.groupby(needs["municipality"].map(region_of).to_numpy())))
    territory = package["territory"].map(region_of).fillna(package["territory"]).to_numpy()
    by_package = dict(tuple(package.groupby(territory)))
    for region, mine in one.units.groupby("region"):
        yield replace(
            one,
            units=mine,
            needs=by_need.get(region, needs.head(0)),
            package=by_package.get(region, package.head(0)),
        )


def known(region: Country) -> Known:
    """Sets and data of a region's program."""
    from nationalmap.geography.travel import near_table
    from nationalmap.program.index import index

    mine = region.units
    home = {"assistant_support"}
    hosts = mine[mine["is_host"]]
    services = [s for s in region.scenario.services if s not in home]
    tables = {
        **region.tables,
        # People look for hosts elsewhere; care at home is at home.
        "travel": near_table(mine, hosts, region.scenario.travel, LIMIT_MIN),
        "candidates": _candidates(hosts["municipality"].tolist(), services, region),
    }
    tables["travel"] = _with_home(tables["travel"], mine)
    return index(region.scenario, mine, tables, region.needs, region.package, region.budgets_eur, near_alone=True)


def _with_home(travel: pd.DataFrame, mine: pd.DataFrame) -> pd.DataFrame:
    """A journey of no minutes at home, where no host is."""
    import pandas as pd

    alone = sorted(set(mine["municipality"]) - set(travel["host"]))
    home = pd.DataFrame({"municipality": alone, "host": alone, "travel_min": np.zeros(len(alone))})
    return pd.concat([travel, home]) if alone else travel


def _candidates(hosts: list[str], services: list[str], region: Country) -> pd.DataFrame:
    """One site for each host and service, as large as the region's people could need."""
    import pandas as pd

    catalogue = region.tables["services"].set_index("service")["max_places"]
    most = int(region.needs["need_users"].sum()) + 1
    asked = region.package[region.package["kind"] == "in_place"]
    there = {(h, s) for h in hosts for s in services} | set(zip(asked["territory"], asked["service"], strict=True))
    units_of = set(region.units["municipality"])
    rows = [
        {
            "site": f"new:{s}:{m}",
            "municipality": m,
            "service": s,
            "max_places": catalogue[s] or most,
            "most_facilities": -(-most // (catalogue[s] or most)),
        }
        for m, s in sorted(there)
        if m in units_of and s in services
    ]
    blank = ("min_places", "running_cost_facility_eur", "capital_cost_place_eur", "capital_cost_facility_eur")
    blank = (*blank, "from_year")
    return pd.DataFrame(rows).assign(**dict.fromkeys(blank), basis="growth").replace({None: pd.NA})


def part(region: Country) -> Part:
    """A region's program in blocks."""
    return stated(known(region))
