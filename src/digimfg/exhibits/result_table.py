"""A further table of one result: effects, thresholds, first stages, whatever its estimator names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.dropped_rows import dropped_rows
from digimfg.display.formatting import MISSING, shared_digits, stars_for
from digimfg.display.notes import joined, note_paragraph, stars_phrase
from digimfg.display.regression_notes import errors_phrase
from digimfg.display.statistics import STATISTIC_LABELS, format_statistic, statistic_label
from digimfg.display.table import Alignment, Cell, Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, OfResult, Starred, Uses
from digimfg.exhibits.selection import check_names, one_result
from digimfg.labels import term_label, value_label
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["ResultTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class ResultTable(Starred, OfResult, Labelled):
    """Show one of the tables that a result carries beside its coefficients.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a result may be given at once.
    table
        Name of the table in ``result.tables``; ``"coefficients"`` shows all coefficients.
    specification
        The specification; may be left out where there is only one.
    statistics
        Columns of the table, in this order; all of them by default.
    digits
        Decimals.
    stars
        Significance levels, for tables with the columns ``estimate`` and ``p_value``; ``()`` gives no stars.

    Examples
    --------
    >>> ResultTable("thresholds", specification="threshold", table="tests").table
    'tests'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(results=("specification",), other=("table", "statistics"))

    table: str = "coefficients"
    statistics: tuple[str, ...] = ()

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        _, result = one_result(self, evidence, self.specification)
        tables = {"coefficients": result.coefficients, **result.tables}
        check_names(self, (self.table,), tables, _HEADINGS["table"])
        frame = tables[self.table]
        names = [str(name) for name in frame.columns]
        check_names(self, self.statistics, names, _HEADINGS["column_word"])
        shown = self.statistics or tuple(names)
        starred = bool(self.stars) and {"estimate", "p_value"} <= set(names) and "estimate" in shown
        levels = frame.index.to_frame(index=False).to_numpy(dtype=object).tolist()
        lines = frame.to_dict("records")
        columns = {name: self._column(name, [line[name] for line in lines]) for name in shown}
        rows = []
        for place, (level, line) in enumerate(zip(levels, lines, strict=True)):
            stars = stars_for(line["p_value"], self.stars) if starred else ""
            cells = [columns[name][place] for name in shown]
            if starred:
                position = shown.index("estimate")
                cells[position] = f"{cells[position]}{stars}"
            rows.append(
                Row(
                    cells=(
                        *(
                            self._stub(value, str(name))
                            for value, name in zip(level, frame.index.names, strict=True)
                        ),
                        *cells,
                    )
                )
            )
        errors = errors_phrase([result], self.labels)
        dropped, others = dropped_rows([result])
        sentences = [
            Text(f"Based on {errors.en}", f"采用{errors.zh}"),
            *([stars_phrase(self.stars)] if starred else []),
        ]
        alignment: list[Alignment] = ["p"] * frame.index.nlevels
        alignment += ["d"] * len(shown)
        heads = ["" if name is None else self._label(str(name)) for name in frame.index.names]
        return Table(
            title=Text.of(self.title or self._label(self.table)),
            header=(tuple(Span(text=head) for head in [*heads, *(self._label(name) for name in shown)]),),
            rows=tuple(rows),
            notes=(
                note_paragraph(sentences),
                *([joined(said)] if (said := [*dropped, *others[0]]) else []),
            ),
            alignment=tuple(alignment),
            name=self.name,
        )

    def _label(self, name: str) -> Text:
        given = (self.labels or {}).get(name)
        label = statistic_label(name) if given is None else Text.of(given)
        return Text(label.en[:1].upper() + label.en[1:], label.zh)

    def _stub(self, value: Any, column: str) -> Text:
        if not isinstance(value, str):
            return value_label(value, self.labels, column=column)
        known = value in STATISTIC_LABELS and value not in (self.labels or {})
        if known:
            return STATISTIC_LABELS[value]
        named = value_label(value, self.labels, column=column)
        return term_label(value, self.labels) if named == Text.of(value) else named

    def _column(self, name: str, values: list[Any]) -> list[Cell]:
        """Return the cells of a column; its numbers share one format."""
        numbers = [value for value in values if isinstance(value, Real) and not isinstance(value, bool | int)]
        several = name.startswith("n_") or name == "p_value" or name.endswith(("_p", "_p_value", "_df"))
        digits = self.digits if several else shared_digits(map(float, numbers), self.digits)
        return [self._cell(name, value, digits) for value in values]

    def _cell(self, name: str, value: Any, digits: int) -> Cell:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return MISSING
        if isinstance(value, Real) and not isinstance(value, bool):
            whole = isinstance(value, int) and not name.startswith("n_")
            return str(value) if whole else format_statistic(name, float(value), digits)
        return value_label(value, self.labels, column=name)
