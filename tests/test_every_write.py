"""Every command that writes, with each call that changes the disk failing once: exit code 8, the old outputs intact.

A dose of each kind of output here; ``make torture`` asks every command.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from nationalmap import cli, publishing
from nationalmap.errors import OutputFailed
from tests import outputs
from tests.test_runs import Disk, hidden, tree

WHOLE = int(os.environ.get("KILLS", "0")) >= 500
#: A run, a sweep; folders; several files; one file.
DOSE = (
    *("plan", "sweep", "in-force", "vintages", "case", "annex", "check", "break-even"),
    *("export gis", "export crate", "needs", "whatif", "boundaries build", "boundaries import"),
)
#: Ways into the one room that writes.
WRITERS = ("publish", "write_folder", "write_files", "write_file")
#: Commands that write nothing, or (case) only where nothing is.
SILENT = {"scenarios", "explain", "source", "prices", "verify", "conflict", "replay", "list", "show", "stale"}


def test_no_command_that_writes_is_left_out():
    groups = [cli.app, *(group.typer_instance for group in cli.app.registered_groups)]
    names = {
        command.name or command.callback.__name__.replace("_", "-")
        for group in groups
        for command in group.registered_commands
    }
    asked = {words.split()[1 if words.startswith("boundaries") else 0] for words in outputs.COMMANDS.values()}
    assert {name.removeprefix("runs-").removeprefix("boundaries-") for name in names} - SILENT == asked


@pytest.fixture(scope="module")
def laid(tmp_path_factory, toyland_run):
    """All inputs, with the runs, frontiers and templates that commands ask for."""
    folder = outputs.lay(tmp_path_factory.mktemp("laid"))
    for name in ("toyland", "lean"):
        shutil.copytree(toyland_run.folder.parent, folder / "out/plan" / name)
    if WHOLE:
        outputs.make(folder, ("plan again", "frontier", "new"))
    return folder


class Rehearsed:
    """Writes what a command asks for, but lets each call that changes the disk fail before; at last the command's."""

    def __init__(self, monkeypatch, folder: Path, kept: Path) -> None:
        self.disk, self.folder, self.kept = Disk(monkeypatch), folder, kept
        self.old: dict[str, bytes] = {}
        self.failures = 0
        self._inside = False
        for name in WRITERS:
            monkeypatch.setattr(publishing, name, self._instead_of(getattr(publishing, name)))

    def _instead_of(self, write):
        def failing(*asked, **more):
            if self._inside or not self._is_output(asked[0]):
                return write(*asked, **more)
            self._inside = True
            try:
                self._fail_everywhere(lambda *given: write(*given, **more), asked)
            finally:
                self._inside = False

        return failing

    def _is_output(self, first) -> bool:
        """Not nothing, and not what an import writes elsewhere to read it back."""
        return any(path.is_relative_to(self.folder) for path in ([*first] if isinstance(first, Mapping) else [first]))

    def _fail_everywhere(self, write, asked) -> None:
        """Raises the failure of the last call, as the command would meet it."""
        self.disk.failing(-1)
        write(*older(asked))
        self.old = standing(self.folder)
        shutil.copytree(self.folder, self.kept)
        last = None
        for number in range(1, 10_000):
            self.disk.failing(number, errno.EROFS if number == 1 else errno.ENOSPC)
            try:
                write(*asked)
            except OutputFailed as failed:
                last = failed
                self.failures += 1
                assert standing(self.folder) == self.old
                continue
            if self.disk.count < number:
                break
            # What failed was the tidying of the outputs before, which the next writer does.
            self.disk.failing(-1)
            shutil.rmtree(self.folder)
            shutil.copytree(self.kept, self.folder)
        # All of it is there in the end; it is taken away, and the command meets the last failure.
        assert standing(self.folder) != self.old
        shutil.rmtree(self.folder)
        shutil.copytree(self.kept, self.folder)
        raise last


def older(asked):
    """The same outputs with other content."""
    first, *rest = asked
    if isinstance(first, Mapping):
        return ({path: data + b"older" for path, data in first.items()},)
    if isinstance(rest[0], bytes):
        return (first, rest[0] + b"older")
    files = {name: data + b"older" for name, data in rest[0].items()}
    if len(rest) == 1:
        return (first, files)
    return (first, files, {**rest[1], "outputs": publishing.outputs_of(files)}, *rest[2:])


def standing(folder):
    """All files but the finished runs of a sweep, which stay, and their lock."""
    return {name: data for name, data in tree(folder).items() if ".parts-" not in name}


@pytest.mark.parametrize("name", outputs.COMMANDS if WHOLE else DOSE)
def test_each_write_failing_once_ends_with_8_and_leaves_the_old_outputs(name, laid, run, tmp_path, monkeypatch):
    folder = Path(shutil.copytree(laid, tmp_path / "laid"))
    place = folder / "rehearsed"
    rehearsed = Rehearsed(monkeypatch, folder, tmp_path / "kept")
    answer = run(*outputs.words_of(name, folder, place))
    assert answer.code == OutputFailed.exit_code
    assert "could not be written" in answer.err
    assert "nothing was" in answer.err
    assert "written: " not in answer.out
    assert standing(folder) == rehearsed.old
    assert [path for path in hidden(folder) if not path.startswith(".parts-")] == []
    # Each file alone: a name beside its place, half of it, all of it, the disk; then it is put there.
    assert rehearsed.failures >= 4


def test_a_file_that_stands_where_a_folder_of_outputs_is_to_be_is_left(run, laid, toyland_run, tmp_path):
    """Moved aside as a former folder it would be gone."""
    same = str(toyland_run.folder)
    assert run("compare", same, same, "--out", tmp_path).code == 0
    (folder,) = tmp_path.iterdir()
    shutil.rmtree(folder)
    folder.write_bytes(b"mine")
    answer = run("compare", same, same, "--out", tmp_path)
    assert (answer.code, answer.out) == (8, "")
    assert answer.err == (
        f"{folder} could not be written (a file stands where the folder is to be); nothing was changed\n"
    )
    assert tree(tmp_path) == {folder.name: b"mine"}
    for words in (("compare", folder, same), ("compare", same, folder), ("no-regret", same, folder)):
        answer = run(*words, "--out", tmp_path / "more")
        assert (answer.code, answer.out) == (3, "")
        assert answer.err == (
            f"{folder}: is not a run folder; name a folder such as runs/haskovo-2027 or one of its runs.\n"
        )
    assert tree(tmp_path) == {folder.name: b"mine"}


# ------------------------------------------------------------------ several files of one answer


def test_several_files_are_replaced_together_among_others(tmp_path):
    paths = [tmp_path / "deep" / name for name in ("1-a.csv", "2-b.csv")]
    publishing.write_files({paths[0]: b"a", tmp_path / "deep/mine.txt": b"mine"})
    assert publishing.write_files(dict.fromkeys(paths, b"new")) == tuple(paths)
    assert tree(tmp_path) == {"deep/1-a.csv": b"new", "deep/2-b.csv": b"new", "deep/mine.txt": b"mine"}
    assert publishing.write_files({}) == ()


def test_a_file_that_cannot_be_replaced_puts_back_those_before(tmp_path):
    """The second place is taken by a folder: the first file is written already, and comes back."""
    first, second, third = (tmp_path / name for name in "abc")
    first.write_bytes(b"old")
    third.mkdir()
    with pytest.raises(OutputFailed, match="nothing was changed"):
        publishing.write_files(dict.fromkeys((first, second, third), b"new"))
    assert tree(tmp_path) == {"a": b"old"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]


# ------------------------------------------------------------------ two sweeps at once


def test_a_second_sweep_of_the_same_is_refused_while_the_first_is_at_work(
    run, laid, toyland_run, tmp_path, monkeypatch
):
    from nationalmap import locks
    from nationalmap.sweeps import Parts

    monkeypatch.setattr(locks, "PATIENCE", 0.0)
    words = ("sweep", laid / "design.toml", "--run", toyland_run.folder, "--processes", "1", "--out", tmp_path)
    met = []
    keep = Parts.keep

    def meanwhile(parts, result):
        if not met:
            met.append("asked")
            met.append(run(*words))
        keep(parts, result)

    monkeypatch.setattr(Parts, "keep", meanwhile)
    assert run(*words).code == 0
    assert met[1].code == 8
    assert f"is being written by process {os.getpid()} on " in met[1].err
    (folder,) = (tmp_path / "toy").iterdir()
    publishing.checked(folder, json.loads((folder / "manifest.json").read_bytes())["outputs"])


def test_who_waited_for_a_sweep_takes_what_the_other_has_published(laid, toyland_run, tmp_path, monkeypatch):
    from nationalmap.studies.sweep import sweep
    from nationalmap.sweeps import Parts

    design, held = str(laid / "design.toml"), toyland_run.folder
    alone = Parts.alone

    def after_another(parts, tell):
        monkeypatch.setattr(Parts, "alone", alone)
        sweep(design, tmp_path, held, processes=1)
        monkeypatch.setattr(Parts, "keep", lambda *_: pytest.fail("it was answered again"))
        return alone(parts, tell)

    monkeypatch.setattr(Parts, "alone", after_another)
    found = sweep(design, tmp_path, held, processes=1)
    assert [path.name for path in (tmp_path / "toy").iterdir()] == [found.folder.name]
