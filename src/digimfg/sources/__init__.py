"""Sources: raw files with their licence, citation, date and hash, and the function that reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.errors import SourceError
from digimfg.files import sha256_bytes, sha256_file
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd

__all__ = ["Source"]

_TOLD = ("name", "producer", "licence", "citation", "url", "vintage", "extraction")
_DATE, _DIGEST = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile("[0-9a-f]{64}")


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Describe raw files and read them.

    Parameters
    ----------
    name
        Module name and folder below ``data/raw``.
    title, producer, licence, citation, url
        What a data section must say. `url` is the publisher's page.
    vintage
        The publisher's edition, release or year.
    vintage_in_title
        Whether the title names it, so that notes need not.
    accessed
        ISO date on which the files were extracted.
    files
        File name → SHA-256. Files are immutable: another byte is an error.
    extraction
        Path of the script, below the project's root, that made the files.
    reader
        Pure function of the folder that returns tidy frames by name, in source units.
    """

    name: str
    title: Text
    producer: str
    licence: str
    citation: str
    url: str
    vintage: str
    accessed: str
    files: Mapping[str, str]
    extraction: str
    reader: Callable[[Path], Mapping[str, pd.DataFrame]]
    vintage_in_title: bool = False

    def __post_init__(self) -> None:
        told = {each: getattr(self, each) for each in _TOLD} | {"title": min(self.title.en, self.title.zh)}
        lacking = [name for name, words in told.items() if not words.strip()]
        lacking += [] if _DATE.fullmatch(self.accessed) else ["accessed=YYYY-MM-DD"]
        lacking += [f"files[{name}]" for name, found in self.files.items() if not _DIGEST.fullmatch(found)]
        if lacking:
            raise SourceError.of("sources.source_declaration", name=self.name, parts=lacking)

    def verify(self, raw: Path) -> None:
        """Check that every file is there and unchanged.

        Raises
        ------
        SourceError
            Naming the file, the expected hash and the hash found.
        """
        for file, expected in self.files.items():
            path = raw / self.name / file
            if not path.is_file():
                got = Text("no such file", "文件不存在")
            elif (found := sha256_file(path)) != expected:
                got = _differing(path, found, expected)
            else:
                continue
            raise SourceError.of(
                "sources.file_changed",
                where=str(path),
                expected=f"sha256 {expected}",
                got=got,
                name=self.name,
                extraction=self.extraction,
            )

    def load(self, raw: Path) -> Mapping[str, pd.DataFrame]:
        """Verify the files below `raw` (the project's ``data/raw``) and read them."""
        self.verify(raw)
        return self.reader(raw / self.name)


def _differing(path: Path, found: str, expected: str) -> Text:
    if sha256_bytes(path.read_bytes().replace(b"\r\n", b"\n")) == expected:
        return Text(
            f"sha256 {found}: its line ends were changed (CRLF)", f"sha256 {found}：换行符已被改动（CRLF）"
        )
    return Text.of(f"sha256 {found}")
