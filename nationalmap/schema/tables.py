"""The declared tables, inputs first, then results."""

from __future__ import annotations

from collections.abc import Mapping

from nationalmap.schema.columns import Column, Table

_MUNICIPALITY = Column("municipality", "code", "municipality code (NSI, the same as LAU), e.g. HKV34")
_SERVICE = Column("service", "code", "service of the catalogue")
_YEAR = Column("year", "integer", "calendar year of the period", 2020, 2100)
_HOST = Column("host", "code", "municipality in which the service stands")
_LEVELS = ("municipal", "regional", "national")


def _count(name: str, says: str, *, blank: bool = False) -> Column:
    return Column(name, "integer", says, 0, 10_000_000, blank)


def _eur(name: str, says: str, *, blank: bool = False) -> Column:
    return Column(name, "money", says, 0, 1e11, blank)


REGIONS = Table(
    "regions",
    "The 28 regions (области).",
    ("region",),
    (
        Column("region", "code", "region code, e.g. HKV"),
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("nuts3", "text", "NUTS 3 code, e.g. BG422"),
        Column("seat_municipality", "code", "municipality in which the regional administration sits"),
    ),
)

MUNICIPALITIES = Table(
    "municipalities",
    "The 265 municipalities with their seats.",
    ("municipality",),
    (
        _MUNICIPALITY,
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("region", "code", "region code"),
        Column("nuts3", "text", "NUTS 3 code of the region"),
        Column("seat_ekatte", "text", "EKATTE of the seat; five neighbours share a seat, so no key"),
        Column("seat_bg", "text", "settlement in which the municipal administration sits"),
        Column("seat_en", "text", "the same in Latin letters"),
        Column("seat_lon", "number", "longitude of the seat, degrees, WGS 84", 19.0, 32.0),
        Column("seat_lat", "number", "latitude of the seat, degrees, WGS 84", 40.0, 46.0),
    ),
)

INDICATORS = Table(
    "indicators",
    "One figure of one indicator in one municipality. Blank means no data, never 0.",
    ("indicator", "municipality"),
    (
        Column("indicator", "code", "indicator of the indicator catalogue"),
        _MUNICIPALITY,
        Column("value", "number", "the figure, in the unit of the indicator", 0, 1e12, blank=True),
    ),
)

INDICATOR_CATALOGUE = Table(
    "indicator_catalogue",
    "What each indicator is, from where, of which day, and who answers for it (чл. 3 НПСУ).",
    ("indicator",),
    (
        Column("indicator", "code", "identifier, also the column in the file"),
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("unit", "choice", "unit of the figure", choices=("persons", "thousand_eur", "percent", "km2")),
        Column("file", "text", "CSV file, relative to the indicators folder"),
        Column("reference_date", "date", "day or year the figure describes"),
        Column(
            "source_class",
            "choice",
            "who answers for the figure",
            choices=("nsi", "statutory_body", "municipal_study", "estimate"),
        ),
        Column("source", "text", "document the figure was taken from"),
        Column("national_total", "number", "published national total, as a check", 0, 1e12, blank=True),
        Column("declared_blank", "text", "municipalities published without a figure, separated by blanks", blank=True),
        Column("note", "text", "how an estimate was made, or what to mind", blank=True),
    ),
)

SERVICES = Table(
    "services",
    "The catalogue of services. The basis of each number stands in bases.csv.",
    ("service",),
    (
        _SERVICE,
        Column("name_bg", "text", "name in Bulgarian"),
        Column("name_en", "text", "name in English"),
        Column("short_bg", "text", "short name for the map, Bulgarian"),
        Column("short_en", "text", "short name for the map, English"),
        Column(
            "family",
            "choice",
            "family of services that share a calibration",
            choices=("home_and_mobile", "day_and_community", "residential"),
        ),
        Column("level", "choice", "level of planning", choices=_LEVELS),
        Column("mode", "choice", "form of provision", choices=("home", "mobile", "community", "residential")),
        Column("target_group", "code", "target group, identifier of the vocabulary"),
        Column("priority_class", "integer", "1 is served first when not all can be", 1, 9),
        Column("users_per_place", "integer", "users at a time per place (rho)", 1, 100),
        Column("min_places", "integer", "smallest facility, places; 0 for a service at home", 0, 10_000),
        Column("max_places", "integer", "largest facility, places; 0 for a service at home", 0, 10_000),
        Column("staff_per_place", "number", "full-time staff per place", 0, 10),
        Column("travel_limit_min", "integer", "longest journey of a user, minutes, inclusive", 0, 600),
        Column("lead_years", "integer", "years from the decision to the first user", 0, 20),
        _eur("running_cost_place_eur", "running cost per place and year, 2026 prices"),
        _eur("running_cost_facility_eur", "fixed running cost per facility and year, 2026 prices"),
        _eur("trip_cost_user_eur", "transport per user served in another municipality and year"),
        _eur("capital_cost_place_eur", "capital cost of one new place"),
        _eur("capital_cost_facility_eur", "capital cost of one new facility beside its places"),
    ),
)

BASES = Table(
    "bases",
    "Where each number of the catalogue comes from; service * stands for every service not named.",
    ("service", "figure"),
    (
        Column("service", "code", "service of the catalogue, or *"),
        Column("figure", "code", "column of services.csv"),
        Column("status", "choice", "how sure it is", choices=("attested", "derived", "illustrative")),
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

REGISTER = Table(
    "register",
    "Facilities and home services that exist at the scenario's date.",
    ("site",),
    (
        Column("site", "code", "identifier of the facility"),
        _MUNICIPALITY,
        _SERVICE,
        _count("places", "places today"),
        _count("users", "users today", blank=True),
        Column("status", "choice", "may the plan change it", choices=("keep", "free", "protected", "must_close_by")),
        Column("close_by_year", "integer", "last year, with must_close_by", 2020, 2100, blank=True),
        Column("origin", "choice", "attested by a source, or estimated", choices=("attested", "estimated")),
        Column("basis", "text", "source of an attested row, rule of an estimated one"),
    ),
)

TRAVEL = Table(
    "travel",
    "Journey from the seat of one municipality to the seat of another.",
    ("municipality", "host"),
    (
        _MUNICIPALITY,
        _HOST,
        Column("travel_km", "number", "road kilometres", 0, 2_000),
        Column("travel_min", "integer", "minutes by car, rounded up", 0, 3_000),
        Column("origin", "choice", "computed, or a known journey", choices=("computed", "known")),
    ),
)

KNOWN_TRAVEL = Table(
    "known_travel",
    "Known journeys that replace the computed ones, in both directions.",
    ("municipality", "host"),
    (_MUNICIPALITY, _HOST, Column("travel_min", "integer", "minutes by car", 0, 3_000)),
)

NEEDS = Table(
    "needs",
    "Need cases at a point in time: norm times indicator, rounded. Not the users of a year.",
    ("municipality", "service", "year"),
    (
        _MUNICIPALITY,
        _SERVICE,
        _YEAR,
        Column("norm", "code", "norm that gave the need"),
        Column("indicator", "code", "indicator of the norm", blank=True),
        Column("indicator_value", "number", "its figure; blank where there is no data", 0, 1e12, blank=True),
        Column("exact_users", "number", "need before rounding", 0, 1e9, blank=True),
        _count("need_users", "need cases; blank where there is no data", blank=True),
        Column("is_estimate", "flag", "an age band or an estimate stands for a missing indicator"),
    ),
)

PACKAGE = Table(
    "package",
    "Minimum package and maximum of state-funded users, by municipality or by region.",
    ("territory", "service", "year"),
    (
        Column("territory", "code", "municipality of a municipal service, region of a regional one"),
        _SERVICE,
        _YEAR,
        Column("level", "choice", "level of planning", choices=_LEVELS),
        _count("minimum_users", "minimum package, users at a time; blank without such a norm", blank=True),
        _count("minimum_places", "the same in places", blank=True),
        Column(
            "kind",
            "choice",
            "in_place: places in the territory; access: users served anywhere within reach; none: no minimum",
            choices=("in_place", "access", "none"),
        ),
        _count("maximum_users", "maximum of state-funded users; blank without such a norm", blank=True),
        Column("norm_minimum", "code", "norm of the minimum", blank=True),
        Column("norm_maximum", "code", "norm of the maximum", blank=True),
    ),
)

CAPACITY = Table(
    "capacity",
    "Places and facilities by site: today, and as planned.",
    ("site", "year"),
    (
        Column("site", "code", "facility of the register, or new: service:municipality for new ones"),
        _YEAR,
        _MUNICIPALITY,
        _SERVICE,
        Column("origin", "choice", "attested, estimated, or new", choices=("attested", "estimated", "new")),
        _count("places_today", "places at the scenario's date"),
        _count("places", "places planned"),
        _count("new_places", "places added"),
        _count("given_up_places", "places given up"),
        _count("facilities_today", "facilities at the scenario's date"),
        _count("facilities", "facilities planned"),
        _count("opened", "facilities opened"),
        _count("closed", "facilities closed"),
    ),
)

ALLOCATION = Table(
    "allocation",
    "Who is served where.",
    ("municipality", "service", "host", "year"),
    (
        _MUNICIPALITY,
        _SERVICE,
        _HOST,
        _YEAR,
        _count("users", "users of the municipality served in the host municipality"),
        Column("travel_min", "integer", "journey, minutes; 0 at home", 0, 3_000),
    ),
)

UNMET = Table(
    "unmet",
    "Every need case: with a place, or why not.",
    ("municipality", "service", "year"),
    (
        _MUNICIPALITY,
        _SERVICE,
        _YEAR,
        _count("need_users", "need cases"),
        _count("served_users", "need cases with a place"),
        _count("unmet_users", "need cases without a place: the sum of the next three"),
        _count("above_maximum_users", "beyond the maximum of state-funded users"),
        _count("out_of_reach_users", "no possible host within the travel limit"),
        _count("no_place_users", "within reach, but no place"),
    ),
)

COMPLIANCE = Table(
    "compliance",
    "The minimum package, service by service: asked, given, missing.",
    ("municipality", "service", "year"),
    (
        _MUNICIPALITY,
        _SERVICE,
        _YEAR,
        Column("level", "choice", "level of planning", choices=_LEVELS),
        Column("kind", "choice", "how it is counted", choices=("in_place", "access", "regional")),
        _count("required", "users (access) or places (in_place, regional: in the whole region)"),
        _count("achieved", "the same, as planned"),
        _count("missing", "required less achieved, never negative"),
        Column("nearest_min", "integer", "journey to the nearest open site, minutes", 0, 3_000, blank=True),
        Column("within_reach", "flag", "an open site lies within the travel limit"),
        Column("complied", "flag", "nothing is missing and, for a regional service, it is within reach"),
    ),
)

SPENDING = Table(
    "spending",
    "Which stream pays what, by host municipality and service.",
    ("stream", "kind", "municipality", "service", "year"),
    (
        Column("stream", "code", "funding stream of the scenario"),
        Column("kind", "choice", "running or capital money", choices=("running", "capital")),
        _MUNICIPALITY,
        _SERVICE,
        _YEAR,
        _eur("amount_eur", "amount, EUR, to the cent"),
    ),
)

BUDGET = Table(
    "budget",
    "Each stream: what it has, what is spent, what is left or lacking.",
    ("stream", "year"),
    (
        Column("stream", "code", "funding stream of the scenario"),
        _YEAR,
        Column("kind", "choice", "running or capital money", choices=("running", "capital")),
        _eur("budget_eur", "available"),
        _eur("spent_eur", "spent by the plan"),
        _eur("left_eur", "not spent"),
        _eur("lacking_eur", "spent beyond the budget (mode what_it_would_cost)"),
    ),
)

INPUT_TABLES = (
    REGIONS,
    MUNICIPALITIES,
    INDICATOR_CATALOGUE,
    INDICATORS,
    SERVICES,
    BASES,
    CALIBRATION,
    REGISTER,
    TRAVEL,
)
RESULT_TABLES = (NEEDS, PACKAGE, CAPACITY, ALLOCATION, UNMET, COMPLIANCE, SPENDING, BUDGET)
TABLES: Mapping[str, Table] = {t.name: t for t in (*INPUT_TABLES, KNOWN_TRAVEL, *RESULT_TABLES)}
