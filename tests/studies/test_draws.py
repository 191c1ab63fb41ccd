"""The runs of a design by value: grids, lists and draws."""

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from nationalmap.domain.change import Change
from nationalmap.domain.design import Design, Draw, Grid, Listed, Sampled, Values
from nationalmap.errors import InputRefused
from nationalmap.sources.designs import read_design, shipped_designs
from nationalmap.studies.draws import quantiles, runs_of

DESIGN = Design(format=1, name="d", title_bg="Д", title_en="D", scenario="s", mode="sites_held")


def draw(distribution, **numbers):
    return Draw(what="norm", name="n", distribution=distribution, basis="b", **numbers)


def test_a_grid_is_every_combination_the_last_figure_fastest():
    first = Values(what="budget", name="state", factors=(0.9, 1.0))
    second = Values(what="need", name="care", municipality="A", factors=(1.0, 1.1, 1.2))
    runs = runs_of(replace(DESIGN, grid=Grid(changes=(first, second))))
    assert runs.labels == ("budget:state", "need:care@A")
    assert runs.factors == ((0.9, 1.0), (0.9, 1.1), (0.9, 1.2), (1.0, 1.0), (1.0, 1.1), (1.0, 1.2))
    assert runs.changes(1) == (
        Change(what="budget", name="state", factor=0.9),
        Change(what="need", name="care", factor=1.1, municipality="A"),
    )


def test_a_listed_run_changes_what_it_says_and_nothing_else():
    a, b = Change(what="norm", name="a", factor=1.5), Change(what="norm", name="b", factor=0.5)
    runs = runs_of(
        replace(DESIGN, list=(Listed(changes=(a,)), Listed(changes=(b, replace(b, factor=4.0))), Listed(changes=())))
    )
    assert runs.labels == ("norm:a", "norm:b")
    assert runs.factors == ((1.5, 1.0), (1.0, 2.0), (1.0, 1.0))


@pytest.mark.parametrize(
    ("one", "share", "expected"),
    [
        (draw("uniform", low=0.8, high=1.2), 0.25, 0.9),
        (draw("triangular", low=0.0, mode=1.0, high=2.0), 0.125, 0.5),
        (draw("triangular", low=0.0, mode=1.0, high=2.0), 0.875, 1.5),
        (draw("triangular", low=1.0, mode=1.0, high=2.0), 0.75, 1.5),
        (draw("normal", mean=1.0, sd=0.1, low=0.0, high=2.0), 0.9772498680518208, 1.2),
        (draw("normal", mean=1.0, sd=0.1, low=1.0, high=9.0), 0.6826894921370859, 1.1),
        (draw("lognormal", median=2.0, sd=0.5), 0.5, 2.0),
        (draw("lognormal", median=1.0, sd=1.0), 0.8413447460685429, 2.718281828459045),
        (draw("lognormal", median=1.0, sd=1.0, low=1.0), 1e-9, 1.0),
    ],
    ids=lambda value: getattr(value, "distribution", ""),
)
def test_quantiles_are_those_of_the_distribution(one, share, expected):
    assert quantiles(one, np.array([share])) == [pytest.approx(expected, rel=1e-6)]


def sampled(seed, method="latin_hypercube", n=20):
    draws = (draw("uniform", low=0.0, high=1.0), replace(draw("uniform", low=1.0, high=3.0), name="m"))
    return runs_of(replace(DESIGN, sampled=Sampled(runs=n, seed=seed, method=method, changes=draws))).factors


def test_a_latin_hypercube_takes_one_of_each_part_and_pairs_them_by_chance():
    first, second = zip(*sampled(7), strict=True)
    assert Counter(int(v * 20) for v in first) == Counter(range(20))
    assert Counter(int((v - 1) * 10) for v in second) == Counter(range(20))
    assert sorted(range(20), key=first.__getitem__) != sorted(range(20), key=second.__getitem__)


def test_plain_draws_leave_some_parts_empty():
    assert len({int(v * 20) for v, _ in sampled(7, "plain")}) < 20


def test_the_seed_alone_decides():
    assert sampled(1) == sampled(1)
    assert sampled(1) != sampled(2)
    random.seed(5)
    np.random.seed(5)
    assert sampled(1) == sampled(1)


def written(tmp_path, text):
    path = tmp_path / "d.toml"
    head = 'format = 1\nname = "d"\ntitle_bg = "Д"\ntitle_en = "D"\nscenario = "haskovo-2027"\nmode = "sites_held"\n'
    path.write_text(head + text, encoding="utf-8")
    return str(path)


SAMPLE = '[sampled]\nruns = 3\nseed = 1\n[[sampled.changes]]\nwhat = "norm"\nname = "n"\nbasis = "b"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "grid, list, sampled: exactly one is asked, none of them given"),
        ("list = []\n[grid]\nchanges = []\n", "exactly one is asked, grid and list given"),
        ("list = []\n", "list: is empty"),
        ('[grid]\n[[grid.changes]]\nwhat = "norm"\nname = "n"\nfactors = []\n', '"n" has no factor'),
        ('[grid]\n[[grid.changes]]\nwhat = "norms"\nname = "n"\nfactors = [1.0]\n', "grid.changes.0.what"),
        ("[grid]\nchange = []\n", 'this key is not known; the nearest is "changes"'),
        (SAMPLE + 'distribution = "triangular"\nlow = 0.5\nhigh = 1.5\n', "has no mode: triangular needs it"),
        (SAMPLE + 'distribution = "uniform"\nlow = 1.5\nhigh = 0.5\n', "has no range: low is 0 or more, high above it"),
        (SAMPLE + 'distribution = "uniform"\nlow = 0.5\nhigh = 1.5\nsd = 1.0\n', "has sd, which uniform does not use"),
        (SAMPLE + 'distribution = "triangular"\nlow = 0.5\nhigh = 1.5\nmode = 2.0\n', "has its mode outside"),
        (SAMPLE + 'distribution = "normal"\nlow = 0.5\nhigh = 1.5\nmean = 1.0\nsd = 0.0\n', "has no spread"),
        (SAMPLE.replace("runs = 3", "runs = 0") + 'distribution = "uniform"\nlow = 0.5\nhigh = 1.5\n', "sampled.runs"),
    ],
)
def test_what_is_wrong_in_a_design_is_said(tmp_path, text, sentence):
    with pytest.raises(InputRefused) as refused:
        read_design(written(tmp_path, text))
    assert sentence in str(refused.value)


def test_a_design_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(InputRefused, match='the nearest is "haskovo-2027-uncertain"'):
        read_design("haskovo-2027-uncertin")


@pytest.mark.parametrize("path", shipped_designs(), ids=lambda path: path.stem)
def test_shipped_designs_fit_their_scenario_and_call_nothing_legal(path):
    file = read_design(path.stem)
    assert (file.design.name, file.scenario.stem) == (path.stem, file.design.scenario)
    assert {one.status for one in file.design.sampled.changes} == {"illustrative"}
    assert len(runs_of(file.design).factors) == file.design.sampled.runs
