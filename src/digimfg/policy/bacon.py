"""The decomposition of the two-way coefficient into its two-by-two comparisons (Goodman-Bacon)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design.absorb import absorb
from digimfg.errors import SpecificationError
from digimfg.estimators.did.panel import require_balanced
from digimfg.kinds import StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.policy.treatment import treatment_panel
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["BaconDecomposition", "bacon_decomposition"]

Floats = NDArray[np.float64]
_LABEL = Text("Goodman-Bacon decomposition", "Goodman-Bacon分解")


@checked
@shown(Text("Goodman-Bacon decomposition", "Goodman-Bacon分解"), first="by_kind")
@dataclass(frozen=True, kw_only=True, eq=False)
class BaconDecomposition:
    """Hold the comparisons behind a two-way coefficient.

    Parameters
    ----------
    estimate
        The two-way coefficient, Σ weight × estimate.
    comparisons
        One row per pair: ``kind treated control estimate weight``; cohorts are first treated periods, -inf
        always treated, inf never.
    by_kind
        Weight and weighted mean estimate of each kind: ``treated_vs_never``, ``earlier_vs_later``,
        ``later_vs_earlier``, ``later_vs_always``; only the first two are clean.
    notes
        What a reader must know.
    """

    estimate: float
    comparisons: pd.DataFrame
    by_kind: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def bacon_decomposition(specification: Specification, frame: StoredFrame) -> BaconDecomposition:
    r"""Decompose the two-way coefficient of a staggered treatment into two-by-two comparisons.

    .. math:: \hat\beta =
        \sum_{k}s_{kU}\hat\beta_{kU}+\sum_{k<l}(s^k_{kl}\hat\beta^k_{kl}+s^l_{kl}\hat\beta^l_{kl})

    Weights add up to one and depend on the sizes of cohorts and the variance of treatment in each
    comparison. Comparisons ``later_vs_earlier`` and ``later_vs_always`` use treated units as controls: where
    effects grow over time they bias the coefficient, and may turn its sign.

    Parameters
    ----------
    specification
        Its only regressor is the 0/1 treatment (or its estimator names a cohort column); no controls.
    frame
        A balanced panel.

    Raises
    ------
    SpecificationError
        If there are controls, or the treatment switches off.
    EstimationError
        If the panel is not balanced or the treatment does not vary.

    Notes
    -----
    Goodman-Bacon (2021, doi:10.1016/j.jeconom.2021.03.014).

    Examples
    --------
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"city": [1, 1, 2, 2, 3, 3], "year": [1, 2] * 3, "pilot": [0, 1, 0, 0, 0, 0],
    ...                       "y": [1.0, 5, 2, 3, 2, 4]})
    >>> found = dm.bacon_decomposition(dm.Specification("y", "pilot", entity="city", time="year"), frame)
    >>> round(found.estimate, 6), found.comparisons["weight"].round(6).tolist()
    (2.5, [1.0])
    """
    if specification.controls:
        raise SpecificationError.of(
            "policy.controls_not_taken", got=", ".join(specification.controls), label=_LABEL
        )
    panel = treatment_panel(specification, frame, _LABEL)
    require_balanced(panel, _LABEL)
    outcome = np.full((panel.n_units, len(panel.times)), np.nan)
    outcome[panel.unit, panel.period] = panel.outcome
    first = np.where(panel.unit_first <= panel.times[0], -np.inf, panel.unit_first)
    first = np.where(first > panel.times[-1], np.inf, first)
    treated = (panel.time >= panel.first).astype(np.float64)
    variance = float(np.mean(absorb(treated[:, None], [panel.unit, panel.period]) ** 2))
    shares = {float(g): float(np.mean(first == g)) for g in np.unique(first)}
    means = {g: outcome[first == g].mean(axis=0) for g in shares}
    on = {g: float(np.mean(panel.times >= g)) for g in shares}
    rows = []
    timing = [g for g in shares if np.isfinite(g)]
    for k in timing:
        for other, kind in ((np.inf, "treated_vs_never"), (-np.inf, "later_vs_always")):
            if other in shares:
                rows.append(
                    _row(kind, k, other, _pair(means, panel.times, k, other), _steady(shares, on, k, other))
                )
        for later in (g for g in timing if g > k):
            weights = _timing(shares, on, k, later)
            for kind, pair, weight in zip(
                ("earlier_vs_later", "later_vs_earlier"), ((k, later), (later, k)), weights, strict=True
            ):
                rows.append(_row(kind, *pair, _pair(means, panel.times, *pair), weight))
    comparisons = pd.DataFrame(rows, columns=["kind", "treated", "control", "estimate", "weight"])
    comparisons["weight"] /= variance
    comparisons = comparisons.sort_values(["kind", "treated", "control"], kind="stable", ignore_index=True)
    product = comparisons["estimate"] * comparisons["weight"]
    by_kind = comparisons.groupby("kind")[["weight"]].sum()
    by_kind["estimate"] = product.groupby(comparisons["kind"]).sum() / by_kind["weight"]
    unclean = float(comparisons.loc[comparisons["kind"].str.startswith("later"), "weight"].sum())
    note = note_of("policy.forbidden_comparison", unclean=unclean)
    return BaconDecomposition(
        estimate=float(product.sum()),
        comparisons=comparisons,
        by_kind=by_kind,
        notes=(*panel.design.notes, note),
    )


def _row(kind: str, treated: float, control: float, estimate: float, weight: float) -> tuple[object, ...]:
    return kind, treated, control, estimate, weight


def _pair(means: dict[float, Floats], times: Floats, treated: float, control: float) -> float:
    """Return the two-by-two estimate; the window is where the control group's treatment does not change."""
    inside = np.ones(len(times), dtype=bool)
    if np.isfinite(control):
        inside = times < control if control > treated else times >= control
    after = inside & (times >= treated)
    before = inside & (times < treated)
    change = {g: means[g][after].mean() - means[g][before].mean() for g in (treated, control)}
    return float(change[treated] - change[control])


def _steady(shares: dict[float, float], on: dict[float, float], k: float, other: float) -> float:
    """Return the weight, times the variance of treatment, of a pair whose control never changes."""
    both = shares[k] + shares[other]
    part = shares[k] / both
    return both**2 * part * (1 - part) * on[k] * (1 - on[k])


def _timing(
    shares: dict[float, float], on: dict[float, float], k: float, later: float
) -> tuple[float, float]:
    both = shares[k] + shares[later]
    part = shares[k] / both
    early = both**2 * part * (1 - part) * (on[k] - on[later]) * (1 - on[k])
    late = both**2 * part * (1 - part) * on[later] * (on[k] - on[later])
    return early, late
