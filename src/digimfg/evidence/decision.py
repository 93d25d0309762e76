"""Estimates as a rule sees them, and the first procedure that decided by them: pure functions of numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from scipy import stats

from digimfg.text import Text, written

if TYPE_CHECKING:
    from digimfg.evidence.claims import Estimates, Rule
    from digimfg.result import Result

__all__ = [
    "GRADES",
    "IDENTIFICATIONS",
    "Falsified",
    "Grade",
    "Identification",
    "LineStatus",
    "PValue",
    "Powered",
    "Seen",
    "Weighed",
    "asserted",
    "detectable_effect",
    "said_estimate",
    "seen",
    "signed",
    "weigh",
]

LineStatus = Literal[
    "supported", "mixed", "not_supported", "contradicted", "informative_null", "inconclusive", "undecidable"
]
Identification = Literal["experiment", "survives", "uncertain", "fails", "association"]
Grade = Literal["high", "moderate", "low", "very low"]

IDENTIFICATIONS: dict[Identification, Text] = {
    "experiment": Text("assigned by experiment", "实验分配"),
    "survives": Text(
        "the falsification tests do not reject and would have had the power to",
        "证伪检验未拒绝，且其功效充足",
    ),
    "uncertain": Text(
        "the falsification tests do not reject, but could not have been expected to",
        "证伪检验未拒绝，但功效不足以作证",
    ),
    "fails": Text("the design fails its falsification", "设计未通过证伪"),
    "association": Text("an association", "相关关系"),
}
GRADES: dict[Grade, Text] = {
    "high": Text("high", "高"),
    "moderate": Text("moderate", "中"),
    "low": Text("low", "低"),
    "very low": Text("very low", "很低"),
}
"""How far an estimate bears on a claim (`digimfg.evidence.second_procedure.grade_of`)."""

WILD_P_VALUE = "wild_bootstrap_p_value"
"""Column of a result's coefficients that holds wild-bootstrap p-values, where there are few clusters."""


class PValue(Protocol):
    """A test with a p-value."""

    @property
    def p_value(self) -> float:
        """Return the p-value."""
        ...


@runtime_checkable
class Powered(Protocol):
    """A test that knows its power."""

    @property
    def power(self) -> float:
        """Return its power at the smallest effect that matters; NaN where it is not known."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One estimate as the rule sees it.

    Parameters
    ----------
    specification, outcome, term
        Where it stands.
    estimate, std_error, conf_low, conf_high
        As in the result.
    p_value
        The one that counts, two-sided; `bootstrapped` says whether it is the wild-bootstrap one.
    n_obs, n_clusters
        Rows and clusters; NaN where a result has none.
    data_hash
        Of the estimation sample.
    """

    specification: str
    outcome: str
    term: str
    estimate: float
    std_error: float
    p_value: float
    conf_low: float
    conf_high: float
    bootstrapped: bool
    n_obs: float
    n_clusters: float
    data_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Falsified:
    """What the falsification of a design says.

    Parameters
    ----------
    study
        Its name in the analysis.
    p_value
        The smallest of its tests: placebo dates, joint pre-trends, slope before the event.
    power
        Of the joint test of pre-trends against a trend that would account for the whole estimate.
    conf_low, conf_high
        Interval of the effect at the honest bound that the rule names; NaN where it has none.
    detrended_low, detrended_high
        Interval of the effect beyond the line that the slope before the event, extended, gives.
    trend_share
        Share of the estimate that this line accounts for.
    """

    study: str
    p_value: float
    power: float
    conf_low: float
    conf_high: float
    detrended_low: float
    detrended_high: float
    trend_share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """What one set of estimates says.

    Parameters
    ----------
    status
        By the rule.
    main, robust
        The estimates; `agreeing` and `opposing` count the robust ones beyond `robust_alpha` on either side.
    share
        Robust estimates that agree; NaN where there are none.
    detectable
        Minimum detectable effect of the main estimate, at `power`.
    low_power
        A null whose minimum detectable effect is above the smallest effect worth speaking of.
    validity
        Test → p-value of the tests that must not reject.
    reason
        The rule's way to the status, in a sentence.
    p_decides, p_adjusted, p_romano_wolf
        The p-value of the hypothesis (joint where there is no direction), adjusted over all main estimates
        by Holm, and by Romano and Wolf where it was computed. Only under procedure 2, as what follows.
    no_romano_wolf
        Why the last is not defined.
    falsified, identification, grade
        What falsification says, what follows for the design, and how far the evidence bears on the claim.
    """

    link: Estimates
    status: LineStatus
    main: Seen
    robust: tuple[Seen, ...]
    agreeing: int
    opposing: int
    share: float
    detectable: float
    power: float
    low_power: bool
    validity: Mapping[str, float]
    reason: Text
    p_decides: float = math.nan
    p_adjusted: float = math.nan
    p_romano_wolf: float = math.nan
    no_romano_wolf: Text | None = None
    falsified: Falsified | None = None
    identification: Identification | None = None
    grade: Grade | None = None


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
        stats.norm.ppf if math.isnan(freedom) or freedom < 1 else lambda share: stats.t.ppf(share, freedom)
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
