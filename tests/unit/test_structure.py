"""Measures of industrial structure and of where industries are."""

import math

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

OUTPUT, EMPLOYMENT = [10, 45, 45], [30, 30, 40]
BEFORE, AFTER = [0.10, 0.45, 0.45], [0.07, 0.40, 0.53]


def test_theil_rationalization_of_the_toy():
    expected = 0.1 * math.log(1 / 3) + 0.45 * math.log(1.5) + 0.45 * math.log(1.125)
    assert dm.theil_rationalization(OUTPUT, EMPLOYMENT) == pytest.approx(expected, abs=1e-14)
    assert round(expected, 7) == 0.1256004


def test_structure_deviation_weighted_and_classic():
    weighted = 0.1 * (2 / 3) + 0.45 * 0.5 + 0.45 * 0.125
    assert dm.structure_deviation(OUTPUT, EMPLOYMENT) == pytest.approx(weighted, abs=1e-14)
    assert round(weighted, 7) == 0.3479167
    assert dm.structure_deviation(OUTPUT, EMPLOYMENT, "equal") == pytest.approx(
        2 / 3 + 0.5 + 0.125, abs=1e-14
    )


def test_advancement_and_hierarchy_of_the_toy():
    norm = math.sqrt(0.1**2 + 2 * 0.45**2)
    angles = [math.acos(x / norm) for x in BEFORE]
    assert dm.structure_advancement(BEFORE) == pytest.approx(
        3 * angles[0] + 2 * angles[1] + angles[2], abs=1e-13
    )
    assert round(dm.structure_advancement(BEFORE), 7) == 6.6371504
    assert dm.structure_hierarchy(BEFORE) == pytest.approx(2.35, abs=1e-14)
    assert dm.structure_hierarchy(BEFORE, [0.5, 1.0, 2.0]) == pytest.approx(0.05 + 0.45 + 0.9, abs=1e-14)


def test_moore_index_of_the_toy():
    dot = 0.1 * 0.07 + 0.45 * 0.40 + 0.45 * 0.53
    cosine = dot / math.sqrt(0.415 * (0.07**2 + 0.4**2 + 0.53**2))
    assert dm.moore_index(BEFORE, AFTER) == pytest.approx(cosine, abs=1e-14)
    assert dm.moore_index(BEFORE, AFTER, "radians") == pytest.approx(math.acos(cosine), abs=1e-13)
    printed = (dm.moore_index(BEFORE, AFTER), dm.moore_index(BEFORE, AFTER, "radians"))
    assert tuple(round(value, 7) for value in printed) == (0.9892487, 0.1467694)
    assert round(dm.moore_index(BEFORE, AFTER, "degrees"), 4) == 8.4093


def test_small_moore_angles_keep_their_digits():
    # arccos of 1 - 5e-19 would be 0: the angle comes from the difference of the two directions.
    assert dm.moore_index([1.0, 0.0], [1.0, 1e-9], "radians") == pytest.approx(1e-9, rel=1e-12)


def test_lilien_index_with_its_three_weightings():
    before, after = [50.0, 50.0], [50.0, 100.0]
    growth = np.array([0.0, math.log(2)]) - math.log(1.5)
    for share, weights in {"after": [1 / 3, 2 / 3], "before": [0.5, 0.5], "mean": [5 / 12, 7 / 12]}.items():
        expected = math.sqrt(np.dot(weights, growth**2))
        assert dm.lilien_index(before, after, share) == pytest.approx(expected, abs=1e-14)


def test_shift_share_terms_add_up_and_follow_fabricant():
    terms = dm.shift_share([10, 40], [50, 50], [12, 63], [40, 60])
    p0, p1, s0, s1 = np.array([0.2, 0.8]), np.array([0.3, 1.05]), np.array([0.5, 0.5]), np.array([0.4, 0.6])
    assert terms["within"] == pytest.approx(s0 @ (p1 - p0), abs=1e-14)
    assert terms["static_shift"] == pytest.approx((s1 - s0) @ p0, abs=1e-14)
    assert terms["dynamic_shift"] == pytest.approx((s1 - s0) @ (p1 - p0), abs=1e-14)
    assert terms["growth"] == pytest.approx(0.75 / 0.5 - 1, abs=1e-14)
    by_sector = dm.shift_share([10, 40], [50, 50], [12, 63], [40, 60], by_sector=True)
    np.testing.assert_allclose(by_sector.sum(), terms, atol=1e-14)


def test_regional_shift_share_terms_add_up():
    regions = pd.DataFrame({"cars": [100.0, 20.0], "food": [50.0, 80.0]}, index=["north", "south"])
    later = pd.DataFrame({"cars": [130.0, 30.0], "food": [50.0, 90.0]}, index=["north", "south"])
    terms = dm.regional_shift_share(regions, later, [1000.0, 1000.0], [1100.0, 1300.0])
    np.testing.assert_allclose(
        terms[["reference", "mix", "competitive"]].sum(axis=1), terms["change"], atol=1e-12
    )
    assert terms.loc["north"].round(10).tolist() == [30.0, -5.0, 5.0, 30.0]


def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    index = pd.Index(["京", "津"], name="province")
    columns = ["primary", "secondary", "tertiary"]
    output = pd.DataFrame([OUTPUT, [20, 50, 30]], index=index, columns=columns, dtype=float)
    employment = pd.DataFrame([EMPLOYMENT, [40, 30, 30]], index=index, columns=columns, dtype=float)
    return output, employment


@pytest.mark.parametrize(
    "measure",
    [
        dm.theil_rationalization,
        dm.structure_deviation,
        dm.moore_index,
        dm.lilien_index,
        lambda output, employment: dm.structure_advancement(output),
        lambda output, employment: dm.structure_hierarchy(output),
    ],
)
def test_rows_of_a_frame_are_units_and_arrays_and_vectors_agree(measure):
    output, employment = frames()
    result = measure(output, employment)
    assert isinstance(result, pd.Series)
    assert result.index.equals(output.index)
    array = measure(output.to_numpy(), employment.to_numpy())
    np.testing.assert_array_equal(array, result)
    assert measure(list(output.iloc[0]), list(employment.iloc[0])) == pytest.approx(result.iloc[0], abs=1e-15)


def test_sectors_and_units_are_matched_by_label():
    output, employment = frames()
    turned = employment.iloc[::-1, ::-1]
    ours, theirs = dm.theil_rationalization(output, employment), dm.theil_rationalization(output, turned)
    pd.testing.assert_series_equal(ours, theirs, check_exact=True)
    with refused(dm.MeasureError, "measures.other_rows_or_sectors"):
        dm.theil_rationalization(output, employment.rename(columns={"primary": "farming"}))


def test_a_missing_amount_makes_its_row_missing_only():
    output, employment = frames()
    output.iloc[1, 0] = np.nan
    for result in (dm.theil_rationalization(output, employment), dm.structure_advancement(output)):
        assert result.notna().tolist() == [True, False]
    shifted = dm.moore_index(output.shift(), output)
    assert shifted.isna().all()


def test_a_sector_without_output_adds_nothing():
    with_empty = dm.theil_rationalization([0, 10, 45, 45], [10, 27, 27, 36])
    expected = 0.1 * math.log(0.1 / 0.27) + 0.45 * math.log(0.45 / 0.27) + 0.45 * math.log(0.45 / 0.36)
    assert with_empty == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda: dm.theil_rationalization([0, 0, 0], EMPLOYMENT), "measures.sectors_total_zero"),
        (lambda: dm.theil_rationalization([-1, 50, 51], EMPLOYMENT), "measures.sectors_negative"),
        (lambda: dm.theil_rationalization(OUTPUT, [0, 50, 50]), "measures.no_employment"),
        (lambda: dm.structure_advancement([0.5, -0.1, 0.6]), "measures.sectors_negative"),
        (lambda: dm.structure_advancement([0.5, np.inf, 0.6]), "measures.sectors_infinite"),
        (
            lambda: dm.structure_advancement(["a", "b"]),
            Fault.of("arguments.value_outside", argument="structure"),
        ),
        (lambda: dm.structure_advancement([1.0]), "measures.too_few_sectors"),
        (lambda: dm.structure_hierarchy(BEFORE, [1, 2]), "measures.other_rows_or_sectors"),
        (lambda: dm.lilien_index([1.0, 0.0], [1.0, 1.0]), "measures.sectors_zero"),
        (lambda: dm.moore_index(BEFORE, [0.5, 0.5]), "measures.other_rows_or_sectors"),
        (lambda: dm.shift_share([1, 1], [0, 1], [1, 1], [1, 1]), "measures.sectors_zero"),
        (
            lambda: dm.moore_index(BEFORE, AFTER, "degree"),
            Fault.of("arguments.value_outside", argument="unit"),
        ),
        (
            lambda: dm.location_quotient([[1.0, 0.0], [2.0, 0.0]]),
            Fault.of("measures.location_amounts", industries="1 (1)"),
        ),
        (lambda: dm.location_quotient([[1.0, np.nan], [2.0, 1.0]]), "measures.location_amounts"),
        (
            lambda: dm.location_quotient(pd.DataFrame({"region": ["a", "b"], "x": [1, 2]})),
            "measures.location_table_shape",
        ),
        (lambda: dm.coagglomeration(-0.5, 1.0), Fault.of("arguments.value_outside", argument="first")),
        (lambda: dm.coagglomeration([1.0, 2.0], [1.0]), "measures.quotients_of_other_regions"),
        (lambda: dm.ellison_glaeser_coagglomeration([[1.0, 1.0], [0.0, 0.0]]), "measures.location_amounts"),
    ],
)
def test_bad_input_is_refused(call, kind):
    with refused(dm.MeasureError, kind):
        call()


def test_location_quotients_average_to_one_in_every_industry():
    amounts = pd.DataFrame([[30.0, 10.0], [10.0, 50.0]], index=["A", "B"], columns=["cars", "food"])
    quotients = dm.location_quotient(amounts)
    np.testing.assert_allclose(quotients.to_numpy(), [[1.875, 5 / 12], [5 / 12, 25 / 18]], atol=1e-14)
    sizes = amounts.sum(axis=1) / amounts.to_numpy().sum()
    np.testing.assert_allclose(quotients.mul(sizes, axis=0).sum(), 1.0, atol=1e-14)


def test_coagglomeration_is_high_where_both_industries_are_and_alike():
    assert dm.coagglomeration(1.5, 0.5) == pytest.approx(1 - 1 / 2 + 2)
    both = dm.coagglomeration(
        pd.Series([2.0, 0.0], index=["A", "B"]), pd.Series([0.0, 2.0], index=["B", "A"])
    )
    assert both.loc["A"] == 5.0
    assert math.isnan(both.loc["B"])


def test_ellison_glaeser_coagglomeration_is_positive_for_industries_that_gather_together():
    amounts = pd.DataFrame({"steel": [9.0, 1, 1], "coal": [8.0, 1, 1], "games": [1.0, 9, 2]})
    gamma = dm.ellison_glaeser_coagglomeration(amounts)
    assert gamma.loc["steel", "coal"] > 0 > gamma.loc["steel", "games"]
    np.testing.assert_allclose(gamma, gamma.T)
    s = amounts / amounts.sum()
    x = s.mean(axis=1)
    by_hand = ((s["steel"] - x) * (s["coal"] - x)).sum() / (1 - (x**2).sum())
    assert gamma.loc["steel", "coal"] == pytest.approx(by_hand, abs=1e-15)
