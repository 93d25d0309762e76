"""A panel of firms made ready for production functions, from statements as databases export them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.firms.accounts import Materials, Taxes, ValueAdded, nominal_quantities
from digimfg.firms.capital import Capital, with_capital
from digimfg.firms.columns import declare_columns
from digimfg.firms.identity import marked_special
from digimfg.firms.panel_notes import price_notes, same_names, turnover_notes, without_logs
from digimfg.firms.prices import Deflator, price_levels
from digimfg.firms.sample import USUAL_STEPS, SampleStep, take_steps
from digimfg.firms.spells import absences, spells
from digimfg.firms.statements import Joined, join_statements
from digimfg.kinds import StoredFrame, Year
from digimfg.marks import keeps_marks
from digimfg.panels.formulas import positive_log
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FirmPanel", "firm_panel"]

_NO_CHANGES: Mapping[str, str] = MappingProxyType({})
_LOGS = (
    "output",
    "value_added",
    "materials",
    "intermediate_inputs",
    "investment",
    "capital",
    "wages",
    "employees",
)


@checked
@shown(Text("Selection of the sample", "样本筛选"), first="sample")
@dataclass(frozen=True, kw_only=True, eq=False)
class FirmPanel:
    """Hold a panel of firms and how it came about.

    Parameters
    ----------
    frame
        One row per ``firm`` and ``year`` that stays: the items of the statements, then ``output value_added
        value_added_income value_added_production intermediate_inputs materials investment capital wages``
        in yuan (at prices of the base year where there is a deflator), their logarithms ``log_…`` (missing
        where not above zero), ``leverage years_listed``, and ``entered left``: 1 in a year of listing or of
        delisting, missing where the data do not tell entry or exit from a gap.
    sample
        One row per step: its ``rule``, rows ``dropped``, rows without a value that stayed (``unknown``),
        ``rows`` and ``firms`` left.
    spells
        One row per run of years with statements: ``firm spell first_year last_year years in_panel began
        ended``.
    absences
        Years between a firm's first and last year in the panel that it lacks: ``reason rows firms``.
    columns
        Which column of which table each item came from, its factor to yuan and number of values.
    notes
        What a reader must know.
    """

    frame: pd.DataFrame
    sample: pd.DataFrame
    spells: pd.DataFrame
    absences: pd.DataFrame
    columns: pd.DataFrame
    notes: tuple[Text, ...]


@checked
@keeps_marks
def firm_panel(
    frame: StoredFrame,
    others: tuple[StoredFrame, ...] = (),
    *,
    value_added: ValueAdded | None = None,
    taxes: Taxes | None = None,
    materials: Materials = "cash",
    capital: Capital = "net_fixed_assets",
    deflators: tuple[Deflator, ...] = (),
    base_year: Year | None = None,
    sample: tuple[SampleStep, ...] | None = None,
    code_changes: Mapping[str, str] = _NO_CHANGES,
) -> FirmPanel:
    r"""Make a panel of firms ready for production functions from their statements.

    - value added by income: operating profit + pay + depreciation and amortization + taxes on production;
      by production: revenue − (costs, selling, administrative, research and financial expenses − pay −
      depreciation and amortization). They differ by impairments, investment and other income.
    - capital: net fixed assets over the price of investment, or `PerpetualInventory`.

    Parameters
    ----------
    frame, others
        Statements and other tables of firms (listing, industry, employees) as CSMAR or Wind export them,
        under the codes or names of `list_statement_items`, or a panel imported before. Amounts in yuan, or in
        the unit in brackets in the header (``营业收入(万元)``). A table without dates is joined by firm.
    value_added
        Which measure is ``value_added``; by default the first whose items are there.
    taxes
        ``"surcharges"``: taxes and surcharges of the income statement; ``"paid"``: taxes paid less refunds,
        which hold income tax that operating profit holds too. By default the first that is there.
    materials
        ``"cash"``: paid for goods and services; ``"intermediate"``: inputs of the production approach.
    capital
        See above.
    deflators, base_year
        Price indices by industry or province, and whose prices are wanted; what has none stays at current
        prices, which a note says.
    sample
        Steps in their order; by default `USUAL_STEPS`, of which those without their column are not applied
        and noted.
    code_changes
        Former code → present code, of firms that merged into themselves or were given another code.

    Returns
    -------
    FirmPanel
        ``.frame`` goes on into `Specification` with `ProductionFunction`; ``.sample`` into `AnswerTable`.

    Raises
    ------
    MeasureError
        If firms, dates or the items of a measure are not there, keys repeat, a value is no number, industries
        are codes of the guideline of 2001, or no row stays.

    Notes
    -----
    Nothing is filled. A firm's first and last year are those of its statements; that they are an entry or an
    exit is said only where a year of listing or delisting says so.

    Examples
    --------
    >>> import pandas as pd
    >>> balance = pd.DataFrame({"Stkcd": [1, 1, 2], "Accper": ["2019-12-31", "2020-12-31", "2020-12-31"],
    ...     "A001000000": [90.0, 95.0, 80.0], "A002000000": [40.0, 41.0, 88.0],
    ...     "A001212000": [30.0, 33.0, 20.0]})
    >>> flows = balance[["Stkcd", "Accper"]].assign(B001300000=5.0, B001207000=1.0, C001020000=8.0,
    ...     D000103000=3.0, C001014000=40.0, Y0601b=100)
    >>> made = firm_panel(balance, (flows,))
    >>> made.frame[["firm", "year", "value_added", "capital"]].values.tolist()
    [['000001', 2019, 17.0, 30.0], ['000001', 2020, 17.0, 33.0]]
    >>> made.sample.loc[made.sample["dropped"] > 0, ["rule", "dropped"]].map(str).values.tolist()
    [['Leverage above one', '1']]
    """
    joined = join_statements((frame, *others), code_changes)
    whole = _described(joined.frame)
    amounts, notes = nominal_quantities(whole, value_added, taxes, materials)
    clash = [
        name for name in (*amounts.columns, "capital", "investment") if name in whole and name != "employees"
    ]
    if clash:
        raise MeasureError.of("firms.column_names_taken", names=clash)
    levels, unmatched = price_levels(whole, deflators, base_year)
    amounts, made = with_capital(whole, amounts, capital, levels)
    for name, level in levels.items():
        if name in amounts and name not in ("capital", "investment"):
            amounts[name] = amounts[name] / level
    logs = {f"log_{name}": positive_log(amounts[name]) for name in _LOGS if name in amounts}
    whole = whole.drop(columns=[name for name in amounts if name in whole])
    whole[[*amounts, *logs]] = amounts.assign(**logs)
    steps = USUAL_STEPS if sample is None else sample
    kept, reason, table, told = take_steps(whole, steps, needed=sample is not None)
    runs = spells(whole, kept)
    whole = _turnover(whole, runs)
    final = whole[kept].reset_index(drop=True)
    declare_columns(final, None if not deflators else base_year, levels, capital)
    return FirmPanel(
        frame=final,
        sample=_with_statements(table, joined),
        spells=runs,
        absences=absences(whole, kept, reason, [Text.of(step.label) for step in steps]),
        columns=joined.columns,
        notes=(
            *notes,
            *made,
            *price_notes(amounts.columns, levels, base_year),
            *without_logs(final),
            *unmatched,
            *told,
            *same_names(whole),
            *turnover_notes(runs),
        ),
    )


def _described(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the firms with what their items say of them: leverage, years listed, special treatment."""
    found = frame.copy(deep=False)
    found["year"] = found["year"].astype("int64")
    if {"total_assets_yuan", "total_liabilities_yuan"} <= set(found):
        positive = found["total_assets_yuan"].where(found["total_assets_yuan"] > 0)
        found["leverage"] = found["total_liabilities_yuan"] / positive
    if "listing_year" in found:
        found["years_listed"] = found["year"] - found["listing_year"]
    if "special_treatment" not in found and "firm_name" in found:
        found["special_treatment"] = marked_special(found["firm_name"])
    return found


def _turnover(whole: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the firms with 1 where they entered and left, missing where the data do not tell."""
    begins = dict(zip(zip(runs["firm"], runs["first_year"], strict=True), runs["began"], strict=True))
    ends = dict(zip(zip(runs["firm"], runs["last_year"], strict=True), runs["ended"], strict=True))
    keys = list(zip(whole["firm"], whole["year"], strict=True))
    sure = {"listed": 1.0, "delisted": 1.0, "gap": 0.0}
    return whole.assign(
        entered=[sure.get(begins[key], np.nan) if key in begins else 0.0 for key in keys],
        left=[sure.get(ends[key], np.nan) if key in ends else 0.0 for key in keys],
    )


def _with_statements(table: pd.DataFrame, joined: Joined) -> pd.DataFrame:
    """Return the steps with the rows that are no annual consolidated statements above them."""
    import pandas as pd

    before = [
        {"rule": reason, "dropped": count, "unknown": 0, "rows": np.nan, "firms": np.nan}
        for reason, count in joined.left_out
    ]
    found = pd.concat([pd.DataFrame(before), table], ignore_index=True) if before else table
    return found.astype({"rows": "Int64", "firms": "Int64"})
