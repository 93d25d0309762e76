"""Take from results, tests and studies what a claim names, and weigh it by the claim's procedure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from digimfg.errors import AnalysisError, nearest
from digimfg.evidence.claims import Claim, Estimates, Rule
from digimfg.evidence.decision import seen, weigh
from digimfg.evidence.second_procedure import nested, refuse_nested, weigh_again
from digimfg.evidence.weighed import Falsified, Powered, Seen, Weighed
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.evidence.weighed import PValue
    from digimfg.result import Result

__all__ = ["EvidenceOfClaims", "Prepared", "check_names", "prepared", "unknown_name", "weighed_by"]

_COULD_FAIL = Text("robust rows that could fail", "可能失败的稳健性检验行")
_OUT_OF_BATTERY = Text("take the row out of `battery_rows`", "将该行移出 battery_rows")
_NORMAL = 1.959964  # half the width of a 95 % interval, in standard errors


@dataclass(frozen=True, kw_only=True, eq=False)
class EvidenceOfClaims:
    """What was found, by analysis: results, tests and studies by name, and p-values adjusted by Romano and
    Wolf, or why there are none.
    """

    results: Mapping[str, Mapping[str, Result]]
    tests: Mapping[str, Mapping[str, PValue]]
    studies: Mapping[str, Mapping[str, Any]]
    romano_wolf: Mapping[tuple[str, str, str], float]
    undefined: Mapping[tuple[str, str, str], Text]


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """Everything of one link that is weighed.

    `p_decides` is missing under procedure 1, which adjusts nothing.
    """

    link: Estimates
    main: Seen
    robust: tuple[Seen, ...]
    validity: Mapping[str, float]
    p_decides: float = math.nan
    p_romano_wolf: float = math.nan
    no_romano_wolf: Text | None = None
    falsified: Falsified | None = None


def prepared(claim: Claim, link: Estimates, evidence: EvidenceOfClaims) -> Prepared:
    """Return the estimates that a link names.

    Raises
    ------
    AnalysisError
        If a name is not there, or, under procedure 2, a robust row could not fail or a validity test has no
        power.
    """
    where = Text(f"claim {claim.id}, analysis '{link.analysis}'", f"论断{claim.id}，分析“{link.analysis}”")
    if link.analysis not in evidence.results:
        raise AnalysisError.of(
            "evidence.analysis_without_results",
            claim=claim.id,
            analysis=link.analysis,
            known=list(evidence.results) or ["—"],
        )
    found = evidence.results[link.analysis]
    studies = evidence.studies.get(link.analysis, {})
    tables = {name: each for name, each in studies.items() if hasattr(each, "coefficients")}
    check_names(where, [link.main], {**found, **tables})
    check_names(where, [*(name for name in link.robust if name != "*"), *link.joint], found)
    answer = found.get(link.main) or tables[link.main]
    term = link.term or (found[link.main].specification.regressors[0] if link.main in found else "")
    check_names(
        Text(f"{where.en}, '{link.main}'", f"{where.zh}“{link.main}”"), [term], answer.coefficients.index
    )
    names = _robust_names(claim.rule, link, found, term, where)
    robust = []
    for name in names:
        check_names(
            Text(f"{where.en}, '{name}'", f"{where.zh}“{name}”"), [term], found[name].coefficients.index
        )
        robust.append(seen(name, found[name], term, claim.rule))
    own_tests = evidence.tests.get(link.analysis, {})
    check_names(Text(f"{where.en}, validity", f"{where.zh}，有效性检验"), link.validity, own_tests)
    validity = {name: float(own_tests[name].p_value) for name in link.validity}
    decided = (
        seen(link.main, found[link.main], term, claim.rule)
        if link.main in found
        else _seen_row(link.main, answer.coefficients, term, outcome=term)
    )
    if claim.rule.procedure == 1:
        return Prepared(link=link, main=decided, robust=tuple(robust), validity=validity)
    for name in link.validity:
        _refuse_powerless(where, name, own_tests[name])
    robust = _could_differ(link, decided, robust, where)
    if link.battery:
        robust += _battery_rows(link, decided, studies, where)
    joint = [seen(name, found[name], term, claim.rule).p_value for name in link.joint]
    # One outcome of a joint hypothesis that is rejected rejects it.
    tests = [(link.analysis, name, term) for name in (link.joint or (link.main,))]
    reasons = [evidence.undefined[test] for test in tests if test in evidence.undefined]
    return Prepared(
        link=link,
        main=decided,
        robust=tuple(robust),
        validity=validity,
        p_decides=min(1.0, len(joint) * min(joint)) if joint else decided.p_value,
        p_romano_wolf=min(evidence.romano_wolf.get(test, math.nan) for test in tests)
        if all(test in evidence.romano_wolf for test in tests)
        else math.nan,
        no_romano_wolf=reasons[0] if reasons else None,
        falsified=_falsified(link, decided, studies, claim.rule, where) if link.falsification else None,
    )


def weighed_by(claim: Claim, ready: Prepared, p_adjusted: float) -> Weighed:
    """Return what prepared estimates say by the procedure of the claim's rule."""
    if claim.rule.procedure == 1:
        return weigh(ready.link, ready.main, ready.robust, ready.validity, claim.rule)
    return weigh_again(
        ready.link,
        ready.main,
        ready.robust,
        claim.rule,
        p_decides=ready.p_decides,
        p_adjusted=p_adjusted,
        p_romano_wolf=ready.p_romano_wolf,
        no_romano_wolf=ready.no_romano_wolf,
        validity=ready.validity,
        falsified=ready.falsified,
    )


def unknown_name(where: Text, name: str, known: list[str]) -> AnalysisError:
    """Return the error about a name that is not there, with the nearest ones."""
    near = nearest(name, known)
    return AnalysisError.of(
        "evidence.unknown_name", where=where, near=near, known=list(known) or ["—"], name=str(name)
    )


def _robust_names(
    rule: Rule, link: Estimates, found: Mapping[str, Result], term: str, where: Text
) -> list[str]:
    """Return the robust specifications; under procedure 2 a star leaves out those that could not fail, and to
    a study none is like.
    """
    if link.main not in found:
        return [name for name in link.robust if name != "*"]
    main = found[link.main].specification
    if link.robust == ("*",):
        return [
            name
            for name, each in found.items()
            if name != link.main
            and term in each.coefficients.index
            and each.specification.outcome == main.outcome
            and (rule.procedure == 1 or nested(each.specification, main) is None)
        ]
    if rule.procedure == 2:
        for name in link.robust:
            refuse_nested(where, name, found[name].specification, main)
    return list(link.robust)


def _could_differ(link: Estimates, main: Seen, robust: list[Seen], where: Text) -> list[Seen]:
    """Return robust estimates that are not the main one again, however it was written; a star leaves these
    out.

    Raises
    ------
    AnalysisError
        If a named one is.
    """
    again = [each for each in robust if _same_estimate(each, main)]
    if again and link.robust != ("*",):
        raise _main_again(where, again[0].specification, Text("take it out of `robust`", "将其移出 robust"))
    return [each for each in robust if each not in again]


def _same_estimate(row: Seen, main: Seen) -> bool:
    alike = math.isclose(row.estimate, main.estimate, rel_tol=1e-10)
    return alike and row.outcome == main.outcome and row.n_obs == main.n_obs


def _main_again(where: Text, name: str, remedy: Text) -> AnalysisError:
    return AnalysisError.of(
        "evidence.main_estimate_again", where=where, expected=_COULD_FAIL, remedy=remedy, name=name
    )


def _refuse_powerless(where: Text, name: str, test: PValue) -> None:
    if not isinstance(test, Powered) or math.isnan(test.power):
        raise AnalysisError.of("evidence.test_without_power", where=where, name=name)


def _battery_rows(link: Estimates, main: Seen, studies: Mapping[str, Any], where: Text) -> list[Seen]:
    """Return the declared rows of a battery.

    Raises
    ------
    AnalysisError
        If one is not there, could not be run, or is the main estimate under another error.
    """
    check_names(where, [link.battery], studies)
    table = studies[link.battery].coefficients
    check_names(where, link.battery_rows, table.index)
    rows = []
    for name in link.battery_rows:
        row = _seen_row(f"{link.battery}: {name}", table, name, outcome=main.outcome)
        same = math.isclose(row.estimate, main.estimate, rel_tol=1e-10)
        # Counts of different samples may be one number; estimates of specifications are not.
        same = same and (link.main not in studies or row.n_obs == main.n_obs)
        if same:
            raise _main_again(where, name, _OUT_OF_BATTERY)
        if math.isnan(row.estimate):
            raise AnalysisError.of(
                "evidence.row_could_not_run",
                where=where,
                expected=_COULD_FAIL,
                remedy=_OUT_OF_BATTERY,
                name=name,
            )
        rows.append(replace(row, term=main.term))
    return rows


def _seen_row(specification: str, table: pd.DataFrame, name: str, *, outcome: str) -> Seen:
    """Return one row of a study's coefficients as the rule sees it; what it lacks is missing."""
    row = {
        str(key): float(value) for key, value in table.loc[[name]].astype(float).to_dict("records")[0].items()
    }
    low, high = (row.get(end, math.nan) for end in ("conf_low", "conf_high"))
    error = row.get("std_error", math.nan)
    return Seen(
        specification=specification,
        outcome=outcome,
        term=name,
        estimate=row["estimate"],
        std_error=(high - low) / (2 * _NORMAL) if math.isnan(error) else error,
        p_value=row["p_value"],
        conf_low=low,
        conf_high=high,
        bootstrapped=False,
        n_obs=row.get("n_obs", math.nan),
        n_clusters=math.nan,
        data_hash="",
    )


def _falsified(link: Estimates, main: Seen, studies: Mapping[str, Any], rule: Rule, where: Text) -> Falsified:
    check_names(where, [link.falsification], studies)
    pack = studies[link.falsification]
    bounds = pack.intervals
    wanted = rule.honest_bound if link.honest_bound is None else link.honest_bound
    at = [bound for bound in bounds.index if math.isclose(float(bound), wanted)]
    if not at:
        raise AnalysisError.of(
            "evidence.bound_without_interval",
            where=where,
            got=", ".join(f"{float(bound):g}" for bound in bounds.index),
            wanted=wanted,
        )
    low, high = (float(bounds.loc[at[0], name]) for name in ("conf_low", "conf_high"))
    return Falsified(
        study=link.falsification,
        p_value=float(pack.p_value),
        power=float(pack.power),
        conf_low=low,
        conf_high=high,
        detrended_low=float(pack.detrended_low),
        detrended_high=float(pack.detrended_high),
        trend_share=float(pack.extrapolated) / main.estimate,
    )


def check_names(where: Text, names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse names that are not there, with the nearest ones."""
    listed = [str(name) for name in known]
    for name in names:
        if name not in listed:
            raise unknown_name(where, name, listed)
