"""Import of a firm file of 300,000 rows, and a firm panel of ten million rows from build to regression."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

N_FIRMS, N_YEARS = 20_000, 15
COLUMNS = {
    "资产总计(元)": 22.0, "负债合计(元)": 21.0, "营业收入(元)": 21.5, "营业成本(元)": 21.2,
    "固定资产净额(元)": 20.0, "无形资产净额(元)": 18.0,
    "净利润(元)": 18.5, "政府补助(元)": 16.0, "员工人数(人)": 7.5, "折旧(元)": 17.0,
}  # fmt: skip
_IMPORT = """
import json, sys, time
import digimfg as dm
from benchmarks.memory import peak_gigabytes
start, busy = time.perf_counter(), time.process_time()
got = dm.import_panel(sys.argv[1], "firm")
took = [time.perf_counter() - start, time.process_time() - busy]
print(json.dumps([*took, peak_gigabytes(), len(got.frame)]))
"""


def firms(n_firms: int = N_FIRMS, n_years: int = N_YEARS) -> pd.DataFrame:
    """Return accounts of made-up firms under Chinese headers, stock codes as text."""
    rng = np.random.default_rng(4)
    n = n_firms * n_years
    frame = pd.DataFrame(
        {
            "股票代码": np.repeat([f"{number:06d}" for number in range(n_firms)], n_years),
            "会计年度": np.tile(np.arange(2009, 2009 + n_years), n_firms),
            "行业代码": np.repeat(rng.choice([f"C{number}" for number in range(13, 44)], n_firms), n_years),
        }
    )
    level = np.repeat(rng.normal(0, 1.2, n_firms), n_years)
    for name, mean in COLUMNS.items():
        frame[name] = np.round(np.exp(mean + level + rng.normal(0, 0.2, n)), 2)
    return frame


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    frame = firms()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("csv", "xlsx"):
            path = Path(folder) / f"firms.{kind}"
            if kind == "csv":
                frame.to_csv(path, index=False, encoding="gb18030")
            else:
                _write_xlsx(frame, path)
            seconds, busy, gigabytes, read = imported(path)
            what = f"import {read:,} firm-years × {frame.shape[1]} columns, {kind} ({path.stat().st_size / 1e6:.0f} MB)"  # noqa: E501
            rows.append(
                (
                    what,
                    f"{seconds:.1f} s ({busy:.1f} s of processor), peak {gigabytes:.2f} GB",
                    "≤ 10 s, ≤ 1 GB",
                )
            )
    return rows


def imported(path: Path) -> tuple[float, float, float, int]:
    """Import a file in a process of its own; return seconds, seconds of processor, peak memory in GB and
    rows.
    """
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _IMPORT, path], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{done.stderr} after {time.perf_counter() - start:.0f} s")
    seconds, busy, gigabytes, rows = json.loads(done.stdout.splitlines()[-1])
    return seconds, busy, gigabytes, rows


def _write_xlsx(frame: pd.DataFrame, path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append(list(frame.columns))
    for row in frame.itertuples(index=False):
        sheet.append([value.item() if hasattr(value, "item") else value for value in row])
    book.save(path)
