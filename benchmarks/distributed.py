"""Where a panel is larger than one machine: the same regression in pieces on a local Dask cluster.

Firms never leave their piece, so their effects and their clusters are dealt with there; only sums of k × k
travel.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.memory import peak_gigabytes

N_FIRMS, N_YEARS, N_PIECES = 100_000, 10, 8
X = ("x1", "x2")


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    from distributed import Client, LocalCluster

    with tempfile.TemporaryDirectory() as folder:
        paths = write_pieces(Path(folder), N_FIRMS, N_PIECES)
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            start = time.perf_counter()
            slopes, errors = regression(
                paths, lambda function, items: client.gather(client.map(function, items))
            )
            seconds = time.perf_counter() - start
            peak = max(client.run(peak_gigabytes).values())
        whole = dm.estimate(
            dm.Specification("y", X, entity="firm", time="year", fixed_effects=("firm", "year")),
            pd.concat([pd.read_parquet(path) for path in paths]),
        ).coefficients
    gap = float(
        max(np.abs(slopes / whole["estimate"] - 1).max(), np.abs(errors / whole["std_error"] - 1).max())
    )
    return [
        (
            f"two-way FE, clustered, {N_FIRMS * N_YEARS:,} rows in {N_PIECES} pieces on a Dask cluster of 2",
            f"{seconds:.1f} s, peak of a worker {peak:.2f} GB",
            "",
        ),
        ("  largest relative difference from dm.estimate, slopes and errors", f"{gap:.0e}", "≤ 1e-9"),
    ]


def write_pieces(folder: Path, n_firms: int, n_pieces: int) -> list[str]:
    """Write a panel as files that each hold whole firms."""
    paths = []
    for piece, firms in enumerate(np.array_split(np.arange(n_firms), n_pieces)):
        rng = np.random.default_rng([1, piece])
        frame = pd.DataFrame(
            {"firm": np.repeat(firms, N_YEARS), "year": np.tile(np.arange(N_YEARS), len(firms))}
        )
        level, wave = np.repeat(rng.normal(size=len(firms)), N_YEARS), np.sin(frame["year"])
        for name in X:
            frame[name] = rng.normal(size=len(frame)) + 0.3 * level + 0.3 * wave
        frame["y"] = 0.5 * frame["x1"] - 0.2 * frame["x2"] + level + wave + rng.normal(size=len(frame))
        paths.append(str(folder / f"piece_{piece}.parquet"))
        frame.to_parquet(paths[-1])
    return paths


def regression(paths: list[str], run: object) -> tuple[np.ndarray, np.ndarray]:
    """Return slopes and clustered errors (rule of reghdfe) from two passes over the pieces."""
    crosses = run(_cross_products, paths)  # type: ignore[operator]
    gram, moment = (sum(part[place] for part in crosses) for place in (0, 1))
    n_rows, n_firms = (sum(part[place] for part in crosses) for place in (2, 3))
    bread = np.linalg.inv(gram)
    slopes = bread @ moment
    scores = run(_scores, [(path, slopes) for path in paths])  # type: ignore[operator]
    n_slopes = len(slopes)  # years beside the regressors; firms are nested in the clusters
    factor = n_firms / (n_firms - 1) * (n_rows - 1) / (n_rows - n_slopes - 1)
    errors = np.sqrt(np.diag(bread @ sum(scores) @ bread) * factor)
    return slopes[: len(X)], errors[: len(X)]


def _demeaned(path: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    frame = pd.read_parquet(path)
    years = (frame["year"].to_numpy()[:, None] == np.arange(1, N_YEARS)).astype(np.float64)
    values = np.column_stack([frame[[*X]].to_numpy(), years, frame["y"].to_numpy()])
    firm = np.unique(frame["firm"].to_numpy(), return_inverse=True)[1]
    means = np.column_stack([np.bincount(firm, column) for column in values.T]) / np.bincount(firm)[:, None]
    values = values - means[firm]
    return values[:, :-1], values[:, -1], firm


def _cross_products(path: str) -> tuple[np.ndarray, np.ndarray, int, int]:
    x, y, firm = _demeaned(path)
    return x.T @ x, x.T @ y, len(y), int(firm.max()) + 1


def _scores(task: tuple[str, np.ndarray]) -> np.ndarray:
    path, slopes = task
    x, y, firm = _demeaned(path)
    scores = x * (y - x @ slopes)[:, None]
    sums = np.column_stack([np.bincount(firm, column) for column in scores.T])
    return sums.T @ sums
