"""The coefficients of two groups beside each other, and the tests of their difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.display.dropped_rows import dropped_rows
from digimfg.display.formatting import format_count, format_number, format_p_value, stars_for
from digimfg.display.notes import joined, note_paragraph, stars_phrase
from digimfg.display.regression_notes import errors_phrase
from digimfg.display.table import Cell, Row, Span, Table
from digimfg.estimators.mechanisms.group_difference import GroupDifference
from digimfg.exhibits import Evidence, Labelled, OfResult, Starred, Uses
from digimfg.exhibits.selection import check_choice, check_tables, estimator_of, one_result
from digimfg.labels import fixed_effects_label, term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.result import Result

__all__ = ["GroupDifferenceTable"]

_HEADINGS = sheet_beside(__file__, "headings")

_TESTS = sheet_beside(__file__, "group_difference_table", "tests")


@checked
@dataclass(frozen=True, kw_only=True)
class GroupDifferenceTable(Starred, OfResult, Labelled):
    """Show both groups' coefficients, their difference and the p value of every test of it.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`; a result of `GroupDifference` may be given at once.
    specification
        The specification; may be left out where there is only one.
    group_titles
        Heads of the two columns; by default the groups' values.
    digits
        Decimals.
    stars
        Significance levels; ``()`` gives no stars. Stars of the difference are those of the first test asked
        for.

    Examples
    --------
    >>> GroupDifferenceTable("promotion_regions", specification="regions").digits
    3
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(results=("specification",), other=("group_titles",))

    group_titles: tuple[Text | str, ...] = ()

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        name, result = one_result(self, evidence, self.specification)
        check_tables(self, name, result, "GroupDifference", "differences")
        if self.group_titles:
            check_choice(self, "group_titles", len(self.group_titles), (2,))
        errors = errors_phrase([result], self.labels)
        dropped, others = dropped_rows([result])
        sentences = [Text(f"In parentheses: {errors.en}", f"括号内为{errors.zh}")]
        sentences += [stars_phrase(self.stars)] if self.stars else []
        said = [*dropped, *others[0]]
        return Table(
            title=Text.of(self.title or _HEADINGS["differences_between_groups"]),
            header=_header(self, result),
            rows=tuple(_rows(self, result)),
            notes=(
                note_paragraph(sentences),
                *([joined(said)] if said else []),
            ),
            name=self.name,
        )


def _header(table: GroupDifferenceTable, result: Result) -> tuple[tuple[Span, ...], ...]:
    titles = [Text.of(title) for title in table.group_titles]
    if not titles:
        group = estimator_of(table, result, GroupDifference).group
        count = len(result.tables["differences"])
        for name in (result.coefficients.index[0], result.coefficients.index[count]):
            level = str(name).rpartition(":")[2]
            titles.append(term_label(level if level.startswith(group) else str(name), table.labels))
    return (
        (Span(text=""), Span(text="(1)"), Span(text="(2)"), Span(text="(2)−(1)")),
        (Span(text=""), *(Span(text=title) for title in titles), Span(text=_HEADINGS["difference"])),
        (
            Span(text=_HEADINGS["dependent_variable"]),
            Span(text=term_label(result.specification.outcome, table.labels), width=3),
        ),
    )


def _rows(table: GroupDifferenceTable, result: Result) -> list[Row]:
    differences = result.tables["differences"]
    tests = [name for name in _TESTS if name in differences.columns]
    rows = []
    for term, line in zip(differences.index, differences.astype(float).to_dict("records"), strict=True):
        errors = [line["first_std_error"], line["second_std_error"]]
        errors.append(float(result.coefficients["std_error"].loc[f"difference[{term}]"]))
        p_values = [line["first_p"], line["second_p"], line[tests[0]]]
        estimates = [line["first"], line["second"], line["difference"]]
        above = [
            format_number(estimate, table.digits) + stars_for(p_value, table.stars)
            for estimate, p_value in zip(estimates, p_values, strict=True)
        ]
        below = [f"({format_number(error, table.digits)})" for error in errors]
        rows += [
            Row(cells=(term_label(term, table.labels), *above)),
            Row(cells=("", *below), attached=True),
        ]
        rows += [
            Row(cells=(_TESTS[test], "", "", format_p_value(line[test], table.digits)), attached=True)
            for test in tests
        ]
    yes, specification = _HEADINGS["yes"], result.specification
    lines: list[tuple[Cell, ...]] = []
    if specification.controls:
        lines.append((_HEADINGS["controls"], yes, yes, ""))
    for effect in specification.estimator.removed_effects(specification):
        lines.append((fixed_effects_label(effect, table.labels), yes, yes, ""))
    statistics = result.statistics
    counts = [format_count(statistics[f"n_obs_{which}"]) for which in ("first", "second")]
    lines.append((_HEADINGS["observations"], *counts, ""))
    if "r2_within_first" in statistics:
        fits = [
            format_number(statistics[f"r2_within_{which}"], table.digits) for which in ("first", "second")
        ]
        lines.append((_HEADINGS["within_r2"], *fits, ""))
    return [*rows, *(Row(cells=cells, rule_above=place == 0) for place, cells in enumerate(lines))]
