"""Small-sample history: what four waves can and cannot show, by exact permutation tests."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from digimfg.arguments import checked
from digimfg.kinds import Entries, Finite, Remedy
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["LARGEST_SAMPLE", "TrendTest", "permutation_trend_test", "wave_history"]

LARGEST_SAMPLE = 9
_FOR_LONGER = Remedy(
    lambda _: Text(
        "leave out waves that have not ended; for longer series use scipy.stats.kendalltau",
        "去掉未结束的周期；更长的序列可用 scipy.stats.kendalltau",
    )
)
"""9! = 362,880 orders are enumerated in a second; beyond, asymptotic tests serve."""


@shown(Text("Exact trend test", "精确趋势检验"))
@dataclass(frozen=True, kw_only=True, slots=True)
class TrendTest:
    """Hold an exact test of a trend.

    Parameters
    ----------
    n
        Number of values.
    kendall_s
        Pairs that rise minus pairs that fall, ``Σ_{i<j} sign(x_j − x_i)``.
    p_decreasing, p_increasing
        Share of all orders whose S is at most, at least, the one seen.
    p_two_sided
        Share of all orders whose ``|S|`` is at least the one seen.
    floor_one_sided, floor_two_sided
        The smallest p that any order of these values could have.
    slope
        Least-squares slope per step.
    slope_p_decreasing, slope_p_two_sided
        The same shares for the slope.
    """

    n: int
    kendall_s: int
    p_decreasing: float
    p_increasing: float
    p_two_sided: float
    floor_one_sided: float
    floor_two_sided: float
    slope: float
    slope_p_decreasing: float
    slope_p_two_sided: float


@checked
def permutation_trend_test(
    values: Annotated[Iterable[Finite], Entries(2, LARGEST_SAMPLE), _FOR_LONGER],
) -> TrendTest:
    """Test a trend in a short series by enumerating every order of its values.

    Under the null each of the n! orders is equally likely, ties included. Nothing is approximated.

    Parameters
    ----------
    values
        Two to nine finite numbers in order of time.

    Raises
    ------
    MeasureError
        If there are fewer than two values, more than nine, or one is missing.

    Notes
    -----
    Kendall's S: M. G. Kendall, "A New Measure of Rank Correlation", Biometrika 30 (1938); H. B. Mann,
    "Nonparametric Tests Against Trend", Econometrica 13 (1945).

    Examples
    --------
    >>> test = permutation_trend_test([63, 47, 56, 43])
    >>> test.kendall_s, round(test.p_decreasing, 4), round(test.floor_two_sided, 4), round(test.slope, 2)
    (-4, 0.1667, 0.0833, -5.1)
    """
    series = tuple(float(value) for value in values)
    orders = list(itertools.permutations(series))
    scores = [_kendall(order) for order in orders]
    slopes = [_slope(order) for order in orders]
    score, slope = _kendall(series), _slope(series)
    width = 1e-9 * (1 + abs(slope))
    lowest, farthest = min(scores), max(map(abs, scores))
    return TrendTest(
        n=len(series),
        kendall_s=score,
        p_decreasing=_share(each <= score for each in scores),
        p_increasing=_share(each >= score for each in scores),
        p_two_sided=_share(abs(each) >= abs(score) for each in scores),
        floor_one_sided=_share(each == lowest for each in scores),
        floor_two_sided=_share(abs(each) == farthest for each in scores),
        slope=slope,
        slope_p_decreasing=_share(each <= slope + width for each in slopes),
        slope_p_two_sided=_share(abs(each) >= abs(slope) - width for each in slopes),
    )


@checked
def wave_history(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what the finished waves say of length and phases, with exact tests of a downward trend.

    Parameters
    ----------
    frame
        The register ``"waves"``.

    Returns
    -------
    pandas.DataFrame
        One row for the length and one per phase (war years left out): ``quantity label_en label_zh values
        mean claimed_years kendall_s p_decreasing p_two_sided floor_one_sided floor_two_sided slope_per_wave
        slope_p_decreasing conclusion_en conclusion_zh``. ``values`` are years, wave by wave, joined by ``",
        "``.

    Examples
    --------
    >>> from digimfg.paper.views import register
    >>> history = wave_history(register("waves")).set_index("quantity")
    >>> print(*history.loc["length", ["values", "mean", "kendall_s"]], sep=" | ")
    63, 47, 56, 43 | 52.25 | -4
    """
    import pandas as pd

    from digimfg.paper.columns import register_columns
    from digimfg.paper.parsing import parse_amount
    from digimfg.paper.reading import read_printed
    from digimfg.paper.registers.waves import PHASES, wave_phases

    header = read_printed("waves").header
    claims = {name: parse_amount(cell.text) for name, cell in header.items() if name.startswith("claimed")}
    frame = register_columns(frame, "waves", ("length_years",))
    finished = frame.dropna(subset=["length_years"])
    phases = wave_phases(finished)
    series = {
        "length": (Text("Length", "周期长度"), finished["length_years"].tolist(), claims["claimed_length"])
    }
    for phase, label in PHASES.items():
        if phase != "war":
            claim = claims["claimed_prosperity" if phase == "prosperity" else "claimed_other_phases"]
            series[phase] = (label, phases.loc[phases["phase"] == phase, "phase_years"].tolist(), claim)
    return pd.DataFrame(
        [
            _history_row(name, label, values, claim.value if claim else math.nan)
            for name, (label, values, claim) in series.items()
        ]
    )


def _history_row(quantity: str, label: Text, values: list[float], claimed: float) -> dict[str, object]:
    test = permutation_trend_test(values)
    conclusion = _conclusion(test)
    return {
        "quantity": quantity,
        "label_en": label.en,
        "label_zh": label.zh,
        "values": ", ".join(f"{value:g}" for value in values),
        "mean": sum(values) / len(values),
        "claimed_years": claimed,
        "kendall_s": test.kendall_s,
        "p_decreasing": test.p_decreasing,
        "p_two_sided": test.p_two_sided,
        "floor_one_sided": test.floor_one_sided,
        "floor_two_sided": test.floor_two_sided,
        "slope_per_wave": test.slope,
        "slope_p_decreasing": test.slope_p_decreasing,
        "conclusion_en": conclusion.en,
        "conclusion_zh": conclusion.zh,
    }


def _conclusion(test: TrendTest) -> Text:
    if test.kendall_s >= 0:
        said = Text("no decrease is seen", "未见下降")
    elif test.p_decreasing < 0.05:
        said = Text(f"falls, one-sided p {test.p_decreasing:.3f}", f"下降，单侧 p = {test.p_decreasing:.3f}")
    else:
        said = Text(
            f"falls on the whole, but an order this low comes by chance in {test.p_decreasing:.0%} of cases",
            f"总体下降，但随机排列出现同等下降的概率为{test.p_decreasing:.0%}",
        )
    if test.floor_two_sided > 0.05:
        bound = Text(
            f"with {test.n} waves no order at all could be significant at 5 % two-sided (floor "
            f"{test.floor_two_sided:.4f})",
            f"仅{test.n}个周期，任何排列都无法在双侧5%水平上显著（下限{test.floor_two_sided:.4f}）",
        )
        return Text(f"{said.en}; {bound.en}", f"{said.zh}；{bound.zh}")
    return said


def _kendall(values: tuple[float, ...]) -> int:
    return sum((later > earlier) - (later < earlier) for earlier, later in itertools.combinations(values, 2))


def _slope(values: tuple[float, ...]) -> float:
    centre = (len(values) - 1) / 2
    spread = sum((step - centre) ** 2 for step in range(len(values)))
    return math.fsum((step - centre) * value for step, value in enumerate(values)) / spread


def _share(flags: Iterable[bool]) -> float:
    seen = list(flags)
    return sum(seen) / len(seen)
