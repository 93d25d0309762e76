"""Sum up, in one sentence below a table, which rows each column left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from digimfg.display.formatting import format_count
from digimfg.display.notes import column_list
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.contracts import Reported

__all__ = ["dropped_rows"]


def dropped_rows(results: Sequence[Reported]) -> tuple[list[Text], list[tuple[Text, ...]]]:
    """Return one sentence on dropped rows (none if no row was dropped), and each column's other notes.

    A count stands with the columns that share it, bare where all do.

    Parameters
    ----------
    results
        The result of each column.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", "L.value", entity="firm", time="year", fixed_effects="firm")
    >>> dropped_rows([dm.estimate(spec, grunfeld.load_pandas().data)])[0][0].en
    'Rows dropped: missing value (lag 1): 11'
    """
    counts: dict[Text, dict[int, str]] = {}
    others: list[tuple[Text, ...]] = []
    for column, result in enumerate(results):
        for each in result.dropped:
            counts.setdefault(each.reason, {})[column] = format_count(each.n_rows)
        said = {each.note for each in result.dropped}
        others.append(tuple(note for note in result.notes if note not in said))
    if not counts:
        return [], others
    phrases = [_phrase(reason, found, len(results)) for reason, found in counts.items()]
    return [note_of("display.rows_dropped", phrases=phrases)], others


def _phrase(reason: Text, found: Mapping[int, str], n_columns: int) -> Text:
    shared: dict[str, list[int]] = {}
    for column, count in found.items():
        shared.setdefault(count, []).append(column)
    if len(shared) == 1 and len(found) == n_columns:
        count = next(iter(shared))
        return note_of("display.reason_with_count", reason=reason, count=count)
    english = ", ".join(f"{count} in {column_list(columns)}" for count, columns in shared.items())
    chinese = "、".join(
        f"{column_list(columns).replace(', ', '、')}列{count}行" for count, columns in shared.items()
    )
    return note_of("display.reason_in_columns", reason=reason, counts=Text(english, chinese))
