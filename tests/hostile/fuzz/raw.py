"""Bytes that a fuzzer makes, led by the lines that they reach: every reader takes them or refuses them in sentences.

``python -m tests.hostile.fuzz.raw READER SECONDS`` (``make fuzz-bytes``) with atheris, which is installed for this alone.
It begins with toyland's files in every form, keeps what reaches new lines of ``nationalmap/sources``, and stops at the
first finding: an exception that is no refusal, a warning, a sentence that cannot be printed, more than 30 s or 2 GiB.
The bytes are then in ``crash-…`` of this folder, and ``raw READER crash-…`` asks about them again.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

#: Readers, with the name that their file has and toyland's files that they begin with.
READERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "tables": ("register.csv", ("register.csv", "settlements.csv", "staff.csv", "catalogue/services.csv")),
    "layers": ("boundaries.geojson", ("boundaries.geojson",)),
    "scenarios": ("toyland.toml", ("toyland.toml",)),
    "norms": ("norms.toml", ("catalogue/norms.toml",)),
}
MOST_SECONDS, MOST_MEGABYTES, MOST_BYTES = 30, 2048, 65_536


def reading(reader: str) -> Callable[[Path], object]:
    """What a reader does with a file."""
    from nationalmap import schema
    from nationalmap.sources import layers, scenarios, tables

    return {
        "tables": lambda path: tables.read_table(schema.REGISTER, path),
        "layers": layers.read_any,
        "scenarios": scenarios.read_scenario,
        "norms": scenarios.read_norms,
    }[reader]


def asked(read: Callable[[Path], object], path: Path, data: bytes) -> None:
    """The bytes are read, or refused in sentences that can be shown."""
    from nationalmap.errors import InputRefused

    path.write_bytes(data)
    try:
        read(path)
    except InputRefused as refused:
        for fault in refused.faults:
            assert str(fault).isprintable(), str(fault)


def seeds(reader: str) -> Iterator[bytes]:
    """Toyland's files of a reader, tables and layers in every form."""
    from tests.hostile.fuzz.child import toyland
    from tests.hostile.fuzz.forms import FORMS
    from tests.hostile.fuzz.layers import geopackage
    from tests.hostile.fuzz.mutants import kinds_of

    with tempfile.TemporaryDirectory() as folder:
        place = toyland(Path(folder))
        for name in READERS[reader][1]:
            data = (place / name).read_bytes()
            yield data
            if reader == "tables":
                rows = [line.split(",") for line in data.decode().splitlines()]
                yield from (form(rows, kinds_of(name)) for form in FORMS.values() if '"' not in data.decode())
            if reader == "layers":
                import json

                yield geopackage(json.loads(data))


def main(reader: str, *words: str) -> None:
    """Fuzz a reader for so many seconds, or ask about a file again."""
    import atheris

    # Workbooks are read in this process, as a frozen program does, so that their lines are seen.
    sys.frozen = True  # type: ignore[attr-defined]
    with atheris.instrument_imports(include=["nationalmap.sources", "nationalmap.schema"]):
        read = reading(reader)
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / READERS[reader][0]
        if not words[0].isdigit():
            asked(read, path, Path(words[0]).read_bytes())
            return
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, data in enumerate(seeds(reader)):
            (corpus / str(number)).write_bytes(data)
        options = [f"-max_total_time={words[0]}", f"-timeout={MOST_SECONDS}", f"-rss_limit_mb={MOST_MEGABYTES}"]
        atheris.Setup(
            [sys.argv[0], *options, f"-max_len={MOST_BYTES}", str(corpus)], lambda data: asked(read, path, data)
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
