"""Necessary condition analysis in tables: effect sizes, and how much of each condition a level of the
outcome needs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.configurations.ceilings import CeilingAnalysis, CeilingName
from digimfg.display.formatting import format_number, format_p_value
from digimfg.display.notes import joined, note_paragraph
from digimfg.display.table import Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, OfStudy, Rounded
from digimfg.exhibits.selection import check_choice, one_study
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.display.table import Alignment

__all__ = ["CeilingTable"]

_HEADINGS = sheet_beside(__file__, "headings")

CEILINGS = {"ce_fdh": _HEADINGS["ce_fdh"], "cr_fdh": _HEADINGS["cr_fdh"]}
_EFFECTS = sheet_beside(__file__, "ceiling_table", "effects")


@checked
@dataclass(frozen=True, kw_only=True)
class CeilingTable(Rounded, OfStudy, Labelled):
    """Show the effect sizes of necessary condition analysis, or its bottleneck table.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a `CeilingAnalysis` may be given at once.
    study
        Name of the study in the analysis; may be left out where there is only one of its kind.
    view
        ``"effects"`` or ``"bottleneck"``.
    ceiling
        Which ceiling the bottlenecks are read from; by default the line, where there is one.
    digits
        Decimals of effects; bottlenecks have one.

    Examples
    --------
    >>> CeilingTable("bottlenecks", view="bottleneck").view
    'bottleneck'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"

    view: Literal["effects", "bottleneck"] = "effects"
    ceiling: CeilingName | None = None

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        found = one_study(self, evidence, CeilingAnalysis, self.study)
        kinds = tuple(dict.fromkeys(found.effects.index.get_level_values("ceiling")))
        return self._effects(found) if self.view == "effects" else self._bottlenecks(found, kinds)

    def _effects(self, found: CeilingAnalysis) -> Table:
        rows = []
        for (condition, kind), line in zip(
            found.effects.index.tolist(), found.effects.to_dict("records"), strict=True
        ):
            cells = [
                format_p_value(line[column], 3)
                if column == "p_value"
                else format_number(line[column], 1 if column == "accuracy_pct" else self.digits)
                for column in _EFFECTS
            ]
            rows.append(Row(cells=(term_label(condition, self.labels), CEILINGS[kind], *cells)))
        heads = (_HEADINGS["condition"], _HEADINGS["ceiling"], *_EFFECTS.values())
        sentences = [
            note_of(
                "exhibits.necessary_conditions",
                name=term_label(found.outcome, self.labels),
                n=len(found.cases),
            ),
            Text(
                "d = ceiling zone / scope: below 0.1 small, from 0.3 large (Dul 2016)",
                "d=上限区域/范围：0.1以下为小，0.3及以上为大（Dul 2016）",
            ),
        ]
        values: list[Alignment] = ["d"] * len(_EFFECTS)
        return Table(
            title=Text.of(self.title or _HEADINGS["necessary_condition_analysis"]),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            notes=(
                note_paragraph(sentences),
                *((joined(found.notes),) if found.notes else ()),
            ),
            alignment=("p", "l", *values),
            name=self.name,
        )

    def _bottlenecks(self, found: CeilingAnalysis, kinds: tuple[str, ...]) -> Table:
        kind = self.ceiling or ("cr_fdh" if "cr_fdh" in kinds else kinds[0])
        check_choice(self, "ceiling", kind, kinds)
        own = found.bottleneck[found.bottleneck["ceiling"] == kind]
        rows = [
            Row(cells=(f"{level:g}", *(_needed(value) for value in part["required_pct"])))
            for level, part in own.groupby("outcome_pct", sort=True)
        ]
        sentences = [
            note_of(
                "exhibits.bottlenecks",
                least=_HEADINGS["highest"] if found.corner.endswith("right") else _HEADINGS["least"],
                name=term_label(found.outcome, self.labels),
                ceiling=CEILINGS[kind],
            ),
            _HEADINGS["not_necessary_not_available"],
        ]
        values: list[Alignment] = ["d"] * len(found.conditions)
        return Table(
            title=Text.of(self.title or _HEADINGS["bottlenecks_pct"]),
            header=(
                tuple(
                    Span(text=term_label(name, self.labels)) for name in (found.outcome, *found.conditions)
                ),
            ),
            rows=tuple(rows),
            notes=(note_paragraph(sentences),),
            alignment=("r", *values),
            name=self.name,
        )


def _needed(value: float) -> str:
    return "NN" if math.isnan(value) else "NA" if math.isinf(value) else format_number(value, 1)
