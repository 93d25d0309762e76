"""The verdict on each claim, as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import MISSING
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.evidence.claims import Rule
from digimfg.evidence.verdict_values import STATUSES, Verdict, Verdicts
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["VerdictTable"]

_WORDS = sheet_beside(__file__, "verdict_table")


@checked
@dataclass(frozen=True, kw_only=True)
class VerdictTable(Exhibit):
    """Show claim, verdict and the rule's way to it.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`: a name, with `verdicts` given besides.
    verdicts
        What `verdict` returned.
    brief
        Leave out the column of reasons.

    Examples
    --------
    >>> from digimfg.paper.ledger import ledger, verdict
    >>> table = VerdictTable("verdicts", verdicts=verdict(ledger()[:2], {})).build(Evidence())
    >>> table.rows[1].cells[2].en
    'undecidable'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses()

    verdicts: Verdicts = field(repr=False, compare=False)
    brief: bool = False

    def build(self, evidence: Evidence) -> Table:  # noqa: ARG002 - the verdicts carry their evidence
        """Return the table."""
        rows = tuple(self._row(each) for each in self.verdicts.verdicts)
        columns: tuple[tuple[Text, Alignment], ...] = (
            (_WORDS["claim"], "l"),
            (_WORDS["what_the_paper_says"], "p"),
            (_WORDS["verdict"], "p"),
            (_WORDS["by_first_version"], "p"),
            (_WORDS["why"], "p"),
        )
        shown = columns[:4] if self.brief else columns
        return Table(
            title=Text.of(self.title or _WORDS["title"]),
            header=(tuple(Span(text=text) for text, _ in shown),),
            rows=rows,
            notes=(note_paragraph(self._sentences()),),
            alignment=tuple(alignment for _, alignment in shown),
            name=self.name,
        )

    def _row(self, verdict: Verdict) -> Row:
        claim = verdict.claim
        cells: tuple[Any, ...] = (claim.id, claim.text, verdict.headline, _first(verdict), _why(verdict))
        return Row(cells=cells[:4] if self.brief else cells)

    def _sentences(self) -> list[Text]:
        rule = self.verdicts.verdicts[0].claim.rule if self.verdicts.verdicts else Rule()
        counts = {
            status: sum(each.status == status for each in self.verdicts.verdicts) for status in STATUSES
        }
        sentences = [
            Text(
                "; ".join(f"{count} {STATUSES[status].en}" for status, count in counts.items() if count),
                "；".join(f"{STATUSES[status].zh}{count}条" for status, count in counts.items() if count),
            ),
            _procedure(rule, self.verdicts.rules_hash[:12]),
        ]
        sentences += [
            Text(
                f"Rule changed after it was declared: {change.line.en}", f"规则在声明后改动：{change.line.zh}"
            )
            for change in self.verdicts.changes
        ]
        return sentences


def _first(verdict: Verdict) -> Text | str:
    """Return what the first version of the rule says of the same results."""
    return verdict.earlier[0].headline if verdict.earlier else MISSING


def _why(verdict: Verdict) -> Text:
    """Return the rule's way to the verdict, then what is described beside it."""
    said = [verdict.reason, *(each.sentence for each in verdict.descriptions)]
    return Text(
        ". ".join(each.en for each in said if each.en), "。".join(each.zh for each in said if each.zh)
    )


def _procedure(rule: Rule, rules_hash: str) -> Text:
    """Return when a claim counts as supported, in words."""
    if rule.procedure == 1:
        return Text(
            f"Supported: the main estimate has the asserted sign with two-sided p < {rule.alpha:g}, at "
            f"least {rule.robust_share:.0%} of the robust ones agree at {rule.robust_alpha:g}, no "
            f"validity test fails (rules: SHA-256 {rules_hash})",
            f"“支持”要求：主估计符号与论断一致且双侧 p < {rule.alpha:g}，"
            f"至少{rule.robust_share:.0%}的稳健设定在{rule.robust_alpha:g}水平上一致，"
            f"有效性检验均未拒绝（规则 SHA-256 {rules_hash}）",
        )
    return Text(
        f"Supported: the main estimate has the asserted sign with p < {rule.alpha:g} adjusted over all "
        f"main estimates (Holm), at least {rule.robust_share:.0%} of the robust rows agree at "
        f"{rule.robust_alpha:g}, and an exposure design survives falsification by tests with power "
        f"{rule.power:g}; informative null: the interval lies within the smallest effect of interest. "
        f"Rules are versions that are never rewritten (SHA-256 {rules_hash})",
        f"“支持”要求：主估计符号与论断一致，经全部主估计校正（Holm）的 p < {rule.alpha:g}，"
        f"至少{rule.robust_share:.0%}的稳健设定在{rule.robust_alpha:g}水平上一致，"
        f"且暴露设计通过功效不低于{rule.power:g}的证伪检验；"
        f"“具有信息量的零结果”指置信区间位于最小关注效应之内。规则按版本声明、不得改写（SHA-256 "
        f"{rules_hash}）",
    )
