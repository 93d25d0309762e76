"""The likelihood of a spatial panel along a single spatial coefficient, everything else at its best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from digimfg.estimators.spatial.triangular import triangular_slopes

if TYPE_CHECKING:
    from digimfg.estimators.spatial.determinant import Determinant
    from digimfg.estimators.spatial.likelihood import Likelihood

__all__ = ["Line", "line_of"]

Floats = NDArray[np.float64]
Point = tuple[float, float, float]
_TINY = float(np.finfo(float).tiny)


def line_of(likelihood: Likelihood) -> Line | None:
    """Return the line of a model with one spatial coefficient, ``None`` where a point on it takes solving:
    many units, an error filter that does not keep intercepts, or random effects that move coefficients.
    """
    data = likelihood.data
    only = likelihood.lag if likelihood.error is None else likelihood.error
    if only is None or (likelihood.lag is not None and likelihood.error is not None):
        return None
    random = data.effects == "random"
    eigenvalues = only.eigenvalues
    if eigenvalues is None or not data.common_row_sum or (random and data.n_within is None):
        return None
    residuals = likelihood.residuals
    parts: list[_Squares]
    if residuals is not None:
        parts = [_Parabola(part[:, 0], part[:, 1]) for part in residuals]
    else:
        count = data.n_columns
        columns = np.arange(count)
        own = columns if data.n_within is None else columns[: 1 + data.n_within]
        others = columns if data.n_within is None else np.delete(columns, own[1:])
        parts = [
            _Filtered(root[:, places], root[:, count + places])
            for root, places in zip(data.roots_by_part, (own, others), strict=True)
        ]
    return Line(
        likelihood=likelihood,
        determinant=only,
        eigenvalues=eigenvalues,
        parts=tuple(parts if random else parts[:1]),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    r"""Evaluate the log-likelihood, but for constants.

    The determinant is a product over known eigenvalues. Beside random effects and unit means, what varies
    within units and between them leaves sums of squares :math:`S_w, S_b` that share no coefficient, and

    .. math:: \hat\phi^2 = \min\left(1, \frac{N S_w}{(n-N) S_b}\right)

    Parameters
    ----------
    likelihood, determinant, eigenvalues
        Of the model.
    parts
        The sums of squares, within units and, beside random effects, between them.
    """

    likelihood: Likelihood
    determinant: Determinant
    eigenvalues: NDArray[np.complex128]
    parts: tuple[_Squares, ...]

    def along(self, points: Floats) -> Floats:
        """Return the log-likelihood at many values."""
        data = self.likelihood.data
        jacobian = np.log(np.abs(1.0 - np.outer(points, self.eigenvalues))).sum(axis=1)
        if self._own:
            jacobian = jacobian - np.log(np.abs(1.0 - points * self._own))
        squares = [np.maximum(part.along(points), _TINY) for part in self.parts]
        found = -0.5 * data.n_effective * np.log(sum(squares))
        if len(squares) > 1:
            n, n_units = data.n_effective, data.n_units
            within, between = squares
            apart = (n - n_units) * np.log(within) + n_units * np.log(between) + self._constant
            found = np.where(n_units * within < (n - n_units) * between, -0.5 * apart, found)
        return np.asarray(found + data.effective_periods * jacobian)

    def at(self, point: float) -> Point:
        """Return the log-likelihood, its slope and its bend at one value."""
        data = self.likelihood.data
        moved = 1.0 - point * self.eigenvalues
        steps = self.eigenvalues / moved
        level = float(np.log(np.abs(moved)).sum())
        first, second = -float(steps.real.sum()), -float((steps**2).real.sum())
        if self._own:
            lost = self._own / (1.0 - point * self._own)
            level -= float(np.log(abs(1.0 - point * self._own)))
            first, second = first + lost, second + lost**2
        fit = self._fit([part.at(point) for part in self.parts])
        periods = data.effective_periods
        return fit[0] + periods * level, fit[1] + periods * first, fit[2] + periods * second

    def shrink(self, point: float) -> float:
        r"""Return :math:`\hat\phi` of random effects at one value."""
        data = self.likelihood.data
        (within, *_), (between, *_) = (part.at(point) for part in self.parts)
        odds = data.n_units * within, (data.n_effective - data.n_units) * between
        return float(np.sqrt(odds[0] / odds[1])) if odds[0] < odds[1] else 1.0

    def _fit(self, parts: list[Point]) -> Point:
        """Return what the sums of squares, with slopes and bends, give to the log-likelihood."""
        data = self.likelihood.data
        n, n_units = data.n_effective, data.n_units
        if len(parts) > 1 and n_units * parts[0][0] < (n - n_units) * parts[1][0]:
            within, between = _log(n - n_units, parts[0]), _log(n_units, parts[1])
            level = within[0] + between[0] - 0.5 * self._constant
            return level, within[1] + between[1], within[2] + between[2]
        totals = [sum(each) for each in zip(*parts, strict=True)]
        return _log(n, (totals[0], totals[1], totals[2]))

    @property
    def _constant(self) -> float:
        n, n_units = self.likelihood.data.n_effective, self.likelihood.data.n_units
        return float(n * np.log(n / (n - n_units)) - n_units * np.log(n_units / (n - n_units)))

    @property
    def _own(self) -> float:
        """Return the root that goes with removed period intercepts, zero where none is lost."""
        data = self.likelihood.data
        lost = data.fewer_units and data.time_effects and self.determinant.limits is None
        return float(self.determinant.row_sums[0]) if lost else 0.0


class _Squares(Protocol):
    """Give a sum of squared residuals, the coefficients at their best throughout."""

    def along(self, points: Floats) -> Floats:
        """Return it at many values."""

    def at(self, point: float) -> Point:
        """Return it, its slope and its bend."""


@dataclass(frozen=True, eq=False)
class _Parabola:
    """Residuals of the outcome less a multiple of those of its lag."""

    outcome: Floats
    lagged: Floats

    def along(self, points: Floats) -> Floats:
        own, mixed = self.outcome @ self.outcome, self.outcome @ self.lagged
        return np.asarray(own - 2.0 * points * mixed + points**2 * (self.lagged @ self.lagged))

    def at(self, point: float) -> Point:
        left = self.outcome - point * self.lagged
        bend = 2.0 * float(self.lagged @ self.lagged)
        return float(left @ left), -2.0 * float(left @ self.lagged), bend


@dataclass(frozen=True, eq=False)
class _Filtered:
    """Residuals of outcome on regressors (a matrix with their cross products, the outcome first), all less
    a multiple of their lags.
    """

    columns: Floats
    lagged: Floats

    def along(self, points: Floats) -> Floats:
        roots = self.columns - points[:, None, None] * self.lagged
        columns = np.concatenate([roots[:, :, 1:], roots[:, :, :1]], axis=2)
        scale = np.sqrt(np.einsum("sij,sij->sj", columns, columns))
        scale[scale == 0] = 1.0
        triangles = np.asarray(np.linalg.qr(columns / scale[:, None, :], mode="r"))
        if triangles.shape[1] < triangles.shape[2]:
            return np.zeros(len(points))
        return np.asarray((triangles[:, -1, -1] * scale[:, -1]) ** 2)

    def at(self, point: float) -> Point:
        root = self.columns - point * self.lagged
        columns = root[:, 1:]
        beta, triangle, scale = triangular_slopes(columns, root[:, 0])
        left = root[:, 0] - columns @ beta
        moved = self.lagged[:, 1:] @ beta - self.lagged[:, 0]
        bend = float(moved @ moved)
        if len(beta):
            mixed = (columns.T @ moved - self.lagged[:, 1:].T @ left) / scale
            solved = lapack.dtrtrs(triangle, mixed, trans=1)[0]
            bend -= float(solved @ solved)
        return float(left @ left), 2.0 * float(left @ moved), 2.0 * bend


def _log(share: float, squares: Point) -> Point:
    """Return minus half a share of the logarithm of a sum of squares, its slope and its bend."""
    total, slope, bend = squares
    total, half = max(total, _TINY), -0.5 * share
    return half * float(np.log(total)), half * slope / total, half * (bend / total - (slope / total) ** 2)
