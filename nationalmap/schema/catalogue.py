"""Tables of the catalogue: need groups, services, what may become what, and where each number comes from."""

from __future__ import annotations

from nationalmap.schema.columns import Column, Table
from nationalmap.schema.shared import LEVELS, MOST, SERVICE, SURE, eur

GROUPS = Table(
    "groups",
    "Need groups: the services among which one person's need may be met. Most groups hold one service.",
    ("group",),
    (
        Column("group", "code", "need group; the code of its service where it holds one"),
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("short_bg", "text", "short name for the map, Bulgarian"),
        Column("short_en", "text", "short name for the map, English"),
        Column("priority_class", "integer", "1 is served first when not all can be", 1, 9),
    ),
)

SERVICES = Table(
    "services",
    "The catalogue of services, new kinds and old delegated types. The basis of each number stands in bases.csv.",
    ("service",),
    (
        SERVICE,
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("short_bg", "text", "short name for the map, Bulgarian"),
        Column("short_en", "text", "short name for the map, English"),
        Column("group", "code", "need group whose need it meets"),
        Column("preference", "integer", "order within the group: 1 is tried before 2", 1, 9),
        Column("least_share", "number", "smallest share of the group's served users; blank: none", 0, 1, blank=True),
        Column("most_share", "number", "largest share of the group's served users; blank: none", 0, 1, blank=True),
        Column(
            "family",
            "choice",
            "family of services that share a calibration",
            choices=("home_and_mobile", "day_and_community", "residential"),
        ),
        Column("typology", "choice", "new: kind of ЗСУ; old: delegated type that only stands", choices=("new", "old")),
        Column("counts_as", "code", "for an old type: the new service whose package and maximum count it", blank=True),
        Column("financed_until", "integer", "last year in which the state pays an old type", 2020, 2100, blank=True),
        Column("level", "choice", "level of planning", choices=LEVELS),
        Column("mode", "choice", "form of provision", choices=("home", "mobile", "community", "residential")),
        Column("target_group", "code", "target group, identifier of the vocabulary"),
        Column("users_per_place", "integer", "users at a time per place (rho)", 1, 100),
        Column("min_places", "integer", "smallest facility, places; 0 for a service at home", 0, MOST),
        Column("max_places", "integer", "largest facility, places; 0 for a service at home", 0, MOST),
        Column("staff_per_place", "number", "full-time staff per place", 0, 10),
        Column("travel_limit_min", "number", "longest journey of a user, minutes, inclusive", 0, MOST),
        Column("lead_years", "integer", "years from the decision to the first user", 0, 20),
        eur("running_cost_place_eur", "running cost per place and year, 2026 prices"),
        eur("running_cost_facility_eur", "fixed running cost per facility and year, 2026 prices"),
        eur("trip_cost_user_eur", "transport per user served in another municipality and year"),
        eur("fee_user_eur", "fee that a user pays in a year; lowers what the streams pay"),
        eur("capital_cost_place_eur", "capital cost of one new place"),
        eur("capital_cost_facility_eur", "capital cost of one new facility beside its places"),
    ),
)

TRANSFORMATIONS = Table(
    "transformations",
    "What may become what: old delegated types into new services, place by place.",
    ("from_service", "to_service"),
    (
        Column("from_service", "code", "what stands today"),
        Column("to_service", "code", "what it may become, in the same municipality"),
        Column("places_factor", "number", "new places for one old place; a site's sum is rounded down", 0.01, 10),
        eur("capital_cost_place_eur", "capital cost of one transformed old place"),
        Column("status", "choice", "how sure it is", choices=SURE),
        Column("basis", "text", "the stated figure or reasoning"),
    ),
)

COMPLEXES = Table(
    "complexes",
    "Services that may stand under one roof and then share fixed running cost.",
    ("complex",),
    (
        Column("complex", "code", "identifier"),
        Column("services", "text", "services of the complex, separated by blanks"),
        eur("saved_running_eur", "fixed running cost saved by one complex in a year"),
        Column("basis", "text", "the stated figure or reasoning"),
    ),
)

EMBEDDED = Table(
    "embedded",
    "Places that come inside the facilities of another service, never alone.",
    ("service", "host_service"),
    (
        SERVICE,
        Column("host_service", "code", "service in whose facilities they lie; its largest size includes them"),
        Column("places_per_facility", "integer", "most such places in one facility", 1, 1000),
        Column("basis", "text", "the stated figure or reasoning"),
    ),
)

APART = Table(
    "apart",
    "Target groups that may not share a unit: no complex holds both.",
    ("target_group", "other_group"),
    (
        Column("target_group", "code", "target group"),
        Column("other_group", "code", "the other target group"),
        Column("basis", "text", "why"),
    ),
)

PROFESSIONS = Table(
    "professions",
    "Staff by profession: full-time posts per place.",
    ("service", "profession"),
    (
        SERVICE,
        Column("profession", "code", "profession, e.g. nurse"),
        Column("posts_per_place", "number", "full-time posts per place", 0, 10),
        Column("basis", "text", "the stated figure or reasoning"),
    ),
)

PROJECTION = Table(
    "projection",
    "How people move through the age bands in a year: rates by band, for every region (*) or one.",
    ("region", "band", "rate"),
    (
        Column("region", "code", "region, or * for every region not named"),
        Column("band", "code", "indicator of the age band, e.g. pop_65plus"),
        Column("rate", "choice", "what the rate counts", choices=("moves", "deaths", "migration", "births")),
        Column("per_year", "number", "per person of the band and year; migration out of the region is negative", -1, 1),
        Column("status", "choice", "how sure it is", choices=SURE),
        Column("basis", "text", "the stated figure or reasoning"),
    ),
)

BASES = Table(
    "bases",
    "Where each number of the catalogue comes from; service * stands for every service not named.",
    ("service", "figure"),
    (
        Column("service", "code", "service of the catalogue, or *"),
        Column("figure", "code", "column of services.csv, or priority_class of groups.csv"),
        Column("status", "choice", "how sure it is", choices=SURE),
        Column("basis", "text", "the stated figure or reasoning"),
        Column("source", "text", "document, address or data set", blank=True),
    ),
)

CALIBRATION = Table(
    "calibration",
    "Published figures that norms and costs are held to.",
    ("fact",),
    (
        Column("fact", "code", "identifier"),
        Column("value", "number", "the figure", 0, 1e12),
        Column("unit", "text", "its unit"),
        Column("year", "integer", "year it describes", 1990, 2100),
        Column("label", "choice", "how it was obtained", choices=("read", "data", "derived")),
        Column("says", "text", "what it counts, and the arithmetic of a derived one"),
        Column("source", "text", "document or address"),
    ),
)
