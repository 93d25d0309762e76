"""Any answer as a table: its main frame or one of its parts, under the reader's labels, with its notes."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, ClassVar, Literal

import pandas as pd

from digimfg.arguments import checked
from digimfg.display.answer_view import answer_view, as_frame, frame_view
from digimfg.display.table import Table
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence, Labelled, OfStudy, Rounded, Uses
from digimfg.exhibits.selection import check_names, exhibit_where
from digimfg.kinds import AtLeast
from digimfg.labels import term_label
from digimfg.sheets import sheet_beside
from digimfg.shown import shown_as
from digimfg.text import Text

__all__ = ["AnswerTable", "shown_table"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class AnswerTable(Rounded, Labelled, OfStudy):
    """Show the answer of any function as a table.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; an answer may be given at once.
    study
        Name of the study or test whose answer it is; may be left out where there is only one.
    part
        Field or property of the answer to show (``"balance"``); by default what the answer shows printed.
    columns
        Columns to show, in this order; all of them by default.
    rows
        How many of the first rows; all of them by default.
    digits
        Decimals; a column with a number that would read as zero has more.

    Raises
    ------
    ExhibitError
        If there is no such study, part or column.

    Examples
    --------
    >>> import digimfg as dm
    >>> weights = dm.equal_weights({"robots": [0.1, 0.9], "software": [0.2, 0.4]})
    >>> AnswerTable(weights).build(AnswerTable(weights).evidence).rows[0].cells[1:]
    ('0.500',)
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(studies=("study",), other=("part", "columns"))

    part: str | None = None
    columns: tuple[str, ...] = ()
    rows: Annotated[int, AtLeast(1)] | None = None

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        answer = self._answer(evidence)
        if self.part is not None and not hasattr(answer, self.part):
            check_names(self, (self.part,), _parts(answer), _HEADINGS["part_of_the_answer"])
        title, first = shown_as(answer)
        if self.part is not None:
            title, first = self._called(self.part), self.part
        if self.columns:
            self._check_columns(answer, first)
        table = answer_view(
            answer,
            title,
            first,
            columns=self.columns,
            most=self.rows,
            digits=self.digits,
            called=self._called,
        )
        return replace(table, title=Text.of(self.title or title), name=self.name)

    def _check_columns(self, answer: Any, part: str | None) -> None:
        held = [
            value
            for value in [getattr(answer, each.name) for each in fields(answer)]
            if isinstance(value, pd.DataFrame)
        ]
        main = as_frame(getattr(answer, part)) if part else held[0] if held else None
        known = [str(name) for name in main.columns] if isinstance(main, pd.DataFrame) else []
        check_names(self, self.columns, known, _HEADINGS["column_word"])

    def _answer(self, evidence: Evidence) -> Any:
        known = {**evidence.studies, **evidence.tests}
        if self.study is not None:
            check_names(self, (self.study,), known, _HEADINGS["study"])
            return known[self.study]
        if len(known) == 1:
            return next(iter(known.values()))
        raise ExhibitError.of(
            "exhibits.one_answer_wanted",
            where=exhibit_where(self),
            n_known=len(known),
            known=list(known) or ["—"],
        )


def shown_table(value: Any) -> Table:
    """Return values that are no class of ours as a table with their own names."""
    title = value.name if hasattr(value, "name") and isinstance(value.name, str) else ""
    return frame_view(
        as_frame(value), term_label(title) if title else Text("", ""), most=None, called=term_label
    )


def _parts(answer: Any) -> list[str]:
    return [name for name in dir(answer) if not name.startswith("_") and not callable(getattr(answer, name))]
