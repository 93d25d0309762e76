"""P values of the main tests of all claims, adjusted together by Romano and Wolf."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digimfg.covariance import Clustered, Robust
from digimfg.estimators.least_squares import LeastSquares
from digimfg.robustness.stepdown import Hypothesis, stepdown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.evidence.claims import Claim
    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["DRAWS", "SEED", "FamilyPValues", "adjust_family"]

Test = tuple[str, str, str]
"""Analysis, specification, term."""

DRAWS = 9_999
SEED = 1995


@dataclass(frozen=True, kw_only=True)
class FamilyPValues:
    """Hold the adjusted p value of each test that can be drawn again, and why for the others."""

    p_values: Mapping[Test, float] = field(default_factory=dict)
    undefined: Mapping[Test, Text] = field(default_factory=dict)


def adjust_family(
    claims: Iterable[Claim],
    results: Mapping[str, Mapping[str, Result]],
    load: Callable[[str], pd.DataFrame | None],
) -> FamilyPValues:
    """Adjust the main tests of claims for their number by Romano and Wolf's stepdown (`dm.romano_wolf`).

    Draws are those of the wild cluster bootstrap with the null imposed. A cluster, such as a country, has
    one weight in all equations and panels, so that tests which share countries move together; clusters of
    other columns are independent. Where a claim has no direction each of its outcomes is a test of its own.

    Parameters
    ----------
    claims
        Those under procedure 2 count.
    results
        Analysis → specification → result; links to analyses that are not there are left out.
    load
        Analysis → its panel.
    """
    frames: dict[str, pd.DataFrame | None] = {}
    tests: dict[Test, Hypothesis] = {}
    undefined: dict[Test, Text] = {}
    for analysis, name, term in _main_tests(claims, results):
        if name not in results[analysis]:
            undefined[analysis, name, term] = Text(
                "a study, whose own test has no joint draws with the others",
                "专项分析，其检验与其他检验没有联合抽样",
            )
            continue
        if analysis not in frames:
            frames[analysis] = load(analysis)
        frame = frames[analysis]
        drawn = _redrawn(results[analysis][name].specification)
        if isinstance(drawn, Text):
            undefined[analysis, name, term] = drawn
        elif frame is None:
            undefined[analysis, name, term] = Text("the analysis has no panel", "该分析没有面板")
        else:
            tests[analysis, name, term] = Hypothesis(
                specification=drawn, term=term, frame=frame, cluster=drawn.covariance.cluster_columns[0]
            )
    if not tests:
        return FamilyPValues(undefined=undefined)
    named = {" · ".join(test): each for test, each in tests.items()}
    found = stepdown(
        named, draws=DRAWS, weights=None, seed=SEED, where=" · ".join(("Romano–Wolf", *sorted(frames)))
    )
    adjusted = dict(zip(tests, found.table["p_value_adjusted"].astype(float), strict=True))
    return FamilyPValues(p_values=adjusted, undefined=undefined)


def _main_tests(claims: Iterable[Claim], results: Mapping[str, Mapping[str, Result]]) -> dict[Test, None]:
    """Return the tests that decide, in the order of the ledger, each once."""
    found: dict[Test, None] = {}
    for link in (each for claim in claims if claim.rule.procedure == 2 for each in claim.estimates):
        own = results.get(link.analysis)
        if own is None:
            continue
        first = own[link.main].specification.regressors[0] if link.main in own and not link.term else ""
        found |= {(link.analysis, name, link.term or first): None for name in link.joint or (link.main,)}
    return found


def _redrawn(specification: Specification) -> Specification | Text:
    """Return a specification as its wild bootstrap takes it, or why there is none."""
    if not isinstance(specification.estimator, LeastSquares) or specification.endogenous:
        label = specification.estimator.label
        return Text(
            f"no joint draws are defined: {label.en}, not least squares",
            f"未定义联合抽样：{label.zh}，非最小二乘",
        )
    covariance = specification.covariance
    if isinstance(covariance, Clustered):
        rule = "stata" if covariance.small_sample in ("cr2", "cv3") else covariance.small_sample
        return specification.replace(
            covariance=Clustered(covariance.columns, small_sample=rule, wild_bootstrap=None)
        )
    if isinstance(covariance, Robust) and specification.entity:
        return specification.replace(covariance=Clustered(specification.entity, wild_bootstrap=None))
    name = type(covariance).__name__
    return Text(
        f"no joint draws are defined: errors are {name}, not clustered",
        f"未定义联合抽样：标准误为{name}，非聚类",
    )
