"""Write the made-up panel of mediation, moderation and groups: python tests/reference/simulate_mechanisms.py

Draws are uniform numbers of PCG64 through the normal quantile, rounded to six digits, as in simulate_panels.py.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri

DATA = Path(__file__).parent / "data"


def mechanisms_panel() -> pd.DataFrame:
    """30 units, 8 years, 14 rows missing: x → m1 → m2 → y, a moderator w of x, two groups of units."""
    rng = np.random.Generator(np.random.PCG64(20240610))
    n_units, n_years = 30, 8

    def normals(*shape: int) -> np.ndarray:
        return ndtri(np.clip(rng.random(shape), 1e-12, 1 - 1e-12))

    unit, year = normals(n_units, 5), normals(n_years)[None, :]
    shape = (n_units, n_years)
    x = normals(*shape) + unit[:, :1] + 0.5 * year
    z = normals(*shape) + 0.3 * unit[:, :1]
    w = 0.8 * normals(*shape) + unit[:, 1:2]
    m1 = 0.5 * x + 0.3 * z + normals(*shape) + 0.4 * normals(n_units)[:, None] * x + unit[:, 2:3]
    m2 = 0.2 * x + 0.5 * m1 - 0.2 * z + normals(*shape) + unit[:, 3:4]
    group = (np.arange(n_units) % 5 < 2)[:, None]
    y = 0.3 * x + 0.25 * x * w + 0.2 * w + 0.3 * group * x + 0.2 * m1 + 0.4 * m2 + 0.5 * z
    y = y + normals(*shape) + unit[:, 4:] + year
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(1, n_units + 1), n_years),
            "year": np.tile(np.arange(2001, 2001 + n_years), n_units),
            "coastal": np.repeat(group[:, 0].astype(int), n_years),
            **{
                name: values.ravel()
                for name, values in {"y": y, "x": x, "z": z, "w": w, "m1": m1, "m2": m2}.items()
            },
        }
    ).round(6)
    missing = np.argsort(rng.random(len(frame)), kind="stable")[:14]
    return frame.drop(index=missing).reset_index(drop=True)


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    mechanisms_panel().to_csv(DATA / "mechanisms_panel.csv", index=False, lineterminator="\n")
