"""From an assembled dynamic panel to estimates, errors, tests and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from digimfg.design import INTERCEPT
from digimfg.distributions.student import quadratic_form, student_joint
from digimfg.errors import EstimationError
from digimfg.estimators.gmm.inference import (
    difference_in_hansen,
    serial_correlation_tests,
    windmeijer_covariance,
)
from digimfg.estimators.gmm.moments import Step, estimate_steps
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digimfg.estimators.gmm.assembly import Assembly
    from digimfg.estimators.gmm.levels import Levels

__all__ = ["DynamicEstimate", "ErrorKind", "estimate_assembly"]

Floats = NDArray[np.float64]
ErrorKind = Literal["robust", "unadjusted"]


@dataclass(frozen=True, kw_only=True, eq=False)
class DynamicEstimate:
    """Hold the answer on arrays.

    Parameters
    ----------
    names, coefficients, covariance
        Of the reported coefficients (period effects are left out).
    df_resid
        Of the t distribution, ``None`` for the normal.
    statistics, tables, notes
        As in `Result`.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    df_resid: float | None
    statistics: Mapping[str, float]
    tables: Mapping[str, pd.DataFrame]
    notes: tuple[Text, ...]


def estimate_assembly(
    assembly: Assembly,
    levels: Levels,
    *,
    steps: Literal[1, 2],
    errors: ErrorKind,
    df_adjusted_variance: bool,
    small_sample: bool,
    orders: int,
    allow_many_instruments: bool,
    system: bool,
    orthogonal: bool,
) -> DynamicEstimate:
    """Return estimates and every test of the model.

    Parameters
    ----------
    errors
        ``"robust"``: one-step sandwich or two-step Windmeijer. ``"unadjusted"``: homoskedastic one-step, or
        the plain two-step covariance.
    df_adjusted_variance
        Divide the error variance of homoskedastic errors by rows less coefficients.
    small_sample
        The factors and t distribution of xtabond2's option ``small``.
    orders
        Highest order of serial correlation to test.

    Raises
    ------
    EstimationError
        If there are more instruments than entities and this is not allowed, or fewer than coefficients.
    """
    linear = assembly.system
    n_instruments = linear.instruments.shape[1]
    n_coefficients = linear.regressors.shape[1]
    n_entities = len(np.unique(linear.entity))
    n_obs = len(levels.outcome) if system else assembly.n_transformed
    _check_count(n_instruments, n_coefficients, n_entities, allow_many_instruments)
    first, second = estimate_steps(linear)
    step = first if steps == 1 else second
    moved = first.residuals[: assembly.n_transformed]
    variance = float(moved @ moved) / n_obs / (1.0 if orthogonal else 2.0)
    adjusted = variance * n_obs / (n_obs - n_coefficients)
    covariance = _covariance(
        assembly, first, second, steps, errors, adjusted if df_adjusted_variance else variance
    )
    homoskedastic = None
    if errors == "unadjusted" and steps == 1:
        homoskedastic = adjusted if df_adjusted_variance else variance
    serial = serial_correlation_tests(
        linear,
        step,
        covariance,
        assembly.differences,
        outcome=levels.outcome,
        regressors=assembly.regressors,
        n_periods=int(levels.period.max()) + 1,
        orders=orders,
        error_variance=homoskedastic,
    )
    df_resid: float | None = None
    if small_sample:
        plain = errors == "unadjusted" and steps == 1
        lost = n_coefficients if plain else n_coefficients - 1
        factor = 1.0 if plain and df_adjusted_variance else n_obs / (n_obs - lost)
        if not plain:
            factor *= n_entities / (n_entities - 1)
        covariance = covariance * factor
        df_resid = float(n_obs - n_coefficients if plain else n_entities - int(system))
    degrees = n_instruments - n_coefficients
    reported = assembly.n_reported
    beta, spread = step.coefficients[:reported], covariance[:reported, :reported]
    statistics = {
        "n_obs": float(n_obs),
        "n_entities": float(n_entities),
        "n_periods": float(len(np.unique(levels.period))),
        "n_instruments": float(n_instruments),
        "hansen": second.criterion,
        "hansen_df": float(degrees),
        "hansen_p": _upper(second.criterion, degrees),
        "sargan": first.criterion / variance,
        "sargan_df": float(degrees),
        "sargan_p": _upper(first.criterion / variance, degrees),
        "sargan_df_adjusted": first.criterion / adjusted,
        "sargan_df_adjusted_p": _upper(first.criterion / adjusted, degrees),
    }
    for order, (statistic, p_value) in enumerate(serial, start=1):
        statistics[f"ar{order}"], statistics[f"ar{order}_p"] = statistic, p_value
    slopes = [i for i, name in enumerate(assembly.names) if name != INTERCEPT]
    statistics.update(_wald(beta[slopes], spread[np.ix_(slopes, slopes)], df_resid))
    statistics["sigma2"] = variance
    notes = [*assembly.notes, _instrument_note(n_instruments, n_entities)]
    if first.singular or second.singular:
        notes.append(note_of("gmm.singular"))
    instrument_tests, untested = _instrument_tests(assembly, first, second)
    notes.extend(untested)
    return DynamicEstimate(
        names=assembly.names,
        coefficients=beta,
        covariance=spread,
        df_resid=df_resid,
        statistics=statistics,
        tables={
            "instrument_tests": instrument_tests,
            "serial_correlation": pd.DataFrame(
                serial, columns=["statistic", "p_value"], index=pd.RangeIndex(1, orders + 1, name="order")
            ),
        },
        notes=tuple(notes),
    )


def _covariance(
    assembly: Assembly, first: Step, second: Step, steps: int, errors: ErrorKind, variance: float
) -> Floats:
    if steps == 1:
        return first.robust_covariance if errors == "robust" else variance * first.bread
    return windmeijer_covariance(assembly.system, first, second) if errors == "robust" else second.bread


def _instrument_tests(assembly: Assembly, first: Step, second: Step) -> tuple[pd.DataFrame, list[Text]]:
    """Return the tests of sets of instruments, and a note on those without which nothing is identified."""
    groups: dict[tuple[str, str, str], tuple[int, ...]] = {}
    for position, block in enumerate(assembly.blocks):
        if block.name != INTERCEPT:
            key = (block.equation, block.name, block.lags)
            groups[key] = (*groups.get(key, ()), position)
    level = tuple(i for i, block in enumerate(assembly.blocks) if block.equation == "level" and block.lags)
    if len(level) > 1:
        groups["level", "all_lagged_differences", ""] = level
    tests = difference_in_hansen(assembly.system, first, second, assembly.owner, groups)
    columns = [
        "n_instruments",
        "excluding",
        "excluding_df",
        "excluding_p",
        "difference",
        "difference_df",
        "difference_p",
    ]
    names = ["equation", "instruments", "lags"]
    keys = [test.key for test in tests]
    index = (
        pd.MultiIndex.from_tuples(keys, names=names)
        if keys
        else pd.MultiIndex.from_arrays([[], [], []], names=names)
    )
    table = pd.DataFrame(
        [[getattr(test, column) for column in columns] for test in tests], columns=columns, index=index
    )
    needed = [key for key in groups if key not in keys]
    if not needed:
        return table, []
    listed = [_set_label(name, lags) for _, name, lags in needed]
    note = note_of("gmm.not_tested", listed=listed)
    return table, [note]


def _set_label(name: str, lags: str) -> Text:
    if name == "period_effects":
        return Text("time fixed effects", "时间固定效应")
    label = term_label(name)
    if not lags:
        return label
    if lags.isdigit():
        return note_of("gmm.lag_of_set", label=label, lag=lags)
    return note_of("gmm.lags_of_set", label=label, lags=lags)


def _wald(beta: Floats, covariance: Floats, df_resid: float | None) -> dict[str, float]:
    quadratic = quadratic_form(covariance, beta)
    if np.isnan(quadratic):
        return {}
    found = student_joint(quadratic, len(beta), np.inf if df_resid is None else df_resid)
    if df_resid is not None:
        return {"f_statistic": found.statistic, "f_p_value": found.p_value}
    return {"wald": found.statistic, "wald_df": found.df_numerator, "wald_p": found.p_value}


def _upper(statistic: float, degrees: int) -> float:
    return float(special.chdtrc(degrees, statistic)) if degrees else float("nan")


def _instrument_note(n_instruments: int, n_entities: int) -> Text:
    if n_instruments > n_entities:
        return note_of("gmm.too_many_instruments", n_instruments=n_instruments, n_entities=n_entities)
    return note_of("gmm.count_of_instruments", n_instruments=n_instruments, n_entities=n_entities)


def _check_count(n_instruments: int, n_coefficients: int, n_entities: int, allowed: bool) -> None:
    if n_instruments < n_coefficients:
        raise EstimationError.of(
            "gmm.too_few_instruments", n_coefficients=n_coefficients, n_instruments=n_instruments
        )
    if n_instruments > n_entities and not allowed:
        raise EstimationError.of(
            "gmm.more_instruments_than_entities", n_entities=n_entities, n_instruments=n_instruments
        )
