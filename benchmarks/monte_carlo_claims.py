"""Bias, size and power of the packs' tests of claims at the sizes that users have; fills docs/claim_tests.md.

`python -m benchmarks.monte_carlo_claims` runs every size, `… 31` one, `… 31 C15` one claim of it; answers are
kept in tests/reference/claim_tests.json. Every claim that a pack decides is put to the same synthetic panels:
with the truth of `dm.SimulationTruth`, and with every mechanism of the paper's system at zero.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import beta

import digimfg as dm
from digimfg.paper.packs.declared import TESTS
from digimfg.paper.packs.pack_test import PackTest
from digimfg.paper.packs.testing import claim_test
from digimfg.simulation.system import simulate_system

if TYPE_CHECKING:
    from collections.abc import Iterator

STORED = Path(__file__).parents[1] / "tests" / "reference" / "claim_tests.json"
REPORT = Path(__file__).parents[1] / "docs" / "claim_tests.md"
NULL = dm.SimulationTruth(
    stage_path=0.0,
    coevolution=0.0,
    symbiosis=0.0,
    inertia_release=0.0,
    increasing_returns=0.0,
    moderation=0.0,
    core_spillover=0.0,
    backwash=0.0,
    selection=0.0,
    rule_selection=0.0,
    levels=0.0,
    rate_effect=0.0,
    performance_effect=0.0,
    tail_shape=2.0,
    threshold_gain=0.0,
)
TRUTH = dm.SimulationTruth()
SIZES = {
    31: {"null": 500, "true": 100},
    285: {"null": 500, "true": 100},
    3000: {"null": 500, "true": 20},
}
PERIODS = {31: 12, 285: 12, 3000: 10}
BY_PARAMETER = {
    "C08": ("selection", 0),
    "C09": ("rule_selection", 0),
    "C10": ("moderation", 0),
    "C13": ("stage_path", 0),
    "C14": ("inertia_release", 0),
    "C15": ("increasing_returns", 0),
    "C17": ("core_spillover", 0),
    "C20": ("threshold_gain", 0),
    "C30": ("moderation", 0),
    "C30b": ("moderation", 0),
    "C33": ("symbiosis", 0),
    "C33b": ("symbiosis", 0),
    "C07": ("levels", 0),
    "C32": ("rate_effect", 0),
    "C19": ("performance_effect", 0),
    "C16": ("tail_shape", 0),
}
"""Claim → parameter that its first part estimates."""


def panels(size: int, truth: dm.SimulationTruth, seed: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield a panel of every kind that has a pack, at one size."""
    years = (2011, 2010 + PERIODS[size])
    if size == 31:
        yield "china_province", dm.simulate_panel("china_province", seed=seed, truth=truth)
        yield "world", dm.simulate_panel("world", seed=seed, truth=truth, units=31, years=years)
        yield "firm", dm.simulate_panel("firm", seed=seed, truth=truth, units=31, years=years)
        return
    firms = dm.simulate_panel("firm", seed=seed, truth=truth, units=size, years=years)
    yield "firm", firms
    yield "world", firms.rename(columns={"firm": "country"})
    yield "china_province", firms.drop(columns="province").rename(columns={"firm": "province"})
    if size == 285:
        yield "china_city", cities(firms, truth, seed)


def cities(firms: pd.DataFrame, truth: dm.SimulationTruth, seed: int) -> pd.DataFrame:
    """Return cities: every unit in every year, links between those of one province."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(5,)))
    years = sorted(firms["year"].unique())
    names = sorted(firms["firm"].unique())
    digital = rng.standard_normal((len(names), 1)) + rng.standard_normal((len(names), len(years)))
    weights = dm.china_province_weights()
    home = rng.integers(31, size=len(names))
    links = (home[:, None] == home[None, :]).astype(float)
    touching = weights.matrix.toarray()[home[:, None], home[None, :]]
    columns = {"digital_index": digital, **simulate_system(digital, truth, rng, links, touching)}
    frame = pd.DataFrame({"city": np.repeat(names, len(years)), "year": np.tile(years, len(names))})
    return frame.assign(
        province=np.repeat([weights.labels[place] for place in home], len(years)),
        **{name: values.ravel() for name, values in columns.items()},
    )


def put(
    size: int, truth: dm.SimulationTruth, seed: int, only: frozenset[str] = frozenset()
) -> list[dict[str, object]]:
    """Return what every test, or those of the claims named, say of the panels of one seed."""
    rows = []
    for panel, frame in panels(size, truth, seed):
        for (kind, claim), test in TESTS.items():
            if kind != panel or (only and claim not in only):
                continue
            if size > 31 and panel == "china_province" and test.engine == "flows":
                continue
            if panel == "china_city" and test.engine != "flows":
                continue
            if claim == "C33b":
                continue
            answer = claim_test(frame, claim, panel, describe=False)
            parts = answer.parts
            right = parts["sign"].eq(0) | (parts["estimate"] * parts["sign"] > 0)
            rejected = (right & parts["p_value"].lt(0.05)).tolist()
            rows.append(
                {
                    "claim": claim,
                    "panel": panel,
                    "status": answer.status,
                    "parts": rejected,
                    "estimate": raw(test, answer.parts, frame),
                }
            )
    return rows


def raw(test: PackTest, parts: pd.DataFrame, frame: pd.DataFrame) -> float:
    """Return the first part's estimate in the units of the truth."""
    if test.claim not in BY_PARAMETER or not len(parts):
        return float("nan")
    first, value = test.parts[0], float(parts["estimate"].iloc[0])
    spread = {name: float(frame[name].std(ddof=0)) for name in test.roles}
    if test.engine == "tails":
        return 2 - value
    if test.engine in ("threshold", "flows"):
        return value * spread[test.roles[0]] / spread["digital_index"]
    if first.slopes:
        follower, leader, _ = first.slopes[0]
        return value * spread[follower] / spread[leader]
    factors = [spread[name.removeprefix("L.").removesuffix("^2")] for name in first.term.split(":")]
    factors += [spread["digital_index"]] if first.term.endswith("^2") else []
    if test.claim == "C14":
        factors = factors[1:]  # the persistence is told per standard deviation of the digital index
        return value * spread["inertia_outcome"] / spread["inertia_outcome"]
    scale = 6 if test.claim == "C32" else 1
    return value * spread[first.outcome] / float(np.prod(factors)) / scale


def true_of(claim: str, truth: dm.SimulationTruth) -> float:
    """Return the parameter that a claim's first part estimates."""
    if claim not in BY_PARAMETER:
        return float("nan")
    value = float(getattr(truth, BY_PARAMETER[claim][0]))
    return -value if claim == "C14" else value


def study(size: int, only: frozenset[str] = frozenset()) -> list[dict[str, object]]:
    """Return a row for every claim, or those named, and panel of one size."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for scenario, truth in (("null", NULL), ("true", TRUTH)):
        said: dict[tuple[str, str], list[dict[str, object]]] = {}
        for number in range(SIZES[size][scenario]):
            for answer in put(size, truth, 1_000 + number, only):
                said.setdefault((str(answer["claim"]), str(answer["panel"])), []).append(answer)
        for key, answers in said.items():
            row = rows.setdefault(
                key, {"claim": key[0], "panel": key[1], "units": size, "periods": PERIODS[size]}
            )
            count = len(answers)
            row[f"{scenario}_panels"] = count
            row[f"{scenario}_supported"] = sum(each["status"] == "supported" for each in answers) / count
            row[f"{scenario}_contradicted"] = (
                sum(each["status"] == "contradicted" for each in answers) / count
            )
            if scenario == "null":
                each_part = np.array([each["parts"] for each in answers], dtype=float)
                row["null_largest_part"] = float(each_part.mean(axis=0).max())
            else:
                estimates = np.array([each["estimate"] for each in answers], dtype=float)
                row["bias"] = (
                    None if np.isnan(estimates).all() else float(estimates.mean() - true_of(key[0], TRUTH))
                )
                row["sd"] = None if np.isnan(estimates).all() else float(estimates.std(ddof=1))
    return [rows[key] for key in sorted(rows)]


def upper_bound(row: dict[str, object]) -> float:
    """Return the upper 95 % bound of the share of null panels in which a claim is called supported."""
    count = int(row["null_panels"])  # type: ignore[call-overload]
    wrong = round(float(row["null_supported"]) * count)  # type: ignore[arg-type]
    return 1.0 if wrong == count else float(beta.ppf(0.95, wrong + 1, count - wrong))


def report(stored: dict[str, list[dict[str, object]]]) -> None:
    """Put the table between its markers."""
    heads = (
        "claim",
        "panel",
        "units × years",
        "null panels",
        "supported there",
        "upper bound",
        "contradicted there",
        "largest part rejects there",
        "power",
        "bias",
        "std. deviation",
    )
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for rows in stored.values():
        for row in rows:
            numbers = (
                "null_supported",
                "null_contradicted",
                "null_largest_part",
                "true_supported",
                "bias",
                "sd",
            )
            cells = ["" if row[name] is None else f"{row[name]:.3f}" for name in numbers]
            cells.insert(1, f"{upper_bound(row):.3f}")
            size = f"{row['units']:,} × {row['periods']}"
            head = (row["claim"], row["panel"], size, row["null_panels"])
            lines.append("| " + " | ".join(map(str, (*head, *cells))) + " |")
    text = REPORT.read_text(encoding="utf-8")
    before, rest = text.split("<!-- claims -->")
    after = rest.split("<!-- /claims -->")[1]
    table = "\n".join(lines)
    REPORT.write_text(f"{before}<!-- claims -->\n{table}\n<!-- /claims -->{after}", encoding="utf-8")


def main() -> None:
    given = sys.argv[1:]
    only = frozenset(each for each in given if not each.isdigit())
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.is_file() else {}
    for size in [int(each) for each in given if each.isdigit()] or list(SIZES):
        found = study(size, only)
        kept = [row for row in stored.get(str(size), []) if only and row["claim"] not in only]
        stored[str(size)] = sorted([*kept, *found], key=lambda row: (row["claim"], row["panel"]))
        whole = {key: stored[key] for key in sorted(stored, key=int)}
        report(whole)
        STORED.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
