"""Put decimal points below each other in centred cells, by the invisible characters each cell lacks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.display.table import Table, cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.text import Language

__all__ = ["Padding", "decimal_padding"]

_NUMBER = re.compile(
    r"(?P<open>[(\[]?)(?P<sign>[−<]?)(?P<whole>[\d,]+)\.(?P<fraction>\d+)(?P<close>[)\]]?)(?P<stars>\**)"
)


@dataclass(frozen=True, slots=True)
class Padding:
    """Characters to set invisibly before and after a cell."""

    left: str
    right: str


def decimal_padding(table: Table, language: Language) -> Mapping[tuple[int, int], Padding]:
    r"""Return (row, column) → padding for the cells of ``"d"`` columns that hold a number with decimals.

    A centred cell puts its point where its left and right halves balance, so every number is completed to the
    widest sign, whole part, decimals and stars of its column. Parentheses come in pairs and need no filling.
    Each writer sets the characters its own way: ``\\phantom`` in LaTeX, a hidden span in HTML, figure spaces
    in Word.
    """
    padding: dict[tuple[int, int], Padding] = {}
    for column, alignment in enumerate(table.alignment):
        if alignment != "d":
            continue
        parts: dict[int, re.Match[str]] = {}
        for number, row in enumerate(table.rows):
            if column < len(row.cells) and (
                match := _NUMBER.fullmatch(cell_text(row.cells[column], language))
            ):
                parts[number] = match
        widest = {
            group: max((len(match[group]) for match in parts.values()), default=0)
            for group in ("sign", "fraction", "stars")
        }
        whole = max((match["whole"] for match in parts.values()), key=len, default="")
        for number, match in parts.items():
            missing = len(whole) - len(match["whole"])
            left = "−" * (widest["sign"] - len(match["sign"])) + re.sub(r"\d", "0", whole[:missing])
            right = "0" * (widest["fraction"] - len(match["fraction"])) + "*" * (
                widest["stars"] - len(match["stars"])
            )
            if left or right:
                padding[number, column] = Padding(left, right)
    return padding
