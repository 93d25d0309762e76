"""Open the container of a workbook: its parts by name, their relations, none larger than it declares."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from digimfg.errors import Fault
from digimfg.importing.excel_xml import read_xml
from digimfg.importing.faults import ReadingError

__all__ = ["Package", "Relation", "open_package"]

_CHUNK = 1 << 20
_PACKED = 1 << 17
_SMALL = 1 << 25
_MOST_EXPANSION = 100
_MOST_WHOLE = 1 << 26
_ENCRYPTED = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """Say what one part is to another: identifier, last word of the type (``"worksheet"``), name of part."""

    identifier: str
    kind: str
    part: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Package:
    """Hold the container of a workbook.

    Names of parts are compared as the Open Packaging Conventions say: without regard to case, escapes
    resolved.

    Parameters
    ----------
    content
        Bytes of the file.
    parts
        Name of each part in lower case → its entry in the container.
    """

    content: bytes
    parts: Mapping[str, zipfile.ZipInfo]

    def __contains__(self, part: object) -> bool:
        return isinstance(part, str) and _name(part) in self.parts

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield the bytes of a part piece by piece.

        Raises
        ------
        ReadingError
            If there is no such part, it is damaged or encrypted, or it is not of the size that it declares.
        """
        info = self.parts.get(_name(part))
        if info is None:
            raise ReadingError(Fault.of("importing.part_lacking", part=part))
        _check_entry(info)
        total = checksum = 0
        for piece in _inflated(self.content, info):
            total += len(piece)
            checksum = zlib.crc32(piece, checksum)
            if total > info.file_size:
                break
            yield piece
        if total != info.file_size or checksum != info.CRC:
            raise ReadingError(Fault.of("importing.part_damaged", part=info.filename))

    def related(self, part: str) -> tuple[Relation, ...]:
        """Return what a part (``""``: the whole package) is related to within the package."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        if source not in self:
            return ()
        found: list[Relation] = []

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = self._resolved(folder, attributes.get("Target", ""))
                found.append(Relation(identifier=attributes.get("Id", ""), kind=kind, part=target))

        self.read(source, start)
        return tuple(found)

    def read(
        self,
        part: str,
        start: Callable[[str, Mapping[str, str]], None],
        end: Callable[[str], object] | None = None,
    ) -> None:
        """Read a small part as XML; see `read_xml`."""
        if part in self and self.parts[_name(part)].file_size > _MOST_WHOLE:
            raise _too_large(self.parts[_name(part)])
        read_xml(part, self.chunks(part), start, end)

    def _resolved(self, folder: str, target: str) -> str:
        """Return the part that a target names: from its source's folder, or from the root where only that
        exists.
        """
        target = target.partition("#")[0].replace("\\", "/")
        near = posixpath.normpath(posixpath.join(f"/{folder}", target)).lstrip("/")
        far = posixpath.normpath(f"/{target}").lstrip("/")
        return far if near not in self and far in self else near


def open_package(content: bytes) -> Package:
    """Return the container that `content` is.

    Raises
    ------
    ReadingError
        If it is no container, or holds two parts of one name: then nobody can tell which one is meant.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [info for info in archive.infolist() if not info.is_dir()]
    except Exception as error:  # a damaged container raises whatever its bytes lead to
        raise ReadingError(
            Fault.of("importing.container_damaged", name=type(error).__name__, error=error)
        ) from error
    parts: dict[str, zipfile.ZipInfo] = {}
    for info in entries:
        if parts.setdefault(_name(info.filename), info) is not info:
            raise ReadingError(Fault.of("importing.part_twice", part=info.filename))
    return Package(content=content, parts=parts)


def _name(part: str) -> str:
    return unquote(part.replace("\\", "/")).lstrip("/").casefold()


def _check_entry(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise ReadingError(Fault.of("importing.password"))
    if info.file_size > max(_SMALL, _MOST_EXPANSION * info.compress_size):
        raise _too_large(info)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ReadingError(Fault.of("importing.part_packed_otherwise", part=info.filename))


def _too_large(info: zipfile.ZipInfo) -> ReadingError:
    return ReadingError(
        Fault.of("importing.part_grows", part=info.filename, packed=info.compress_size, size=info.file_size)
    )


def _inflated(content: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        name, extra = struct.unpack_from("<HH", content, info.header_offset + 26)
    except struct.error as error:
        raise ReadingError(Fault.of("importing.part_damaged", part=info.filename)) from error
    first = info.header_offset + 30 + name + extra
    packed = memoryview(content)[first : first + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        for place in range(0, len(packed), _CHUNK):
            yield bytes(packed[place : place + _CHUNK])
        return
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for place in range(0, len(packed), _PACKED):
            waiting: bytes | memoryview = packed[place : place + _PACKED]
            while waiting and not stream.eof:
                yield stream.decompress(waiting, _CHUNK)
                waiting = stream.unconsumed_tail
        while not stream.eof and (piece := stream.decompress(b"", _CHUNK)):
            yield piece
    except zlib.error as error:
        raise ReadingError(Fault.of("importing.part_damaged", part=info.filename)) from error
