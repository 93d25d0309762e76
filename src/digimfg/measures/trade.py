"""What a country exports: comparative advantage, competitiveness, and the income content of products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import Numbers
from digimfg.measures.columns import numbers
from digimfg.measures.contract import Gives, measure
from digimfg.one_thread import one_thread
from digimfg.variables.unit_names import in_words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "economic_complexity",
    "expy",
    "prody",
    "revealed_comparative_advantage",
    "trade_competitiveness",
]


@measure("exports", gaps="refused", gives={"": Gives("ratio", 0, direction=1)})
@checked
def revealed_comparative_advantage(exports: pd.DataFrame) -> pd.DataFrame:
    """Return Balassa's index of revealed comparative advantage.

    RCA_cp = (x_cp / Σ_p x_cp) / (Σ_c x_cp / Σ_c Σ_p x_cp); above one: an advantage.

    Parameters
    ----------
    exports
        Countries × products, not negative, one currency, no missing values (a product not exported is zero).

    Returns
    -------
    pandas.DataFrame
        The same shape, not negative; missing for products that nobody exports.

    Raises
    ------
    MeasureError
        If a value is negative or missing, or a country exports nothing.

    References
    ----------
    Balassa, B. (1965). Trade liberalisation and "revealed" comparative advantage. The Manchester School
    33(2), 99–123. https://doi.org/10.1111/j.1467-9957.1965.tb00050.x

    Examples
    --------
    >>> exports = pd.DataFrame({"cars": [30.0, 10.0], "wine": [10.0, 50.0]}, index=["A", "B"])
    >>> revealed_comparative_advantage(exports).round(4).to_dict("list")
    {'cars': [1.875, 0.4167], 'wine': [0.4167, 1.3889]}
    """
    shares = _export_shares(exports)
    world = exports.sum(axis=0) / exports.to_numpy().sum()
    return shares.div(world.where(world > 0), axis=1)


@measure("exports", "imports", gaps="refused", gives={"": Gives("index", -1, 1, 1)})
@checked
def trade_competitiveness(exports: Numbers, imports: Numbers) -> pd.Series[float]:
    """Return the index of trade competitiveness (贸易竞争力指数).

    TC = (X − M) / (X + M), in [−1, 1].

    Parameters
    ----------
    exports, imports
        Shape (n,), not negative, in one currency, no missing values; a Series keeps its index.

    Returns
    -------
    pandas.Series
        Missing where nothing is traded.

    Raises
    ------
    MeasureError
        If a value is negative or missing, or lengths or indices differ.

    Examples
    --------
    >>> trade_competitiveness([30.0, 0.0], [10.0, 0.0]).tolist()
    [0.5, nan]
    """
    x, m = numbers(exports, "exports", minimum=0.0), numbers(imports, "imports", minimum=0.0)
    index = exports.index if isinstance(exports, pd.Series) else pd.RangeIndex(len(x))
    other = imports.index if isinstance(imports, pd.Series) else index
    if len(x) != len(m) or not index.equals(other):
        raise MeasureError.of("measures.imports_of_other_rows", n_exports=len(x), n_imports=len(m))
    total = x + m
    values = np.divide(x - m, total, out=np.full_like(total, np.nan), where=total > 0)
    return pd.Series(values, index=index, name="trade_competitiveness")


@measure("exports", "income", gaps="refused", gives={"": Gives("as given", direction=1)})
@checked
def prody(exports: pd.DataFrame, income: pd.Series[float]) -> pd.Series[float]:
    """Return the income level of each product.

    PRODY_p = Σ_c (s_cp / Σ_c s_cp) Y_c with s_cp = x_cp / Σ_p x_cp.

    Parameters
    ----------
    exports
        Countries × products, not negative, no missing values.
    income
        Y by country, such as GDP per head; above zero, every exporting country once.

    Returns
    -------
    pandas.Series
        By product, in the unit of `income`, between its extremes; missing for products that nobody exports.

    Raises
    ------
    MeasureError
        If a value is negative or missing, a country exports nothing or has no income.

    References
    ----------
    Hausmann, R., Hwang, J. and Rodrik, D. (2007). What you export matters. Journal of Economic Growth 12(1),
    1–25. https://doi.org/10.1007/s10887-006-9009-4

    Examples
    --------
    >>> exports = pd.DataFrame({"cars": [30.0, 10.0], "wine": [10.0, 50.0]}, index=["A", "B"])
    >>> prody(exports, pd.Series({"A": 40.0, "B": 10.0})).round(4).to_dict()
    {'cars': 34.5455, 'wine': 16.9231}
    """
    shares = _export_shares(exports)
    level = _income(exports, income)
    weights = shares / shares.sum(axis=0).where(shares.sum(axis=0) > 0)
    return weights.mul(level, axis=0).sum(axis=0, min_count=1).rename("prody")


@measure("exports", "income", gaps="refused", gives={"": Gives("as given", direction=1)})
@checked
def expy(exports: pd.DataFrame, income: pd.Series[float]) -> pd.Series[float]:
    """Return the income level of each country's exports.

    EXPY_c = Σ_p s_cp PRODY_p.

    Parameters
    ----------
    exports, income
        As for `prody`: no missing values.

    Returns
    -------
    pandas.Series
        By country, in the unit of `income`.

    Raises
    ------
    MeasureError
        As for `prody`.

    References
    ----------
    Hausmann, R., Hwang, J. and Rodrik, D. (2007). What you export matters. Journal of Economic Growth 12(1),
    1–25. https://doi.org/10.1007/s10887-006-9009-4

    Examples
    --------
    >>> exports = pd.DataFrame({"cars": [30.0, 10.0], "wine": [10.0, 50.0]}, index=["A", "B"])
    >>> expy(exports, pd.Series({"A": 40.0, "B": 10.0})).round(4).to_dict()
    {'A': 30.1399, 'B': 19.8601}
    """
    return _export_shares(exports).mul(prody(exports, income), axis=1).sum(axis=1).rename("expy")


@measure("exports", gaps="refused", gives={"": Gives("index", direction=1)})
@checked
@one_thread
def economic_complexity(exports: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return the economic complexity of countries (ECI) and of products (PCI).

    With M_cp = 1 where RCA_cp ≥ 1, diversity k_c = Σ_p M_cp and ubiquity k_p = Σ_c M_cp, ECI is the
    eigenvector of M̃_cc' = Σ_p M_cp M_c'p / (k_c k_p) with the second largest eigenvalue, standardised, its
    sign such that it goes with diversity; PCI is the mean of the ECI of a product's exporters, standardised.

    Parameters
    ----------
    exports
        Countries × products, not negative, no missing values.

    Returns
    -------
    tuple of pandas.Series
        ECI by country and PCI by product, mean 0 and standard deviation 1 (divisor n); missing for products
        in which nobody has an advantage.

    Raises
    ------
    MeasureError
        If a value is negative or missing, a country exports nothing or has no advantage, or countries fall
        into groups without a common product, so that the eigenvector is not unique.

    References
    ----------
    Hidalgo, C. A. and Hausmann, R. (2009). The building blocks of economic complexity. PNAS 106(26),
    10570–10575. https://doi.org/10.1073/pnas.0900943106

    Examples
    --------
    >>> exports = pd.DataFrame([[9, 9, 9.0], [0, 5, 9], [0, 0, 9]], index=list("ABC"), columns=["p", "q",
    ...     "r"])
    >>> economic_complexity(exports)[0].round(3).tolist()
    [1.309, -0.191, -1.118]
    """
    _export_shares(exports)  # refuses what is no table of exports
    # Sums are then the same in any order of rows.
    order = np.lexsort((np.zeros(len(exports)), *exports.to_numpy(dtype=float).T))
    exports = exports.iloc[order]
    advantage = (revealed_comparative_advantage(exports) >= 1).to_numpy(dtype=float)
    diversity, ubiquity = advantage.sum(axis=1), advantage.sum(axis=0)
    if (diversity == 0).any():
        raise MeasureError.of(
            "measures.countries_without_advantage", names=_names(exports.index, diversity == 0)
        )
    made = ubiquity > 0
    # similar to the symmetric matrix D^{-1/2} S D^{-1/2}, whose eigenvectors are found stably
    scaled = advantage[:, made] / np.sqrt(np.outer(diversity, ubiquity[made]))
    values, vectors = np.linalg.eigh(scaled @ scaled.T)
    if len(values) < 3 or values[-2] > 1 - 1e-10 or values[-2] - values[-3] < 1e-12:
        raise MeasureError.of(
            "measures.countries_not_linked", n=len(values), value=str(values[::-1][:3].round(6).tolist())
        )
    eci = vectors[:, -2] / np.sqrt(diversity)
    eci = (eci - eci.mean()) / eci.std()
    if eci @ (diversity - diversity.mean()) < 0:
        eci = -eci
    pci = np.full(len(made), np.nan)
    pci[made] = (advantage[:, made] * eci[:, None]).sum(axis=0) / ubiquity[made]
    pci = (pci - np.nanmean(pci)) / np.nanstd(pci)
    as_given = np.argsort(order)
    countries = pd.Series(eci[as_given], index=exports.index[as_given], name="eci")
    return countries, pd.Series(pci, index=exports.columns, name="pci")


def _export_shares(exports: pd.DataFrame) -> pd.DataFrame:
    for product in exports.columns:
        numbers(exports[product], str(product), minimum=0.0)
    totals = exports.sum(axis=1)
    if (totals == 0).any():
        raise MeasureError.of(
            "measures.countries_without_exports", names=_names(exports.index, totals.to_numpy() == 0)
        )
    return exports.div(totals, axis=0)


def _income(exports: pd.DataFrame, income: pd.Series[float]) -> pd.Series[float]:
    income = income.set_axis(in_words_of(income.index.to_series(), exports.index), axis=0)
    absent = ~exports.index.isin(income.index)
    if absent.any() or income.index.has_duplicates:
        raise MeasureError.of(
            "measures.income_lacking" if absent.any() else "measures.income_twice",
            names=_names(exports.index, absent),
        )
    level = income.reindex(exports.index)
    numbers(level, "income", minimum=0.0, exclusive=True)
    return level


def _names(index: pd.Index, mask: NDArray[np.bool_], limit: int = 5) -> str:
    names = [str(name) for name in index[mask]]
    return ", ".join(names[:limit]) + (" …" if len(names) > limit else "")
