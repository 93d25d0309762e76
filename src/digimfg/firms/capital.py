"""Capital of firms at constant prices: net fixed assets deflated, or investment accumulated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Share
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["Capital", "PerpetualInventory", "accumulated", "with_capital"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, kw_only=True)
class PerpetualInventory:
    r"""Accumulate capital: :math:`K_{it}=(1-\delta)K_{i,t-1}+I_{it}/P_t`, from net fixed assets at the prices
    of the first year.

    Parameters
    ----------
    depreciation
        δ, a year.
    investment
        ``"purchases"``: cash paid for fixed, intangible and other long-term assets; ``"change"``: the change
        of net fixed assets and depreciation.

    Notes
    -----
    A year without statement or without investment breaks the chain: it begins anew from the net fixed
    assets of the next year, which is counted in the panel's notes.

    Examples
    --------
    >>> PerpetualInventory(depreciation=0.1).investment
    'purchases'
    """

    depreciation: Share = 0.1
    investment: Literal["purchases", "change"] = "purchases"

    def said(self) -> Text:
        """Return how capital is made."""
        return Text(
            f"perpetual inventory, depreciation {self.depreciation:g} a year",
            f"永续盘存法，年折旧率{self.depreciation:g}",
        )


Capital = Literal["net_fixed_assets"] | PerpetualInventory
"""How capital is made."""


def with_capital(
    whole: pd.DataFrame,
    amounts: pd.DataFrame,
    capital: Capital,
    levels: Mapping[str, Floats],
) -> tuple[pd.DataFrame, list[Text]]:
    """Return the amounts with investment and capital, both at the price of investment where there is one."""
    price = levels.get("capital", np.ones(len(whole)))
    if "fixed_assets_yuan" not in whole:
        return amounts, []
    firm = pd.factorize(whole["firm"], sort=True)[0].astype(np.intp)
    year = whole["year"].to_numpy(dtype=np.float64)
    book = whole["fixed_assets_yuan"].to_numpy(dtype=np.float64)
    bought = (
        whole["capital_expenditure_yuan"].to_numpy(dtype=np.float64)
        if "capital_expenditure_yuan" in whole
        else None
    )
    flow = bought
    if isinstance(capital, PerpetualInventory):
        if capital.investment == "change":
            flow = _change(whole, firm, year, book)
        if flow is None:
            raise MeasureError.of(
                "firms.capital_items_lacking", names=[str(name) for name in whole.columns[:12]]
            )
        stock, begun = accumulated(firm, year, book, flow, price, capital.depreciation)
        notes: list[Text] = [note_of("firms.capital_built", how=capital.said())]
        if begun:
            notes.append(note_of("firms.capital_begun", n=begun))
    else:
        stock = book / price
        notes = [note_of("firms.capital_is_net_assets")]
    found = amounts.assign(capital=stock)
    if flow is not None:
        found["investment"] = flow / price
    return found, notes


def _change(whole: pd.DataFrame, firm: NDArray[np.intp], year: Floats, book: Floats) -> Floats | None:
    """Return the change of net fixed assets and depreciation; missing after a gap."""
    if "depreciation_yuan" not in whole:
        return None
    flow = np.full(len(book), np.nan)
    follows = (firm[1:] == firm[:-1]) & (year[1:] == year[:-1] + 1)
    worn = whole["depreciation_yuan"].to_numpy(dtype=np.float64)
    flow[1:] = np.where(follows, book[1:] - book[:-1] + worn[1:], np.nan)
    return flow


def accumulated(
    firm: NDArray[np.intp], year: Floats, book: Floats, investment: Floats, price: Floats, depreciation: float
) -> tuple[Floats, int]:
    """Return capital at constant prices and how many chains began anew within a firm.

    Parameters
    ----------
    firm, year
        Sorted.
    book, investment
        Net fixed assets and investment at current prices.
    price
        Level of each row.
    depreciation
        A year.

    Examples
    --------
    >>> ones = np.ones(3)
    >>> firm, years = np.zeros(3, dtype=np.intp), np.array([1.0, 2, 3])
    >>> accumulated(firm, years, 100 * ones, 10 * ones, ones, 0.1)[0].tolist()
    [100.0, 100.0, 100.0]
    """
    capital = np.full(len(book), np.nan)
    begun = 0
    for row in range(len(book)):
        follows = row > 0 and firm[row] == firm[row - 1] and year[row] == year[row - 1] + 1
        chained = np.nan
        if follows:
            chained = (1 - depreciation) * capital[row - 1] + investment[row] / price[row]
        capital[row] = chained if np.isfinite(chained) else book[row] / price[row]
        again = row > 0 and firm[row] == firm[row - 1] and not np.isfinite(chained)
        begun += int(again and np.isfinite(capital[row]))
    return capital, begun
