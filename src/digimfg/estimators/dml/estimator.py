"""Double machine learning as an estimator of a specification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.estimators.dml.options import DoubleOptions
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from digimfg.design import Design
    from digimfg.estimators.dml.scores import Split
    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["DoubleMachineLearning"]

_OWN = (
    "r2", "r2_adjusted", "r2_within", "r2_within_adjusted", "rmse", "log_likelihood", "f_statistic",
    "f_p_value", "df_t", "min_detectable_effect",
)  # fmt: skip


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class DoubleMachineLearning(DoubleOptions, Estimator):
    r"""Estimate the slopes of regressors while learners take the controls out of them and of the outcome.

    Partially linear, :math:`y=d'\theta+g(x)+u`, :math:`d=m(x)+v` (Robinson 1988; Chernozhukov et al. 2018,
    doi:10.1111/ectj.12097): least squares of :math:`y-\hat E[y\mid x]` on :math:`d-\hat m(x)`, each row
    predicted by learners that saw no row of its fold. Regressors are d, controls x; several regressors are
    taken out of controls alone, then enter together. With ``endogenous`` and ``instruments`` the residuals
    are instrumented by those of the instruments. ``"interactive"``: the doubly robust score of a binary
    treatment whose effect may vary with x.

    Parameters
    ----------
    learner, treatment_learner
        ``"least_squares"``, ``"lasso"``, ``"ridge"``, ``"elastic_net"``, ``"decision_tree"``,
        ``"random_forest"``, ``"extra_trees"``, ``"gradient_boosting"``, ``"nearest_neighbours"``, or an
        object with ``fit`` and ``predict`` as those of scikit-learn (which the extra ``digimfg[ml]``
        installs). The second is for treatments and instruments, by default the same. Penalties of named ones
        are chosen within the rows of training, by folds of whole clusters; these see standardised columns,
        objects the columns as they are.
    model
        ``"partially_linear"`` or ``"interactive"``.
    effects
        How the specification's fixed effects go: ``"within"``: absorbed from every column first;
        ``"first_difference"``: the outcome and treatments change, learners see the controls of both periods
        (Clarke and Polselli 2025, doi:10.1093/ectj/utaf011); the other effects are absorbed from changes.
        ``"mundlak"``: means by unit of controls and treatments join the controls, units are no fixed effects.
    estimand
        Of ``"interactive"``: the average effect over all, or over the treated.
    folds, repetitions
        Folds are of whole clusters (of the first column that errors are clustered by, else units); medians
        over repeated splits are taken.
    fold_column
        Names the fold of each row instead.
    tuning
        Parameter of the learner → values, chosen within the rows of training by folds of whole clusters.
    groups
        Column whose levels each get their effect, in ``result.tables["groups"]``.
    trim
        Propensities are kept this far from 0 and 1; what is moved is counted in a note.
    confounding
        Shares of the residual variance of outcome and treatment that a confounder explains, for
        ``result.tables["sensitivity"]``.
    seed
        Of folds and learners.

    Notes
    -----
    Errors are those of the regression of residuals, under any covariance: with few clusters the wild (cluster
    multiplier) bootstrap stands beside them. Absorbed effects count as parameters, what learners fit does
    not: ``result.tables["baseline"]`` has least squares with the same controls, and a note says so where it
    is less certain. ``statistics``: ``r2_outcome`` and ``r2_treatment``, out of sample;
    ``tables``: ``learners``, ``splits``, ``sensitivity``, ``baseline``, ``groups``.

    Examples
    --------
    >>> import digimfg as dm, numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame(rng.normal(size=(400, 2)), columns=["a", "b"])
    >>> frame["digital"] = frame.a**2 + rng.normal(size=400)
    >>> frame["upgrading"] = 0.5 * frame.digital + 2 * frame.a**2 + rng.normal(size=400)
    >>> spec = dm.Specification("upgrading", "digital", controls=("a", "b"),
    ...     estimator=dm.DoubleMachineLearning(learner="gradient_boosting", repetitions=1))
    >>> result = dm.estimate(spec, frame)
    >>> result.statistics["r2_treatment"] > 0.4
    True
    >>> learned, linear = (table.loc["digital", "estimate"] for table in
    ...     (result.coefficients, result.tables["baseline"]))
    >>> bool(0.5 < learned < linear)
    True
    """

    takes_instruments: ClassVar[bool] = True

    @property
    def label(self) -> Text:
        """Return the name for tables."""
        if self.model == "interactive":
            return Text("DML, interactive", "双重机器学习（交互）")
        return Text("DML", "双重机器学习")

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        from digimfg.display.covariance_names import covariance_phrase

        return note_of("dml.cross_fitted_errors", name=covariance_phrase(covariance))

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Name the columns whose effects the estimates are free of."""
        entity = specification.entity
        first = (entity,) if self.effects == "first_difference" and entity is not None else ()
        return tuple(dict.fromkeys((*first, *specification.fixed_effects)))

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If there is no covariate, a learner is unknown, there are fewer clusters than folds, or a
            treatment is not binary where it must be.
        EstimationError
            If covariates determine a treatment, or treated and untreated rows do not overlap.
        """
        from digimfg.estimators.dml.companions import baseline, group_effects
        from digimfg.estimators.dml.learners import learner_name
        from digimfg.estimators.dml.material import material
        from digimfg.estimators.dml.notes import double_notes
        from digimfg.estimators.dml.repeated import all_splits, medians, splits_table
        from digimfg.estimators.dml.sensitivity import sensitivity
        from digimfg.estimators.linear_result import linear_result

        parts = material(design, self.effects, interactive=self.model == "interactive")
        splits = all_splits(self, parts)
        found = medians(splits)
        shares = {
            name: float(np.median([each.explained[name] for each in splits])) for name in splits[0].explained
        }
        outcome = design.specification.outcome
        others = learner_name(self.treatment_learner or self.learner)
        tables: dict[str, pd.DataFrame] = {
            "learners": pd.DataFrame(
                {
                    "learner": [
                        str(learner_name(self.learner).en if name == outcome else others.en)
                        for name in shares
                    ],
                    "r2": list(shares.values()),
                },
                index=pd.Index(list(shares), name="target"),
            ),
            "splits": splits_table(splits),
        }
        linear = baseline(parts)
        if linear is not None:
            tables["baseline"] = linear
        if not design.endogenous_terms:
            tables["sensitivity"] = sensitivity(found.nearest, self.confounding, found.df)
        n_folds = self.folds if self.fold_column is None else self._n_fixed(parts.design)
        notes = double_notes(
            self,
            parts,
            found,
            shares,
            linear,
            n_folds,
            len(splits),
            [word for each in splits for word in each.warned],
        )
        if self.groups is not None and not design.endogenous_terms:
            tables["groups"], without = group_effects(parts, splits, self.groups)
            if without:
                notes.append(note_of("dml.rows_without_group", count=without))
        else:
            notes += self._no_groups()
        df = (
            found.df
            if np.ptp(found.df) > 0 or "df" in found.nearest.result.coefficients
            else float(found.df[0])
        )
        return linear_result(
            parts.design,
            names=found.names,
            estimates=found.estimates,
            covariance=found.covariance,
            df=df,
            statistics=_statistics(found.nearest, shares, outcome, n_folds, splits),
            notes=(*found.nearest.result.notes, *notes),
            tables={**_nearest_tables(found.nearest), **tables},
            columns=found.columns,
        )

    def _n_fixed(self, design: Design) -> int:
        from digimfg.estimators.dml.folds import levels_of

        return len(levels_of(design, str(self.fold_column))[1])

    def _no_groups(self) -> list[Text]:
        if self.groups is None:
            return []
        return [note_of("dml.no_groups_with_instruments")]


def _statistics(
    split: Split, shares: Mapping[str, float], outcome: str, n_folds: int, splits: Sequence[Split]
) -> dict[str, float]:
    kept = {name: value for name, value in split.result.statistics.items() if name not in _OWN}
    first = next(name for name in shares if name != outcome)
    return {
        **kept,
        "r2_outcome": shares[outcome],
        "r2_treatment": shares[first],
        "folds": float(n_folds),
        "repetitions": float(len(splits)),
    }


def _nearest_tables(split: Split) -> dict[str, pd.DataFrame]:
    return dict(split.result.tables)
