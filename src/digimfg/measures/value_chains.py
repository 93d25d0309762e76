"""Places in global value chains: value added in exports, participation, position, upstreamness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.measures.contract import Gives, measure
from digimfg.measures.measurement import Measurement
from digimfg.measures.value_chain_frame import (
    Level,
    net_taxes_note,
    no_exports_note,
    share_of,
    value_chain_frame,
)
from digimfg.one_thread import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from digimfg.measures.input_output import InputOutputTable

    Array = NDArray[np.float64]

__all__ = [
    "gvc_participation",
    "gvc_position",
    "value_added_exports",
    "value_added_origins",
]


@measure("table", gaps="not read", gives={"": Gives("as given")})
@checked
def value_added_origins(table: InputOutputTable) -> Array:
    """Return where the value added in every sector's exports comes from (the Leontief decomposition).

    v̂ B ê: element (i, j) is the value added of sector i that is embodied in the gross exports of sector j.

    Parameters
    ----------
    table
        A balanced multi-region table.

    Returns
    -------
    numpy.ndarray
        N × N in the table's currency, rows and columns as ``table.labels``. Columns add up to gross exports
        less the net taxes embodied in them.

    References
    ----------
    Wang, Z., Wei, S.-J. and Zhu, K. (2013). Quantifying international production sharing at the bilateral and
    sector levels. NBER Working Paper 19677. https://doi.org/10.3386/w19677

    Examples
    --------
    >>> from digimfg.measures.input_output import InputOutputTable
    >>> table = InputOutputTable(
    ...     transactions=[[20.0, 10.0], [10.0, 30.0]], final_demand=[[60.0, 10.0], [10.0, 50.0]],
    ...     countries=("A", "B"), sectors=("all",))
    >>> value_added_origins(table).round(3)
    array([[17.818,  2.545],
           [ 2.182, 17.455]])
    """
    origins: Array = table.value_added_coefficients[:, None] * table.leontief_inverse * table.exports[None, :]
    return origins


@measure(
    "table",
    gaps="not read",
    gives={
        "domestic_value_added_share": Gives("ratio", direction=1),
        "foreign_value_added_share": Gives("ratio", 0),
    },
)
@checked
def value_added_exports(table: InputOutputTable, level: Level = "sector") -> Measurement:
    """Split gross exports into domestic value added, foreign value added and net taxes.

    For exporter s: DVA = v_s B_ss E_s and FVA = Σ_{r≠s} v_r B_rs E_s (Koopman, Powers, Wang and Wei 2010),
    so that DVA + FVA + taxes = E. Both contain what is counted twice at borders; `export_decomposition`
    separates it.

    Parameters
    ----------
    table
        A balanced multi-region table. When it shows net taxes apart they are in neither part; pass
        ``table.taxes_as_value_added()`` for shares that sum to one.
    level
        ``"sector"``: one row per country and exporting sector; ``"country"``: their sums.

    Returns
    -------
    Measurement
        ``country [sector] gross_exports domestic_value_added foreign_value_added net_taxes`` in the table's
        currency and ``domestic_value_added_share foreign_value_added_share`` of gross exports in [0, 1]
        (negative value added can break the bounds); missing where nothing is exported.

    References
    ----------
    Koopman, R., Powers, W., Wang, Z. and Wei, S.-J. (2010). Give credit where credit is due: tracing value
    added in global production chains. NBER Working Paper 16426. https://doi.org/10.3386/w16426

    Examples
    --------
    >>> from digimfg.measures.input_output import InputOutputTable
    >>> table = InputOutputTable(
    ...     transactions=[[20.0, 10.0], [10.0, 30.0]], final_demand=[[60.0, 10.0], [10.0, 50.0]],
    ...     countries=("A", "B"), sectors=("all",))
    >>> value_added_exports(table).frame.domestic_value_added.round(3).tolist()
    [17.818, 17.455]
    """
    domestic, foreign, taxes = _contents_per_unit(table)
    frame = value_chain_frame(
        table,
        {
            "gross_exports": table.exports,
            "domestic_value_added": domestic * table.exports,
            "foreign_value_added": foreign * table.exports,
            "net_taxes": taxes * table.exports,
        },
        level,
    )
    for part in ("domestic_value_added", "foreign_value_added"):
        frame[f"{part}_share"] = share_of(frame[part], frame["gross_exports"])
    return Measurement(frame=frame, notes=(*table.notes, *net_taxes_note(table), *no_exports_note(frame)))


@measure(
    "table",
    gaps="not read",
    gives={
        "forward_participation": Gives("ratio", 0, direction=1),
        "backward_participation": Gives("ratio", 0, direction=1),
        "position": Gives("log", direction=1),
    },
)
@checked
def gvc_participation(table: InputOutputTable, level: Level = "country") -> Measurement:
    """Return Koopman's GVC participation and position.

    IV_s = Σ_{r≠s} v_s B_sr E_r, the value added of s in the exports of others (forward), and
    FV_s = Σ_{r≠s} v_r B_rs E_s, the value added of others in the exports of s (backward):

    participation = IV/E + FV/E,  position = ln(1 + IV/E) − ln(1 + FV/E).

    Parameters
    ----------
    table
        A balanced multi-region table. Net taxes shown apart belong to neither side.
    level
        ``"country"``: totals of a country; ``"sector"``: IV by the sector where the value is added, FV by the
        exporting sector, both over that sector's exports, so that forward participation may exceed one.

    Returns
    -------
    Measurement
        ``country [sector] gross_exports indirect_value_added foreign_value_added`` and the ratios
        ``forward_participation backward_participation participation position``; missing where nothing is
        exported. Position is above zero upstream, below zero downstream.

    References
    ----------
    Koopman, R., Powers, W., Wang, Z. and Wei, S.-J. (2010). NBER Working Paper 16426.
    https://doi.org/10.3386/w16426

    Examples
    --------
    >>> from digimfg.measures.input_output import InputOutputTable
    >>> table = InputOutputTable(
    ...     transactions=[[20.0, 10.0], [10.0, 30.0]], final_demand=[[60.0, 10.0], [10.0, 50.0]],
    ...     countries=("A", "B"), sectors=("all",))
    >>> gvc_participation(table).frame[["participation", "position"]].round(4).values.tolist()
    [[0.2364, 0.0163], [0.2364, -0.0163]]
    """
    multiplied = table.leontief_inverse * table.exports[None, :]
    abroad = multiplied.sum(axis=1) - _own_block_sum(table, multiplied)
    _, foreign, _ = _contents_per_unit(table)
    frame = value_chain_frame(
        table,
        {
            "gross_exports": table.exports,
            "indirect_value_added": table.value_added_coefficients * abroad,
            "foreign_value_added": foreign * table.exports,
        },
        level,
    )
    forward = share_of(frame["indirect_value_added"], frame["gross_exports"])
    backward = share_of(frame["foreign_value_added"], frame["gross_exports"])
    frame["forward_participation"] = forward
    frame["backward_participation"] = backward
    frame["participation"] = forward + backward
    frame["position"] = np.log1p(forward) - np.log1p(backward)
    return Measurement(frame=frame, notes=(*table.notes, *net_taxes_note(table), *no_exports_note(frame)))


@measure("table", gaps="not read", gives={"": Gives("log", direction=1)})
@checked
def gvc_position(table: InputOutputTable, level: Level = "country") -> pd.Series[float]:
    """Return Koopman's GVC position alone, ln(1 + IV/E) − ln(1 + FV/E).

    Parameters
    ----------
    table
        A balanced multi-region table.
    level
        ``"country"`` or ``"sector"``, as for `gvc_participation`.

    Returns
    -------
    pandas.Series
        Indexed by country, or by country and sector; missing where nothing is exported.

    References
    ----------
    Koopman, R., Powers, W., Wang, Z. and Wei, S.-J. (2010). NBER Working Paper 16426.
    https://doi.org/10.3386/w16426

    Examples
    --------
    >>> from digimfg.measures.input_output import InputOutputTable
    >>> table = InputOutputTable(
    ...     transactions=[[20.0, 10.0], [10.0, 30.0]], final_demand=[[60.0, 10.0], [10.0, 50.0]],
    ...     countries=("A", "B"), sectors=("all",))
    >>> gvc_position(table).round(4).to_dict()
    {'A': 0.0163, 'B': -0.0163}
    """
    frame = gvc_participation(table, level).frame
    keys = ["country"] if level == "country" else ["country", "sector"]
    position: pd.Series[float] = frame.set_index(keys)["position"]
    return position


@one_thread
def _contents_per_unit(table: InputOutputTable) -> tuple[Array, Array, Array]:
    v = table.value_added_coefficients
    every = v @ table.leontief_inverse
    size = len(table.sectors)
    domestic = np.empty_like(every)
    for start in range(0, len(every), size):
        block = slice(start, start + size)
        domestic[block] = v[block] @ table.leontief_inverse[block, block]
    taxes = np.where(table.output > 0, table.net_taxes / np.where(table.output > 0, table.output, 1.0), 0.0)
    return domestic, every - domestic, taxes @ table.leontief_inverse


def _own_block_sum(table: InputOutputTable, matrix: Array) -> Array:
    total: Array = np.take_along_axis(
        table.by_country_of_column(matrix), table.country_of_row[:, None], axis=1
    )[:, 0]
    return total
