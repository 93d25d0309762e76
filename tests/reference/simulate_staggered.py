"""A panel of staggered adoption with effects that differ by cohort, made anew from its seed."""

from __future__ import annotations

import numpy as np
import pandas as pd


def staggered_frame(seed: int = 20240607, units: int = 120, years: int = 8) -> pd.DataFrame:
    """Return units × years with cohorts 2004, 2006, 2007 and never (0), a covariate and a province of ten."""
    rng = np.random.default_rng(seed)
    cohort = rng.choice([2004, 2006, 2007, 0], size=units, p=[0.2, 0.2, 0.2, 0.4])
    size = rng.normal(size=units) + (cohort > 0) * 0.4
    level = rng.normal(size=units)
    year = np.arange(2001, 2001 + years)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(1, units + 1), years),
            "year": np.tile(year, units),
            "cohort": np.repeat(cohort, years),
            "province": np.repeat(np.arange(units) % 30, years),
            "size": np.repeat(size, years),
        }
    )
    since = frame["year"] - frame["cohort"]
    frame["treated"] = ((frame["cohort"] > 0) & (since >= 0)).astype(int)
    trend = 0.05 * (frame["year"] - 2001) * (1 + frame["size"])
    effect = (
        frame["treated"] * (0.3 + 0.1 * since.where(frame["treated"] == 1, 0)) * (frame["cohort"] != 2007)
    )
    frame["x"] = rng.normal(size=len(frame)) + 0.2 * frame["size"]
    noise = rng.normal(scale=0.5, size=len(frame))
    frame["y"] = np.repeat(level, years) + trend + effect + 0.4 * frame["x"] + noise
    return frame
