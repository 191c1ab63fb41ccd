"""Where the figures of a document are from: each rule, indicator, stream and decision gets a mark, explained once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from nationalmap.reports import totals
from nationalmap.reports.paper.model import Block, Column, Heading, Paragraph, Table
from nationalmap.reports.procedure.asked import Territory
from nationalmap.reports.rules import figure, rule_in_words
from nationalmap.reports.texts import act, text

if TYPE_CHECKING:
    from nationalmap.domain.norm import Norm

#: Letter of each kind of mark, in the order of the list.
_LETTERS = {"norm": "Н", "indicator": "П", "stream": "Ф"}


class Notes:
    """The marks that a document uses, in the order in which they are first used."""

    def __init__(self, about: Territory) -> None:
        self.about = about
        self._marks: dict[tuple[str, str], str] = {}

    @cached_property
    def norms(self) -> dict[str, Norm]:
        """Every norm of the plan by its id."""
        return {norm.id: norm for norm in self.about.plan.inputs.norms}

    @cached_property
    def _indicators(self) -> dict[str, dict[str, str]]:
        frame = self.about.plan.inputs.tables["indicator_catalogue"].set_index("indicator")
        return {str(code): {str(k): str(v) for k, v in row.items()} for code, row in frame.to_dict("index").items()}

    @cached_property
    def _values(self) -> dict[tuple[str, str, int], float]:
        frame = self.about.plan.tables["projected"]
        keys = zip(frame["indicator"], frame["municipality"], frame["year"], strict=True)
        return dict(zip(keys, frame["value"].tolist(), strict=True))

    def mark(self, kind: str, code: str) -> str:
        """Н1, П2, Ф1: the mark of a norm, an indicator or a stream."""
        if (kind, code) not in self._marks:
            seen = sum(1 for known, _ in self._marks if known == kind)
            self._marks[kind, code] = f"{_LETTERS[kind]}{seen + 1}"
        return self._marks[kind, code]

    def rule(self, code: object, places: Iterable[str], year: int) -> str:
        """The mark of a norm with its indicators and their values there: Н3 (П1 = 1 484)."""
        if not isinstance(code, str) or not code:
            return ""
        where, norm = tuple(places), self.norms.get(code)
        indicators = norm.indicators if norm else ()
        parts = [f"{self.mark('indicator', name)} = {self.value(name, where, year)}" for name in indicators]
        return f"{self.mark('norm', code)} ({'; '.join(parts)})" if parts else self.mark("norm", code)

    def value(self, indicator: str, places: tuple[str, ...], year: int) -> str:
        """The figure of an indicator in a place, or its sum over several; per cents are not added up."""
        found = [self._values.get((indicator, place, year)) for place in places]
        per_cent = self._indicators.get(indicator, {}).get("unit") == "percent"
        if any(value is None or math.isnan(value) for value in found):
            return act("procedure.no_data")
        if per_cent and len(found) > 1:
            return act("procedure.by_municipality")
        return figure(sum(value for value in found if value is not None), "bg", 2)

    def blocks(self) -> list[Block]:
        """The last part of a document: what each mark is, with its source, date and how sure it is."""
        columns = (
            Column("mark", act("procedure.column.mark"), width=0.7),
            Column("what", act("procedure.column.what"), width=5),
            Column("basis", act("procedure.column.basis"), width=6),
            Column("source", act("procedure.column.source"), width=4),
            Column("status", act("procedure.column.status"), width=1.6),
        )
        told = {"norm": self._norm, "indicator": self._indicator, "stream": self._stream}
        rows = [
            (mark, *told[kind](code))
            for letter in _LETTERS
            for (kind, code), mark in self._marks.items()
            if kind == letter
        ]
        legend = Paragraph(act("procedure.legend"), "small")
        return [Heading(act("procedure.sources")), legend, Table(columns, tuple(rows))]

    def _norm(self, code: str) -> tuple[str, str, str, str]:
        norm = self.norms.get(code)
        if norm is None:
            return code, "", "", act("procedure.unknown")
        words = rule_in_words(norm, totals.names(self.about.plan, "indicator_catalogue", "name_bg"))
        return f"{code}: {words}", norm.basis, norm.citation, text(f"choice.{norm.status}", "bg")

    def _indicator(self, code: str) -> tuple[str, str, str, str]:
        row = self._indicators.get(code, {})
        unit = text(f"choice.{row['unit']}", "bg") if row else ""
        what = f"{row.get('name_bg', code)}, {unit} ({code})"
        source = f"{row.get('source', '')}; {row.get('reference_date', '')}"
        return what, row.get("note", ""), source, text(f"choice.{row.get('source_class', 'estimate')}", "bg")

    def _stream(self, code: str) -> tuple[str, str, str, str]:
        stream = self.about.plan.scenario.streams.get(code)
        if stream is None:
            return code, "", "", act("procedure.unknown")
        scenario = act("procedure.scenario", scenario=self.about.plan.scenario.name)
        return f"{stream.name_bg} ({code})", stream.basis, scenario, text(f"choice.{stream.status}", "bg")
