"""Write the sizes that results state from docs/monte_carlo.md: python -m benchmarks.known_sizes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd

import digimfg
from benchmarks.monte_carlo import REPORT

KEPT = Path(digimfg.__file__).with_name("known_sizes.csv")
BEFORE = "before treatment, rejects at 5 %"
METHODS = {
    "Callaway–Sant'Anna": "callaway_santanna",
    "Sun–Abraham": "sun_abraham",
    "imputation": "imputation",
    "extended two-way": "extended_two_way",
    "stacked": "stacked",
    "local projection": "local_projection",
    "triple difference": "triple",
    "dose, level": "dose level",
    "dose, slope": "dose slope",
}


def table(name: str) -> pd.DataFrame:
    """Return a table of the report; numbers as they are written."""
    text = REPORT.read_text(encoding="utf-8")
    lines = text.split(f"<!-- {name} -->")[1].split(f"<!-- /{name} -->")[0].strip().splitlines()
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]
    return pd.DataFrame(rows[2:], columns=rows[0])


def _stated(name: str, what: str) -> int:
    """Return the number of periods, or of samples, that the words before a table state."""
    words = REPORT.read_text(encoding="utf-8").split(f"<!-- {name} -->")[0].rpartition("-->")[2]
    pattern = {"periods": r"T = (\d+)", "samples": r"([\d,]+) samples"}[what]
    return int(re.findall(pattern, words)[0].replace(",", ""))


def _rows(
    case: str, found: pd.DataFrame, share: pd.Series, periods: int, samples: int
) -> list[dict[str, object]]:
    at = found["T"].astype(int) if "T" in found else pd.Series(periods, found.index)
    count = found["samples"].astype(int) if "samples" in found else pd.Series(samples, found.index)
    return [
        {"case": case, "units": int(found["N"][i]), "periods": at[i], "samples": count[i],
         "share": round(float(share[i]), 3)}
        for i in found.index
    ]  # fmt: skip


def sizes() -> pd.DataFrame:
    """Return cases with units, periods, samples, and how often the truth was rejected or missed."""
    rows: list[dict[str, object]] = []
    differences = table("differences")
    for label, method in METHODS.items():
        found = differences[differences["estimator"] == label]
        rows += _rows(f"before treatment, {method}", found, found[BEFORE].astype(float), 12, 0)
    tools = table("tools")
    for label, case in (
        ("local projections: difference between regimes", "projections by regime"),
        ("local projections: difference between regimes, split panel", "projections by regime, split panel"),
        ("symbiosis, unit means: effect on the first", "symbiosis about unit means"),
    ):
        found = tools[tools["tool"] == label]
        rows += _rows(case, found, found["true zero, rejects at 5 %"].astype(float), 0, 0)
    tests = table("cointegration_tests").set_index("test")
    periods, samples = _stated("cointegration_tests", "periods"), _stated("cointegration_tests", "samples")
    for name, row in tests.iterrows():
        found = pd.DataFrame(
            {"N": [column.split(",")[0] for column in tests if column.endswith("unrelated")]}
        )
        share = pd.Series([float(row[f"{n}, unrelated"]) for n in found["N"]])
        rows += _rows(str(name), found, share, periods, samples)
    pooled = table("error_correction")
    pooled = pooled[(pooled["long runs"] == "alike") & (pooled["estimator"] == "pooled mean group")]
    periods, samples = _stated("error_correction", "periods"), _stated("error_correction", "samples")
    rows += _rows("pooled mean group", pooled, 1 - pooled["coverage of 95 %"].astype(float), periods, samples)
    return pd.DataFrame(rows)


def written() -> str:
    """Return the file that the package reads."""
    held = io.StringIO()
    sizes().to_csv(held, index=False, lineterminator="\n")
    return held.getvalue()


def main() -> None:
    """Write it."""
    KEPT.write_text(written(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
