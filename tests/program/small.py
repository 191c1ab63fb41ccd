"""What the program knows, made by hand: three municipalities, no files, each figure where a test wants it.

M and N lie in the region R, 20 minutes from each other, O in Q, 40 minutes from both. ``day`` is municipal, ``home``
regional, both with facilities; ``help`` is given at home. Two periods, 2027 and 2030; money in thousand EUR.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from nationalmap.domain.scenario import Hub, Lock, Scenario, SiteLimit, Stream
from nationalmap.program.known import Known
from nationalmap.program.nouns import Group, Service, Site

REGION = {"M": "R", "N": "R", "O": "Q"}


def scenario(**more: Any) -> Scenario:
    said = dict.fromkeys(("title_bg", "title_en", "says_bg", "says_en"), "")
    given = {"regions": ("Q", "R"), "years": (2027, 2030), "streams": {"state": stream()}, **more}
    return Scenario(format=1, name="small", as_of=date(2026, 1, 1), **said, **given)


def stream(kind: str = "running", **more: Any) -> Stream:
    return Stream(name_bg="", name_en="", kind=kind, status="illustrative", basis="", **more)


def service(code: str = "day", **more: Any) -> Service:
    """Places of 1 and facilities of 2 a year, 3 and 10 once; journeys of 0.5, five to ten places, within 30 minutes."""
    said = {
        "group": code, "preference": 1, "least_share": None, "most_share": None, "is_old": False, "counts_as": code,
        "financed_until": None, "level": "municipal", "has_facilities": True, "users_per_place": 1, "min_places": 5,
        "max_places": 10, "travel_limit_min": 30.0, "lead_years": 1, "running_place": 1.0, "running_facility": 2.0,
        "trip_user": 0.5, "fee_user": 0.0, "capital_place": 3.0, "capital_facility": 10.0,
    }  # fmt: skip
    return Service(code, **{**said, **more})


SERVICES = (
    service("day"),
    service("home", level="regional"),
    service("help", has_facilities=False, min_places=0, max_places=0),
)


def site(code: str = "day_M", **more: Any) -> Site:
    """A facility of today with six places, of five to ten; ``new`` ones and others say what is different."""
    kind, _, m = code.removeprefix("new_").partition("_")
    new = code.startswith("new_")
    said = {
        "municipality": m, "service": kind, "places_today": 0 if new else 6, "facilities_today": 0 if new else 1,
        "status": "free", "is_new": new, "origin": "new" if new else "attested", "smallest": 5, "largest": 10,
        "most_places": 10, "most_facilities": 1, "running_facility": 2.0, "capital_place": 3.0,
        "capital_facility": 10.0, "grows_from": 2027,
    }  # fmt: skip
    return Site(code, **{**said, **more})


def known(*sites: Site, services: tuple[Service, ...] = SERVICES, asked: Any = None, **more: Any) -> Known:
    """``asked``: fields of the scenario."""
    groups: dict[str, tuple[str, ...]] = {}
    for s in services:
        groups[s.group] = (*groups.get(s.group, ()), s.code)
    near = {("M", "N"): 20.0, ("M", "O"): 40.0, ("N", "O"): 40.0}
    minutes = dict.fromkeys(zip("MNO", "MNO", strict=True), 0.0)
    minutes |= near | {(h, m): far for (m, h), far in near.items()}
    made = Known(
        scenario=scenario(**(asked or {})), municipalities=("M", "N", "O"), region_of=REGION,
        groups={g: Group(g, 1, codes) for g, codes in groups.items()}, services={s.code: s for s in services},
        sites={one.code: one for one in sites}, transformations=(), renovations=(), complexes=(), embedded={}, posts={},
        ceilings=(), need={}, minutes=minutes, trip_costs={}, agreements={}, minimum={}, maximum={}, users_today={},
        budget={},
    )  # fmt: skip
    return replace(made, **more)


def lock(value: int, what: str = "places", relation: str = "least", **more: Any) -> Lock:
    said = {"id": f"{relation}_{value}", "author": "", "reason": "", "service": "day", "municipality": "M", **more}
    return Lock(what=what, relation=relation, value=value, **said)


def limit(number: int, relation: str = "most", territory: str = "", of: str = "day") -> SiteLimit:
    return SiteLimit(service=of, territory=territory, relation=relation, number=number, basis="")


def hub(most: int | None, m: str = "M") -> Hub:
    return Hub(municipality=m, most_services=most, reason="")
