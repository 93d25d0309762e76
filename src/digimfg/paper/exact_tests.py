"""Exact tests of what the paper says of history: small samples, printed with what they can and cannot
show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from digimfg.evidence.grounds import Fact
from digimfg.records import records
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.evidence.claims import Rule

__all__ = ["EXACT_TESTS", "wave_durations", "wave_shortening"]


def wave_durations(rule: Rule, *, length_tolerance: float, phase_tolerance: float) -> Fact:  # noqa: ARG001 - every exact test is given the rule
    """Compare mean length and phases of the finished waves with the durations that the paper gives.

    The chronology is an input: agreement shows that the paper's round numbers describe it, not that waves
    exist; so the claim is a record and this its audit.

    Parameters
    ----------
    rule
        Not used: nothing is tested at a level.
    length_tolerance, phase_tolerance
        How far, as a share, a mean may lie from the claimed duration and still be "about" it.
    """
    history = _history()
    off = {name: row["mean"] / row["claimed_years"] - 1 for name, row in history.items()}
    agree = all(
        abs(value) <= (length_tolerance if name == "length" else phase_tolerance)
        for name, value in off.items()
    )
    means = ", ".join(f"{row['label_en'].lower()} {row['mean']:g}" for row in history.values())
    means_zh = "、".join(f"{row['label_zh']}{row['mean']:g}" for row in history.values())
    return Fact(
        name="wave_durations",
        status="recorded",
        low_power=False,
        reason=Text(
            f"means of four waves: {means} years; length within {length_tolerance:.0%} and phases "
            f"within {phase_tolerance:.0%} of the claimed durations: {'yes' if agree else 'no'}. The "
            f"chronology itself is taken from the literature, not tested",
            f"四个周期均值：{means_zh}（年）；长度偏差在{length_tolerance:.0%}、"
            f"各阶段偏差在{phase_tolerance:.0%}以内：{'是' if agree else '否'}。年表取自文献，"
            f"本身未作检验",
        ),
        numbers={f"mean_{name}": float(row["mean"]) for name, row in history.items()}
        | {"agrees": float(agree)},
    )


def wave_shortening(rule: Rule) -> Fact:
    """Test a fall of length, recession and depression over the finished waves by exact permutation."""
    history = _history()
    tested = {name: history[name] for name in ("length", "recession", "depression")}
    falls = all(row["kendall_s"] < 0 for row in tested.values())
    shown = falls and all(row["p_two_sided"] < rule.alpha for row in tested.values())
    rises = all(row["kendall_s"] > 0 and row["p_two_sided"] < rule.alpha for row in tested.values())
    length = tested["length"]
    listed = "; ".join(
        f"{row['label_en'].lower()} {row['values']}: S = {_signed(row['kendall_s'])}, one-sided p "
        f"{row['p_decreasing']:.4f}"
        for row in tested.values()
    )
    listed_zh = "；".join(
        f"{row['label_zh']}{row['values']}：S = {_signed(row['kendall_s'])}，单侧 p = "
        f"{row['p_decreasing']:.4f}"
        for row in tested.values()
    )
    floor = min(row["floor_two_sided"] for row in tested.values())
    return Fact(
        name="wave_shortening",
        status="supported" if shown else "contradicted" if rises else "not_supported",
        low_power=floor >= rule.alpha,
        attainable=float(floor),
        reason=Text(
            f"{listed}. The direction is as claimed, but the smallest two-sided p that four waves can "
            f"give is {length['floor_two_sided']:.4f}: neither a trend nor its absence can be shown at "
            f"{rule.alpha:.0%}",
            f"{listed_zh}。方向与论断一致，但四个周期可达最小双侧p值为{length['floor_two_sided']:.4f}："
            f"在{rule.alpha:.0%}水平上既不能证明趋势，也不能证明没有趋势",
        )
        if falls and not shown
        else Text(listed, listed_zh),
        numbers={
            f"{key}_{name}": float(row[key])
            for name, row in tested.items()
            for key in ("kendall_s", "p_decreasing", "p_two_sided", "floor_two_sided")
        },
    )


def _signed(value: object) -> str:
    return str(value).replace("-", "−")


def _history() -> dict[str, dict[str, Any]]:
    from digimfg.paper.history import wave_history
    from digimfg.paper.views import register

    return {str(row["quantity"]): row for row in records(wave_history(register("waves")))}


EXACT_TESTS: dict[str, Callable[..., Fact]] = {
    "wave_durations": wave_durations,
    "wave_shortening": wave_shortening,
}
"""Exact tests by the name that the ledger gives them."""
