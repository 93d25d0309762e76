"""What an answer that is no `Result` shows when it is printed: its main frame, its numbers, what it wants
said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from digimfg.display.answer_words import ANSWER_WORDS
from digimfg.display.formatting import MISSING, format_count, format_p_value
from digimfg.display.statistics import STATISTIC_LABELS, format_statistic
from digimfg.display.table import Cell, Row, Span, Table
from digimfg.text import Text

__all__ = ["answer_view"]

_DIGITS = 4
_MOST_ROWS = 12
_BASELINE = Text("Baseline", "基准回归")
_OWN_ROWS = {"at", "ceiling", "indicator", "model", "parameter", "quantity", "solution", "test"}
"""Levels of an index whose values may be words of ours: then all of them are."""
_ROWS = {"autocorrelation": Text("Autocorrelation", "自相关")}
"""Words that say more as a number of the whole answer than as a row."""
_DATES = {"first_after", "last_before", "seen_from", "seen_to"}


def answer_view(answer: Any, title: Text, first: str | None = None) -> Table:
    """Return the first rows of an answer's main frame, or its numbers where it has none, above its notes.

    Parameters
    ----------
    answer
        A dataclass; its numbers are its plain fields and those of a field ``statistics`` or ``baseline``,
        under the labels of tables where they have one, else under the names by which code asks for them.
    title
        What it is.
    first
        Field or property of the main frame; by default the first field with one, ``""`` for none.
    """
    held = {each.name: getattr(answer, each.name) for each in fields(answer)}
    frames = {name: value for name, value in held.items() if isinstance(value, pd.DataFrame | pd.Series)}
    name = next(iter(frames), "") if first is None else first
    main = getattr(answer, name) if name else None
    numbers = [(label, value) for label, value in _numbers(held) if value]
    notes = list(held.get("notes", ()))
    rest = [f".{other}" for other in frames if other != name]
    if rest:
        listed = ", ".join(rest)
        notes.append(Text(f"Further tables: {listed}", f"其他表格：{listed}"))
    if main is None or not len(main):
        rows = tuple(Row(cells=(label, value)) for label, value in numbers)
        return Table(title=title, header=((Span(text=""), Span(text="")),), rows=rows, notes=tuple(notes))
    if len(main) > _MOST_ROWS:
        notes.insert(
            0,
            Text(
                f"The first {_MOST_ROWS} of {len(main):,} rows; all are in .{name}",
                f"显示{len(main):,}行中的前{_MOST_ROWS}行；全部见 .{name}",
            ),
        )
    if numbers:
        said = Text(
            "; ".join(f"{label.en} {Text.of(value).en}" for label, value in numbers),
            "；".join(f"{label.zh} {Text.of(value).zh}" for label, value in numbers),
        )
        notes.insert(0, said)
    header, body = _body(main, _row_labels(held), _level(held))
    return Table(title=title, header=(header,), rows=body, notes=tuple(notes))


def _numbers(held: Mapping[str, Any]) -> Iterator[tuple[Text, Cell]]:
    """Return the labels and values of plain fields, then of statistics."""
    for name, value in held.items():
        if name in ("statistics", "baseline") and isinstance(value, Mapping):
            yield from ((_label(key), _scalar(key, each)) for key, each in value.items() if key not in held)
        elif isinstance(value, Real | str | Text | np.bool_):
            yield _label(name), _scalar(name, value)


def _row_labels(held: Mapping[str, Any]) -> dict[str, Text]:
    """Return English label → label in both languages, of an answer whose ``rows`` carry labels."""
    labels = [each.label for each in held.get("rows", ()) if isinstance(getattr(each, "label", None), Text)]
    return {label.en: label for label in (_BASELINE, *labels)}


def _body(
    frame: pd.DataFrame | pd.Series[Any], labels: Mapping[str, Text], level: float | None
) -> tuple[tuple[Span, ...], tuple[Row, ...]]:
    table = frame.to_frame(frame.name or "value") if isinstance(frame, pd.Series) else frame
    top = table.iloc[:_MOST_ROWS]
    keys = top.index.to_frame(index=False)
    plain = isinstance(top.index, pd.RangeIndex) and top.index.name is None
    stubs = [] if plain else [keys.iloc[:, place] for place in range(keys.shape[1])]
    names = [] if plain else [_label(str(name)) if name is not None else "" for name in top.index.names]
    columns = [top.iloc[:, place] for place in range(top.shape[1])]
    heads = [*names, *(_heading(str(name), level) for name in top.columns)]
    own = [_own_rows(stub) for stub in stubs]
    rows = []
    for place in range(len(top)):
        named = ((words | dict(labels), stub.iloc[place]) for words, stub in zip(own, stubs, strict=True))
        cells = [
            words.get(name) or _shown("", name) if isinstance(name, str) else _shown("", name)
            for words, name in named
        ]
        cells += [_shown(str(column.name), column.iloc[place]) for column in columns]
        rows.append(Row(cells=tuple(cells)))
    return tuple(Span(text=head) for head in heads), tuple(rows)


def _own_rows(stub: pd.Series[Any]) -> dict[str, Text]:
    """Return the words of a level whose every value is one of ours; what a user named stays as it is."""
    values = set(stub)
    own = stub.name in _OWN_ROWS and values <= set(ANSWER_WORDS)
    return {value: _ROWS.get(value, ANSWER_WORDS[value]) for value in values} if own else {}


def _label(name: str) -> Text:
    found = ANSWER_WORDS.get(name) or STATISTIC_LABELS.get(name)
    if found is not None:
        return found
    stem, _, column = name.removesuffix("]").partition("[")
    if column and stem in ANSWER_WORDS:
        of = ANSWER_WORDS[stem]
        return Text(f"{of.en} [{column}]", f"{of.zh}[{column}]")
    return Text(name, name)


def _heading(name: str, level: float | None) -> Text:
    """Return the label of a column: limits of intervals say their level, or none where the answer does
    not.
    """
    if name not in ("conf_low", "conf_high") or level == 0.95:  # what the label of every table says
        return _label(name)
    said = "" if level is None else f"{100 * level:g}% "
    low = name == "conf_low"
    return Text(f"{said}CI, {'low' if low else 'high'}", f"{said.strip()}置信区间{'下限' if low else '上限'}")


def _level(held: Mapping[str, Any]) -> float | None:
    """Return the level of an answer's intervals."""
    statistics = held.get("statistics")
    level = held.get("level", statistics.get("level") if isinstance(statistics, Mapping) else None)
    return float(level) if isinstance(level, Real) and 0 < float(level) < 1 else None


def _scalar(name: str, value: Any) -> Cell:
    """Return a number that stands alone: whole ones without decimals, which columns keep for their
    alignment.
    """
    if name in _DATES and isinstance(value, Real):
        return f"{float(value):g}"
    if isinstance(value, float) and value.is_integer() and not name.startswith("p_"):
        return format_count(value)
    return _shown(name, value)


def _shown(name: str, value: Any) -> Cell:
    if isinstance(value, Text):
        return value
    if isinstance(value, bool | np.bool_):
        return Text("yes", "是") if value else Text("no", "否")
    if not isinstance(value, Real):
        return MISSING if value is None or value is pd.NA or value is pd.NaT else str(value)
    number = float(value)
    if name.startswith("p_"):
        return format_p_value(number, 3)
    if (isinstance(value, int | np.integer) and not name.startswith("n_")) or (
        name.startswith("df") and number == round(number)
    ):
        return f"{number:.0f}".replace("-", "−")
    return format_statistic(name, number, _DIGITS)
