"""Mediation with fixed effects: parallel mediators or a chain, with a cluster bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.estimators.mechanisms.mediation_options import MediationOptions
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["Mediation"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, kw_only=True)
class Mediation(MediationOptions, Estimator):
    r"""Split the effect of a treatment on an outcome into the part through mediators and the rest.

    .. math:: M_j = a_j X + \sum_{i<j} d_{ij} M_i + \gamma_j'Z + \text{effects} + e_j,\qquad
       Y = c' X + \sum_j b_j M_j + \gamma'Z + \text{effects} + e

    A parallel model has no :math:`d_{ij}`. An indirect effect is the product of the slopes on its way,
    :math:`a_1 d_{12} b_2`; the indirect effects and the direct one, :math:`c'`, add up to the total one.
    Errors of paths are those of the specification's covariance, jointly over the equations; errors of
    effects follow from them by the delta method. Intervals and p values of effects come from a bootstrap of
    clusters in which the fixed effects are removed exactly in every draw.

    Parameters
    ----------
    mediators
        Terms of one column each; for a chain in the order of the hypothesis.
    treatment
        A regressor; the first one by default. The others enter every equation, as controls do.
    structure
        ``"parallel"``, or ``"serial"``: a chain of any length, in which every mediator depends on those
        before it. Of its :math:`2^k-1` indirect effects up to 1,023 are listed, from 11 mediators on those
        through the fewest mediators and the one through all, with a note; sums always count all of them.
    replications, seed
        Bootstrap draws of clusters (of rows, where the covariance has no clusters), 0 for none.
    interval
        ``"percentile"`` or ``"bca"`` (bias-corrected and accelerated): which one ``result.coefficients``
        shows; ``result.tables["effects"]`` has both. The second rejects too often where one path is zero
        (docs/monte_carlo.md).
    most_orders
        A chain is compared with all orders of its mediators, or with a random choice of so many in all.
    three_steps
        Add the table of the three-step procedure (Baron & Kenny 1986; 温忠麟等 2004), kept for readers who
        ask for it; the result then carries a note with its criticism (江艇 2022).

    Notes
    -----
    ``result.coefficients`` holds the paths (``"x -> m"``) and the effects (``"x -> m -> y"``,
    ``"indirect effect"``, ``"direct effect"``, ``"total effect"``). ``result.tables``: ``paths``,
    ``effects`` (Sobel and delta errors, both intervals), ``contrasts`` between up to 63 indirect effects,
    ``sensitivity`` and ``sensitivity_zero`` (Imai, Keele & Yamamoto 2010); of a chain ``order_permutations``
    and ``indirect_sums`` (of all indirect effects through each mediator, and of those through each number of
    mediators). All orders of a chain fit the data equally well; the comparison of orders says only whether
    the declared one gives the chain a larger effect than others do.

    Indirect effects are causal only if treatment and mediators are as good as random given controls and
    effects.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification(
    ...     "invest", "value", entity="firm", time="year", fixed_effects=("firm", "year"),
    ...     estimator=dm.Mediation(mediators="capital", replications=200, seed=1),
    ... )
    >>> result = dm.estimate(spec, grunfeld.load_pandas().data)
    >>> result.coefficients["estimate"].tail(3).round(4).tolist()
    [0.0652, 0.1167, 0.1819]
    """

    label: ClassVar[Text] = Text("Mediation", "中介效应")

    errors_label = errors_of_covariance

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row of the sample must have besides those of the specification."""
        return self.mediators

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the treatment is no regressor, a mediator is one or has several columns, or the bootstrap
            cannot follow the errors asked for.
        EstimationError
            If a mediator cannot be told apart from treatment, controls, effects or the other mediators, or
            there is only one cluster.
        """
        from digimfg.estimators.mechanisms.mediation_result import mediation_result
        from digimfg.estimators.mechanisms.preparation import prepare

        return mediation_result(self, design, prepare(self, design))
