"""The covariance of effects of difference-in-differences from their influence, and what forbids one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.covariance import Clustered
from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.influence import Influence
from digimfg.inference.sandwich import sandwich
from digimfg.inference.small_sample import small_sample_adjustment
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.did.effects import Effects
    from digimfg.estimators.did.panel import StaggeredPanel

__all__ = ["check_clusters", "check_spread", "clustered", "effect_covariance", "treatment_row"]

Floats = NDArray[np.float64]


def effect_covariance(
    panel: StaggeredPanel, influence: Floats, slopes: int | None
) -> tuple[Floats, float, dict[str, float], tuple[Text, ...]]:
    """Return the covariance under the rule of the method, degrees of freedom, counts and notes.

    An error below 1e-12 of the outcome's spread, or 1e-14 of its size, is rounding; it and its covariances
    are zero.
    """
    design = panel.design
    # All effects are in units of the outcome.
    rows = Influence(names=(), rows=influence, units=np.ones(influence.shape[1]))
    found = sandwich(clustered(panel, influence), rows)
    factor, df = 1.0, np.inf
    if slopes is not None:
        codes = {"unit": panel.unit, "period": panel.period} if slopes >= 0 else {}
        adjustment = small_sample_adjustment(replace(design, effects=codes), abs(slopes), found.n_groups)
        factor, df = adjustment.factor, adjustment.df
    spread = found.covariance * factor
    rounding = np.diag(spread) <= _least(panel.outcome) ** 2
    spread[rounding] = 0.0
    spread[:, rounding] = 0.0
    return spread, df, dict(found.counts), found.notes


def _least(outcome: Floats) -> float:
    spread = float(np.abs(outcome - outcome.mean()).max())
    return max(1e-12 * spread, 1e-14 * float(np.abs(outcome).max()))


def treatment_row(
    panel: StaggeredPanel, effects: Effects, aggregate: str, slopes: int | None
) -> tuple[float, float, float]:
    """Return estimate, standard error (NaN where there is none) and degrees of freedom of one aggregate."""
    place = effects.keys.index(("aggregates", aggregate))
    spread, df, *_ = effect_covariance(panel, effects.influence[:, [place]], slopes)
    return float(effects.estimate[place]), float(np.sqrt(spread[0, 0])) or np.nan, df


def check_clusters(panel: StaggeredPanel, *, whole_units: bool, with_rule: bool = True) -> None:
    """Raise unless errors are clustered, and each unit lies in one cluster where influence is that of units.

    Parameters
    ----------
    whole_units
        Whether influence is that of units.
    with_rule
        Whether the method has a rule for small samples; others cannot replace their errors by corrected ones.

    Raises
    ------
    SpecificationError
        Naming the covariance or the clusters.
    """
    _check_covariance(panel, with_rule=with_rule)
    if whole_units:
        _check_nested(panel)


def check_spread(panel: StaggeredPanel, effects: Effects) -> None:
    """Raise where every cohort is one unit and none moves the effect: errors would be zero, whatever the
    noise.
    """
    outcome = panel.design.outcome
    alone = len(np.unique(panel.unit_first)) == panel.n_units
    if not alone or np.abs(effects.influence[:, 0]).sum() > 1e-11 * np.abs(outcome - outcome.mean()).max():
        return
    raise EstimationError.of("did.no_spread", n_units=panel.n_units)


def clustered(panel: StaggeredPanel, influence: Floats) -> Design:
    """Return a design whose clusters are those of the rows of influence: of units, or of the panel's rows."""
    design = panel.design
    if len(influence) == len(panel.unit):
        return design
    first = panel.first_rows
    return replace(design, clusters={name: codes[first] for name, codes in design.clusters.items()})


def _check_covariance(panel: StaggeredPanel, *, with_rule: bool) -> None:
    covariance_asked = panel.design.specification.covariance
    corrected = isinstance(covariance_asked, Clustered) and covariance_asked.small_sample in ("cr2", "cv3")
    if corrected and not with_rule:
        raise SpecificationError.of("did.small_sample_rule", got=repr(covariance_asked.small_sample))
    if not isinstance(covariance_asked, Clustered):
        raise SpecificationError.of("did.covariance_not_clustered", got=type(covariance_asked).__name__)


def _check_nested(panel: StaggeredPanel) -> None:
    for name, codes in panel.design.clusters.items():
        first = np.zeros(panel.n_units, dtype=np.int64)
        first[panel.unit] = codes
        moving = len(np.unique(panel.unit[first[panel.unit] != codes]))
        if moving:
            raise SpecificationError.of("did.clusters_cut_units", name=name, moving=moving)
