"""Simulate items of firms' statements around assets, people and a productivity that digitalisation raises."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["simulate_statements"]

Floats = NDArray[np.float64]

_LABOUR, _CAPITAL, _MEMORY = 0.6, 0.35, 0.7
_DIGITAL = 0.03  # of productivity's innovation, per standard deviation of the digital index
_VALUE_ADDED = 4.5e8  # yuan of a firm with median inputs
_WORN = 0.08


def simulate_statements(
    capital: Floats, people: Floats, digital: Floats, rng: np.random.Generator
) -> dict[str, Floats]:
    """Return items of statements, units × years, whose income approach gives value added.

    Log value added is 0.6 log employees + 0.35 log net fixed assets + productivity + noise; productivity has
    a memory of 0.7 and gains from the digital index; cash paid for goods answers to it and to capital,
    without noise.

    Parameters
    ----------
    capital, people, digital
        Net fixed assets, employees and the digital index, units × years.
    """
    units, periods = digital.shape
    standard = (digital - digital.mean()) / digital.std()
    productivity = np.empty_like(digital)
    level = 0.2 * rng.standard_normal(units) / np.sqrt(1 - _MEMORY**2)
    for year in range(periods):
        level = _MEMORY * level + 0.2 * rng.standard_normal(units) + _DIGITAL * standard[:, year]
        productivity[:, year] = level
    centre = _LABOUR * np.log(np.median(people)) + _CAPITAL * np.log(np.median(capital))
    planned = _LABOUR * np.log(people) + _CAPITAL * np.log(capital) + productivity - centre
    wanted = _CAPITAL * np.log(capital / np.median(capital)) + productivity
    value_added = _VALUE_ADDED * np.exp(planned + 0.1 * rng.standard_normal(digital.shape))
    pay = _VALUE_ADDED * 0.5 * np.exp(planned + 0.05 * rng.standard_normal(digital.shape))
    worn = _WORN * capital
    taxes = 0.05 * value_added
    listed = np.repeat(rng.integers(1993, 2012, size=(units, 1)).astype(np.float64), periods, axis=1)
    return {
        "operating_profit_yuan": value_added - pay - worn - taxes,
        "pay_yuan": pay,
        "depreciation_yuan": worn,
        "taxes_and_surcharges_yuan": taxes,
        "material_purchases_yuan": 2 * _VALUE_ADDED * np.exp(wanted),
        "capital_expenditure_yuan": 0.12 * capital * np.exp(0.5 * productivity),
        "listing_year": listed,
    }
