"""What a threshold with instruments refuses, and what its readers must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["check_instrumented", "instrumented_notes", "not_identified", "places_of"]

Floats = NDArray[np.float64]
_WEAK = 10.0


def check_instrumented(
    spec: Specification, label: Text, threshold_variable: str, regime_dependent: tuple[str, ...]
) -> None:
    """Refuse roles that terms cannot have.

    Raises
    ------
    SpecificationError
        Naming the terms.
    """
    if not spec.endogenous or len(spec.instruments) < len(spec.endogenous):
        raise SpecificationError(
            where=label,
            expected=Text(
                "`endogenous` terms and at least as many `instruments`",
                "`endogenous` 及不少于其个数的 `instruments`",
            ),
            got=f"{len(spec.endogenous)}, {len(spec.instruments)}",
            remedy=Text("name them, or use dm.PanelThreshold(…)", "请给出，或使用 dm.PanelThreshold(…)"),
        )
    if threshold_variable in spec.endogenous:
        raise SpecificationError(
            where=Text(
                "dm.InstrumentedThreshold, `threshold_variable`",
                "dm.InstrumentedThreshold，`threshold_variable`",
            ),
            expected=Text("an exogenous variable", "外生变量"),
            got=threshold_variable,
            remedy=Text(
                "dm.DynamicPanelThreshold(…) takes an endogenous one",
                "内生门槛变量请用 dm.DynamicPanelThreshold(…)",
            ),
        )
    known = (*spec.regressors, *spec.controls, *spec.endogenous)
    if other := [term for term in regime_dependent if term not in known]:
        raise SpecificationError(
            where=Text(
                "dm.InstrumentedThreshold, `regime_dependent`", "dm.InstrumentedThreshold，`regime_dependent`"
            ),
            expected=Text("terms of the equation", "方程中的项"),
            got=", ".join(other),
            remedy=Text(
                "list them among regressors, controls or endogenous",
                "请列入 regressors、controls 或 endogenous",
            ),
        )


def places_of(value: Floats, trim: float, grid: int) -> Floats:
    """Return quantiles of the threshold variable that are searched.

    Raises
    ------
    EstimationError
        If there are fewer than two.
    """
    places = np.quantile(value, np.linspace(trim, 1 - trim, grid), method="inverted_cdf")
    found = np.unique(places)
    found = found[found < value.max()]
    if len(found) >= 2:
        return np.asarray(found)
    raise EstimationError(
        where=Text(
            "dm.InstrumentedThreshold, `threshold_variable`", "dm.InstrumentedThreshold，`threshold_variable`"
        ),
        expected=say(
            "values that leave a share of {trim:g} of the rows on either side",
            "两侧各至少留有{trim:g}观测的取值",
            trim=trim,
        ),
        got=say("{n:,|such value}", "{n}个此类取值", n=len(found)),
        remedy=Text("use a continuous variable, or a smaller trim", "使用连续变量，或减小 trim"),
    )


def not_identified(label: Text) -> EstimationError:
    """Return the refusal of instruments that do not identify the slopes."""
    return EstimationError(
        where=label,
        expected=Text(
            "instruments and terms that identify the slopes of both regimes",
            "工具变量与各项足以识别两个区间的系数",
        ),
        got=Text(
            "collinear columns, or instruments without force in a regime",
            "变量共线，或某一区间内工具变量无解释力",
        ),
        remedy=Text(
            "use other instruments, fewer terms, or a larger trim", "更换工具变量、减少变量，或增大 trim"
        ),
    )


def instrumented_notes(p_value: float, low: float, strength: float) -> list[Text]:
    """Return how errors are formed, whether the threshold is there, and whether instruments are weak."""
    notes: list[Text] = [
        say(
            "errors of slopes take the threshold as known; rows at or below it: {low:.0%}",
            "斜率标准误视门槛为已知；门槛及以下观测占{low:.0%}",
            kind="inference",
            weight="how",
            low=low,
        )
    ]
    if np.isfinite(p_value) and p_value > 0.05:
        notes.append(
            say(
                "equal slopes are not rejected (p = {p:.3f}): the threshold may mean nothing",
                "不能拒绝各区间系数相等（p={p:.3f}）：门槛可能没有意义",
                kind="linear",
                p=p_value,
            )
        )
    if strength < _WEAK:
        notes.append(
            say(
                "instruments are weak in a regime: first-stage F {f:.1f}",
                "某一区间内工具变量较弱：第一阶段F为{f:.1f}",
                kind="weak",
                f=strength,
            )
        )
    return notes
