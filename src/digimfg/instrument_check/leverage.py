"""How much of the first stage comes from each unit and each period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.instrument_check.finding import InstrumentFinding
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.instrumental.data import Instrumented

__all__ = ["leverage_findings", "leverage_of", "leverage_table"]

Floats = NDArray[np.float64]

_LARGE = {"unit": 0.25, "period": 0.5}


def leverage_table(data: Instrumented) -> pd.DataFrame:
    """Return the part of each unit and period in the first stage.

    With f the fitted treatment (by the instruments, freed of everything else): ``leverage`` is the share of
    Σf² and ``first_stage`` that of Σ f D; ``estimate_without`` is the slope without its rows, controls and
    effects held as they are estimated on all rows.

    Returns
    -------
    DataFrame
        Index ``kind`` (``unit``, ``period``) and ``value``; largest leverage first within a kind.
    """
    design = data.design
    fitted = data.basis @ (data.basis.T @ data.free_endogenous[:, 0])
    power, first, reduced = fitted**2, fitted * data.free_endogenous[:, 0], fitted * data.free_outcome
    parts = []
    for kind, codes, values in (
        ("unit", design.entity, design.entity_values),
        ("period", design.time, design.time_values),
    ):
        if codes is None or values is None:
            continue
        own_power, own_first, own_reduced = (np.bincount(codes, each) for each in (power, first, reduced))
        with np.errstate(divide="ignore", invalid="ignore"):
            without = (reduced.sum() - own_reduced) / (first.sum() - own_first)
        part = pd.DataFrame(
            {
                "leverage": own_power / power.sum(),
                "first_stage": own_first / first.sum(),
                "estimate_without": without,
            },
            index=pd.MultiIndex.from_arrays([[kind] * len(values), values], names=["kind", "value"]),
        )
        parts.append(part.iloc[np.argsort(-part["leverage"].to_numpy(), kind="stable")])
    columns = ["leverage", "first_stage", "estimate_without"]
    return pd.concat(parts) if parts else pd.DataFrame(columns=columns)


def leverage_of(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the rows of one kind, ``unit`` or ``period``, indexed by value."""
    return table[table.index.get_level_values("kind") == kind].droplevel("kind")


def leverage_findings(table: pd.DataFrame, estimate: float, instruments: str) -> list[InstrumentFinding]:
    """Return one finding for units and one for periods: the largest share, and what it does to the
    estimate.
    """
    findings = []
    words = {"unit": Text("unit", "个体"), "period": Text("period", "时期")}
    for kind in ("unit", "period"):
        if kind not in table.index.get_level_values(0):
            continue
        part = leverage_of(table, kind)
        top = part.iloc[0]
        value, share = part.index[0], float(top["leverage"])
        without = float(top["estimate_without"])
        turned = bool(np.any(np.sign(part["estimate_without"].to_numpy()) != np.sign(estimate)))
        large = share > _LARGE[kind]
        word = words[kind]
        effective = float(1 / np.sum(part["leverage"].to_numpy() ** 2))
        text = note_of(
            "instrument_check.leverage",
            word=word,
            detail=(note_of("instrument_check.sign_changes_without", word=word) if turned else Text("", "")),
            value=100 * share,
            value_2=value,
            effective=effective,
            n_part=len(part),
            without=without,
            estimate=estimate,
        )
        findings.append(
            InstrumentFinding(
                check="leverage",
                instrument=instruments,
                severity="attention" if large or turned else "fine",
                text=text,
            )
        )
    return findings
