"""Quantile regression: plain (Koenker-Bassett), or with effects via moments (Machado-Santos Silva)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Covariance, Robust, Unadjusted
from digimfg.design import INTERCEPT
from digimfg.estimators.perfect_fit import perfect_fit_notes
from digimfg.estimators.quantile.checks import check_design
from digimfg.estimators.quantile.linear_program import (
    constant_loss,
    independent_covariance,
    kernel_scores,
    quantile_loss,
    quantile_slopes,
)
from digimfg.estimators.quantile.moments import MomentFit, fit_moments, influence
from digimfg.estimators.quantile.options import Method, QuantileOptions
from digimfg.inference.few_groups import few_groups_note
from digimfg.inference.influence import Influence, slope_influence
from digimfg.inference.sandwich import sandwich
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["QuantileRegression"]

Floats = NDArray[np.float64]

_FEW_ROWS = 10


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class QuantileRegression(QuantileOptions, Estimator):
    r"""Estimate slopes of conditional quantiles.

    ``"moments"`` takes effects: location and scale each have them,
    :math:`Q_\tau(y\mid x)=\alpha_i+\delta_iq(\tau)+x'(\beta+\gamma q(\tau))` (Machado and Santos Silva 2019,
    doi:10.1016/j.jeconom.2019.04.009). ``"plain"`` minimises :math:`\sum\rho_\tau(y-x'\beta)` (Koenker and
    Bassett 1978) without effects: effects entered as many indicators would bias it.

    Parameters
    ----------
    quantile
        Between 0 and 1, or several. With several, terms are named ``"x:quantile[0.25]"`` and share one
        covariance.
    method
        By default ``"moments"`` where effects are absorbed, else ``"plain"``.
    errors
        ``"analytic"``: of influence functions (moments), or Powell's kernel sandwich (plain;
        ``dm.Unadjusted()`` supposes identical errors). ``"bootstrap"`` draws whole clusters with replacement
        (entities, or rows, where the covariance names no clusters).
    replications, seed
        Of the bootstrap.

    Notes
    -----
    Errors carry no small-sample factor. Moments need a positive fitted scale; rows where it is not are
    counted in the notes. Their slopes are biased in the order of 1/T; fewer than ten rows per category are
    noted.

    ``result.tables["quantiles"]`` has one row per quantile and term; ``result.tables["location_scale"]`` has
    β and γ.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import engel
    >>> spec = dm.Specification("foodexp", "income", estimator=dm.QuantileRegression(),
    ...     covariance=dm.Unadjusted())
    >>> dm.estimate(spec, engel.load_pandas().data).coefficients["estimate"].round(4).tolist()
    [81.4822, 0.5602]
    """

    label: ClassVar[Text] = Text("Quantile regression", "分位数回归")

    @property
    def moves_by_terms(self) -> bool:
        """Return that one quantile moves by its terms; several have coefficients of their own."""
        return not isinstance(self.quantile, tuple)

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        from digimfg.display.covariance_names import covariance_phrase

        name = covariance_phrase(covariance)
        if self.errors == "bootstrap":
            clustered = isinstance(covariance, Clustered)
            by = Text(" of clusters", "（整群）") if clustered else Text("", "")
            return note_of("quantile.bootstrap_errors", by=by, replications=self.replications, seed=self.seed)
        return note_of("quantile.analytic_errors", name=name)

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If effects meet ``"plain"``, or the errors asked for do not exist for the method.
        EstimationError
            If no term is left.
        """
        method: Method = self.method or ("moments" if design.effects else "plain")
        check_design(self, design, method)
        mass = np.ones(design.n_obs) if design.weights is None else design.weights / design.weights.mean()
        if method == "moments":
            return _by_moments(self, design, mass)
        return _plain(self, design, mass)


def _by_moments(options: QuantileRegression, design: Design, mass: Floats) -> Result:
    levels = options.quantiles
    fit = fit_moments(design.outcome, design.near, list(design.effects.values()), levels, mass)
    notes = [
        *perfect_fit_notes(fit.residuals, design.absorbed.outcome),
        *_short_note(design),
        *([_scale_note(fit)] if np.any(fit.spread <= 0) else []),
    ]
    counts: dict[str, float] = {}
    if options.errors == "bootstrap":
        covariance, counts = _bootstrap(options, design, "moments", mass)
    else:
        rows = influence(fit, levels, mass) / design.n_obs
        own = fit.freed @ fit.bread * np.sqrt(mass)[:, None]
        found = sandwich(design, _influence(design, rows, own, levels))
        covariance, counts = found.covariance, dict(found.counts)
        notes += found.notes
    tables = {
        "location_scale": pd.DataFrame(
            {"location": fit.location, "scale": fit.scale}, index=pd.Index(list(design.terms), name="term")
        )
    }
    slopes = fit.slopes()
    statistics = {"n_obs": float(design.n_obs), "share_positive_scale": float(np.mean(fit.spread > 0))}
    if len(levels) == 1:
        statistics["scaled_quantile"] = float(fit.quantiles[0])
    return _result(options, design, slopes, covariance, {**statistics, **counts}, notes, tables, np.inf)


def _plain(options: QuantileRegression, design: Design, mass: Floats) -> Result:
    levels = options.quantiles
    asked = design.specification.covariance
    slopes = np.array([quantile_slopes(design.outcome, design.near, level, mass) for level in levels])
    residuals = design.outcome[:, None] - design.near @ slopes.T
    counts: dict[str, float] = {}
    notes = list(perfect_fit_notes(residuals[:, 0], design.outcome))
    df = float(design.n_obs - design.regressors.shape[1])
    if options.errors == "bootstrap":
        covariance, counts = _bootstrap(options, design, "plain", mass)
        df = np.inf
    elif isinstance(asked, Unadjusted):
        # Joint over quantiles, errors of identical distribution covary as min(τ, τ') - ττ'; one quantile is
        # enough here.
        covariance = independent_covariance(design, residuals[:, 0], levels[0])
    else:
        breads, rows = [], []
        for place, level in enumerate(levels):
            bread, meat, score = kernel_scores(design, residuals[:, place], level, mass)
            breads.append(bread)
            rows.append(score @ bread)
        own = design.near @ breads[0] * np.sqrt(mass)[:, None]
        found = sandwich(design, _influence(design, np.hstack(rows), own, levels))
        covariance, counts = found.covariance, dict(found.counts)
        notes += found.notes
        if isinstance(asked, Robust) and len(levels) == 1:
            covariance = breads[0] @ meat @ breads[0]
    fitted = _check_loss(design.outcome, residuals, levels, mass)
    statistics = {"n_obs": float(design.n_obs), **counts, **({"r1": fitted[0]} if len(levels) == 1 else {})}
    return _result(options, design, slopes, covariance, statistics, notes, {}, df)


def _check_loss(outcome: Floats, residuals: Floats, levels: Sequence[float], mass: Floats) -> list[float]:
    """Return Koenker and Machado's (1999) R¹: one less the ratio of losses to those of a constant."""
    found = []
    for place, level in enumerate(levels):
        loss, most = quantile_loss(residuals[:, place], level, mass), constant_loss(outcome, level, mass)
        found.append(1 - loss / most if most > 0 else np.nan)
    return found


def _influence(design: Design, rows: Floats, own: Floats, levels: Sequence[float]) -> Influence:
    """Return the influence on the slopes of every quantile, each of which has the errors that it has
    alone.
    """
    one = slope_influence(design.terms, design.regressors, rows, own, outcome=design.outcome)
    count, starts = len(design.terms), range(0, rows.shape[1], len(design.terms))
    slopes = [place for place in range(count) if place not in one.constants]
    return Influence(
        names=design.terms * len(levels),
        rows=rows,
        units=np.tile(one.units, len(levels)),
        own=own,
        blocks=[[start + place for place in slopes] for start in starts],
        constants=[start + place for start in starts for place in one.constants],
    )


def _bootstrap(
    options: QuantileRegression, design: Design, method: Method, mass: Floats
) -> tuple[Floats, dict[str, float]]:
    from digimfg.estimators.quantile.resampling import bootstrap_covariance

    if design.clusters:
        groups = next(iter(design.clusters.values()))
    elif design.entity is not None:
        groups = np.unique(design.entity, return_inverse=True)[1].astype(np.int64)
    else:
        groups = np.arange(design.n_obs)
    covariance = bootstrap_covariance(
        design, method, options.quantiles, mass, groups, replications=options.replications, seed=options.seed
    )
    counts = {"replications": float(options.replications)}
    if design.clusters:
        counts["n_clusters"] = float(groups.max() + 1)
    return covariance, counts


def _result(
    options: QuantileRegression,
    design: Design,
    slopes: Floats,
    covariance: Floats,
    statistics: dict[str, float],
    notes: Sequence[Text],
    tables: dict[str, pd.DataFrame],
    df: float,
) -> Result:
    from dataclasses import replace

    from digimfg.design.centre import with_intercept
    from digimfg.estimators.linear_result import linear_result

    levels = options.quantiles
    several = len(levels) > 1
    names = tuple(
        f"{term}:quantile[{level:g}]" if several else term for level in levels for term in design.terms
    )
    if "n_clusters" in statistics:
        if options.errors == "analytic":
            df = statistics["n_clusters"] - 1
        else:
            notes = [*notes, *few_groups_note("clustered", statistics["n_clusters"])]
    for name, values in (("n_entities", design.entity_values), ("n_periods", design.time_values)):
        if values is not None:
            statistics[name] = float(len(values))
    estimates = slopes.ravel()
    for level in levels:
        at = f":quantile[{level:g}]" if several else ""
        shift = {term + at: value for term, value in design.shift.items()}
        estimates, covariance = with_intercept(INTERCEPT + at, shift, names, estimates, covariance)
    result = linear_result(
        design,
        names=names,
        estimates=estimates,
        covariance=(covariance + covariance.T) / 2,
        df=df,
        statistics=statistics,
        notes=tuple(notes),
    )
    slopes_of = [term for term in design.terms if term != INTERCEPT]
    index = pd.MultiIndex.from_product([levels, slopes_of], names=["quantile", "term"])
    places = [place for place, term in enumerate(design.terms * len(levels)) if term != INTERCEPT]
    by_quantile = result.coefficients.iloc[places].set_axis(index, axis=0)
    return replace(result, tables={**tables, "quantiles": by_quantile})


def _short_note(design: Design) -> list[Text]:
    levels = max((int(codes.max()) + 1 for codes in design.effects.values()), default=1)
    rows = design.n_obs / levels
    if rows >= _FEW_ROWS:
        return []
    return [note_of("quantile.few_rows", rows=rows)]


def _scale_note(fit: MomentFit) -> Text:
    count = int(np.sum(fit.spread <= 0))
    return note_of("quantile.negative_scale", count=count, n_spread=len(fit.spread))
