"""A process that writes outputs, to be killed or to have a rival: what it writes says which edition it is.

``python -m tests.writer KIND FOLDER FIRST`` writes edition after edition from FIRST on. With a line on its input for
each, ``FOLDER`` and edition, where FIRST is "asked".
"""

from __future__ import annotations

import sys
from pathlib import Path

from nationalmap import placing, publishing
from nationalmap.errors import OutputFailed

NAMES = ("inputs/scenario.json", "inputs/needs.csv", *(f"table{number:02d}.csv" for number in range(12)), "map.html")
RUN = "0123456789ab"


def files(edition: int) -> dict[str, bytes]:
    """Fifteen files, of which each line says the edition."""
    return {name: f"{edition}\n".encode() * (200 + 900 * number) for number, name in enumerate(NAMES)}


def write_run(folder: Path, edition: int) -> None:
    """A run folder and LATEST, as runs.write_run publishes them."""
    mine = files(edition)
    manifest = {"format": publishing.FORMAT, "edition": edition, "outputs": publishing.outputs_of(mine)}
    publishing.publish(folder / RUN, mine, manifest)
    placing.replaced(folder / "LATEST", f"{RUN}\n".encode())


def write_folder(folder: Path, edition: int) -> None:
    """A folder of outputs, as compare, new and collect write them."""
    publishing.write_folder(folder / "one--two", files(edition))


def write_file(folder: Path, edition: int) -> None:
    """One file, as export and render write it."""
    publishing.write_file(folder / "plan.gpkg", f"{edition}\n".encode() * 50_000)


KINDS = {"run": write_run, "folder": write_folder, "file": write_file}


def main(kind: str, folder: str, first: str) -> None:
    """Editions without end, or those that are asked for, each answered with how it went."""
    print("ready", flush=True)
    if first != "asked":
        edition = int(first)
        while True:
            KINDS[kind](Path(folder), edition)
            edition += 1
    for line in sys.stdin:
        where, edition_word = line.rstrip("\n").rsplit("\t", 1)
        try:
            KINDS[kind](Path(where), int(edition_word))
            print("written", flush=True)
        except OutputFailed as failed:
            print(f"refused {failed}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
