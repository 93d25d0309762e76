"""The errata of a register: cell, as printed, proposed, how sure, on what evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import MISSING
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.evidence.page_parts import CONFIDENCE_WORDS, SEVERITY_WORDS
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.notes import note_of
from digimfg.records import records
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["ErrataTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class ErrataTable(Exhibit):
    """Show errata, one row each, grouped by register.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`; a frame of `digimfg.paper.errata` may be given at once, by default the shipped errata.
    register
        Only those of one register.

    Examples
    --------
    >>> ErrataTable("institute_errata", register="institutes").register
    'institutes'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(other=("register",))

    register: str | None = None

    def build(self, evidence: Evidence) -> Table:  # noqa: ARG002 - shows the paper, not an analysis
        """Return the table."""
        from digimfg.measures.columns import check_columns
        from digimfg.paper.corrections import counted_mistakes, errata, mistakes
        from digimfg.paper.reading import read_printed

        given = self.evidence.frame if self.evidence is not None else None
        frame = errata(self.register) if given is None else given
        check_columns(frame, ("register", "confidence", "severity", "cause"))
        rows: list[Row] = []
        for name, group in frame.groupby("register", sort=False):
            if self.register is None:
                rows.append(Row(cells=(read_printed(str(name)).title,), heading=True, rule_above=bool(rows)))
            rows += [_row(record) for record in records(group)]
        counts = mistakes(frame)
        sentences = [
            note_of(
                "paper.errors_counted",
                errors=counts["error"],
                others=counted_mistakes(counts, without="error"),
            ),
            Text(
                "Open cells stay as printed. Line: line of the paper's text. Addresses of the sources: "
                "`digimfg errata`",
                "存疑单元格保留原文。行：原文行号。来源网址见 `digimfg errata`",
            ),
        ]
        alignment: tuple[Alignment, ...] = ("p", "r", "p", "p", "l", "l", "p")
        header = tuple(
            Span(text=text)
            for text in (
                _HEADINGS["cell"], _HEADINGS["line"], _HEADINGS["as_printed"], _HEADINGS["proposed"],
                _HEADINGS["confidence"], _HEADINGS["severity"], _HEADINGS["evidence"],
            )
        )  # fmt: skip
        return Table(
            title=Text.of(self.title or _HEADINGS["errata"]),
            header=(header,),
            rows=tuple(rows),
            notes=(note_paragraph(sentences),),
            alignment=alignment,
            name=self.name,
        )


def _row(record: dict[str, Any]) -> Row:
    line = record["first_line"]
    known = str(record["proposed"])
    dropped = _HEADINGS["remove_the_row"]
    english = str(record["english"]) or known
    source = str(record["source"]).split(", http")[0]
    proposed = dropped if record["action"] == "drop" else Text(english, known) if known else Text.of(MISSING)
    return Row(
        cells=(
            f"{record['row']} · {record['column']}",
            MISSING if line is None or line != line else str(line),
            str(record["printed"]) or MISSING,
            proposed,
            CONFIDENCE_WORDS[str(record["confidence"])],
            SEVERITY_WORDS[str(record["severity"])],
            Text(f"{record['evidence_en']} [{source}]", f"{record['evidence_zh']}[{source}]"),
        )
    )
