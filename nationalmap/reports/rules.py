"""The rule of a norm in words: 9,3582 на 1 000 · Население на 65+."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nationalmap.domain.norm import Banded, Complement, Composite, Presence, Ratio, Subgroup, Threshold
from nationalmap.reports.texts import number, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nationalmap.domain.norm import Norm, Rule, Scheme


def figure(value: float, language: str, most: int = 6) -> str:
    """A number with all its decimals, at most six, as the language writes it."""
    decimals = len(f"{value:.{most}f}".rstrip("0").partition(".")[2])
    return number(value, language, decimals)


def rule_in_words(norm: Norm, indicators: Mapping[str, str], language: str = "bg") -> str:
    """The rule of a norm; ``indicators`` are the names of the indicators."""
    return _words(norm.rule, indicators, language)


def _words(rule: Rule, indicators: Mapping[str, str], language: str) -> str:
    if isinstance(rule, Threshold):
        return _threshold(rule, indicators, language)
    if isinstance(rule, Complement):
        schemes = "; ".join(_scheme(scheme, indicators, language) for scheme in rule.schemes)
        return text("rule.complement", language, inner=_words(rule.inner, indicators, language), schemes=schemes)
    if isinstance(rule, Presence):
        return text("rule.presence", language, amount=figure(rule.amount, language))
    if isinstance(rule, Banded):
        return _banded(rule, indicators, language)
    return _rate(rule, indicators, language)


def _rate(rule: Ratio | Subgroup | Composite, indicators: Mapping[str, str], language: str) -> str:
    """A rate per so many people, of a part of them, or moved by other indicators."""
    of = indicators.get(rule.indicator, rule.indicator)
    if isinstance(rule, Subgroup):
        if rule.share_indicator:
            share = indicators.get(rule.share_indicator, rule.share_indicator)
        else:
            share = text("rule.percent", language, share=figure(rule.share_percent or 0, language))
        of = text("rule.subgroup", language, indicator=of, share=share)
    words = text("rule.ratio", language, rate=figure(rule.rate, language), per=figure(rule.per, language), indicator=of)
    if isinstance(rule, Composite):
        parts = [
            text(
                "rule.part",
                language,
                weight=figure(part.weight, language),
                indicator=indicators.get(part.indicator, part.indicator),
            )
            for part in rule.parts
        ]
        words = text("rule.composite", language, inner=words, parts="; ".join(parts))
    return words


def _banded(rule: Banded, indicators: Mapping[str, str], language: str) -> str:
    bands = [
        text("rule.last", language, amount=figure(band.amount, language))
        if band.below is None
        else text("rule.band", language, below=figure(band.below, language), amount=figure(band.amount, language))
        for band in rule.bands
    ]
    return text(
        "rule.banded", language, indicator=indicators.get(rule.indicator, rule.indicator), bands="; ".join(bands)
    )


def _threshold(rule: Threshold, indicators: Mapping[str, str], language: str) -> str:
    measure = indicators.get(rule.measure, rule.measure) if rule.measure else text("rule.itself", language)
    own = figure(rule.own_from, language)
    return text(
        "rule.threshold", language, inner=_words(rule.inner, indicators, language), measure=measure, own_from=own
    )


def _scheme(scheme: Scheme, indicators: Mapping[str, str], language: str) -> str:
    """A scheme by its name, and the indicator that counts its users."""
    if not scheme.indicator:
        return scheme.name
    return text("rule.scheme", language, name=scheme.name, indicator=indicators.get(scheme.indicator, scheme.indicator))
