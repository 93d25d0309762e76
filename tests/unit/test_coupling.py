"""Coupling coordination, the detective of its formula, and the synergy of composite systems."""

import math

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import Fault
from digimfg.measures.coupling_grades import GRADES, classify
from digimfg.measures.coupling_variants import VARIANTS

TWO = {"digital": [0.3], "manufacturing": [0.6]}
THREE = {"technology": [0.3], "structure": [0.6], "institution": [0.9]}


@pytest.mark.parametrize(
    ("system", "variant", "coupling", "development", "printed"),
    [
        (TWO, "standard", 2 * math.sqrt(0.18) / 0.9, 0.45, (0.9428090, 0.6513556)),
        (THREE, "standard", 3 * 0.162 ** (1 / 3) / 1.8, 0.6, (0.9085603, 0.7383334)),
        (TWO, "wang2021", math.sqrt((1 - 0.3) * 0.5), 0.45, (0.5916080, 0.5159686)),
        (THREE, "wang2021", math.sqrt((1 - 1.2 / 3) * math.sqrt(2 / 9)), 0.6, (0.5318296, 0.5648874)),
    ],
)
def test_degrees_follow_the_formula(system, variant, coupling, development, printed):
    row = dm.coupling_coordination(system, variant=variant).iloc[0]
    assert row["coupling"] == pytest.approx(coupling, abs=1e-14)
    assert row["development"] == pytest.approx(development, abs=1e-14)
    assert row["coordination"] == pytest.approx(math.sqrt(coupling * development), abs=1e-14)
    assert (round(row["coupling"], 7), round(row["coordination"], 7)) == printed


def test_weights_belong_to_development_only():
    equal = dm.coupling_coordination(TWO).iloc[0]
    uneven = dm.coupling_coordination(TWO, {"manufacturing": 0.75, "digital": 0.25}).iloc[0]
    assert uneven["coupling"] == equal["coupling"]
    assert uneven["development"] == pytest.approx(0.525)


def test_subsystems_may_be_given_in_the_usual_ways():
    digital, manufacturing = (
        pd.Series([0.3, 0.5], name="digital"),
        pd.Series([0.6, 0.4], name="manufacturing"),
    )
    frame = pd.DataFrame({"digital": digital, "manufacturing": manufacturing})
    expected = dm.coupling_coordination(frame)["coordination"].tolist()
    for same in (frame.to_dict("list"), frame.to_numpy(), [digital, manufacturing], [[0.3, 0.6], [0.5, 0.4]]):
        assert dm.coupling_coordination(same)["coordination"].tolist() == expected
    for single in ([0.3, 0.6], {"a": 0.3, "b": 0.6}, frame.iloc[0]):
        assert dm.coupling_coordination(single)["coordination"].tolist() == expected[:1]


def test_rows_keep_their_index_and_missing_rows_stay_missing():
    frame = pd.DataFrame({"u": [0.2, np.nan], "v": [0.4, 0.4]}, index=["京", "津"])
    result = dm.coupling_coordination(frame)
    assert result.index.tolist() == ["京", "津"]
    assert result.loc["津", ["coupling", "development", "coordination"]].isna().all()
    assert pd.isna(result.loc["津", "grade"])
    assert pd.isna(result.loc["津", "grade_zh"])
    assert any("1 row is missing" in note["en"] for note in result.attrs["notes"])


def test_a_subsystem_at_zero_has_no_coupling_and_is_counted():
    result = dm.coupling_coordination([[0.0, 0.5], [0.0, 0.0], [0.5, 0.5]])
    assert result["coupling"].tolist() == [0.0, 0.0, 1.0]
    assert result["coordination"].iloc[:2].tolist() == [0.0, 0.0]
    assert any("2 rows have a subsystem at 0" in note["en"] for note in result.attrs["notes"])


def test_equal_subsystems_couple_fully_however_small_they_are():
    result = dm.coupling_coordination([[1e-200, 1e-200, 1e-200]])
    assert result["coupling"].iloc[0] == 1.0
    assert result["grade_zh"].iloc[0] == "极度失调"


def test_ten_grades_have_names_in_both_languages():
    degrees = np.array([0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95])
    result = dm.coupling_coordination(np.column_stack([degrees**2, degrees**2]))  # equal subsystems: D = √u
    np.testing.assert_allclose(result["coordination"], degrees, atol=1e-15)
    assert result["grade"].tolist() == list(range(1, 11))
    assert result["grade_zh"].tolist()[0::3] == ["极度失调", "轻度失调", "初级协调", "优质协调"]
    assert result["grade_en"].tolist() == [grade.en for grade in GRADES]


def test_bounds_of_grades_close_on_the_side_asked_for():
    degrees = np.array([0.1, 0.3, 0.1 + 0.2, 1.0, 0.0])
    bounds = tuple(step / 10 for step in range(1, 10))
    assert classify(degrees, bounds, "right").tolist() == [1, 3, 3, 10, 1]
    assert classify(degrees, bounds, "left").tolist() == [2, 4, 4, 10, 1]


def test_stages_of_coupling_have_names():
    result = dm.coupling_coordination([[0.01, 0.9], [0.05, 0.9], [0.1, 0.9], [0.9, 0.9]])
    assert result["stage_zh"].tolist() == ["低水平耦合", "拮抗", "磨合", "高水平耦合"]


def test_the_lagging_subsystem_is_named_by_the_ratio_of_the_two():
    frame = pd.DataFrame({"digital": [0.39, 0.4, 0.6, 0.61], "manufacturing": [0.5, 0.5, 0.5, 0.5]})
    result = dm.coupling_coordination(frame)
    assert result["lagging"].tolist() == ["digital", "", "", "manufacturing"]
    assert result["type_zh"].tolist()[:2] == ["digital滞后于manufacturing", "同步发展"]
    assert result["type_en"].iloc[3] == "manufacturing lags digital"
    assert dm.coupling_coordination(THREE)[["lagging", "leading"]].iloc[0].tolist() == [
        "technology",
        "institution",
    ]


@pytest.mark.parametrize(
    ("system", "weights", "kind"),
    [
        (
            {"u": [0.2, 1.4], "v": [0.5, 0.5]},
            None,
            Fault.of("measures.subsystem_outside_unit", first_rows="1 (1)"),
        ),
        ({"u": [-0.1], "v": [0.5]}, None, "measures.subsystem_outside_unit"),
        ({"u": [0.2]}, None, "measures.too_few_subsystems"),
        ({"u": ["a"], "v": [0.5]}, None, Fault.of("arguments.value_outside", argument="subsystems")),
        (
            {"u": [0.2], "v": [0.5]},
            {"u": 0.5, "w": 0.5},
            Fault.of("measures.weights_of_other_columns", extra=("w",)),
        ),
        ({"u": [0.2], "v": [0.5]}, [0.5, 0.4], "measures.weights_do_not_sum"),
        (np.zeros((2, 2, 2)), None, Fault.of("measures.subsystems_not_a_table", ndim=3)),
    ],
)
def test_bad_subsystems_and_weights_are_refused(system, weights, kind):
    with refused(dm.MeasureError, kind):
        dm.coupling_coordination(system, weights)


def test_unknown_options_are_refused():
    with refused(dm.MeasureError, "arguments.value_outside", argument="variant"):
        dm.coupling_coordination(TWO, variant="wang")
    with refused(dm.MeasureError, "arguments.value_outside", argument="lag_bounds"):
        dm.coupling_coordination(TWO, lag_bounds=(1.2, 0.8))


def test_rounding_above_one_is_no_error():
    assert dm.coupling_coordination({"u": [1.0 + 1e-12], "v": [1.0]})["coordination"].iloc[0] == 1.0


# Values of every printed formula at u = (.3, .6) and (.3, .6, .9).
PRINTED = {
    "lost_factor": (0.4714045, 0.3028534),
    "lost_root_and_factor": (0.2222222, 0.162 / 1.8**3),
    "lost_root": (0.8888889, 0.162 / 0.6**3),
    "exponent_two": (0.7901235, (0.162 / 0.6**3) ** 2),
    "pairwise": (None, 0.9283178),
    "pairwise_factor_n": (None, 1.3924767),
    "sum_of_powers": (math.sqrt(0.18 / 0.45), (0.162 / (0.3**3 + 0.6**3 + 0.9**3)) ** (1 / 3)),
    "square_root_of_many": (None, math.sqrt(0.162 / 0.6**3)),
    "lost_factor_pairwise": (None, 1.3924767 / 3),
}


@pytest.mark.parametrize("variant", [v for v in VARIANTS if v.name in PRINTED], ids=lambda v: v.name)
def test_wrong_formulas_give_the_wrong_numbers_in_print(variant):
    for values, expected in zip(([0.3, 0.6], [0.3, 0.6, 0.9]), PRINTED[variant.name], strict=True):
        weights = np.full(len(values), 1 / len(values))
        if expected is None:
            assert len(values) not in variant.sizes
        else:
            assert variant.compute(np.array([values]), weights)[0] == pytest.approx(expected, abs=5e-8)


@pytest.fixture
def systems() -> np.ndarray:
    return np.random.default_rng(3).uniform(0.05, 0.95, (30, 3))


@pytest.mark.parametrize("size", [2, 3, 4])
def test_the_detective_names_every_formula_from_its_rounded_column(size):
    values = np.random.default_rng(size).uniform(0.05, 0.95, (30, size))
    weights = np.array([0.5, *[0.5 / (size - 1)] * (size - 1)]) if size > 2 else np.array([0.7, 0.3])
    for variant in VARIANTS:
        if variant.sizes and size not in variant.sizes:
            continue
        published = np.round(variant.compute(values, weights), 3)
        found = dm.detect_coupling_formula(values, published, weights)
        assert (found.variant, found.quantity, found.valid) == (variant.name, "coupling", variant.valid)


def test_the_detective_reads_coordination_degrees_too(systems):
    right = dm.coupling_coordination(systems)
    found = dm.detect_coupling_formula(systems, right["coordination"].round(3))
    assert (found.variant, found.quantity, found.valid) == ("standard", "coordination", True)
    half = np.round(np.sqrt(right["coupling"]) * right["development"], 3)
    found = dm.detect_coupling_formula(systems, half)
    assert (found.variant, found.valid) == ("standard_root_of_coupling_only", False)
    lost = dm.detect_coupling_formula(systems, (right["coupling"] * right["development"]).round(3))
    assert lost.variant == "standard_without_root"
    assert "丢失根号" in lost.label.zh


def test_the_detective_admits_what_it_does_not_know(systems):
    found = dm.detect_coupling_formula(systems, np.full(30, 0.5))
    assert found.variant is None
    assert found.valid is None
    assert "nearest is" in found.label.en
    assert found.table["max_abs_difference"].is_monotonic_increasing


def test_the_detective_says_when_rows_cannot_decide():
    found = dm.detect_coupling_formula([[0.5, 0.5]], [1.0], quantity="coupling")
    assert found.variant == "standard"
    assert noted(found.notes, "ambiguous", others=("wang2021", "lost_root", "exponent_two"))


def test_the_detective_needs_a_value_per_row(systems):
    with refused(dm.MeasureError, "measures.column_of_other_length"):
        dm.detect_coupling_formula(systems, [0.5])
    with refused(dm.MeasureError, "measures.no_complete_row"):
        dm.detect_coupling_formula([[0.2, 0.3]], [np.nan])


def orders() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "province": ["A", "A", "A", "B", "B", "B"],
            "year": [2010, 2011, 2013, 2010, 2011, 2012],
            "technology": [0.1, 0.3, 0.5, 0.2, 0.1, 0.3],
            "structure": [0.2, 0.3, 0.4, 0.1, 0.3, 0.3],
        }
    )


def test_synergy_is_signed_by_the_slowest_subsystem():
    result = dm.composite_synergy(orders(), entity="province", time="year")
    expected = [np.nan, 0.15, np.nan, np.nan, -0.15, 0.0]
    np.testing.assert_allclose(result["synergy"], expected, atol=1e-15)
    assert any("stood still" in note["en"] for note in result.attrs["notes"])


def test_a_gap_in_time_gives_missing_and_not_the_previous_row():
    result = dm.composite_synergy(orders(), entity="province", time="year")
    assert np.isnan(result["synergy"].iloc[2])
    first = dm.composite_synergy(orders(), entity="province", time="year", base="first")
    assert first["synergy"].iloc[2] == pytest.approx((0.4 + 0.2) / 2)


def test_synergy_does_not_depend_on_the_order_of_rows():
    frame = orders()
    shuffled = frame.sample(frac=1, random_state=2)
    for base in ("previous", "first"):
        ours = dm.composite_synergy(frame, entity="province", time="year", base=base)
        theirs = dm.composite_synergy(shuffled, entity="province", time="year", base=base).reindex(
            frame.index
        )
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)


def test_geometric_synergy_and_weights():
    degrees = [[0.1, 0.2], [0.2, 0.6]]
    geometric = dm.composite_synergy(degrees, aggregation="geometric")["synergy"]
    assert geometric.iloc[1] == pytest.approx(math.sqrt(0.1 * 0.4))
    weighted = dm.composite_synergy(degrees, [0.8, 0.2])["synergy"]
    assert weighted.iloc[1] == pytest.approx(0.8 * 0.1 + 0.2 * 0.4)


def test_synergy_refuses_two_rows_of_one_date_and_unknown_keys():
    with refused(dm.MeasureError, "measures.order_keys_repeated"):
        dm.composite_synergy(orders().drop(columns="province"), time="year")
    with refused(dm.MeasureError, "measures.order_keys_lacking"):
        dm.composite_synergy(orders(), entity="region", time="year")
    text = orders().assign(year=lambda table: "round " + table["year"].astype(str))
    with refused(dm.PanelError, "periods.periods_not_equally_spaced"):
        dm.composite_synergy(text, entity="province", time="year")
