"""The shipped panels hold the publishers' numbers."""

import numpy as np
import pytest

import digimfg as dm

# Penn World Table 9.1: R 4 with pwt9 9.1-0 (Debian r-cran-pwt9 9.1-0-2), tests/reference/penn_world_table.R, nine digits.
PENN_WORLD_TABLE = {
    ("CHN", 1995): (3844350.50, 698.6498413, 2.02749991, 0.715362906, 0.413986295, 0.567350984, 0.0654254407, 0.0568166487),
    ("DEU", 2014): (3581535.75, 42.3031006, 3.66311455, 1.015972376, 0.938018084, 0.618917882, 0.6191797853, 0.5434197783),
    ("USA", 2017): (17711024.0, 154.4364471, 3.73871398, 1.030534625, 1.0, 0.596918106, 0.1210194603, 0.1780835539),
}  # fmt: skip
PENN_COLUMNS = [
    "gdp_musd2011", "employment_millions", "human_capital", "tfp_index", "tfp_relative_to_usa", "labor_share",
    "merchandise_exports_gdp_ratio", "merchandise_imports_gdp_ratio",
]  # fmt: skip


@pytest.fixture(scope="module")
def world():
    return dm.load_panel("world").set_index(["country", "year"])


@pytest.fixture(scope="module")
def manufacturing():
    frame = dm.load_panel("world_input_output")
    return frame[frame["manufacturing"] == 1].set_index(["table", "country"])


@pytest.mark.parametrize("key", PENN_WORLD_TABLE)
def test_cells_of_the_penn_world_table(world, key):
    # The publisher's numbers are single precision (6e-8).
    np.testing.assert_allclose(world.loc[key, PENN_COLUMNS].to_numpy(float), PENN_WORLD_TABLE[key], rtol=1e-7)


def test_counts_of_the_penn_world_table(world):
    # The same script; employment and human capital as in R.
    counts = world[["tfp_index", "human_capital", "employment_millions"]].notna().sum()
    assert counts.tolist() == [6006, 8299, 8841]


def test_groups_of_1995_split_where_r_splits_them(world):
    # The same script: 175 economies, median and terciles of log productivity in 1995.
    median, low, high = 9.93501537666965, 9.38488385142937, 10.40415480374586
    base = world.xs(1995, level="year").dropna(subset="log_labor_productivity_1995")
    productivity = base["log_labor_productivity_1995"]
    assert len(base) == 175
    assert ((productivity > median) == (base["high_productivity_1995"] == 1)).mean() >= 174 / 175
    assert base["high_productivity_1995"].sum() == 87
    assert (base["productivity_tercile_1995"] == "low").equals(productivity <= low + 1e-6)
    assert (base["productivity_tercile_1995"] == "high").equals(productivity > high + 1e-6)


def test_cells_of_the_world_development_indicators(world):
    # World Development Indicators: United States, GDP 2015 in current US$ (NY.GDP.MKTP.CD), the base year of the
    # constant series, and its population (SP.POP.TOTL).
    cell = world.loc[("USA", 2015)]
    assert cell["gdp_usd"] == 18206020741000.0
    assert cell["gdp_usd2015"] == pytest.approx(cell["gdp_usd"], rel=1e-12)
    assert cell["population"] == 321815121
    assert cell["gdp_per_capita_usd2015"] == pytest.approx(cell["gdp_usd2015"] / cell["population"], rel=1e-9)


def test_output_per_worker_and_income_per_head_of_two_publishers_go_together(world):
    both = world.dropna(subset=["log_labor_productivity", "log_gdp_per_capita"])
    assert both["log_labor_productivity"].corr(both["log_gdp_per_capita"]) > 0.9


def test_cells_of_the_world_factbook(world):
    # Germany, "86.8% (2014 est.)", "123 (2014 est.)" mobile; edition of 2025: "94% (2024 est.)", "45 (2023 est.)".
    assert world.loc[("DEU", 2014), "internet_users_pct"] == 86.8
    assert world.loc[("DEU", 2014), "mobile_subscriptions_per_100"] == 123
    assert world.loc[("DEU", 2024), "internet_users_pct"] == 94
    assert world.loc[("DEU", 2023), "fixed_broadband_per_100"] == 45
    assert np.isnan(world.loc[("DEU", 2018), "internet_users_pct"])


def test_early_internet_use_is_users_over_the_population_of_its_year(world):
    # China: 389 million users; population of 2009 in the World Development Indicators.
    assert world.loc[("CHN", 2009), "internet_users_pct"] == pytest.approx(100 * 389e6 / 1331260000)
    assert world.loc[("CHN", 2009), "internet_users_edition"] == "early"
    # Taiwan has no World Bank population; the Factbook's own share for 2009 is 70.0 %, and the later edition stands.
    assert world.loc[("TWN", 1990), "internet_users_share_2009"] == pytest.approx(0.70, abs=0.005)
    assert world.loc[("TWN", 2009), "internet_users_edition"] == "2015"


def test_exposures_are_constant_within_countries(world):
    exposures = [
        "internet_users_share_2009",
        "log_labor_productivity_1995",
        "human_capital_1995",
        "high_productivity_1995",
    ]
    assert (world.groupby("country")[exposures].nunique() <= 1).all().all()


def test_value_added_in_manufacturing_exports(manufacturing):
    # The package's file solved anew with numpy for one column at a time, (I - A) b = e, net taxes as value added.
    table = manufacturing.loc["oecd_2019_g20"]
    assert table.loc["DEU", "domestic_value_added_export_share"] == pytest.approx(
        0.7203705158618182, rel=1e-10
    )
    assert table.loc["CHN", "domestic_value_added_export_share"] == pytest.approx(
        0.8435899272278881, rel=1e-10
    )
    assert table.loc["DEU", "ict_value_added_share"] == pytest.approx(0.030904261749877704, rel=1e-10)
    assert table.loc["CHN", "ict_value_added_share"] == pytest.approx(0.009683751153047976, rel=1e-10)


def test_domestic_and_foreign_value_added_make_up_exports(manufacturing):
    parts = manufacturing["domestic_value_added_export_share"] + manufacturing["backward_participation_share"]
    np.testing.assert_allclose(parts, 1.0, rtol=1e-12)


def test_both_tables_cover_the_manufacturing_of_their_countries(manufacturing):
    assert manufacturing.groupby("table").size().to_dict() == {"oecd_2019_g20": 19, "oecd_2020_11s": 76}
