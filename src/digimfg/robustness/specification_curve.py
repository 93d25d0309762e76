"""Every reasonable specification, their estimates in order, and whether all of them together could be
chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.kinds import AtLeast, AtMost, Jobs, Or, Seed, Share, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.parallel import run_parallel
from digimfg.robustness.curve_choices import FAMILIES, CurveChoice, cross_choices
from digimfg.robustness.curve_tasks import CurveTask, estimate_chunk, frame_digest
from digimfg.robustness.curve_tests import joint_tests
from digimfg.robustness.rerun import COLUMNS
from digimfg.shown import shown
from digimfg.terms.evaluate import Evaluator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["SpecificationCurve", "specification_curve"]

Floats = NDArray[np.float64]

_WHERE = "dm.specification_curve"
_CHUNK = 10


@checked
@shown(Text("Specification curve", "设定曲线"))
@dataclass(frozen=True, kw_only=True, eq=False)
class SpecificationCurve:
    """Hold the estimates of every specification, in the order of the estimates.

    Parameters
    ----------
    coefficients
        Indexed by number in the curve, from 1; columns ``estimate std_error statistic p_value conf_low
        conf_high n_obs``.
    choices
        The choice of each specification: ``outcome regressor controls fixed_effects sample covariance``.
    included
        Whether each optional control is in each specification.
    statistics
        ``n_specifications n_not_estimated median_estimate share_positive share_significant
        share_significant_positive share_significant_negative stouffer_z`` and, with draws, ``median_p
        share_significant_p stouffer_p``.
    null
        With draws, the three statistics of every draw, shape (draws, 3); else empty.
    null_band
        With draws, where 95 per cent of curves without an effect lie: ``low high`` by number in the curve.
    alpha
        Level of significance.
    standardized
        Whether estimates are per standard deviation of the regressor, in standard deviations of the outcome.
    notes
        What a reader must know: which specifications could not be estimated and why.
    """

    coefficients: pd.DataFrame
    choices: pd.DataFrame
    included: pd.DataFrame
    statistics: Mapping[str, float]
    null: pd.DataFrame
    null_band: pd.DataFrame
    alpha: float
    standardized: bool
    notes: tuple[Text, ...]


@checked
@keeps_marks
def specification_curve(
    specification: Specification,
    frame: StoredFrame,
    *,
    outcomes: str | Iterable[str] = (),
    regressors: str | Iterable[str] = (),
    controls: Iterable[str | Iterable[str]] | Mapping[str, Iterable[str]] = (),
    fixed_effects: Iterable[str | Iterable[str]] = (),
    samples: Mapping[str, str | None] | None = None,
    covariances: Mapping[str, Covariance] | None = None,
    standardize: bool = False,
    draws: Annotated[int, AtLeast(19), AtMost(10_000_000), Or(0)] = 500,
    resample: str | None = None,
    alpha: Share = 0.05,
    seed: Seed = 0,
    n_jobs: Jobs | None = None,
    resume: str | Path | None = None,
) -> SpecificationCurve:
    r"""Estimate the cross of all choices and test them jointly (Simonsohn, Simmons and Nelson 2020).

    Each family of choices holds what is tried instead of the specification's own part; a family left out is
    not varied. Source: doi:10.1038/s41562-020-0912-z.

    Parameters
    ----------
    specification
        What all specifications share; the slope followed is that of its first endogenous term, else its
        first regressor.
    frame
        As for `estimate`.
    outcomes, regressors
        Outcomes, and measures of the regressor; list the specification's own too if it belongs there.
    controls
        Optional controls beside those of the specification: every subset is tried. Terms in a tuple go
        together. A mapping name → controls gives sets of which one at a time is tried.
    fixed_effects
        Sets of effects, e.g. ``(("firm",), ("firm", "year"))``.
    samples, covariances
        Name → filter, name → covariance.
    standardize
        Give estimates per standard deviation of the regressor in standard deviations of the outcome (over
        the rows of each specification): needed to compare different measures.
    draws
        Resamples under the null, 0 for none: in every specification the term is given no effect and
        residuals take random signs, the same for all specifications (restricted wild bootstrap), so that the
        dependence between specifications is kept. Least squares only. p values are two-sided: the share of
        draws whose median estimate, share of significant estimates of one sign, and Stouffer's :math:`Z=\sum
        z_k/\sqrt K` are at least as far from zero.
    resample
        Column whose values take one sign each; by default the first clustering column, else the entity, else
        rows.
    alpha
        Level of significance.
    seed
        Of the signs.
    n_jobs
        Processes, as in `run_parallel`; the numbers are the same whatever it is.
    resume
        Folder in which finished parts are kept: after an interruption the same call goes on where it ended.

    Raises
    ------
    SpecificationError
        If a choice does not fit the frame's columns in every specification, or draws are asked of another
        estimator.
    EstimationError
        If no specification can be estimated.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", "value", entity="firm", time="year")
    >>> curve = dm.specification_curve(
    ...     spec, grunfeld.load_pandas().data, controls=("capital",), fixed_effects=((), ("firm",), ("firm",
    ...     "year")), draws=99
    ... )
    >>> len(curve.coefficients), bool((curve.coefficients["estimate"] > 0.1).all())
    (6, True)
    """
    choices, optional = cross_choices(
        specification,
        outcomes=outcomes,
        regressors=regressors,
        controls=controls,
        fixed_effects=fixed_effects,
        samples=samples or {},
        covariances=covariances or {},
    )
    _check(specification, frame, draws, resample)
    column = resample if resample is not None else _resampled(specification)
    digest = frame_digest(frame) if resume is not None else ""
    tasks = [
        CurveTask(
            choices=tuple(choices[start : start + _CHUNK]),
            frame=frame,
            standardize=standardize,
            draws=draws,
            resample=column,
            seed=seed,
            folder=None if resume is None else Path(resume),
            frame_digest=digest,
        )
        for start in range(0, len(choices), _CHUNK)
    ]
    label = note_of("robustness.number_of_specifications", n_choices=len(choices))
    parts = run_parallel(estimate_chunk, tasks, label=label, n_jobs=n_jobs)
    rows = np.vstack([part.rows for part in parts])
    reasons = [reason for part in parts for reason in part.reasons]
    good = np.isfinite(rows[:, 0])
    if not good.any():
        raise EstimationError.of(
            "robustness.no_specification_estimated", where=_WHERE, n=len(choices), reasons=reasons[0]
        )
    kept = np.flatnonzero(good)
    order = kept[np.lexsort((kept, rows[kept, 0]))]
    estimates = np.vstack([part.estimates for part in parts])[order]
    p_values = np.vstack([part.p_values for part in parts])[order]
    table = _indexed(pd.DataFrame(rows[order], columns=[*COLUMNS, "n_obs"]))
    tests, null, band = joint_tests(table, estimates, p_values, alpha)
    return SpecificationCurve(
        coefficients=table,
        choices=_indexed(pd.DataFrame([choices[place].names for place in order], columns=list(FAMILIES))),
        included=_indexed(pd.DataFrame([choices[place].included for place in order], columns=list(optional))),
        statistics={
            "n_specifications": float(len(order)),
            "n_not_estimated": float(len(choices) - len(order)),
            **tests,
        },
        null=null,
        null_band=_indexed(band) if len(band) else band,
        alpha=alpha,
        standardized=standardize,
        notes=(*_notes(choices, rows, reasons, draws, column, seed, standardize),),
    )


def _indexed(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_axis(pd.RangeIndex(1, len(table) + 1, name="specification"), axis=0)


def _resampled(specification: Specification) -> str | None:
    columns = specification.covariance.cluster_columns
    return columns[0] if columns else specification.entity


def _check(specification: Specification, frame: pd.DataFrame, draws: int, resample: str | None) -> None:
    column = _resampled(specification) if resample is None else resample
    if column is not None:
        Evaluator(frame, None, None).column(column, f"{_WHERE}(resample=…)")
    if draws and not isinstance(specification.estimator, LeastSquares):
        raise SpecificationError.of(
            "robustness.draws_without_least_squares",
            where=f"{_WHERE}(draws=…)",
            got=type(specification.estimator).__name__,
        )


def _notes(
    choices: list[CurveChoice],
    rows: Floats,
    reasons: list[Text],
    draws: int,
    column: str | None,
    seed: int,
    standardize: bool,
) -> list[Text]:
    notes: list[Text] = []
    if draws:
        who = Text("rows", "各行") if column is None else Text(f"values of {column}", f"{column}的各取值")
        notes.append(note_of("robustness.joint_tests_bootstrap", who=who, draws=draws, seed=seed))
    varied = {
        family for place, family in enumerate(FAMILIES[:2]) if len({c.names[place] for c in choices}) > 1
    }
    if varied and not standardize:
        notes.append(note_of("robustness.units"))
    counted: dict[Text, int] = {}
    for place, reason in zip(np.flatnonzero(~np.isfinite(rows[:, 0])), reasons, strict=True):
        del place
        counted[reason] = counted.get(reason, 0) + 1
    notes += [
        note_of("robustness.specifications_not_estimated", reason=reason, count=count)
        for reason, count in counted.items()
    ]
    return notes
