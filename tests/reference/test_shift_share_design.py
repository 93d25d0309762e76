"""Shift-share designs: AKM and AKM0 against the authors' published numbers, and identities that hold exactly."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from noted import noted
from scipy import stats

import digimfg as dm

SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
CONTROLS = (
    "l_shind_manuf_cbp",
    "l_sh_popedu_c",
    "l_sh_popfborn",
    "l_sh_empl_f",
    "l_sh_routine33",
    "l_task_outsource",
    "i(division)",
    "i(t2)",
)


def autor_dorn_hanson():
    folder = SHARED / "reference"
    if not (folder / "adh_regression.csv").exists():
        pytest.skip("../shared/data is absent")
    frame = pd.read_csv(folder / "adh_regression.csv")
    frame = frame.assign(row=np.arange(len(frame)), t2=frame.t2.astype(str))
    matrix = np.load(folder / "adh_shares.npz")["W"]
    sic = pd.read_csv(folder / "adh_sic.csv").sic.to_numpy()
    rows, columns = np.indices(matrix.shape)
    shares = pd.DataFrame({"row": rows.ravel(), "column": columns.ravel(), "share": matrix.ravel()})
    shares["sic"] = sic[shares.column]
    shares["sic_3"] = np.floor(shares.sic / 10)
    spec = dm.Specification(
        "d_sh_empl",
        (),
        controls=CONTROLS,
        endogenous="shock",
        instruments="IV",
        entity="row",
        weights="weights",
        covariance=dm.Robust(),
        estimator=dm.TwoStageLeastSquares(),
    )
    return spec, frame, shares


@pytest.mark.parametrize(
    ("shock_cluster", "akm", "akm0"),
    [
        (None, (-1.19566933629636, -0.352783981257112), (-1.41976305923031, -0.412527307627578)),
        ("sic", (-1.19978482171306, -0.348668495840406), (-1.47638570382798, -0.418641064338139)),
        ("sic_3", (-1.25393055741664, -0.294522760136827), (-1.71727689062525, -0.385713006721926)),
    ],
)
def test_intervals_of_the_china_shock_are_those_of_adao_kolesar_and_morales(shock_cluster, akm, akm0):
    """R package ShiftShareSE, tests/testthat/test_se.R: ivBartik(d_sh_empl ~ controls | shock, residual_sector=TRUE)."""
    spec, frame, shares = autor_dorn_hanson()
    found = dm.shift_share_inference(spec, frame, shares, sector="column", shock_cluster=shock_cluster)
    intervals = found.errors[["conf_low", "conf_high"]].to_numpy()
    # The shares of 770 industries over 1,444 rows are nearly collinear: eight digits agree.
    np.testing.assert_allclose(intervals, [akm, akm0], rtol=1e-8)
    assert dm.estimate(spec, frame).coefficients.loc["shock", "estimate"] == pytest.approx(
        found.estimate, rel=1e-9
    )


def test_p_values_of_the_china_shock_are_the_published_ones():
    spec, frame, shares = autor_dorn_hanson()
    found = dm.shift_share_inference(spec, frame, shares, sector="column")
    np.testing.assert_allclose(
        100 * found.errors["p_value"], [0.0317455114638321, 0.0109671394048494], rtol=1e-7
    )


@pytest.mark.parametrize(
    ("outcome", "akm", "akm0"),
    [
        ("shock", (0.493624884787726, 0.768456991583788), (0.52121433426454, 0.89616408526085)),
        ("d_sh_empl", (-0.797658160917427, -0.179479273328377), (-1.10172812169929, -0.248312181652566)),
    ],
)
def test_first_stage_and_reduced_form_of_the_china_shock_too(outcome, akm, akm0):
    """The same file: lmBartik(shock ~ controls, X=IV, residual_sector=TRUE), and of d_sh_empl."""
    spec, frame, shares = autor_dorn_hanson()
    plain = spec.replace(
        outcome=outcome, regressors="IV", endogenous=(), instruments=(), estimator=dm.LeastSquares()
    )
    found = dm.shift_share_inference(plain, frame, shares, sector="column")
    np.testing.assert_allclose(found.errors[["conf_low", "conf_high"]], [akm, akm0], rtol=1e-8)


def test_weak_shocks_give_two_rays_or_the_whole_line():
    """The same file, "AKM0 under weak ID": divisions below 7, and below 6."""
    spec, frame, shares = autor_dorn_hanson()
    spec = spec.replace(weights=None)
    rays = dm.shift_share_inference(spec, frame[frame.division < 7], shares, sector="column")
    assert len(rays.segments) == 2
    assert np.isinf(rays.errors.loc["akm0", "std_error"])
    line = dm.shift_share_inference(spec, frame[frame.division < 6], shares, sector="column")
    assert line.segments.to_numpy().tolist() == [[-np.inf, np.inf]]
    assert noted(line.notes, "unbounded")


def test_the_slopes_of_the_china_shock_are_autor_dorn_and_hansons():
    spec, frame, _ = autor_dorn_hanson()
    result = dm.estimate(spec.replace(outcome="d_sh_empl_mfg", covariance=dm.Clustered("statefip")), frame)
    # Autor, Dorn & Hanson (2013), Table 3, column 6: -0.596 (0.099)
    assert result.coefficients.loc["shock", "estimate"] == pytest.approx(-0.5963601, abs=5e-8)
    assert result.coefficients.loc["shock", "std_error"] == pytest.approx(0.0987739, rel=0.02)
    first = dm.first_stages(spec.replace(covariance=dm.Clustered("statefip")), frame)["shock"]
    assert first.coefficients.loc["IV", "estimate"] == pytest.approx(0.6310409, abs=5e-8)
    # Stata's regress, cluster(statefip): (G/(G-1)) (N-1)/(N-K)
    assert first.coefficients.loc["IV", "std_error"] == pytest.approx(0.091423724, rel=1e-6)


def simulated(seed=0, *, n_units=60, n_sectors=12, n_years=3, complete=True):
    rng = np.random.default_rng(seed)
    matrix = rng.dirichlet(np.ones(n_sectors), size=n_units)
    if not complete:
        matrix = matrix * rng.uniform(0.5, 0.9, size=(n_units, 1))
    units, sectors = np.indices(matrix.shape)
    shares = pd.DataFrame({"unit": units.ravel(), "sector": sectors.ravel(), "share": matrix.ravel()})
    shocks = pd.DataFrame(
        {
            "sector": np.repeat(np.arange(n_sectors), n_years),
            "year": np.tile(np.arange(2000, 2000 + n_years), n_sectors),
            "shock": rng.normal(size=n_sectors * n_years),
            "skill": rng.normal(size=n_sectors * n_years),
        }
    )
    made = dm.shift_share_instrument(shares, shocks, entity="unit", sector="sector", time="year")
    frame = made.frame.rename(columns={"instrument": "bartik"})
    common = rng.normal(size=len(frame))
    frame["d"] = frame.bartik + common + rng.normal(size=len(frame))
    frame["y"] = 0.5 * frame.d - common + rng.normal(size=len(frame))
    frame["x"] = rng.normal(size=len(frame))
    frame["mass"] = rng.uniform(1, 3, size=len(frame))
    spec = dm.Specification(
        "y",
        "x",
        endogenous="d",
        instruments="bartik",
        entity="unit",
        time="year",
        fixed_effects="year",
        weights="mass",
        estimator=dm.TwoStageLeastSquares(),
    )
    return spec, frame, shares, shocks, made


def test_the_instrument_is_shares_times_shocks():
    _, frame, shares, shocks, made = simulated()
    wide = shares.pivot_table(index="unit", columns="sector", values="share").to_numpy()
    growth = shocks.pivot_table(index="sector", columns="year", values="shock").to_numpy()
    np.testing.assert_allclose(frame.bartik.to_numpy().reshape(60, 3), wide @ growth, rtol=1e-12)
    assert made.notes == ()


def test_leave_one_out_takes_the_mean_over_the_others():
    rng = np.random.default_rng(1)
    own = pd.DataFrame({"unit": np.repeat(list("abc"), 2), "sector": list("xy") * 3})
    own["growth"], own["jobs"] = rng.normal(size=6), rng.uniform(1, 5, size=6)
    shares = own[["unit", "sector"]].assign(share=0.5)
    made = dm.shift_share_instrument(
        shares, own, entity="unit", sector="sector", shock="growth", leave_out="jobs"
    )
    others = own[own.unit != "a"]
    expected = sum(0.5 * np.average(part.growth, weights=part.jobs) for _, part in others.groupby("sector"))
    assert made.frame.set_index("unit").loc["a", "instrument"] == pytest.approx(expected, rel=1e-12)


def test_rotemberg_weights_add_up_to_one_and_give_the_estimate_back():
    spec, frame, shares, shocks, _ = simulated()
    found = dm.rotemberg_weights(spec, frame, shares, shocks, sector="sector")
    slope = dm.estimate(spec, frame).coefficients.loc["d", "estimate"]
    assert found.table["weight"].sum() == pytest.approx(1, abs=1e-12)
    assert (found.table["weight"] * found.table["estimate"]).sum() == pytest.approx(slope, rel=1e-10)
    assert found.estimate == pytest.approx(slope, rel=1e-10)
    assert len(found.table) == 36
    # β_k is the estimate with the share of one sector and period as instrument.
    top = found.table.iloc[0]
    own = shares[shares.sector == top.sector].set_index("unit")["share"]
    single = frame.assign(one=np.where(frame.year == top.year, frame.unit.map(own), 0.0))
    alone = dm.estimate(spec.replace(instruments="one"), single).coefficients.loc["d", "estimate"]
    assert top.estimate == pytest.approx(alone, rel=1e-9)


def test_the_regression_over_sectors_gives_the_same_slope():
    spec, frame, shares, shocks, _ = simulated()
    over = dm.shock_level_regression(spec, frame, shares, shocks, sector="sector")
    slope = dm.estimate(spec, frame).coefficients.loc["d", "estimate"]
    assert over.coefficients.loc["d", "estimate"] == pytest.approx(slope, rel=1e-10)
    assert over.statistics["n_obs"] == 36
    assert not noted(over.notes, "not_the_sum")


def test_incomplete_shares_need_their_sum_as_a_control():
    spec, frame, shares, shocks, made = simulated(complete=False)
    assert "control for share_total" in made.notes[0].en
    without = dm.shock_level_regression(spec, frame, shares, shocks, sector="sector")
    assert noted(without.notes, "not_the_sum")
    held = spec.replace(controls=("share_total", "share_total:i(year)"))
    over = dm.shock_level_regression(held, frame, shares, shocks, sector="sector")
    slope = dm.estimate(held, frame).coefficients.loc["d", "estimate"]
    assert over.coefficients.loc["d", "estimate"] == pytest.approx(slope, rel=1e-9)


def test_akm_errors_hold_their_size_where_robust_ones_do_not():
    """Outcomes share sector shocks of their own, without an effect: 5 per cent tests of zero over 200 samples."""
    robust, akm = 0, 0
    for seed in range(200):
        rng = np.random.default_rng([7, seed])
        matrix = rng.dirichlet(np.full(30, 0.3), size=200)
        units, sectors = np.indices(matrix.shape)
        shares = pd.DataFrame({"unit": units.ravel(), "sector": sectors.ravel(), "share": matrix.ravel()})
        frame = pd.DataFrame({"unit": np.arange(200), "b": matrix @ rng.normal(size=30)})
        frame["y"] = matrix @ rng.normal(size=30) + 0.05 * rng.normal(size=200)
        spec = dm.Specification("y", "b", entity="unit", covariance=dm.Robust())
        robust += dm.estimate(spec, frame).coefficients.loc["b", "p_value"] < 0.05
        found = dm.shift_share_inference(spec, frame, shares, sector="sector")
        akm += found.errors.loc["akm0", "p_value"] < 0.05
    # Binomial, 200 draws at 5 per cent: more than 21 has probability 0.0005.
    assert robust > 60
    assert akm <= 21
    assert stats.binom.sf(21, 200, 0.05) < 0.001


def test_balance_tests_are_the_reduced_form_over_sectors():
    spec, frame, shares, shocks, _ = simulated()
    table = dm.shift_share_balance(
        spec,
        frame.assign(before=frame.bartik * 0.7 + frame.x),
        shares,
        shocks,
        sector="sector",
        unit_covariates=["before", "x"],
        sector_covariates=["skill"],
    )
    assert table.index.tolist() == ["before", "x", "skill"]
    assert table.loc["before", "p_value"] < 1e-6
    slope = 0.7 / np.std(frame.bartik * 0.7 + frame.x)
    assert table.loc["before", "estimate"] == pytest.approx(slope, rel=1e-6)
