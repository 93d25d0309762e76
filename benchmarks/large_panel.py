"""A firm panel of ten million rows: built in pieces, validated, and a two-way fixed-effects regression on
it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

N_ROWS = 10_000_000
_STEPS = """
import json, sys, time
from benchmarks.memory import peak_gigabytes as peak
import numpy as np, pyarrow as pa, pyarrow.parquet as pq

path, n_rows, n_years, piece = sys.argv[1], int(sys.argv[2]), 10, 20_000
n_firms = n_rows // n_years
rng = np.random.default_rng(1)
effect = rng.normal(size=n_firms)
steps, start, writer = [], time.perf_counter(), None
for first in range(0, n_firms, piece):
    firms = np.arange(first, min(first + piece, n_firms))
    n = len(firms) * n_years
    x, z = rng.normal(size=n), rng.normal(size=n)
    y = 0.5 * x - 0.2 * z + np.repeat(effect[firms], n_years) + rng.normal(size=n)
    table = pa.table({
        "firm": pa.array([f"{firm:07d}" for firm in np.repeat(firms, n_years)]),
        "year": np.tile(np.arange(2011, 2011 + n_years), len(firms)),
        "revenue_yuan": y, "total_assets_yuan": np.exp(x), "debt_asset_ratio": np.exp(z),
    })
    writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
    writer.write_table(table)
writer.close()
steps.append(("build", time.perf_counter() - start, peak()))

import digimfg as dm

start = time.perf_counter()
frame = pq.ParquetFile(path).read(use_threads=False).to_pandas(use_threads=False, self_destruct=True, split_blocks=True)
frame = dm.validate_panel(frame, "firm")
steps.append(("load and validate", time.perf_counter() - start, peak()))

start = time.perf_counter()
result = dm.estimate(
    dm.Specification(
        "revenue_yuan", ("log(total_assets_yuan)", "log(debt_asset_ratio)"), entity="firm", time="year",
        fixed_effects=("firm", "year"), covariance=dm.Clustered("firm"),
    ),
    frame,
)
steps.append(("two-way fixed effects, clustered", time.perf_counter() - start, peak()))
assert np.allclose(result.coefficients["estimate"], [0.5, -0.2], atol=0.01)
print(json.dumps(steps))
"""  # noqa: E501


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    rows = [
        (f"  {step}", f"{seconds:.0f} s, peak so far {gigabytes:.1f} GB", "≤ 8 GB")
        for step, seconds, gigabytes in steps(N_ROWS)
    ]
    return [(f"firm panel of {N_ROWS:,} rows", "", ""), *rows]


def steps(n_rows: int) -> list[tuple[str, float, float]]:
    """Run every step in a process of its own; return step, seconds and peak memory in GB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _STEPS, Path(folder) / "firms.parquet", str(n_rows)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [tuple(step) for step in json.loads(done.stdout.splitlines()[-1])]
