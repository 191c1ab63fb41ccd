"""Proposal, plan and map in force in sentences, each in Bulgarian and English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals
from nationalmap.reports.in_force.declared import CLASSES
from nationalmap.reports.texts import counted, listed, number, text
from nationalmap.schema import MAP_STATUS

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.plan import Plan
    from nationalmap.sources.annexes import Annex
    from nationalmap.sources.annexes.proposals import Proposals

#: Rows and names that a sentence gives.
_NAMED = 5
#: Services that a sentence lists.
_LISTED = 20
#: Classes whose largest rows are named.
_TOLD = ("above_map", "planned_not_in_map", "in_map_not_planned", "other_hosts")


def sentences(
    plan: Plan, annex: Annex, proposals: Proposals | None, tables: Mapping[str, pd.DataFrame], language: str
) -> list[str]:
    """What the map is worth, who proposed, then region by region and year by year, then what could not be compared."""
    return [
        say("title", language, plan=f"{plan.scenario.name}, {plan.run_id}"),
        *about_map(annex, language),
        *_caution(plan, language),
        *_about_proposals(plan, proposals, tables, language),
        *_by_year(plan, tables, language),
        *_left_out(plan, annex, tables, language),
    ]


def say(key: str, language: str, **values: object) -> str:
    """A text of this report."""
    return text(f"in_force.{key}", language, **values)


def status_of(annex: Annex) -> str:
    """The weakest status of any row of the map."""
    found = {*annex.rows["status"], *annex.not_planned["status"]}
    return max(found, key=MAP_STATUS.index, default="illustrative")


def about_map(annex: Annex, language: str) -> Iterator[str]:
    """What the figures of the map are worth, then its documents."""
    yield say(status_of(annex), language)
    columns = ["document", "date", "status"]
    frames = (annex.rows[columns], annex.not_planned[columns])
    sizes = Counter(row for frame in frames for row in frame.itertuples(index=False, name=None))
    for (document, date, status), size in sorted(sizes.items())[:_NAMED]:
        yield say(
            "map", language, document=document, date=date, count=counted(size, "row", language),
            status=say(f"status.{status}", language),
        )  # fmt: skip


def _caution(plan: Plan, language: str) -> Iterator[str]:
    if any(norm.status == "illustrative" for norm in plan.inputs.norms):
        yield say("norms", language)


def _about_proposals(
    plan: Plan, proposals: Proposals | None, tables: Mapping[str, pd.DataFrame], language: str
) -> Iterator[str]:
    if proposals is None:
        yield say("no_proposals", language)
        return
    towns = set(totals.municipalities(plan))
    every = counted(len(towns), "municipality", language)
    yield say("proposals", language, sent=number(len(proposals.sent & towns), language), all=every)
    three = tables["three_way"]
    shared = int(three.loc[three["year"] == plan.scenario.last_year, "proposed_shared_users"].fillna(0).sum())
    if shared:
        yield say("shared", language, count=counted(shared, "user", language))


def _by_year(plan: Plan, tables: Mapping[str, pd.DataFrame], language: str) -> Iterator[str]:
    names = name_of(plan, language)
    region_of = {**_regions(plan), **{region: region for region in plan.scenario.regions}}
    three, hosts = tables["three_way"], tables["hosts"]
    for region in plan.scenario.regions:
        for year in plan.scenario.years:
            rows = three[(three["territory"].map(region_of) == region) & (three["year"] == year)]
            if rows.empty:
                continue
            sums = {name: number(int(rows[f"{name}_users"].sum()), language) for name in ("map", "above", "left")}
            state = counted(int(rows["plan_state_users"].sum()), "user", language)
            yield say("year", language, region=names["region"][region], year=year, state=state, **sums)
            silent = int(rows.loc[rows["class"] == "no_map", "plan_state_users"].sum())
            if silent:
                yield say("silent", language, count=counted(silent, "user", language))
            beyond = hosts.loc[(hosts["region"] == region) & (hosts["year"] == year), "above_users"].sum()
            if beyond > rows.loc[rows["level"] == "regional", "above_users"].sum():
                yield say("hosts", language, above=counted(int(beyond), "user", language))
            yield from _classes(rows, names, language)


def _classes(rows: pd.DataFrame, names: Mapping[str, Mapping[str, str]], language: str) -> Iterator[str]:
    """How many rows of each class, then the largest rows of those that want a look."""
    counts = rows["class"].value_counts()
    parts = [
        say("class_count", language, count=number(int(counts[code]), language), words=say(f"class.{code}", language))
        for code in CLASSES
        if code in counts.index
    ]
    yield say("classes", language, list=listed(parts, language, "parts"))
    for code in _TOLD:
        own = rows[rows["class"] == code]
        size = own["plan_less_map_users"].abs().astype("float64")
        own = own.assign(size=size).sort_values(["size", "territory", "service"], ascending=[False, True, True])
        if own.empty:
            continue
        told = [_row(row, names, language) for row in own.head(_NAMED).to_dict("records")]
        rest = len(own) - len(told)
        told += [say("more", language, count=number(rest, language))] if rest else []
        words = say(f"class.{code}", language)
        yield say("top", language, words=words[0].upper() + words[1:], list=listed(told, language, "parts"))


def _row(row: Mapping[Any, Any], names: Mapping[str, Mapping[str, str]], language: str) -> str:
    return say(
        "top_row", language, service=names["service"][row["service"]], territory=names["territory"][row["territory"]],
        state=number(int(row["plan_state_users"]), language), map=_known(row["map_users"], language),
    )  # fmt: skip


def _known(value: Any, language: str) -> str:
    """A figure, or that there is none."""
    return number(float("nan") if value is None or value != value else float(value), language)  # noqa: PLR0124


def _left_out(plan: Plan, annex: Annex, tables: Mapping[str, pd.DataFrame], language: str) -> Iterator[str]:
    names = name_of(plan, language)
    services = plan.inputs.tables["services"].set_index("service")["counts_as"]
    old = [s for s in sorted(set(annex.rows["service"])) if services.get(s)]
    if old:
        pairs = [f"{names['service'][s]} → {names['service'][services[s]]}" for s in old]
        yield say("old", language, list=listed(pairs, language, "parts"))
    three = tables["three_way"]
    silent = sorted(set(three.loc[three["class"] == "no_map", "territory"]))
    if silent:
        told = [names["territory"][code] for code in silent[: 2 * _NAMED]]
        told += [say("more", language, count=len(silent) - len(told))] if len(silent) > len(told) else []
        yield say("not_covered", language, list=listed(told, language))
    here = {*_regions(plan), *plan.scenario.regions}
    elsewhere = sum(int((~frame["territory"].isin(list(here))).sum()) for frame in (annex.rows, annex.not_planned))
    if elsewhere:
        yield say("elsewhere", language, count=counted(elsewhere, "row", language))
    yield from _not_planned(tables["not_planned"], names, language)


def _not_planned(rows: pd.DataFrame, names: Mapping[str, Mapping[str, str]], language: str) -> Iterator[str]:
    """The services that the plan does not know, with their users; all of them stand in the table."""
    if rows.empty:
        return
    sums = rows.groupby(["name", "nearest"], as_index=False)["max_users"].sum()
    shown, rest = sums.head(_LISTED), len(sums) - _LISTED
    told = [
        say(
            "not_planned_row", language, name=name, count=counted(int(users), "user", language),
            near=say("near", language, name=names["service"].get(near, near)) if near else "",
        )
        for name, near, users in shown.itertuples(index=False, name=None)
    ]  # fmt: skip
    told += [say("more", language, count=rest)] if rest > 0 else []
    yield say("not_planned", language, list=listed(told, language, "parts"))


def _regions(plan: Plan) -> dict[str, str]:
    """Region of each municipality of the plan."""
    towns = plan.inputs.tables["municipalities"]
    inside = towns[towns["region"].isin(list(plan.scenario.regions))]
    return dict(zip(inside["municipality"], inside["region"], strict=True))


def name_of(plan: Plan, language: str) -> dict[str, dict[str, str]]:
    """Names of the codes of each column; as a territory a region is told apart from the town of its name."""
    column = f"name_{language}"
    towns, regions = (totals.names(plan, table, column) for table in ("municipalities", "regions"))
    services = totals.names(plan, "services", column)
    every = {kind: say(f"all.{kind}", language) for kind in ("region", "service")}
    return {
        "territory": {**{code: text("workbook.region", language, name=n) for code, n in regions.items()}, **towns},
        "host": towns,
        "region": {**regions, "*": every["region"]},
        "service": {**services, "*": every["service"]},
    }
