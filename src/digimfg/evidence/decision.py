"""The first procedure that decided by estimates, and what the second shares: pure functions of numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import scipy

from digimfg.covariance import WILD_P_VALUE
from digimfg.evidence.weighed import LineStatus, Seen, Weighed
from digimfg.text import Text, written

if TYPE_CHECKING:
    from digimfg.evidence.claims import Estimates, Rule
    from digimfg.result import Result

__all__ = [
    "asserted",
    "detectable_effect",
    "said_estimate",
    "seen",
    "signed",
    "weigh",
]


def seen(name: str, result: Result, term: str, rule: Rule) -> Seen:
    """Return the estimate of one term with the p-value that counts."""
    row = {str(name): value for name, value in result.coefficients.loc[[term]].to_dict("records")[0].items()}
    clusters = float(result.statistics.get("n_clusters", math.nan))
    wild = float(row.get(WILD_P_VALUE, math.nan))
    bootstrapped = clusters < rule.few_clusters and not math.isnan(wild)
    return Seen(
        specification=name,
        outcome=result.specification.outcome,
        term=term,
        estimate=float(row["estimate"]),
        std_error=float(row["std_error"]),
        p_value=wild if bootstrapped else float(row["p_value"]),
        conf_low=float(row["conf_low"]),
        conf_high=float(row["conf_high"]),
        bootstrapped=bootstrapped,
        n_obs=float(result.statistics.get("n_obs", math.nan)),
        n_clusters=clusters,
        data_hash=result.provenance.data_hash,
    )


def detectable_effect(estimate: Seen, rule: Rule) -> float:
    """Return the effect that a two-sided test at `alpha` finds with the rule's power.

    ``(t_{1−α/2} + t_{power}) · SE`` with clusters − 1 degrees of freedom; normal quantiles where there are no
    clusters (then 2.80 · SE at 5 % and 80 %).

    Examples
    --------
    >>> from digimfg.evidence.claims import Rule
    >>> one = Seen(specification="", outcome="", term="", estimate=0, std_error=1, p_value=1, conf_low=0,
    ...     conf_high=0,
    ...            bootstrapped=False, n_obs=100, n_clusters=float("nan"), data_hash="")
    >>> round(detectable_effect(one, Rule()), 3)
    2.802
    """
    freedom = estimate.n_clusters - 1
    quantile = (
        scipy.stats.norm.ppf
        if math.isnan(freedom) or freedom < 1
        else lambda share: scipy.stats.t.ppf(share, freedom)
    )
    return float((quantile(1 - rule.alpha / 2) + quantile(rule.power)) * estimate.std_error)


def weigh(
    link: Estimates, main: Seen, robust: Sequence[Seen], validity: Mapping[str, float], rule: Rule
) -> Weighed:
    """Return what the estimates say by procedure 1.

    supported: the main estimate has the asserted sign and p < alpha, the asserted share of robust estimates
    agrees (there is at least one), and no validity test fails. contradicted: the same on the other side,
    validity aside. not supported: the main estimate is not significant and at most the complementary share
    of robust ones agrees or opposes. Everything else is mixed. A claim without direction (sign 0) agrees
    with either sign and cannot be contradicted.
    """
    agreeing = sum(_beyond(each, link.sign, rule) for each in robust)
    opposing = sum(_beyond(each, -link.sign, rule) for each in robust) if link.sign else 0
    share = agreeing / len(robust) if robust else math.nan
    against = opposing / len(robust) if robust else math.nan
    significant = main.p_value < rule.alpha
    right_sign = link.sign == 0 or main.estimate * link.sign > 0
    valid = all(p >= rule.validity_alpha for p in validity.values())
    enough = bool(robust) and share >= rule.robust_share
    few = not robust or max(share, against) <= 1 - rule.robust_share
    status: LineStatus
    if significant and right_sign:
        status = "supported" if enough and valid else "mixed"
    elif significant:
        status = "contradicted" if robust and against >= rule.robust_share else "mixed"
    else:
        status = "not_supported" if few else "mixed"
    detectable = detectable_effect(main, rule)
    low_power = status == "not_supported" and detectable > link.smallest_effect
    return Weighed(
        link=link,
        status=status,
        main=main,
        robust=tuple(robust),
        agreeing=agreeing,
        opposing=opposing,
        share=share,
        detectable=detectable,
        power=rule.power,
        low_power=low_power,
        validity=dict(validity),
        reason=_reason(link, main, len(robust), agreeing, validity, rule, detectable, status, low_power),
    )


def _beyond(estimate: Seen, sign: int, rule: Rule) -> bool:
    return (sign == 0 or estimate.estimate * sign > 0) and estimate.p_value < rule.robust_alpha


def _reason(
    link: Estimates,
    main: Seen,
    n_robust: int,
    agreeing: int,
    validity: Mapping[str, float],
    rule: Rule,
    detectable: float,
    status: LineStatus,
    low_power: bool,
) -> Text:
    said, direction = said_estimate(main), asserted(link.sign)
    en = [f"{said.en}; {direction.en}"]
    zh = [f"{said.zh}；{direction.zh}"]
    if n_robust:
        en.append(f"{agreeing} of {n_robust} robust specifications agree ({rule.robust_share:.0%} asked)")
        zh.append(f"{n_robust}个稳健设定中{agreeing}个一致（要求{rule.robust_share:.0%}）")
    else:
        en.append("no robust specification, so it cannot be supported")
        zh.append("无稳健性设定，故不能判为支持")
    for name, p in validity.items():
        fails = p < rule.validity_alpha
        en.append(f"validity test '{name}' {'fails' if fails else 'does not reject'} (p {p:.3f})")
        zh.append(f"有效性检验“{name}”{'未通过' if fails else '未拒绝'}（p = {p:.3f}）")
    if status == "not_supported":
        worth = f"{link.smallest_effect:g}"
        en.append(
            f"little power: only effects of {detectable:.3g} or more could be seen, {worth} would matter"
            if low_power
            else f"an informative null: effects of {detectable:.3g} would have been seen, {worth} would "
            f"matter"
        )
        zh.append(
            f"检验功效不足：仅能识别{detectable:.3g}以上的效应，而{worth}即有意义"
            if low_power
            else f"具有信息量的零结果：{detectable:.3g}的效应即可被识别，{worth}即有意义"
        )
    return Text(signed("; ".join(en)), signed("；".join(zh)))


def said_estimate(main: Seen) -> Text:
    """Return the main estimate with its error and p-value in words."""
    kind = Text("wild-bootstrap p", "wild bootstrap p") if main.bootstrapped else Text("p", "p")
    error = "—" if math.isnan(main.std_error) else f"{main.std_error:.2g}"
    return Text(
        f"main estimate ({main.specification}): {written(main.estimate, '.3g')} ({error}), "
        f"{kind.en} {main.p_value:.3f}",
        f"主估计（{main.specification}）：{written(main.estimate, '.3g')}（{error}），"
        f"{kind.zh} = {main.p_value:.3f}",
    )


def asserted(sign: int) -> Text:
    """Return the direction that a claim asserts in words."""
    return {
        1: Text("asserted positive", "论断方向为正"),
        -1: Text("asserted negative", "论断方向为负"),
        0: Text("no direction asserted", "论断无方向"),
    }[sign]


def signed(words: str) -> str:
    """Return words with true minus signs before numbers."""
    return re.sub(r"(?<![A-Za-z0-9_.])-(?=\d)", "−", words)
