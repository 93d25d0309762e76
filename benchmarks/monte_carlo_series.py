"""Size and power of the tests of one break: python -m benchmarks.monte_carlo_series."""

from __future__ import annotations

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.monte_carlo import write_table
from benchmarks.monte_carlo_stages import red

Shares = dict[str, float]


def breaks(rng: np.random.Generator, n: int, jump: float, memory: float, errors: str) -> Shares:
    """Return whether a break of the mean at half of the series is found, and its date within two periods."""
    x = red(rng, n, memory) * np.sqrt(1 - memory**2)
    x[n // 2 :] += jump
    frame = pd.DataFrame({"year": np.arange(n), "x": x})
    found = dm.break_test(frame, "x", errors=errors, draws=199, seed=n)  # type: ignore[arg-type]
    tests = (found.tests["p_value"] <= 0.05).astype(float)
    near = float(abs(found.first_after - n // 2) <= 2) if jump else np.nan
    return {**{name: tests[name] for name in ("sup_f", "ave_f", "exp_f")}, "date": near}


def table_of_breaks(samples: int = 100, lengths: tuple[int, ...] = (40, 100)) -> pd.DataFrame:
    """Return size and power of the tests of one break."""
    cases = (
        ("independent", 0.0, 0.0, "independent"),
        ("memory 0.5", 0.0, 0.5, "independent"),
        ("memory 0.5", 0.0, 0.5, "autoregressive"),
        ("independent", 1.0, 0.0, "independent"),
        ("memory 0.5", 1.0, 0.5, "autoregressive"),
    )
    rows = []
    for n in lengths:
        for place, (name, jump, memory, errors) in enumerate(cases):
            found = pd.DataFrame(
                [
                    breaks(np.random.default_rng((29, 10 * n + place, s)), n, jump, memory, errors)
                    for s in range(samples)
                ]
            ).mean()
            rows.append(
                {
                    "T": n, "errors": name, "taken as": errors, "jump, in sd": jump,
                    "sup F rejects at 5 %": found["sup_f"], "ave F": found["ave_f"],
                    "exp F": found["exp_f"], "date within two periods": found["date"],
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    """Write the table."""
    write_table("breaks", table_of_breaks())


if __name__ == "__main__":
    main()
