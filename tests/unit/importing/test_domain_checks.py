"""What the domain knows: identities, slips, breaks, series that start late, censuses."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.panels.usual_levels import NATIONAL_LEVELS, POPULATION_2020_10K
from digimfg.variables.china_places import PROVINCE_CODES

YEARS = range(2011, 2022)


def panel(**columns):
    frame = pd.DataFrame(
        [(code, year) for code in PROVINCE_CODES for year in YEARS], columns=["province", "year"]
    )
    growth = 1.08 ** (frame["year"] - 2011)
    base = frame["province"].map(POPULATION_2020_10K)
    return frame.assign(**{name: base * growth * scale for name, scale in columns.items()})


def rules(frame, name="china_province"):
    return {(found.rule, found.column, found.severity, found.n_rows) for found in dm.check_panel(frame, name)}


def test_clean_data_has_no_findings():
    frame = panel(gdp_100m_yuan=3.5, primary_value_added_100m_yuan=0.35, secondary_value_added_100m_yuan=1.4, tertiary_value_added_100m_yuan=1.75)  # fmt: skip
    assert dm.check_panel(frame, "china_province") == ()


def test_sectors_that_do_not_add_up_are_an_error():
    frame = panel(gdp_100m_yuan=3.5, primary_value_added_100m_yuan=0.35, secondary_value_added_100m_yuan=1.4, tertiary_value_added_100m_yuan=1.75)  # fmt: skip
    frame.loc[3, "tertiary_value_added_100m_yuan"] *= 1.03
    assert rules(frame) == {("sector_sum", "gdp_100m_yuan", "error", 1)}


@pytest.mark.parametrize("factor", [10.0, 100.0, 1e4, 1e-4, 1e8])
def test_a_slip_of_the_unit_in_one_cell_is_an_error(factor):
    frame = panel(gdp_100m_yuan=3.5)
    frame.loc[5, "gdp_100m_yuan"] *= factor
    assert rules(frame) == {("unit_slip", "gdp_100m_yuan", "error", 1)}


def test_a_unit_that_changes_from_one_year_on_is_an_error():
    frame = panel(gdp_100m_yuan=3.5)
    frame.loc[frame["year"] >= 2016, "gdp_100m_yuan"] *= 1e4
    assert ("unit_break", "gdp_100m_yuan", "error", 31) in rules(frame)


def test_a_jump_is_a_warning():
    frame = panel(patents_granted=6.0)
    frame.loc[(frame["province"] == "110000") & (frame["year"] >= 2016), "patents_granted"] *= 4
    assert rules(frame) == {("jump", "patents_granted", "warning", 1)}


def test_a_share_declared_as_a_percentage_is_an_error():
    frame = panel()
    frame["urbanization_pct"] = 0.5 + np.arange(len(frame)) / 1e4
    assert ("percent_scale", "urbanization_pct", "error", len(frame)) in rules(frame)


def test_series_that_start_in_2013_or_ended_in_2019_are_warned_of():
    frame = panel()
    frame["websites_per_100_firms"] = 55.0
    frame["investment_price_index_previous_year"] = 101.0
    assert rules(frame) == {
        ("series_start", "websites_per_100_firms", "warning", 62),
        ("series_end", "investment_price_index_previous_year", "warning", 62),
    }


def test_each_change_of_the_price_base_of_telecommunication_is_warned_of():
    found = dm.check_panel(panel(telecom_services_100m_yuan=0.09), "china_province")
    assert [(one.rule, one.n_rows, one.first[0][:11]) for one in found] == [
        ("telecom_base", 31, "110000 2016"),
        ("telecom_base", 31, "110000 2021"),
    ]


def test_population_before_the_census_that_was_not_revised_is_warned_of():
    frame = panel()
    frame["resident_population_10k"] = frame["province"].map(POPULATION_2020_10K)
    frame.loc[frame["year"] >= 2020, "resident_population_10k"] *= 1.06
    assert rules(frame) == {("population_census", "resident_population_10k", "warning", 31)}


def test_output_that_falls_at_the_economic_census_is_warned_of():
    frame = panel(gdp_100m_yuan=3.5)
    cut = frame["province"].isin(["120000", "370000"]) & (frame["year"] >= 2018)
    frame.loc[cut, "gdp_100m_yuan"] *= 0.8
    assert rules(frame) == {("output_census", "gdp_100m_yuan", "warning", 2)}


def test_income_per_person_a_power_of_ten_off_is_an_error():
    frame = panel(gdp_100m_yuan=3.5)
    frame["resident_population_10k"] = frame["province"].map(POPULATION_2020_10K)
    frame["gdp_per_capita_yuan"] = frame["gdp_100m_yuan"] / frame["resident_population_10k"]
    assert ("per_person_scale", "gdp_per_capita_yuan", "error", len(frame)) in rules(frame)


def test_missing_rows_are_warned_of():
    frame = panel(gdp_100m_yuan=3.5).drop(index=[4, 5])
    assert rules(frame) == {("incomplete", "province", "warning", 1)}


def test_firms_may_jump_and_owe_more_than_they_own():
    frame = pd.DataFrame({"firm": ["a"] * 4, "year": range(2011, 2015), "total_assets_yuan": [1e9, 1e5, 1e9, 1e9], "total_liabilities_yuan": [5e8] * 4})  # fmt: skip
    assert rules(frame, "firm") == {
        ("unit_slip", "total_assets_yuan", "warning", 1),
        ("debt_above_assets", "total_liabilities_yuan", "warning", 1),
    }


def test_a_check_stops_an_import_until_it_is_accepted_and_then_reaches_every_table(tmp_path):
    frame = panel(gdp_100m_yuan=3.5, patents_granted=6.0)
    frame.loc[5, "gdp_100m_yuan"] *= 100.0
    frame.to_csv(tmp_path / "a.csv", index=False)
    with refused(dm.PanelError, "panels.values_disagree"):
        dm.import_panel(tmp_path / "a.csv", "china_province")
    dm.import_panel(tmp_path / "a.csv", "china_province", {"accept": ["unit_slip"]}).save(tmp_path)
    loaded = dm.load_panel("china_province", tmp_path)
    spec = dm.Specification(
        "gdp_100m_yuan", "patents_granted", entity="province", time="year", fixed_effects="province"
    )
    assert any("unit_slip (accepted)" in note.en for note in dm.estimate(spec, loaded).notes)
    other = spec.replace(outcome="patents_granted", regressors="year")
    assert not any("unit_slip" in note.en for note in dm.estimate(other, loaded).notes)


@pytest.mark.parametrize("factor", [10.0, 100.0, 1e4, 1e8, 0.1, 0.01, 1e-4, 1e-8])
@pytest.mark.parametrize(
    "where",
    [
        lambda frame: frame["year"] > 0,
        lambda frame: frame["province"] == "150000",
        lambda frame: frame["year"] == 2016,
        lambda frame: frame["year"] == 2011,
        lambda frame: frame["year"] == 2021,
        lambda frame: frame["year"] >= 2017,
        lambda frame: (frame["province"] == "510000") & (frame["year"] == 2021),
        lambda frame: (frame["province"] == "510000") & frame["year"].isin([2015, 2016]),
        lambda frame: (frame["province"] == "510000") & (frame["year"] >= 2018),
    ],
    ids=["everywhere", "a province", "a year", "the first year", "the last year", "from 2017", "a last cell", "two cells", "a province from 2018"],
)  # fmt: skip
def test_a_wrong_unit_is_an_error_wherever_it_stands(factor, where):
    frame = panel(gdp_100m_yuan=3.5)
    frame.loc[where(frame), "gdp_100m_yuan"] *= factor
    assert any(severity == "error" for _, _, severity, _ in rules(frame))


def test_a_wrong_unit_shows_in_years_that_do_not_follow_each_other_and_in_a_file_of_one_year():
    frame = panel(gdp_100m_yuan=3.5)
    some = frame[frame["year"].isin([2011, 2015, 2019])].copy()
    some.loc[some["year"] == 2015, "gdp_100m_yuan"] *= 100
    assert any(severity == "error" for _, _, severity, _ in rules(some))
    one = frame[frame["year"] == 2020].copy()
    one.loc[one["province"] == "420000", "gdp_100m_yuan"] *= 1e4
    assert ("magnitude", "gdp_100m_yuan", "error", 1) in rules(one)


@pytest.mark.parametrize("name", sorted(NATIONAL_LEVELS))
def test_no_total_is_accepted_ten_thousand_times_too_large_or_too_small(name):
    level = NATIONAL_LEVELS[name]
    people = np.array([POPULATION_2020_10K[code] for code in PROVINCE_CODES])
    right = pd.DataFrame({"province": PROVINCE_CODES, "year": 2020, name: level.in_2020 * people / people.sum()})  # fmt: skip
    assert rules(right) == set()
    for factor in (1e4, 1e-4):
        assert ("magnitude", name, "error", 31) in rules(right.assign(**{name: right[name] * factor}))


def test_a_zero_that_stands_for_a_missing_value_is_an_error_and_a_true_one_is_not():
    frame = panel(gdp_100m_yuan=3.5, patents_granted=6.0)
    frame.loc[7, "gdp_100m_yuan"] = 0.0
    frame.loc[9, "patents_granted"] = 0.0
    found = {(rule, column, rows) for rule, column, severity, rows in rules(frame) if severity == "error"}
    assert ("zero", "gdp_100m_yuan", 1) in found
    assert ("zero", "patents_granted", 1) in found
    frame = panel(exports_10k_usd=1400.0)
    frame.loc[frame["province"] == "540000", "exports_10k_usd"] = 0.0
    assert rules(frame) == set()


def test_a_profit_may_fall_to_a_tenth_and_to_nothing():
    frame = panel(industrial_profit_100m_yuan=0.4)
    frame.loc[[5, 6], "industrial_profit_100m_yuan"] *= 0.1
    frame.loc[20, "industrial_profit_100m_yuan"] = 0.0
    assert not any(severity == "error" for _, _, severity, _ in rules(frame))


def test_per_mille_and_shares_declared_as_percent_are_errors_in_small_files_too():
    frame = pd.DataFrame({"province": PROVINCE_CODES[:5], "year": 2019, "tertiary_gdp_pct": [53.0] * 5})
    assert rules(frame) == set()
    for factor in (0.01, 0.1):
        off = frame.assign(tertiary_gdp_pct=53.0 * factor)
        assert ("magnitude", "tertiary_gdp_pct", "error", 5) in rules(off)


def test_a_city_outside_its_province_is_an_error():
    frame = pd.DataFrame({"city": ["220200", "320100"], "year": [2019] * 2, "province": ["320000"] * 2})
    assert rules(frame, "china_city") == {("place", "province", "error", 1)}


def test_cities_that_were_dissolved_and_those_that_took_them_over_are_warned_of():
    frame = pd.DataFrame(
        {"city": ["371200"] * 2 + ["370100"] * 2, "year": [2018, 2019] * 2, "province": "370000"}
    )
    assert rules(frame, "china_city") == {
        ("dissolved", "city", "warning", 1),
        ("boundary", "city", "warning", 1),
    }


def test_firms_in_the_wrong_unit_are_an_error():
    frame = pd.DataFrame({"firm": list("abcdef"), "year": 2019, "total_assets_yuan": [3e9, 1e9, 5e9, 2e10, 8e8, 4e9]})  # fmt: skip
    assert rules(frame, "firm") == set()
    assert ("magnitude", "total_assets_yuan", "error", 6) in rules(frame.assign(total_assets_yuan=frame["total_assets_yuan"] * 1e-8), "firm")  # fmt: skip


def test_a_finding_is_accepted_for_one_column_alone():
    frame = panel(gdp_100m_yuan=3.5, patents_granted=6.0)
    frame.loc[5, ["gdp_100m_yuan", "patents_granted"]] *= 100.0
    found = dm.check_panel(frame, "china_province")
    accept = ("unit_slip:gdp_100m_yuan",)
    assert [one.accepted(accept) for one in found if one.rule == "unit_slip"] == [False, True]


def test_simulated_provinces_are_not_measured_by_real_ones(tmp_path):
    twin = dm.simulate_panel("china_province", seed=3)
    assert not [found for found in dm.check_panel(twin, "china_province") if found.severity == "error"]
    twin[["province", "year", "gdp_100m_yuan", "synthetic"]].to_csv(tmp_path / "twin.csv", index=False)
    assert len(dm.import_panel(tmp_path / "twin.csv", "china_province").frame) == len(twin)
