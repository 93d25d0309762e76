"""The versions of the rules side by side: what each says of the same results, and why it was amended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.evidence.verdicts import Verdict, Verdicts
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.text import Text

__all__ = ["RuleVersionTable"]


@checked
@dataclass(frozen=True, kw_only=True)
class RuleVersionTable(Exhibit):
    """Show, for every claim that evidence bears on, the verdict of each version of its rule and the reason
    for each change.

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
    >>> [cell.en for cell in table.rows[0].cells[1:3]]
    ['not supported (little power)', 'undecidable']
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses()

    verdicts: Verdicts = field(repr=False, compare=False)

    def build(self, evidence: Evidence) -> Table:  # noqa: ARG002 - the verdicts carry their evidence
        """Return the table."""
        columns: tuple[tuple[Text, Alignment], ...] = (
            (Text("Claim", "编号"), "l"),
            (Text("By version 1", "第1版判定"), "p"),
            (Text("By the present version", "现行版判定"), "p"),
            (Text("Why it was amended", "修订理由"), "p"),
        )
        amended = [each for each in self.verdicts.verdicts if each.earlier and _has_evidence(each)]
        return Table(
            title=Text.of(
                self.title or Text("Version 1 of the rules and what it became", "规则第1版及其修订")
            ),
            header=(tuple(Span(text=text) for text, _ in columns),),
            rows=tuple(_row(each) for each in amended),
            notes=(note_paragraph(_dates(amended)),),
            alignment=tuple(alignment for _, alignment in columns),
            name=self.name,
        )


def _has_evidence(verdict: Verdict) -> bool:
    return bool(verdict.estimates or any(fact.status != "recorded" for fact in verdict.facts))


def _row(verdict: Verdict) -> Row:
    return Row(
        cells=(verdict.claim.id, verdict.earlier[0].headline, verdict.headline, verdict.earlier[-1].amended)
    )


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
