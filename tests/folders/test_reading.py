"""What a planner writes into a working folder is what is planned, or refused with its sheet and cell."""

import pytest

from nationalmap import planning, schema
from nationalmap.domain.norm import (
    Band,
    Banded,
    Complement,
    Composite,
    Norm,
    Part,
    Presence,
    Ratio,
    Scheme,
    Subgroup,
    Threshold,
)
from nationalmap.errors import InputRefused
from nationalmap.schema import as_text, check
from nationalmap.sources.norm_rows import norm_rows, norms_of_rows
from nationalmap.sources.scenarios import norms_of


def refused(folder) -> list[str]:
    with pytest.raises(InputRefused) as found:
        planning.check(str(folder))
    return str(found.value).splitlines()


# ------------------------------------------------------------------ figures


def test_an_own_figure_replaces_the_published_one_and_is_told(folder, fill, haskovo) -> None:
    with fill(folder / "inputs.xlsx") as book:
        at = book.row("Показатели", municipality="HKV18", indicator="pop_65plus")
        source = {"source": "Регистър на населението", "source_class": "statutory_body"}
        book.write("Показатели", at, value=700, reference_date="2026-03-01", **source)
    question = planning.check(str(folder))
    said = "HKV18: 700 in place of 506 (Регистър на населението; 2026-03-01; statutory_body)"
    before, after = (
        q.inputs.tables["indicators"].set_index(["indicator", "municipality"])["value"] for q in (haskovo, question)
    )
    assert (before["pop_65plus", "HKV18"], after["pop_65plus", "HKV18"]) == (506, 700)
    assert (before != after).sum() == 2  # the declared blank differs from itself
    catalogue = question.inputs.tables["indicator_catalogue"].set_index("indicator")
    assert catalogue.at["pop_65plus", "note"] == said
    assert f"indicators: pop_65plus of {said}" in question.notes
    needs = question.needs.set_index(["municipality", "group"])["need_users"]
    assert needs["HKV18", "long_term_care_older"] > haskovo.needs.set_index(["municipality", "group"])["need_users"][
        "HKV18", "long_term_care_older"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"value": None}, "value (E{row}): is empty; write the figure, or delete the row"),
        ({"value": 12.5}, 'row {row}, value (E{row}): "12.5" is not a whole number of people; write it whole.'),
        ({"value": -1}, '"-1" is negative'),
        ({"indicator": "pop_totl"}, 'the nearest is "pop_total"'),
        ({"source": None}, "source (I"),
        ({"municipality": "HKV19"}, "(municipality) (D"),
    ],
)
def test_an_own_figure_that_is_none_is_refused(folder, fill, cells, said) -> None:
    with fill(folder / "inputs.xlsx") as book:
        row = book.row("Показатели", municipality="HKV18", indicator="pop_total")
        book.write("Показатели", row, **cells)
    said = said.replace("{row}", str(row))
    assert any(said in line for line in refused(folder)), refused(folder)


def test_a_name_beside_another_code_is_refused_with_its_cell(folder, fill) -> None:
    with fill(folder / "inputs.xlsx") as book:
        at = book.row("Регистър", site="assistant_support:HKV30:1")
        book.write("Регистър", at, municipality="HKV33")
    (line,) = refused(folder)
    assert f"sheet Регистър, row {at}, (municipality) (C{at})" in line
    assert '"Стамболово" stands beside HKV33, which is Harmanli' in line
    with fill(folder / "inputs.xlsx") as book:
        book.write("Регистър", at, **{"(municipality)": None})
    assert planning.check(str(folder)).inputs.tables["register"].set_index("site")["municipality"][
        "assistant_support:HKV30:1"
    ] == "HKV33"  # fmt: skip


# ------------------------------------------------------------------ money and journeys


def test_an_own_amount_replaces_what_the_scenario_computes(folder, fill, haskovo) -> None:
    with fill(folder / "inputs.xlsx") as book:
        at = book.row("Бюджети", stream="own_contribution", year=2027)
        assert book.rows("Бюджети")[at - 6]["(computed_eur)"] == haskovo.budgets_eur["own_contribution"][2027]
        book.write("Бюджети", at, amount_eur=500000.5, status="attested", basis="Решения на единадесетте съвета")
    question = planning.check(str(folder))
    assert question.budgets_eur == {**haskovo.budgets_eur, "own_contribution": {2027: 500000.5}}
    stream = question.scenario.streams["own_contribution"]
    assert (stream.by_year, stream.factor, stream.indicator) == ({"2027": 500000.5}, 1.0, None)
    assert (stream.status, stream.basis) == ("attested", "2027: Решения на единадесетте съвета")


def test_an_amount_without_a_basis_or_for_nobody_is_refused_all_at_once(folder, fill) -> None:
    with fill(folder / "inputs.xlsx") as book:
        own = book.row("Бюджети", stream="own_contribution")
        book.write("Бюджети", own, amount_eur=1)
        book.write("Бюджети", book.row("Бюджети", stream="recovery_plan"), amount_eur=5, status="derived", basis="x")
        book.append("Бюджети", stream="state_runing", year=2027)
        book.append("Бюджети", stream="state_running", year=2030, amount_eur=7, status="derived", basis="x")
    said = "\n".join(refused(folder))
    for part in (
        f"inputs.xlsx, sheet Бюджети, row {own}, status (F{own}): is empty beside an own amount",
        f"inputs.xlsx, sheet Бюджети, row {own}, basis (G{own}): is empty beside an own amount",
        "has an amount, but the stream pays nothing then",
        '"state_runing" is not a stream of the scenario; the nearest is "state_running"',
        '"2030" is not a planned year of the scenario; one of 2027',
    ):
        assert part in said


def test_a_known_journey_replaces_the_computed_one_both_ways(folder, fill, haskovo) -> None:
    with fill(folder / "inputs.xlsx") as book:
        assert len(book.rows("Пътувания")) == 55
        assert all(row["travel_min"] is None for row in book.rows("Пътувания"))
        book.write("Пътувания", book.row("Пътувания", municipality="HKV11", host="HKV34"), travel_min=95)
    key = ["municipality", "host"]
    travel = planning.check(str(folder)).inputs.tables["travel"].set_index(key)
    before = haskovo.inputs.tables["travel"].set_index(key)
    for pair in (("HKV11", "HKV34"), ("HKV34", "HKV11")):
        assert (travel.at[pair, "travel_min"], travel.at[pair, "origin"]) == (95, "known")
    assert (travel["travel_min"] != before["travel_min"]).sum() == 2


# ------------------------------------------------------------------ catalogue and norms


def test_a_legal_norm_is_written_into_its_row(folder, fill, haskovo) -> None:
    with fill(folder / "catalogue.xlsx") as book:
        at = book.row("Норми", norm="information_counselling.need")
        book.write("Норми", at, rate=4.4618, status="legal", citation="чл. 7 НПСУ")
        book.write("Услуги", book.row("Услуги", service="residential_older"), running_cost_place_eur=17000.25)
    question = planning.check(str(folder))
    changed = {norm.id: norm for norm in question.inputs.norms if norm not in haskovo.inputs.norms}
    assert list(changed) == ["information_counselling.need"]
    norm = changed["information_counselling.need"]
    assert (norm.rule.rate, norm.status, norm.citation) == (4.4618, "legal", "чл. 7 НПСУ")
    need = "information_counselling"
    doubled, single = (q.needs.loc[q.needs["group"] == need, "need_users"].sum() for q in (question, haskovo))
    assert doubled == pytest.approx(2 * single, abs=1)
    services = question.inputs.tables["services"].set_index("service")
    assert services.at["residential_older", "running_cost_place_eur"] == 17000.25


@pytest.mark.parametrize(
    ("norm", "cells", "said"),
    [
        ("crisis_centre.minimum", {"rest": "{ bands = ["}, "rest: "),
        ("information_counselling.need", {"rest": "{ rate = 2.0 }"}, "rate has a column of its own"),
        ("information_counselling.need", {"rest": "{ bands = [] }"}, "bands"),
        ("information_counselling.need", {"rate": None}, "this key is missing"),
        ("information_counselling.need", {"type": "ration"}, "is not one of ratio"),
        ("information_counselling.need", {"indicator": "pop"}, "is not one of the 9 known codes"),
    ],
)
def test_a_norm_that_is_none_is_refused(folder, fill, haskovo, norm, cells, said) -> None:
    ids = [one.id for one in haskovo.inputs.norms]
    norm = norm if norm in ids else next(i for i in ids if i.endswith(".minimum"))
    with fill(folder / "catalogue.xlsx") as book:
        book.write("Норми", book.row("Норми", norm=norm), **cells)
    assert any(said in line for line in refused(folder)), refused(folder)


def there_and_back(norms) -> tuple[Norm, ...]:
    table = check(schema.NORMS, as_text(schema.NORMS, norm_rows(norms)), "norms")
    return norms_of(norms_of_rows(table, "norms"), "norms")


def test_every_shipped_norm_survives_the_sheet(haskovo) -> None:
    assert there_and_back(haskovo.inputs.norms) == haskovo.inputs.norms


def test_every_kind_of_rule_survives_the_sheet() -> None:
    ratio = Ratio(type="ratio", indicator="a", rate=0.1, per=1000.0)
    rules = [
        ratio,
        Subgroup(type="subgroup", indicator="a", share_indicator="b", rate=1.5, per=3.0),
        Subgroup(type="subgroup", indicator="a", share_percent=12.4, share_basis="census", rate=1.0, per=1.0),
        Composite(
            type="composite", indicator="a", average="planned", rate=2.0, per=7.0,
            parts=(Part(indicator="b", of="a", weight=0.25), Part(indicator="c", weight=0.75)),
        ),
        Banded(type="banded", indicator="a", bands=(Band(amount=0.0, below=6000.0), Band(amount=8.0))),
        Presence(type="presence", amount=0.0),
        Threshold(type="threshold", inner=ratio, own_from=20.0, measure="b"),
        Complement(
            type="complement", inner=Presence(type="presence", amount=4.0),
            schemes=(
                Scheme(name="лична помощ", basis="x", users={"HKV34": 3.0, "HKV09": 1.0}),
                Scheme(name="other", basis='said "so"', indicator="c", rate=0.5, per=2.0),
            ),
        ),
    ]  # fmt: skip
    norms = tuple(
        Norm(
            id=f"n{number}", group="g", gives="need", rule=rule, status="illustrative", citation="c", basis="b",
            regions=("HKV", "GAB"), municipalities=("SOF46",), estimate=bool(number % 2), rounding="ceil",
        )
        for number, rule in enumerate(rules)
    )  # fmt: skip
    assert there_and_back(norms) == norms
