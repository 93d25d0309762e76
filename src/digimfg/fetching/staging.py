"""Keep finished parts while a fetch goes on, so that a kill loses at most the part under way."""

from __future__ import annotations

import shutil
import time
from dataclasses import asdict
from pathlib import Path

from typing_extensions import TypedDict

from digimfg.errors import DigimfgError
from digimfg.fetching import Part
from digimfg.file_forms import FileForm
from digimfg.files import below, canonical_json, sha256_bytes, write_bytes, write_text
from digimfg.text import Text

__all__ = ["Staging"]

_KEPT_SECONDS = 24 * 60 * 60


class _PartForm(TypedDict):
    name: str
    file: str
    updated: str
    group: str
    details: dict[str, str | int]


class _Proof(TypedDict):
    address: str
    sha256: str
    part: _PartForm


_FORM: FileForm[_Proof] = FileForm(
    schema=_Proof,
    what=Text("what proves a staged part whole", "暂存内容的完整性证明"),
    remedy=Text("fetch again", "请重新取得"),
)


class Staging:
    """Hold finished parts of one publisher and address until all are there.

    Parameters
    ----------
    folder
        Hidden folder beside the vintages.
    address
        Base address: parts from another one are not taken up.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address

    def keep(self, name: str, part: Part) -> None:
        """Write a part under the name it was asked for: its content, then what proves it whole."""
        described = {key: value for key, value in asdict(part).items() if key != "content"}
        proof = {"address": self._address, "sha256": sha256_bytes(part.content), "part": described}
        write_bytes(below(self._folder, f"{name}.part"), part.content)
        write_text(below(self._folder, f"{name}.json"), canonical_json(proof))

    def find(self, name: str) -> Part | None:
        """Return a part that a fetch finished within the last day and whose bytes are still those; else
        ``None``.

        An older one may be of an edition that the publisher has since replaced, and not every publisher
        dates its data.
        """
        try:
            path = below(self._folder, f"{name}.json")
            if abs(time.time() - path.stat().st_mtime) > _KEPT_SECONDS:
                return None
            proof = _FORM.read(path)
            content = below(self._folder, f"{name}.part").read_bytes()
            if proof["address"] != self._address or proof["sha256"] != sha256_bytes(content):
                return None
            # Its file and date will name what is written among the vintages.
            below(self._folder.parent, f"{proof['part']['updated']}/{proof['part']['file']}")
            return Part(content=content, **proof["part"])
        except (OSError, DigimfgError):
            return None

    def clear(self) -> None:
        """Remove everything; the parts are in a vintage now."""
        shutil.rmtree(self._folder, ignore_errors=True)
