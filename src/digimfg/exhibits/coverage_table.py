"""What the data hold: per variable how many values, for how many units, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import MISSING, format_count, format_number
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.exhibits import Evidence
from digimfg.exhibits.covering import Covering
from digimfg.labels import symbol_of, term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Text, counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CoverageTable"]

_HEADINGS = sheet_beside(__file__, "headings")

_HEADS = (
    _HEADINGS["variable"],
    _HEADINGS["symbol"],
    _HEADINGS["values"],
    _HEADINGS["units"],
    _HEADINGS["first_period"],
    _HEADINGS["last"],
    _HEADINGS["share_of_rows_pct"],
)


@checked
@dataclass(frozen=True, kw_only=True)
class CoverageTable(Covering):
    """Count the values of each variable, the units that have them, and their first and last period.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a DataFrame may be given at once.
    variables
        Columns; by default all but the keys.
    entity, time
        Key columns; by default those of the first specification.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"country": ["CHN", "CHN"], "year": [2000, 2001], "x": [None, 1.5]})
    >>> table = CoverageTable(frame, entity="country", time="year")
    >>> table.build(table.evidence).rows[0].cells[1:]
    ('x', '1', '1', '2001', '2001', '50.0')
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        frame, entity, time, names = self._covered(evidence)
        count = format_count(len(frame))
        periods = frame[time].nunique()
        note = Text(
            f"{counted(len(frame), 'row')}, {counted(frame[entity].nunique(), 'unit')}, "
            f"{counted(periods, 'period')}",
            f"共{count}行、{frame[entity].nunique():,}个个体、{periods:,}个时期",
        )
        alignment: tuple[Alignment, ...] = ("p", "p", "r", "r", "r", "r", "r")
        return Table(
            title=Text.of(self.title or _HEADINGS["coverage_of_the_data"]),
            header=(tuple(Span(text=head) for head in _HEADS),),
            rows=tuple(self._row(frame, name, entity, time) for name in names),
            notes=(note_paragraph([note]),),
            alignment=alignment,
            name=self.name,
        )

    def _row(self, frame: pd.DataFrame, name: str, entity: str, time: str) -> Row:
        held = frame.loc[frame[name].notna(), [entity, time]]
        first, last = _ends(held[time])
        share = format_number(100 * len(held) / len(frame), 1) if len(frame) else MISSING
        counts = (format_count(len(held)), format_count(held[entity].nunique()))
        return Row(cells=(term_label(name, self.labels), symbol_of(name), *counts, first, last, share))


def _ends(periods: pd.Series[Any]) -> tuple[str, str]:
    """Return the first and last period; those of several kinds are ordered as text."""
    if periods.empty:
        return MISSING, MISSING
    try:
        return str(periods.min()), str(periods.max())
    except TypeError:
        return min(map(str, periods)), max(map(str, periods))
