"""The rule of a norm in Bulgarian words, for the workbook: 9,3582 на 1 000 · Население на 65+."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.domain.norm import Banded, Complement, Composite, Presence, Ratio, Subgroup, Threshold
from nationalmap.reports.texts import number, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nationalmap.domain.norm import Norm, Rule, Scheme


def _figure(value: float) -> str:
    """A norm's number with all its decimals, as Bulgarian writes it."""
    decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return number(value, "bg", decimals)


def rule_in_words(norm: Norm, indicators: Mapping[str, str]) -> str:
    """The rule of a norm; ``indicators`` are the names of the indicators."""
    return _words(norm.rule, indicators)


def _words(rule: Rule, indicators: Mapping[str, str]) -> str:
    if isinstance(rule, Threshold):
        return _threshold(rule, indicators)
    if isinstance(rule, Complement):
        schemes = "; ".join(_scheme(scheme, indicators) for scheme in rule.schemes)
        return text("rule.complement", "bg", inner=_words(rule.inner, indicators), schemes=schemes)
    if isinstance(rule, Presence):
        return text("rule.presence", "bg", amount=_figure(rule.amount))
    if isinstance(rule, Banded):
        return _banded(rule, indicators)
    return _rate(rule, indicators)


def _rate(rule: Ratio | Subgroup | Composite, indicators: Mapping[str, str]) -> str:
    """A rate per so many people, of a part of them, or moved by other indicators."""
    of = indicators.get(rule.indicator, rule.indicator)
    if isinstance(rule, Subgroup):
        if rule.share_indicator:
            share = indicators.get(rule.share_indicator, rule.share_indicator)
        else:
            share = text("rule.percent", "bg", share=_figure(rule.share_percent or 0))
        of = text("rule.subgroup", "bg", indicator=of, share=share)
    words = text("rule.ratio", "bg", rate=_figure(rule.rate), per=_figure(rule.per), indicator=of)
    if isinstance(rule, Composite):
        parts = [
            text(
                "rule.part", "bg", weight=_figure(part.weight), indicator=indicators.get(part.indicator, part.indicator)
            )
            for part in rule.parts
        ]
        words = text("rule.composite", "bg", inner=words, parts="; ".join(parts))
    return words


def _banded(rule: Banded, indicators: Mapping[str, str]) -> str:
    bands = [
        text("rule.last", "bg", amount=_figure(band.amount))
        if band.below is None
        else text("rule.band", "bg", below=_figure(band.below), amount=_figure(band.amount))
        for band in rule.bands
    ]
    return text("rule.banded", "bg", indicator=indicators.get(rule.indicator, rule.indicator), bands="; ".join(bands))


def _threshold(rule: Threshold, indicators: Mapping[str, str]) -> str:
    measure = indicators.get(rule.measure, rule.measure) if rule.measure else text("rule.itself", "bg")
    own = _figure(rule.own_from)
    return text("rule.threshold", "bg", inner=_words(rule.inner, indicators), measure=measure, own_from=own)


def _scheme(scheme: Scheme, indicators: Mapping[str, str]) -> str:
    """A scheme by its name, and the indicator that counts its users."""
    if not scheme.indicator:
        return scheme.name
    return text("rule.scheme", "bg", name=scheme.name, indicator=indicators.get(scheme.indicator, scheme.indicator))
