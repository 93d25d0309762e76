"""What fully modified and dynamic least squares share: checked rows, errors, the result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.covariance import Covariance
from digimfg.errors import EstimationError
from digimfg.estimators.heterogeneous.averages import dependence_left
from digimfg.estimators.heterogeneous.long_run_fit import Corrected, combined
from digimfg.estimators.heterogeneous.unit_rows import UnitRows, less_period_means, unit_rows
from digimfg.estimators.panel_rows import effects_of, entity_and_declared, finish
from digimfg.inference.cointegration.series import kernel_rule
from digimfg.kinds import Whole
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = [
    "LongRunErrors",
    "LongRunEstimator",
    "changes_by_unit",
    "check_changes",
    "kernel_lags_of",
    "long_run_result",
    "long_run_rows",
    "still_changes",
]

Floats = NDArray[np.float64]
LongRunErrors = Literal["long_run", "spread"]
_ROUNDING = 1e-18


@dataclass(frozen=True, kw_only=True, slots=True)
class LongRunEstimator(Estimator):
    """An estimator of a long-run relation, of each unit and averaged, or pooled.

    Parameters
    ----------
    pooled
        One relation for all units; otherwise the mean of the units' own.
    trend
        Give each unit a linear trend.
    kernel_lags
        Of Bartlett's kernel; by default :math:`4(T/100)^{2/9}`, rounded.
    errors
        ``"long_run"`` or ``"spread"``.
    """

    pooled: bool = False
    trend: bool = False
    kernel_lags: Whole | None = None
    errors: LongRunErrors = "long_run"

    needs_keys: ClassVar[bool] = True
    moves_by_terms: ClassVar[bool] = True

    removed_effects = entity_and_declared

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated."""
        del covariance
        if self.errors == "spread":
            return Text("standard errors from the spread over units", "由个体间离散程度得到的标准误")
        return Text(
            "standard errors from long-run variances, units independent",
            "标准误来自长期方差，假定个体相互独立",
        )


def long_run_rows(design: Design, label: Text) -> UnitRows:
    """Return levels by unit and period, freed of means by period where `fixed_effects` names the periods."""
    rows = unit_rows(design, label)
    if effects_of(design) not in ("time", "twoways"):
        return rows
    stacked = less_period_means(
        np.concatenate([rows.outcome[:, :, None], rows.regressors], axis=2), rows.used
    )
    return replace(rows, outcome=stacked[:, :, 0], regressors=stacked[:, :, 1:])


def kernel_lags_of(asked: int | None, rows: UnitRows) -> int:
    """Return the lags asked for, or those of the rule at the mean length of a unit."""
    return kernel_rule(float(rows.n_rows.mean())) if asked is None else asked


def still_changes(label: Text, got: Text) -> EstimationError:
    """Return the refusal of regressors whose changes do not vary on their own."""
    return EstimationError.of("heterogeneous.changes_without_variation", where=label, got=got)


def changes_by_unit(rows: UnitRows) -> tuple[Floats, Floats, Floats]:
    """Return means of the regressors' changes by unit, sums of squares around them, and their number."""
    both = rows.used[:, 1:] & rows.used[:, :-1]
    changes = np.where(both[:, :, None], np.diff(rows.regressors, axis=1), 0.0)
    counts = np.maximum(both.sum(axis=1), 1)[:, None].astype(np.float64)
    means = changes.sum(axis=1) / counts
    apart = np.where(both[:, :, None], changes - means[:, None], 0.0)
    return means, (apart**2).sum(axis=1), counts


def check_changes(rows: UnitRows, label: Text) -> None:
    """Refuse regressors whose changes are constant in a unit.

    Raises
    ------
    EstimationError
        Naming terms and units.
    """
    means, squares, counts = changes_by_unit(rows)
    still = np.asarray(squares <= _ROUNDING * (means**2 * counts + squares))
    if still.any():
        raise still_changes(
            label,
            note_of(
                "heterogeneous.constant_changes",
                terms=[
                    term for term, flag in zip(rows.terms, np.asarray(still.any(axis=0)), strict=True) if flag
                ],
                n=int(still.any(axis=1).sum()),
                units=rows.named(np.asarray(still.any(axis=1))),
            ),
        )


def long_run_result(
    options: LongRunEstimator,
    design: Design,
    corrected: Corrected,
    kernel: int,
    notes: tuple[Text, ...],
) -> Result:
    """Return the result: slopes, those of each unit, and Pedroni's t of the group."""
    spread = options.errors == "spread"
    found = combined(corrected, pooled=options.pooled, spread=spread)
    rows = corrected.rows
    n, terms = len(rows.units), list(rows.terms)
    left = dependence_left(found.residuals, rows)
    t = found.slopes / np.where(found.slope_errors > 0, found.slope_errors, np.nan)
    group = t.sum(axis=0) / np.sqrt(n)
    return finish(
        design,
        names=rows.terms,
        estimates=found.estimates,
        covariance=found.covariance,
        df_resid=n - 1.0 if spread else None,
        statistics={
            "n_obs": float(rows.n_rows.sum()),
            "n_entities": float(n),
            "n_periods": float(rows.n_periods),
            "kernel_lags": float(kernel),
            "long_run_variance": float(corrected.variances.mean()),
            **left,
        },
        notes=(*notes, *_notes(options, design, rows, left, kernel)),
        tables={
            "units": pd.DataFrame(
                np.column_stack([found.slopes, found.slope_errors, corrected.variances]),
                index=pd.Index(rows.units, name=str(design.specification.entity)),
                columns=[*terms, *(f"std_error:{term}" for term in terms), "long_run_variance"],
            ),
            "group_t": pd.DataFrame(
                {"statistic": group, "p_value": 2 * scipy.stats.norm.sf(np.abs(group))},
                index=pd.Index(terms, name="term"),
            ),
        },
    )


def _notes(
    options: LongRunEstimator,
    design: Design,
    rows: UnitRows,
    left: dict[str, float],
    kernel: int,
) -> tuple[Text, ...]:
    notes: list[Text] = [note_of("heterogeneous.kernel", kernel=kernel)]
    if lost := design.n_obs - int(rows.n_rows.sum()):
        notes.append(note_of("heterogeneous.lost_to_changes", lost=lost))
    periods = effects_of(design) in ("time", "twoways")
    if options.errors == "long_run" and not periods and left.get("residual_cd_p", 1.0) < 0.05:
        notes.append(
            note_of("heterogeneous.dependence", p=left["residual_cd_p"], time=repr(design.specification.time))
        )
    return tuple(notes)
