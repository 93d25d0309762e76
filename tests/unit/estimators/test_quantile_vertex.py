"""The interior point against the dual program: the same vertex, proven, or none."""

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.estimators.quantile import linear_program
from digimfg.estimators.quantile.interior_point import proven_vertex


def rows(n, k, seed):
    rng = np.random.default_rng(seed)
    x = np.column_stack((np.ones(n), rng.normal(size=(n, k))))
    noise = rng.standard_t(3, size=n) * np.exp(0.3 * x[:, 1])
    return x.sum(axis=1) + noise, x, rng.uniform(0.2, 3, n)


@pytest.mark.parametrize("level", [0.02, 0.3, 0.5, 0.95])
@pytest.mark.parametrize(("n", "k"), [(60, 1), (2_500, 2), (6_000, 5)])
def test_a_proven_vertex_is_that_of_the_dual_program(monkeypatch, n, k, level):
    y, x, mass = rows(n, k, seed=n + k)
    x[:, 1] *= 1e5
    x[:, 1] += 3e6
    monkeypatch.setattr(linear_program, "_FEW", n)
    expected = linear_program.quantile_slopes(y, x, level, mass)
    monkeypatch.setattr(linear_program, "_FEW", 0)
    monkeypatch.setattr(linear_program, "_dual_program", lambda *_: pytest.fail("no vertex was proven"))
    found = linear_program.quantile_slopes(y, x, level, mass)
    assert found.tolist() == pytest.approx(expected.tolist(), rel=1e-9)


def test_a_vertex_that_is_not_the_only_one_is_not_proven():
    y, x, _ = rows(4_000, 2, seed=1)
    assert proven_vertex(np.round(y), np.round(x), 0.5) is None
    assert proven_vertex(np.zeros(4_000), x, 0.5) is None
    assert proven_vertex(y, x[:, [0, 1, 1]], 0.5) is None


def test_an_indicator_of_few_rows_does_not_stop_the_interior_point():
    y, x, mass = rows(5_000, 2, seed=4)
    x[:, 2] = 0
    x[17:20, 2] = 1
    slopes = linear_program.quantile_slopes(y, x, 0.4, mass)
    exact = linear_program._dual_program(y * mass, x * mass[:, None], 0.4)
    assert slopes.tolist() == pytest.approx(exact.tolist(), rel=1e-9)


def test_rounded_outcomes_have_the_loss_of_the_dual_program():
    y, x, _ = rows(3_000, 2, seed=5)
    y, x = np.round(y), np.round(x)
    slopes = linear_program.quantile_slopes(y, x, 0.5, np.ones(3_000))
    exact = linear_program._dual_program(y, x, 0.5)
    loss = linear_program.quantile_loss
    ones = np.ones(3_000)
    assert loss(y - x @ slopes, 0.5, ones) == pytest.approx(loss(y - x @ exact, 0.5, ones), rel=1e-12)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_the_loss_of_a_constant_is_that_of_its_linear_program(level):
    y, _, mass = rows(400, 1, seed=2)
    constant = linear_program.quantile_slopes(y, np.ones((400, 1)), level, mass)[0]
    assert linear_program.constant_loss(y, level, mass) == pytest.approx(
        linear_program.quantile_loss(y - constant, level, mass), rel=1e-12
    )


def test_the_order_of_many_rows_does_not_change_quantiles():
    y, x, _ = rows(3_000, 2, seed=9)
    frame = pd.DataFrame({"y": y, "a": x[:, 1], "b": x[:, 2]})
    spec = dm.Specification("y", ("a", "b"), estimator=dm.QuantileRegression(quantile=0.3))
    shuffled = frame.sample(frac=1, random_state=0)
    assert dm.estimate(spec, shuffled).coefficients.equals(dm.estimate(spec, frame).coefficients)
