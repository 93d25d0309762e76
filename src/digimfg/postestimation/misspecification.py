"""Tests of the model on its own residuals: variances by unit, functional form."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design.absorb import absorb
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.kinds import AtLeast, AtMost, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.postestimation.model_tests import ModelTest, refused_test, tested_equation
from digimfg.result import Result
from digimfg.text import Text

__all__ = ["groupwise_heteroskedasticity_test", "reset_test"]

Floats = NDArray[np.float64]


@checked
@keeps_marks
@one_thread
def groupwise_heteroskedasticity_test(result: Result, *, frame: StoredFrame | None = None) -> ModelTest:
    r"""Test that the error variance is the same in every unit: modified Wald (Greene 2000; Stata's
    ``xttest3``).

    :math:`W=\sum_i(\hat\sigma_i^2-\hat\sigma^2)^2/V_i` with :math:`\hat\sigma_i^2=T_i^{-1}\sum_te_{it}^2`,
    :math:`\hat\sigma^2` the mean of all squares and
    :math:`V_i=[T_i(T_i-1)]^{-1}\sum_t(e_{it}^2-\hat\sigma_i^2)^2`; chi-squared with as many degrees of
    freedom as units. Units of one row say nothing and are left out, with a note.

    Parameters
    ----------
    result
        Of an estimator whose mean is linear, with an entity.
    frame
        The data estimated on; not needed in the session that estimated them.

    Raises
    ------
    SpecificationError
        If there is no entity.
    EstimationError
        If no two units have two rows, or squares do not vary within a unit.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", fixed_effects="firm")
    >>> found = dm.groupwise_heteroskedasticity_test(dm.estimate(spec, frame))
    >>> found.df_numerator, found.p_value < 0.001
    (11.0, True)
    """
    where = "dm.groupwise_heteroskedasticity_test"
    if result.specification.entity is None:
        raise SpecificationError.of("postestimation.no_entity", where=where)
    equation = tested_equation(result, frame, where, ("identity",))
    entity = equation.design.entity
    assert entity is not None  # noqa: S101
    squares = (equation.design.outcome - equation.fitted) ** 2
    size = np.bincount(entity).astype(np.float64)
    own = np.bincount(entity, squares) / size
    spread = np.bincount(entity, (squares - own[entity]) ** 2)
    several = size > 1
    overall = float(squares.mean())
    if several.sum() < 2 or not (spread[several] > (1e-20 * overall**2)).all():
        raise EstimationError.of(
            "postestimation.too_few_units_with_residuals",
            where=where,
            n=int((several & (spread > 0)).sum()),
            all=len(size),
        )
    variance = spread[several] / (size[several] * (size[several] - 1))
    statistic = float(np.sum((own[several] - overall) ** 2 / variance))
    df = float(several.sum())
    notes: tuple[Text, ...] = ()
    if not several.all():
        notes = (note_of("postestimation.units_of_one_row", count=int((~several).sum())),)
    return ModelTest(
        hypothesis=Text("the error variance is the same in every unit", "各个体误差方差相同"),
        statistic=statistic,
        df_numerator=df,
        df_denominator=None,
        p_value=float(scipy.stats.chi2.sf(statistic, df)),
        n_obs=equation.design.n_obs,
        notes=notes,
    )


@checked
@keeps_marks
@one_thread
def reset_test(
    result: Result,
    *,
    powers: Annotated[int, AtLeast(2), AtMost(5)] = 4,
    frame: StoredFrame | None = None,
) -> ModelTest:
    r"""Test the functional form by powers of the fitted index (Ramsey 1969,
    doi:10.1111/j.2517-6161.1969.tb00796.x; Stata's ``ovtest``).

    The powers 2 to `powers` of the index, effects included, are added to the equation, and tested to be zero
    with the specification's covariance; chi-squared where the estimator is normal.

    Parameters
    ----------
    result
        Of `LeastSquares`, `Poisson`, or a binary choice.
    powers
        The highest.
    frame
        The data estimated on; not needed in the session that estimated them.

    Raises
    ------
    EstimationError
        If the estimator has instruments, random effects or no mean, or the powers are collinear with the
        terms.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), covariance=dm.Unadjusted())
    >>> found = dm.reset_test(dm.estimate(spec, frame))
    >>> round(found.statistic, 4), found.df_numerator, found.df_denominator
    (13.6567, 3.0, 194.0)
    """
    from digimfg.inference.wald import wald_test

    where = "dm.reset_test"
    equation = tested_equation(result, frame, where, ("identity", "log", "logit", "probit"))
    design = equation.design
    estimator = result.specification.estimator
    if design.specification.endogenous or (
        equation.link == "identity" and not isinstance(estimator, LeastSquares)
    ):
        raise refused_test(where, result)
    index = equation.index - equation.offset
    scaled = (index - index.mean()) / (float(index.std()) or 1.0)
    added = np.column_stack([scaled**power for power in range(2, powers + 1)])
    names = tuple(f"fitted^{power}" for power in range(2, powers + 1))
    freed = absorb(added, list(design.effects.values()), design.weights)
    larger = replace(
        design,
        terms=(*design.terms, *names),
        regressors=np.column_stack([design.regressors, added]),
        absorbed=replace(design.absorbed, regressors=np.column_stack([design.absorbed.regressors, freed])),
    )
    whole = larger.absorbed.regressors
    if np.linalg.matrix_rank(whole / np.linalg.norm(whole, axis=0)) < whole.shape[1]:
        raise EstimationError.of("postestimation.powers_collinear", where=where, n=powers - 1)
    tested = wald_test(estimator.fit(larger), names)
    return ModelTest(
        hypothesis=Text("powers of the fitted index add nothing", "拟合值的高次项不显著"),
        statistic=tested.statistic,
        df_numerator=tested.df_numerator,
        df_denominator=tested.df_denominator,
        p_value=tested.p_value,
        n_obs=design.n_obs,
    )
