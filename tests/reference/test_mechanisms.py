"""Mediation, moderation and group differences against lavaan, sandwich, boot, statsmodels and published numbers.

mechanisms.R beside this file prints every stored number (R 4.2.2, lavaan 0.6.14, sandwich 3.0.2, boot 1.3.28.1,
psych 2.2.9); simulate_mechanisms.py writes its data.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import digimfg as dm
from digimfg.estimators.mechanisms.bootstrap import Draws, bca, percentile

HERE = Path(__file__).parent
NONE = dm.Unadjusted(small_sample="none")
BY_UNIT = dm.Clustered("unit", small_sample="none")


@pytest.fixture(scope="module")
def panel():
    return pd.read_csv(HERE / "data" / "mechanisms_panel.csv")


@pytest.fixture(scope="module")
def framing():
    """The framing experiment of Brader, Valentino & Suhay (2008), as statsmodels carries it."""
    import statsmodels.stats.tests as folder

    frame = pd.read_csv(Path(folder.__file__).parent / "results" / "framing.csv")
    return frame.assign(male=(frame["gender"] == "male").astype(float))


def mediation(mediators=("m1", "m2"), *, effects=("unit", "year"), covariance=BY_UNIT, **options):
    return dm.Specification(
        "y", "x", controls="z", entity="unit", time="year", fixed_effects=effects, covariance=covariance,
        estimator=dm.Mediation(mediators=mediators, **{"replications": 0} | options),
    )  # fmt: skip


# lavaan, maximum likelihood: estimate and standard error
CHAIN = {
    "x -> m1": (0.486076579263, 0.072308647945),
    "x -> m2": (0.219913025470, 0.069862404911),
    "m1 -> m2": (0.4976743913834, 0.0586702007242),
    "m1 -> y": (0.116255227972, 0.105672271045),
    "m2 -> y": (0.341460413846, 0.104344316085),
    "direct effect": (0.893472783025, 0.111965511512),
    "x -> m1 -> y": (0.0565089435341, 0.0520481460336),
    "x -> m2 -> y": (0.0750915926870, 0.0331001904193),
    "x -> m1 -> m2 -> y": (0.0826019599518, 0.0297146554132),
    "indirect effect": (0.2142024961729, 0.0585682811464),
    "total effect": (1.107675279198, 0.104455822643),
}
PARALLEL = {
    "x -> m1 -> y": (0.0565089435341, 0.0520481449024),
    "x -> m2 -> y": (0.1576935526388, 0.0542895831514),
    "indirect effect": (0.2142024961729, 0.0585682809812),
}


@pytest.mark.parametrize(("structure", "expected"), [("serial", CHAIN), ("parallel", PARALLEL)])
def test_paths_effects_and_delta_errors_are_those_of_lavaan(panel, structure, expected):
    result = dm.estimate(mediation(effects=(), covariance=NONE, structure=structure), panel)
    for name, (estimate, error) in expected.items():
        assert result.coefficients.loc[name, "estimate"] == pytest.approx(estimate, rel=1e-9)
        # lavaan inverts a numerical information matrix and differentiates numerically: seven digits
        assert result.coefficients.loc[name, "std_error"] == pytest.approx(error, rel=1e-6)


# lavaan, a chain of three with every way, and the sums through each mediator and by the number of mediators
THREE = {
    "x -> m1 -> y": (0.0581823468162, 0.0522358696846),
    "x -> m2 -> y": (0.0742643483078, 0.0329694478491),
    "x -> w -> y": (0.00474864318576, 0.01215417253893),
    "x -> m1 -> m2 -> y": (0.0816919778267, 0.0297020262271),
    "x -> m1 -> w -> y": (-0.00167340328210, 0.00437997429395),
    "x -> m2 -> w -> y": (0.000827244379264, 0.002158052162382),
    "x -> m1 -> m2 -> w -> y": (0.000909982125044, 0.002362546626293),
    "indirect effect": (0.2189511393587, 0.0597857309877),
}
THREE_SUMS = {
    ("through_mediator", "m1"): (0.1391109034859, 0.0502421337569),
    ("through_mediator", "m2"): (0.1576935526388, 0.0542895839796),
    ("through_mediator", "w"): (0.00481246640797, 0.01223646976246),
    ("mediators_passed", "1"): (0.137195338310, 0.053273857101),
    ("mediators_passed", "2"): (0.0808458189239, 0.0298252319187),
    ("mediators_passed", "3"): (0.000909982125044, 0.002362546626293),
}


def test_every_way_through_a_chain_of_three_and_their_sums_are_those_of_lavaan(panel):
    spec = mediation(("m1", "m2", "w"), effects=(), covariance=NONE, structure="serial")
    tables = dm.estimate(spec, panel).tables
    for table, expected in (("effects", THREE), ("indirect_sums", THREE_SUMS)):
        found = tables[table].loc[list(expected), ["estimate", "delta_std_error"]].to_numpy()
        assert found[:, 0] == pytest.approx([estimate for estimate, _ in expected.values()], rel=1e-9)
        # lavaan inverts a numerical information matrix and differentiates numerically: seven digits
        assert found[:, 1] == pytest.approx([error for _, error in expected.values()], rel=1e-6)


# lavaan, a chain of twelve: what reaches each mediator times what it passes on
TWELVE_SUMS = [
    (-0.0345939129597, 0.0533459247416),
    (0.0258735942752, 0.0593771522151),
    (0.2055387943652, 0.0706974060653),
    (-0.00124187269477, 0.06628544183029),
    (-0.0817294702432, 0.0643954861445),
    (0.00925070390371, 0.07469471699715),
    (0.0487560813240, 0.0730808680173),
    (0.0279625452467, 0.0721782472012),
    (-0.00987444040271, 0.06849716009963),
    (-0.1421915649481, 0.0591805424663),
    (-0.0617431317501, 0.0550994532917),
    (-0.2006412216757, 0.0640228032653),
]
TWELVE = {
    "indirect effect": (-0.129987848202, 0.157515260162),
    "total effect": (1.245540661022, 0.108020783909),
}
TWELVE_CHAIN = (-3.38251495590e-07, 2.69647586873e-07)


def test_a_chain_of_twelve_has_the_sums_of_lavaan_without_listing_its_ways(panel):
    frame, row = panel, np.arange(1, len(panel) + 1)
    names = [f"s{j}" for j in range(1, 13)]
    for j, name in enumerate(names, start=1):
        before = 0.3 * frame[names[j - 2]] if j > 1 else 0.0
        frame = frame.assign(**{name: np.sin((j + 1) * row) + 0.2 * frame["x"] + before})
    frame = frame.assign(v=frame["y"] + 0.5 * frame["s3"] - 0.4 * frame["s12"])
    spec = mediation(tuple(names), effects=(), covariance=NONE, structure="serial")
    tables = dm.estimate(spec.replace(outcome="v", controls=()), frame).tables
    columns = ["estimate", "delta_std_error"]
    assert tables["indirect_sums"].loc["through_mediator", columns].to_numpy() == pytest.approx(
        np.array(TWELVE_SUMS), rel=1e-6
    )
    found = tables["effects"].loc[list(TWELVE), columns].to_numpy()
    assert found == pytest.approx(np.array(list(TWELVE.values())), rel=1e-6)
    whole = tables["effects"].loc[" -> ".join(["x", *names, "v"]), columns]
    assert whole.tolist() == pytest.approx(TWELVE_CHAIN, rel=1e-6)
    # 1,023 at most: 12 + 66 + 220 + 495 ways through up to four mediators, and the whole chain
    assert len(tables["effects"]) == 794 + 3


@pytest.mark.parametrize(
    ("structure", "gap", "error"),
    [("serial", -0.0185826491529, 0.0704489797064), ("parallel", -0.1011846091047, 0.0887834045076)],
)
def test_contrasts_of_indirect_effects_are_those_of_lavaan(panel, structure, gap, error):
    result = dm.estimate(mediation(effects=(), covariance=NONE, structure=structure), panel)
    row = result.tables["contrasts"].loc[("x -> m1 -> y", "x -> m2 -> y")]
    assert row["estimate"] == pytest.approx(gap, rel=1e-9)
    assert row["delta_std_error"] == pytest.approx(error, rel=1e-6)


def test_clustered_errors_across_equations_are_those_of_the_stacked_regression(panel):
    # vcovCL(type = "HC0", cadjust = FALSE) of both equations in one regression with all dummies
    result = dm.estimate(mediation("m1"), panel)
    paths = result.tables["paths"].loc[["x -> m1", "m1 -> y", "x -> y"]]
    assert paths["estimate"].tolist() == pytest.approx([0.467149015061, 0.376081382342, 0.432488011615])
    assert paths["std_error"].tolist() == pytest.approx([0.0908365787045, 0.1187995901481, 0.1331120418396])
    effect = result.tables["effects"].loc["x -> m1 -> y"]
    assert effect["delta_std_error"] == pytest.approx(0.0547026284551, rel=1e-9)
    assert effect["sobel_std_error"] == pytest.approx(0.0651687651278, rel=1e-9)


def test_sensitivity_is_that_of_the_residuals_of_regressions(panel):
    result = dm.estimate(mediation("m1", effects=(), covariance=NONE), panel)
    zero = result.tables["sensitivity_zero"].loc["m1"]
    assert zero[["rho_at_zero", "r2_star_product", "r2_tilde_product"]].tolist() == pytest.approx(
        [0.1981134963944, 0.0392489574536, 0.0163726832400]
    )
    curve = result.tables["sensitivity"].set_index("rho")["estimate"]
    assert curve.loc[[-0.5, 0.0, 0.5]].tolist() == pytest.approx(
        [0.536478009489, 0.139110903486, -0.258256202517]
    )


def sample_with(covariance, count):
    """Return rows whose sample covariance is exactly the one given."""
    rows = np.random.default_rng(0).standard_normal((count, len(covariance)))
    rows = rows - rows.mean(axis=0)
    rows = np.linalg.solve(np.linalg.cholesky(np.cov(rows.T)), rows.T).T
    return rows @ np.linalg.cholesky(covariance).T


@pytest.fixture(scope="module")
def presumed_influence():
    """Tal-Or, Cohen, Tsfati & Gunther (2010), 123 readers: data with the published study's moments."""
    names = ["cond", "import", "pmi", "reaction"]
    moments = np.array(
        [
            [0.2512328401972544, 0.1574703451952552, 0.1197187791550047, 0.1245335199253632],
            [0.1574703451952552, 3.0157270425163270, 0.6472077835532454, 1.2512828202052513],
            [0.1197187791550047, 0.6472077835532454, 1.7457350393176063, 0.9145758363321338],
            [0.1245335199253632, 1.2512828202052513, 0.9145758363321338, 2.4034219645475141],
        ]
    )
    return pd.DataFrame(sample_with(moments, 123), columns=names)


def test_published_mediation_of_presumed_media_influence(presumed_influence):
    # Hayes (2013), chapters 4 and 5: a = 0.477 (0.236), b = 0.506 (0.097), c' = 0.254, ab = 0.241, c = 0.496
    spec = dm.Specification(
        "reaction",
        "cond",
        covariance=dm.Unadjusted(),
        estimator=dm.Mediation(mediators="pmi", replications=0),
    )
    result = dm.estimate(spec, presumed_influence)
    paths = result.tables["paths"]
    assert paths["estimate"].round(3).tolist() == [0.477, 0.506, 0.254, 0.496]
    assert paths["std_error"].tolist()[:2] == pytest.approx([0.2356913073364, 0.0970482976724])
    assert result.statistics["indirect"] == pytest.approx(0.2413, abs=5e-5)
    chain = spec.replace(
        estimator=dm.Mediation(mediators=("import", "pmi"), structure="serial", replications=0)
    )
    effects = dm.estimate(chain, presumed_influence).tables["effects"]["estimate"]
    # 0.203 through importance, 0.140 through presumed influence, 0.049 through both, direct 0.103
    assert effects.tolist()[:3] == pytest.approx([0.2033443554875, 0.1402043389050, 0.0487504390014])
    assert effects["direct effect"] == pytest.approx(0.1033905217784)


def test_sobel_aroian_goodman_of_the_textbook_numbers():
    # a = 0.5 (0.1), b = 0.4 (0.12): z = 2.7735, 2.7359, 2.8127
    from digimfg.estimators.mechanisms.mediation_tables import effect_table
    from digimfg.estimators.mechanisms.model import mediation_model

    model = mediation_model("x", ("m",), "y", 0, "parallel")
    paths = np.array([0.5, 0.4, 0.1, 0.3])
    empty = np.empty((0, 4))
    draws = Draws(estimate=model.evaluate(paths[None])[0], drawn=empty, left_out=empty)
    spread = np.diag([0.1, 0.12, 0.1, 0.1]) ** 2
    row = effect_table(model, draws.estimate, model.gradient(paths), spread, draws).loc["x -> m -> y"]
    assert row[["sobel_z", "aroian_z", "goodman_z"]].round(4).tolist() == [2.7735, 2.7359, 2.8127]


def framing_specification():
    return dm.Specification(
        "immigr", "treat", controls=("age", "i(educ)", "male", "income"), covariance=dm.Robust(),
        estimator=dm.Mediation(mediators="emo", replications=0),
    )  # fmt: skip


def test_framing_experiment_as_lm_has_it(framing):
    result = dm.estimate(framing_specification(), framing)
    statistics = result.statistics
    assert [statistics[name] for name in ("indirect", "direct", "total", "rho_at_zero")] == pytest.approx(
        [0.233077412439, 0.184441950272, 0.417519362711, 0.490990388429]
    )
    tilde = result.tables["sensitivity_zero"]["r2_tilde_product"].iloc[0]
    assert tilde == pytest.approx(0.124451834480)


def test_framing_experiment_as_statsmodels_has_it(framing):
    import statsmodels.formula.api as smf
    from statsmodels.stats.mediation import Mediation

    result = dm.estimate(framing_specification(), framing)
    base = "treat + age + C(educ) + male + income"
    peer = Mediation(
        smf.ols(f"immigr ~ emo + {base}", framing), smf.ols(f"emo ~ {base}", framing), "treat", "emo"
    )
    found = peer.fit(method="parametric", n_rep=40, rng=np.random.default_rng(1)).summary()["Estimate"]
    # It draws mediators with noise, separately with and without treatment, so that a draw varies by 0.09 around an effect
    # of 0.23 where the estimate's own error is 0.07 (its intervals are too wide); the mean of 40 draws is known to 0.014.
    pairs = {"indirect": "ACME (average)", "direct": "ADE (average)", "total": "Total effect"}
    for name, row in pairs.items():
        assert result.statistics[name] == pytest.approx(found[row], abs=0.042)


def test_bca_interval_is_that_of_boot():
    # boot.ci(type = "bca") on the same draws; boot interpolates between order statistics of R + 1 on the normal scale,
    # here quantiles interpolate linearly between R: the ends differ by less than the gap between draws
    drawn = stats.gamma.ppf((np.arange(1, 2000) - 0.5) / 1999, 4)
    left_out = stats.gamma.ppf((np.arange(1, 31) - 0.3) / 30, 3) / 10
    draws = Draws(estimate=np.array([3.5]), drawn=drawn[:, None], left_out=left_out[:, None])
    low, high, p_value = bca(draws)
    gaps = np.interp([low[0], high[0]], drawn[1:], np.diff(drawn))
    assert abs(low[0] - 0.839393267228) < gaps[0]
    assert abs(high[0] - 7.830106967417) < gaps[1]
    assert p_value[0] < 0.05


def test_bca_interval_is_that_of_scipy():
    rng = np.random.default_rng(3)
    sample = rng.gamma(2.0, size=25)
    found = stats.bootstrap((sample,), np.mean, n_resamples=1999, method="BCa", rng=np.random.default_rng(4))
    left_out = np.array([np.delete(sample, place).mean() for place in range(25)])
    draws = Draws(
        estimate=np.array([sample.mean()]),
        drawn=found.bootstrap_distribution[:, None],
        left_out=left_out[:, None],
    )
    low, high, _ = bca(draws)
    assert [low[0], high[0]] == pytest.approx(list(found.confidence_interval), rel=1e-9)
    low, high, _ = percentile(draws)
    again = stats.bootstrap(
        (sample,), np.mean, n_resamples=0, method="percentile", bootstrap_result=found
    ).confidence_interval
    assert [low[0], high[0]] == pytest.approx(list(again), rel=1e-9)


@pytest.fixture(scope="module")
def moderated(panel):
    spec = dm.Specification(
        "y", "x", controls="z", entity="unit", time="year", fixed_effects=("unit", "year"),
        covariance=BY_UNIT, estimator=dm.Moderation(moderator="w"),
    )  # fmt: skip
    return dm.estimate(spec, panel)


def test_moderation_is_that_of_the_regression_with_dummies(moderated):
    rows = moderated.coefficients.loc[["x", "x:w"]]
    assert rows["estimate"].tolist() == pytest.approx([0.5900424002257, 0.3399939768548])
    assert rows["std_error"].tolist() == pytest.approx([0.0904964242233, 0.0611334189291])


def test_johnson_neyman_bounds_are_where_bisection_finds_them(moderated):
    # uniroot of t(w) = ±t crit in R
    found = [moderated.statistics[f"johnson_neyman_{end}"] for end in ("low", "high")]
    assert found == pytest.approx([-3.1502067737, -1.00022564521], abs=1e-9)


def test_bins_and_the_test_of_linearity_are_those_of_lm(moderated):
    bins = moderated.tables["bins"]
    assert bins["estimate"].tolist() == pytest.approx([0.203654717984, 0.530585278907, 1.013231382165])
    assert bins["std_error"].tolist() == pytest.approx([0.114798615605, 0.173644175611, 0.101581386137])
    assert moderated.statistics["linearity_f"] == pytest.approx(1.31860545342)
    assert moderated.statistics["linearity_restrictions"] == 8


@pytest.mark.parametrize(("cluster", "error"), [("unit", 0.195077820798), ("year", 0.202498635777)])
def test_seemingly_unrelated_estimation_is_the_stacked_system(panel, cluster, error):
    # clusters that hold one group (units) and clusters that hold both (years)
    spec = dm.Specification(
        "y", "x", controls="z", entity="unit", time="year", fixed_effects=("unit", "year"),
        covariance=dm.Clustered(cluster),
    )  # fmt: skip
    row = dm.group_difference(spec, panel, "coastal", methods=("suest",)).tables["differences"].loc["x"]
    assert row[["first", "second", "difference"]].tolist() == pytest.approx(
        [0.468761280425, 0.770978796658, 0.302217516232]
    )
    assert row["suest_std_error"] == pytest.approx(error, rel=1e-9)
    if cluster == "unit":
        assert row["suest_chi2"] == pytest.approx(2.400067594057)
        assert row["suest_p"] == pytest.approx(0.121330007729)
