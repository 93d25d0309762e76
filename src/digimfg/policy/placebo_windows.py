"""Steps that did not happen: the same equation in windows without the event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from digimfg.distributions.student import student_contrast
from digimfg.errors import EstimationError
from digimfg.estimate import estimate

if TYPE_CHECKING:
    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["joint_verdicts", "numbers_of", "placebo_windows"]


_SPACING = 5


def _windows(periods: pd.Series[Any], event: int, shortest: int) -> list[tuple[int, int, int]]:
    """Return first period, last one before a placebo step, and last period of each window."""
    first, last = int(periods.min()), int(periods.max())
    back = [*range(shortest, event - first + 1, _SPACING)]
    found = [(event - length, event) for length in back]
    ahead = [*range(shortest, last - event, _SPACING)]
    found += [(event + 1, event + length) for length in ahead]
    if last - event >= shortest:
        found.append((event + 1, last))
    return [(start, (start + end) // 2, end) for start, end in dict.fromkeys(found)]


def placebo_windows(
    specification: Specification,
    frame: pd.DataFrame,
    term: str,
    step: str,
    event: int,
    within: str | None,
    shortest: int,
) -> pd.DataFrame:
    """Return the estimate of a step in the middle of every window without the event."""
    time = str(specification.time)
    known = (
        frame[specification.outcome].notna()
        if specification.outcome in frame.columns
        else frame[time].notna()
    )
    periods = pd.to_numeric(frame[time])
    rows = []
    for first, cut, last in _windows(periods[known], int(event), shortest):
        sample = f"{time} >= {first} & {time} <= {last}"
        moved = frame.assign(**{step: (periods > cut).astype(float)})
        changed = specification.replace(sample=sample if within is None else f"({within}) & {sample}")
        found = estimate(changed, moved)
        row = numbers_of(found, term)
        rows.append(
            (
                first,
                cut,
                last,
                first > event,
                row["estimate"],
                row["std_error"],
                row["p_value"],
                found.statistics["n_obs"],
            )
        )
    columns = ["first", "cut", "last", "after", "estimate", "std_error", "p_value", "n_obs"]
    return pd.DataFrame(rows, columns=columns).set_index(["first", "cut", "last"])


def numbers_of(result: Result, term: str) -> dict[str, float]:
    """Return the row of a term, or say that a window is too short for it."""
    if term not in result.coefficients.index:
        raise EstimationError.of(
            "policy.window_without_coefficient", term=term, sample=result.specification.sample
        )
    row = result.coefficients.loc[[term]].astype(float).to_dict("records")[0]
    return {str(name): float(value) for name, value in row.items()}


def joint_verdicts(
    placebos: pd.DataFrame, joint: float, slope: float, error: float, df: float
) -> pd.DataFrame:
    """Return the p values of all placebos and pre-trends, and those of Holm."""
    early = placebos[~placebos["after"].astype(bool)]
    found = {
        "placebo " + "–".join(str(each) for each in window): float(p)
        for window, p in zip(early.index.tolist(), early["p_value"], strict=True)
    }
    found["pretrends"] = joint
    found["slope"] = student_contrast(slope, error, df, level=0.95).p_value
    p_values = np.array([*found.values()])
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return pd.DataFrame({"p_value": p_values, "p_adjusted": adjusted}, index=pd.Index([*found], name="test"))
