"""Industrial structure at one date: rationalization, deviation, advancement, hierarchy."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.measures.contract import Gives, measure
from digimfg.measures.indicators import first_rows
from digimfg.measures.structure_rows import BySector, Sectors, one_row, read_sectors, same_sectors, shares
from digimfg.text import Text

__all__ = ["structure_advancement", "structure_deviation", "structure_hierarchy", "theil_rationalization"]

_OUTPUT = Text("output by sector", "分部门产出")
_EMPLOYMENT = Text("employment by sector", "分部门就业")
_STRUCTURE = Text("shares by sector", "分部门比重")


@measure("output", "employment", gaps="carried", gives={"": Gives("index", 0, direction=-1)})
@checked
def theil_rationalization(output: BySector, employment: BySector) -> Any:
    """Return the Theil index of structural rationalization, TL = Σ_k (Y_k/Y) ln[(Y_k/L_k)/(Y/L)].

    TL ≥ 0; 0 where every sector has the same productivity. A low value is good: as an outcome enter -TL, and
    say so.

    Parameters
    ----------
    output, employment
        Amounts or shares by sector: one vector, or one per row of an array or a frame (then aligned by
        labels). A sector without output adds 0 (0 · ln 0 = 0). A missing amount makes its row missing.

    Returns
    -------
    float, Series or array
        As the input: one value per row.

    Raises
    ------
    MeasureError
        If amounts are negative, totals are zero, a sector with output has no employment, or labels differ.

    References
    ----------
    干春晖、郑若谷、余典范 (2011). 中国产业结构变迁对经济增长和波动的影响. 经济研究, 46(5), 4-16, 31.

    Examples
    --------
    >>> round(theil_rationalization([10, 45, 45], [30, 30, 40]), 7)
    0.1256004
    """
    produced, y, ratio = _relative_productivity(output, employment)
    logarithms = np.log(np.where(ratio > 0, ratio, 1.0))
    terms = np.where(np.isnan(ratio), np.nan, y * logarithms)
    return produced.answer(terms.sum(axis=1), "theil_rationalization")


@measure("output", "employment", gaps="carried", gives={"": Gives("index", 0, direction=1)})
@checked
def structure_deviation(
    output: BySector,
    employment: BySector,
    weighting: Literal["output", "equal"] = "output",
) -> Any:
    """Return the structural deviation of output from employment, E = Σ_k y_k abs(y_k/l_k - 1).

    y, l are shares of output and employment; E ≥ 0, and 0 where they are the same.

    Parameters
    ----------
    output, employment
        See `theil_rationalization`; a missing amount makes its row missing.
    weighting
        ``"output"``: each sector weighs with its share y_k; ``"equal"``: E = Σ_k abs(y_k/l_k - 1), the
        classic form, in which a tiny sector counts like a large one.

    Returns
    -------
    float, Series or array
        As the input.

    Raises
    ------
    MeasureError
        As `theil_rationalization`.

    References
    ----------
    干春晖、郑若谷、余典范 (2011). 中国产业结构变迁对经济增长和波动的影响. 经济研究, 46(5), 4-16, 31 (the
    classic form).

    Examples
    --------
    >>> round(structure_deviation([10, 45, 45], [30, 30, 40]), 7)
    0.3479167
    >>> round(structure_deviation([10, 45, 45], [30, 30, 40], "equal"), 7)
    1.2916667
    """
    produced, y, ratio = _relative_productivity(output, employment)
    gaps = np.abs(ratio - 1.0)
    terms = y * gaps if weighting == "output" else gaps
    return produced.answer(terms.sum(axis=1), "structure_deviation")


@measure("structure", gaps="carried", gives={"": Gives("index", 0, direction=1)})
@checked
def structure_advancement(structure: BySector) -> Any:
    """Return the advancement of structure by angles (付凌晖 2010), W = Σ_{k=1}^{n} Σ_{j=1}^{k} θ_j.

    θ_j is the angle between the shares x and the j-th axis, θ_j = arccos(x_j/‖x‖), sectors ordered from low
    to high; for three sectors W = 3θ₁ + 2θ₂ + θ₃. W grows as shares move to higher sectors.

    Parameters
    ----------
    structure
        Shares or amounts by sector, low to high (angles do not depend on the total): one vector, or one per
        row. A missing amount makes its row missing.

    Returns
    -------
    float, Series or array
        Radians, as the input.

    Raises
    ------
    MeasureError
        If amounts are negative or totals are zero.

    References
    ----------
    付凌晖 (2010). 我国产业结构高级化与经济增长关系的实证研究. 统计研究, 27(8), 79-81.

    Examples
    --------
    >>> round(structure_advancement([0.10, 0.45, 0.45]), 7)
    6.6371504
    """
    sectors = read_sectors(structure, _STRUCTURE)
    x = sectors.amounts
    squares = x**2
    size = x.shape[1]
    total = np.zeros(len(x))
    for j in range(size):
        others = np.sqrt(np.delete(squares, j, axis=1).sum(axis=1))
        total += (size - j) * np.arctan2(others, x[:, j])
    return sectors.answer(total, "structure_advancement")


@measure("structure", gaps="carried", gives={"": Gives("index", 0, direction=1)})
@checked
def structure_hierarchy(structure: BySector, levels: BySector | None = None) -> Any:
    """Return the hierarchy coefficient of structure, Σ_k level_k y_k with y the shares.

    Parameters
    ----------
    structure
        Shares or amounts by sector, low to high: one vector, or one per row. A missing amount makes its row
        missing.
    levels
        Level of each sector, 1 … k by default; give relative labour productivities (one vector, or one per
        row) for the productivity-weighted form Σ y_k LP_k.

    Returns
    -------
    float, Series or array
        In [1, k] with default levels, as the input.

    Raises
    ------
    MeasureError
        If amounts are negative, totals are zero, or levels do not match the sectors.

    References
    ----------
    徐敏、姜勇 (2015). 中国产业结构升级能缩小城乡消费差距吗? 数量经济技术经济研究, 32(3), 3-21 (levels 1, 2,
    3).

    Examples
    --------
    >>> round(structure_hierarchy([0.10, 0.45, 0.45]), 10)
    2.35
    """
    sectors = read_sectors(structure, _STRUCTURE)
    y = shares(sectors)
    if levels is None:
        scale = np.broadcast_to(np.arange(1.0, y.shape[1] + 1.0), y.shape)
    else:
        given = read_sectors(levels, Text("levels of the sectors", "部门层次"))
        rows = one_row(sectors) if given.single else sectors
        scale = np.broadcast_to(same_sectors(rows, given).amounts, y.shape)
    return sectors.answer((scale * y).sum(axis=1), "structure_hierarchy")


def _relative_productivity(output: Any, employment: Any) -> tuple[Sectors, Any, Any]:
    """Return output, its shares y, and y/l; 0 where a sector has neither output nor employment."""
    produced = read_sectors(output, _OUTPUT)
    employed = same_sectors(produced, read_sectors(employment, _EMPLOYMENT))
    y, labour = shares(produced), shares(employed)
    idle = (labour == 0) & (y > 0)
    if idle.any():
        raise MeasureError.of(
            "measures.no_employment",
            where=_EMPLOYMENT,
            first_rows=first_rows(produced.rows, idle.any(axis=1)),
        )
    return produced, y, np.where(labour == 0, y, y / np.where(labour == 0, 1.0, labour))
