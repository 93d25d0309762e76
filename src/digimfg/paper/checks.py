"""Find mistakes in a register by rule, as one would before knowing any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.paper.columns import register_columns
from digimfg.paper.definition import find_register
from digimfg.paper.views import register

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.paper.definition import Finding

__all__ = ["check_register"]


@checked
def check_register(frame: pd.DataFrame, name: str, *, acknowledged: bool = False) -> pd.DataFrame:
    """Return what the rules of a register call mistakes in a copy of it.

    The rules know the form of a table, not its errata: a unit that makes the amounts absurd (``unit``), a
    pair without its slash (``lost_slash``), a number far from its column (``lost_decimal_point``), a date
    that no calendar has or that lies outside the paper (``impossible_date``), dates out of order
    (``unordered_date``), a lead that two rows share (``copied_lead``), an act listed twice
    (``duplicate_act``), cells that belong to another row (``shifted_row``), and more (``cut_cell``,
    ``missing_cell``, ``unknown_acronym``, ``title_marks``, ``part_above_whole``, ``phase_gap``,
    ``disagreement``, ``not_in_abstract``, ``no_source``, ``derived_value``, ``author_twice``).

    Parameters
    ----------
    frame
        A register's table (`register`), whole or changed.
    name
        Its name.
    acknowledged
        Report also what the rules find in the shipped register in cells that ``open_cells`` names as
        doubtful.

    Returns
    -------
    pandas.DataFrame
        Columns ``kind row column got expected_en expected_zh proposal``; no rows where nothing is found. A
        proposal is what the rule alone suggests, never applied by itself.

    Raises
    ------
    DigimfgError
        If there is no such register.
    PanelError
        If columns of the register are missing.

    Examples
    --------
    >>> found = check_register(register("institutes", "as_printed"), "institutes")
    >>> found.loc[found["kind"] == "unit", ["got", "proposal"]].iloc[0].tolist()
    ['亿美元', '千万美元']
    >>> len(check_register(register("institutes"), "institutes"))
    0
    """
    import pandas as pd

    definition = find_register(name)
    frame = register_columns(frame, name, definition.variables)
    findings = [finding for rule in definition.rules for finding in rule(frame)]
    known = set() if acknowledged else _acknowledged(frame, name)
    rows = [
        {
            "kind": finding.kind,
            "row": finding.row,
            "column": finding.column,
            "got": finding.got,
            "expected_en": finding.expected.en,
            "expected_zh": finding.expected.zh,
            "proposal": finding.proposal,
        }
        for finding in findings
        if finding not in known
    ]
    return pd.DataFrame(
        rows, columns=["kind", "row", "column", "got", "expected_en", "expected_zh", "proposal"]
    )


def _acknowledged(frame: pd.DataFrame, name: str) -> set[Finding]:
    """Return what the rules find in the shipped register and `open_cells` of the frame names as doubtful."""
    if "open_cells" not in frame.columns or not (frame["open_cells"] != "").any():
        return set()
    definition = find_register(name)
    rows = frame[list(definition.keys)].astype(str).agg(":".join, axis=1)
    doubtful = {
        (row, cell)
        for row, cells in zip(rows, frame["open_cells"], strict=True)
        for cell in str(cells).split("; ")
    }
    shipped = register(name)
    return {
        finding
        for rule in definition.rules
        for finding in rule(shipped)
        if (finding.row, finding.column) in doubtful
    }
