"""Absorbed effects are the residuals on every indicator, by whichever way they are found."""

import hashlib

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from digimfg.design import effect_solver, elimination
from digimfg.design.absorb import absorb
from digimfg.design.collinearity import keep_independent
from digimfg.design.columns import side_by_side
from digimfg.design.digest import Digest


@pytest.mark.parametrize("seed", range(40))
def test_residuals_are_those_on_all_indicators(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    monkeypatch.setattr(effect_solver, "_EXACT", int(rng.choice([0, 5, 400])))
    monkeypatch.setattr(effect_solver, "_PATIENCE", int(rng.choice([1, 3, 80])))
    monkeypatch.setattr(effect_solver, "_DENSE", int(rng.choice([0, 4_000])))
    monkeypatch.setattr(effect_solver, "_CHEAP", int(rng.choice([0, 20])))
    monkeypatch.setattr(elimination, "_CELLS", int(rng.choice([0, 4])))
    n = int(rng.integers(20, 200))
    effects = [_effect(rng, n) for _ in range(int(rng.integers(1, 5)))]
    weights = rng.uniform(0.1, 5, n) if seed % 2 else None
    columns = rng.normal(size=(n, 3))
    columns[:, 0] += 10 * rng.normal(size=n)[effects[0]]
    columns[:, 1] = 1e3 + columns[:, 1] / 1e3
    indicators = np.column_stack([np.eye(code.max() + 1)[code] for code in effects])
    root = np.ones((n, 1)) if weights is None else np.sqrt(weights)[:, None]
    slopes = np.linalg.lstsq(indicators * root, columns * root, rcond=1e-11)[0]
    size = np.abs(columns).max(axis=0)
    assert np.abs((absorb(columns, effects, weights) - columns + indicators @ slopes) / size).max() < 1e-12


def test_workers_who_rarely_move_take_few_steps(monkeypatch):
    rng = np.random.default_rng(1)
    n_workers, n_firms, n_years = 20_000, 2_000, 10
    firm = np.empty((n_workers, n_years), dtype=np.int64)
    firm[:, 0] = rng.integers(0, n_firms, n_workers)
    for year in range(1, n_years):
        moves = (rng.random(n_workers) < 0.02) * rng.integers(-3, 4, n_workers)
        firm[:, year] = (firm[:, year - 1] + moves) % n_firms
    effects = [np.repeat(np.arange(n_workers), n_years), np.unique(firm.ravel(), return_inverse=True)[1]]
    steps = []
    product = effect_solver.EffectSolver._product
    monkeypatch.setattr(
        effect_solver.EffectSolver,
        "_product",
        lambda self, values: (steps.append(1), product(self, values))[1],
    )
    left = absorb(rng.normal(size=(n_workers * n_years, 2)) + effects[1][:, None], effects)
    assert len(steps) < 200
    for code in effects:
        sums = np.array([np.bincount(code, column) for column in left.T])
        assert np.abs(sums).max() < 1e-9


@pytest.mark.parametrize("rows", [3, 200_000])
def test_the_digest_is_that_of_rows(rows):
    rng = np.random.default_rng(2)
    arrays = [side_by_side([rng.normal(size=(rows, 3))]), rng.integers(0, 9, rows), None]
    whole = hashlib.sha256()
    for array in arrays[:2]:
        whole.update(repr((array.shape, array.dtype.str)).encode())
        whole.update(np.ascontiguousarray(array).tobytes())
    assert Digest(arrays).result() == whole.hexdigest()


def test_terms_after_a_nearly_collinear_one_are_still_told():
    rng = np.random.default_rng(3)
    a, b, c = rng.normal(size=(3, 400))
    columns = np.column_stack([a, a + 1e-4 * b, c, a + c, a - 1e-5 * b, b + 1e-9 * c])
    notes = []
    kept, collinear = keep_independent(tuple("abcdef"), columns, columns, None, notes, absorbing=True)
    assert kept == [0, 1, 2]
    assert list(collinear) == ["d", "e", "f"]
    assert next(note.kind for note in notes) == "nearly_collinear"


def _effect(rng, n):
    levels = int(rng.integers(1, n // 3))
    code = rng.integers(0, levels, n)
    if rng.random() < 0.4:
        code = np.sort(code)
    return np.unique(code, return_inverse=True)[1]


_LAYOUTS = {
    "units in turn": np.repeat(np.arange(5), 4),
    "units of several lengths": np.repeat(np.arange(5), [4, 3, 6, 2, 5]),
    "periods that recur": np.tile(np.arange(4), 5),
    "periods that recur but one": np.r_[np.tile(np.arange(4), 4), [0, 1, 3, 2]],
    "no order": np.array([3, 0, 2, 1, 0, 3, 3, 1, 2, 0, 1, 2, 0, 0, 3, 1, 2, 2, 1, 0]),
    "rows that are levels": np.arange(20),
    "one level": np.zeros(20, dtype=np.int64),
}


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_sums_and_rows_by_level_do_not_depend_on_how_levels_lie(layout):
    codes, column = _LAYOUTS[layout], np.random.default_rng(7).normal(size=20)
    grouped = elimination.Grouped(codes)
    assert np.allclose(grouped.sums(column), np.bincount(codes, column), rtol=0, atol=1e-14)
    values = np.arange(grouped.count) + 0.5
    assert np.array_equal(grouped.rows(values), values[codes])


@pytest.mark.parametrize("weights", [None, np.random.default_rng(8).uniform(0.1, 5, 60)])
@pytest.mark.parametrize("gone", [0, 7])
def test_balanced_and_unbalanced_panels_are_freed_alike(weights, gone):
    rng = np.random.default_rng(9)
    keep = np.sort(rng.permutation(60)[gone:])
    effects = [np.repeat(np.arange(12), 5)[keep], np.tile(np.arange(5), 12)[keep]]
    mass = None if weights is None else weights[keep]
    columns = rng.normal(size=(len(keep), 2)) + effects[0][:, None]
    indicators = np.column_stack([np.eye(code.max() + 1)[code] for code in effects])
    root = np.ones((len(keep), 1)) if mass is None else np.sqrt(mass)[:, None]
    slopes = np.linalg.lstsq(indicators * root, columns * root, rcond=1e-11)[0]
    assert np.abs(absorb(columns, effects, mass) - columns + indicators @ slopes).max() < 1e-12


@pytest.mark.parametrize("units", [3_000, 20_000])
def test_sums_by_level_have_the_same_bytes_over_threads(units):
    column = np.random.default_rng(10).normal(size=units * 10)
    layouts = [np.repeat(np.arange(units), 10), np.tile(np.arange(10), units)]
    found = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads, user_api="blas"):
            found.append([elimination.Grouped(codes).sums(column).tobytes() for codes in layouts])
    assert found[0] == found[1]
