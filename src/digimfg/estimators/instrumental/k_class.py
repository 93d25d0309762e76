"""Estimates of the k-class (two-stage least squares, LIML, Fuller) and of efficient GMM."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from digimfg.covariance import Unadjusted
from digimfg.design.absorb import degrees_of_freedom
from digimfg.design.columns import side_by_side
from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError
from digimfg.estimators.instrumental.continuous import continuously_updated
from digimfg.estimators.instrumental.moments import moment_covariance
from digimfg.inference.influence import slope_influence
from digimfg.inference.sandwich import Sandwich, sandwich
from digimfg.inference.small_sample import small_sample_adjustment

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.instrumental.data import Instrumented
    from digimfg.inference.influence import Influence
    from digimfg.inference.small_sample import Adjustment

__all__ = ["Method", "Slopes", "slopes"]

Floats = NDArray[np.float64]
Method = Literal["2sls", "liml", "fuller", "gmm2s", "cue"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Slopes:
    """Estimates of the endogenous terms, then the exogenous ones, with their covariance.

    Parameters
    ----------
    residuals
        Times the root of the weights, shape (n,).
    kappa
        The k of the k-class; NaN for GMM.
    sandwich
        Covariance without small-sample factor, groups and notes.
    directions
        What a row's residual times the root of its weight adds to the estimates, over both, shape (n, k).
    criterion
        Of continuously updated GMM at the estimates; NaN for others.
    """

    estimates: Floats
    covariance: Floats
    residuals: Floats
    kappa: float
    adjustment: Adjustment
    sandwich: Sandwich
    directions: Floats
    criterion: float = float("nan")


def slopes(data: Instrumented, method: Method, fuller_alpha: float) -> Slopes:
    """Estimate an equation with instruments.

    b = (R'(I - k M)R)⁻¹ R'(I - k M)y with R the endogenous and exogenous terms and M the residual maker of
    all instruments: k = 1 is two-stage least squares; LIML takes the smallest root of |Y'Y - k Y'MY| = 0
    over outcome and endogenous terms freed of the exogenous ones; Fuller subtracts α/(n - parameters of the
    first stage). The sandwich has the projected terms times residuals inside, as ivreg2's.

    Raises
    ------
    EstimationError
        If GMM has fewer groups than moments.
    """
    design = data.design
    regressors = side_by_side([data.endogenous, data.exogenous])
    fitted = data.basis @ (data.basis.T @ data.free_endogenous)
    left = data.free_endogenous - fitted
    kappa = _kappa(data, left, method, fuller_alpha)
    estimates, bread = _k_class(data, regressors, left, 1.0 if method == "gmm2s" else kappa)
    residuals = data.outcome - regressors @ estimates
    projected = side_by_side([data.endogenous - left, data.exogenous])
    n_slopes = regressors.shape[1]
    if method in ("gmm2s", "cue") and not isinstance(design.specification.covariance, Unadjusted):
        return _efficient(data, regressors, residuals, method)
    own = np.asarray((bread.T @ projected.T).T)
    if isinstance(design.specification.covariance, Unadjusted):
        variance = float(residuals @ residuals) / design.n_obs
        found = Sandwich(covariance=(bread + bread.T) / 2 * variance, n_groups=0)
    else:
        found = sandwich(design, _influence(design, residuals[:, None] * own, own))
    adjustment = small_sample_adjustment(design, n_slopes, found.n_groups)
    return Slopes(
        estimates=estimates,
        covariance=found.covariance * adjustment.factor,
        residuals=residuals,
        kappa=kappa,
        adjustment=adjustment,
        sandwich=found,
        directions=own,
    )


def _influence(design: Design, rows: Floats, own: Floats) -> Influence:
    names = (*design.endogenous_terms, *design.terms)
    columns = side_by_side([design.endogenous, design.regressors])
    return slope_influence(names, columns, rows, own, outcome=design.outcome)


def _kappa(data: Instrumented, left: Floats, method: Method, fuller_alpha: float) -> float:
    if method in ("2sls", "gmm2s"):
        return 1.0 if method == "2sls" else float("nan")
    free = side_by_side([data.free_outcome, data.free_endogenous])
    outcome_left = data.free_outcome - data.basis @ (data.basis.T @ data.free_outcome)
    rest = side_by_side([outcome_left, left])
    size = np.linalg.norm(free, axis=0)
    if np.any(np.linalg.svd(rest / size, compute_uv=False) < 1e-10):
        raise EstimationError.of("instrumental.residuals_without_rest")
    root = float(linalg.eigh(free.T @ free, rest.T @ rest, eigvals_only=True)[0])
    if method in ("liml", "cue"):
        return root
    n_slopes = data.exogenous.shape[1] + data.basis.shape[1]
    df_resid = data.design.n_obs - n_slopes - degrees_of_freedom(data.design.effects)
    return float(root - fuller_alpha / df_resid)


def _k_class(data: Instrumented, regressors: Floats, left: Floats, kappa: float) -> tuple[Floats, Floats]:
    normal = regressors.T @ regressors
    right = regressors.T @ data.outcome
    n_endogenous = left.shape[1]
    normal[:n_endogenous, :n_endogenous] -= kappa * (left.T @ left)
    right[:n_endogenous] -= kappa * (left.T @ data.free_outcome)
    bread = scaled_inverse(normal)
    estimates = bread @ right
    residuals = data.outcome - regressors @ estimates
    # One refinement step: the normal equations square the condition number, this takes it back.
    again = regressors.T @ residuals
    again[:n_endogenous] -= kappa * (left.T @ residuals)
    return estimates + bread @ again, bread


def _efficient(
    data: Instrumented, regressors: Floats, residuals: Floats, method: Method, *, found: Floats | None = None
) -> Slopes:
    """Return efficient GMM with weights at residuals; `found` are slopes known to be the answer."""
    design = data.design
    columns = side_by_side([data.free_instruments, data.exogenous])
    columns = columns / np.linalg.norm(columns, axis=0)
    moments = moment_covariance(design, columns, residuals[:, None])
    variances = np.diag(moments.covariance)  # zero where a moment cancels within every group
    scale = 1 / np.sqrt(np.where(variances > 0, variances, 1.0))
    scaled = moments.covariance * scale * scale[:, None]
    if np.linalg.matrix_rank(scaled, tol=1e-10, hermitian=True) < len(scaled):
        raise EstimationError.of(
            "instrumental.moments_not_of_full_rank",
            where=f"dm.TwoStageLeastSquares(method={method!r})",
            n_groups=moments.n_groups or design.n_obs,
            n=len(scaled),
        )
    slope = (columns * scale).T @ regressors
    weighted = np.linalg.solve(scaled, slope)
    normal = slope.T @ weighted
    bread = scaled_inverse(normal)
    estimates = bread @ (weighted.T @ ((columns * scale).T @ data.outcome))
    own = (columns * scale) @ weighted @ bread
    if method == "cue" and found is None:
        units = np.sqrt(np.diag(bread))
        slopes_of, criterion = continuously_updated(
            design, columns * scale, regressors, data.outcome, estimates, units
        )
        left = data.outcome - regressors @ slopes_of
        return replace(_efficient(data, regressors, left, method, found=slopes_of), criterion=criterion)
    estimates = estimates if found is None else found
    # What it comes to with these weights is the inverse of the normal matrix itself.
    spread = sandwich(design, _influence(design, residuals[:, None] * own, own))
    adjustment = small_sample_adjustment(design, regressors.shape[1], spread.n_groups)
    return Slopes(
        estimates=estimates,
        covariance=spread.covariance * adjustment.factor,
        residuals=data.outcome - regressors @ estimates,
        kappa=float("nan"),
        adjustment=adjustment,
        sandwich=spread,
        directions=own,
    )
