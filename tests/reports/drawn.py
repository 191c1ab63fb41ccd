"""What is drawn on a sheet, read from its figure; and a PDF read by poppler, which has no part in making it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from matplotlib.colors import to_hex

from tests.beside import missing


def marks(sheet, kind):
    """Artists of the map by what their name says after ``kind``, e.g. a code."""
    (axes,) = sheet.figure.axes[1:]
    found = {}
    for artist in (*axes.patches, *axes.lines, *axes.texts):
        if (artist.get_gid() or "").startswith(f"{kind}-"):
            found.setdefault(artist.get_gid().removeprefix(f"{kind}-"), []).append(artist)
    return found


def fills(sheet, kind="area"):
    """Colour of each area of the map; each is drawn once."""
    found = marks(sheet, kind)
    assert all(len(artists) == 1 for artists in found.values())
    return {code: to_hex(artist.get_facecolor()) for code, (artist,) in found.items()}


def words(sheet):
    """Every text of a sheet, in the order in which it was written."""
    return [text.get_text() for axes in sheet.figure.axes for text in axes.texts]


def poppler(tool: str, data: bytes, folder: Path, *options: str) -> str:
    """What a tool of poppler says of a PDF; without it the tests are skipped loudly, and fail in CI."""
    if not shutil.which(tool):
        missing(f"{tool.upper()} IS MISSING: the PDF was not read back (install poppler-utils)")
    path = folder / "read.pdf"
    path.write_bytes(data)
    command = [tool, *options, str(path), *(["-"] if tool == "pdftotext" else [])]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def squeezed(text: str) -> str:
    """A text without blanks, breaks and marks of direction: how a line was broken says nothing."""
    return re.sub(r"[\s\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]+", "", text)
