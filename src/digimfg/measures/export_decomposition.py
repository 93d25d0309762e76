"""Gross exports split to the last unit: the 16 terms of Wang, Wei and Zhu, the 9 of Koopman, Wang and Wei."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.measures.contract import Gives, measure
from digimfg.measures.measurement import Measurement
from digimfg.measures.production_stages import domestic_inverse
from digimfg.notes import note_of
from digimfg.one_thread import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from digimfg.measures.input_output import InputOutputTable

    Array = NDArray[np.float64]

__all__ = ["KWW_TERMS", "WWZ_TERMS", "export_decomposition"]

# Terms T1–T16 of equation (37) in order. DVA domestic, RDV returned, DDC double-counted domestic value added;
# MVA, OVA the importer's and third countries' value added; MDC, ODC their double counting.
WWZ_TERMS: tuple[str, ...] = (
    "dva_final",
    "dva_intermediate",
    "dva_reexported_intermediate",
    "dva_reexported_final",
    "dva_reexported_further",
    "rdv_final",
    "rdv_final_third",
    "rdv_intermediate",
    "ddc_final",
    "ddc_intermediate",
    "mva_final",
    "mva_intermediate",
    "mdc",
    "ova_final",
    "ova_intermediate",
    "odc",
)

KWW_TERMS: dict[str, tuple[str, ...]] = {
    "dva_final": ("dva_final",),
    "dva_intermediate": ("dva_intermediate", "dva_reexported_intermediate"),
    "dva_reexported": ("dva_reexported_final", "dva_reexported_further"),
    "rdv_final": ("rdv_final", "rdv_final_third"),
    "rdv_intermediate": ("rdv_intermediate",),
    "ddc": ("ddc_final", "ddc_intermediate"),
    "fva_final": ("mva_final", "ova_final"),
    "fva_intermediate": ("mva_intermediate", "ova_intermediate"),
    "fdc": ("mdc", "odc"),
}


@measure("table", gaps="not read", gives={"gross_exports": Gives("as given", 0)})
@checked
def export_decomposition(
    table: InputOutputTable,
    terms: Literal["wwz", "kww"] = "wwz",
    level: Literal["bilateral", "sector", "country"] = "country",
) -> Measurement:
    """Decompose gross exports into value-added terms that add up exactly.

    For exports of s to r, with # the element-wise product, L the inverse of the domestic block and t a third
    country (Wang, Wei and Zhu 2013, equation 37):

    T1 (v_s B_ss)ᵀ # Y_sr; T2–T9 (v_s L_ss)ᵀ # A_sr × {B_rr Y_rr; Σ_t B_rt Y_tt; B_rr Σ_t Y_rt; Σ_t B_rt
    Σ_{u≠s,t} Y_tu; B_rr Y_rs; Σ_t B_rt Y_ts; B_rs Y_ss; B_rs Σ_{t≠s} Y_st}; T10 (v_s B_ss − v_s L_ss)ᵀ #
    A_sr X_r; T11–T13 (v_r B_rs)ᵀ # {Y_sr; A_sr L_rr Y_rr; A_sr L_rr E_r}; T14–T16 the same with Σ_{t≠s,r}
    v_t B_ts.

    The nine terms of Koopman, Wang and Wei (2014) are sums of these (table E2 of Wang, Wei and Zhu); they
    equal Koopman's own formulas at the level of countries.

    Parameters
    ----------
    table
        A balanced multi-region table.
    terms
        ``"wwz"``: sixteen terms; ``"kww"``: nine.
    level
        ``"bilateral"``: one row per exporter, exporting sector and importer; ``"sector"``: summed over
        importers; ``"country"``: summed over sectors too.

    Returns
    -------
    Measurement
        ``country [sector] [importer] gross_exports``, the terms, and ``net_taxes`` when the table shows
        taxes apart, all in the table's currency; terms (and taxes) add up to gross exports.

    References
    ----------
    Wang, Z., Wei, S.-J. and Zhu, K. (2013). NBER Working Paper 19677. https://doi.org/10.3386/w19677

    Koopman, R., Wang, Z. and Wei, S.-J. (2014). Tracing value-added and double counting in gross exports.
    American Economic Review 104(2), 459–494. https://doi.org/10.1257/aer.104.2.459

    Examples
    --------
    >>> from digimfg.measures.input_output import InputOutputTable
    >>> table = InputOutputTable(
    ...     transactions=[[20.0, 10.0], [10.0, 30.0]], final_demand=[[60.0, 10.0], [10.0, 50.0]],
    ...     countries=("A", "B"), sectors=("all",))
    >>> frame = export_decomposition(table, "kww").frame
    >>> frame[["dva_final", "dva_intermediate", "rdv_intermediate", "fva_final"]].round(3).values.tolist()
    [[8.909, 6.364, 0.955, 1.091], [8.727, 6.545, 0.779, 1.273]]
    >>> bool(np.allclose(frame.drop(columns=["country", "gross_exports"]).sum(axis=1), frame.gross_exports))
    True
    """
    values = {"gross_exports": table.bilateral_exports, **_terms(table)}
    if terms == "kww":
        sums = {name: sum((values[part] for part in parts), np.zeros(1)) for name, parts in KWW_TERMS.items()}
        values = {"gross_exports": values["gross_exports"], **sums, "net_taxes": values["net_taxes"]}
    if not table.net_taxes.any():
        values.pop("net_taxes")
    note = note_of("measures.double_counted")
    return Measurement(frame=_frame(table, values, level), notes=(note, *table.notes))


@one_thread
def _terms(table: InputOutputTable) -> dict[str, Array]:
    G, S = len(table.countries), len(table.sectors)
    own, home = table.country_of_row, table.domestic
    v, A, B = table.value_added_coefficients, table.technical_coefficients, table.leontief_inverse
    A_abroad = np.where(home[:, own], 0.0, A)
    B_home = np.where(home[:, own], B, 0.0)
    local = domestic_inverse(table)
    Y_abroad = table.final_exports
    Y_home = np.where(home, table.final_demand, 0.0)

    # (v_s B_ts) by country of origin, G × N; its own-country and local parts per row.
    VB = (v[:, None] * B).reshape(G, S, -1).sum(axis=1)
    VB_own = VB[own, np.arange(len(own))]
    VL = v @ local

    def through(of_source: Array) -> Array:
        # A_sr times a vector that depends on the source s: N × G × (s) folded to N × G (r).
        return table.by_country_of_column(A_abroad * of_source[:, own].T)

    consumed_at_home = B @ Y_home  # [j, t] = B_jt Y_tt
    shipped = B @ np.where(home, Y_abroad.sum(axis=1)[:, None], 0.0)  # [j, t] = B_jt Σ_u Y_tu
    returning_direct = B_home @ Y_abroad  # [j in r, s] = B_rr Y_rs
    returning = B @ Y_abroad - returning_direct  # [j in r, s] = Σ_{t≠r} B_rt Y_ts
    rows = np.arange(len(own))

    def elsewhere(matrix: Array) -> Array:
        rest: Array = matrix.sum(axis=1, keepdims=True) - matrix[rows, own][:, None] - matrix
        return rest

    home_use = consumed_at_home[rows, own][:, None] * np.ones(G)
    re_final = (B_home @ Y_abroad.sum(axis=1))[:, None] - returning_direct
    inside = {
        "dva_intermediate": home_use,
        "dva_reexported_intermediate": elsewhere(consumed_at_home),
        "dva_reexported_final": re_final,
        "dva_reexported_further": elsewhere(shipped) - returning,
        "rdv_final": returning_direct,
        "rdv_final_third": returning,
        "rdv_intermediate": consumed_at_home,
        "ddc_final": shipped,
    }
    result = {"dva_final": VB_own[:, None] * Y_abroad}
    result |= {name: VL[:, None] * through(of_source) for name, of_source in inside.items()}
    result["ddc_intermediate"] = (VB_own - VL)[:, None] * table.by_country_of_column(A_abroad * table.output)

    flows = {
        "final": Y_abroad,
        "intermediate": table.by_country_of_column(A_abroad * (local @ Y_home.sum(axis=1))),
        "double": table.by_country_of_column(A_abroad * (local @ table.exports)),
    }
    importer = VB.T
    third = VB.sum(axis=0)[:, None] - VB_own[:, None] - importer
    for origin, share in (("m", importer), ("o", third)):
        result[f"{origin}va_final"] = share * flows["final"]
        result[f"{origin}va_intermediate"] = share * flows["intermediate"]
        result[f"{origin}dc"] = share * flows["double"]
    ordered = {name: result[name] for name in WWZ_TERMS}
    produced = np.where(table.output > 0, table.output, 1.0)
    ordered["net_taxes"] = ((table.net_taxes / produced) @ B)[:, None] * table.bilateral_exports
    return ordered


def _frame(table: InputOutputTable, values: dict[str, Array], level: str) -> pd.DataFrame:
    import pandas as pd

    if level == "bilateral":
        importers = len(table.countries)
        keys = {name: np.repeat(labels, importers) for name, labels in table.keys().items()}
        keys["importer"] = np.tile(np.array(table.countries), len(table.labels))
        frame = pd.DataFrame({**keys, **{name: array.ravel() for name, array in values.items()}})
        return frame[frame["country"] != frame["importer"]].reset_index(drop=True)
    by_sector = {name: array.sum(axis=1) for name, array in values.items()}
    if level == "sector":
        return pd.DataFrame({**table.keys(), **by_sector})
    summed = {name: table.by_country_of_column(array) for name, array in by_sector.items()}
    return pd.DataFrame({"country": list(table.countries), **summed})
