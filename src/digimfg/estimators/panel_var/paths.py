"""Paths of responses of a VAR to shocks: the arithmetic, for one estimate and for many draws."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.panel_var.draws import VARDraws
from digimfg.estimators.panel_var.fit import companion
from digimfg.kinds import AtLeast, AtMost, Differing

__all__ = [
    "Horizon",
    "Order",
    "Shock",
    "answering_draws",
    "check_path",
    "ordered",
    "response_path",
]

Floats = NDArray[np.float64]
_LARGEST = 1e150
_SINGULAR = 1e-10
Shock = Literal["orthogonal", "generalised", "unit"]
Horizon = Annotated[int, AtLeast(1), AtMost(1000)]
Order = Annotated[tuple[str, ...], Differing()] | None


def response_path(
    coefficients: Floats,
    covariance: Floats,
    lags: int,
    horizon: int,
    shock: Shock,
    order: tuple[int, ...],
    cumulative: bool,
) -> Floats:
    """Return responses of shape (…, horizon + 1, response, impulse).

    Parameters
    ----------
    coefficients, covariance
        Of one estimate or of many: shapes (…, m, m·p), (…, m, m).
    order
        Places of the variables in the order of orthogonal shocks.
    """
    size = coefficients.shape[-2]
    whole = companion(coefficients, lags)
    impact = _impact(covariance, shock, order)
    state = np.zeros((*impact.shape[:-2], size * lags, size))
    state[..., :size, :] = impact
    steps = [impact]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(horizon):
            state = whole @ state
            steps.append(state[..., :size, :])
        path = np.stack(steps, axis=-3)
        return np.asarray(path.cumsum(axis=-3)) if cumulative else path


def check_path(path: Floats, horizon: int) -> None:
    """Raise where errors have no order, being combinations of each other, or responses outgrow all numbers.

    Raises
    ------
    EstimationError
        Saying which.
    """
    if not np.all(np.isfinite(path[0])):
        raise EstimationError.of("panel_var.errors_collinear")
    if not np.abs(path).max() < _LARGEST:
        raise EstimationError.of("panel_var.responses_overflow", n=horizon)


def answering_draws(draws: VARDraws, paths: Floats) -> tuple[VARDraws, Floats]:
    """Return the draws whose paths are numbers, those of the others counted as failed.

    Raises
    ------
    EstimationError
        If fewer than two are.
    """
    with np.errstate(invalid="ignore"):
        kept = np.abs(paths).max(axis=(1, 2, 3)) < _LARGEST
    if np.count_nonzero(kept) < 2:
        raise EstimationError.of("panel_var.too_few_responses", got=str(np.count_nonzero(kept)))
    left = VARDraws(
        coefficients=draws.coefficients[kept],
        error_covariance=draws.error_covariance[kept],
        failed=draws.failed + int(np.count_nonzero(~kept)),
    )
    return left, paths[kept]


def ordered(variables: tuple[str, ...], order: tuple[str, ...] | None, shock: Shock) -> tuple[int, ...]:
    """Return the places of the variables in an order.

    Raises
    ------
    SpecificationError
        If it does not name each once, or shocks have no order.
    """
    if order is None:
        return tuple(range(len(variables)))
    if shock != "orthogonal":
        raise SpecificationError.of("panel_var.order_without_orthogonal_shocks", names=order)
    if sorted(order) != sorted(variables):
        raise SpecificationError.of("panel_var.order_incomplete", names=variables, names_found=order)
    return tuple(variables.index(name) for name in order)


def _impact(covariance: Floats, shock: Shock, order: tuple[int, ...]) -> Floats:
    if shock == "unit":
        return np.broadcast_to(np.eye(covariance.shape[-1]), covariance.shape).copy()
    if shock == "generalised":
        deviations = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
        return np.asarray(covariance / deviations[..., None, :])
    places = np.array(order)
    factor = _root(covariance[..., places[:, None], places])
    back = np.argsort(places)
    return np.asarray(factor[..., back[:, None], back])


def _root(covariance: Floats) -> Floats:
    """Return Cholesky factors, of correlations first so that units do not matter; NaN where these are
    singular.
    """
    deviations = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    scaled = covariance / deviations[..., None, :] / deviations[..., :, None]
    singular = np.linalg.eigvalsh(scaled)[..., 0] < _SINGULAR
    scaled = np.where(singular[..., None, None], np.eye(scaled.shape[-1]), scaled)
    factor = np.linalg.cholesky(scaled) * deviations[..., :, None]
    return np.asarray(np.where(singular[..., None, None], np.nan, factor))
