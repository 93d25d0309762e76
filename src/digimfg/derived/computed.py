"""A column computed by a function of one's own, or by a measure of the package that has no rule of its
own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.derived.rows import Made, Rows
from digimfg.derived.rule import ColumnRule
from digimfg.errors import DigimfgError, PanelError
from digimfg.kinds import Entries
from digimfg.text import Text

__all__ = ["Computed"]


@checked
@dataclass(frozen=True)
class Computed(ColumnRule):
    """Compute a column by a function of columns, such as ``lambda patents, people: patents / people``.

    Parameters
    ----------
    function
        Called with one Series for each column, in their order; returns one number a row. What it does with a
        row rests on that row's cells alone as far as marks and traces go; a function of whole columns says
        so in `words`.
    columns
        Its inputs.
    words
        How it is computed, for the codebook and for whoever traces a cell.

    Examples
    --------
    >>> import digimfg as dm
    >>> dm.Computed(lambda a, b: a - b, ("exports", "imports"), words=dm.Text("exports less imports",
    ...     "净出口")).inputs()
    ('exports', 'imports')
    """

    function: Callable[..., Any]
    columns: Annotated[tuple[str, ...], Entries(1)]
    _: KW_ONLY
    words: Text | str

    def inputs(self, known: Collection[str] = ()) -> tuple[str, ...]:
        """Return the columns."""
        del known
        return self.columns

    def formula(self) -> Text:
        """Return the words."""
        return Text.of(self.words)

    def compute(self, rows: Rows) -> Made:
        """Return what the function answers.

        Raises
        ------
        PanelError
            If the function fails, or answers with anything but one number a row.
        """
        try:
            found = self.function(*(rows.frame[name] for name in self.columns))
        except DigimfgError:
            raise
        except Exception as error:
            raise PanelError.of(
                "derived.function_answers_wrongly", got=Text.of(f"{type(error).__name__}: {error}")
            ) from error
        if np.ndim(found) != 1 or len(found) != len(rows.frame):
            raise PanelError.of(
                "derived.function_of_other_shape", found=type(found).__name__, found_found=np.shape(found)
            )
        if isinstance(found, pd.Series):
            found = found.reindex(rows.frame.index)
        return Made(values=found)
