"""Common correlated effects: cross-section averages stand in for factors that units feel differently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.design.scaled import scaled_inverse
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.heterogeneous.averages import averages_result, spread_of_mean
from digimfg.estimators.heterogeneous.unit_rows import UnitRows, freed, unit_rows, unit_slopes
from digimfg.estimators.panel_rows import effects_of, entity_and_declared
from digimfg.kinds import Whole
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["CommonCorrelatedEffects"]

Floats = NDArray[np.float64]
_HALF = Text("common correlated effects, half of each unit's rows", "共同相关效应，各个体半数观测")


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class CommonCorrelatedEffects(Estimator):
    r"""Free every unit's equation of cross-section averages, then average slopes or pool.

    With :math:`y_{it}=\alpha_i+x_{it}'\beta_i+\lambda_i'f_t+\varepsilon_{it}`, the averages
    :math:`\bar z_t=(\bar y_t,\bar x_t')'` span the factors (Pesaran 2006,
    doi:10.1111/j.1468-0262.2006.00692.x); :math:`M_i` frees unit i of them and of its intercept:

    .. math:: \hat\beta_i=(X_i'M_iX_i)^{-1}X_i'M_iy_i,\quad
       \hat\beta_{MG}=\frac1N\sum_i\hat\beta_i,\quad
       \hat\beta_P=\Big(\sum_iX_i'M_iX_i\Big)^{-1}\sum_iX_i'M_iy_i

    Errors are nonparametric, from the spread of :math:`\hat\beta_i` around their mean, and t has N-1 degrees
    of freedom, whatever the specification's covariance.

    Parameters
    ----------
    pooled
        One slope for all units; otherwise the mean of the units' slopes.
    average_lags
        Lags of the averages. An equation with lags of its outcome needs them (Chudik and Pesaran 2015,
        doi:10.1016/j.jeconom.2015.03.007); ``"cube_root"`` takes the whole part of :math:`T^{1/3}`.
    trend
        Give each unit a linear trend.
    jackknife
        Twice the estimate less the mean of those from the first and the second half of each unit's rows:
        removes the bias of order 1/T that a lagged outcome brings (Dhaene and Jochmans 2015,
        doi:10.1093/restud/rdv007).

    Notes
    -----
    Averages are over the rows of the estimation sample in each period; lags of the outcome among the
    regressors are not averaged, since lags of its average are what they would add. Rows whose lagged average
    lies before the first period of the sample are left out and counted.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     estimator=dm.CommonCorrelatedEffects(pooled=True))
    >>> dm.estimate(spec, frame).statistics["n_averages"]
    3.0
    """

    pooled: bool = False
    average_lags: Whole | Literal["cube_root"] = 0
    trend: bool = False
    jackknife: bool = False

    needs_keys: ClassVar[bool] = True
    moves_by_terms: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Common correlated effects", "共同相关效应（CCE）")

    removed_effects = entity_and_declared

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated: from the spread over units."""
        del covariance
        return Text(
            "standard errors from the spread of slopes over units (common correlated effects)",
            "由个体系数离散程度得到的标准误（共同相关效应）",
        )

    def fit(self, design: Design) -> Result:
        """Estimate.

        ``statistics["n_averages"]`` counts the averages that enter, lags included.

        Raises
        ------
        SpecificationError
            If there are no keys, weights, or fixed effects beside those of the units.
        EstimationError
            If a unit has no more rows than parameters, or terms without variation of their own.
        """
        if effects_of(design) in ("time", "twoways"):
            raise SpecificationError.of(
                "heterogeneous.other_fixed_effects",
                label=self.label,
                effects=", ".join(design.specification.fixed_effects),
            )
        rows, others, lags = _with_averages(self, unit_rows(design, self.label), design)
        estimates, slopes, near, rank = _estimate(self, rows, others, self.label)
        if self.jackknife:
            halves = [_estimate(self, half, others, _HALF) for half in _halves(rows)]
            final = 2 * estimates - (halves[0][0] + halves[1][0]) / 2
            by_unit = 2 * slopes - (halves[0][1] + halves[1][1]) / 2
        else:
            final, by_unit = estimates, slopes
        used = np.broadcast_to(estimates, slopes.shape) if self.pooled else slopes
        residuals = near[:, :, 0] - np.einsum("ntk,nk->nt", near[:, :, 1:], used)
        degrees = int((rows.n_rows - rank).sum()) - (1 if self.pooled else len(rows.units)) * slopes.shape[1]
        return averages_result(
            design,
            rows,
            estimates=final,
            covariance=_spread_of_pooled(near[:, :, 1:], slopes) if self.pooled else spread_of_mean(by_unit),
            slopes=by_unit,
            residuals=residuals,
            statistics={
                "sigma": float(np.sqrt((residuals**2).sum() / degrees)),
                "n_averages": float(others.shape[2] - self.trend),
                "average_lags": float(lags),
            },
            notes=_notes(self, design, rows, lags),
        )


def _estimate(
    options: CommonCorrelatedEffects, rows: UnitRows, others: Floats, label: Text
) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    stacked = np.concatenate([rows.outcome[:, :, None], rows.regressors], axis=2)
    near, rank = freed(stacked, others, rows.used)
    slopes = unit_slopes(rows, near[:, :, 0], near[:, :, 1:], rank, label)
    if not options.pooled:
        return slopes.mean(axis=0), slopes, near, rank
    products = np.einsum("ntj,ntk->jk", near[:, :, 1:], near[:, :, 1:])
    scores = np.einsum("ntk,nt->k", near[:, :, 1:], near[:, :, 0])
    return scaled_inverse(products) @ scores, slopes, near, rank


def _spread_of_pooled(columns: Floats, slopes: Floats) -> Floats:
    products = np.swapaxes(columns, 1, 2) @ columns
    pulls = np.einsum("njk,nk->nj", products, slopes - slopes.mean(axis=0))
    bread = scaled_inverse(products.sum(axis=0))
    count = len(slopes)
    return np.asarray(count / (count - 1) * bread @ (pulls.T @ pulls) @ bread)


def _own_lags(design: Design, terms: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return which terms are lags of the outcome."""
    outcome = design.specification.outcome
    return np.array([term.startswith("L") and term.partition(".")[2] == outcome for term in terms])


def _with_averages(
    options: CommonCorrelatedEffects, rows: UnitRows, design: Design
) -> tuple[UnitRows, Floats, int]:
    """Return the rows that have every average, the averages by unit and place, and their lags."""
    counts = rows.used.sum(axis=0)
    columns = np.concatenate(
        [rows.outcome[:, :, None], rows.regressors[:, :, ~_own_lags(design, rows.terms)]], axis=2
    )
    means = np.where(counts[:, None] > 0, columns.sum(axis=0) / np.maximum(counts, 1)[:, None], np.nan)
    lags = options.average_lags
    if lags == "cube_root":
        lags = int(np.floor(rows.n_periods ** (1 / 3) + 1e-9))
    shifted = [means]
    for lag in range(1, lags + 1):
        before = np.full_like(means, np.nan)
        before[lag:] = means[: max(len(means) - lag, 0)]
        shifted.append(before)
    averages = np.concatenate(shifted, axis=1)
    known = np.isfinite(averages).all(axis=1)
    used = rows.used & known
    if not used.any(axis=1).all():
        short = ~used.any(axis=1)
        raise EstimationError.of(
            "heterogeneous.rows_without_lagged_averages",
            where=options.label,
            lags=lags,
            n=int(short.sum()),
            units=rows.named(short),
        )
    kept = replace(
        rows,
        used=used,
        outcome=np.where(used, rows.outcome, 0.0),
        regressors=np.where(used[:, :, None], rows.regressors, 0.0),
    )
    parts = [np.where(known[:, None], averages, 0.0)]
    if options.trend:
        parts.append(np.arange(len(means), dtype=np.float64)[:, None])
    others = np.concatenate(parts, axis=1)
    return kept, np.broadcast_to(others, (*used.shape, others.shape[1])), lags


def _halves(rows: UnitRows) -> tuple[UnitRows, UnitRows]:
    order = np.cumsum(rows.used, axis=1)
    first = rows.used & (order <= ((rows.n_rows + 1) // 2)[:, None])
    parts = [
        replace(
            rows,
            used=used,
            outcome=np.where(used, rows.outcome, 0.0),
            regressors=np.where(used[:, :, None], rows.regressors, 0.0),
        )
        for used in (first, rows.used & ~first)
    ]
    return parts[0], parts[1]


def _notes(options: CommonCorrelatedEffects, design: Design, rows: UnitRows, lags: int) -> tuple[Text, ...]:
    notes: list[Text] = []
    if lost := design.n_obs - int(rows.n_rows.sum()):
        notes.append(note_of("heterogeneous.lost_to_averages", lost=lost, lags=lags))
    if _own_lags(design, rows.terms).any() and not lags:
        notes.append(note_of("heterogeneous.dynamic"))
    if options.jackknife:
        notes.append(note_of("heterogeneous.jackknife"))
    return tuple(notes)
