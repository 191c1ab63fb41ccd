"""Shapefile and FlatGeobuf: their own bytes are proven first, then GDAL reads a copy under a name of ours.

GDAL would guess the format, follow what a file points to, and give null geometries for a file that was cut short.
So nothing reaches it but the bytes of these two formats, alone in a temporary folder.
"""

from __future__ import annotations

import struct
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nationalmap.sources.layers.layer import (
    CURE_FORMAT,
    Layer,
    crs_of,
    from_wkb,
    of_the_country,
    refuse,
    refuse_curve,
    refuse_many,
    refuse_vertices,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHAPEFILE = b"\x00\x00\x27\x0a"
FLATGEOBUF = b"fgb\x03fgb"

#: The parts of a shapefile that say something; its indexes are passed over.
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")

#: Polygons, with heights or measures or without.
_POLYGONS = (5, 15, 25)
_CUT_SHORT = "the file was cut short; fetch it again"
#: Names that .cpg files use, without signs, and what Python calls them.
_ENCODINGS = {
    **dict.fromkeys(("utf8", "65001"), "UTF-8"),
    **dict.fromkeys(("cp1251", "1251", "windows1251", "ansi1251"), "CP1251"),
    **dict.fromkeys(("cp866", "866", "oem866", "ibm866"), "CP866"),
}


def read_shapefile(file: str, name: str, parts: Mapping[str, bytes], digest: str) -> Layer:
    """A shapefile from the bytes of its parts by ending; ``digest`` is the fingerprint of what was given.

    Raises InputRefused where a part is missing, cut short, or counts other records than the others.
    """
    _check_parts(file, parts)
    encoding, note = _encoding(file, parts)
    with tempfile.TemporaryDirectory(prefix="nationalmap-") as folder:
        for ending in PARTS:
            # The encoding is decided here, in one place.
            if ending in parts and ending != ".cpg":
                (Path(folder) / f"layer{ending}").write_bytes(parts[ending])
        layer = _read(file, name, Path(folder) / "layer.shp", digest, encoding)
    return Layer(
        layer.file, layer.sha256, layer.properties, layer.geometries, layer.crs, {}, name, (*layer.notes, *note)
    )


def read_flatgeobuf(file: str, name: str, data: bytes, digest: str) -> Layer:
    """A FlatGeobuf from its bytes. Raises InputRefused."""
    with tempfile.TemporaryDirectory(prefix="nationalmap-") as folder:
        path = Path(folder) / "layer.fgb"
        path.write_bytes(data)
        return _read(file, name, path, digest, "UTF-8")


def _check_parts(file: str, parts: Mapping[str, bytes]) -> None:
    """Refuse a shapefile whose parts do not belong together, before anybody counts on its records."""
    for ending in (".shx", ".dbf"):
        if ending not in parts:
            refuse(
                file, f"has no {ending} beside it", "give all parts of the shapefile, best in one ZIP", column=ending
            )
    shp, shx, dbf = parts[".shp"], parts[".shx"], parts[".dbf"]
    for ending, data in ((".shp", shp), (".shx", shx)):
        if len(data) < 100 or not data.startswith(SHAPEFILE):
            refuse(file, "is not a part of a shapefile", "fetch the file again", column=ending)
        said = struct.unpack(">i", data[24:28])[0] * 2
        if said != len(data):
            refuse(file, f"has {len(data)} bytes and says it has {said}", _CUT_SHORT, column=ending)
    kind = struct.unpack("<i", shp[32:36])[0]
    if kind not in _POLYGONS:
        refuse(file, f"holds shapes of type {kind}, not polygons", "give the layer of areas", column=".shp")
    if len(dbf) < 32:
        refuse(file, "is not a table of a shapefile", "fetch the file again", column=".dbf")
    rows, head, width = struct.unpack("<IHH", dbf[4:12])
    if len(dbf) < head + rows * width:
        refuse(file, f"has {len(dbf)} bytes and says it has {head + rows * width}", _CUT_SHORT, column=".dbf")
    shapes = (len(shx) - 100) // 8
    lengths = sum(length for _, length in struct.iter_unpack(">II", shx[100 : 100 + 8 * shapes]))
    # A record of 16-bit words, and its head; an index that names one shape many times asks for memory without end.
    if 2 * lengths > len(shp):
        refuse(file, "names more bytes than the shapes have", "fetch all parts of it again", column=".shx")
    if rows != shapes:
        rule = f"has {rows} records beside {shapes} shapes"
        refuse(file, rule, "its parts are of different files; fetch all of them again", column=".dbf")


def _encoding(file: str, parts: Mapping[str, bytes]) -> tuple[str, tuple[str, ...]]:
    """Encoding of the .dbf, with a note: what .cpg says if that fits, UTF-8 if that fits, else Windows-1251."""
    head = struct.unpack("<H", parts[".dbf"][8:10])[0]
    cells = parts[".dbf"][head:]
    said = "".join(c for c in parts.get(".cpg", b"")[:40].decode("ascii", "replace").lower() if c.isalnum())
    named = _ENCODINGS.get(said)
    if cells.isascii():
        return "UTF-8", ()
    for encoding in dict.fromkeys(name for name in (named, "UTF-8", "CP1251") if name):
        if _is_in(cells, encoding):
            where = f'its .cpg says "{said}"' if said else "no .cpg says its encoding"
            note = f"{file}: {where}; the names are read as {encoding}"
            return encoding, () if encoding == named else (note,)
    return refuse(file, "is in an encoding not known here", "save it with UTF-8 (a .cpg says so)", said, ".dbf")


def _is_in(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _read(file: str, name: str, path: Path, digest: str, encoding: str) -> Layer:
    """The features that GDAL reads of one file that was proven to be what it is."""
    import pyogrio
    from pyogrio.errors import DataSourceError, FieldError

    try:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            info = pyogrio.read_info(path, layer=0, encoding=encoding)
            refuse_many(file, max(int(info["features"]), 0))
            fids, properties = _properties(path, encoding)
            if not properties:
                refuse(file, "holds no features", CURE_FORMAT)
            kept, note = of_the_country(properties)
            only = None if len(kept) == len(properties) else fids[kept]
            curved = _curves(path, str(info["layer_name"]), encoding)
            _, _, shapes, _ = pyogrio.raw.read(path, layer=0, columns=[], encoding=encoding, fids=only)
    except (DataSourceError, FieldError, ValueError, RuntimeError) as error:
        refuse(file, f"cannot be read ({_said(error, path)})", "the file may be damaged; fetch it again")
    if curved:
        refuse_curve(file, *curved)
    if len(shapes) != len(kept):
        refuse(file, f"gives {len(shapes)} geometries for {len(kept)} records", _CUT_SHORT)
    geometries = tuple(from_wkb(file, at + 1, shape) for at, shape in zip(kept, shapes, strict=True))
    refuse_vertices(file, geometries)
    crs = crs_of(file, str(info["crs"])) if info["crs"] else None
    told = [note] if note else []
    # A measure on a vertex is dropped as a height is; everything else that GDAL says is passed on.
    told += [_said(w.message, path) for w in heard if "Measured (M)" not in str(w.message)]
    rows = tuple(properties[at] for at in kept)
    return Layer(file, digest, rows, geometries, crs, {}, name, tuple(f"{file}: {line}" for line in told))


def _properties(path: Path, encoding: str) -> tuple[NDArray[np.int64], list[dict[str, Any]]]:
    """Numbers and attributes of the features alone, so that the geometries of other countries are never read."""
    import pyogrio

    meta, fids, _, columns = pyogrio.raw.read(path, layer=0, read_geometry=False, encoding=encoding, return_fids=True)
    names = [str(field) for field in meta["fields"]]
    rows = zip(*columns, strict=True) if names else (() for _ in fids)
    return fids, [dict(zip(names, row, strict=True)) for row in rows]


def _curves(path: Path, layer: str, encoding: str) -> tuple[int, str] | None:
    """Number and type of the first feature with curves: pyogrio would straighten them."""
    import pyogrio

    if path.suffix != ".fgb":
        return None
    quoted = layer.replace("\\", "\\\\").replace('"', '\\"')
    sql = f'SELECT OGR_GEOMETRY FROM "{quoted}"'  # noqa: S608 - of OGR on a copy, not of a database  # nosec B608
    _, _, _, columns = pyogrio.raw.read(path, sql=sql, sql_dialect="OGRSQL", read_geometry=False, encoding=encoding)
    for number, kind in enumerate(columns[0], 1):
        if any(word in str(kind).upper() for word in ("CURVE", "CIRCULAR", "SURFACE")):
            return number, str(kind).title().replace("polygon", "Polygon")
    return None


def _said(error: Any, path: Path) -> str:
    """What GDAL says, without the folder of the copy."""
    return " ".join(str(error).replace(str(path), path.name).replace(str(path.parent), "").split())
