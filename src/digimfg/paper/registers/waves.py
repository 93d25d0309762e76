"""Figure 1: six technology waves, their phases, and the rules that find a gap between phases."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from digimfg.arguments import checked
from digimfg.notes import note_of
from digimfg.paper.columns import register_columns
from digimfg.paper.definition import Finding, Register, Row, Words
from digimfg.paper.parsing import parse_amount, parse_span
from digimfg.paper.rules import shown
from digimfg.records import records
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["PAPER_YEAR", "PHASES", "REGISTER", "wave_phases"]

PAPER_YEAR = 2024
"""The paper appeared in this year; its "now" is this."""

PHASES = sheet_beside(__file__, "waves", "phases")
"""Phases in their order; years of war count in a wave's length and in no phase of it."""


@checked
def wave_phases(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the waves with one row per phase.

    Parameters
    ----------
    frame
        The register ``"waves"``.

    Returns
    -------
    pandas.DataFrame
        Columns ``wave phase phase_start phase_end phase_years`` (whole years), in order of time; phases that
        have not ended are left out.

    Examples
    --------
    >>> from digimfg.paper.views import register
    >>> phases = wave_phases(register("waves"))
    >>> int(phases.loc[phases["wave"] == 1, "phase_years"].sum())
    63
    """
    import pandas as pd

    frame = register_columns(frame, "waves", ("wave", *(f"{phase}_span" for phase in PHASES)))
    rows = []
    for record in records(frame):
        for phase in PHASES:
            start, end = parse_span(record[f"{phase}_span"] or "")
            if not math.isnan(end):
                rows.append(
                    {
                        "wave": record["wave"],
                        "phase": phase,
                        "phase_start": int(start),
                        "phase_end": int(end),
                        "phase_years": int(end - start),
                    }
                )
    columns = ["wave", "phase", "phase_start", "phase_end", "phase_years"]
    return pd.DataFrame(rows, columns=columns).sort_values("phase_start", kind="stable", ignore_index=True)


def _build(rows: tuple[Row, ...], _: Mapping[str, Words]) -> pd.DataFrame:
    import pandas as pd

    records = []
    for row in rows:
        start, end = parse_span(row.text("span"))
        claimed = parse_amount(row.text("length"))
        records.append(
            {
                "wave": row.coded["wave"],
                "wave_start": start,
                "wave_end": end,
                "length_years": end - start,
                "claimed_length_years": claimed.value if claimed else math.nan,
                **{f"{phase}_span": row.chinese(phase) for phase in PHASES},
                "wave_technology_zh": row.chinese("technology"),
                "wave_technology_en": row.english("technology"),
            }
        )
    return pd.DataFrame(records)


def _gaps(frame: pd.DataFrame) -> list[Finding]:
    """Find phases that do not begin where the one before ended, or do not fill their wave."""
    found = []
    for record in records(frame):
        if math.isnan(record["wave_end"]):
            continue
        year = record["wave_start"]
        for phase in PHASES:
            start, end = parse_span(record[f"{phase}_span"] or "")
            if math.isnan(start):
                continue
            if start != year or end <= start:
                found.append(_gap(record, phase, year))
            year = end
        if year != record["wave_end"]:
            found.append(_gap(record, "recovery", record["wave_end"], end=True))
    return found


def _gap(record: Mapping[Any, Any], phase: str, year: float, *, end: bool = False) -> Finding:
    word, word_zh = ("ends", "结束于") if end else ("begins", "开始于")
    return Finding(
        kind="phase_gap",
        row=str(record["wave"]),
        column=phase,
        got=str(record[f"{phase}_span"]),
        expected=Text(f"a phase that {word} in {year:g}", f"该阶段应{word_zh}{year:g}年"),
    )


def _joined_waves(frame: pd.DataFrame) -> list[Finding]:
    """Find waves that do not begin where the one before ended, and lengths that differ from the claimed
    ones.
    """
    found = []
    waves = records(frame)
    for before, after in itertools.pairwise(waves):
        if (
            not math.isnan(before["wave_end"])
            and not math.isnan(after["wave_start"])
            and before["wave_end"] != after["wave_start"]
        ):
            found.append(
                Finding(
                    kind="phase_gap",
                    row=str(after["wave"]),
                    column="span",
                    got=shown(after["wave_start"]),
                    expected=note_of("paper.end_of_wave_before", before=before["wave_end"]),
                )
            )
    return found + [
        Finding(
            kind="disagreement",
            row=str(record["wave"]),
            column="length",
            got=shown(record["claimed_length_years"]),
            expected=note_of("paper.years_of_wave", record=record["length_years"]),
        )
        for record in waves
        if not math.isnan(record["claimed_length_years"])
        and record["claimed_length_years"] != record["length_years"]
    ]


REGISTER = Register(
    variables=(
        "wave", "wave_start", "wave_end", "length_years", "claimed_length_years", "prosperity_span",
        "war_span",
        "recession_span", "depression_span", "recovery_span", "wave_technology_zh", "wave_technology_en",
    ),
    keys=("wave",),
    build=_build,
    rules=(_gaps, _joined_waves),
)  # fmt: skip
