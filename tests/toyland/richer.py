"""Toyland with what its files do not say: a second way to meet a need, old types, embedded places, own money.

Each function takes a country and gives a changed copy. T is thousand EUR.
"""

from __future__ import annotations

from typing import Any

from nationalmap.domain.scenario import Hub, Lock, SiteLimit, Stream
from tests.toyland import SOUTH, Toyland, toyland


def service(country: Toyland, code: str, like: str, **changes: Any) -> Toyland:
    """One more service of the catalogue, as ``like`` but for the changes."""
    (row,) = country.tables["services"].query("service == @like").to_dict("records")
    return country.add("services", **{**row, "service": code, **changes})


def group(country: Toyland, code: str, priority_class: int, **needs: int) -> Toyland:
    """One more need group, with its need by municipality in every period; 0 where nothing is said."""
    country = country.add("groups", group=code, priority_class=priority_class)
    for m in country.tables["municipalities"]["municipality"]:
        for t in country.scenario.years:
            country = country.add("needs", municipality=m, group=code, year=t, need_users=needs.get(m, 0))
    return country


def facility(country: Toyland, site: str, places: int, **values: Any) -> Toyland:
    """One more row of the register; the code says service and municipality: ``home_SOU01``."""
    kind, _, m = site.rpartition("_")
    services = {"day": "day_care", "home": "residence"}
    row = {"municipality": m, "service": services.get(kind, kind), "status": "free", "origin": "attested"}
    return country.add("register", site=site, places=places, **{**row, **values})


def help_at_home(country: Toyland, **changes: Any) -> Toyland:
    """Help at home for the need of day care: 3 T a place, nothing to build, nobody travels."""
    home = {"mode": "home", "min_places": 0, "max_places": 0, "travel_limit_min": 0, "lead_years": 0}
    costs = {"running_cost_place_eur": 3000.0, "running_cost_facility_eur": 0.0, "capital_cost_place_eur": 0.0}
    return service(country, "help", "day_care", **{**home, **costs, **changes})


def old_homes(country: Toyland, factor: float = 0.6, cost_eur: float = 2000.0, **changes: Any) -> Toyland:
    """An old type of home that may become a residence: ``factor`` places for one, at 2 T of capital for each."""
    old = {"typology": "old", "counts_as": "residence", "preference": 2, **changes}
    country = service(country, "old_home", "residence", **old)
    return country.add(
        "transformations",
        from_service="old_home",
        to_service="residence",
        places_factor=factor,
        capital_cost_place_eur=cost_eur,
    )


def respite(country: Toyland, a_facility: int, need: int = 5) -> Toyland:
    """Places of respite, 1 T each a year and 1 T once, inside the homes: ``a_facility`` at most; N1 needs them."""
    country = group(country, "respite", 3, NOR01=need)
    places = {"group": "respite", "min_places": 0, "max_places": 0, "level": "municipal", "travel_limit_min": 0}
    costs = {"running_cost_place_eur": 1000.0, "capital_cost_place_eur": 1000.0}
    country = service(country, "respite", "residence", **places, **costs)
    return country.add("embedded", service="respite", host_service="residence", places_per_facility=a_facility)


def under_one_roof(country: Toyland, apart: bool = False, saved_eur: float = 1000.0) -> Toyland:
    """Day care and a home together save 1 T; ``apart`` keeps the people of the two from each other."""
    country = country.add("complexes", complex="roof", services="day_care residence", saved_running_eur=saved_eur)
    if apart:
        country = country.change("services", {"service": "residence"}, target_group="adults")
        country = country.add("apart", target_group="adults", other_group="older_people")
    return country


def own_money(country: Toyland, thousand_eur: float, **changes: Any) -> Toyland:
    """A stream of the municipalities for running cost, which no maximum binds."""
    said = {"name_bg": "", "name_en": "", "status": "illustrative", "basis": "", "kind": "running", "payer": "other"}
    own = Stream(**{**said, "amount_eur": thousand_eur * 1000, **changes})
    return country.asking(streams={**country.scenario.streams, "own": own}).money(own=thousand_eur)


def lock(value: int, what: str = "places", m: str = "NOR01", **values: Any) -> Lock:
    """A lock on day care in N1."""
    said = {"id": "lock", "author": "governor", "reason": "", "service": "day_care", "municipality": m}
    return Lock(**{**said, "what": what, "value": value, **values})


def limit(number: int, relation: str = "most", territory: str = "", of: str = "day_care") -> SiteLimit:
    """A limit on the facilities of a service."""
    return SiteLimit(service=of, territory=territory, relation=relation, number=number, basis="")


def hub(m: str = "NOR01", most: int | None = None, *excluded: str) -> Hub:
    """A municipality as host."""
    return Hub(municipality=m, most_services=most, excluded_services=excluded, reason="")


def everything() -> Toyland:
    """The south over two periods with something of everything that the program knows.

    An old home and its transformation, help at home, respite in the homes, one roof, a renovation, a committed and a
    project site, own money, nurses, an agreement, a hub, a limit, a lock, one host for each, one opening a year.
    """
    country = toyland().only(SOUTH).periods(2027, 2030)
    country = help_at_home(country.change("services", {"service": "day_care"}, preference=2, most_share=0.8))
    country = country.change("services", {"service": "help"}, least_share=0.1, fee_user_eur=50.0, travel_limit_min=30)
    country = facility(old_homes(country, financed_until=2028), "old_home_SOU02", 9, users=3, status="keep")
    country = facility(country, "help_SOU02", 8, users=1, status="keep")
    country = respite(country, 2).needs("respite", SOU01=2).needs("residence", SOU01=7)
    country = under_one_roof(under_one_roof(country, saved_eur=800.0), apart=True)
    country = country.change("complexes", {"saved_running_eur": 800.0}, complex="court", services="day_care old_home")
    country = country.change("register", {"site": "day_SOU01"}, state_from_year=2028)
    country = facility(country, "home_SOU03", 5, opens_year=2029, status="free")
    country = country.change("package", {"territory": "SOU01"}, maximum_users=8)
    renovation = {"site": "day_SOU02", "kind": "energy", "by_year": 2028, "cost_eur": 4000.0, "places_lost": 1}
    country = own_money(country.add("renovations", **renovation), 3)
    country = country.add("professions", service="residence", profession="nurse", posts_per_place=0.5)
    country = country.add("staff", territory="SOU", profession="nurse", year=2030, posts=4)
    country = country.add("agreements", municipality="SOU01", host="SOU02", service="*", status="refused")
    country = country.add("trip_costs", municipality="SOU01", host="SOU01", service="day_care", cost_user_eur=50.0)
    return country.asking(
        "keep", "package", "staff", "unmet", "worst_unmet", "preference", "cost",
        hubs=(hub("SOU01", 3),), site_limits=(limit(3),), locks=(lock(3, m="SOU01", relation="least"),),
        single_assignment=("residence",), most_openings_per_year=1,
    )  # fmt: skip
