"""Write ``data/club_panel.csv``: two clubs and two stragglers over 40 periods, with autocorrelated noise.

Run ``python tests/reference/simulate_clubs.py`` from the root; the file is kept because R reads it too.
"""

from pathlib import Path

import numpy as np
import pandas as pd


def club_panel() -> pd.DataFrame:
    rng = np.random.default_rng(20240501)
    t = np.arange(1, 41)
    rows = []
    for unit in range(16):
        limit = 10.0 if unit < 8 else 7.0 if unit < 14 else 5.0 if unit == 14 else 4.6 - 0.07 * t
        gap = rng.normal(scale=0.8)
        noise = np.zeros(40)
        for period in range(1, 40):
            noise[period] = 0.6 * noise[period - 1] + rng.normal(scale=0.02)
        path = limit + 0.02 * t + gap / (np.log(t + 1) * t**0.4) + noise / t**0.4
        rows += [(f"u{unit:02d}", 1980 + period, round(float(path[period]), 6)) for period in range(40)]
    return pd.DataFrame(rows, columns=["unit", "year", "x"])


if __name__ == "__main__":
    club_panel().to_csv(Path(__file__).parent / "data" / "club_panel.csv", index=False, lineterminator="\n")
