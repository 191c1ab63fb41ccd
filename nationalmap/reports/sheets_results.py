"""The plan's answer as sheets: package, need, places, who goes where, money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nationalmap.reports import summary
from nationalmap.reports.sheets import Field, Sheet, declared, heading, names_of
from nationalmap.reports.texts import number, text

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

#: Mark of a service of the package from which nothing is missing.
WHOLE = "\N{CHECK MARK}"


def package_sheet(plan: Plan) -> Sheet:
    """Municipality by service: a tick, what is missing, or that it cannot be reached."""
    rows = plan.tables["compliance"]
    marks = [
        WHOLE if complied else text("mark.missing", "bg", missing=number(missing, "bg")) if missing else far
        for complied, missing, far in zip(
            rows["complied"].tolist(),
            rows["missing"].tolist(),
            [text("mark.out_of_reach", "bg")] * len(rows),
            strict=True,
        )
    ]
    matrix = rows.assign(mark=marks).pivot_table(
        index="municipality", columns="service", values="mark", aggfunc="first"
    )
    package = summary.package_by_municipality(plan).set_index("municipality")
    matrix = matrix.reindex(package.index).astype(object)
    services = [str(code) for code in sorted(matrix.columns)]
    short = {language: summary.names(plan, "services", f"short_{language}") for language in ("bg", "en")}
    places = names_of(plan, "municipality", "bg")
    head = pd.DataFrame(
        {
            "municipality": package.index,
            "municipality_name": [places[code] for code in package.index],
            "complied_services": package["complied_services"].tolist(),
            "services": package["services"].tolist(),
        }
    ).astype(object)
    body = matrix[services].where(matrix[services].notna(), None).reset_index(drop=True)
    fields = (
        heading("municipality", "code"),
        heading("municipality_name", "text"),
        heading("complied_services", "count"),
        heading("services", "count"),
        *(Field(code, "mark", short["bg"].get(code, code), short["en"].get(code, code)) for code in services),
    )
    return Sheet("package", fields, pd.concat([head, body], axis=1), 2, ("complied_services", "services"), "A3")


def spending_sheet(plan: Plan) -> Sheet:
    """Host municipality and service by stream, and the sums of running and capital money."""
    spending = plan.tables["spending"]
    key = ["municipality", "service"]
    whole = (spending["amount_eur"] * 100).round().astype("int64")
    by = [spending[name] for name in key]
    wide = whole.groupby([*by, spending["stream"]]).sum().unstack()
    sums = whole.groupby([*by, spending["kind"]]).sum().unstack().reindex(columns=["running", "capital"])
    sums.columns = pd.Index(["running_eur", "capital_eur"])
    streams = [str(code) for code in sorted(wide.columns)]
    cells = (wide[streams].join(sums) / 100).sort_index().reset_index()
    for place, name in ((2, "service"), (1, "municipality")):
        known = names_of(plan, name, "bg")
        cells.insert(place, f"{name}_name", [known.get(code, "") for code in cells[name]])
    named = {language: names_of(plan, "stream", language) for language in ("bg", "en")}
    fields = (
        *(heading(name, "code" if name in key else "text") for name in cells.columns[:4]),
        *(Field(code, "euro", *(named[language].get(code, code) for language in ("bg", "en"))) for code in streams),
        heading("running_eur", "euro"),
        heading("capital_eur", "euro"),
    )
    rows = cells.astype(object).where(cells.notna(), None)
    return Sheet("spending", fields, rows, 4, (*streams, "running_eur", "capital_eur"), "A3")


def result_sheets(plan: Plan) -> list[Sheet]:
    """The plan's answer, from the package to the money."""
    tables = plan.tables
    people = ("need_users", "served_users", "unmet_users")
    reasons = ("above_maximum_users", "out_of_reach_users", "no_place_users")
    places = ("places_today", "places", "new_places", "given_up_places")
    sites = ("facilities_today", "facilities", "opened", "closed")
    money = ("budget_eur", "spent_eur", "left_eur", "lacking_eur")
    asked = ("level", "kind", "required", "achieved", "missing", "nearest_min", "within_reach", "complied")
    need = ("norm", "indicator", "indicator_value", "exact_users", "need_users", "is_estimate")
    limits = (
        "level",
        "kind",
        "minimum_users",
        "minimum_places",
        "maximum_users",
        "norm_minimum",
        "norm_maximum",
    )
    key = ("municipality", "service")
    return [
        package_sheet(plan),
        declared(
            plan,
            "compliance",
            (*key, *asked),
            tables["compliance"],
            {"complied": "mark"},
            frozen=4,
            paper="A3",
        ),
        declared(
            plan,
            "package",
            ("territory", "service", *limits),
            tables["package"],
            key="limits",
            frozen=4,
            paper="A3",
        ),
        declared(plan, "needs", (*key, *need), tables["needs"], frozen=4, totals=("need_users",), paper="A3"),
        declared(plan, "unmet", (*key, *people, *reasons), tables["unmet"], frozen=4, totals=(*people, *reasons)),
        declared(
            plan,
            "capacity",
            ("site", *key, "origin", *places, *sites),
            tables["capacity"],
            frozen=5,
            totals=(*places, *sites),
            paper="A3",
        ),
        declared(
            plan,
            "allocation",
            (*key, "host", "users", "travel_min"),
            tables["allocation"],
            frozen=4,
            totals=("users",),
        ),
        spending_sheet(plan),
        declared(plan, "budget", ("stream", "kind", *money), tables["budget"], frozen=2),
    ]
