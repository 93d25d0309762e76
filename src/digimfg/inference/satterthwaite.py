"""Contrasts and joint tests under bias-reduced errors: Satterthwaite's degrees of freedom and the test
HTZ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import linalg

from digimfg.distributions.student import Contrast, Joint, student_contrast
from digimfg.errors import EstimationError
from digimfg.inference.effect_projection import EffectProjection, LevelSums, Table, as_array, group_sums

__all__ = ["Satterthwaite"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Satterthwaite:
    r"""Hold what the sampling variance of a bias-reduced covariance depends on, for any combinations of its
    rows.

    With working errors that are independent with variances inverse to the weights, M the residual maker of
    regressors and effects and :math:`p_g = A_gX_gB`, the covariance of restrictions C is
    :math:`\sum_gT_gT_g'` with :math:`\operatorname{cov}(T_g, T_h) = C\,p_g'M_{gh}\,p_h\,C'`.

    Parameters
    ----------
    projection
        Of the absorbed effects.
    codes, count
        Clusters 0..G-1 by row, shape (n,), and G.
    root
        Roots of the weights, shape (n,).
    regressors, bread
        X times `root`, freed of the effects, shape (n, k), and (X'X)⁻¹.
    adjusted
        The rows of all :math:`A_gX_gB`, shape (n, k).
    turn
        Rows of the result from the slopes, shape (rows, k); ``None`` where they are the same.
    """

    projection: EffectProjection
    codes: Codes
    count: int
    root: Floats
    regressors: Floats
    bread: Floats
    adjusted: Floats
    turn: Floats | None = None

    def degrees(self, restrictions: Floats) -> float:
        r"""Return η, the degrees of freedom of Hotelling's T² that approximates the Wald statistic of
        restrictions.

        .. math:: \eta = \frac{q(q+1)}{\sum_{s,t}\operatorname{var}(d_{st})}, \quad
           D = \Omega^{-1/2}\,C V C'\,\Omega^{-1/2}, \quad \Omega = E[CVC'],

        of one restriction Satterthwaite's :math:`(\sum_gP_{gg})^2/\sum_{g,h}P_{gh}^2` (Pustejovsky & Tipton
        2018, doi:10.1080/07350015.2016.1247004, equations 11 and 15).

        Parameters
        ----------
        restrictions
            C, shape (q, rows).
        """
        slopes = restrictions if self.turn is None else restrictions @ self.turn
        # The scale of each restriction is free; of one size they are inverted safely.
        slopes = slopes / np.sqrt(np.maximum(np.diag(slopes @ self.bread @ slopes.T), 1e-300))[:, None]
        omega = self.expected(slopes)
        values, vectors = linalg.eigh((omega + omega.T) / 2)
        inverse_root = (vectors / np.sqrt(np.maximum(values, 1e-300))) @ vectors.T
        return len(slopes) * (len(slopes) + 1) / self._total_variance(self._parts(inverse_root @ slopes))

    def expected(self, slopes: Floats) -> Floats:
        """Return the expected covariance of combinations of slopes, errors of variance one; shape (q, q).

        It is below their true one, C (X'X)⁻¹ C', where clusters lie in what regressors and effects take.
        """
        parts = self._parts(slopes)
        return np.array([[self._diagonal(one, other).sum() for other in parts] for one in parts])

    def speaks_for(self, used: NDArray[np.bool_]) -> bool:
        """Return true: every combination is its own."""
        del used
        return True

    def contrast(
        self, weights: Floats, estimate: float, std_error: float, *, null: float, level: float
    ) -> Contrast:
        """Return the t test with Satterthwaite's degrees of freedom of the contrast."""
        return student_contrast(estimate, std_error, self.degrees(weights[None, :]), null=null, level=level)

    def joint(self, restrictions: Floats, quadratic: float) -> Joint:
        r"""Return the test HTZ: :math:`\frac{\eta-q+1}{\eta q}Q` as F with q and η - q + 1 degrees of
        freedom.

        Raises
        ------
        EstimationError
            If the clusters do not carry so many restrictions: η is not above q - 1.
        """
        count, degrees = len(restrictions), self.degrees(restrictions)
        left = degrees - count + 1
        if left <= 0:
            raise EstimationError.of(
                "inference.too_few_degrees_of_freedom", got=f"{degrees:.2f}", below=count - 1, count=count
            )
        statistic = quadratic * left / degrees / count
        return Joint(
            statistic=statistic,
            df_numerator=float(count),
            df_denominator=left,
            p_value=float(scipy.stats.f.sf(statistic, count, left)),
        )

    def _parts(self, slopes: Floats) -> list[_Part]:
        return [self._part(self.adjusted @ row) for row in slopes]

    def _part(self, column: Floats) -> _Part:
        levels = self.projection.level_sums(column * self.root, self.codes, self.count)
        _, low_rank, _ = self.projection.between(levels, levels)
        sums = group_sums(self.regressors * column[:, None], self.codes, self.count)
        return _Part(
            column=column,
            levels=levels,
            low_rank=np.hstack([low_rank, sums @ linalg.cholesky(self.bread, lower=True)]),
        )

    def _near(self, one: _Part, other: _Part) -> Table:
        return self.projection.between(one.levels, other.levels)[0]

    def _own(self, one: _Part, other: _Part) -> Floats:
        return np.asarray(np.bincount(self.codes, one.column * other.column, self.count), dtype=np.float64)

    def _diagonal(self, one: _Part, other: _Part) -> Floats:
        """Return the covariances of a cluster with itself, shape (G,)."""
        found: Floats = (
            self._own(one, other)
            - self._near(one, other).diagonal()
            - np.einsum("gj,gj->g", one.low_rank, other.low_rank)
        )
        return found

    def _total_variance(self, parts: list[_Part]) -> float:
        """Return the sum over s, t of var(d_st) = Σ_gh (B_ss,gh B_tt,gh + B_st,gh B_ts,gh), B_st,gh =
        cov(T_gs, T_ht).
        """
        if self.projection.largest_within(self.codes) and parts[0].low_rank.shape[1] < self.count:
            return self._total_variance_of_low_rank(parts)
        total = 0.0
        whole = np.zeros((self.count, self.count))
        for s, one in enumerate(parts):
            for t, other in enumerate(parts[: s + 1]):
                block = np.diag(self._own(one, other)) - as_array(self._near(one, other))
                block -= one.low_rank @ other.low_rank.T
                total += (1 if s == t else 2) * float(np.sum(block * block.T))
                if s == t:
                    whole += block
        return total + float(np.sum(whole**2))

    def _total_variance_of_low_rank(self, parts: list[_Part]) -> float:
        """Return the same where B is a diagonal less F_s F_t', without a matrix of clusters by clusters."""
        total = 0.0
        diagonal = np.zeros(self.count)
        for s, one in enumerate(parts):
            for t, other in enumerate(parts[: s + 1]):
                left = self._own(one, other) - self._near(one, other).diagonal()
                both = np.einsum("gj,gj->g", one.low_rank, other.low_rank)
                inner = other.low_rank.T @ one.low_rank
                square = float(left @ left - 2 * left @ both + np.sum(inner * inner.T))
                total += (1 if s == t else 2) * square
                if s == t:
                    diagonal += left
        stacked = np.hstack([part.low_rank for part in parts])
        cross = stacked.T @ stacked if stacked.shape[1] < self.count else stacked @ stacked.T
        along = np.einsum("gj,gj->g", stacked, stacked)
        return total + float(diagonal @ diagonal - 2 * diagonal @ along + np.sum(cross**2))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    """Hold one restriction: its column A X B c, its sums by level and cluster, and the low-rank part of the
    projections.
    """

    column: Floats
    levels: LevelSums
    low_rank: Floats
