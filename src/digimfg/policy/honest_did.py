"""Honest difference-in-differences: what stays of an effect when parallel trends hold only roughly
(Rambachan–Roth).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.distributions.student import student_contrast
from digimfg.errors import EstimationError, SpecificationError
from digimfg.kinds import Count, Dimensions, Entries, Finite, Jobs, NonNegative, Share
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.parallel import run_parallel
from digimfg.policy.event_study import event_study_of
from digimfg.policy.honest_bounds import relative_magnitude_set, smoothness_interval
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.result import Result

__all__ = ["HonestDiD", "Restriction", "honest_did", "honest_intervals"]

Floats = NDArray[np.float64]
Restriction = Literal["relative_magnitude", "smoothness"]


@checked
@shown(Text("Honest confidence sets", "稳健置信集（HonestDiD）"))
@dataclass(frozen=True, kw_only=True, eq=False)
class HonestDiD:
    """Hold intervals of an effect by how far trends may differ.

    Parameters
    ----------
    restriction
        ``"relative_magnitude"`` or ``"smoothness"``.
    intervals
        Index ``bound``; columns ``conf_low conf_high open``: `open` where the set has no end within 20,000
        standard errors.
    estimate, conf_low, conf_high
        The effect and its interval under exactly parallel trends.
    breakdown
        The largest bound of the table whose interval (and all before it) leaves out zero; NaN if none does.
    effect
        What is bounded, in words.
    level
        Of the intervals.
    notes
        What a reader must know.
    """

    restriction: Restriction
    intervals: pd.DataFrame
    estimate: float
    conf_low: float
    conf_high: float
    breakdown: float
    effect: Text
    level: float
    notes: tuple[Text, ...]


@checked
@keeps_marks
def honest_did(
    result: Result,
    *,
    restriction: Restriction = "relative_magnitude",
    bounds: Annotated[Sequence[NonNegative], Entries(1)] | None = None,
    event_time: Finite | None = 0.0,
    level: Share = 0.95,
    n_jobs: Jobs | None = None,
) -> HonestDiD:
    r"""Bound an effect of an event study when trends may differ (Rambachan and Roth 2023,
    doi:10.1093/restud/rdad018).

    ``"relative_magnitude"``: the difference in trends changes after treatment by at most :math:`\bar M`
    times its largest change before. ``"smoothness"``: its slope changes by at most M from one period to the
    next.

    Parameters
    ----------
    result
        Of `dm.StaggeredDifferenceInDifferences` with effects against one reference period (for
        Callaway–Sant'Anna ``base_period="universal"``).
    bounds
        Values of :math:`\bar M` (by default 0, 0.5, 1, 1.5, 2) or M (0 and 1/4, 1/2, 1 times the standard
        error).
    event_time
        Whose effect; ``None`` for the mean of all after treatment.
    level
        Of the intervals.
    n_jobs
        See `digimfg.parallel.run_parallel`.

    Raises
    ------
    SpecificationError
        If the result has no event study of this kind, or a bound is negative.
    EstimationError
        If event times stand at unequal steps, none precedes the reference, or their covariance is singular.

    Notes
    -----
    Relative magnitudes: the conditional test of Andrews, Roth and Pakes (2023), without the least-favorable
    hybrid. Smoothness: optimal fixed-length intervals. Both as R's HonestDiD, whose grid of relative
    magnitudes lies around zero and ends after 20 standard errors; here it lies around the estimate and ends
    where values are rejected.

    Examples
    --------
    >>> import digimfg as dm
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({"city": np.repeat(np.arange(60), 6), "year": list(range(6)) * 60})
    >>> frame["pilot"] = ((frame["city"] < 30) & (frame["year"] >= 4)).astype(int)
    >>> frame["y"] = rng.normal(size=360) + 2 * frame["pilot"]
    >>> spec = dm.Specification("y", "pilot", entity="city", time="year",
    ...     estimator=dm.StaggeredDifferenceInDifferences(
    ...     method="sun_abraham", draws=0))
    >>> found = dm.honest_did(dm.estimate(spec, frame), restriction="smoothness", bounds=(0, 0.1))
    >>> bool((found.intervals["conf_high"].diff().dropna() > 0).all())
    True
    """
    label = Text("honest_did", "honest_did")
    study = event_study_of(result, label)
    times, reference = study.times, study.reference
    every = np.sort(np.append(times, reference))
    if len(np.unique(np.diff(every))) > 1:
        raise EstimationError.of(
            "policy.event_times_not_equally_spaced",
            where=label,
            got=", ".join(f"{value:g}" for value in every),
        )
    before = int(np.count_nonzero(study.before))
    after = times[before:]
    post = after >= 0
    target, effect = _target(after, post, event_time, label)
    estimate, matrix = study.estimate, study.covariance
    chosen = _bounds(bounds, restriction, matrix, before, target)
    intervals = honest_intervals(
        estimate,
        matrix,
        n_before=before,
        target=target,
        restriction=restriction,
        bounds=chosen,
        level=level,
        n_jobs=n_jobs,
    )
    error = float(np.sqrt(target @ matrix[before:, before:] @ target))
    value = float(target @ estimate[before:])
    original = student_contrast(value, error, float(result.distribution.df.min()), level=level)
    clear = ((intervals["conf_low"] > 0) | (intervals["conf_high"] < 0)).to_numpy()
    upto = int(np.argmin(clear)) if not clear.all() else len(clear)
    notes = [
        (
            note_of("policy.relative_magnitudes")
            if restriction == "relative_magnitude"
            else note_of("policy.fixed_length_intervals")
        )
    ]
    if intervals["open"].any():
        notes.append(note_of("policy.unbounded"))
    return HonestDiD(
        restriction=restriction,
        intervals=intervals,
        estimate=value,
        conf_low=original.conf_low,
        conf_high=original.conf_high,
        breakdown=float(intervals.index[upto - 1]) if upto else float("nan"),
        effect=effect,
        level=level,
        notes=tuple(notes),
    )


@checked
@one_thread
def honest_intervals(
    estimate: Annotated[Floats, Dimensions(1)],
    covariance: Annotated[Floats, Dimensions(2)],
    *,
    n_before: Count,
    target: Annotated[Floats, Dimensions(1)],
    restriction: Restriction,
    bounds: Annotated[Sequence[NonNegative], Entries(1)],
    level: Share = 0.95,
    n_jobs: Jobs | None = None,
) -> pd.DataFrame:
    """Return the intervals of a linear combination of effects, from estimates and their covariance alone.

    Parameters
    ----------
    estimate, covariance
        Effects in order of event time, the reference left out.
    n_before
        How many precede the reference, one or more.
    target
        Weights of the effects after the reference.
    restriction, bounds, level
        See `honest_did`.

    Raises
    ------
    SpecificationError
        If an option does not fit.
    EstimationError
        If too few effects precede treatment, or the covariance is singular.
    """
    values = [float(bound) for bound in bounds]
    estimate, covariance, target = (
        np.asarray(each, dtype=np.float64) for each in (estimate, covariance, target)
    )
    size = len(estimate)
    if covariance.shape != (size, size) or n_before + len(target) != size:
        raise SpecificationError.of(
            "policy.honest_sizes_differ",
            size=size,
            n_before=n_before,
            n_weights=len(target),
            shape=str(covariance.shape),
        )
    error = np.sqrt(np.diag(covariance))
    singular = np.linalg.cond(covariance / error / error[:, None]) > 1e12 if (error > 0).all() else True
    if singular:
        raise EstimationError.of(
            "policy.no_effects_before",
            n_before=n_before,
            matrix=Text("singular", "奇异") if singular else Text("regular", "正常"),
        )
    tasks = [(restriction, estimate, covariance, n_before, target, bound, level) for bound in values]
    found = run_parallel(_one, tasks, label=Text("Honest intervals", "稳健区间"), n_jobs=n_jobs)
    return pd.DataFrame(
        found, columns=["conf_low", "conf_high", "open"], index=pd.Index(values, name="bound")
    )


def _one(task: tuple[Restriction, Floats, Floats, int, Floats, float, float]) -> tuple[float, float, bool]:
    restriction, *rest = task
    if restriction == "smoothness":
        return (*smoothness_interval(*rest), False)  # type: ignore[arg-type]
    return relative_magnitude_set(*rest)  # type: ignore[arg-type]


def _target(
    after: Floats, post: NDArray[np.bool_], event_time: float | None, label: Text
) -> tuple[Floats, Text]:
    if event_time is None:
        return post / post.sum(), Text("mean effect after treatment", "处理后平均效应")
    if event_time not in after[post]:
        raise SpecificationError.of(
            "policy.event_time_unknown",
            where=label,
            got=f"{event_time:g}",
            known=[f"{value:g}" for value in after[post]],
        )
    return (after == event_time).astype(np.float64), note_of(
        "policy.effect_at_event_time", event_time=event_time
    )


def _bounds(
    bounds: Sequence[float] | None, restriction: Restriction, covariance: Floats, before: int, target: Floats
) -> tuple[float, ...]:
    if bounds is not None:
        return tuple(bounds)
    if restriction == "smoothness":
        error = float(np.sqrt(target @ covariance[before:, before:] @ target))
        return (0.0, error / 4, error / 2, error)
    return (0.0, 0.5, 1.0, 1.5, 2.0)
