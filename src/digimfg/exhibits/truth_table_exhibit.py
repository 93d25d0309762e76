"""The truth table of a configurational analysis, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.configurations.truth_table import TruthTable
from digimfg.display.formatting import format_count, format_number
from digimfg.display.notes import joined, note_paragraph
from digimfg.display.table import Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, OfStudy, Rounded
from digimfg.exhibits.selection import one_study
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.display.table import Alignment

__all__ = ["TruthTableExhibit"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class TruthTableExhibit(Rounded, OfStudy, Labelled):
    """Show the rows of a truth table that cases belong to, those with the outcome first.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a `TruthTable` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    cases
        Name the cases of each row.
    digits
        Decimals.

    Examples
    --------
    >>> TruthTableExhibit("rows", cases=False).cases
    False
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    cases: bool = True

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        found = one_study(self, evidence, TruthTable, self.study)
        outcome = term_label(found.outcome, self.labels)
        heads = [
            *(term_label(name, self.labels) for name in found.conditions),
            _HEADINGS["cases"],
            _HEADINGS["consistency"],
            _HEADINGS["pri"],
            note_of("exhibits.negated_outcome", name=outcome) if found.negated else outcome,
            *([_HEADINGS["which"]] if self.cases else []),
        ]
        rows = [
            Row(
                cells=(
                    str(row),
                    *(str(line[name]) for name in found.conditions),
                    format_count(line["n"]),
                    format_number(line["consistency"], self.digits),
                    format_number(line["pri"], self.digits),
                    str(line["outcome"]),
                    *([str(line["cases"])] if self.cases else []),
                )
            )
            for row, line in found.table.iterrows()
        ]
        shown, possible = len(found.table), 2 ** len(found.conditions)
        sentences = [
            note_of("exhibits.rows_of_truth_table", n=shown, possible=possible, least=found.frequency),
            note_of("exhibits.outcome_from_cut_offs", fit=f"{found.consistency:g}", pri=f"{found.pri:g}"),
        ]
        marks: list[Alignment] = ["c"] * len(found.conditions)
        which: list[Alignment] = ["p"] if self.cases else []
        return Table(
            title=Text.of(self.title or _HEADINGS["truth_table"]),
            header=((Span(text=_HEADINGS["row"]), *(Span(text=head) for head in heads)),),
            rows=tuple(rows),
            notes=(
                note_paragraph(sentences),
                *((joined(found.notes),) if found.notes else ()),
            ),
            alignment=("r", *marks, "r", "d", "d", "c", *which),
            name=self.name,
        )
