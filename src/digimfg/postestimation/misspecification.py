"""Tests of the model on its own residuals: serial correlation, variances by unit, functional form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from digimfg.arguments import checked
from digimfg.design.absorb import absorb
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.random_effects import RandomEffects
from digimfg.kinds import AtLeast, AtMost, Number, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.one_thread import one_thread
from digimfg.postestimation.equation import Equation, equation_of
from digimfg.result import Result
from digimfg.say import say
from digimfg.shown import shown
from digimfg.specification import Link
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ModelTest", "groupwise_heteroskedasticity_test", "reset_test", "serial_correlation_test"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Test of the model", "模型检验"))
@dataclass(frozen=True, kw_only=True, slots=True)
class ModelTest:
    """The answer of a test of a model; `df_denominator` is ``None`` where the statistic is chi-squared."""

    hypothesis: Text
    statistic: float
    df_numerator: float
    df_denominator: float | None
    p_value: float
    n_obs: int
    coefficient: Number | None = None
    notes: tuple[Text, ...] = ()


@checked
@keeps_marks
@one_thread
def serial_correlation_test(result: Result, *, frame: StoredFrame | None = None) -> ModelTest:
    r"""Test a panel's errors for serial correlation (Wooldridge 2002, section 10.6.3; Stata's ``xtserial``).

    Errors without serial correlation have first differences whose correlation with those before is -1/2. The
    equation in first differences is estimated by least squares without a constant, its residuals are
    regressed on those of the period before, and -1/2 is tested with errors clustered by unit: F with 1 and
    N-1 degrees of freedom (Drukker 2003, doi:10.1177/1536867X0300300206). Differences are by the calendar: a
    gap has none.

    Parameters
    ----------
    result
        Of `LeastSquares` or `RandomEffects`, with entity and time; effects of other columns than the entity
        are not differenced: enter periods as ``i(year)``.
    frame
        The data estimated on; not needed in the session that estimated them.

    Raises
    ------
    SpecificationError
        If there is no entity or time, or there are effects of other columns, weights or instruments.
    EstimationError
        If no unit has three periods on end.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> found = dm.serial_correlation_test(dm.estimate(spec, frame))
    >>> round(found.coefficient, 4), round(found.statistic, 2), found.df_denominator
    (0.142, 263.59, 9.0)
    """
    where = "dm.serial_correlation_test"
    specification = result.specification
    others = [name for name in specification.fixed_effects if name != specification.entity]
    plain = specification.weights is None and not specification.endogenous
    if specification.entity is None or specification.time is None or others or not plain:
        raise SpecificationError(
            where=where,
            expected=Text(
                "entity and time, no effects but the entity's, no weights, no instruments",
                "须有 entity 与 time，除个体外无其他固定效应，无权重与工具变量",
            ),
            got=f"entity={specification.entity!r}, time={specification.time!r}, "
            f"fixed_effects={specification.fixed_effects!r}, weights={specification.weights!r}",
            remedy=Text("enter periods as i(year) and estimate again", "时期以 i(year) 加入后重新估计"),
        )
    if not isinstance(specification.estimator, LeastSquares | RandomEffects):
        raise _refused(where, result)
    equation = _of(result, frame, where, ("identity",))
    design = equation.design
    before, after = _steps(equation)
    slopes = [place for place, term in enumerate(equation.terms) if term != "Intercept"]
    x = equation.columns[after][:, slopes] - equation.columns[before][:, slopes]
    y = design.outcome[after] - design.outcome[before]
    moving = np.linalg.norm(x, axis=0) > 0
    residual = y - x[:, moving] @ np.linalg.lstsq(x[:, moving], y, rcond=None)[0]
    held = np.full(design.n_obs, np.nan)
    held[after] = residual
    pairs = ~np.isnan(held[before])
    now, lagged = residual[pairs], held[before][pairs]
    assert design.entity is not None  # noqa: S101
    unit = np.unique(design.entity[after][pairs], return_inverse=True)[1]
    n, groups = len(now), int(unit.max(initial=-1)) + 1
    if groups < 2:
        raise EstimationError(
            where=where,
            expected=Text("two units with three periods on end", "至少两个个体有连续三期"),
            got=f"{groups}",
            remedy=Text("use a longer panel", "使用更长的面板"),
        )
    square = float(lagged @ lagged)
    rho = float(lagged @ now) / square
    scores = np.bincount(unit, lagged * (now - rho * lagged))
    factor = groups / (groups - 1)  # one parameter: (N-1)/(N-1) is one
    variance = factor * float(scores @ scores) / square**2
    statistic = (rho + 0.5) ** 2 / variance
    return ModelTest(
        hypothesis=Text("no first-order serial correlation of the errors", "误差无一阶序列相关"),
        statistic=statistic,
        df_numerator=1.0,
        df_denominator=groups - 1.0,
        p_value=float(stats.f.sf(statistic, 1, groups - 1)),
        n_obs=n,
        coefficient=rho,
    )


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
        raise SpecificationError(
            where=where,
            expected=Text("a specification with `entity`", "设定中须有 `entity`"),
            got="entity=None",
            remedy=Text("name the column of units", "给出个体列"),
        )
    equation = _of(result, frame, where, ("identity",))
    entity = equation.design.entity
    assert entity is not None  # noqa: S101
    squares = (equation.design.outcome - equation.fitted) ** 2
    size = np.bincount(entity).astype(np.float64)
    own = np.bincount(entity, squares) / size
    spread = np.bincount(entity, (squares - own[entity]) ** 2)
    several = size > 1
    overall = float(squares.mean())
    if several.sum() < 2 or not (spread[several] > (1e-20 * overall**2)).all():
        raise EstimationError(
            where=where,
            expected=Text(
                "two units with residuals that differ over their rows", "至少两个个体的残差在其各行间有变动"
            ),
            got=say("{n} of {all}", "{all}个中{n}个", n=int((several & (spread > 0)).sum()), all=len(size)),
            remedy=Text("leave out units that the effects fit perfectly", "剔除被固定效应完全拟合的个体"),
        )
    variance = spread[several] / (size[several] * (size[several] - 1))
    statistic = float(np.sum((own[several] - overall) ** 2 / variance))
    df = float(several.sum())
    notes: tuple[Text, ...] = ()
    if not several.all():
        notes = (
            say(
                "{count|unit} of one row left out of the test",
                "{count}个仅有一行的个体未纳入检验",
                kind="units_of_one_row",
                count=int((~several).sum()),
            ),
        )
    return ModelTest(
        hypothesis=Text("the error variance is the same in every unit", "各个体误差方差相同"),
        statistic=statistic,
        df_numerator=df,
        df_denominator=None,
        p_value=float(stats.chi2.sf(statistic, df)),
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
    equation = _of(result, frame, where, ("identity", "log", "logit", "probit"))
    design = equation.design
    estimator = result.specification.estimator
    if design.specification.endogenous or (
        equation.link == "identity" and not isinstance(estimator, LeastSquares)
    ):
        raise _refused(where, result)
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
        raise EstimationError(
            where=where,
            expected=Text(
                "powers of the index that are not collinear with the terms", "指标各次幂与各项不共线"
            ),
            got=say("{n|power}, collinear", "{n}个幂，共线", n=powers - 1),
            remedy=Text(
                "a model of indicators alone has its form already; lower `powers`",
                "仅含虚拟变量的模型无需检验形式；或降低 `powers`",
            ),
        )
    tested = wald_test(estimator.fit(larger), names)
    return ModelTest(
        hypothesis=Text("powers of the fitted index add nothing", "拟合值的高次项不显著"),
        statistic=tested.statistic,
        df_numerator=tested.df_numerator,
        df_denominator=tested.df_denominator,
        p_value=tested.p_value,
        n_obs=design.n_obs,
    )


def _of(
    result: Result,
    frame: pd.DataFrame | None,
    where: str,
    links: tuple[Link, ...],
) -> Equation:
    equation = equation_of(result, frame, where)
    if equation.link not in links:
        raise _refused(where, result)
    return equation


def _refused(where: str, result: Result) -> EstimationError:
    return EstimationError(
        where=where,
        expected=Text(
            "a result of an estimator for which this test is known", "此检验所适用的估计方法的结果"
        ),
        got=result.specification.estimator.label,
        remedy=Text(
            "estimate the equation by dm.LeastSquares() and test that", "用 dm.LeastSquares() 估计后检验"
        ),
    )


def _steps(equation: Equation) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows whose unit has a row one period before, and the places of these."""
    from digimfg.periods import calendar

    design = equation.design
    assert design.entity is not None  # noqa: S101
    assert design.time is not None  # noqa: S101
    assert design.time_values is not None  # noqa: S101
    time = np.asarray(calendar(list(design.time_values), "time").places)[design.time]
    key = design.entity * (int(time.max()) + 2) + time
    order = np.argsort(key, kind="stable")
    place = np.searchsorted(key[order], key - 1)
    hit = order[np.minimum(place, len(order) - 1)]
    there = (key[hit] == key - 1) & (design.entity[hit] == design.entity)
    after = np.flatnonzero(there)
    return hit[after], after
