"""A comparison in sentences, in the order in which it is read: what was asked, then what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nationalmap.reports import totals
from nationalmap.reports.comparison.asked import asked
from nationalmap.reports.comparison.pair import labels, letter
from nationalmap.reports.comparison.words import figure_change, some
from nationalmap.reports.sureness import share_in_words, stage_name, unit_name
from nationalmap.reports.texts import counted, languages, listed, money, number, percent, signed, text
from nationalmap.schema import RESULT_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nationalmap.domain.plan import Plan, StageResult
    from nationalmap.reports.comparison.pair import Pair

#: Names that a sentence spells out before it says how many more there are.
_NAMES = 12


def said(
    plans: Sequence[Plan],
    pairs: Sequence[Pair],
    each: Sequence[Mapping[str, pd.DataFrame]],
    stability: pd.DataFrame,
    year: int | None,
) -> pd.DataFrame:
    """Table SAID; ``each`` are the tables of each pair, ``year`` the one in which the decisions are counted."""
    both = [list(_lines(plans, pairs, each, stability, year, language)) for language in languages()]
    rows = [(line, part, run, bg, en) for line, ((part, run, bg), (_, _, en)) in enumerate(zip(*both, strict=True), 1)]
    return pd.DataFrame(rows, columns=["line", "part", "run", "says_bg", "says_en"])


def _lines(
    plans: Sequence[Plan],
    pairs: Sequence[Pair],
    each: Sequence[Mapping[str, pd.DataFrame]],
    stability: pd.DataFrame,
    year: int | None,
    language: str,
) -> Iterator[tuple[str, str, str]]:
    """Part, run, sentence."""
    yield from (("runs", "", sentence) for sentence in _which(plans, language))
    tellers: tuple[tuple[str, Callable[[Pair, Mapping[str, pd.DataFrame], str], Iterable[str]]], ...] = (
        ("scope", _scope), ("inputs", asked), ("results", _results), ("stages", _stages), ("winners", _winners)
    )  # fmt: skip
    # What was asked of every run comes before what came out of any.
    for group in (tellers[:2], tellers[2:]):
        for pair, tables in zip(pairs, each, strict=True):
            for part, teller in group:
                yield from ((part, pair.run, sentence) for sentence in teller(pair, tables, language))
    yield from (("stability", "", sentence) for sentence in _stability(plans, stability, year, language))


def _which(plans: Sequence[Plan], language: str) -> Iterator[str]:
    for position, plan in enumerate(plans, 1):
        values = {"title": getattr(plan.scenario, f"title_{language}"), "run": plan.run_id}
        if position == 1:
            yield text("compare.base", language, a=letter(1, language), **values)
        else:
            yield text("compare.run", language, b=letter(position, language), **values)


# ------------------------------------------------------------------ what only one plans


def _scope(pair: Pair, tables: Mapping[str, pd.DataFrame], language: str) -> Iterator[str]:
    letters = pair.letters(language)
    if pair.moved:
        years = listed((str(year) for year in pair.years), language)
        yield text("compare.scope.periods", language, **letters, years=years)
    rows = tables["scope"]
    rows = rows[rows["kind"] != "stage"]
    if rows.empty:
        if not pair.moved:
            yield text("compare.scope.same", language)
        return
    for kind, change in rows[["kind", "change"]].drop_duplicates().itertuples(index=False, name=None):
        codes = rows.loc[(rows["kind"] == kind) & (rows["change"] == change), "code"].tolist()
        yield text(
            "compare.scope.only_b" if change == "added" else "compare.scope.only_a",
            language,
            **letters,
            kind=text(f"compare.scope.kind.{kind}", language),
            names=some([_name(pair, kind, code, language) for code in codes], language, _NAMES),
        )


def _name(pair: Pair, kind: str, code: str, language: str) -> str:
    tables = {"municipality": "municipalities", "service": "services", "group": "groups"}
    if kind == "stream":
        plan = pair.base if code in pair.base.scenario.streams else pair.other
        return totals.stream_name(plan, code, language)
    return pair.names(tables[kind], language).get(code, code) if kind in tables else code


# ------------------------------------------------------------------ what came out


def _results(pair: Pair, tables: Mapping[str, pd.DataFrame], language: str) -> Iterator[str]:
    """Package, need, places and money of the first and the last year that both plan."""
    if all(tables[table.name].empty for table in RESULT_TABLES):
        yield text("compare.results.same", language)
    for year in dict.fromkeys((pair.years[0], pair.years[-1])):
        yield from _of_year(pair, year, language)


_COUNTS = ("complied_municipalities", "need_users", "served_users", "unmet_users", "places", "opened", "closed")
_AMOUNTS = ("running_spent_eur", "capital_used_eur", "running_lacking_eur", "capital_lacking_eur")


def _of_year(pair: Pair, year: int, language: str) -> Iterator[str]:
    before, after = (totals.totals(plan, year) for plan in pair.plans)
    values = {name: figure_change(before[name], after[name], language) for name in _COUNTS}
    values |= {name: _amount(before[name], after[name], language) for name in _AMOUNTS}
    yield _package(pair, year, values["complied_municipalities"], language)
    for line in ("need", "places", "money"):
        yield text(f"compare.results.{line}", language, year=year, **values)
    if any(side[name] for side in (before, after) for name in _AMOUNTS[2:]):
        yield text("compare.results.lacking", language, year=year, **values)


def _amount(before: float, after: float, language: str) -> str:
    """Two amounts to the euro with their difference."""
    by = round(after - before, 2)
    if not by:
        return text("compare.pair_same", language, b=money(after, language))
    sides = {"a": money(before, language), "b": money(after, language)}
    return text("compare.change_by", language, **sides, by=signed(by, language))


def _package(pair: Pair, year: int, complied: str, language: str) -> str:
    """Municipalities with the whole package in a year, and which of them gain or lose it."""
    sides = [totals.package_by_municipality(plan, year) for plan in pair.plans]
    whole = [set(side.loc[side["complied_services"] == side["services"], "municipality"]) for side in sides]
    both = set(sides[0]["municipality"]) & set(sides[1]["municipality"])
    names = pair.names("municipalities", language)
    moves = [
        text(f"compare.results.package_{word}", language, **pair.letters(language), names=some(told, language, _NAMES))
        for word, codes in (("gained", whole[1] - whole[0]), ("lost", whole[0] - whole[1]))
        if (told := [names[code] for code in sorted(codes & both)])
    ]
    counts = [number(len(side), language) for side in sides]
    of = (
        counts[0]
        if counts[0] == counts[1]
        else text("compare.results.of_two", language, before=counts[0], after=counts[1])
    )
    return text("compare.results.package", language, year=year, complied=complied, of=of, moved="".join(moves))


# ------------------------------------------------------------------ stages


def _stages(pair: Pair, tables: Mapping[str, pd.DataFrame], language: str) -> Iterator[str]:
    """Every stage whose value differs, what of it the gaps leave, and which stages are not proven."""
    letters = pair.letters(language)
    rows = tables["stages"]
    told = rows[~rows["verdict"].isin(["equal", "arbitrary"])]
    if told.empty:
        yield text("compare.stages.same", language)
    for row in told.to_dict("records"):
        yield _stage(row, letters, language)
    if rows["verdict"].isin(["lower", "higher", "within_gap", "after_gap"]).sum() > 1:
        yield text("compare.stages.order", language)
    opened = [
        text(
            "compare.stages.open_one",
            language,
            stage=stage_name(stage.name, language),
            side=side,
            gap=share_in_words(stage.gap, language),
        )
        for side, plan in zip(letters.values(), pair.plans, strict=True)
        for stage in _open(plan)
    ]
    if opened:
        yield text("compare.stages.open", language, names=listed(opened, language))


def _open(plan: Plan) -> list[StageResult]:
    return [stage for stage in plan.stages if stage.status != "proven"]


def _stage(row: Mapping[Any, Any], letters: Mapping[str, str], language: str) -> str:
    before, after = (float(row[name]) for name in ("reached_base", "reached"))
    whole = before.is_integer() and after.is_integer()
    gaps = {f"gap_{side}": _gap(row[name], language) for side, name in (("a", "gap_base"), ("b", "gap"))}
    return text(
        f"compare.stages.{row['verdict']}",
        language,
        stage=stage_name(str(row["stage"]), language),
        unit=unit_name(str(row["unit"]), language),
        change=_shares(before, after, language)
        if row["unit"] == "share"
        else figure_change(before, after, language, 0 if whole else 2),
        **gaps,
        **letters,
    )


def _shares(before: float, after: float, language: str) -> str:
    """Two shares of one as per cent."""
    return text("compare.change", language, a=percent(before, language, 1), b=percent(after, language, 1))


def _gap(gap: float, language: str) -> str:
    return share_in_words(gap, language)


# ------------------------------------------------------------------ who gains and who loses


def _winners(pair: Pair, tables: Mapping[str, pd.DataFrame], language: str) -> Iterator[str]:
    rows, year = tables["winners"], pair.years[-1]
    found = rows["outcome"].value_counts()
    if not found.index.isin(["gains", "loses", "mixed"]).any():
        yield text("compare.winners.same", language, year=year)
    names = pair.names("municipalities", language)
    for outcome in ("gains", "loses", "mixed"):
        of = rows[rows["outcome"] == outcome]
        if len(of):
            order = of["served_users_difference"].abs().sort_values(ascending=False, kind="stable").index
            told = [_municipality(names, row, language) for row in of.loc[order].to_dict("records")]
            n = counted(len(of), "municipality", language)
            yield text(f"compare.winners.{outcome}", language, year=year, n=n, names=some(told, language, _NAMES))
    if found.get("same") and len(found) > 1:
        yield text("compare.winners.rest", language, year=year, n=counted(int(found["same"]), "municipality", language))
    letters = pair.letters(language)
    yield from (_class(row, letters, language) for row in tables["priorities"].to_dict("records"))


def _municipality(names: Mapping[str, str], row: Mapping[Any, Any], language: str) -> str:
    """A municipality with what changes for it."""
    moves = []
    for name, times, decimals in (("served_users", 1, 0), ("unmet_share", 100, 1), ("complied_services", 1, 0)):
        by = row[f"{name}_difference"]
        if not pd.isna(by) and abs(by) > 1e-9:
            moves.append(text(f"compare.winners.{name.removesuffix('_users').removesuffix('_services')}", language,
                              by=signed(by * times, language, decimals)))  # fmt: skip
    name = names[str(row["municipality"])]
    return text("compare.winners.one", language, name=name, moves=listed(moves, language, "parts"))


def _class(row: Mapping[Any, Any], letters: Mapping[str, str], language: str) -> str:
    """A priority class: how many people more and fewer have a place, and in how many municipalities."""
    gained, lost = int(row["gained_users"]), int(row["lost_users"])
    key = "class" if gained and lost else "class_up" if gained else "class_down" if lost else "class_same"
    return text(
        f"compare.winners.{key}",
        language,
        **letters,
        year=row["year"],
        number=row["priority_class"],
        gained=counted(gained, "user", language),
        lost=counted(lost, "user", language),
        up=counted(int(row["gaining_municipalities"]), "municipality", language),
        down=counted(int(row["losing_municipalities"]), "municipality", language),
        change=figure_change(float(row["unmet_users_base"]), float(row["unmet_users"]), language),
    )


# ------------------------------------------------------------------ stability


def _stability(plans: Sequence[Plan], rows: pd.DataFrame, year: int | None, language: str) -> Iterator[str]:
    when = (
        text("compare.stability.in_year", language, year=year) if year else text("compare.stability.at_last", language)
    )
    every, *two = rows.to_dict("records")
    if not every["taken"]:
        yield text("compare.stability.none", language)
        return
    counts = {name: number(every[name], language) for name in ("taken", "equal", "acted")}
    share = percent(every["share"], language, 1)
    yield text("compare.stability.taken", language, when=when, share=share, **counts)
    if every["acted"]:
        values = {"acted": counts["acted"], "equal": number(every["acted_equal"], language)}
        yield text("compare.stability.acted", language, share=percent(every["acted_share"], language, 1), **values)
    else:
        yield text("compare.stability.acted_none", language)
    if len(two) > 1:
        letters = {run: letter(number, language) for number, run in enumerate(labels(plans), 1)}
        yield from (_two(row, letters, language) for row in two)
    if any(plan.status != "proven" for plan in plans):
        yield text("compare.stability.searched", language)


def _two(row: Mapping[Any, Any], letters: Mapping[str, str], language: str) -> str:
    counts = {name: number(row[name], language) for name in ("taken", "equal")}
    return text(
        "compare.stability.pair",
        language,
        a=letters[row["run_a"]],
        b=letters[row["run_b"]],
        share=percent(row["share"], language, 1),
        **counts,
    )
