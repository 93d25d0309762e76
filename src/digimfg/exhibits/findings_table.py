"""Findings of tools without a specification: a row each, with interval, p value and observations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import MISSING, format_count, format_number, format_p_value, stars_for
from digimfg.display.notes import joined, note_paragraph, stars_phrase
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, OfStudy, Starred
from digimfg.exhibits.selection import one_study
from digimfg.robustness.findings import Finding, Findings
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["FindingsTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class FindingsTable(Starred, OfStudy, Labelled):
    """Show findings, one per row.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; `Findings` are given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    digits
        Decimals.
    stars
        Significance levels; ``()`` gives no stars.

    Examples
    --------
    >>> FindingsTable("tails").digits
    3
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        found = one_study(self, evidence, Findings, self.study)
        heads = (
            _HEADINGS["what"],
            _HEADINGS["estimate"],
            _HEADINGS["95_pct_interval"],
            _HEADINGS["p_value"],
            _HEADINGS["observations"],
        )
        alignment: tuple[Alignment, ...] = ("p", "d", "c", "d", "d")
        starred = not all(math.isnan(finding.p_value) for finding in found.rows.values())
        return Table(
            title=Text.of(self.title or _HEADINGS["findings"]),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(map(self._row, found.rows.values())),
            notes=(
                *([note_paragraph([stars_phrase(self.stars)])] if self.stars and starred else []),
                *([joined(found.notes)] if found.notes else []),
            ),
            alignment=alignment,
            name=self.name,
        )

    def _row(self, finding: Finding) -> Row:
        ends = [finding.conf_low, finding.conf_high]
        shown_ends = ", ".join(format_number(end, self.digits) for end in ends)
        return Row(
            cells=(
                finding.label,
                format_number(finding.estimate, self.digits) + stars_for(finding.p_value, self.stars),
                MISSING if any(map(math.isnan, ends)) else f"[{shown_ends}]",
                format_p_value(finding.p_value, self.digits),
                MISSING if math.isnan(finding.n_obs) else format_count(finding.n_obs),
            )
        )
