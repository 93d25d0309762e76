"""The rows of a regression table: estimates, how they were estimated, statistics."""

from __future__ import annotations

import math
from abc import ABC
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from digimfg.covariance import WILD_P_VALUE
from digimfg.display.formatting import format_number, format_p_value, shared_digits, stars_for
from digimfg.display.statistics import format_statistic, statistic_label
from digimfg.display.table import Cell, Row
from digimfg.estimators.least_squares import LeastSquares
from digimfg.exhibits import Labelled, Starred
from digimfg.exhibits.selection import check_names
from digimfg.exhibits.terms import core_terms, is_constant
from digimfg.labels import fixed_effects_label, term_label
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.result import Result

__all__ = [
    "Parentheses",
    "RegressionOptions",
    "coefficient_rows",
    "indicator_rows",
    "is_bracket",
    "statistic_rows",
]

_HEADINGS = sheet_beside(__file__, "headings")

Parentheses = Literal["std_error", "t", "p"]
_STARRED = {f"{kind}_{against}" for kind in ("lm", "robust_lm", "wald", "lr") for against in ("lag", "error")}
"""Tests between spatial models: one row each, the statistic with the stars of its p value."""
_LIKELIHOOD = {"sigma2", "log_likelihood"}
_YES, _NO = _HEADINGS["yes"], _HEADINGS["no"]
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


@dataclass(frozen=True, kw_only=True)
class RegressionOptions(Starred, Labelled, ABC):
    """What rows a regression table has; its own docstring says what each option means."""

    parentheses: Parentheses = "std_error"
    bootstrap_p: bool = True
    statistics: tuple[str, ...] | None = None
    show_controls: bool = False
    show_constant: bool = True
    keep: tuple[str, ...] = ()


def coefficient_rows(table: RegressionOptions, results: Sequence[Result]) -> list[Row]:
    """Return the rows of estimates with what stands below them."""
    everything = list(dict.fromkeys(term for result in results for term in result.coefficients.index))
    if table.keep:
        check_names(table, table.keep, everything, _HEADINGS["term_word"])
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
        label = _HEADINGS["constant"] if term in ("const", "constant") else term_label(term, table.labels)
        pairs = [_coefficient(table, result, term, own) for result, own in zip(results, digits, strict=True)]
        rows.append(Row(cells=(label, *(estimate for estimate, _ in pairs))))
        rows.append(Row(cells=("", *(below for _, below in pairs)), attached=True))
        brackets = [_bootstrap_p(table, result, term) for result in results]
        if any(brackets):
            rows.append(Row(cells=("", *brackets), attached=True))
    return rows


def is_bracket(row: Row) -> bool:
    """Return whether a row holds p-values in brackets."""
    return any(isinstance(cell, str) and cell.startswith("[") for cell in row.cells)


def _bootstrap_p(table: RegressionOptions, result: Result, term: str) -> str:
    if (
        not table.bootstrap_p
        or WILD_P_VALUE not in result.coefficients
        or term not in result.coefficients.index
    ):
        return ""
    value = float(result.coefficients.loc[[term], WILD_P_VALUE].iloc[0])
    return "" if math.isnan(value) else f"[{format_p_value(value, 3)}]"


def _digits(table: RegressionOptions, result: Result, terms: Sequence[str]) -> int:
    """Return the decimals that all coefficients of a column share."""
    parts = ["estimate", "std_error"] if table.parentheses == "std_error" else ["estimate"]
    shown = result.coefficients[parts].reindex(list(terms)).to_numpy(dtype=float)
    return shared_digits([float(value) for value in shown.ravel()], table.digits)


def _coefficient(table: RegressionOptions, result: Result, term: str, digits: int) -> tuple[str, str]:
    if term not in result.coefficients.index:
        return "", ""
    value = result.coefficients.loc[[term]].astype(float).iloc[0].to_dict()
    estimate = format_number(value["estimate"], digits) + stars_for(value["p_value"], table.stars)
    if table.parentheses == "t":
        return estimate, f"({format_number(value['statistic'], 2)})"
    if table.parentheses == "p":
        return estimate, f"({format_p_value(value['p_value'], 3)})"
    return estimate, f"({format_number(value['std_error'], digits)})"


def indicator_rows(table: RegressionOptions, results: Sequence[Result]) -> list[Row]:
    """Return the rows that say how each column was estimated: its method, controls, effects."""
    lines: list[tuple[Cell, ...]] = []
    specifications = [result.specification for result in results]
    estimators = [each.estimator.label for each in specifications]
    if set(estimators) != {LeastSquares.label}:
        lines.append((_HEADINGS["estimator"], *estimators))
    if not table.show_controls and any(specification.controls for specification in specifications):
        lines.append((_HEADINGS["controls"], *(_YES if each.controls else _NO for each in specifications)))
    if any(specification.observed_only for specification in specifications):
        lines.append(
            (
                _HEADINGS["without_filled_in_values"],
                *(_YES if each.observed_only else _NO for each in specifications),
            )
        )
    removed = [each.estimator.removed_effects(each) for each in specifications]
    effects = dict.fromkeys(effect for each in removed for effect in each)
    for effect in effects:
        lines.append(
            (
                fixed_effects_label(effect, table.labels),
                *(_YES if effect in each else _NO for each in removed),
            )
        )
    return [Row(cells=cells, rule_above=position == 0) for position, cells in enumerate(lines)]


def statistic_rows(table: RegressionOptions, results: Sequence[Result]) -> list[Row]:
    """Return the rows of statistics."""
    available = list(dict.fromkeys(name for result in results for name in result.statistics))
    if table.statistics is None:
        names = [
            name
            for name in _DEFAULT_STATISTICS
            if any(_default(result, name) is not None for result in results)
        ]
    else:
        check_names(table, table.statistics, available, _HEADINGS["statistic_word"])
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


def _stars_of(table: RegressionOptions, result: Result, name: str) -> str:
    return stars_for(result.statistics.get(f"{name}_p"), table.stars) if name in _STARRED else ""


def _default(result: Result, name: str) -> float | None:
    """Return a statistic that a table shows unasked: σ² and the log-likelihood where a model has both."""
    if name in _LIKELIHOOD and not result.statistics.keys() >= _LIKELIHOOD:
        return None
    return result.statistics.get(name)
