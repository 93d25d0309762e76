"""β convergence: do those behind grow faster, and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Covariance, Robust
from digimfg.errors import MeasureError
from digimfg.kinds import ColumnOf, Count, Key, NumberColumn
from digimfg.marks import keeps_marks
from digimfg.measures.columns import check_columns, numbers
from digimfg.measures.contract import Gives, measure
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.specification import Specification
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from digimfg.result import Result

__all__ = ["BetaConvergence", "beta_convergence"]


@shown(Text("β-convergence", "β收敛"))
@dataclass(frozen=True, kw_only=True, eq=False)
class BetaConvergence:
    """Hold a convergence regression and the speed it implies.

    Parameters
    ----------
    slope, slope_std_error
        Coefficient of the initial log level on annual growth; below zero is convergence.
    speed, speed_std_error
        β per unit of time and its error by the delta method; missing where 1 + b·T is not above zero.
    half_life
        ln 2 / β in units of time; missing where β is not above zero.
    span
        T, the time over which growth is measured.
    persistence, nickell_bias, speed_corrected
        With entity effects: ρ̂ = 1 + b·T, the bias −(1 + ρ)/(m − 1) that effects bring into it with m steps
        end to end an entity (Nickell's first-order term; overlapping steps tell no more), and the speed
        without it; missing otherwise, and where m is two or less.
    result
        The regression with all its statistics and notes.
    notes
        What a reader must know.
    """

    slope: float
    slope_std_error: float
    speed: float
    speed_std_error: float
    half_life: float
    span: float
    persistence: float
    nickell_bias: float
    speed_corrected: float
    result: Result
    notes: tuple[Text, ...]


@measure(
    "frame",
    gaps="left out",
    gives={
        "slope": Gives("log"),
        "speed": Gives("log", direction=1),
        "half_life": Gives("periods", 0, direction=-1),
    },
)
@checked
@keeps_marks
def beta_convergence(
    frame: pd.DataFrame,
    value: NumberColumn,
    entity: Key,
    time: Key,
    *,
    controls: Annotated[Sequence[str], ColumnOf("numbers")] = (),
    form: Literal["cross_section", "panel"] = "cross_section",
    span: Count | None = None,
    covariance: Covariance | None = None,
) -> BetaConvergence:
    """Estimate absolute or conditional β convergence, its speed and half-life.

    (1/T) ln(y_T/y_0) = a + b ln y_0 + γ'x_0 + u with b = −(1 − e^(−βT))/T, so that β = −ln(1 + bT)/T and the
    half-life is ln 2 / β (Barro and Sala-i-Martin 1992). Absolute without controls, conditional with them.
    ``form="panel"`` stacks the steps of `span` from every period on, which overlap where `span` is above
    one, and adds entity and time effects, so that entities converge to paths of their own.

    Parameters
    ----------
    frame
        One row per entity and period; `time` numeric. Rows without both ends of a step are left out and
        noted.
    value, entity, time
        Columns; `value` above zero.
    controls
        Columns, taken at the start of the step.
    form
        ``"cross_section"``: one step from the first to the last period; ``"panel"``: every step of `span`.
    span
        Length of a step in units of time: by default all for a cross-section, 1 for a panel.
    covariance
        By default robust for the cross-section, clustered by entity for the panel.

    Returns
    -------
    BetaConvergence
        With entity effects and few periods b is biased towards convergence (Nickell 1981): the size is
        stated, and the speed without it.

    Raises
    ------
    MeasureError
        If a column is missing, a value is not above zero, or fewer than three steps are complete.
    SpecificationError, EstimationError
        From the regression.

    References
    ----------
    Barro, R. J. and Sala-i-Martin, X. (1992). Convergence. Journal of Political Economy 100(2), 223–251.
    https://doi.org/10.1086/261816

    Nickell, S. (1981). Biases in dynamic models with fixed effects. Econometrica 49(6), 1417–1426.
    https://doi.org/10.2307/1911408

    Examples
    --------
    >>> import pandas as pd
    >>> start = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    >>> end = np.exp(np.exp(-0.2) * np.log(start) + [0.01, -0.01, 0.0, -0.01, 0.01])
    >>> frame = pd.DataFrame({"c": list("abcde") * 2, "t": [0] * 5 + [10] * 5, "y": [*start, *end]})
    >>> found = beta_convergence(frame, "y", "c", "t")
    >>> round(found.slope, 7), round(found.speed, 6), round(found.half_life, 3)
    (-0.0181269, 0.02, 34.657)
    """
    from digimfg.estimate import estimate

    steps, length, left_out = _steps(frame, value, entity, time, tuple(controls), form, span)
    level = f"log_{value}"
    panel = form == "panel"
    if covariance is None:
        covariance = Clustered((entity,)) if panel else Robust()
    specification = Specification(
        "growth",
        level,
        controls=tuple(controls),
        entity=entity,
        time=time,
        fixed_effects=(entity, time) if panel else (),
        covariance=covariance,
    )
    result = estimate(specification, steps)
    columns = ["estimate", "std_error"]
    slope, error = (float(x) for x in np.asarray(result.coefficients.loc[level, columns], dtype=float))
    persistence = 1 + slope * length
    speed = -np.log(persistence) / length if persistence > 0 else np.nan
    notes = [left_out] if left_out is not None else []
    bias = corrected = np.nan
    if panel:
        per_entity = _end_to_end(steps[entity], steps[time], length)
        if per_entity > 2:
            unbiased = (persistence * (per_entity - 1) + 1) / (per_entity - 2)
            bias = -(1 + unbiased) / (per_entity - 1)
            corrected = -np.log(unbiased) / length if unbiased > 0 else np.nan
        notes.append(_nickell_note(per_entity, bias, corrected))
    return BetaConvergence(
        slope=slope,
        slope_std_error=error,
        speed=float(speed),
        speed_std_error=error / persistence if persistence > 0 else float("nan"),
        half_life=float(np.log(2) / speed) if speed > 0 else float("nan"),
        span=float(length),
        persistence=persistence if panel else float("nan"),
        nickell_bias=float(bias),
        speed_corrected=float(corrected),
        result=result,
        notes=(*notes, *result.notes),
    )


def _end_to_end(entity: pd.Series[Any], start: pd.Series[Any], length: float) -> float:
    """Return how many steps fit end to end into the time an entity is seen, on average; no more than its
    steps.

    Steps of h from each of T periods overlap: T - h of them hold what (T - 1)/h hold end to end.
    """
    by_entity = start.groupby(entity)
    reach = (by_entity.max() - by_entity.min() + length) / length
    return float(np.minimum(reach, by_entity.size()).mean())


def _nickell_note(per_entity: float, bias: float, corrected: float) -> Text:
    if not per_entity > 2:
        return note_of("measures.nickell_bias_downwards", per_entity=per_entity)
    return note_of("measures.nickell_bias", per_entity=per_entity, bias=bias, corrected=corrected)


def _steps(
    frame: pd.DataFrame,
    value: str,
    entity: str,
    time: str,
    controls: tuple[str, ...],
    form: str,
    span: int | None,
) -> tuple[pd.DataFrame, float, Text | None]:
    check_columns(frame, (value, entity, time, *controls))
    frame = frame.reset_index(drop=True)
    periods = numbers(frame[time], time)
    length: Any = span if span is not None else (1 if form == "panel" else np.ptp(periods))
    present = frame[[entity, time, value]].dropna()
    numbers(present[value], value, minimum=0.0, exclusive=True)
    starts = frame[[*dict.fromkeys((entity, time, value, *controls))]]
    if form == "cross_section":
        starts = starts[periods == periods.min()]
    ends = present.assign(**{time: present[time] - length})
    steps = starts.merge(ends, on=[entity, time], suffixes=("", "_end"), how="left")
    complete = steps.dropna(subset=[value, f"{value}_end"])
    if len(complete) < 3 or not length > 0:
        raise MeasureError.of("measures.too_few_steps_of_growth", length=length, n=len(complete))
    level = np.log(complete[value].to_numpy(dtype=float))
    growth = (np.log(complete[f"{value}_end"].to_numpy(dtype=float)) - level) / length
    kept = complete[[*dict.fromkeys((entity, time, *controls))]].assign(
        **{f"log_{value}": level, "growth": growth}
    )
    lost = len(steps) - len(complete)
    if form == "panel":
        lost -= int((frame[time] > periods.max() - length).sum())
    note = note_of("measures.starts_without_values", lost=lost) if lost > 0 else None
    return kept, float(length), note
