"""Rotemberg weights: which sectors a shift-share estimate comes from (Goldsmith-Pinkham, Sorkin & Swift
2020).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from digimfg.arguments import checked
from digimfg.kinds import ColumnOf, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.shift_share_design.exposure import exposure_of, shocks_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.specification import Specification

__all__ = ["RotembergWeights", "rotemberg_weights"]


@checked
@shown(Text("Rotemberg weights", "Rotemberg权重"))
@dataclass(frozen=True, kw_only=True, eq=False)
class RotembergWeights:
    """The decomposition of a shift-share estimate by sector.

    Parameters
    ----------
    table
        Sector (and period); ``weight`` α_k (adding up to one), ``estimate`` β_k of the sector's share as
        only instrument (NaN where the share does not move the treatment), ``shock`` and ``mean_share``;
        largest weights first.
    estimate
        Σ_k α_k β_k, the shift-share estimate.
    statistics
        ``negative_weight`` (the sum of negative weights), ``top_5_weight`` (share of the five largest in
        absolute size), ``n_sectors``, ``mismatch``: the relative difference of `estimate` from that with the
        specification's instrument.
    notes
        What a reader must know.
    """

    table: pd.DataFrame
    estimate: float
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def rotemberg_weights(
    specification: Specification,
    frame: StoredFrame,
    shares: pd.DataFrame,
    shocks: pd.DataFrame,
    *,
    sector: Annotated[str, ColumnOf("keys", ("shares", "shocks"))],
    share: Annotated[str, ColumnOf("numbers", ("shares",))] = "share",
    shock: Annotated[str, ColumnOf("numbers", ("shocks",))] = "shock",
    by_period: bool | None = None,
) -> RotembergWeights:
    """Compute α_k = g_k Σ_i s_ik D_i / Σ_k g_k Σ_i s_ik D_i and β_k = Σ_i s_ik Y_i / Σ_i s_ik D_i.

    Y and D are outcome and treatment freed of effects and controls. If shares identify the effect, a sector
    with a large weight must have a share that is as good as random; such sectors deserve their own checks.

    Parameters
    ----------
    specification, frame, shares, sector, share, by_period
        See `shift_share_inference`.
    shocks
        One row per sector (and period, as `by_period` says) with the column `shock`.

    Raises
    ------
    SpecificationError, MeasureError, EstimationError
        If specification, shares or shocks do not fit.

    References
    ----------
    Goldsmith-Pinkham, Sorkin & Swift (2020), "Bartik Instruments: What, When, Why, and How", American
    Economic Review, doi:10.1257/aer.20181047.

    Examples
    --------
    >>> import digimfg as dm, pandas as pd
    >>> shares = pd.DataFrame({"unit": list("aabbcc"), "sector": list("xyxyxy"), "share": [1, 0, 0.5, 0.5,
    ...     0.2, 0.8]})
    >>> shocks = pd.DataFrame({"sector": ["x", "y"], "shock": [1.0, 3.0]})
    >>> frame = pd.DataFrame({"unit": list("abc"), "b": [1.0, 2.0, 2.6], "y": [1.0, 2.5, 2.0]})
    >>> spec = dm.Specification("y", "b", entity="unit", covariance=dm.Robust())
    >>> float(dm.rotemberg_weights(spec, frame, shares, shocks,
    ...     sector="sector").table["weight"].sum().round(12))
    1.0
    """
    exposure = exposure_of(specification, frame, shares, sector=sector, share=share, by_period=by_period)
    shift = shocks_of(exposure, shocks, [shock])[:, 0]
    weighted = exposure.shares * exposure.root[:, None]
    treated, moved = weighted.T @ exposure.treatment, weighted.T @ exposure.outcome
    products = shift * treated
    weights = products / products.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.where(treated != 0, moved / treated, np.nan)
    estimate = float(np.sum(shift * moved) / products.sum())
    table = exposure.sectors.assign(weight=weights, estimate=slopes, shock=shift, mean_share=exposure.sizes)
    order = np.argsort(-np.abs(weights), kind="stable")
    mismatch = abs(estimate - exposure.estimate) / max(abs(exposure.estimate), 1e-300)
    statistics = {
        "negative_weight": float(weights[weights < 0].sum()),
        "top_5_weight": float(np.abs(weights[order[:5]]).sum() / np.abs(weights).sum()),
        "n_sectors": float(len(weights)),
        "mismatch": mismatch,
    }
    return RotembergWeights(
        table=table.iloc[order].reset_index(drop=True),
        estimate=estimate,
        statistics=statistics,
        notes=_notes(estimate, exposure.estimate, statistics),
    )


def _notes(estimate: float, instrumented: float, statistics: Mapping[str, float]) -> tuple[Text, ...]:
    notes = []
    if statistics["mismatch"] > 1e-6:
        notes.append(
            note_of("shift_share_design.instrument_not_the_sum", estimate=estimate, instrumented=instrumented)
        )
    if statistics["negative_weight"] < 0:
        notes.append(
            note_of("shift_share_design.negative_weights", negative_weight=statistics["negative_weight"])
        )
    notes.append(note_of("shift_share_design.concentrated_weights", value=100 * statistics["top_5_weight"]))
    return tuple(notes)
