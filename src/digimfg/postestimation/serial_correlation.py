"""Test a panel's errors for serial correlation, by the regression of first differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

from digimfg.arguments import checked
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.random_effects import RandomEffects
from digimfg.kinds import StoredFrame
from digimfg.marks import keeps_marks
from digimfg.one_thread import one_thread
from digimfg.postestimation.equation import Equation
from digimfg.postestimation.model_tests import ModelTest, refused_test, tested_equation
from digimfg.result import Result
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["serial_correlation_test"]


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
        raise SpecificationError.of(
            "postestimation.serial_correlation_not_plain",
            where=where,
            got=f"entity={specification.entity!r}, time={specification.time!r}, "
            f"fixed_effects={specification.fixed_effects!r}, weights={specification.weights!r}",
        )
    if not isinstance(specification.estimator, LeastSquares | RandomEffects):
        raise refused_test(where, result)
    equation = tested_equation(result, frame, where, ("identity",))
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
        raise EstimationError.of("postestimation.too_few_units_on_end", where=where, got=f"{groups}")
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
        p_value=float(scipy.stats.f.sf(statistic, 1, groups - 1)),
        n_obs=n,
        coefficient=rho,
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
