"""The regression table: columns (1) (2) …, stars, parentheses, rows for controls and effects, a note that
says how.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.covariance import WILD_P_VALUE
from digimfg.display.formatting import format_number, format_p_value, shared_digits, stars_for
from digimfg.display.regression_notes import regression_notes
from digimfg.display.statistics import format_statistic, statistic_label
from digimfg.display.table import Cell, Row, Span, Table
from digimfg.estimators.least_squares import LeastSquares
from digimfg.exhibits import Evidence, Labelled, Starred, Uses
from digimfg.exhibits.falsified_columns import (
    falsification_notes,
    falsification_rows,
    falsified_columns,
    marked_rows,
    permuted_columns,
    permuted_notes,
    permuted_rows,
)
from digimfg.exhibits.selection import check_choice, check_names, select_results
from digimfg.exhibits.terms import core_terms, is_constant
from digimfg.labels import fixed_effects_label, term_label
from digimfg.say import say
from digimfg.text import Text, column_letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.result import Result

__all__ = ["Parentheses", "RegressionTable"]

Parentheses = Literal["std_error", "t", "p"]
_STARRED = {f"{kind}_{against}" for kind in ("lm", "robust_lm", "wald", "lr") for against in ("lag", "error")}
"""Tests between spatial models: one row each, the statistic with the stars of its p value."""
_LIKELIHOOD = {"sigma2", "log_likelihood"}
YES, NO = Text("Yes", "是"), Text("No", "否")
_DEFAULT_STATISTICS = (
    "n_obs",
    "n_clusters",
    "n_instruments",
    "effective_f",
    "kleibergen_paap_rk_f",
    "kleibergen_paap_rk_lm_p",
    "anderson_rubin_p",
    "anderson_rubin_wild_p",
    "hansen_j_p",
    "ar1_p",
    "ar2_p",
    "hansen_p",
    *(f"threshold_{number}{suffix}" for number in (1, 2, 3) for suffix in ("", "_p")),
    "lm_lag",
    "robust_lm_lag",
    "lm_error",
    "robust_lm_error",
    "wald_lag",
    "wald_error",
    "lr_lag",
    "lr_error",
    "sigma2",
    "log_likelihood",
    "r2",
    "r2_within",
)


@checked
@dataclass(frozen=True, kw_only=True)
class RegressionTable(Starred, Labelled):
    """Show estimates of several specifications side by side.

    Where the evidence holds a falsification of a column's design (`dm.falsification_pack`), its p-value and
    power stand below the column, and an estimate whose design fails it is marked beside its stars.

    Parameters
    ----------
    source, title, notes, note_form, labels
        See `Exhibit`.
    columns
        Specifications to show, in this order; all of them by default.
    panels
        Title of a panel → its specifications, as many in each: panels A, B … below one another in one table;
        in place of `columns`.
    column_titles
        A header line above the outcomes ("OLS", "IV" …), one per column.
    parentheses
        What stands below an estimate: its standard error, its t (or z) statistic, or its p-value.
    bootstrap_p
        Give the wild-bootstrap p-value in brackets on a line of its own, where results have it (few
        clusters).
    digits
        Decimals of estimates.
    stars
        Significance levels; one star for each that the p-value lies below. ``()`` gives no stars.
    statistics
        Names of statistics below the coefficients; by default observations, clusters, R² and within R², for
        instruments their number, strength, the Anderson-Rubin and overidentification tests, for dynamic
        panels the tests of serial correlation and of Hansen, for threshold panels the thresholds and their
        p values, and for spatial panels the tests between models (with stars), σ² and the log-likelihood.
    show_controls
        Give each control its own rows; otherwise one row says Yes or No.
    show_constant
        Give the constant its rows where a specification has one.
    keep
        Terms to show, and their order; by default the terms of interest in the order of the specifications.

    Examples
    --------
    >>> RegressionTable("promotion_main", columns=("baseline", "convergence")).name
    'promotion_main'
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    uses: ClassVar[Uses] = Uses(results=("columns", "panels"), other=("column_titles", "statistics", "keep"))

    columns: tuple[str, ...] = ()
    panels: Mapping[Text, tuple[str, ...]] = field(default_factory=dict)
    column_titles: tuple[Text | str, ...] = ()
    parentheses: Parentheses = "std_error"
    bootstrap_p: bool = True
    statistics: tuple[str, ...] | None = None
    show_controls: bool = False
    show_constant: bool = True
    keep: tuple[str, ...] = ()

    def build(self, evidence: Evidence) -> Table:
        """Return the table."""
        panels = [select_results(self, evidence, names) for names in self.panels.values() or (self.columns,)]
        for named in panels:
            check_choice(self, "panels, columns of each", len(named), (len(panels[0]),))
        rows: list[Row] = []
        brackets = False
        titles = list(self.panels) or [Text("", "")]
        for place, (named, title) in enumerate(zip(panels, titles, strict=True)):
            coefficients = _coefficient_rows(self, tuple(named.values()))
            brackets |= any(_is_bracket(row) for row in coefficients)
            if self.panels:
                rows += _panel_head(self, place, title, tuple(named.values()))
            rows += self._panel(evidence, named, coefficients)
        results = tuple(result for named in panels for result in named.values())
        packs = [falsified_columns(evidence, tuple(named)) for named in panels]
        permuted = [permuted_columns(evidence, tuple(named)) for named in panels]
        return Table(
            title=Text.of(self.title or Text("Regression results", "回归结果")),
            header=_header(self, tuple(panels[0]), tuple(panels[0].values())),
            rows=tuple(rows),
            notes=(
                *regression_notes(
                    results,
                    parentheses=self.parentheses,
                    stars=self.stars,
                    labels=self.labels,
                    show_controls=self.show_controls,
                    brackets=brackets,
                ),
                *dict.fromkeys(note for found in packs for note in falsification_notes(found)),
                *dict.fromkeys(note for found in permuted for note in permuted_notes(found, self.labels)),
            ),
            name=self.name,
        )

    def _panel(self, evidence: Evidence, named: Mapping[str, Result], coefficients: list[Row]) -> list[Row]:
        results, packs = tuple(named.values()), falsified_columns(evidence, tuple(named))
        return [
            *marked_rows(coefficients, packs, self.labels),
            *_indicator_rows(self, results),
            *_statistic_rows(self, results),
            *falsification_rows(packs, self.digits),
            *permuted_rows(permuted_columns(evidence, tuple(named))),
        ]


def _panel_head(
    table: RegressionTable, place: int, title: Text | str, results: Sequence[Result]
) -> list[Row]:
    """Return the rows that open a panel: its title, its columns' numbers below the first, its outcomes."""
    heading = say(
        "Panel {letter}: {title}",
        "Panel {letter}：{title}",
        letter=column_letter(place),
        title=Text.of(title),
    )
    head = [Row(cells=(heading,), heading=True, rule_above=place > 0)]
    if place:
        first = place * len(results) + 1
        head.append(Row(cells=("", *(f"({first + step})" for step in range(len(results))))))
    outcomes = [term_label(result.specification.outcome, table.labels) for result in results]
    return [*head, Row(cells=(Text("Dependent variable", "被解释变量"), *outcomes))]


def _header(
    table: RegressionTable, names: Sequence[str], results: Sequence[Result]
) -> tuple[tuple[Span, ...], ...]:
    numbers = tuple(Span(text=f"({position})") for position in range(1, len(results) + 1))
    titles: Sequence[Text | str] = table.column_titles
    if not titles and not table.name and not all(re.fullmatch(r"\(\d+\)", name) for name in names):
        titles = names
    if titles:
        check_choice(table, "column_titles", len(titles), (len(results),))
    outcomes = [term_label(result.specification.outcome, table.labels) for result in results]
    lines = [(Span(text=""), *numbers)]
    if titles:
        lines.append((Span(text=""), *_merged([Text.of(title) for title in titles])))
    if not table.panels:  # each has a row of its own
        lines.append((Span(text=Text("Dependent variable", "被解释变量")), *_merged(outcomes)))
    return tuple(lines)


def _merged(texts: Sequence[Text]) -> list[Span]:
    """Join neighbours that say the same into one span."""
    spans: list[Span] = []
    for text in texts:
        if spans and spans[-1].text == text:
            spans[-1] = Span(text=text, width=spans[-1].width + 1)
        else:
            spans.append(Span(text=text))
    return spans


def _coefficient_rows(table: RegressionTable, results: Sequence[Result]) -> list[Row]:
    everything = list(dict.fromkeys(term for result in results for term in result.coefficients.index))
    if table.keep:
        check_names(table, table.keep, everything, Text("term", "变量"))
        terms = list(table.keep)
    else:
        shown = {term for result in results for term in core_terms(result)}
        if table.show_controls:
            shown |= {term for term in everything if not is_constant(term)}
        terms = [term for term in everything if term in shown]
        if table.show_constant:
            terms += [term for term in everything if is_constant(term)]
    digits = [_digits(table, result, terms) for result in results]
    rows = []
    for term in terms:
        label = (
            Text("Constant", "常数项") if term in ("const", "constant") else term_label(term, table.labels)
        )
        pairs = [_coefficient(table, result, term, own) for result, own in zip(results, digits, strict=True)]
        rows.append(Row(cells=(label, *(estimate for estimate, _ in pairs))))
        rows.append(Row(cells=("", *(below for _, below in pairs)), attached=True))
        brackets = [_bootstrap_p(table, result, term) for result in results]
        if any(brackets):
            rows.append(Row(cells=("", *brackets), attached=True))
    return rows


def _is_bracket(row: Row) -> bool:
    return any(isinstance(cell, str) and cell.startswith("[") for cell in row.cells)


def _bootstrap_p(table: RegressionTable, result: Result, term: str) -> str:
    if (
        not table.bootstrap_p
        or WILD_P_VALUE not in result.coefficients
        or term not in result.coefficients.index
    ):
        return ""
    value = float(result.coefficients.loc[[term], WILD_P_VALUE].iloc[0])
    return "" if math.isnan(value) else f"[{format_p_value(value, 3)}]"


def _digits(table: RegressionTable, result: Result, terms: Sequence[str]) -> int:
    """Return the decimals that all coefficients of a column share."""
    parts = ["estimate", "std_error"] if table.parentheses == "std_error" else ["estimate"]
    shown = result.coefficients[parts].reindex(list(terms)).to_numpy(dtype=float)
    return shared_digits([float(value) for value in shown.ravel()], table.digits)


def _coefficient(table: RegressionTable, result: Result, term: str, digits: int) -> tuple[str, str]:
    if term not in result.coefficients.index:
        return "", ""
    value = result.coefficients.loc[[term]].astype(float).iloc[0].to_dict()
    estimate = format_number(value["estimate"], digits) + stars_for(value["p_value"], table.stars)
    if table.parentheses == "t":
        return estimate, f"({format_number(value['statistic'], 2)})"
    if table.parentheses == "p":
        return estimate, f"({format_p_value(value['p_value'], 3)})"
    return estimate, f"({format_number(value['std_error'], digits)})"


def _indicator_rows(table: RegressionTable, results: Sequence[Result]) -> list[Row]:
    lines: list[tuple[Cell, ...]] = []
    specifications = [result.specification for result in results]
    estimators = [each.estimator.label for each in specifications]
    if set(estimators) != {LeastSquares.label}:
        lines.append((Text("Estimator", "估计方法"), *estimators))
    if not table.show_controls and any(specification.controls for specification in specifications):
        lines.append(
            (Text("Controls", "控制变量"), *(YES if each.controls else NO for each in specifications))
        )
    if any(specification.observed_only for specification in specifications):
        lines.append(
            (
                Text("Without filled-in values", "剔除填补值"),
                *(YES if each.observed_only else NO for each in specifications),
            )
        )
    removed = [each.estimator.removed_effects(each) for each in specifications]
    effects = dict.fromkeys(effect for each in removed for effect in each)
    for effect in effects:
        lines.append(
            (
                fixed_effects_label(effect, table.labels),
                *(YES if effect in each else NO for each in removed),
            )
        )
    return [Row(cells=cells, rule_above=position == 0) for position, cells in enumerate(lines)]


def _statistic_rows(table: RegressionTable, results: Sequence[Result]) -> list[Row]:
    available = list(dict.fromkeys(name for result in results for name in result.statistics))
    if table.statistics is None:
        names = [
            name
            for name in _DEFAULT_STATISTICS
            if any(_default(result, name) is not None for result in results)
        ]
    else:
        check_names(table, table.statistics, available, Text("statistic", "统计量"))
        names = list(table.statistics)
    rows = []
    for position, name in enumerate(names):
        label = Text.of((table.labels or {}).get(name, statistic_label(name)))
        values = [
            _default(result, name) if table.statistics is None else result.statistics.get(name)
            for result in results
        ]
        cells = [
            ""
            if value is None
            else format_statistic(name, value, table.digits) + _stars_of(table, result, name)
            for value, result in zip(values, results, strict=True)
        ]
        rows.append(Row(cells=(label, *cells), rule_above=position == 0))
    return rows


def _stars_of(table: RegressionTable, result: Result, name: str) -> str:
    return stars_for(result.statistics.get(f"{name}_p"), table.stars) if name in _STARRED else ""


def _default(result: Result, name: str) -> float | None:
    """Return a statistic that a table shows unasked: σ² and the log-likelihood where a model has both."""
    if name in _LIKELIHOOD and not result.statistics.keys() >= _LIKELIHOOD:
        return None
    return result.statistics.get(name)
