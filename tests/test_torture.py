"""Writers killed at any moment, and two at once: the outputs are the old ones or the new ones, whole.

A small dose here; ``make torture`` is the whole one and prints its figures.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nationalmap import locks, placing, publishing
from nationalmap.errors import OutputFailed
from tests import writer
from tests.beside import only_with

ROOT = Path(__file__).resolve().parent.parent
KILLS = int(os.environ.get("KILLS", "18"))
PAIRS = int(os.environ.get("PAIRS", "10"))
SEED = int(os.environ.get("SEED", "0"))
#: Seconds within which a writer is killed: a few editions.
MOMENT = 0.25


def started(*words):
    """A writer that has begun."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.writer", *map(str, words)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def as_read(place):
    """The files of a run folder as every reader of ours reads them: held against the hashes of its manifest."""
    return publishing.checked(place, publishing.read_manifest(place)["outputs"])


def edition_of(kind, folder):
    """The one edition that all of what stands there is of."""
    if kind == "file":
        read = {"": (folder / "plan.gpkg").read_bytes()}
    else:
        place = placing.standing(folder / (writer.RUN if kind == "run" else "one--two"))
        read = {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}
        if kind == "run":
            del read[publishing.MANIFEST]
            assert as_read(place) == read
    editions = {line for data in read.values() for line in data.split()}
    assert len(editions) == 1
    edition = int(editions.pop())
    whole = {"": f"{edition}\n".encode() * 50_000} if kind == "file" else writer.files(edition)
    assert read == whole
    return edition


@pytest.mark.parametrize("kind", writer.KINDS)
def test_a_writer_killed_at_any_moment_leaves_one_edition_whole(kind, tmp_path):
    chance = random.Random(SEED)  # noqa: S311
    writer.KINDS[kind](tmp_path, 0)
    last = in_the_middle = 0
    for _ in range(max(1, KILLS // len(writer.KINDS))):
        process = started(kind, tmp_path, last + 1)
        time.sleep(chance.uniform(0, MOMENT))
        process.kill()
        process.communicate()
        in_the_middle += any(path.name.startswith((".lock-", ".writing-", ".old-")) for path in tmp_path.iterdir())
        edition = edition_of(kind, tmp_path)
        assert edition >= last
        # Nobody mends anything by hand: the next writer takes over what the dead one held, and leaves nothing.
        writer.KINDS[kind](tmp_path, edition + 1)
        assert edition_of(kind, tmp_path) == edition + 1
        last = edition + 1
        assert {path.name for path in tmp_path.iterdir() if path.name.startswith(".")} <= latest_halves(tmp_path)
    print(
        f"{kind}: killed {max(1, KILLS // len(writer.KINDS))} times, {in_the_middle} in the middle of writing, 0 mixed"
    )
    if KILLS >= 500:
        assert in_the_middle > KILLS / len(writer.KINDS) / 4


def latest_halves(folder):
    """What may still lie there: the half of a LATEST is taken away by the next LATEST, which the kill may be in."""
    return {path.name for path in folder.iterdir() if path.name.startswith(".writing-LATEST")}


def test_two_processes_on_one_folder_never_mix(tmp_path):
    rivals = [started("run", tmp_path, "asked") for _ in range(2)]
    refused = read = unread = 0
    editions = [writer.files(edition) for edition in range(3)]
    try:
        for number in range(PAIRS):
            folder = tmp_path / str(number)
            writer.write_run(folder, 0)
            for edition, rival in enumerate(rivals, 1):
                rival.stdin.write(f"{folder}\t{edition}\n")
                rival.stdin.flush()
            for _ in range(5):
                try:
                    files = as_read(placing.standing(folder / writer.RUN))
                    assert files in editions
                    read += 1
                except (OSError, ValueError, OutputFailed, publishing.InputRefused):
                    unread += 1  # it was replaced while it was read, and that was seen
            answers = [rival.stdout.readline() for rival in rivals]
            assert all(answer.startswith(("written", "refused ")) for answer in answers)
            refused += sum(answer.startswith("refused") for answer in answers)
            assert edition_of("run", folder) in (1, 2)
            assert sorted(path.name for path in folder.iterdir()) == [writer.RUN, "LATEST"]
    finally:
        for rival in rivals:
            rival.kill()
            rival.communicate()
    print(f"{PAIRS} pairs: 0 mixed, {refused} refused; {read} readings meanwhile whole, {unread} told that it changed")
    assert refused == 0


# ------------------------------------------------------------------ locks


def lock_of(folder, host, process, born, name=writer.RUN):
    """A lock as such a process would have left it."""
    path = folder / f".lock-{name}~{host}~{process}~{born}~0123456789ab"
    path.write_bytes(b"")
    return path


@pytest.fixture
def gone():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(locks, "PATIENCE", 0.0)


def test_a_second_writer_of_the_same_run_is_refused_in_one_sentence(tmp_path, impatient):
    writer.write_run(tmp_path, 0)
    with locks.claimed(tmp_path / writer.RUN, print), pytest.raises(OutputFailed) as caught:
        writer.write_run(tmp_path, 1)
    told = str(caught.value)
    assert caught.value.exit_code == 8
    assert told.startswith(
        f"{tmp_path / writer.RUN} is being written by process {os.getpid()} on {locks._host()} since"
    )
    assert "nothing was changed; wait until it is done" in told
    assert told.count("\n") == 0
    assert edition_of("run", tmp_path) == 0
    # Another run of the same scenario is nobody's business.
    with locks.claimed(tmp_path / "another", print):
        writer.write_run(tmp_path, 2)
    assert edition_of("run", tmp_path) == 2


def test_a_second_writer_waits_for_one_that_is_soon_done(tmp_path):
    holder = started("run", tmp_path, "asked")
    lock = lock_of(tmp_path, locks._host(), holder.pid, locks.born(holder.pid))
    done = threading.Timer(0.3, lock.unlink)
    try:
        assert locks.marks(tmp_path / writer.RUN, "lock")[0][1].lives
        done.start()
        writer.write_run(tmp_path, 1)
        assert not done.is_alive()
        assert edition_of("run", tmp_path) == 1
    finally:
        done.join()
        holder.kill()
        holder.communicate()


def test_the_lock_of_a_process_that_is_gone_is_told_and_taken_over(tmp_path, gone, impatient):
    lock = lock_of(tmp_path, locks._host(), gone, "123")
    told = []
    publishing.publish(tmp_path / writer.RUN, {"a": b"a"}, {"outputs": publishing.outputs_of({"a": b"a"})}, told.append)
    assert not lock.exists()
    assert told == [
        f"note: process {gone}, which began to write {tmp_path / writer.RUN}, is gone; its lock was taken over"
    ]


@only_with(bool(locks.born(os.getpid())), "this system does not say when a process began")
def test_a_number_that_another_process_has_now_is_not_its_owner(tmp_path, impatient):
    born = locks.born(os.getpid())
    lock_of(tmp_path, locks._host(), os.getpid(), f"{int(born) - 1}")
    writer.write_run(tmp_path, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == [writer.RUN, "LATEST"]


def test_the_lock_of_another_machine_holds_and_is_named_to_be_deleted(tmp_path, gone, impatient):
    lock = lock_of(tmp_path, "office-7", gone, "1")
    with pytest.raises(OutputFailed, match=rf"process {gone} on office-7 since .* delete .*office-7~{gone}~1~"):
        writer.write_run(tmp_path, 1)
    assert [path.name for path in tmp_path.iterdir()] == [lock.name]
    lock.unlink()
    writer.write_run(tmp_path, 1)


def test_names_that_begin_alike_and_long_names_have_locks_of_their_own(tmp_path):
    names = ["a", "a-b", "x" * 200, "x" * 199 + "y"]
    for one in names:
        lock = locks.mark(tmp_path / one, "lock")
        lock.write_bytes(b"")
        assert len(lock.name.encode()) < 255
        assert [other for other in names if locks.marks(tmp_path / other, "lock")] == [one]
        lock.unlink()


# ------------------------------------------------------------------ as Windows has it


@pytest.fixture
def windows(monkeypatch):
    """Windows' rules: nothing is renamed over a folder, nothing that is open, or holds what is open, moves or goes."""
    opened = set()

    def held(path):
        return any(one == path or path in one.parents for one in opened)

    def refuse(path):
        raise PermissionError(13, "The process cannot access the file because it is used by another process", str(path))

    def rename(path, target, _rename=Path.rename):
        if Path(target).exists():
            raise FileExistsError(17, "Cannot create a file when that file already exists", str(target))
        return refuse(path) if held(path) else _rename(path, target)

    def replace(path, target, _replace=Path.replace):
        if Path(target).is_dir() or held(path) or held(Path(target)):
            refuse(target)
        return _replace(path, target)

    def rmtree(path, ignore_errors=False, _rmtree=placing.shutil.rmtree):
        if not held(Path(path)):
            _rmtree(path, ignore_errors)
        elif not ignore_errors:
            refuse(path)

    monkeypatch.setattr(Path, "rename", rename)
    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(placing.shutil, "rmtree", rmtree)
    monkeypatch.setattr(placing, "_flushed", lambda _: None)
    return opened


@pytest.mark.parametrize("kind", writer.KINDS)
def test_on_windows_outputs_are_replaced_too(kind, windows, tmp_path):
    for edition in range(3):
        writer.KINDS[kind](tmp_path, edition)
        assert edition_of(kind, tmp_path) == edition
        assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(("kind", "open_file"), [("run", "map.html"), ("folder", "map.html"), ("file", "")])
def test_on_windows_an_open_file_is_a_sentence_and_the_old_outputs_stay(kind, open_file, windows, tmp_path):
    place = tmp_path / {"run": writer.RUN, "folder": "one--two", "file": "plan.gpkg"}[kind]
    writer.KINDS[kind](tmp_path, 0)
    windows.add(place / open_file if open_file else place)
    with pytest.raises(OutputFailed, match="a file of it may be open in another program") as caught:
        writer.KINDS[kind](tmp_path, 1)
    assert caught.value.exit_code == 8
    assert edition_of(kind, tmp_path) == 0
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    windows.clear()
    writer.KINDS[kind](tmp_path, 1)
    assert edition_of(kind, tmp_path) == 1


def test_on_windows_a_scanner_that_looks_for_a_moment_is_waited_for(windows, tmp_path, monkeypatch):
    writer.write_run(tmp_path, 0)
    windows.add(tmp_path / writer.RUN / "map.html")
    monkeypatch.setattr(placing, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(placing.time, "sleep", lambda _: windows.clear())
    writer.write_run(tmp_path, 1)
    assert edition_of("run", tmp_path) == 1


def test_a_killed_replacement_reads_as_the_one_before_and_is_put_back(tmp_path):
    """The moment between two renames, as a kill would leave it."""
    writer.write_run(tmp_path, 0)
    (tmp_path / writer.RUN).rename(locks.mark(tmp_path / writer.RUN, "old"))
    assert edition_of("run", tmp_path) == 0
    writer.write_run(tmp_path, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == [writer.RUN, "LATEST"]
    assert edition_of("run", tmp_path) == 0
