"""What the Monte Carlo studies share: tables in docs/monte_carlo.md between markers of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

REPORT = Path(__file__).parents[1] / "docs" / "monte_carlo.md"


def summarise(draws: pd.DataFrame, by: list[str], truth: str) -> pd.DataFrame:
    """Return bias, root mean squared error, size and coverage by design and estimator.

    Parameters
    ----------
    draws
        One row per sample and estimator with ``estimate``, ``std_error`` and the true value in column
        `truth`.
    """
    gap = draws["estimate"] - draws[truth]
    draws = draws.assign(gap=gap, squared=gap**2, inside=gap.abs() <= 1.959964 * draws["std_error"])
    grouped = draws.groupby(by, sort=False)
    table = pd.DataFrame(
        {
            "bias": grouped["gap"].mean(),
            "rmse": np.sqrt(grouped["squared"].mean()),
            "std. error ÷ std. deviation": grouped["std_error"].mean() / grouped["gap"].std(),
            "coverage of 95 %": grouped["inside"].mean(),
        }
    )
    return table.reset_index()


def write_table(name: str, table: pd.DataFrame) -> None:
    """Put a table between ``<!-- name -->`` and ``<!-- /name -->`` of the report."""
    shown = table.copy()
    for column in shown.columns:
        if pd.api.types.is_float_dtype(shown[column]):
            shown[column] = [f"{value:.3f}" if pd.notna(value) else "" for value in shown[column]]
    lines = ["| " + " | ".join(map(str, shown.columns)) + " |", "|" + " --- |" * shown.shape[1]]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in shown.itertuples(index=False)]
    text = REPORT.read_text(encoding="utf-8")
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, rest = text.split(start)
    _, after = rest.split(end)
    REPORT.write_text(before + start + "\n" + "\n".join(lines) + "\n" + end + after, encoding="utf-8")
    print("\n".join(lines), flush=True)
