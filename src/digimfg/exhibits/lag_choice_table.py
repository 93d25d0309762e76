"""The criteria by which the lags of a panel VAR are chosen, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number, format_p_value
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Row, Span, Table
from digimfg.estimators.panel_var.lag_choice import VARLagChoice
from digimfg.exhibits import Evidence, OfStudy, Rounded
from digimfg.exhibits.selection import one_study
from digimfg.kinds import Digits
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.display.table import Cell

__all__ = ["LagChoiceTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class LagChoiceTable(Rounded, OfStudy):
    """Show the answer of `choose_var_lags`, the smallest of each criterion marked.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`; the answer of `choose_var_lags` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    digits
        Decimals.

    Examples
    --------
    >>> LagChoiceTable("lags").digits
    2
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    digits: Digits = 2

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        answer = one_study(self, evidence, VARLagChoice, self.study)
        rows = []
        for lags, line in answer.criteria.iterrows():
            cells: list[Cell] = [str(lags)]
            for name in ("mbic", "maic", "mqic"):
                mark = "*" if answer.chosen[name] == lags else ""
                cells.append(f"{format_number(float(line[name]), self.digits)}{mark}")
            cells += [
                format_number(float(line["hansen"]), self.digits),
                format_count(int(line["hansen_df"])),
                format_p_value(float(line["hansen_p"]), 3),
                format_number(float(line["max_modulus"]), 3),
            ]
            rows.append(Row(cells=tuple(cells)))
        heads = (
            _HEADINGS["lags"], _HEADINGS["mbic"], _HEADINGS["maic"], _HEADINGS["mqic"],
            _HEADINGS["hansen_j"], _HEADINGS["df"], _HEADINGS["p_value"],
            _HEADINGS["largest_modulus"],
        )  # fmt: skip
        sentences: list[Text] = [
            _HEADINGS["smallest_of_the_criterion"],
            *answer.notes,
        ]
        return Table(
            title=Text.of(self.title or _HEADINGS["choice_of_lags"]),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )
