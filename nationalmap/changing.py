"""A question with some of its figures multiplied, and everything that follows from them asked again.

What a study varies goes into the inputs themselves: into the scenario's streams, the norms, the tables of indicators,
services and stated needs. So a run that is published from a changed question holds the changed inputs, and ``verify``
checks it like any other.

    budget        the stream's ``factor`` times f: what it has, in every period
    norm          the numbers of its rule times f, before rounding; limits of bands and thresholds, and the users of
                  other schemes that a complement takes off, stay as they are
    need          the group's exact need times f, rounded as its norm rounds; from then on a *stated* need, in place
                  of the norm (table stated_needs, class estimate)
    indicator     its figures times f, wherever they are read: norms, and streams that are counted from them
    travel_limit  the longest journey of the service times f

Whatever is changed is no legal and no attested figure any more, and is labelled so. A factor of 1 changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nationalmap import schema
from nationalmap.demand import rounded
from nationalmap.domain.change import Change
from nationalmap.domain.norm import Banded, Complement, Norm, Presence, Rule, Threshold
from nationalmap.domain.plan import Inputs
from nationalmap.domain.scenario import Scenario
from nationalmap.errors import Fault, InputRefused
from nationalmap.projection import DERIVED
from nationalmap.question import Question, asked

if TYPE_CHECKING:
    import pandas as pd

EVERY = "*"
#: A larger factor is a slip of units.
MOST_FACTOR = 1000.0
#: What has a figure for each municipality, so that one of them may be changed alone.
BY_MUNICIPALITY = ("need", "indicator")


def changed(question: Question, changes: Sequence[Change]) -> Question:
    """The question with these figures changed, and projection, needs, packages and budgets asked again.

    Changes of one figure multiply. Needs come last: they are those that the changed norms and indicators give. Raises
    InputRefused for a name that is not there, a factor that is none, and figures that leave their range.
    """
    effective = [change for change in changes if change.factor != 1]
    refuse_unknown(question, changes)
    if not effective:
        return question
    scenario, inputs = question.scenario, question.inputs
    for change in effective:
        scenario, inputs = _CHANGED[change.what](scenario, inputs, change)
    of_needs = [change for change in effective if change.what == "need"]
    now = question if len(of_needs) == len(effective) else _asked(question, scenario, inputs)
    now = _asked(now, scenario, _with_needs(now, of_needs)) if of_needs else now
    return replace(now, inputs=_marked(question, now))


def _marked(before: Question, after: Question) -> Inputs:
    """The inputs, saying of each table that a study changed that its figures are no longer those of its file."""
    import pandas as pd

    inputs = after.inputs
    old, new = before.inputs.tables, inputs.tables
    names = [name for name in new if new[name] is not old.get(name)]
    names += ["norms"] * (inputs.norms is not before.inputs.norms)
    names += ["scenario"] * (after.scenario is not before.scenario)
    blank = dict.fromkeys(schema.PROVENANCE.names, "")
    about = {
        "read_as": "computed",
        "part": 1,
        "source": "figures of its file times factors of a study",
        "source_class": "estimated",
    }
    mine = pd.DataFrame([{**blank, **about, "table": name} for name in names])
    kept = new["provenance"][lambda rows: (rows["file"] != "") | ~rows["table"].isin(names)]
    rows = pd.concat([kept, mine]).astype(new["provenance"].dtypes.to_dict())
    mended = new["mended"][~new["mended"]["table"].isin(names)].reset_index(drop=True)
    order = list(schema.PROVENANCE.key)
    return _with(inputs, provenance=rows.sort_values(order, ignore_index=True), mended=mended)


def _asked(question: Question, scenario: Scenario, inputs: Inputs) -> Question:
    again: dict[str, Any] = asked(scenario, inputs, question.municipalities, scenario.name)
    return replace(question, scenario=scenario, inputs=inputs, **again)


# ------------------------------------------------------------------------ which names there are


def names_of(question: Question, what: str) -> tuple[str, ...]:
    """The names that a change of this kind may have in a question, sorted."""
    tables = question.inputs.tables
    known: dict[str, Collection[Any]] = {
        "budget": question.scenario.streams.keys(),
        "norm": [norm.id for norm in question.inputs.norms],
        "need": tables["services"]["group"].tolist(),
        "indicator": tables["indicators"]["indicator"].tolist(),
        "travel_limit": tables["services"]["service"].tolist(),
    }
    return tuple(sorted({str(name) for name in known[what]}))


def refuse_unknown(question: Question, changes: Sequence[Change]) -> None:
    """Raise InputRefused with every name, municipality and factor of the changes that cannot be."""
    faults = [fault for change in changes for fault in _wrong(question, change)]
    if faults:
        raise InputRefused(faults)


def _wrong(question: Question, change: Change) -> Iterator[Fault]:
    file, known = question.scenario.name, names_of(question, change.what)
    if change.name != EVERY and change.name not in known:
        rule = "is not there to be changed"
        yield Fault(file, 0, change.what, schema.shown(change.name), rule, schema.nearest(change.name, known))
    if not (math.isfinite(change.factor) and 0 <= change.factor <= MOST_FACTOR):
        cure = f"write 0 to {MOST_FACTOR:g}; 1 changes nothing"
        yield Fault(file, 0, change.what, f"{change.factor:g}", f"is no factor for {change.name}", cure)
    if change.what == "indicator" and change.name in DERIVED and question.scenario.projection.method == "cohorts":
        cure = "change the bands: pop_0_14, pop_15_29, pop_30_44, pop_45_64, pop_65plus"
        yield Fault(file, 0, change.what, change.name, "follows from the projected age bands", cure)
    yield from _wrong_municipality(question, change)


def _wrong_municipality(question: Question, change: Change) -> Iterator[Fault]:
    if not change.municipality:
        return
    file, table = question.scenario.name, question.inputs.tables["municipalities"]
    known = (question.municipalities if change.what == "need" else table)["municipality"].tolist()
    if change.what not in BY_MUNICIPALITY:
        rule, cure = f"has no {change.what} of its own", "leave the municipality out"
        yield Fault(file, 0, "municipality", change.municipality, rule, cure)
    elif change.municipality not in known:
        cure = schema.nearest(change.municipality, known)
        yield Fault(file, 0, "municipality", schema.shown(change.municipality), "is not planned", cure)


# ------------------------------------------------------------------------ one change


def _budget(scenario: Scenario, inputs: Inputs, change: Change) -> tuple[Scenario, Inputs]:
    streams = {
        name: replace(
            stream, factor=stream.factor * change.factor, status="illustrative", basis=_basis(stream.basis, change)
        )
        if change.name in (EVERY, name)
        else stream
        for name, stream in scenario.streams.items()
    }
    return replace(scenario, streams=streams), inputs


def _norm(scenario: Scenario, inputs: Inputs, change: Change) -> tuple[Scenario, Inputs]:
    norms = [_times(norm, change) if change.name in (EVERY, norm.id) else norm for norm in inputs.norms]
    return scenario, replace(inputs, norms=tuple(norms))


def _times(norm: Norm, change: Change) -> Norm:
    rule = scaled(norm.rule, change.factor)
    return replace(norm, rule=rule, status="illustrative", calibrated_on="", basis=_basis(norm.basis, change))


def scaled(rule: Rule, factor: float) -> Rule:
    """A rule that gives ``factor`` times as much before rounding; of a complement, that has as many eligible people."""
    if isinstance(rule, Threshold | Complement):
        inner: Any = scaled(rule.inner, factor)
        return replace(rule, inner=inner)
    if isinstance(rule, Banded):
        return replace(rule, bands=tuple(replace(band, amount=band.amount * factor) for band in rule.bands))
    if isinstance(rule, Presence):
        return replace(rule, amount=rule.amount * factor)
    return replace(rule, rate=rule.rate * factor)


def _indicator(scenario: Scenario, inputs: Inputs, change: Change) -> tuple[Scenario, Inputs]:
    catalogue = inputs.tables["indicator_catalogue"]
    figures = times(inputs.tables["indicators"], change)
    refuse_percent(figures, catalogue, scenario.name)
    about = _named(catalogue["indicator"], change.name)
    notes = catalogue["note"].where(~about, [_basis(note, change) for note in catalogue["note"]])
    catalogue = catalogue.assign(source_class=catalogue["source_class"].where(~about, "estimate"), note=notes)
    return scenario, _with(inputs, indicators=figures, indicator_catalogue=catalogue)


def times(figures: pd.DataFrame, change: Change) -> pd.DataFrame:
    """The table of indicators with the figures of a change multiplied."""
    mine = _named(figures["indicator"], change.name)
    if change.municipality:
        mine &= figures["municipality"] == change.municipality
    return figures.assign(value=figures["value"].where(~mine, figures["value"] * change.factor))


def refuse_percent(figures: pd.DataFrame, catalogue: pd.DataFrame, file: str) -> None:
    """Shares above 100 per cent are none."""
    shares = set(catalogue.loc[catalogue["unit"] == "percent", "indicator"])
    over = figures[figures["indicator"].isin(shares) & (figures["value"] > 100)]
    if len(over):
        rule = f"comes to {over['value'].max():g} per cent in {over['municipality'].iloc[0]}"
        raise InputRefused(
            [
                Fault(file, 0, "indicator", name, rule, "take a smaller factor")
                for name in sorted(set(over["indicator"]))
            ]
        )


def _travel_limit(scenario: Scenario, inputs: Inputs, change: Change) -> tuple[Scenario, Inputs]:
    services = inputs.tables["services"]
    limits = services["travel_limit_min"]
    mine = _named(services["service"], change.name)
    return scenario, _with(
        inputs, services=services.assign(travel_limit_min=limits.where(~mine, limits * change.factor))
    )


def _later(scenario: Scenario, inputs: Inputs, _: Change) -> tuple[Scenario, Inputs]:
    return scenario, inputs


_CHANGED = {
    "budget": _budget,
    "norm": _norm,
    "need": _later,
    "indicator": _indicator,
    "travel_limit": _travel_limit,
}


def _with_needs(question: Question, changes: Sequence[Change]) -> Inputs:
    """The inputs with the needs of the changed groups stated: exact need times factor, rounded as the norm rounds."""
    import pandas as pd

    needs = question.needs
    touched = {name for change in changes for name in names_of(question, "need") if change.name in (EVERY, name)}
    factor = pd.Series(1.0, index=needs.index)
    for change in changes:
        mine = _named(needs["group"], change.name)
        if change.municipality:
            mine &= needs["municipality"] == change.municipality
        factor = factor.where(~mine, factor * change.factor)
    exact = needs["exact_users"].fillna(needs["need_users"].astype("Float64").astype(float)) * factor
    rows = needs[needs["group"].isin(touched)].assign(exact=exact)
    parts = [_stated(question, part) for _, part in rows.groupby(["norm", "year"], sort=True)]
    given = question.inputs.tables["stated_needs"]
    kept = given[~given["group"].isin(touched)]
    stated = pd.concat([kept, *parts])[list(schema.STATED_NEEDS.names)].astype(given.dtypes.to_dict())
    return _with(question.inputs, stated_needs=stated.sort_values(list(schema.STATED_NEEDS.key), ignore_index=True))


def _stated(question: Question, rows: pd.DataFrame) -> pd.DataFrame:
    """Needs that one norm gave in one year (or a study did), as stated ones; where there is no data, no row."""
    import numpy as np

    norm = next((norm for norm in question.inputs.norms if norm.id == rows["norm"].iloc[0]), None)
    exact = rows["exact"].to_numpy(dtype=float)
    regions = question.municipalities.set_index("municipality")["region"].reindex(rows["municipality"]).to_numpy()
    users = rounded(norm, exact, regions) if norm else np.floor(np.round(exact, 9) + 0.5)
    was = f"norm {norm.id}" if norm else "a stated need"
    made = rows.assign(need_users=users, source_class="estimate", basis=f"{was}, times a factor of a study")
    known: pd.DataFrame = made[~np.isnan(exact)].astype({"need_users": "int64"})
    return known


def _named(column: pd.Series, name: str) -> pd.Series:
    return column.notna() if name == EVERY else column == name


def _with(inputs: Inputs, **tables: pd.DataFrame) -> Inputs:
    return replace(inputs, tables={**inputs.tables, **tables})


def _basis(basis: str, change: Change) -> str:
    """What a figure stood on, and that a study changed it."""
    where = f" in {change.municipality}" if change.municipality else ""
    return f"{basis}; times {change.factor!r}{where} in a study".removeprefix("; ")
