"""Vintages: what a publisher said on a day, kept with the hash of every file, never changed afterwards."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from digimfg.arguments import checked
from digimfg.errors import AnalysisError, Fault, SourceError
from digimfg.fetching import Part, Publisher, find_publisher
from digimfg.file_forms import FileForm
from digimfg.files import below, canonical_json, sha256_bytes, sha256_file, write_bytes, write_text
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Vintage", "fetched_folder", "find_vintage", "list_vintages", "load_fetched", "store_vintage"]

_MANIFEST = "manifest.json"
_NAME = re.compile(r"(?P<updated>[0-9][0-9A-Za-z.-]*?)(?:_(?P<revision>[0-9]+))?")


@checked
@shown(Text("Vintage", "数据版次"), first="parts")
@dataclass(frozen=True, kw_only=True, slots=True)
class Vintage:
    """Name one vintage of a publisher and its files.

    Parameters
    ----------
    publisher
        Name of the publisher.
    name
        The publisher's date or edition; ``_2``, ``_3`` … where it changed values under the same date.
    folder
        Where its files are.
    address
        Base address they came from.
    accessed
        ISO date of the fetch.
    parts
        Part name → ``file sha256 updated group`` and what else the publisher said of it.
    """

    publisher: str
    name: str
    folder: Path
    address: str
    accessed: str
    parts: Mapping[str, Mapping[str, str | int]]

    @property
    def digest(self) -> str:
        """Return the SHA-256 over the names and hashes of all parts: one word for the whole content."""
        return sha256_bytes(
            canonical_json({name: part["sha256"] for name, part in self.parts.items()}).encode()
        )

    def read(self) -> Mapping[str, pd.DataFrame]:
        """Check every file's hash and return the publisher's tidy frames.

        Raises
        ------
        SourceError
            Naming the file that is missing or changed.
        """
        contents = {name: (part, self._content(part)) for name, part in self.parts.items()}
        return find_publisher(self.publisher).reader(contents)

    def verify(self) -> None:
        """Check every file's hash.

        Raises
        ------
        SourceError
            Naming the file that is missing or changed.
        """
        for part in self.parts.values():
            self._content(part)

    def _content(self, part: Mapping[str, str | int]) -> bytes:
        path = below(self.folder, part["file"], where=str(self.folder / _MANIFEST), error=SourceError)
        content = path.read_bytes() if path.is_file() else None
        found = Text("no such file", "文件不存在") if content is None else f"sha256 {sha256_bytes(content)}"
        if content is None or found != f"sha256 {part['sha256']}":
            raise SourceError.of(
                "fetching.vintage_changed",
                where=str(path),
                expected=f"sha256 {part['sha256']}",
                got=found,
                publisher=self.publisher,
            )
        return content


def fetched_folder() -> Path:
    """Return the folder of fetched data.

    ``DIGIMFG_FETCHED`` if it is set; inside a project its ``data/fetched``; else the user's data folder, so
    that a notebook without a project finds what was fetched from anywhere.
    """
    from platformdirs import user_data_path

    from digimfg.project import find_project

    if chosen := os.environ.get("DIGIMFG_FETCHED"):
        return Path(chosen).expanduser()
    try:
        return find_project().root / "data" / "fetched"
    except AnalysisError:
        return user_data_path("digimfg", appauthor=False) / "fetched"


def list_vintages(publisher: str, folder: Path | None = None) -> tuple[Vintage, ...]:
    """Return the vintages of a publisher that are there, oldest first; none where nothing was fetched.

    Examples
    --------
    >>> list_vintages("world_bank", Path("no such folder"))
    ()
    """
    home = (fetched_folder() if folder is None else Path(folder)) / publisher
    found = [
        _read_manifest(path) for path in home.glob(f"*/{_MANIFEST}") if not path.parent.name.startswith(".")
    ]
    return tuple(sorted(found, key=lambda vintage: _order(vintage.name)))


@checked
def find_vintage(publisher: str, name: str = "latest", folder: Path | None = None) -> Vintage:
    """Return one vintage, by default the newest.

    Raises
    ------
    SourceError
        If it is not there; those that are there are named.
    """
    there = list_vintages(publisher, folder)
    for vintage in reversed(there):
        if name in ("latest", vintage.name):
            return vintage
    raise SourceError.of(
        "fetching.no_such_vintage",
        where=str((fetched_folder() if folder is None else Path(folder)) / publisher),
        name=name,
        publisher=publisher,
        found=", ".join(vintage.name for vintage in there) or Text("none was fetched", "尚未取得任何版本"),
    )


@checked
def load_fetched(
    publisher: str, vintage: str = "latest", folder: Path | None = None
) -> Mapping[str, pd.DataFrame]:
    """Load what was fetched from a publisher, in its own codes and units.

    Parameters
    ----------
    publisher
        Name of the publisher; ``digimfg data fetch`` lists them.
    vintage
        ``"latest"``, or a vintage by name.
    folder
        Folder of fetched data; by default the project's ``data/fetched``, else the user's (`fetched_folder`).

    Returns
    -------
    mapping of str to pandas.DataFrame
        Frames by name. Missing values stay missing.

    Raises
    ------
    SourceError
        If nothing was fetched, or a file changed since.
    """
    return find_vintage(find_publisher(publisher).name, vintage, folder).read()


def store_vintage(
    publisher: Publisher, address: str, accessed: str, parts: Iterable[Part], folder: Path
) -> Vintage:
    """Keep the parts of a whole and checked fetch as a vintage and return it.

    Files first, the manifest last: a vintage is there as a whole or not at all. One of the same date is
    completed with parts that it lacks; where the publisher changed values under the same date, a further
    vintage is made and the earlier one stays as it is.
    """
    parts = sorted(parts, key=lambda part: part.name)
    base = max(part.updated for part in parts)
    hashes = {part.name: sha256_bytes(part.content) for part in parts}
    revision = 1
    while True:
        name = base if revision == 1 else f"{base}_{revision}"
        home = below(folder / publisher.name, name, where=publisher.name, error=SourceError)
        old = _read_manifest(home / _MANIFEST) if (home / _MANIFEST).is_file() else None
        known = {} if old is None else dict(old.parts)
        if all(known.get(part, {"sha256": digest})["sha256"] == digest for part, digest in hashes.items()):
            break
        revision += 1
    for part in parts:
        path = below(home, part.file, where=publisher.name, error=SourceError)
        if not path.is_file() or sha256_file(path) != hashes[part.name]:
            write_bytes(path, part.content)
        if part.name not in known:
            entry = {
                "file": part.file,
                "sha256": hashes[part.name],
                "updated": part.updated,
                "group": part.group,
            }
            known[part.name] = {**part.details, **entry}
    if old is None or set(known) != set(old.parts):
        content = {
            "publisher": publisher.name, "vintage": name, "address": address, "accessed": accessed,
            "licence": publisher.licence, "citation": publisher.citation, "parts": known,
        }  # fmt: skip
        write_text(home / _MANIFEST, canonical_json(content))
    return _read_manifest(home / _MANIFEST)


class _Manifest(TypedDict):
    publisher: str
    vintage: str
    address: str
    accessed: str
    parts: dict[str, dict[str, str | int]]


_FORM: FileForm[_Manifest] = FileForm(
    schema=_Manifest,
    what=Text("the manifest as it was written", "原样的清单文件"),
    remedy=Text("remove that folder and fetch again", "删除该文件夹后重新取得"),
    error=SourceError,
    closed=False,
)


def _read_manifest(path: Path) -> Vintage:
    document = _FORM.open(path)
    content = document.content
    for name, part in content["parts"].items():
        for field in ("file", "sha256"):
            if not isinstance(part.get(field), str):
                fault = Fault.of("fetching.manifest_without_field", field=field, value=repr(part.get(field)))
                document.refuse(("parts", name), fault)
        below(path.parent, part["file"], where=document.place("parts", name, "file"), error=SourceError)
    return Vintage(
        publisher=content["publisher"],
        name=content["vintage"],
        folder=path.parent,
        address=content["address"],
        accessed=content["accessed"],
        parts=content["parts"],
    )


def _order(name: str) -> tuple[tuple[int | str, ...], int]:
    found = _NAME.fullmatch(name)
    updated, revision = (found["updated"], found["revision"]) if found else (name, None)
    numbers = tuple(int(piece) if piece.isdigit() else -1 for piece in re.split(r"[.-]", updated))
    return numbers, int(revision or 1)
