"""Returned templates in, one register, one table of proposals and one of agreements out, with every contradiction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nationalmap import publishing, schema
from nationalmap.domain.scenario import InputFiles
from nationalmap.errors import Fault, InputRefused, UsageError
from nationalmap.folders import texts
from nationalmap.folders.findings import text_of, workbook_of
from nationalmap.folders.forms import Codes
from nationalmap.folders.merge import Merged, merged
from nationalmap.folders.returned import COLLECTED, read_returned
from nationalmap.folders.split import EVERY
from nationalmap.sources.inputs import read_territory
from nationalmap.sources.resources import shipped
from nationalmap.sources.scenarios import find, read_scenario
from nationalmap.sources.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a folder of a collection holds; one that holds anything else is not written over.
FILES = (
    *("register.csv", "proposals.csv", "agreements.csv", "provenance.csv"),
    *("contradictions.xlsx", "contradictions.txt"),
)
#: Endings of files that are taken from a folder; "~$" begins the lock of an open workbook.
_ENDINGS = (".xlsx", ".xlsm", ".ods")


@dataclass(frozen=True)
class Collection:
    """A collection as it was written: the tables with their findings, and the text about them."""

    merged: Merged
    folder: Path
    says: str


def collect(files: Sequence[Path], out: Path = Path("collected")) -> Collection:
    """Merge returned templates (files, or folders of them) into the folder ``out``; nothing is refused silently.

    Rows that cannot be taken and all that contradicts are findings, each with file, sheet and cell; the tables hold
    the rest. Raises InputRefused where there is no template at all, UsageError for a folder ``out`` that holds
    something else, OutputFailed.
    """
    _own_folder(out)
    paths = list(_templates(files))
    municipalities, _ = read_territory(InputFiles(), Path())
    services = read_table(schema.SERVICES, shipped("scenarios") / "catalogue" / "services.csv")
    rows = services[["service", "name_bg", "name_en"]].itertuples(index=False, name=None)
    every = (EVERY, texts.word("split.every", "bg"), texts.word("split.every", "en"))
    codes = Codes(("", ""), (every, *((str(code), str(bg), str(en)) for code, bg, en in rows)))
    returned = [read_returned(path, municipalities, codes) for path in paths]
    if not any(one.municipality for one in returned):
        cure = "name the files that came back of the templates of nationalmap new --split"
        raise InputRefused(
            Fault(one.file, rule=one.findings[0].says("en"), cure=cure) for one in returned if one.findings
        )
    found = merged(returned, municipalities, services, codes)
    names = dict(zip(municipalities["municipality"], municipalities["name_bg"], strict=True))
    contacts = {one.municipality: one.contact for one in reversed(returned) if one.contact}
    says = {language: _head(found, len(paths), language) for language in texts.LANGUAGES}
    text = text_of(found.findings, names, says["bg"])
    day = read_scenario(find("haskovo-2027")).scenario.as_of
    written = {
        **{f"{t.name}.csv": publishing.csv_bytes(t, found.tables[t.name]) for t in COLLECTED},
        "provenance.csv": publishing.csv_bytes(schema.COLLECTED_FROM, found.provenance),
        "contradictions.xlsx": workbook_of(found.findings, names, contacts, says["bg"], day),
        "contradictions.txt": text.encode(),
    }
    return Collection(found, publishing.write_folder(out, written), text)


def _own_folder(out: Path) -> None:
    """Refuse a folder that holds anything but a former collection: it would be replaced as a whole."""
    if out.is_dir() and not out.name:
        raise UsageError("collect: --out names the present folder; name one of its own.")
    others = sorted(path.name for path in out.iterdir() if path.name not in FILES) if out.is_dir() else []
    if others or out.is_file():
        what = f"holds {schema.shown(others[0])}" if others else "is a file"
        raise UsageError(f'collect: --out "{schema.shown(str(out))}" {what}; name a new folder.')


def _templates(files: Sequence[Path]) -> Iterator[Path]:
    """The files as they were named; of a folder the workbooks in it, by name."""
    faults = []
    for path in files:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in _ENDINGS and not p.name.startswith("~$"))
            if not inside:
                faults.append(Fault(str(path), rule="holds no workbook", cure="name the folder of the returned files"))
            yield from inside
        elif path.exists():
            yield path
        else:
            faults.append(Fault(str(path), rule="does not exist", cure="check the name"))
    if faults:
        raise InputRefused(faults)


def _head(found: Merged, files: int, language: str) -> list[str]:
    """What was read, in a few lines."""
    counts: Mapping[str, object] = {
        **{table.name: len(found.tables[table.name]) for table in COLLECTED},
        **{"files": files, "municipalities": len(found.municipalities), "expected": found.expected},
        "count": len(found.findings),
    }
    return [texts.collected(f"read.{key}", language, **counts) for key in ("files", "rows", "found")]
