"""Coupling, development and coordination of two or more subsystems (耦合协调度)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.frames.said import add_notes
from digimfg.kinds import Above, AtLeast, AtMost, NamedWeights
from digimfg.measures.choices import match_weights
from digimfg.measures.contract import Gives, measure
from digimfg.measures.coupling_grades import GRADES, STAGES, Closed, classify
from digimfg.measures.coupling_variants import standard_coupling, wang_coupling
from digimfg.measures.subsystems import Subsystems, SubsystemValues, read_subsystems
from digimfg.notes import note_of
from digimfg.text import Text

__all__ = ["CouplingFormula", "coupling_coordination"]

Floats = NDArray[np.float64]
CouplingFormula = Literal["standard", "wang2021"]

_GRADE_BOUNDS = tuple(step / 10 for step in range(1, 10))
_STAGE_BOUNDS = (0.3, 0.5, 0.8)


@measure(
    "subsystems",
    gaps="carried",
    gives={
        "coupling": Gives("index", 0, 1, 1),
        "development": Gives("index", 0, 1, 1),
        "coordination": Gives("index", 0, 1, 1),
        "grade": Gives("index", 1, 10, 1),
    },
)
@checked
def coupling_coordination(
    subsystems: SubsystemValues,
    weights: NamedWeights = None,
    variant: CouplingFormula = "standard",
    *,
    closed: Closed = "right",
    lag_bounds: tuple[Annotated[float, Above(0), AtMost(1)], Annotated[float, AtLeast(1)]] = (0.8, 1.2),
) -> pd.DataFrame:
    """Return coupling C, development T and coordination D = √(C·T) of subsystems u_1 … u_n in [0, 1].

    - ``"standard"``: C = n (Πu)^{1/n} / Σu, for two subsystems 2√(u₁u₂)/(u₁ + u₂).
    - ``"wang2021"``: C = √{[1 - Σ_{i<j} abs(u_i - u_j)/(n(n-1)/2)] · (Π u_i/max u)^{1/(n-1)}}, which spreads
      C over [0, 1] where the standard one crowds above 0.9.

    T = Σ α_k u_k; weights belong to T only.

    Parameters
    ----------
    subsystems
        A DataFrame or a mapping of columns (one per subsystem), a list of Series, or an array: two
        dimensions are units × subsystems, one dimension is a single unit. Missing values give a missing row.
    weights
        α by subsystem, or in their order, summing to one; equal by default.
    variant
        Formula of C.
    closed
        Where a bound of a grade belongs: ``"right"`` (0.3, 0.4], or ``"left"`` [0.3, 0.4).
    lag_bounds
        Two subsystems move in step where u₁/u₂ lies within these bounds; below, the first lags; above, the
        second. With more than two, the lowest lags the highest where their ratio is under the lower bound.

    Returns
    -------
    pandas.DataFrame
        Indexed like `subsystems`: ``coupling development coordination`` in [0, 1]; ``grade`` 1-10 of D with
        ``grade_en grade_zh``; ``stage_en stage_zh`` of C; ``leading lagging`` (names, empty where in step)
        with ``type_en type_zh``. ``attrs["notes"]`` holds what was assumed, as a list of ``{"en", "zh"}``.

    Raises
    ------
    MeasureError
        If a subsystem leaves [0, 1], there are fewer than two, weights do not match them, or an option is
        unknown.

    Notes
    -----
    C is 0 where a subsystem is 0, also where all are (0/0 has no value; D is 0 whatever it were). Two small
    equal subsystems have C = 1: C never stands alone, show T and D.

    References
    ----------
    刘春林 (2017). 耦合度计算的常见错误分析. 淮阴师范学院学报（自然科学版）, 16(1), 18-22.
    王淑佳、孔伟、任亮、治丹丹、戴彬婷 (2021). 国内耦合协调度模型的误区及修正. 自然资源学报, 36(3), 793-810.
    廖重斌 (1999). 环境与经济协调发展的定量评判及其分类体系. 热带地理, 19(2), 171-177 (ten grades).
    田深圳等 (2021). 东北三省城市拟态与现实人居环境时空耦合协调特征与机制. 地理学报, 76(4), 781-798 (bounds
    closed on the right, as here by default).

    Examples
    --------
    >>> result = coupling_coordination({"digital": [0.3], "manufacturing": [0.6]})
    >>> result[["coupling", "development", "coordination", "grade", "grade_zh",
    ...     "lagging"]].round(6).values.tolist()
    [[0.942809, 0.45, 0.651356, 7, '初级协调', 'digital']]
    """
    low, high = lag_bounds
    system = read_subsystems(subsystems)
    alpha = match_weights(weights, system.names, Text("the subsystems", "子系统"))
    missing = np.asarray(np.isnan(system.degrees).any(axis=1))
    values = np.where(missing[:, None], 0.0, system.degrees)
    coupling = standard_coupling(values) if variant == "standard" else wang_coupling(values)
    development = np.zeros(len(values))
    for column, weight in zip(values.T, alpha, strict=True):
        development += weight * column
    coordination = np.sqrt(coupling * development)
    frame = pd.DataFrame(
        {
            "coupling": np.where(missing, np.nan, coupling),
            "development": np.where(missing, np.nan, development),
            "coordination": np.where(missing, np.nan, coordination),
        },
        index=system.index,
    )
    frame = frame.assign(
        **_grades(frame["coordination"].to_numpy(), closed),
        **_stages(frame["coupling"].to_numpy(), closed),
        **_lags(system, missing, low, high),
    )
    add_notes(frame, _notes(values, missing, variant, weights is None))
    return frame


def _grades(coordination: Floats, closed: Closed) -> dict[str, Any]:
    codes = classify(coordination, _GRADE_BOUNDS, closed)
    labels = (Text("", ""), *GRADES)
    grade = pd.array(codes, dtype="Int64")
    grade[codes == 0] = pd.NA
    return {
        "grade": grade,
        "grade_en": [labels[code].en or None for code in codes],
        "grade_zh": [labels[code].zh or None for code in codes],
    }


def _stages(coupling: Floats, closed: Closed) -> dict[str, Any]:
    codes = classify(coupling, _STAGE_BOUNDS, closed)
    labels = (Text("", ""), *STAGES)
    return {
        "stage_en": [labels[code].en or None for code in codes],
        "stage_zh": [labels[code].zh or None for code in codes],
    }


def _lags(system: Subsystems, missing: NDArray[np.bool_], low: float, high: float) -> dict[str, Any]:
    names = np.array(system.names, dtype=object)
    values = np.where(missing[:, None], 0.0, system.degrees)
    lowest, highest = values.argmin(axis=1), values.argmax(axis=1)
    if len(names) == 2:
        first, second = values.T
        in_step = (first >= low * second) & (first <= high * second)
    else:
        in_step = values.min(axis=1) >= low * values.max(axis=1)
    lagging = np.where(in_step, "", names[lowest])
    leading = np.where(in_step, "", names[highest])
    lagging[missing] = leading[missing] = None
    types = [
        (None, None)
        if absent
        else (f"{lag} lags {lead}", f"{lag}滞后于{lead}")
        if lag
        else ("in step", "同步发展")
        for absent, lag, lead in zip(missing, lagging, leading, strict=True)
    ]
    return {
        "leading": leading,
        "lagging": lagging,
        "type_en": [en for en, _ in types],
        "type_zh": [zh for _, zh in types],
    }


def _notes(values: Floats, missing: NDArray[np.bool_], variant: str, equal: bool) -> tuple[Text, ...]:
    zeros = int(((values == 0).any(axis=1) & ~missing).sum())
    notes: list[Text] = [note_of("measures.coupling_formula", variant=variant)]
    if equal:
        notes.append(note_of("measures.equal_weights_in_development"))
    if zeros:
        notes.append(note_of("measures.coupling_zero", zeros=zeros))
    if missing.any():
        count = int(missing.sum())
        notes.append(note_of("measures.missing", count=count))
    return tuple(notes)
