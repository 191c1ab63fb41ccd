"""A plan in figures: names, what stands in a year, totals by year, and who is served where."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from nationalmap.funding import OF_REGION
from nationalmap.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nationalmap.domain.plan import Plan

#: Column of the totals -> result table and column that is summed over the year.
_SUMS = {
    "need_users": ("unmet", "need_users"),
    "served_users": ("unmet", "served_users"),
    "unmet_users": ("unmet", "unmet_users"),
    "above_maximum_users": ("unmet", "above_maximum_users"),
    "out_of_reach_users": ("unmet", "out_of_reach_users"),
    "no_place_users": ("unmet", "no_place_users"),
    "other_paid_users": ("allocation", "other_paid_users"),
    "places_today": ("capacity", "places_today"),
    "places": ("capacity", "places"),
    "facilities_today": ("capacity", "facilities_today"),
    "facilities": ("capacity", "facilities"),
}
#: Changes of the network, summed from today up to the year.
CHANGES = (
    "committed_places",
    "new_places",
    "transformed_in_places",
    "transformed_out_places",
    "given_up_places",
    "opened",
    "closed",
)
_MONEY = ("carried_in_eur", "budget_eur", "spent_eur", "carried_out_eur", "left_eur", "lacking_eur")
_KINDS = ("running", "capital")


def cents(amounts: pd.Series) -> int:
    """Sum of amounts in EUR, in whole cents, so that no order of rows changes it."""
    return int(np.round(amounts.to_numpy(dtype=np.float64) * 100).astype(np.int64).sum())


def in_whole_eur(amounts: Sequence[float]) -> list[int]:
    """Amounts in EUR without their cents, so that they add up to their sum without its cents (largest remainders).

    Each is less than one EUR from what it is.
    """
    exact = [round(100 * amount) for amount in amounts]
    whole = [part // 100 for part in exact]
    # Half a euro of a sum is rounded up, as everywhere (``texts.number``).
    rest = (sum(exact) + 50) // 100 - sum(whole)
    first = sorted(range(len(exact)), key=lambda at: (-(exact[at] % 100), at))
    return [part + (at in first[:rest]) for at, part in enumerate(whole)]


def names(plan: Plan, table: str, column: str) -> dict[str, str]:
    """Name of every code of an input table (municipalities, services, groups, regions)."""
    frame = plan.inputs.tables[table]
    return dict(zip(frame[TABLES[table].key[0]].tolist(), frame[column].tolist(), strict=True))


def municipalities(plan: Plan) -> tuple[str, ...]:
    """Codes of the scenario's municipalities, sorted."""
    frame = plan.inputs.tables["municipalities"]
    inside = frame.loc[frame["region"].isin(plan.scenario.regions), "municipality"]
    return tuple(sorted(inside.tolist()))


def services_of(plan: Plan) -> tuple[str, ...]:
    """Codes of the planned services, in the order of the catalogue."""
    catalogue = plan.inputs.tables["services"]["service"].tolist()
    asked = set(plan.scenario.services) or set(catalogue)
    return tuple(str(service) for service in catalogue if service in asked)


def ends(plan: Plan) -> tuple[int, ...]:
    """The first and the last planned year; one where there is only one."""
    return tuple(dict.fromkeys((plan.scenario.years[0], plan.scenario.last_year)))


def in_year(plan: Plan, table: str, year: int) -> pd.DataFrame:
    """Rows of a result table in one planned year."""
    frame = plan.tables[table]
    return frame.loc[frame["year"] == year]


def up_to(plan: Plan, table: str, year: int) -> pd.DataFrame:
    """Rows of a result table from the first planned year to this one."""
    frame = plan.tables[table]
    return frame.loc[frame["year"] <= year]


def package_by_municipality(plan: Plan, year: int) -> pd.DataFrame:
    """Of each municipality of the scenario: services of its package that are whole, all, and those missing.

    Columns municipality, complied_services, services, missing (tuple of service codes, sorted).
    """
    rows = in_year(plan, "compliance", year).sort_values(["municipality", "service"], kind="stable")
    flags = rows["complied"].astype(bool)
    base = pd.DataFrame({"municipality": list(municipalities(plan))}, dtype="str").set_index("municipality")
    base["complied_services"] = flags.groupby(rows["municipality"]).sum().astype("int64")
    base["services"] = rows.groupby("municipality").size()
    base = base.fillna(0).astype("int64")
    missing = rows.loc[~flags].groupby("municipality")["service"].agg(tuple).to_dict()
    base["missing"] = [missing.get(code, ()) for code in base.index]
    return base.reset_index()


#: The totals of the plans that are still in use, by year: a summary asks for them in many sentences and languages.
_ADDED_UP: WeakKeyDictionary[Plan, dict[int, Mapping[str, float]]] = WeakKeyDictionary()


def totals(plan: Plan, year: int) -> Mapping[str, float]:
    """Every total of one planned year by name; counts are whole, money is EUR to the cent.

    Changes of the network count from today up to the year, capital money likewise in
    ``capital_used_eur``; everything else is what stands, is served or is spent in the year.
    A plan is never changed, so its totals are added up once.
    """
    known = _ADDED_UP.setdefault(plan, {})
    if year not in known:
        known[year] = MappingProxyType(_totals(plan, year))
    return known[year]


def _totals(plan: Plan, year: int) -> dict[str, float]:
    package = package_by_municipality(plan, year)
    needs = in_year(plan, "needs", year)["need_users"]
    result: dict[str, float] = {
        "municipalities": len(package),
        "complied_municipalities": int((package["complied_services"] == package["services"]).sum()),
        "package_services": int(package["services"].sum()),
        "complied_services": int(package["complied_services"].sum()),
        "need_rows": len(needs),
        "no_data_rows": int(needs.isna().sum()),
    }
    for name, (table, column) in _SUMS.items():
        result[name] = int(in_year(plan, table, year)[column].sum())
    for name in CHANGES:
        result[name] = int(up_to(plan, "capacity", year)[name].sum())
    budget = in_year(plan, "budget", year)
    for kind in _KINDS:
        for column in _MONEY:
            result[f"{kind}_{column}"] = cents(budget.loc[budget["kind"] == kind, column]) / 100
    return result | _capital_up_to(plan, year)


def _capital_up_to(plan: Plan, year: int) -> dict[str, float]:
    """Capital money from the first period up to the year: given, used, and used for what."""
    budget = up_to(plan, "budget", year)
    capital = budget[budget["kind"] == "capital"]
    spending = up_to(plan, "spending", year)
    used = {
        "capital_given_eur": cents(capital["budget_eur"]) / 100,
        "capital_used_eur": cents(capital["spent_eur"]) / 100,
    }
    for kind in ("build", "transform", "renovate"):
        used[f"{kind}_used_eur"] = cents(spending.loc[spending["kind"] == kind, "amount_eur"]) / 100
    return used


def by_municipality_and_group(plan: Plan) -> pd.DataFrame:
    """Need, served and unmet of those who live in a municipality, by need group and year."""
    key = ["municipality", "group", "year"]
    counts = ["need_users", "served_users", "unmet_users"]
    return plan.tables["unmet"].groupby(key)[counts].sum().sort_index().reset_index()


def by_municipality_and_service(plan: Plan) -> pd.DataFrame:
    """Users of those who live there; places and running money of what stands there.

    Columns municipality, service, year, users, places, running_eur.
    """
    key = ["municipality", "service", "year"]
    people = plan.tables["allocation"].groupby(key)[["users"]].sum()
    places = plan.tables["capacity"].groupby(key)[["places"]].sum()
    spending = plan.tables["spending"]
    running = spending[spending["kind"] == "running"]
    paid = (running["amount_eur"] * 100).round().groupby([running[name] for name in key]).sum() / 100
    both = people.join(places, how="outer").join(paid.rename("running_eur"), how="outer").fillna(0)
    return both.astype({"users": "int64", "places": "int64"}).sort_index().reset_index()


def register_rows(plan: Plan) -> pd.DataFrame:
    """The register's rows in the scenario's municipalities."""
    register = plan.inputs.tables["register"]
    return register.loc[register["municipality"].isin(municipalities(plan))].reset_index(drop=True)


def idle_places(plan: Plan, year: int) -> int:
    """Planned places that no user of the plan takes, over all services and hosts."""
    per_place = plan.inputs.tables["services"].set_index("service")["users_per_place"]
    places = in_year(plan, "capacity", year).groupby(["municipality", "service"])["places"].sum()
    users = in_year(plan, "allocation", year).groupby(["host", "service"])["users"].sum()
    users = users.reindex(places.index, fill_value=0)
    rho = per_place.reindex(places.index.get_level_values("service")).to_numpy()
    taken = -(-users.to_numpy() // rho)
    return int((places.to_numpy() - taken).clip(min=0).sum())


def stream_name(plan: Plan, stream: str, language: str) -> str:
    """Name of a funding stream; its code where the scenario does not know it."""
    known = plan.scenario.streams.get(stream)
    return str(getattr(known, f"name_{language}", stream))


def stream_of_all(plan: Plan, stream: str, language: str) -> str:
    """Name of a stream; of one that each region has for itself (``funding.by_region``) without the region's."""
    name = stream_name(plan, stream, language)
    regions = names(plan, "regions", f"name_{language}")
    for code in plan.scenario.regions:
        if stream.endswith(f"_{code}"):
            name = name.removesuffix(OF_REGION[language].format(region=regions[code]))
    return name


def service_names(plan: Plan, language: str, *, short: bool = False) -> dict[str, str]:
    """Names of the services; an old delegated type has its own."""
    return names(plan, "services", f"{'short' if short else 'name'}_{language}")
