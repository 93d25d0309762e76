"""Descriptive statistics: type, name, symbol, N, mean, standard deviation, minimum, median, maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.formatting import format_count, format_numbers
from digimfg.display.notes import note_paragraph
from digimfg.display.table import Alignment, Cell, Row, Span, Table
from digimfg.exhibits import Evidence, Labelled, Rounded, Uses
from digimfg.exhibits.columns import Groups, chosen_variables, term_frame
from digimfg.exhibits.groups import row_panels, ungrouped
from digimfg.exhibits.selection import check_names
from digimfg.kinds import Entries
from digimfg.labels import symbol_of, term_label
from digimfg.measures.descriptive import STATISTICS, describe_variables, percentile_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = ["DescriptiveTable"]

_HEADINGS = sheet_beside(__file__, "headings")

_STATISTICS = sheet_beside(__file__, "descriptive_table", "statistics")


@checked
@dataclass(frozen=True, kw_only=True)
class DescriptiveTable(Rounded, Labelled):
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
    by
        Column of groups: each is described in a panel of its own, in ascending order.
    statistics
        What to show, in this order: ``n mean std variance min median max range sum cv skewness kurtosis``,
        and percentiles such as ``"p25"``.
    digits
        Decimals; a column with a number that would read as zero has more.
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
    uses: ClassVar[Uses] = Uses(
        results=("specification",), columns=("variables", "by"), other=("statistics",)
    )

    variables: tuple[str, ...] | Mapping[Text, tuple[str, ...]] = ()
    specification: str | None = None
    by: str | None = None
    statistics: Annotated[tuple[str, ...], Entries(1)] = ("n", "mean", "std", "min", "median", "max")
    symbols: bool = True

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        check_statistics(self, self.statistics)
        groups = chosen_variables(self, evidence, self.variables, self.specification)
        names = [name for _, group in groups for name in group]
        frame = term_frame(self, evidence, names, self.specification)
        parts = row_panels(self, frame, self.by)
        rows: list[Row] = []
        roles = any(role.en for role, _ in groups)
        for heading, part in parts:
            if heading is not None:
                rows.append(Row(cells=(heading,), heading=True, rule_above=bool(rows)))
            rows += self._rows(part, groups, roles=roles)
        heads = [*([_HEADINGS["type"]] if roles else []), _HEADINGS["variable_name"]]
        heads += [_HEADINGS["symbol"]] if self.symbols else []
        alignment: list[Alignment] = ["l", "p"] if roles else ["p"]
        alignment += ["p"] if self.symbols else []
        alignment += ["r" if name == "n" else "d" for name in self.statistics]
        heads += [_head(name) for name in self.statistics]
        sentences = [self._sample(len(frame)), *ungrouped(frame, self.by)]
        return Table(
            title=Text.of(self.title or _HEADINGS["descriptive_statistics"]),
            header=(tuple(Span(text=head) for head in heads),),
            rows=tuple(rows),
            notes=(note_paragraph(sentences),),
            alignment=tuple(alignment),
            name=self.name,
        )

    def _rows(self, frame: pd.DataFrame, groups: Groups, *, roles: bool) -> list[Row]:
        names = list(dict.fromkeys(name for _, group in groups for name in group))
        described = describe_variables(frame, names, self.statistics)
        shown = {
            each: dict(zip(names, _formatted(each, described[each].tolist(), self.digits), strict=True))
            for each in self.statistics
        }
        rows = []
        for role, group in groups:
            for position, name in enumerate(group):
                stub: list[Cell] = [role if position == 0 else ""] if roles else []
                stub += [term_label(name, self.labels), *([symbol_of(name)] if self.symbols else [])]
                rows.append(Row(cells=(*stub, *(shown[each][name] for each in self.statistics))))
        return rows

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


def check_statistics(table: DescriptiveTable, statistics: Sequence[str]) -> None:
    """Raise unless every statistic is known or a percentile."""
    check_names(
        table,
        [name for name in statistics if percentile_of(name) is None],
        list(STATISTICS),
        _HEADINGS["statistic_or_percentile"],
    )


def _head(name: str) -> Text:
    percentile = percentile_of(name)
    if percentile is not None and name not in _STATISTICS:
        return Text(f"P{percentile:g}", f"P{percentile:g}")
    return _STATISTICS[name]


def _formatted(name: str, values: Sequence[float], digits: int) -> list[str]:
    return [format_count(value) for value in values] if name == "n" else format_numbers(values, digits)
