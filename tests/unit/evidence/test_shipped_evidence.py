"""What the shipped analyses say about their own weaknesses holds in the data they ship."""

from pathlib import Path

import numpy as np
import pytest

import digimfg as dm
from digimfg.project import Project
from digimfg.replication.load import load_analyses

ANALYSES = load_analyses(Project(Path(__file__).parents[3]))


def estimates(analysis, *names):
    frame = ANALYSES[analysis].load()
    return [dm.estimate(ANALYSES[analysis].specifications[name], frame) for name in names]


def test_the_gvc_position_is_backward_participation_turned_and_no_distance_to_demand():
    frame = dm.load_panel("world_input_output")
    industry = frame[(frame["table"] == "oecd_2020_11s") & (frame["manufacturing"] == 1)]
    position = industry["gvc_position"]
    assert position.corr(industry["backward_participation_share"]) == pytest.approx(-0.953, abs=0.0005)
    assert position.corr(industry["upstreamness"]) == pytest.approx(-0.002, abs=0.0005)


def test_one_country_weighs_a_third_in_its_own_fit_and_errors_allow_for_it():
    frame = ANALYSES["transformation_chains"].panel.load()
    heaviest = frame.loc[frame["leverage"].idxmax()]
    assert heaviest["country"] == "LUX"
    assert heaviest["leverage"] == pytest.approx(0.341, abs=0.0005)
    assert frame["leverage"].sum() == pytest.approx(4)  # the coefficients of the regression
    usual, reduced, jackknife = (
        each.coefficients.loc["ict_value_added_share"]
        for each in estimates("transformation_chains", "controls", "controls_reduced", "jackknife")
    )
    assert usual["estimate"] == pytest.approx(reduced["estimate"])
    assert usual["std_error"] < reduced["std_error"] < jackknife["std_error"]
    assert np.isfinite(reduced["p_value"])
    assert reduced["p_value"] > usual["p_value"]


def test_growth_went_with_internet_use_that_was_still_to_come():
    exact, last = (each.coefficients for each in estimates("promotion_lead", "lead", "lead_last"))
    leads = exact.loc["internet_change_to_come"], last.loc["internet_change_to_last"]
    assert [each["estimate"] for each in leads] == pytest.approx([0.0011, 0.0018], abs=0.00005)
    assert [each["std_error"] for each in leads] == pytest.approx([0.0007, 0.0007], abs=0.00005)
    assert leads[0]["p_value"] > 0.1  # the year that the lead is named for decides less than the last one


def test_the_last_value_lies_after_the_growth_that_it_leads():
    frame = ANALYSES["promotion_lead"].panel.load()
    values = frame[(frame["internet_users_edition"] == "2025") & (frame["year"] > 2014)]
    assert (
        frame.loc[frame["year"] == 2014, "internet_users_pct_last"].notna().sum()
        <= values["country"].nunique()
    )
    early = set(frame.loc[frame["internet_users_edition"] == "2025", "country"]) - set(values["country"])
    assert early
    assert frame.loc[frame["country"].isin(early), "internet_users_pct_last"].isna().all()


def test_internet_use_of_2009_goes_with_rises_in_productivity_before_there_was_an_internet():
    before, after = (
        each.coefficients.loc["internet_users_share_2009"]
        for each in estimates("transformation_mobility", "before_internet", "after_internet")
    )
    assert before["estimate"] == pytest.approx(1.352, abs=0.0005)
    assert after["estimate"] == pytest.approx(0.498, abs=0.0005)
    assert before["p_value"] < 0.001


def test_terciles_are_of_the_countries_with_all_three_years():
    frame = ANALYSES["transformation_mobility"].panel.load()
    rows = frame[frame["year"] == 1995]
    for year in (1970, 1995, 2017):
        assert rows[f"tercile_{year}"].value_counts().sort_index().tolist() == [34, 35, 35]
    assert (rows["rank_1970"].isna() == rows["rank_2017"].isna()).all()


def test_structure_changed_with_the_size_of_growth_and_not_with_its_sign():
    growth, size = (each.coefficients for each in estimates("fusion_structure", "growth", "size"))
    assert growth.loc["wave_growth", "estimate"] == pytest.approx(-0.400, abs=0.0005)
    assert growth.loc["wave_growth", "p_value"] > 0.1
    assert size.loc["wave_growth_size", "estimate"] == pytest.approx(1.048, abs=0.0005)


def test_structural_change_is_half_the_sum_of_changes_of_shares_in_their_total():
    frame = ANALYSES["fusion_structure"].panel.load()
    columns = ["agriculture_gdp_pct", "industry_gdp_pct", "services_gdp_pct"]
    rows = frame[frame["country"] == "DEU"]
    shares = rows.dropna(subset=columns).sort_values("year")[columns].to_numpy(dtype=float)
    assert len(shares) == 2
    first, second = shares / shares.sum(axis=1, keepdims=True)
    assert rows["structural_shift"].to_numpy() == pytest.approx(50 * abs(second - first).sum())


@pytest.mark.parametrize(
    ("analysis", "names", "published"),
    [
        ("promotion", ("from_1991", "predetermined"), [0.039, 0.075]),
        ("transformation", ("level_from_1991", "level_predetermined"), [0.195, 0.191]),
    ],
)
def test_convergence_from_levels_before_the_sample(analysis, names, published):
    found = [
        each.coefficients.loc["internet_users_share_2009:after_1995"] for each in estimates(analysis, *names)
    ]
    assert [each["estimate"] for each in found] == pytest.approx(published, abs=0.0005)
    assert all(each["p_value"] > 0.1 for each in found)


def test_services_go_with_ict_in_goods_within_one_table_and_against_it_where_shares_are_near_one():
    term = "ict_value_added_share"
    goods, usual, services, pooled, other = (
        each.coefficients.loc[term]
        for each in estimates("fusion_goods", "goods", "stata", "services", "pooled", "g20_2019")
    )
    assert goods["estimate"] == usual["estimate"] == pytest.approx(4.549, abs=0.0005)
    assert usual["p_value"] < 0.05 < goods["p_value"]  # what the bias-reduced errors take away
    assert [services["estimate"], pooled["estimate"]] == pytest.approx([-0.988, -0.526], abs=0.0005)
    assert other["estimate"] == pytest.approx(5.59, abs=0.005)
    frame = ANALYSES["fusion_goods"].load()
    rows = frame[(frame["table"] == "oecd_2020_11s") & (frame["sector"] != "ACCOM_ICT")]
    together = rows[term] + rows["non_ict_services_value_added_share"]
    in_goods = rows["sector"].isin(["AGRI_MIN_FOOD", "MANUF_EXFOOD", "UTILITIES", "CONSTRUCTION"])
    assert together[~in_goods].mean() == pytest.approx(0.885, abs=0.0005)
    assert together[in_goods].mean() < 0.4


def test_manufacturing_itself_neither_gained_nor_lost_beyond_what_these_countries_can_show():
    found = estimates("manufacturing", "value_added_share", "relative_productivity", "employment")
    rows = [each.coefficients.loc["internet_users_share_2009:after_1995"] for each in found]
    assert [each["estimate"] for each in rows] == pytest.approx([-0.011, -0.014, -0.306], abs=0.0005)
    assert all(each["wild_bootstrap_p_value"] > 0.3 for each in rows)
    assert {each.statistics["n_clusters"] for each in found} == {40}
