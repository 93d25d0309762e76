"""Residuals, fitted values and effects of the rows that a result was estimated on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import EstimationError
from digimfg.kinds import StoredFrame
from digimfg.postestimation.effects import known_effects
from digimfg.postestimation.equation import Equation, data_of, equation_of
from digimfg.postestimation.responses import categories_of
from digimfg.result import Result

__all__ = ["estimated_effects", "fitted_values", "residuals"]


@checked
def fitted_values(result: Result, frame: StoredFrame | None = None) -> pd.Series[float]:
    """Return the mean of the outcome that an estimate gives each of its rows, effects included.

    They are computed when asked for, from the specification and the data: results stay small.

    Parameters
    ----------
    result
        Of an estimator with a mean (`Estimator.link`): least squares, two-stage least squares (at the
        endogenous terms as they are), random effects (without the unit's own effect), counts, binary choices,
        shares, censored outcomes (the mean of what is observed).
    frame
        The data it was estimated on; not needed in the session that estimated it.

    Returns
    -------
    Series
        By the labels of the frame's index, in its order, of the rows estimated on only: assigned to a column
        of the frame, the other rows are missing.

    Raises
    ------
    EstimationError
        If the estimator gives rows no mean.
    SpecificationError
        If the data are needed and not given, or are others.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data
    >>> spec = dm.Specification("invest", "value", entity="firm", time="year", fixed_effects="firm")
    >>> result = dm.estimate(spec, frame)
    >>> bool((dm.fitted_values(result) + result.residuals - frame["invest"]).abs().max() < 1e-9)
    True
    """
    found = _with_mean(result, frame, "dm.fitted_values")
    data = data_of(result, frame, "dm.fitted_values")
    return _by_row(found, data, found.fitted, "fitted_values")


@checked
def residuals(result: Result, frame: StoredFrame | None = None) -> pd.Series[float]:
    """Return the outcome less its mean for the rows that a result was estimated on; see `fitted_values`.

    Parameters
    ----------
    result, frame
        As in `fitted_values`.

    Raises
    ------
    EstimationError
        If the estimator gives rows no mean.
    SpecificationError
        If the data are needed and not given, or are others.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data
    >>> result = dm.estimate(dm.Specification("invest", "value", entity="firm", fixed_effects="firm"), frame)
    >>> bool(dm.residuals(result).groupby(frame["firm"]).sum().abs().max() < 1e-6)
    True
    """
    found = _with_mean(result, frame, "dm.residuals")
    data = data_of(result, frame, "dm.residuals")
    return _by_row(found, data, found.design.outcome - found.fitted, "residuals")


@checked
def estimated_effects(result: Result, frame: StoredFrame | None = None) -> dict[str, pd.Series[float]]:
    """Return the absorbed effects of an estimate: column → level → effect.

    The first effect holds the level of the outcome; each further one has mean zero over the rows (weighted as
    the estimate). Where levels form groups that no row links, only differences within a group mean anything.
    Under Poisson they are on the scale of the index.

    Parameters
    ----------
    result, frame
        As in `fitted_values`.

    Raises
    ------
    EstimationError
        If the estimator gives rows no mean, or absorbed no effects.
    SpecificationError
        If the data are needed and not given, or are others.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", fixed_effects="firm")
    >>> float(dm.estimated_effects(dm.estimate(spec, frame))["firm"]["General Motors"].round(2))
    -70.3
    """
    where = "dm.estimated_effects"
    data = data_of(result, frame, where)
    found = equation_of(result, data, where)
    if not found.design.effects:
        raise EstimationError.of("postestimation.no_fixed_effects", where=where)
    known = known_effects(found, data)
    ends = [*known.starts[1:], len(known.values)]
    return {
        name: pd.Series(known.values[start:end], index=index.rename(name) if index.nlevels == 1 else index)
        .rename("effect")
        .sort_index()
        for (name, index), start, end in zip(known.levels.items(), known.starts, ends, strict=True)
    }


def _with_mean(result: Result, frame: pd.DataFrame | None, where: str) -> Equation:
    found = equation_of(result, frame, where)
    if categories_of(found):
        raise EstimationError.of(
            "postestimation.outcome_not_a_number", where=where, got=result.specification.estimator.label
        )
    return found


def _by_row(equation: Equation, frame: pd.DataFrame, values: np.ndarray, name: str) -> pd.Series[float]:
    order = np.argsort(equation.design.rows, kind="stable")
    return pd.Series(values[order], index=frame.index[equation.design.rows[order]], name=name)
