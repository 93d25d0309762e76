"""Values of a table that share their keys, with the address of every cell: what reading makes and assembling
joins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.text import Text

if TYPE_CHECKING:
    import numpy as np

    from digimfg.importing.mapping import ColumnMapping

__all__ = ["Block", "BlockColumn"]


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockColumn:
    """Hold one variable of a block: values, where they stood, how they were converted."""

    values: np.ndarray
    columns: np.ndarray | int
    header: str
    told: ColumnMapping
    unit: str
    factor: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """Hold values that share their keys.

    Parameters
    ----------
    keys
        Key → array of codes or years.
    rows
        Row of each value in the sheet, 0-based.
    columns
        Variable or kept name → values and addresses.
    notes
        What a reader must know.
    """

    keys: dict[str, np.ndarray]
    rows: np.ndarray
    columns: dict[str, BlockColumn]
    notes: tuple[Text, ...] = ()
