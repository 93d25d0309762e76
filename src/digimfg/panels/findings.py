"""What a check of a panel finds: a rule, a column, its rows; errors among them stop an import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from digimfg.errors import PanelError
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

    from digimfg.panels import Panel

__all__ = ["Finding", "finding", "refuse_errors"]

_SHOWN = 3
_WORDS = sheet_beside(__file__, "findings")
"""Rule → what is wrong and what it may mean."""


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
        return note_of(
            "panels.finding",
            rule=self.rule,
            accepted=Text(" (accepted)", "（已确认）") if accepted else "",
            column=self.column,
            what=self.what,
            n=self.n_rows,
            first="; ".join(self.first),
        )


def finding(
    rule: str,
    severity: Literal["error", "warning"],
    column: str,
    frame: pd.DataFrame,
    panel: Panel,
    rows: np.ndarray,
    *,
    said: str = "",
    **facts: object,
) -> list[Finding]:
    """Return one finding about the rows at these positions, or none where there are none.

    Its words are those of the rule, or of the name `said`, in the sheet of findings, with their facts.
    """
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
        Finding(
            rule=rule,
            severity=severity,
            column=column,
            what=_with_facts(_WORDS[said or rule], facts),
            n_rows=len(rows),
            first=tuple(shown),
        )
    ]


def _with_facts(words: Text, facts: Mapping[str, object]) -> Text:
    texts = {
        name: Text.of(fact) if isinstance(fact, Text) else Text.of(str(fact)) for name, fact in facts.items()
    }
    return Text(
        words.en.format(**{name: each.en for name, each in texts.items()}),
        words.zh.format(**{name: each.zh for name, each in texts.items()}),
    )


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
        raise PanelError.of(
            "panels.values_disagree",
            where=where,
            named=named,
            n=len(errors),
            listed=Text(
                "".join(f"\n    {line.en}" for line in errors), "".join(f"\n    {line.zh}" for line in errors)
            ),
        )
