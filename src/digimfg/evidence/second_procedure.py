"""The second procedure: equivalence, adjusted p-values, falsified designs, and robust rows that could have
failed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from digimfg.errors import AnalysisError
from digimfg.evidence.decision import asserted, detectable_effect, said_estimate, signed
from digimfg.evidence.weighed import (
    IDENTIFICATIONS,
    Falsified,
    Grade,
    Identification,
    LineStatus,
    Seen,
    Weighed,
)
from digimfg.text import Text, written_ends

if TYPE_CHECKING:
    from digimfg.evidence.claims import Estimates, Rule
    from digimfg.specification import Specification

__all__ = [
    "adjusted",
    "combine",
    "grade_of",
    "identification_of",
    "nested",
    "refuse_nested",
    "weigh_again",
]


def weigh_again(
    link: Estimates,
    main: Seen,
    robust: Sequence[Seen],
    rule: Rule,
    *,
    p_decides: float,
    p_adjusted: float,
    p_romano_wolf: float = math.nan,
    no_romano_wolf: Text | None = None,
    validity: Mapping[str, float] | None = None,
    falsified: Falsified | None = None,
) -> Weighed:
    """Return what one set of estimates says by procedure 2.

    - informative null: the 95 % interval of the main estimate lies within ± the smallest effect of interest.
    - supported: the adjusted p-value is below alpha, the sign is as asserted, the share of robust rows
      agrees (there is one), no validity test rejects, and an exposure design survives falsification: no test
      rejects, the test of pre-trends has the power asked for, and the effect differs from zero at the honest
      bound and beyond the trend before the event.
    - contradicted: the same on the other side.
    - inconclusive: everything else.

    A test that does not reject never counts in favour unless it had the power to.
    """
    identification = identification_of(link, main, falsified, rule)
    valid = identification not in ("fails", "uncertain") and all(
        p >= rule.validity_alpha for p in (validity or {}).values()
    )
    agreeing = sum(_agrees(each, link.sign or _sign(main), rule) for each in robust)
    opposing = sum(_agrees(each, -link.sign, rule) for each in robust) if link.sign else 0
    share, against = (agreeing / len(robust), opposing / len(robust)) if robust else (math.nan, math.nan)
    within = max(abs(main.conf_low), abs(main.conf_high)) <= link.smallest_effect
    significant = p_adjusted < rule.alpha
    right = link.sign == 0 or main.estimate * link.sign > 0
    status: LineStatus = "inconclusive"
    if within:
        status = "informative_null"
    elif significant and valid and robust:
        if right and share >= rule.robust_share:
            status = "supported"
        elif not right and against >= rule.robust_share:
            status = "contradicted"
    detectable = detectable_effect(main, rule)
    grade = grade_of(link, identification, detectable)
    found = Weighed(
        link=link,
        status=status,
        main=main,
        robust=tuple(robust),
        agreeing=agreeing if right else opposing,
        opposing=opposing,
        share=share,
        detectable=detectable,
        power=rule.power,
        low_power=False,
        validity=dict(validity or {}),
        reason=Text("", ""),
        p_decides=p_decides,
        p_adjusted=p_adjusted,
        p_romano_wolf=p_romano_wolf,
        no_romano_wolf=no_romano_wolf,
        falsified=falsified,
        identification=identification,
        grade=grade,
    )
    return _with_reason(found, rule, right=right, within=within)


def identification_of(link: Estimates, main: Seen, falsified: Falsified | None, rule: Rule) -> Identification:
    """Return what is known of a design: an experiment, an association, or what falsification left of an
    exposure.

    ``"fails"`` if any test rejects at the level of validity tests. ``"survives"`` only if besides the test
    of pre-trends would have found a trend that accounts for the whole estimate with the power asked for, and
    zero lies outside both of the interval at the honest bound and of the interval beyond the extended slope
    (or, for a null, there is nothing to leave out: `main` lies within the smallest effect).

    Raises
    ------
    AnalysisError
        If an exposure design was not put to falsification.
    """
    if link.design != "exposure":
        return link.design
    if falsified is None:
        raise AnalysisError.of("evidence.no_falsification", analysis=link.analysis, main=link.main)
    if falsified.p_value < rule.validity_alpha:
        return "fails"
    clear = all(
        low > 0 or high < 0
        for low, high in (
            (falsified.conf_low, falsified.conf_high),
            (falsified.detrended_low, falsified.detrended_high),
        )
    )
    null = max(abs(main.conf_low), abs(main.conf_high)) <= link.smallest_effect
    return "survives" if falsified.power >= rule.power and (clear or null) else "uncertain"


def grade_of(link: Estimates, identification: Identification, detectable: float) -> Grade:
    """Return how far an estimate bears on its claim.

    From high, one step down for a construct of fit C or of no declared fit and two for D; one step down for
    falsification that could not tell, two for a failed design or a mere association; one where the minimum
    detectable effect is above the smallest effect of interest, or unknown.
    """
    steps = {"A": 0, "B": 0, "C": 1, "D": 2}.get(link.construct or "C", 1)
    steps += {"experiment": 0, "survives": 0, "uncertain": 1}.get(identification, 2)
    steps += not detectable <= link.smallest_effect
    grades: tuple[Grade, ...] = ("high", "moderate", "low", "very low")
    return grades[min(steps, 3)]


def combine(statuses: Sequence[LineStatus], identified: Sequence[bool]) -> LineStatus:
    """Return the status of a claim from those of its parts.

    Parts that agree give their status. Parts that differ are mixed only where two that are well identified
    decide and disagree; otherwise the claim as a whole is inconclusive.
    """
    if len(set(statuses)) == 1:
        return statuses[0]
    deciding = {
        status
        for status, good in zip(statuses, identified, strict=True)
        if good and status in ("supported", "contradicted", "informative_null")
    }
    return "mixed" if len(deciding) > 1 else "inconclusive"


def adjusted(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return p-values adjusted by Holm over those that are not missing; missing ones stay so.

    Examples
    --------
    >>> adjusted((0.01, float("nan"), 0.04))
    (0.02, nan, 0.04)
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if not math.isnan(p))
    found = list(p_values)
    largest = 0.0
    for step, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - step) * p))
        found[place] = largest
    return tuple(found)


def nested(robust: Specification, main: Specification) -> Text | None:
    """Return why an estimate could not have failed where the main one does not, or ``None`` if it could."""
    if robust.replace(covariance=main.covariance) == main:
        return Text("the same estimate under another error", "同一估计换用另一种标准误")
    alike = robust.replace(
        regressors=main.regressors,
        controls=main.controls,
        fixed_effects=main.fixed_effects,
        covariance=main.covariance,
    )
    terms = {*robust.regressors, *robust.controls} <= {*main.regressors, *main.controls}
    if alike == main and terms and {*robust.fixed_effects} <= {*main.fixed_effects}:
        return Text(
            "nested in the main estimate: fewer controls or effects", "嵌套于主估计：控制变量或固定效应更少"
        )
    return None


def refuse_nested(where: Text, name: str, robust: Specification, main: Specification) -> None:
    """Refuse a robust specification that could not fail.

    Raises
    ------
    AnalysisError
        If it is nested in the main one.
    """
    why = nested(robust, main)
    if why is not None:
        raise AnalysisError.of("evidence.row_nested_in_main", where=where, name=name, why=why)


def _sign(estimate: Seen) -> int:
    return 1 if estimate.estimate > 0 else -1


def _agrees(estimate: Seen, sign: int, rule: Rule) -> bool:
    """Return whether a row agrees; a bound without p-value (Oster's β*) agrees by its sign alone."""
    right = estimate.estimate * sign > 0
    return right and (math.isnan(estimate.p_value) or estimate.p_value < rule.robust_alpha)


def _with_reason(found: Weighed, rule: Rule, *, right: bool, within: bool) -> Weighed:
    lines = [*_of_estimate(found, rule), *_of_robust(found, rule, right=right), *_of_design(found, rule)]
    smallest = f"{found.link.smallest_effect:g}"
    interval = _interval(found.main.conf_low, found.main.conf_high)
    lines.append(
        Text(
            f"95 % interval {interval} within ± {smallest}, the smallest effect of interest",
            f"95%置信区间{interval}位于最小关注效应 ± {smallest}之内",
        )
        if within
        else Text(
            f"95 % interval {interval} not within ± {smallest}, the smallest effect of interest",
            f"95%置信区间{interval}不在最小关注效应 ± {smallest}之内",
        )
    )
    lines.append(
        Text(
            "its test has no standard error, so no minimum detectable effect",
            "其检验无标准误，故无最小可检测效应",
        )
        if math.isnan(found.detectable)
        else Text(
            f"minimum detectable effect {found.detectable:.3g} at {found.power:.0%} power",
            f"最小可检测效应{found.detectable:.3g}（功效{found.power:.0%}）",
        )
    )
    en, zh = "; ".join(line.en for line in lines), "；".join(line.zh for line in lines)
    return replace(found, reason=Text(signed(en), signed(zh)))


def _of_estimate(found: Weighed, rule: Rule) -> Iterable[Text]:
    yield said_estimate(found.main)
    if found.link.joint:
        count = len(found.link.joint)
        yield Text(
            f"no direction asserted: the joint hypothesis over {count} outcomes has p {found.p_decides:.3f}",
            f"论断无方向：{count}个结果变量的联合假设 p = {found.p_decides:.3f}",
        )
    else:
        yield asserted(found.link.sign)
    wolf, wolf_zh = "", ""
    if not math.isnan(found.p_romano_wolf):
        wolf, wolf_zh = (
            f" (Romano–Wolf {found.p_romano_wolf:.3f})",
            f"（Romano–Wolf {found.p_romano_wolf:.3f}）",
        )
    elif found.no_romano_wolf is not None:
        wolf, wolf_zh = (
            f" (no Romano–Wolf p: {found.no_romano_wolf.en})",
            f"（无Romano–Wolf p值：{found.no_romano_wolf.zh}）",
        )
    yield Text(
        f"adjusted over all main estimates p {found.p_adjusted:.3f}{wolf}, {rule.alpha:g} asked",
        f"经全部主估计校正 p = {found.p_adjusted:.3f}{wolf_zh}，要求低于{rule.alpha:g}",
    )


def _of_robust(found: Weighed, rule: Rule, *, right: bool) -> Iterable[Text]:
    if not found.robust:
        yield Text(
            "no robust row that could fail, so it decides nothing", "没有可能失败的稳健设定，故不能定论"
        )
        return
    side = Text("agree", "一致") if right else Text("agree with the opposite sign", "与相反符号一致")
    yield Text(
        f"{found.agreeing} of {len(found.robust)} robust rows {side.en} ({rule.robust_share:.0%} asked)",
        f"{len(found.robust)}个稳健设定中{found.agreeing}个{side.zh}（要求{rule.robust_share:.0%}）",
    )


def _interval(low: float, high: float) -> str:
    return "—" if math.isnan(low) else f"[{', '.join(written_ends(low, high, 3))}]"


def _of_design(found: Weighed, rule: Rule) -> Iterable[Text]:
    if found.identification is not None:
        yield IDENTIFICATIONS[found.identification]
    tests = found.falsified
    if tests is not None:
        honest = _interval(tests.conf_low, tests.conf_high)
        left = _interval(tests.detrended_low, tests.detrended_high)
        yield Text(
            f"smallest p of its falsification {tests.p_value:.3f}, power of the pre-trend test "
            f"{tests.power:.2f}, honest interval {honest}; the slope before the event, extended, accounts "
            f"for {tests.trend_share:.0%} of the estimate and leaves {left}",
            f"证伪检验最小 p = {tests.p_value:.3f}，平行趋势检验功效{tests.power:.2f}，稳健区间{honest}；"
            f"事前斜率外推可解释估计值的{tests.trend_share:.0%}，余下效应的区间为{left}",
        )
    for name, p in found.validity.items():
        rejects = p < rule.validity_alpha
        yield Text(
            f"validity test '{name}' {'rejects' if rejects else 'does not reject, which is no proof'} "
            f"(p {p:.3f})",
            f"有效性检验“{name}”{'拒绝' if rejects else '未拒绝（不构成证明）'}（p = {p:.3f}）",
        )
