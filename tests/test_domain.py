"""The types of questions and norms by themselves: what they leave to defaults, take, refuse and say."""

import json
from dataclasses import asdict, replace
from datetime import date
from types import SimpleNamespace

import pytest
from pydantic import TypeAdapter, ValidationError

from nationalmap.domain import norm as norms
from nationalmap.domain.change import Change
from nationalmap.domain.design import Draw, Sampled, Values
from nationalmap.domain.plan import Plan, StageResult
from nationalmap.domain.scenario import DEFAULT_STAGES, Reading, Scenario, Stream

STATE = Stream(name_bg="Д", name_en="S", kind="running", status="illustrative", basis="b")
WHOLE = Scenario(
    format=1, name="w", title_bg="", title_en="", says_bg="", says_en="", as_of=date(2026, 1, 1), regions=("R",),
    years=(2027, 2030, 2035), streams={"state": STATE},
)  # fmt: skip
RATIO = norms.Ratio(type="ratio", indicator="pop", rate=1.0, per=2.0)


def test_what_a_scenario_leaves_to_the_defaults():
    told = asdict(WHOLE)
    assert [told.pop(name) for name in ("inputs", "travel", "projection", "solver", "streams")] == [
        {
            "catalogue": "catalogue", "indicators": "indicators", "own_indicators": "", "budgets": "",
            "register": "register/HKV.csv", "boundaries": "", "municipalities": "", "regions": "", "known_travel": "",
            "renovations": "", "candidates": "", "agreements": "", "staff": "", "stated_needs": "", "trip_costs": "",
            "settlements": "", "map_in_force": "", "reading": {},
        },
        {"detour_factor": 1.2, "speed_km_h": 60.0, "start_min": 5.0},
        {"method": "constant"},
        {
            "solver": "highs", "tolerance": 0.0001, "tolerances": {}, "max_nodes": 200_000, "nodes": {},
            "time_limit_s": 600.0, "blocks": False,
        },
        {
            "state": {
                "name_bg": "Д", "name_en": "S", "kind": "running", "payer": "state", "amount_eur": None,
                "by_year": None, "indicator": None, "index": 1.0, "national_eur": None, "shared_by": None,
                "over_years": 1, "factor": 1.0, "growth_per_year": 0.0, "first_year": None, "last_year": None,
                "carry_over": True, "services": (), "municipalities": (), "each_region": False,
                "purposes": ("build", "transform", "renovate"), "new_places_only": False, "status": "illustrative",
                "basis": "b",
            }
        },
    ]  # fmt: skip
    assert told == {
        "format": 1, "name": "w", "title_bg": "", "title_en": "", "says_bg": "", "says_en": "",
        "as_of": date(2026, 1, 1), "regions": ("R",), "years": (2027, 2030, 2035), "mode": "within_the_money",
        "no_loss": True, "capital_life_years": 25, "old_types_until": None, "agreements_default": "possible",
        "services": (), "single_assignment": (), "most_openings_per_year": None, "stages": DEFAULT_STAGES,
        "shares": (), "locks": (), "site_limits": (), "hubs": (),
    }  # fmt: skip
    assert asdict(Reading()) == {
        "numbers": "1234.5", "header": None, "columns": {}, "blanks": (), "zeros": (), "unit": ""
    }  # fmt: skip


def test_the_period_before_a_planned_year_and_the_last_one():
    assert [WHOLE.former_year(year) for year in WHOLE.years] == [2026, 2027, 2030]
    assert WHOLE.last_year == 2035


@pytest.mark.parametrize(
    ("kind", "figure", "others"),
    [
        (norms.Ratio, "rate", {"type": "ratio", "indicator": "pop", "per": 1.0}),
        (Stream, "index", {name: asdict(STATE)[name] for name in ("name_bg", "name_en", "kind", "status", "basis")}),
        (Change, "factor", {"what": "need", "name": "care"}),
        (Draw, "low", {"what": "need", "name": "care", "distribution": "uniform", "basis": "b"}),
    ],
)
def test_a_figure_is_a_finite_number_and_no_text(kind, figure, others):
    """However it is read: the files of a run are taken back by the types alone."""

    def taken(text):
        return TypeAdapter(kind).validate_json(json.dumps({**others, figure: "F"}).replace('"F"', text))

    assert getattr(taken("1.5"), figure) == 1.5
    for text, says in (("NaN", "finite"), ("Infinity", "finite"), ('"1.5"', "number"), ("true", "number")):
        with pytest.raises(ValidationError, match=f"{figure}\n  Input should be a .*{says}"):
            taken(text)
    with pytest.raises(ValidationError, match="more\n"):
        taken('1.5, "more": 1')


def test_draws_are_by_a_hypercube_where_nothing_else_is_said():
    assert Sampled(runs=1, seed=2, changes=()).method == "latin_hypercube"
    assert Values(what="need", name="care", factors=(1.0,)).municipality == ""


def norm(rule=RATIO, **facts):
    return norms.Norm(id="n", gives="need", group="care", rule=rule, status="legal", citation="c", basis="b", **facts)


def test_what_a_norm_leaves_to_the_defaults():
    told = asdict(norm())
    del told["rule"]
    assert told == {
        "id": "n", "group": "care", "service": "", "gives": "need", "territory": "municipality", "regions": (),
        "municipalities": (), "unit": "users", "rounding": "half_up", "status": "legal", "estimate": False,
        "calibrated_on": "", "citation": "c", "basis": "b", "valid_from": 2026, "valid_to": 2035,
    }  # fmt: skip
    assert norm().target == "care"
    house = replace(norm(), gives="maximum", group="", service="house")
    assert house.target == "house"
    scheme = norms.Scheme(name="s", basis="b", indicator="i")
    assert (scheme.rate, scheme.per, scheme.users) == (1.0, 1.0, {})


def test_a_norm_is_in_force_in_its_years_and_holds_in_its_places():
    assert [norm(valid_from=2027, valid_to=2029).holds_in(year) for year in range(2026, 2031)] == [0, 1, 1, 1, 0]
    asked = (("A1", "A"), ("A2", "A"), ("B1", "B"))
    assert [norm().holds_for(*one) for one in asked] == [True, True, True]
    assert [norm(regions=("A",)).holds_for(*one) for one in asked] == [True, True, False]
    assert [norm(municipalities=("A2",)).holds_for(*one) for one in asked] == [False, True, False]
    assert [norm(regions=("B",), municipalities=("A2",)).holds_for(*one) for one in asked] == [False, True, True]


def test_a_rule_names_each_indicator_once_in_its_order():
    def subgroup(share):
        return norms.Subgroup(type="subgroup", indicator="pop", share_indicator=share, rate=1.0, per=1.0)

    def composite(*parts):
        return norms.Composite(type="composite", indicator="pop", parts=parts, rate=1.0, per=1.0)

    part = norms.Part(indicator="poor", of="pop", weight=1.0)
    schemes = (
        norms.Scheme(name="s", basis="b", indicator="clients"),
        norms.Scheme(name="t", basis="b", users={"A": 1.0}),
    )
    for rule, names in (
        (RATIO, "pop"),
        (subgroup("share"), "pop share"),
        (subgroup(None), "pop"),
        (composite(part, norms.Part(indicator="old", weight=0.0)), "pop poor old"),
        (norms.Banded(type="banded", indicator="pop", bands=()), "pop"),
        (norms.Presence(type="presence", amount=1.0), ""),
        (norms.Threshold(type="threshold", inner=RATIO, own_from=1.0), "pop"),
        (norms.Threshold(type="threshold", inner=RATIO, own_from=1.0, measure="old"), "pop old"),
        (norms.Complement(type="complement", inner=RATIO, schemes=schemes), "pop clients"),
    ):
        assert norm(rule).indicator == names


def test_a_plan_is_proven_where_every_stage_is():
    assert StageResult("cost", "eur", 1.0, 1.0, 0.0, 0.0, "proven").nodes == 0
    for stages, status in (("", "proven"), ("pp", "proven"), ("pf", "feasible_with_gap"), ("f", "feasible_with_gap")):
        told = [SimpleNamespace(status="proven" if s == "p" else "feasible_with_gap") for s in stages]
        assert Plan(WHOLE, None, {}, tuple(told), "id").status == status
