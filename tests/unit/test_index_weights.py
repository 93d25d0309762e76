"""Index weights: hand-made toys, rules for zeros, constants and missing values, training years, bootstrap, bad input."""

import math

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import Fault
from digimfg.measures.entropy import entropy_rule
from digimfg.measures.summation import order_free_sum
from digimfg.measures.weight_rows import Rows

METHODS = [
    dm.entropy_weights,
    dm.critic_weights,
    dm.pca_weights,
    dm.coefficient_of_variation_weights,
    dm.equal_weights,
    dm.vertical_horizontal_weights,
]


@pytest.fixture
def panel() -> pd.DataFrame:
    rng = np.random.default_rng(20240501)
    units, years = [f"p{i:02d}" for i in range(12)], range(2011, 2019)
    rows = [(u, y) for u in units for y in years]
    frame = pd.DataFrame(rows, columns=["province", "year"])
    level = np.repeat(rng.normal(0, 1, 12), 8) + (frame["year"] - 2011) * 0.1
    frame["broadband"] = np.exp(level + rng.normal(0, 0.3, len(frame)))
    frame["software"] = np.exp(1.5 * level + rng.normal(0, 0.5, len(frame)))
    frame["price"] = 10 - level + rng.normal(0, 0.5, len(frame))
    return frame


DIRECTIONS = {"broadband": 1, "software": 1, "price": -1}


def entropy_by_hand(shares):
    return -sum(p * math.log(p) for p in shares if p > 0) / math.log(len(shares))


def test_entropy_follows_the_formula_to_the_last_digits():
    result = dm.entropy_weights({"a": [1.0, 2.0, 3.0, 9.0], "b": [4.0, 3.0, 2.0, 1.0]}, {"a": 1, "b": -1})
    e = [entropy_by_hand([0, 1 / 11, 2 / 11, 8 / 11]), entropy_by_hand([0, 1 / 6, 2 / 6, 3 / 6])]
    w = [(1 - e[0]) / (2 - sum(e)), (1 - e[1]) / (2 - sum(e))]
    np.testing.assert_allclose(result.table["entropy"], e, atol=1e-14)
    np.testing.assert_allclose(result.weights, w, atol=1e-14)
    np.testing.assert_allclose(
        result.scores, [0, w[0] / 8 + w[1] / 3, w[0] / 4 + w[1] * 2 / 3, 1], atol=1e-14
    )


def test_zero_times_log_zero_is_exactly_zero():
    spike = Rows(names=("spike", "even"), normalized=(np.array([0.0, 0, 0, 1]), np.ones(4)), raw=())
    np.testing.assert_array_equal(entropy_rule(spike).columns["entropy"], [0.0, 1.0])


def test_a_shift_moves_weights_and_says_so():
    data = {"a": [1.0, 2.0, 3.0, 9.0], "b": [4.0, 3.0, 2.0, 1.0]}
    plain, shifted = dm.entropy_weights(data, 1), dm.entropy_weights(data, 1, shift=0.01)
    assert abs(plain["a"] - shifted["a"]) > 1e-3
    assert noted(shifted.notes, "shift", shift=0.01)
    assert not any("shift" in note.en for note in plain.notes)


def test_nearly_even_shares_keep_their_digits():
    # 1 - e of shares (1 ± δ)/n is δ²/(2 ln n) to second order: 1 - e from e alone would lose ten digits.
    delta = 1e-5
    column = np.tile([1 + delta, 1 - delta], 50)
    rows = Rows(names=("x", "y"), normalized=(column, np.linspace(0, 1, 100)), raw=())
    assert entropy_rule(rows).columns["divergence"][0] == pytest.approx(
        delta**2 / (2 * math.log(100)), rel=1e-5
    )


def test_a_panel_is_pooled_so_that_entropies_stay_in_the_unit_interval(panel):
    result = dm.entropy_weights(panel, DIRECTIONS)
    assert result.table["entropy"].between(0, 1).all()
    pooled = (panel["broadband"] - panel["broadband"].min()) / np.ptp(panel["broadband"])
    assert result.table.loc["broadband", "entropy"] == pytest.approx(
        entropy_by_hand(pooled / pooled.sum()), abs=1e-13
    )


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_in_one_shape(method, panel):
    result = method(panel, DIRECTIONS)
    assert list(result) == list(result.weights.index) == list(result.table.index) == list(DIRECTIONS)
    assert sum(result.values()) == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_array_equal(np.asarray(result), result.table["weight"])
    assert result.scores.index.equals(panel.index)
    assert result.statistics["n_rows"] == len(panel)


@pytest.mark.parametrize("method", METHODS)
def test_shuffled_rows_give_the_same_bytes(method, panel):
    shuffled = panel.sample(frac=1, random_state=3)
    ours, theirs = method(panel, DIRECTIONS), method(shuffled, DIRECTIONS)
    np.testing.assert_array_equal(ours.weights, theirs.weights)
    np.testing.assert_array_equal(ours.scores, theirs.scores.reindex(panel.index))


@pytest.mark.parametrize("method", METHODS)
def test_every_method_refuses_a_constant_indicator_or_gives_it_no_weight(method, panel):
    frame = panel.assign(flat=3.0)
    directions = {**DIRECTIONS, "flat": 1}
    with refused(dm.MeasureError, "measures.indicators_constant", flat=("flat",)):
        method(frame, directions)
    result = method(frame, directions, constant="zero_weight")
    assert result["flat"] == 0.0
    np.testing.assert_array_equal(result.weights.drop("flat"), method(panel, DIRECTIONS).weights)
    assert noted(result.notes, "constant", flat=("flat",))


def test_missing_values_are_refused_with_counts_or_dropped_with_a_note(panel):
    frame = panel.copy()
    frame.loc[[4, 7], "software"] = np.nan
    with refused(dm.MeasureError, "measures.incomplete_rows", first_rows="2 (4, 7)", listed="software: 2"):
        dm.entropy_weights(frame, DIRECTIONS)
    result = dm.entropy_weights(frame, DIRECTIONS, missing="drop")
    assert result.scores.isna().sum() == 2
    assert result.statistics["n_rows"] == len(panel) - 2
    np.testing.assert_array_equal(result.weights, dm.entropy_weights(frame.dropna(), DIRECTIONS).weights)
    assert noted(result.notes, "dropped", n_bad=96, total=2)


def test_training_years_fix_scales_and_weights_before_the_future_is_known(panel):
    early = panel[panel["year"] <= 2014]
    future = panel.copy()
    future.loc[future["year"] > 2014, "software"] *= 100
    options = {"time": "year", "train_years": range(2011, 2015)}
    result = dm.entropy_weights(future, DIRECTIONS, **options)
    np.testing.assert_array_equal(result.weights, dm.entropy_weights(early, DIRECTIONS).weights)
    np.testing.assert_array_equal(result.scores[early.index], dm.entropy_weights(early, DIRECTIONS).scores)
    assert result.scores.max() > 1.0
    assert noted(result.notes, "window", count=48, listed="2011–2014", n_train=96)
    with refused(dm.MeasureError, "measures.too_few_training_rows", n=0):
        dm.entropy_weights(panel, DIRECTIONS, time="year", train_years=[1990])


def test_bootstrap_intervals_resample_units_and_are_seeded(panel):
    options = {"entity": "province", "bootstrap": 60, "seed": 7}
    result = dm.entropy_weights(panel, DIRECTIONS, **options)
    again = dm.entropy_weights(panel.sample(frac=1, random_state=1), DIRECTIONS, **options)
    pd.testing.assert_frame_equal(result.table, again.table, check_exact=True)
    assert (result.table["conf_low"] <= result.table["conf_high"]).all()
    assert (result.table["std_error"] > 0).all()
    assert noted(result.notes, "bootstrap", n_draws=60, n_labels=12)


def test_copies_of_rows_do_not_narrow_intervals_over_units(panel):
    options = {"bootstrap": 200, "seed": 7}
    doubled = pd.concat([panel, panel], ignore_index=True)
    once = dm.entropy_weights(panel, DIRECTIONS, entity="province", **options).table["std_error"]
    twice = dm.entropy_weights(doubled, DIRECTIONS, entity="province", **options).table["std_error"]
    np.testing.assert_allclose(twice, once, rtol=1e-9)
    as_rows = dm.entropy_weights(panel, DIRECTIONS, **options).table["std_error"]
    assert (dm.entropy_weights(doubled, DIRECTIONS, **options).table["std_error"] < 0.9 * as_rows).all()


def test_a_target_range_is_best_inside_and_worse_outside():
    frame = dm.normalize_indicators(
        {"ratio": [30.0, 40.0, 50.0, 70.0, 80.0]}, {"ratio": dm.TargetRange(40, 60)}
    )
    np.testing.assert_allclose(frame["ratio"], [0.5, 1.0, 1.0, 0.5, 0.0])
    with refused(dm.MeasureError, "measures.target_range_not_in_order"):
        dm.TargetRange(60, 40)


def test_normalizations_are_what_they_are_called():
    x = np.array([1.0, 2.0, 4.0])
    make = lambda kind, sign=1: dm.normalize_indicators({"x": x}, sign, normalization=kind)["x"].to_numpy()  # noqa: E731
    np.testing.assert_allclose(make("minmax", -1), [1, 2 / 3, 0])
    np.testing.assert_allclose(make("log_minmax"), [0, 0.5, 1])
    np.testing.assert_allclose(make("zscore"), (x - x.mean()) / x.std(ddof=1))
    np.testing.assert_allclose(make("vector", -1), -x / math.sqrt(21))
    np.testing.assert_array_equal(make("none"), x)


def test_directions_may_be_given_in_the_usual_ways(panel):
    frame = panel[list(DIRECTIONS)]
    expected = dm.entropy_weights(panel, DIRECTIONS).weights
    for same in ([1, 1, -1], ["+", "positive", "-"], {"broadband": "+", "software": 1, "price": "negative"}):
        np.testing.assert_array_equal(dm.entropy_weights(frame, same).weights, expected)
    assert list(dm.entropy_weights(frame.to_numpy(), 1)) == ["x1", "x2", "x3"]
    assert noted(dm.entropy_weights(frame).notes, "directions")


@pytest.mark.parametrize(
    ("directions", "kind"),
    [
        (
            {"broadband": 1, "sofware": 1},
            Fault.of("measures.directions_of_other_columns", absent=("sofware",)),
        ),
        ([1, -1], "measures.number_of_directions"),
        ({"broadband": 2}, Fault.of("arguments.value_outside", argument="directions")),
        ({"province": 1}, "measures.indicator_not_numbers"),
        ({}, "measures.directions_of_other_columns"),
    ],
)
def test_directions_that_do_not_match_are_refused(panel, directions, kind):
    with refused(dm.MeasureError, kind):
        dm.entropy_weights(panel, directions)


def test_bad_values_and_options_are_refused_with_a_remedy(panel):
    with refused(dm.MeasureError, "measures.infinite_rows"):
        dm.entropy_weights(panel.assign(software=np.inf), DIRECTIONS)
    with refused(dm.MeasureError, "measures.negative_under_entropy"):
        dm.entropy_weights(panel, DIRECTIONS, normalization="zscore")
    with refused(dm.MeasureError, "arguments.value_outside", argument="normalization"):
        dm.entropy_weights(panel, DIRECTIONS, normalization="min-max")
    with refused(dm.MeasureError, "measures.logarithm_not_possible"):
        dm.entropy_weights(panel.assign(price=panel["price"] - 20), DIRECTIONS, normalization="log_minmax")
    with refused(dm.MeasureError, "measures.too_few_complete_rows"):
        dm.entropy_weights(panel.head(1), DIRECTIONS)
    with refused(dm.MeasureError, "measures.indicators_perfectly_correlated"):
        dm.critic_weights({"a": [1.0, 2.0, 4.0], "b": [2.0, 4.0, 8.0]}, 1)
    with refused(dm.MeasureError, "measures.means_of_zero"):
        dm.coefficient_of_variation_weights({"a": [-1.0, 0.0, 1.0], "b": [1.0, 2.0, 4.0]}, 1)
    with refused(dm.MeasureError, "measures.too_few_indicators_that_vary"):
        dm.pca_weights({"a": [1.0, 2.0, 4.0]}, 1)
    with refused(dm.MeasureError, "names.unknown_column", where="option 'entity'"):
        dm.entropy_weights(panel, DIRECTIONS, entity="region", bootstrap=5)


def test_principal_components_report_singular_correlations_instead_of_a_kmo():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 50))
    result = dm.pca_weights({"a": a, "b": b, "sum": a + b}, 1)
    assert math.isnan(result.statistics["kmo"])
    assert noted(result.notes, "singular")
    shares = result.tables["components"]["share"]
    assert (
        dm.pca_weights({"a": a, "b": b}, 1, retain="cumulative", cumulative=1.0).statistics["n_components"]
        == 2
    )
    assert shares.sum() == pytest.approx(1.0)


def test_principal_component_scores_have_mean_zero_and_every_component_points_up(panel):
    result = dm.pca_weights(panel, DIRECTIONS, retain="cumulative", cumulative=0.95)
    assert abs(result.scores.mean()) < 1e-12
    assert (result.tables["loadings"].sum() >= -1e-12).all()


def test_vertical_horizontal_weights_on_standardized_data_are_the_first_component(panel):
    vertical = dm.vertical_horizontal_weights(panel, DIRECTIONS, normalization="zscore")
    first = dm.pca_weights(panel, DIRECTIONS, retain="first")
    np.testing.assert_allclose(vertical.weights, first.weights, atol=1e-12)
    assert vertical.statistics["dispersion_share"] == pytest.approx(1.0, abs=1e-12)
    # Under min-max most of w'Hw is the squared mean, which the notes of the method warn about.
    assert dm.vertical_horizontal_weights(panel, DIRECTIONS).statistics["dispersion_share"] < 0.5


def test_topsis_scores_are_bounded_and_name_their_weights(panel):
    result = dm.topsis_scores(panel, DIRECTIONS)
    assert noted(result.notes, "weights")
    assert result.scores.between(0, 1).all()
    np.testing.assert_array_equal(np.asarray(result), result.table["score"])
    extremes = pd.DataFrame({"a": [0.0, 1.0], "b": [5.0, 3.0]})
    assert dm.topsis_scores(extremes, {"a": 1, "b": -1}).scores.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("weights", "kind"),
    [
        (
            {"broadband": 0.5, "software": 0.5},
            Fault.of("measures.weights_of_other_columns", absent=("price",)),
        ),
        (
            {"broadband": 0.5, "software": 0.3, "prices": 0.2},
            Fault.of("measures.weights_of_other_columns", extra=("prices",)),
        ),
        ([0.5, 0.5], "measures.number_of_weights"),
        ([0.5, 0.3, 0.3], "measures.weights_do_not_sum"),
        ([1.5, -0.3, -0.2], "measures.weights_do_not_sum"),
    ],
)
def test_weights_that_do_not_match_columns_are_refused(panel, weights, kind):
    with refused(dm.MeasureError, kind):
        dm.topsis_scores(panel, DIRECTIONS, weights)


def test_errors_and_notes_speak_both_languages(panel):
    with refused(dm.MeasureError, "measures.directions_of_other_columns", absent=("sofware",)):
        dm.entropy_weights(panel, {"sofware": 1})
    assert noted(dm.entropy_weights(panel[["broadband", "price"]]).notes, "directions")


def test_sums_do_not_depend_on_order_and_are_as_good_as_exact_ones():
    rng = np.random.default_rng(5)
    for values in (rng.lognormal(size=40_001), rng.normal(size=7) * 1e300, rng.normal(size=1000) * 1e-300):
        total = order_free_sum(values)
        assert total == order_free_sum(rng.permutation(values))
        assert total == pytest.approx(math.fsum(values), rel=1e-14)
    assert order_free_sum(np.zeros(3)) == order_free_sum(np.array([])) == 0.0
