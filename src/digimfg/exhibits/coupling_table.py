"""Coordination of subsystems as a table: units by period, with grades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.display.formatting import format_number
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Alignment, Cell, Row, Span, Table
from digimfg.exhibits import Evidence, Rounded, Uses
from digimfg.exhibits.coupled import Coupled
from digimfg.exhibits.selection import check_choice
from digimfg.kinds import Label
from digimfg.labels import term_label
from digimfg.measures.coupling_grades import GRADES, classify
from digimfg.sheets import sheet_beside
from digimfg.text import Text
from digimfg.variables.unit_names import held_values

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CouplingTable"]

_HEADINGS = sheet_beside(__file__, "headings")

_MOST_UNITS = 1_000
_MOST_PERIODS = 6
_BOUNDS = tuple(np.linspace(0.1, 0.9, 9).round(1).tolist())


@checked
@dataclass(frozen=True, kw_only=True)
class CouplingTable(Rounded, Coupled):
    """Show the coordination degree of every unit in chosen periods, its mean over all, and its grade.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a DataFrame may be given at once.
    subsystems, rescale, entity, time, weights, variant, units, sample, name_column
        As in `CouplingPlot`.
    periods
        Periods to show; by default up to six, equally spaced, the first and the last among them.
    cells
        ``"degree"``: numbers, with the grade of the last period shown in a column of its own; ``"grade"``:
        the grade of each period.
    lagging
        Whether a last column names the subsystem that lags in the last period shown.
    digits
        Decimals.

    Notes
    -----
    The last row holds means over units. Grades are tenths, (0.1, 0.2] and so on; a missing degree has none.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"city": ["a", "b"], "year": [2020, 2020], "x": [0.2, 0.9], "z": [0.3, 0.8]})
    >>> table = CouplingTable(frame, subsystems=("x", "z"), entity="city", time="year")
    >>> [[str(cell) for cell in row.cells] for row in table.build(table.evidence).rows][0]
    ['b', '0.921', '0.921', 'quality coordination']
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(
        columns=("subsystems", "entity", "time", "name_column"), other=("weights", "sample")
    )

    periods: tuple[Label, ...] = ()
    cells: Literal["degree", "grade"] = "degree"
    lagging: bool = False

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        found = self.coupling(evidence, _MOST_UNITS)
        grid = found.degrees
        shown: list[Any] = self._periods(grid)
        means, last = grid.mean(axis=1), shown[-1]
        rows = []
        for place, name in enumerate(found.names):
            cells = self._cells(grid.iloc[place][shown], float(means.iloc[place]))
            if self.lagging:
                subsystem = found.lagging.iloc[place][last]
                cells.append(term_label(subsystem, self.labels) if isinstance(subsystem, str) else "")
            rows.append(Row(cells=(name, *cells)))
        average = self._cells(grid[shown].mean(), float(means.mean()))
        rows.append(
            Row(cells=(_HEADINGS["mean"], *average, *([""] if self.lagging else [])), rule_above=True)
        )
        heads: list[Text] = [term_label(self.entity, self.labels)]
        heads += [Text(str(period), str(period)) for period in shown]
        heads.append(_HEADINGS["mean"])
        alignment: list[Alignment] = ["p"]
        if self.cells == "degree":
            heads.append(Text(f"Grade, {last}", f"{last}协调等级"))
            alignment += ["d"] * (len(shown) + 1)
            alignment.append("l")
        else:
            alignment += ["l"] * (len(shown) + 1)
        if self.lagging:
            heads.append(Text(f"Lags in {last}", f"{last}滞后方"))
            alignment.append("l")
        sentences = self.formula_sentences(grid)
        if grid.isna().to_numpy().any():
            sentences.append(_HEADINGS["empty_no_data"])
        return Table(
            title=Text.of(self.title or self.coupling_title()),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            notes=(note_paragraph(sentences), *found.outside),
            alignment=tuple(alignment),
            name=self.name,
        )

    def _periods(self, grid: pd.DataFrame) -> list[Any]:
        own = held_values(self.periods, grid.columns)
        for period in self.periods:
            check_choice(self, "periods", own.get(period, period), tuple(grid.columns))
        if self.periods:
            return [own[period] for period in self.periods]
        count = min(_MOST_PERIODS, grid.shape[1])
        places = np.unique(np.linspace(0, grid.shape[1] - 1, count).round().astype(int))
        return [grid.columns[place] for place in places]

    def _cells(self, degrees: pd.Series, mean: float) -> list[Cell]:
        values = [*degrees.astype(float), mean]
        if self.cells == "grade":
            return [_grade(value) for value in values]
        written = ["" if np.isnan(value) else format_number(value, self.digits) for value in values]
        return [*written, _grade(values[-2])]


def _grade(degree: float) -> Text | str:
    place = int(classify(np.array([degree]), _BOUNDS, "right")[0])
    return GRADES[place - 1] if place else ""
