"""From prepared columns to the result of a mediation model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.distributions.student import RowDegrees
from digimfg.errors import EstimationError
from digimfg.estimators.fit_statistics import fit_statistics
from digimfg.estimators.linear_result import linear_result
from digimfg.estimators.mechanisms.bootstrap import Draws, draw
from digimfg.estimators.mechanisms.joint import JointFit, fit_jointly
from digimfg.estimators.mechanisms.mediation_tables import (
    contrast_table,
    effect_table,
    path_table,
    sum_table,
    three_step_table,
)
from digimfg.estimators.mechanisms.model import Model, mediation_model, usable
from digimfg.estimators.mechanisms.orders import chain_effects, order_table, orders_of
from digimfg.estimators.mechanisms.resampled import Resampled
from digimfg.estimators.mechanisms.sensitivity import acme, sensitivity_tables
from digimfg.estimators.perfect_fit import perfect_fit_notes
from digimfg.inference.cluster_moments import cluster_moments
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.design import Design
    from digimfg.estimators.mechanisms.mediation_options import MediationOptions
    from digimfg.estimators.mechanisms.preparation import Prepared
    from digimfg.result import Result

__all__ = ["mediation_result"]

Floats = NDArray[np.float64]

_MOST_CONTRASTED = 63
"""Specific indirect effects up to which every two are compared."""


def mediation_result(options: MediationOptions, design: Design, prepared: Prepared) -> Result:
    """Return paths, effects, their errors and all further tables."""
    n_mediators = len(options.mediators)
    n_controls = len(prepared.names) - n_mediators - 2
    treatment, outcome = prepared.names[n_controls], prepared.names[-1]
    model = mediation_model(treatment, options.mediators, outcome, n_controls, options.structure)
    fit = fit_jointly(design, prepared, model.equations)
    places = [fit.starts[equation] + place for equation, place in model.paths]
    paths, spread = fit.slopes[places], fit.covariance[np.ix_(places, places)]
    gradient = model.gradient(paths)
    effects = model.evaluate(paths[None, :])[0]

    chain = options.structure == "serial" and n_mediators > 1
    orders = orders_of(n_mediators, options.most_orders, options.seed) if chain else ()
    moments = cluster_moments(prepared.columns, prepared.effects, prepared.clusters, design.weights)
    whole = moments.at(np.ones((1, moments.n_clusters)))[0]
    quantity = _Quantity(model=model, n_controls=n_controls, orders=orders, reference=whole)
    draws = draw(moments, quantity, replications=options.replications, seed=options.seed)
    failed = _failed(draws, options)
    sizes = [len(model.effect_names), 2 * n_mediators if chain else 0, len(orders)]
    stops = np.cumsum([*sizes, draws.estimate.size - sum(sizes) - len(paths)]).tolist()
    drawn_effects = _part(draws, 0, stops[0])

    table = effect_table(model, effects, gradient, spread, drawn_effects)
    curves, zeros = sensitivity_tables(_part(draws, stops[2], stops[3]), options.mediators)
    tables = {
        "paths": path_table(model, paths, spread, fit.df),
        "effects": table,
        "sensitivity": curves,
        "sensitivity_zero": zeros,
    }
    n_specific = len(model.effects)
    if 1 < n_specific <= _MOST_CONTRASTED:
        tables["contrasts"] = contrast_table(
            model, effects[:n_specific], gradient[:n_specific], spread, _part(draws, 0, n_specific)
        )
    statistics = _statistics(design, fit, len(options.mediators), prepared)
    named = dict(zip(("indirect", "direct", "total"), effects[-3:], strict=True))
    statistics |= {name: float(value) for name, value in named.items()}
    alike = named["indirect"] * named["direct"] >= 0 and named["total"] != 0
    if alike:
        statistics["proportion_mediated"] = float(named["indirect"] / named["total"])
    if n_mediators == 1:
        statistics["rho_at_zero"] = float(zeros["rho_at_zero"].iloc[0])
    if orders:
        tables["order_permutations"], share = order_table(
            _part(draws, stops[1], stops[2]), orders, options.mediators
        )
        tables["indirect_sums"] = sum_table(
            options.mediators, model.ways.sums_slopes(paths), spread, _part(draws, stops[0], stops[1])
        )
        statistics |= {"order_p": share, "n_orders": float(len(orders))}
    if options.three_steps:
        tables["three_steps"] = three_step_table(design, prepared, n_controls, options.mediators)
    if options.replications:
        statistics["n_replications"] = float(options.replications - failed)

    bca = options.replications > 0 and options.interval == "bca"
    undefined = int(table["bca_low"].isna().sum()) if bca else 0
    # Paths, then effects; the slope of the outcome on the treatment is both, and stands with its effects.
    shown = len(paths) - 2
    turn = np.vstack([np.eye(shown, len(paths)), gradient])
    is_effect = np.arange(len(turn)) >= shown
    result = linear_result(
        replace(design, data_hash=prepared.data_hash),
        names=(*model.path_names[:shown], *model.effect_names),
        estimates=np.concatenate([paths[:shown], effects]),
        covariance=turn @ spread @ turn.T,
        df=fit.df,
        statistics=statistics,
        notes=(
            *prepared.notes,
            *perfect_fit_notes(fit.residuals[:, n_mediators], prepared.columns[:, -1]),
            *fit.notes,
            *_notes(options, prepared, model, failed, undefined, alike=alike),
        ),
        tables=tables,
    )
    kind = options.interval if options.replications else "delta"
    result = replace(result, coefficients=_with_effects(result.coefficients, table, kind))
    if not options.replications:
        return replace(result, combinations=RowDegrees(np.where(is_effect, np.inf, fit.df)))
    combinations = Resampled(
        draws=_beside(_part(draws, stops[3], stops[3] + shown), drawn_effects),
        rows=is_effect,
        corrected=bca,
    )
    return replace(result, combinations=combinations)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Quantity:
    """Everything that is bootstrapped, from cross-products."""

    model: Model
    n_controls: int
    orders: tuple[tuple[int, ...], ...]
    reference: Floats

    def __call__(self, moments: Floats) -> Floats:
        good = usable(moments, self.reference)
        safe = np.where(good[:, None, None], moments, self.reference)
        n_mediators = self.reference.shape[0] - self.n_controls - 2
        paths = self.model.coefficients(safe)
        parts = [self.model.evaluate(paths)]
        if self.orders:
            parts.append(self.model.ways.sums(paths))
            parts.append(chain_effects(safe, self.n_controls, self.orders))
        parts.append(acme(safe, self.n_controls, n_mediators))
        parts.append(paths)
        return np.where(good[:, None], np.hstack(parts), np.nan)


def _part(draws: Draws, start: int, stop: int) -> Draws:
    return Draws(
        estimate=draws.estimate[start:stop],
        drawn=draws.drawn[:, start:stop],
        left_out=draws.left_out[:, start:stop],
    )


def _beside(first: Draws, second: Draws) -> Draws:
    return Draws(
        estimate=np.append(first.estimate, second.estimate),
        drawn=np.hstack([first.drawn, second.drawn]),
        left_out=np.hstack([first.left_out, second.left_out]),
    )


def _failed(draws: Draws, options: MediationOptions) -> int:
    failed = int(np.count_nonzero(np.isnan(draws.drawn[:, 0]))) if options.replications else 0
    if options.replications and options.replications - failed < 20:
        raise EstimationError.of(
            "mechanisms.too_many_failed_samples", failed=failed, replications=options.replications
        )
    return failed


def _with_effects(coefficients: pd.DataFrame, table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Give effects the p value and interval of the bootstrap, or of the normal where there is none."""
    shown = coefficients.copy()
    names = [f"{kind}_p", f"{kind}_low", f"{kind}_high"]
    shown.loc[table.index, ["p_value", "conf_low", "conf_high"]] = table[names].to_numpy()
    return shown


def _statistics(design: Design, fit: JointFit, n_mediators: int, prepared: Prepared) -> dict[str, float]:
    residuals = fit.residuals[:, n_mediators]
    weights = None if design.weights is None else design.weights / design.weights.mean()
    rss = float(residuals @ (residuals if weights is None else residuals * weights))
    n_slopes = len(prepared.names) - 1 + prepared.intercept
    found = fit_statistics(design, rss, n_slopes, fit.df_absorbed) | fit.statistics
    found.pop("log_likelihood")
    return found


def _notes(
    options: MediationOptions, prepared: Prepared, model: Model, failed: int, undefined: int, *, alike: bool
) -> tuple[Text, ...]:
    """Return the notes in the order in which they are read."""
    notes = [note_of("mechanisms.as_good_as_random")]
    if options.replications:
        unit = term_label(prepared.resampled)
        what = note_of("mechanisms.clusters_of_unit", unit=unit) if unit.en else Text("rows", "观测")
        kind = {
            "percentile": Text("percentile", "百分位"),
            "bca": Text("bias-corrected and accelerated", "偏差校正加速（BCa）"),
        }[options.interval]
        notes.append(
            note_of(
                "mechanisms.bootstrap_of_effects",
                sort=kind,
                what=what,
                replications=options.replications,
                seed=options.seed,
            )
        )
    else:
        notes.append(note_of("mechanisms.delta_method"))
    if undefined:
        notes.append(note_of("mechanisms.no_interval", undefined=undefined))
    if failed:
        notes.append(note_of("mechanisms.failed_samples", failed=failed))
    if not alike:
        notes.append(note_of("mechanisms.suppression"))
    listed = len(model.effects)
    if listed < model.n_ways:
        longest = max((len(effect.mediators) for effect in model.effects[:-1]), default=0)
        through: Text = note_of("mechanisms.paths_through", longest=longest)
        if not longest:
            through = Text("through all mediators", "经全部中介")
        number = f"{model.n_ways:,}" if len(options.mediators) <= 40 else f"2^{len(options.mediators)} - 1"
        notes.append(note_of("mechanisms.listed_effects", through=through, listed=listed, number=number))
    if listed > _MOST_CONTRASTED:
        notes.append(note_of("mechanisms.differences_not_given", most_contrasted=_MOST_CONTRASTED))
    if options.structure == "serial" and len(options.mediators) > 1:
        notes.append(note_of("mechanisms.order_of_chain"))
    if len(options.mediators) > 1:
        notes.append(note_of("mechanisms.sensitivity_by_mediator"))
    if options.three_steps:
        notes.append(note_of("mechanisms.three_steps_on_request"))
    return tuple(notes)
