"""Where each input of a scenario lies, by the name it is known under in the manifest."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from nationalmap import schema
from nationalmap.domain.scenario import InputFiles
from nationalmap.errors import Fault, InputRefused
from nationalmap.sources import postgres
from nationalmap.sources.resources import IMPORTED, inside, resolve, shipped, table_file
from nationalmap.sources.scenarios import ScenarioFile


def input_paths(file: ScenarioFile, register: Path | None, boundaries: Path | None) -> dict[str, Path]:
    """Where each input lies, by the name it is known under in the manifest."""
    names, data, territory = file.scenario.inputs, shipped("scenarios"), shipped("boundaries")

    def path(key: str, name: str, fallback: Path) -> Path:
        if key in ("catalogue", "indicators", "boundaries") and postgres.is_address(name):
            cure = "an address names one table; boundaries are imported: nationalmap boundaries import"
            raise InputRefused([Fault(file.files[0].name, 0, f"inputs.{key}", "", "is an address of a database", cure)])
        return resolve(name, file.folder, fallback, file.files[0].name, f"inputs.{key}")

    if register is not None and postgres.is_address(register):
        register = postgres.as_path(register.as_posix())
    catalogue = path("catalogue", names.catalogue, data)
    paths = {
        "municipalities": path("municipalities", names.municipalities or "municipalities.csv", territory),
        "regions": path("regions", names.regions or "regions.csv", territory),
        "norms": inside(catalogue, "norms.toml"),
        **_catalogue_paths(catalogue),
        "indicator_catalogue": table_file(path("indicators", names.indicators, data), "indicators"),
        "register": register or path("register", names.register, data),
        "boundaries": boundaries or path("boundaries", names.boundaries or _default_boundaries(file.folder), territory),
    }
    for table in (*schema.OPTIONAL_TABLES, schema.KNOWN_TRAVEL):
        if getattr(names, table.name, ""):
            paths[table.name] = path(table.name, getattr(names, table.name), data)
    return paths


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


def _catalogue_paths(folder: Path) -> dict[str, Path]:
    """The catalogue's files: those that every catalogue has, and the others where they are."""
    files = {table.name: table_file(folder, table.name) for table in schema.CATALOGUE_TABLES}
    optional = {table.name for table in schema.OPTIONAL_TABLES}
    return {name: path for name, path in files.items() if name not in optional or path.exists()}
