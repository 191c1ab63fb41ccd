"""Run folders: whole or not at all, the same bytes for the same question, and read back only as written."""

import dataclasses
import errno
import hashlib
import json
import math
import os
import re
import shutil
import threading
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from nationalmap import planning, publishing, runs, schema
from nationalmap.errors import InputRefused, OutputFailed
from tests.beside import only_with

TOYLAND = Path(__file__).resolve().parent / "toyland"
EXTRAS = {"map.html": b"<html>page</html>", "plan.xlsx": b"book"}
ABOUT = {"solver": "none", "options": {}}


@pytest.fixture(scope="module")
def plan(toyland_run):
    return toyland_run.plan


@pytest.fixture
def small(plan, monkeypatch):
    """The plan as five files, so that a test may write it many times."""
    files = {name: data for name, data in runs.plan_files(plan).items() if name in SMALL}
    assert len(files) == len(SMALL)
    monkeypatch.setattr(runs, "plan_files", lambda _: files)
    return plan


SMALL = ("needs.csv", "budget.csv", "inputs/scenario.json")


def tree(folder):
    """Every file below a folder, by its path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def hidden(folder):
    return [path.name for path in folder.rglob(".*")]


# ------------------------------------------------------------------ what is written


def test_a_run_folder_holds_inputs_results_and_the_manifest(toyland_run):
    names = set(tree(toyland_run.folder))
    tables = {f"{table.name}.csv" for table in schema.RESULT_TABLES}
    inputs = {f"inputs/{table.name}.csv" for table in schema.INPUT_TABLES}
    others = {f"inputs/{name}" for name in ("scenario.json", "norms.json", "sources.json")}
    polygons = {"inputs/boundaries.geojson", "inputs/boundaries.json"}
    assert names == tables | inputs | others | polygons | {"map.html", "plan.xlsx", "about.txt", "manifest.json"}
    assert hidden(toyland_run.folder.parent) == []


def test_the_manifest_names_every_file_with_its_hash(toyland_run):
    manifest = json.loads((toyland_run.folder / "manifest.json").read_bytes())
    files = tree(toyland_run.folder)
    del files["manifest.json"]
    assert manifest["outputs"] == {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in files.items()
    }
    assert (manifest["scenario"], manifest["run_id"], manifest["status"]) == (
        "toyland",
        toyland_run.plan.run_id,
        "proven",
    )
    assert manifest["norms"] == ["illustrative"]
    assert manifest["years"] == list(toyland_run.plan.scenario.years)
    assert all(stage["solver"] for stage in manifest["stages"])
    assert manifest["solver"].startswith("HiGHS")
    assert manifest["options"]["threads"] == 1
    assert len(manifest["stages"]) == len(toyland_run.plan.stages)
    for name, digest in manifest["sources"].items():
        lies = {path.name: path for path in TOYLAND.rglob("*") if path.is_file()}
        key = {"norms": "norms.toml", "indicator_catalogue": "indicators.csv", "boundaries": "boundaries.geojson"}
        file = lies.get(Path(name).name) or lies[key.get(name, f"{name}.csv")]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == digest, name


def test_tables_are_plain_utf8_with_line_feeds(toyland_run):
    for name, data in tree(toyland_run.folder).items():
        if name.endswith(".csv"):
            assert b"\r" not in data
            assert data.endswith(b"\n")
            assert data.decode().split("\n")[0].count(",") >= 2


def test_only_the_manifest_knows_the_hour(toyland_run, tmp_path):
    again = planning.plan(str(TOYLAND), tmp_path)
    assert again.plan.run_id == toyland_run.plan.run_id
    first, second = tree(toyland_run.folder), tree(again.folder)
    one, two = (json.loads(files.pop("manifest.json")) for files in (first, second))
    assert first == second
    for manifest in (one, two):
        del manifest["written"]
        del manifest[publishing.SEAL]
    assert one == two


def test_the_same_plan_again_touches_nothing(small, tmp_path):
    folder = runs.write_run(small, EXTRAS, tmp_path, ABOUT)
    before = tree(tmp_path)
    assert runs.write_run(small, EXTRAS, tmp_path, ABOUT) == folder
    assert tree(tmp_path) == before


def test_latest_names_the_last_run(small, tmp_path):
    other = dataclasses.replace(small, run_id="0123456789ab")
    runs.write_run(other, EXTRAS, tmp_path, ABOUT)
    assert (tmp_path / "toyland" / "LATEST").read_bytes() == b"0123456789ab\n"
    runs.write_run(small, EXTRAS, tmp_path, ABOUT)
    assert (tmp_path / "toyland" / "LATEST").read_bytes() == f"{small.run_id}\n".encode()
    assert runs.find_run(tmp_path / "toyland").name == small.run_id
    runs.write_run(other, EXTRAS, tmp_path, ABOUT)
    assert runs.find_run(tmp_path / "toyland").name == "0123456789ab"
    assert sorted(p.name for p in (tmp_path / "toyland").iterdir()) == sorted(["0123456789ab", "LATEST", small.run_id])


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: (dataclasses.replace(plan.scenario, years=(2028,)), plan.inputs),
        lambda plan: (plan.scenario, dataclasses.replace(plan.inputs, norms=plan.inputs.norms[1:])),
        lambda plan: (plan.scenario, dataclasses.replace(plan.inputs, sources={})),
        lambda plan: (plan.scenario, _with_one_place_more(plan.inputs)),
    ],
    ids=["years", "norms", "sources", "register"],
)
def test_another_question_has_another_id(plan, change):
    assert runs.run_id(plan.scenario, plan.inputs) == plan.run_id
    assert runs.run_id(*change(plan)) != plan.run_id


def _with_one_place_more(inputs):
    register = inputs.tables["register"].copy()
    register.loc[0, "places"] += 1
    return dataclasses.replace(inputs, tables={**inputs.tables, "register": register})


# ------------------------------------------------------------------ there and back


def test_what_is_read_is_what_was_planned(toyland_run, plan):
    read = runs.read_run(toyland_run.folder)
    assert read.scenario == plan.scenario
    assert read.stages == plan.stages
    assert read.inputs.norms == plan.inputs.norms
    assert dict(read.inputs.sources) == dict(plan.inputs.sources)
    assert (read.run_id, read.status) == (plan.run_id, plan.status)
    for table in schema.RESULT_TABLES:
        written = schema.check(table, schema.as_text(table, plan.tables[table.name]), table.name)
        assert_frame_equal(read.tables[table.name], written)
    for table in schema.INPUT_TABLES:
        written = schema.check(table, schema.as_text(table, plan.inputs.tables[table.name]), table.name)
        assert_frame_equal(read.inputs.tables[table.name], written)
    mine, theirs = plan.inputs.boundaries, read.inputs.boundaries
    assert (mine.status, mine.source, mine.sha256, mine.notes) == (
        theirs.status,
        theirs.source,
        theirs.sha256,
        theirs.notes,
    )
    assert theirs.polygons["municipality"].tolist() == sorted(mine.polygons["municipality"])
    assert theirs.polygons.crs == mine.polygons.crs
    order = mine.polygons.sort_values("municipality").geometry
    assert all(a.equals_exact(b, 0) for a, b in zip(order, theirs.polygons.geometry, strict=True))


def test_what_is_read_is_written_as_the_same_bytes(toyland_run):
    assert runs.plan_files(runs.read_run(toyland_run.folder)).items() <= tree(toyland_run.folder).items()


def test_a_bound_that_nobody_has_proven_is_read_back_as_none(small, tmp_path):
    """JSON has no infinity: the manifest says null, the plan not a number."""
    open_ended = dataclasses.replace(small.stages[0], bound=-math.inf, gap=math.inf, status="feasible_with_gap")
    folder = runs.write_run(dataclasses.replace(small, stages=(open_ended,)), EXTRAS, tmp_path, ABOUT)
    facts = json.loads((folder / "manifest.json").read_bytes())["stages"][0]
    assert (facts["bound"], facts["gap"], facts["value"]) == (None, None, open_ended.value)
    stage = runs._stage(facts)
    assert math.isnan(stage.bound)
    assert math.isnan(stage.gap)
    assert dataclasses.replace(stage, bound=0.0, gap=0.0) == dataclasses.replace(open_ended, bound=0.0, gap=0.0)


def test_a_scenarios_folder_stands_for_its_latest_run(toyland_run):
    assert runs.read_run(toyland_run.folder.parent).run_id == toyland_run.plan.run_id


# ------------------------------------------------------------------ read only as written


@pytest.fixture
def folder(toyland_run, tmp_path):
    """A copy of the run folder, to damage."""
    return Path(shutil.copytree(toyland_run.folder, tmp_path / toyland_run.folder.name))


def refused(path):
    with pytest.raises(InputRefused) as caught:
        runs.read_run(path)
    return str(caught.value)


def test_a_changed_byte_is_found_in_every_file(folder):
    for name, data in tree(folder).items():
        middle = len(data) // 2
        (folder / name).write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
        told = refused(folder)
        assert Path(name).name in told
        assert "is not as it was written" in told
        assert told.count("\n") == 0
        (folder / name).write_bytes(data)
    runs.read_run(folder)


def test_a_changed_byte_is_found_anywhere_in_the_manifest(folder):
    path = folder / "manifest.json"
    data = path.read_bytes()
    for place in [*range(0, len(data), 61), len(data) - 1]:
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert "manifest.json" in refused(folder), data[place - 10 : place + 10]


@pytest.mark.parametrize(
    "change", [lambda d: d[:-1], lambda d: d + b"\n", lambda d: b"", lambda d: d.replace(b" ", b"")]
)
def test_a_manifest_cut_short_or_rewritten_is_refused(folder, change):
    path = folder / "manifest.json"
    path.write_bytes(change(path.read_bytes()))
    assert "manifest.json is not as it was written" in refused(folder)


def test_a_missing_file_is_named(folder):
    names = [name for name in tree(folder) if name != "manifest.json"]
    for name in names:
        (folder / name).rename(folder / "gone")
        assert Path(name).name in refused(folder)
        (folder / "gone").rename(folder / name)


def test_a_folder_without_a_manifest_is_no_run(folder):
    (folder / "manifest.json").unlink()
    assert refused(folder) == (
        f"{folder}: is not a run folder; name a folder such as runs/haskovo-2027 or one of its runs."
    )


@pytest.mark.parametrize("name", ["nowhere", "a\0b", "a" * 5000])
def test_a_folder_that_is_not_there(tmp_path, name):
    assert "run folder" in refused(tmp_path / name)


def reseal(folder, change, **files):
    """The manifest of a forger, who mends every hash."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    del manifest[publishing.SEAL]
    for name, data in files.items():
        (folder / name).write_bytes(data)
        manifest["outputs"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    change(manifest)
    path.write_bytes(publishing.sealed(manifest))


@pytest.mark.parametrize("name", ["../secret.csv", "inputs/../../secret.csv", "{absolute}"])
def test_a_manifest_does_not_lead_out_of_its_folder(folder, name):
    secret = folder.parent / "secret.csv"
    secret.write_bytes(b"secret")
    written = name.format(absolute=secret)
    facts = {"sha256": hashlib.sha256(b"secret").hexdigest(), "bytes": 6}
    reseal(folder, lambda manifest: manifest["outputs"].update({written: facts}))
    assert "secret.csv: is not as it was written (missing or changed)" in refused(folder)


def test_another_format_is_named(folder):
    """Folders of the formats there were: ``test_formats``."""
    reseal(folder, lambda manifest: manifest.update(format=4))
    told = refused(folder)
    assert told.startswith('manifest.json, format: "4" is not a format that this version knows; it reads 3; take ')


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(outputs=[]),
        lambda m: m.update(outputs={"x": 1}),
        lambda m: m.update(stages=5),
        lambda m: m["stages"][0].update(colour="red"),
        lambda m: m["outputs"].pop("needs.csv"),
        lambda m: m["outputs"].pop("inputs/boundaries.geojson"),
        lambda m: m.pop("stages"),
        lambda m: m["outputs"].update({"a\0b": {"sha256": "", "bytes": 0}}),
    ],
    ids=["list", "no facts", "stages", "unknown fact", "no table", "no polygons", "no stages", "NUL in a name"],
)
def test_a_forged_manifest_is_refused_in_one_sentence(folder, change):
    reseal(folder, change)
    told = refused(folder)
    assert told.count("\n") == 0
    assert "is not" in told


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("needs.csv", b""),
        ("needs.csv", b"a,b\n1\n"),
        ("needs.csv", "община".encode("cp1251")),
        ("inputs/scenario.json", b"{}"),
        ("inputs/scenario.json", b"[" * 100_000),
        ("inputs/norms.json", b"5"),
        ("inputs/boundaries.geojson", b"<OGRVRTDataSource><SrcDataSource>x</SrcDataSource></OGRVRTDataSource>"),
        ("inputs/boundaries.geojson", b'{"type": "FeatureCollection", "features": 5}'),
        (
            "inputs/boundaries.geojson",
            b'{"features": [{"properties": {"municipality": "X"}, "geometry": {"type": "x"}}]}',
        ),
    ],
    ids=["empty", "short row", "cp1251", "empty scenario", "deep", "norms", "VRT", "no features", "no geometry"],
)
def test_a_forged_file_is_refused_in_sentences(folder, name, data):
    reseal(folder, lambda _: None, **{name: data})
    assert refused(folder)


def test_boundaries_are_not_opened_by_gdal(folder):
    """A file that only points to another one reads as an error, and the other one stays unread."""
    reseal(folder, lambda _: None, **{"inputs/boundaries.geojson": b'"/vsicurl/http://127.0.0.1:9/x.geojson"'})
    assert "is not a whole run folder" in refused(folder)


@pytest.mark.parametrize("latest", ["../elsewhere", "..", "", "/etc", "0123456789abc", "ABCDEF012345", "a\0b"])
def test_latest_holds_the_name_of_a_run_and_nothing_else(folder, latest):
    shutil.copytree(folder, folder.parent.parent / "elsewhere", dirs_exist_ok=True)
    (folder.parent / "LATEST").write_bytes(latest.encode())
    assert "LATEST: cannot be read; name the run folder itself" in refused(folder.parent)


def test_latest_in_another_encoding(folder):
    (folder.parent / "LATEST").write_bytes("ран".encode("utf-16"))
    assert "LATEST: cannot be read" in refused(folder.parent)


def test_latest_of_a_run_that_is_gone(folder):
    (folder.parent / "LATEST").write_bytes(b"000000000000\n")
    assert "is not a run folder" in refused(folder.parent)


# ------------------------------------------------------------------ whole or not at all


class HalfWritten:
    """A file whose disk may be full in the middle of it."""

    def __init__(self, file, between):
        self.file, self.between = file, between
        self.flush, self.fileno = file.flush, file.fileno

    def write(self, data):
        self.file.write(data[: len(data) // 2])
        self.between()
        self.file.write(data[len(data) // 2 :])


class Disk:
    """Counts every call that changes the disk, and lets the n-th one fail, or end the process."""

    def __init__(self, monkeypatch):
        self.count = 0
        self.fails_at = -1
        self.error = errno.ENOSPC
        self.kills = False
        for owner, name in ((Path, "mkdir"), (Path, "rename"), (Path, "replace"), (os, "fsync")):
            monkeypatch.setattr(owner, name, self._counted(getattr(owner, name)))
        self._open = Path.open
        disk = self

        def opened(path, mode="r", *args, **kwargs):
            if mode != "xb":
                return disk._open(path, mode, *args, **kwargs)
            disk.step(path)
            return disk._half_written(path)

        monkeypatch.setattr(Path, "open", opened)

    def step(self, path):
        self.count += 1
        if self.count == self.fails_at:
            if self.kills:
                os._exit(0)
            raise OSError(self.error, os.strerror(self.error), str(path))

    def _counted(self, call):
        def counted(target, *args, **kwargs):
            self.step(target)
            return call(target, *args, **kwargs)

        return counted

    @contextmanager
    def _half_written(self, path):
        with self._open(path, "xb") as file:
            yield HalfWritten(file, lambda: self.step(path))

    def failing(self, number, error=errno.ENOSPC, kills=False):
        self.count, self.fails_at, self.error, self.kills = 0, number, error, kills


@pytest.fixture
def disk(small, monkeypatch):
    return Disk(monkeypatch)


def stand(out, what, plan):
    """What is there before: nothing, another run, or the same id with other content."""
    if what == "another run":
        runs.write_run(dataclasses.replace(plan, run_id="0123456789ab"), EXTRAS, out, ABOUT)
    if what == "same id":
        runs.write_run(plan, {**EXTRAS, "map.html": b"older page"}, out, ABOUT)


#: A full disk, one that may only be read, a folder of somebody else.
ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES)


@pytest.mark.parametrize(
    ("before", "error"),
    [("nothing", errno.ENOSPC), ("another run", errno.ENOSPC), *(("same id", error) for error in ERRORS)],
)
def test_each_write_call_failing_once_leaves_the_old_intact(disk, small, tmp_path, before, error):
    start, out = tmp_path / "start", tmp_path / "runs"
    start.mkdir()
    stand(start, before, small)
    old = tree(start)
    for number in range(1, 1000):
        shutil.rmtree(out, ignore_errors=True)
        if old:
            shutil.copytree(start, out)
        disk.failing(number, error)
        try:
            runs.write_run(small, EXTRAS, out, ABOUT)
        except OutputFailed as failed:
            told, now = str(failed), tree(out) if out.exists() else {}
            assert failed.exit_code == 8
        else:
            # Nothing failed but the tidying of what stood there before; the next writer does it.
            assert disk.count > number
            assert tree(out / "toyland" / small.run_id)["map.html"] == EXTRAS["map.html"]
            assert runs.find_run(out / "toyland").name == small.run_id
            continue
        assert hidden(out) == []
        assert f"({os.strerror(error).lower()}" in told
        if "LATEST" in told:
            break
        assert "nothing was published, earlier runs are untouched" in told
        assert now == old
    # Only LATEST was left to replace: it names the run before, and the new one stands whole.
    assert number > 4 * (len(SMALL) + len(EXTRAS))
    assert now.get("toyland/LATEST") == old.get("toyland/LATEST")
    assert now[f"toyland/{small.run_id}/map.html"] == EXTRAS["map.html"]
    assert f"the run stands whole in {out / 'toyland' / small.run_id}" in told


def test_every_call_before_latest_and_at_latest_was_tried(disk, small, tmp_path):
    # Per file: its folder, open, half a write, fsync. Then two renames, and LATEST likewise.
    disk.failing(-1)
    runs.write_run(small, EXTRAS, tmp_path, ABOUT)
    assert disk.count >= 4 * (len(SMALL) + len(EXTRAS) + 1) + 4


def test_a_failure_at_latest_says_where_the_run_stands(disk, small, tmp_path):
    disk.failing(-1)
    runs.write_run(small, EXTRAS, tmp_path / "a", ABOUT)
    last = disk.count
    for number in range(last - 3, last + 1):
        out = tmp_path / str(number)
        disk.failing(number)
        with pytest.raises(OutputFailed, match="LATEST could not be replaced"):
            runs.write_run(small, EXTRAS, out, ABOUT)
        assert hidden(out) == []
        assert not (out / "toyland" / "LATEST").exists()
        disk.failing(-1)
        assert runs.find_run(out / "toyland" / small.run_id)


def fork():
    with warnings.catch_warnings():
        # Python warns of forking beside threads; the child does nothing but write files.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


@only_with(hasattr(os, "fork"), "this system cannot fork a writer to kill it")
@pytest.mark.parametrize("before", ["another run", "same id"])
def test_a_writer_killed_anywhere_leaves_the_old_or_the_new_run(disk, small, tmp_path, before):
    start = tmp_path / "start"
    stand(start, before, small)
    old_page = runs.find_run(start / "toyland") / "map.html"
    pages = {old_page.read_bytes(), EXTRAS["map.html"]}
    seen = set()
    disk.failing(-1)
    runs.write_run(small, EXTRAS, Path(shutil.copytree(start, tmp_path / "counted")), ABOUT)
    for number in range(1, disk.count + 1):
        out = tmp_path / f"run{number}"
        shutil.copytree(start, out)
        child = fork()
        if child == 0:
            try:
                disk.failing(number, kills=True)
                runs.write_run(small, EXTRAS, out, ABOUT)
            finally:
                os._exit(1)
        assert os.waitpid(child, 0)[1] == 0
        found = runs.find_run(out / "toyland")
        manifest = publishing.read_manifest(found)
        files = tree(found)
        del files["manifest.json"]
        assert {n: hashlib.sha256(d).hexdigest() for n, d in files.items()} == {
            name: facts["sha256"] for name, facts in manifest["outputs"].items()
        }
        assert files["map.html"] in pages
        seen.add(files["map.html"])
        # The next writer finishes the work and clears nothing that is needed.
        disk.failing(-1)
        assert runs.write_run(small, EXTRAS, out, ABOUT) == out / "toyland" / small.run_id
        assert [name for name in hidden(out) if "LATEST" not in name] == []
        assert (runs.find_run(out / "toyland") / "map.html").read_bytes() == EXTRAS["map.html"]
    assert seen == pages


# ------------------------------------------------------------------ two at once


def together(*calls):
    """Run the calls at the same moment; their results, or the failures that have a sentence."""
    start, answers = threading.Barrier(len(calls)), []

    def work(call):
        start.wait()
        try:
            answers.append(call())
        except OutputFailed as error:
            answers.append(error)

    threads = [threading.Thread(target=work, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(calls)
    return answers


def test_two_writers_of_the_same_plan_both_succeed(small, tmp_path):
    for number in range(25):
        out = tmp_path / str(number)
        answers = together(*[lambda out=out: runs.write_run(small, EXTRAS, out, ABOUT)] * 3)
        assert answers == [out / "toyland" / small.run_id] * 3
        assert hidden(out) == []
        assert set(tree(out / "toyland" / small.run_id)) == {*SMALL, *EXTRAS, "manifest.json"}


def test_two_writers_of_the_same_id_never_mix(small, tmp_path):
    """Another page and another workbook: whichever wins, both come from one writer."""
    one = {"map.html": b"one" * 1000, "plan.xlsx": b"one" * 1000}
    two = {"map.html": b"two" * 1000, "plan.xlsx": b"two" * 1000}
    for number in range(25):
        out = tmp_path / str(number)
        stand(out, "same id", small)
        together(
            lambda out=out: runs.write_run(small, one, out, ABOUT),
            lambda out=out: runs.write_run(small, two, out, ABOUT),
        )
        found = runs.find_run(out / "toyland")
        files = tree(found)
        assert files["map.html"] == files["plan.xlsx"]
        publishing.read_manifest(found)
        assert hidden(out) == []


def test_two_writers_of_two_plans_stand_side_by_side(small, tmp_path):
    other = dataclasses.replace(small, run_id="0123456789ab")
    for number in range(10):
        out = tmp_path / str(number)
        together(
            lambda out=out: runs.write_run(small, EXTRAS, out, ABOUT),
            lambda out=out: runs.write_run(other, EXTRAS, out, ABOUT),
        )
        names = {path.name for path in (out / "toyland").iterdir()}
        assert names == {small.run_id, "0123456789ab", "LATEST"}
        assert runs.find_run(out / "toyland").name in (small.run_id, "0123456789ab")


# ------------------------------------------------------------------ single files


def test_one_file_is_replaced_in_one_step(tmp_path):
    path = tmp_path / "deep" / "table.csv"
    assert publishing.write_file(path, b"one") == path
    assert publishing.write_file(path, b"two") == path
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["table.csv"]


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    publishing.write_file(path, b"one")
    disk = Disk(monkeypatch)
    for number in range(1, 6):
        disk.failing(number)
        with pytest.raises(OutputFailed, match="could not be written"):
            publishing.write_file(path, b"two")
        assert path.read_bytes() == b"one"
        assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]
    disk.failing(6)
    publishing.write_file(path, b"two")


@pytest.mark.parametrize("name", ["", ".", "folder", "file/below"])
def test_what_cannot_be_a_file(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(OutputFailed, match="could not be written"):
        publishing.write_file(Path(name), b"data")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def test_an_output_folder_that_is_a_file(small, tmp_path):
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(OutputFailed, match="nothing was published"):
        runs.write_run(small, EXTRAS, tmp_path / "out", ABOUT)
    assert tree(tmp_path) == {"out": b"mine"}


# ------------------------------------------------------------------ a folder of outputs


FOLDER = {"01-a.csv": b"a", "02-b.csv": b"b"}


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    folder = tmp_path / "comparisons" / "one--two"
    assert publishing.write_folder(folder, {**FOLDER, "old.csv": b"old"}) == folder
    publishing.write_folder(folder, {**FOLDER, "02-b.csv": b"new"})
    assert tree(tmp_path) == {"comparisons/one--two/01-a.csv": b"a", "comparisons/one--two/02-b.csv": b"new"}


@pytest.mark.parametrize("before", [{}, {"01-a.csv": b"older", "old.csv": b"old"}])
def test_each_call_failing_once_leaves_the_old_folder_or_none(disk, tmp_path, before):
    folder = tmp_path / "comparisons" / "one--two"
    if before:
        disk.failing(-1)
        publishing.write_folder(folder, before)
    for number in range(1, 100):
        old = tree(tmp_path)
        disk.failing(number)
        try:
            publishing.write_folder(folder, FOLDER)
        except OutputFailed as failed:
            assert "nothing was changed" in str(failed)
            assert tree(tmp_path) == old
            assert hidden(tmp_path) == []
        else:
            break
    # Per file: open, half a write, fsync; two folders and two renames.
    assert number > 3 * len(FOLDER) + 3
    assert tree(folder) == FOLDER


def test_the_folder_of_a_comparison_names_its_runs(small):
    one, two, three = (dataclasses.replace(small, run_id=f"{n}" * 12) for n in (1, 2, 3))
    assert runs.folder_of([one, two]) == "toyland-111111111111--toyland-222222222222"
    assert re.fullmatch(r"toyland-1{12}--2-others-[0-9a-f]{12}", runs.folder_of([one, two, three]))
    assert runs.folder_of([one, two, three]) != runs.folder_of([one, three, two])
