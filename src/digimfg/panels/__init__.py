"""Panels: validated frames with keys and variables, and the store that holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Panel"]

Frames = Mapping[str, "pd.DataFrame"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """Describe a panel: what one row is, which columns it has, and how it is built.

    Parameters
    ----------
    name
        Name for `load_panel`.
    title
        What it holds.
    keys
        Key columns, ordinary columns; one row per key. The last is time where there is time.
    variables
        Names in the dictionary, keys first, in the order of the columns.
    sources
        Names of the sources it is built from.
    build
        Pure function ``{source name: {frame name: frame}} -> frame``.
    """

    name: str
    title: Text
    keys: tuple[str, ...]
    variables: tuple[str, ...]
    sources: tuple[str, ...]
    build: Callable[[Mapping[str, Frames]], pd.DataFrame]
