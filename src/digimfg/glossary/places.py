"""Where the project's own words stand: source, analyses, documentation; not names that data are recognised
by.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

__all__ = ["written_files"]

_FOLDERS = ("src/digimfg", "analyses", "docs", "paper")
_KINDS = (".py", ".toml", ".md", ".typ")
_NAMES_OF_DATA = (
    "src/digimfg/glossary",
    "src/digimfg/importing",
    "src/digimfg/texts",
    "src/digimfg/variables/data",
    "src/digimfg/variables/country_names.py",
    "src/digimfg/variables/industries.py",
    "src/digimfg/variables/place_names.py",
    "src/digimfg/variables/unit_names.py",
    "src/digimfg/spelling.py",
    "src/digimfg/paper/parsing.py",
    "src/digimfg/panels/codebook.py",
)


def written_files(root: Path) -> Iterator[Path]:
    """Yield the files of a checkout whose templates and labels the glossary governs, in order."""
    excluded = [root / name for name in _NAMES_OF_DATA]
    for folder in _FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in _KINDS and not any(path == each or each in path.parents for each in excluded):
                yield path
