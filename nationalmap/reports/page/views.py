"""How a map is coloured: the class of a municipality in one view, the legend, and who writes the sentences."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from nationalmap.reports import totals
from nationalmap.reports.page import classes
from nationalmap.reports.page.sentences import Sentences
from nationalmap.reports.page.words import phrase
from nationalmap.reports.texts import languages, number

if TYPE_CHECKING:
    from nationalmap.domain.plan import Plan
    from nationalmap.reports.page.classes import Indicator, Scale
    from nationalmap.reports.page.figures import Figures
    from nationalmap.reports.page.record import Record


def class_of(indicator: Indicator, record: Record, *, every: bool) -> str:
    """Class of one municipality in one view."""
    scale = indicator.scale(every=every, of_group=record.of_group)
    if indicator.key == "package":
        return _package_class(scale, record, every=every)
    if indicator.key == "travel":
        return classes.NOBODY if record.minutes_each is None else scale.classify(record.minutes_each)
    if indicator.key == "money":
        return classes.NO_DATA if record.running_each is None else scale.classify(record.running_each)
    if record.of_group:
        return scale.classify(Fraction(0))
    if record.need == 0:
        return classes.NO_NEED
    value = record.coverage if indicator.key == "coverage" else record.per_thousand
    return classes.NO_DATA if value is None else scale.classify(value)


def _package_class(scale: Scale, record: Record, *, every: bool) -> str:
    if record.complied is None:
        return classes.NOT_ASKED
    if every:
        return scale.classify(Fraction(record.missing or 0))
    if record.complied:
        return "0"
    return "1" if record.achieved else "2"


def sentences_of(plan: Plan, known: Figures, language: str) -> Sentences:
    """The sentences of a language, with the names of places, services and topics."""
    services = totals.service_names(plan, language, short=True)
    groups = totals.names(plan, "groups", f"short_{language}")
    named = {t.key: services[t.services[0]] if t.single else groups[t.group] for t in known.topics}
    places = totals.names(plan, "municipalities", f"name_{language}")
    return Sentences(known, {**places, **services}, named, language)


def legend(scale: Scale) -> list[dict[str, Any]]:
    """Legend of a scale."""
    return [
        {
            "key": name,
            "fill": scale.fill(name),
            "label": {language: label(scale, name, language) for language in languages()},
        }
        for name in scale.classes
    ]


def label(scale: Scale, name: str, language: str) -> str:
    """What a class of a scale means, as a legend says it."""
    if name in classes.SPECIAL_FILLS:
        return phrase(f"labels.{name}", language)
    if scale.labelled:
        return phrase(f"labels.{scale.key}.{name}", language)
    position, last = int(name), len(scale.fills) - 1
    limits = [number(float(limit), language, int(limit.denominator > 1)) for limit in scale.breaks]
    if position == 0:
        return phrase("labels.below", language, high=limits[0])
    if position == last:
        return phrase("labels.whole" if scale.whole_last else "labels.from", language, low=limits[-1])
    return phrase("labels.between", language, low=limits[position - 1], high=limits[position])
