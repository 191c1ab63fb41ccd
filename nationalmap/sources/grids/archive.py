"""Archives are looked at before anybody unpacks them: size, ratio, encryption, document types."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from nationalmap.errors import Fault, InputRefused, spelled
from nationalmap.schema import shown

#: Parts of a workbook, its bytes when unpacked, and how many times larger than packed they may be.
MOST_PARTS, MOST_UNPACKED, MOST_RATIO = 2_000, 512 * 2**20, 200
#: Where the ratio begins to matter: small files of one letter are harmless.
HARMLESS = 16 * 2**20
_CURE = "save it again with Excel or LibreOffice"
#: What a damaged archive raises; LookupError where a part of it declares an encoding that there is none.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError, OSError),
    LookupError,
)


def workbook_format(data: bytes, file: str) -> str:
    """``xlsx`` or ``ods``. Raises InputRefused for an archive that is neither, or that is not fit to be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            faults = list(_unfit(archive))
            names = set(archive.namelist())
            form = "xlsx" if "xl/workbook.xml" in names else "ods" if "content.xml" in names else ""
            if not faults and form == "ods" and not _is_a_spreadsheet(archive):
                form = ""
            if not faults and form:
                faults = list(_with_document_type(archive))
    except _BROKEN as error:
        raise InputRefused(
            [Fault(file, rule=f"is a broken archive ({spelled(str(error)[:120])})", cure=_CURE)]
        ) from None
    if not faults and not form:
        faults = [("is an archive, but neither an XLSX nor an ODS workbook", "name the table itself")]
    if faults:
        raise InputRefused(Fault(file, rule=rule, cure=cure) for rule, cure in faults)
    return form


def _unfit(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    parts = archive.infolist()
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS:
        yield f"holds {len(parts)} parts, more than {MOST_PARTS}", _CURE
    if unpacked > MOST_UNPACKED:
        yield f"is {unpacked // 2**20} MiB when unpacked, more than {MOST_UNPACKED // 2**20}", _CURE
    elif unpacked > HARMLESS and unpacked > MOST_RATIO * max(packed, 1):
        yield f"is {unpacked // max(packed, 1)} times larger when unpacked, as an attack would be", _CURE
    if any(part.flag_bits & 1 for part in parts):
        yield "is encrypted", "save it without a password"
    if len({part.filename for part in parts}) < len(parts):
        yield "holds a part twice", _CURE


def _is_a_spreadsheet(archive: zipfile.ZipFile) -> bool:
    name = "mimetype"
    said = archive.read(name).strip() if name in archive.namelist() else b""
    return said.startswith(b"application/vnd.oasis.opendocument.spreadsheet")


def _with_document_type(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Parts that declare a document type, and with it entities: no office program writes one."""
    for part in archive.infolist():
        # Whatever its ending: a workbook may name any of its parts as a sheet.
        if _declares(archive, part):
            yield f'declares a document type in its part "{shown(part.filename)}"', _CURE


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a document type stands before the first element; what is no XML is for the reader to say."""
    found: list[bool] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append(True)
    parser.StartElementHandler = lambda *_: found.append(False)
    with archive.open(part) as source:
        while not found and (piece := source.read(4096)):
            try:
                parser.Parse(piece)
            except expat.ExpatError:
                break
    return bool(found) and found[0]
