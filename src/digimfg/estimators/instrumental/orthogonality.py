"""Tests of exogeneity: overidentification, subsets of instruments, and the endogenous terms themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.covariance import Unadjusted
from digimfg.design.scaled import scaled_slopes
from digimfg.distributions.student import quadratic_form
from digimfg.errors import SpecificationError
from digimfg.estimators.instrumental.moments import moment_covariance
from digimfg.inference.small_sample import small_sample_adjustment

if TYPE_CHECKING:
    from digimfg.estimators.instrumental.data import Instrumented

__all__ = ["overidentification", "subset_orthogonality", "wu_hausman"]

Floats = NDArray[np.float64]


def overidentification(data: Instrumented) -> dict[str, float]:
    """Return the test that instruments beyond those needed have no place in the equation.

    ``sargan`` under homoskedastic errors, ``hansen_j`` otherwise: the criterion of two-step efficient GMM
    whose first step is two-stage least squares, chi-squared on l - m degrees of freedom. None where l = m.
    """
    n_instruments, n_endogenous = data.basis.shape[1], data.free_endogenous.shape[1]
    if n_instruments == n_endogenous:
        return {}
    name = "sargan" if isinstance(data.design.specification.covariance, Unadjusted) else "hansen_j"
    value = _criterion(data, data.basis, _residuals(data))
    return {
        name: value,
        f"{name}_p": float(scipy.stats.chi2.sf(value, n_instruments - n_endogenous)),
        f"{name}_df": float(n_instruments - n_endogenous),
    }


def subset_orthogonality(data: Instrumented, tested: tuple[str, ...]) -> dict[str, float]:
    """Return the C statistic: the criterion with all instruments less that without those tested.

    Both weight the moments by the covariance estimated with all instruments, so that C is never negative.

    Raises
    ------
    SpecificationError
        If a name is no instrument, or the other instruments do not identify the equation.
    """
    names = data.design.instrument_terms
    unknown = [name for name in tested if name not in names]
    n_left = len(names) - len(set(tested))
    if unknown or n_left < data.free_endogenous.shape[1]:
        raise SpecificationError.of(
            "instrumental.orthogonality_test_of",
            got=", ".join(tested),
            names=names,
            needed=data.free_endogenous.shape[1],
        )
    columns = data.free_instruments / np.linalg.norm(data.free_instruments, axis=0)
    residuals = _residuals(data)
    kept = [place for place, name in enumerate(names) if name not in tested]
    value = _criterion(data, columns, residuals) - _criterion(data, columns[:, kept], residuals)
    count = float(len(set(tested)))
    return {
        "c_statistic": value,
        "c_statistic_p": float(scipy.stats.chi2.sf(value, count)),
        "c_statistic_df": count,
    }


def wu_hausman(data: Instrumented) -> dict[str, float]:
    """Return the F test that the endogenous terms are exogenous.

    Residuals of the first stages enter least squares; their joint significance is tested under the
    specification's covariance (Durbin-Wu-Hausman by regression). NaN where the residuals' covariance lacks
    the rank.
    """
    n_endogenous = data.free_endogenous.shape[1]
    left = data.free_endogenous - data.basis @ (data.basis.T @ data.free_endogenous)
    columns = np.column_stack([data.free_endogenous, left])
    size = np.linalg.norm(columns, axis=0)
    if np.any(size[n_endogenous:] <= 1e-10 * size[:n_endogenous]):
        return {"wu_hausman": float("nan"), "wu_hausman_p": float("nan")}
    columns = columns / size
    basis, triangle = np.linalg.qr(columns)
    coefficients = np.linalg.solve(triangle, basis.T @ data.free_outcome)
    residuals = data.free_outcome - columns @ coefficients
    moments = moment_covariance(data.design, basis, residuals[:, None])
    n_slopes = data.exogenous.shape[1] + 2 * n_endogenous
    adjustment = small_sample_adjustment(data.design, n_slopes, moments.n_groups)
    inverse = np.linalg.inv(triangle)
    covariance = inverse @ moments.covariance @ inverse.T
    value = (
        quadratic_form(covariance[n_endogenous:, n_endogenous:], coefficients[n_endogenous:])
        / n_endogenous
        / adjustment.factor
    )
    return {"wu_hausman": value, "wu_hausman_p": float(scipy.stats.f.sf(value, n_endogenous, adjustment.df))}


def _residuals(data: Instrumented) -> Floats:
    fitted = data.basis @ (data.basis.T @ data.free_endogenous)
    slopes = scaled_slopes(fitted, data.free_outcome)
    out: Floats = data.free_outcome - data.free_endogenous @ slopes
    return out


def _criterion(data: Instrumented, columns: Floats, residuals: Floats) -> float:
    """Return the least g'S⁻¹g over the slopes, g the sums of columns times residuals."""
    if columns.shape[1] == data.free_endogenous.shape[1]:
        return 0.0
    matrix = moment_covariance(data.design, columns, residuals[:, None]).covariance
    size = np.sqrt(np.diag(matrix))
    scaled = matrix / size / size[:, None]
    if np.linalg.matrix_rank(scaled, tol=1e-10, hermitian=True) < len(scaled):
        return float("nan")
    root = np.linalg.cholesky(scaled)
    outcome = np.linalg.solve(root, columns.T @ data.free_outcome / size)
    slope = np.linalg.solve(root, columns.T @ data.free_endogenous / size[:, None])
    rest = outcome - slope @ scaled_slopes(slope, outcome)
    return float(rest @ rest)
