"""A probit with normal unit effects: its likelihood by quadrature, its scores, and where it is largest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["ProbitEffects", "ProbitFit", "fit_probit_effects", "unit_values"]

Floats = NDArray[np.float64]

_FURTHEST = 25.0


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class ProbitEffects:
    """Hold the data of a probit with unit effects.

    Parameters
    ----------
    outcome
        0 and 1, shape (n,).
    design
        Shape (n, k), constant included.
    unit
        Codes 0…N−1, ascending.
    nodes
        Of the quadrature.
    """

    outcome: Floats
    design: Floats
    unit: NDArray[np.int64]
    nodes: int


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class ProbitFit:
    """Hold estimates and the covariance, clustered by unit, of coefficients and the logarithm of sigma."""

    coefficients: Floats
    sigma: float
    covariance: Floats
    log_likelihood: float


def unit_values(model: ProbitEffects, place: Floats) -> tuple[Floats, Floats]:
    """Return the log-likelihood of each unit and its scores, shapes (N,) and (N, k + 1)."""
    from scipy.special import log_ndtr, logsumexp

    at, weight = np.polynomial.hermite.hermgauss(model.nodes)
    sigma = float(np.exp(np.clip(place[-1], -20, 5)))
    effect = np.sqrt(2.0) * sigma * at
    sign = 2 * model.outcome - 1
    index = sign[:, None] * ((model.design @ place[:-1])[:, None] + effect)
    logs = log_ndtr(index)
    starts = np.flatnonzero(np.r_[True, model.unit[1:] != model.unit[:-1]])
    joint = np.add.reduceat(logs, starts, axis=0) + np.log(weight / np.sqrt(np.pi))
    values = logsumexp(joint, axis=1)
    share = np.exp(joint - values[:, None])
    mills = sign[:, None] * np.exp(-0.5 * index**2 - 0.5 * np.log(2 * np.pi) - logs)
    pull = (mills * share[model.unit]).sum(axis=1)
    scores = np.add.reduceat(pull[:, None] * model.design, starts, axis=0)
    of_sigma = (np.add.reduceat(mills, starts, axis=0) * share * effect).sum(axis=1)
    return np.asarray(values), np.column_stack([scores, of_sigma])


def fit_probit_effects(model: ProbitEffects) -> ProbitFit | None:
    """Return the likeliest parameters of several starts, or ``None`` where there is no top."""
    from scipy.optimize import minimize

    size = np.maximum(np.abs(model.design).max(axis=0), 1e-300)
    scaled = ProbitEffects(
        outcome=model.outcome, design=model.design / size, unit=model.unit, nodes=model.nodes
    )

    def loss(place: Floats) -> tuple[float, Floats]:
        values, scores = unit_values(scaled, place)
        return -float(values.sum()), -np.asarray(scores.sum(axis=0))

    start = np.zeros(len(size))
    ends = [
        minimize(
            loss, np.r_[start, np.log(sigma)], jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 500}
        )
        for sigma in (0.3, 1.0)
    ]
    best = min(ends, key=lambda end: float(end.fun))
    place = np.asarray(best.x, dtype=np.float64)
    gradient = loss(place)[1]
    if np.abs(place[:-1]).max() > _FURTHEST or place[-1] > 4 or np.abs(gradient).max() > 1e-2:
        return None
    hessian = _hessian(loss, place)
    if place[-1] < -6:  # no unit effects: their size is at its end, and the rest is a plain probit
        hessian[-1], hessian[:, -1] = 0.0, 0.0
        hessian[-1, -1] = 1.0
    values = np.linalg.eigvalsh(hessian)
    if not values[0] > 1e-10 * values[-1]:
        return None
    bread = np.linalg.inv(hessian)
    scores = unit_values(scaled, place)[1]
    n_units = len(scores)
    covariance = bread @ (scores.T @ scores) @ bread * n_units / (n_units - 1)
    back = np.r_[1 / size, 1.0]
    return ProbitFit(
        coefficients=place[:-1] / size,
        sigma=float(np.exp(place[-1])),
        covariance=covariance * np.outer(back, back),
        log_likelihood=-float(best.fun),
    )


def _hessian(loss: object, place: Floats) -> Floats:
    count = len(place)
    found = np.empty((count, count))
    for one in range(count):
        step = np.zeros(count)
        step[one] = 1e-5 * max(abs(place[one]), 1.0)
        found[one] = (loss(place + step)[1] - loss(place - step)[1]) / (2 * step[one])  # type: ignore[operator]
    return np.asarray((found + found.T) / 2)
