"""What an answer that is no `Result` shows when it is printed: its main frame, its numbers, what it wants
said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from digimfg.display.answer_words import ANSWER_WORDS, CODE_WORDS, FIELD_WORDS
from digimfg.display.formatting import MISSING, format_count, format_p_value, shared_digits
from digimfg.display.statistics import STATISTIC_LABELS, format_statistic
from digimfg.display.table import Cell, Row, Span, Table
from digimfg.labels import value_label
from digimfg.text import Text

__all__ = ["answer_view", "as_frame", "frame_view"]

_DIGITS = 4
_INTERVAL = ("estimate", "std_error", "conf_low", "conf_high")
"""Columns in one unit, under one number of decimals."""
_MOST_ROWS = 12
_BASELINE = Text("Baseline", "基准回归")
_OWN_ROWS = {
    "at",
    "ceiling",
    "indicator",
    "model",
    "parameter",
    "quantity",
    "solution",
    "statistic",
    "test",
    "variation",
}
"""Levels of an index whose values may be words of ours: then all of them are."""
_ROWS = {"autocorrelation": Text("Autocorrelation", "自相关"), "line": Text("Line", "线性")}
"""Words that say more as a number of the whole answer than as a row."""
_DATES = {"first_after", "last_before", "seen_from", "seen_to"}


def answer_view(
    answer: Any,
    title: Text,
    first: str | None = None,
    *,
    columns: Sequence[str] = (),
    most: int | None = _MOST_ROWS,
    digits: int = _DIGITS,
    called: Callable[[str], Text] | None = None,
) -> Table:
    """Return the rows of an answer's main table, or its numbers where it has none, above its notes.

    Parameters
    ----------
    answer
        A dataclass; its numbers are its plain fields and those of a field ``statistics`` or ``baseline``,
        under the labels of tables where they have one, else under the names by which code asks for them.
    title
        What it is.
    first
        Field or property of the main table (a frame, a series, an array, parts of one kind); by default the
        first field with a frame, ``""`` for none.
    columns
        Of the main table; all of them by default.
    most
        Rows to show; all of them with ``None``.
    digits
        Decimals.
    called
        What a reader calls a term or column, in place of its name; with it, nothing is said of code.
    """
    held = {each.name: getattr(answer, each.name) for each in fields(answer)}
    frames = {name: value for name, value in held.items() if isinstance(value, pd.DataFrame | pd.Series)}
    name = next(iter(frames), "") if first is None else first
    main = as_frame(getattr(answer, name)) if name else None
    if isinstance(main, pd.DataFrame) and columns:
        main = main[list(columns)]
    numbers = [(label, value) for label, value in _numbers(held, digits) if value]
    notes = list(held.get("notes", ()))
    rest = [f".{other}" for other in frames if other != name]
    if rest and called is None:
        listed = ", ".join(rest)
        notes.append(Text(f"Further tables: {listed}", f"其他表格：{listed}"))
    if main is None or not len(main):
        rows = tuple(Row(cells=(label, value)) for label, value in numbers)
        return Table(title=title, header=((Span(text=""), Span(text="")),), rows=rows, notes=tuple(notes))
    if most is not None and len(main) > most:
        notes.insert(
            0,
            Text(
                f"The first {most} of {len(main):,} rows; all are in .{name}",
                f"显示{len(main):,}行中的前{most}行；全部见 .{name}",
            ),
        )
    if numbers:
        said = Text(
            "; ".join(f"{label.en} {Text.of(value).en}" for label, value in numbers),
            "；".join(f"{label.zh} {Text.of(value).zh}" for label, value in numbers),
        )
        notes.insert(0, said)
    table = frame_view(
        main, title, most=most, digits=digits, called=called, words=_row_labels(held), level=_level(held)
    )
    return replace(table, notes=tuple(notes))


def frame_view(
    frame: pd.DataFrame | pd.Series[Any],
    title: Text,
    *,
    most: int | None = _MOST_ROWS,
    digits: int = _DIGITS,
    called: Callable[[str], Text] | None = None,
    words: Mapping[str, Text] | None = None,
    level: float | None = None,
) -> Table:
    """Return the rows of a frame as a table: index levels that have a name or words first, then its columns.

    Parameters
    ----------
    frame
        A frame or a series.
    title
        What it is.
    most
        Rows to show; all of them with ``None``.
    digits
        Decimals; a column with a number that would read as zero has more.
    called
        What a reader calls a term or column.
    words
        English label of a row → label in both languages.
    level
        Of the intervals ``conf_low conf_high``.
    """
    header, body = _body(frame, words or {}, level, most, digits, called)
    return Table(title=title, header=(header,), rows=body)


def as_frame(value: Any) -> pd.DataFrame | pd.Series[Any]:
    """Return what an answer holds as a frame: parts of one kind by their fields, arrays by position.

    Examples
    --------
    >>> as_frame({"a": 1.0}).to_dict()
    {'a': 1.0}
    """
    if isinstance(value, pd.DataFrame | pd.Series):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        held = {each.name: getattr(value, each.name) for each in fields(value)}
        return pd.Series({name: each for name, each in held.items() if _is_plain(each)}, dtype=object)
    if isinstance(value, Mapping):
        if value and all(isinstance(each, Mapping) for each in value.values()):
            return pd.DataFrame.from_dict({name: dict(each) for name, each in value.items()}, orient="index")
        return pd.Series(dict(value), dtype=object if not _all_numbers(value.values()) else float)
    if isinstance(value, np.ndarray):
        return pd.DataFrame(value) if value.ndim == 2 else pd.Series(value)
    parts = list(value)
    if parts and all(is_dataclass(each) for each in parts):
        names = [each.name for each in fields(parts[0])]
        plain = [name for name in names if all(_is_plain(getattr(part, name)) for part in parts)]
        return pd.DataFrame(
            {name: pd.Series([getattr(part, name) for part in parts], dtype=object) for name in plain}
        )
    return pd.Series(parts, dtype=object)


def _all_numbers(values: Iterable[Any]) -> bool:
    return all(isinstance(value, Real) and not isinstance(value, bool) for value in values)


def _is_plain(value: Any) -> bool:
    """Return whether a value can stand in a cell: words, numbers, and lists of these."""
    if isinstance(value, tuple | list):
        return all(isinstance(each, str | Text | Real) for each in value)
    return value is None or isinstance(value, str | Text | Real | Path)


def _numbers(held: Mapping[str, Any], digits: int) -> Iterator[tuple[Text, Cell]]:
    """Return the labels and values of plain fields, then of statistics."""
    for name, value in held.items():
        if name in ("statistics", "baseline") and isinstance(value, Mapping):
            yield from (
                (_label(key), _scalar(key, each, digits)) for key, each in value.items() if key not in held
            )
        elif isinstance(value, Real | str | Text | np.bool_ | Path):
            said = CODE_WORDS.get(name, {}).get(value, value) if isinstance(value, str) else value
            yield FIELD_WORDS.get(name) or _label(name), _scalar(name, said, digits)


def _row_labels(held: Mapping[str, Any]) -> dict[str, Text]:
    """Return English label → label in both languages, of an answer whose ``rows`` carry labels."""
    labels = [each.label for each in held.get("rows", ()) if isinstance(getattr(each, "label", None), Text)]
    return {label.en: label for label in (_BASELINE, *labels)}


def _body(
    frame: pd.DataFrame | pd.Series[Any],
    labels: Mapping[str, Text],
    level: float | None,
    most: int | None,
    digits: int,
    called: Callable[[str], Text] | None,
) -> tuple[tuple[Span, ...], tuple[Row, ...]]:
    table = (
        frame.to_frame(frame.name if frame.name is not None else "value")
        if isinstance(frame, pd.Series)
        else frame
    )
    top = table if most is None else table.iloc[:most]
    keys = top.index.to_frame(index=False)
    plain = isinstance(top.index, pd.RangeIndex) and top.index.name is None
    stubs = [] if plain else [keys.iloc[:, place] for place in range(keys.shape[1])]
    names = (
        [] if plain else [_label(str(name), called) if name is not None else "" for name in top.index.names]
    )
    heads = [*names, *(_heading(name, level, called) for name in top.columns)]
    own = [_own_rows(stub) for stub in stubs]
    columns = [
        [_stub(value, str(stub.name), words | dict(labels), called) for value in stub]
        for words, stub in zip(own, stubs, strict=True)
    ]
    shown = [(str(name), top.iloc[:, place].tolist()) for place, name in enumerate(table.columns)]
    together = _digits([value for name, held in shown if name in _INTERVAL for value in held], digits)
    columns += [
        _column(name, held, together if name in _INTERVAL else digits, called) for name, held in shown
    ]
    rows = tuple(Row(cells=cells) for cells in zip(*columns, strict=True))
    return tuple(Span(text=head) for head in heads), rows


def _stub(value: Any, column: str, words: Mapping[str, Text], called: Callable[[str], Text] | None) -> Cell:
    if not isinstance(value, str):
        return _named(value, column, called) or _shown("", value)
    known = words.get(value) or (_known(value) if called is not None else None)
    if known is not None or called is None:
        return known or value
    said = called(value)
    return said if said != Text.of(value) else _named(value, column, called) or value


def _named(value: Any, column: str, called: Callable[[str], Text] | None) -> Text | None:
    """Return what a reader calls a value of a column (a province of that code), where it has a name."""
    if called is None or not isinstance(value, str | int | np.integer) or isinstance(value, bool):
        return None
    said = value_label(value, column=column)
    return None if said == Text.of(str(value)) else said


def _column(
    name: str, values: Sequence[Any], digits: int, called: Callable[[str], Text] | None
) -> list[Cell]:
    """Return the cells of a column; its numbers share one format."""
    shared = digits if name.startswith(("p_", "n_")) else _digits(values, digits)
    return [
        (_named(value, name, called) if isinstance(value, str) else None) or _shown(name, value, shared)
        for value in values
    ]


def _digits(values: Sequence[Any], digits: int) -> int:
    """Return the decimals of numbers that are read side by side."""
    numbers = (value for value in values if isinstance(value, Real) and not isinstance(value, bool | int))
    return shared_digits(map(float, numbers), digits)


def _own_rows(stub: pd.Series[Any]) -> dict[str, Text]:
    """Return the words of a level whose every value is one of ours; what a user named stays as it is."""
    values = set(stub)
    own = stub.name in _OWN_ROWS and values <= set(ANSWER_WORDS)
    return {value: _ROWS.get(value, ANSWER_WORDS[value]) for value in values} if own else {}


def _known(name: str) -> Text | None:
    return ANSWER_WORDS.get(name) or STATISTIC_LABELS.get(name)


def _label(name: str, called: Callable[[str], Text] | None = None) -> Text:
    found = _known(name)
    if found is not None:
        return found
    stem, _, column = name.removesuffix("]").partition("[")
    if column and stem in ANSWER_WORDS:
        of = ANSWER_WORDS[stem]
        return Text(f"{of.en} [{column}]", f"{of.zh}[{column}]")
    return Text(name, name) if called is None else called(name)


def _heading(of: Any, level: float | None, called: Callable[[str], Text] | None = None) -> Text:
    """Return the label of a column; limits of intervals say their level, where the answer has one."""
    if isinstance(of, tuple):  # levels of columns
        parts = [_heading(each, level, called) for each in of]
        return Text(", ".join(each.en for each in parts), "，".join(each.zh for each in parts))
    name = str(of)
    if name not in ("conf_low", "conf_high") or level == 0.95:  # what the label of every table says
        return _label(name, called)
    said = "" if level is None else f"{100 * level:g}% "
    low = name == "conf_low"
    return Text(f"{said}CI, {'low' if low else 'high'}", f"{said.strip()}置信区间{'下限' if low else '上限'}")


def _level(held: Mapping[str, Any]) -> float | None:
    """Return the level of an answer's intervals."""
    statistics = held.get("statistics")
    level = held.get("level", statistics.get("level") if isinstance(statistics, Mapping) else None)
    return float(level) if isinstance(level, Real) and 0 < float(level) < 1 else None


def _scalar(name: str, value: Any, digits: int) -> Cell:
    """Return a number that stands alone: whole ones without decimals, which columns keep for alignment."""
    if name in _DATES and isinstance(value, Real):
        return f"{float(value):g}"
    if isinstance(value, float) and value.is_integer() and not name.startswith("p_"):
        return format_count(value)
    return _shown(name, value, digits)


def _shown(name: str, value: Any, digits: int = _DIGITS) -> Cell:
    if isinstance(value, Text):
        return value
    if isinstance(value, bool | np.bool_):
        return Text("yes", "是") if value else Text("no", "否")
    if isinstance(value, tuple | list):
        return _listed([_shown("", each, digits) for each in value])
    if not isinstance(value, Real):
        return MISSING if value is None or value is pd.NA or value is pd.NaT else str(value)
    number = float(value)
    if name.startswith("p_"):
        return format_p_value(number, 3)
    if (isinstance(value, int | np.integer) and not name.startswith("n_")) or (
        name.startswith("df") and number == round(number)
    ):
        return f"{number:.0f}".replace("-", "−")
    return format_statistic(name, number, digits)


def _listed(cells: Sequence[Cell]) -> Text:
    said = [Text.of(cell) for cell in cells]
    return Text(", ".join(each.en for each in said), "、".join(each.zh for each in said))
