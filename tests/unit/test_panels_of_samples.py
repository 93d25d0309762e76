"""Panels of firms, quarters, long series and metropolitan areas are those of their sources, value for value."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.panels import find_panel
from digimfg.panels.coverage import coverage
from digimfg.variables import dictionary

RAW = Path(__file__).parents[2] / "data" / "raw"
SAMPLES = ("firm_sample", "long_run", "national_quarterly", "us_metro")


@pytest.mark.parametrize(
    ("panel", "file", "where", "columns"),
    [
        ("firm_sample", "firm_samples/spain.csv", "sample_country == 'ESP'", {"y": "log_real_output", "f": "real_cash_flow"}),
        (
            "firm_sample", "firm_samples/united_kingdom.csv", "sample_country == 'GBR'",
            {"emp": "thousand_persons", "output": "industry_output"},
        ),
        ("long_run", "world_carbon/carbon.csv", "place == 'world'", {"carbon_emissions": "carbon_emissions_mt"}),
        (
            "long_run", "us_long_series/us.csv", "place == 'united_states'",
            {"indprod": "log_industrial_production", "cpi": "log_consumer_prices"},
        ),
        (
            "national_quarterly", "oecd_quarterly_accounts/quarterly.csv", "quarter > 0",
            {"va_ict": "ict_value_added_mlcu", "va_mfg_real": "manufacturing_value_added_volume_mlcu"},
        ),
        (
            "us_metro", "bls_occupations/metropolitan.csv", "persons_employed > 0",
            {"computer_employment": "computer_occupations_employed"},
        ),
    ],
)  # fmt: skip
def test_every_value_is_the_publishers(panel, file, where, columns):
    frame, raw = dm.load_panel(panel).query(where), pd.read_csv(RAW / file)
    assert len(frame) == len(raw)
    for code, name in columns.items():
        np.testing.assert_array_equal(np.sort(frame[name]), np.sort(raw[code]))


@pytest.mark.parametrize("panel", SAMPLES)
def test_columns_are_described_in_both_languages_and_name_their_source(panel):
    frame, declared = dm.load_panel(panel), find_panel(panel)
    pd.testing.assert_frame_equal(dm.validate_panel(frame, panel), frame)
    assert not frame.duplicated(list(declared.keys)).any()
    for name in declared.variables:
        entry = dictionary()[name]
        assert entry.label.zh != entry.label.en
        assert entry.source in (*declared.sources, "derived", "imported", "country_codes")
    assert frame.attrs["sources"]


def test_a_quarter_is_traced_to_the_cell_of_its_first_day():
    traced = dm.trace("national_quarterly", {"country": "DEU", "quarter": 7981}, "ict_value_added_mlcu")
    assert traced.value == 16519
    (cell,) = traced.cells
    assert cell.row == (("country", "DEU"), ("quarter", "1995-04-01"))
    frame = dm.load_panel("national_quarterly")
    assert frame.loc[frame["quarter"] == 7981, "quarter_name"].unique().tolist() == ["1995Q2"]


def test_a_firm_of_one_sample_has_no_cell_in_the_other():
    assert dm.trace("firm_sample", {"firm": "GBR001", "year": 1978}, "thousand_persons").value == 5.5999999
    assert dm.trace("firm_sample", {"firm": "GBR001", "year": 1978}, "log_real_output").cells == ()


def test_coverage_of_quarters_is_told_in_years():
    counted = coverage(dm.load_panel("national_quarterly"), find_panel("national_quarterly"))
    assert counted.loc["ict_value_added_mlcu", ["first_year", "last_year"]].tolist() == [1995, 2026]


def test_a_panel_of_another_form_is_refused_with_the_column():
    frame = dm.load_panel("us_metro")
    with refused(dm.PanelError, "panels.columns_not_as_described"):
        dm.validate_panel(frame.assign(persons_employed=-frame["persons_employed"]), "us_metro")
    with refused(dm.PanelError, "panels.columns_not_as_described"):
        dm.validate_panel(
            dm.load_panel("national_quarterly").assign(quarter=lambda held: held["quarter_name"]),
            "national_quarterly",
        )
