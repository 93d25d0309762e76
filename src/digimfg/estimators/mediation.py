"""Mediation with fixed effects: parallel mediators or a chain, with a cluster bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.estimators.mechanisms.model import Structure
from digimfg.options import refuse_options
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["Mediation"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Mediation:
    r"""Split the effect of a treatment on an outcome into the part through mediators and the rest.

    .. math:: M_j = a_j X + \sum_{i<j} d_{ij} M_i + \gamma_j'Z + \text{effects} + e_j,\qquad
       Y = c' X + \sum_j b_j M_j + \gamma'Z + \text{effects} + e

    A parallel model has no :math:`d_{ij}`. An indirect effect is the product of the slopes on its way,
    :math:`a_1 d_{12} b_2`; the indirect effects and the direct one, :math:`c'`, add up to the total one. Errors of paths
    are those of the specification's covariance, jointly over the equations; errors of effects follow from them by the
    delta method. Intervals and p values of effects come from a bootstrap of clusters in which the fixed effects are
    removed exactly in every draw.

    Parameters
    ----------
    mediators
        Terms of one column each; for a chain in the order of the hypothesis.
    treatment
        A regressor; the first one by default. The others enter every equation, as controls do.
    structure
        ``"parallel"``, or ``"serial"``: a chain of any length, in which every mediator depends on those before it. Of its
        :math:`2^k-1` indirect effects up to 1,023 are listed, from 11 mediators on those through the fewest mediators and
        the one through all, with a note; sums always count all of them.
    replications, seed
        Bootstrap draws of clusters (of rows, where the covariance has no clusters), 0 for none.
    interval
        ``"percentile"`` or ``"bca"`` (bias-corrected and accelerated): which one ``result.coefficients`` shows;
        ``result.tables["effects"]`` has both. The second rejects too often where one path is zero (docs/monte_carlo.md).
    most_orders
        A chain is compared with all orders of its mediators, or with a random choice of so many in all.
    three_steps
        Add the table of the three-step procedure (Baron & Kenny 1986; 温忠麟等 2004), kept for readers who ask for it;
        the result then carries a note with its criticism (江艇 2022).

    Notes
    -----
    ``result.coefficients`` holds the paths (``"x -> m"``) and the effects (``"x -> m -> y"``,
    ``"indirect effect"``, ``"direct effect"``, ``"total effect"``). ``result.tables``: ``paths``, ``effects`` (Sobel and delta errors, both intervals),
    ``contrasts`` between up to 63 indirect effects, ``sensitivity`` and ``sensitivity_zero`` (Imai, Keele & Yamamoto
    2010); of a chain ``order_permutations`` and ``indirect_sums`` (of all indirect effects through each mediator, and of
    those through each number of mediators). All orders of a chain fit the data equally well; the
    comparison of orders says only whether the declared one gives the chain a larger effect than others do.

    Indirect effects are causal only if treatment and mediators are as good as random given controls and effects.

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

    mediators: tuple[str, ...]
    treatment: str | None = None
    structure: Structure = "parallel"
    replications: int = 5000
    seed: int = 0
    interval: Literal["percentile", "bca"] = "percentile"
    most_orders: int = 120
    three_steps: bool = False

    label: ClassVar[Text] = Text("Mediation", "中介效应")

    def __post_init__(self) -> None:
        given = self.mediators
        object.__setattr__(self, "mediators", (given,) if isinstance(given, str) else tuple(given))
        _check_options(self)

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row of the sample must have besides those of the specification."""
        return self.mediators

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If the treatment is no regressor, a mediator is one or has several columns, or the bootstrap cannot follow
            the errors asked for.
        EstimationError
            If a mediator cannot be told apart from treatment, controls, effects or the other mediators, or there is
            only one cluster.
        """
        from digimfg.estimators.mechanisms.mediation_result import mediation_result
        from digimfg.estimators.mechanisms.preparation import prepare

        return mediation_result(self, design, prepare(self, design))


def _check_options(options: Mediation) -> None:
    problems: list[tuple[str, Text, str]] = []
    if not options.mediators or len(set(options.mediators)) < len(options.mediators):
        problems.append(
            (
                "mediators",
                Text("one or more different terms", "一个或多个互不相同的项"),
                repr(options.mediators),
            )
        )
    if options.structure not in ("parallel", "serial"):
        problems.append(
            ("structure", Text("'parallel' or 'serial'", "'parallel' 或 'serial'"), repr(options.structure))
        )
    if options.interval not in ("percentile", "bca"):
        problems.append(
            ("interval", Text("'percentile' or 'bca'", "'percentile' 或 'bca'"), repr(options.interval))
        )
    if options.replications < 0 or 0 < options.replications < 20:
        problems.append(
            ("replications", Text("0, or 20 and more", "0，或不少于 20"), str(options.replications))
        )
    if options.most_orders < 2:
        problems.append(("most_orders", Text("at least 2", "至少 2"), str(options.most_orders)))
    refuse_options("dm.Mediation", problems)
