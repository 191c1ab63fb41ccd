"""Where each input of a scenario lies, by the name it is known under in the manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from nationalmap import schema
from nationalmap.domain.scenario import InputFiles
from nationalmap.errors import Fault, InputRefused
from nationalmap.sources import postgres
from nationalmap.sources.catalogues import catalogue_paths
from nationalmap.sources.resources import IMPORTED, resolve, shipped, table_file

#: Inputs that are folders of tables.
_FOLDERS = ("catalogue", "indicators")


@dataclass(frozen=True)
class Paths:
    """Where each input lies, by its name; and what is wrong with those that lie nowhere."""

    found: Mapping[str, Path]
    faults: Mapping[str, tuple[Fault, ...]]


def input_paths(
    names: InputFiles, folder: Path, file: str, register: Path | None = None, boundaries: Path | None = None
) -> Paths:
    """The inputs that the scenario ``file`` of ``folder`` names; register and boundaries replace its own."""
    data, territory = shipped("scenarios"), shipped("boundaries")
    found: dict[str, Path] = {}
    faults: dict[str, tuple[Fault, ...]] = {}

    def attempt(name: str, where: Callable[[], Mapping[str, Path]]) -> None:
        try:
            found.update(where())
        except InputRefused as refused:
            faults[name] = refused.faults

    def path(key: str, name: str, fallback: Path) -> Path:
        if key in (*_FOLDERS, "boundaries") and postgres.is_address(name):
            cure = "an address names one table; boundaries are imported: nationalmap boundaries import"
            raise InputRefused([Fault(file, 0, f"inputs.{key}", "", "is an address of a database", cure)])
        where = resolve(name, folder, fallback, file, f"inputs.{key}")
        if key not in _FOLDERS and where.is_dir():
            cure = "name the file in it"
            raise InputRefused([Fault(file, 0, f"inputs.{key}", schema.shown(name), "is a folder", cure)])
        return where

    def one(key: str, name: str, fallback: Path) -> None:
        attempt(key, lambda: {key: path(key, name, fallback)})

    if register is not None and postgres.is_address(register):
        register = postgres.as_path(register.as_posix())
    one("municipalities", names.municipalities or "municipalities.csv", territory)
    one("regions", names.regions or "regions.csv", territory)
    attempt("catalogue", lambda: catalogue_paths(path("catalogue", names.catalogue, data)))
    attempt("indicator_catalogue", lambda: _indicators(path("indicators", names.indicators, data)))
    for key, given, name, fallback in (
        ("register", register, names.register, data),
        ("boundaries", boundaries, names.boundaries or _default_boundaries(folder), territory),
    ):
        if given is None:
            one(key, name, fallback)
        else:
            found[key] = given
    for table in (
        *schema.OPTIONAL_TABLES,
        schema.KNOWN_TRAVEL,
        schema.OWN_INDICATORS,
        schema.BUDGETS,
        schema.MAP_IN_FORCE,
    ):
        if getattr(names, table.name, ""):
            one(table.name, getattr(names, table.name), data)
    return Paths(found, faults)


def _indicators(folder: Path) -> dict[str, Path]:
    return {"indicator_catalogue": table_file(folder, "indicators")}


def without_passwords(files: InputFiles) -> InputFiles:
    """Where the inputs lie, as it may be kept with a run: addresses without their passwords."""
    named = {f.name: getattr(files, f.name) for f in fields(files)}
    bare: dict[str, Any] = {
        name: postgres.without_password(text) for name, text in named.items() if isinstance(text, str)
    }
    return replace(files, **bare)


def _default_boundaries(folder: Path) -> str:
    """The layer that was imported into the scenario's folder, else the shipped one."""
    return IMPORTED if (folder / IMPORTED).is_file() else "municipalities.geojson"
