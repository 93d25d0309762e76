"""Stages of production: GVC participation in production, upstreamness and downstreamness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.measures.contract import SHARE, Gives, measure
from digimfg.measures.measurement import Measurement
from digimfg.measures.value_chain_frame import Level, net_taxes_note, share_of, value_chain_frame
from digimfg.one_thread import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digimfg.measures.input_output import InputOutputTable

    Array = NDArray[np.float64]

__all__ = ["domestic_inverse", "production_participation", "upstreamness"]


@measure("table", gaps="not read", gives={"forward_gvc": SHARE, "backward_gvc": SHARE})
@checked
@one_thread
def production_participation(table: InputOutputTable, level: Level = "sector") -> Measurement:
    """Return GVC participation in production: forward as a share of value added, backward of final goods.

    Value added splits by v̂BŶ = v̂LŶ^D + v̂LŶ^F + v̂LA^F L Ŷ^D + v̂LA^F(BŶ − LŶ^D), L the inverse of the
    domestic blocks: domestic use, traditional final trade, simple GVC (one border crossing for production),
    complex GVC (more). Rows, over value added, are the forward measure; columns, over final goods produced,
    the backward one.

    Parameters
    ----------
    table
        A balanced multi-region table.
    level
        ``"sector"`` or ``"country"``.

    Returns
    -------
    Measurement
        ``country [sector] value_added final_goods`` in the table's currency and the shares in [0, 1]
        ``forward_simple forward_complex forward_gvc backward_simple backward_complex backward_gvc``; missing
        where the denominator is zero. Net taxes shown apart lower the backward shares.

    References
    ----------
    Wang, Z., Wei, S.-J., Yu, X. and Zhu, K. (2017). Measures of participation in global value chains and
    global business cycles. NBER Working Paper 23222. https://doi.org/10.3386/w23222

    Examples
    --------
    >>> from digimfg.measures.input_output import InputOutputTable
    >>> table = InputOutputTable(
    ...     transactions=[[20.0, 10.0], [10.0, 30.0]], final_demand=[[60.0, 10.0], [10.0, 50.0]],
    ...     countries=("A", "B"), sectors=("all",))
    >>> production_participation(table).frame[["forward_gvc", "backward_gvc"]].round(4).values.tolist()
    [[0.125, 0.125], [0.1429, 0.1429]]
    """
    v = table.value_added_coefficients
    local = domestic_inverse(table)
    same = table.domestic[:, table.country_of_row]
    abroad = np.where(same, 0.0, table.technical_coefficients)
    at_home = np.where(table.domestic, table.final_demand, 0.0).sum(axis=1)
    final = table.final_demand.sum(axis=1)
    carried = (v[:, None] * local) @ abroad
    simple = carried @ local
    every = carried @ table.leontief_inverse
    frame = value_chain_frame(
        table,
        {
            "value_added": table.value_added,
            "final_goods": final,
            "forward_simple": simple @ at_home,
            "forward_gvc": every @ final,
            "backward_simple": simple.sum(axis=0) * at_home,
            "backward_gvc": every.sum(axis=0) * final,
        },
        level,
    )
    for side, whole in (("forward", "value_added"), ("backward", "final_goods")):
        for part in ("simple", "gvc"):
            frame[f"{side}_{part}"] = share_of(frame[f"{side}_{part}"], frame[whole])
        frame[f"{side}_complex"] = frame[f"{side}_gvc"] - frame[f"{side}_simple"]
    keys = ["country"] if level == "country" else ["country", "sector"]
    parts = [f"{side}_{part}" for side in ("forward", "backward") for part in ("simple", "complex", "gvc")]
    return Measurement(
        frame=frame[[*keys, "value_added", "final_goods", *parts]],
        notes=(*table.notes, *net_taxes_note(table)),
    )


@one_thread
def domestic_inverse(table: InputOutputTable) -> Array:
    """Return L, the inverse of I − A with only the domestic blocks of A; zero outside them.

    Examples
    --------
    >>> from digimfg.measures.input_output import InputOutputTable
    >>> table = InputOutputTable(
    ...     transactions=[[20.0, 10.0], [10.0, 30.0]], final_demand=[[60.0, 10.0], [10.0, 50.0]],
    ...     countries=("A", "B"), sectors=("all",))
    >>> domestic_inverse(table).round(4)
    array([[1.25  , 0.    ],
           [0.    , 1.4286]])
    """
    size = len(table.sectors)
    local = np.zeros_like(table.technical_coefficients)
    for start in range(0, len(table.labels), size):
        block = slice(start, start + size)
        local[block, block] = np.linalg.inv(np.eye(size) - table.technical_coefficients[block, block])
    return local


@measure(
    "table",
    gaps="not read",
    gives={"upstreamness": Gives("ratio", direction=1), "downstreamness": Gives("ratio", direction=1)},
)
@checked
@one_thread
def upstreamness(table: InputOutputTable) -> Measurement:
    """Return how many stages lie between a sector and final use, and between it and primary inputs.

    U = (I − Δ)⁻¹ι with δ_ij = z_ij / x_i, the share of i's output that j buys (Antràs, Chor, Fally and
    Hillberry 2012; in a world table no correction for trade is needed), and downstreamness D = (I − Aᵀ)⁻¹ι.

    Parameters
    ----------
    table
        A balanced multi-region table.

    Returns
    -------
    Measurement
        ``country sector output upstreamness downstreamness``, both at least 1 (all output to final use; all
        inputs primary) unless inventories make final demand negative; missing for sectors without output.

    References
    ----------
    Antràs, P., Chor, D., Fally, T. and Hillberry, R. (2012). Measuring the upstreamness of production and
    trade flows. American Economic Review 102(3), 412–416. https://doi.org/10.1257/aer.102.3.412

    Examples
    --------
    >>> from digimfg.measures.input_output import InputOutputTable
    >>> table = InputOutputTable(
    ...     transactions=[[0.0, 50.0], [0.0, 0.0]], final_demand=[[0.0, 0.0], [0.0, 100.0]],
    ...     countries=("A", "B"), sectors=("all",))
    >>> upstreamness(table).frame.upstreamness.tolist()
    [2.0, 1.0]
    """
    # Δ = x̂⁻¹ A x̂, so that (I − Δ)⁻¹ι = x̂⁻¹ B x.
    produced = table.output > 0
    weighted = table.leontief_inverse @ table.output
    frame = value_chain_frame(table, {"output": table.output}, "sector")
    frame["upstreamness"] = np.where(produced, weighted / np.where(produced, table.output, 1.0), np.nan)
    frame["downstreamness"] = np.where(produced, table.leontief_inverse.sum(axis=0), np.nan)
    return Measurement(frame=frame, notes=table.notes)
