"""Repeated splits, and their medians."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.estimators.dml.crossfit import Folded
from digimfg.estimators.dml.folds import drawn_folds, fixed_folds, kept_together
from digimfg.estimators.dml.scores import Split, interactive, partially_linear

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.dml.material import Material
    from digimfg.estimators.dml.options import DoubleOptions

__all__ = ["Medians", "all_splits", "medians", "splits_table"]

Floats = NDArray[np.float64]
_COLUMNS = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "df")


@dataclass(frozen=True, kw_only=True, eq=False)
class Medians:
    """Hold what repeated splits agree on.

    Parameters
    ----------
    names, estimates, covariance, df
        Of the k terms.
    columns
        Further columns by term, medians too.
    spread
        Standard deviation of estimates over splits, shape (k,).
    nearest
        The split whose first estimate is nearest to the median.
    """

    names: tuple[str, ...]
    estimates: Floats
    covariance: Floats
    df: Floats
    columns: dict[str, Floats]
    spread: Floats
    nearest: Split


def all_splits(options: DoubleOptions, parts: Material) -> list[Split]:
    """Return the answer of each split; one alone where a column names the folds.

    Raises
    ------
    SpecificationError
        If folds cannot be made of whole clusters.
    EstimationError
        If learners leave nothing, or a fold has nothing to learn from.
    """
    design: Design = parts.design
    groups, _ = kept_together(design)
    score = interactive if options.model == "interactive" else partially_linear
    if options.fold_column is not None:
        every = [fixed_folds(design, options.fold_column, groups)]
    else:
        seeds = np.random.SeedSequence(options.seed).spawn(options.repetitions)
        every = [drawn_folds(groups, options.folds, seed) for seed in seeds]
    return [
        score(
            options,
            parts,
            Folded(features=parts.features, folds=folds, groups=groups, seed=options.seed + 7919 * place),
        )
        for place, folds in enumerate(every)
    ]


def medians(splits: Sequence[Split]) -> Medians:
    r"""Return the medians over splits.

    :math:`\hat\theta` is the median of :math:`\hat\theta_s`, its variance that of
    :math:`\hat\sigma^2_s+(\hat\theta_s-\hat\theta)^2` (Chernozhukov et al. 2018, definition 3.3,
    doi:10.1111/ectj.12097). Several terms correlate as they do in the mean over splits.
    """
    names = tuple(splits[0].result.coefficients.index)
    found = np.array([each.result.coefficients["estimate"].to_numpy() for each in splits])
    matrices = np.array([each.result.covariance_matrix.to_numpy() for each in splits])
    estimates = np.median(found, axis=0)
    apart = found - estimates
    every = matrices + apart[:, :, None] * apart[:, None, :]
    variances = np.median(np.diagonal(every, axis1=1, axis2=2), axis=0)
    mean = every.mean(axis=0)
    root = np.sqrt(np.maximum(np.diag(mean), 0))
    scale = np.divide(np.sqrt(variances), root, out=np.zeros_like(root), where=root > 0)
    further = [name for name in splits[0].result.coefficients.columns if name not in _COLUMNS]
    return Medians(
        names=names,
        estimates=estimates,
        covariance=mean * np.outer(scale, scale),
        df=np.median([_degrees(each) for each in splits], axis=0),
        columns={
            str(name): np.median(
                [each.result.coefficients[name].to_numpy(dtype=np.float64) for each in splits], axis=0
            )
            for name in further
        },
        spread=found.std(axis=0, ddof=1) if len(splits) > 1 else np.zeros(len(names)),
        nearest=splits[int(np.argmin(np.abs(apart[:, 0])))],
    )


def splits_table(splits: Sequence[Split]) -> pd.DataFrame:
    """Return the estimate and error of each split and term."""
    tables = {
        place + 1: each.result.coefficients[["estimate", "std_error"]] for place, each in enumerate(splits)
    }
    return pd.concat(tables, names=["split", "term"])


def _degrees(split: Split) -> Floats:
    coefficients = split.result.coefficients
    if "df" in coefficients:
        return coefficients["df"].to_numpy(dtype=np.float64)
    return np.full(len(coefficients), split.result.statistics.get("df_t", np.inf))
