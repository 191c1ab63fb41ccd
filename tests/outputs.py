"""Every command that writes, asked of toyland, once: what it is given, where it writes, and how it ends.

``python -m tests.outputs FOLDER PROCESSES LIKE NAME...`` asks the named commands in that order, in one process. LIKE is
empty, or the folder of outputs whose hashes and addresses of inputs are to be taken (``like``).
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
import json
import random
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nationalmap import cli, publishing, schema
from nationalmap.sources import inputs, provenance
from nationalmap.sources.resources import shipped
from tests.designs import STATE_MONEY
from tests.everything import everything

TOYLAND = Path(__file__).resolve().parent / "toyland"

#: The words of each command, in an order in which each finds what it needs. ``{land}``, ``{lean}``: two scenarios,
#: the second with less money; ``{runs}``: the folder of their runs; ``{given}``: other inputs; ``{out}``: where it
#: writes; ``{processes}``: how many.
COMMANDS = {
    "plan": "plan {land} --out {runs}",
    "plan again": "plan {lean} --out {runs}",
    "check": "check {given}/wrong --json {out}/faults.json --xlsx {out}/faults.xlsx",
    "needs": "needs {land} --out {out}/needs.csv",
    "compare": "compare {runs}/toyland {runs}/lean --out {out}",
    "no-regret": "no-regret {runs}/toyland {runs}/lean --out {out}",
    "whatif": "whatif {runs}/toyland --million state:2027 --through keep --out {out}/whatif.csv",
    "export gis": "export {runs}/toyland --gpkg {out}/plan.gpkg",
    "export crate": "export {runs}/toyland --crate {out}/run.zip",
    "frontier": "frontier {land} --from 1 --to 1.1 --points 2 --nested --through keep --out {out}",
    "render": "render {runs}/toyland --frontier {given}/frontier --out {out}",
    "atlas": "atlas {runs}/toyland --service residence --out {out}",
    "atlas svg": "atlas {runs}/toyland --service residence --format svg --language en --out {out}",
    "atlas png": "atlas {runs}/toyland --service residence --format png --out {out}",
    "annex": "annex {runs}/toyland --municipality NOR02 --out {out}",
    "documents": "documents {runs}/toyland --region NOR --municipality NOR01 --out {out}",
    "state-of-supply": "state-of-supply {land} --out {out}",
    "in-force": "in-force {runs}/toyland --map {given}/map.csv --proposals {given}/proposals.csv --out {out}",
    "alternatives": "alternatives {land} --differ 1 --count 1 --through keep --out {out}",
    "importance": "importance {land} --service day_care --through keep --processes {processes} --out {out}",
    "break-even": "break-even {land} --norm residence.need --accuracy 0.3 --out {out}",
    "sweep": "sweep {land}/../design.toml --run {runs}/toyland --processes {processes} --out {out}",
    "vintages": "vintages {land}/indicators {given}/indicators --scenario {land} --out {out}",
    "case": "case capacitated {given}/cap2.txt --out {out}",
    "new": "new {out}/hkv --region HKV --split",
    "collect": "collect {given}/returned --out {out}",
    "boundaries build": "boundaries build --points {given}/seats.csv --outline {given}/land.geojson --out {out}/b.json",
    "boundaries import": "boundaries import {given}/layer.geojson --source me --licence free --out {given}/folder",
}
#: One output of each kind: CSV, JSON, HTML, XLSX, TXT; GPKG; ZIP; PDF and DOCX; Parquet; SVG.
DOSE = ("plan", "export gis", "export crate", "documents", "sweep", "atlas svg")
#: Where a command ends otherwise than with 0.
ENDS = {"check": 3, "collect": 9}


def lay(folder: Path, order: int | None = None, rich: bool = False) -> Path:
    """All inputs in ``folder``; with ``order``, the rows of every table in another one. Gives the folder.

    ``rich``: with all that a planner may give, for two years.
    """
    ignored = shutil.ignore_patterns("__pycache__", "*.py", "solved")
    land = Path(shutil.copytree(TOYLAND, folder / "land", ignore=ignored))
    if rich:
        everything(land)
    for name in ("lean", "given/wrong", "given/folder"):
        shutil.copytree(land, folder / name)
    (folder / "given/returned").mkdir()
    _replaced(folder / "lean/toyland.toml", ('name = "toyland"', 'name = "lean"'), ("= 62600.0", "= 61600.0"))
    _replaced(folder / "given/wrong/register.csv", ("NOR02,day_care", "NOR2,day_car"), (",12,10,", ",12,-1,"))
    given = folder / "given"
    shutil.copytree(land / "indicators", given / "indicators")
    _replaced(given / "indicators/2025/older.csv", ("NOR01,", "NOR01,1"))
    shutil.copy(land / "boundaries.geojson", given / "layer.geojson")
    shutil.copy(shipped("boundaries") / "outline.geojson", given / "land.geojson")
    with (shipped("boundaries") / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        # Two municipalities may have their seats in one town, and no two points may be one.
        seats = [
            f"{row['municipality']},{float(row['seat_lon']) + n / 1e5:.6f},{row['seat_lat']}\n"
            for n, row in enumerate(csv.DictReader(file))
        ]
    for name, text in {**GIVEN, "given/seats.csv": "municipality,lon,lat\n" + "".join(seats)}.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for table in sorted(folder.rglob("*.csv")) if order is not None else ():
        head, *rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
        random.Random(f"{order} {table.name}").shuffle(rows)  # noqa: S311
        table.write_text(head + "".join(rows), encoding="utf-8", newline="\n")
    return folder


GIVEN = {
    "given/map.csv": """\
territory,level,host,service,max_users,document,date,source,status
NOR01,municipal,,day_care,12,Example,2024-08-08,,illustrative
NOR02,municipal,,day_care,9,Example,2024-08-08,,illustrative
NOR,regional,NOR01,residence,6,Example,2024-08-08,,illustrative
""",
    "given/proposals.csv": "Община,Дневна грижа\nГорно,3\nСредно,2\n",
    "given/cap2.txt": "2 2\n 10 7\n 10 5\n 4\n 8 4\n 6\n 6 18\n",
    "design.toml": """\
format = 1
name = "toy"
title_bg = "Игра"
title_en = "Toy"
scenario = "land"
mode = "sites_held"
[sampled]
runs = 20
seed = 3
"""
    + STATE_MONEY,
}


def _replaced(path: Path, *words: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in words:
        assert old in text, (path, old)
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8", newline="\n")


def words_of(name: str, folder: Path, out: Path, processes: int = 1) -> list[str]:
    """A command of COMMANDS, to be asked of what ``lay`` has laid in ``folder``, writing below ``out``."""
    places = {"land": folder / "land", "lean": folder / "lean", "given": folder / "given", "runs": folder / "out/plan"}
    return [word.format(**places, out=out, processes=processes) for word in COMMANDS[name].split()]


def make(folder: Path, names: Iterable[str] = COMMANDS, processes: int = 1) -> Path:
    """The outputs of the named commands, each in a folder of its own below ``out``, with what the terminal shows."""
    out = folder / "out"
    for name in names:
        place = out / name
        shown, beside = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(beside):
            code = _asked(words_of(name, folder, place, processes))
        assert code == ENDS.get(name, 0), f"{name}: {code}\n{beside.getvalue()}"
        place.mkdir(parents=True, exist_ok=True)
        told = shown.getvalue().replace(str(folder), "FOLDER")
        (place / "terminal.txt").write_text(told, encoding="utf-8", newline="\n")
        given(name, place, folder / "given")
    return out


def given(name: str, place: Path, folder: Path) -> None:
    """What other commands are given of the outputs of one."""
    if name == "frontier":
        (found,) = (path.parent for path in place.rglob("manifest.json"))
        shutil.copytree(found, folder / "frontier", dirs_exist_ok=True)
    if name == "new":
        for path in sorted((place / "hkv/templates").iterdir())[:2]:
            shutil.copy(path, folder / "returned")
    if name == "boundaries import":
        shutil.copy(folder / "folder/boundaries.geojson", place)


def like(out: Path) -> None:
    """Inputs have the hashes and addresses that they had when the runs below ``out`` were made.

    A file whose rows stand in another order has other ones, and so a run another run-id. Nothing else may differ.
    """
    names = {"land": "toyland", "lean": "lean"}
    then = {land: inside for land, name in names.items() for inside in out.glob(f"plan/{name}/*/inputs")}
    addresses, read_inputs = provenance.provenance, inputs.read_inputs

    def as_then(files: Any, *others: Any) -> Any:
        found = addresses(files, *others)
        for name in found if files.folder.name in then else ():
            data = (then[files.folder.name] / f"{name}.csv").read_bytes()
            found[name] = publishing.read_table(schema.TABLES[name], data, name)
        return found

    def hashed(*asked: Any) -> Any:
        read = read_inputs(*asked)
        if read.files.folder.name not in then:
            return read
        return dataclasses.replace(
            read, sources=json.loads((then[read.files.folder.name] / "sources.json").read_bytes())
        )

    provenance.provenance, inputs.read_inputs = as_then, hashed


def _asked(words: list[str]) -> int:
    try:
        cli.main(words)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    place, count, before, *chosen = sys.argv[1:]
    if before:
        like(Path(before))
    make(Path(place), chosen or COMMANDS, int(count))
