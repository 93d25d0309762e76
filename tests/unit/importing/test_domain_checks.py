"""What the domain knows: identities, slips, breaks, series that start late, censuses."""

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.variables.china_places import PROVINCE_CODES

YEARS = range(2011, 2022)


def panel(**columns):
    frame = pd.DataFrame(
        [(code, year) for code in PROVINCE_CODES for year in YEARS], columns=["province", "year"]
    )
    growth = 1.08 ** (frame["year"] - 2011)
    base = frame["province"].map({code: 100.0 + place for place, code in enumerate(PROVINCE_CODES)})
    return frame.assign(**{name: base * growth * scale for name, scale in columns.items()})


def rules(frame, name="china_province"):
    return {(found.rule, found.column, found.severity, found.n_rows) for found in dm.check_panel(frame, name)}


def test_clean_data_has_no_findings():
    frame = panel(gdp_100m_yuan=10.0, primary_value_added_100m_yuan=1.0, secondary_value_added_100m_yuan=4.0, tertiary_value_added_100m_yuan=5.0)  # fmt: skip
    assert dm.check_panel(frame, "china_province") == ()


def test_sectors_that_do_not_add_up_are_an_error():
    frame = panel(gdp_100m_yuan=10.0, primary_value_added_100m_yuan=1.0, secondary_value_added_100m_yuan=4.0, tertiary_value_added_100m_yuan=5.0)  # fmt: skip
    frame.loc[3, "tertiary_value_added_100m_yuan"] *= 1.03
    assert rules(frame) == {("sector_sum", "gdp_100m_yuan", "error", 1)}


@pytest.mark.parametrize("factor", [10.0, 100.0, 1e4, 1e-4, 1e8])
def test_a_slip_of_the_unit_in_one_cell_is_an_error(factor):
    frame = panel(gdp_100m_yuan=10.0)
    frame.loc[5, "gdp_100m_yuan"] *= factor
    assert rules(frame) == {("unit_slip", "gdp_100m_yuan", "error", 1)}


def test_a_unit_that_changes_from_one_year_on_is_an_error():
    frame = panel(gdp_100m_yuan=10.0)
    frame.loc[frame["year"] >= 2016, "gdp_100m_yuan"] *= 1e4
    assert rules(frame) == {("unit_break", "gdp_100m_yuan", "error", 31)}


def test_a_jump_is_a_warning():
    frame = panel(patents_granted=10.0)
    frame.loc[(frame["province"] == "110000") & (frame["year"] >= 2016), "patents_granted"] *= 4
    assert rules(frame) == {("jump", "patents_granted", "warning", 1)}


def test_a_share_declared_as_a_percentage_is_an_error():
    frame = panel()
    frame["urbanization_pct"] = 0.5 + np.arange(len(frame)) / 1e4
    assert rules(frame) == {("percent_scale", "urbanization_pct", "error", len(frame))}


def test_series_that_start_in_2013_or_ended_in_2019_are_warned_of():
    frame = panel(websites_per_100_firms=0.4)
    frame["investment_price_index_previous_year"] = 101.0
    assert rules(frame) == {
        ("series_start", "websites_per_100_firms", "warning", 62),
        ("series_end", "investment_price_index_previous_year", "warning", 62),
    }


def test_each_change_of_the_price_base_of_telecommunication_is_warned_of():
    found = dm.check_panel(panel(telecom_services_100m_yuan=10.0), "china_province")
    assert [(one.rule, one.n_rows, one.first[0][:11]) for one in found] == [
        ("telecom_base", 31, "110000 2016"),
        ("telecom_base", 31, "110000 2021"),
    ]


def test_population_before_the_census_that_was_not_revised_is_warned_of():
    frame = panel()
    frame["resident_population_10k"] = 3000.0
    frame.loc[frame["year"] >= 2020, "resident_population_10k"] *= 1.06
    assert rules(frame) == {("population_census", "resident_population_10k", "warning", 31)}


def test_output_that_falls_at_the_economic_census_is_warned_of():
    frame = panel(gdp_100m_yuan=10.0)
    cut = frame["province"].isin(["120000", "370000"]) & (frame["year"] >= 2018)
    frame.loc[cut, "gdp_100m_yuan"] *= 0.8
    assert rules(frame) == {("output_census", "gdp_100m_yuan", "warning", 2)}


def test_income_per_person_a_power_of_ten_off_is_an_error():
    frame = panel(gdp_100m_yuan=10.0)
    frame["resident_population_10k"] = 3000.0
    frame["gdp_per_capita_yuan"] = frame["gdp_100m_yuan"] / 3000.0
    assert ("per_person_scale", "gdp_per_capita_yuan", "error", len(frame)) in rules(frame)


def test_missing_rows_are_warned_of():
    frame = panel(gdp_100m_yuan=10.0).drop(index=[4, 5])
    assert rules(frame) == {("incomplete", "province", "warning", 1)}


def test_firms_may_jump_and_owe_more_than_they_own():
    frame = pd.DataFrame({"firm": ["a"] * 4, "year": range(2011, 2015), "total_assets_yuan": [1e9, 1e5, 1e9, 1e9], "total_liabilities_yuan": [5e8] * 4})  # fmt: skip
    assert rules(frame, "firm") == {
        ("unit_slip", "total_assets_yuan", "warning", 1),
        ("debt_above_assets", "total_liabilities_yuan", "warning", 1),
    }


def test_a_check_stops_an_import_until_it_is_accepted_and_then_reaches_every_table(tmp_path):
    frame = panel(gdp_100m_yuan=10.0, patents_granted=3.0)
    frame.loc[5, "gdp_100m_yuan"] *= 100
    frame.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(dm.PanelError, match="unit_slip"):
        dm.import_panel(tmp_path / "a.csv", "china_province")
    dm.import_panel(tmp_path / "a.csv", "china_province", {"accept": ["unit_slip"]}).save(tmp_path)
    loaded = dm.load_panel("china_province", tmp_path)
    spec = dm.Specification(
        "gdp_100m_yuan", "patents_granted", entity="province", time="year", fixed_effects="province"
    )
    assert any("unit_slip (accepted)" in note.en for note in dm.estimate(spec, loaded).notes)
    other = spec.replace(outcome="patents_granted", regressors="year")
    assert not any("unit_slip" in note.en for note in dm.estimate(other, loaded).notes)
