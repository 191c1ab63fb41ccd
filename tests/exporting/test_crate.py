"""A run as an RO-Crate: what the profiles ask for, every file with its hash, the same bytes, a run that verifies."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import nationalmap
from nationalmap.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def crate(toyland_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("crate") / "toyland.crate.zip"
    assert nationalmap.export(toyland_run.folder, crate=path) == (str(path),)
    return path


@pytest.fixture(scope="module")
def files(crate):
    with zipfile.ZipFile(crate) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def graph(files):
    entities = json.loads(files["ro-crate-metadata.json"])["@graph"]
    found = {entity["@id"]: entity for entity in entities}
    assert len(found) == len(entities)
    return found


def ids(value):
    return {one["@id"] for one in (value if isinstance(value, list) else [value])}


def references(node):
    """Every {"@id": …} below an entity."""
    if isinstance(node, dict):
        yield from [node["@id"]] if set(node) == {"@id"} else [r for value in node.values() for r in references(value)]
    elif isinstance(node, list):
        yield from (r for value in node for r in references(value))


def test_what_the_profiles_ask_for(graph):
    """RO-Crate 1.1, Process Run Crate 0.5, Workflow Run Crate 0.5, Workflow RO-Crate 1.0: their MUST."""
    descriptor, root = graph["ro-crate-metadata.json"], graph["./"]
    assert descriptor["about"] == {"@id": "./"}
    assert ids(descriptor["conformsTo"]) == {
        "https://w3id.org/ro/crate/1.1",
        "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
    }
    assert root["@type"] == "Dataset"
    assert root["name"]
    assert root["description"]
    assert root["datePublished"]
    assert root["license"]
    profiles = ids(root["conformsTo"])
    assert profiles == {
        "https://w3id.org/ro/wfrun/process/0.5",
        "https://w3id.org/ro/wfrun/workflow/0.5",
        "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
    }
    assert all(graph[profile]["version"] for profile in profiles)
    workflow = graph[root["mainEntity"]["@id"]]
    assert workflow["@type"] == ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
    assert graph[workflow["programmingLanguage"]["@id"]]["@type"] == "ComputerLanguage"
    (run,) = [graph[name] for name in ids(root["mentions"])]
    assert run["@type"] == "CreateAction"
    assert ids(run["instrument"]) == ids(root["mainEntity"])
    for side, parameters in (("object", "input"), ("result", "output")):
        formal = {name for one in ids(run[side]) for name in ids(graph[one]["exampleOfWork"])}
        assert formal == ids(workflow[parameters])
        assert all(graph[name]["@type"] == "FormalParameter" for name in formal)


def test_everything_that_is_named_is_there(graph, files):
    outside = {"https://w3id.org/ro/crate/1.1", "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"}
    assert {name for entity in graph.values() for name in references(list(entity.values()))} <= graph.keys() | outside
    assert ids(graph["./"]["hasPart"]) == files.keys() - {"ro-crate-metadata.json"}


def test_files_are_those_of_the_run_with_their_hashes(graph, files, toyland_run):
    place = f"toyland/{toyland_run.plan.run_id}"
    run = {p.relative_to(toyland_run.folder).as_posix(): p for p in toyland_run.folder.rglob("*") if p.is_file()}
    inside = {name.removeprefix(f"{place}/"): data for name, data in files.items() if name.startswith(place)}
    assert inside == {name: path.read_bytes() for name, path in run.items()}
    for name, data in inside.items():
        entity = graph[f"{place}/{name}"]
        assert entity["contentSize"] == str(len(data))
        if name != "manifest.json":
            assert entity["sha256"] == hashlib.sha256(data).hexdigest()
    read = {name.removeprefix(f"{place}/") for name in ids(graph["#run"]["object"])}
    assert read == {name for name in run if name.startswith("inputs/")}


def test_times_are_those_of_the_manifest_and_the_bytes_the_same(crate, files, graph, toyland_run, tmp_path):
    manifest = json.loads((toyland_run.folder / "manifest.json").read_bytes())
    assert graph["#run"]["endTime"] == graph["./"]["datePublished"] == manifest["written"]
    elsewhere = shutil.copytree(toyland_run.folder, tmp_path / "elsewhere")
    nationalmap.export(elsewhere, crate=tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == crate.read_bytes()
    with zipfile.ZipFile(io.BytesIO(crate.read_bytes())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "ro-crate-metadata.json"


def test_the_unpacked_crate_verifies_and_its_workflow_runs(crate, toyland_run, tmp_path):
    shutil.unpack_archive(crate, tmp_path, "zip")
    assert not nationalmap.verify(tmp_path / "toyland" / toyland_run.plan.run_id).differences
    words = [sys.executable, tmp_path / "replay.py"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=env, cwd=tmp_path)
    assert "differing=()" in done.stdout


def test_an_export_to_nowhere_is_a_matter_of_words(toyland_run):
    with pytest.raises(UsageError, match="--crate FILE"):
        nationalmap.export(toyland_run.folder)
