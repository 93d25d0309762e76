"""Quantities that a production function needs, at current prices, from the items of statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from digimfg.errors import MeasureError
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text
from digimfg.variables import dictionary

__all__ = ["Materials", "Taxes", "ValueAdded", "nominal_quantities"]

if TYPE_CHECKING:
    from collections.abc import Sequence

ValueAdded = Literal["income", "production", "reported"]
Taxes = Literal["surcharges", "paid"]
Materials = Literal["cash", "intermediate"]

_COSTS = (
    "operating_costs_yuan",
    "selling_expenses_yuan",
    "administrative_expenses_yuan",
    "financial_expenses_yuan",
)
_WORN = ("depreciation_yuan", "amortization_yuan", "deferred_amortization_yuan")
_OPTIONAL = sheet_beside(__file__, "accounts", "optional")
"""Items that a firm without them does not state: nothing, where the column is there and the cell is empty."""


def nominal_quantities(
    frame: pd.DataFrame, value_added: ValueAdded | None, taxes: Taxes | None, materials: Materials
) -> tuple[pd.DataFrame, list[Text]]:
    """Return output, value added by both approaches, intermediate inputs, materials, wages at current prices.

    Parameters
    ----------
    frame
        Of `join_statements`.
    value_added
        Which measure of it is taken; by default the first whose items are there.
    taxes
        Which taxes on production the income approach adds; by default the first whose items are there.
    materials
        Cash paid for goods and services, or intermediate inputs.

    Returns
    -------
    tuple
        The columns, and notes.

    Raises
    ------
    MeasureError
        If items that a chosen measure needs are not there.
    """
    notes: list[Text] = []
    empty: dict[str, int] = {}
    found: dict[str, pd.Series] = {}
    if "revenue_yuan" in frame:
        found["output"] = frame["revenue_yuan"]
    chosen = _taxes(frame, taxes)
    income = ("operating_profit_yuan", "depreciation_yuan", "pay_yuan")
    if not _lacking(frame, income) and chosen is not None:
        total = frame["operating_profit_yuan"] + frame["pay_yuan"] + _worn(frame, empty)
        paid = chosen == "paid"
        levied = frame["taxes_yuan" if paid else "taxes_and_surcharges_yuan"]
        if paid and "tax_refunds_yuan" in frame:
            levied = levied - _or_nothing(frame, "tax_refunds_yuan", empty)
        found["value_added_income"] = total + levied
    production = ("revenue_yuan", *_COSTS, "depreciation_yuan", "pay_yuan")
    if not _lacking(frame, production):
        costs = frame[list(_COSTS)].sum(axis=1, skipna=False) - frame["pay_yuan"] - _worn(frame, empty)
        if "rd_expenses_yuan" in frame:
            costs = costs + _or_nothing(frame, "rd_expenses_yuan", empty)
        found["intermediate_inputs"] = costs
        found["value_added_production"] = frame["revenue_yuan"] - costs
    if "value_added_yuan" in frame:
        found["value_added_reported"] = frame["value_added_yuan"]
    measure = _measure(
        frame,
        value_added,
        found,
        {"income": income, "production": production, "reported": ("value_added_yuan",)},
    )
    found["value_added"] = found[f"value_added_{measure}"]
    source = "material_purchases_yuan" if materials == "cash" else "intermediate_inputs"
    held = frame["material_purchases_yuan"] if source in frame else found.get(source)
    if held is not None:
        found["materials"] = held
    for name, item in (("wages", "pay_yuan"), ("employees", "employees")):
        if item in frame:
            found[name] = frame[item]
    notes += _notes(measure, chosen, empty)
    return pd.DataFrame(found, index=frame.index), notes


def _taxes(frame: pd.DataFrame, taxes: Taxes | None) -> Taxes | None:
    items: dict[Taxes, str] = {"surcharges": "taxes_and_surcharges_yuan", "paid": "taxes_yuan"}
    if taxes is not None:
        if items[taxes] not in frame:
            raise _absent((items[taxes],), frame)
        return taxes
    return next((name for name, item in items.items() if item in frame), None)


def _worn(frame: pd.DataFrame, empty: dict[str, int]) -> pd.Series:
    total = frame["depreciation_yuan"]
    for name in _WORN[1:]:
        if name in frame:
            total = total + _or_nothing(frame, name, empty)
    return total


def _or_nothing(frame: pd.DataFrame, name: str, empty: dict[str, int]) -> pd.Series:
    """Return an item that a firm without it does not state: an empty cell adds nothing, and is counted."""
    empty[name] = int(frame[name].isna().sum())
    return frame[name].fillna(0.0)


def _measure(
    frame: pd.DataFrame,
    wanted: ValueAdded | None,
    found: dict[str, pd.Series],
    needs: dict[ValueAdded, tuple[str, ...]],
) -> ValueAdded:
    there: list[ValueAdded] = [name for name in needs if f"value_added_{name}" in found]
    if wanted is None and there:
        return there[0]
    if wanted in there:
        return wanted
    items = needs[wanted or "income"]
    lacking = _lacking(frame, items) or ["taxes_and_surcharges_yuan"]
    raise _absent(lacking, frame)


def _lacking(frame: pd.DataFrame, names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in frame]


def _absent(names: Sequence[str], frame: pd.DataFrame) -> MeasureError:
    labels = dictionary()
    return MeasureError.of(
        "firms.items_lacking",
        names=[
            Text(f"{name} ({labels[name].label.en})", f"{labels[name].label.zh}（{name}）") for name in names
        ],
        names_found=[str(name) for name in frame.columns[:12]],
    )


def _notes(measure: ValueAdded, taxes: Taxes | None, empty: dict[str, int]) -> list[Text]:
    levied = (
        Text("taxes and surcharges", "税金及附加")
        if taxes != "paid"
        else Text("taxes paid less refunds, income tax among them", "支付的各项税费减返还（含所得税）")
    )
    said = {
        "income": note_of("firms.income_approach", taxes=levied),
        "production": note_of("firms.production_approach"),
        "reported": note_of("firms.value_added_reported"),
    }
    notes: list[Text] = [said[measure]]
    listed = [
        note_of("firms.item_with_rows", item=_OPTIONAL[name], n=count)
        for name, count in empty.items()
        if count
    ]
    if listed:
        notes.append(note_of("firms.empty_items", items=listed))
    return notes
