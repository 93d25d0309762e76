"""The wild cluster bootstrap of one coefficient: p value and the interval that inverts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import WildWeights
from digimfg.design import build_design
from digimfg.errors import SpecificationError
from digimfg.estimators.least_squares_only import require_least_squares
from digimfg.inference.cluster_column import cluster_codes, with_clusters
from digimfg.inference.few_groups import few_groups_note
from digimfg.inference.small_sample import small_sample_adjustment
from digimfg.inference.wild_p_values import (
    PValueKind,
    WildModel,
    interval_end,
    share_as_extreme,
    standard_error,
    wild_model,
)
from digimfg.inference.wild_weights import choose_weights, enumerates, weight_blocks
from digimfg.kinds import AtLeast, AtMost, Finite, Seed, Share, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from digimfg.design import Design
    from digimfg.specification import Specification

__all__ = ["WildClusterTest", "wild_cluster_bootstrap"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Wild cluster bootstrap test", "Wild cluster bootstrap检验"))
@dataclass(frozen=True, kw_only=True, eq=False)
class WildClusterTest:
    """Hold the bootstrap test of one coefficient.

    Parameters
    ----------
    term, null
        What was tested.
    estimate, std_error, statistic
        Of the sample, errors clustered as the specification says.
    p_value
        Share of draws at least as extreme as the sample, which counts as one of them.
    conf_low, conf_high, level
        The nulls that the test does not reject; infinite where it rejects none on that side.
    draws
        Used; those without a positive variance are left out.
    enumerated
        Whether every vector of signs was used once.
    cluster, n_clusters, weights
        What shared a weight, how many, and the distribution of the weights.
    distribution
        t statistics of the draws, shape (draws,).
    notes
        What a reader must know.
    """

    term: str
    null: float
    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    level: float
    draws: int
    enumerated: bool
    cluster: str
    n_clusters: int
    weights: WildWeights
    distribution: Floats
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def wild_cluster_bootstrap(
    specification: Specification,
    frame: StoredFrame,
    term: str,
    *,
    null: Finite = 0.0,
    draws: Annotated[int, AtLeast(99), AtMost(10_000_000)] = 9_999,
    weights: WildWeights | None = None,
    cluster: str | None = None,
    impose_null: bool = True,
    p_value: PValueKind = "symmetric",
    level: Share = 0.95,
    seed: Seed = 0,
) -> WildClusterTest:
    r"""Test one coefficient by the wild cluster bootstrap.

    Each draw keeps the regressors and gives every cluster's residuals (of the equation with the null
    imposed) one random weight :math:`v_g`; :math:`t^*_b` is the clustered t of the null in the draw:

    .. math:: p = \frac{\#\{b: |t^*_b| \ge |t|\} + 1}{B + 1},

    or :math:`\#\{|t^*_b|\ge|t|\}/2^G` over every vector of signs, where these are no more than `draws`
    (Rademacher, the null imposed): the sample itself is one of them. boottest and fwildclusterboot count
    strictly more extreme draws only, which can give zero. The interval holds every null with p above 1 -
    `level`, the same weights being used for each.

    With instruments it is the restricted efficient bootstrap (WRE) of Davidson & MacKinnon: each first stage
    is estimated with the residual u of the equation under the null beside the instruments, a draw gives u
    and the residuals V of the first stages the same weight, :math:`Y^*=Z\hat\Pi+v_gV`, and the equation is
    estimated again by two-stage least squares. The interval is then sought outward from the estimate, to the
    first nulls rejected; with weak instruments it may not end.

    Parameters
    ----------
    specification
        Least squares, or two-stage least squares (``method="2sls"``), with absorbed effects and weights of
        any kind; its covariance is `dm.Clustered`.
    frame
        As for `dm.estimate`.
    term
        Name in ``result.coefficients``.
    null
        Value tested.
    draws
        Weight vectors.
    weights
        ``"rademacher"``, ``"webb"`` or ``"mammen"``; ``None``: Webb's with fewer than 12 clusters, else
        Rademacher's.
    cluster
        Column whose values share a weight; by default the way of clustering with fewest clusters. With
        several ways the statistic keeps the variance of all of them.
    impose_null
        ``False`` bootstraps from the unrestricted residuals.
    p_value
        ``"symmetric"``, or ``"equal_tailed"``: twice the smaller tail.
    level
        Of the interval.
    seed
        Of the draws.

    Returns
    -------
    WildClusterTest

    Raises
    ------
    SpecificationError
        If the covariance is not clustered, the estimator is neither, or the term is unknown.
    EstimationError
        If there is one cluster, or the variance of the sample is not positive.

    Notes
    -----
    Cameron, Gelbach & Miller (2008, doi:10.1162/rest.90.3.414); Davidson & MacKinnon (2010,
    doi:10.1198/jbes.2009.07221), residuals not rescaled, as in boottest; Roodman, MacKinnon, Nielsen & Webb
    (2019, doi:10.1177/1536867X19830877). Where few clusters hold the variation of the term, the restricted
    test rejects too seldom and the unrestricted one too often (MacKinnon & Webb 2018).

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> test = dm.wild_cluster_bootstrap(spec, frame, "value", weights="rademacher")
    >>> test.draws, test.enumerated, round(test.p_value, 4)
    (1024, True, 0.0039)
    """
    prepare = _model(specification)
    design = build_design(with_clusters(specification, cluster, "dm.wild_cluster_bootstrap"), frame)
    name, groups = cluster_codes(design, cluster)
    count = int(groups.max()) + 1
    chosen = choose_weights(weights, count)
    model = prepare(design, term, groups, weight_blocks(chosen, draws, count, seed), restricted=impose_null)
    factor = small_sample_adjustment(design, model.n_slopes, _fewest(design)).factor
    estimate, error = model.estimate, standard_error(model.variance, term)
    every = enumerates(chosen, draws, count)

    def p(at: float) -> float:
        return share_as_extreme(
            model.statistics(at), (estimate - at) / error, p_value, sample_among=every and impose_null
        )

    statistics = model.statistics(null)
    usable = statistics[np.isfinite(statistics)]
    low, high = (interval_end(p, estimate, side * error, 1 - level) for side in (-1, 1))
    return WildClusterTest(
        term=term,
        null=null,
        estimate=estimate,
        std_error=error * float(np.sqrt(factor)),
        statistic=(estimate - null) / (error * float(np.sqrt(factor))),
        p_value=p(null),
        conf_low=low,
        conf_high=high,
        level=level,
        draws=len(usable),
        enumerated=every,
        cluster=name,
        n_clusters=count,
        weights=chosen,
        distribution=usable / np.sqrt(factor),
        notes=(
            *few_groups_note("wild", count),
            *_notes(model, bool(specification.endogenous), len(statistics) - len(usable), low, high),
        ),
    )


def _fewest(design: Design) -> int:
    return min(int(codes.max()) + 1 for codes in design.clusters.values())


def _model(specification: Specification) -> Callable[..., WildModel]:
    from digimfg.estimators.instrumental.estimator import TwoStageLeastSquares

    if not isinstance(specification.estimator, TwoStageLeastSquares):
        require_least_squares(specification, "dm.wild_cluster_bootstrap")
        return wild_model
    if specification.estimator.method != "2sls":
        raise SpecificationError.of(
            "robustness.not_two_stage_least_squares", got=f"method={specification.estimator.method!r}"
        )
    from digimfg.estimators.instrumental.wild import instrumented_model

    return instrumented_model


def _notes(model: WildModel, instrumented: bool, unusable: int, low: float, high: float) -> tuple[Text, ...]:
    notes = []
    share = float(model.variation.max() / model.variation.sum())
    if share > 0.5:
        notes.append(
            note_of(
                "robustness.one_cluster",
                share=share,
                beside=Text("the Anderson–Rubin test", "Anderson–Rubin检验")
                if instrumented
                else "dm.randomization_test",
            )
        )
    if unusable:
        notes.append(note_of("robustness.draws_without_variance", unusable=unusable))
    or_weak = Text(" or such weak instruments", "或工具变量过弱") if instrumented else Text("", "")
    if not np.isfinite(low) or not np.isfinite(high):
        notes.append(note_of("robustness.interval_unbounded", or_weak=or_weak))
    return tuple(notes)
