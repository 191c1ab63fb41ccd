"""Money as sheets: the programme, the agreements, spending by stream, budgets, and what goes on afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports.sheets import Field, Sheet, declared, heading, in_words, names_of
from nationalmap.reports.texts import counted, languages, money, text

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

_KINDS = ("running", "build", "transform", "renovate")


def _blank(frame: pd.DataFrame) -> pd.DataFrame:
    """The cells as objects, with None where there is nothing."""
    return frame.astype(object).where(frame.notna(), None)


def programme_sheet(plan: Plan) -> Sheet:
    """Type, volume, stream, year: a row for each service, kind of cost and stream; two columns for each year."""
    rows = plan.tables["programme"]
    key = ["service", "kind", "stream"]
    columns = [(name, year) for year in plan.scenario.years for name in ("places", "amount_eur")]
    by_key = {name: rows.set_index([*key, "year"])[name].unstack("year") for name in ("places", "amount_eur")}
    cells = pd.DataFrame(
        {f"{name}_{year}": by_key[name].get(year) for name, year in columns}, index=by_key["places"].index, dtype=object
    )
    order = {kind: place for place, kind in enumerate(_KINDS)}
    cells = cells.reset_index()
    cells = cells.sort_values(key, key=lambda part: part.map(order) if part.name == "kind" else part, kind="stable")
    named = {name: names_of(plan, name, "bg") for name in ("service", "stream")}
    head = {
        "service": cells["service"],
        "service_name": [named["service"].get(code, code) for code in cells["service"]],
        "kind": in_words(cells["kind"], "choice"),
        "stream": cells["stream"],
        "stream_name": [named["stream"].get(code, code) for code in cells["stream"]],
    }
    fields = (
        *(heading(name, "code" if name in ("service", "stream") else "text") for name in head),
        *(_of_year(name, year) for name, year in columns),
    )
    body = pd.concat([pd.DataFrame(head), cells[[f"{name}_{year}" for name, year in columns]]], axis=1)
    amounts = tuple(f"amount_eur_{year}" for year in plan.scenario.years)
    return Sheet("programme", fields, _blank(body), 5, amounts, "A3")


def _of_year(name: str, year: int) -> Field:
    """A column of one year: places, or the amount."""
    key = "places_in_year" if name == "places" else "amount_in_year"
    words = {language: text(f"column.{key}", language, year=year) for language in languages()}
    return Field(f"{name}_{year}", "number" if name == "places" else "euro", words["bg"], words["en"])


def agreements_sheet(plan: Plan) -> Sheet:
    """The cost of each shared service, split between its municipalities, with a sentence for the agreement."""
    columns = ("host", "service", "year", "municipality", "users", "agreement", "by_users_eur", "by_shapley_eur")
    rows = plan.tables["shared"].sort_values(["host", "service", "year", "municipality"], kind="stable")
    sheet = declared(plan, "shared", columns, rows, frozen=5, paper="A3")
    cells = sheet.rows.copy()
    for language in languages():
        cells[f"agreement_text_{language}"] = pd.Series(_agreement_texts(plan, rows, language), dtype=object)
    texts = tuple(heading(f"agreement_text_{language}", "long") for language in languages())
    return Sheet("shared", (*sheet.fields, *texts), cells, 5, paper="A3")


def _agreement_texts(plan: Plan, rows: pd.DataFrame, language: str) -> list[str | None]:
    """What a municipality would pay to the host; nothing for the host itself."""
    places, services = (names_of(plan, name, language) for name in ("municipality", "service"))

    def sentence(row: Any) -> str | None:
        if row.municipality == row.host:
            return None
        return text(
            "agreement.sentence",
            language,
            municipality=places.get(row.municipality, row.municipality),
            host=places.get(row.host, row.host),
            service=services.get(row.service, row.service),
            users=counted(int(row.users), "user", language),
            year=row.year,
            by_users=money(row.by_users_eur, language, 2),
            by_shapley=money(row.by_shapley_eur, language, 2),
            state=text(f"agreement.{row.agreement}", language),
        )

    return [sentence(row) for row in rows.itertuples(index=False)]


def spending_sheet(plan: Plan) -> Sheet:
    """Host municipality, service and year by stream, and the sum of each kind of cost."""
    spending = plan.tables["spending"]
    key = ["municipality", "service", "year"]
    whole = (spending["amount_eur"] * 100).round().astype("int64")
    by = [spending[name] for name in key]
    wide = whole.groupby([*by, spending["stream"]]).sum().unstack()
    sums = whole.groupby([*by, spending["kind"]]).sum().unstack().reindex(columns=list(_KINDS))
    sums.columns = pd.Index([f"{kind}_eur" for kind in _KINDS])
    streams = [str(code) for code in sorted(wide.columns)]
    cells = (wide[streams].join(sums) / 100).sort_index().reset_index()
    for place, name in ((2, "service"), (1, "municipality")):
        known = names_of(plan, name, "bg")
        cells.insert(place, f"{name}_name", [known.get(code, "") for code in cells[name]])
    named = {language: names_of(plan, "stream", language) for language in languages()}
    styles = {"municipality": "code", "service": "code", "year": "year"}
    fields = (
        *(heading(str(name), styles.get(str(name), "text")) for name in cells.columns[:5]),  # type: ignore[arg-type]
        *(Field(code, "euro", *(named[language].get(code, code) for language in languages())) for code in streams),
        *(heading(f"{kind}_eur", "euro") for kind in _KINDS),
    )
    return Sheet("spending", fields, _blank(cells), 5, paper="A3")


def money_sheets(plan: Plan) -> list[Sheet]:
    """Programme, agreements, spending, budgets, and the cost after the last period."""
    flows = ("carried_in_eur", "budget_eur", "spent_eur", "carried_out_eur", "left_eur", "lacking_eur")
    return [
        programme_sheet(plan),
        agreements_sheet(plan),
        spending_sheet(plan),
        declared(plan, "budget", ("stream", "year", "kind", *flows), plan.tables["budget"], frozen=3, paper="A3"),
        declared(
            plan,
            "afterwards",
            ("stream", "service", "amount_eur", "ends"),
            plan.tables["afterwards"],
            frozen=4,
            totals=("amount_eur",),
        ),
    ]
