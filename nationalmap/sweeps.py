"""What a sweep leaves: finished runs one by one, then a folder ``<out>/<design>/<id>`` of tables, published whole."""

from __future__ import annotations

import io
import json
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nationalmap import locks, placing, publishing
from nationalmap.domain.design import Design
from nationalmap.errors import OutputFailed
from nationalmap.version import __version__

if TYPE_CHECKING:
    import pandas as pd

KIND = "sweep"
TABLES = ("runs", "cells", "services", "costs")


def is_there(folder: Path) -> bool:
    """Whether a sweep was published here."""
    return (folder / publishing.MANIFEST).is_file()


def write_sweep(folder: Path, design: Design, labels: Sequence[str], tables: Mapping[str, pd.DataFrame]) -> Path:
    """The tables (Parquet) and their summary (CSV), published whole. Raises OutputFailed; then nothing is.

    No clock is in it: the same results are the same bytes.
    """
    from nationalmap.reports import sweep as told

    files = {f"{name}.parquet": _parquet(table) for name, table in tables.items()}
    for name, table in told.summary(tables, labels).items():
        files[f"{name}.csv"] = publishing.csv_bytes(told.TABLES[name], table)
    manifest = {"format": publishing.FORMAT, "kind": KIND, "design": asdict(design), "figures": list(labels)}
    manifest |= {"outputs": publishing.outputs_of(files), "versions": {"nationalmap": __version__}}
    return publishing.publish(folder, files, manifest)


def read_sweep(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of a published sweep, every file compared with the manifest's hash first. Raises InputRefused."""
    import pandas as pd

    _, files = publishing.read_folder(folder, KIND)
    return {name: pd.read_parquet(io.BytesIO(files[f"{name}.parquet"]), engine="pyarrow") for name in TABLES}


def _parquet(table: pd.DataFrame) -> bytes:
    """A table as Parquet; the same bytes for the same table."""
    target = io.BytesIO()
    table.to_parquet(target, engine="pyarrow", index=False, compression="zstd")
    return target.getvalue()


class Parts:
    """Finished runs, each a small file of its own: written beside its place and moved there in one step.

    One process at a time adds to them (``alone``): who is done takes them away.
    """

    TABLES = ("capacity", "transformed", "renovated", "complex")

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def alone(self, tell: Callable[[str], None]) -> Iterator[None]:
        """The only sweep at these parts while the block runs. Raises OutputFailed, also where another one is."""
        with ExitStack() as claims:
            try:
                self.folder.parent.mkdir(parents=True, exist_ok=True)
                claims.enter_context(locks.claimed(self.folder, tell))
                self.folder.mkdir(exist_ok=True)
            except OSError as error:
                raise _not_written(self.folder, error) from error
            yield

    def done(self) -> set[int]:
        """Numbers of the runs that are finished."""
        return {int(path.stem) for path in self.folder.glob("*.json") if path.stem.isdigit()}

    def keep(self, result: Mapping[str, Any]) -> None:
        """One more finished run."""
        self._write(f"{result['run']:06d}.json", json.dumps(result, allow_nan=False).encode())

    def read(self, count: int) -> list[dict[str, Any]]:
        """Every run, in order."""
        return [json.loads((self.folder / f"{run:06d}.json").read_bytes()) for run in range(count)]

    def keep_tables(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """The decisions of the plan whose sites are held."""
        data = {name: tables[name].to_json(orient="split", index=False) for name in self.TABLES}
        self._write("held.txt", json.dumps(data).encode())

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The same, where they were kept."""
        import pandas as pd

        path = self.folder / "held.txt"
        kept = json.loads(path.read_bytes()) if path.is_file() else {}
        return {name: pd.read_json(io.StringIO(text), orient="split") for name, text in kept.items()}

    def remove(self) -> None:
        """No longer of use: the tables are published."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, name: str, data: bytes) -> None:
        beside = self.folder / f".{uuid.uuid4().hex}"
        try:
            placing.durable(beside, data)
            beside.replace(self.folder / name)
        except OSError as error:
            raise _not_written(self.folder / name, error) from error


def _not_written(path: Path, error: OSError) -> OutputFailed:
    reason = (error.strerror or "it failed").lower()
    return OutputFailed(f"{path} could not be written ({reason}); finished runs are kept, nothing was published")
