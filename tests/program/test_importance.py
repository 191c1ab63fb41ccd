"""What is lost without a host, of toyland by hand."""

from __future__ import annotations

from functools import cache

import pytest

from nationalmap.program.importance import COST, TRAVEL, Closing, closings, importance, left_standing
from nationalmap.program.through import through
from tests.toyland import richer as more
from tests.toyland import toyland


def known():
    return through(toyland().known(), "unmet", {**COST, **TRAVEL})


@cache
def without(closing, to="all"):
    """The stages with every host, those without one, and whether that was solved."""
    base, (lost,) = importance(known(), (closing,), to, child=False)
    return {s.name: s.value for s in base}, {s.name: s.value for s in lost.stages}, lost.solved


def test_every_municipality_is_a_host_and_every_host_of_a_service_is_asked():
    assert [closing.host for closing in closings(known())] == [*known().municipalities]
    assert closings(known(), ["residence"]) == tuple(Closing(h, "residence") for h in known().municipalities)


def test_the_stages_asked_are_those_up_to_unmet_and_cost_and_travel():
    assert known().scenario.stages == ("keep", "package", "unmet", "cost", "travel")
    assert known().scenario.solver.tolerances == {**COST, **TRAVEL}


def test_without_n2_its_eight_travel_and_one_more_has_no_place():
    """N1 builds for the eight of N2: 43 places, 5 centres, 11 travellers 49.1; homes 37.2; 86.3 of 84.6 there are.

    1.7 are lacking, and one who stays away saves 1 and a journey: two have no place, instead of one. Three kept places
    go. Six travel from N2 (20 minutes), three from S3 (20), six of day care and homes as ever 210: 390.
    """
    base, lost, solved = without(Closing("NOR02"))
    assert solved
    assert (base["unmet_2"], lost["unmet_2"]) == (1, 2)
    assert (base["keep_2"], lost["keep_2"]) == (0, 3)
    assert (base["package"], lost["package"]) == (0, 0)
    assert lost["travel"] == pytest.approx(390, rel=0.01)


def test_without_s1_its_own_package_is_missing():
    """Five places of day care in S1 itself are the package that nobody else can give."""
    _, lost, _ = without(Closing("SOU01"))
    assert lost["package"] == 1


def test_the_centre_of_n3_can_stand_in_s3():
    base, lost, solved = without(Closing("NOR03"))
    assert solved
    assert {name: lost[name] for name in base if name.startswith(("keep", "package", "unmet"))} == {
        name: value for name, value in base.items() if name.startswith(("keep", "package", "unmet"))
    }


def test_what_the_plan_does_not_use_is_not_missed():
    """S3's centre closes anyway; S2's is protected."""
    for host in ("SOU03", "SOU02"):
        base, lost, solved = without(Closing(host))
        assert not solved
        assert lost == base


def test_what_is_protected_or_locked_stays():
    country = toyland().known()
    assert left_standing(country, Closing("SOU02"))["day_SOU02"] == 6
    assert set(left_standing(country, Closing("NOR01")).values()) == {0}
    locked = toyland().asking(locks=(more.lock(13),)).known()
    left = left_standing(locked, Closing("NOR01"))
    assert {locked.sites[site].service for site in left} == {"residence"}


def test_closed_to_others_its_own_people_stay():
    """N1 for its own: nobody is served from outside, and nothing that stands is given up."""
    base, lost, _ = without(Closing("NOR01"), "others")
    assert (lost["keep_1"], lost["keep_2"]) == (0, 0)
    assert lost["unmet_2"] > base["unmet_2"]
    assert without(Closing("NOR02"), "others")[2] is False


def test_two_processes_give_what_one_gives():
    every = (Closing("NOR02"), Closing("NOR03"), Closing("SOU03"))
    alone = importance(through(toyland().known(), "unmet", {}), every, "all", 1, child=False)
    assert importance(through(toyland().known(), "unmet", {}), every, "all", 2) == alone
