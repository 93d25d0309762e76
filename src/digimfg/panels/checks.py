"""Check what only the domain knows: identities, unit slips, breaks of series, census revisions; each a
finding with its rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import PanelError
from digimfg.frames import read_columns
from digimfg.kinds import Holds
from digimfg.panels import find_panel
from digimfg.panels.domain_checks import CHECKS
from digimfg.panels.key_order import in_key_order
from digimfg.reader import Faulty
from digimfg.text import Text
from digimfg.variables import dictionary

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.panels import Panel
    from digimfg.panels.findings import Finding

__all__ = ["check_panel"]


@checked
def check_panel(frame: pd.DataFrame, name: str) -> tuple[Finding, ...]:
    """Check a validated frame against what the domain knows of its panel.

    Errors (an import stops unless its mapping accepts the rule): ``sector_sum`` (three sectors differ from
    GDP by more than 1 %), ``trade_sum`` (exports and imports differ from trade by more than 1 %),
    ``percent_scale`` (a percentage that never exceeds 1), ``unit_slip`` (a value, or a run of them, 10, 100,
    1,000, 10⁴ or 10⁸ times its neighbours in time), ``unit_break`` (from one year on most units are a power
    of ten larger or smaller), ``magnitude`` (a column, a province or a city is powers of ten from what is
    usual), ``zero`` (a zero where none can be), ``per_person_scale`` (GDP per person is a power of ten off
    GDP over population), ``place`` (a city outside the province of its row).

    Warnings: ``jump`` (more than e-fold from one year to the next), ``series_start`` (values before the
    series exists), ``series_end`` (values after it was discontinued), ``telecom_base`` (volume of
    telecommunication across a change of its price base), ``population_census`` and ``output_census``
    (revised and unrevised years mixed), ``dissolved`` and ``boundary`` (cities that no longer exist, or grew
    by one), ``incomplete`` (units without a row in some year), ``debt_above_assets``. For firms, whose
    accounts do jump, slips and breaks are warnings; so is ``magnitude`` where a column has fewer than five
    values.

    Parameters
    ----------
    frame
        Rows of the panel, keys as ordinary columns; columns that it lacks are not checked. Missing values
        are passed over.
    name
        Name of the panel.

    Returns
    -------
    tuple of Finding
        In the order of the rules above.

    Examples
    --------
    >>> import pandas as pd, digimfg as dm
    >>> frame = pd.DataFrame({"province": ["110000"] * 5, "year": range(2011, 2016), "gdp_100m_yuan": [17e3,
    ...     19e3, 21e7, 23e3, 25e3]})
    >>> [found.rule for found in dm.check_panel(frame, "china_province")]
    ['unit_slip']
    """
    panel = find_panel(name)
    if not set(panel.keys) <= set(frame.columns) or "year" not in panel.keys or frame.empty:
        return ()
    frame = _in_its_types(frame, panel)
    if in_key_order(frame, panel.keys):
        ordered = frame.reset_index(drop=True)
    else:
        ordered = frame.sort_values(list(panel.keys), kind="stable", ignore_index=True)
    return tuple(found for rule in CHECKS for found in rule(ordered, panel))


def _in_its_types(frame: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Return a frame whose known columns of numbers are numbers, whole ones whole where none is missing."""
    entries = dictionary()
    known = {name: entries[name] for name in entries if name in frame.columns}
    numbers = [name for name, entry in known.items() if entry.dtype in ("float", "integer")]
    wanted: dict[str, Holds] = dict.fromkeys(panel.keys, "keys")
    try:
        frame = read_columns(frame, {**wanted, **dict.fromkeys(numbers, "numbers")})
    except Faulty as told:
        where = Text(f"panel '{panel.name}'", f"面板“{panel.name}”")
        raise told.fault.error(PanelError, where=where) from None
    whole = [name for name in numbers if known[name].dtype == "integer" and _is_whole(frame[name])]
    return frame.astype(dict.fromkeys(set(numbers) - set(whole), "float64") | dict.fromkeys(whole, "int64"))


def _is_whole(column: pd.Series[float]) -> bool:
    return bool(np.isfinite(column).all() and (column % 1 == 0).all() and (column.abs() < 2**53).all())
