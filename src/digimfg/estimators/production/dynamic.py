"""The dynamic production function: system GMM, then common factors by minimum distance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError
from digimfg.estimators.gmm.assembly import assemble
from digimfg.estimators.gmm.levels import GMMInstruments, Levels
from digimfg.estimators.gmm.results import DynamicEstimate, estimate_assembly
from digimfg.estimators.production.firms import Firms
from digimfg.estimators.production.methods import Fit, Options

__all__ = ["common_factors", "fit_dynamic"]

Floats = NDArray[np.float64]
_GRID = np.linspace(-1.5, 1.5, 61)
_KEPT = (
    "hansen", "hansen_df", "hansen_p", "ar1", "ar1_p", "ar2", "ar2_p", "n_instruments",
)  # fmt: skip


def fit_dynamic(firms: Firms, options: Options) -> tuple[Fit, Floats]:
    r"""Return the estimate and the covariance of its slopes.

    Quasi-differenced, :math:`y_{it}=\rho y_{i,t-1}+x_{it}'\beta-\rho x_{i,t-1}'\beta+\eta_i+w_{it}`: its
    coefficients are estimated freely by two-step system GMM with Windmeijer's (2005) covariance.

    Raises
    ------
    EstimationError
        If an input does not vary over time, or as `DynamicGMM`.
    """
    inputs = firms.inputs
    names = tuple(f"x{place}" for place in range(inputs.shape[1]))
    now = firms.linked
    before = firms.before[now]
    if not len(now):
        raise _short(0)
    lagged = ("L.y", *names, *(f"L.{name}" for name in names))
    columns = np.column_stack([firms.output[before], inputs[now], inputs[before]])
    units, entity = np.unique(firms.firm[now], return_inverse=True)
    levels = Levels(
        outcome=firms.output[now],
        regressors=columns,
        names=lagged,
        entity=entity.astype(np.int64),
        period=firms.period[now].astype(np.int64),
        grids={
            name: _grid(firms, values, units)
            for name, values in zip(("y", *names), (firms.output, *inputs.T), strict=True)
        },
        exogenous={},
        level_instruments={},
        time_effects=options.period_effects,
    )
    first, last = options.instrument_lags
    assembly = assemble(
        levels,
        tuple(GMMInstruments(name, first=first, last=last) for name in ("y", *names)),
        system=True,
        transformation="difference",
        collapse=options.collapse,
        weighting="full",
        components=None,
    )
    found = estimate_assembly(
        assembly,
        levels,
        steps=2,
        errors="robust",
        df_adjusted_variance=False,
        small_sample=False,
        orders=2,
        allow_many_instruments=False,
        system=True,
        orthogonal=False,
    )
    places = _places(found, lagged)
    free, spread = found.coefficients[places], found.covariance[np.ix_(places, places)]
    theta, covariance, criterion = common_factors(free, spread)
    slopes, degrees = theta[1:], inputs.shape[1]
    restricted = np.r_[theta[0], slopes, -theta[0] * slopes]
    table = pd.DataFrame(
        {"unrestricted": free, "std_error": np.sqrt(np.diag(spread)), "restricted": restricted},
        index=pd.Index(lagged, name="term"),
    )
    fit = Fit(
        slopes=slopes,
        explained=np.full(len(firms.output), np.nan),
        minima=np.empty((0, len(slopes) + 2)),
        statistics={
            "persistence": float(theta[0]),
            "persistence_std_error": float(np.sqrt(covariance[0, 0])),
            "common_factors": criterion,
            "common_factors_df": float(degrees),
            "common_factors_p": float(scipy.stats.chi2.sf(criterion, degrees)),
            **{name: found.statistics[name] for name in _KEPT if name in found.statistics},
        },
        tables={"common_factors": table},
    )
    return fit, covariance[1:, 1:]


def common_factors(free: Floats, covariance: Floats) -> tuple[Floats, Floats, float]:
    r"""Return the parameters nearest to free coefficients under common factors.

    Minimises :math:`(\hat\pi-h(\theta))'V^{-1}(\hat\pi-h(\theta))` with
    :math:`h(\rho,\beta)=(\rho,\beta,-\rho\beta)`; β is linear given ρ, which is searched for.

    Parameters
    ----------
    free
        Of the lagged outcome, the inputs, and the lagged inputs; shape (1 + 2k,).
    covariance
        Theirs.

    Returns
    -------
    tuple
        ρ and β; their covariance; the criterion, χ² with k degrees of freedom where the restriction holds.

    Examples
    --------
    >>> theta, _, criterion = common_factors(np.array([0.5, 0.6, -0.3]), np.eye(3))
    >>> theta.round(6).tolist(), round(criterion, 6)
    ([0.5, 0.6], 0.0)
    """
    k = (len(free) - 1) // 2
    weight = np.asarray(np.linalg.pinv(covariance), dtype=np.float64)

    def slopes(rho: float) -> tuple[Floats, float]:
        columns = np.vstack([np.zeros((1, k)), np.eye(k), -rho * np.eye(k)])
        left = free - np.r_[rho, np.zeros(2 * k)]
        beta = np.linalg.solve(columns.T @ weight @ columns, columns.T @ weight @ left)
        rest = left - columns @ beta
        return beta, float(rest @ weight @ rest)

    start = min(_GRID, key=lambda rho: slopes(float(rho))[1])
    step = float(_GRID[1] - _GRID[0])
    found = minimize_scalar(
        lambda rho: slopes(rho)[1],
        bounds=(start - step, start + step),
        method="bounded",
        options={"xatol": 1e-10},
    )
    rho = float(found.x)
    beta, criterion = slopes(rho)
    jacobian = np.zeros((1 + 2 * k, 1 + k))
    jacobian[0, 0] = 1
    jacobian[1 : 1 + k, 1:] = np.eye(k)
    jacobian[1 + k :, 0] = -beta
    jacobian[1 + k :, 1:] = -rho * np.eye(k)
    spread = np.asarray(np.linalg.pinv(jacobian.T @ weight @ jacobian), dtype=np.float64)
    return np.r_[rho, beta], spread, criterion


def _grid(firms: Firms, values: Floats, units: NDArray[np.intp]) -> Floats:
    """Return values by firm and period, of the firms that have a row with one before it."""
    whole = np.full((int(firms.firm.max()) + 1, int(firms.period.max()) + 1), np.nan)
    whole[firms.firm, firms.period] = values
    return whole[units]


def _places(found: DynamicEstimate, wanted: tuple[str, ...]) -> list[int]:
    names = [name for name in found.names if name != INTERCEPT]
    if any(name not in names for name in wanted):
        raise _short(len([name for name in wanted if name in names]))
    return [found.names.index(name) for name in wanted]


def _short(n: int) -> EstimationError:
    return EstimationError.of("production.no_firm_with_three_periods", n=n)
