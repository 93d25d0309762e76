"""Spatial panels against published numbers and against spatialreg.

Published: Munnell's production function (Millo and Piras 2012, splm: SAR and SEM), Baltagi's cigarettes (Elhorst 2014).
Engine: spatialreg 1.2.6 on the stacked panel with dummies; spatial_panel.R beside this file prints the numbers.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", HERE.parents[2] / "shared" / "data")) / "reference"
needs_munnell = pytest.mark.skipif(
    not (SHARED / "produc.csv").exists(), reason="produc lies outside the repository"
)
needs_cigar = pytest.mark.skipif(
    not (SHARED / "cigar.csv").exists(), reason="cigar lies outside the repository"
)


@pytest.fixture(scope="module")
def munnell():
    return pd.read_csv(SHARED / "produc.csv"), pd.read_csv(SHARED / "produc_w48.csv", index_col=0)


def production(weights, fixed_effects=("state",), **options):
    return dm.Specification(
        "log(gsp)",
        ("log(pcap)", "log(pc)", "log(emp)", "unemp"),
        entity="state",
        time="year",
        fixed_effects=fixed_effects,
        estimator=dm.SpatialPanel(weights=weights, **options),
    )


@needs_munnell
def test_spatial_lag_and_error_models_on_munnell(munnell):
    frame, weights = munnell
    lag = dm.estimate(production(weights, lag_regressors=False), frame)
    assert lag.statistics["rho"] == pytest.approx(0.274689, abs=5e-7)
    assert lag.coefficients.loc["rho", "std_error"] == pytest.approx(0.023516, abs=5e-7)
    error = dm.estimate(production(weights, lag_outcome=False, lag_regressors=False, lag_error=True), frame)
    assert error.statistics["lambda"] == pytest.approx(0.557401, abs=5e-7)
    assert error.coefficients.loc["lambda", "std_error"] == pytest.approx(0.033075, abs=5e-7)
    published = [0.0051438, 0.2053026, 0.7822540, -0.0022317]
    assert error.coefficients["estimate"].iloc[:4].to_list() == pytest.approx(published, abs=5e-8)


@needs_munnell
def test_random_effects_with_space_are_those_of_millo_and_piras(munnell):
    # splm (Millo and Piras 2012): spml(model="random", lag=TRUE, spatial.error="none"), and spatial.error="kkp"
    frame, weights = munnell
    lag = dm.estimate(production(weights, (), effects="random", lag_regressors=False), frame).statistics
    assert lag["rho"] == pytest.approx(0.161615, abs=5e-7)
    assert lag["sigma2_entity"] / lag["sigma2"] == pytest.approx(21.3175, abs=5e-5)
    options = {"lag_outcome": False, "lag_regressors": False, "lag_error": True}
    error = dm.estimate(production(weights, (), effects="random", **options), frame).statistics
    assert error["lambda"] == pytest.approx(0.526465, abs=5e-7)
    assert error["sigma2_entity"] / error["sigma2"] == pytest.approx(6.624775, abs=5e-7)


@needs_munnell
def test_durbin_models_on_munnell_with_their_effects(munnell):
    frame, weights = munnell
    one_way = dm.estimate(production(weights), frame)
    assert one_way.statistics["rho"] == pytest.approx(0.4933044, abs=5e-8)
    both = dm.estimate(production(weights, ("state", "year")), frame)
    assert both.statistics["rho"] == pytest.approx(0.3701682, abs=5e-8)
    effects = both.effects["estimate"]
    assert effects["direct"].to_list() == pytest.approx(
        [-0.0164059, 0.1673280, 0.7503766, -0.0018456], abs=5e-8
    )
    assert effects["indirect"].to_list() == pytest.approx(
        [-0.0970185, 0.1132303, -0.0039225, -0.0054871], abs=5e-8
    )


@needs_munnell
def test_the_spread_of_published_two_way_estimates_comes_from_the_order_of_demeaning_and_lagging(munnell):
    """0.3688 is found when W multiplies the demeaned outcome, whose yearly averages of Wy then remain in the model."""
    frame, weights = munnell
    frame = frame.sort_values(["year", "state"])
    w = weights.to_numpy()
    columns = np.column_stack(
        [
            np.log(frame["gsp"]),
            np.log(frame["pcap"]),
            np.log(frame["pc"]),
            np.log(frame["emp"]),
            frame["unemp"],
        ]
    )
    cube = columns.reshape(17, 48, 5)

    def both_ways(values):
        values = values - values.mean(axis=0)
        return values - values.mean(axis=1, keepdims=True)

    y, x = both_ways(cube)[:, :, 0], both_ways(cube)[:, :, 1:]
    wx = both_ways(np.einsum("ij,tjk->tik", w, cube[:, :, 1:]))
    regressors = np.concatenate([x, wx], axis=2).reshape(-1, 8)
    eigenvalues = np.linalg.eigvals(w).real

    def rho_of(lagged):
        residual = [
            v.ravel() - regressors @ np.linalg.lstsq(regressors, v.ravel(), rcond=None)[0]
            for v in (y, lagged)
        ]
        grid = np.linspace(0.3, 0.5, 200_001)
        total = (
            residual[0] @ residual[0]
            - 2 * grid * (residual[0] @ residual[1])
            + grid**2 * (residual[1] @ residual[1])
        )
        logdet = np.log(1 - np.outer(grid, eigenvalues)).sum(axis=1)
        return grid[np.argmax(-0.5 * 48 * np.log(total) + logdet)]

    assert rho_of(both_ways(np.einsum("ij,tj->ti", w, cube[:, :, 0]))) == pytest.approx(0.3701682, abs=2e-6)
    assert rho_of(np.einsum("ij,tj->ti", w, y)) == pytest.approx(0.3688462, abs=2e-6)


@pytest.fixture(scope="module")
def cigarettes():
    frame = pd.read_csv(SHARED / "cigar.csv")
    frame["real_price"] = frame["price"] / frame["cpi"]
    frame["real_income"] = frame["ndi"] / frame["cpi"]
    weights = pd.read_csv(SHARED / "cigar_w46.csv", header=None)
    labels = sorted(frame["state"].unique())
    return frame, pd.DataFrame(weights.to_numpy(), index=labels, columns=labels)


# Elhorst (2014), Spatial Econometrics, Table 2.1: LM lag, LM error and their robust versions
ELHORST = {
    (): (66.47, 153.04, 58.26, 144.84),
    ("state",): (136.43, 255.72, 29.51, 148.80),
    ("year",): (44.04, 62.86, 0.33, 19.15),
    ("state", "year"): (46.90, 54.65, 1.16, 8.91),
}


@needs_cigar
@pytest.mark.parametrize("effects", list(ELHORST))
def test_lagrange_multiplier_tests_are_those_of_elhorst(cigarettes, effects):
    frame, weights = cigarettes
    specification = dm.Specification(
        "log(sales)",
        ("log(real_price)", "log(real_income)"),
        entity="state",
        time="year",
        fixed_effects=effects,
        estimator=dm.SpatialPanel(weights=weights, standardization="row", lag_regressors=False, draws=0),
    )
    result = dm.estimate(specification, frame)
    found = [result.statistics[name] for name in ("lm_lag", "lm_error", "robust_lm_lag", "robust_lm_error")]
    # 0.011: one printed digit; 255.71 against 255.72
    assert found == pytest.approx(ELHORST[effects], abs=0.011)


@needs_cigar
def test_the_dynamic_durbin_model_is_that_of_elhorst(cigarettes):
    # Elhorst (2014), Spatial Econometrics, section 4.6: demand for cigarettes, bias-corrected, state and year effects
    frame, weights = cigarettes
    specification = dm.Specification(
        "log(sales)",
        ("L.log(sales)", "log(real_price)", "log(real_income)"),
        entity="state",
        time="year",
        fixed_effects=("state", "year"),
        estimator=dm.SpatialPanel(weights=weights, standardization="row", bias_correction="lee_yu", draws=0),
    )
    found = dm.estimate(specification, frame).coefficients["estimate"].to_list()
    # lag, price, income, W lag, W price, W income, W outcome: three printed digits
    assert found == pytest.approx([0.865, -0.266, 0.100, -0.015, 0.170, -0.022, 0.076], abs=5.1e-4)


@pytest.fixture(scope="module")
def made_up():
    return pd.read_csv(HERE / "data" / "spatial_panel.csv"), pd.read_csv(
        HERE / "data" / "spatial_weights.csv", index_col=0
    )


OPTIONS = {
    "SAR": {"lag_regressors": False},
    "SDM": {},
    "SEM": {"lag_outcome": False, "lag_regressors": False, "lag_error": True},
    "SDEM": {"lag_outcome": False, "lag_error": True},
    "SAC": {"lag_regressors": False, "lag_error": True},
}
# spatialreg: estimates (x1, x2[, W.x1, W.x2], rho and/or lambda), their errors, log-likelihood
SPATIALREG = {
    ("entity", "SAR"): ((0.919373488343, -0.459274357739, 0.844685688225), (0.08454480526, 0.07814112109, 0.03192730180), -205.021876429),
    ("entity", "SDM"): ((0.92337370069574, -0.50176180903465, -0.00944426615499, 0.470691226437, 0.86047791820012), (0.08400554713, 0.07535963680, 0.14946808649, 0.14245317154, 0.03114499637), -199.229707903),
    ("entity", "SEM"): ((0.690319025881, -0.505267196334, 0.839352181650), (0.07225720970, 0.07879010120, 0.03734137848), -210.740570573),
    ("entity", "SDEM"): ((1.1708744606256, -0.4701568204416, 0.8706209959784, 0.0559466505583, 0.8627358046947), (0.09763389140, 0.08667485159, 0.14002219203, 0.14623212343, 0.03307836243), -191.71096554),
    ("entity", "SAC"): ((0.922542183891, -0.401318983159, 0.897159704077, -0.240326798325), (0.08331961660, 0.07221391412, 0.02616621441, 0.11450912493), -203.593858774),
    ("twoways", "SAR"): ((1.009548650467, -0.439614449981, 0.586949873341), (0.08132804987, 0.07642580641, 0.06156559537), -184.366697549),
    ("twoways", "SDM"): ((1.153496123581, -0.473560273516, 0.694495179695, 0.313825519736, 0.439092331419), (0.08259261204, 0.07076481488, 0.16109244630, 0.14481825176, 0.07490290583), -167.455597418),
    ("twoways", "SEM"): ((0.775014521121, -0.476642070887, 0.579979476999), (0.07878043147, 0.08264564660, 0.07240278913), -198.371111264),
    ("twoways", "SDEM"): ((1.2587353432153, -0.4515298384273, 1.0321477761842, 0.0946694706684, 0.4546203129921), (0.08777615490, 0.07627125432, 0.13656068954, 0.14026058629, 0.08379804), -171.27231574),
    ("twoways", "SAC"): ((1.082607354448, -0.375802989874, 0.695310964423, -0.352750293313), (0.08154650890, 0.06903246952, 0.06191227402, 0.11774953476), -180.837903877),
}  # fmt: skip


@pytest.mark.parametrize(("effects", "model"), list(SPATIALREG))
def test_maximum_likelihood_equals_spatialreg(made_up, effects, model):
    frame, weights = made_up
    estimates, errors, level = SPATIALREG[effects, model]
    specification = dm.Specification(
        "y",
        ("x1", "x2"),
        entity="unit",
        time="year",
        fixed_effects=("unit",) if effects == "entity" else ("unit", "year"),
        estimator=dm.SpatialPanel(weights=weights, standardization="row", draws=0, **OPTIONS[model]),
    )
    result = dm.estimate(specification, frame)
    # spatialreg stops its one-dimensional search at 1e-8 (and nlminb for SAC): slopes agree to 2e-7
    assert result.coefficients["estimate"].to_list() == pytest.approx(estimates, abs=2e-7)
    assert result.coefficients["std_error"].to_list() == pytest.approx(errors, abs=2e-7)
    assert result.statistics["log_likelihood"] == pytest.approx(level, abs=1e-8)
