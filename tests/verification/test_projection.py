"""The age bands moved on by hand, and figures that do not follow."""

from __future__ import annotations

from fractions import Fraction

from nationalmap.verification import check, projection
from nationalmap.verification.answer import Answer
from nationalmap.verification.findings import Findings
from nationalmap.verification.question import Question, read_question
from tests.verification.towns import INPUTS, RESULTS, towns

_BANDS = ("pop_0_14", "pop_15_29", "pop_30_44", "pop_45_64", "pop_65plus")
_RATES = (
    "*,pop_0_14,moves,0.1,illustrative,x\n*,pop_15_29,births,0.5,illustrative,x\n*,pop_30_44,migration,-0.5,illustrative,x\n"
    "*,pop_65plus,deaths,0.2,illustrative,x\nX,pop_0_14,moves,0.5,illustrative,x"
)


def people(years: list[int]) -> Question:
    by_town = {"R1": (100, 10, 40, 7, 50), "R2": (0, 0, 0, 0, 1), "X1": (100, 10, 40, 7, 50)}
    rows = [f"{b},{m},{n}" for m, by in by_town.items() for b, n in zip(_BANDS, by, strict=True)]
    rows += [f"{name},R1,1\n{name},R2,1\n{name},X1,1" for name in ("older", "pop_total", "pop_0_17", "pop_18_64")]
    # All of one census, of which the first band tells the year.
    dates = {b: "2025-09-07" if b == _BANDS[0] else "2011-02-01" for b in (*_BANDS, "older")}
    day = [f"{b},Б,B,persons,a.csv,{date},nsi,census,,," for b, date in dates.items()]
    inputs = {
        "indicators": "\n".join(sorted("\n".join(rows).split("\n"))),
        "indicator_catalogue": "\n".join(sorted(day)),
    }
    files = towns(
        scenario={"projection": {"method": "cohorts"}, "years": years}, inputs=inputs | {"projection": _RATES}
    )
    return read_question(files, Findings())


def test_the_age_bands_are_moved_on_by_the_rates_of_their_region() -> None:
    q = people([2026, 2027])
    given: dict[str, dict[str, Fraction | None]] = {}
    for row in q.tables["indicators"]:
        given.setdefault(row["indicator"], {})[row["municipality"]] = row["value"]
    one = projection._bands(q, given, 2026)
    # 100 - 10 + 0.5 * 10 born; 10 + 10 come; 40 - 20; 7; 50 - 10.
    assert [one[b]["R1"] for b in _BANDS] == [95, 20, 20, 7, 40]
    # In X half of the young move on: 100 - 50 + 5; 10 + 50.
    assert [one[b]["X1"] for b in _BANDS] == [55, 60, 20, 7, 40]
    assert one["pop_total"]["R1"] == 182
    assert one["pop_0_17"]["R1"] == 99
    assert one["pop_18_64"]["R1"] == 182 - 40 - 99
    two = projection._bands(q, given, 2027)
    # 95 - 9.5 + 10; 20 + 9.5; 10; 7; 32: halves are rounded up.
    assert [two[b]["R1"] for b in _BANDS] == [96, 30, 10, 7, 32]
    assert [two[b]["R2"] for b in _BANDS] == [0, 0, 0, 0, 1]  # 0.64
    assert projection.moved(q, 2027) == {*_BANDS, "pop_total", "pop_0_17", "pop_18_64"}
    assert "older" not in projection.moved(q, 2027)
    # Of whom one band is not known, nothing moves on, and nobody is added up.
    given["pop_30_44"]["X1"] = None
    unknown = projection._bands(q, given, 2026)
    assert [unknown[b]["X1"] for b in _BANDS] == [None] * len(_BANDS)
    assert unknown["pop_total"]["X1"] is None
    assert unknown["pop_total"]["R1"] == 182

    # As of whom a band has no row.
    del given["pop_15_29"]["X1"]
    assert projection._bands(q, given, 2026)["pop_0_14"]["X1"] is None
    # What nobody gave is not made.
    del given["pop_0_17"]
    assert set(projection._bands(q, given, 2026)) == {*_BANDS, "pop_total", "pop_18_64"}


def test_nobody_is_fewer_than_nobody() -> None:
    assert projection._move(
        ((Fraction(-2), Fraction(1)), (Fraction(1, 4), Fraction(0))), (Fraction(1), Fraction(1))
    ) == [0, 0]
    assert projection._move(((Fraction(1, 2), Fraction(0)),), (Fraction(1), Fraction(1))) == [1]


def test_people_are_moved_on_after_the_census_and_where_that_is_asked() -> None:
    q = people([2025, 2026])
    assert (projection.moved_years(q), projection.moved(q, 2025)) == ((2026,), frozenset())
    constant = Question({**q.scenario, "projection": {"method": "constant"}}, q.norms, q.tables)
    assert projection.moved_years(constant) == ()
    rows = [
        {"indicator": "pop_0_14", "municipality": "R1", "year": 2025, "value": Fraction(100)},
        {"indicator": "pop_0_14", "municipality": "R1", "year": 2026, "value": Fraction(95)},
        {"indicator": "pop_0_14", "municipality": "X1", "year": 2026, "value": Fraction(55)},
        {"indicator": "pop_total", "municipality": "R1", "year": 2025, "value": Fraction(1)},
        {"indicator": "pop_total", "municipality": "R1", "year": 2026, "value": Fraction(182)},
        {"indicator": "older", "municipality": "R1", "year": 2026, "value": Fraction(1)},
    ]
    say = Findings()
    projection.projected(q, Answer(q, {"projected": rows}), say)
    # All others are missing; these are as they follow.
    assert len(say.sentences) == 2 * 9 * 3 - len(rows)
    assert all(": this row is missing; it follows" in sentence for sentence in say.sentences)


def test_a_projected_figure_that_does_not_follow_is_found() -> None:
    results = {"projected": RESULTS["projected"].replace("older,R1,2030,2000", "older,R1,2030,2001")}
    found = "\n".join(check(towns(results=results)).differences)
    assert "projected.csv, older R1 2030: value is 2001; 2000 follows (projected: indicators of the year)." in found


def test_inputs_beside_the_plan_are_used_as_they_are() -> None:
    text = INPUTS["indicators"].replace("older,X1,500", "older,X1,")
    results = {"projected": RESULTS["projected"].replace(",500", ",")}
    assert check(towns(inputs={"indicators": text}, results=results)).differences == ()
