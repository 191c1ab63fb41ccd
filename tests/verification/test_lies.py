"""Consistent lies: every table fits every other, and one thing is not what the inputs or the tables give."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nationalmap import schema
from nationalmap.errors import VerificationFailed
from nationalmap.verification import check, folder, report, tables, verify
from nationalmap.verification.findings import Findings
from nationalmap.verification.folder import latest
from nationalmap.verification.question import read_question
from nationalmap.verification.stages import _least_worst
from tests.verification.towns import NORMS, RESULTS, SCENARIO, as_json, seal, stage, towns


def _replaced(name: str, *pairs: tuple[str, str]) -> str:
    text = RESULTS[name]
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def test_a_need_that_is_one_case_larger_in_every_table() -> None:
    results = {
        "needs": _replaced(
            "needs", ("R2,care,2030,care.need,older,1000,10,10", "R2,care,2030,care.need,older,1000,10,11")
        ),
        "unmet": _replaced("unmet", ("R2,care,2030,10,10,0,0,0,0", "R2,care,2030,11,10,1,0,0,1")),
        "access": _replaced("access", ("R2,2030,16,13,3,0,0,0.1875", "R2,2030,17,13,4,0,0,0.235294118")),
        # Of 31 cases 15 + 11 live within 15 minutes, 25 and 30 have a place within 15 and 30.
        "access_minutes": _replaced(
            "access_minutes",
            (
                "R2,care,2030,settlements,10,10,1,1,1,1" + ",1" * 4,
                "R2,care,2030,settlements,11,10,1,1,1,1" + ",0.909090909" * 4,
            ),
            (
                ",care,2030,settlements,30,30,0.833333333,1,1,1,0.833333333,1,1,1",
                ",care,2030,settlements,31,30,0.838709677,1,1,1,0.806451613" + ",0.967741935" * 3,
            ),
        ),
    }
    found = check(towns(results=results, stages={"unmet_2": 12.0})).differences
    assert found == ("needs.csv, R2 care 2030: need_users is 11; 10 follows (needs: norm x indicator, rounded).",)


def test_a_smaller_minimum_in_every_table() -> None:
    results = {
        "package": _replaced("package", ("R2,day,2027,municipal,3,2", "R2,day,2027,municipal,2,1")),
        "compliance": _replaced("compliance", ("R2,day,2027,municipal,access,3,2,1,20,yes,no",
                                               "R2,day,2027,municipal,access,2,2,0,20,yes,yes")),
    }  # fmt: skip
    found = check(towns(results=results, stages={"package": 0.0})).differences
    assert found == (
        "package.csv, R2 day 2027: minimum_users is 2; 3 follows (package: norms, capped at the need).",
        "package.csv, R2 day 2027: minimum_places is 1; 2 follows (package: norms, capped at the need).",
    )


def test_more_money_than_the_scenario_gives() -> None:
    results = {"budget": _replaced("budget", ("40800.00,31316.67,0.00,9483.33", "40800.01,31316.67,0.00,9483.34"))}
    assert check(towns(results=results)).differences == (
        "budget.csv, state 2027: budget_eur is 40,800.01; 40,800.00 follows (rule budgets).",
        "budget.csv, state 2027: left_eur is 9,483.34; 9,483.33 follows (rule budgets).",
    )


def test_money_between_two_streams_that_may_both_pay_is_told_by_the_tie_break() -> None:
    results = {
        "spending": _replaced("spending", ("own,running,R1,house,2030,3000.00", "own,running,R1,house,2030,3000.01"),
                              ("house,2030,21350.00", "house,2030,21349.99")),
        "budget": _replaced("budget", ("3000.00,0.00,3000.00", "3000.01,0.00,2999.99"),
                            ("39740.00,0.00,3557.28", "39739.99,0.00,3557.29")),
        "programme": _replaced("programme", ("0.985626,3000.00", "0.98563,3000.01"),
                               ("7.014374,21350.00", "7.01437,21349.99")),
        "afterwards": _replaced("afterwards", ("3000.00", "3000.01"), ("21350.00", "21349.99")),
    }  # fmt: skip
    honest = towns()
    value = json.loads(honest["manifest.json"])["stages"][-1]["value"]
    found = check(towns(results=results, stages={"tie_break_money": value})).differences
    assert len(found) == 1
    assert found[0].startswith(f"manifest.json, stage tie_break_money: the value is {value:.5f};")
    # The lie is whole when the stage is told anew: then only a proof of optimality could tell.
    assert check(towns(results=results)).differences == ()


STAGES = [s["name"] for s in json.loads(towns()["manifest.json"])["stages"]]


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_value_that_is_a_little_better_or_worse(name: str) -> None:
    true = next(s["value"] for s in json.loads(towns()["manifest.json"])["stages"] if s["name"] == name)
    for lie in (true - 0.00003, true + 0.00003):
        found = check(towns(stages={name: lie})).differences
        # Two municipalities could carry the case above the maximum: a better worst share is no lie.
        allowed = name in ("worst_unmet", "worst_tenth") and lie < true
        said = f"manifest.json, stage {name}: the value is {lie:.5f}; {true:.5f} follows from the tables."
        assert found == (() if allowed else (said,))


def test_a_worst_share_below_what_any_division_gives() -> None:
    # R1 2027 carries the case already and has 9 of 32; R2 with one case fewer 4 of 16.
    assert check(towns(stages={"worst_unmet": 0.28125})).differences == ()
    assert check(towns(stages={"worst_unmet": 0.2812})).differences == (
        "manifest.json, stage worst_unmet: the value is 0.28120; 0.31250 follows from the tables.",
    )


def test_cases_above_a_maximum_lower_the_worst_share_to_nothing_and_not_below() -> None:
    q = read_question(towns(), Findings())
    everybody: Any = SimpleNamespace(cells={("R1", "care", 2027): 10}, served=lambda *_: 10, above={})
    assert _least_worst(q, everybody) == 0
    most: Any = SimpleNamespace(cells={("R1", "care", 2027): 10}, served=lambda *_: 7, above={})
    assert _least_worst(q, most) == Fraction(3, 10)


def test_parts_of_a_cent_that_are_not_paid_are_no_lie_about_the_money_that_lacks() -> None:
    # Two journeys of 33.337 are 66.674: 0.4 cents are cut off, 0.000004 thousand EUR beside the 0.00001 of rounding.
    trips = {"inputs": {"trip_costs": "R2,R1,day,33.337"}, "scenario": {"stages": ["overspend"]}}

    def said(lacking: float) -> list[str]:
        found = check(towns(**trips, stages={"overspend": lacking})).differences
        return [s for s in found if s.startswith("manifest.json, stage overspend: the value")]

    assert said(0.000013) == []
    assert said(0.000016) == ["manifest.json, stage overspend: the value is 0.00002; 0.00000 follows from the tables."]


def test_what_is_kept_counts_in_every_period_in_which_it_is_missing() -> None:
    # help_R2 gives up 2 of 3 places in 2027: 2 + 2; its need is 10, so none is idle.
    given_up = _replaced(
        "capacity", ("help_R2,2027,R2,help,attested,3,3,0,2,0,0,0,5", "help_R2,2027,R2,help,attested,3,3,0,0,0,0,2,1")
    )
    found = check(towns(results={"capacity": given_up})).differences
    assert "manifest.json, stage keep_2: the value is 0.00000; 4.00000 follows from the tables." in found
    # Without need the first places are idle: 3 places, need 2 at least leaves one idle; 1 + 1 are missing.
    norms = [n | {"rule": n["rule"] | {"per": 500.0}} if n["id"] == "care.need" else n for n in NORMS]
    needs = RESULTS["needs"].replace("older,1000,10,10", "older,1000,2,2").replace("older,2000,20,20", "older,2000,4,4")
    found = check(towns(results={"capacity": given_up, "needs": needs}, norms=norms)).differences
    assert "manifest.json, stage keep_2: the value is 0.00000; 2.00000 follows from the tables." in found
    assert "manifest.json, stage keep_idle: the value is 0.00000; 1.00000 follows from the tables." in found


def _with_stage(name: str, **facts: Any) -> tuple[str, ...]:
    files = towns()
    stages = json.loads(files["manifest.json"])["stages"]
    return check(seal(files, [s | facts if s["name"] == name else s for s in stages])).differences


def test_bounds_and_gaps() -> None:
    assert _with_stage("unmet_1", bound=9.0, gap=0.1, tolerance=0.1) == ()
    assert _with_stage("unmet_1", bound=9.0, gap=0.1) == (
        "manifest.json, stage unmet_1: it is called proven, and its gap is above its tolerance (rule bounds).",
    )
    assert _with_stage("unmet_1", bound=9.0) == (
        "manifest.json, stage unmet_1: the gap is 0; (value - bound) / value is 0.100000 (rule bounds).",
    )
    assert _with_stage("unmet_1", bound=11.0) == (
        "manifest.json, stage unmet_1: bound, against the value: 11 must be <= 10.00001 (rule bounds).",
    )
    assert _with_stage("unmet_1", bound=None, gap=None, status="feasible_with_gap") == ()
    assert _with_stage("unmet_1", value=None) == (
        "manifest.json, stage unmet_1: has no value; 10.00000 follows from the tables.",
    )


def test_stages_left_out_or_in_another_order() -> None:
    files = towns()
    stages = json.loads(files["manifest.json"])["stages"]
    without = [s for s in stages if s["name"] != "unmet_1"]
    assert check(seal(files, without)).differences == (
        "manifest.json, stage unmet_1: is missing; 10.00000 follows from the tables.",
    )
    found = check(seal(files, [stages[1], stages[0], *stages[2:]])).differences
    assert len(found) == 1
    assert found[0].startswith("manifest.json, stages: keep_1, keep_users, keep_2")
    found = check(seal(files, [*stages, stage("luck", 1.0)])).differences
    assert len(found) == 1


def test_the_manifest_tells_the_inputs() -> None:
    files = towns()
    manifest = json.loads(files["manifest.json"])
    stages = manifest["stages"]
    for name, lie in (("run_id", "0" * 12), ("years", [2027]), ("status", "feasible_with_gap"), ("norms", ["legal"])):
        content = {k: v for k, v in manifest.items() if k != "manifest_sha256"} | {name: lie}
        content["manifest_sha256"] = __import__("hashlib").sha256(as_json(content)).hexdigest()
        found = check({**files, "manifest.json": as_json(content)}).differences
        assert len(found) == 1
        assert found[0].startswith(f"manifest.json, {name}: {lie} stands; {manifest[name]} follows")
    assert check(seal(files, stages)).differences == ()


# ------------------------------------------------------------------------ files


def test_a_changed_byte_is_found_by_its_hash() -> None:
    files = towns()
    name = "inputs/calibration.csv"
    found = check({**files, name: files[name].replace(b"says", b"said")}).differences
    assert found[0] == f"{name}: was changed; its SHA-256 is not that of the manifest."
    assert found[1].startswith("manifest.json, run_id:")
    assert check({**files, "beside.txt": b""}).differences == ("beside.txt: is not in the manifest.",)
    gone = {k: v for k, v in files.items() if k != "access.csv"}
    found = check(gone).differences
    assert found[:2] == ("access.csv: is missing; the manifest lists it.", "access.csv: is missing.")
    # What can be checked beside it still is: its rows follow from the others.
    assert [s.partition(";")[0] for s in found[2:]] == [
        f"access.csv, {m} {t}: this row is missing" for m in ("R1", "R2") for t in (2027, 2030)
    ]


def test_a_length_that_is_not_that_of_the_file_is_found() -> None:
    files = towns()
    manifest = json.loads(files["manifest.json"])
    manifest["outputs"]["access.csv"]["bytes"] += 1
    length = len(files["access.csv"])
    assert check({**files, "manifest.json": folder.sealed(manifest)}).differences == (
        f"access.csv: has {length} bytes; the manifest says {length + 1}.",
    )


def test_a_manifest_is_written_as_people_read_it() -> None:
    assert folder.as_json({"б": [1], "a": None}) == '{\n "a": null,\n "б": [\n  1\n ]\n}\n'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        folder.as_json(float("nan"))


def test_a_file_is_taken_from_the_first_folder_that_has_it_and_from_no_other_place(tmp_path: Path) -> None:
    for name in ("one", "two", "one/deep"):
        (tmp_path / name).mkdir()
    for name, text in (("one/a", "1"), ("two/a", "2"), ("two/b", "3"), ("beside", "4"), ("one/deep/c", "5")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    folders = [tmp_path / "one", tmp_path / "two"]
    asked = ("a", "b", "deep/c", "deep", "../beside", "none", str(tmp_path / "beside"))
    assert [folder.original(folders, name) for name in asked] == [b"1", b"3", b"5", None, None, None, None]


def test_a_changed_manifest_is_found_by_its_seal() -> None:
    files = towns()
    changed = files["manifest.json"].replace(b"2026-11-24", b"2026-11-25")
    assert check({**files, "manifest.json": changed}).differences == (
        "manifest.json: is not as it was written; its seal does not fit its content.",
    )


def test_what_cannot_be_read_is_a_sentence() -> None:
    for name, data in (("manifest.json", b"{"), ("inputs/scenario.json", b"[]"), ("inputs/norms.json", b"\xff")):
        found = check({**towns(), name: data}).differences
        assert found[-1].startswith("the run folder cannot be checked further (")
    files = towns()
    files["capacity.csv"] = files["capacity.csv"].replace(
        b"day_R1,2027,R1,day,attested,6", b"day_R1,2027,R1,day,attested,06"
    )
    assert 'capacity.csv, row 2, places_today: "06" is not a whole number.' in check(files).differences
    files["capacity.csv"] = towns()["capacity.csv"].replace(b"facilities\n", b"facilities,more\n")
    found = check(files).differences
    assert "capacity.csv, row 1: the columns are site, year," in "\n".join(found)
    assert "capacity.csv, day_R1 2027: this row is missing (rule capacity_rows)." in found
    assert not [s for s in found if s.startswith("the run folder cannot be checked further")]
    files["capacity.csv"] = towns()["capacity.csv"].replace(b"attested,6,6", b"attested,6", 1)
    assert "capacity.csv, row 2: holds 17 cells; the table has 18 columns." in check(files).differences


def test_another_format_is_said() -> None:
    manifest = json.loads(towns()["manifest.json"]) | {"format": 1}
    found = check({**towns(), "manifest.json": as_json(manifest)}).differences
    cure = "plan the scenario again, or verify it with the version that made it"
    assert f"manifest.json: format is 1; this program verifies format 3: {cure}." in found


def test_a_folder_on_the_disk(tmp_path: Path) -> None:
    for name, data in towns().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert verify(tmp_path) == ()
    (tmp_path / "unmet.csv").write_bytes(b"")
    assert "unmet.csv, row 1: the columns are nothing;" in "\n".join(verify(tmp_path))
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(VerificationFailed, match=r"is not a run folder: it holds no manifest\.json"):
        report(tmp_path)
    assert VerificationFailed.exit_code == 9


def test_declared_here_as_in_the_schema() -> None:
    kinds = {"integer": "i", "number": "n", "money": "m", "flag": "f"}
    assert {t.name for t in schema.RESULT_TABLES} == set(tables.RESULTS)
    for name, declared in tables.DECLARED.items():
        table = schema.TABLES[name]
        assert declared.names == table.known
        assert declared.free == {c.name for c in table.columns if c.optional}
        assert declared.key == table.key
        assert declared.kinds == {c.name: kinds[c.kind] for c in table.columns if c.kind in kinds}
        assert declared.blank == {c.name for c in table.columns if c.blank and c.kind in kinds}


def test_the_hand_made_scenario_is_one() -> None:
    from pydantic import TypeAdapter

    from nationalmap.domain.norm import Norm
    from nationalmap.domain.scenario import Scenario

    TypeAdapter(Scenario).validate_json(as_json(SCENARIO | {"inputs": {}, "travel": {}, "solver": {}}))
    TypeAdapter(tuple[Norm, ...]).validate_json(as_json(NORMS))


def test_the_latest_run_lies_in_its_scenarios_folder(tmp_path: Path) -> None:
    """A LATEST that names no run there, or leads elsewhere, is not followed."""
    for name in ("scenario/one", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    scenario = tmp_path / "scenario"
    assert latest(scenario) == scenario
    for told, run in (("one\n", scenario / "one"), ("two\n", scenario), ("../elsewhere\n", scenario)):
        (scenario / "LATEST").write_text(told, encoding="utf-8")
        assert latest(scenario) == run


def test_a_file_may_be_without_its_free_columns_alone() -> None:
    declared = tables.columns("a* b? c")
    assert declared.those_of(["a", "b", "c"]).names == ("a", "b", "c")
    assert declared.those_of(["a", "c"]).names == ("a", "c")
    assert declared.those_of(["a"]).names == ("a", "c")
