"""What the controls leave of an exposure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from digimfg.terms import factors_of
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from digimfg.specification import Specification

__all__ = ["exposure_notes", "left_of_exposure"]


def left_of_exposure(
    specification: Specification, frame: pd.DataFrame, rows: NDArray[np.intp], term: str, step: str
) -> tuple[float, float, int]:
    """Return what the controls leave of the exposure over units: its deviation, its share of the variance,
    units.
    """
    entity = str(specification.entity)
    used = frame.iloc[rows]

    def level(each: str) -> str | None:
        rest = [factor for factor in factors_of(each) if factor != step]
        product = len(rest) == 1 and rest[0] in frame.columns and step in factors_of(each)
        return rest[0] if product else None

    exposure = level(term)
    if exposure is None:
        return math.nan, math.nan, used[entity].nunique()
    others = [name for each in specification.controls if (name := level(each)) is not None]
    units = used.groupby(entity, sort=True)[[exposure, *others]].first().astype(float).dropna()
    design = np.column_stack([np.ones(len(units)), units[others].to_numpy()])
    values = units[exposure].to_numpy()
    left = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    total = float(((values - values.mean()) ** 2).sum())
    return (
        float(np.sqrt(left @ left / (len(units) - design.shape[1]))),
        float(left @ left) / total if total > 0 else math.nan,
        len(units),
    )


def exposure_notes(share: float, deviation: float, effect: float) -> tuple[Text, ...]:
    """Say how much of the exposure the controls leave, and what one deviation of that does."""
    if math.isnan(share):
        return ()
    return (
        Text(
            f"Controls leave {share:.0%} of the variance of the exposure over units, a standard "
            f"deviation of {deviation:.3f}; "
            f"for one of these the estimate is {effect:.3f}",
            f"控制变量之外，暴露变量在个体间的方差仅余{share:.0%}（标准差{deviation:.3f}）；"
            f"对应一个该标准差的估计值为{effect:.3f}",
        ),
    )
