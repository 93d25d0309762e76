"""Spatial panels: determinants, effects, tests, several matrices, dynamics, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused
from scipy import sparse, stats

import digimfg as dm
from digimfg.errors import Fault
from digimfg.estimators.spatial import determinant as determinant_module
from digimfg.estimators.spatial.determinant import Determinant
from digimfg.estimators.spatial.weights import weight_matrix

DATA = Path(__file__).parents[2] / "reference" / "data"


@pytest.fixture(scope="module")
def grid():
    return pd.read_csv(DATA / "spatial_panel.csv"), pd.read_csv(DATA / "spatial_weights.csv", index_col=0)


def specification(weights, effects=("unit", "year"), terms=("x1", "x2"), **options):
    options = {"standardization": "row", "draws": 0} | options
    return dm.Specification(
        "y", terms, entity="unit", time="year", fixed_effects=effects,
        estimator=dm.SpatialPanel(weights=weights, **options),
    )  # fmt: skip


def ring(size, reach=2):
    rows = np.repeat(np.arange(size), 2 * reach)
    shifts = np.tile(np.concatenate([np.arange(1, reach + 1), -np.arange(1, reach + 1)]), size)
    return sparse.csr_array(
        (np.full(len(rows), 0.5 / reach), (rows, (rows + shifts) % size)), shape=(size, size)
    )


def test_sparse_factors_and_eigenvalues_give_one_determinant(monkeypatch):
    rng = np.random.default_rng(0)
    dense = rng.random((60, 60)) * (rng.random((60, 60)) < 0.1)
    np.fill_diagonal(dense, 0.0)
    matrix = sparse.csr_array(dense / np.maximum(dense.sum(axis=1, keepdims=True), 1e-9))
    small = Determinant((matrix,))
    bounds, values, traces = small.bounds[0], [], []
    for rho in (-0.5, 0.2, 0.9):
        values.append(small.value(np.array([rho])))
        traces.append(small.traces(np.array([rho]))[0])
    monkeypatch.setattr(determinant_module, "DENSE_UNITS", 10)
    large = Determinant((matrix,))
    assert large.eigenvalues is None
    assert large.bounds[0][1] == pytest.approx(bounds[1], rel=1e-6)
    for rho, value, trace in zip((-0.5, 0.2, 0.9), values, traces, strict=True):
        assert large.value(np.array([rho])) == pytest.approx(value, rel=1e-10)
        assert large.traces(np.array([rho]))[0] == pytest.approx(trace, rel=1e-7)
        exact = np.linalg.slogdet(np.eye(60) - rho * matrix.toarray())[1]
        assert value == pytest.approx(exact, rel=1e-10)


def test_flows_that_never_return_have_determinant_one():
    flow = sparse.csr_array(np.triu(np.ones((5, 5)), 1) / 4)
    one_way = Determinant((flow,))
    assert one_way.bounds == ((-1.0, 1.0),)
    assert one_way.value(np.array([0.7])) == pytest.approx(0.0, abs=1e-8)


def test_effects_are_averages_of_the_response_matrix(grid):
    frame, weights = grid
    result = dm.estimate(specification(weights), frame)
    w = (weights / weights.sum(axis=1).to_numpy()[:, None]).to_numpy()
    estimate = result.coefficients["estimate"]
    inverse = np.linalg.inv(np.eye(25) - estimate["rho"] * w)
    for term in ("x1", "x2"):
        response = inverse @ (estimate[term] * np.eye(25) + estimate[f"W.{term}"] * w)
        direct, total = np.trace(response) / 25, response.sum() / 25
        found = result.effects.xs(term, level="term")["estimate"]
        assert found["direct"] == pytest.approx(direct, rel=1e-10)
        assert found["total"] == pytest.approx(total, rel=1e-10)
        assert found["indirect"] == pytest.approx(total - direct, rel=1e-10)


def test_weights_that_are_not_standardised_have_exact_effects_too(grid):
    frame, weights = grid
    binary = weights * 0.2
    result = dm.estimate(specification(binary, effects=("unit",), standardization="none"), frame)
    estimate = result.coefficients["estimate"]
    w = binary.to_numpy()
    response = np.linalg.inv(np.eye(25) - estimate["rho"] * w) @ (
        estimate["x1"] * np.eye(25) + estimate["W.x1"] * w
    )
    assert result.effects.loc[("total", "x1"), "estimate"] == pytest.approx(response.sum() / 25, rel=1e-9)


def test_simulated_and_delta_errors_agree_and_are_reproducible(grid):
    frame, weights = grid
    first = dm.estimate(specification(weights, draws=4000, seed=1), frame).effects
    second = dm.estimate(specification(weights, draws=4000, seed=1), frame).effects
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    direct = first.loc["direct"]
    # 4,000 draws: standard deviations with a relative error of about one per cent
    assert direct["std_error"].to_numpy() == pytest.approx(direct["std_error_delta"].to_numpy(), rel=0.06)
    other = dm.estimate(specification(weights, draws=4000, seed=2), frame).effects
    assert not other["std_error"].equals(first["std_error"])


def test_a_durbin_model_nests_lag_and_error_models(grid):
    frame, weights = grid
    full = dm.estimate(specification(weights), frame)
    lag = dm.estimate(specification(weights, lag_regressors=False), frame)
    error = dm.estimate(
        specification(weights, lag_outcome=False, lag_regressors=False, lag_error=True), frame
    )
    level = full.statistics["log_likelihood"]
    assert full.statistics["lr_lag"] == pytest.approx(
        2 * (level - lag.statistics["log_likelihood"]), abs=1e-8
    )
    assert full.statistics["lr_error"] == pytest.approx(
        2 * (level - error.statistics["log_likelihood"]), abs=1e-8
    )
    assert full.statistics["lr_lag_p"] == pytest.approx(stats.chi2.sf(full.statistics["lr_lag"], 2))
    theta = full.coefficients["estimate"][["W.x1", "W.x2"]]
    spread = full.covariance_matrix.loc[theta.index, theta.index]
    assert full.statistics["wald_lag"] == pytest.approx(theta @ np.linalg.solve(spread, theta), rel=1e-10)
    choice = full.tables["model_choice"]
    assert {"lm_lag", "lm_error", "robust_lm_lag", "robust_lm_error", "wald_error", "hausman"} <= set(
        choice.index
    )


def test_a_slx_model_is_least_squares_with_lagged_regressors(grid):
    import statsmodels.formula.api as smf

    frame, weights = grid
    result = dm.estimate(specification(weights, lag_outcome=False), frame)
    w = (weights / weights.sum(axis=1).to_numpy()[:, None]).to_numpy()
    ordered = frame.sort_values(["year", "unit"]).reset_index(drop=True)
    for name in ("x1", "x2"):
        ordered[f"w{name}"] = (ordered[name].to_numpy().reshape(6, 25) @ w.T).ravel()
    fit = smf.ols("y ~ x1 + x2 + wx1 + wx2 + C(unit) + C(year)", ordered).fit()
    wanted = fit.params[["x1", "x2", "wx1", "wx2"]].to_numpy()
    assert result.coefficients["estimate"].to_numpy() == pytest.approx(wanted, rel=1e-8)
    indirect = result.effects.loc["indirect", "estimate"].to_numpy()
    assert indirect == pytest.approx(wanted[2:], rel=1e-8)  # rows of W sum to one


def test_lee_and_yu_change_the_variance_with_unit_effects_and_rho_with_year_effects(grid):
    frame, weights = grid
    for effects, same in ((("unit",), True), (("unit", "year"), False)):
        plain = dm.estimate(specification(weights, effects=effects), frame)
        corrected = dm.estimate(specification(weights, effects=effects, bias_correction="lee_yu"), frame)
        if same:
            assert corrected.statistics["rho"] == pytest.approx(plain.statistics["rho"], rel=1e-9)
            ratio = corrected.statistics["sigma2"] / plain.statistics["sigma2"]
            assert ratio == pytest.approx(6 / 5, rel=1e-9)
        else:
            assert corrected.statistics["rho"] > plain.statistics["rho"]


def test_random_effects_without_space_are_those_of_maximum_likelihood_in_closed_form():
    from scipy import optimize

    rng = np.random.default_rng(3)
    n_units, n_periods = 30, 5
    x = rng.normal(size=(n_periods, n_units))
    y = 1.0 + 2.0 * x + 0.8 * rng.normal(size=n_units) + rng.normal(size=(n_periods, n_units))
    frame = pd.DataFrame(
        {"unit": np.tile(np.arange(n_units), n_periods), "year": np.repeat(np.arange(n_periods), n_units),
         "y": y.ravel(), "x": x.ravel()}
    )  # fmt: skip
    model = dm.Specification(
        "y", ("x",), entity="unit", time="year",
        estimator=dm.SpatialPanel(
            weights=ring(n_units), lag_outcome=False, lag_regressors=False, effects="random", draws=0
        ),
    )  # fmt: skip
    result = dm.estimate(model, frame)

    def minus_log_likelihood(theta):
        a, b, log_s, log_m = theta
        spread = np.exp(2 * log_s) * np.eye(n_periods) + np.exp(2 * log_m) * np.ones((n_periods, n_periods))
        return -stats.multivariate_normal(np.zeros(n_periods), spread).logpdf((y - a - b * x).T).sum()

    best = optimize.minimize(minus_log_likelihood, [1.0, 2.0, 0.0, 0.0], method="BFGS")
    assert result.statistics["log_likelihood"] == pytest.approx(-best.fun, abs=1e-6)
    assert result.coefficients.loc["x", "estimate"] == pytest.approx(best.x[1], abs=1e-4)
    assert result.statistics["sigma2_entity"] == pytest.approx(np.exp(2 * best.x[3]), rel=1e-3)


def test_random_effects_may_stand_beside_an_intercept_for_each_period(grid):
    frame, weights = grid
    both = dm.estimate(specification(weights, effects=("year",)).replace(
        estimator=dm.SpatialPanel(weights=weights, standardization="row", effects="random", draws=0)), frame)  # fmt: skip
    spelled = dm.estimate(specification(weights, effects=(), terms=("x1", "x2", "i(year)")).replace(
        estimator=dm.SpatialPanel(weights=weights, standardization="row", effects="random", draws=0,
                                  lag_regressors=("x1", "x2"))), frame)  # fmt: skip
    terms = ["x1", "x2", "W.x1", "W.x2", "rho"]
    assert set(both.coefficients.index) == {*terms, "Intercept"}
    expected = spelled.coefficients.loc[terms, "estimate"].to_numpy()
    assert both.coefficients.loc[terms, "estimate"].to_numpy() == pytest.approx(expected, rel=1e-6)
    assert both.statistics["log_likelihood"] == pytest.approx(spelled.statistics["log_likelihood"], abs=1e-8)
    assert set(both.effects.index.get_level_values("term")) == {"x1", "x2"}


def simulate(matrices, rho, theta, seed, n_periods=12, past=None):
    rng = np.random.default_rng(seed)
    n_units = next(iter(matrices.values())).shape[0]
    names = [f"p{i:03d}" for i in range(n_units)]
    system = np.eye(n_units) - sum(r * m for r, m in zip(rho, matrices.values(), strict=True))
    unit = rng.normal(size=n_units)
    rows, previous = [], np.zeros(n_units)
    for t in range(n_periods + 20):
        x = rng.normal(size=n_units)
        mean = x + sum(c * m @ x for c, m in zip(theta, matrices.values(), strict=True)) + unit + np.sin(t)
        if past is not None:
            mean = mean + past[0] * previous + past[1] * next(iter(matrices.values())) @ previous
        previous = np.linalg.solve(system, mean + 0.5 * rng.normal(size=n_units))
        if t >= 20:
            rows.append(pd.DataFrame({"unit": names, "year": 2000 + t, "y": previous, "x": x}))
    return pd.concat(rows), {k: pd.DataFrame(m, index=names, columns=names) for k, m in matrices.items()}


def test_directed_weights_tell_spillover_from_backwash():
    n_units, n_core = 40, 12
    base = ring(n_units, 4).toarray()
    core = np.arange(n_units) < n_core
    down = base * np.outer(~core, core)  # periphery looks at core
    up = base * np.outer(core, ~core)
    matrices = {"core to periphery": down, "periphery to core": up}
    frame, weights = simulate(matrices, (0.5, -0.4), (0.8, -0.6), seed=1, n_periods=25)
    model = dm.Specification(
        "y", ("x",), entity="unit", time="year", fixed_effects=("unit", "year"),
        estimator=dm.SpatialPanel(weights=weights, draws=200, islands="keep"),
    )  # fmt: skip
    result = dm.estimate(model, frame)
    estimate, error = result.coefficients["estimate"], result.coefficients["std_error"]
    for name, value in {
        "rho[core to periphery]": 0.5, "rho[periphery to core]": -0.4,
        "W[core to periphery].x": 0.8, "W[periphery to core].x": -0.6,
    }.items():  # fmt: skip
        assert abs(estimate[name] - value) < 3 * error[name]
    indirect = result.effects["estimate"]
    assert indirect["indirect[core to periphery]", "x"] > 0 > indirect["indirect[periphery to core]", "x"]


def test_indirect_effects_through_several_matrices_add_up_also_where_their_links_overlap(grid):
    frame, weights = grid
    near = weights.to_numpy()
    far = (near @ near > 0) * 1.0 + 0.5 * near  # touches every neighbour of `near` too
    np.fill_diagonal(far, 0.0)
    matrices = {"near": weights, "far": pd.DataFrame(far, index=weights.index, columns=weights.columns)}
    result = dm.estimate(specification(matrices), frame)
    effects = result.effects["estimate"]
    for term in ("x1", "x2"):
        parts = effects["indirect[near]", term], effects["indirect[far]", term]
        assert sum(parts) == pytest.approx(effects["indirect", term], rel=1e-10)
        assert parts[0] != pytest.approx(parts[1])


def test_incomplete_units_are_left_out_with_a_note_where_asked(grid):
    frame, weights = grid
    holed = frame.drop(index=frame.index[[3, 60]])
    lost = sorted(set(frame["unit"].iloc[[3, 60]]))
    with refused(dm.DigimfgError, "spatial.not_balanced"):
        dm.estimate(specification(weights), holed)
    result = dm.estimate(specification(weights, incomplete="drop", islands="keep"), holed)
    smaller = dm.estimate(specification(weights, islands="keep"), frame[~frame["unit"].isin(lost)])
    assert result.coefficients["estimate"].to_list() == smaller.coefficients["estimate"].to_list()
    assert result.statistics["n_entities"] == 25 - len(lost)
    assert any(f"{len(lost)} units that miss a period" in note.en for note in result.notes)


def test_a_process_that_is_not_stable_has_no_long_run_effects():
    frame, weights = simulate({"W": ring(36).toarray()}, (0.3,), (0.2,), 3, n_periods=10, past=(0.95, 0.2))
    model = dm.Specification(
        "y", ("L.y", "x"), entity="unit", time="year", fixed_effects=("unit", "year"),
        estimator=dm.SpatialPanel(weights=weights["W"], bias_correction="lee_yu", draws=0),
    )  # fmt: skip
    result = dm.estimate(model, frame)
    kinds = set(result.effects.index.get_level_values("effect"))
    assert kinds == {"direct", "indirect", "total"}
    assert any("not stable" in note.en for note in result.notes)


def test_one_matrix_twice_over_two_halves_is_the_one_matrix_model(grid):
    """Two matrices that add up to W, with equal coefficients, are W: the likelihood of the split can only be higher."""
    frame, weights = grid
    rows = np.arange(25) < 12
    halves = {"a": weights * rows[:, None], "b": weights * ~rows[:, None]}
    split = dm.estimate(specification(halves), frame)
    whole = dm.estimate(specification(weights), frame)
    assert split.statistics["log_likelihood"] >= whole.statistics["log_likelihood"] - 1e-8
    assert {"rho[a]", "rho[b]", "W[a].x1", "W[b].x2"} <= set(split.coefficients.index)


def test_a_dynamic_model_is_corrected_and_has_short_and_long_run_effects():
    estimates = {None: [], "lee_yu": []}
    for seed in range(12):
        frame, weights = simulate(
            {"W": ring(36).toarray()}, (0.3,), (0.2,), seed, n_periods=10, past=(0.4, -0.1)
        )
        for correction, found in estimates.items():
            model = dm.Specification(
                "y", ("L.y", "x"), entity="unit", time="year", fixed_effects=("unit", "year"),
                estimator=dm.SpatialPanel(weights=weights["W"], bias_correction=correction, draws=0),
            )  # fmt: skip
            result = dm.estimate(model, frame)
            found.append(result.coefficients.loc["L.y", "estimate"])
    # tau = 0.4; the mean of 12 samples has a standard error near 0.012
    assert np.mean(estimates[None]) < np.mean(estimates["lee_yu"]) - 0.02
    assert np.mean(estimates["lee_yu"]) == pytest.approx(0.4, abs=0.04)
    effects = result.effects["estimate"]
    tau, eta, rho = (result.coefficients.loc[name, "estimate"] for name in ("L.y", "W.L.y", "rho"))
    beta, theta = (result.coefficients.loc[name, "estimate"] for name in ("x", "W.x"))
    assert effects["total", "x"] == pytest.approx((beta + theta) / (1 - rho), rel=1e-9)
    assert effects["long run total", "x"] == pytest.approx((beta + theta) / (1 - tau - rho - eta), rel=1e-9)


def test_labels_of_weights_decide_not_their_order(grid):
    frame, weights = grid
    mixed = weights.sample(frac=1.0, random_state=1)
    mixed = mixed.loc[:, weights.sample(frac=1.0, random_state=2).index]
    first, second = (dm.estimate(specification(w), frame).coefficients for w in (weights, mixed))
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    array = dm.estimate(specification(weights.to_numpy()), frame)
    pd.testing.assert_frame_equal(first, array.coefficients)
    assert noted(array.notes, "weights")


def test_libpysal_weights_are_taken_with_their_labels(grid):
    libpysal_weights = pytest.importorskip("libpysal.weights")
    frame, weights = grid
    neighbours = {unit: list(weights.columns[weights.loc[unit] > 0]) for unit in weights.index}
    found = dm.estimate(specification(libpysal_weights.W(neighbours)), frame)
    pd.testing.assert_frame_equal(found.coefficients, dm.estimate(specification(weights), frame).coefficients)


def test_units_beyond_the_sample_leave_the_weights_with_a_note(grid):
    frame, weights = grid
    result = dm.estimate(specification(weights), frame[frame["unit"] != "u25"])
    assert noted(result.notes, "left_out", n=1)


def test_weights_are_values_that_can_be_compared_and_written(grid):
    _, weights = grid
    first, second = dm.SpatialPanel(weights=weights), dm.SpatialPanel(weights=weights.copy())
    assert first == second
    assert hash(first.weights) == hash(second.weights)
    assert first != dm.SpatialPanel(weights=weights * 2)
    from digimfg.replication.serialise import from_plain, to_plain

    assert from_plain(to_plain(first)) == first


def test_bad_weights_are_named(grid):
    frame, weights = grid
    with refused(dm.EstimationError, "spatial.order_of_weights", n=25):
        dm.estimate(specification(np.ones((3, 3)) - np.eye(3)), frame)
    with refused(dm.EstimationError, "spatial.units_without_row", missing=("u25",)):
        dm.estimate(specification(weights.iloc[:-1, :-1]), frame)
    island = weights.copy()
    island.loc["u07"] = 0
    with refused(dm.EstimationError, "spatial.units_without_neighbours", alone=("u07",)):
        dm.estimate(specification(island), frame)
    kept = dm.estimate(specification(island, islands="keep", effects=("unit",)), frame)
    assert noted(kept.notes, "no_neighbours")
    own = weights.astype(float)
    own.loc["u03", "u03"] = 1.0
    with refused(dm.EstimationError, "spatial.weights_of_own", count=1, first="u03 → u03: 1"):
        dm.SpatialPanel(weights=own)
    with refused(dm.EstimationError, "spatial.weights_not_finite"):
        dm.SpatialPanel(weights=weights.astype(float).replace(1.0, np.nan))
    with refused(dm.EstimationError, "spatial.labels_of_sides_differ"):
        dm.SpatialPanel(weights=weights.rename(columns={"u01": "elsewhere"}))
    with refused(dm.EstimationError, "spatial.weights_not_square"):
        weight_matrix(np.ones((2, 3)))


def test_an_unbalanced_panel_is_refused_with_its_units(grid):
    frame, weights = grid
    with refused(dm.EstimationError, "spatial.not_balanced", n_periods=6, listed=("u02 (5/6)",)):
        dm.estimate(specification(weights), frame[~((frame["unit"] == "u02") & (frame["year"] == 2003))])


def test_a_coefficient_at_its_bound_is_refused(grid):
    frame, weights = grid
    w = (weights / weights.sum(axis=1).to_numpy()[:, None]).to_numpy()
    common = frame.sort_values(["year", "unit"]).copy()
    walk = np.cumsum(np.ones(6))[:, None] * np.ones(25) * 100 + 1e-6 * np.random.default_rng(0).normal(
        size=(6, 25)
    )
    common["y"] = (walk @ w.T).ravel()
    with refused(dm.EstimationError, "spatial.maximum_at_bound"):
        dm.estimate(specification(weights, effects=("unit",), lag_regressors=False), common)


@pytest.mark.parametrize(
    ("options", "effects", "kind"),
    [
        ({"bias_correction": "lee_yu"}, (), "spatial.correction_without_effects"),
        (
            {"bias_correction": "lee_yu", "standardization": "none"},
            ("unit", "year"),
            "spatial.row_sums_differ",
        ),
        ({"lag_regressors": ("x3",)}, ("unit",), Fault.of("spatial.lag_regressors_unknown", unknown=("x3",))),
        ({}, ("region",), Fault.of("estimators.other_fixed_effects", effects="region")),
    ],
)
def test_what_does_not_fit_is_refused(grid, options, effects, kind):
    frame, weights = grid
    with refused(dm.SpecificationError, kind):
        dm.estimate(specification(weights, effects=effects, **options), frame.assign(region=1))


def test_errors_with_year_effects_are_exact_for_weights_with_unequal_rows(grid):
    """The filtered intercept of a year is not a constant then; the likelihood is that of explicit dummies."""
    frame, weights = grid
    uneven = weights * np.linspace(0.05, 0.3, 25)[:, None]
    model = specification(
        uneven, standardization="none", lag_outcome=False, lag_regressors=False, lag_error=True
    )
    result = dm.estimate(model, frame)
    value = result.statistics["lambda"]
    w = uneven.to_numpy()
    ordered = frame.sort_values(["year", "unit"])
    y, x = ordered["y"].to_numpy().reshape(6, 25), ordered[["x1", "x2"]].to_numpy().reshape(6, 25, 2)
    units = np.tile(np.eye(25), (6, 1, 1))
    years = np.repeat(np.eye(6)[:, None, 1:], 25, axis=1)
    everything = np.concatenate([x, units, years], axis=2)

    def level(parameter):
        filter_ = np.eye(25) - parameter * w
        columns = np.einsum("ij,tjk->tik", filter_, everything).reshape(150, -1)
        outcome = (y @ filter_.T).ravel()
        left = outcome - columns @ np.linalg.lstsq(columns, outcome, rcond=None)[0]
        return -75 * np.log(left @ left / 150) + 6 * np.linalg.slogdet(filter_)[1]

    assert level(value) > max(level(value - 0.01), level(value + 0.01))
    assert result.statistics["log_likelihood"] == pytest.approx(
        level(value) - 75 * (np.log(2 * np.pi) + 1), abs=1e-8
    )


def test_a_large_sparse_panel_takes_the_sparse_path(monkeypatch):
    frame, weights = simulate({"W": ring(80, 3).toarray()}, (0.4,), (0.3,), seed=2, n_periods=6)
    model = dm.Specification(
        "y", ("x",), entity="unit", time="year", fixed_effects=("unit", "year"),
        estimator=dm.SpatialPanel(weights=weights["W"], draws=200),
    )  # fmt: skip
    small = dm.estimate(model, frame)
    monkeypatch.setattr(determinant_module, "DENSE_UNITS", 20)
    large = dm.estimate(model, frame)
    assert large.statistics["rho"] == pytest.approx(small.statistics["rho"], abs=1e-8)
    assert large.effects.to_numpy() == pytest.approx(small.effects.to_numpy(), abs=1e-6)


def two_neighbours(n):
    return pd.DataFrame((np.roll(np.eye(n), 1, 1) + np.roll(np.eye(n), -1, 1)) / 2, range(n), range(n))


def dynamic_frame(tau, eta, rho, seed, weights, periods=8):
    rng = np.random.default_rng(seed)
    n = len(weights)
    matrix = weights.to_numpy()
    inverse = np.linalg.inv(np.eye(n) - rho * matrix)
    y, effect, parts = rng.normal(size=n), rng.normal(size=n), []
    for year in range(periods + 10):
        x = rng.normal(size=n)
        y = inverse @ (tau * y + eta * matrix @ y + x + effect + rng.normal(size=n))
        if year >= 10:
            parts.append(pd.DataFrame({"unit": range(n), "year": year, "y": y, "x": x}))
    return pd.concat(parts, ignore_index=True)


def dynamic(frame, weights, effects, correction):
    spec = dm.Specification(
        "y", ("L.y", "x"), entity="unit", time="year", fixed_effects=effects,
        estimator=dm.SpatialPanel(weights=weights, lag_regressors=("L.y",), bias_correction=correction, draws=0),
    )  # fmt: skip
    return dm.estimate(spec, frame)


@pytest.mark.parametrize("effects", [("unit",), ("unit", "year")])
@pytest.mark.parametrize("seed", range(4))
def test_a_correction_outside_the_stable_region_is_refused(effects, seed):
    """Here it gave a lag of 1.5 beside 2.0 for its spatial lag, or turned the sign of one."""
    weights = two_neighbours(30)
    frame = dynamic_frame(0.9, 0.05, 0.1, seed, weights)
    plain, asked = (dynamic(frame, weights, effects, correction) for correction in (None, "lee_yu"))
    refused = [note for note in asked.notes if "Bias correction refused" in note.en]
    assert len(refused) == 1
    assert "未作偏差校正" in refused[0].zh
    assert "largest root" in refused[0].en
    pd.testing.assert_frame_equal(asked.coefficients, plain.coefficients)


@pytest.mark.parametrize("effects", [("unit",), ("unit", "year")])
def test_a_correction_inside_it_is_made(effects):
    weights = two_neighbours(30)
    frame = dynamic_frame(0.5, 0.1, 0.2, 0, weights)
    plain, asked = (dynamic(frame, weights, effects, correction) for correction in (None, "lee_yu"))
    assert asked.coefficients.loc["L.y", "estimate"] > plain.coefficients.loc["L.y", "estimate"] + 0.05
    assert "bias correction of Yu, de Jong and Lee" in " ".join(
        note.en.lower() for note in asked.notes
    ).replace("yu, de jong and lee", "Yu, de Jong and Lee")


def test_a_root_that_period_effects_take_does_not_refuse_it():
    """All units share a trend that explodes; what period effects leave is stable."""
    rng = np.random.default_rng(0)
    weights = pd.DataFrame(rng.uniform(size=(30, 30)) * (1 - np.eye(30)), range(30), range(30))
    weights = weights.div(weights.sum(axis=1), axis=0)
    frame = dynamic_frame(0.5, 0.3, 0.25, 1, weights)
    asked = dynamic(frame, weights, ("unit", "year"), "lee_yu")
    assert not [note for note in asked.notes if "refused" in note.en]
    assert asked.coefficients.loc["L.y", "estimate"] == pytest.approx(0.5, abs=0.12)


def test_a_correction_across_missing_years_is_refused():
    weights = two_neighbours(30)
    frame = dynamic_frame(0.5, 0.1, 0.2, 0, weights, periods=12)
    frame = frame[frame["year"] != 15]
    plain, asked = (dynamic(frame, weights, ("unit",), correction) for correction in (None, "lee_yu"))
    assert [note for note in asked.notes if "refused" in note.en and "2 periods without data" in note.en]
    pd.testing.assert_frame_equal(asked.coefficients, plain.coefficients)


def transformed_likelihood(frame, weights, entity):
    """The likelihood of Lee and Yu's transformed observations, written out."""
    from scipy import linalg

    basis = linalg.helmert(len(weights))
    inner = basis @ weights.to_numpy() @ basis.T
    columns = [
        frame.pivot_table(index="year", columns="unit", values=v).to_numpy() @ basis.T for v in ("y", "x")
    ]
    if entity:
        columns = [linalg.helmert(len(values)) @ values for values in columns]

    def value(error):
        filtered = np.eye(len(inner)) - error * inner
        y, x = ((values @ filtered.T).ravel() for values in columns)
        rest = y - x * (x @ y) / (x @ x)
        return len(columns[0]) * np.linalg.slogdet(filtered)[1] - len(rest) / 2 * np.log(
            rest @ rest / len(rest)
        )

    return value


@pytest.mark.parametrize("entity", [True, False])
@pytest.mark.parametrize(("error", "seed"), [(0.3, 0), (0.9, 1), (1.0, 2), (1.1, 2), (1.2, 1)])
def test_the_transformed_likelihood_of_errors_goes_beyond_one(entity, error, seed):
    from scipy import linalg

    rng = np.random.default_rng(seed)
    n, matrix = 20, np.zeros((20, 20))
    for unit in range(n):
        matrix[unit, rng.choice([k for k in range(n) if k != unit], 4, replace=False)] = 0.25
    basis = linalg.helmert(n)
    inner = np.eye(n - 1) - error * basis @ matrix @ basis.T
    parts = []
    for year in range(8):
        x = rng.normal(size=n)
        noise = basis.T @ np.linalg.solve(inner, rng.normal(size=n - 1))
        parts.append(pd.DataFrame({"unit": range(n), "year": year, "x": x, "y": x + noise + year}))
    frame, weights = pd.concat(parts, ignore_index=True), pd.DataFrame(matrix, range(n), range(n))
    spec = dm.Specification(
        "y", "x", entity="unit", time="year", fixed_effects=("unit", "year") if entity else "year",
        estimator=dm.SpatialPanel(weights=weights, lag_outcome=False, lag_regressors=False, lag_error=True,
                                  bias_correction="lee_yu", draws=0),
    )  # fmt: skip
    found = dm.estimate(spec, frame).coefficients.loc["lambda"]
    value = transformed_likelihood(frame, weights, entity)
    grid = np.linspace(-1.5, 1.8, 3301)
    best = grid[np.argmax([value(point) for point in grid])]
    assert found["estimate"] == pytest.approx(best, abs=2e-3)
    step = 1e-3
    curvature = (value(best + step) - 2 * value(best) + value(best - step)) / step**2
    assert found["std_error"] == pytest.approx(1 / np.sqrt(-curvature), rel=0.15)
