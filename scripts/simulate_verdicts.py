"""Ask what rules say where nothing happens: worlds with the trends of the data and no effect of the exposure.

Each world keeps the panel's regressors, years and gaps. Outcomes are what two-way effects and controls give,
plus the exposure times the line that it follows up to 1995 (1970 to 1995), which either goes on as it was or
ends in 1995, plus the residuals of each country times one Webb draw, the same for all outcomes. The step
after 1995 adds nothing. The claims C19 and C20 are then decided by the code that decides them, under every
version of their rules.

Parts on other panels are left out: value chains in version 1 of C20, manufacturing from version 3 on. A
version whose parts here are those of the version before it is not decided again: a claim is supported only
where every part is, so that its shares are at most those of the version before.

With --effect the step adds that much to every outcome, for full against no exposure: how often a claim is
then supported is the power of the rules. --write keeps the run in place of the earlier one with its effect
and writes the table of docs/verdicts.md.

Usage: python scripts/simulate_verdicts.py --worlds 500 --seed 1995 [--jobs 2] [--effect 0] [--write]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

import digimfg as dm
from digimfg.evidence.versions import as_declared
from digimfg.files import canonical_json, write_text
from digimfg.inference.wald import wald_test
from digimfg.paper.ledger import grounds
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.project import find_project
from digimfg.replication.load import load_analyses

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "tests" / "reference" / "verdict_simulation.json"
REPORT = ROOT / "docs" / "verdicts.md"
CLAIMS = ("C19", "C20")
OUTCOMES = ("log_tfp", "log_labor_productivity", "log_tfp_relative_to_usa")
EXPOSURE = "internet_users_share_2009"
EVENT = 1995
WEBB = np.sqrt([1.5, 1.0, 0.5]) * np.array([[1.0], [-1.0]])


def versions_of() -> dict[str, dict[int, dm.Claim]]:
    """Return the claims under each version of their rules whose estimates are of the world panel."""
    claims = {claim.id: claim for claim in dm.ledger() if claim.id in CLAIMS}
    found: dict[str, dict[int, dm.Claim]] = {}
    for name, claim in claims.items():
        known: dict[int, dm.Claim] = {}
        for version in grounds().versions[name]:
            here = _of_world(as_declared(claim, version))
            if here not in known.values():
                known[version.version] = here
        found[name] = known
    return found


def _of_world(claim: dm.Claim) -> dm.Claim:
    from dataclasses import replace

    links = tuple(
        link for link in claim.estimates if link.data == "world" and link.analysis != "transformation_chains"
    )
    return replace(claim, estimates=links, facts=(), records=(), needs=())


def parts(frame: pd.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """Return, by outcome, what the exposure's line up to 1995 adds and what is left of the outcome without
    it.
    """
    found = {}
    for outcome in OUTCOMES:
        early = dm.Specification(
            outcome,
            f"{EXPOSURE}:line",
            controls=("log_labor_productivity_1995:line", "human_capital_1995:line"),
            entity="country",
            time="year",
            fixed_effects=("country", "year"),
            sample="year >= 1970 & year <= 1995",
        )
        slope = float(dm.estimate(early, frame).coefficients["estimate"].iloc[0])
        flexible = early.replace(
            regressors=f"{EXPOSURE}:i(year, ref=1995)",
            controls=(
                "log_labor_productivity_1995:i(year, ref=1995)",
                "human_capital_1995:i(year, ref=1995)",
            ),
            sample="year >= 1970 & year <= 2017",
        )
        result = dm.estimate(flexible, frame)
        effects = result.coefficients["estimate"]
        named = {year: effects.get(f"{EXPOSURE}:year[{year}]", 0.0) for year in range(1950, 2025)}
        own = frame["year"].map(named).fillna(0.0).to_numpy() * frame[EXPOSURE].to_numpy()
        bare = frame[outcome].to_numpy() - own
        # The residual of two-way effects and controls, by alternating projections on the rows that the
        # estimate uses.
        rest = frame.assign(bare=bare)
        fit = dm.estimate(flexible.replace(outcome="bare"), rest)
        residual = _residual(rest, fit)
        found[outcome] = {"slope": np.array(slope), "fitted": bare - residual, "residual": residual}
    return found


def _residual(frame: pd.DataFrame, fit: dm.Result) -> np.ndarray:
    used = frame[
        ["country", "year", "bare", EXPOSURE, "log_labor_productivity_1995", "human_capital_1995"]
    ].dropna()
    used = used[(used["year"] >= 1970) & (used["year"] <= 2017)]
    value = used["bare"].to_numpy().copy()
    for term, estimate in fit.coefficients["estimate"].items():
        name, _, year = str(term).partition(":year[")
        if year and name in used.columns:
            value -= estimate * used[name].to_numpy() * (used["year"].to_numpy() == int(year[:-1]))
    left = pd.Series(value, index=used.index)
    for _ in range(60):
        left = left - left.groupby(used["country"]).transform("mean")
        left = left - left.groupby(used["year"]).transform("mean")
    return left.reindex(frame.index).fillna(0.0).to_numpy()


def world(
    frame: pd.DataFrame, made: dict[str, dict[str, np.ndarray]], seed: int, *, goes_on: bool, effect: float
) -> pd.DataFrame:
    """Return one world."""
    random = np.random.default_rng(seed)
    codes, names = pd.factorize(frame["country"], sort=True)
    weights = random.choice(WEBB.ravel(), size=len(names))[codes]
    years = frame["year"].to_numpy() - EVENT
    line = years if goes_on else np.minimum(years, 0)
    exposure = frame[EXPOSURE].to_numpy()
    values = {
        outcome: each["fitted"]
        + exposure * (float(each["slope"]) * line + effect * (years > 0))
        + weights * each["residual"]
        for outcome, each in made.items()
    }
    return frame.assign(**values)


def judged(
    task: tuple[pd.DataFrame, dict[str, dm.Analysis], dict[str, dict[int, dm.Claim]]],
) -> dict[str, str]:
    """Return the status of every claim under every version, in one world."""
    frame, analyses, claims = task
    found = {}
    latest = max(version for each in claims.values() for version in each)
    results: dict[str, dict[str, dm.Result]] = {}
    tests: dict[str, dict[str, SimpleNamespace]] = {}
    studies: dict[str, dict[str, object]] = {}
    for versions in claims.values():
        for claim in versions.values():
            for link in claim.estimates:
                _answer(link, analyses[link.analysis], frame, results, tests, studies)
    for version in range(1, latest + 1):
        together = [each[version] for each in claims.values() if version in each]
        for verdict in dm.verdict(together, results, tests, studies=studies).verdicts:
            found[f"{verdict.claim.id} version {version}"] = verdict.status
    return found


def _answer(link, analysis, frame, results, tests, studies) -> None:
    own, own_tests = results.setdefault(link.analysis, {}), tests.setdefault(link.analysis, {})
    answers = studies.setdefault(link.analysis, {})
    for name in (link.main, *link.robust, *link.joint):
        if name not in own:
            own[name] = dm.estimate(analysis.specifications[name], frame)
    for name in link.validity:
        if name not in own_tests:
            test = analysis.tests[name]
            own_tests[name] = wald_test(
                dm.estimate(analysis.specifications[test.specification], frame), test.terms
            )
    for name in (link.falsification, link.battery):
        if name and name not in answers:
            study = analysis.studies[name]
            options = dict(study.options)
            if name == link.falsification:
                options["bounds"] = (1.0 if link.honest_bound is None else link.honest_bound,)
            else:
                options["checks"] = tuple(
                    each for each in options["checks"] if each.label.en in link.battery_rows
                )
                options["n_jobs"] = 1
            answers[name] = study.function(analysis.specifications[study.specification], frame, **options)


def _one(task: tuple[int, bool, float]) -> dict[str, str]:
    seed, goes_on, effect = task
    frame, analyses, made = _setting()
    return judged((world(frame, made, seed, goes_on=goes_on, effect=effect), analyses, versions_of()))


_KEPT: list[tuple[pd.DataFrame, dict[str, dm.Analysis], dict[str, dict[str, np.ndarray]]]] = []


def _setting() -> tuple[pd.DataFrame, dict[str, dm.Analysis], dict[str, dict[str, np.ndarray]]]:
    if not _KEPT:
        analyses = load_analyses(find_project(ROOT))
        base = analyses["promotion"].panel
        frame = (dm.load_panel(base) if isinstance(base, str) else base.load()).reset_index(drop=True)
        frame = frame[frame["year"] <= 2017].reset_index(drop=True)
        frame["line"] = (frame["year"] - EVENT).astype(float)
        _KEPT.append((frame, analyses, parts(frame)))
    return _KEPT[0]


def simulate(worlds: int, seed: int, *, effect: float = 0.0, n_jobs: int = 1) -> pd.DataFrame:
    """Return one row per claim and version: worlds, worlds in which it is supported, the share and its upper
    bound.
    """
    seeds = spawn_seeds(seed, worlds)
    tasks = [(each, number % 4 < 2, effect) for number, each in enumerate(seeds)]
    found = run_parallel(_one, tasks, label=dm.Text("Worlds", "模拟世界"), n_jobs=n_jobs)
    return summary(found)


def summary(found: list[dict[str, str]]) -> pd.DataFrame:
    """Return one row per claim and version, and one per version for any claim at all."""
    worlds = len(found)
    rows = {name: Counter(each.get(name, "") for each in found) for name in found[0]}
    table = []
    for name, counts in rows.items():
        said = counts["supported"]
        table.append(
            (name, worlds, said, said / worlds, upper_bound(said, worlds), dict(sorted(counts.items())))
        )
    for version in sorted({name.rsplit(" ", 1)[1] for name in rows}):
        any_of = sum(
            any(each.get(f"{claim} version {version}") == "supported" for claim in CLAIMS) for each in found
        )
        table.append(
            (f"any version {version}", worlds, any_of, any_of / worlds, upper_bound(any_of, worlds), {})
        )
    return pd.DataFrame(table, columns=["claim", "worlds", "supported", "share", "upper_95", "statuses"])


def upper_bound(count: int, worlds: int) -> float:
    """Return the upper end of the exact 95 % interval of a share (Clopper and Pearson 1934)."""
    return 1.0 if count == worlds else float(stats.beta.ppf(0.975, count + 1, worlds - count))


def stored() -> dict[str, dict[str, Any]]:
    """Return the runs that are kept, by effect, the one without effect first."""
    return json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else {}


def keep(table: pd.DataFrame, seed: int, effect: float) -> None:
    """Keep a run in place of the earlier one with its effect."""
    runs = stored() | {f"{effect:g}": {"seed": seed, "rows": table.to_dict("records")}}
    write_text(TABLE, canonical_json({name: runs[name] for name in sorted(runs, key=float)}))


def report() -> str:
    """Return what is kept as a table: by effect, what each version says of each claim, and of any."""
    lines = [
        "| effect of the step | worlds | claim | version | supported | share | upper 95 % bound |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for effect, run in sorted(stored().items(), key=lambda each: float(each[0])):
        for row in run["rows"]:
            claim, _, version = row["claim"].split(" ")
            said = f"{row['supported']} | {row['share']:.3f} | {row['upper_95']:.3f}"
            name = "any of the two" if claim == "any" else claim
            lines.append(f"| {effect} | {row['worlds']} | {name} | {version} | {said} |")
    return "\n".join(lines)


def write_report() -> None:
    """Put the table between its marks in docs/verdicts.md."""
    start, end = "<!-- simulation -->\n", "\n<!-- /simulation -->"
    before, rest = REPORT.read_text(encoding="utf-8").split(start)
    write_text(REPORT, before + start + report() + end + rest.split(end)[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1995)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--effect", type=float, default=0.0)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    table = simulate(given.worlds, given.seed, effect=given.effect, n_jobs=given.jobs)
    print(table.to_string())
    if given.write:
        keep(table, given.seed, given.effect)
        write_report()


if __name__ == "__main__":
    main()
