"""Difference-in-differences with staggered treatment: effects by cohort and period, and their aggregates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.display.covariance_names import columns_phrase
from digimfg.errors import SpecificationError
from digimfg.estimators.did.answer import did_result
from digimfg.estimators.did.base import CohortEstimator
from digimfg.estimators.did.cohorts import staggered_panel
from digimfg.estimators.did.effects import aggregate_cells
from digimfg.estimators.did.extended import extended_effects
from digimfg.estimators.did.group_time import BasePeriod, ControlGroup, group_time_effects, long_differences
from digimfg.estimators.did.imputation import imputed_effects
from digimfg.estimators.did.inference import Inference
from digimfg.estimators.did.local_projection import EventWeights, projected_effects
from digimfg.estimators.did.nonlinear import Family, nonlinear_effects
from digimfg.estimators.did.regression import saturated_effects, two_way_effects
from digimfg.estimators.did.stacked import stacked_effects
from digimfg.estimators.did.triple import triple_effects
from digimfg.estimators.did.two_periods import CovariateMethod
from digimfg.estimators.did.wording import check_controls, method_notes
from digimfg.estimators.panel_rows import check_plain, effects_of
from digimfg.kinds import AtLeast, AtMost, Count, Or, Whole
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.did.effects import Effects
    from digimfg.estimators.did.panel import StaggeredPanel
    from digimfg.result import Result

__all__ = ["StaggeredDifferenceInDifferences", "staggered_effects"]

Method = Literal[
    "callaway_santanna",
    "sun_abraham",
    "imputation",
    "two_stage",
    "dechaisemartin_dhaultfoeuille",
    "stacked",
    "extended_two_way",
    "local_projection",
    "triple_difference",
    "two_way",
]

_LABELS = sheet_beside(__file__, "estimator", "labels")
_USES: dict[str, tuple[str, ...]] = {
    "control_group": ("callaway_santanna", "stacked", "extended_two_way", "triple_difference"),
    "base_period": ("callaway_santanna", "triple_difference"),
    "covariate_method": ("callaway_santanna", "triple_difference"),
    "eligible": ("triple_difference",),
    "window": ("stacked", "local_projection"),
    "event_weights": ("local_projection",),
    "family": ("extended_two_way",),
}


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class StaggeredDifferenceInDifferences(CohortEstimator):
    """Estimate effects of a treatment that units take up at different times and keep.

    The specification names the 0/1 treatment as its only regressor (its name is the row of the effect in
    tables), or none with `cohort`; controls as controls; ``entity`` and ``time``. Effects of units and
    periods are always in.

    Parameters
    ----------
    method
        ``"callaway_santanna"`` group-time effects, ``"sun_abraham"`` the saturated regression,
        ``"imputation"`` Borusyak, Jaravel and Spiess, ``"two_stage"`` Gardner,
        ``"dechaisemartin_dhaultfoeuille"`` long differences against the not yet treated, ``"stacked"`` the
        weighted stacked regression, ``"extended_two_way"`` Wooldridge's regression with a coefficient for
        every cohort and period, ``"local_projection"`` changes to each horizon of rows newly treated against
        rows still clean (Dube, Girardi, Jordà and Taylor), ``"triple_difference"`` the doubly robust
        difference between those the policy reaches and those it does not (Ortiz-Villavicencio and Sant'Anna),
        ``"two_way"`` the regression that heterogeneous effects bias, for comparison.
    cohort
        Column of the first treated period, constant within units; missing (or 0) for never treated. By
        default it is derived from the treatment, which must not switch off, in all rows of the sample, those
        without an outcome too; a unit without a value of it between its last 0 and its first 1 is left out
        with a note.
    control_group
        ``"never_treated"`` or ``"not_yet_treated"``; by default the first for Callaway–Sant'Anna, the second
        for triple differences, stacked and the extended two-way regression, where the first frees all periods
        but the last before treatment.
    anticipation
        Periods before treatment in which units may already react.
    base_period
        Of Callaway–Sant'Anna before treatment: ``"varying"`` (default) compares with the period before,
        ``"universal"`` with the last one before treatment.
    covariate_method
        Of Callaway–Sant'Anna with controls, taken in the base period: ``"doubly_robust"`` (default),
        ``"regression"``, ``"weighting"``.
    window
        Of stacked: periods (before, after) treatment; by default the widest that every cohort has. Of local
        projections: by default all horizons, and for the simple average those after that every cohort has.
    event_weights
        Of local projections: ``"variance"`` of treatment (default), as plain least squares, or ``"equal"``
        for each newly treated unit: without controls the effect of Callaway and Sant'Anna against the not
        yet treated.
    family
        Of the extended two-way regression: ``"poisson"`` for counts and amounts with zeros, ``"logit"`` for
        0/1 outcomes and shares; effects are on the outcome's own scale, and cohorts, not units, have effects.
    eligible
        Of triple differences: 0/1 column, constant within units, of whom the policy reaches where it is in
        force; the treatment is then the policy's, on the rows of those it does not reach too.
    aggregate
        The average on the row of the treatment: ``"simple"`` over treated cells by cohort size,
        ``"dynamic"`` over event times, ``"group"`` over cohorts, ``"calendar"`` over periods. All are in
        ``result.tables["aggregates"]``.
    level
        Of the intervals in ``result.tables``.
    draws, seed
        Multiplier bootstrap of the simultaneous bands of the event study; 0 draws for none.

    Notes
    -----
    Rows of ``result.coefficients``: the treatment, ``event_time[e]``, ``cohort[g]``, ``calendar_time[t]``;
    tables show the first unless asked for more by ``keep``.
    ``result.tables``: ``"aggregates"``, ``"event_study"`` (with the reference and simultaneous bands),
    ``"group"``, ``"calendar"``, ``"group_time"``, ``"event_study_covariance"``. ``result.statistics``:
    ``att_simple att_dynamic att_group att_calendar n_treated n_never_treated n_cohorts pretrend_wald
    pretrend_df pretrend_p`` (and ``pretrend_cells_*`` over cells).

    Units treated from their first period on are left out, units treated after the sample count as not
    treated, both with a note. An effect behind which nothing varies (one unit against one) has no standard
    error, NaN, with a note. Errors come from influence functions summed by cluster, without adjustment and
    with normal quantiles (as R's did and Stata's did_imputation); the regressions ``"sun_abraham"``,
    ``"stacked"``, ``"extended_two_way"`` and ``"two_way"`` take the small-sample rule of the covariance,
    and each horizon of ``"local_projection"`` the factor of its own regression.

    Examples
    --------
    >>> import pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"city": [1, 1, 2, 2, 3, 3, 4, 4], "year": [1, 2] * 4, "pilot": [0, 1, 0, 1, 0,
    ...     0, 0, 0],
    ...                       "y": [1.0, 4, 2, 6, 1, 2, 3, 3]})
    >>> spec = dm.Specification("y", "pilot", entity="city", time="year",
    ...                         estimator=dm.StaggeredDifferenceInDifferences(draws=0))
    >>> float(dm.estimate(spec, frame).coefficients.loc["pilot", "estimate"])
    3.0
    """

    method: Method = "callaway_santanna"
    control_group: ControlGroup | None = None
    base_period: BasePeriod | None = None
    covariate_method: CovariateMethod | None = None
    window: tuple[Count, Whole] | None = None
    event_weights: EventWeights | None = None
    family: Family | None = None
    eligible: str | None = None
    draws: Annotated[int, AtLeast(100), AtMost(10_000_000), Or(0)] = 999

    def __post_init__(self) -> None:
        _check_options(self)

    @property
    def label(self) -> Text:
        """Name of the estimator for tables and notes."""
        return _LABELS[self.method]

    @property
    def controls_used(self) -> ControlGroup | None:
        """Control group with the method's default; ``None`` where the method has no choice."""
        default: dict[str, ControlGroup] = {
            "callaway_santanna": "never_treated",
            "stacked": "not_yet_treated",
            "extended_two_way": "not_yet_treated",
            "triple_difference": "not_yet_treated",
        }
        return self.control_group or default.get(self.method)

    @property
    def _varies(self) -> bool:
        by_base = self.method in ("callaway_santanna", "triple_difference")
        return by_base and self.base_period != "universal"

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        by = columns_phrase(covariance.cluster_columns)
        if self.method == "local_projection":
            return note_of("did.errors_by_horizon", by=by)
        if self.method in ("sun_abraham", "stacked", "extended_two_way", "two_way"):
            rule = covariance.small_sample
            return note_of("did.errors_of_rule", by=by, rule=rule)
        return note_of("did.influence_function_errors", by=by)

    @property
    def removes_units(self) -> bool:
        """Whether units have effects: with a `family` cohorts have them in their place."""
        return self.family is None

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the treatment switches off, a cohort changes within a unit, or an option does not fit.
        EstimationError
            If nobody is treated within the sample, or nobody is left to compare with.
        """
        check_plain(design, self.label)
        effects_of(design)
        panel = staggered_panel(design, cohort=self.cohort, anticipation=self.anticipation, label=self.label)
        notes: list[Text] = []
        check_controls(panel, self.method, self.label, notes)
        panel, effects, slopes = staggered_effects(self, panel, notes)
        inference = Inference(
            aggregate=self.aggregate,
            level=self.level,
            draws=self.draws,
            seed=self.seed,
            slopes=slopes,
            reference=None if self._varies else panel.reference_event,
            unit_level=self.method
            in ("callaway_santanna", "dechaisemartin_dhaultfoeuille", "triple_difference"),
        )
        return did_result(
            panel,
            effects,
            inference,
            [*method_notes(self.method, self.controls_used, self.anticipation), *notes],
            method=self.method,
        )


def staggered_effects(
    options: StaggeredDifferenceInDifferences, panel: StaggeredPanel, notes: list[Text]
) -> tuple[StaggeredPanel, Effects, int | None]:
    """Return the panel used, the effects of the method, and the slopes that a small-sample rule counts.

    The count is negative for a regression without absorbed effects, ``None`` for methods without such a rule.

    Raises
    ------
    SpecificationError
        If the method has no such aggregate.
    EstimationError
        If the panel does not identify the effects.
    """
    slopes: int | None = None
    if options.method == "callaway_santanna":
        cells = group_time_effects(
            panel,
            control_group=options.controls_used or "never_treated",
            base_period=options.base_period or "varying",
            covariate_method=options.covariate_method or "doubly_robust",
            notes=notes,
        )
        effects = aggregate_cells(cells)
    elif options.method == "dechaisemartin_dhaultfoeuille":
        effects = aggregate_cells(long_differences(panel, notes))
    elif options.method == "triple_difference":
        effects = aggregate_cells(
            triple_effects(
                panel,
                str(options.eligible),
                control_group=options.controls_used or "not_yet_treated",
                base_period=options.base_period or "varying",
                covariate_method=options.covariate_method or "doubly_robust",
                notes=notes,
            )
        )
    elif options.method == "sun_abraham":
        panel, cells, slopes = saturated_effects(panel, notes)
        effects = aggregate_cells(cells)
    elif options.method == "stacked":
        effects, count = stacked_effects(
            panel,
            window=options.window,
            control_group=options.controls_used or "not_yet_treated",
            notes=notes,
        )
        slopes = -count
    elif options.method == "extended_two_way" and options.family is not None:
        panel, effects, count = nonlinear_effects(
            panel,
            family=options.family,
            control_group=options.controls_used or "not_yet_treated",
            notes=notes,
        )
        slopes = -count
    elif options.method == "extended_two_way":
        panel, effects, slopes = extended_effects(
            panel, control_group=options.controls_used or "not_yet_treated", notes=notes
        )
    elif options.method == "local_projection":
        effects = projected_effects(
            panel, window=options.window, weights=options.event_weights or "variance", notes=notes
        )
    elif options.method == "two_way":
        effects, slopes = two_way_effects(panel, notes)
    else:
        effects = imputed_effects(panel, two_stage=options.method == "two_stage", notes=notes)
    if ("aggregates", options.aggregate) not in effects.keys:
        raise SpecificationError.of(
            "did.aggregate_not_offered", got=repr(options.aggregate), label=options.label
        )
    return panel, effects, slopes


def _check_options(options: StaggeredDifferenceInDifferences) -> None:
    for name, methods in _USES.items():
        value = getattr(options, name)
        if value is not None and options.method not in methods:
            raise SpecificationError.of(
                "did.option_of_other_methods", option=name, value=repr(value), methods=", ".join(methods)
            )
    if options.method == "triple_difference" and options.eligible is None:
        raise SpecificationError.of("did.eligible_not_named")
