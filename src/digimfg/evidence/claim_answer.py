"""What a pack's test says of one claim on one panel, and the rule that decides it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from digimfg.arguments import checked
from digimfg.evidence.second_procedure import adjusted
from digimfg.kinds import Probability
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.evidence.weighed import Grade

__all__ = [
    "PART_COLUMNS",
    "AnswerStatus",
    "ClaimAnswer",
    "Combine",
    "decide_parts",
    "deciding_p",
    "grade_parts",
    "headline_of",
]

AnswerStatus = Literal["supported", "contradicted", "informative_null", "inconclusive", "not_testable"]
Combine = Literal["all", "both_signs"]
PART_COLUMNS = ("sign", "estimate", "std_error", "p_value", "conf_low", "conf_high", "n_obs", "n_clusters")
_POWER = 2.8016  # quantiles of the normal distribution at 0.975 and 0.80, added up


@checked
@shown(Text("Test of a claim", "论断的检验"), first="parts")
@dataclass(frozen=True, kw_only=True, eq=False)
class ClaimAnswer:
    """Hold what a test says of one claim on one panel.

    Parameters
    ----------
    claim, panel
        Which claim, on which kind of panel.
    status
        ``"supported" "contradicted" "informative_null" "inconclusive"``, or ``"not_testable"`` where the
        panel
        lacks what the test needs.
    synthetic
        Whether the panel is simulated: such an answer never counts as evidence.
    grade
        How far it bears on the claim; empty where nothing was tested.
    parts
        Index the parts of the claim; ``sign`` that it asserts, ``estimate std_error p_value conf_low
        conf_high`` in standard deviations of outcome and regressor, ``n_obs n_clusters``.
    found, missing
        What the test needs and the panel has, and what it lacks with what would be enough.
    version, rule_hash
        Of the rule that decided.
    declared
        When the rule was declared, and knowing what.
    reason
        How it came to the status.
    notes
        What a reader must know.
    p_value
        At which the parts decide together (`deciding_p`); ``None`` where nothing was tested.
    described
        What was computed beside and decides nothing.
    """

    claim: str
    panel: str
    status: AnswerStatus
    synthetic: bool
    grade: str
    parts: pd.DataFrame
    found: tuple[Text, ...]
    missing: tuple[Text, ...]
    version: int
    rule_hash: str
    declared: Text
    reason: Text
    notes: tuple[Text, ...] = ()
    p_value: Probability | None = None
    described: tuple[Text, ...] = ()


def decide_parts(parts: pd.DataFrame, combine: Combine, smallest_effect: float, alpha: float) -> AnswerStatus:
    """Return what the parts of a claim decide together.

    ``"all"``: supported if every part has the asserted sign with p below alpha (an intersection–union test,
    so
    that no adjustment is needed: Berger 1982, doi:10.1080/00401706.1982.10487790); contradicted if one has
    the
    other sign with p adjusted by Holm below alpha; an informative null if the interval of one lies within ±
    the smallest effect. ``"both_signs"``: supported if, adjusted by Holm over all parts, one is above and one
    below zero; an informative null if all intervals lie within ± the smallest effect.

    Parameters
    ----------
    parts
        As in `ClaimAnswer`.
    combine, smallest_effect, alpha
        Of the rule.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"sign": 1, "estimate": 0.4, "p_value": 0.01, "conf_low": 0.1, "conf_high": 0.7}
    >>> decide_parts(pd.DataFrame([row, {**row, "p_value": 0.2, "conf_low": -0.2}]), "all", 0.1, 0.05)
    'inconclusive'
    """
    estimates, p_values = parts["estimate"], [float(value) for value in parts["p_value"]]
    holm = adjusted(p_values)
    within = [
        max(abs(low), abs(high)) <= smallest_effect
        for low, high in zip(parts["conf_low"], parts["conf_high"], strict=True)
    ]
    if combine == "both_signs":
        clear = [value > 0 for value, p in zip(estimates, holm, strict=True) if p < alpha]
        if any(clear) and not all(clear):
            return "supported"
        return "informative_null" if all(within) else "inconclusive"
    right = [sign == 0 or value * sign > 0 for sign, value in zip(parts["sign"], estimates, strict=True)]
    if all(good and p < alpha for good, p in zip(right, p_values, strict=True)):
        return "supported"
    if any(not good and p < alpha for good, p in zip(right, holm, strict=True)):
        return "contradicted"
    return "informative_null" if any(within) else "inconclusive"


def deciding_p(parts: pd.DataFrame, combine: Combine) -> float:
    """Return the least level at which the parts of a claim support or contradict it.

    ``"all"``: the largest p-value where every part has the asserted sign, else the smallest of those with
    the other sign, adjusted by Holm over all parts; ``"both_signs"``: the larger of the smallest adjusted
    p-values above and below zero, 1 where one side is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"sign": [1, 1], "estimate": [0.4, 0.2], "p_value": [0.01, 0.03]})
    >>> deciding_p(rows, "all"), deciding_p(rows.assign(estimate=[0.4, -0.2]), "all")
    (0.03, 0.03)
    >>> deciding_p(rows.assign(sign=0, estimate=[0.4, -0.2]), "both_signs")
    0.03
    """
    estimates, p_values = list(parts["estimate"]), [float(value) for value in parts["p_value"]]
    holm = adjusted(p_values)
    if combine == "both_signs":
        above, below = (
            [p for value, p in zip(estimates, holm, strict=True) if (value > 0) is side]
            for side in (True, False)
        )
        return max(min(above), min(below)) if above and below else 1.0
    right = [sign == 0 or value * sign > 0 for sign, value in zip(parts["sign"], estimates, strict=True)]
    if all(right):
        return max(p_values)
    return min(p for good, p in zip(right, holm, strict=True) if not good)


def grade_parts(parts: pd.DataFrame, construct: Literal["A", "B", "C", "D"], smallest_effect: float) -> Grade:
    """Return how far associations bear on a claim: from high two steps down for a mere association, one for a
    construct of fit C and two for D, one where a part's minimum detectable effect is above the smallest
    effect.
    """
    errors = [float(value) for value in parts["std_error"] if not math.isnan(value)]
    steps = 2 + {"A": 0, "B": 0, "C": 1, "D": 2}[construct]
    steps += any(_POWER * error > smallest_effect for error in errors)
    grades: tuple[Grade, ...] = ("high", "moderate", "low", "very low")
    return grades[min(steps, 3)]


def headline_of(answer: ClaimAnswer, status: Text) -> Text:
    """Return a status with its panel, marked where the panel is simulated."""
    if answer.synthetic:
        return Text(
            f"{status.en} on {answer.panel} (synthetic data)", f"{answer.panel}：{status.zh}（模拟数据）"
        )
    return Text(f"{status.en} on {answer.panel}", f"{answer.panel}：{status.zh}")
