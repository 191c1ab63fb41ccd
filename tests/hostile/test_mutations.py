"""Toyland's files, with everything a planner may give, broken at random: an answer or a refusal that names a file.

Never a traceback or a warning.
``make fuzz`` tries 20,000 (``COUNT=`` and ``SEED=`` say how many and which); a failure names its seed.
"""

import os
import random
import re
import time
from pathlib import Path

import pytest

from nationalmap import planning
from nationalmap.errors import InputRefused
from nationalmap.sources import collecting
from tests.everything import everything

try:
    import resource
except ImportError:  # Windows
    resource = None

SUFFIXES = (".csv", ".toml")
LOTS = 10
EACH = int(os.environ.get("MUTATIONS", "500")) // LOTS
SEED = int(os.environ.get("SEED", "0"))
#: Seconds and bytes that one input may take.
MOST_SECONDS, MOST_BYTES = 30.0, 2 * 2**30

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


def mutated(draw, data, name):
    """The file with one thing deleted, doubled, swapped, retyped or flipped."""
    kind = draw.random()
    if kind < 0.3:
        return _flipped(draw, bytearray(data))
    lines = data.split(b"\n")
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    if kind < 0.38:
        del lines[at]
    elif kind < 0.46:
        lines.insert(other, lines[at])
    elif kind < 0.5:
        lines[at], lines[other] = lines[other], lines[at]
    elif name.endswith(".csv"):
        lines[at] = _cells(draw, lines[at].split(b","))
    else:
        found = list(re.finditer(rb"= ?([^,{}]+)", lines[at]))
        if found:
            value = draw.choice(found)
            lines[at] = lines[at][: value.start(1)] + draw.choice(VALUES).encode() + lines[at][value.end(1) :]
    return b"\n".join(lines)


def _cells(draw, cells):
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


def _flipped(draw, data):
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


@pytest.mark.parametrize("lot", range(LOTS))
def test_a_broken_file_is_answered_or_refused_by_name(toyland, monkeypatch, lot):
    folder = everything(toyland)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in SUFFIXES)
    boundaries = planning.check(str(toyland)).inputs.boundaries
    monkeypatch.setattr(collecting.layers, "read_boundaries", lambda *_: boundaries)  # tested in a room of its own
    names = [Path(name).name for name in files]
    refusals = 0
    for number in range(EACH):
        seed = f"{SEED}-{lot}-{number}"
        draw = random.Random(seed)  # noqa: S311 - no secret
        name = draw.choice(files)
        data = (toyland / name).read_bytes()
        broken = data
        for _ in range(draw.choice((1, 1, 1, 2))):
            broken = mutated(draw, broken, name)
        (toyland / name).write_bytes(broken)
        begun = time.process_time()
        try:
            refusals += _refused(toyland, [*names, str(folder)])
        except BaseException as error:
            error.add_note(f"seed {seed}, {name}: {broken[:2000]!r}")
            raise
        assert time.process_time() - begun < MOST_SECONDS, seed
        (toyland / name).write_bytes(data)
    assert refusals > EACH / 3
    if resource is not None:
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < MOST_BYTES


def _refused(folder, names):
    """Whether the folder is refused, in sentences that name a file; else it has needs."""
    try:
        assert len(planning.check(str(folder)).needs) > 0
    except InputRefused as refused:
        for line in str(refused).split("\n"):
            assert any(known in line for known in names), line
            assert line.isprintable()
            assert len(line) < 700
            assert line.endswith(".")
        return True
    return False
