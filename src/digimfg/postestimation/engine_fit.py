"""What another engine found on a design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.covariance import SmallSample

__all__ = ["MOST_CELLS", "EngineFit"]

MOST_CELLS = 20_000_000
"""Rows times columns, dummy variables included, that other engines are given."""


@dataclass(frozen=True, kw_only=True, eq=False)
class EngineFit:
    """Hold what another engine found.

    Parameters
    ----------
    engine, model
        Its name with the version, and the class.
    estimates, std_errors
        By term; errors are ``None`` where the engine has none of this kind.
    rule
        The small-sample rule whose errors the engine gives.
    """

    engine: str
    model: str
    estimates: pd.Series[float]
    std_errors: pd.Series[float] | None
    rule: SmallSample
