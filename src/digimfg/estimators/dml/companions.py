"""What stands beside the estimate: least squares with the same covariates, and effects by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.design import Absorbed
from digimfg.errors import DigimfgError
from digimfg.estimators.dml.folds import levels_of
from digimfg.estimators.dml.repeated import medians

if TYPE_CHECKING:
    from digimfg.estimators.dml.material import Material
    from digimfg.estimators.dml.scores import Split

__all__ = ["baseline", "group_effects"]

_SHOWN = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]


def baseline(parts: Material) -> pd.DataFrame | None:
    """Return least squares (two-stage where there are instruments) with the covariates as they stand.

    ``None`` where it has none, as with more covariates than rows.
    """
    from digimfg.covariance import Clustered
    from digimfg.design.collinearity import keep_independent
    from digimfg.estimators.instrumental.estimator import TwoStageLeastSquares
    from digimfg.estimators.least_squares import LeastSquares

    design = parts.design
    ones = np.ones((design.n_obs, 0 if design.effects else 1))
    columns = np.column_stack([parts.treatments, ones, parts.features])
    names = (*parts.names, *("Intercept" for _ in ones.T), *parts.feature_names)
    if columns.shape[1] >= design.n_obs:
        return None
    places, _ = keep_independent(names, columns, columns, None, [], absorbing=False)
    asked = design.specification.covariance
    bare = replace(asked, wild_bootstrap=None) if isinstance(asked, Clustered) else asked
    linear = replace(
        design,
        specification=design.specification.replace(covariance=bare),
        outcome=parts.outcome,
        terms=tuple(names[place] for place in places),
        regressors=columns[:, places],
        endogenous=parts.endogenous,
        instruments=parts.instruments,
        absorbed=Absorbed(
            outcome=parts.outcome,
            regressors=columns[:, places],
            endogenous=parts.endogenous,
            instruments=parts.instruments,
        ),
        notes=(),
        shift={},
    )
    try:
        found = (TwoStageLeastSquares() if design.endogenous_terms else LeastSquares()).fit(linear)
    except DigimfgError:
        return None
    wanted = [name for name in (*design.endogenous_terms, *parts.names) if name in found.coefficients.index]
    return found.coefficients.loc[wanted, _SHOWN]


def group_effects(parts: Material, splits: Sequence[Split], column: str) -> tuple[pd.DataFrame, int]:
    """Return the effect in each level of a column, medians over splits, and how many rows have no level.

    Residuals of the treatment, or the constant of the doubly robust score, are split by level.

    Raises
    ------
    SpecificationError
        If there is no such column.
    EstimationError
        If a level leaves no variation.
    """
    from scipy import stats

    from digimfg.estimators.least_squares import LeastSquares

    codes, levels = levels_of(parts.design, column)
    treated = splits[0].design.terms
    names = tuple(f"{term}:{column}[{level}]" for term in treated for level in levels)
    again = []
    for split in splits:
        design = split.design
        columns = np.column_stack(
            [
                np.where(codes == place, each, 0.0)
                for each in design.regressors.T
                for place in range(len(levels))
            ]
        )
        by_level = replace(
            design,
            terms=names,
            regressors=columns,
            absorbed=replace(design.absorbed, regressors=columns),
        )
        again.append(replace(split, result=LeastSquares().fit(by_level)))
    found = medians(again)
    error = np.sqrt(np.maximum(np.diag(found.covariance), 0))
    half = stats.t.ppf(0.975, found.df) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(error > 0, found.estimates / error, np.nan)
    rows = pd.DataFrame(
        {
            "n_rows": np.tile(np.bincount(codes[codes >= 0], minlength=len(levels)), len(treated)),
            "estimate": found.estimates,
            "std_error": error,
            "statistic": statistic,
            "p_value": 2 * stats.t.sf(np.abs(statistic), found.df),
            "conf_low": found.estimates - half,
            "conf_high": found.estimates + half,
        },
        index=pd.MultiIndex.from_product(
            [treated, [str(level) for level in levels]], names=["term", "level"]
        ),
    )
    return rows, int(np.sum(codes < 0))
