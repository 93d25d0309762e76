"""Table 1 of the paper: thirteen dimensions of four industrial revolutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import MISSING
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.paper.corrections import View
from digimfg.paper.exhibits.shared import register_frame, view_sentence
from digimfg.records import records
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["ParadigmTable"]

_HEADINGS = sheet_beside(__file__, "headings")

_REVOLUTIONS = (
    _HEADINGS["first"],
    _HEADINGS["second"],
    _HEADINGS["third"],
    _HEADINGS["fourth"],
)
_DOUBT, _CORRECTED = "†", "‡"


@checked
@dataclass(frozen=True, kw_only=True)
class ParadigmTable(Exhibit):
    """Show the techno-economic paradigms with the cells that were corrected or are in doubt marked.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`; the register ``"paradigms"`` may be given at once, by default the shipped one is shown.
    view
        ``"corrected"`` or ``"as_printed"``.

    Examples
    --------
    >>> ParadigmTable("paradigms").view
    'corrected'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses()

    view: View = "corrected"

    def build(self, evidence: Evidence) -> Table:  # noqa: ARG002 - shows the paper, not an analysis
        """Return the table."""
        frame = register_frame(self, "paradigms", self.view)
        rows = []
        for _, group in frame.groupby("dimension", sort=False):
            revolutions = records(group.sort_values("revolution"))
            head = Text(revolutions[0]["dimension_en"], revolutions[0]["dimension_zh"])
            rows.append(Row(cells=(head, *(_entry(record) for record in revolutions))))
        alignment: tuple[Alignment, ...] = ("p", "p", "p", "p", "p")
        sentences = [
            _HEADINGS["arrow_between_countries"],
            view_sentence(self.view),
        ]
        if (frame["corrected_cells"] != "").any() or (frame["open_cells"] != "").any():
            sentences.append(
                Text(
                    f"{_CORRECTED} corrected; {_DOUBT} in doubt; — the paper's entry is lost",
                    f"{_CORRECTED}已更正；{_DOUBT}存疑；— 原有内容缺失",
                )
            )
        title = _HEADINGS["paradigms"]
        return Table(
            title=Text.of(self.title or title),
            header=((Span(text=_HEADINGS["dimension"]), *(Span(text=each) for each in _REVOLUTIONS)),),
            rows=tuple(rows),
            notes=(note_paragraph(sentences),),
            alignment=alignment,
            name=self.name,
        )


def _entry(record: dict[str, Any]) -> Text:
    mark = _DOUBT if record["open_cells"] else _CORRECTED if record["corrected_cells"] else ""
    words = (record["value_en"], record["value_zh"])
    return Text(*(f"{word if isinstance(word, str) else MISSING}{mark}" for word in words))
