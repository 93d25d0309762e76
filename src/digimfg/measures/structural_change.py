"""Structural change between two dates: Moore, Lilien, and two shift-share decompositions."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.measures.contract import Gives, measure
from digimfg.measures.indicators import first_rows
from digimfg.measures.structure_rows import BySector, Sectors, one_row, read_sectors, same_sectors, shares
from digimfg.text import Text

__all__ = ["lilien_index", "moore_index", "regional_shift_share", "shift_share"]

Floats = NDArray[np.float64]

_BEFORE = Text("the sectors before", "基期分部门数额")
_AFTER = Text("the sectors after", "报告期分部门数额")


@measure("before", "after", gaps="carried", gives={"": Gives("ratio", 0)})
@checked
def moore_index(
    before: BySector,
    after: BySector,
    unit: Literal["cosine", "radians", "degrees"] = "cosine",
) -> Any:
    """Return the Moore index of structural change, M = Σ w_t w_{t+1} / (‖w_t‖ ‖w_{t+1}‖), or its angle θ =
    arccos M.

    Parameters
    ----------
    before, after
        Shares or amounts by sector at two dates: one vector each, or one per row of arrays or frames
        (aligned by labels). A missing amount makes its row missing, so that
        ``moore_index(frame.groupby("country").shift(), frame)`` serves a sorted panel without gaps.
    unit
        ``"cosine"``: M in [0, 1], 1 where nothing changed; ``"radians"`` or ``"degrees"``: θ, 0 where
        nothing changed.

    Returns
    -------
    float, Series or array
        As the input.

    Raises
    ------
    MeasureError
        If amounts are negative, totals are zero, or shapes or labels differ.

    References
    ----------
    Moore, J. H. (1978). A measure of structural change in output. Review of Income and Wealth, 24(1),
    105-118. https://doi.org/10.1111/j.1475-4991.1978.tb00034.x

    Examples
    --------
    >>> before, after = [0.10, 0.45, 0.45], [0.07, 0.40, 0.53]
    >>> round(moore_index(before, after), 7), round(moore_index(before, after, "degrees"), 4)
    (0.9892487, 8.4093)
    """
    first, second = _pair(before, after)
    old = first.amounts / np.sqrt((first.amounts**2).sum(axis=1, keepdims=True))
    new = second.amounts / np.sqrt((second.amounts**2).sum(axis=1, keepdims=True))
    if unit == "cosine":
        return first.answer(np.minimum((old * new).sum(axis=1), 1.0), "moore_index")
    apart = np.sqrt(((old - new) ** 2).sum(axis=1))
    along = np.sqrt(((old + new) ** 2).sum(axis=1))
    angle = 2.0 * np.arctan2(apart, along)
    return first.answer(np.degrees(angle) if unit == "degrees" else angle, "moore_angle")


@measure("before", "after", gaps="carried", gives={"": Gives("log", 0, direction=1)})
@checked
def lilien_index(
    before: BySector,
    after: BySector,
    share: Literal["after", "before", "mean"] = "after",
) -> Any:
    """Return the Lilien index, σ = √(Σ_k s_k (Δln x_k - Δln X)²), the dispersion of sectors' growth.

    Parameters
    ----------
    before, after
        Amounts (employment, output) by sector at two dates, not shares of different totals: one vector each,
        or one per row. A missing amount makes its row missing.
    share
        Weights s: shares ``"after"`` as in the source, ``"before"``, or their ``"mean"`` (which treats both
        dates alike).

    Returns
    -------
    float, Series or array
        ≥ 0, 0 where all sectors grow alike; as the input.

    Raises
    ------
    MeasureError
        If an amount is not positive, or shapes or labels differ.

    References
    ----------
    Lilien, D. M. (1982). Sectoral shifts and cyclical unemployment. Journal of Political Economy, 90(4),
    777-793. https://doi.org/10.1086/261088

    Examples
    --------
    >>> round(lilien_index([50.0, 50.0], [50.0, 100.0]), 6)
    0.331624
    """
    first, second = _pair(before, after, positive=True)
    growth = np.log(second.amounts / first.amounts)
    total = np.log(second.amounts.sum(axis=1) / first.amounts.sum(axis=1))
    weights = {
        "after": shares(second),
        "before": shares(first),
        "mean": (shares(first) + shares(second)) / 2.0,
    }[share]
    variance = (weights * (growth - total[:, None]) ** 2).sum(axis=1)
    return first.answer(np.sqrt(variance), "lilien_index")


@measure(
    "output_before",
    "employment_before",
    "output_after",
    "employment_after",
    gaps="carried",
    gives={"": Gives("as given")},
)
@checked
def shift_share(
    output_before: BySector,
    employment_before: BySector,
    output_after: BySector,
    employment_after: BySector,
    *,
    by_sector: bool = False,
) -> pd.Series | pd.DataFrame:
    """Decompose the change of labour productivity into within, static-shift and dynamic-shift terms that add
    up.

    With p_k = Y_k/L_k, s_k = L_k/L, P = Y/L: P¹ - P⁰ = Σ s⁰_k Δp_k (within) + Σ Δs_k p⁰_k (static shift) + Σ
    Δs_k Δp_k (dynamic shift: labour moves to where productivity grows, or away from it).

    Parameters
    ----------
    output_before, employment_before, output_after, employment_after
        Amounts by sector: one vector each, or one per row of arrays or frames (aligned by labels). A missing
        amount makes its row missing.
    by_sector
        For single vectors: the terms of every sector, one row each.

    Returns
    -------
    Series or DataFrame
        ``within static_shift dynamic_shift change`` in units of P, and ``within_growth static_growth
        dynamic_growth growth`` over P⁰; a Series for single vectors, one row per unit for arrays and frames.

    Raises
    ------
    MeasureError
        If amounts are negative, employment is not positive, or shapes or labels differ.

    References
    ----------
    Fabricant, S. (1942). Employment in manufacturing, 1899-1939. NBER.
    Timmer, M. P. and Szirmai, A. (2000). Productivity growth in Asian manufacturing: the structural bonus
    hypothesis examined. Structural Change and Economic Dynamics, 11(4), 371-392.

    Examples
    --------
    >>> terms = shift_share([10, 40], [50, 50], [12, 63], [40, 60])
    >>> terms[["within", "static_shift", "dynamic_shift", "change"]].round(6).tolist()
    [0.175, 0.06, 0.015, 0.25]
    """
    y0 = read_sectors(output_before, Text("output before", "基期产出"))
    l0 = same_sectors(
        y0, read_sectors(employment_before, Text("employment before", "基期就业"), positive=True)
    )
    y1 = same_sectors(y0, read_sectors(output_after, Text("output after", "报告期产出")))
    l1 = same_sectors(
        y0, read_sectors(employment_after, Text("employment after", "报告期就业"), positive=True)
    )
    p0, p1 = y0.amounts / l0.amounts, y1.amounts / l1.amounts
    s0, s1 = shares(l0), shares(l1)
    level = y0.amounts.sum(axis=1) / l0.amounts.sum(axis=1)
    terms = {
        "within": s0 * (p1 - p0),
        "static_shift": (s1 - s0) * p0,
        "dynamic_shift": (s1 - s0) * (p1 - p0),
        "change": s1 * p1 - s0 * p0,
    }
    growth = {"within": "within_growth", "static_shift": "static_growth", "dynamic_shift": "dynamic_growth"}
    growth["change"] = "growth"
    return _terms(
        y0, terms, {growth[name]: values / level[:, None] for name, values in terms.items()}, by_sector
    )


@measure(
    "region_before",
    "region_after",
    "reference_before",
    "reference_after",
    gaps="carried",
    gives={"": Gives("as given")},
)
@checked
def regional_shift_share(
    region_before: BySector,
    region_after: BySector,
    reference_before: BySector,
    reference_after: BySector,
    *,
    by_sector: bool = False,
) -> pd.Series | pd.DataFrame:
    """Decompose a region's growth into reference growth, industry mix and competitive shift, which add up.

    Δx_k = x_k G (reference) + x_k (G_k - G) (mix) + x_k (g_k - G_k) (competitive), with g_k the growth rate
    of sector k in the region, G_k in the reference area and G that of the whole reference area.

    Parameters
    ----------
    region_before, region_after
        Amounts of the region by sector: one vector each, or one per row (a region each). A missing amount
        makes its row missing.
    reference_before, reference_after
        Amounts of the reference area by sector, one vector each.
    by_sector
        For a single region: the terms of every sector, one row each.

    Returns
    -------
    Series or DataFrame
        ``reference mix competitive change`` in units of x; a Series for one region, one row per region
        otherwise.

    Raises
    ------
    MeasureError
        If amounts are negative, a reference sector is zero before, or shapes or labels differ.

    References
    ----------
    Dunn, E. S. (1960). A statistical and analytical technique for regional analysis. Papers in Regional
    Science, 6(1), 97-112.

    Examples
    --------
    >>> terms = regional_shift_share([100.0, 50.0], [130.0, 50.0], [1000.0, 1000.0], [1100.0, 1300.0])
    >>> terms.round(10).tolist()
    [30.0, -5.0, 5.0, 30.0]
    """
    before = read_sectors(region_before, Text("the region before", "地区基期"))
    after = same_sectors(before, read_sectors(region_after, Text("the region after", "地区报告期")))
    area_before = _reference(
        before, reference_before, Text("the reference area before", "参照区基期"), positive=True
    )
    area_after = _reference(before, reference_after, Text("the reference area after", "参照区报告期"))
    x = before.amounts
    overall = area_after.sum() / area_before.sum() - 1.0
    sector = area_after / area_before - 1.0
    terms = {
        "reference": x * overall,
        "mix": x * (sector - overall),
        "competitive": after.amounts - x * (1.0 + sector),
        "change": after.amounts - x,
    }
    return _terms(before, terms, {}, by_sector)


def _pair(before: Any, after: Any, *, positive: bool = False) -> tuple[Sectors, Sectors]:
    first = read_sectors(before, _BEFORE, positive=positive)
    return first, same_sectors(first, read_sectors(after, _AFTER, positive=positive))


def _reference(region: Sectors, data: Any, name: Text, *, positive: bool = False) -> Floats:
    area = read_sectors(data, name, positive=positive)
    aligned: Floats = same_sectors(one_row(region), area).amounts[0]
    return aligned


def _terms(
    sectors: Sectors, terms: dict[str, Floats], relative: dict[str, Floats], by_sector: bool
) -> pd.Series | pd.DataFrame:
    every = {**terms, **relative}
    if by_sector:
        if not sectors.single:
            raise MeasureError.of(
                "measures.several_units_by_sector",
                rows=first_rows(sectors.rows, np.ones(len(sectors.rows), bool)),
            )
        return pd.DataFrame({name: values[0] for name, values in every.items()}, index=sectors.sectors)
    totals = pd.DataFrame({name: values.sum(axis=1) for name, values in every.items()}, index=sectors.index)
    return totals.iloc[0].rename(None) if sectors.single else totals
