"""A battery of robustness checks: what changed, estimate, error, p value, rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import MISSING, format_count, format_number, format_p_value, stars_for
from digimfg.display.notes import joined, note_paragraph, stars_phrase
from digimfg.display.table import Alignment, Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, OfStudy, Starred
from digimfg.exhibits.selection import one_study
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.robustness.battery import RobustnessBattery
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RobustnessTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class RobustnessTable(Starred, OfStudy, Labelled):
    """Show a battery of robustness checks, one per row under the headings of their kinds.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; the answer of `robustness_battery` is given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    digits
        Decimals.
    stars
        Significance levels; ``()`` gives no stars.

    Examples
    --------
    >>> RobustnessTable("robustness").digits
    3
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        battery = one_study(self, evidence, RobustnessBattery, self.study)
        rows = [self._row(_HEADINGS["baseline"], battery.baseline)]
        groups: dict[Text, list[Row]] = {}
        for each in battery.rows:
            groups.setdefault(each.group, []).append(self._row(each.label, each.numbers))
        for group, members in groups.items():
            rows.append(Row(cells=(group,), heading=True, rule_above=True))
            rows += members
        heads = (
            _HEADINGS["check"],
            _HEADINGS["estimate"],
            _HEADINGS["std_error"],
            _HEADINGS["p_value"],
            _HEADINGS["observations"],
        )
        alignment: tuple[Alignment, ...] = ("p", "d", "d", "d", "d")
        name = term_label(battery.term, self.labels)
        sentences = [
            Text(f"Estimates of {name.en}", f"表中为{name.zh}的系数"),
            *([stars_phrase(self.stars)] if self.stars else []),
            _agreement(battery),
        ]
        said = [
            each.said
            if each.numbers is not None
            else Text(
                f"Not run: {each.label.en} ({each.said.en})", f"未实施：{each.label.zh}（{each.said.zh}）"
            )
            for each in battery.rows
            if each.said is not None
        ]
        return Table(
            title=Text.of(self.title or _HEADINGS["robustness_checks"]),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            notes=(
                note_paragraph(sentences),
                *([joined(said)] if said else []),
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


def _agreement(battery: RobustnessBattery) -> Text:
    """Say how many checks could be run, and of how many estimates the sign is the baseline's."""
    checks, run = int(battery.statistics["n_checks"]), int(battery.statistics["n_run"])
    tested = [
        row.numbers
        for row in battery.rows
        if row.numbers is not None and "p_value" in row.numbers and "placebo" not in row.numbers
    ]
    same = [row for row in tested if row["estimate"] * battery.baseline["estimate"] > 0]
    firm = sum(row["p_value"] < battery.alpha for row in same)
    done = (
        note_of("exhibits.all_checks_run", n=checks)
        if run == checks
        else note_of("exhibits.some_checks_run", n=checks, run=run)
    )
    if not tested:
        return done
    return note_of(
        "exhibits.agreement_of_checks",
        done=done,
        count=len(tested),
        same=len(same),
        firm=firm,
        alpha=battery.alpha,
    )
