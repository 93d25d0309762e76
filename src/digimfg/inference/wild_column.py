"""Wild-bootstrap p values beside the clustered ones of a least-squares result with few clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.inference.covariance import Clustered
from digimfg.inference.wild_p_values import wild_equation, wild_p_value
from digimfg.inference.wild_weights import choose_weights, enumerates
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.inference.linear_fit import LinearFit

__all__ = ["WILD_P_VALUE", "wild_column"]

Floats = NDArray[np.float64]

WILD_P_VALUE = "wild_bootstrap_p_value"

_MOST_LEVELS = 1_500

_NAMES = {
    "rademacher": Text("Rademacher", "Rademacher"),
    "webb": Text("Webb", "Webb"),
    "mammen": Text("Mammen", "Mammen"),
}


def wild_column(design: Design, fit: LinearFit) -> tuple[dict[str, Floats], tuple[Text, ...]]:
    """Return the column of p values, NaN for controls and the constant, and the note that names its making.

    Nothing where the covariance is not clustered, its ``wild_bootstrap`` is ``None``, or there are enough clusters; a note
    alone where the effects but the largest have more than 1,500 levels.
    """
    covariance = design.specification.covariance
    if not isinstance(covariance, Clustered) or covariance.wild_bootstrap is None:
        return {}, ()
    options = covariance.wild_bootstrap
    way = min(design.clusters, key=lambda name: int(design.clusters[name].max()))
    groups = design.clusters[way]
    count = int(groups.max()) + 1
    if options.fewer_than is not None and count >= options.fewer_than:
        return {}, ()
    levels = sorted(int(codes.max()) + 1 for codes in design.effects.values())
    if sum(levels[:-1]) > _MOST_LEVELS:
        return {}, (
            Text(
                f"With {count} clusters a wild cluster bootstrap is advised; with so many fixed effects it takes long and is "
                "left to dm.wild_cluster_bootstrap",
                f"聚类数仅 {count}，宜采用 wild cluster bootstrap；固定效应过多、耗时较长，请调用 dm.wild_cluster_bootstrap",
            ),
        )
    equation = wild_equation(design, fit)
    wanted = {name for term in design.specification.regressors for name in design.evaluator(term).names}
    values = np.full(len(design.terms), np.nan)
    for place, term in enumerate(design.terms):
        if term in wanted:
            values[place] = wild_p_value(
                equation, place, groups, options.weights, options.draws, options.seed
            )
    chosen = choose_weights(options.weights, count)
    name = _NAMES[chosen]
    how = (
        Text(f"all {2**count:,} vectors of signs", f"全部 {2**count:,} 个符号向量")
        if enumerates(chosen, options.draws, count)
        else Text(
            f"{name.en} weights, {options.draws:,} draws, seed {options.seed}",
            f"{name.zh} 权重，{options.draws:,} 次抽样，种子 {options.seed}",
        )
    )
    return {WILD_P_VALUE: values}, (
        Text(
            f"Wild cluster bootstrap: null imposed, {count} clusters, {how.en}",
            f"Wild cluster bootstrap：施加原假设，{count} 个聚类，{how.zh}",
        ),
    )
