"""Lags and leads of Westerlund's regressions by Akaike's criterion, within a range."""

import itertools

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.inference.cointegration.moments import WESTERLUND

KEYS = {"entity": "unit", "time": "year"}


def walks(seed=0, n=8, t=30, memory=0.5):
    """Return outcomes near their regressor whose changes remember, so that lags are needed."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, t)).cumsum(axis=1)
    u = np.zeros((n, t))
    for s in range(1, t):
        u[:, s] = 0.6 * u[:, s - 1] + rng.normal(size=n)
        if s > 1:
            u[:, s] += memory * (u[:, s - 1] - u[:, s - 2])
    keys = {"unit": np.repeat(np.arange(n), t), "year": np.tile(np.arange(t), n)}
    return pd.DataFrame({**keys, "x": x.ravel(), "y": (x + u).ravel()})


FRAME = walks()


def run(frame=FRAME, **options):
    options = {"test": "westerlund", "kernel_lags": 2, "draws": 0} | options
    return dm.panel_cointegration(frame, outcome="y", regressors="x", **KEYS, **options)


def criterion(part, deterministic, lags, leads, most):
    """Return Akaike's criterion of one unit's regression over the rows of the longest."""
    y, x = part["y"].to_numpy(), part["x"].to_numpy()
    dy, dx = np.diff(y), np.diff(x)
    rows = np.arange(most[0], len(dy) - most[1])
    fixed = {"none": [], "constant": [np.ones(len(rows))], "trend": [np.ones(len(rows)), rows]}[deterministic]
    columns = np.column_stack(
        [
            *fixed, y[rows], x[rows], *(dy[rows - lag] for lag in range(1, lags + 1)),
            *(dx[rows - lag] for lag in range(-leads, lags + 1)),
        ]
    )  # fmt: skip
    left = dy[rows] - columns @ np.linalg.lstsq(columns, dy[rows], rcond=None)[0]
    return len(rows) * np.log(left @ left) + 2 * columns.shape[1]


@pytest.mark.parametrize("deterministic", ["none", "constant", "trend"])
def test_each_unit_has_the_orders_of_the_least_criterion(deterministic):
    found = run(deterministic=deterministic, lags=(0, 3), leads=(0, 2)).by_entity
    for unit, part in FRAME.groupby("unit"):
        best = min(
            itertools.product(range(4), range(3)),
            key=lambda orders, part=part: criterion(part, deterministic, *orders, (3, 2)),
        )
        assert tuple(found.loc[unit, ["lags", "leads"]]) == best
    assert len(set(found["lags"])) > 1


def test_statistics_are_those_of_the_orders_chosen():
    found = run(lags=(0, 3), leads=(0, 2))
    orders = {unit: (int(row["lags"]), int(row["leads"])) for unit, row in found.by_entity.iterrows()}
    apart = {pair: run(lags=pair[0], leads=pair[1]).by_entity for pair in set(orders.values())}
    own = pd.DataFrame([apart[pair].loc[unit] for unit, pair in orders.items()])
    mean = [int(np.mean(each)) for each in zip(*orders.values(), strict=True)]
    pooled = run(lags=mean[0], leads=mean[1]).tests["value"]
    assert found.tests.loc["group_t", "value"] == pytest.approx(own["t"].mean(), rel=1e-10)
    assert found.tests.loc["group_a", "value"] == pytest.approx((own["df_resid"] * own["speed"] / own["ratio"]).mean(), rel=1e-10)  # fmt: skip
    for name in ("panel_t", "panel_a"):
        assert found.tests.loc[name, "value"] == pytest.approx(pooled[name], rel=1e-10)
    assert list(found.tests.index) == list(WESTERLUND)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_the_choice_does_not_hang_on_units(factor):
    one, other = (
        run(frame, lags=(0, 3), leads=(0, 1)) for frame in (FRAME, FRAME.assign(y=FRAME.y * factor))
    )
    assert one.by_entity[["lags", "leads"]].equals(other.by_entity[["lags", "leads"]])
    np.testing.assert_allclose(other.tests["standardized"], one.tests["standardized"], rtol=1e-8)


def test_a_range_of_one_is_that_order():
    pd.testing.assert_frame_equal(
        run(lags=(2, 2), leads=(1, 1), draws=19).tests, run(lags=2, leads=1, draws=19).tests
    )


def test_drawn_panels_choose_anew_and_units_may_differ_in_length():
    frame = FRAME[(FRAME["unit"] > 1) | (FRAME["year"] > 3)]
    one, again = (run(frame, lags=(0, 2), leads=(0, 1), draws=40, seed=3) for _ in range(2))
    assert one.tests["p_bootstrap"].between(0, 1).all()
    pd.testing.assert_frame_equal(one.tests, again.tests)
    assert noted(one.notes, "lags")


def test_levels_are_kept_where_nothing_moves_together():
    """The bootstrap with orders chosen anew rejects a true null about as often as it says."""
    found = []
    for seed in range(30):
        rng = np.random.default_rng((5, seed))
        walk = rng.normal(size=(2, 10, 25)).cumsum(axis=2)
        keys = {"unit": np.repeat(np.arange(10), 25), "year": np.tile(np.arange(25), 10)}
        frame = pd.DataFrame({**keys, "y": walk[0].ravel(), "x": walk[1].ravel()})
        found.append(run(frame, lags=(0, 1), leads=(0, 1), draws=39, seed=seed).tests["p_bootstrap"])
    # five of a hundred in 30 samples: more than six come in one of a thousand
    assert ((pd.DataFrame(found) <= 0.05).sum() <= 6).all()


@pytest.mark.parametrize("test", ["pedroni", "kao"])
def test_other_tests_take_one_order(test):
    with refused(dm.EstimationError, "inference.orders_of_regressions"):
        run(test=test, lags=(0, 2))


def test_a_range_from_more_to_less_is_refused():
    with refused(dm.EstimationError, "inference.orders_of_regressions"):
        run(lags=(2, 1))
