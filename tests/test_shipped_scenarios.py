"""Every shipped question is read and checked; what extends another says only what it changes."""

import dataclasses
import tomllib

import pytest

from nationalmap import planning
from nationalmap.sources.scenarios import read_scenario, shipped_scenarios

NAMES = [path.stem for path in shipped_scenarios()]
BASE = "haskovo-2027"


def scenario(name):
    (path,) = [path for path in shipped_scenarios() if path.stem == name]
    return read_scenario(path).scenario


def flat(value, path=""):
    """A nested dictionary as one of paths."""
    if isinstance(value, dict) and value:
        return {k: v for key, inner in value.items() for k, v in flat(inner, f"{path}.{key}").items()}
    return {path.removeprefix("."): value}


def facts(name):
    return flat(dataclasses.asdict(scenario(name)))


def test_these_are_shipped():
    assert [BASE, f"{BASE}-equal-access", f"{BASE}-lean", f"{BASE}-what-it-would-cost"] == NAMES
    assert [s.name for s in planning.scenarios()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_is_read_and_checked(name, haskovo):
    question = haskovo if name == BASE else planning.check(name)
    assert question.scenario.name == name
    assert len(question.municipalities) == 11
    assert len(question.inputs.tables["services"]) == 14
    assert question.inputs.boundaries.status == "schematic"
    assert {norm.status for norm in question.inputs.norms} == {"illustrative"}
    assert question.needs.equals(haskovo.needs)
    assert question.package.equals(haskovo.package)
    assert [(r.matched, r.missing, r.extra, r.duplicated) for r in question.join_reports] == [(265, (), (), ())] * 2


@pytest.mark.parametrize("name", NAMES)
def test_each_says_itself_in_both_languages(name):
    one = scenario(name)
    for bulgarian, english in ((one.title_bg, one.title_en), (one.says_bg, one.says_en)):
        assert any("а" <= letter <= "я" for letter in bulgarian)
        assert english.isascii()
    for stream in one.streams.values():
        assert stream.basis
        assert stream.status in ("attested", "derived", "illustrative")


OWN = {"name", "title_bg", "title_en", "says_bg", "says_en"}


def tupled(value):
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("name", NAMES[1:])
def test_an_override_changes_only_what_it_says(name):
    (path,) = [path for path in shipped_scenarios() if path.stem == name]
    written = {key: tupled(value) for key, value in flat(tomllib.loads(path.read_text(encoding="utf-8"))).items()}
    assert written.pop("extends") == BASE
    assert set(written) > OWN
    base, other = facts(BASE), facts(name)
    assert set(base) == set(other)
    assert {key: other[key] for key in base if base[key] != other[key]} == written


def test_each_asks_what_its_title_says():
    stages = scenario(f"{BASE}-equal-access").stages
    assert stages.index("worst_unmet") < stages.index("unmet")
    assert sorted(stages) == sorted(scenario(BASE).stages)
    assert {key: value for key, value in facts(f"{BASE}-lean").items() if key.endswith(".factor")} == {
        "streams.state_running.factor": 0.9,
        "streams.hr_programme.factor": 0.9,
        "streams.regional_programme.factor": 1.0,
    }
    assert scenario(f"{BASE}-what-it-would-cost").mode == "what_it_would_cost"


def test_ten_per_cent_less_is_ten_per_cent_less(haskovo):
    lean = planning.check(f"{BASE}-lean").budgets_eur
    for stream in ("state_running", "hr_programme"):
        assert lean[stream] == pytest.approx(0.9 * haskovo.budgets_eur[stream], abs=0.01)
    assert lean["regional_programme"] == haskovo.budgets_eur["regional_programme"]
