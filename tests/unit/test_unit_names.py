"""Codes and names of one unit meet wherever units of two sources do."""

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.exhibits import Evidence
from digimfg.variables.china_places import PROVINCES
from digimfg.variables.unit_names import held_values, in_words_of, same_units, unit_code

CODES = list(PROVINCES)
SPELLINGS = {
    "codes": CODES,
    "numbers": [int(code) for code in CODES],
    "short": [PROVINCES[code][1] for code in CODES],
    "full": [PROVINCES[code][0] for code in CODES],
    "english": [PROVINCES[code][2] for code in CODES],
}


@pytest.mark.parametrize("held", SPELLINGS)
@pytest.mark.parametrize("wanted", SPELLINGS)
def test_every_spelling_of_the_provinces_meets_every_other(wanted, held):
    expected = dict(zip(SPELLINGS[wanted], SPELLINGS[held], strict=True))
    assert held_values(SPELLINGS[wanted], SPELLINGS[held]) == expected


def test_what_is_no_unit_of_the_data_has_no_entry():
    assert held_values(["北京", "哥谭"], ["110000", "120000"]) == {"北京": "110000"}
    assert same_units(["北京"], ["110000", "plan B"]) == {}
    assert same_units(["北京"], ["北京市", "110000"]) == {}


def test_an_equal_value_goes_before_a_name():
    assert held_values(["110000", "北京"], ["110000", "120000"]) == {"110000": "110000"}
    assert held_values(["北京", "北京市"], ["110000", "120000"]) == {}


def test_numbers_and_their_text_are_alike():
    assert held_values([7, 8.0, "9"], ["7", "8", 9]) == {7: "7", 8.0: "8", "9": 9}


def test_a_city_and_its_province_are_told_apart_by_the_data():
    assert same_units(["吉林"], ["220200", "110000", "320100"]) == {"吉林": "220200"}
    assert same_units(["吉林"], ["220000", "110000", "320000"]) == {"吉林": "220000"}


@pytest.mark.parametrize(
    ("key", "value"),
    [("province", True), ("province", None), ("country", 1.5), ("city", " "), ("country", [])],
)
def test_what_is_no_name_has_no_code(key, value):
    assert unit_code(key, value) is None


def test_a_column_in_the_words_of_another():
    column = pd.Series(["北京", None, "火星"])
    assert in_words_of(column, ["110000", "120000"]).tolist()[0] == "110000"
    assert in_words_of(column, ["a"]) is column


def panel(spelling):
    frame = dm.simulate_panel("china_province", seed=2026)
    to = dict(zip(CODES, SPELLINGS[spelling], strict=True))
    return frame.assign(province=frame["province"].map(to))


def spatial(frame, weights):
    spec = dm.Specification(
        "upgrading_linear", "digital_index", entity="province", time="year", fixed_effects=("province", "year"),
        estimator=dm.SpatialPanel(weights=weights, standardization="row"),
    )  # fmt: skip
    return dm.estimate(spec, frame).coefficients["estimate"].sort_index()


@pytest.mark.parametrize("spelling", ["numbers", "short", "full", "english"])
def test_the_weights_of_the_provinces_fit_a_panel_in_any_spelling(spelling):
    weights = dm.china_province_weights()
    own = spatial(panel("codes"), dm.china_province_weights(CODES))
    np.testing.assert_allclose(spatial(panel("codes"), weights), own, rtol=1e-9)
    np.testing.assert_allclose(spatial(panel(spelling), weights), own, rtol=1e-6)


def test_every_measure_of_space_takes_names_beside_codes():
    frame, weights = panel("codes"), dm.china_province_weights()
    own = dm.china_province_weights(CODES)
    one = frame[frame["year"] == 2020].set_index("province")["digital_index"]
    assert dm.moran(one, weights, permutations=9).statistic == dm.moran(one, own, permutations=9).statistic
    pd.testing.assert_frame_equal(
        dm.local_moran(one, weights, permutations=9).frame, dm.local_moran(one, own, permutations=9).frame
    )
    tables = [
        dm.moran_by_period(frame, "digital_index", "province", "year", each, permutations=0).frame
        for each in (weights, own)
    ]
    pd.testing.assert_frame_equal(*tables)
    chains = [
        dm.spatial_markov(frame, "digital_index", "province", "year", each, draws=9).counts
        for each in (weights, own)
    ]
    pd.testing.assert_frame_equal(*chains)


def test_weights_made_of_others_take_names_beside_codes():
    weights = dm.china_province_weights()
    levels = pd.Series(np.arange(1.0, 32.0), index=CODES)
    by_name = levels.set_axis(SPELLINGS["short"])
    np.testing.assert_allclose(
        dm.nested_weights(weights, levels).matrix.toarray(),
        dm.nested_weights(weights, by_name).matrix.toarray(),
    )
    np.testing.assert_allclose(
        dm.nested_weights(weights, dm.economic_weights(levels)).matrix.toarray(),
        dm.nested_weights(weights, dm.economic_weights(by_name)).matrix.toarray(),
    )
    core = [
        dm.core_periphery_weights(weights, names, "core_to_periphery")
        for names in (["北京", "上海"], ["110000", 310000])
    ]
    assert core[0] == core[1]


def test_a_synthetic_control_takes_the_name_of_the_treated_unit():
    frame = panel("codes")
    options = {"entity": "province", "time": "year", "treated_from": 2018}
    donors = ["120000", "130000", "140000", "320000"]
    by_code = dm.synthetic_control(frame, "digital_index", treated="110000", donors=donors, **options)
    by_name = dm.synthetic_control(
        frame, "digital_index", treated="北京", donors=["天津", "河北", "山西", "江苏"], **options
    )
    assert by_name.treated == "110000"
    pd.testing.assert_series_equal(by_code.weights, by_name.weights)


def test_checks_leave_out_units_by_name_and_refuse_what_does_not_occur():
    frame = panel("codes")
    spec = dm.Specification(
        "upgrading_linear", "digital_index", entity="province", time="year", fixed_effects="province"
    )

    def without(*names):
        check = dm.RobustnessCheck.without("province", names)
        (row,) = dm.robustness_battery(spec, frame, checks=(check,)).rows
        return row

    by_name, by_code = without("北京", "上海"), without("110000", "310000")
    assert by_name.numbers == by_code.numbers
    unknown = without("北京", "哥谭")
    assert unknown.numbers is None
    assert "哥谭" in unknown.said.en


def test_groups_levels_may_be_names_of_units():
    frame = panel("codes")
    frame = frame[frame["province"].isin(["110000", "310000"])]
    spec = dm.Specification("upgrading_linear", "digital_index", covariance=dm.Robust())
    found = dm.group_difference(spec, frame, "province", levels=("北京", "上海"), methods=("interaction",))
    assert found.tables["differences"].shape[0] == 1


def test_a_trace_takes_the_name_of_a_country():
    by_name = dm.trace("world", {"country": "中国", "year": 2010}, "log_tfp")
    assert by_name == dm.trace("world", {"country": "CHN", "year": 2010}, "log_tfp")


def test_income_of_countries_by_name_meets_exports_by_code():
    exports = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 1.0]}, index=["DEU", "FRA"])
    income = pd.Series([50.0, 40.0], index=["DEU", "FRA"])
    pd.testing.assert_series_equal(
        dm.prody(exports, income), dm.prody(exports, income.set_axis(["德国", "France"]))
    )


def test_shares_of_units_by_name_meet_a_panel_of_codes():
    shares = pd.DataFrame(
        {
            "province": ["110000", "120000"] * 2,
            "sector": ["C39", "C39", "C13", "C13"],
            "share": [0.2, 0.6, 0.8, 0.4],
        }
    )
    shocks = pd.DataFrame({"sector": ["C39", "C13"], "shock": [1.0, 2.0]})
    named = shocks.assign(sector=["计算机、通信和其他电子设备制造业", "农副食品加工业"])
    tables = [
        dm.shift_share_instrument(shares, each, entity="province", sector="sector").frame
        for each in (shocks, named)
    ]
    pd.testing.assert_frame_equal(*tables)


def test_charts_choose_units_by_name():
    frame = panel("codes")
    chart = dm.RidgelinePlot("r", variable="digital_index", by="province", values=("北京", "上海"))
    assert chart.show(Evidence(frame=frame)).numbers is not None
