"""Exhibits of what the data hold, variable by variable."""

from __future__ import annotations

from abc import ABC
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from digimfg.exhibits import Evidence, Labelled, Uses
from digimfg.exhibits.columns import key_columns
from digimfg.exhibits.selection import check_names, read_frame, select_frame
from digimfg.frames.filled_cells import flag_columns
from digimfg.sheets import sheet_beside

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Covered", "Covering"]

_HEADINGS = sheet_beside(__file__, "headings")


class Covered(NamedTuple):
    """Hold a frame, its keys, and the columns whose values are counted."""

    frame: pd.DataFrame
    entity: str
    time: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Covering(Labelled, ABC):
    """An exhibit of the values that a frame has of some columns.

    Parameters
    ----------
    variables
        Columns; by default all but the keys.
    entity, time
        Key columns; by default those of the first specification.
    """

    _: KW_ONLY
    variables: tuple[str, ...] = ()
    entity: str | None = None
    time: str | None = None

    uses: ClassVar[Uses] = Uses(columns=("variables", "entity", "time"))

    def _covered(self, evidence: Evidence) -> Covered:
        entity, time = key_columns(self, evidence, self.entity, self.time)
        frame = read_frame(self, select_frame(self, evidence), {entity: "keys", time: "keys"})
        check_names(self, self.variables, [str(name) for name in frame.columns], _HEADINGS["column_word"])
        others = {entity, time, *flag_columns(frame)}
        names = self.variables or tuple(str(name) for name in frame.columns if name not in others)
        return Covered(frame, entity, time, names)
