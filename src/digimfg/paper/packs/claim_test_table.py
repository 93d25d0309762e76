"""What the tests of claims say on one panel, part by part, as a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import MISSING, format_number, format_p_value
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Row, Span, Table
from digimfg.evidence.claim_answer import ClaimAnswer
from digimfg.evidence.verdict_values import STATUSES
from digimfg.exhibits import Evidence, Exhibit, Uses
from digimfg.exhibits.selection import check_names
from digimfg.kinds import Digits
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.display.table import Cell

__all__ = ["ClaimTestTable"]


@checked
@dataclass(frozen=True, kw_only=True)
class ClaimTestTable(Exhibit):
    """Show the answers of `claim_test`: each claim's verdict on the panel, its parts, and what is missing.

    Parameters
    ----------
    source, title, notes, note_form
        See `Exhibit`; an answer of `claim_test` may be given at once.
    studies
        Names of the studies, in this order; by default all of their kind.
    digits
        Decimals.

    Examples
    --------
    >>> ClaimTestTable("claims").digits
    3
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(studies=("studies",))

    studies: tuple[str, ...] = ()
    digits: Digits = 3

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        from digimfg.paper.packs.declared import TESTS

        found = {name: each for name, each in evidence.studies.items() if isinstance(each, ClaimAnswer)}
        check_names(self, self.studies, found, Text("study", "专项分析"))
        answers = [found[name] for name in self.studies or found]
        rows = []
        for answer in answers:
            status = STATUSES[answer.status]
            if not len(answer.parts):
                lacks = Text(
                    "; ".join(each.en for each in answer.missing),
                    "；".join(each.zh for each in answer.missing),
                )
                rows.append(Row(cells=(answer.claim, status, lacks, *[MISSING] * 3)))
            labels = [part.label for part in TESTS[answer.panel, answer.claim].parts]
            lines = answer.parts.to_dict("records")
            for place, (label, line) in enumerate(zip(labels, lines, strict=bool(lines))):
                if not lines:
                    break
                error = float(line["std_error"])
                cells: tuple[Cell, ...] = (
                    answer.claim if not place else "",
                    status if not place else "",
                    label,
                    format_number(float(line["estimate"]), self.digits),
                    MISSING if math.isnan(error) else format_number(error, self.digits),
                    format_p_value(float(line["p_value"]), self.digits),
                )
                rows.append(Row(cells=cells))
        heads = (
            Text("Claim", "编号"),
            Text("On this panel", "该面板上的判定"),
            Text("Part, or what is missing", "部分，或缺少什么"),
            Text("Estimate", "估计值"),
            Text("Std. error", "标准误"),
            Text("p value", "p值"),
        )
        return Table(
            title=Text.of(self.title or Text("Tests of the paper's claims", "论文论断的检验")),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            notes=(note_paragraph(_sentences(answers)),),
            alignment=("l", "p", "p", "r", "r", "r"),
            name=self.name,
        )


def _sentences(answers: list[ClaimAnswer]) -> list[Text]:
    rules = "; ".join(f"{each.claim} {each.version} ({each.rule_hash[:12]})" for each in answers)
    return [
        Text(
            "Effects in standard deviations of outcome and regressor, units and years taken out. Supported: "
            "every part has the asserted sign at 5 % (C10, which asserts none, at 3 %; of C17: one flow "
            "above and one below zero after Holm). "
            f"Versions of rules: {rules}",
            "效应以结果与解释变量的标准差为单位，已剔除个体与年份效应。“支持”要求各部分符号与论断一致且在5%水平显著"
            f"（C10无方向，取3%；C17：Holm校正后一正一负）。规则版本：{rules}",
        ),
        *(
            Text(f"{each.claim}: {said.en}", f"{each.claim}：{said.zh}")
            for each in answers
            for said in each.described
        ),
        *dict.fromkeys(note for each in answers for note in each.notes),
    ]
