"""Least squares with dummies in a first-order dynamic panel, and the approximation of its bias."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.design.scaled import scaled_inverse, scaled_slopes
from digimfg.errors import EstimationError

__all__ = ["DynamicPanel", "bias", "bootstrap_panels", "within_estimate"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class DynamicPanel:
    """Hold a dynamic panel by entity and period, zeros where a row is not used.

    Parameters
    ----------
    outcome, lagged
        Shape (N, T).
    regressors
        Strictly exogenous, shape (N, T, k).
    used
        Rows with outcome, its lag and all regressors, shape (N, T).
    """

    outcome: Floats
    lagged: Floats
    regressors: Floats
    used: NDArray[np.bool_]

    def demean(self, values: Floats) -> Floats:
        """Return values less the entity's mean over used rows, zero elsewhere; shape (N, T, …)."""
        weight = self.used.astype(np.float64)
        counts = np.maximum(weight.sum(axis=1), 1.0)
        mask = weight if values.ndim == 2 else weight[:, :, None]
        share = counts[:, None] if values.ndim == 2 else counts[:, None, None]
        mean = (values * mask).sum(axis=1, keepdims=True) / share[:, :1]
        return np.asarray((values - mean) * mask)

    @property
    def n_rows(self) -> int:
        """Return the number of used rows."""
        return int(self.used.sum())

    @property
    def degrees(self) -> int:
        """Return used rows less entities less coefficients."""
        return int(self.n_rows - len(self.used) - self.regressors.shape[2] - 1)

    def columns(self) -> Floats:
        """Return the lagged outcome and the regressors, shape (N, T, 1 + k)."""
        return np.concatenate([self.lagged[:, :, None], self.regressors], axis=2)


def within_estimate(panel: DynamicPanel) -> Floats:
    """Return the least-squares estimates with entity effects, the lag first.

    Raises
    ------
    EstimationError
        If a column does not vary within entities or repeats others.
    """
    columns = panel.demean(panel.columns()).reshape(-1, 1 + panel.regressors.shape[2])
    scale = np.linalg.norm(columns, axis=0)
    if np.any(scale == 0) or np.linalg.svd(columns / scale, compute_uv=False)[-1] < 1e-8:
        raise EstimationError.of("lsdv.columns_collinear", n_columns=columns.shape[1])
    outcome = panel.demean(panel.outcome).ravel()
    return scaled_slopes(columns, outcome)


def bias(panel: DynamicPanel, initial: Floats, order: int) -> tuple[Floats, float]:
    r"""Return the approximate bias of the within estimates and the error variance it used.

    With :math:`W=[y_{-1}:X]`, A the within operator on used rows, L the lag operator,
    :math:`\Gamma=(I-\gamma L)^{-1}`, :math:`\Pi=AL\Gamma`, :math:`\bar W=E(W)`,
    :math:`Q=[\bar W'A\bar W+\sigma^2\operatorname{tr}(\Pi'\Pi)e_1e_1']^{-1}` and :math:`q_1=Qe_1`:

    .. math::

       c_1 &= \sigma^2\operatorname{tr}(\Pi)\,q_1 \\
       c_2 &= -\sigma^2\{Q\bar W'\Pi A\bar W+\operatorname{tr}(Q\bar W'\Pi A\bar W)I
              +2\sigma^2q_{11}\operatorname{tr}(\Pi'\Pi\Pi)I\}q_1 \\
       c_3 &= \sigma^4\operatorname{tr}(\Pi)\{2q_{11}Q\bar W'\Pi\Pi'\bar Wq_1+[q_1'\bar W'\Pi\Pi'\bar Wq_1
              +q_{11}\operatorname{tr}(Q\bar W'\Pi\Pi'\bar
              W)+2\sigma^2\operatorname{tr}(\Pi'\Pi\Pi'\Pi)q_{11}^2]q_1\}

    and the bias is :math:`c_1`, :math:`c_1+c_2` or :math:`c_1+c_2+c_3` (Kiviet 1995; Bun and Kiviet 2003;
    Bruno 2005 for unbalanced panels). The last :math:`\sigma^2`, from the variance
    :math:`2\sigma^4\operatorname{tr} (\Pi'\Pi\Pi'\Pi)` of :math:`v'Av` with :math:`v=L\Gamma\varepsilon`, is
    missing in Stata's xtlsdvc, whose third order therefore changes with the unit of the outcome.

    Parameters
    ----------
    initial
        Consistent estimates, the lag first, that stand for the unknown parameters.
    order
        1, 2 or 3: the bias up to :math:`O(T^{-1})`, :math:`O(N^{-1}T^{-1})` or :math:`O(N^{-1}T^{-2})`.
    """
    columns = panel.columns()
    n_columns = columns.shape[2]
    error = panel.demean(panel.outcome - columns @ initial)
    variance = float(np.sum(error**2)) / panel.degrees
    n_periods = panel.used.shape[1]
    shift = np.eye(n_periods, k=-1)
    past = shift @ np.linalg.inv(np.eye(n_periods) - initial[0] * shift)
    mean_columns = columns.copy()
    mean_columns[:, :, 0] -= error @ past.T
    weight = panel.used.astype(np.float64)
    counts = np.maximum(weight.sum(axis=1), 1.0)
    within = (
        np.eye(n_periods) * weight[:, :, None]
        - np.einsum("nt,ns->nts", weight, weight) / counts[:, None, None]
    )
    pi = within @ past
    square = pi.transpose(0, 2, 1) @ pi
    trace = float(np.einsum("ntt->", pi))
    trace_square = float(np.einsum("ntt->", square))
    trace_cube = float(np.sum(square * pi.transpose(0, 2, 1)))
    trace_fourth = float(np.sum(square * square))
    centred = within @ mean_columns
    spread = np.tensordot(mean_columns, centred, axes=((0, 1), (0, 1)))
    spread[0, 0] += variance * trace_square
    q = scaled_inverse(spread)
    q1, q11 = q[:, 0], float(q[0, 0])
    total = variance * trace * q1
    identity = np.eye(n_columns)
    if order >= 2:
        mixed = q @ np.tensordot(mean_columns, pi @ centred, axes=((0, 1), (0, 1)))
        level = float(np.trace(mixed)) + 2 * variance * q11 * trace_cube
        total = total - variance * (mixed + level * identity) @ q1
    if order >= 3:
        carried = pi.transpose(0, 2, 1) @ mean_columns
        outer = np.tensordot(carried, carried, axes=((0, 1), (0, 1)))
        level = (
            float(q1 @ outer @ q1) + q11 * float(np.trace(q @ outer)) + 2 * variance * trace_fourth * q11**2
        )
        total = total + variance**2 * trace * (2 * q11 * q @ outer @ q1 + level * q1)
    return np.asarray(total), variance


def bootstrap_panels(
    panel: DynamicPanel, estimates: Floats, variance: float, draws: int, rng: np.random.Generator
) -> list[DynamicPanel]:
    r"""Return panels drawn from the fitted model with normal errors, first outcomes and regressors as
    observed.

    A gap starts again from the outcome observed before it.
    """
    error = panel.outcome - panel.columns() @ estimates
    weight = panel.used.astype(np.float64)
    effect = (error * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1.0)
    fixed = panel.regressors @ estimates[1:] + effect[:, None]
    panels: list[DynamicPanel] = []
    for _ in range(draws):
        noise = rng.standard_normal(panel.outcome.shape) * np.sqrt(variance)
        outcome, lagged = panel.outcome.copy(), panel.lagged.copy()
        for t in range(outcome.shape[1]):
            if t:
                carried = panel.used[:, t] & panel.used[:, t - 1]
                lagged[carried, t] = outcome[carried, t - 1]
            rows = panel.used[:, t]
            outcome[rows, t] = estimates[0] * lagged[rows, t] + fixed[rows, t] + noise[rows, t]
        panels.append(
            DynamicPanel(outcome=outcome, lagged=lagged, regressors=panel.regressors, used=panel.used)
        )
    return panels
