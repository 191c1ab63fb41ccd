"""Design files of sweeps: TOML in, a checked design out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nationalmap.domain.design import Design, Draw
from nationalmap.errors import Fault, InputRefused
from nationalmap.schema import names_a_folder, nearest, shown
from nationalmap.schema.harmless import MOST_NAME
from nationalmap.sources.resources import inside, shipped
from nationalmap.sources.scenarios import find, shipped_scenarios
from nationalmap.sources.toml_files import read_toml
from nationalmap.sources.validated import validated

#: More runs than this are a slip.
MOST_RUNS = 100_000
#: Keys of a distribution that must be given, and those that may.
_KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "uniform": (("low", "high"), ()),
    "triangular": (("low", "mode", "high"), ()),
    "normal": (("mean", "sd", "low", "high"), ()),
    "lognormal": (("median", "sd"), ("low", "high")),
}


@dataclass(frozen=True)
class DesignFile:
    """A design with the scenario file that it asks."""

    design: Design
    scenario: Path


def shipped_designs() -> tuple[Path, ...]:
    """The designs that come with the package, by name."""
    return tuple(sorted(shipped("scenarios").joinpath("designs").glob("*.toml")))


def read_design(name: str) -> DesignFile:
    """A design by file or by the name of a shipped one; its scenario beside it, or shipped. Raises InputRefused."""
    path = _find(name)
    design = validated(Design, read_toml(path), path.name)
    faults = list(_faults(design, path.name))
    if faults:
        raise InputRefused(faults)
    # A design may be passed on by others, so its scenario lies in its own folder, or is shipped.
    beside = inside(path.resolve().parent, design.scenario, path.name, "scenario")
    if beside.exists():
        return DesignFile(design, find(str(beside)))
    known = {file.stem: file for file in shipped_scenarios()}
    if design.scenario not in known:
        rule = "is neither beside this file nor shipped"
        raise InputRefused(
            [Fault(path.name, 0, "scenario", shown(design.scenario), rule, nearest(design.scenario, known))]
        )
    return DesignFile(design, known[design.scenario])


def _find(name: str) -> Path:
    path, known = Path(name), {file.stem: file for file in shipped_designs()}
    if path.is_file():
        return path
    if name in known:
        return known[name]
    rule = "is neither a file nor a shipped design"
    raise InputRefused([Fault("design", value=shown(name), rule=rule, cure=nearest(name, known))])


def _faults(design: Design, file: str) -> Iterator[Fault]:
    if not names_a_folder(design.name):
        cure = f"use Latin letters, digits, - and _, at most {MOST_NAME}: it names a folder"
        yield Fault(file, 0, "name", shown(design.name), "cannot name a folder", cure)
    ways = [way for way in ("grid", "list", "sampled") if getattr(design, way) is not None]
    if len(ways) != 1:
        said = " and ".join(ways) or "none of them"
        yield Fault(file, 0, "grid, list, sampled", "", f"exactly one is asked, {said} given", "keep one")
    if design.grid is not None:
        yield from _wrong_grid(design, file)
    if design.list is not None and not design.list:
        yield Fault(file, 0, "list", "", "is empty", "begin each run with [[list]]")
    if design.sampled is not None:
        yield from _wrong_sample(design, file)


def _wrong_grid(design: Design, file: str) -> Iterator[Fault]:
    number, values = 1, design.grid.changes if design.grid else ()
    for change in values:
        number *= len(change.factors)
        if not change.factors:
            yield Fault(file, 0, "grid.changes.factors", change.name, "has no factor", "write at least one")
    if not values or number > MOST_RUNS:
        rule = f"has {number} runs" if values else "has no changes"
        yield Fault(file, 0, "grid", "", rule, f"1 to {MOST_RUNS} runs can be asked")


def _wrong_sample(design: Design, file: str) -> Iterator[Fault]:
    sampled = design.sampled
    if sampled is None:
        return
    if not 1 <= sampled.runs <= MOST_RUNS:
        yield Fault(file, 0, "sampled.runs", str(sampled.runs), "is out of range", f"write 1 to {MOST_RUNS}")
    if sampled.seed < 0:
        yield Fault(file, 0, "sampled.seed", str(sampled.seed), "is negative", "write 0 or more")
    if not sampled.changes:
        yield Fault(file, 0, "sampled.changes", "", "is empty", "name a figure to be drawn")
    for draw in sampled.changes:
        for rule, cure in _wrong_draw(draw):
            yield Fault(file, 0, "sampled.changes", f"{draw.what} {draw.name}", rule, cure)


def _wrong_draw(draw: Draw) -> Iterator[tuple[str, str]]:
    """Broken rule and cure of a distribution."""
    must, may = _KEYS[draw.distribution]
    given = {key for key in ("low", "high", "mode", "mean", "median", "sd") if getattr(draw, key) is not None}
    for key in must:
        if key not in given:
            yield f"has no {key}: {draw.distribution} needs it", f"write {', '.join(must)}"
    for key in sorted(given - {*must, *may}):
        yield f"has {key}, which {draw.distribution} does not use", "leave it out"
    low, high = draw.low if draw.low is not None else 0.0, draw.high
    if low < 0 or (high is not None and high <= low):
        yield "has no range: low is 0 or more, high above it", "mend low and high"
    elif draw.mode is not None and not low <= draw.mode <= (high or low):
        yield "has its mode outside low and high", "mend it"
    if draw.sd is not None and draw.sd <= 0:
        yield "has no spread", "write sd above 0"
    if draw.median is not None and draw.median <= 0:
        yield "has a median of 0 or less", "write one above 0"
