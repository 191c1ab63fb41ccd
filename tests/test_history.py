"""Runs that were kept: listed, shown, and their inputs held against the files of today."""

import json
import shutil
from pathlib import Path

import pytest

import nationalmap
from nationalmap import planning, publishing
from nationalmap.errors import InputRefused
from tests.test_runs import reseal

TOYLAND = Path(__file__).resolve().parent / "toyland"


@pytest.fixture
def kept(toyland_run, toyland, tmp_path):
    """A folder of runs with two of toyland, the first again under another id, and a copy of the scenario's files."""
    runs = tmp_path / "runs"
    shutil.copytree(toyland_run.folder.parent, runs / "toyland")
    shutil.copytree(toyland_run.folder, runs / "toyland" / "0123456789ab")
    return runs


def test_runs_are_listed_by_time_with_the_latest_and_what_cannot_be_read(run, kept, toyland_run):
    (kept / "toyland" / "0123456789ab" / "manifest.json").write_bytes(b"{}")
    found = nationalmap.runs_list(kept)
    assert [(one.folder.name, one.latest, bool(one.fault)) for one in found] == [
        ("0123456789ab", False, True),
        (toyland_run.plan.run_id, True, False),
    ]
    assert nationalmap.runs_list(kept / "toyland") == found
    written = json.loads((toyland_run.folder / "manifest.json").read_bytes())["written"]
    assert run("runs", "list", kept, "--language", "en").out.splitlines() == [
        "toyland/0123456789ab  cannot be read: manifest.json is not as it was written",
        f"toyland/{toyland_run.plan.run_id}  {written}  proven  (latest)",
    ]
    assert run("runs", "list", kept).out.splitlines()[1].endswith("доказан  (последно)")


def test_no_runs_and_no_folder(run, tmp_path):
    assert run("runs", "list", tmp_path, "--language", "en") == (0, "There are no runs.\n", "")
    assert run("runs", "list", tmp_path / "none").code == 3


def test_a_run_is_shown_with_stages_and_sources(run, kept, toyland_run):
    answer = run("runs", "show", kept / "toyland", "--language", "en")
    assert answer.code == 0
    for stage in toyland_run.plan.stages:
        assert f": {stage.value:,.2f} (" in answer.out
    manifest = json.loads((toyland_run.folder / "manifest.json").read_bytes())
    assert all(f"{name}  SHA-256 {sha}" in answer.out for name, sha in manifest["sources"].items())
    assert "Norms: illustrative. Boundaries: boundaries are supplied." in answer.out
    assert f"Asked: {TOYLAND}." in answer.out
    assert "доказана граница" in run("runs", "show", kept / "toyland").out


def test_a_changed_run_is_not_shown(run, kept, toyland_run):
    table = kept / "toyland" / toyland_run.plan.run_id / "needs.csv"
    table.write_bytes(table.read_bytes() + b"\n")
    answer = run("runs", "show", kept / "toyland")
    assert (answer.code, answer.out) == (3, "")
    assert "needs.csv: is not as it was written" in answer.err


def test_a_run_of_today_is_not_stale_and_a_changed_input_is_named(run, kept, toyland):
    words = ("runs", "stale", kept / "toyland", "--scenario", toyland, "--language", "en")
    assert run("runs", "stale", kept / "toyland", "--language", "en").out == (
        "- All inputs are what they were when the run was made.\n"
    )
    assert run(*words) == (0, "- All inputs are what they were when the run was made.\n", "")
    register = toyland / "register.csv"
    register.write_bytes(register.read_bytes().replace(b"\n", b"\r\n"))
    scenario = toyland / "toyland.toml"
    scenario.write_bytes(scenario.read_bytes() + b"# looked at again\n")
    assert run(*words).out.splitlines() == [
        "- register: has changed since",
        "- toyland.toml: has changed since",
        "- The plan is of older inputs; plan again.",
    ]
    assert [(one.name, one.what) for one in nationalmap.runs_stale(kept / "toyland", str(toyland))] == [
        ("register", "changed"),
        ("toyland.toml", "changed"),
    ]


def test_inputs_that_are_gone_or_new_and_another_version(kept, toyland, toyland_run):
    folder = kept / "toyland" / toyland_run.plan.run_id

    def change(manifest):
        manifest["sources"]["settlements"] = manifest["sources"].pop("register")
        manifest["versions"]["nationalmap"] = "0.0.9"

    reseal(folder, change)
    assert [(one.name, one.what) for one in nationalmap.runs_stale(folder, str(toyland))] == [
        ("register", "new"),
        ("settlements", "gone"),
        ("0.0.9", "version"),
    ]


def test_a_scenario_that_moved_is_asked_for(kept, toyland_run):
    folder = kept / "toyland" / toyland_run.plan.run_id
    reseal(folder, lambda manifest: manifest["asked"].update(scenario="moved-away"))
    with pytest.raises(InputRefused, match='"moved-away" is neither a shipped scenario nor a file'):
        nationalmap.runs_stale(folder)
    reseal(folder, lambda manifest: manifest.pop("asked"))
    with pytest.raises(InputRefused, match='"toyland" is neither'):
        nationalmap.runs_stale(folder)


def test_no_password_is_kept_with_the_words():
    register = Path("postgresql://me:secret@host/db?table=register")
    assert "secret" not in str(planning._asked("haskovo-2027", register, None))
    assert publishing.json_bytes(planning._asked("haskovo-2027", None, None)) == (
        b'{\n "boundaries": null,\n "register": null,\n "scenario": "haskovo-2027"\n}\n'
    )


# ------------------------------------------------------------------ made again


def test_a_run_is_made_again_from_its_own_folder_to_the_byte(run, toyland_run, tmp_path, monkeypatch):
    """The scenario's files are not there, and the folder lies elsewhere."""
    monkeypatch.setattr("nationalmap.sources.scenarios.find", None)
    monkeypatch.setattr("nationalmap.sources.inputs.collected", None)
    folder = Path(shutil.copytree(toyland_run.folder, tmp_path / "elsewhere" / "copy"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    answer = run("replay", folder, "--language", "en")
    count = len(before) - 1
    says = f"- Planned again from its own inputs: all files ({count}) are the same to the byte.\n"
    assert (answer.code, answer.out) == (0, says)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_forged_run_comes_out_otherwise(run, toyland_run, tmp_path):
    """A place more in a table, every hash mended, the program and a version others, a stage that the clock stopped."""
    folder = Path(shutil.copytree(toyland_run.folder, tmp_path / "copy"))
    table = (folder / "unmet.csv").read_bytes()
    rows = table.splitlines(keepends=True)

    def change(manifest):
        manifest["program"]["sha256"] = "0" * 64
        manifest["versions"]["highspy"] = "1.0.0"
        manifest["stages"][0]["solver"] += ", stopped by the clock"

    reseal(folder, change, **{"unmet.csv": b"".join(rows[:-1])})
    again = nationalmap.replay(folder)
    assert again.differing == ("program", "unmet.csv")
    assert again.by_clock == (toyland_run.plan.stages[0].name,)
    assert [(name, then) for name, then, _ in again.versions] == [("highspy", "1.0.0")]
    code, out, _ = run("replay", folder, "--language", "en")
    assert code == 9
    assert f"of {again.files} files 2 differ: the linear program itself, unmet.csv." in out
    assert "highspy: 1.0.0 then, " in out
    assert "Stopped by the clock" in out


def test_a_changed_folder_is_not_replayed(run, toyland_run, tmp_path):
    folder = Path(shutil.copytree(toyland_run.folder, tmp_path / "copy"))
    (folder / "needs.csv").unlink()
    assert run("replay", folder).code == 3


def test_the_manifest_says_what_made_the_run(toyland_run):
    manifest = json.loads((toyland_run.folder / "manifest.json").read_bytes())
    assert manifest["asked"] == {"scenario": str(TOYLAND), "register": None, "boundaries": None}
    assert len(manifest["program"]["sha256"]) == 64
    assert manifest["program"]["rows"] > 10
    assert {"nationalmap", "python", "highspy", "pulp", "numpy", "matplotlib", "pyarrow"} <= set(manifest["versions"])
    assert manifest["options"]["random_seed"] == 0
    assert manifest["options"]["mip_feasibility_tolerance"] == 1e-6
    for stage in manifest["stages"]:
        assert {"value", "bound", "gap", "tolerance", "status", "solver"} <= set(stage)
