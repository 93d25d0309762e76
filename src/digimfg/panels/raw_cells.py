"""Find cells in raw files: the line, the text as it stands there, and the file's hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from digimfg.errors import SourceError
from digimfg.fetching import find_publisher
from digimfg.registry import instances
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.fetching.vintages import Vintage
    from digimfg.sources import Source

__all__ = ["RawCell", "RawFile", "RawFiles"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RawFile:
    """Name a raw file and what must be said of it.

    Parameters
    ----------
    source, file
        Name of the source or publisher, and of the file in its folder.
    sha256
        Hash of its bytes.
    title, producer, citation, licence, url
        As the source says.
    vintage
        The publisher's edition or date.
    """

    source: str
    file: str
    sha256: str
    title: Text
    producer: str
    citation: str
    licence: str
    url: str
    vintage: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RawCell:
    """Name one cell of a raw file.

    Parameters
    ----------
    source, file
        Where the file is.
    line
        Line of the file, the header being line 1; 0 where the whole table is used.
    row
        What names the row: pairs of a column and its text.
    column
        Its column.
    text
        What stands there, unchanged; empty where the publisher has no value.
    """

    source: str
    file: str
    line: int
    row: tuple[tuple[str, str], ...]
    column: str
    text: str


@dataclass(eq=False)
class RawFiles:
    """Read raw files as text, each once and verified.

    Parameters
    ----------
    raw
        The folder of raw files.
    vintages
        Fetched vintages by publisher, under whose names their files are found.
    """

    raw: Path
    vintages: Mapping[str, Vintage] = field(default_factory=dict)
    _whole: set[str] = field(default_factory=set)
    _made: dict[str, pd.DataFrame] = field(default_factory=dict)
    _frames: dict[str, Mapping[str, pd.DataFrame]] = field(default_factory=dict)
    _tables: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)
    _breaks: dict[tuple[str, str], pd.Series[int]] = field(default_factory=dict)
    _lines: dict[tuple[str, str, tuple[str, ...]], dict[tuple[str, ...], list[int]]] = field(
        default_factory=dict
    )

    def cells(self, source: str, file: str, column: str, where: Mapping[str, str]) -> tuple[RawCell, ...]:
        """Return the cells of a column in the rows whose columns hold the given texts."""
        table = self.table(source, file)
        keys = tuple(where)
        index = self._lines.get((source, file, keys))
        if index is None:
            index = {}
            for place, values in enumerate(zip(*(table[key] for key in keys), strict=True)):
                index.setdefault(values, []).append(place)
            self._lines[(source, file, keys)] = index
        return tuple(
            RawCell(
                source=source, file=file, line=self._line(source, file, place), row=tuple(where.items()),
                column=column, text=table[column].iloc[place]
            )
            for place in index.get(tuple(where.values()), ())
        )  # fmt: skip

    def table(self, source: str, file: str) -> pd.DataFrame:
        """Return a raw CSV file, every cell as text.

        Raises
        ------
        SourceError
            If the file is missing or changed.
        """
        import pandas as pd

        if (source, file) not in self._tables:
            path = self._verified(source) / file
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            if path.read_bytes().count(b"\n") > len(table) + 1:
                self._breaks[source, file] = table.map(lambda text: text.count("\n")).sum(axis=1).cumsum()
            self._tables[source, file] = table
        return self._tables[source, file]

    def frames(self, source: str) -> Mapping[str, pd.DataFrame]:
        """Return the tidy frames of a shipped source, in its units."""
        if source not in self._frames:
            self._verified(source)
            shipped: Source = instances("sources", "SOURCE")[source]
            self._frames[source] = shipped.reader(self.raw / source)
        return self._frames[source]

    def remember(self, name: str, make: Callable[[RawFiles], pd.DataFrame]) -> pd.DataFrame:
        """Return ``make(self)``, made once."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]

    def describe(self, source: str, file: str) -> RawFile:
        """Return what must be said of a file."""
        if source in self.vintages:
            publisher, vintage = find_publisher(source), self.vintages[source]
            hashes = {str(part["file"]): str(part["sha256"]) for part in vintage.parts.values()}
            return RawFile(
                source=source, file=file, sha256=hashes[file], title=publisher.title,
                producer=publisher.producer,
                citation=publisher.citation, licence=publisher.licence, url=publisher.url,
                vintage=vintage.name,
            )  # fmt: skip
        shipped: Source = instances("sources", "SOURCE")[source]
        return RawFile(
            source=source, file=file, sha256=shipped.files[file], title=shipped.title,
            producer=shipped.producer,
            citation=shipped.citation, licence=shipped.licence, url=shipped.url, vintage=shipped.vintage,
        )  # fmt: skip

    def _line(self, source: str, file: str, place: int) -> int:
        """Return the line on which a row begins, where rows before it may hold line breaks within cells."""
        breaks = self._breaks.get((source, file))
        return place + 2 + (0 if breaks is None or not place else int(breaks.iloc[place - 1]))

    def _verified(self, source: str) -> Path:
        if source in self.vintages:
            if source not in self._whole:
                self.vintages[source].verify()
                self._whole.add(source)
            return self.vintages[source].folder
        if not (self.raw / source).is_dir():
            raise SourceError.of("panels.no_raw_files", where=str(self.raw / source))
        shipped: Source = instances("sources", "SOURCE")[source]
        shipped.verify(self.raw)
        return self.raw / source
