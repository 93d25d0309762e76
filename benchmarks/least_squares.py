"""Two-way fixed effects with clustered errors on a million rows: ours, linearmodels' PanelOLS, pyfixest's
feols.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd

import digimfg as dm

N_FIRMS, N_YEARS = 100_000, 10
_MEMORY = """
import json, sys
from benchmarks.least_squares import RUNS, panel
from benchmarks.memory import peak_gigabytes

frame = panel()
before = peak_gigabytes()
RUNS[sys.argv[1]](frame)
print(json.dumps([before, peak_gigabytes()]))
"""


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    frame = panel()
    seconds = {name: _best(run, frame) for name, run in RUNS.items() if _there(name)}
    peaks = {name: _peak(name) for name in seconds}
    slopes = {name: RUNS[name](frame) for name in seconds}
    rows = [
        (
            f"two-way FE, clustered, {N_FIRMS * N_YEARS:,} rows × {N_FIRMS:,} firms, 3 regressors",
            f"{seconds['digimfg']:.2f} s, peak {peaks['digimfg']:.2f} GB",
            "no slower, no larger than PanelOLS",
        )
    ]
    for name in [each for each in seconds if each != "digimfg"]:
        gap = float(np.abs(slopes[name] - slopes["digimfg"]).max())
        rows.append(
            (
                f"  {name} ÷ digimfg (slopes differ by {gap:.0e})",
                (
                    f"{seconds[name] / seconds['digimfg']:.1f} ({seconds[name]:.2f} s, peak "
                    f"{peaks[name]:.2f} GB)"
                ),
                "≥ 1",
            )
        )
    return rows


def panel(n_firms: int = N_FIRMS) -> pd.DataFrame:
    """Return firms × years with three regressors that go with both effects."""
    rng = np.random.default_rng(1)
    firm, year = np.repeat(np.arange(n_firms), N_YEARS), np.tile(np.arange(2010, 2010 + N_YEARS), n_firms)
    level, wave = rng.normal(size=n_firms)[firm], rng.normal(size=N_YEARS)[year - 2010]
    frame = pd.DataFrame({"firm": firm, "year": year})
    for name in ("x1", "x2", "x3"):
        frame[name] = rng.normal(size=len(frame)) + 0.3 * level + 0.3 * wave
    frame["y"] = 0.5 * frame.x1 - 0.2 * frame.x2 + level + wave + rng.normal(size=len(frame))
    return frame


def _digimfg(frame: pd.DataFrame) -> np.ndarray:
    spec = dm.Specification(
        "y", ("x1", "x2", "x3"), entity="firm", time="year", fixed_effects=("firm", "year"),
        covariance=dm.Clustered("firm"),
    )  # fmt: skip
    return dm.estimate(spec, frame).coefficients["estimate"].to_numpy()


def _panel_ols(frame: pd.DataFrame) -> np.ndarray:
    from linearmodels import PanelOLS

    keyed = frame.set_index(["firm", "year"])
    model = PanelOLS(keyed["y"], keyed[["x1", "x2", "x3"]], entity_effects=True, time_effects=True)
    return model.fit(cov_type="clustered", cluster_entity=True).params.to_numpy()


def _feols(frame: pd.DataFrame) -> np.ndarray:
    import pyfixest

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (
            pyfixest.feols("y ~ x1 + x2 + x3 | firm + year", frame, vcov={"CRV1": "firm"}).coef().to_numpy()
        )


RUNS = {"digimfg": _digimfg, "linearmodels PanelOLS": _panel_ols, "pyfixest feols": _feols}


def _there(name: str) -> bool:
    return name != "pyfixest feols" or importlib.util.find_spec("pyfixest") is not None


def _best(run: object, frame: pd.DataFrame, repeats: int = 3) -> float:
    times = []
    for _ in range(repeats + 1):  # the first run compiles and imports
        start = time.perf_counter()
        run(frame)  # type: ignore[operator]
        times.append(time.perf_counter() - start)
    return min(times[1:])


def _peak(name: str) -> float:
    done = subprocess.run([sys.executable, "-c", _MEMORY, name], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1])[1])
