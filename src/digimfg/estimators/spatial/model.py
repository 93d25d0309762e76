"""Put a spatial panel model together: which columns are lagged by which weights, and what each coefficient
is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.design import INTERCEPT
from digimfg.design.scaled import scaled_inverse
from digimfg.estimators.spatial.data import Effects, SpatialData, spatial_lag
from digimfg.estimators.spatial.dynamic import dynamic_correction, largest_root
from digimfg.estimators.spatial.information import DENSE_UNITS, expected_information, observed_information
from digimfg.estimators.spatial.maximum import maximise
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scipy import sparse

    from digimfg.estimators.spatial.likelihood import SpatialFit

__all__ = ["HIDDEN", "SpatialEstimate", "SpatialModel", "estimate_spatial"]

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
InformationKind = Literal["expected", "observed"]
HIDDEN = "\0"
"""Starts the names of columns that are not reported."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SpatialModel:
    """Hold a spatial panel model on arrays.

    Parameters
    ----------
    outcome
        Shape (T, N).
    regressors, names
        Shape (T, N, k), k names; a constant is added where the effects leave room for one.
    weights
        Name → matrix.
    error_weights
        Matrix of the spatial error, or ``None``.
    lag_outcome
        Whether every matrix lags the outcome.
    lagged
        Whether each regressor is lagged by every matrix, shape (k,).
    own_lag
        Position of the outcome's lag among the regressors, or ``None`` in a static model.
    effects
        As in `SpatialData`.
    corrected
        Use the likelihood of the transformed observations, and in dynamic models the bias correction.
    gaps
        Periods without data between the first and the last: the correction of a dynamic model does not know
        them.
    """

    outcome: Floats
    regressors: Floats
    names: tuple[str, ...]
    weights: Mapping[str, sparse.csr_array]
    error_weights: sparse.csr_array | None
    lag_outcome: bool
    lagged: NDArray[np.bool_]
    own_lag: int | None
    effects: Effects
    corrected: bool
    gaps: int = 0

    @property
    def matrices(self) -> tuple[sparse.csr_array, ...]:
        """Return the weight matrices."""
        return tuple(self.weights.values())

    @cached_property
    def has_constant(self) -> bool:
        """Return whether a constant is added."""
        if self.effects not in ("none", "random"):
            return False
        return not bool(np.any(np.ptp(self.regressors, axis=(0, 1)) == 0))

    @cached_property
    def columns(self) -> Floats:
        """Return regressors, their spatial lags matrix by matrix, and the constant, shape (T, N, q)."""
        parts = [self.regressors]
        parts.extend(spatial_lag(matrix, self.regressors[:, :, self.lagged]) for matrix in self.matrices)
        if self.has_constant:
            parts.append(np.ones((*self.outcome.shape, 1)))
        return np.concatenate(parts, axis=2)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Return the names of the columns: ``W.x``, or ``W[name].x`` with several matrices."""
        lagged = [name for name, is_lagged in zip(self.names, self.lagged, strict=True) if is_lagged]
        prefixes = ["W."] if len(self.weights) == 1 else [f"W[{name}]." for name in self.weights]
        found = [*self.names, *(prefix + name for prefix in prefixes for name in lagged)]
        return (*found, INTERCEPT) if self.has_constant else tuple(found)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Return the names of the spatial coefficients."""
        rho: list[str] = []
        if self.lag_outcome:
            rho = ["rho"] if len(self.weights) == 1 else [f"rho[{name}]" for name in self.weights]
        return (*rho, "lambda") if self.error_weights is not None else tuple(rho)

    @property
    def places(self) -> Places:
        """Return the position of every regressor and of its lag by each matrix, -1 for none; shape (k, 1 +
        m).
        """
        n_regressors, n_lagged = len(self.names), int(self.lagged.sum())
        places = np.full((n_regressors, 1 + len(self.weights)), -1, dtype=np.int64)
        places[:, 0] = np.arange(n_regressors)
        for j in range(len(self.weights)):
            places[self.lagged, 1 + j] = n_regressors + j * n_lagged + np.arange(n_lagged)
        return places

    @property
    def data(self) -> SpatialData:
        """Return the arrays of the likelihood."""
        return SpatialData(
            outcome=self.outcome,
            regressors=self.columns,
            lag_matrices=self.matrices if self.lag_outcome else (),
            error_matrix=self.error_weights,
            effects=self.effects,
            fewer_periods=self.corrected and self.own_lag is None,
            fewer_units=self.corrected,
        )

    def without_lags(self) -> SpatialModel:
        """Return the model with regressors not lagged."""
        return replace(self, lagged=np.zeros(len(self.names), dtype=bool))


@dataclass(frozen=True, kw_only=True, eq=False)
class SpatialEstimate:
    """Hold a model, its maximum, and the covariance of (coefficients, spatial coefficients, …, σ²).

    `refused` says why a bias correction asked for was not made: the estimates are then those without it.
    """

    model: SpatialModel
    fit: SpatialFit
    covariance: Floats
    information: InformationKind
    refused: Text | None = None

    @property
    def estimates(self) -> Floats:
        """Return coefficients, then spatial coefficients, then phi (random effects)."""
        return np.concatenate([self.fit.coefficients, self.fit.parameters])

    @property
    def rho_places(self) -> Places:
        """Return the positions of the coefficients of the lagged outcome among the estimates."""
        start = len(self.fit.coefficients)
        return np.arange(start, start + self.fit.likelihood.n_lags)


def _corrected(model: SpatialModel, fit: SpatialFit) -> tuple[SpatialFit, Text | None]:
    """Return the fit of a dynamic model with its bias taken out, or why this was not done.

    The expansion behind the correction holds for a stable process whose periods follow each other (Yu, de
    Jong and Lee 2008): its terms are sums of powers of A, which diverge where A has a root of one or more.
    """
    assert model.own_lag is not None  # noqa: S101 - asked by the caller
    lags = tuple(int(place) for place in model.places[model.own_lag, 1:])
    if model.gaps:
        return fit, note_of("spatial.periods_without_data", gaps=model.gaps)
    root = largest_root(fit, model.own_lag, lags)
    if root >= 1:
        return fit, note_of("spatial.not_stable_without", root=root)
    n_coefficients, n_lags = len(fit.coefficients), fit.likelihood.n_lags
    change = dynamic_correction(fit, expected_information(fit), model.own_lag, lags)
    moved = replace(
        fit,
        coefficients=fit.coefficients + change[:n_coefficients],
        parameters=fit.parameters + change[n_coefficients : n_coefficients + n_lags],
        sigma2=fit.sigma2 + float(change[-1]),
    )
    if largest_root(moved, model.own_lag, lags) >= 1 or moved.sigma2 <= 0:
        return fit, note_of("spatial.correction_not_stable", root=root)
    return moved, None


def estimate_spatial(model: SpatialModel) -> SpatialEstimate:
    """Maximise the likelihood, correct it where asked, and return the covariance.

    The covariance inverts the expected information; the observed one where effects are random or more than
    4,000 units would fill the memory with dense inverses.
    """
    fit = maximise(model.data)
    if model.corrected and model.own_lag is not None:
        corrected, refused = _corrected(model, fit)
        if refused is not None:
            return replace(estimate_spatial(replace(model, corrected=False)), refused=refused)
        fit = corrected
    dense = model.effects != "random" and model.outcome.shape[1] <= DENSE_UNITS
    information = expected_information(fit) if dense else observed_information(fit)
    return SpatialEstimate(
        model=model,
        fit=fit,
        covariance=scaled_inverse(information),
        information="expected" if dense else "observed",
    )
