"""Panel pre-tests against plm 2.6.2 (R 4.2.2); panel_pretests.R beside this file prints every number."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused
from statsmodels.datasets import grunfeld

from digimfg.errors import EstimationError, PanelError
from digimfg.inference.causality import dumitrescu_hurlin
from digimfg.inference.cross_section_dependence import pesaran_cd
from digimfg.inference.slope_heterogeneity import slope_heterogeneity
from digimfg.inference.unit_roots import panel_unit_root

KEYS = {"entity": "firm", "time": "year"}


@pytest.fixture(scope="module")
def ten_firms():
    frame = grunfeld.load_pandas().data
    return frame[frame["firm"] != "American Steel"].reset_index(drop=True)


# purtest(inv, test, exo, lags = 1, dfcor): statistic
PURTEST = [
    (False, "constant", "llc", "adjusted_t", 2.01540205411),
    (True, "constant", "llc", "adjusted_t", 2.35831017259),
    (False, "trend", "llc", "adjusted_t", -3.40662988768),
    (True, "trend", "llc", "adjusted_t", -2.68237989694),
    (False, "constant", "ips", "w_t_bar", 2.32658693075),
    (True, "constant", "ips", "w_t_bar", 2.55019041018),
    (False, "trend", "ips", "w_t_bar", -2.61800712971),
    (True, "trend", "ips", "w_t_bar", -1.45298977771),
    (False, "constant", "fisher", "inverse_chi_squared", 17.2117981939),
    (False, "constant", "fisher", "inverse_normal", 1.9096729708),
    (False, "constant", "fisher", "inverse_logit", 2.41866265175),
    (False, "constant", "fisher", "modified_inverse_chi_squared", -0.440853414174),
    (True, "trend", "fisher", "inverse_chi_squared", 55.2783685874),
    (True, "trend", "fisher", "inverse_normal", -1.80117272403),
    (True, "trend", "fisher", "inverse_logit", -2.55597382617),
    (True, "trend", "fisher", "modified_inverse_chi_squared", 5.57799984355),
]


@pytest.mark.parametrize(("corrected", "deterministic", "test", "name", "value"), PURTEST)
def test_unit_roots_equal_plm(ten_firms, corrected, deterministic, test, name, value):
    found = panel_unit_root(
        ten_firms, "invest", **KEYS, test=test, deterministic=deterministic, lags=1, df_correction=corrected
    )
    assert found.statistics[name] == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("corrected", "deterministic", "rule", "value", "lags"),
    [
        (False, "constant", "aic", 3.07682014325, [0, 1, 4, 0, 1, 0, 0, 3, 0, 2]),
        (False, "constant", "hall", 3.10344287543, [0, 0, 3, 0, 1, 0, 0, 3, 0, 0]),
        (True, "trend", "aic", -1.79929195508, [0, 1, 2, 0, 0, 0, 0, 2, 0, 1]),
        (True, "trend", "hall", -2.08680599871, [0, 1, 1, 0, 0, 0, 0, 1, 0, 1]),
    ],
)
def test_chosen_lags_equal_plm(ten_firms, corrected, deterministic, rule, value, lags):
    found = panel_unit_root(
        ten_firms,
        "invest",
        **KEYS,
        deterministic=deterministic,
        lags=rule,
        max_lags=4,
        df_correction=corrected,
    )
    assert sorted(found.by_entity["lags"]) == sorted(lags)
    assert found.statistic == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("deterministic", "value", "plm_p"),
    [("none", -1.63777374602, 0.0807), ("constant", -2.2420104657, 0.0907), ("trend", -2.20298850447, None)],
)
def test_cips_equals_plm(ten_firms, deterministic, value, plm_p):
    found = panel_unit_root(ten_firms, "invest", **KEYS, test="cips", deterministic=deterministic, lags=1)
    assert found.statistic == pytest.approx(value, rel=1e-9)
    if plm_p is not None:
        # plm interpolates tables for T = 20 without lags; ours are drawn with the lag, 2,000 times: ±0.02
        assert found.p_value == pytest.approx(plm_p, abs=0.02)


def test_simulated_critical_values_of_cips_are_those_of_the_published_table():
    # Pesaran (2007), Table II(b), case of an intercept, N = 10 and T = 20: 1 % -2.60, 5 % -2.34, 10 % -2.21
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "firm": np.repeat(np.arange(10), 20),
            "year": np.tile(np.arange(20), 10),
            "x": np.cumsum(rng.standard_normal((10, 20)), axis=1).ravel(),
        }
    )
    found = panel_unit_root(frame, "x", **KEYS, test="cips", lags=0, replications=20_000)
    assert found.statistics["critical_5"] == pytest.approx(-2.34, abs=0.025)
    assert found.statistics["critical_10"] == pytest.approx(-2.21, abs=0.025)
    assert found.statistics["critical_1"] == pytest.approx(-2.60, abs=0.04)


def test_cross_section_dependence_equals_plm(ten_firms):
    assert pesaran_cd(ten_firms, "invest", **KEYS).statistic == pytest.approx(22.9215881565, rel=1e-9)
    regression = {"regressors": ("value", "capital"), **KEYS}
    own = pesaran_cd(ten_firms, "invest", **regression).statistics
    assert own["cd"] == pytest.approx(5.34005300276, rel=1e-9)
    assert own["lm"] == pytest.approx(97.6179477521, rel=1e-9)
    assert own["scaled_lm"] == pytest.approx(5.54641869001, rel=1e-9)
    within = pesaran_cd(ten_firms, "invest", model="within", **regression)
    assert within.statistic == pytest.approx(4.66119248524, rel=1e-9)


@pytest.mark.parametrize(
    ("lags", "w_bar", "z_bar", "z_tilde"),
    [(1, 3.02262864401, 4.52273514125, 3.28960012702), (2, 3.87568594193, 2.96571987583, 1.68319699507)],
)
def test_dumitrescu_hurlin_equals_plm(ten_firms, lags, w_bar, z_bar, z_tilde):
    found = dumitrescu_hurlin(ten_firms, outcome="invest", cause="value", lags=lags, **KEYS).statistics
    assert found["w_bar"] == pytest.approx(w_bar, rel=1e-9)
    assert found["z_bar"] == pytest.approx(z_bar, rel=1e-9)
    assert found["z_tilde"] == pytest.approx(z_tilde, rel=1e-9)


def test_swamy_dispersion_is_that_of_separate_regressions(ten_firms):
    import statsmodels.api as sm

    # plain formula with statsmodels' own regressions: (b_i - b)' V_i^{-1} (b_i - b), b their weighted mean
    slopes, weights = [], []
    for _, part in ten_firms.groupby("firm"):
        fit = sm.OLS(part["invest"], sm.add_constant(part[["value", "capital"]])).fit()
        slopes.append(fit.params[["value", "capital"]].to_numpy())
        weights.append(np.linalg.inv(fit.cov_params().loc[["value", "capital"], ["value", "capital"]]))
    mean = np.linalg.solve(sum(weights), sum(w @ b for w, b in zip(weights, slopes, strict=True)))
    swamy = sum((b - mean) @ w @ (b - mean) for w, b in zip(weights, slopes, strict=True))
    found = slope_heterogeneity(ten_firms, outcome="invest", regressors=("value", "capital"), **KEYS)
    assert found.statistics["swamy"] == pytest.approx(swamy, rel=1e-9)
    assert found.p_value < 1e-6


def test_rows_in_any_order_give_the_same_answers(ten_firms):
    shuffled = ten_firms.sample(frac=1.0, random_state=3)
    for test in ("llc", "ips", "fisher", "cips"):
        first = panel_unit_root(ten_firms, "invest", **KEYS, test=test, replications=50)
        second = panel_unit_root(shuffled, "invest", **KEYS, test=test, replications=50)
        assert first.statistics == second.statistics
    assert (
        pesaran_cd(shuffled, "invest", **KEYS).statistics
        == pesaran_cd(ten_firms, "invest", **KEYS).statistics
    )


def test_a_gap_shortens_the_regressions_next_to_it(ten_firms):
    holes = ten_firms[~((ten_firms["firm"] == "IBM") & (ten_firms["year"] == 1945))]
    found = panel_unit_root(holes, "invest", **KEYS, lags=1)
    # year t needs t, t-1, t-2: 1945, 1946 and 1947 go
    assert found.by_entity.loc["IBM", "n_obs"] == found.by_entity.loc["Chrysler", "n_obs"] - 3
    assert noted(found.notes, "unbalanced")


def test_bad_input_is_named(ten_firms):
    holes = ten_firms[~((ten_firms["firm"] == "IBM") & (ten_firms["year"] == 1945))]
    with refused(EstimationError, "inference.units_incomplete", short=("IBM",)):
        panel_unit_root(holes, "invest", **KEYS, test="llc")
    with refused(EstimationError, "inference.units_too_short_for_lags"):
        panel_unit_root(ten_firms, "invest", **KEYS, lags=10)
    with refused(EstimationError, "inference.too_few_rows_in_units"):
        dumitrescu_hurlin(ten_firms, outcome="invest", cause="value", lags=6, **KEYS)
    with refused(PanelError, "inference.keys_not_unique"):
        pesaran_cd(pd.concat([ten_firms, ten_firms.head(2)]), "invest", **KEYS)
    constant = ten_firms.assign(invest=1.0)
    with refused(EstimationError, "inference.units_without_noise"):
        panel_unit_root(constant, "invest", **KEYS)


def random_walks(seed, units=20, periods=30):
    walks = np.cumsum(np.random.default_rng(seed).normal(size=(units, periods)), axis=1)
    keys = {"firm": np.repeat(np.arange(units), periods), "year": np.tile(np.arange(periods), units)}
    return pd.DataFrame({**keys, "y": walks.ravel()})


def test_levin_lin_chu_rejects_a_true_unit_root_too_often_and_says_so():
    # 5 per cent tests of panels that do have unit roots: of 60, more than 9 rejections have probability 0.1 per cent.
    tests = [panel_unit_root(random_walks(seed), "y", **KEYS, test="llc") for seed in range(60)]
    assert sum(test.p_value < 0.05 for test in tests) > 9
    assert noted(tests[0].notes, "size")
    without = panel_unit_root(random_walks(0), "y", **KEYS, test="llc", deterministic="none").notes
    assert not any("too often" in note.en for note in without)


def test_levin_lin_chus_table_is_read_at_the_periods_that_lags_leave():
    notes = panel_unit_root(random_walks(0, periods=40), "y", **KEYS, test="llc", lags=2).notes
    assert noted(notes, "adjustments", periods=37)
    notes = panel_unit_root(random_walks(0, periods=20), "y", **KEYS, test="llc").notes
    assert noted(notes, "adjustments", first=25, periods=18)


@pytest.mark.parametrize(
    ("deterministic", "lags", "at_all_periods"),
    [
        # R 4.2.2, plm 2.6.2 on random_walks(3, 8, 40): purtest(y, test = "levinlin", exo = "intercept" or "trend", lags = 1, 3)
        ("constant", 1, -0.199240454954),
        ("constant", 3, 0.65304388886),
        ("trend", 1, -0.693623356844),
        ("trend", 3, -0.455496183501),
    ],
)
def test_plm_reads_levin_lin_chus_table_at_all_periods(monkeypatch, deterministic, lags, at_all_periods):
    from digimfg.inference import unit_root_statistics

    frame, options = random_walks(3, 8, 40), {"test": "llc", "deterministic": deterministic, "lags": lags}
    own = panel_unit_root(frame, "y", **KEYS, **options).statistic
    assert own != pytest.approx(at_all_periods, abs=1e-3)
    table = unit_root_statistics.levin_lin_chu_adjustment
    monkeypatch.setattr(
        unit_root_statistics,
        "levin_lin_chu_adjustment",
        lambda periods, terms: table(periods + lags + 1, terms),
    )
    assert panel_unit_root(frame, "y", **KEYS, **options).statistic == pytest.approx(
        at_all_periods, rel=1e-10
    )
