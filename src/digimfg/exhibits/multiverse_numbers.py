"""Numbers behind the figures of an index's choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from digimfg.measures.multiverse import MultiverseResult

__all__ = ["distinct_universes", "estimate_curve", "estimate_numbers", "rank_numbers"]


def distinct_universes(result: MultiverseResult) -> list[str]:
    """Return the universes whose scores are no affine map of an earlier one's."""
    choices = result.choices
    return [str(name) for name in choices.index[choices["same_as"] == ""]]


def estimate_curve(result: MultiverseResult) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the choices and the estimates of distinct universes, by estimate."""
    coefficients = result.coefficients if result.coefficients is not None else pd.DataFrame()
    kept = [name for name in distinct_universes(result) if name in coefficients.index]
    curve = coefficients.loc[kept]
    order = np.lexsort((np.arange(len(curve)), curve["estimate"].to_numpy().round(12)))
    return result.choices.loc[kept].iloc[order], curve.iloc[order]


def estimate_numbers(result: MultiverseResult) -> dict[str, pd.DataFrame]:
    """Return the estimates of distinct universes and the weights behind them."""
    curve = estimate_curve(result)[1]
    return {"estimates": curve, "weights": result.weights[curve.index].T}


def rank_numbers(result: MultiverseResult) -> dict[str, pd.DataFrame]:
    """Return the weights of distinct universes, and how their ranks agree with those of all others.

    Of many universes the matrix of rank correlations is long: each row keeps its mean and lowest one, the
    universe with which it is lowest, and the one with the first universe.
    """
    names = distinct_universes(result)
    correlations = result.rank_correlations.loc[names, names]
    others = correlations.mask(np.eye(len(names), dtype=bool))
    agreement = pd.DataFrame(
        {"mean": others.mean(axis=1), "lowest": others.min(axis=1), "with_first": correlations.iloc[:, 0]}
    )
    return {"weights": result.weights[names].T, "rank_correlations": agreement}
