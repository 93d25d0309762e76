"""Least squares within units, freed of the bias that few periods leave where regressors are not exogenous."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import scipy
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.errors import EstimationError, SpecificationError
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.linear_fit import LinearFit
    from digimfg.result import Result

__all__ = ["HalfPanelJackknife"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_LEFT = 1e-9


@checked
@dataclass(frozen=True, slots=True)
class HalfPanelJackknife(Estimator):
    r"""Free least squares with effects of units of the bias of order 1/T that lagged outcomes and other
    regressors that feel past errors bring (Dhaene and Jochmans 2015, doi:10.1093/restud/rdv007).

    .. math:: \tilde\beta=2\hat\beta-\sum_{h=1,2}\frac{n_h}{n}\hat\beta_h

    with the estimates of the first and the second half of each unit's rows, each with effects of its own.
    Where a unit has an odd number of rows the mean is taken over both ways to place its middle row.

    Notes
    -----
    Errors come from what rows add to the whole and to the halves, under the specification's covariance and
    small-sample rule. The halves differ by chance alone where the relation does not change over time:
    ``statistics["halves_chi2"]`` (``_p``, ``_df``) tests that; where it is rejected the correction is not
    valid.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import digimfg as dm
    >>> rng = np.random.default_rng(0)
    >>> y = np.zeros((60, 32))
    >>> for t in range(1, 32):
    ...     y[:, t] = 0.5 * y[:, t - 1] + rng.normal(size=60)
    >>> frame = pd.DataFrame({"unit": np.repeat(range(60), 12), "year": np.tile(range(12), 60),
    ...     "y": y[:, 20:].ravel()})
    >>> spec = dm.Specification("y", "L.y", entity="unit", time="year", fixed_effects="unit")
    >>> within, freed = (dm.estimate(spec.replace(estimator=each), frame).coefficients.loc["L.y", "estimate"]
    ...     for each in (dm.LeastSquares(), dm.HalfPanelJackknife()))
    >>> bool(within < 0.4 < freed)
    True
    """

    label: ClassVar[Text] = Text("OLS, half-panel jackknife", "最小二乘，半面板刀切法")
    needs_keys: ClassVar[bool] = True
    moves_by_terms: ClassVar[bool] = True

    errors_label = errors_of_covariance

    def fit(self, design: Design) -> Result:
        """Estimate the slopes of a design.

        Raises
        ------
        SpecificationError
            If the units are not among the fixed effects.
        EstimationError
            If a term does not vary in one of the halves.
        """
        from digimfg.estimators.fit_statistics import fit_statistics, sum_of_squares
        from digimfg.estimators.linear_result import linear_result
        from digimfg.estimators.perfect_fit import perfect_fit_notes
        from digimfg.inference.influence import slope_influence
        from digimfg.inference.linear_fit import linear_fit
        from digimfg.inference.sandwich import sandwich
        from digimfg.inference.small_sample import small_sample_adjustment

        spec = design.specification
        if spec.entity not in spec.fixed_effects:
            raise SpecificationError.of(
                "estimators.half_panel_without_units",
                entity=repr(spec.entity),
                got=repr(tuple(spec.fixed_effects)),
            )
        whole = linear_fit(design)
        splits = _splits(design)
        apart = [[_half(design, rows) for rows in (early, ~early)] for early in splits]
        weights = [[rows.mean() for rows in (early, ~early)] for early in splits]
        shrunk, pulled = np.zeros_like(whole.estimates), np.zeros_like(whole.influence)
        for halves, shares in zip(apart, weights, strict=True):
            for (slopes, influence), share in zip(halves, shares, strict=True):
                shrunk += share * slopes / len(splits)
                pulled += share * influence / len(splits)
        estimates = 2 * whole.estimates - shrunk
        own = whole.own
        rows = slope_influence(
            design.terms, design.regressors, 2 * whole.influence - pulled, own, outcome=design.outcome
        )
        found = sandwich(design, rows)
        adjustment = small_sample_adjustment(design, len(estimates), found.n_groups)
        residuals = design.absorbed.outcome - design.absorbed.regressors @ estimates
        (first, at_first), (second, at_second) = apart[0]
        moved = sandwich(
            design,
            slope_influence(
                design.terms, design.regressors, at_first - at_second, own, outcome=design.outcome
            ),
        )
        k = len(estimates)
        return linear_result(
            design,
            names=design.terms,
            estimates=estimates,
            covariance=found.covariance * adjustment.factor,
            df=adjustment.df,
            statistics=fit_statistics(
                design, sum_of_squares(residuals, whole.weights), k, adjustment.df_absorbed
            )
            | dict(found.counts)
            | {"df_resid": float(design.n_obs - k - adjustment.df_absorbed)}
            | _same(first - second, moved.covariance * adjustment.factor),
            notes=(
                *perfect_fit_notes(residuals, design.absorbed.outcome),
                *found.notes,
                _how(design, whole, estimates),
            ),
        )


def _splits(design: Design) -> list[Flags]:
    """Return which rows lie in the first half of their unit's: two ways where a unit has an odd number."""
    assert design.entity is not None  # noqa: S101
    # rows are in order of units and periods
    counts = np.bincount(design.entity)
    place = np.arange(design.n_obs) - np.repeat(np.cumsum(counts) - counts, counts)
    of_unit = counts[design.entity]
    early = place < of_unit // 2
    return [early] if not (counts % 2).any() else [early, place < (of_unit + 1) // 2]


def _half(design: Design, rows: Flags) -> tuple[Floats, Floats]:
    """Return the slopes of some rows, and what each row of the design adds to them, zero for the others."""
    from digimfg.design.absorb import absorb
    from digimfg.design.rows import compress_codes
    from digimfg.design.scaled import scaled_inverse, scaled_rank

    weights = None if design.weights is None else design.weights[rows] / design.weights[rows].mean()
    codes = [compress_codes(each[rows]) for each in design.effects.values()]
    columns = np.column_stack([design.outcome[rows], design.near[rows]])
    freed = absorb(columns, codes, weights)
    x, y = freed[:, 1:], freed[:, 0]
    length = np.sqrt((x**2).sum(axis=0))
    before = np.sqrt((design.absorbed.regressors**2).sum(axis=0))
    still = length <= _LEFT * before
    if still.any() or scaled_rank(x) < x.shape[1] or len(x) <= x.shape[1]:
        gone = still if still.any() else np.ones(len(still), dtype=bool)
        raise EstimationError.of(
            "estimators.half_panel_without_variation",
            terms=[term for term, lost in zip(design.terms, gone, strict=True) if lost],
        )
    weighted = x if weights is None else x * weights[:, None]
    bread = scaled_inverse(weighted.T @ x)
    slopes = bread @ (weighted.T @ y)
    slopes = slopes + bread @ (weighted.T @ (y - x @ slopes))
    influence = np.zeros((design.n_obs, x.shape[1]))
    influence[rows] = (weighted * (y - x @ slopes)[:, None]) @ bread.T
    return slopes, influence


def _same(gap: Floats, covariance: Floats) -> dict[str, float]:
    """Return the test that both halves have the same slopes."""
    size = np.sqrt(np.diag(covariance))
    if not (size > 0).all():
        return {}
    scaled = covariance / np.outer(size, size)
    value = float((gap / size) @ np.linalg.pinv(scaled, hermitian=True) @ (gap / size))
    df = int(np.linalg.matrix_rank(scaled, hermitian=True))
    return {
        "halves_chi2": value,
        "halves_chi2_df": float(df),
        "halves_chi2_p": float(scipy.stats.chi2.sf(value, df)),
    }


def _how(design: Design, whole: LinearFit, estimates: Floats) -> Text:
    from digimfg.labels import term_label

    moved = estimates - whole.estimates
    first = int(np.argmax(np.abs(moved) * np.sqrt((whole.regressors**2).mean(axis=0))))
    return note_of(
        "estimators.half_panel", term=term_label(design.terms[first]), before=float(whole.estimates[first])
    )
