"""Arrays of a spatial panel, their spatial lags, and the cross products after effects are removed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.spatial.triangular import triangular_factor

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["Effects", "SpatialData", "one_row_sum", "row_sums", "spatial_lag"]

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Effects = Literal["none", "entity", "time", "twoways", "random"]


@dataclass(frozen=True, kw_only=True, eq=False)
class SpatialData:
    r"""Hold a balanced panel and its weight matrices.

    Parameters
    ----------
    outcome
        Shape (T, N).
    regressors
        All columns of the equation, spatial lags of regressors among them; shape (T, N, k).
    lag_matrices
        Matrices of the spatially lagged outcome; empty where the outcome is not lagged.
    error_matrix
        Matrix of the spatial error, or ``None``.
    effects
        Effects removed. ``"random"``: entity effects that are part of the error.
    fewer_periods, fewer_units
        Use the likelihood of the observations that remain when the unit (T - 1 periods) or period effects
        (N - 1 units) are taken out by an orthonormal transformation, instead of that of all NT (Lee and Yu
        2010). The latter needs weights whose rows share one sum.
    known
        A matrix with the cross products of the columns, and of the columns lagged by the error matrix beside
        them, effects removed, where another model has it; with random effects, of what varies within units.
    without_periods
        Whether an intercept of each period stands beside random effects: what the random effects and an error
        filter of common row sum make of these intercepts are intercepts again, so that they can go first.
    n_within
        How many columns vary within units beside random effects, if they come first and the unit means of
        all are among the others (Mundlak 1978): what varies within units and between them then shares no
        coefficient. ``None`` where it does.
    """

    outcome: Floats
    regressors: Floats
    lag_matrices: tuple[sparse.csr_array, ...]
    error_matrix: sparse.csr_array | None
    effects: Effects
    fewer_periods: bool = False
    fewer_units: bool = False
    known: Floats | None = None
    without_periods: bool = False
    n_within: int | None = None

    @property
    def n_periods(self) -> int:
        """Return T."""
        return int(self.outcome.shape[0])

    @property
    def n_units(self) -> int:
        """Return N."""
        return int(self.outcome.shape[1])

    @property
    def time_effects(self) -> bool:
        """Return whether each period has its own intercept."""
        return self.effects in ("time", "twoways")

    @property
    def entity_effects(self) -> bool:
        """Return whether each unit has its own intercept."""
        return self.effects in ("entity", "twoways")

    @property
    def effective_periods(self) -> int:
        """Return the number of independent cross-sections in the likelihood."""
        return self.n_periods - int(self.fewer_periods and self.entity_effects)

    @property
    def effective_units(self) -> int:
        """Return the number of independent units in the likelihood."""
        return self.n_units - int(self.fewer_units and self.time_effects)

    @property
    def n_effective(self) -> int:
        """Return the number of observations that divide the error variance."""
        return self.effective_periods * self.effective_units

    @property
    def n_columns(self) -> int:
        """Return the number of columns: outcome, its spatial lags, regressors."""
        return 1 + len(self.lag_matrices) + int(self.regressors.shape[2])

    @cached_property
    def columns(self) -> Floats:
        """Return outcome, its spatial lags and all regressors, shape (T, N, 1 + m + k)."""
        lags = [spatial_lag(matrix, self.outcome) for matrix in self.lag_matrices]
        return np.concatenate([np.stack([self.outcome, *lags], axis=-1), self.regressors], axis=2)

    @cached_property
    def freed(self) -> Floats:
        """Return the columns without effects, and beside random ones without unit means."""
        return self._freed(self.columns)

    @cached_property
    def error_columns(self) -> Floats:
        """Return the columns lagged once by the error matrix."""
        return self.columns if self.error_matrix is None else spatial_lag(self.error_matrix, self.columns)

    @cached_property
    def common_row_sum(self) -> bool:
        """Return whether the error filter maps a period's intercept to an intercept."""
        if self.error_matrix is None or not self.time_effects:
            return True
        return one_row_sum(self.error_matrix)

    def remove_effects(self, values: Floats, intercept: Floats | None = None) -> Floats:
        """Return values (T, N, …) without unit means and, for time effects, without each period's intercept.

        Parameters
        ----------
        intercept
            What the error filter makes of a column of ones, shape (N,); ones by default.
        """
        left = values - values.mean(axis=0, keepdims=True) if self.entity_effects else values
        if not self.time_effects:
            return left
        if intercept is None:
            return np.asarray(left - left.mean(axis=1, keepdims=True))
        weight = intercept / float(intercept @ intercept)
        level = np.einsum("n,tn...->t...", weight, left)
        return np.asarray(left - np.einsum("n,t...->tn...", intercept, level))

    @cached_property
    def roots_by_part(self) -> tuple[Floats, Floats]:
        """Return triangular factors of [columns, error columns]: variation left by effects, and of unit
        means, none but with random effects.
        """
        within = self.known
        if within is None:
            left = self.freed
            if self.error_matrix is not None:
                left = np.concatenate([left, self._freed(self.error_columns)], axis=2)
            within = triangular_factor(left.reshape(-1, left.shape[2]))
        if self.effects != "random":
            return within, np.zeros((0, within.shape[1]))
        parts = [self.columns] if self.error_matrix is None else [self.columns, self.error_columns]
        means = np.concatenate([part.mean(axis=0) for part in parts], axis=1)
        if self.without_periods:
            means = means - means.mean(axis=0)
        return within, triangular_factor(np.sqrt(self.n_periods) * means)

    def _freed(self, values: Floats) -> Floats:
        if self.effects != "random":
            return self.remove_effects(values)
        if self.without_periods:
            values = values - values.mean(axis=1, keepdims=True)
        return np.asarray(values - values.mean(axis=0))

    def selected(self, places: Places) -> Floats:
        """Return a matrix with the cross products of some of the columns, effects removed."""
        return self.roots_by_part[0][:, places]

    def root(self, error: float, shrink: float = 1.0) -> tuple[Floats, Floats, Floats]:
        r"""Return a matrix with the cross products of the filtered columns, and its derivatives.

        Keeping a factor instead of the products themselves saves half the digits that cancellation would
        cost.

        Parameters
        ----------
        error
            :math:`\lambda`.
        shrink
            :math:`\phi` of random effects: unit means are multiplied by it (1 where there are none).

        Returns
        -------
        (root, derivative by lambda, derivative by phi)
            Each with 1 + m + k columns.
        """
        if not self.common_row_sum:
            now, slope = (each.reshape(-1, self.n_columns) for each in self._uneven(error))
            return now, slope, np.zeros_like(now)
        kept = self._combined
        if (error, shrink) not in kept:
            kept[error, shrink] = self._combine(error, shrink)
        return kept[error, shrink]

    @cached_property
    def _combined(self) -> dict[tuple[float, float], tuple[Floats, Floats, Floats]]:
        return {}

    def _combine(self, error: float, shrink: float) -> tuple[Floats, Floats, Floats]:
        within, between = self.roots_by_part
        n_columns = self.n_columns

        def combine(root: Floats) -> tuple[Floats, Floats]:
            if self.error_matrix is None:
                return root, np.zeros_like(root)
            return root[:, :n_columns] - error * root[:, n_columns:], -root[:, n_columns:]

        now, slope = combine(within)
        if self.effects != "random":
            return now, slope, np.zeros_like(now)
        level, level_slope = combine(between)
        return (
            np.vstack([now, shrink * level]),
            np.vstack([slope, shrink * level_slope]),
            np.vstack([np.zeros_like(now), level]),
        )

    def _uneven(self, error: float) -> tuple[Floats, Floats]:
        """Return the filtered columns and their derivative by lambda where the filter makes of ones a column
        that turns with it.
        """
        assert self.error_matrix is not None  # noqa: S101 - else ones stay ones
        ones, turn = 1.0 - error * row_sums(self.error_matrix), -row_sums(self.error_matrix)
        left, slope = self.columns - error * self.error_columns, -self.error_columns
        if self.entity_effects:
            left, slope = left - left.mean(axis=0), slope - slope.mean(axis=0)
        size = float(ones @ ones)
        weight = ones / size
        weight_turn = (turn - 2.0 * float(ones @ turn) * weight) / size
        level = np.einsum("n,tn...->t...", weight, left)
        level_slope = np.einsum("n,tn...->t...", weight_turn, left)
        level_slope += np.einsum("n,tn...->t...", weight, slope)
        return left - ones[:, None] * level[:, None], (
            slope - turn[:, None] * level[:, None] - ones[:, None] * level_slope[:, None]
        )

    def filtered(self, error: float, shrink: float = 1.0) -> Floats:
        """Return the columns filtered by the error matrix with effects removed, shape (T, N, 1 + m + k)."""
        values = self.columns if self.error_matrix is None else self.columns - error * self.error_columns
        if self.effects == "random":
            return np.asarray(values - (1.0 - shrink) * values.mean(axis=0, keepdims=True))
        if self.error_matrix is None:
            return self.freed
        return self.remove_effects(values, self.filtered_intercept(error))

    def filtered_intercept(self, error: float) -> Floats | None:
        """Return what the error filter makes of ones, ``None`` where it stays proportional to ones."""
        if self.error_matrix is None or self.common_row_sum:
            return None
        return np.asarray(1.0 - error * row_sums(self.error_matrix))


def one_row_sum(matrix: sparse.csr_array) -> bool:
    """Return whether the rows of a matrix share one sum, up to 1e-10 of the largest."""
    sums = row_sums(matrix)
    return bool(np.ptp(sums) <= 1e-10 * np.abs(sums).max(initial=0.0))


def row_sums(matrix: sparse.csr_array, *, absolute: bool = False) -> Floats:
    """Return the sums of the rows of a matrix, or of its absolute values, shape (N,)."""
    count = matrix.shape[0]
    rows = np.repeat(np.arange(count), np.diff(matrix.indptr))
    values = np.abs(matrix.data) if absolute else matrix.data
    return np.asarray(np.bincount(rows, values, count), dtype=np.float64)


def spatial_lag(matrix: sparse.csr_array, values: Floats) -> Floats:
    """Return the spatial lag of values (T, N, …) in every period."""
    by_unit = values.swapaxes(0, 1)
    lagged = matrix @ by_unit.reshape(len(by_unit), -1)
    return np.ascontiguousarray(lagged.reshape(by_unit.shape).swapaxes(0, 1))
