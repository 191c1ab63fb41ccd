"""Every output of every command, to the byte, whatever the process, folder, hash seed, language, clock and order.

One dose here: all of that different at once, for one output of each kind. ``make reproduce`` is the whole matrix: each
difference alone and all commands.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from nationalmap.publishing import SEAL
from tests import outputs

pytestmark = pytest.mark.xdist_group("outputs")

ROOT = Path(__file__).resolve().parent.parent
WHOLE = bool(os.environ.get("REPRODUCE"))
#: Whatever a user may have told matplotlib.
MATPLOTLIB = """\
hatch.linewidth: 5
lines.linewidth: 9
lines.solid_capstyle: round
patch.antialiased: False
font.size: 30
axes.linewidth: 4
axes.facecolor: red
savefig.bbox: tight
savefig.facecolor: yellow
svg.fonttype: none
svg.hashsalt: other
pdf.fonttype: 3
path.sketch: (1, 100, 2)
path.simplify: False
agg.path.chunksize: 100
"""


@dataclass(frozen=True)
class World:
    """Where and how the same is asked again."""

    folder: str = "there"
    environment: dict[str, str] = field(default_factory=dict)
    order: int | None = None
    """Of the rows of all tables; None is as they are."""
    processes: int = 1


ALONE = {
    "again": World(),
    "another folder": World("друга папка/much deeper"),
    "hash seed 0": World(environment={"PYTHONHASHSEED": "0"}),
    "hash seed 4711": World(environment={"PYTHONHASHSEED": "4711"}),
    "no language": World(environment={"LC_ALL": "C", "LANG": "C"}),
    "Bulgarian": World(environment={"LC_ALL": "bg_BG.UTF-8"}),
    "Bulgarian of Windows": World(environment={"LC_ALL": "bg_BG.CP1251"}),
    "Tokyo": World(environment={"TZ": "Asia/Tokyo"}),
    "Honolulu": World(environment={"TZ": "Pacific/Honolulu"}),
    "a date of builds": World(environment={"SOURCE_DATE_EPOCH": "1000000000"}),
    "settings of a user": World(environment={"MATPLOTLIBRC": "{settings}"}),
    "rows in another order": World(order=1),
    "two processes": World(processes=2),
}
EVERYTHING = World(
    "друга папка/much deeper",
    {"PYTHONHASHSEED": "4711", "LC_ALL": "bg_BG.CP1251", "TZ": "Asia/Tokyo", "MATPLOTLIBRC": "{settings}"},
    order=2,
)


#: Outputs that say in which rows of the files they were given something stands.
ROWS = re.compile(r"^check/faults\.|/in-force\.xlsx$|/map_in_force\.csv$")
WORLDS = {**(ALONE if WHOLE else {}), "everything": EVERYTHING}
NAMES = tuple(outputs.COMMANDS) if WHOLE else outputs.DOSE
KINDS = {".csv", ".json", ".html", ".xlsx", ".txt", ".gpkg", ".zip", ".pdf", ".docx", ".parquet", ".svg"} | (
    {".png"} if WHOLE else set()
)


def made(tmp_path: Path, world: World, names: tuple[str, ...], before: Path | None = None) -> Path:
    """The outputs of a world, made in a process of its own; files in another order as if they were ``before``."""
    folder = outputs.lay(tmp_path / world.folder, world.order, rich=WHOLE)
    places = {"settings": str(settings(tmp_path))}
    environment = {key: text.format(**places) for key, text in world.environment.items()}
    said = [str(folder), str(world.processes), str(before or "") if world.order is not None else "", *names]
    subprocess.run(
        [sys.executable, "-m", "tests.outputs", *said],
        env={**os.environ, "LOCPATH": str(languages(tmp_path)), "PYTHONUTF8": "0", **environment},
        cwd=ROOT,
        check=True,
    )
    return folder / "out"


def settings(tmp_path: Path) -> Path:
    """A matplotlibrc."""
    path = tmp_path / "matplotlibrc"
    path.write_text(MATPLOTLIB, encoding="utf-8")
    return path


def languages(tmp_path: Path) -> Path:
    """A folder with Bulgarian in two encodings, where the machine can make it; else it is known by its name alone."""
    folder = tmp_path / "languages"
    folder.mkdir()
    for encoding in ("UTF-8", "CP1251") if shutil.which("localedef") else ():
        subprocess.run(
            ["localedef", "-i", "bg_BG", "-f", encoding, folder / f"bg_BG.{encoding}"], check=False, capture_output=True
        )
    return folder


# ------------------------------------------------------------------ what two worlds have in common


def bare(out: Path) -> dict[str, bytes]:
    """Every file below, without what may differ: of a manifest its clock, its seal and the words it was asked in."""
    return {path.relative_to(out).as_posix(): _bare(path) for path in sorted(out.rglob("*")) if path.is_file()}


def _bare(path: Path) -> bytes:
    data = path.read_bytes()
    if path.name == "manifest.json":
        return _manifest(data)
    return _crate(data) if path.name == "run.zip" else data


def _manifest(data: bytes) -> bytes:
    facts = json.loads(data)
    if isinstance(facts.get("asked"), dict) and "register" in facts["asked"]:
        del facts["asked"]
    return json.dumps({key: value for key, value in facts.items() if key not in ("written", SEAL)}).encode()


def _crate(data: bytes) -> bytes:
    """An RO-Crate is a run as it lies, so the manifest's clock is in it, and its size, which the words decide."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {part.filename: archive.read(part) for part in archive.infolist()}
        about = [(part.filename, part.date_time, part.external_attr) for part in archive.infolist()]
    (manifest,) = (name for name in files if name.endswith("manifest.json"))
    written = json.loads(files[manifest])["written"]
    crate = json.loads(files["ro-crate-metadata.json"].replace(written.encode(), b"WRITTEN"))
    for entity in crate["@graph"]:
        if entity["@id"] == manifest:
            del entity["contentSize"]
    files |= {manifest: _manifest(files[manifest]), "ro-crate-metadata.json": json.dumps(crate).encode()}
    return repr((about, files)).encode()


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Files that are other ones, or only in one of two worlds."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def with_clock(files: dict[str, bytes], days: set[str]) -> list[str]:
    """Files outside manifests that hold one of these days, also inside archives."""
    said = re.compile("|".join(re.escape(day) for day in days).encode())
    return [name for name, data in files.items() if any(said.search(part) for part in _parts(data))]


def _parts(data: bytes) -> list[bytes]:
    if not data.startswith(b"PK"):
        return [data]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def days(moment: datetime) -> set[str]:
    """A day as outputs would write it."""
    return {moment.strftime(form) for form in ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d")}


# ------------------------------------------------------------------ the dose, and the matrix


@pytest.fixture(scope="module")
def here(request, tmp_path_factory):
    """Outputs as they are made first: of the dose those of the run that other tests share."""
    if WHOLE:
        return made(tmp_path_factory.mktemp("here"), World("here"), NAMES)
    return request.getfixturevalue("toyland_outputs")


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_another_world_gives_the_same_bytes(here, world, tmp_path):
    there = made(tmp_path, world, NAMES, here)
    files, others = bare(here), bare(there)
    if not WHOLE:
        del others["plan/terminal.txt"]  # the shared run was not planned at a terminal
    found = [name for name in differing(files, others) if world.order is None or not ROWS.search(name)]
    print(f"{len(files)} files, {sum(map(len, files.values()))} bytes: {len(found)} differ")
    assert {Path(name).suffix for name in files} >= KINDS
    assert found == []


def test_only_manifests_know_the_day(here):
    today = datetime.now()
    assert with_clock(bare(here), days(today) | days(today - timedelta(days=1))) == []
