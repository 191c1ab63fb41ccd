"""Tables that a planner gives: what stands, what may open, who agrees, who can be hired, how far it is."""

from __future__ import annotations

from nationalmap.schema.columns import Column, Table
from nationalmap.schema.shared import GROUP, HOST, LAT, LON, MOST, MUNICIPALITY, SERVICE, YEAR, count, eur

#: What the yearly report on the state of supply asks of a facility; a register may be without any of these columns.
_STATE_OF_SUPPLY = (
    count("year_users", "people who used it in the last calendar year", blank=True, optional=True),
    Column("staff_posts", "number", "full-time posts that are filled", 0, 100_000, blank=True, optional=True),
    count("waiting", "people on its waiting list", blank=True, optional=True),
    Column(
        "provider",
        "choice",
        "municipality: provided by itself; external: by another provider, e.g. a non-governmental organisation",
        choices=("municipality", "external"),
        blank=True,
        optional=True,
    ),
    Column("provider_name", "text", "name of the external provider", blank=True, optional=True),
    Column(
        "funding",
        "choice",
        "who pays its running cost today",
        choices=("state_delegated", "municipal_budget", "project", "personal_assistance"),
        blank=True,
        optional=True,
    ),
    Column("licence_valid_until", "date", "last day of the provider's licence", blank=True, optional=True),
    Column("last_control", "date", "day of the last control", blank=True, optional=True),
)

REGISTER = Table(
    "register",
    "Facilities and home services that exist at the scenario's date, or are under construction and financed.",
    ("site",),
    (
        Column("site", "code", "identifier of the facility"),
        MUNICIPALITY,
        Column("service", "code", "service of the catalogue, or old delegated type"),
        count("places", "places today; of a committed site, when it opens"),
        count("users", "users today", blank=True),
        Column("status", "choice", "may the plan change it", choices=("keep", "free", "protected", "must_close_by")),
        Column("close_by_year", "integer", "last year, with must_close_by", 2020, 2100, blank=True),
        Column(
            "opens_year", "integer", "year in which a committed site opens; blank: stands today", 2020, 2100, blank=True
        ),
        Column(
            "state_from_year",
            "integer",
            "first year that the streams pay; a project pays before",
            2020,
            2100,
            blank=True,
        ),
        Column("origin", "choice", "attested by a source, or estimated", choices=("attested", "estimated")),
        Column("basis", "text", "source of an attested row, rule of an estimated one"),
        *_STATE_OF_SUPPLY,
    ),
)

RENOVATIONS = Table(
    "renovations",
    "What has to be renovated at a site of the register, by when, for how much, and what is lost otherwise.",
    ("site", "kind"),
    (
        Column("site", "code", "facility of the register"),
        Column("kind", "choice", "what is renovated", choices=("energy", "equipment", "safety")),
        Column("by_year", "integer", "last year to do it", 2020, 2100),
        eur("cost_eur", "capital cost"),
        count("places_lost", "places that may no longer be used if it is not done"),
        Column("origin", "choice", "attested by a source, or estimated", choices=("attested", "estimated")),
        Column("basis", "text", "source or reasoning"),
    ),
)

CANDIDATES = Table(
    "candidates",
    "Named places where a service may open. A service named here opens nowhere else.",
    ("site",),
    (
        Column("site", "code", "identifier of the building or plot"),
        MUNICIPALITY,
        SERVICE,
        Column("min_places", "integer", "smallest size here; blank: the catalogue's", 0, MOST, blank=True),
        Column("max_places", "integer", "largest size here; blank: the catalogue's", 0, MOST, blank=True),
        Column("most_facilities", "integer", "facilities that fit here", 1, 1000),
        eur("running_cost_facility_eur", "fixed running cost here; blank: the catalogue's", blank=True),
        eur("capital_cost_place_eur", "capital cost of a place here; blank: the catalogue's", blank=True),
        eur("capital_cost_facility_eur", "capital cost of the facility; blank: the catalogue's", blank=True),
        Column("from_year", "integer", "first year in which it can open; blank: any", 2020, 2100, blank=True),
        Column("basis", "text", "who offers it, and in which state it is"),
    ),
)

AGREEMENTS = Table(
    "agreements",
    "Agreements between municipalities: whose people may be served where.",
    ("municipality", "host", "service"),
    (
        Column("municipality", "code", "municipality whose people are served"),
        HOST,
        Column("service", "code", "service, or * for every municipal one"),
        Column("status", "choice", "state of the agreement", choices=("signed", "possible", "refused")),
        Column("basis", "text", "decision of the council, letter, or assumption"),
    ),
)

STAFF = Table(
    "staff",
    "Full-time posts that can be filled, by profession.",
    ("territory", "profession", "year"),
    (
        Column("territory", "code", "municipality or region"),
        Column("profession", "code", "profession of professions.csv"),
        Column("year", "integer", "calendar year", 2020, 2100),
        Column("posts", "number", "posts that can be filled", 0, 1_000_000),
        Column("basis", "text", "source or reasoning"),
    ),
)

STATED_NEEDS = Table(
    "stated_needs",
    "Needs from a study or an institution, in place of a norm (чл. 3 НПСУ). A group named here has no norm.",
    ("municipality", "group", "year"),
    (
        MUNICIPALITY,
        GROUP,
        YEAR,
        count("need_users", "need cases"),
        Column(
            "source_class",
            "choice",
            "who answers for the figure",
            choices=("nsi", "statutory_body", "municipal_study", "estimate"),
        ),
        Column("basis", "text", "document and date"),
    ),
)

TRIP_COSTS = Table(
    "trip_costs",
    "Known cost of a user's journeys in a year, in place of the catalogue's, also within the own municipality.",
    ("municipality", "host", "service"),
    (
        MUNICIPALITY,
        HOST,
        SERVICE,
        Column("cost_user_eur", "number", "EUR per user and year; of a sum the part of a cent is cut off", 0, 1e9),
    ),
)

TRAVEL = Table(
    "travel",
    "Journey from the seat of one municipality to the seat of another.",
    ("municipality", "host"),
    (
        MUNICIPALITY,
        HOST,
        Column("travel_km", "number", "road kilometres", 0, MOST),
        Column("travel_min", "number", "minutes by car; a computed one is whole, halves up", 0, MOST),
        Column("origin", "choice", "computed, or a known journey", choices=("computed", "known")),
    ),
)

SETTLEMENTS = Table(
    "settlements",
    "Settlements with an estimate of their people: from where people travel, in place of the municipal seats.",
    ("settlement",),
    (
        Column("settlement", "code", "EKATTE of the settlement, five digits with leading zeros"),
        MUNICIPALITY,
        Column("name", "text", "name of the settlement"),
        Column("lon", "number", "longitude, degrees, WGS 84; blank with lat: the settlement is left out", *LON, True),
        Column("lat", "number", "latitude, degrees, WGS 84", *LAT, True),
        count("population", "people, an estimate: it only spreads a municipality's need over its settlements"),
    ),
)

KNOWN_TRAVEL = Table(
    "known_travel",
    "Known journeys that replace the computed ones, in both directions.",
    ("municipality", "host"),
    (
        MUNICIPALITY,
        HOST,
        Column("travel_min", "number", "minutes by car; blank: not known, so computed", 0, MOST, blank=True),
    ),
)
