"""Answers that keep the marks of what they were made from: simulated rows, filled-in cells, notes of a
frame.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import is_dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from digimfg.contracts import notes_of_answer
from digimfg.filled import filled_column_notes, filled_notes, is_filled_note
from digimfg.frame_notes import frame_notes
from digimfg.frames.said import NOTE, notes_of, synthetic_notes
from digimfg.result import Result
from digimfg.specification import Specification
from digimfg.variables import Variable, speaking_of
from digimfg.variables.declared import declared_variables, tell_variables

if TYPE_CHECKING:
    from digimfg.text import Text

__all__ = ["keeps_marks"]

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def keeps_marks(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Return a function whose answer repeats the marks of the frames and results that it was given.

    These are: that rows are simulated, which cells that it uses were filled in, and the notes of the frame
    that concern the columns it uses. They stand first among the ``notes`` of the answer, or of every answer
    in a mapping; those that are there already are not said twice.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import pandas as pd
    >>> from digimfg.text import Text
    >>> @dataclass(frozen=True)
    ... class Mean:
    ...     value: float
    ...     notes: tuple[Text, ...] = ()
    >>> @keeps_marks
    ... def mean(frame, column):
    ...     return Mean(float(frame[column].mean()))
    >>> mean(pd.DataFrame({"x": [1.0, 2.0], "synthetic": 1}), "x").notes[0].en[:14]
    'SYNTHETIC data'
    """
    signature = inspect.signature(function)

    @wraps(function)
    def marked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        given = signature.bind(*args, **kwargs).arguments
        variables = _declared(given.values())
        with speaking_of(variables):
            answer = function(*args, **kwargs)
            tell_variables(answer, variables, tuple(given.values()))
        found: Answer = _with_marks(answer, list(dict.fromkeys(_marks(given))))
        return found

    return marked


def _declared(given: Iterable[Any]) -> dict[str, Variable]:
    """Return what the frames and results given declare of their columns."""
    from pandas import DataFrame

    found: dict[str, Variable] = {}
    for value in given:
        if isinstance(value, DataFrame):
            found |= declared_variables(value)
        elif isinstance(value, Result):
            found |= value.variables
    return found


def _with_marks(answer: Any, marks: list[Text]) -> Any:
    if isinstance(answer, dict):
        return {name: _with_marks(each, marks) for name, each in answer.items()}
    own = notes_of_answer(answer)
    if not marks or own is None or not is_dataclass(answer) or isinstance(answer, type):
        return answer
    told = any(is_filled_note(note) for note in own)
    more = [note for note in marks if note not in own and not (told and is_filled_note(note))]
    return replace(answer, notes=(*more, *own)) if more else answer


def _marks(given: Mapping[str, Any]) -> Iterator[Text]:
    from pandas import DataFrame

    specifications = list(_held(given.values(), Specification))
    for result in _held(given.values(), Result):
        specifications.append(result.specification)
        yield from (note for note in result.notes if note == NOTE or is_filled_note(note))
    for answer in given.values():
        if is_dataclass(answer) and not isinstance(answer, type | Result):
            told = notes_of_answer(answer) or ()
            yield from (note for note in told if note == NOTE or is_filled_note(note))
    named = set(_held(given.values(), str))
    for frame in (value for value in given.values() if isinstance(value, DataFrame)):
        yield from synthetic_notes(frame)
        for specification in specifications:
            yield from filled_notes(frame, specification)
            yield from frame_notes(frame, specification)
        if not specifications:
            used = named.intersection(frame.columns) or set(map(str, frame.columns))
            yield from filled_column_notes(frame, used)
            yield from notes_of(frame, used)


Held = TypeVar("Held")


def _held(values: Iterable[Any], kind: type[Held], depth: int = 3) -> Iterator[Held]:
    """Yield the values of one kind in arguments, also inside tuples, lists and mappings."""
    for value in values:
        if isinstance(value, kind):
            yield value
        elif depth and isinstance(value, Mapping):
            yield from _held([*value.keys(), *value.values()], kind, depth - 1)
        elif depth and isinstance(value, tuple | list):
            yield from _held(value, kind, depth - 1)
