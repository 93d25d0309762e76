"""Least squares with dummies in dynamic panels, corrected for its bias (Kiviet; Bruno)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.design.centre import far_means
from digimfg.design.scaled import scaled_slopes
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.lsdv.correction import DynamicPanel, bias, bootstrap_panels, within_estimate
from digimfg.estimators.lsdv.initial import InitialEstimator, initial_estimate
from digimfg.estimators.panel_rows import (
    check_plain,
    effects_of,
    entity_and_declared,
    every_row,
    finish,
    varying_regressors,
)
from digimfg.kinds import AtLeast, AtMost, Seed, Whole
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["BiasCorrectedLSDV"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, kw_only=True)
class BiasCorrectedLSDV(Estimator):
    r"""Estimate a first-order dynamic panel by least squares with entity effects less its approximate bias.

    .. math:: y_{it} = \gamma y_{i,t-1} + x_{it}'\beta + \mu_i + \lambda_t + \varepsilon_{it}

    For panels with few entities, where the instruments of GMM outnumber them. Regressors must be strictly
    exogenous.

    Parameters
    ----------
    initial
        Consistent estimates that start the correction: Anderson–Hsiao, Arellano–Bond or Blundell–Bond.
    order
        The bias is approximated up to :math:`O(T^{-1})` (1), :math:`O(N^{-1}T^{-1})` (2) or
        :math:`O(N^{-1}T^{-2})` (3).
    iterations
        How often the correction is computed again at the corrected estimates; 0 stays at the initial ones,
        as xtlsdvc.
    replications, seed
        Parametric bootstrap of the errors: panels drawn from the corrected model with normal errors,
        corrected anew.

    Notes
    -----
    Kiviet (1995, doi:10.1016/0304-4076(94)01643-E); Bun and Kiviet (2003); Bruno (2005) for unbalanced
    panels. The specification's first regressors must include ``"L.y"`` of its outcome and no deeper lag of
    it. Period effects (the time column in ``fixed_effects``) enter as indicators.

    Examples
    --------
    >>> BiasCorrectedLSDV(order=2).label.en
    'Bias-corrected LSDV'
    """

    initial: InitialEstimator = "arellano_bond"
    order: Literal[1, 2, 3] = 3
    iterations: Whole = 0
    replications: Annotated[int, AtLeast(2), AtMost(10_000_000)] = 200
    seed: Seed = 0

    needs_keys: ClassVar[bool] = True
    moves_by_terms: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Bias-corrected LSDV", "偏差校正LSDV")

    removed_effects = entity_and_declared

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        del covariance
        return Text("parametric bootstrap standard errors", "参数自助法标准误")

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the outcome's first lag is not among the regressors, or a deeper one is.
        EstimationError
            If there is one entity only, regressors do not vary within entities, or the initial estimator
            finds too few
        periods.
        """
        check_plain(design, self.label)
        return _fit(self, design)


def _fit(options: BiasCorrectedLSDV, design: Design) -> Result:
    panel, names = _panel(design)
    within = within_estimate(panel)
    start = initial_estimate(panel, options.initial)
    estimates, variance = _corrected(panel, within, start, options)
    rng = np.random.default_rng(options.seed)
    draws = []
    for drawn in bootstrap_panels(panel, estimates, variance, options.replications, rng):
        begin = initial_estimate(drawn, options.initial)
        draws.append(_corrected(drawn, within_estimate(drawn), begin, options)[0])
    covariance = np.cov(np.array(draws), rowvar=False).reshape(len(estimates), -1)
    lag = names.index(f"L.{design.specification.outcome}")
    picked = np.array([names.index(name) for name in varying_regressors(design)[0]])
    approximation = {1: "1/T", 2: "1/(NT)", 3: "1/(NT²)"}[options.order]
    notes: tuple[Text, ...] = (
        note_of(
            "lsdv.correction",
            within=within[lag],
            approximation=approximation,
            title=options.initial.replace("_", "–").title(),
            start=start[lag],
        ),
        note_of(
            "lsdv.bootstrap",
            replications=options.replications,
            seed=options.seed,
            precision=float(1 / np.sqrt(2 * (options.replications - 1))),
        ),
    )
    if max(abs(start[0]), abs(estimates[0])) >= 1:
        notes = (
            *notes,
            note_of("lsdv.not_stable", start=start[0], estimates=estimates[0]),
        )
    if np.allclose(start, within, rtol=1e-6, atol=0.0):
        notes = (
            *notes,
            note_of("lsdv.start"),
        )
    counts = panel.used.sum(axis=1)
    return finish(
        design,
        names=tuple(names[i] for i in picked),
        estimates=estimates[picked],
        covariance=covariance[np.ix_(picked, picked)],
        df_resid=None,
        statistics={
            "n_obs": float(panel.n_rows),
            "n_entities": float(np.sum(counts > 0)),
            "n_periods": float(np.sum(panel.used.any(axis=0))),
            "sigma2": variance,
            "lag_within": float(within[lag]),
            "lag_initial": float(start[lag]),
            "lag_pooled": _pooled(panel),
        },
        notes=notes,
        tables={},
    )


def _corrected(
    panel: DynamicPanel, within: Floats, start: Floats, options: BiasCorrectedLSDV
) -> tuple[Floats, float]:
    removed, variance = bias(panel, start, options.order)
    estimates = within - removed
    for _ in range(options.iterations):
        removed, variance = bias(panel, estimates, options.order)
        estimates = within - removed
    return estimates, variance


def _panel(design: Design) -> tuple[DynamicPanel, list[str]]:
    """Return the panel and the names of its coefficients, the lag first, period indicators last."""
    outcome = design.specification.outcome
    lag = f"L.{outcome}"
    terms, values = varying_regressors(design)
    values = values - np.where([name.endswith(f".{outcome}") for name in terms], 0.0, far_means(values))
    deeper = [name for name in terms if name.startswith("L") and name.endswith(f".{outcome}") and name != lag]
    if lag not in design.terms or deeper:
        raise SpecificationError.of("lsdv.lag_of_outcome", got=", ".join(design.terms), lag=lag)
    rows = every_row(design)
    entity, period = rows.entity[rows.kept], rows.period[rows.kept]
    period = period - period.min()
    place = terms.index(lag)
    columns = [np.delete(values, place, axis=1)]
    names = [lag, *(name for name in terms if name != lag)]
    if effects_of(design) in ("time", "twoways"):
        periods = np.unique(period)[1:]
        columns.append((period[:, None] == periods).astype(np.float64))
        names.extend(f"period {value}" for value in periods)
    others = np.hstack(columns)
    shape = (int(entity.max()) + 1, int(period.max()) + 1)
    used = np.zeros(shape, dtype=bool)
    used[entity, period] = True
    grids = np.zeros((*shape, 2 + others.shape[1]))
    grids[entity, period] = np.column_stack([design.outcome, values[:, place], others])
    seen = used.any(axis=1)
    if np.count_nonzero(seen) < 2:
        raise EstimationError.of("lsdv.one_entity", n=len(entity))
    panel = DynamicPanel(
        outcome=grids[seen, :, 0], lagged=grids[seen, :, 1], regressors=grids[seen][:, :, 2:], used=used[seen]
    )
    return panel, names


def _pooled(panel: DynamicPanel) -> float:
    rows = panel.used
    design = np.column_stack([panel.columns()[rows], np.ones(int(rows.sum()))])
    return float(scaled_slopes(design, panel.outcome[rows])[0])
