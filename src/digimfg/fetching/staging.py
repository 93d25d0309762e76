"""Keep finished parts while a fetch goes on, so that a kill loses at most the part under way."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict
from pathlib import Path

from digimfg.fetching import Part
from digimfg.files import canonical_json, sha256_bytes, write_bytes, write_text

__all__ = ["Staging"]

_KEPT_SECONDS = 24 * 60 * 60


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
        write_bytes(self._folder / f"{name}.part", part.content)
        write_text(self._folder / f"{name}.json", canonical_json(proof))

    def find(self, name: str) -> Part | None:
        """Return a part that a fetch finished within the last day and whose bytes are still those; else ``None``.

        An older one may be of an edition that the publisher has since replaced, and not every publisher dates its data.
        """
        try:
            if abs(time.time() - (self._folder / f"{name}.json").stat().st_mtime) > _KEPT_SECONDS:
                return None
            proof = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
            content = (self._folder / f"{name}.part").read_bytes()
            if proof["address"] != self._address or proof["sha256"] != sha256_bytes(content):
                return None
            return Part(content=content, **proof["part"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def clear(self) -> None:
        """Remove everything; the parts are in a vintage now."""
        shutil.rmtree(self._folder, ignore_errors=True)
