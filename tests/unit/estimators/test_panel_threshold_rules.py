"""Panel thresholds: search, bootstrap, intervals, kinks, and what is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.estimators.threshold.bootstrap import unit_patterns
from digimfg.estimators.threshold.notes import interval_notes
from digimfg.estimators.threshold.search import candidate_positions, demean
from digimfg.estimators.threshold.sequence import Panel, find_thresholds

DATA = Path(__file__).parents[2] / "reference" / "data" / "threshold_panel.csv"


@pytest.fixture(scope="module")
def panel():
    return pd.read_csv(DATA)


def specification(**options):
    options = {"threshold_variable": "q", "regime_dependent": "x", "trim": 0.05, "replications": 0} | options
    return dm.Specification(
        "y", ("x", "z"), entity="unit", time="year", estimator=dm.PanelThreshold(**options)
    )


def brute_force(panel, fixed, candidates):
    return np.array([panel.sum_of_squares((*fixed, value)) for value in candidates])


@pytest.mark.parametrize(("kink", "fixed"), [(False, ()), (False, (0.5,)), (True, ())])
def test_every_candidate_has_the_sum_of_squares_of_its_own_regression(kink, fixed):
    rng = np.random.default_rng(2)
    counts = rng.integers(2, 7, 15)
    entity = np.repeat(np.arange(15), counts)
    n = len(entity)
    q = np.round(rng.random(n), 2)  # ties
    regime = rng.normal(size=(n, 2)) + 3.0
    arrays = Panel(
        outcome=demean(rng.normal(size=n), entity),
        common=demean(rng.normal(size=(n, 2)), entity),
        regime=regime,
        threshold=q,
        entity=entity,
        trims=(0.1, 0.1),
        grid=None,
        kink=kink,
    )
    scan = arrays.scan(fixed, 1 + len(fixed))
    gains = scan.gains(arrays.outcome[None, :])[0]
    expected = arrays.sum_of_squares(fixed) - brute_force(arrays, fixed, scan.candidates)
    assert gains == pytest.approx(expected, abs=1e-9)


def test_candidates_keep_the_least_share_of_rows_in_every_regime():
    q = np.arange(100.0)
    found = candidate_positions(q, 0.1, None)
    assert (found.min(), found.max()) == (9.0, 89.0)
    beside = candidate_positions(q, 0.1, None, fixed=(49.0,))
    assert not np.any((beside > 39) & (beside < 59))
    assert len(candidate_positions(q, 0.1, 5)) == 5


def test_units_seen_in_the_same_periods_share_a_pattern():
    entity = np.array([0, 0, 1, 1, 2, 2])
    assert unit_patterns(entity, np.array([1, 2, 1, 2, 1, 3])).tolist() == [0, 0, 1]


def test_the_bootstrap_is_reproducible_and_finds_the_thresholds(panel):
    model = specification(n_thresholds=2, replications=60, seed=3)
    first, second = dm.estimate(model, panel), dm.estimate(model, panel)
    pd.testing.assert_frame_equal(first.thresholds, second.thresholds, check_exact=True)
    assert (first.thresholds["p_value"] == 0).all()
    other = dm.estimate(specification(n_thresholds=2, replications=60, seed=4), panel)
    assert not other.thresholds["critical_5"].equals(first.thresholds["critical_5"])


def test_p_values_are_roughly_uniform_without_a_threshold():
    rng = np.random.default_rng(11)
    p_values = []
    for draw in range(60):
        entity = np.repeat(np.arange(40), 6)
        x, q = rng.normal(size=240), rng.random(240)
        frame = pd.DataFrame(
            {"unit": entity, "year": np.tile(np.arange(6), 40), "x": x, "z": rng.normal(size=240), "q": q}
        )
        frame["y"] = x + rng.normal(size=240) * np.repeat(rng.random(40) + 0.5, 6)
        p_values.append(
            dm.estimate(specification(replications=100, seed=draw), frame).thresholds.loc[1, "p_value"]
        )
    # 60 draws of a uniform: mean 0.5 with standard error 0.037
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.13)
    assert np.mean(np.array(p_values) < 0.10) < 0.25


def test_unbalanced_panels_use_the_wild_bootstrap_and_say_so(panel):
    result = dm.estimate(specification(replications=50), panel[panel["complete"] == 1])
    assert any("random signs" in note.en for note in result.notes)
    balanced = dm.estimate(specification(replications=50), panel)
    assert any("residual vectors of whole units" in note.en for note in balanced.notes)


def test_slopes_that_rise_are_found_by_the_order_test(panel):
    result = dm.estimate(specification(n_thresholds=2), panel)
    assert result.statistics["rising_p"] < 0.001
    assert result.statistics["falling_p"] > 0.999
    sizes = [result.statistics[f"n_obs_regime_{k}"] for k in (1, 2, 3)]
    assert sum(sizes) == result.statistics["n_obs"]


def test_clustered_errors_are_those_of_least_squares_with_dummies(panel):
    import statsmodels.api as sm

    result = dm.estimate(specification(), panel)
    gamma = result.thresholds.loc[1, "threshold"]
    low = (panel["q"] <= gamma).to_numpy()
    columns = pd.DataFrame({"a": panel["x"] * low, "b": panel["x"] * ~low, "z": panel["z"]})
    columns = columns - columns.groupby(panel["unit"]).transform("mean")
    outcome = panel["y"] - panel.groupby("unit")["y"].transform("mean")
    fit = sm.OLS(outcome, columns).fit(
        cov_type="cluster", cov_kwds={"groups": panel["unit"], "use_correction": False}
    )
    n, groups = len(panel), panel["unit"].nunique()
    factor = groups / (groups - 1) * (n - 1) / (n - 4)
    assert result.coefficients["std_error"].to_numpy() == pytest.approx(
        fit.bse.to_numpy() * np.sqrt(factor), rel=1e-9
    )


def test_a_kink_is_found_and_its_errors_allow_for_the_estimated_place():
    rng = np.random.default_rng(0)
    unit = np.repeat(np.arange(50), 10)
    q, z = rng.normal(size=500) + 3, rng.normal(size=500)
    y = 0.5 * np.minimum(q - 3, 0) + 2 * np.maximum(q - 3, 0) + z + unit / 50 + rng.normal(size=500)
    frame = pd.DataFrame({"unit": unit, "year": np.tile(np.arange(10), 50), "y": y, "q": q, "z": z})
    model = dm.Specification(
        "y", ("z",), entity="unit", time="year",
        estimator=dm.PanelThreshold(threshold_variable="q", regime_dependent="q", kink=True, trim=0.1, replications=100),
    )  # fmt: skip
    result = dm.estimate(model, frame)
    row = result.thresholds.loc[1]
    assert row["conf_low"] < 3.0 < row["conf_high"]
    assert row["p_value"] == 0
    low, high = result.coefficients.loc[["q:regime[1]", "q:regime[2]"], "estimate"]
    assert low == pytest.approx(0.5, abs=0.3)
    assert high == pytest.approx(2.0, abs=0.3)


def test_a_constant_or_thin_threshold_variable_is_refused(panel):
    with refused(dm.EstimationError, "threshold.no_threshold_found"):
        dm.estimate(specification(), panel.assign(q=1.0))
    with refused(dm.EstimationError, "threshold.no_threshold_found"):
        dm.estimate(specification(n_thresholds=2), panel.assign(q=(panel["q"] > 0.5).astype(float)))


def test_rows_without_the_threshold_variable_are_dropped_and_counted(panel):
    holes = panel.assign(q=panel["q"].where(panel.index % 10 > 0))
    result = dm.estimate(specification(), holes)
    assert result.statistics["n_obs"] == int(holes["q"].notna().sum())


@pytest.mark.parametrize(
    "options",
    [
        {"n_thresholds": 4},
        {"trim": 0.5},
        {"level": 1.0},
        {"grid": 1},
        {"regime_dependent": ()},
        {"bootstrap": "pairs"},
        {"kink": True},
    ],
)
def test_impossible_options_are_refused_at_once(options):
    with pytest.raises(dm.SpecificationError):
        specification(**options)


def test_refinement_ends_where_no_threshold_moves(panel):
    result = dm.estimate(specification(n_thresholds=3), panel)
    frame = panel.sort_values(["unit", "year"])
    entity = frame["unit"].to_numpy() - 1
    arrays = Panel(
        outcome=demean(frame["y"].to_numpy(), entity),
        common=demean(frame[["z"]].to_numpy(), entity),
        regime=frame[["x"]].to_numpy(),
        threshold=frame["q"].to_numpy(),
        entity=entity,
        trims=(0.05, 0.05, 0.05),
        grid=None,
    )
    stages = find_thresholds(arrays, 3)
    assert result.thresholds["threshold"].to_list() == list(stages[-1].thresholds)
    sums = result.tables["tests"]["refined_sum_of_squares"].to_numpy()
    assert np.all(np.diff(sums) < 0)
    for position in range(3):
        others = tuple(np.delete(stages[-1].thresholds, position))
        scan = arrays.scan(others, 3)
        best = scan.candidates[np.argmax(scan.gains(arrays.outcome[None, :])[0])]
        assert best == stages[-1].thresholds[position]


def test_each_threshold_may_have_its_own_trim():
    frame = pd.read_csv(DATA)
    same = dm.estimate(specification(n_thresholds=2, trim=0.05), frame)
    listed = dm.estimate(specification(n_thresholds=2, trim=(0.05, 0.05)), frame)
    assert listed.thresholds.equals(same.thresholds)
    wide = dm.estimate(specification(n_thresholds=2, trim=(0.05, 0.3)), frame)
    found = wide.thresholds["threshold"].to_numpy()
    shares = np.diff(np.concatenate([[0.0], [(frame["q"] <= value).mean() for value in found], [1.0]]))
    assert shares.min() >= 0.3
    with refused(dm.DigimfgError, "threshold.number_of_trims", trim="(0.1,)"):
        dm.PanelThreshold(threshold_variable="q", regime_dependent="x", n_thresholds=2, trim=(0.1,))


def test_intervals_with_gaps_and_estimates_at_the_edge_are_said():
    curve = pd.DataFrame(
        {
            "number": [1] * 6 + [2] * 3,
            "threshold": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.0, 2.0, 3.0],
            "likelihood_ratio": [7.0, 9.0, 2.0, 0.0, 5.0, 9.0, 9.0, 4.0, 0.0],
            "critical": 7.352277,
        }
    )
    gap, edge = interval_notes(curve)
    assert "threshold 1" in gap.en
    assert "from 0.3 to 0.5" in gap.en
    assert "threshold 2 lies at the edge" in edge.en


def test_thresholds_and_their_p_values_are_statistics():
    frame = pd.read_csv(DATA)
    result = dm.estimate(specification(replications=20), frame)
    assert result.statistics["threshold_1"] == result.thresholds.loc[1, "threshold"]
    assert result.statistics["threshold_1_p"] == result.thresholds.loc[1, "p_value"]


def test_a_threshold_variable_of_the_entity_brings_a_warning_about_the_interval():
    frame = pd.read_csv(DATA)
    frame["q"] = frame.groupby("unit")["q"].transform("mean")
    fixed = dm.estimate(specification(), frame)
    assert noted(fixed.notes, "fixed_threshold")
    varying = dm.estimate(specification(), pd.read_csv(DATA))
    assert not noted(varying.notes, "fixed_threshold")


def kinked(seed, values=None, n=30, periods=8):
    """A kink of slope two at 4.5, of a threshold variable that takes any value or few."""
    rng = np.random.default_rng(seed)
    entity = np.repeat(np.arange(n), rng.integers(3, periods, n))
    size = len(entity)
    q = rng.uniform(0, 10, size) if values is None else rng.choice(values, size)
    z = rng.normal(size=(size, 2))
    y = (
        0.5 * q
        + 2.0 * np.maximum(q - 4.5, 0)
        + z @ [1.0, -1.0]
        + rng.normal(size=n)[entity]
        + rng.normal(size=size)
    )
    return Panel(
        outcome=demean(y, entity), common=demean(z, entity), regime=q[:, None], threshold=q, entity=entity,
        trims=(0.1,), grid=None, kink=True,
    )  # fmt: skip


KINKS = [
    kinked(0), kinked(1), kinked(2, values=np.arange(0, 11, 2.5)), kinked(3, values=np.arange(11.0)),
    kinked(4, values=[0.0, 3.0, 5.0, 9.0, 10.0]),
]  # fmt: skip


@pytest.mark.parametrize("arrays", KINKS)
def test_a_kink_lies_where_its_sum_of_squares_is_least_also_between_values(arrays):
    stage = find_thresholds(arrays, 1)[0]
    scan = arrays.scan((), 1)
    fine = np.linspace(scan.candidates[0], scan.bends.high[-1], 1_001)
    sums = brute_force(arrays, (), fine)
    assert stage.sum_of_squares <= sums.min() + 1e-9 * sums.min()
    assert stage.thresholds[0] == pytest.approx(fine[np.argmin(sums)], abs=2 * (fine[1] - fine[0]))


@pytest.mark.parametrize("cut", [0.5, 3.0, 7.35])
@pytest.mark.parametrize("arrays", KINKS)
def test_the_interval_of_a_kink_ends_between_values(arrays, cut):
    stage = find_thresholds(arrays, 1)[0]
    low, high = stage.profiles[0].interval(cut)
    scan = arrays.scan((), 1)
    fine = np.linspace(scan.candidates[0], scan.bends.high[-1], 1_001)
    ratio = (brute_force(arrays, (), fine) - stage.sum_of_squares) / (stage.sum_of_squares / arrays.degrees)
    inside = fine[ratio <= cut]
    step = fine[1] - fine[0]
    assert low == pytest.approx(inside.min(), abs=2 * step)
    assert high == pytest.approx(inside.max(), abs=2 * step)


def test_draws_of_a_kink_search_between_values_too():
    arrays = KINKS[4]
    scan = arrays.scan((), 1)
    rng = np.random.default_rng(0)
    residuals = demean(rng.normal(size=(len(arrays.outcome), 5)), arrays.entity).T
    best, at = scan.best(residuals)
    fine = np.linspace(scan.candidates[0], scan.bends.high[-1], 501)
    for drawn, gain, value in zip(residuals, best, at, strict=True):
        one = replace(arrays, outcome=drawn)
        whole = one.sum_of_squares(())
        assert gain == pytest.approx(whole - one.sum_of_squares((value,)), abs=1e-9)
        assert gain >= whole - brute_force(one, (), fine).min() - 1e-9


def test_a_kink_between_two_of_five_values_is_found():
    """At the values alone the fit was that of a kink at five."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame([(unit, year) for unit in range(40) for year in range(8)], columns=["unit", "year"])
    frame["q"] = rng.choice([0.0, 2.0, 5.0, 8.0, 10.0], len(frame))
    frame["y"] = (
        frame["unit"] + frame["q"] + 3 * np.maximum(frame["q"] - 4.5, 0) + 0.1 * rng.normal(size=len(frame))
    )
    spec = dm.Specification(
        "y", "q", entity="unit", time="year",
        estimator=dm.PanelThreshold(threshold_variable="q", regime_dependent="q", kink=True, trim=0.1, replications=99),
    )  # fmt: skip
    result = dm.estimate(spec, frame)
    row = result.tables["thresholds"].loc[1]
    assert row["threshold"] == pytest.approx(4.5, abs=0.05)
    assert row["conf_low"] < row["threshold"] < row["conf_high"]
    assert row["conf_high"] < 5
    assert result.coefficients["estimate"].to_numpy() == pytest.approx([1, 4], abs=0.05)
    curve = result.tables["likelihood_ratio"]
    assert curve.loc[curve["likelihood_ratio"].idxmin(), "threshold"] == row["threshold"]
    assert "and from each to the next value" in " ".join(note.en for note in result.notes)
