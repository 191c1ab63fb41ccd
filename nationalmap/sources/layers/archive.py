"""ZIP archives: members taken out in memory, by name, within limits; nothing is ever unpacked to its own path."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from nationalmap.sources.layers.layer import refuse

START = b"PK\x03\x04"

#: Most files of an archive, most bytes of all that are taken, and how many times smaller a packed file may be.
MAX_MEMBERS = 1_000
MAX_BYTES = 1024 * 1024 * 1024
MAX_RATIO = 300
#: A file this small may be packed as tightly as it likes.
_SMALL = 1024 * 1024

_CURE = "pack the parts of one layer again, as your GIS wrote them"


class Archive:
    """The files of a ZIP by their last name; two of the same name, links and odd paths are refused."""

    def __init__(self, file: str, data: bytes) -> None:
        self.file = file
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            refuse(file, f"is not a whole ZIP archive ({error})", "fetch it again")
        members = [info for info in self._zip.infolist() if not info.is_dir()]
        if len(members) > MAX_MEMBERS:
            refuse(file, f"holds more than {MAX_MEMBERS} files", _CURE)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in members:
            self._take(info)

    def _take(self, info: zipfile.ZipInfo) -> None:
        """One member into the list, or refused for what it pretends."""
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            refuse(self.file, "is a path that leaves the archive", _CURE, info.filename)
        if stat.S_ISLNK(info.external_attr >> 16):
            refuse(self.file, "is a link to another file", _CURE, info.filename)
        if info.flag_bits & 0x1:
            refuse(self.file, "is encrypted", "pack it without a password", info.filename)
        if info.file_size > _SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            rule = f"would grow {info.file_size // max(info.compress_size, 1)} times, more than {MAX_RATIO}"
            refuse(self.file, rule, _CURE, info.filename)
        key = str(path).casefold()
        if key in self._members:
            refuse(self.file, "stands twice in the archive", _CURE, info.filename)
        self._members[key] = info
        if sum(member.file_size for member in self._members.values()) > MAX_BYTES:
            refuse(self.file, f"would unpack to more than {MAX_BYTES // 2**20} MiB", _CURE)

    @property
    def names(self) -> list[str]:
        """Paths of the files, in small letters, sorted."""
        return sorted(self._members)

    def read(self, name: str, most: int = MAX_BYTES) -> bytes:
        """Content of a file, its checksum compared, at most as much as the archive says."""
        info = self._members[name]
        try:
            with self._zip.open(info) as member:
                data = member.read(min(info.file_size, most) + 1)
        except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
            refuse(self.file, f"cannot be unpacked ({error})", "fetch it again", info.filename)
        if len(data) > min(info.file_size, most):
            refuse(self.file, "is larger than the archive says", "fetch it again", info.filename)
        return data

    def start(self, name: str) -> bytes:
        """First bytes of a file, which say what it is."""
        info = self._members[name]
        try:
            with self._zip.open(info) as member:
                return member.read(64)
        except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
            refuse(self.file, f"cannot be unpacked ({error})", "fetch it again", info.filename)
