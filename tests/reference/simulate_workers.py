"""Workers who move between the firms of their own small labour market: a graph of many components, made from its seed.

Run with pyfixest 0.60.0 (``python tests/reference/simulate_workers.py``), it prints the standard errors of x that
test_small_sample_rules.py holds as PYFIXEST.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

EFFECTS = {
    "worker": ("worker",),
    "worker firm": ("worker", "firm"),
    "firm job": ("firm", "job"),
    "worker firm job": ("worker", "firm", "job"),
    "worker firm year": ("worker", "firm", "year"),
}
CLUSTERS = ("worker", "market", "year")


def worker_frame(seed: int = 11, markets: int = 40) -> pd.DataFrame:
    """Return rows of workers, firms, jobs, years and markets; jobs are of few firms, so that pairs of effects fall apart."""
    rng = np.random.default_rng(seed)
    rows = []
    for market in range(markets):
        firms, workers = int(rng.integers(2, 5)), int(rng.integers(4, 9))
        for worker in range(workers):
            home = int(rng.integers(firms))
            for year in range(int(rng.integers(2, 6))):
                firm = home if rng.random() < 0.8 else int(rng.integers(firms))
                job = f"{market // 8}.{int(rng.integers(3))}"
                rows.append((f"{market}.{worker}", f"{market}.{firm}", job, year, market))
    frame = pd.DataFrame(rows, columns=["worker", "firm", "job", "year", "market"])
    while True:
        alone = frame.groupby("worker")["year"].transform("size") < 2
        alone |= frame.groupby("firm")["year"].transform("size") < 2
        if not alone.any():
            break
        frame = frame[~alone]
    frame = frame.reset_index(drop=True)
    level = {name: pd.Series(rng.normal(size=frame[name].nunique())) for name in ("worker", "firm")}
    codes = {name: pd.factorize(frame[name], sort=True)[0] for name in level}
    frame["x"] = rng.normal(size=len(frame)) + level["worker"].to_numpy()[codes["worker"]]
    frame["y"] = 0.5 * frame["x"] + sum(level[name].to_numpy()[codes[name]] for name in level)
    frame["y"] += rng.normal(size=len(frame)) * (1 + 0.5 * frame["year"])
    return frame


def main() -> None:
    """Print pyfixest's standard errors by effects and clusters: without effects in K, without nested ones, with all."""
    import pyfixest as pf

    frame = worker_frame()
    print(len(frame), pf.__version__)
    for name, effects in EFFECTS.items():
        for cluster in CLUSTERS:
            errors = []
            for count in ("none", "nonnested", "full"):
                fit = pf.feols(
                    f"y ~ x | {' + '.join(effects)}",
                    frame,
                    vcov={"CRV1": cluster},
                    ssc=pf.ssc(k_fixef=count),
                    fixef_tol=1e-12,
                )
                errors.append(float(fit.se()["x"]))
            print(f'    ("{name}", "{cluster}"): ({", ".join(f"{error:.12g}" for error in errors)}),')


if __name__ == "__main__":
    main()
