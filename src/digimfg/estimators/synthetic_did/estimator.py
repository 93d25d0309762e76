"""Synthetic difference-in-differences, for one adoption date or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.display.covariance_names import columns_phrase
from digimfg.errors import SpecificationError
from digimfg.estimators.did.answer import effects_result, in_order
from digimfg.estimators.did.base import CohortEstimator
from digimfg.estimators.did.cohorts import staggered_panel
from digimfg.estimators.did.effects import aggregate_cells
from digimfg.estimators.did.inference import Inference
from digimfg.estimators.did.panel import require_balanced
from digimfg.estimators.did.spread import check_clusters
from digimfg.estimators.panel_rows import check_plain, effects_of
from digimfg.estimators.synthetic_did.covariates import (
    ControlSlopes,
    optimized_weights,
    slopes_beside_weights,
)
from digimfg.estimators.synthetic_did.draws import ErrorMethod, redrawn_effects, spread_of
from digimfg.estimators.synthetic_did.effects import Weighting, cohort_cells, found_weights, kept_weights
from digimfg.estimators.synthetic_did.grid import adjusted, cohorts_of, grid_of
from digimfg.kinds import AtLeast, AtMost
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.sentences import sentence
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digimfg.design import Design
    from digimfg.estimators.did.panel import StaggeredPanel
    from digimfg.estimators.synthetic_did.effects import CohortWeights, Weigh
    from digimfg.estimators.synthetic_did.grid import Cohort, Grid
    from digimfg.result import Result

__all__ = ["SyntheticDifferenceInDifferences"]


_LABELS = sheet_beside(__file__, "estimator", "labels")
_ERRORS = sheet_beside(__file__, "estimator", "errors")


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class SyntheticDifferenceInDifferences(CohortEstimator):
    r"""Estimate effects against donors weighted so that they run parallel before treatment (Arkhangelsky,
    Athey, Hirshberg, Imbens & Wager 2021, doi:10.1257/aer.20190159).

    .. math:: \hat\omega = \arg\min_{\omega_0,\omega}\sum_{t\le T_0}\Bigl(\omega_0+\sum_j\omega_jY_{jt}-\bar
        Y_{tr,t}\Bigr)^2+\zeta^2T_0\|\omega\|^2,\qquad
        \hat\tau=\bar\delta_{post}-\sum_{t\le T_0}\hat\lambda_t\delta_t,\quad
        \delta_t=\bar Y_{tr,t}-\sum_j\hat\omega_jY_{jt}

    Weights λ of periods solve the same problem over periods; :math:`\zeta=(N_{tr}T_{post})^{1/4}\hat\sigma`.
    With several adoption dates each cohort is compared with the units never treated, and cohorts are averaged
    by their treated rows (Clarke, Pailañir, Athey & Imbens 2024, doi:10.1177/1536867X241297184).

    Parameters
    ----------
    method
        ``"synthetic_did"``; ``"synthetic_control"``: weights of units only, without intercept and ridge;
        ``"did"``: equal weights.
    errors
        ``"placebo"``: adoption dates given to donors at random, which serves a single treated unit and
        assumes that donors vary as the treated do; ``"bootstrap"`` of clusters; ``"jackknife"`` of clusters
        with weights kept.
    draws, seed
        Of placebo and bootstrap.
    control_slopes
        How controls of the specification are taken off. ``"projected"``: with slopes of donors within units
        and periods (Kranz 2022). ``"optimized"``: with slopes that each cohort's weights and they together
        make the fit before treatment best (Arkhangelsky et al. 2021; Stata's sdid by default), which hang on
        the steps of the search and cost a search in every redrawn sample.
    cohort, anticipation, aggregate, level
        As in `StaggeredDifferenceInDifferences`.

    Notes
    -----
    Slopes of controls are found in every redrawn sample anew.

    Effects come from the steps of the authors' software, which stop short of the minimum, so that they equal
    published ones; redrawn samples take the minimum itself. Rows, tables and figures are those of
    `StaggeredDifferenceInDifferences`; effects by event time are taken against the weighted periods before
    treatment, so none is zero by construction and no joint test of those before is given: weights were chosen
    to make them small. ``result.tables`` further holds ``"unit_weights"`` (unit × cohort),
    ``"time_weights"`` (period × cohort), ``"paths"`` (cohort, time, treated, synthetic) and ``"fit"``.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import digimfg as dm
    >>> frame = pd.DataFrame({"city": np.repeat(np.arange(9), 5), "year": [1, 2, 3, 4, 5] * 9})
    >>> frame["pilot"] = ((frame["city"] == 0) & (frame["year"] >= 4)).astype(int)
    >>> frame["y"] = frame["city"] * frame["year"] % 7 + 2.0 * frame["pilot"]
    >>> spec = dm.Specification("y", "pilot", entity="city", time="year",
    ...     estimator=dm.SyntheticDifferenceInDifferences(method="did"))
    >>> round(float(dm.estimate(spec, frame).coefficients.loc["pilot", "estimate"]), 4)
    1.6875
    """

    method: Weighting = "synthetic_did"
    errors: ErrorMethod = "placebo"
    draws: Annotated[int, AtLeast(20), AtMost(10_000_000)] = 200
    control_slopes: ControlSlopes = "projected"

    @property
    def label(self) -> Text:
        """Name of the estimator for tables and notes."""
        return _LABELS[self.method]

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        if self.errors == "jackknife":
            by = columns_phrase(covariance.cluster_columns)
            return note_of("synthetic_did.errors_by_cluster", how=_ERRORS["jackknife"], by=by)
        return note_of(
            "synthetic_did.errors_by_draws", how=_ERRORS[self.errors], draws=self.draws, seed=self.seed
        )

    @property
    def removes_units(self) -> bool:
        """Whether units have effects; a synthetic control removes periods only."""
        return self.method != "synthetic_control"

    @one_thread
    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the treatment switches off, a cohort changes within a unit, or errors are not clustered once.
        EstimationError
            If the panel is not balanced, there are fewer than two donors or two periods before treatment, or
            too few units for the errors asked for.
        """
        check_plain(design, self.label)
        effects_of(design)
        panel = staggered_panel(design, cohort=self.cohort, anticipation=self.anticipation, label=self.label)
        require_balanced(panel, self.label)
        check_clusters(panel, whole_units=True, with_rule=False)
        clusters = _clusters(panel, self.label)
        grid = grid_of(panel)
        donors = grid.never.astype(np.float64)
        projects = self.control_slopes == "projected" or not len(grid.controls)
        outcome = adjusted(grid, donors) if projects else grid.outcome
        cohorts = cohorts_of(
            grid,
            outcome,
            anticipation=self.anticipation,
            ridge=self.method == "synthetic_did",
            label=self.label,
        )
        members = [cohort.units for cohort in cohorts]
        first = found_weights(self.method, exact=False) if projects else optimized_weights(grid, self.method)
        cells, weights = cohort_cells(grid, cohorts, members, donors, first, projects=projects)
        effects = in_order(aggregate_cells(cells), self.aggregate)
        drawn = redrawn_effects(
            grid, cohorts, weights, effects.keys, errors=self.errors,
            weigh=self._redrawn(grid, cohorts, weights, projects), projects=projects,
            clusters=clusters, draws=self.draws, seed=self.seed, label=self.label,
        )  # fmt: skip
        spread = spread_of(drawn, self.errors)
        inference = Inference(
            aggregate=self.aggregate, level=self.level, draws=0, seed=self.seed, slopes=None, reference=None,
            unit_level=True,
        )  # fmt: skip
        notes = [sentence(note) for note in self._notes(panel, drawn)]
        return effects_result(
            panel, effects, (spread, np.inf), inference, {"n_donors": float(donors.sum())}, notes, [],
            _tables(panel, grid, outcome, cohorts, weights, panel.control_names),
        )  # fmt: skip

    def _redrawn(
        self, grid: Grid, cohorts: Sequence[Cohort], weights: Sequence[CohortWeights], projects: bool
    ) -> Weigh:
        """Return how redrawn samples are weighted."""
        if self.errors == "jackknife":
            if projects:
                return kept_weights(cohorts, weights)
            return slopes_beside_weights(grid, cohorts, weights)
        return found_weights(self.method, exact=True) if projects else optimized_weights(grid, self.method)

    def _notes(self, panel: StaggeredPanel, drawn: object) -> list[Text]:
        said: list[Text] = [note_of("synthetic_did.control_group", n=int(np.isinf(panel.unit_first).sum()))]
        if panel.control_names and self.control_slopes == "projected":
            said.append(note_of("synthetic_did.controls"))
        elif panel.control_names:
            said.append(note_of("synthetic_did.controls_beside_weights"))
        if self.errors == "placebo":
            said.append(note_of("synthetic_did.placebo_errors"))
        lost = int(np.isnan(np.asarray(drawn)).any(axis=1).sum())
        if lost:
            said.append(note_of("synthetic_did.lost_samples", lost=lost, draws=len(np.asarray(drawn))))
        return said


def _clusters(panel: StaggeredPanel, label: Text) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the cluster of each unit."""
    codes = list(panel.design.clusters.values())
    if len(codes) != 1:
        raise SpecificationError.of(
            "synthetic_did.clusters_of_several_columns", got=", ".join(panel.design.clusters), label=label
        )
    return np.unique(codes[0][panel.first_rows], return_inverse=True)[1]


def _tables(
    panel: StaggeredPanel,
    grid: Grid,
    outcome: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    cohorts: Sequence[Cohort],
    weights: Sequence[CohortWeights],
    controls: Sequence[str],
) -> dict[str, pd.DataFrame]:
    specification = panel.design.specification
    values = panel.design.evaluator.column(str(specification.entity), "`entity`")
    names = np.asarray(values)[panel.design.rows][panel.first_rows]
    donors = np.flatnonzero(grid.never)
    labels = [f"{cohort.first:g}" for cohort in cohorts]
    units = pd.DataFrame(
        np.column_stack([each.units[donors] for each in weights]),
        index=pd.Index(names[donors], name=str(specification.entity)),
        columns=labels,
    )
    periods = pd.DataFrame(0.0, index=pd.Index(grid.times, name=str(specification.time)), columns=labels)
    paths, fit = [], []
    found: dict[str, pd.DataFrame] = {}
    whole = outcome
    for label, cohort, each in zip(labels, cohorts, weights, strict=True):
        if len(each.slopes):
            outcome = whole - np.tensordot(each.slopes, grid.controls, axes=1)
        periods.loc[cohort.before, label] = each.periods
        treated, synthetic = outcome[cohort.units].mean(axis=0), each.units @ outcome
        paths.append(
            pd.DataFrame(
                {"cohort": cohort.first, "time": grid.times, "treated": treated, "synthetic": synthetic}
            )
        )
        gap = (treated - synthetic)[cohort.before]
        fit.append(
            {
                "n_treated": len(cohort.units),
                "n_before": int(cohort.before.sum()),
                "n_after": int(cohort.after.sum()),
                "noise": cohort.noise,
                "rmspe_before": float(np.sqrt(np.mean((gap - each.periods @ gap) ** 2))),
                "effective_donors": float(1 / np.sum(each.units**2)),
            }
        )
    if any(len(each.slopes) for each in weights):
        index = pd.Index(controls, name="term")
        columns = np.column_stack([each.slopes for each in weights])
        found["control_slopes"] = pd.DataFrame(columns, index=index, columns=labels)
    return found | {
        "unit_weights": units,
        "time_weights": periods,
        "paths": pd.concat(paths, ignore_index=True),
        "fit": pd.DataFrame(fit, index=pd.Index([cohort.first for cohort in cohorts], name="cohort")),
    }
