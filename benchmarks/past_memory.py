"""Two-way effects with clustered errors on Parquet larger than memory, streamed and in DuckDB's SQL.

``python -m benchmarks past_memory`` takes 10⁷ rows, ``python -m benchmarks.past_memory ROWS`` as many as
named.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import digimfg as dm
from benchmarks.memory import peak_gigabytes

N_YEARS, CHUNK = 10, 1_000_000
_SQL = """
CREATE OR REPLACE TEMP TABLE firms AS
  SELECT firm, avg(y) y, avg(x1) x1, avg(x2) x2 FROM rows GROUP BY firm;
CREATE OR REPLACE TEMP TABLE years AS
  SELECT year, avg(y) y, avg(x1) x1, avg(x2) x2 FROM rows GROUP BY year;
CREATE OR REPLACE TEMP TABLE whole AS SELECT avg(y) y, avg(x1) x1, avg(x2) x2 FROM years;
CREATE OR REPLACE TEMP VIEW freed AS
  SELECT r.firm, r.y - f.y - t.y + w.y y, r.x1 - f.x1 - t.x1 + w.x1 x1, r.x2 - f.x2 - t.x2 + w.x2 x2
  FROM rows r JOIN firms f USING (firm) JOIN years t USING (year), whole w;
"""
_PRODUCTS = "SELECT sum(x1*x1), sum(x1*x2), sum(x2*x2), sum(x1*y), sum(x2*y) FROM freed"
_MEAT = """
SELECT sum(s1*s1), sum(s1*s2), sum(s2*s2) FROM (
  SELECT sum(x1*(y - ?*x1 - ?*x2)) s1, sum(x2*(y - ?*x1 - ?*x2)) s2 FROM freed GROUP BY firm)
"""


def write(folder: Path, n_rows: int) -> Path:
    """Write a balanced panel of ten years in files of a million rows, and return where it is."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = folder / f"rows_{n_rows}"
    target.mkdir(exist_ok=True)
    rng = np.random.default_rng(6)
    for place, start in enumerate(range(0, n_rows, CHUNK)):
        size = min(CHUNK, n_rows - start)
        firm = (start + np.arange(size)) // N_YEARS
        own = rng.normal(size=size // N_YEARS)[(np.arange(size) // N_YEARS)]
        x1, x2 = rng.normal(size=size) + own, rng.normal(size=size)
        columns = {
            "firm": firm, "year": np.tile(np.arange(2000, 2000 + N_YEARS), size // N_YEARS),
            "x1": x1, "x2": x2, "y": 0.5 * x1 - 0.2 * x2 + own + rng.normal(size=size),
        }  # fmt: skip
        pq.write_table(pa.table(columns), target / f"part_{place:04d}.parquet")
    return target


def estimate(path: Path) -> np.ndarray:
    """Return slopes and errors of a streamed estimate."""
    spec = dm.Specification(
        "y", ("x1", "x2"), entity="firm", time="year", fixed_effects=("firm", "year"),
        covariance=dm.Clustered("firm", small_sample="none"),
    )  # fmt: skip
    found = dm.estimate(spec, dm.scan(path, in_memory_rows=0)).coefficients
    return np.concatenate([found["estimate"], found["std_error"]])


def in_sql(path: Path) -> np.ndarray:
    """Return the same from DuckDB's SQL, for a balanced panel."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '4GB'")
        connection.execute(f"CREATE TEMP VIEW rows AS SELECT * FROM read_parquet('{path}/*.parquet')")
        connection.execute(_SQL)
        a, b, c, d, e = connection.execute(_PRODUCTS).fetchone()
        bread = np.linalg.inv(np.array([[a, b], [b, c]]))
        slopes = bread @ np.array([d, e])
        a, b, c = connection.execute(_MEAT, [*slopes, *slopes]).fetchone()
    covariance = bread @ np.array([[a, b], [b, c]]) @ bread
    return np.concatenate([slopes, np.sqrt(np.diag(covariance))])


def measure(n_rows: int = 10_000_000) -> list[tuple[str, str, str]]:
    """Return rows of the table, each engine in a process of its own."""
    found = []
    with tempfile.TemporaryDirectory(prefix="digimfg-") as folder:
        path = write(Path(folder), n_rows)
        for name in ("estimate", "in_sql"):
            call = [sys.executable, "-m", "benchmarks.past_memory", name, str(path)]
            done = subprocess.run(call, capture_output=True, text=True, check=True)
            found.append(json.loads(done.stdout.splitlines()[-1]))
    ours, theirs = found
    apart = float(np.abs(np.array(ours["answer"]) - theirs["answer"]).max())
    told = [
        f"{each['seconds']:.1f} s ({each['busy']:.1f} s of processor), peak {each['peak_gb']:.2f} GB"
        for each in found
    ]
    ratio = ours["seconds"] / theirs["seconds"]
    return [
        (f"two-way effects streamed from Parquet, {n_rows:,} rows", told[0], "≤ 1.5 GB"),
        (f"  digimfg ÷ DuckDB's SQL (answers {apart:.0e} apart)", f"{ratio:.2f} ({told[1]})", "≤ 1.2"),
    ]


def _main() -> None:
    if len(sys.argv) == 3:
        start, before = time.perf_counter(), time.process_time()
        answer = {"estimate": estimate, "in_sql": in_sql}[sys.argv[1]](Path(sys.argv[2]))
        took = {"seconds": time.perf_counter() - start, "busy": time.process_time() - before}
        print(json.dumps({**took, "peak_gb": peak_gigabytes(), "answer": answer.tolist()}))
        return
    for row in measure(int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000):
        print(*row, sep="  ", flush=True)


if __name__ == "__main__":
    _main()
