"""What a result shows when it is printed, or is the last line of a notebook's cell: every number, then how
it was made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.covariance import WILD_P_VALUE
from digimfg.display.formatting import format_interval, format_number, format_p_value, stars_for
from digimfg.display.notes import joined, stars_phrase
from digimfg.display.regression_notes import errors_phrase
from digimfg.display.statistics import STATISTIC_LABELS, format_statistic
from digimfg.display.table import Cell, Row, Span, Table
from digimfg.notes import note_of
from digimfg.sentences import sentence
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.contracts import Reported

__all__ = ["result_view"]

_STARS = (0.01, 0.05, 0.1)
_DIGITS = 4


def result_view(result: Reported) -> Table:
    """Return all coefficients with errors, tests and intervals, under the names by which code asks for them.

    The notes give statistics, absorbed effects, errors and what the result wants said, the last one the
    further tables that the estimator left in ``result.tables``.
    """
    specification = result.specification
    wild = WILD_P_VALUE in result.coefficients
    head: list[Cell] = [
        "",
        STATISTIC_LABELS["estimate"],
        STATISTIC_LABELS["std_error"],
        result.distribution.symbol,
        STATISTIC_LABELS["p_value"],
        *([STATISTIC_LABELS[WILD_P_VALUE]] if wild else []),
        Text("95% CI", "95%置信区间"),
    ]
    label = specification.estimator.label
    return Table(
        title=note_of("display.outcome_with_label", label=label, outcome=specification.outcome),
        header=(tuple(Span(text=cell) for cell in head),),
        rows=tuple(_row(result, str(term), wild=wild) for term in result.coefficients.index),
        notes=_notes(result),
    )


def _row(result: Reported, term: str, *, wild: bool) -> Row:
    value = result.coefficients.loc[[term]].astype(float).iloc[0].to_dict()
    return Row(
        cells=(
            term,
            format_number(value["estimate"], _DIGITS) + stars_for(value["p_value"], _STARS),
            format_number(value["std_error"], _DIGITS),
            format_number(value["statistic"], 2),
            format_p_value(value["p_value"], 3),
            *([format_p_value(value[WILD_P_VALUE], 3)] if wild else []),
            format_interval(value["conf_low"], value["conf_high"], _DIGITS),
        )
    )


def _notes(result: Reported) -> tuple[Text, ...]:
    specification = result.specification
    numbers = [
        note_of("display.label_with_value", label=label, shown=shown)
        for name, label in STATISTIC_LABELS.items()
        if name in result.statistics and (shown := format_statistic(name, result.statistics[name], 3))
    ]
    effects = ", ".join(specification.estimator.removed_effects(specification))
    how = [sentence(errors_phrase((result,)))]
    if effects:
        how.insert(0, note_of("display.fixed_effects", effects=effects))
    if specification.sample:
        how.append(note_of("display.sample", sample=specification.sample))
    how.append(stars_phrase(_STARS))
    notes = [
        note_of("display.numbers_together", numbers=numbers),
        joined(how),
        *result.notes,
    ]
    if result.tables:
        names = ", ".join(result.tables)
        notes.append(note_of("display.further_tables", names=names))
    return tuple(notes)
