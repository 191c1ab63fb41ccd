"""A continent planned in fractions, on a small part of it: ``python -m benchmarks growth``."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import continent, growth
from tests.beside import reference
from tests.invented_units import invented_units


def test_five_hundred_units_in_two_countries(monkeypatch):
    table = invented_units(500, regions=8, countries=2)
    monkeypatch.setattr(growth, "units", lambda points, number: table.head(number))
    found = growth.plan(Path(), 500, 1)
    assert [(one.units, one.parts, one.broken) for one in found] == [(250, 4, 0), (250, 4, 0)]
    for one in found:
        assert all(stage.status == "proven" for stage in one.result.stages)
        # Money is short, and is spent.
        values = {stage.name: stage.value for stage in one.result.stages}
        assert values["unmet_1"] + values["unmet_2"] + values["unmet_3"] > 0
        assert values["cost"] > 0


def test_needs_are_those_of_the_catalogue(monkeypatch):
    one = continent.country(invented_units(40, regions=2))
    assert set(one.needs["norm"]) <= {norm.id for norm in continent._base().inputs.norms}
    people = one.units["people"].sum()
    base = continent._base()
    national = base.needs.groupby("group")["need_users"].sum()
    mine = one.needs.groupby("group")["need_users"].sum()
    census = base.inputs.tables["indicators"].groupby("indicator")["value"].sum()["pop_total"]
    # As many cases for each inhabitant as in Bulgaria, but for rounding in every region.
    by_norm = [g for g in mine.index if national[g] > 10_000]
    assert (mine[by_norm] / people).tolist() == pytest.approx((national[by_norm] / census).tolist(), rel=0.02)


def test_hosts_are_near_and_in_the_region():
    table = invented_units(60, regions=3)
    known = continent.known(continent.country(table))
    region, host = (table.set_index("municipality")[name] for name in ("region", "is_host"))
    assert known.arcs
    for m, h, s, _ in known.arcs:
        assert region[m] == region[h]
        assert m == h or (host[h] and known.minutes[m, h] <= continent.LIMIT_MIN and s != "assistant_support")


def test_sizes_take_whole_regions_of_the_same_order():
    points = reference("data/europe_lau.csv.gz")
    large, whole = continent.units(points, 2_650), continent.units(points, 10**9)
    assert len(whole) == 98_615
    pd.testing.assert_series_equal(large["municipality"], whole["municipality"].head(2_650))
    cut = [region for region, mine in large.groupby("region") if len(mine) < (whole["region"] == region).sum()]
    assert len(cut) <= 1
