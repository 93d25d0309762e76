"""What must hold for every index, coupling degree and measure of structure, and where it does not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import digimfg as dm

SCALE_FREE = [
    dm.entropy_weights,
    dm.critic_weights,
    dm.pca_weights,
    dm.equal_weights,
    dm.vertical_horizontal_weights,
]
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def tables(draw, columns: int = 3) -> pd.DataFrame:
    """Positive tables whose columns vary and are not collinear."""
    seed, rows = draw(st.integers(0, 2**32 - 1)), draw(st.integers(6, 40))
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(rows, 1))
    values = np.exp(draw(st.floats(0, 1)) * common + rng.normal(size=(rows, columns)))
    return pd.DataFrame(values, columns=[f"x{j}" for j in range(columns)])


unit_interval = st.floats(0.001, 1.0)


@st.composite
def systems(draw) -> np.ndarray:
    shape = (draw(st.integers(1, 20)), draw(st.integers(2, 6)))
    return draw(arrays(np.float64, shape, elements=unit_interval))


@st.composite
def shares(draw, rows: int = 2) -> np.ndarray:
    size = draw(st.integers(2, 8))
    amounts = draw(arrays(np.float64, (rows, size), elements=st.floats(0.01, 100.0)))
    return amounts / amounts.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("method", [*SCALE_FREE, dm.coefficient_of_variation_weights])
@quick
@given(tables())
def test_weights_sum_to_one_and_scores_are_their_weighted_sum(method, table):
    result = method(table, {"x0": 1, "x1": -1, "x2": 1})
    assert result.weights.sum() == pytest.approx(1.0, abs=1e-9)
    if method is dm.pca_weights:
        return  # its scores are made of standardized values with their own coefficients
    z = dm.normalize_indicators(table, {"x0": 1, "x1": -1, "x2": 1})
    np.testing.assert_allclose(result.scores, z @ result.weights, atol=1e-12)
    assert result.scores.between(-1e-12, 1 + 1e-12).all()


@pytest.mark.parametrize("method", SCALE_FREE)
@quick
@given(tables(), st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_units_and_zeros_of_indicators_do_not_matter_after_min_max(method, table, unit, origin):
    changed = table.assign(x0=table["x0"] * unit + origin)
    ours, theirs = method(table, 1), method(changed, 1)
    # 1e-7: adding an origin up to a thousand to values near one costs that many digits.
    np.testing.assert_allclose(theirs.weights, ours.weights, atol=1e-7)
    np.testing.assert_allclose(theirs.scores, ours.scores, atol=1e-6)


def test_a_negative_indicator_is_its_mirror_image():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(30, 3)), columns=list("abc"))
    mirrored = table.assign(c=-table["c"])
    for method in SCALE_FREE:
        ours, theirs = method(table, {"a": 1, "b": 1, "c": -1}), method(mirrored, 1)
        np.testing.assert_allclose(ours.weights, theirs.weights, atol=1e-12)


def test_units_matter_where_min_max_is_left_out_and_the_zero_is_moved():
    celsius = pd.DataFrame({"temperature": [10.0, 15.0, 20.0, 30.0], "rain": [1.0, 5.0, 2.0, 8.0]})
    fahrenheit = celsius.assign(temperature=celsius["temperature"] * 1.8 + 32)
    for method, options in (
        (dm.entropy_weights, {"normalization": "none"}),
        (dm.coefficient_of_variation_weights, {}),
    ):
        ours, theirs = method(celsius, 1, **options), method(fahrenheit, 1, **options)
        assert abs(ours["temperature"] - theirs["temperature"]) > 0.05
    scaled = celsius.assign(temperature=celsius["temperature"] * 1.8)
    ours, theirs = (
        dm.entropy_weights(celsius, 1, normalization="none"),
        dm.entropy_weights(scaled, 1, normalization="none"),
    )
    np.testing.assert_allclose(ours.weights, theirs.weights, atol=1e-14)


def test_a_shift_of_raw_values_makes_entropy_depend_on_units():
    # The "non-negative shift" of a web tool adds a constant to raw columns: kilometres and metres then disagree.
    kilometres = pd.DataFrame({"cable": [0.0, 1.0, 2.0, 5.0], "ports": [0.0, 3.0, 1.0, 2.0]})
    metres = kilometres.assign(cable=kilometres["cable"] * 1000)
    shifted = {"normalization": "none", "shift": 0.01}
    assert (
        abs(
            dm.entropy_weights(kilometres, 1, **shifted)["cable"]
            - dm.entropy_weights(metres, 1, **shifted)["cable"]
        )
        > 1e-3
    )
    exact = {"normalization": "none"}
    assert dm.entropy_weights(kilometres, 1, **exact)["cable"] == pytest.approx(
        dm.entropy_weights(metres, 1, **exact)["cable"], abs=1e-14
    )


@pytest.mark.parametrize("method", SCALE_FREE)
@quick
@given(tables())
def test_rows_repeated_as_a_whole_change_no_weight(method, table):
    doubled = pd.concat([table, table], ignore_index=True)
    np.testing.assert_allclose(method(doubled, 1).weights, method(table, 1).weights, atol=1e-10)


@quick
@given(tables(4))
def test_topsis_is_bounded_and_does_not_depend_on_units(table):
    ours = dm.topsis_scores(table, 1).scores
    theirs = dm.topsis_scores(table * [1000, 0.01, 1, 7], 1).scores
    assert ours.between(0, 1).all()
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_topsis_can_reverse_ranks_when_a_row_is_added():
    rows = pd.DataFrame({"speed": [1.0, 2.0], "range": [3.0, 2.0]})
    more = pd.concat([rows, pd.DataFrame({"speed": [4.0], "range": [1.0]})], ignore_index=True)
    before, after = dm.topsis_scores(rows, 1).scores, dm.topsis_scores(more, 1).scores
    assert before[0] < before[1]
    assert after[0] > after[1]


@pytest.mark.parametrize("variant", ["standard", "wang2021"])
@quick
@given(systems())
def test_degrees_lie_in_the_unit_interval(variant, system):
    result = dm.coupling_coordination(system, variant=variant)
    for degree in ("coupling", "development", "coordination"):
        assert result[degree].between(0, 1).all()
    assert result["grade"].between(1, 10).all()


@pytest.mark.parametrize("variant", ["standard", "wang2021"])
@quick
@given(arrays(np.float64, st.integers(1, 20), elements=unit_interval), st.integers(2, 6))
def test_identical_subsystems_couple_fully(variant, level, size):
    result = dm.coupling_coordination(np.column_stack([level] * size), variant=variant)
    np.testing.assert_array_equal(result["coupling"], 1.0)
    np.testing.assert_allclose(result["coordination"], np.sqrt(level), rtol=1e-14)


@pytest.mark.parametrize("variant", ["standard", "wang2021"])
@quick
@given(systems())
def test_the_order_of_subsystems_does_not_matter(variant, system):
    ours = dm.coupling_coordination(system, variant=variant)
    theirs = dm.coupling_coordination(system[:, ::-1], variant=variant)
    np.testing.assert_allclose(ours["coordination"], theirs["coordination"], atol=1e-14)


@quick
@given(systems(), st.floats(0.05, 1.0))
def test_standard_coupling_ignores_a_common_factor_and_the_modified_one_rewards_it(system, factor):
    both = [dm.coupling_coordination(u)["coupling"] for u in (system, factor * system)]
    np.testing.assert_allclose(both[0], both[1], atol=1e-12)
    # Shrinking all subsystems shrinks their gaps: the modified degree can only rise.
    modified = [
        dm.coupling_coordination(u, variant="wang2021")["coupling"] for u in (system, factor * system)
    ]
    assert (modified[1] >= modified[0] - 1e-12).all()


@quick
@given(systems())
def test_synergy_lies_between_minus_one_and_one(system):
    synergy = dm.composite_synergy(system)["synergy"].dropna()
    assert synergy.between(-1, 1).all()


@quick
@given(shares())
def test_rationalization_and_deviation_are_zero_only_for_equal_structures(pair):
    output, employment = pair
    assert dm.theil_rationalization(output, output) == pytest.approx(0.0, abs=1e-14)
    assert dm.structure_deviation(output, output) == pytest.approx(0.0, abs=1e-14)
    assert dm.theil_rationalization(output, employment) >= -1e-14
    assert dm.structure_deviation(output, employment) >= 0.0


@quick
@given(shares(), st.floats(0.01, 1000))
def test_measures_of_structure_do_not_depend_on_totals(pair, factor):
    first, second = pair
    np.testing.assert_allclose(
        dm.theil_rationalization(first * factor, second * 3),
        dm.theil_rationalization(first, second),
        atol=1e-12,
    )
    np.testing.assert_allclose(
        dm.structure_advancement(first * factor), dm.structure_advancement(first), atol=1e-12
    )
    np.testing.assert_allclose(
        dm.lilien_index(first * factor, second * 2), dm.lilien_index(first, second), atol=1e-10
    )
    assert dm.moore_index(first, first * factor, "radians") == pytest.approx(0.0, abs=1e-14)


@quick
@given(shares())
def test_moore_angle_is_symmetric_and_bounded(pair):
    first, second = pair
    angle = dm.moore_index(first, second, "radians")
    assert angle == pytest.approx(dm.moore_index(second, first, "radians"), abs=1e-14)
    assert 0 <= angle <= np.pi / 2 + 1e-12
    assert dm.moore_index(first, second) == pytest.approx(np.cos(angle), abs=1e-12)


@quick
@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_shift_share_decompositions_add_up(size, seed):
    y0, l0, y1, l1 = np.random.default_rng(seed).lognormal(size=(4, 5, size))
    terms = dm.shift_share(y0, l0, y1, l1)
    total = y1.sum(axis=1) / l1.sum(axis=1) - y0.sum(axis=1) / l0.sum(axis=1)
    np.testing.assert_allclose(
        terms[["within", "static_shift", "dynamic_shift"]].sum(axis=1), total, atol=1e-10
    )
    np.testing.assert_allclose(terms["change"], total, atol=1e-10)
    regional = dm.regional_shift_share(y0, y1, y0.sum(axis=0), y1.sum(axis=0))
    np.testing.assert_allclose(
        regional[["reference", "mix", "competitive"]].sum(axis=1), regional["change"], atol=1e-9
    )
    # Within the whole area, competitive shifts of regions cancel.
    assert regional["competitive"].sum() == pytest.approx(0.0, abs=1e-9)


@quick
@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_location_quotients_average_to_one(regions, industries, seed):
    amounts = np.random.default_rng(seed).lognormal(size=(regions, industries))
    quotients = dm.location_quotient(amounts)
    np.testing.assert_allclose(amounts.sum(axis=1) / amounts.sum() @ quotients, 1.0, atol=1e-12)
