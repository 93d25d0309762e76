"""Likelihoods of composed errors, by group of rows; complex steps pass through them, which is how they are
differentiated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, log_ndtr

__all__ = [
    "Distribution",
    "FrontierModel",
    "Parts",
    "Rows",
    "contributions",
    "effect_nodes",
    "mills",
    "parameter_names",
    "parts_of",
    "random_effect_scores",
]

Floats = NDArray[np.float64]
Numbers = Any  # arrays, complex where derivatives are taken
FrontierModel = Literal[
    "pooled", "time_invariant", "time_decay", "effects", "true_fixed_effects", "true_random_effects"
]
Distribution = Literal["half_normal", "truncated_normal", "exponential"]
_NODES, _MASS = np.polynomial.hermite.hermgauss(32)
_LOG_2PI = float(np.log(2 * np.pi))
_MEAN = float(np.sqrt(2 / np.pi))


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Hold the data of a frontier.

    Parameters
    ----------
    outcome, regressors
        Shapes (n,) and (n, k).
    group
        Which rows share one inefficiency, or one effect; codes from 0, shape (n,).
    ahead
        Periods from the row to the last of the panel, negative or 0, shape (n,).
    determinants
        Shape (n, d), a constant first; of ``"effects"`` only.
    sign
        1 for production, -1 for cost.
    model, distribution
        What is estimated.
    """

    outcome: Floats
    regressors: Floats
    group: NDArray[np.int64]
    ahead: Floats
    determinants: Floats
    sign: float
    model: FrontierModel
    distribution: Distribution

    @property
    def n_groups(self) -> int:
        """Return the number of groups."""
        return int(self.group.max()) + 1

    def sums(self, values: Numbers) -> Numbers:
        """Return sums by group."""
        real = np.bincount(self.group, values.real, self.n_groups)
        if not np.iscomplexobj(values):
            return real
        return real + 1j * np.bincount(self.group, values.imag, self.n_groups)


@dataclass(frozen=True, kw_only=True, eq=False)
class Parts:
    """Hold parameters by meaning: slopes, variances of noise and inefficiency, and what moves the latter."""

    beta: Numbers
    noise: Any
    inefficiency: Any
    mean: Any
    decay: Any
    delta: Numbers
    spread: Any


def parameter_names(rows: Rows) -> list[str]:
    """Return the names of the parameters beyond the slopes, in their order."""
    names = ["log_variance", "logit_gamma"]
    if rows.model == "effects":
        return names + [f"delta_{place}" for place in range(rows.determinants.shape[1])]
    if rows.distribution == "truncated_normal":
        names.append("mu")
    if rows.model == "time_decay":
        names.append("eta")
    if rows.model == "true_random_effects":
        names.append("log_effect_variance")
    return names


def parts_of(rows: Rows, parameters: Numbers) -> Parts:
    """Return parameters by meaning; σ² = σ_v² + σ_u² and γ = σ_u²/σ² as Battese and Corra have them."""
    k = rows.regressors.shape[1]
    rest = dict(zip(parameter_names(rows), parameters[k:], strict=True))
    total = np.exp(rest["log_variance"])
    gamma = 1 / (1 + np.exp(-rest["logit_gamma"]))
    return Parts(
        beta=parameters[:k],
        noise=total * (1 - gamma),
        inefficiency=total * gamma,
        mean=rest.get("mu", 0.0),
        decay=rest.get("eta", 0.0),
        delta=parameters[k + 2 :] if rows.model == "effects" else parameters[:0],
        spread=np.exp(rest["log_effect_variance"]) if "log_effect_variance" in rest else 0.0,
    )


def contributions(rows: Rows, parameters: Numbers, effects: Numbers | None = None) -> Numbers:
    """Return log likelihoods: by group where rows of a group share something random, else by row.

    Parameters
    ----------
    effects
        Of groups, taken as known (``"true_fixed_effects"``).
    """
    parts = parts_of(rows, parameters)
    residual = rows.outcome - rows.regressors @ parts.beta
    if effects is not None:
        residual = residual - effects[rows.group]
    likelihood: dict[FrontierModel, Callable[[Rows, Parts, Numbers], Numbers]] = {
        "time_invariant": _shared,
        "time_decay": _shared,
        "true_random_effects": _random_effects,
    }
    return likelihood.get(rows.model, _by_row)(rows, parts, residual)


def _by_row(rows: Rows, parts: Parts, residual: Numbers) -> Numbers:
    if rows.distribution == "exponential":
        return _exponential(rows.sign * residual, parts)
    mean = rows.determinants @ parts.delta if rows.model == "effects" else parts.mean
    total = parts.noise + parts.inefficiency
    located = (mean * parts.noise - rows.sign * residual * parts.inefficiency) / total
    width = np.sqrt(parts.noise * parts.inefficiency / total)
    return (
        -0.5 * _LOG_2PI
        - 0.5 * np.log(total)
        - 0.5 * (rows.sign * residual + mean) ** 2 / total
        + log_ndtr(located / width)
        - log_ndtr(mean / np.sqrt(parts.inefficiency) + 0 * residual)
    )


def _exponential(residual: Numbers, parts: Parts) -> Numbers:
    noise, spread = np.sqrt(parts.noise), np.sqrt(parts.inefficiency)
    return (
        -np.log(spread)
        + 0.5 * parts.noise / parts.inefficiency
        + residual / spread
        + log_ndtr(-residual / noise - noise / spread)
    )


def _shared(rows: Rows, parts: Parts, residual: Numbers) -> Numbers:
    """Return the likelihoods of Battese & Coelli (1992): one draw per group, decaying in time."""
    course = np.exp(-parts.decay * rows.ahead)
    size = rows.sums(np.ones(len(residual)))
    weight = parts.noise + rows.sums(course**2 + 0 * residual) * parts.inefficiency
    located = (
        parts.mean * parts.noise - rows.sign * rows.sums(course * residual) * parts.inefficiency
    ) / weight
    width = np.sqrt(parts.noise * parts.inefficiency / weight)
    mean = parts.mean / np.sqrt(parts.inefficiency)
    return (
        -0.5 * size * _LOG_2PI
        - 0.5 * (size - 1) * np.log(parts.noise)
        - 0.5 * np.log(weight)
        - 0.5 * rows.sums(residual**2) / parts.noise
        - 0.5 * mean**2
        + 0.5 * (located / width) ** 2
        + log_ndtr(located / width)
        - log_ndtr(mean + 0 * located)
    )


def _random_effects(rows: Rows, parts: Parts, residual: Numbers) -> Numbers:
    """Return the likelihoods with a normal effect integrated out by Gauss–Hermite quadrature."""
    _, summed = effect_nodes(rows, parts, residual)
    top = summed.real.max(axis=1, keepdims=True)
    return top[:, 0] + np.log(np.exp(summed - top).sum(axis=1))


def effect_nodes(rows: Rows, parts: Parts, residual: Numbers) -> tuple[Numbers, Numbers]:
    """Return nodes of the effect of each group and the log of what each adds to its likelihood, shapes
    (groups, nodes): nodes lie where the effect would be if errors were normal.
    """
    size = rows.sums(np.ones(len(residual)))
    shift = rows.sign * np.sqrt(parts.inefficiency) * _MEAN
    variance = parts.noise + parts.inefficiency * (1 - _MEAN**2)
    pull = parts.spread / (parts.spread + variance / size)
    centre = pull * (rows.sums(residual) / size + shift)
    width = np.sqrt(pull * variance / size)
    effects = centre[:, None] + np.sqrt(2) * width[:, None] * _NODES
    density = _by_row(rows, parts, residual[:, None] - effects[rows.group])
    summed = np.column_stack([rows.sums(column) for column in density.T])
    prior = -0.5 * effects**2 / parts.spread - 0.5 * (_LOG_2PI + np.log(parts.spread))
    return effects, summed + prior + _NODES**2 + np.log(_MASS) + 0.5 * np.log(2.0) + np.log(width)[:, None]


def random_effect_scores(rows: Rows, parameters: Floats) -> Floats:
    """Return derivatives of the likelihoods with random effects, shape (groups, parameters).

    They are the mean, over what the effect may be given the data, of the derivatives with the effect known.
    """
    parts = parts_of(rows, parameters)
    residual = rows.outcome - rows.regressors @ parts.beta
    nodes, logs = effect_nodes(rows, parts, residual)
    weight = np.exp(logs - logs.max(axis=1, keepdims=True))
    weight = weight / weight.sum(axis=1, keepdims=True)
    by_row = weight[rows.group]
    total = parts.noise + parts.inefficiency
    slope = rows.sign * np.sqrt(parts.inefficiency / (parts.noise * total))
    left = residual[:, None] - nodes[rows.group]
    ratio = mills(-slope * left)
    pull = (by_row * (left / total + slope * ratio)).sum(axis=1)
    bent = (by_row * (-slope * left) * ratio).sum(axis=1)
    spread = (by_row * left**2).sum(axis=1) / total
    columns = [rows.sums(pull * column) for column in rows.regressors.T]
    columns += [rows.sums(-0.5 + 0.5 * spread - 0.5 * bent), rows.sums(0.5 * bent)]
    columns.append(0.5 * ((weight * nodes**2).sum(axis=1) / parts.spread - 1))
    return np.column_stack(columns)


def mills(value: Floats) -> Floats:
    """Return φ(x)/Φ(x)."""
    ratio: Floats = _MEAN / erfcx(-value / np.sqrt(2))
    return ratio
