"""Many hypotheses at once: Romano and Wolf's stepdown, Benjamini and Hochberg's and sharpened q values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.covariance import WildWeights
from digimfg.errors import SpecificationError
from digimfg.estimators.least_squares_only import require_least_squares
from digimfg.inference.few_groups import few_groups_note
from digimfg.kinds import AtLeast, AtMost, Probability, Seed, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.robustness.stepdown import Hypothesis, stepdown
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digimfg.specification import Specification

__all__ = ["RomanoWolf", "benjamini_hochberg", "romano_wolf"]


@checked
@shown(Text("Romano–Wolf adjusted p values", "Romano–Wolf多重检验校正"))
@dataclass(frozen=True, kw_only=True, eq=False)
class RomanoWolf:
    """Hold p values adjusted for the number of hypotheses.

    Parameters
    ----------
    table
        Per hypothesis: ``outcome term estimate statistic p_value`` (wild bootstrap, alone) and
        ``p_value_adjusted`` (family-wise error rate).
    draws, n_clusters
        Of the bootstrap.
    notes
        What a reader must know.
    """

    table: pd.DataFrame
    draws: int
    n_clusters: int
    notes: tuple[Text, ...]


@checked
@keeps_marks
@one_thread
def romano_wolf(
    hypotheses: Mapping[str, tuple[Specification, str]],
    frame: StoredFrame,
    *,
    draws: Annotated[int, AtLeast(99), AtMost(10_000_000)] = 9_999,
    weights: WildWeights | None = None,
    cluster: str | None = None,
    seed: Seed = 0,
) -> RomanoWolf:
    r"""Adjust the tests of several coefficients by the stepdown of Romano & Wolf (2005).

    The statistics are |t| of zero coefficients; their joint distribution is that of the wild cluster
    bootstrap with the null imposed, a cluster having the same weight in every equation. With the hypotheses
    in the order of their statistics, :math:`|t_{(1)}| \ge |t_{(2)}| \ge \dots`,

    .. math:: p_{(j)} = \max\Big(p_{(j-1)},\ \frac{1 + \#\{b: \max_{k \ge j} |t^*_{(k),b}| \ge |t_{(j)}|\}}{1
        + B}\Big)

    (without the ones where all vectors of signs are used).

    Parameters
    ----------
    hypotheses
        Name → specification and term; least squares, errors clustered by the same column.
    frame
        As for `dm.estimate`; the samples may differ.
    draws, weights, seed
        As for `dm.wild_cluster_bootstrap`.
    cluster
        Column whose values share a weight; by default the first of the first specification's clusters.

    Raises
    ------
    SpecificationError
        If there is no hypothesis, a term is unknown, or errors are not clustered.
    EstimationError
        If the clustered variance of a term is not positive.

    Notes
    -----
    doi:10.1111/j.1468-0262.2005.00615.x.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> test = dm.romano_wolf({"value": (spec, "value"), "capital": (spec, "capital")}, frame, draws=999)
    >>> bool((test.table["p_value_adjusted"] >= test.table["p_value"]).all())
    True
    """
    from digimfg.covariance import Clustered

    if not hypotheses:
        raise SpecificationError.of("robustness.no_hypothesis")
    name = cluster
    tests = {}
    for hypothesis, (specification, term) in hypotheses.items():
        require_least_squares(specification, "dm.romano_wolf")
        if not isinstance(specification.covariance, Clustered):
            raise SpecificationError.of(
                "robustness.covariance_not_clustered", got=type(specification.covariance).__name__
            )
        name = specification.covariance.columns[0] if name is None else name
        tests[hypothesis] = Hypothesis(specification=specification, term=term, frame=frame, cluster=str(name))
    found = stepdown(tests, draws=draws, weights=weights, seed=seed, where="dm.romano_wolf")
    return RomanoWolf(
        table=found.table,
        draws=found.draws,
        n_clusters=found.n_clusters,
        notes=(
            note_of(
                "robustness.romano_wolf",
                n_table=len(found.table),
                count=found.n_clusters,
                name=name,
                n_star=found.draws,
            ),
            *few_groups_note("wild", found.n_clusters),
        ),
    )


@checked
def benjamini_hochberg(p_values: Iterable[Probability] | pd.Series, *, sharpened: bool = False) -> pd.Series:
    r"""Return q values: the false discovery rate at which each hypothesis is just rejected.

    .. math:: q_{(i)} = \min_{j \ge i} \frac{m}{j} p_{(j)}

    Parameters
    ----------
    p_values
        Between 0 and 1; a Series keeps its index.
    sharpened
        The two-stage q values of Benjamini, Krieger & Yekutieli (2006) as in Anderson (2008): the smallest of
        0.001, 0.002, …, 1 at which the two-stage test rejects. They use that many hypotheses may be false,
        and can be below the p values.

    Raises
    ------
    SpecificationError
        If a p value is missing or not between 0 and 1.

    Notes
    -----
    Benjamini & Hochberg (1995); Benjamini, Krieger & Yekutieli (2006, doi:10.1093/biomet/93.3.491); Anderson
    (2008, doi:10.1198/016214508000000841).

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.04, 0.04]
    >>> benjamini_hochberg([0.01, 0.04, 0.03], sharpened=True).tolist()
    [0.031, 0.031, 0.031]
    """
    series = p_values if isinstance(p_values, pd.Series) else pd.Series(list(p_values), dtype=np.float64)
    values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.flatnonzero(~((values >= 0) & (values <= 1)))
    if len(wrong):
        raise SpecificationError.of(
            "robustness.p_values_outside", n=len(wrong), wrong=wrong[0], values=values[wrong[0]]
        )
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    m = len(values)
    if sharpened:
        q = np.ones(m)
        for level in np.arange(1000, 0, -1) / 1000:
            first = level / (1 + level)
            rejected = _rejected(ranked, first)
            second = np.inf if rejected == m else first * m / (m - rejected)
            q[: _rejected(ranked, second)] = level
    else:
        q = np.minimum(np.minimum.accumulate((ranked * m / np.arange(1, m + 1))[::-1])[::-1], 1.0)
    found = np.empty(m)
    found[order] = q
    return pd.Series(found, index=series.index, name="q_value")


def _rejected(ranked: NDArray[np.float64], level: float) -> int:
    below = np.flatnonzero(ranked <= level * np.arange(1, len(ranked) + 1) / len(ranked))
    return int(below[-1]) + 1 if len(below) else 0
