"""The value of a norm at which the package stops being affordable, of toyland by hand."""

from __future__ import annotations

import pandas as pd
import pytest

import nationalmap
import nationalmap.errors
from nationalmap.domain.change import Break
from nationalmap.reports.break_even import TABLES, sentences, tables
from nationalmap.schema import as_text, check
from nationalmap.studies.break_even import breaks
from tests.conftest import TOYLAND

#: The ninth place in the south: 4.75 f is rounded to 9 from 8.5 on.
NINTH = 8.5 / 4.75


def test_the_ninth_place_of_the_south_is_one_home_too_many(run, tmp_path):
    """North 6 f, south 4.75 f places in homes of 5 to 8. Day care of the package takes 36.3 T, see toyland.

    Eight in the south and eleven in the north are 19 places in 3 homes: 44, together 80.3 of 84.6. A ninth place means
    a second home in the south, of which the smallest are 5 and 5: 46.  48 with one more home: 86.3 of 84.6.
    """
    answer = run("break-even", TOYLAND, "--norm", "residence.minimum", "--out", tmp_path, "--language", "en")
    assert answer.code == 0
    assert answer.out.startswith("- residence.minimum: the whole package is affordable up to 1.7")
    (path,) = tmp_path.glob("*.csv")
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    check(TABLES["norms"], table, "norms")
    every = table[table["territory"] == ""].iloc[0]
    assert (every["found"], every["today"], every["unit"]) == ("stops", "1", "places per 400 older")
    assert float(every["factor"]) < NINTH <= float(every["not_at"])
    assert float(every["not_at"]) / float(every["factor"]) <= 1.01 + 1e-6
    assert float(every["value"]) == pytest.approx(float(every["factor"]))
    assert len(table) == 7


def test_a_norm_that_changes_nothing_is_affordable_in_the_whole_range():
    found = nationalmap.break_even(str(TOYLAND), ["residence.maximum"])
    table = found.tables["norms"]
    assert set(table["found"]) == {"always"}
    assert table["factor"].isna().all()


def test_what_is_not_affordable_today_says_where_it_becomes_so(toyland):
    """With 22.6 T less, day care in S1 is too dear: 5 f places are 5 down to 4.5 (0.9), then its people may travel.

    S1 alone could have 5 of its own, if it came first, and not 6, which are asked from 5.5 on (1.1).
    """
    text = (toyland / "toyland.toml").read_text(encoding="utf-8")
    (toyland / "toyland.toml").write_text(text.replace("62600.0", "40000.0"), encoding="utf-8")
    found = nationalmap.break_even(str(toyland), ["day_care.minimum"])
    rows = found.tables["norms"].set_index("territory")
    assert rows.loc["", "found"] == "becomes"
    assert rows.loc["", "factor"] < 0.9 <= rows.loc["", "not_at"]
    assert rows.loc["SOU01", "found"] == "stops"
    assert rows.loc["SOU01", "factor"] < 1.1 <= rows.loc["SOU01", "not_at"]
    assert set(rows["found"].drop(["", "SOU01"])) == {"always"}
    lines = sentences(found.inputs, found.tables["norms"], "bg")
    assert lines[0].startswith("day_care.minimum: при днешната стойност целият пакет не е по силите, при 0,90 пъти е")
    assert lines[1] == "  Собственият пакет на общината, ако средствата отидат първо за него: Долно до 1,10 пъти."


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        (lambda f: True, [Break("always")]),
        (lambda f: False, [Break("never")]),
        (lambda f: f < 2, [("stops", 2)]),
        (lambda f: f < 0.5, [("becomes", 0.5)]),
        (lambda f: f > 3, [("becomes", 3)]),
        (lambda f: 0.4 < f < 2, [("stops", 0.4), ("stops", 2)]),
    ],
)
def test_each_side_of_today_is_asked(holds, expected):
    found = list(breaks(holds, 0.25, 4.0, 0.01))
    if isinstance(expected[0], Break):
        assert found == expected
        return
    assert [one.kind for one in found] == [kind for kind, _ in expected]
    for one, (_, at) in zip(found, expected, strict=True):
        assert holds(one.holds)
        assert not holds(one.fails)
        assert min(one.holds, one.fails) <= at <= max(one.holds, one.fails)
        assert max(one.holds, one.fails) / min(one.holds, one.fails) <= 1.01


@pytest.mark.parametrize("words", [{"lowest": 0.0}, {"lowest": 1.0}, {"highest": 1.0}, {"accuracy": 0.0}])
def test_a_range_that_is_none(words):
    with pytest.raises(nationalmap.errors.UsageError, match="lowest lies between 0 and 1"):
        nationalmap.break_even(str(TOYLAND), **words)


def test_a_norm_that_is_not_there():
    with pytest.raises(nationalmap.errors.InputRefused, match=r'"residence\.minimun" is not a norm in use here'):
        nationalmap.break_even(str(TOYLAND), ["residence.minimun"])


def test_all_norms_at_once_have_no_number_of_their_own(toyland_run):
    inputs = toyland_run.plan.inputs
    table = tables(inputs, [("*", "", Break("stops", 1.5, 1.51)), ("residence.maximum", "", Break("always"))])["norms"]
    check(TABLES["norms"], as_text(TABLES["norms"], table), "norms")
    assert table["value"].isna().all()
    assert table["unit"].tolist() == ["", "users in every region"]
    assert sentences(inputs, table, "en")[:2] == [
        "All norms at once: the whole package is affordable up to 1.50 times today's value, at 1.51 times no more.",
        "residence.maximum: the whole minimum package is affordable in the whole range.",
    ]
