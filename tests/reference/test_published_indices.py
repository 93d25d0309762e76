"""Published index weights, scores and coupling degrees, and R's answers (indices.R beside this file, R 4.2.2)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.multivariate.pca import PCA

import digimfg as dm

R = json.loads((Path(__file__).parent / "data" / "indices.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def cars() -> pd.DataFrame:
    return pd.DataFrame(R["data"], columns=R["columns"])


@pytest.fixture(scope="module")
def directions() -> dict[str, int]:
    return dict(zip(R["columns"], R["directions"], strict=True))


# Toys of the literature on multi-criteria decisions: shares are taken of raw values, without min-max.


def test_entropy_weights_of_xu_2004():
    # Xu (2004), European Journal of Operational Research 156(2):530-532; printed 0.4630 0.3992 0.1378 0.0000.
    matrix = np.array([[30, 30, 38, 29], [19, 54, 86, 29], [19, 15, 85, 28.9], [68, 70, 60, 29]])
    weights = dm.entropy_weights(matrix, 1, normalization="none").weights
    assert weights.round(4).tolist() == [0.4630, 0.3992, 0.1378, 0.0000]


def test_entropy_weights_of_zavadskas_and_podvezko_2016():
    # Zavadskas and Podvezko (2016), Int. J. Information Technology & Decision Making 15(2):267-283.
    matrix = np.array([[3.0, 100, 10, 7], [2.5, 80, 8, 5], [1.8, 50, 20, 11], [2.2, 70, 12, 9]])
    weights = dm.entropy_weights(matrix, 1, normalization="none").weights
    assert weights.round(4).tolist() == [0.1146, 0.1981, 0.4185, 0.2689]


def test_critic_weights_of_diakoulaki_1995():
    # Diakoulaki, Mavrotas and Papayannakis (1995), Computers & Operations Research 22(7):763-770, eight firms;
    # digits beyond the printed three from scikit-criteria's test of the same example.
    matrix = np.array(
        [
            [61, 1.08, 4.33],
            [20.7, 0.26, 4.34],
            [16.3, 1.98, 2.53],
            [9, 3.29, 1.65],
            [5.4, 2.77, 2.33],
            [4, 4.12, 1.21],
            [-6.1, 3.52, 2.10],
            [-34.6, 3.31, 0.98],
        ]
    )
    weights = dm.critic_weights(matrix, 1).weights
    np.testing.assert_allclose(weights, [0.20222554, 0.48090173, 0.31687273], atol=5e-9)


def test_critic_weights_of_tus_and_aytac_adali_2019():
    # Tuş and Aytaç Adalı (2019), Opsearch 56(2):528-538; the source weighs the cost column as it stands.
    matrix = np.array(
        [
            [5000, 3, 3, 4, 3, 2],
            [680, 5, 3, 2, 2, 1],
            [2000, 3, 2, 3, 4, 3],
            [600, 4, 3, 1, 2, 2],
            [800, 2, 4, 3, 3, 4],
        ]
    )
    weights = dm.critic_weights(matrix, 1).weights
    assert weights.round(3).tolist() == [0.157, 0.249, 0.168, 0.121, 0.154, 0.151]


def test_topsis_scores_of_papathanasiou_and_ploskas_2018():
    # Papathanasiou and Ploskas (2018), Multiple criteria decision aid, Springer, chapter 1: six sites, four criteria.
    matrix = np.array(
        [[8, 7, 2, 1], [5, 3, 7, 5], [7, 5, 6, 4], [9, 9, 7, 3], [11, 10, 3, 7], [6, 9, 5, 4.0]]
    )
    result = dm.topsis_scores(matrix, 1, [0.4, 0.3, 0.1, 0.2])
    assert result.scores.round(3).tolist() == [0.387, 0.327, 0.391, 0.615, 0.868, 0.493]
    assert result.table["rank"].tolist() == [5, 6, 4, 2, 1, 3]


# R on mtcars; tolerances are rounding of sums of 32 terms.


def test_entropy_weights_and_scores_match_r(cars, directions):
    result = dm.entropy_weights(cars, directions)
    np.testing.assert_allclose(result.table["entropy"], R["entropy"], atol=1e-13)
    np.testing.assert_allclose(result.weights, R["entropy_weights"], atol=1e-13)
    np.testing.assert_allclose(result.scores, R["entropy_scores"], atol=1e-13)


def test_critic_variation_and_vertical_weights_match_r(cars, directions):
    np.testing.assert_allclose(dm.critic_weights(cars, directions).weights, R["critic_weights"], atol=1e-13)
    variation = dm.coefficient_of_variation_weights(cars, directions).weights
    np.testing.assert_allclose(variation, R["variation_weights"], atol=1e-13)
    vertical = dm.vertical_horizontal_weights(cars, directions).weights
    np.testing.assert_allclose(vertical, R["vertical_weights"], atol=1e-12)


def test_principal_components_match_r(cars, directions):
    result = dm.pca_weights(cars, directions)
    np.testing.assert_allclose(result.tables["components"]["eigenvalue"], R["eigenvalues"], atol=1e-12)
    np.testing.assert_allclose(result.weights, R["pca_weights"], atol=1e-12)
    np.testing.assert_allclose(result.scores, R["pca_scores"], atol=1e-12)


def test_kmo_and_bartlett_match_r_and_the_printed_example(cars):
    result = dm.pca_weights(cars, 1)
    assert result.statistics["kmo"] == pytest.approx(R["kmo"], abs=1e-12)
    np.testing.assert_allclose(result.table["kmo"], R["kmo_each"], atol=1e-12)
    assert result.statistics["bartlett_chi2"] == pytest.approx(R["bartlett_chi2"], rel=1e-12)
    assert result.statistics["bartlett_p"] == pytest.approx(R["bartlett_p"], rel=1e-9)
    # check_factorstructure(mtcars) of R's performance prints KMO = 0.83, Chisq(55) = 408.01.
    assert round(result.statistics["kmo"], 2) == 0.83
    assert round(result.statistics["bartlett_chi2"], 2) == 408.01
    assert result.statistics["bartlett_df"] == 55


def test_topsis_with_entropy_weights_matches_r(cars, directions):
    scores = dm.topsis_scores(cars, directions, dm.entropy_weights(cars, directions)).scores
    np.testing.assert_allclose(scores, R["topsis"], atol=1e-13)


def test_principal_components_match_statsmodels(cars):
    ours = dm.pca_weights(cars, 1).tables
    theirs = PCA(cars.to_numpy(), standardize=True)
    shares = theirs.eigenvals / theirs.eigenvals.sum()
    np.testing.assert_allclose(ours["components"]["share"], shares, atol=1e-12)
    vectors = ours["loadings"] / np.sqrt(ours["components"]["eigenvalue"].to_numpy())
    np.testing.assert_allclose(np.abs(vectors), np.abs(theirs.eigenvecs), atol=1e-10)


# 王淑佳等 (2021), 自然资源学报 36(3):793-810, table 8: coupling of ecology and economy in thirteen cities of
# Beijing-Tianjin-Hebei, 2008-2014; the standard formula above, the modified one below.
CITIES = """
0.9989 0.9935 0.8868 0.9073 0.6821 0.8328 0.6816 0.7789 0.6871 0.6101 0.8017 0.7867 0.7191
0.9404 0.8660 0.5440 0.5769 0.3006 0.4780 0.3344 0.4171 0.3278 0.2700 0.4374 0.4196 0.3738
0.9984 0.9997 0.8912 0.9079 0.6790 0.8114 0.6839 0.7786 0.7180 0.6377 0.8018 0.7587 0.7396
0.9238 0.9675 0.5435 0.5716 0.2946 0.4445 0.3224 0.4117 0.3533 0.2731 0.4352 0.3821 0.3906
0.9999 0.9920 0.9071 0.9224 0.6957 0.8309 0.7044 0.7992 0.7556 0.6212 0.8277 0.7707 0.7109
0.9835 0.8497 0.5659 0.5942 0.3041 0.4593 0.3385 0.4245 0.3857 0.2533 0.4574 0.3908 0.3529
0.9939 0.9848 0.9373 0.9468 0.7446 0.8488 0.7437 0.8114 0.7806 0.6469 0.8601 0.8162 0.7560
0.8485 0.7896 0.6271 0.6503 0.3454 0.4767 0.3720 0.4332 0.4123 0.2600 0.4994 0.4361 0.3951
0.9992 0.9913 1.0000 0.9276 0.6720 0.8527 0.7674 0.8211 0.7859 0.6561 0.8749 0.8133 0.7577
0.9445 0.8342 0.9949 0.5937 0.2497 0.4816 0.3967 0.4433 0.4134 0.2615 0.5164 0.4243 0.3931
0.9858 0.9280 0.9867 0.9866 0.7442 0.9215 0.8259 0.8680 0.7819 0.6619 0.9183 0.9025 0.7773
0.7757 0.5868 0.8169 0.8135 0.3519 0.6125 0.4721 0.5160 0.4043 0.2746 0.6006 0.5692 0.4184
0.9942 0.9488 0.9834 0.9815 0.6713 0.8995 0.8283 0.8917 0.7556 0.6955 0.9270 0.9064 0.8257
0.8523 0.6353 0.7939 0.7829 0.2532 0.5627 0.4708 0.5540 0.3797 0.3067 0.6191 0.5750 0.4723
"""


def _subsystems_behind_both_columns() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Solve C = 2√r/(1 + r) for r = u₁/u₂ and C'² = (1 - u₂(1 - r)) r for u₂, where C is not rounded to one."""
    table = np.array([line.split() for line in CITIES.split("\n") if line], dtype=float)
    standard, modified = table[0::2].ravel(), table[1::2].ravel()
    solvable = standard < 0.9985
    standard, modified = standard[solvable], modified[solvable]
    ratio = ((1 - np.sqrt(1 - standard**2)) / standard) ** 2
    larger = (1 - modified**2 / ratio) / (1 - ratio)
    return np.column_stack([ratio * larger, larger]), standard, modified


def test_the_two_columns_of_wang_2021_belong_to_subsystems_in_the_unit_interval():
    subsystems, _, _ = _subsystems_behind_both_columns()
    assert len(subsystems) == 86  # of 91; five are rounded too near to one to be solved
    # No other formula would leave every solved index between a quarter and seven tenths.
    assert 0.25 < subsystems[:, 1].min() < subsystems[:, 1].max() < 0.70


def test_both_formulas_give_the_columns_of_wang_2021():
    subsystems, standard, modified = _subsystems_behind_both_columns()
    ours = dm.coupling_coordination(subsystems)["coupling"]
    theirs = dm.coupling_coordination(subsystems, variant="wang2021")["coupling"]
    np.testing.assert_allclose(ours, standard, atol=1e-12)
    np.testing.assert_allclose(theirs, modified, atol=1e-12)


def test_the_detective_tells_the_two_columns_of_wang_2021_apart():
    subsystems, standard, modified = _subsystems_behind_both_columns()
    assert dm.detect_coupling_formula(subsystems, standard).variant == "standard"
    assert dm.detect_coupling_formula(subsystems, modified).variant == "wang2021"


def test_beijing_2008_of_wang_2021_follows_from_its_two_degrees():
    # Printed 0.9989 and 0.9404: hence u₁/u₂ = 0.9104 and u₂ - u₁ = 0.0286.
    ratio, gap = 0.9104, 0.0286
    u2 = gap / (1 - ratio)
    system = {"ecology": [ratio * u2], "economy": [u2]}
    assert round(dm.coupling_coordination(system)["coupling"][0], 4) == 0.9989
    assert round(dm.coupling_coordination(system, variant="wang2021")["coupling"][0], 4) == 0.9404
