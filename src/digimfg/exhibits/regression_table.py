"""The regression table: columns (1) (2) …, stars, parentheses, rows for controls and effects, a note that
says how.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.regression_notes import regression_notes
from digimfg.display.table import Row, Span, Table
from digimfg.exhibits import Evidence, Uses
from digimfg.exhibits.falsified_columns import (
    falsification_notes,
    falsification_rows,
    falsified_columns,
    marked_rows,
    permuted_columns,
    permuted_notes,
    permuted_rows,
)
from digimfg.exhibits.regression_rows import (
    RegressionOptions,
    coefficient_rows,
    indicator_rows,
    is_bracket,
    statistic_rows,
)
from digimfg.exhibits.selection import check_choice, select_results
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text, column_letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.result import Result

__all__ = ["RegressionTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class RegressionTable(RegressionOptions):
    """Show estimates of several specifications side by side.

    Where the evidence holds a falsification of a column's design (`dm.falsification_pack`), its p-value and
    power stand below the column, and an estimate whose design fails it is marked beside its stars.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`.
    columns
        Specifications to show, in this order; all of them by default.
    panels
        Title of a panel → its specifications, as many in each: panels A, B … below one another in one table;
        in place of `columns`.
    column_titles
        A header line above the outcomes ("OLS", "IV" …), one per column.
    parentheses
        What stands below an estimate: its standard error, its t (or z) statistic, or its p-value.
    bootstrap_p
        Give the wild-bootstrap p-value in brackets on a line of its own, where results have it (few
        clusters).
    digits
        Decimals of estimates.
    stars
        Significance levels; one star for each that the p-value lies below. ``()`` gives no stars.
    statistics
        Names of statistics below the coefficients; by default observations, clusters, R² and within R², for
        instruments their number, strength, the Anderson-Rubin and overidentification tests, for dynamic
        panels the tests of serial correlation and of Hansen, for threshold panels the thresholds and their
        p values, and for spatial panels the tests between models (with stars), σ² and the log-likelihood.
    show_controls
        Give each control its own rows; otherwise one row says Yes or No.
    show_constant
        Give the constant its rows where a specification has one.
    keep
        Terms to show, and their order; by default the terms of interest in the order of the specifications.

    Examples
    --------
    >>> RegressionTable("promotion_main", columns=("baseline", "convergence")).name
    'promotion_main'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(results=("columns", "panels"), other=("column_titles", "statistics", "keep"))

    columns: tuple[str, ...] = ()
    panels: Mapping[Text, tuple[str, ...]] = field(default_factory=dict)
    column_titles: tuple[Text | str, ...] = ()

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        panels = [select_results(self, evidence, names) for names in self.panels.values() or (self.columns,)]
        for named in panels:
            check_choice(self, "panels, columns of each", len(named), (len(panels[0]),))
        rows: list[Row] = []
        brackets = False
        titles = list(self.panels) or [Text("", "")]
        for place, (named, title) in enumerate(zip(panels, titles, strict=True)):
            coefficients = coefficient_rows(self, tuple(named.values()))
            brackets |= any(is_bracket(row) for row in coefficients)
            if self.panels:
                rows += _panel_head(self, place, title, tuple(named.values()))
            rows += self._panel(evidence, named, coefficients)
        results = tuple(result for named in panels for result in named.values())
        packs = [falsified_columns(evidence, tuple(named)) for named in panels]
        permuted = [permuted_columns(evidence, tuple(named)) for named in panels]
        return Table(
            title=Text.of(self.title or _HEADINGS["regression_results"]),
            header=_header(self, tuple(panels[0]), tuple(panels[0].values())),
            rows=tuple(rows),
            notes=(
                *regression_notes(
                    results,
                    parentheses=self.parentheses,
                    stars=self.stars,
                    labels=self.labels,
                    show_controls=self.show_controls,
                    brackets=brackets,
                ),
                *dict.fromkeys(note for found in packs for note in falsification_notes(found)),
                *dict.fromkeys(note for found in permuted for note in permuted_notes(found, self.labels)),
            ),
            name=self.name,
        )

    def _panel(self, evidence: Evidence, named: Mapping[str, Result], coefficients: list[Row]) -> list[Row]:
        results, packs = tuple(named.values()), falsified_columns(evidence, tuple(named))
        return [
            *marked_rows(coefficients, packs, self.labels),
            *indicator_rows(self, results),
            *statistic_rows(self, results),
            *falsification_rows(packs, self.digits),
            *permuted_rows(permuted_columns(evidence, tuple(named))),
        ]


def _panel_head(
    table: RegressionTable, place: int, title: Text | str, results: Sequence[Result]
) -> list[Row]:
    """Return the rows that open a panel: its title, its columns' numbers below the first, its outcomes."""
    heading = note_of("exhibits.head_of_panel", letter=column_letter(place), title=Text.of(title))
    head = [Row(cells=(heading,), heading=True, rule_above=place > 0)]
    if place:
        first = place * len(results) + 1
        head.append(Row(cells=("", *(f"({first + step})" for step in range(len(results))))))
    outcomes = [term_label(result.specification.outcome, table.labels) for result in results]
    return [*head, Row(cells=(_HEADINGS["dependent_variable"], *outcomes))]


def _header(
    table: RegressionTable, names: Sequence[str], results: Sequence[Result]
) -> tuple[tuple[Span, ...], ...]:
    numbers = tuple(Span(text=f"({position})") for position in range(1, len(results) + 1))
    titles: Sequence[Text | str] = table.column_titles
    if not titles and not table.name and not all(re.fullmatch(r"\(\d+\)", name) for name in names):
        titles = names
    if titles:
        check_choice(table, "column_titles", len(titles), (len(results),))
    outcomes = [term_label(result.specification.outcome, table.labels) for result in results]
    lines = [(Span(text=""), *numbers)]
    if titles:
        lines.append((Span(text=""), *_merged([Text.of(title) for title in titles])))
    if not table.panels:  # each has a row of its own
        lines.append((Span(text=_HEADINGS["dependent_variable"]), *_merged(outcomes)))
    return tuple(lines)


def _merged(texts: Sequence[Text]) -> list[Span]:
    """Join neighbours that say the same into one span."""
    spans: list[Span] = []
    for text in texts:
        if spans and spans[-1].text == text:
            spans[-1] = Span(text=text, width=spans[-1].width + 1)
        else:
            spans.append(Span(text=text))
    return spans
