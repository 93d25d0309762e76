"""Who leads: a panel VAR of indices, tests of causality unit by unit, and local projections."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.covariance import Clustered
from digimfg.errors import EstimationError
from digimfg.estimators.local_projections.projections import local_projections
from digimfg.estimators.panel_var.decomposition import VarianceDecomposition, variance_decomposition
from digimfg.estimators.panel_var.draws import draw_units
from digimfg.estimators.panel_var.estimator import fit_panel_var
from digimfg.estimators.panel_var.fit import PanelVARFit
from digimfg.estimators.panel_var.model import PanelVAR
from digimfg.estimators.panel_var.paths import answering_draws, check_path, response_path
from digimfg.inference.causality import dumitrescu_hurlin
from digimfg.notes import note_of
from digimfg.ordered_index import ordered_index
from digimfg.robustness.multiple_testing import benjamini_hochberg
from digimfg.say import Said
from digimfg.specification import Specification
from digimfg.text import Text

__all__ = ["Leading", "leading_subsystems", "var_strengths"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Leading:
    """Hold who leads whom, how strongly, and the models behind it."""

    table: pd.DataFrame
    strengths: pd.DataFrame
    fit: PanelVARFit
    decomposition: VarianceDecomposition
    notes: tuple[Text, ...]


def leading_subsystems(
    indices: pd.DataFrame,
    names: tuple[str, ...],
    entity: str,
    time: str,
    *,
    lags: int,
    last_lag: int | None,
    horizon: int,
    draws: int,
    level: float,
    seed: int,
) -> Leading:
    """Return the tests of every ordered pair of indices.

    Raises
    ------
    EstimationError
        If the panel is too short or too small for the VAR.
    """
    moved = less_period_means(indices, names, time)
    model = PanelVAR(names, lags, entity=entity, time=time, collapse=True, last_lag=last_lag)
    fit = fit_panel_var(model, moved[[entity, time, *names]])
    shares = variance_decomposition(fit, horizon, draws=0)
    notes: list[Text] = [
        note for note in fit.notes if not (isinstance(note, Said) and note.weight == "detail")
    ]
    walds = fit.causality.to_dict("index")
    last = shares.shares["estimate"].xs(horizon, level="horizon").to_dict()
    rows = {}
    short = None
    for leader, follower in permutations(names, 2):
        wald = walds[follower, leader]
        heterogeneous = (np.nan, np.nan)
        try:
            found = dumitrescu_hurlin(
                moved, outcome=follower, cause=leader, entity=entity, time=time, lags=lags
            )
            heterogeneous = (found.statistic, found.p_value)
        except EstimationError as error:
            short = error
        projection = local_projections(
            Specification(
                follower,
                leader,
                entity=entity,
                time=time,
                fixed_effects=(entity, time),
                covariance=Clustered(entity),
            ),
            indices[[entity, time, *names]],
            horizon=1,
            lags=lags,
            draws=99,
            level=level,
        ).responses.loc[1]
        rows[leader, follower] = {
            "var_statistic": wald["statistic"],
            "var_p": wald["p_value"],
            "variance_share": last[follower, leader],
            "dh_statistic": heterogeneous[0],
            "dh_p": heterogeneous[1],
            "projection": projection["estimate"],
            "projection_p": projection["p_value"],
        }
    if short is not None:
        notes.append(note_of("evolution.no_dumitrescu_hurlin", expected=Text.of(short.expected)))
    index = ordered_index(list(rows), ("leader", "follower"), (names, names))
    table = pd.DataFrame(list(rows.values()), index=index)
    table.insert(2, "var_q", benjamini_hochberg(table["var_p"]).to_numpy())
    return Leading(
        table=table,
        strengths=var_strengths(fit, horizon, draws=draws, level=level, seed=seed),
        fit=fit,
        decomposition=shares,
        notes=tuple(notes),
    )


def less_period_means(frame: pd.DataFrame, names: tuple[str, ...], time: str) -> pd.DataFrame:
    """Return the frame with the means of each period taken off the named columns."""
    means = frame.groupby(time)[list(names)].transform("mean")
    return frame.assign(**{name: frame[name] - means[name] for name in names})


def var_strengths(fit: PanelVARFit, horizon: int, *, draws: int, level: float, seed: int) -> pd.DataFrame:
    r"""Return :math:`\sum_{h=1}^H\Phi_{h,kj}\sigma_j/\sigma_k` for every ordered pair, with percentile
    intervals and p values of draws.

    A shock to j alone: what reaches k later, in standard deviations of shocks; zero where the past of j does
    not help to predict k, nor through others.
    """
    names = fit.model.variables
    size = len(names)
    lagged = fit.coefficients["estimate"].to_numpy().reshape(size, -1)[:, : size * fit.model.lags]

    def paths(coefficients: Floats, covariance: Floats) -> Floats:
        return response_path(
            coefficients, covariance, fit.model.lags, horizon, "unit", tuple(range(size)), False
        )

    def strength(path: Floats, covariance: Floats) -> Floats:
        deviations = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
        later = path[..., 1:, :, :].sum(axis=-3)
        return np.asarray(later * deviations[..., None, :] / deviations[..., :, None])

    covariance = fit.error_covariance.to_numpy()
    path = paths(lagged, covariance)
    check_path(path, horizon)
    point = strength(path, covariance)
    every = draw_units(fit, draws, seed)
    found, drawn_paths = answering_draws(every, paths(every.coefficients, every.error_covariance))
    drawn = strength(drawn_paths, found.error_covariance)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    below = ((drawn <= 0).sum(axis=0) + 1) / (len(drawn) + 1)
    above = ((drawn >= 0).sum(axis=0) + 1) / (len(drawn) + 1)
    p_value = np.minimum(1.0, 2 * np.minimum(below, above))
    pairs = list(permutations(range(size), 2))
    return pd.DataFrame(
        [[table[k, j] for table in (point, low, high, p_value)] for j, k in pairs],
        columns=["estimate", "conf_low", "conf_high", "p_value"],
        index=pd.MultiIndex.from_tuples([(names[j], names[k]) for j, k in pairs], names=["start", "end"]),
    )
