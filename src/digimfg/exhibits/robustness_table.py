"""A battery of robustness checks: what changed, estimate, error, p value, rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import MISSING, format_count, format_number, format_p_value, stars_for
from digimfg.display.notes import joined, note_paragraph, stars_phrase
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.exhibits import Evidence, Exhibit
from digimfg.exhibits.selection import one_study
from digimfg.kinds import Digits, Share
from digimfg.labels import term_label
from digimfg.robustness.battery import RobustnessBattery
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RobustnessTable"]


@checked
@dataclass(frozen=True, kw_only=True)
class RobustnessTable(Exhibit):
    """Show a battery of robustness checks, one per row under the headings of their kinds.

    Parameters
    ----------
    source, title
        See `Exhibit`; the answer of `robustness_battery` is given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    digits
        Decimals.
    stars
        Significance levels; ``()`` gives no stars.
    labels
        Term → label, before those of the dictionary.
    notes
        Paragraphs of your own below the generated note.

    Examples
    --------
    >>> RobustnessTable("robustness").digits
    3
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    study: str | None = None
    digits: Digits = 3
    stars: tuple[Share, ...] = (0.01, 0.05, 0.1)
    labels: Mapping[str, Text | str] | None = None
    notes: tuple[Text | str, ...] = ()

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        battery = one_study(self, evidence, RobustnessBattery, self.study)
        rows = [self._row(Text("Baseline", "基准回归"), battery.baseline)]
        groups: dict[Text, list[Row]] = {}
        for each in battery.rows:
            groups.setdefault(each.group, []).append(self._row(each.label, each.numbers))
        for group, members in groups.items():
            rows.append(Row(cells=(group,), heading=True, rule_above=True))
            rows += members
        heads = (
            Text("Check", "检验"),
            Text("Estimate", "估计值"),
            Text("Std. error", "标准误"),
            Text("p value", "p值"),
            Text("Observations", "观测值"),
        )
        alignment: tuple[Alignment, ...] = ("p", "d", "d", "d", "d")
        name = term_label(battery.term, self.labels)
        s = battery.statistics
        sentences = [
            Text(f"Estimates of {name.en}", f"表中为{name.zh}的系数"),
            *([stars_phrase(self.stars)] if self.stars else []),
            Text(
                f"Of {int(s['n_checks'])} checks {int(s['n_run'])} could be run; {s['share_same_sign']:.0%} of their "
                f"estimates have the sign of the baseline, {s['share_significant']:.0%} also p < {battery.alpha:g}",
                f"{int(s['n_checks'])}项检验中{int(s['n_run'])}项可行；其估计值{s['share_same_sign']:.0%}与基准同号，"
                f"{s['share_significant']:.0%}同号且p<{battery.alpha:g}",
            ),
        ]
        said = [
            each.said
            if each.numbers is not None
            else Text(
                f"Not run: {each.label.en} ({each.said.en})", f"未运行：{each.label.zh}（{each.said.zh}）"
            )
            for each in battery.rows
            if each.said is not None
        ]
        return Table(
            title=Text.of(self.title or Text("Robustness checks", "稳健性检验")),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            notes=(
                note_paragraph(sentences),
                *([joined(said)] if said else []),
                *(Text.of(note) for note in self.notes),
            ),
            alignment=alignment,
            name=self.name,
        )

    def _row(self, label: Text, numbers: Mapping[str, float] | None) -> Row:
        if numbers is None:
            return Row(cells=(label, MISSING, MISSING, MISSING, MISSING))
        p_value = numbers.get("p_value")
        stars = "" if "placebo" in numbers else stars_for(p_value, self.stars)
        return Row(
            cells=(
                label,
                format_number(numbers["estimate"], self.digits) + stars,
                format_number(numbers.get("std_error"), self.digits),
                format_p_value(p_value, self.digits),
                format_count(numbers.get("n_obs")),
            )
        )
