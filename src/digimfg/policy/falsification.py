"""The falsification of an exposure design: placebo dates, the trend before the event, honest bounds, and
their power.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.design import build_design
from digimfg.distributions.student import student_contrast
from digimfg.errors import SpecificationError
from digimfg.estimate import estimate
from digimfg.frames import plain_frame
from digimfg.inference.wald import wald_test
from digimfg.kinds import AtLeast, Entries, NonNegative, Share, StoredFrame, Year
from digimfg.marks import keeps_marks
from digimfg.one_thread import one_thread
from digimfg.policy.event_path import event_path
from digimfg.policy.exposure_left import exposure_notes, left_of_exposure
from digimfg.policy.honest_did import Restriction, honest_intervals
from digimfg.policy.placebo_windows import joint_verdicts, numbers_of, placebo_windows
from digimfg.shown import shown
from digimfg.terms import factors_of
from digimfg.terms.filters import columns_compared, parse_filter
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["FalsificationPack", "falsification_pack"]

Floats = NDArray[np.float64]
_WHERE = "dm.falsification_pack"


@checked
@shown(Text("Falsification of an exposure design", "暴露设计的证伪检验"), first="placebos")
@dataclass(frozen=True, kw_only=True, eq=False)
class FalsificationPack:
    """Hold what an exposure design was put to. Nothing here passes: a test rejects, or it does not.

    Parameters
    ----------
    term, event
        The exposure times the step, and the last period before it.
    estimate, std_error
        Of the design itself.
    placebos
        Index ``first cut last``: a window that lies whole before or after the event, and the last period
        before a step that was not; ``after`` (whether it lies after), ``estimate std_error p_value n_obs``.
    tests
        Index ``test``: every placebo before the event, ``pretrends`` (joint) and ``slope``, each with
        ``p_value`` and, by Holm over all of them, ``p_adjusted``.
    p_value
        The smallest adjusted one.
    power
        Of the joint test of pre-trends, at `alpha`, against a linear trend that accounts for the whole
        estimate.
    slope, slope_error, extrapolated
        Change of the effect per period before the event, its error, and what it adds up to between the mean
        period before and the mean period after.
    detrended, detrended_low, detrended_high
        The mean effect after the event beyond that line, and its 95 % interval.
    mean_before, mean_after
        Mean effects of the event study before and after the event, against the event.
    intervals, smooth
        Honest intervals of the mean effect after the event: index ``bound``, the multiple of the largest
        change of trend before it, or the change of slope per period; ``conf_low conf_high open``.
    residual_sd, residual_share
        Standard deviation over units of what the exposure has left after the controls, and its share of the
        variance.
    per_sd
        The estimate for one such standard deviation.
    n_units, n_constant
        Units of the estimation sample, and those whose outcome does not change up to the event: they can
        fail no test of trends before it.
    notes
        What a reader must know.
    """

    term: str
    event: float
    estimate: float
    std_error: float
    placebos: pd.DataFrame
    tests: pd.DataFrame
    p_value: float
    power: float
    slope: float
    slope_error: float
    extrapolated: float
    detrended: float
    detrended_low: float
    detrended_high: float
    mean_before: float
    mean_after: float
    intervals: pd.DataFrame
    smooth: pd.DataFrame
    residual_sd: float
    residual_share: float
    per_sd: float
    n_units: int
    n_constant: int
    alpha: float
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def falsification_pack(
    specification: Specification,
    frame: StoredFrame,
    *,
    event: Year,
    term: str | None = None,
    within: str | None = None,
    shortest: Annotated[int, AtLeast(4)] = 10,
    bounds: Annotated[Sequence[NonNegative], Entries(1)] = (0.0, 0.5, 1.0, 2.0),
    alpha: Share = 0.05,
) -> FalsificationPack:
    r"""Put the design "units exposed more change more after one date" to the tests that could refute it.

    Placebo steps stand in the middle of every window of at least `shortest` periods that ends with the event
    (it starts 10, 15, 20 … periods before, as far back as the outcome reaches) or follows it. The event
    study gives each period its own effect; its line before the event, extended, is what a trend would have
    given:

    .. math:: \hat s=\frac{\sum_{t\le e}(t-\bar t)\hat\beta_t}{\sum_{t\le e}(t-\bar t)^2},\quad
       \hat s\,(\bar t_{after}-\bar t_{before})

    The power of the joint test is that of a noncentral F at :math:`\lambda=\delta'V^{-1}\delta`, where
    :math:`\delta` is the line that accounts for the whole estimate (Roth 2022, doi:10.1257/aeri.20210236): a
    test that could not have found that line says nothing by not rejecting.

    Parameters
    ----------
    specification
        Least squares with unit and period effects; the regressor is an exposure times a 0/1 step
        (``share:after_1995``), and controls may take the same step. Its sample may speak of periods only.
    frame
        As for `dm.estimate`; rows before the sample serve the placebo dates.
    event
        The last period before the step.
    term
        The regressor; by default the first.
    within
        Filter of rows by other columns than the period, for all estimates of placebo dates.
    shortest
        Periods of the shortest window.
    bounds
        Multiples of the largest change of trend before the event (Rambachan and Roth 2023,
        doi:10.1093/restud/rdad018).
    alpha
        Level of the tests whose power is given.

    Raises
    ------
    SpecificationError
        If there is no time, the term is no product with a step at the event, or the sample speaks of other
        columns.
    EstimationError
        If fewer than two periods precede the event, or whatever an estimate has to say.

    Examples
    --------
    >>> import digimfg as dm
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"unit": np.repeat(np.arange(40), 30), "year": list(range(1980, 2010)) * 40})
    >>> frame["share"] = np.repeat(rng.uniform(size=40), 30)
    >>> frame["after"] = (frame["year"] > 1995).astype(float)
    >>> frame["y"] = rng.normal(size=1200) + 0.1 * frame["share"] * (frame["year"] - 1995)
    >>> spec = dm.Specification("y", "share:after", entity="unit", time="year", fixed_effects=("unit",
    ...     "year"))
    >>> found = dm.falsification_pack(spec, frame, event=1995)
    >>> found.p_value < 0.05, round(found.slope, 2)
    (True, 0.1)
    """
    own = build_design(specification, frame).rows
    frame = plain_frame(frame)
    name = term if term is not None else specification.regressors[0]
    step = _step(specification, frame, name, event)
    _check_sample(specification, within)
    periods = pd.to_numeric(frame[specification.time].iloc[own])
    result = estimate(specification, frame)
    own_row = numbers_of(result, name)
    value, error = own_row["estimate"], own_row["std_error"]
    placebos = placebo_windows(specification, frame, name, step, event, within, shortest)
    study = event_path(specification, frame, name, step, event)
    before, after = float(periods[periods <= event].mean()), float(periods[periods > event].mean())
    line = study.line()
    slope, slope_error = study.combined(line)
    span = after - before
    drift = study.mean(study.after) - study.mean(study.before) - span * line
    beyond, beyond_error = study.combined(drift)
    interval = student_contrast(beyond, beyond_error, study.df, level=0.95)
    joint = wald_test(study.result, tuple(study.names[i] for i in np.flatnonzero(study.before)))
    tests = joint_verdicts(placebos, float(joint.p_value), slope, slope_error, study.df)
    after_event = np.full(int(study.after.sum()), 1 / study.after.sum())

    def honest(restriction: Restriction, levels: Sequence[float]) -> pd.DataFrame:
        return honest_intervals(
            study.values,
            study.covariance,
            n_before=int(study.before.sum()),
            target=after_event,
            restriction=restriction,
            bounds=levels,
            n_jobs=1,
        )

    left, share, units = left_of_exposure(specification, frame, own, name, step)
    constant = _constant(specification, frame.iloc[own], event)
    return FalsificationPack(
        term=name,
        event=float(event),
        estimate=value,
        std_error=error,
        placebos=placebos,
        tests=tests,
        p_value=float(tests["p_adjusted"].min()),
        power=study.power(value / span, alpha),
        slope=slope,
        slope_error=slope_error,
        extrapolated=slope * span,
        detrended=beyond,
        detrended_low=interval.conf_low,
        detrended_high=interval.conf_high,
        mean_before=study.combined(study.mean(study.before))[0],
        mean_after=study.combined(study.mean(study.after))[0],
        intervals=honest("relative_magnitude", bounds),
        smooth=honest("smoothness", (0.0, slope_error / 4, slope_error)),
        residual_sd=left,
        residual_share=share,
        per_sd=value * left,
        n_units=units,
        n_constant=constant,
        alpha=alpha,
        notes=(*result.notes, *exposure_notes(share, left, value * left), *_still(constant, units, event)),
    )


def _step(specification: Specification, frame: pd.DataFrame, term: str, event: float) -> str:
    """Return the factor of a term that is 0 up to the event and 1 after it."""
    if specification.time is None:
        raise SpecificationError.of("policy.no_time", where=_WHERE)
    periods = pd.to_numeric(frame[specification.time])
    for factor in factors_of(term):
        if factor not in frame.columns or not pd.api.types.is_numeric_dtype(frame[factor]):
            continue
        values = frame[factor]
        known = values.notna()
        if known.any() and bool((values[known].astype(float) == (periods[known] > event)).all()):
            return factor
    raise SpecificationError.of("policy.no_step_in_term", where=_WHERE, got=f"'{term}'", event=event)


def _check_sample(specification: Specification, within: str | None) -> None:
    if specification.sample is None or within is not None:
        return
    others = [
        name for name in columns_compared(parse_filter(specification.sample)) if name != specification.time
    ]
    if others:
        raise SpecificationError.of(
            "policy.sample_not_of_periods",
            where=_WHERE,
            got=specification.sample,
            others=list(dict.fromkeys(others)),
        )


def _constant(specification: Specification, used: pd.DataFrame, event: float) -> int:
    """Return how many units have an outcome that does not change up to the event."""
    if specification.outcome not in used.columns:
        return 0
    before = used[pd.to_numeric(used[specification.time]) <= event]
    groups = before.groupby(str(specification.entity))[specification.outcome]
    return int(((groups.count() > 1) & (groups.min() == groups.max())).sum())


def _still(constant: int, units: int, event: float) -> tuple[Text, ...]:
    if not constant:
        return ()
    return (
        Text(
            f"The outcome of {constant} of {units} units does not change up to {event:g}: their "
            f"pre-trends are flat by "
            "construction",
            f"{units}个个体中有{constant}个的被解释变量在{event:g}年及以前不变：其事前趋势因数据构造而为平",
        ),
    )
