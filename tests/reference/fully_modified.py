"""Print what arch 8.0.0 finds in the units of test_long_run.py: python tests/reference/fully_modified.py.

arch (pip install arch==8.0.0) has fully modified and dynamic least squares of one series; it is needed here only.
"""

import numpy as np
import pandas as pd


def draw(seed: int, n: int, t: int) -> pd.DataFrame:
    """Return the panel of test_long_run.py."""
    rng = np.random.default_rng(seed)
    shocks = rng.normal(size=(n, t, 2))
    noise = rng.normal(size=(n, t))
    x = (shocks + 0.4 * noise[:, :, None]).cumsum(axis=1)
    u = np.zeros((n, t))
    for s in range(1, t):
        u[:, s] = 0.4 * u[:, s - 1] + noise[:, s]
    y = 1 + x @ [1.5, -0.7] + u
    return pd.DataFrame(
        {
            "unit": np.repeat(range(n), t), "year": np.tile(range(t), n), "y": y.ravel(),
            "x": x[:, :, 0].ravel(), "z": x[:, :, 1].ravel(),
        }
    )  # fmt: skip


if __name__ == "__main__":
    from arch.unitroot.cointegration import DynamicOLS, FullyModifiedOLS

    for _, unit in draw(0, 3, 40).groupby("unit"):
        own = unit.reset_index(drop=True)
        y, x = own["y"], own[["x", "z"]]
        for found in (
            FullyModifiedOLS(y, x, trend="c").fit(bandwidth=3),
            FullyModifiedOLS(y, x, trend="c", x_trend="ct").fit(bandwidth=3, diff=True),
            FullyModifiedOLS(y, x, trend="ct").fit(bandwidth=3),
            DynamicOLS(y, x, trend="c", lags=2, leads=1).fit(bandwidth=3),
        ):
            print([*found.params.iloc[:2].round(10), *found.std_errors.iloc[:2].round(10)])
