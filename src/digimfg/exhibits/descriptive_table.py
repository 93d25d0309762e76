"""Descriptive statistics: type, name, symbol, N, mean, standard deviation, minimum, median, maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_number
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Alignment, Cell, Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, Uses
from digimfg.exhibits.columns import chosen_variables, term_frame
from digimfg.kinds import Digits
from digimfg.labels import symbol_of, term_label
from digimfg.measures.descriptive import describe_variables
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DescriptiveTable"]

_STATISTICS = {
    "n": Text("N", "观测值"),
    "mean": Text("Mean", "均值"),
    "std": Text("SD", "标准差"),
    "min": Text("Min", "最小值"),
    "median": Text("Median", "中位数"),
    "max": Text("Max", "最大值"),
}


@checked
@dataclass(frozen=True, kw_only=True)
class DescriptiveTable(Labelled):
    """Describe the variables of a sample.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a DataFrame may be given at once.
    variables
        Columns or terms to describe, or role → columns; by default those of `specification` by their roles,
        else every numeric column but years and marks.
    specification
        Describe the estimation sample of this specification; by default the whole panel.
    digits
        Decimals.
    symbols
        Show the column's name beside its label.

    Examples
    --------
    >>> import pandas as pd
    >>> table = DescriptiveTable(pd.DataFrame({"x": [1.0, 3.0]}), symbols=False)
    >>> table.build(table.evidence).rows[0].cells
    (Term(en='x', zh='x'), '2', '2.000', '1.414', '1.000', '2.000', '3.000')
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(results=("specification",), columns=("variables",))

    variables: tuple[str, ...] | Mapping[Text, tuple[str, ...]] = ()
    specification: str | None = None
    digits: Digits = 3
    symbols: bool = True

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        groups = chosen_variables(self, evidence, self.variables, self.specification)
        names = [name for _, group in groups for name in group]
        frame = term_frame(self, evidence, names, self.specification)
        described = describe_variables(frame, list(dict.fromkeys(names)))
        roles = any(role.en for role, _ in groups)
        rows = []
        for role, group in groups:
            for position, name in enumerate(group):
                stub: list[Cell] = [role if position == 0 else ""] if roles else []
                stub += [term_label(name, self.labels), *([symbol_of(name)] if self.symbols else [])]
                values = described.loc[[name]].astype(float).iloc[0].to_dict()
                numbers = [
                    format_count(value) if each == "n" else format_number(value, self.digits)
                    for each, value in values.items()
                ]
                rows.append(Row(cells=(*stub, *numbers)))
        heads = [*([Text("Type", "变量类型")] if roles else []), Text("Variable", "变量名称")]
        heads += [Text("Symbol", "符号")] if self.symbols else []
        alignment: list[Alignment] = ["l", "p"] if roles else ["p"]
        alignment += ["p", "r"] if self.symbols else ["r"]
        alignment += ["d"] * (len(_STATISTICS) - 1)
        return Table(
            title=Text.of(self.title or Text("Descriptive statistics", "描述性统计")),
            header=(tuple(Span(text=head) for head in [*heads, *_STATISTICS.values()]),),
            rows=tuple(rows),
            notes=(note_paragraph([self._sample(len(frame))]),),
            alignment=tuple(alignment),
            name=self.name,
        )

    def _sample(self, n_rows: int) -> Text:
        count = format_count(n_rows)
        if self.specification is None:
            return Text(
                f"All {count} rows of the panel; N counts values that are not missing",
                f"面板全部{count}行；观测值为非缺失值个数",
            )
        return Text(
            f"Estimation sample of specification '{self.specification}' ({count} rows)",
            f"设定“{self.specification}”的回归样本（{count}个观测值）",
        )
