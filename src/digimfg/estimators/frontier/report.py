"""What a stochastic frontier's estimate says: coefficients, variances, efficiencies, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.covariance import Unadjusted
from digimfg.design import INTERCEPT
from digimfg.design.centre import with_intercept
from digimfg.errors import SpecificationError
from digimfg.estimators.frontier.efficiencies import efficiencies
from digimfg.estimators.frontier.likelihood import FrontierModel, Rows, parameter_names, parts_of
from digimfg.estimators.frontier.maximum import Maximum
from digimfg.estimators.panel_rows import finish
from digimfg.frames.said import add_notes
from digimfg.inference.influence import Influence, slope_units
from digimfg.inference.sandwich import sandwich
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["report"]

Floats = NDArray[np.float64]
_GENERATED = Text(
    "Efficiency is estimated, as if nothing moved it but chance: what moves it belongs into the frontier's "
    "own determinants",
    "效率值为估计量，且估计时假定其仅受随机因素影响：其影响因素应列入前沿模型的 determinants",
)
_GROUPED: tuple[FrontierModel, ...] = ("time_invariant", "time_decay", "true_random_effects")


def report(
    design: Design,
    rows: Rows,
    found: Maximum,
    names: tuple[str, ...],
    keys: pd.DataFrame,
) -> Result:
    """Return the result of a maximum.

    Parameters
    ----------
    names
        Of the coefficients.
    keys
        Of the rows.

    Raises
    ------
    SpecificationError
        If clusters cut through entities that share an inefficiency.
    """
    covariance, counts, notes = _covariance(design, rows, found)
    k = rows.regressors.shape[1]
    shown = np.r_[np.arange(k), k + 2 + np.arange(len(names) - k)].astype(np.intp)
    likelihood_ratio = max(0.0, 2 * (found.value - found.normal_value))
    restrictions = 1 + len(found.parameters) - k - 2 - (rows.model == "true_random_effects")
    parts = parts_of(rows, found.parameters)
    efficiency, inefficiency = efficiencies(rows, found.parameters, found.effects)
    statistics = {
        "n_obs": float(design.n_obs),
        **counts,
        "sigma_squared": float(parts.noise + parts.inefficiency),
        "gamma": float(parts.inefficiency / (parts.noise + parts.inefficiency)),
        "sigma_v": float(np.sqrt(parts.noise)),
        "sigma_u": float(np.sqrt(parts.inefficiency)),
        "log_likelihood": found.value,
        "lr_statistic": likelihood_ratio,
        "lr_p_value": _mixed_p(likelihood_ratio, restrictions),
        "mean_efficiency": float(np.mean(np.sort(efficiency))),
    }
    if design.entity_values is not None:
        statistics["n_entities"] = float(len(design.entity_values))
    if design.time_values is not None:
        statistics["n_periods"] = float(len(design.time_values))
    estimates, spread = with_intercept(
        INTERCEPT, design.shift, names, found.parameters[shown], covariance[np.ix_(shown, shown)]
    )
    scores = keys.assign(efficiency=efficiency, inefficiency=inefficiency).reset_index(drop=True)
    add_notes(scores, [_GENERATED], ("efficiency", "inefficiency"))
    return finish(
        design,
        names=names,
        estimates=estimates,
        covariance=spread,
        df_resid=None,
        statistics=statistics,
        notes=(*_notes(rows.model, found, restrictions), *notes),
        tables={
            "variance": _variance_table(rows, found, covariance),
            "efficiency": scores,
        },
    )


def _covariance(
    design: Design, rows: Rows, found: Maximum
) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    inverse = np.asarray(np.linalg.inv(-found.hessian), dtype=np.float64)
    asked = design.specification.covariance
    if isinstance(asked, Unadjusted):
        return inverse, {}, ()
    adds: Floats = found.scores @ inverse
    if rows.model in _GROUPED:
        firsts = np.unique(rows.group, return_index=True)[1]
        for codes in design.clusters.values():
            if (codes != codes[firsts][rows.group]).any():
                raise SpecificationError.of("frontier.clusters_cut_units")
        spread_out = np.zeros((len(rows.outcome), adds.shape[1]))
        spread_out[firsts] = adds
        adds = spread_out
    influence = Influence(names=[str(place) for place in range(adds.shape[1])], rows=adds, units=_units(rows))
    spread = sandwich(design, influence)
    return spread.covariance, dict(spread.counts), spread.notes


def _units(rows: Rows) -> Floats:
    """Return in which units parameters count alike: of the outcome over those of the columns."""
    outcome = float(rows.outcome.std(ddof=1)) or 1.0
    further = [outcome if name == "mu" else 1.0 for name in parameter_names(rows)]
    units: Floats = np.r_[outcome * slope_units(rows.regressors), further]
    if rows.model == "effects":
        units[-rows.determinants.shape[1] :] = outcome * slope_units(rows.determinants)
    return units


def _variance_table(rows: Rows, found: Maximum, covariance: Floats) -> pd.DataFrame:
    """Return variance parameters with errors by the delta method."""
    k = rows.regressors.shape[1]
    names = parameter_names(rows)
    parts = parts_of(rows, found.parameters)
    total = float(parts.noise + parts.inefficiency)
    gamma = float(parts.inefficiency / total)
    values: dict[str, tuple[float, int, float]] = {
        "sigma_squared": (total, 0, total),
        "gamma": (gamma, 1, gamma * (1 - gamma)),
    }
    for place, name in enumerate(names):
        if name in ("mu", "eta"):
            values[name] = (float(found.parameters[k + place]), place, 1.0)
        if name == "log_effect_variance":
            values["effect_variance"] = (float(parts.spread), place, float(parts.spread))
    return pd.DataFrame(
        {
            name: {
                "estimate": value,
                "std_error": abs(slope) * float(np.sqrt(covariance[k + place, k + place])),
            }
            for name, (value, place, slope) in values.items()
        }
    ).T.rename_axis("parameter")


def _mixed_p(statistic: float, restrictions: int) -> float:
    below = scipy.stats.chi2.sf(statistic, restrictions - 1) if restrictions > 1 else float(statistic <= 0)
    return float(0.5 * below + 0.5 * scipy.stats.chi2.sf(statistic, restrictions))


def _notes(model: FrontierModel, found: Maximum, restrictions: int) -> tuple[Text, ...]:
    notes: list[Text] = [
        note_of("frontier.starts", n_starts=found.n_starts, n_agree=found.n_agree),
        note_of("frontier.mixed_test", low=restrictions - 1, high=restrictions),
    ]
    if model == "true_fixed_effects":
        notes.append(note_of("frontier.incidental"))
    return tuple(notes)
