"""What a composite score returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.arguments import checked
from digimfg.kinds import Number
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray


__all__ = ["ScoresResult"]


@checked
@shown(Text("Scores", "综合得分"))
@dataclass(frozen=True, kw_only=True, eq=False)
class ScoresResult:
    """Hold scores by row, what they are made of, and what a reader must know about them.

    ``numpy.asarray(result)`` gives the scores.

    Parameters
    ----------
    scores
        One score per row of the frame; missing for rows left out.
    table
        Indexed like the scores: ``score`` and the steps to it (TOPSIS: distances, rank; nested indices: one
        column per dimension).
    weights
        Indicator → its weight in the score; they sum to one.
    structure
        Indexed by indicator: where it stands in a nested index and how it is weighed.
    statistics
        Named numbers.
    notes
        What was assumed, left out or is doubtful.
    """

    scores: pd.Series
    table: pd.DataFrame
    weights: pd.Series
    structure: pd.DataFrame | None = None
    statistics: Mapping[str, Number] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Text, ...] = ()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[np.float64]:
        return np.array(self.scores.to_numpy(dtype=np.float64), dtype=dtype, copy=copy)
