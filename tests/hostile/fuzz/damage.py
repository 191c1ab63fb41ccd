"""Bytes broken at random: lines, cells and keys of text, bits of anything, parts of archives."""

from __future__ import annotations

import io
import random
import re
import zipfile

from tests.hostile.fuzz.forms import archive

CELLS = (
    "", "0", "-1", "1e9", "1e400", "NaN", "inf", "1,5", "1 000", "1\u00a0000", "35%", "-", "..", "=1+1", "NA", "None",
    "9" * 30, "1e-320", "\u200b", "\ufeff", "x" * 300, '"', '""', "'", "a\nb", "\t", ";", ",", "0x1F", "1_000", "٣",
    "½", "NOR01", "SOU", "*", "day_care", "residence", "older", "percent", "1900", "2100", "../x", "/dev/null",
    "new:day_care:NOR01", "<b>", "{x}", "%s", "\x00", "\x1b", "\x85", "\u2028", "e\u0301", "🙂", "2.000", "007",
    "must_close_by", "free", "home", "mobile", "national", "municipal", "yes", "old er", "old_day", "respite",
    "new", "old", "2027", "2030", "day_NOR01", "plot_NOR03", "nurse", "refused", "children", "0.5", "assistance",
    "day_care residence",
)  # fmt: skip
VALUES = (
    "0", "-1", "1e308", "nan", "inf", "true", "false", '""', '"x"', "[]", "{}", "[1]", '["x"]', "1979-05-27",
    "07:32:00", "9" * 19, "9" * 30, "0x10", "1e-300", "2100", '"keep"', '["NOR"]', '["day_care"]', '"older"',
    '"municipality"', '"region"', '"places"', '"ceil"', "0.5", '"need"', '"minimum"', '"running"', '"capital"',
    "[2027]", "[2030, 2027]", "[2027, 2027]", '"exactly"', '"facilities"', '"users"', '"day_NOR01"', '"NOR01"',
    '"respite"', '["overspend"]', '"what_it_would_cost"', '["sites", "cost"]', '"cohorts"', '{ 2027 = 1 }',
    '"old_day"', "2028",
)  # fmt: skip


def csv_text(draw: random.Random, data: bytes) -> tuple[str, bytes]:
    """A table of text, in whatever encoding: what was done, and the bytes."""
    if draw.random() < 0.4:
        return "bytes flipped", flipped(draw, data)
    lines = data.split(b"\n")
    at = draw.randrange(len(lines))
    if draw.random() < 0.5:
        return "lines moved", b"\n".join(_moved(draw, lines))
    lines[at] = _cells(draw, lines[at].split(b","))
    return f"row {at + 1} retyped", b"\n".join(lines)


def toml(draw: random.Random, data: bytes) -> bytes:
    """A scenario or norms with a value retyped, a line moved or a byte flipped."""
    kind = draw.random()
    if kind < 0.3:
        return flipped(draw, data)
    lines = data.split(b"\n")
    if kind < 0.5:
        return b"\n".join(_moved(draw, lines))
    at = draw.randrange(len(lines))
    found = list(re.finditer(rb"= ?([^,{}]+)", lines[at]))
    if found:
        value = draw.choice(found)
        lines[at] = lines[at][: value.start(1)] + draw.choice(VALUES).encode() + lines[at][value.end(1) :]
    return b"\n".join(lines)


def book(draw: random.Random, data: bytes) -> tuple[str, bytes]:
    """A workbook or Parquet file: its bytes, or those of a part inside, packed anew so that no checksum tells."""
    if not data.startswith(b"PK") or draw.random() < 0.25:
        return "bytes flipped", flipped(draw, data)
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    sheets = [name for name in parts if "sheet" in name or "Strings" in name or name == "content.xml"]
    name = draw.choice(sheets if draw.random() < 0.8 else sorted(parts))
    if draw.random() < 0.1:
        del parts[name]
        return f"without {name}", archive(parts)
    parts[name] = _markup(draw, parts[name]) if draw.random() < 0.7 else flipped(draw, parts[name])
    return f"inside {name}", archive(parts)


def _markup(draw: random.Random, data: bytes) -> bytes:
    """One element deleted or doubled, or one text or attribute retyped."""
    found = list(re.finditer(rb">([^<>]+)<|=\"([^\"]*)\"", data))
    kind = draw.random()
    if found and kind < 0.6:
        one = draw.choice(found)
        start, end = one.span(1) if one[1] is not None else one.span(2)
        said = draw.choice((*CELLS, data[slice(*draw.choice(found).span())].decode().strip('<>="')))
        said = said.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        return data[:start] + said.encode() + data[end:]
    whole = list(re.finditer(rb"<(c|row|table:table-cell|table:table-row|si|v)\b.*?</\1>", data, re.DOTALL))
    if not whole:
        return flipped(draw, data)
    one, other = draw.choice(whole), draw.choice(whole)
    if kind < 0.8:
        return data[: one.start()] + data[one.end() :]
    return data[: other.start()] + one[0] + data[other.start() :]


def _moved(draw: random.Random, lines: list[bytes]) -> list[bytes]:
    """A line deleted, doubled elsewhere, or exchanged with another one."""
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    kind = draw.random()
    if kind < 0.4:
        del lines[at]
    elif kind < 0.8:
        lines.insert(other, lines[at])
    else:
        lines[at], lines[other] = lines[other], lines[at]
    return lines


def _cells(draw: random.Random, cells: list[bytes]) -> bytes:
    at, other = draw.randrange(len(cells)), draw.randrange(len(cells))
    kind = draw.random()
    if kind < 0.1:
        del cells[at]
    elif kind < 0.2:
        cells.insert(at, draw.choice(CELLS).encode())
    elif kind < 0.3:
        cells[at], cells[other] = cells[other], cells[at]
    else:
        cells[at] = draw.choice(CELLS).encode()
    return b",".join(cells)


def flipped(draw: random.Random, content: bytes) -> bytes:
    """Bits flipped, bytes cut out, a piece of the file put in elsewhere."""
    data = bytearray(content)
    for _ in range(draw.choice((1, 1, 3, 10))):
        at = draw.randrange(len(data)) if data else 0
        kind = draw.random()
        if kind < 0.5 and data:
            data[at] ^= 1 << draw.randrange(8)
        elif kind < 0.8:
            del data[at : at + draw.choice((1, 5, 100))]
        else:
            data[at:at] = data[draw.randrange(len(data)) :][:50] if data else b"?"
    return bytes(data)
