"""The plan's answer as sheets: package, need, places, who goes where. Money stands in sheets_money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.sheets import Field, Sheet, Style, declared, heading, names_of
from nationalmap.reports.sheets_money import money_sheets
from nationalmap.reports.sheets_why import why_sheet
from nationalmap.reports.texts import text
from nationalmap.schema import TABLES

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

#: Mark of a service of the package from which nothing is missing.
WHOLE = "\N{CHECK MARK}"


def package_sheet(plan: Plan) -> Sheet:
    """Municipality and year by service: a tick, how many are missing, or that it cannot be reached."""
    rows = plan.tables["compliance"]
    far = text("mark.out_of_reach", "bg")
    marks = [
        WHOLE if complied else missing or far
        for complied, missing in zip(rows["complied"].tolist(), rows["missing"].tolist(), strict=True)
    ]
    key = ["municipality", "year"]
    matrix = rows.assign(mark=marks).pivot_table(index=key, columns="service", values="mark", aggfunc="first")
    years = [totals.package_by_municipality(plan, year).assign(year=year) for year in plan.scenario.years]
    package = pd.concat(years).sort_values(key, kind="stable").set_index(key)
    matrix = matrix.reindex(package.index).astype(object)
    services = [str(code) for code in sorted(matrix.columns)]
    short = {language: totals.service_names(plan, language, short=True) for language in ("bg", "en")}
    places = names_of(plan, "municipality", "bg")
    head = pd.DataFrame(
        {
            "municipality": package.index.get_level_values(0),
            "municipality_name": [places[code] for code in package.index.get_level_values(0)],
            "year": package.index.get_level_values(1).tolist(),
            "complied_services": package["complied_services"].tolist(),
            "services": package["services"].tolist(),
        }
    ).astype(object)
    body = matrix[services].where(matrix[services].notna(), None).reset_index(drop=True)
    fields = (
        heading("municipality", "code"),
        heading("municipality_name", "text"),
        heading("year", "year"),
        heading("complied_services", "count"),
        heading("services", "count"),
        *(Field(code, "mark", short["bg"].get(code, code), short["en"].get(code, code)) for code in services),
    )
    return Sheet("package", fields, pd.concat([head, body], axis=1), 3, paper="A3")


_PEOPLE = ("need_users", "served_users", "unmet_users")
_REASONS = ("above_maximum_users", "out_of_reach_users", "no_place_users")
_CHANGES = (
    "places_before",
    "committed_places",
    "new_places",
    "transformed_in_places",
    "transformed_out_places",
    "given_up_places",
)
_SITES = ("facilities_today", "facilities_before", "opened", "closed", "facilities")
_ASKED = ("level", "kind", "required", "achieved", "missing", "nearest_min", "within_reach", "complied")
_NEED = ("norm", "indicator", "indicator_value", "exact_users", "need_users", "is_estimate")
_LIMITS = ("level", "kind", "minimum_users", "minimum_places", "maximum_users", "norm_minimum", "norm_maximum")


def _minutes_sheet(plan: Plan) -> Sheet:
    """Shares of the need within minutes of places, the whole plan first."""
    columns = TABLES["access_minutes"].names
    shares: dict[str, Style] = {name: "share" for name in columns if name.endswith("_share")}
    return declared(plan, "access_minutes", columns, plan.tables["access_minutes"], shares, frozen=5, paper="A3")


def _people(plan: Plan) -> list[Sheet]:
    """Package, need, access, and why."""
    tables = plan.tables
    service, group = ("municipality", "service", "year"), ("municipality", "group", "year")
    return [
        package_sheet(plan),
        declared(
            plan, "compliance", (*service, *_ASKED), tables["compliance"], {"complied": "mark"}, frozen=5, paper="A3"
        ),
        declared(
            plan,
            "package",
            ("territory", "service", "year", *_LIMITS),
            tables["package"],
            key="limits",
            frozen=5,
            paper="A3",
        ),
        declared(plan, "needs", (*group, *_NEED), tables["needs"], frozen=5, paper="A3"),
        declared(plan, "unmet", (*group, *_PEOPLE, *_REASONS), tables["unmet"], frozen=5, paper="A3"),
        declared(
            plan,
            "access",
            (
                "municipality",
                "year",
                "need_users",
                "served_users",
                "no_place_users",
                "out_of_reach_users",
                "above_maximum_users",
                "unmet_share",
            ),
            tables["access"],
            {"unmet_share": "share"},
            frozen=3,
        ),
        _minutes_sheet(plan),
        why_sheet(plan),
    ]


def _places(plan: Plan) -> list[Sheet]:
    """What stands and how it changes."""
    tables = plan.tables
    capacity = ("site", "year", "municipality", "service", "origin", "places_today", *_CHANGES, "places", *_SITES)
    moves = ("from_site", "to_site", "year", "municipality", "from_service", "to_service")
    repairs = ("site", "kind", "municipality", "service", "by_year", "year", "cost_eur", "places_lost")
    return [
        declared(plan, "capacity", capacity, tables["capacity"], frozen=6, paper="A3"),
        declared(
            plan,
            "transformed",
            (*moves, "places_out", "places_in", "facility", "capital_eur"),
            tables["transformed"],
            frozen=3,
            totals=("places_out", "places_in", "capital_eur"),
            paper="A3",
        ),
        declared(
            plan,
            "renovated",
            repairs,
            tables["renovated"],
            frozen=2,
            totals=("places_lost",),
            paper="A3",
        ),
    ]


def _at_the_places(plan: Plan) -> list[Sheet]:
    """Who is served where, who works there, and which places stand together."""
    tables = plan.tables
    return [
        declared(
            plan,
            "allocation",
            ("municipality", "service", "host", "year", "users", "other_paid_users", "travel_min"),
            tables["allocation"],
            frozen=6,
            paper="A3",
        ),
        declared(
            plan,
            "staffing",
            ("territory", "profession", "year", "needed_posts", "most_posts", "lacking_posts"),
            tables["staffing"],
            frozen=4,
        ),
        declared(
            plan,
            "complex",
            ("complex", "municipality", "year", "number", "saved_running_eur"),
            tables["complex"],
            frozen=4,
        ),
    ]


def result_sheets(plan: Plan) -> list[Sheet]:
    """The plan's answer, from the package to the money."""
    return [*_people(plan), *_places(plan), *_at_the_places(plan), *money_sheets(plan)]
