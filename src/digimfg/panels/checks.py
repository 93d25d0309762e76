"""Check what only the domain knows: identities, unit slips, breaks of series, census revisions; each a finding with its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from digimfg.errors import PanelError
from digimfg.panels import find_panel
from digimfg.text import Text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from digimfg.panels import Panel

__all__ = ["Finding", "check_panel", "finding", "refuse_errors"]

_SHOWN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Say what a check found.

    Parameters
    ----------
    rule
        Name of the rule; a mapping accepts it by this name, or for one column by ``rule:column``.
    severity
        ``"error"`` stops an import unless the mapping accepts the rule; ``"warning"`` becomes a note.
    column
        Column looked at.
    what
        What is wrong and what it may mean.
    n_rows
        How many rows.
    first
        Keys and values of the first few.
    """

    rule: str
    severity: Literal["error", "warning"]
    column: str
    what: Text
    n_rows: int
    first: tuple[str, ...]

    def accepted(self, accept: tuple[str, ...]) -> bool:
        """Tell whether a mapping's ``accept`` names the rule, for all columns or for this one."""
        return self.rule in accept or f"{self.rule}:{self.column}" in accept

    def note(self, accepted: bool = False) -> Text:
        """Return the finding as one line."""
        shown = "; ".join(self.first)
        return Text(
            f"{self.rule}{' (accepted)' if accepted else ''}, {self.column}: {self.what.en} — {self.n_rows:,} rows, first {shown}",
            f"{self.rule}{'（已确认）' if accepted else ''}，{self.column}：{self.what.zh} — {self.n_rows:,} 行，起首 {shown}",
        )


def check_panel(frame: pd.DataFrame, name: str) -> tuple[Finding, ...]:
    """Check a validated frame against what the domain knows of its panel.

    Errors (an import stops unless its mapping accepts the rule): ``sector_sum`` (three sectors differ from GDP by more than
    1 %), ``trade_sum`` (exports and imports differ from trade by more than 1 %), ``percent_scale`` (a percentage that never
    exceeds 1), ``unit_slip`` (a value, or a run of them, 10, 100, 1,000, 10⁴ or 10⁸ times its neighbours in time), ``unit_break``
    (from one year on most units are a power of ten larger or smaller), ``magnitude`` (a column, a province or a city is powers of
    ten from what is usual), ``zero`` (a zero where none can be), ``per_person_scale`` (GDP per person is a power of ten off GDP
    over population), ``place`` (a city outside the province of its row).

    Warnings: ``jump`` (more than e-fold from one year to the next), ``series_start`` (values before the series exists),
    ``series_end`` (values after it was discontinued), ``telecom_base`` (volume of telecommunication across a change of its
    price base), ``population_census`` and ``output_census`` (revised and unrevised years mixed), ``dissolved`` and ``boundary``
    (cities that no longer exist, or grew by one), ``incomplete`` (units without a row in some year), ``debt_above_assets``. For
    firms, whose accounts do jump, slips and breaks are warnings; so is ``magnitude`` where a column has fewer than five values.

    Parameters
    ----------
    frame
        Rows of the panel, keys as ordinary columns; columns that it lacks are not checked. Missing values are passed over.
    name
        Name of the panel.

    Returns
    -------
    tuple of Finding
        In the order of the rules above.

    Examples
    --------
    >>> import pandas as pd, digimfg as dm
    >>> frame = pd.DataFrame({"province": ["110000"] * 5, "year": range(2011, 2016), "gdp_100m_yuan": [100, 110, 1.2e6, 130, 140]})
    >>> [found.rule for found in dm.check_panel(frame, "china_province")]
    ['unit_slip']
    """
    from digimfg.panels.domain_checks import CHECKS

    panel = find_panel(name)
    if not set(panel.keys) <= set(frame.columns) or "year" not in panel.keys:
        return ()
    ordered = frame.sort_values(list(panel.keys), kind="stable", ignore_index=True)
    rules: Iterable[Callable[[pd.DataFrame, Panel], list[Finding]]] = CHECKS
    return tuple(found for rule in rules for found in rule(ordered, panel))


def refuse_errors(findings: tuple[Finding, ...], accept: tuple[str, ...], where: str) -> None:
    """Raise one error that lists every finding that counts as an error and was not accepted.

    Raises
    ------
    PanelError
        If there is such a finding.
    """
    refused = [found for found in findings if found.severity == "error" and not found.accepted(accept)]
    errors = [found.note() for found in refused]
    if errors:
        named = ", ".join(dict.fromkeys(f'"{found.rule}:{found.column}"' for found in refused))
        raise PanelError(
            where=where,
            expected=Text("values that agree with each other", "相互一致的取值"),
            got=Text(
                f"{len(errors)} finding{'s' if len(errors) > 1 else ''}"
                + "".join(f"\n    {line.en}" for line in errors),
                f"{len(errors)} 处发现" + "".join(f"\n    {line.zh}" for line in errors),
            ),
            remedy=Text(
                f"correct the unit or the cells; where you looked and the file is right, say so in the mapping: accept = [{named}]",
                f"更正单位或单元格；若核对后文件无误，请在映射中确认：accept = [{named}]",
            ),
        )


def finding(
    rule: str,
    severity: Literal["error", "warning"],
    column: str,
    what: Text,
    frame: pd.DataFrame,
    panel: Panel,
    rows: np.ndarray,
) -> list[Finding]:
    """Return one finding about the rows at these positions, or none where there are none."""
    if not len(rows):
        return []
    shown = []
    for row in rows[:_SHOWN]:
        key = " ".join(str(frame[name].iloc[row]) for name in panel.keys)
        value = (
            f" = {frame[column].iloc[row]:.6g}"
            if column in frame.columns and frame[column].dtype.kind == "f"
            else ""
        )
        shown.append(key + value)
    return [
        Finding(rule=rule, severity=severity, column=column, what=what, n_rows=len(rows), first=tuple(shown))
    ]
