"""The forms of a working folder, filled with what is known of its regions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from nationalmap import schema
from nationalmap.folders import texts
from nationalmap.folders.forms import Beside, Codes, Form, beside
from nationalmap.reports.rules import rule_in_words
from nationalmap.sources.norm_rows import norm_rows

if TYPE_CHECKING:
    from nationalmap.folders.known import Known

#: Rows of the shipped tables that wait for better figures, by column and word.
_WAITS = {
    "register": ("origin", "estimated"),
    "renovations": ("origin", "estimated"),
    "own_indicators": ("source_class", "estimate"),
    "norms": ("status", "illustrative"),
    "transformations": ("status", "illustrative"),
    "bases": ("status", "illustrative"),
    "projection": ("status", "illustrative"),
}


def codes_of(known: Known) -> dict[str, Codes]:
    """The lists to choose from: municipalities of the regions, services, need groups, indicators, streams."""
    question = known.question
    lists = {
        "municipality": question.municipalities,
        "service": known.catalogue["services"],
        "group": known.catalogue["groups"],
        "indicator": question.inputs.tables["indicator_catalogue"],
    }
    codes = {name: _codes(name, table) for name, table in lists.items()}
    streams = tuple((name, s.name_bg, s.name_en) for name, s in question.scenario.streams.items())
    return {**codes, "stream": Codes((texts.word("beside.stream", "bg"), texts.word("beside.stream", "en")), streams)}


def _codes(name: str, table: pd.DataFrame) -> Codes:
    """Code and names of a table; a name that stands twice is told apart by its code."""
    twice = set(table.loc[table["name_bg"].duplicated(), "name_bg"])
    rows = [
        (str(code), f"{bg} ({code})" if bg in twice else str(bg), str(en))
        for code, bg, en in table[[name, "name_bg", "name_en"]].itertuples(index=False, name=None)
    ]
    title = (texts.word(f"beside.{name}", "bg"), texts.word(f"beside.{name}", "en"))
    return Codes(title, tuple(sorted(rows, key=lambda row: row[0])))


def region_forms(known: Known, codes: dict[str, Codes]) -> list[Form]:
    """The figures of the regions: indicators, register, renovations, agreements, journeys, budgets, map in force."""
    tables = known.question.inputs.tables
    pair = {"municipality": "municipality", "host": "municipality"}
    site = {"municipality": "municipality", "service": "service"}
    register = _sorted(known.register, ["municipality", "service", "site"])
    agreements = tables["agreements"]
    return [
        _indicators(known, codes),
        Form(
            schema.REGISTER, register, tuple(beside(register, name, codes[name]) for name in site),
            site, _WAITS["register"], 3,
        ),
        Form(schema.RENOVATIONS, tables["renovations"], waits=_WAITS["renovations"]),
        Form(
            schema.AGREEMENTS, agreements,
            tuple(Beside(name, name, beside(agreements, name, codes[of]).cells) for name, of in pair.items()),
            pair, frozen=4,
        ),
        _journeys(known, codes),
        _budgets(known, codes),
        Form(
            _own_host(schema.MAP_IN_FORCE), pd.DataFrame(columns=list(schema.MAP_IN_FORCE.names)),
            lists={"host": "municipality"},
        ),
    ]  # fmt: skip


def _own_host(table: schema.Table) -> schema.Table:
    """The table as it is filled in: of the municipal level nobody writes the host, who is the municipality itself."""
    columns = (replace(column, blank=True) if column.name == "host" else column for column in table.columns)
    return replace(table, columns=tuple(columns))


def _sorted(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return table.sort_values(by, kind="stable", ignore_index=True)


def _indicators(known: Known, codes: dict[str, Codes]) -> Form:
    """Every figure of the regions beside its source; municipality by municipality."""
    tables = known.question.inputs.tables
    facts = tables["indicator_catalogue"].set_index("indicator")
    figures = tables["indicators"]
    figures = figures[figures["municipality"].isin(known.question.municipalities["municipality"])]
    rows = figures.assign(
        **{name: figures["indicator"].map(facts[name]) for name in ("reference_date", "source_class", "source")}
    )
    rows = _sorted(rows[list(schema.OWN_INDICATORS.names)], ["municipality", "indicator"])
    unit = [texts.choice(str(facts.at[name, "unit"]))[0] for name in rows["indicator"]]
    names = tuple(beside(rows, name, codes[name]) for name in ("indicator", "municipality"))
    lists = {"indicator": "indicator", "municipality": "municipality"}
    return Form(
        schema.OWN_INDICATORS, rows, (*names, Beside("unit", "value", tuple(unit))), lists, _WAITS["own_indicators"], 4
    )


def _journeys(known: Known, codes: dict[str, Codes]) -> Form:
    """Every pair of municipalities of one region with its computed minutes; none is known."""
    travel, region = known.question.inputs.tables["travel"], known.question.municipalities
    of = dict(zip(region["municipality"], region["region"], strict=True))
    own = [m < h and of[m] == of[h] for m, h in zip(travel["municipality"], travel["host"], strict=True)]
    pairs = _sorted(travel[own], ["municipality", "host"])
    rows = pairs[["municipality", "host"]].assign(travel_min=pd.Series([None] * len(pairs), dtype="Float64"))
    names = tuple(Beside(name, name, beside(rows, name, codes["municipality"]).cells) for name in rows.columns[:2])
    computed = Beside("computed_min", "travel_min", tuple(pairs["travel_min"].astype(int)), "grey_integer")
    return Form(
        schema.KNOWN_TRAVEL, rows, (*names, computed), {"municipality": "municipality", "host": "municipality"},
        frozen=4,
    )  # fmt: skip


def _budgets(known: Known, codes: dict[str, Codes]) -> Form:
    """Every stream and planned year with what the scenario gives; the own amounts are blank."""
    amounts = known.question.budgets_eur
    keys = [(name, year) for name, by_year in amounts.items() for year in by_year]
    rows = pd.DataFrame(keys, columns=["stream", "year"]).assign(amount_eur=None, status="", basis="")
    given = tuple(amounts[name][year] for name, year in keys)
    return Form(
        schema.BUDGETS, rows,
        (beside(rows, "stream", codes["stream"]), Beside("computed_eur", "amount_eur", given, "grey_money")),
        {"stream": "stream"}, frozen=3,
    )  # fmt: skip


def catalogue_forms(known: Known, codes: dict[str, Codes]) -> list[Form]:
    """The catalogue and the norms, whole."""
    indicators = codes["indicator"].names
    every = known.norms
    norms = norm_rows(every)
    words = {norm.id: rule_in_words(norm, indicators) for norm in every}
    named = {**codes["group"].names, **codes["service"].names}
    target = tuple(
        named.get(group or service, "") for group, service in zip(norms["group"], norms["service"], strict=True)
    )
    lists = {"group": "group", "service": "service", "indicator": "indicator"}
    forms = [
        Form(
            schema.NORMS, norms,
            (Beside("target", "service", target), Beside("rule", "own_from", tuple(words[n] for n in norms["norm"]))),
            lists, _WAITS["norms"], 1,
        )
    ]  # fmt: skip
    for table in schema.CATALOGUE_TABLES:
        rows = known.catalogue[table.name]
        chosen = {c: of for c, of in _LISTS.items() if c in table.names and (table.name, c) not in _OWN_CODES}
        named_columns = [c for c in chosen if c not in table.key[:1] or table.name not in ("groups", "services")]
        names = tuple(
            Beside(c, c, beside(rows, c, codes[chosen[c]]).cells) for c in named_columns if c in ("service", "group")
        )
        forms.append(Form(table, rows, names, chosen, _WAITS.get(table.name), 1))
    return forms


#: Columns that choose from a list, by its name.
_LISTS = {
    "service": "service", "host_service": "service", "from_service": "service", "to_service": "service",
    "counts_as": "service", "group": "group",
}  # fmt: skip
#: Columns that make the codes of a list.
_OWN_CODES = {("services", "service"), ("groups", "group"), ("bases", "service"), ("professions", "service")}
