"""Exact maximum likelihood of spatial panels through cross products: every evaluation is k by k."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.spatial.triangular import least_squares

if TYPE_CHECKING:
    from digimfg.estimators.spatial.data import SpatialData
    from digimfg.estimators.spatial.determinant import Determinant

__all__ = ["Likelihood", "SpatialFit"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Likelihood:
    r"""Hold the concentrated log-likelihood of a spatial panel.

    .. math:: \ln L(\rho,\lambda) = -\tfrac n2(\ln 2\pi\hat\sigma^2 + 1) + T\ln|I-\rho W| + T\ln|I-\lambda W|

    with :math:`\hat\sigma^2` of the regression of the filtered outcome on the filtered regressors, effects
    removed from the outcome *and from its spatial lag*. The parameters are the lags' :math:`\rho_j`, then
    :math:`\lambda`, then :math:`\phi` of random effects (:math:`\phi^2=\sigma^2/(T\sigma_\mu^2+\sigma^2)`).
    """

    data: SpatialData
    lag: Determinant | None
    error: Determinant | None

    @property
    def n_lags(self) -> int:
        """Return the number of spatial lags of the outcome."""
        return len(self.data.lag_matrices)

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Return an open interval per parameter."""
        found = [] if self.lag is None else list(self.lag.bounds)
        if self.error is not None:
            found.extend(self.error.bounds)
        if self.data.effects == "random":
            found.append((0.0, 1.0))
        return found

    def split(self, parameters: Floats) -> tuple[Floats, float, float]:
        """Return the lags' coefficients, the error's and the shrinkage of unit means."""
        rho = np.asarray(parameters[: self.n_lags], dtype=np.float64)
        error = float(parameters[self.n_lags]) if self.error is not None else 0.0
        shrink = float(parameters[-1]) if self.data.effects == "random" else 1.0
        return rho, error, shrink

    @cached_property
    def _profile(self) -> tuple[Floats, Floats, Floats] | None:
        """Return residuals of outcome and lags on the regressors, of what effects leave and of unit means
        beside random effects, and the coefficients, where these do not depend on the parameters.
        """
        count = self.data.n_within
        if self.error is not None or (self.data.effects == "random" and count is None):
            return None
        within, between = self.data.roots_by_part
        n_first = 1 + self.n_lags
        varying = slice(n_first, None if count is None else n_first + count)
        slopes = least_squares(within[:, varying], within[:, :n_first])
        left = within[:, :n_first] - within[:, varying] @ slopes
        level = between[:, :n_first]
        if count is not None:
            level, constant = level - between[:, varying] @ slopes, between[:, n_first + count :]
            means = least_squares(constant, level)
            level, slopes = level - constant @ means, np.concatenate([slopes, means])
        return left, level, slopes

    @property
    def residuals(self) -> tuple[Floats, Floats] | None:
        """Return residuals of outcome and lags on the regressors within and between units, ``None`` where
        they depend on the parameters.
        """
        return None if self._profile is None else self._profile[:2]

    @cached_property
    def _solved(self) -> dict[bytes, tuple[Floats, float, Floats]]:
        return {}

    def solve(self, parameters: Floats) -> tuple[Floats, float, Floats]:
        """Return coefficients, the residual sum of squares, and its gradient by the parameters."""
        key = parameters.tobytes()
        if key not in self._solved:
            self._solved[key] = self._solve(parameters)
        return self._solved[key]

    def _solve(self, parameters: Floats) -> tuple[Floats, float, Floats]:
        rho, error, shrink = self.split(parameters)
        head = np.concatenate([[1.0], -rho])
        if self._profile is not None:
            within, between, coefficients = self._profile
            left = within @ head
            total, along = float(left @ left), left @ within[:, 1:]
            if self.data.effects == "random":
                level = between @ head
                square = float(level @ level)
                total, along = total + shrink**2 * square, along + shrink**2 * (level @ between[:, 1:])
                along = np.append(along, -shrink * square)
            return coefficients @ head, total, -2.0 * along
        root, by_error, by_shrink = self.data.root(error, shrink)
        n_first = 1 + self.n_lags
        beta = least_squares(root[:, n_first:], root[:, :n_first] @ head)
        combination = np.concatenate([head, -beta])
        left = root @ combination
        slopes = list(-2.0 * (left @ root[:, 1:n_first]))
        if self.error is not None:
            slopes.append(2.0 * float(left @ (by_error @ combination)))
        if self.data.effects == "random":
            slopes.append(2.0 * float(left @ (by_shrink @ combination)))
        return beta, float(left @ left), np.array(slopes)

    def squares_by_part(self, spatial: Floats) -> tuple[float, float]:
        r"""Return the sums of squares within and between units that random effects leave at spatial
        coefficients, before :math:`\phi`: exact where it moves no coefficient, else those at a half.
        """
        if self._profile is not None:
            left, level = (part @ np.concatenate([[1.0], -spatial]) for part in self._profile[:2])
            return float(left @ left), float(level @ level)
        parameters = np.append(spatial, 0.5)
        rho, error, _ = self.split(parameters)
        root, _, by_shrink = self.data.root(error)
        combination = np.concatenate([[1.0], -rho, -self.solve(parameters)[0]])
        level = by_shrink @ combination
        left = root @ combination - level
        return float(left @ left), float(level @ level)

    def value(self, parameters: Floats) -> float:
        """Return the concentrated log-likelihood."""
        _, total, _ = self.solve(parameters)
        if total <= 0:
            return -np.inf
        rho, error, shrink = self.split(parameters)
        n = self.data.n_effective
        jacobian = 0.0
        if self.lag is not None:
            jacobian += self.lag.value(rho) - self._lost(self.lag, rho)
        if self.error is not None:
            one = np.array([error])
            jacobian += self.error.value(one) - self._lost(self.error, one)
        extra = self.data.n_units * np.log(shrink) if self.data.effects == "random" else 0.0
        return float(
            -0.5 * n * (np.log(2 * np.pi * total / n) + 1.0) + self.data.effective_periods * jacobian + extra
        )

    def gradient(self, parameters: Floats) -> Floats:
        """Return its gradient."""
        _, total, slopes = self.solve(parameters)
        rho, error, shrink = self.split(parameters)
        gradient = -0.5 * self.data.n_effective * slopes / total
        periods = self.data.effective_periods
        if self.lag is not None:
            gradient[: self.n_lags] -= periods * (self.lag.traces(rho) - self._lost_slope(self.lag, rho))
        if self.error is not None:
            one = np.array([error])
            slope = self.error.traces(one) - self._lost_slope(self.error, one)
            gradient[self.n_lags] -= periods * slope[0]
        if self.data.effects == "random":
            gradient[-1] += self.data.n_units / shrink
        return np.asarray(gradient)

    def slopes_of_squares(self, parameters: Floats) -> Floats | None:
        """Return half the second derivatives of the sum of squares, the coefficients at their best;
        ``None`` where these depend on the parameters.
        """
        if self._profile is None:
            return None
        within, between, _ = self._profile
        lags = within[:, 1:]
        squares = np.asarray(lags.T @ lags)
        if self.data.effects != "random":
            return squares
        rho, _, shrink = self.split(parameters)
        level, lags = between @ np.concatenate([[1.0], -rho]), between[:, 1:]
        mixed = -2.0 * shrink * (level @ lags)
        return np.block([[squares + shrink**2 * (lags.T @ lags), mixed[:, None]], [mixed, level @ level]])

    def bend(self, determinant: Determinant, rho: Floats) -> Floats:
        """Return the second derivatives of a log-determinant, less the part of removed period intercepts."""
        found = -determinant.trace_slopes(rho)
        if determinant.limits is None and self.data.fewer_units and self.data.time_effects:
            slope = self._lost_slope(determinant, rho)
            found = found + np.outer(slope, slope)
        return found

    def _lost(self, determinant: Determinant, rho: Floats) -> float:
        """Return the part of the log-determinant that belongs to the removed period intercepts."""
        if determinant.limits is not None or not (self.data.fewer_units and self.data.time_effects):
            return 0.0
        left = 1.0 - float(rho @ determinant.row_sums)
        return float(np.log(left)) if left > 0 else np.inf

    def _lost_slope(self, determinant: Determinant, rho: Floats) -> Floats:
        if determinant.limits is not None or not (self.data.fewer_units and self.data.time_effects):
            return np.zeros(len(rho))
        sums = determinant.row_sums
        return np.asarray(sums / (1.0 - float(rho @ sums)))


@dataclass(frozen=True, kw_only=True, eq=False)
class SpatialFit:
    """Hold the maximum.

    Parameters
    ----------
    parameters
        The nonlinear parameters in the order of `Likelihood`.
    coefficients
        Of the regressors, shape (k,).
    sigma2
        Error variance (sum of squares over `SpatialData.n_effective`).
    log_likelihood
        At the maximum.
    likelihood
        What was maximised.
    """

    parameters: Floats
    coefficients: Floats
    sigma2: float
    log_likelihood: float
    likelihood: Likelihood

    @property
    def rho(self) -> Floats:
        """Return the coefficients of the lagged outcome."""
        return self.likelihood.split(self.parameters)[0]

    @property
    def error(self) -> float:
        """Return the coefficient of the spatial error, zero where there is none."""
        return self.likelihood.split(self.parameters)[1]

    @property
    def shrink(self) -> float:
        """Return phi of random effects, one where there are none."""
        return self.likelihood.split(self.parameters)[2]
