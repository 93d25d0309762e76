"""Write any answer of the package: a table by the same verb, whatever it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from numbers import Real
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.display import views
from digimfg.display.answer_view import answer_view
from digimfg.exhibits import Exhibit
from digimfg.exhibits.answer_table import AnswerTable, shown_table
from digimfg.exhibits.regression_table import RegressionTable
from digimfg.exhibits.writers import save_table
from digimfg.kinds import Such
from digimfg.result import Result
from digimfg.sheets import sheet_beside
from digimfg.shown import shown_as
from digimfg.text import Language, Text
from digimfg.variables import speaking_of
from digimfg.variables.declared import answer_variables

__all__ = ["notebook", "save", "terminal"]

_HEADINGS = sheet_beside(__file__, "headings")


def _is_one(value: Any) -> bool:
    return isinstance(value, Real | str | Text)


def _is_answer(value: Any) -> bool:
    if isinstance(value, Exhibit | pd.DataFrame | pd.Series | np.ndarray | Mapping) or _is_one(value):
        return True
    if is_dataclass(value):
        return not isinstance(value, type)
    return isinstance(value, tuple | list) and bool(value)


Answer = Annotated[
    Any,
    Such(_is_answer, _HEADINGS["answer_or_numbers"]),
]


@checked
def save(answer: Answer, path: str | Path, *, language: Language | None = None) -> Path:
    """Write any answer as a table; the suffix chooses the format.

    Parameters
    ----------
    answer
        An exhibit; a `Result`, or results by column, which become a `RegressionTable`; the answer of any
        function; a frame, a series, an array; parts of one kind (findings); a mapping of numbers.
    path
        ``.docx .tex .html .md .typ .xlsx .csv .rtf``; figures: ``.pdf .png``.
    language
        ``"en"`` or ``"zh"``; by default that of the file's ending (``table_zh.docx``), else English.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ArgumentError
        If it is nothing that a table can hold.
    ExhibitError
        If the suffix or the language is unknown.

    Examples
    --------
    >>> import tempfile
    >>> weights = pd.Series({"robots": 0.25, "software": 0.75}, name="weight")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(save(weights, f"{folder}/weights.md").read_text().splitlines()[-1])
    | software | 0.7500 |
    """
    if isinstance(answer, Exhibit):
        return answer.save(path, language=language)
    if isinstance(answer, Result) or _are_results(answer):
        return RegressionTable(answer).save(path, language=language)
    if is_dataclass(answer) and not isinstance(answer, type):
        return AnswerTable(answer).save(path, language=language)
    whole = isinstance(answer, pd.DataFrame | pd.Series | np.ndarray | Mapping)
    return save_table(shown_table(answer if whole or not _is_one(answer) else [answer]), path, language)


def terminal(answer: Any) -> str:
    """Return the first rows of an answer as text, in the language of messages."""
    with speaking_of(answer_variables(answer)):
        return views.terminal_view(answer_view(answer, *shown_as(answer)))


def notebook(answer: Any) -> dict[str, Any]:
    """Return the first rows of an answer as HTML, in the language of messages."""
    with speaking_of(answer_variables(answer)):
        return dict(views.table_bundle(answer_view(answer, *shown_as(answer))))


def _are_results(answer: Any) -> bool:
    return (
        isinstance(answer, Mapping)
        and bool(answer)
        and all(isinstance(each, Result) for each in answer.values())
    )
