"""Rounding never makes a part the whole, nor lets something vanish; parts in whole euro add up to their sum."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nationalmap.reports.comparison.words import by_share
from nationalmap.reports.frontier.series import Step
from nationalmap.reports.page.sentences import rounded
from nationalmap.reports.paper.model import Column, written
from nationalmap.reports.sureness import share_in_words
from nationalmap.reports.texts import languages, number, percent
from nationalmap.reports.totals import in_whole_eur

#: Served and asked: what shares are made of.
CASES = st.tuples(st.integers(0, 10**7), st.integers(1, 10**7)).map(sorted)
DECIMALS = st.integers(0, 2)
LANGUAGES = st.sampled_from(languages())


def figure(words):
    """The number that stands in words of either language; signs in front are kept."""
    said = re.sub(r"[^\d.,−-]", "", words).replace("−", "-")
    return float(said.replace(",", ".") if said.count(",") + said.count(".") == 1 else said.replace(",", ""))


@given(CASES, DECIMALS, LANGUAGES)
@example([996, 1000], 0, "bg")
@example([199_999, 200_000], 2, "en")
@example([1, 300_000], 2, "bg")
@example([4, 1000], 0, "en")
def test_a_share_is_100_where_it_is_all_and_0_where_it_is_nothing(cases, decimals, language):
    part, whole = cases
    shown = figure(percent(part / whole, language, decimals))
    assert (shown == 100) == (part == whole)
    assert (shown == 0) == (part == 0)
    assert abs(shown - 100 * part / whole) <= 10**-decimals


@given(st.floats(0, 9, allow_subnormal=False), DECIMALS, LANGUAGES)
def test_any_other_share_is_rounded_as_figures_are(share, decimals, language):
    usual = number(float(str(share)) * 100, language, decimals)
    if figure(usual) not in (0, 100):
        assert percent(share, language, decimals) == percent(figure(usual) / 100, language, decimals)


def test_a_sum_of_shares_that_is_one_but_for_the_machine_is_all():
    assert sum([0.1] * 10) != 1
    assert percent(sum([0.1] * 10), "en", 2) == "100.00%"
    assert percent(0.1 + 0.2 - 0.3, "en", 2) == "0.00%"


@pytest.mark.parametrize(
    ("share", "decimals", "said"),
    [(0.996, 0, "99%"), (0.004, 0, "1%"), (0.99996, 2, "99.99%"), (1.0004, 0, "101%"), (-0.00004, 2, "−0.01%")],
)
def test_shares_next_to_all_and_nothing_by_value(share, decimals, said):
    assert percent(share, "en", decimals) == said


@given(CASES, LANGUAGES)
def test_coverage_on_the_page_is_never_whole_by_rounding(cases, language):
    part, whole = cases
    coverage = rounded(Fraction(100 * part, whole), share=True)
    assert (coverage == 100) == (part == whole)
    assert figure(percent(coverage / 100, language, 1)) == coverage


@given(CASES)
def test_a_budget_of_a_frontier_reaches_everybody_only_where_it_does(cases):
    served, need = cases
    step = Step(**dict.fromkeys(Step.__dataclass_fields__, 0) | {"need": need, "served": served})
    assert (step.shown == 1) == (served == need)
    for language in languages():
        assert (figure(percent(step.shown, language, 1)) == 100) == (served == need)
        assert (figure(percent(step.shown, language, 1)) == 0) == (step.shown == 0)


@given(st.floats(1e-7, 1e7), st.floats(1e-7, 1e7), LANGUAGES)
def test_a_difference_is_never_called_none_nor_all(base, value, language):
    said = by_share(base, value, language)
    assert (said == "") == (base == value)
    if said and abs(value / base - 1) > 1e-9:
        assert figure(said) != 0
        assert (figure(said) == -100) == (value == 0) or abs((value - base) / base + 1) < 1e-9


@given(st.floats(1e-9, 1, exclude_max=True), LANGUAGES)
def test_a_gap_is_never_called_closed(gap, language):
    assert figure(share_in_words(gap, language)) > 0


@given(st.floats(0, 1e6, allow_subnormal=False))
@example(0.004)
def test_an_exact_need_in_a_document_is_0_only_where_it_is(need):
    shown = written(need, Column("exact", "", "number"))
    assert (shown == "0,00") == (need == 0)
    assert (shown == "< 0,01") == (0 < need < 0.005)


@given(st.lists(st.integers(0, 10**9), max_size=12))
@example([50, 50])
@example([7_500_030, 1_250_034, 40_036])
@example([99] * 7)
def test_parts_in_whole_euro_add_up_to_their_sum_in_whole_euro(cents):
    parts = in_whole_eur([amount / 100 for amount in cents])
    assert number(sum(parts), "en") == number(sum(cents) / 100, "en")
    assert all(abs(100 * part - amount) < 100 for part, amount in zip(parts, cents, strict=True))
