"""What is said of each method by hand: one file of TOML for each family, one table for each public name."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["judgements"]


@cache
def judgements() -> dict[str, dict[str, Any]]:
    """Return public name → titles, a line in Chinese, assumptions, when not to use it, pitfalls, lines of Stata and R.

    A name that is ``like`` another is judged as that one is; what it states itself stands before the other's.
    """
    told: dict[str, dict[str, Any]] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        told |= tomllib.loads(path.read_text(encoding="utf-8"))
    own = ("title_en", "title_zh", "line_zh", "formula", "specification", "stata", "see")
    shared = {
        name: {key: words for key, words in told[held["like"]].items() if key not in own}
        for name, held in told.items()
        if "like" in held
    }
    return {name: {**shared.get(name, {}), **held} for name, held in told.items()}
