"""Difference GMM on a panel of the shape of Arellano and Bond's, against plm's pgmm."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import digimfg as dm
from benchmarks.panels import best_of, employment

EXOGENOUS = ("w", "L.w", "k", "L.k", "L2.k", "ys", "L.ys", "L2.ys")
PLM = """
suppressMessages(library(plm))
d <- pdata.frame(read.csv(commandArgs(TRUE)[1]), index = c("firm", "year"))
one <- function() {
  m <- pgmm(n ~ lag(n, 1:2) + lag(w, 0:1) + lag(k, 0:2) + lag(ys, 0:2) | lag(n, 2:99), data = d,
            effect = "twoways", model = "twosteps")
  summary(m, robust = TRUE)
}
one(); times <- replicate(3, system.time(one())[["elapsed"]]); cat(min(times))
"""


def specification() -> dm.Specification:
    """Return Arellano and Bond's equation, two steps with every test."""
    return dm.Specification(
        "n",
        ("L.n", "L2.n", *EXOGENOUS),
        entity="firm",
        time="year",
        fixed_effects=("firm", "year"),
        estimator=dm.DynamicGMM(instruments=dm.GMMInstruments("n"), exogenous=EXOGENOUS),
    )


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    frame = employment()
    own = best_of(lambda: dm.estimate(specification(), frame), 20)
    rows = [("difference GMM, 140 firms × 9 years, two steps, all tests", f"{own * 1e3:.1f} ms", "≤ 30 ms")]
    peer = _plm(frame)
    ratio = "R with plm is not installed" if peer is None else f"{peer / own:.1f} ({peer * 1e3:.0f} ms)"
    return [*rows, ("  plm::pgmm with its summary ÷ digimfg", ratio, "≥ 10")]


def _plm(frame: object) -> float | None:
    program = shutil.which("Rscript")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder) / "panel.csv", Path(folder) / "peer.R"
        frame.to_csv(data, index=False)  # type: ignore[attr-defined]
        script.write_text(PLM, encoding="utf-8")
        done = subprocess.run([program, script, data], capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None
