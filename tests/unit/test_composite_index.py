"""Composite indices declared as data, and the multiverse of their free choices."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

ACCESS = dm.IndexDefinition("access", (dm.Indicator("broadband"), dm.Indicator("price", -1)))
INDUSTRY = dm.IndexDefinition("industry", (dm.Indicator("software"), dm.Indicator("patents")))
DIGITAL = dm.IndexDefinition("digital", (ACCESS, INDUSTRY))
DIRECTIONS = {"broadband": 1, "price": -1, "software": 1, "patents": 1}


@pytest.fixture
def panel() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    frame = pd.DataFrame(
        {"province": np.repeat(list("ABCDEFGHIJ"), 6), "year": np.tile(range(2015, 2021), 10)}
    )
    common = rng.normal(size=len(frame))
    frame["broadband"] = np.exp(common + rng.normal(0, 0.5, len(frame)))
    frame["price"] = 10 - common + rng.normal(0, 1, len(frame))
    frame["software"] = np.exp(2 * common + rng.normal(0, 0.5, len(frame)))
    frame["patents"] = np.exp(rng.normal(0, 1, len(frame)))
    frame["growth"] = 0.5 * common + rng.normal(0, 1, len(frame))
    return frame


def test_a_joint_index_is_the_entropy_index_of_all_indicators(panel):
    flat = dm.entropy_weights(panel, DIRECTIONS)
    nested = dm.composite_index(panel, DIGITAL)
    np.testing.assert_array_equal(nested.scores, flat.scores)
    pd.testing.assert_series_equal(nested.weights, flat.weights, check_exact=True)


def test_dimensions_of_a_joint_index_add_up_to_it(panel):
    result = dm.composite_index(panel, DIGITAL)
    weight = result.structure.groupby("dimension")["weight"].sum()
    total = weight["access"] * result.table["access"] + weight["industry"] * result.table["industry"]
    np.testing.assert_allclose(total, result.scores, atol=1e-14)
    assert result.structure.groupby("dimension")["local_weight"].sum().tolist() == pytest.approx([1, 1])


def test_a_stepwise_index_weighs_the_scores_of_its_dimensions(panel):
    definition = dm.IndexDefinition("digital", (ACCESS, INDUSTRY), weighting="entropy", nesting="stepwise")
    result = dm.composite_index(panel, definition)
    access = dm.entropy_weights(panel, {"broadband": 1, "price": -1}).scores
    industry = dm.entropy_weights(panel, {"software": 1, "patents": 1}).scores
    np.testing.assert_allclose(result.table["access"], access, atol=1e-14)
    top = dm.entropy_weights({"access": access, "industry": industry}, 1, normalization="none")
    np.testing.assert_allclose(result.scores, top.scores, atol=1e-14)
    products = result.structure["local_weight"] * result.structure["dimension"].map(top.weights)
    np.testing.assert_allclose(result.weights, products, atol=1e-14)
    assert result.weights.sum() == pytest.approx(1.0)


def test_dimensions_may_have_dimensions_and_weightings_of_their_own(panel):
    inner = dm.IndexDefinition("industry", INDUSTRY.parts, weighting={"software": 0.25, "patents": 0.75})
    outer = dm.IndexDefinition("economy", (inner, dm.Indicator("broadband")), weighting="equal")
    top = dm.IndexDefinition(
        "all",
        (outer, dm.Indicator("price", -1)),
        weighting={"economy": 0.8, "price": 0.2},
        nesting="stepwise",
    )
    result = dm.composite_index(panel, top)
    assert result.weights.round(12).to_dict() == {
        "software": 0.1,
        "patents": 0.3,
        "broadband": 0.4,
        "price": 0.2,
    }
    z = dm.normalize_indicators(panel, DIRECTIONS)
    np.testing.assert_allclose(result.scores, z[list(result.weights.index)] @ result.weights, atol=1e-14)


def test_a_geometric_index_is_a_weighted_product(panel):
    weights = {"broadband": 0.3, "price": 0.2, "software": 0.4, "patents": 0.1}
    definition = dm.IndexDefinition("digital", DIGITAL.parts, weighting=weights, aggregation="geometric")
    z = dm.normalize_indicators(panel, DIRECTIONS)
    expected = np.prod([z[name] ** weight for name, weight in weights.items()], axis=0)
    np.testing.assert_allclose(dm.composite_index(panel, definition).scores, expected, atol=1e-14)
    negative = dm.IndexDefinition(
        "x", DIGITAL.parts, weighting="equal", normalization="zscore", aggregation="geometric"
    )
    with refused(dm.MeasureError, "measures.geometric_of_negative"):
        dm.composite_index(panel, negative)


def test_definitions_are_values_that_can_be_compared():
    assert dm.IndexDefinition("digital", [ACCESS, INDUSTRY]) == DIGITAL


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: dm.IndexDefinition("x", ()), "measures.parts_named_twice"),
        (
            lambda: dm.IndexDefinition("x", (dm.Indicator("a"), dm.Indicator("a"))),
            "measures.parts_named_twice",
        ),
        (
            lambda: dm.IndexDefinition("x", (dm.Indicator("a"),), weighting="entropie"),
            Fault.of("arguments.value_outside", argument="weighting"),
        ),
    ],
)
def test_definitions_that_contradict_themselves_are_refused(make, kind):
    with refused(dm.MeasureError, kind):
        make()


def test_a_weighting_of_a_dimension_asks_for_stepwise_nesting(panel):
    own = dm.IndexDefinition("access", ACCESS.parts, weighting="equal")
    with refused(dm.MeasureError, "measures.weights_within_dimensions"):
        dm.composite_index(panel, dm.IndexDefinition("digital", (own, INDUSTRY)))


def test_fixed_weights_that_do_not_match_parts_are_refused(panel):
    wrong = dm.IndexDefinition(
        "digital", (ACCESS, INDUSTRY), {"access": 0.5, "industri": 0.5}, nesting="stepwise"
    )
    with refused(
        dm.MeasureError, "measures.weights_of_other_columns", extra=("industri",), absent=("industry",)
    ):
        dm.composite_index(panel, wrong)


def test_a_dimension_without_a_varying_indicator_is_refused(panel):
    frame = panel.assign(software=1.0, patents=2.0)
    for nesting in ("joint", "stepwise"):
        definition = dm.IndexDefinition("digital", (ACCESS, INDUSTRY), nesting=nesting)
        with refused(dm.MeasureError, "measures.dimension_empty", name="industry"):
            dm.composite_index(frame, definition, constant="zero_weight")


def test_training_years_and_missing_rows_work_for_composites_too(panel):
    frame = panel.copy()
    frame.loc[3, "patents"] = np.nan
    result = dm.composite_index(frame, DIGITAL, missing="drop", time="year", train_years=[2015, 2016])
    assert result.scores.isna().sum() == 1
    assert noted(result.notes, "window", listed="2015–2016")
    early = dm.entropy_weights(frame[frame["year"] <= 2016], DIRECTIONS, missing="drop")
    np.testing.assert_array_equal(result.weights, early.weights)


def test_the_multiverse_holds_every_combination_or_the_reason_why_not(panel):
    result = dm.index_multiverse(panel, DIRECTIONS)
    # six weightings × three normalizations, entropy under three zero rules
    assert len(result.choices) == 5 * 3 + 3 * 3
    refused = result.choices[result.choices["status"] == "refused"]
    # z-scores are negative, for entropy shares; the small shifts do not help.
    assert set(refused["weighting"]) == {"entropy"}
    assert set(refused["normalization"]) == {"zscore"}
    assert refused["reason_en"].str.contains("no negative values").all()
    assert list(result.scores) == list(result.choices.index[result.choices["status"] == "computed"])
    np.testing.assert_allclose(result.weights.sum(), 1.0, atol=1e-12)
    np.testing.assert_array_equal(
        result.scores["entropy|minmax|0|main"], dm.entropy_weights(panel, DIRECTIONS).scores
    )


def test_rank_correlations_of_the_multiverse_are_spearmans(panel):
    result = dm.index_multiverse(panel, DIRECTIONS, shifts=(0.0,))
    expected = result.scores.corr(method="spearman")
    np.testing.assert_allclose(result.rank_correlations, expected, atol=1e-12)
    assert -1 <= result.statistics["rank_correlation_min"] <= result.statistics["rank_correlation_mean"] <= 1


def test_the_same_index_under_two_names_is_counted_once(panel):
    result = dm.index_multiverse(
        panel, DIRECTIONS, weightings=("pca", "equal"), normalizations=("minmax", "zscore")
    )
    same = result.choices["same_as"]
    assert same["pca|zscore|-|main"] == "pca|minmax|-|main"
    assert same["equal|zscore|-|main"] == ""
    assert result.statistics["n_distinct"] == 3


def test_alternative_directions_are_part_of_the_multiverse(panel):
    turned = {**DIRECTIONS, "price": 1}
    without = {name: sign for name, sign in DIRECTIONS.items() if name != "patents"}
    result = dm.index_multiverse(
        panel,
        DIRECTIONS,
        weightings=("equal",),
        normalizations=("minmax",),
        alternatives={"price up": turned, "no patents": without},
    )
    assert result.choices["directions"].tolist() == ["main", "price up", "no patents"]
    assert result.weights.loc["patents", "equal|minmax|-|no patents"] == 0.0
    assert result.statistics["rank_correlation_min"] < 0.9


def test_a_specification_shows_how_far_its_coefficient_depends_on_the_index(panel):
    spec = dm.Specification(
        "growth", ("digital",), entity="province", time="year", fixed_effects=("province", "year")
    )
    result = dm.index_multiverse(panel, DIRECTIONS, specification=spec, column="digital", shifts=(0.0,))
    name = "entropy|minmax|0|main"
    scores = result.scores[name]
    by_hand = dm.estimate(spec, panel.assign(digital=(scores - scores.mean()) / scores.std()))
    for column in ("estimate", "std_error", "p_value"):
        assert result.coefficients.loc[name, column] == pytest.approx(
            by_hand.coefficients.loc["digital", column]
        )
    low, high = result.statistics["estimate_min"], result.statistics["estimate_max"]
    assert low <= result.statistics["estimate_median"] <= high
    assert low < high
    assert 0 <= result.statistics["share_positive_significant"] <= result.statistics["share_positive"] <= 1
    assert noted(result.notes, "units")


def test_the_term_read_is_the_one_that_holds_the_index(panel):
    spec = dm.Specification(
        "growth", ("patents", "L.index"), entity="province", time="year", fixed_effects="year"
    )
    options = {"weightings": ("equal",), "normalizations": ("minmax",), "specification": spec}
    result = dm.index_multiverse(panel, DIRECTIONS, **options)
    assert noted(result.notes, "units", read="L.index")
    assert result.coefficients["n_obs"].tolist() == [50]


def test_a_specification_that_does_not_hold_the_index_is_refused(panel):
    options = {"weightings": ("equal",), "normalizations": ("minmax",)}
    without = dm.Specification("growth", ("patents",))
    with refused(dm.MeasureError, "measures.index_not_in_specification", column="index"):
        dm.index_multiverse(panel, DIRECTIONS, specification=without, **options)
    taken = dm.Specification("growth", ("patents",))
    with refused(dm.MeasureError, "measures.column_name_taken"):
        dm.index_multiverse(panel, DIRECTIONS, specification=taken, column="patents", **options)
    impossible = dm.Specification("growth", ("index",), sample="year > 3000")
    with refused(dm.MeasureError, "measures.no_estimate_in_universe", read="index"):
        dm.index_multiverse(panel, DIRECTIONS, specification=impossible, **options)


def test_a_multiverse_without_a_single_index_says_why(panel):
    frame = panel.assign(flat=1.0)
    with refused(dm.MeasureError, "measures.no_combination_computed"):
        dm.index_multiverse(frame, {"flat": 1, "patents": 1})
