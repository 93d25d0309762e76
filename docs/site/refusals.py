"""Write the page of errors from the catalogue: each kind, what it expects and what to do."""

from __future__ import annotations

import re

from digimfg.errors.catalogue import entries, rooms
from digimfg.text import Text
from digimfg.words import parts_of

__all__ = ["pages"]

_LEAD = {
    "en": (
        "# Errors\n\nEvery error has a kind and facts: `error.kind`, `error.facts`; it says where, what was expected, "
        "what was found and what to do. The {n} kinds, by room; ‹name› stands for a fact.\n"
    ),
    "zh": (
        "# 报错\n\n每个报错都有种类与事实：`error.kind`、`error.facts`，并说明位置、应为、实为与办法。"
        "共{n}种，按部分排列；‹名称›为事实的取值。\n"
    ),
}
_HEADINGS = {"en": "| kind | expected | what to do |", "zh": "| 种类 | 应为 | 办法 |"}


def pages(language: str) -> dict[str, str]:
    """Return file name → text: the page of errors."""
    parts = [_LEAD[language].format(n=sum(len(entries(room)) for room in rooms()))]
    for room in rooms():
        parts.append(f"## `{room}`\n\n{_HEADINGS[language]}\n| --- | --- | --- |")
        for name, words in entries(room).items():
            told = [_shown(words.get(part), language) for part in ("expected", "remedy")]
            parts.append(f"| `{name}` | {' | '.join(told)} |")
        parts.append("")
    return {"errors.md": "\n".join(parts)}


def _shown(template: Text | None, language: str) -> str:
    """Return the words of a template with its facts named, as the cell of a table."""
    if template is None:
        return "…"
    words = template.zh if language == "zh" else template.en
    said = "".join(literal + ("" if name is None else f"‹{name}›") for literal, name, _ in parts_of(words))
    outside = [
        part if place % 2 else re.sub(r"([\\*_<$\[])", r"\\\1", part)
        for place, part in enumerate(said.split("`"))
    ]
    return "`".join(outside).replace("|", "\\|").replace("\n", " ")
