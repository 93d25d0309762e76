"""Difference-in-differences with a dose: effects and responses as functions of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.display.covariance_names import columns_phrase
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.did.answer import did_result
from digimfg.estimators.did.base import Aggregate, CohortEstimator
from digimfg.estimators.did.cohorts import dose_panel
from digimfg.estimators.did.doses import DoseCells, Levels, Spline, dose_cells
from digimfg.estimators.did.effects import Cells, Effects, aggregate_cells
from digimfg.estimators.did.group_time import BasePeriod, ControlGroup
from digimfg.estimators.did.inference import Inference
from digimfg.estimators.did.spread import check_clusters, effect_covariance
from digimfg.estimators.did.tables import critical_value, effect_rows
from digimfg.estimators.did.wording import method_notes
from digimfg.estimators.panel_rows import check_plain, effects_of
from digimfg.kinds import AtLeast, AtMost, Finite, Or, Whole
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.did.panel import StaggeredPanel
    from digimfg.result import Result

__all__ = ["ContinuousDifferenceInDifferences"]

Floats = NDArray[np.float64]
Target = Literal["slope", "level"]
DoseForm = Literal["spline", "levels"]

_LABEL = Text("DID with a continuous treatment", "连续处理双重差分")
_MOST_LEVELS = 50
_GRID = np.arange(10, 100) / 100


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class ContinuousDifferenceInDifferences(CohortEstimator):
    r"""Estimate effects of a treatment of which units take more or less (Callaway, Goodman-Bacon & Sant'Anna
    2024, doi:10.3386/w32117).

    .. math:: ATT(d|g,t)=E[\Delta Y_{t}\mid D=d,G=g]-E[\Delta Y_t\mid\text{control}],\qquad
        ACRT(d|g,t)=\partial ATT(d|g,t)/\partial d

    Changes are taken since the last period before treatment. The specification names the dose as its only
    regressor: zero before a unit is treated and the same positive number from then on (or, with `cohort`, in
    all its rows); zero throughout for units that are never treated. Controls enter by a regression of changes
    on their values in the base period among control units. Effects of units and periods are always in.

    Parameters
    ----------
    target
        What stands on the row of the dose: ``"slope"``, the mean effect of one more unit of dose, averaged
        over the doses taken, or ``"level"``, the mean effect of the doses taken against none.
    dose_form
        ``"spline"``: a B-spline of the dose; ``"levels"``: an effect of each level, whose responses are the
        differences from the level below.
    degree, knots
        Of the spline; knots are inner ones, at equally spaced quantiles of the doses. A degree of 1 without
        knots is a line, the default a cubic polynomial.
    doses
        Doses at which the curve is given; by default their 10th to 99th percentiles, or all levels.
    cohort, control_group, anticipation, base_period, aggregate, level, draws, seed
        As in `StaggeredDifferenceInDifferences`; controls are by default the units not yet treated, and the
        aggregate ``"group"``, as the authors'. Draws also give the bands of the curve.

    Notes
    -----
    Rows, tables and figures are those of `StaggeredDifferenceInDifferences`, for the target.
    ``result.tables`` further holds ``"dose_levels"`` and ``"dose_slopes"`` (index ``dose``; effects and
    responses with intervals and simultaneous bands) and ``"overall"`` (rows ``level`` and ``slope``).
    ``result.statistics`` adds ``level_overall slope_overall dose_min dose_mean dose_max``.

    Units with different doses may gain differently from the same dose: comparing doses, and so every
    response, takes the strong form of parallel trends, which periods before treatment cannot test.
    Influence-function errors are clustered, without adjustment and with normal quantiles; the shares of
    cohorts and the doses taken count as estimated.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"city": np.repeat(np.arange(12), 2), "year": [1, 2] * 12})
    >>> frame["fibre"] = np.where(frame["year"] == 2, frame["city"] % 4, 0)
    >>> frame["y"] = frame["city"] + 0.5 * frame["fibre"] + 0.1 * (frame["city"] % 3) * frame["year"]
    >>> spec = dm.Specification("y", "fibre", entity="city", time="year",
    ...     estimator=dm.ContinuousDifferenceInDifferences(degree=1, draws=0))
    >>> round(float(dm.estimate(spec, frame).coefficients.loc["fibre", "estimate"]), 4)
    0.5
    """

    target: Target = "slope"
    dose_form: DoseForm = "spline"
    degree: Annotated[int, AtLeast(1), AtMost(5)] = 3
    knots: Annotated[Whole, AtMost(20)] = 0
    doses: tuple[Finite, ...] = ()
    control_group: ControlGroup = "not_yet_treated"
    base_period: BasePeriod = "varying"
    aggregate: Aggregate = "group"
    draws: Annotated[int, AtLeast(100), AtMost(10_000_000), Or(0)] = 999

    def __post_init__(self) -> None:
        if self.dose_form != "levels":
            return
        for name, value, default in (("degree", self.degree, 3), ("knots", self.knots, 0)):
            if value != default:
                raise SpecificationError.of("did.option_of_dose_spline", option=name, value=value)

    @property
    def label(self) -> Text:
        """Name of the estimator for tables and notes."""
        return _LABEL

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        by = columns_phrase(covariance.cluster_columns)
        return note_of("did.influence_function_errors", by=by)

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If doses are negative, change once they are on, or a dose asked for was not taken.
        EstimationError
            If nobody is treated within the sample, nobody is left to compare with, or doses are too few.
        """
        check_plain(design, self.label)
        effects_of(design)
        panel, dose = dose_panel(design, cohort=self.cohort, anticipation=self.anticipation, label=self.label)
        check_clusters(panel, whole_units=True, with_rule=False)
        taken = dose[np.isfinite(panel.unit_first)]
        basis = self._basis(taken)
        at = self._grid(taken)
        notes: list[Text] = []
        cells = dose_cells(
            panel, dose, basis, control_group=self.control_group, base_period=self.base_period, notes=notes
        )  # fmt: skip
        effects = aggregate_cells(cells.slope if self.target == "slope" else cells.level)
        inference = Inference(
            aggregate=self.aggregate, level=self.level, draws=self.draws, seed=self.seed, slopes=None,
            reference=None if self.base_period == "varying" else panel.reference_event, unit_level=True,
            symbol="acrt" if self.target == "slope" else "att",
        )  # fmt: skip
        tables = _curves(panel, cells, basis, at, inference)
        overall = tables["overall"]["estimate"]
        return did_result(
            panel, effects, inference,
            [*method_notes("continuous", self.control_group, self.anticipation), *self._notes(), *notes],
            method=f"dose {self.target}",
            statistics={
                "level_overall": float(overall["level"]), "slope_overall": float(overall["slope"]),
                "dose_min": float(taken.min()), "dose_mean": float(taken.mean()),
                "dose_max": float(taken.max()),
            },
            tables=tables,
        )  # fmt: skip

    def _basis(self, taken: Floats) -> Spline | Levels:
        distinct = np.unique(taken)
        if self.dose_form == "levels":
            if len(distinct) > min(_MOST_LEVELS, len(taken) / 2):
                raise EstimationError.of(
                    "did.number_of_dose_levels",
                    where=_LABEL,
                    most=_MOST_LEVELS,
                    k=len(distinct),
                    n=len(taken),
                )
            return Levels(levels=distinct)
        needed = self.degree + 1 + self.knots
        if len(distinct) < needed:
            raise EstimationError.of(
                "did.too_few_doses_for_spline", where=_LABEL, needed=needed, k=len(distinct), n=len(taken)
            )
        return Spline.of(taken, self.degree, self.knots)

    def _grid(self, taken: Floats) -> Floats:
        if not self.doses:
            return np.unique(taken if self.dose_form == "levels" else np.quantile(taken, _GRID))
        asked = np.unique(np.array(self.doses, dtype=np.float64))
        if self.dose_form == "levels":
            out = asked[~np.isin(asked, taken)]
        else:
            out = asked[(asked < taken.min()) | (asked > taken.max())]
        if len(out):
            raise SpecificationError.of(
                "did.dose_not_taken",
                got=", ".join(f"{value:g}" for value in out[:5]),
                label=_LABEL,
                taken=note_of("did.doses_as_taken", low=taken.min(), high=taken.max())
                if self.dose_form == "spline"
                else Text("levels that are taken", "已有的剂量水平"),
            )
        return asked

    def _notes(self) -> list[Text]:
        if self.target == "level":
            return [note_of("did.target")]
        return [note_of("did.strong_parallel_trends")]


def _curves(
    panel: StaggeredPanel, cells: DoseCells, basis: Spline | Levels, at: Floats, inference: Inference
) -> dict[str, pd.DataFrame]:
    """Return effects and responses by dose, averaged over cohorts and periods, and their means."""
    curve = [_overall(each, inference.aggregate) for each in cells.curve]
    beta = np.array([estimate for estimate, _, _ in curve])
    moves = np.column_stack([influence for _, influence, _ in curve])
    size = float(curve[0][2])
    tables: dict[str, pd.DataFrame] = {}
    for name, rows in (("dose_levels", basis.values(at)), ("dose_slopes", basis.slopes(at))):
        tables[name] = _table(panel, rows @ beta, moves @ rows.T, size, inference, pd.Index(at, name="dose"))
    means = [_overall(each, inference.aggregate) for each in (cells.level, cells.slope)]
    tables["overall"] = _table(
        panel,
        np.array([estimate for estimate, _, _ in means]),
        np.column_stack([influence for _, influence, _ in means]),
        size,
        inference,
        pd.Index(["level", "slope"], name="effect"),
    ).drop(columns=["band_low", "band_high"], errors="ignore")
    return tables


def _overall(cells: Cells, aggregate: str) -> tuple[float, Floats, float]:
    effects = aggregate_cells(cells)
    place = effects.keys.index(("aggregates", aggregate))
    return float(effects.estimate[place]), effects.influence[:, place], float(effects.size[place])


def _table(
    panel: StaggeredPanel,
    estimate: Floats,
    influence: Floats,
    size: float,
    inference: Inference,
    index: pd.Index,
) -> pd.DataFrame:
    count = len(estimate)
    effects = Effects(
        keys=tuple(("aggregates", place) for place in range(count)),
        estimate=estimate,
        influence=influence,
        size=np.full(count, size),
        weights=np.empty((0, count)),
        cohorts=panel.cohorts,
    )
    spread, df, *_ = effect_covariance(panel, influence, None)
    table = effect_rows(effects, spread, df, inference.level).drop(columns="n_treated_rows")
    error = table["std_error"].to_numpy()
    if inference.draws and (error > 0).any():
        band = critical_value(panel, influence[:, error > 0], inference)
        table["band_low"] = table["estimate"] - band * error
        table["band_high"] = table["estimate"] + band * error
    table.index = index
    return table
