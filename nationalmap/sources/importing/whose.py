"""Whose polygon each feature of a foreign layer is: by the code or the name it carries, never by its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nationalmap.errors import Fault
from nationalmap.schema import shown
from nationalmap.sources.layers import Layer
from nationalmap.sources.places import Found, Places

#: A column says something of the municipalities where it does so for this share of them.
ENOUGH = 0.5
#: Strangers that are named one by one before they are only counted.
MOST_NAMED = 30
#: Values of a column that may tell levels of administrative units apart.
_MOST_LEVELS = 12
_CURE_COLUMN = "a column with codes such as HKV34, BG_HKV34 or the seat's EKATTE, or with names, is asked"


@dataclass(frozen=True)
class Owners:
    """Positions of the features that are municipalities' and whose each is; what was read otherwise, what is wrong."""

    kept: tuple[int, ...]
    codes: tuple[str, ...]
    notes: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Column:
    """One property of all features, read as codes or names of municipalities."""

    name: str
    found: tuple[Found | None, ...]

    @property
    def known(self) -> set[str]:
        return {hit.code for hit in self.found if hit and hit.code}


def owners(layer: Layer, places: Places) -> Owners:
    """Whose each feature is. Codes come before names; a code and a name that mean two municipalities are a fault."""
    columns = _read_columns(layer.properties, places)
    by_code, doubt = _code_column(layer.file, columns, places)
    if doubt:
        return Owners((), (), (), (doubt,))
    by_name = _most(columns["name"], places)
    best = by_code or by_name
    if best is None:
        present = list(dict.fromkeys(key for row in layer.properties for key in row))
        rule = f"hold no codes or names of the {len(places.names)} municipalities"
        return Owners((), (), (), (Fault(layer.file, 0, "properties", shown(", ".join(present)), rule, _CURE_COLUMN),))
    kept, note = _one_level(layer, best)
    notes, codes, owned = [note] if note else [], [], []
    faults: list[Fault] = []
    strangers: list[Fault] = []
    for at in kept:
        code, said, fault = _whose(layer, at, best, by_name, places)
        notes += [said] if said else []
        if fault:
            (strangers if not code else faults).append(fault)
        elif code:
            owned.append(at)
            codes.append(code)
    if len(strangers) > MOST_NAMED:
        strangers = [_many(layer.file, best.name, len(strangers), len(kept))]
    faults += strangers
    return Owners(tuple(owned), tuple(codes), tuple(notes), tuple(faults))


def _read_columns(properties: Sequence[dict[str, Any]], places: Places) -> dict[str, list[_Column]]:
    """Every property as codes of the register, as EKATTE, and as names within the region that the feature names."""
    names = list(dict.fromkeys(key for row in properties for key in row))
    regions = _region_column(properties, names, places)
    columns: dict[str, list[_Column]] = {"nsi": [], "ekatte": [], "name": []}
    for name in names:
        codes = [places.by_code(row.get(name)) for row in properties]
        columns["nsi"].append(_Column(name, tuple(hit if hit and hit.system != "ekatte" else None for hit in codes)))
        columns["ekatte"].append(_Column(name, tuple(hit if hit and hit.system == "ekatte" else None for hit in codes)))
        named = [places.by_name(row.get(name), row.get(regions, "")) for row in properties]
        columns["name"].append(_Column(name, tuple(named)))
    return columns


def _region_column(properties: Sequence[dict[str, Any]], names: Sequence[str], places: Places) -> str:
    """The property that names regions, if any does for most features."""
    for name in names:
        if sum(bool(places.region_of(row.get(name))) for row in properties) > ENOUGH * len(properties):
            return name
    return ""


def _most(columns: Sequence[_Column], places: Places) -> _Column | None:
    """The column that knows most municipalities, if it knows enough of them."""
    best = max(columns, key=lambda column: len(column.known), default=None)
    return best if best and len(best.known) >= ENOUGH * len(places.names) else None


def _code_column(file: str, columns: dict[str, list[_Column]], places: Places) -> tuple[_Column | None, Fault | None]:
    """The column of codes, those of the register before EKATTE; a fault where two know everyone and differ."""
    every = [column for column in columns["nsi"] if len(column.known) == len(places.names)]
    if len({tuple(hit.code if hit else "" for hit in column.found) for column in every}) > 1:
        names = ", ".join(column.name for column in every)
        rule = f"each hold all {len(places.names)} codes, in different order"
        return None, Fault(file, 0, "properties", shown(names), rule, "keep one of them")
    return _most(columns["nsi"], places) or _most(columns["ekatte"], places), None


def _one_level(layer: Layer, best: _Column) -> tuple[list[int], str]:
    """Positions of the features of the municipalities' level, where a property tells levels apart; all otherwise."""
    everything = list(range(len(layer.properties)))
    hits = [at for at in everything if best.found[at]]
    if len(hits) == len(everything):
        return everything, ""
    for name in dict.fromkeys(key for row in layer.properties for key in row):
        values = [str(row.get(name)) for row in layer.properties]
        wanted = {values[at] for at in hits}
        if len(wanted) == 1 and 1 < len(set(values)) <= _MOST_LEVELS:
            (level,) = wanted
            kept = [at for at in everything if values[at] == level]
            left = len(everything) - len(kept)
            return kept, f"{layer.file}: {left} features of other levels are left out ({name} is not {shown(level)})"
    return everything, ""


def _whose(
    layer: Layer, at: int, best: _Column, by_name: _Column | None, places: Places
) -> tuple[str, str, Fault | None]:
    """Code of one feature, what was read otherwise than written, and a fault."""
    hit, named = best.found[at], by_name.found[at] if by_name else None
    written = layer.properties[at].get(best.name)
    value = shown("(blank)" if written in (None, "") else str(written))
    label = f"in feature {at + 1}"
    if hit and hit.code and named and named.candidates and hit.code not in named.candidates:
        told = places.told(named.candidates)
        rule = f"({places.names[hit.code]}) {label} carries the name of {told}"
        return hit.code, "", Fault(layer.file, 0, best.name, value, rule, "compare code and name of the feature")
    if hit and not hit.code and named:
        # A seat that several share, or a name that several have: the other one may tell.
        both = [code for code in hit.candidates if code in named.candidates]
        if len(both) == 1 and best is not by_name:
            return both[0], f"{layer.file}: {value} {label} is read as {places.told(both)}, by its name", None
    if hit and hit.code:
        return hit.code, f"{layer.file}: {label}, {best.name}: {hit.correction}" if hit.correction else "", None
    if hit:
        rule = f"{label} may be {places.told(hit.candidates)}"
        return "", "", Fault(layer.file, 0, best.name, value, rule, "write the municipality's own code")
    if named and named.code and best is not by_name:
        return named.code, f"{layer.file}: {value} {label} is read as {places.told([named.code])}, by its name", None
    return "", "", Fault(layer.file, 0, best.name, value, f"{label} is no municipality", places.nearest(written))


def _many(file: str, column: str, strangers: int, features: int) -> Fault:
    rule = f"is no municipality's in {strangers} of {features} features"
    return Fault(file, 0, column, "", rule, "give the layer of municipalities alone, or name it with --layer")
