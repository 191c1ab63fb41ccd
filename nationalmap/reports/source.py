"""A figure followed back: of the inputs to file, sheet, cell, source, date and class; of a result to what it is from.

Nothing is guessed: a result that the program decided is said to be decided, with the inputs that it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nationalmap.projection import BANDS, DERIVED
from nationalmap.reports.origins import Key, Origin, Origins, letters
from nationalmap.reports.texts import text

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan

#: Results that the program decides, and those that are reckoned from them.
DECIDED = ("capacity", "transformed", "renovated", "allocation", "spending", "complex")
#: Columns of a result -> the input table and column of the same name that it is read from.
_READ = {("capacity", "places_today"): "places", ("allocation", "travel_min"): "travel_min"}


@dataclass(frozen=True)
class Line:
    """One step back: how deep, and the sentence."""

    depth: int
    says: str


class Trace:
    """The way back of a figure, in sentences of one language."""

    def __init__(self, plan: Plan, language: str) -> None:
        self.plan, self.language = plan, language
        self.origins = Origins(plan)

    def say(self, sentence: str, /, **values: object) -> str:
        """A sentence of source.toml."""
        return text(f"source.{sentence}", self.language, **values)

    def of(self, table: str, key: Key, column: str, depth: int = 0) -> Iterator[Line]:
        """The figure itself, then what it is from."""
        record = self.origins.rows(table).get(key, {})
        value = record.get(column, "") or self.say("blank")
        head = self.say("figure", table=table, key=" ".join(key), column=column, value=value)
        yield Line(depth, head)
        if table in self.plan.inputs.tables:
            yield from self._given(table, key, column, depth + 1)
        else:
            yield from self._result(table, key, column, record, depth + 1)

    def _given(self, table: str, key: Key, column: str, depth: int) -> Iterator[Line]:
        origin = self.origins.of(table, key, column)
        yield Line(depth, self.say("unknown") if origin is None else self.told(origin))
        if table == "travel":
            m, h = key
            seats = [(place, name) for place in (m, h) for name in ("seat_lon", "seat_lat")]
            for place, name in seats if self.origins.rows(table)[key]["origin"] == "computed" else ():
                yield from self.of("municipalities", (place,), name, depth + 1)

    def told(self, origin: Origin) -> str:
        """File, sheet and cell, then source, date, class and basis."""
        parts = []
        if origin.file:
            parts.append(self.say("file", file=origin.file))
            parts += [self.say("sheet", sheet=origin.sheet)] if origin.sheet else []
            letter = origin.cell[:1].isalpha()
            parts += [self.say("cell" if letter else "line", cell=origin.cell)] if origin.cell else []
        parts += [self.say("found", found=origin.found)] if origin.found else []
        parts += [origin.source] if origin.source else []
        parts += [origin.date] if origin.date else []
        parts.append(text(f"choice.{origin.source_class}", self.language))
        parts += [origin.basis] if origin.basis and origin.basis != origin.source else []
        return "; ".join(parts)

    # ------------------------------------------------------------------ results

    def _result(self, table: str, key: Key, column: str, record: Mapping[str, str], depth: int) -> Iterator[Line]:
        if table == "needs":
            yield from self._need(key, record, depth)
        elif table == "projected":
            yield from self._projected(key, depth)
        elif table == "package":
            for norm in dict.fromkeys((record.get("norm_minimum", ""), record.get("norm_maximum", ""))):
                if norm:
                    yield from self._norm(norm, depth)
        else:
            yield Line(depth, self.say("decided" if table in DECIDED else "reckoned"))
            yield from self._behind(table, key, column, record, depth)

    def _norm(self, code: str, depth: int) -> Iterator[Line]:
        origin = self.origins.of_norm(code)
        yield Line(depth, self.say("norm", norm=code, told=self.told(origin) if origin else self.say("unknown")))

    def _need(self, key: Key, record: Mapping[str, str], depth: int) -> Iterator[Line]:
        m, g, year = key
        if not record.get("norm"):
            if key in self.origins.rows("stated_needs"):
                yield from self.of("stated_needs", (m, g, year), "need_users", depth)
            return
        yield from self._norm(record["norm"], depth)
        for code in record["indicator"].split():
            yield from self.of("projected", (code, m, year), "value", depth)

    def _projected(self, key: Key, depth: int) -> Iterator[Line]:
        code, m, year = key
        about = self.origins.rows("indicator_catalogue")[code,]
        cohorts = self.plan.scenario.projection.method == "cohorts"
        if not (cohorts and code in (*BANDS, *DERIVED) and int(year) > int(about["reference_date"][:4])):
            yield from self.of("indicators", (code, m), "value", depth)
            return
        yield Line(depth, self.say("moved", date=about["reference_date"], year=year))
        for band in BANDS:
            yield from self.of("indicators", (band, m), "value", depth + 1)
        for file in self.origins.files("projection"):
            yield Line(depth + 1, self.say("rates", told=self._file(file)))

    def _file(self, file: Mapping[str, str]) -> str:
        kind = text(f"choice.{file['source_class']}", self.language)
        name = self.say("file", file=file["file"]) if file["file"] else ""
        return "; ".join(part for part in (name, file["source"], file["date"], kind) if part)

    def _behind(self, table: str, key: Key, column: str, record: Mapping[str, str], depth: int) -> Iterator[Line]:
        """The cells that a decided or reckoned figure rests on: register, journeys, costs, needs, money."""
        rows = self.origins.rows
        site = record.get("site") or record.get("from_site") or ""
        if (site,) in rows("register"):
            yield from self.of("register", (site,), _READ.get((table, column), "places"), depth)
        m, h, s, year = (record.get(name, "") for name in ("municipality", "host", "service", "year"))
        g = record.get("group") or rows("services").get((s,), {}).get("group", "")
        for code in [g] if g else []:
            if (m, code, year) in rows("needs"):
                yield from self.of("needs", (m, code, year), "need_users", depth)
        if (m, h) in rows("travel"):
            yield from self.of("travel", (m, h), "travel_min", depth)
        if column.endswith("_eur") and (s,) in rows("services"):
            for name in ("running_cost_place_eur", "running_cost_facility_eur", "capital_cost_place_eur"):
                yield from self.of("services", (s,), name, depth)
        if table == "access":
            for one in rows("needs"):
                if (one[0], one[2]) == (m, year):
                    yield from self.of("needs", one, "need_users", depth)
        stream = self.plan.scenario.streams.get(record.get("stream", ""))
        if stream is not None:
            yield from self._stream(record["stream"], depth)

    def _stream(self, code: str, depth: int) -> Iterator[Line]:
        stream = self.plan.scenario.streams[code]
        file = next((row["file"] for row in self.origins.files("scenario") if row["file"]), "")
        about = "; ".join((text(f"choice.{stream.status}", self.language), stream.basis))
        yield Line(depth, self.say("stream", stream=code, file=file, about=about))
        for name in dict.fromkeys(filter(None, (stream.indicator, getattr(stream, "shared_by", "")))):
            for row in self.origins.files("indicators"):
                if name in letters(row["columns"]):
                    column = letters(row["columns"])[name]
                    yield Line(depth + 1, self.say("column", name=name, column=column, told=self._file(row)))


def source(plan: Plan, table: str, key: Key, column: str, language: str) -> list[Line]:
    """The way back of one figure of a run's tables, the figure first."""
    return list(Trace(plan, language).of(table, key, column))
