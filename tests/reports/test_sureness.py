"""How sure a plan is: stages by name, proven or open, in words."""

from __future__ import annotations

import dataclasses
import math

from nationalmap.reports import sureness, texts

NB = "\N{NO-BREAK SPACE}"


def with_stages(plan, *changes):
    stages = tuple(dataclasses.replace(plan.stages[0], **change) for change in changes)
    return dataclasses.replace(plan, stages=stages)


def test_the_proven_stages_are_named_by_tolerance_and_the_others_with_their_gaps(small):
    plan = with_stages(
        small,
        {"name": "keep_1"},
        {"name": "package", "tolerance": 0.002},
        {"name": "unmet_1", "tolerance": 0.002, "gap": 0.0015},
        {"name": "worst_unmet", "tolerance": 0.01, "gap": 0.0123, "status": "feasible_with_gap"},
    )
    assert sureness.stages_in_words(plan, "bg") == (
        f"доказани в рамките на допуск 0,01{NB}%: днешни места, клас 1; "
        f"доказани в рамките на допуск 0,2{NB}%: минимален пакет · без място, клас 1; "
        f"НЕ са доказани (възможен е по-добър план): най-зле обслужена община (отклонение 1,23{NB}%, допуск 1{NB}%)"
    )
    assert sureness.widest_stage(plan).name == "worst_unmet"
    assert sureness.widest_stage(small) is None


def test_many_proven_stages_are_counted_too(small):
    plan = with_stages(small, *({"name": f"unmet_{n}"} for n in range(9)), {"name": "cost", "tolerance": 0.01})
    words = sureness.stages_in_words(plan, "en")
    assert words.startswith("proven within a tolerance of 0.01%, 9 stages: without a place, class 0 · without")
    assert words.endswith("; proven within a tolerance of 1%: cost")


def test_a_stage_without_a_bound_is_the_widest_and_says_none(small):
    plan = with_stages(
        small,
        {"gap": 0.02, "status": "feasible_with_gap"},
        {"name": "unmet", "gap": math.nan, "status": "none"},
    )
    assert sureness.widest_stage(plan).name == "unmet"
    assert "without a place (gap none, tolerance 0.01%)" in sureness.stages_in_words(plan, "en")


def test_stages_of_a_priority_class_and_unknown_ones_have_a_name():
    names = [
        sureness.stage_name(name, "bg")
        for name in ("unmet", "unmet_2", "worst_unmet", "tie_break_money", "x_1", "worst_tenth")
    ]
    assert names == [
        "без място",
        "без място, клас 2",
        "най-зле обслужена община",
        "избор между равни плащания",
        "x_1",
        "най-зле обслужената десета",
    ]


def test_every_stage_and_status_of_the_contract_has_words():
    from typing import get_args

    from nationalmap.domain.plan import Status
    from nationalmap.domain.scenario import StageName

    assert set(get_args(StageName)) <= set(texts.entries("stage"))
    assert set(get_args(Status)) <= set(texts.entries("status"))


def test_every_unit_of_a_stage_has_words():
    units = ("users", "packages missing", "posts", "need cases", "share", "thousand EUR", "thousand EUR a year")
    for unit in (*units, "steps", "changes", "minutes", "facilities", "none"):
        assert unit in texts.entries("unit"), unit
    assert sureness.unit_name("minutes", "bg") == "минути"
    assert sureness.unit_name("parsecs", "bg") == "parsecs"
