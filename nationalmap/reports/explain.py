"""Why a municipality has the places it has: from the indicator to the money, in sentences and as a table.

Every figure is one of the plan's own tables, or arithmetic on them; what is not known is not said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nationalmap.domain.norm import Complement, Scheme
from nationalmap.projection import BANDS, DERIVED
from nationalmap.reports import summary, totals
from nationalmap.reports.binding import Binding
from nationalmap.reports.explain_words import words_of
from nationalmap.reports.nearness import nearness
from nationalmap.reports.rules import rule_in_words
from nationalmap.reports.texts import text

if TYPE_CHECKING:
    import pandas as pd

    from nationalmap.domain.norm import Norm
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.room import Bind

#: (municipality, group, year)
Cell = tuple[str, str, int]
Row = Mapping[str, Any]

#: Columns of the table of reasons: codes, five counts of need cases, then three sentences in one language.
COLUMNS = (
    *("municipality", "group", "year", "need_users", "served_users", "within_reach_users", "above_maximum_users"),
    *("out_of_reach_users", "hosts", "binds", "paid"),
)


def explain(plan: Plan, municipality: str, group_or_service: str, language: str, year: int | None = None) -> list[str]:
    """Why a municipality has what it has in a need group, or in those that a service belongs to; codes are known.

    ``year``: a planned one, otherwise the last. Sentences in the order of ``PARTS``.
    """
    reasons = Reasons(plan, language)
    asked = plan.scenario.last_year if year is None else year
    lines: list[str] = []
    for group in groups_of(plan, group_or_service):
        lines += reasons.about(municipality, group, asked, group_or_service)
    return lines


def three_numbers(plan: Plan, municipality: str, language: str, year: int | None = None) -> list[str]:
    """With a place, within reach but no place, out of reach: all needs of a municipality, then each need group.

    Of a group also how near people live to open places (nearness).
    """
    reasons = Reasons(plan, language)
    asked = plan.scenario.last_year if year is None else year
    words = reasons.words
    access = totals.in_year(plan, "access", asked)
    whole = [row for row in _records(access) if row["municipality"] == municipality]
    title = words.say("numbers_all", municipality=words.places[municipality])
    lines = [reasons.numbers(title, asked, row) for row in whole]
    mine = sorted(cell for cell in reasons.unmet if (cell[0], cell[2]) == (municipality, asked))
    near = nearness(plan, municipality, asked, language)
    for cell in mine:
        said = (reasons.numbers(words.groups[cell[1]], asked, reasons.unmet[cell]), near.get(cell[1], ""))
        lines.append(" ".join(part for part in said if part))
    return lines


def why_table(plan: Plan, language: str) -> pd.DataFrame:
    """One row for each municipality, need group and year: the three numbers, hosts, what binds, who pays there.

    Columns ``COLUMNS``: ``within_reach_users`` have no place though somebody is within reach (those above the
    maximum among them), so need = served + within reach + out of reach. The sentences are in the language asked.
    """
    import pandas as pd

    reasons = Reasons(plan, language)
    rows = [reasons.row(cell) for cell in sorted(reasons.unmet)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def groups_of(plan: Plan, group_or_service: str) -> tuple[str, ...]:
    """The need group of a code: the code itself, the group of the service, or both; none for an unknown code."""
    groups = plan.inputs.tables["groups"]["group"].tolist()
    services = plan.inputs.tables["services"]
    found = services.loc[services["service"] == group_or_service, "group"].tolist()
    return tuple(dict.fromkeys([*(code for code in groups if code == group_or_service), *found]))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _known(value: Any) -> bool:
    return str(value) not in ("<NA>", "nan", "None", "")


class Reasons:
    """A plan asked for its reasons in one language; tables are looked up once."""

    def __init__(self, plan: Plan, language: str) -> None:
        self.plan = plan
        self.words = words_of(plan, language)
        self.binding = Binding(plan)

    @cached_property
    def unmet(self) -> Mapping[Cell, Row]:
        """Rows of table ``unmet``."""
        rows = _records(self.plan.tables["unmet"])
        return {(row["municipality"], row["group"], int(row["year"])): row for row in rows}

    @cached_property
    def needs(self) -> Mapping[Cell, Row]:
        """Rows of table ``needs``."""
        rows = _records(self.plan.tables["needs"])
        return {(row["municipality"], row["group"], int(row["year"])): row for row in rows}

    @cached_property
    def served(self) -> Mapping[Cell, list[Row]]:
        """Rows of table ``allocation``, nearest first."""
        found: dict[Cell, list[Row]] = defaultdict(list)
        rows = _records(self.plan.tables["allocation"])
        for row in sorted(rows, key=lambda r: (r["travel_min"], r["service"], r["host"])):
            group = self.binding.known.services[row["service"]].group
            found[row["municipality"], group, int(row["year"])].append(row)
        return found

    @cached_property
    def _paid(self) -> Mapping[tuple[str, str, int], list[Row]]:
        """(host, service, year) -> rows of table ``spending``."""
        found: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
        for row in _records(self.plan.tables["spending"].sort_values(["kind", "stream"], ascending=[False, True])):
            found[row["municipality"], row["service"], int(row["year"])].append(row)
        return found

    def about(self, m: str, g: str, year: int, asked: str) -> list[str]:
        """All sentences of one municipality, need group and year; ``asked`` is the code that was asked for."""
        lines = [self.words.say("title", municipality=self.words.places[m], group=self.words.groups[g], year=year)]
        if asked != g:
            names = {"service": self.words.services[asked], "group": self.words.groups[g]}
            lines.append(self.words.say("member", **names))
        for part in PARTS:
            lines += part(self, (m, g, year))
        return lines

    # ------------------------------------------------------------------ from the indicator to the need

    def indicators(self, cell: Cell) -> Iterator[str]:
        """Each indicator of the norm: its figure, unit, day, source, and how it came to the year."""
        m, _, year = cell
        for code in str(self.needs[cell]["indicator"] or "").split() if cell in self.needs else ():
            about = self._catalogue[code]
            given, value = self._given.get((code, m)), self._projected.get((code, m, year))
            moves = self.plan.scenario.projection.method == "cohorts" and code in (*BANDS, *DERIVED)
            moved = moves and year > int(str(about["reference_date"])[:4])
            key = "indicator_blank" if value is None else "indicator_moved" if moved else "indicator"
            yield self.words.say(
                key,
                name=self.words.indicators[code],
                value=self._with_unit(value, about["unit"]),
                given=self._with_unit(given, about["unit"]),
                year=year,
                date=_day(about["reference_date"]),
                source=about["source"],
                sure=self._sure(about["source_class"]),
            )

    def _with_unit(self, value: float | None, unit: str) -> str:
        if value is None:
            return ""
        return self.words.say("value", value=self.words.figure(value), unit=self._choice(unit))

    def _choice(self, code: str) -> str:
        return text(f"choice.{code}", self.words.language)

    def _sure(self, source_class: str) -> str:
        if source_class == "estimate":
            return self.words.say("sure_estimate")
        return self.words.say("sure", who=self._choice(source_class))

    @cached_property
    def _catalogue(self) -> Mapping[str, Row]:
        return {row["indicator"]: row for row in _records(self.plan.inputs.tables["indicator_catalogue"])}

    @cached_property
    def _given(self) -> Mapping[tuple[str, str], float]:
        rows = _records(self.plan.inputs.tables["indicators"])
        return {(r["indicator"], r["municipality"]): float(r["value"]) for r in rows if _known(r["value"])}

    @cached_property
    def _projected(self) -> Mapping[tuple[str, str, int], float]:
        rows = _records(self.plan.tables["projected"])
        known = (row for row in rows if _known(row["value"]))
        return {(r["indicator"], r["municipality"], int(r["year"])): float(r["value"]) for r in known}

    def _norm(self, cell: Cell) -> Norm | None:
        """The norm that gave the need; None for a stated one."""
        code = self.needs[cell]["norm"] if cell in self.needs else ""
        return next((norm for norm in self.plan.inputs.norms if norm.id == code), None)

    def norm(self, cell: Cell) -> Iterator[str]:
        """The norm with its rule, rate and kind, illustrative as it is; or the study that states the need."""
        norm = self._norm(cell)
        if norm is not None:
            rule = rule_in_words(norm, self.words.indicators, self.words.language)
            kind, status = self.words.say(f"kind.{norm.rule.type}"), self.words.say(f"status.{norm.status}")
            yield self.words.say("norm", id=norm.id, rule=rule, kind=kind, status=status)
            return
        for row in _records(self.plan.inputs.tables["stated_needs"]):
            if (row["municipality"], row["group"], int(row["year"])) == cell:
                yield self.words.say("stated", basis=row["basis"], who=self._choice(row["source_class"]))

    def need(self, cell: Cell) -> Iterator[str]:
        """The need before and after rounding; unknown is said to be unknown."""
        row, year = self.needs.get(cell, {}), cell[2]
        if not _known(row.get("need_users")):
            planned = int(self.unmet[cell]["need_users"]) if cell in self.unmet else 0
            key = "need_minimum" if planned else "need_unknown"
            yield self.words.say(key, year=year, need=self.words.counted(planned, "case"))
            return
        need = self.words.counted(int(row["need_users"]), "case")
        estimate = self.words.say("estimate") if row["is_estimate"] else ""
        norm = self._norm(cell)
        if norm is None or not _known(row["exact_users"]):
            yield self.words.say("need_stated", year=year, need=need, estimate=estimate)
            return
        exact, rounding = self.words.figure(float(row["exact_users"])), self.words.say(f"rounding.{norm.rounding}")
        yield self.words.say("need", year=year, exact=exact, need=need, rounding=rounding, estimate=estimate)

    def schemes(self, cell: Cell) -> Iterator[str]:
        """Who is not in the need because another scheme serves them."""
        norm = self._norm(cell)
        for scheme in norm.rule.schemes if norm is not None and isinstance(norm.rule, Complement) else ():
            served = self._served_by(scheme, cell)
            if served is not None:
                yield self.words.say("scheme", scheme=scheme.name, served=self.words.figure(served))

    def _served_by(self, scheme: Scheme, cell: Cell) -> float | None:
        m, _, year = cell
        if scheme.indicator is None:
            return scheme.users.get(m)
        users = self._projected.get((scheme.indicator, m, year))
        return None if users is None else users * scheme.rate / scheme.per

    # ------------------------------------------------------------------ who has a place

    def placed(self, cell: Cell) -> Iterator[str]:
        """Who has a place and where; nobody, or no need, is said."""
        row = self.unmet.get(cell)
        if row is None:
            return
        if not row["need_users"]:
            yield self.words.say("no_need")
            return
        need = self.words.counted(int(row["need_users"]), "case")
        where = self.words.listed([self._place(one) for one in self.served.get(cell, ())], "parts")
        served = self.words.figure(int(row["served_users"]))
        yield self.words.say("placed" if where else "placed_nobody", served=served, need=need, where=where)

    def _place(self, row: Row) -> str:
        m, h, s = row["municipality"], row["host"], row["service"]
        other = int(row["other_paid_users"])
        level = self.binding.known.services[s].level
        state = self.binding.known.agreement(m, h, s) if level == "municipal" else level
        return self.words.say(
            "placed_here" if m == h else "placed_there",
            users=self.words.counted(int(row["users"]), "user"),
            service=self.words.services[s],
            host=self.words.places[h],
            minutes=self.words.figure(float(row["travel_min"])),
            agreement="" if m == h else self.words.say(f"agreement.{state}"),
            other=self.words.say("placed_other", users=other) if other else "",
        )

    def without(self, cell: Cell) -> Iterator[str]:
        """Who has none: within reach, above the maximum among them, and out of reach."""
        row = self.unmet.get(cell)
        if row is not None and row["need_users"]:
            key = "without" if row["unmet_users"] else "nobody_without"
            yield self.words.say(key, **self._three(row))

    def _three(self, row: Row) -> dict[str, str]:
        """The three numbers of a row of table ``unmet`` or ``access``; those above a maximum are within reach."""
        above = int(row["above_maximum_users"])
        told = self.words.say("above", above=self.words.figure(above)) if above else ""
        return {
            "served": self.words.figure(int(row["served_users"])),
            "reach": self.words.figure(int(row["no_place_users"]) + above),
            "above": told,
            "far": self.words.figure(int(row["out_of_reach_users"])),
        }

    def numbers(self, name: str, year: int, row: Row) -> str:
        """The three numbers of a municipality or of one of its groups."""
        need = self.words.figure(int(row["need_users"]))
        return self.words.say("numbers", name=name, year=year, need=need, **self._three(row))

    # ------------------------------------------------------------------ what binds, and money

    def _binds(self, cell: Cell) -> list[Bind]:
        row = self.unmet.get(cell, {})
        if row.get("out_of_reach_users"):
            return self.binding.out_of_reach(*cell)
        return self.binding.no_place(*cell) if row.get("unmet_users") else []

    def binds(self, cell: Cell) -> Iterator[str]:
        """Each rule that binds; that the search for cases without a place stopped early, where it did."""
        binds = self._binds(cell)
        yield from (self.words.whole(bind) for bind in binds)
        stage = f"unmet_{self.binding.known.groups[cell[1]].priority_class}"
        for result in self.plan.stages if binds else ():
            if result.name == stage and result.status != "proven":
                name = summary.stage_name(stage, self.words.language)
                gap = summary.share_in_words(result.gap, self.words.language)
                yield self.words.say("not_proven", stage=name, gap=gap)

    def money(self, cell: Cell) -> Iterator[str]:
        """What each stream pays where the municipality's people are served, for all users there."""
        year, room = cell[2], self.binding.room
        for h, s in dict.fromkeys((row["host"], row["service"]) for row in self.served.get(cell, ())):
            about = {
                "service": self.words.services[s],
                "host": self.words.places[h],
                "year": year,
                "places": self.words.counted(room.places(h, s, year), "place"),
                "users": self.words.counted(room.taken(h, s, year), "user"),
            }
            if rows := self._paid.get((h, s, year), ()):
                streams = self.words.listed([self._payment(row) for row in rows], "parts")
                yield self.words.say("money", **about, streams=streams)
            if since := self._project_until(h, s, year):
                yield self.words.say("money_project", **about, until=since - 1, **{"from": since})

    def _project_until(self, h: str, s: str, year: int) -> int | None:
        """First year whose running cost the streams pay, where a project still pays that of a facility there."""
        sites = self.binding.known.sites_in.get((h, s), ())
        standing = (site for site in sites if self.binding.room.at(site.code, year, "places"))
        return max((site.state_from or 0 for site in standing if site.by_project(year)), default=None)

    def _payment(self, row: Row) -> str:
        amount, kind = self.words.money(float(row["amount_eur"])), self._choice(row["kind"])
        return self.words.say("money_part", stream=self.words.streams[row["stream"]], amount=amount, kind=kind)

    # ------------------------------------------------------------------ the table

    def row(self, cell: Cell) -> tuple[object, ...]:
        """A row of the table of reasons."""
        row = self.unmet[cell]
        above = int(row["above_maximum_users"])
        return (
            *cell,
            int(row["need_users"]),
            int(row["served_users"]),
            int(row["no_place_users"]) + above,
            above,
            int(row["out_of_reach_users"]),
            self.words.listed([self._host_cell(one) for one in self.served.get(cell, ())], "parts"),
            self.words.listed([self.words.short(bind) for bind in self._binds(cell)], "parts"),
            self.words.listed(self._money_cells(cell), "parts"),
        )

    def _host_cell(self, row: Row) -> str:
        host, service = self.words.places[row["host"]], self.words.short_services[row["service"]]
        return self.words.say("cell_host", host=host, service=service, users=self.words.figure(int(row["users"])))

    def _money_cells(self, cell: Cell) -> Iterator[str]:
        for h, s in dict.fromkeys((row["host"], row["service"]) for row in self.served.get(cell, ())):
            if rows := self._paid.get((h, s, cell[2])):
                streams = self.words.listed(self._payment(row) for row in rows)
                host, service = self.words.places[h], self.words.short_services[s]
                yield self.words.say("cell_money", host=host, service=service, streams=streams)


#: The parts of an answer in their order; one more part is one more function here.
PARTS: tuple[Callable[[Reasons, Cell], Iterator[str]], ...] = (
    Reasons.indicators,
    Reasons.norm,
    Reasons.need,
    Reasons.schemes,
    Reasons.placed,
    Reasons.without,
    Reasons.binds,
    Reasons.money,
)


def _day(date: object) -> str:
    """A day as both languages write it here: 07.09.2021; a year alone stays one."""
    return ".".join(reversed(str(date)[:10].split("-")))
