"""Growth against relative fitness, by groups of the moderator: what a figure of selection shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from digimfg.postestimation.rows import residuals

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from digimfg.result import Result

__all__ = ["growth_by_fitness", "moderator_groups"]


def moderator_groups(steps: pd.DataFrame, moderator: str | None) -> dict[str, NDArray[np.bool_]]:
    """Return the rows above the median of the moderator, or at it where none is above, and the rest."""
    if moderator is None:
        return {"all": np.ones(len(steps), dtype=bool)}
    values = steps[moderator].to_numpy(dtype=np.float64)
    middle = np.median(values)
    high = values > middle if (values > middle).any() else values >= middle
    return {"low": ~high, "high": high}


def growth_by_fitness(
    result: Result,
    steps: pd.DataFrame,
    parts: Mapping[str, NDArray[np.bool_]],
    fitness: str,
    moderator: str | None,
) -> pd.DataFrame:
    """Return means of growth by tenths of relative fitness in each group of rows.

    Growth is what the slope explains and what nothing does: without the market, the moderator's effect and
    controls.
    """
    import pandas as pd

    rest = residuals(result, steps)
    rows = steps.loc[rest.index]
    estimates = result.coefficients["estimate"].to_dict()
    trait = rows[fitness].to_numpy(dtype=np.float64)
    slope = float(estimates[fitness]) + (
        0.0
        if moderator is None
        else float(estimates[f"{fitness}:{moderator}"]) * rows[moderator].to_numpy(dtype=np.float64)
    )
    growth = rest.to_numpy(dtype=np.float64) + slope * trait
    used = steps.index.isin(rest.index)
    found = {}
    for name, chosen in parts.items():
        mine = chosen[used]
        own, moved = trait[mine], growth[mine]
        order = np.lexsort((moved, own))
        own, moved = own[order], moved[order]
        if not len(own):
            continue
        tenth = np.searchsorted(np.quantile(own, np.arange(1, 10) / 10), own)
        for place in np.unique(tenth):
            there = tenth == place
            found[name, int(place) + 1] = (own[there].mean(), moved[there].mean(), int(there.sum()))
    return pd.DataFrame(
        list(found.values()),
        index=pd.MultiIndex.from_tuples(list(found), names=["group", "tenth"]),
        columns=["fitness", "growth", "n_obs"],
    )
