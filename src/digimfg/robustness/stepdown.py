"""Romano and Wolf's stepdown over coefficients of equations whose samples, and whose frames, may differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.covariance import WildWeights
from digimfg.design import build_design
from digimfg.errors import SpecificationError
from digimfg.inference.terms_of_design import term_place
from digimfg.inference.wild_draws import sample_variance, wild_draws
from digimfg.inference.wild_p_values import standard_error, wild_equation
from digimfg.inference.wild_weights import choose_weights, enumerates, weight_blocks
from digimfg.notes import note_of

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.specification import Specification

__all__ = ["Hypothesis", "Stepdown", "stepdown"]

Floats = NDArray[np.float64]

_TIE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Hypothesis:
    """Name a coefficient that is zero under the null: least squares with clustered errors.

    Parameters
    ----------
    specification, term, frame
        Where it is estimated.
    cluster
        Column whose values share a weight: the same value of the same column has the same weight in every
        equation.
    """

    specification: Specification
    term: str
    frame: pd.DataFrame
    cluster: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Stepdown:
    """Hold ``outcome term estimate statistic p_value p_value_adjusted`` by hypothesis, and two counts."""

    table: pd.DataFrame
    draws: int
    n_clusters: int


def stepdown(
    hypotheses: Mapping[str, Hypothesis], *, draws: int, weights: WildWeights | None, seed: int, where: str
) -> Stepdown:
    """Return p values alone and adjusted, as `dm.romano_wolf` explains."""
    designs = _designs(hypotheses)
    groups, count = _shared_groups(hypotheses, designs, where)
    chosen = choose_weights(weights, count)
    equations = {key: wild_equation(design) for key, design in designs.items()}
    rows, statistics = [], []
    for each in hypotheses.values():
        key = _key(each)
        equation, place = equations[key], term_place(designs[key], each.term)
        present, own = np.unique(groups[key], return_inverse=True)
        blocks = (block[:, present] for block in weight_blocks(chosen, draws, count, seed))
        found = wild_draws(equation, place, own, len(present), blocks, every_null=False).statistics(0.0)
        # A draw without a positive variance counts as extreme.
        statistics.append(np.where(np.isfinite(found), np.abs(found), np.inf))
        estimate = float(equation.fit.estimates[place])
        error = standard_error(sample_variance(equation, place), each.term)
        rows.append((each.specification.outcome, each.term, estimate, estimate / error))
    table = pd.DataFrame(
        rows,
        columns=["outcome", "term", "estimate", "statistic"],
        index=pd.Index(list(hypotheses), name="hypothesis"),
    )
    star = np.column_stack(statistics)
    own_draw = 0 if enumerates(chosen, draws, count) else 1
    observed = np.abs(table["statistic"].to_numpy(dtype=np.float64))
    table["p_value"] = [_share(star[:, [j]], observed[j], own_draw) for j in range(len(table))]
    table["p_value_adjusted"] = _adjusted(star, observed, own_draw)
    return Stepdown(table=table, draws=len(star), n_clusters=count)


Key = tuple["Specification", int, str]


def _key(hypothesis: Hypothesis) -> Key:
    return hypothesis.specification, id(hypothesis.frame), hypothesis.cluster


def _designs(hypotheses: Mapping[str, Hypothesis]) -> dict[Key, Design]:
    found: dict[Key, Design] = {}
    for each in hypotheses.values():
        if _key(each) not in found:
            found[_key(each)] = build_design(each.specification, each.frame)
    return found


def _shared_groups(
    hypotheses: Mapping[str, Hypothesis], designs: Mapping[Key, Design], where: str
) -> tuple[dict[Key, NDArray[np.int64]], int]:
    """Return codes of the clusters of each equation's rows, the same in all, and their number."""
    names = {_key(each): each.cluster for each in hypotheses.values()}
    clusters = note_of("robustness.place_of_clusters", where=where)
    columns = {
        key: design.evaluator.column(names[key], clusters).iloc[design.rows].astype(object)
        for key, design in designs.items()
    }
    found: dict[Key, NDArray[np.int64]] = {}
    count = 0
    for name in dict.fromkeys(names.values()):
        own = {key: column for key, column in columns.items() if names[key] == name}
        codes, values = pd.factorize(pd.concat(list(own.values()), ignore_index=True), sort=True)
        if (codes < 0).any() or len(values) < 2:
            raise SpecificationError.of("robustness.too_few_clusters", name=name, n=len(values))
        splits = np.cumsum([len(column) for column in own.values()])[:-1]
        parts = np.split(codes.astype(np.int64) + count, splits)
        found |= dict(zip(own, parts, strict=True))
        count += len(values)
    return found, count


def _share(star: Floats, observed: float, own: int) -> float:
    extreme = int(np.count_nonzero(star.max(axis=1) >= observed * (1 - _TIE)))
    return (extreme + own) / (len(star) + own)


def _adjusted(star: Floats, observed: Floats, own: int) -> Floats:
    order = np.argsort(-observed, kind="stable")
    adjusted = np.empty(len(observed))
    last = 0.0
    for step, place in enumerate(order):
        last = max(last, _share(star[:, order[step:]], observed[place], own))
        adjusted[place] = last
    return adjusted
