"""Paths of responses of a VAR to shocks: the arithmetic, for one estimate and for many draws."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.panel_var.draws import VARDraws
from digimfg.estimators.panel_var.fit import companion
from digimfg.kinds import AtLeast, AtMost, Differing
from digimfg.say import say
from digimfg.text import Text

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
        raise EstimationError(
            where=Text("impulse responses, error covariance", "脉冲响应，误差协方差"),
            expected=Text("errors of which none is a combination of others", "互不线性相关的误差"),
            got=Text("a singular matrix", "奇异矩阵"),
            remedy=Text(
                "leave one variable out, or shock='generalised' or 'unit'",
                "去掉其中一个变量，或用 shock='generalised'、'unit'",
            ),
        )
    if not np.abs(path).max() < _LARGEST:
        raise EstimationError(
            where=Text("impulse responses", "脉冲响应"),
            expected=Text("responses that can be written as numbers", "可表示为数值的响应"),
            got=say("overflow before period {n}", "在第{n}期之前溢出", n=horizon),
            remedy=Text(
                "the model is not stable: use differences, or a shorter horizon",
                "模型不稳定：使用差分或缩短期数",
            ),
        )


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
        raise EstimationError(
            where=Text("impulse responses, draws", "脉冲响应，抽样"),
            expected=Text("two draws or more with responses", "至少两次可得响应的抽样"),
            got=str(np.count_nonzero(kept)),
            remedy=Text("shorten the horizon, or use draws=0", "缩短期数，或用 draws=0"),
        )
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
        raise SpecificationError(
            where=Text("impulse responses, `order`", "脉冲响应，`order`"),
            expected=Text("none: only orthogonal shocks have an order", "无：仅正交冲击有次序"),
            got=say("{names}", "{names}", names=order),
            remedy=Text("leave it out, or shock='orthogonal'", "去掉，或用 shock='orthogonal'"),
        )
    if sorted(order) != sorted(variables):
        raise SpecificationError(
            where=Text("impulse responses, `order`", "脉冲响应，`order`"),
            expected=say("each of {names} once", "{names}各一次", names=variables),
            got=say("{names}", "{names}", names=order),
            remedy=Text("name all variables of the model", "列出模型的全部变量"),
        )
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
