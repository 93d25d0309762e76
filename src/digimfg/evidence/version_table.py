"""The versions of the rules side by side: what each says of the same results, and why it was amended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.evidence.verdict_values import Verdict, Verdicts
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.text import Text

__all__ = ["RuleVersionTable"]


@checked
@dataclass(frozen=True, kw_only=True)
class RuleVersionTable(Exhibit):
    """Show, for every claim that evidence bears on, each change of its rule: the verdicts of the version
    before and after it on the same results, and the reason.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`: a name, with `verdicts` given besides.
    verdicts
        What `digimfg.paper.ledger.verdict` returned.

    Examples
    --------
    >>> from digimfg.paper.ledger import ledger, verdict
    >>> table = RuleVersionTable("versions", verdicts=verdict(ledger()[1:2], {})).build(Evidence())
    >>> [cell.en for cell in table.rows[0].cells[2:4]]
    ['not supported (little power)', 'undecidable']
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses()

    verdicts: Verdicts = field(repr=False, compare=False)

    def build(self, evidence: Evidence) -> Table:  # noqa: ARG002 - the verdicts carry their evidence
        """Return the table."""
        columns: tuple[tuple[Text, Alignment], ...] = (
            (Text("Claim", "编号"), "l"),
            (Text("Version", "版本"), "l"),
            (Text("Verdict before", "修订前判定"), "p"),
            (Text("Verdict after", "修订后判定"), "p"),
            (Text("Why it was amended", "修订理由"), "p"),
        )
        amended = [each for each in self.verdicts.verdicts if each.earlier and _has_evidence(each)]
        return Table(
            title=Text.of(
                self.title or Text("Versions of the rules and why they changed", "各版规则及其修订理由")
            ),
            header=(tuple(Span(text=text) for text, _ in columns),),
            rows=tuple(row for each in amended for row in _rows(each)),
            notes=(note_paragraph(_dates(amended)),),
            alignment=tuple(alignment for _, alignment in columns),
            name=self.name,
        )


def _has_evidence(verdict: Verdict) -> bool:
    return bool(verdict.estimates or any(fact.status != "recorded" for fact in verdict.facts))


def _rows(verdict: Verdict) -> list[Row]:
    """Return a row for each change."""
    later = [*(each.headline for each in verdict.earlier[1:]), verdict.headline]
    return [
        Row(
            cells=(
                verdict.claim.id,
                f"{each.version.version} → {each.version.version + 1}",
                each.headline,
                after,
                each.amended,
            )
        )
        for each, after in zip(verdict.earlier, later, strict=True)
    ]


def _dates(verdicts: list[Verdict]) -> list[Text]:
    """Return when each version was declared, and knowing what."""
    said = {
        (version.claim, version.version): version
        for each in verdicts
        for version in (*(one.version for one in each.earlier), each.version)
        if version is not None
    }
    return [
        Text(f"{each.claim}: {each.declared.en}", f"{each.claim}：{each.declared.zh}")
        for each in said.values()
    ]
