"""Geometry formats: the bytes of a file become features, and back.

What a file is, its content decides, not its name, and only the listed formats are read, each from the very bytes that
were fingerprinted: a general reader would follow a file that points to other files or to an address. A plan reads
GeoJSON and GeoPackage (``read_layer``); the import of boundaries also shapefiles, FlatGeobuf and ZIP archives of
these (``read_any``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

from nationalmap.sources import resources
from nationalmap.sources.layers import archive, drivers, geojson, geopackage
from nationalmap.sources.layers.geojson import COARSE, FINE, STATUS_MEMBER, as_text, write_layer
from nationalmap.sources.layers.layer import CURE_CRS, CURE_FORMAT, MAX_FEATURES, Layer, chosen, crs_of, refuse
from nationalmap.sources.resources import read_bytes, sha256

__all__ = [
    "COARSE",
    "FINE",
    "MAX_FEATURES",
    "STATUS_MEMBER",
    "Layer",
    "as_text",
    "chosen",
    "crs_of",
    "read_any",
    "read_layer",
    "refuse",
    "write_layer",
]

#: Most bytes of a file that is imported: all Europe's municipalities at 1:1 million are less.
MAX_BYTES = 512 * 1024 * 1024

_IMPORT = "import it once: nationalmap boundaries import FILE"
#: First bytes of what people try instead, and what to do about it.
_OTHER_FORMATS = (
    (b"\x1f\x8b", "is a gzip archive", "unpack it"),
    (b"%PDF", "is a PDF", "ask the publisher for GeoJSON or GeoPackage"),
    (b"<", "is XML (KML, GML, VRT or a web page)", "convert it to GeoJSON or GeoPackage"),
    (b"7z\xbc\xaf", "is a 7-Zip archive", "unpack it"),
    (b"Rar!", "is a RAR archive", "unpack it"),
)
_IMPORTED_ONLY = (
    (archive.START, "is a ZIP archive", f"unpack it and give the GeoJSON or GeoPackage in it, or {_IMPORT}"),
    (drivers.SHAPEFILE, "is a shapefile", _IMPORT),
    (drivers.FLATGEOBUF, "is a FlatGeobuf", _IMPORT),
)
#: Formats that an archive may hold beside shapefiles and GeoJSON.
_IN_ARCHIVES = (geopackage.START, drivers.FLATGEOBUF)
_CURE_LAYER = "name the one of the municipalities with --layer"
_ANY = "GeoJSON, GeoPackage, shapefile (ZIP) or FlatGeobuf is asked"


def read_layer(path: Path) -> Layer:
    """The one layer of a GeoJSON or GeoPackage, coordinate system stated. Raises InputRefused for anything else."""
    data = _content(path)
    _refuse_others(path.name, data, (*_IMPORTED_ONLY, *_OTHER_FORMATS))
    layer = geopackage.read(path.name, data) if data.startswith(geopackage.START) else geojson.read(path.name, data)
    if layer.crs is None:
        refuse(path.name, "does not say its coordinate system", CURE_CRS, column="crs")
    return layer


def read_any(path: Path, layer: str = "") -> Layer:
    """A layer of a file of any listed format: the one named, or the only one. Raises InputRefused.

    Shapefiles come as a ZIP, or as the .shp with its parts beside it. ``crs`` is None where the file does not say it.
    """
    data = _content(path, MAX_BYTES)
    if data.startswith(drivers.SHAPEFILE):
        _only(path.name, path.stem, layer)
        parts = _beside(path) | {".shp": data}
        return drivers.read_shapefile(path.name, path.stem, parts, _digest(parts))
    if data.startswith(archive.START):
        return _in_archive(path.name, data, layer)
    return _one_file(path.name, path.stem, data, layer, sha256(data))


def _content(path: Path, most: int | None = None) -> bytes:
    """Bytes of a regular file; addresses and virtual paths are no files."""
    if str(path).startswith(("/vsi", "\\vsi")) or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", str(path)):
        refuse(path.name, "is an address or a virtual path", "download the file and give its name")
    if path.exists() and not path.is_file():
        refuse(path.name, "is not a regular file", CURE_FORMAT)
    return read_bytes(path) if most is None else read_bytes(path, most)


def _refuse_others(file: str, data: bytes, others: tuple[tuple[bytes, str, str], ...]) -> None:
    """Refuse what is known and not read, by its first bytes."""
    begins = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    for start, rule, cure in others:
        if begins.startswith(start):
            refuse(file, rule, cure)


def _one_file(file: str, name: str, data: bytes, layer: str, digest: str) -> Layer:
    """A layer of the bytes of one file."""
    _refuse_others(file, data, _OTHER_FORMATS)
    if data.startswith(geopackage.START):
        return geopackage.read(file, data, layer, _CURE_LAYER)
    if data.startswith(drivers.FLATGEOBUF):
        _only(file, name, layer)
        return drivers.read_flatgeobuf(file, name, data, digest)
    _only(file, name, layer)
    if len(data) > resources.MAX_BYTES:
        rule = f"is a text of more than {resources.MAX_BYTES // 2**20} MiB"
        refuse(file, rule, "take the GeoPackage or the shapefile of the same layer")
    return geojson.read(file, data)


def _only(file: str, name: str, layer: str) -> None:
    """Refuse another layer than the only one of a file that has one."""
    chosen(file, [name], layer, "leave --layer out")


def _beside(path: Path) -> dict[str, bytes]:
    """The parts of a shapefile in the same folder, whatever the case of their endings."""
    parts = {}
    for beside in sorted(path.parent.iterdir()):
        ending = beside.suffix.lower()
        if beside.stem == path.stem and ending in drivers.PARTS and ending != ".shp" and beside.is_file():
            parts[ending] = read_bytes(beside, MAX_BYTES)
    return parts


def _digest(parts: dict[str, bytes]) -> str:
    """One fingerprint of several files, by ending."""
    return sha256("\n".join(f"{ending} {sha256(parts[ending])}" for ending in sorted(parts)).encode())


def _in_archive(file: str, data: bytes, layer: str) -> Layer:
    """A layer of a ZIP: shapefiles by their name, other files by their content; the layer is asked for if several."""
    packed, digest = archive.Archive(file, data), sha256(data)
    found: dict[str, str] = {}
    for name in packed.names:
        path, start = PurePosixPath(name), packed.start(name)
        shapefile = start.startswith(drivers.SHAPEFILE) and path.suffix != ".shx"
        if shapefile or start.startswith(_IN_ARCHIVES) or path.suffix in (".geojson", ".json"):
            found[path.stem if path.stem not in found else name] = name
    if not found:
        refuse(file, "holds no layer that is read", _ANY, ", ".join(packed.names[:5]))
    # With one file in the archive the word may name that file, or a layer inside it.
    inner = layer if len(found) == 1 and layer.casefold() not in found else ""
    name = found[chosen(file, list(found), "" if inner else layer.casefold(), _CURE_LAYER)]
    stem, path = PurePosixPath(name).stem, PurePosixPath(name)
    if not packed.start(name).startswith(drivers.SHAPEFILE):
        return replace(_one_file(file, stem, packed.read(name), inner, digest), sha256=digest)
    _only(file, stem, inner)
    if path.suffix != ".shp":
        refuse(file, "is a shapefile under another ending", "name its parts .shp, .shx, .dbf, .prj", name)
    parts = {
        end: packed.read(str(path.with_suffix(end)))
        for end in drivers.PARTS
        if str(path.with_suffix(end)) in packed.names
    }
    return drivers.read_shapefile(file, stem, parts, digest)
