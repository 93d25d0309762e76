"""The correlation matrix: Pearson below the diagonal, Spearman above, with stars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number, stars_for
from digimfg.display.notes import note_paragraph, stars_phrase
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, Starred, Uses
from digimfg.exhibits.columns import chosen_variables, term_frame
from digimfg.exhibits.groups import row_panels, ungrouped
from digimfg.labels import term_label
from digimfg.measures.correlations import Correlations, correlations
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["CorrelationTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class CorrelationTable(Starred, Labelled):
    """Show pairwise correlations, Pearson's below the diagonal and Spearman's above.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a DataFrame may be given at once.
    variables
        Columns or terms; by default those of `specification`, else every numeric column but years and marks.
    specification
        Use the estimation sample of this specification; by default the whole panel.
    by
        Column of groups: each has its matrix in a panel of its own, in ascending order.
    digits
        Decimals.
    stars
        Significance levels; one star for each that the p-value lies below. ``()`` gives no stars.

    Examples
    --------
    >>> import pandas as pd
    >>> table = CorrelationTable(pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 4.0, 9.0, 16.0]}))
    >>> [row.cells[1:] for row in table.build(table.evidence).rows]
    [('1', '1.000***'), ('0.984**', '1')]
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(results=("specification",), columns=("variables", "by"))

    variables: tuple[str, ...] = ()
    specification: str | None = None
    by: str | None = None

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        groups = chosen_variables(self, evidence, self.variables, self.specification)
        names = list(dict.fromkeys(name for _, group in groups for name in group))
        frame = term_frame(self, evidence, names, self.specification)
        rows: list[Row] = []
        counts: list[float] = []
        for heading, part in row_panels(self, frame, self.by):
            if heading is not None:
                rows.append(Row(cells=(heading,), heading=True, rule_above=bool(rows)))
            found = correlations(part, names)
            rows += self._matrix(found, names)
            counts += [float(found.n_obs.to_numpy().min()), float(found.n_obs.to_numpy().max())]
        fewest, most = (format_count(bound) for bound in (min(counts), max(counts)))
        count = fewest if fewest == most else f"{fewest}–{most}"
        sentences = [
            _HEADINGS["pearson_below_spearman_above"],
            Text(f"{count} observations per pair", f"每对变量{count}个观测值"),
            *ungrouped(frame, self.by),
            *([stars_phrase(self.stars)] if self.stars else []),
        ]
        alignment: list[Alignment] = ["p"]
        alignment += ["d"] * len(names)
        return Table(
            title=Text.of(self.title or _HEADINGS["correlations"]),
            header=((Span(text=""), *(Span(text=f"({i + 1})") for i in range(len(names)))),),
            rows=tuple(rows),
            notes=(note_paragraph(sentences),),
            alignment=tuple(alignment),
            name=self.name,
        )

    def _matrix(self, found: Correlations, names: list[str]) -> list[Row]:
        pearson, pearson_p, spearman, spearman_p = (
            table.to_numpy(dtype=float)
            for table in (found.pearson, found.pearson_p, found.spearman, found.spearman_p)
        )
        rows: list[Row] = []
        for i, name in enumerate(names):
            label = term_label(name, self.labels)
            cells = []
            for j in range(len(names)):
                value, p_value = (
                    (pearson[i, j], pearson_p[i, j]) if j < i else (spearman[i, j], spearman_p[i, j])
                )
                text = _bounded(value, self.digits) + stars_for(p_value, self.stars)
                cells.append("1" if i == j else text)
            rows.append(Row(cells=(Text(f"({i + 1}) {label.en}", f"({i + 1}) {label.zh}"), *cells)))
        return rows


def _bounded(value: float, digits: int) -> str:
    """Write a correlation with its decimals and no more: between -1 and 1, one that reads as zero is near
    zero.
    """
    return format_number(round(value, digits) + 0.0, digits)
