"""Result tables of people and places: needs, packages, capacity, who is served where."""

from __future__ import annotations

from nationalmap.schema.columns import Column, Table
from nationalmap.schema.shared import GROUP, HOST, LEVELS, MOST, MUNICIPALITY, SERVICE, YEAR, count, eur

PROJECTED = Table(
    "projected",
    "The indicators as the norms read them: the figures of their day, moved to the planned year where people age.",
    ("indicator", "municipality", "year"),
    (
        Column("indicator", "code", "indicator of the indicator catalogue"),
        MUNICIPALITY,
        YEAR,
        Column("value", "number", "the figure in the year, in the unit of the indicator", 0, 1e12, blank=True),
    ),
)

NEEDS = Table(
    "needs",
    "Need cases at a point in time: norm times indicator, rounded, or as stated. Not the users of a year.",
    ("municipality", "group", "year"),
    (
        MUNICIPALITY,
        GROUP,
        YEAR,
        Column("norm", "code", "norm that gave the need; blank for a stated one", blank=True),
        Column("indicator", "text", "indicators of the norm, separated by blanks", blank=True),
        Column("indicator_value", "number", "their figure in the year, as the norm weighs them", 0, 1e12, blank=True),
        Column("exact_users", "number", "need before rounding", 0, 1e9, blank=True),
        count("need_users", "need cases; blank where there is no data", blank=True),
        Column("is_estimate", "flag", "an age band, a projection or an estimate stands for a missing indicator"),
    ),
)

PACKAGE = Table(
    "package",
    "Minimum package and maximum of state-funded users, by municipality or by region.",
    ("territory", "service", "year"),
    (
        Column("territory", "code", "municipality of a municipal service, region of a regional one"),
        SERVICE,
        YEAR,
        Column("level", "choice", "level of planning", choices=LEVELS),
        count("minimum_users", "minimum package, users at a time; blank without such a norm", blank=True),
        count("minimum_places", "the same in places", blank=True),
        Column(
            "kind",
            "choice",
            "in_place: places in the territory; access: users served anywhere within reach; none: no minimum",
            choices=("in_place", "access", "none"),
        ),
        count("maximum_users", "maximum of state-funded users; blank without such a norm", blank=True),
        Column("norm_minimum", "code", "norm of the minimum", blank=True),
        Column("norm_maximum", "code", "norm of the maximum", blank=True),
    ),
)

CAPACITY = Table(
    "capacity",
    "Places and facilities by site and year: before, every change, after.",
    ("site", "year"),
    (
        Column("site", "code", "facility of the register, candidate, or new: service:municipality for new ones"),
        YEAR,
        MUNICIPALITY,
        SERVICE,
        Column("origin", "choice", "attested, estimated, or new", choices=("attested", "estimated", "new")),
        count("places_today", "places at the scenario's date"),
        count("places_before", "places in the period before"),
        count("committed_places", "places of a committed site that opens"),
        count("new_places", "places added"),
        count("transformed_in_places", "places that came by transformation"),
        count("transformed_out_places", "places that became those of another service"),
        count("given_up_places", "places given up"),
        count("places", "places planned: before, plus committed, new and transformed in, less the two others"),
        count("facilities_today", "facilities at the scenario's date"),
        count("facilities_before", "facilities in the period before"),
        count("opened", "facilities opened, a committed or transformed one among them"),
        count("closed", "facilities closed, a transformed one among them"),
        count("facilities", "facilities planned: before, plus opened, less closed"),
    ),
)

TRANSFORMED = Table(
    "transformed",
    "Which places become places of which other service.",
    ("from_site", "to_site", "year"),
    (
        Column("from_site", "code", "site that gives the places"),
        Column("to_site", "code", "site that receives them"),
        YEAR,
        MUNICIPALITY,
        Column("from_service", "code", "service before"),
        Column("to_service", "code", "service after"),
        count("places_out", "old places transformed"),
        count("places_in", "new places that came of them"),
        Column("facility", "flag", "the facility itself becomes one of the new service"),
        eur("capital_eur", "capital cost"),
    ),
)

RENOVATED = Table(
    "renovated",
    "Each renovation that is asked: when it is done, or what is lost.",
    ("site", "kind"),
    (
        Column("site", "code", "facility of the register"),
        Column("kind", "choice", "what is renovated", choices=("energy", "equipment", "safety")),
        MUNICIPALITY,
        SERVICE,
        Column("by_year", "integer", "last year to do it", 2020, 2100),
        Column("year", "integer", "period in which it is done; blank: not done", 2020, 2100, blank=True),
        eur("cost_eur", "capital cost"),
        count("places_lost", "places lost because it is not done"),
    ),
)

ALLOCATION = Table(
    "allocation",
    "Who is served where.",
    ("municipality", "service", "host", "year"),
    (
        MUNICIPALITY,
        SERVICE,
        HOST,
        YEAR,
        count("users", "users of the municipality served in the host municipality"),
        count("other_paid_users", "of them paid by other money than the state's, above the maximum"),
        Column("travel_min", "number", "journey, minutes; 0 at home", 0, MOST),
    ),
)

UNMET = Table(
    "unmet",
    "Every need case: with a place, or why not.",
    ("municipality", "group", "year"),
    (
        MUNICIPALITY,
        GROUP,
        YEAR,
        count("need_users", "need cases"),
        count("served_users", "need cases with a place"),
        count("unmet_users", "need cases without a place: the sum of the next three"),
        count("above_maximum_users", "beyond the maximum of state-funded users"),
        count("out_of_reach_users", "no possible host within the travel limit"),
        count("no_place_users", "within reach, but no place"),
    ),
)

COMPLIANCE = Table(
    "compliance",
    "The minimum package, service by service: asked, given, missing.",
    ("municipality", "service", "year"),
    (
        MUNICIPALITY,
        SERVICE,
        YEAR,
        Column("level", "choice", "level of planning", choices=LEVELS),
        Column("kind", "choice", "how it is counted", choices=("in_place", "access", "regional")),
        count("required", "users (access) or places (in_place, regional: in the whole region)"),
        count("achieved", "the same, as planned; old types count as the service that follows them"),
        count("missing", "required less achieved, never negative"),
        Column("nearest_min", "number", "journey to the nearest open site, minutes", 0, MOST, blank=True),
        Column("within_reach", "flag", "an open site lies within the travel limit"),
        Column("complied", "flag", "nothing is missing and, for a regional service, it is within reach"),
    ),
)
