"""What a measure with more than one number returns: a tidy frame, named statistics, and notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.kinds import Number
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


__all__ = ["Measurement"]


@checked
@shown(Text("Measure", "测度结果"))
@dataclass(frozen=True, kw_only=True, eq=False)
class Measurement:
    """Hold the values of a measure and what a reader must know about them.

    Parameters
    ----------
    frame
        One row per unit; keys are ordinary columns.
    statistics
        Named numbers that belong to the whole, not to one row.
    notes
        Rules that were applied to these data: units left out, undefined values, conventions.
    """

    frame: pd.DataFrame
    statistics: Mapping[str, Number] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Text, ...] = ()
