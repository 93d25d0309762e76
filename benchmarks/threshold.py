"""The threshold search and its bootstrap on a panel of the shape of Hansen's."""

from __future__ import annotations

import digimfg as dm
from benchmarks.panels import best_of, investment


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    frame = investment()
    rows = []
    for n_thresholds, aim in ((1, "≤ 3 s"), (3, "")):
        model = dm.Specification(
            "i",
            ("q", "q^2", "q^3"),
            entity="firm",
            time="year",
            estimator=dm.PanelThreshold(
                threshold_variable="debt",
                regime_dependent="cash",
                n_thresholds=n_thresholds,
                replications=300,
            ),
        )
        seconds = best_of(lambda model=model: dm.estimate(model, frame), 3)
        plural = "s" if n_thresholds > 1 else ""
        rows.append(
            (
                f"{n_thresholds} threshold{plural}, exact search and 300 draws, 565 × 14",
                f"{seconds:.2f} s",
                aim,
            )
        )
    return rows
