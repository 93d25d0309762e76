"""Small-sample rules on graphs of many components: the rank of the dummies, reghdfe's published count, pyfixest's errors.

reghdfe's count is that of its source (github.com/sergiocorreia/reghdfe, current-code/DoF.mata, read at commit 0aa858f),
written out below step by step; pyfixest 0.60.0 gave the numbers of PYFIXEST by simulate_workers.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.design.absorb import degrees_of_freedom
from tests.reference.simulate_workers import CLUSTERS, EFFECTS, worker_frame

FRAME = worker_frame()
PYFIXEST = {  # (effects, clusters) → standard error of x where K has no effects, those not nested, all
    ("worker", "worker"): (0.068666773653, 0.0687089393147, 0.0811183340992),
    ("worker", "market"): (0.0607660130935, 0.0608033271978, 0.0717849039611),
    ("worker", "year"): (0.0718588247786, 0.0848892098211, 0.0848892098211),
    ("worker firm", "worker"): (0.0711474288115, 0.07617337773, 0.092611618901),
    ("worker firm", "market"): (0.0685217780725, 0.0685638546979, 0.0891938458393),
    ("worker firm", "year"): (0.0693071331956, 0.0902161316841, 0.0902161316841),
    ("firm job", "worker"): (0.046357026497, 0.0501277239978, 0.0501277239978),
    ("firm job", "market"): (0.0511285444865, 0.0516056485518, 0.0552873590068),
    ("firm job", "year"): (0.0610966874454, 0.0660663143621, 0.0660663143621),
    ("worker firm job", "worker"): (0.070482695257, 0.0762157834841, 0.0931114022682),
    ("worker firm job", "market"): (0.0695825918112, 0.0702318991163, 0.0919223175757),
    ("worker firm job", "year"): (0.0761730231059, 0.100628629063, 0.100628629063),
    ("worker firm year", "worker"): (0.0717012482251, 0.0769831741254, 0.0937230322647),
    ("worker firm year", "market"): (0.0693717231161, 0.0695855039714, 0.0906780342716),
    ("worker firm year", "year"): (0.0701380239096, 0.0912976905743, 0.091679690948),
}
CASES = [(name, cluster) for name in EFFECTS for cluster in CLUSTERS]


def codes(column: str) -> np.ndarray:
    return pd.factorize(FRAME[column], sort=True)[0].astype(np.int64)


def mobility_groups(first: str, second: str) -> int:
    """Count the components of the graph of two effects, one search from each level that was not reached."""
    links = FRAME[[first, second]].drop_duplicates()
    firsts, seconds = links.groupby(first)[second].agg(set), links.groupby(second)[first].agg(set)
    unseen, groups = set(firsts.index), 0
    while unseen:
        groups += 1
        queue = [unseen.pop()]
        while queue:
            near = set().union(*(seconds[level] for level in firsts[queue.pop()])) & unseen
            unseen -= near
            queue += near
    return groups


def reghdfe(effects: tuple[str, ...], cluster: str | None) -> tuple[int, bool]:
    """Return df_a, the absorbed degrees of freedom of reghdfe, and whether an effect is nested in the clusters."""
    levels = {name: FRAME[name].nunique() for name in effects}
    redundant = dict.fromkeys(effects, 0)
    left = list(effects)
    if cluster is not None:  # dof_update_nested
        for name in effects:
            if FRAME.groupby(name)[cluster].nunique().max() == 1:
                redundant[name] = levels[name]
                left.remove(name)
    nested = len(left) < len(effects)
    for place, name in enumerate(
        left
    ):  # one level of each but the first, of the first too where an effect is nested
        if place > 0 or nested:
            redundant[name] = 1
    for place, first in enumerate(left):  # dof_update_mobility_group
        for second in left[place + 1 :]:
            redundant[second] = max(redundant[second], mobility_groups(first, second))
    return sum(levels.values()) - sum(redundant.values()), nested


def error(effects: tuple[str, ...], covariance) -> float:
    spec = dm.Specification("y", "x", entity="worker", fixed_effects=effects, covariance=covariance)
    return float(dm.estimate(spec, FRAME).coefficients.loc["x", "std_error"])


def clustered(cluster: str, rule: str) -> dm.Clustered:
    return dm.Clustered(cluster, small_sample=rule, wild_bootstrap=None)


def scale(parameters: int, cluster: str) -> float:
    groups = FRAME[cluster].nunique()
    return (len(FRAME) - 1) / (len(FRAME) - parameters) * groups / (groups - 1)


def test_the_graph_falls_apart():
    assert mobility_groups("worker", "firm") > 40
    assert mobility_groups("firm", "job") > 1
    assert mobility_groups("worker", "year") == 1


@pytest.mark.parametrize("name", EFFECTS)
def test_absorbed_parameters_are_the_rank_of_the_dummies_up_to_two_effects_and_a_bound_beyond(name):
    effects = EFFECTS[name]
    dummies = np.hstack([np.eye(FRAME[each].nunique())[codes(each)] for each in effects])
    rank = np.linalg.matrix_rank(dummies)
    found = degrees_of_freedom({each: codes(each) for each in effects})
    assert found == rank if len(effects) <= 2 else found >= rank
    assert found == reghdfe(effects, None)[0]


@pytest.mark.parametrize(("name", "cluster"), CASES)
def test_the_rule_stata_is_reghdfes(name, cluster):
    absorbed, nested = reghdfe(EFFECTS[name], cluster)
    # e(V) = q · M, q = (N-1)/(N - nested_adj - df_m - df_a) · G/(G-1) (Regression.mata); pyfixest's has no K but the slope.
    plain = PYFIXEST[name, cluster][0] / np.sqrt(scale(1, cluster))
    expected = plain * np.sqrt(scale(1 + absorbed + nested, cluster))
    # pyfixest leaves effects in the columns that are 1e-8 of them (its demeaner stops there).
    assert error(EFFECTS[name], clustered(cluster, "stata")) == pytest.approx(expected, rel=2e-7)


@pytest.mark.parametrize(("name", "cluster"), CASES)
def test_the_rule_fixest_is_that_of_pyfixest(name, cluster):
    expected = PYFIXEST[name, cluster][1]
    assert error(EFFECTS[name], clustered(cluster, "fixest")) == pytest.approx(expected, rel=2e-7)


@pytest.mark.parametrize(("name", "cluster"), CASES)
def test_areg_counts_every_effect_and_none_nothing(name, cluster):
    plain = error(EFFECTS[name], clustered(cluster, "none"))
    full = 1 + reghdfe(EFFECTS[name], None)[0]
    assert plain == pytest.approx(PYFIXEST[name, cluster][0] / np.sqrt(scale(1, cluster)), rel=2e-7)
    areg = error(EFFECTS[name], clustered(cluster, "areg"))
    assert areg == pytest.approx(plain * np.sqrt(scale(full, cluster)), rel=1e-10)


def test_two_effects_one_of_them_nested_are_counted_as_pyfixest_counts_them():
    # Where one effect is left there are no mobility groups to look for, and the two packages agree.
    for cluster in ("worker", "market"):
        found = error(("worker", "year"), clustered(cluster, "stata"))
        assert found == pytest.approx(error(("worker", "year"), clustered(cluster, "fixest")), rel=1e-12)


def test_the_order_of_the_nested_effect_does_not_matter():
    one, two = (
        error(each, clustered("worker", "stata")) for each in (("worker", "firm"), ("firm", "worker"))
    )
    assert one == pytest.approx(two, rel=1e-12)


def test_a_cluster_for_each_row_has_the_degrees_of_freedom_that_are_left():
    # reghdfe: e(df_r) is the smaller of G-1 and N - df_m - df_a; areg and fixest take G-1.
    frame = FRAME.assign(row=np.arange(len(FRAME)))
    spec = dm.Specification("y", "x", fixed_effects=("worker", "firm"), covariance=clustered("row", "stata"))
    left = len(frame) - 1 - reghdfe(("worker", "firm"), None)[0]
    assert dm.estimate(spec, frame).statistics["df_t"] == left
    for rule in ("areg", "fixest"):
        other = dm.estimate(spec.replace(covariance=clustered("row", rule)), frame)
        assert other.statistics["df_t"] == len(frame) - 1


def test_a_long_chain_of_movers_is_one_mobility_group():
    # Each worker links a firm with the next one; without one link there are two groups.
    workers = np.repeat(np.arange(60), 2)
    firms = np.array([[worker, worker + 1] for worker in range(60)]).ravel()
    assert degrees_of_freedom({"worker": workers, "firm": firms}) == 60 + 61 - 1
    cut = [firms[: 2 * 30], firms[2 * 30 :] + 1]
    assert degrees_of_freedom({"worker": workers, "firm": np.concatenate(cut)}) == 60 + 62 - 2
