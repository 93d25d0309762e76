"""Standard errors and specification tests of dynamic panel GMM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from digimfg.estimators.gmm.instruments import independent_columns
from digimfg.estimators.gmm.moments import Step, System, invert_moments
from digimfg.estimators.gmm.transformation import Transformation, row_lookup

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "InstrumentTest",
    "difference_in_hansen",
    "serial_correlation_tests",
    "windmeijer_covariance",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Key = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentTest:
    """Hold the Hansen test without one block of instruments, and the difference it makes."""

    key: Key
    n_instruments: int
    excluding: float
    excluding_df: int
    excluding_p: float
    difference: float
    difference_df: int
    difference_p: float


def windmeijer_covariance(system: System, first: Step, second: Step) -> Floats:
    r"""Return the finite-sample corrected covariance of the two-step estimates (Windmeijer 2005).

    .. math:: \hat V_c = \hat V_2 + D\hat V_2 + \hat V_2 D' + D\hat V_1 D', \qquad
       D_{\cdot k} = -\hat V_2 X'Z A_2\, \frac{\partial W}{\partial\beta_k}\, A_2 Z'\hat e_2
    """
    instruments, regressors, entity = system.instruments, system.regressors, system.entity
    pull = second.weight @ second.moments.sum(axis=0)
    by_entity = first.moments @ pull
    part_one = instruments.T @ (regressors * by_entity[entity][:, None])
    weighted = regressors * (instruments @ pull)[:, None]
    selector = sparse.csr_array(
        (np.ones(len(entity)), (entity, np.arange(len(entity)))), shape=(system.n_entities, len(entity))
    )
    part_two = first.moments.T @ (selector @ weighted)
    derivative = second.bread @ second.cross.T @ second.weight @ (part_one + part_two)
    base = second.bread
    moved = derivative @ base
    return np.asarray(base + moved + moved.T + derivative @ first.robust_covariance @ derivative.T)


def serial_correlation_tests(
    system: System,
    step: Step,
    covariance: Floats,
    differences: Transformation,
    *,
    outcome: Floats,
    regressors: Floats,
    n_periods: int,
    orders: int,
    error_variance: float | None,
) -> list[tuple[float, float]]:
    r"""Return statistic and p value of the Arellano–Bond tests of orders 1..m.

    The tests use the residuals in first differences whatever the transformation of the estimation.

    Parameters
    ----------
    covariance
        Of the coefficients.
    differences
        First differences of the level rows.
    outcome, regressors
        In levels.
    error_variance
        :math:`\sigma^2` if the errors are taken as homoskedastic (one step, unadjusted), else ``None``.

    Returns
    -------
    list of (float, float)
        NaN where no residual has a partner so many periods back.
    """
    delta_x = differences.matrix @ regressors
    delta_e = differences.matrix @ (outcome - regressors @ step.coefficients)
    rows = row_lookup(differences.entity, differences.period, system.n_entities, n_periods)
    influence = step.bread @ step.cross.T @ step.weight
    results: list[tuple[float, float]] = []
    for order in range(1, orders + 1):
        source = differences.period - order
        found = np.where(source >= 0, rows[differences.entity, np.maximum(source, 0)], -1)
        lagged = np.where(found >= 0, delta_e[np.maximum(found, 0)], 0.0)
        if not np.any(found >= 0):
            results.append((np.nan, np.nan))
            continue
        product = np.bincount(differences.entity, weights=lagged * delta_e, minlength=system.n_entities)
        slope = lagged @ delta_x
        if error_variance is None:
            own = float(product @ product)
            shared = step.moments.T @ product
        else:
            back = differences.matrix.T @ lagged
            own = error_variance * float(back @ back)
            shared = error_variance * (system.instruments.T @ (system.error_map @ back))
        variance = own - 2.0 * float(slope @ influence @ shared) + float(slope @ covariance @ slope)
        if variance <= 0:
            results.append((np.nan, np.nan))
            continue
        statistic = float(lagged @ delta_e) / float(np.sqrt(variance))
        results.append((statistic, float(2 * special.ndtr(-abs(statistic)))))
    return results


def difference_in_hansen(
    system: System, first: Step, second: Step, owner: Codes, groups: Mapping[Key, tuple[int, ...]]
) -> list[InstrumentTest]:
    """Return the difference-in-Hansen test of every group of instrument blocks.

    The model is estimated again without the group, weighing with the rows and columns that remain of the
    moment matrix of the full model, which keeps the difference non-negative (Eichenbaum, Hansen and Singleton
    1988; the rule of xtabond2). Groups without which the model is not identified are left out.

    Parameters
    ----------
    owner
        Block of each instrument column.
    groups
        Equation, instruments and lags → blocks that are tested together.
    """
    n_coefficients = system.regressors.shape[1]
    full_df = system.instruments.shape[1] - n_coefficients
    cross_outcome = system.instruments.T @ system.outcome
    tests: list[InstrumentTest] = []
    for key, members in groups.items():
        tested = np.isin(owner, members)
        kept = ~tested
        n_left = int(np.sum(kept))
        moments = first.moments[:, kept]
        size = np.linalg.norm(moments, axis=0)
        seen = second.cross[kept] / np.where(size > 0, size, 1.0)[:, None]
        if not np.any(tested) or not np.all(independent_columns(seen)):
            continue
        weight, _ = invert_moments(moments.T @ moments)
        cross = second.cross[kept]
        coefficients = np.linalg.solve(cross.T @ weight @ cross, cross.T @ weight @ cross_outcome[kept])
        gap = cross_outcome[kept] - cross @ coefficients
        excluding, degrees = float(gap @ weight @ gap), n_left - n_coefficients
        difference, difference_df = second.criterion - excluding, full_df - degrees
        tests.append(
            InstrumentTest(
                key=key,
                n_instruments=int(np.sum(tested)),
                excluding=excluding,
                excluding_df=degrees,
                excluding_p=float(special.chdtrc(degrees, excluding)) if degrees else float("nan"),
                difference=difference,
                difference_df=difference_df,
                difference_p=float(special.chdtrc(difference_df, max(difference, 0.0))),
            )
        )
    return tests
