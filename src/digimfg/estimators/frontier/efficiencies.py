"""Inefficiency of each row, given its composed error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from digimfg.estimators.frontier.likelihood import Parts, Rows, effect_nodes, mills, parts_of

__all__ = ["efficiencies"]

Floats = NDArray[np.float64]


def efficiencies(rows: Rows, parameters: Floats, effects: Floats) -> tuple[Floats, Floats]:
    r"""Return :math:`E[e^{-u}\mid\varepsilon]` (Battese & Coelli 1988, doi:10.1016/0304-4076(88)90053-X) and
    :math:`E[u\mid\varepsilon]` (Jondrow et al. 1982, doi:10.1016/0304-4076(82)90004-5) of each row.

    Given its error, u is normal around a mean, truncated at zero; of a panel's units this is over all rows
    of the unit, with random effects averaged over what the effect may be.
    """
    parts = parts_of(rows, parameters)
    residual = rows.outcome - rows.regressors @ parts.beta
    if len(effects):
        residual = residual - effects[rows.group]
    if rows.model in ("time_invariant", "time_decay"):
        return _shared(rows, parts, residual)
    if rows.model == "true_random_effects":
        nodes, logs = effect_nodes(rows, parts, residual)
        weight = np.exp(logs - logs.max(axis=1, keepdims=True))
        weight = (weight / weight.sum(axis=1, keepdims=True))[rows.group]
        both = _given(*_located(rows, parts, residual[:, None] - nodes[rows.group]))
        return (weight * both[0]).sum(axis=1), (weight * both[1]).sum(axis=1)
    return _given(*_located(rows, parts, residual))


def _located(rows: Rows, parts: Parts, residual: Floats) -> tuple[Floats, float]:
    if rows.distribution == "exponential":
        noise = float(np.sqrt(parts.noise))
        return -rows.sign * residual - parts.noise / np.sqrt(parts.inefficiency), noise
    mean = rows.determinants @ parts.delta if rows.model == "effects" else parts.mean
    total = parts.noise + parts.inefficiency
    located = (mean * parts.noise - rows.sign * residual * parts.inefficiency) / total
    return located, float(np.sqrt(parts.noise * parts.inefficiency / total))


def _given(located: Floats, width: float | Floats, course: float | Floats = 1.0) -> tuple[Floats, Floats]:
    ratio = located / width
    efficiency = np.exp(
        -course * located + 0.5 * (course * width) ** 2 + log_ndtr(ratio - course * width) - log_ndtr(ratio)
    )
    return efficiency, course * (located + width * mills(ratio))


def _shared(rows: Rows, parts: Parts, residual: Floats) -> tuple[Floats, Floats]:
    course = np.exp(-parts.decay * rows.ahead)
    weight = parts.noise + rows.sums(course**2) * parts.inefficiency
    located = (
        parts.mean * parts.noise - rows.sign * rows.sums(course * residual) * parts.inefficiency
    ) / weight
    width = np.sqrt(parts.noise * parts.inefficiency / weight)
    return _given(located[rows.group], width[rows.group], course)
