"""A multi-region input–output table: validated once, then read by every value-chain measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import NonNegative
from digimfg.measures.input_output_checks import (
    check_balance,
    check_labels,
    check_signs,
    checked_array,
    final_demand_by_country,
    first_labels,
)
from digimfg.measures.leontief import leontief_inverse, per_unit_of_output
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["InputOutputTable"]

_TABLE = Text("input–output table", "投入产出表")


@checked
@dataclass(frozen=True, kw_only=True, eq=False)
class InputOutputTable:
    """Hold one year of a multi-region input–output table, checked for balance.

    Sectors are ordered country by country (``country 1 sector 1, country 1 sector 2, …``), N = G·S of them.
    Values are flows in one currency unit; nothing may be missing.

    Parameters
    ----------
    transactions
        Z, N × N: intermediate sales of the row to the column; not negative.
    final_demand
        Y, N × G by country of use, or N × G·F with F categories a country, country by country (they are
        added up). Categories may be negative (changes in inventories).
    countries, sectors
        Labels, G and S of them, without repetition.
    value_added
        N. ``None``: what output leaves after inputs and net taxes, as Koopman, Wang and Wei (2014) define it.
    net_taxes
        N: taxes less subsidies on the products that the column buys, when the table shows them apart. They
        are then neither domestic nor foreign value added; see `taxes_as_value_added`.
    output
        N. ``None``: row sums.
    balance_tolerance
        Largest gap between output and its row or column sum, as a share of the sector's output or of a
        thousandth of the mean output, whichever is larger.

    Raises
    ------
    MeasureError
        For wrong shapes, repeated labels, missing or negative values, a sector that buys but does not
        produce, and a table that does not balance: the message names the sectors and their gaps.

    Notes
    -----
    A sector with neither output nor inputs keeps coefficients of zero; `notes` lists such sectors and those
    with negative value added.

    Examples
    --------
    >>> table = InputOutputTable(
    ...     transactions=[[20.0, 10.0], [10.0, 30.0]],
    ...     final_demand=[[60.0, 10.0], [10.0, 50.0]],
    ...     countries=("A", "B"), sectors=("all",))
    >>> table.output.tolist(), table.exports.tolist()
    ([100.0, 100.0], [20.0, 20.0])
    """

    transactions: Array
    final_demand: Array
    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    value_added: Array
    net_taxes: Array
    output: Array
    balance_tolerance: NonNegative

    def __init__(
        self,
        *,
        transactions: ArrayLike,
        final_demand: ArrayLike,
        countries: Sequence[str],
        sectors: Sequence[str],
        value_added: ArrayLike | None = None,
        net_taxes: ArrayLike | None = None,
        output: ArrayLike | None = None,
        balance_tolerance: NonNegative = 1e-6,
    ) -> None:
        names = (tuple(map(str, countries)), tuple(map(str, sectors)))
        check_labels(*names)
        size = len(names[0]) * len(names[1])
        intermediate = checked_array(transactions, "transactions", (size, size))
        demand = final_demand_by_country(final_demand, size, len(names[0]))
        gross = (
            intermediate.sum(axis=1) + demand.sum(axis=1)
            if output is None
            else checked_array(output, "output", (size,))
        )
        taxes = np.zeros(size) if net_taxes is None else checked_array(net_taxes, "net_taxes", (size,))
        residual = gross - intermediate.sum(axis=0) - taxes
        added = residual if value_added is None else checked_array(value_added, "value_added", (size,))
        values: dict[str, Any] = {
            "transactions": intermediate,
            "final_demand": demand,
            "countries": names[0],
            "sectors": names[1],
            "value_added": added,
            "net_taxes": taxes,
            "output": gross,
            "balance_tolerance": balance_tolerance,
        }
        for name, value in values.items():
            if isinstance(value, np.ndarray):
                value = value.copy()
                value.setflags(write=False)
            object.__setattr__(self, name, value)
        check_signs(self)
        check_balance(self)

    @classmethod
    def from_frames(
        cls,
        transactions: pd.DataFrame,
        final_demand: pd.DataFrame,
        *,
        value_added: pd.Series | None = None,
        net_taxes: pd.Series | None = None,
        balance_tolerance: NonNegative = 1e-6,
    ) -> InputOutputTable:
        """Read labelled frames, such as ``Z`` and ``Y`` of pymrio.

        Parameters
        ----------
        transactions
            Rows and columns labelled (country, sector) in the same order, every country with every sector.
        final_demand
            The same rows; columns labelled (country, category) in the same order of countries.
        value_added, net_taxes
            Series with the rows' labels.
        balance_tolerance
            As for the table.
        """
        labels = list(transactions.index)
        countries = tuple(dict.fromkeys(label[0] for label in labels))
        sectors = tuple(dict.fromkeys(label[1] for label in labels))
        wanted = [(country, sector) for country in countries for sector in sectors]
        of_use = [column[0] for column in final_demand.columns]
        categories = len(of_use) // max(len(countries), 1)
        agree = (
            labels == wanted
            and list(transactions.columns) == labels
            and list(final_demand.index) == labels
            and of_use == [country for country in countries for _ in range(categories)]
        )
        if not agree:
            raise MeasureError.of(
                "measures.table_not_complete",
                where=_TABLE,
                n_labels=len(labels),
                n_countries=len(countries),
                n_sectors=len(sectors),
                labels=str(labels[:3]),
            )

        def ordered(series: pd.Series | None) -> Array | None:
            return None if series is None else series.reindex(transactions.index).to_numpy(dtype=float)

        return cls(
            transactions=transactions.to_numpy(dtype=float),
            final_demand=final_demand.to_numpy(dtype=float),
            countries=countries,
            sectors=sectors,
            value_added=ordered(value_added),
            net_taxes=ordered(net_taxes),
            balance_tolerance=balance_tolerance,
        )

    def taxes_as_value_added(self) -> InputOutputTable:
        """Return the table with net taxes counted as value added, so that value-added shares sum to one."""
        return replace(
            self, value_added=self.value_added + self.net_taxes, net_taxes=np.zeros_like(self.net_taxes)
        )

    @cached_property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """Return the (country, sector) of every row."""
        return tuple((country, sector) for country in self.countries for sector in self.sectors)

    @cached_property
    def country_of_row(self) -> NDArray[np.intp]:
        """Return the position in `countries` of every row."""
        return np.repeat(np.arange(len(self.countries)), len(self.sectors))

    @cached_property
    def domestic(self) -> NDArray[np.bool_]:
        """Return, N × G, whether the row belongs to the country of the column."""
        same: NDArray[np.bool_] = self.country_of_row[:, None] == np.arange(len(self.countries))
        return same

    @cached_property
    def technical_coefficients(self) -> Array:
        """Return A: direct inputs per unit of output."""
        return per_unit_of_output(self.transactions, self.output)

    @cached_property
    def value_added_coefficients(self) -> Array:
        """Return v: value added per unit of output (zero where there is no output)."""
        return per_unit_of_output(self.value_added, self.output)

    @cached_property
    def leontief_inverse(self) -> Array:
        """Return B = (I − A)⁻¹."""
        return leontief_inverse(self.transactions, self.output)

    @cached_property
    def bilateral_exports(self) -> Array:
        """Return E, N × G: sales, intermediate and final, to each country; zero at home."""
        return self.intermediate_exports + self.final_exports

    @cached_property
    def final_exports(self) -> Array:
        """Return Y without its domestic blocks, N × G."""
        return np.where(self.domestic, 0.0, self.final_demand)

    @cached_property
    def intermediate_exports(self) -> Array:
        """Return the intermediate sales to each other country, N × G."""
        return np.where(self.domestic, 0.0, self.by_country_of_column(self.transactions))

    @cached_property
    def exports(self) -> Array:
        """Return gross exports, N."""
        total: Array = self.bilateral_exports.sum(axis=1)
        return total

    @cached_property
    def notes(self) -> tuple[Text, ...]:
        """Return what a reader must know about the table."""
        found: list[Text] = []
        rules: tuple[tuple[NDArray[np.bool_], Callable[[str], Text]], ...] = (
            (
                self.output == 0,
                lambda names: note_of("measures.no_output", names=names),
            ),
            (
                self.value_added < 0,
                lambda names: note_of("measures.negative_value_added", names=names),
            ),
        )
        for mask, wording in rules:
            if mask.any():
                found.append(wording(first_labels(self.labels, np.flatnonzero(mask))))
        return tuple(found)

    def by_country_of_column(self, matrix: Array) -> Array:
        """Add up the columns of a … × N matrix within countries, giving … × G."""
        total: Array = matrix.reshape(*matrix.shape[:-1], len(self.countries), len(self.sectors)).sum(axis=-1)
        return total

    def keys(self) -> dict[str, list[str]]:
        """Return the key columns ``country`` and ``sector`` of a frame with one row per sector of a
        country.
        """
        return {
            "country": [country for country, _ in self.labels],
            "sector": [sector for _, sector in self.labels],
        }
