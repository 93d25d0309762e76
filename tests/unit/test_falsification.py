"""An exposure design is put to what could refute it, and not being refuted is never called passing."""

import numpy as np
import pandas as pd
import pytest
from refused import refused
from scipy import stats

import digimfg as dm
from digimfg.errors import EstimationError, SpecificationError
from digimfg.exhibits import Evidence

STEP = "after_1995"
CONTROLS = ("log_labor_productivity_1995:after_1995", "human_capital_1995:after_1995")
WORLD = dm.Specification(
    outcome="log_tfp",
    regressors="internet_users_share_2009:after_1995",
    controls=CONTROLS,
    entity="country",
    time="year",
    fixed_effects=("country", "year"),
    covariance=dm.Clustered("country"),
    sample="year >= 1985 & year <= 2017",
)


@pytest.fixture(scope="module")
def world():
    return dm.load_panel("world")


@pytest.fixture(scope="module")
def promotion(world):
    return dm.falsification_pack(WORLD, world, event=1995)


def test_placebo_steps_before_the_event_are_larger_than_the_effect(promotion):
    """Placebos of 0.336 and 0.451 with errors near 0.11 before 1995, and −0.075 after it, against an estimate of 0.122."""
    assert promotion.estimate == pytest.approx(0.122, abs=5e-4)
    found = promotion.placebos[["estimate", "std_error"]]
    for window, estimate, error in (
        ((1975, 1985, 1995), 0.336, 0.106),
        ((1970, 1982, 1995), 0.451, 0.119),
        ((1996, 2006, 2017), -0.075, 0.102),
    ):
        assert found.loc[window].tolist() == pytest.approx([estimate, error], abs=5e-4), window
    assert promotion.p_value < 0.01


def test_the_mean_effect_after_the_event_is_nothing_and_the_headline_is_the_time_before(promotion):
    assert promotion.mean_after == pytest.approx(0.015, abs=5e-4)
    # Without the reference year the mean before is −0.138; with it, where the effect is zero, eleven years divide the sum.
    assert promotion.mean_before * 11 / 10 == pytest.approx(-0.138, abs=5e-4)


def test_the_joint_test_before_the_event_could_not_have_found_the_trend_that_explains_the_estimate(promotion):
    assert promotion.tests.loc["pretrends", "p_value"] == pytest.approx(0.099, abs=5e-4)
    assert promotion.power < 0.1
    assert promotion.extrapolated > promotion.estimate
    assert (promotion.intervals["conf_low"] < 0).all()
    assert (promotion.intervals["conf_high"] > 0).all()


def test_controls_leave_a_third_of_the_exposure_or_less_and_the_effect_is_two_log_points_of_it(promotion):
    assert promotion.residual_share == pytest.approx(0.30, abs=0.005)
    assert promotion.residual_sd == pytest.approx(0.157, abs=5e-4)
    assert promotion.per_sd == pytest.approx(0.019, abs=5e-4)


def test_fusion_fails_its_test_before_the_event_and_the_table_says_so_beside_the_star(world):
    openness = WORLD.replace(outcome="trade_openness_ratio")
    pack = dm.falsification_pack(openness, world, event=1995)
    assert pack.tests.loc["pretrends", "p_value"] == pytest.approx(0.0039, abs=5e-5)
    assert pack.residual_share == pytest.approx(0.27, abs=0.005)
    trends = dm.estimate(openness.replace(controls=(*CONTROLS, "i(country):year")), world)
    assert trends.coefficients["estimate"].iloc[0] == pytest.approx(-0.157, abs=5e-4)
    evidence = Evidence(
        results={"controls": dm.estimate(openness, world)}, studies={"falsification": pack},
        studied={"falsification": "controls"}, frame=world,
    )  # fmt: skip
    table = dm.RegressionTable("main").build(evidence)
    assert any("0.221**†" in row.cells for row in table.rows)
    assert any("no evidence of an effect" in note.en for note in table.notes)
    rows = {getattr(row.cells[0], "en", ""): row.cells[1:] for row in table.rows}
    assert rows["Falsification, smallest p"] == ("0.034",)
    plain = dm.RegressionTable("main").build(Evidence(results=evidence.results, frame=world))
    assert not any("†" in str(cell) for row in plain.rows for cell in row.cells)


def test_a_labour_share_that_does_not_move_before_the_event_is_counted(world):
    pack = dm.falsification_pack(WORLD.replace(outcome="labor_share"), world, event=1995)
    assert (pack.n_constant, pack.n_units) == (56, 114)
    assert "flat by construction" in pack.notes[-1].en


def made(seed=0, *, trend=0.0, effect=0.0, first=1970, units=60):
    random = np.random.default_rng(seed)
    years = np.arange(first, 2010)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(units), len(years)), "year": np.tile(years, units)})
    frame["share"] = np.repeat(random.uniform(size=units), len(years))
    frame["after"] = (frame["year"] > 1995).astype(float)
    line = trend * (frame["year"] - 1995) + effect * frame["after"]
    frame["y"] = frame["share"] * line + random.normal(size=len(frame))
    return frame


MADE = dm.Specification(
    "y", "share:after", entity="unit", time="year", fixed_effects=("unit", "year"), sample="year >= 1985"
)


def test_a_trend_is_found_extended_and_taken_away():
    pack = dm.falsification_pack(MADE, made(trend=0.2), event=1995)
    assert pack.p_value < 1e-6
    assert pack.slope == pytest.approx(0.2, abs=0.06)
    assert pack.extrapolated == pytest.approx(pack.estimate, abs=0.8)
    assert pack.detrended_low < 0 < pack.detrended_high


def test_a_step_without_a_trend_is_not_refuted_and_stays():
    pack = dm.falsification_pack(MADE, made(effect=3.0), event=1995)
    assert pack.p_value > 0.05
    assert pack.detrended_low > 0
    assert pack.intervals.loc[0.0, "conf_low"] > 0
    assert pack.power > 0.5


def test_the_slope_of_the_event_study_is_that_of_a_line_through_its_effects():
    frame = made(3, trend=0.1)
    pack = dm.falsification_pack(MADE, frame, event=1995)
    result = dm.estimate(MADE.replace(regressors="share:i(year, ref=1995)"), frame)
    effects = [
        *(result.coefficients.loc[f"share:year[{year}]", "estimate"] for year in range(1985, 1995)),
        0.0,
    ]
    assert pack.slope == pytest.approx(np.polyfit(range(1985, 1996), effects, 1)[0])


def test_the_power_is_the_share_of_rejections_in_repeated_samples():
    """Power by simulation of the Wald statistic from its own covariance, against the noncentral F."""
    frame = made(5)
    pack = dm.falsification_pack(
        MADE, frame.assign(y=frame["y"] + 2.0 * frame["share"] * frame["after"]), event=1995
    )
    result = dm.estimate(MADE.replace(regressors="share:i(year, ref=1995)"), frame)
    names = [f"share:year[{year}]" for year in range(1985, 1995)]
    covariance = result.covariance_matrix.loc[names, names].to_numpy()
    random = np.random.default_rng(0)
    delta = pack.estimate / (2002.5 - 1990.0) * (np.arange(1985, 1995) - 1995.0)
    draws = random.multivariate_normal(delta, covariance, size=20_000)
    scale = random.chisquare(59, size=20_000) / 59
    statistic = np.einsum("ij,jk,ik->i", draws, np.linalg.inv(covariance), draws) / 10 / scale
    assert pack.power == pytest.approx((statistic > stats.f.isf(0.05, 10, 59)).mean(), abs=0.012)


def test_the_order_of_rows_changes_nothing():
    frame = made(1)
    one = dm.falsification_pack(MADE, frame, event=1995)
    two = dm.falsification_pack(MADE, frame.sample(frac=1, random_state=1), event=1995)
    pd.testing.assert_frame_equal(one.placebos, two.placebos)
    assert one.p_value == pytest.approx(two.p_value, rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "options", "kind"),
    [
        ({"regressors": "share"}, {"event": 1995}, "policy.no_step_in_term"),
        ({}, {"event": 1990}, "policy.no_step_in_term"),
        ({"time": None, "fixed_effects": ("unit", "year")}, {"event": 1995}, "policy.no_time"),
        ({"sample": "year >= 1985 & share > 0.1"}, {"event": 1995}, "policy.sample_not_of_periods"),
    ],
)
def test_what_is_no_exposure_design_is_refused(changes, options, kind):
    with refused(SpecificationError, kind):
        dm.falsification_pack(MADE.replace(**changes), made(), **options)


def test_one_period_before_the_event_is_too_few():
    with refused(EstimationError, "policy.too_few_periods_about_event"):
        dm.falsification_pack(MADE.replace(sample="year >= 1994"), made(), event=1995)


def test_a_sample_of_other_columns_is_kept_where_it_is_repeated():
    frame = made(2)
    kept = dm.falsification_pack(
        MADE.replace(sample="year >= 1985 & share > 0.3"), frame, event=1995, within="share > 0.3"
    )
    alone = dm.falsification_pack(MADE, frame[frame["share"] > 0.3], event=1995)
    pd.testing.assert_frame_equal(kept.placebos, alone.placebos)


def test_the_table_shows_every_test_in_both_languages(promotion):
    table = dm.FalsificationTable(promotion).build(Evidence(studies={"": promotion}))
    words = [cell.en for row in table.rows for cell in row.cells[:1]]
    assert "1970–1995, step after 1982" in words
    assert "the design fails" in table.notes[0].en
    assert "未通过证伪" in table.notes[0].zh
