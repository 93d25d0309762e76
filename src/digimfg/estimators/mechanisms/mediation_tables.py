"""The tables of a mediation: paths, effects with every error and interval, contrasts, the three steps."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.estimators.mechanisms.bootstrap import Draws, bca, percentile
from digimfg.estimators.mechanisms.joint import fit_jointly
from digimfg.estimators.mechanisms.model import Equation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design
    from digimfg.estimators.mechanisms.model import Model
    from digimfg.estimators.mechanisms.preparation import Prepared

__all__ = ["contrast_table", "effect_table", "path_table", "sum_table", "three_step_table"]

Floats = NDArray[np.float64]
_NORMAL = float(scipy.stats.norm.ppf(0.975))


def path_table(model: Model, paths: Floats, covariance: Floats, df: float) -> pd.DataFrame:
    """Return every path with t statistics, the direct and the total effect among them."""
    return _tested(model.path_names, paths, np.sqrt(np.diag(covariance)), df, "path")


def effect_table(
    model: Model, effects: Floats, gradient: Floats, covariance: Floats, draws: Draws
) -> pd.DataFrame:
    r"""Return the effects with errors and intervals of every kind.

    ``sobel`` columns: :math:`\sqrt{\sum_p(\partial\theta/\partial p)^2s_p^2}`, which takes paths as
    independent; for a product of two paths this is Sobel's (1982), and Aroian's adds, Goodman's subtracts
    :math:`s_a^2s_b^2`. ``delta`` columns use the covariance of paths, across equations too.
    """
    delta = np.sqrt(np.maximum(_variances(gradient, covariance), 0))
    variances = np.diag(covariance)
    sobel = np.sqrt(gradient**2 @ variances)
    product = np.full(len(effects), np.nan)
    for row, effect in enumerate(model.effects):
        if len(effect.paths) == 2:
            product[row] = variances[effect.paths[0]] * variances[effect.paths[1]]
    with np.errstate(invalid="ignore", divide="ignore"):
        aroian, goodman = np.sqrt(sobel**2 + product), np.sqrt(sobel**2 - product)
    sobel[len(model.effects) :] = np.nan
    low, high, p_value = percentile(draws)
    bca_low, bca_high, bca_p = bca(draws)
    return pd.DataFrame(
        {
            "estimate": effects,
            "delta_std_error": delta,
            "delta_z": effects / delta,
            "delta_p": _two_sided(effects / delta),
            "delta_low": effects - _NORMAL * delta,
            "delta_high": effects + _NORMAL * delta,
            "sobel_std_error": sobel,
            "sobel_z": effects / sobel,
            "sobel_p": _two_sided(effects / sobel),
            "aroian_z": effects / aroian,
            "goodman_z": effects / goodman,
            "bootstrap_std_error": _spread(draws),
            "percentile_p": p_value,
            "percentile_low": low,
            "percentile_high": high,
            "bca_p": bca_p,
            "bca_low": bca_low,
            "bca_high": bca_high,
        },
        index=pd.Index(list(model.effect_names), name="effect", dtype=object),
    )


def contrast_table(
    model: Model, effects: Floats, gradient: Floats, covariance: Floats, draws: Draws
) -> pd.DataFrame:
    """Return the difference of every two specific indirect effects."""
    pairs = list(combinations(range(len(effects)), 2))
    first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    slopes = gradient[first] - gradient[second]
    gap = Draws(
        estimate=effects[first] - effects[second],
        drawn=draws.drawn[:, first] - draws.drawn[:, second],
        left_out=draws.left_out[:, first] - draws.left_out[:, second],
    )
    names = [effect.name for effect in model.effects]
    return _combined(gap, slopes, covariance, [(names[a], names[b]) for a, b in pairs], ("first", "second"))


def sum_table(mediators: Sequence[str], gradient: Floats, covariance: Floats, draws: Draws) -> pd.DataFrame:
    """Return the sums of the ways through each mediator, and of those through each number of mediators."""
    keys = [("through_mediator", name) for name in mediators]
    keys += [("mediators_passed", str(place + 1)) for place in range(len(mediators))]
    return _combined(draws, gradient, covariance, keys, ("sum_of", "over"))


def _combined(
    found: Draws,
    slopes: Floats,
    covariance: Floats,
    keys: list[tuple[str, str]],
    levels: tuple[str, str],
) -> pd.DataFrame:
    """Return combinations of effects with errors of the delta method and bootstrap intervals."""
    delta = np.sqrt(np.maximum(_variances(slopes, covariance), 0))
    low, high, p_value = percentile(found)
    bca_low, bca_high, bca_p = bca(found)
    return pd.DataFrame(
        {
            "estimate": found.estimate,
            "delta_std_error": delta,
            "delta_p": _two_sided(found.estimate / delta),
            "percentile_p": p_value,
            "percentile_low": low,
            "percentile_high": high,
            "bca_p": bca_p,
            "bca_low": bca_low,
            "bca_high": bca_high,
        },
        index=pd.MultiIndex.from_tuples(keys, names=list(levels)),
    )


def three_step_table(
    design: Design, prepared: Prepared, n_controls: int, mediators: tuple[str, ...]
) -> pd.DataFrame:
    """Return the regressions of the three steps: outcome on treatment, mediators on it, outcome on both.

    As the procedure is practised, every mediator is regressed on treatment and controls alone.
    """
    base = (n_controls, *range(n_controls))
    first = n_controls + 1
    outcome = len(prepared.names) - 1
    equations = [
        Equation(outcome=outcome, regressors=base),
        *(Equation(outcome=first + j, regressors=base) for j in range(len(mediators))),
        Equation(outcome=outcome, regressors=(*base, *range(first, outcome))),
    ]
    fit = fit_jointly(design, prepared, equations)
    parts = []
    for column, (start, equation) in enumerate(zip(fit.starts, equations, strict=True)):
        step = 1 if column == 0 else 3 if column == len(equations) - 1 else 2
        place = slice(start, start + len(equation.regressors))
        errors = np.sqrt(np.diag(fit.covariance)[place])
        names = [prepared.names[regressor] for regressor in equation.regressors]
        table = _tested(names, fit.slopes[place], errors, fit.df, "term").reset_index()
        table.insert(0, "step", step)
        table.insert(1, "outcome", prepared.names[equation.outcome])
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def _tested(
    names: tuple[str, ...] | list[str], estimates: Floats, errors: Floats, df: float, index: str
) -> pd.DataFrame:
    statistic = estimates / errors
    half = float(scipy.stats.t.ppf(0.975, df)) * errors
    return pd.DataFrame(
        {
            "estimate": estimates,
            "std_error": errors,
            "statistic": statistic,
            "p_value": 2 * scipy.stats.t.sf(np.abs(statistic), df),
            "conf_low": estimates - half,
            "conf_high": estimates + half,
        },
        index=pd.Index(list(names), name=index, dtype=object),
    )


def _variances(slopes: Floats, covariance: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", slopes @ covariance, slopes))


def _two_sided(z: Floats) -> Floats:
    return np.asarray(2 * scipy.stats.norm.sf(np.abs(z)))


def _spread(draws: Draws) -> Floats:
    found = [values[np.isfinite(values)] for values in draws.drawn.T]
    return np.array([float(np.std(each, ddof=1)) if len(each) > 1 else np.nan for each in found])
