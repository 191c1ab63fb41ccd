"""Run folders and scenarios of every format there was: read, or refused with the way to convert them.

``tests/formats`` holds toyland as each format was written: 1 (one year), 2 (periods, need groups, old types), 3 (where
inputs were read; the present one, at its beginning). A new format brings its folder there.
"""

import json
import re
import tarfile
from pathlib import Path

import pytest

from nationalmap import publishing, runs
from nationalmap.errors import InputRefused
from nationalmap.sources.scenarios import read_scenario
from tests.conftest import TOYLAND
from tests.test_runs import tree

KEPT = Path(__file__).resolve().parent / "formats"
FORMATS = range(1, publishing.FORMAT + 1)
#: What reads a run, but for ``runs`` and ``verify``.
READERS = ("render", "compare", "explain", "export", "atlas", "annex", "documents", "replay", "source", "no-regret")
MORE = {
    "compare": ("{run}",),
    "no-regret": ("{run}",),
    "explain": ("--municipality", "NOR02"),
    "source": ("needs", "NOR01 day_care 2027", "need_users"),
    "export": ("--gpkg", "{out}/plan.gpkg"),
    "annex": ("--all",),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The run folder of each format."""
    folders = {}
    for number in FORMATS:
        place = tmp_path_factory.mktemp(f"format{number}") / "toyland"
        with tarfile.open(KEPT / f"{number}.tar.xz") as archive:
            archive.extractall(place, filter="data")
        (folders[number],) = place.iterdir()
        (place / "LATEST").write_text(folders[number].name + "\n", encoding="utf-8")
    return folders


def test_every_format_has_a_folder_that_is_as_it_was_written(kept):
    assert sorted(path.name for path in KEPT.iterdir()) == [f"{number}.tar.xz" for number in FORMATS]
    for number, folder in kept.items():
        manifest = json.loads((folder / "manifest.json").read_bytes())
        assert manifest["format"] == number
        seal = manifest.pop(publishing.SEAL, None)
        assert publishing.sealed(manifest) == (folder / "manifest.json").read_bytes() or seal is None
        assert set(publishing.checked(folder, manifest["outputs"])) == {*tree(folder)} - {"manifest.json"}


@pytest.mark.parametrize("number", FORMATS[:-1])
@pytest.mark.parametrize("command", READERS)
def test_a_former_format_is_refused_with_the_way_to_convert_it(run, kept, tmp_path, number, command):
    words = [word.format(run=kept[number], out=tmp_path) for word in MORE.get(command, ())]
    where = ("--out", tmp_path / "out") if command in ("render", "compare", "atlas", "annex", "documents") else ()
    answer = run(command, kept[number], *words, *where)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == (
        f'manifest.json, format: "{number}" is the format of an older version, with other tables; make it again: '
        "nationalmap plan toyland.\n"
    )
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("number", FORMATS)
def test_every_format_is_listed_shown_and_held_against_today(run, kept, number):
    folder = kept[number]
    listed = run("runs", "list", folder.parent, "--language", "en").out
    assert re.fullmatch(rf"toyland/{folder.name}  [\dT:+-]+  proven  \(latest\)\n", listed)
    shown = run("runs", "show", folder.parent, "--language", "en")
    assert shown.code == 0
    assert "nationalmap 0.1.0" in shown.out
    assert run("runs", "stale", folder, "--scenario", TOYLAND).code == 0


@pytest.mark.parametrize("number", FORMATS[:-1])
def test_the_second_witness_says_the_same_of_a_former_format(run, kept, number):
    answer = run("verify", kept[number])
    assert answer.code == 9
    assert f"manifest.json: format is {number}; this program verifies format 3: plan the scenario again" in answer.err


def test_the_present_format_is_read_as_it_was_written_at_its_beginning(run, kept, toyland_run, tmp_path):
    """Without the keys that came since (who asked, options, the program's hash): same question, same figures."""
    folder = kept[publishing.FORMAT]
    before, now = runs.read_run(folder), toyland_run.plan
    assert "asked" not in json.loads((folder / "manifest.json").read_bytes())
    assert run("verify", folder).code == 0
    for name, table in now.tables.items():
        assert before.tables[name].equals(runs.read_run(toyland_run.folder).tables[name]), name
        assert len(before.tables[name]) == len(table)
    answer = run("export", folder, "--crate", tmp_path / "run.zip")
    assert answer.code == 0


@pytest.mark.parametrize("kind", ["frontier", "sweep"])
def test_frontiers_and_sweeps_of_another_format_are_refused_by_name(tmp_path, kind):
    files = {"a.csv": b"a"}
    manifest = {"format": 2, "kind": kind, "outputs": publishing.outputs_of(files)}
    folder = publishing.publish(tmp_path / "one", files, manifest)
    with pytest.raises(InputRefused) as refused:
        publishing.read_folder(folder, kind)
    assert str(refused.value) == (
        f'manifest.json, format: "2" is the format of an older version, with other tables; make the {kind} again.'
    )


def test_a_scenario_of_the_first_way_is_refused_with_what_to_write(toyland):
    """``year`` was the key of scenarios with one period; such a file says so, and all other faults too."""
    path = toyland / "toyland.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("years = [2027]", "year = 2027"), encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        read_scenario(path)
    assert str(refused.value) == 'toyland.toml, year: "2027" is the former way to say it; write years = [2027].'


def test_the_archives_are_small():
    assert max(path.stat().st_size for path in KEPT.iterdir()) < 150_000
