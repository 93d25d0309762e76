"""Collinearity: variance inflation factors, their inverses, their mean, and the condition number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, Rounded, Uses
from digimfg.exhibits.columns import chosen_variables, term_frame
from digimfg.kinds import Digits
from digimfg.labels import term_label
from digimfg.measures.correlations import variance_inflation
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["VifTable"]

_HEADINGS = sheet_beside(__file__, "headings")


@checked
@dataclass(frozen=True, kw_only=True)
class VifTable(Rounded, Labelled):
    """Show variance inflation factors, largest first.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a DataFrame may be given at once.
    variables
        Columns or terms on the right-hand side; by default those of `specification`, else every number but
        years and marks.
    specification
        Use the estimation sample of this specification; by default the whole panel.
    digits
        Decimals.

    Examples
    --------
    >>> import pandas as pd
    >>> table = VifTable(pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [1.0, -1.0, -1.0, 1.0]}), digits=1)
    >>> [row.cells[1:] for row in table.build(table.evidence).rows]
    [('1.0', '1.0'), ('1.0', '1.0'), ('1.0', '')]
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(results=("specification",), columns=("variables",))

    variables: tuple[str, ...] = ()
    specification: str | None = None
    digits: Digits = 2

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        groups = chosen_variables(self, evidence, self.variables, self.specification, outcome=False)
        names = list(dict.fromkeys(name for _, group in groups for name in group))
        found = variance_inflation(term_frame(self, evidence, names, self.specification), names)
        ordered = found.factors.sort_values("vif", ascending=False, kind="stable")
        rows = [
            Row(
                cells=(
                    term_label(str(name), self.labels),
                    format_number(line["vif"], self.digits),
                    format_number(line["tolerance"], self.digits) if line["tolerance"] else "0",
                )
            )
            for name, line in ordered.iterrows()
        ]
        rows.append(
            Row(
                cells=(_HEADINGS["mean_vif"], format_number(found.mean, self.digits), ""),
                rule_above=True,
            )
        )
        count, condition = format_count(found.n_obs), format_number(found.condition_number, 1)
        sentences = [
            Text(
                f"Over {count} rows without missing values, with a constant and before fixed effects "
                f"are taken out",
                f"基于{count}个无缺失的观测，含常数项，未剔除固定效应",
            ),
            Text(f"Condition number {condition}", f"条件数{condition}"),
        ]
        return Table(
            title=Text.of(self.title or _HEADINGS["variance_inflation_factors"]),
            header=((Span(text=_HEADINGS["variable"]), Span(text="VIF"), Span(text="1/VIF")),),
            rows=tuple(rows),
            notes=(note_paragraph(sentences),),
            name=self.name,
        )
