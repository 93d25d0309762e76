"""Stochastic frontiers: printed estimates, nested models, two derivatives, and recovery."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.estimators.frontier.likelihood import Rows, contributions, random_effect_scores

SHARED = Path(__file__).parents[3] / "shared" / "data" / "reference"
KEYS = {"entity": "FMERCODE", "time": "YEARDUM"}


def read(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip("needs ../shared/data/reference")
    return pd.read_csv(path)


def fit(frame, terms, *, keys=None, **options):
    spec = dm.Specification(
        terms[0],
        terms[1:],
        estimator=dm.StochasticFrontier(**options),
        covariance=dm.Unadjusted(),
        **(keys or {}),
    )
    return dm.estimate(spec, frame)


def test_sixty_firms_of_coelli():
    """FRONTIER 4.1 (Coelli 1996), first example; its optimum stops 1e-6 in the likelihood from the maximum."""
    found = fit(read("front41_coelli.csv"), ("log(output)", "log(capital)", "log(labour)"))
    assert found.coefficients["estimate"].tolist() == pytest.approx(
        [0.5616193, 0.2811022, 0.5364798], abs=4e-6
    )
    assert found.coefficients["std_error"].tolist() == pytest.approx([0.20262, 0.04764, 0.04525], abs=2e-3)
    assert found.statistics["gamma"] == pytest.approx(0.7972069, abs=2e-6)
    assert found.statistics["sigma_squared"] == pytest.approx(0.21700, abs=1e-5)
    assert found.statistics["log_likelihood"] == pytest.approx(-17.027224, abs=2e-6)
    assert found.statistics["lr_statistic"] == pytest.approx(2.8392, abs=1e-4)
    assert found.statistics["mean_efficiency"] == pytest.approx(0.74056772, abs=2e-6)


@pytest.mark.parametrize(
    ("options", "likelihood"),
    [
        ({"model": "pooled"}, -86.20269),
        ({"model": "time_invariant"}, -86.43043),
        ({"model": "time_decay"}, -84.55036),
    ],
)
def test_rice_farms(options, likelihood):
    """43 Philippine farms, 1990-97: log likelihoods that R's frontier 1.1-8 prints in its examples."""
    frame = read("rice_prod_phil.csv")
    found = fit(frame, ("log(PROD)", "log(AREA)", "log(LABOR)", "log(NPK)"), keys=KEYS, **options)
    assert found.statistics["log_likelihood"] == pytest.approx(likelihood, abs=1e-5)
    efficiency = found.tables["efficiency"]
    assert efficiency["efficiency"].between(0, 1).all()
    assert (np.exp(-efficiency["inefficiency"]) <= efficiency["efficiency"] + 1e-12).all()  # Jensen
    assert len(efficiency) == 344


@pytest.mark.parametrize(
    ("options", "likelihood", "slopes"),
    [
        (
            {"model": "time_invariant", "distribution": "truncated_normal"},
            -86.34287,
            [0.45457, 0.28732, 0.22512],
        ),
        ({"model": "time_decay", "distribution": "truncated_normal"}, -84.40679, [0.47616, 0.29847, 0.19612]),
        ({"model": "effects", "determinants": ("EDYRS", "BANRAT")}, -77.31365, [0.37978, 0.32098, 0.26382]),
        ({"model": "true_random_effects"}, -68.02922, [0.44929, 0.26050, 0.24631]),
        ({"distribution": "exponential"}, -81.60120, [0.35393, 0.33451, 0.27288]),
    ],
)
def test_rice_farms_by_a_second_engine(options, likelihood, slopes):
    """StatsPAI 1.40.2, sp.frontier and sp.xtfrontier (96 nodes; ours adapt); in "effects" it stops 2e-5 below this maximum."""
    frame = read("rice_prod_phil.csv")
    found = fit(frame, ("log(PROD)", "log(AREA)", "log(LABOR)", "log(NPK)"), keys=KEYS, **options)
    assert found.statistics["log_likelihood"] == pytest.approx(likelihood, abs=3e-5)
    names = ["log(AREA)", "log(LABOR)", "log(NPK)"]
    assert found.coefficients.loc[names, "estimate"].tolist() == pytest.approx(slopes, abs=6e-5)


def simulated(n=60, t=10, seed=1, effect=0.0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"id": np.repeat(range(n), t), "year": np.tile(range(t), n)})
    size = n * t
    frame["x"], frame["z"] = rng.normal(size=(2, size))
    noise = 0.2 * rng.normal(size=size) - 0.5 * np.abs(rng.normal(size=size))
    frame["y"] = 1 + 0.6 * frame["x"] + effect * rng.normal(size=n)[frame["id"]] + noise
    return frame


PANEL = {"entity": "id", "time": "year"}


def test_models_that_hold_another_reach_no_lower():
    frame = simulated()
    value = {
        name: fit(frame, ("y", "x"), keys=PANEL, **options).statistics["log_likelihood"]
        for name, options in {
            "half": {},
            "truncated": {"distribution": "truncated_normal"},
            "still": {"model": "time_invariant"},
            "moving": {"model": "time_decay"},
        }.items()
        if name in ("half", "truncated")
    }
    assert value["truncated"] >= value["half"] - 1e-9


@pytest.mark.parametrize("model", ["true_fixed_effects", "true_random_effects"])
def test_effects_that_are_no_inefficiency_are_told_apart(model):
    found = fit(simulated(effect=1.0, t=20), ("y", "x"), keys=PANEL, model=model)
    assert found.coefficients.loc["x", "estimate"] == pytest.approx(0.6, abs=0.03)
    assert found.statistics["sigma_u"] == pytest.approx(0.5, abs=0.08)
    assert found.statistics["sigma_v"] == pytest.approx(0.2, abs=0.05)
    if model == "true_random_effects":
        assert found.tables["variance"].loc["effect_variance", "estimate"] == pytest.approx(1.0, abs=0.45)


def test_determinants_of_inefficiency_are_found():
    rng = np.random.default_rng(8)
    frame = simulated(n=150)
    mean = -0.5 + 1.0 * frame["z"]
    from scipy.stats import truncnorm

    u = truncnorm.rvs(-mean / 0.5, np.inf, loc=mean, scale=0.5, random_state=rng)
    frame["y"] = 1 + 0.6 * frame["x"] + 0.2 * rng.normal(size=len(frame)) - u
    found = fit(frame, ("y", "x"), keys=PANEL, model="effects", determinants=("z",))
    assert found.coefficients.loc["inefficiency:z", "estimate"] == pytest.approx(1.0, abs=0.15)
    assert found.coefficients.loc["x", "estimate"] == pytest.approx(0.6, abs=0.03)


def test_cost_is_production_turned_round():
    frame = simulated()
    one = fit(frame, ("y", "x"))
    other = fit(frame.assign(y=-frame["y"], x=-frame["x"]), ("y", "x"), frontier="cost")
    assert other.statistics["log_likelihood"] == pytest.approx(one.statistics["log_likelihood"], abs=1e-9)
    assert other.coefficients.loc["x", "estimate"] == pytest.approx(
        one.coefficients.loc["x", "estimate"], abs=1e-7
    )


def test_scores_with_random_effects_are_the_slopes_of_their_likelihood():
    frame = simulated(n=12, t=5, effect=0.5)
    rows = Rows(
        outcome=frame["y"].to_numpy(),
        regressors=np.column_stack([np.ones(60), frame["x"]]),
        group=frame["id"].to_numpy(dtype=np.int64),
        ahead=np.zeros(60),
        determinants=np.empty((60, 0)),
        sign=1.0,
        model="true_random_effects",
        distribution="half_normal",
    )
    point = np.array([1.0, 0.5, -1.0, 0.5, -0.7])
    steps = np.eye(5) * 1e-30j
    slopes = np.column_stack([contributions(rows, point + step).imag / 1e-30 for step in steps])
    assert random_effect_scores(rows, point) == pytest.approx(slopes, abs=1e-8)


def test_residuals_skewed_the_other_way_are_said():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"x": rng.normal(size=200)})
    frame["y"] = frame["x"] + np.abs(rng.normal(size=200))
    with refused(dm.DigimfgError, "frontier.no_inefficiency_found"):
        fit(frame, ("y", "x"))


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (
            {"estimator": dm.StochasticFrontier(model="time_decay")},
            "frontier.keys_lacking",
        ),
        (
            {"estimator": dm.StochasticFrontier(model="effects")},
            "frontier.determinants_of_another_model",
        ),
        (
            {"estimator": dm.StochasticFrontier(determinants=("z",))},
            "frontier.determinants_of_another_model",
        ),
        (
            {"estimator": dm.StochasticFrontier(model="time_decay", distribution="exponential"), **PANEL},
            "frontier.distribution_of_another_model",
        ),
        (
            {"estimator": dm.StochasticFrontier(), "fixed_effects": "id", **PANEL},
            "frontier.effects_and_weights_not_taken",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(parts, kind):
    spec = dm.Specification("y", "x", **{"covariance": dm.Unadjusted(), **parts})
    with refused(dm.DigimfgError, kind):
        dm.estimate(spec, simulated())


def test_clusters_hold_whole_entities():
    frame = simulated(t=5)
    frame["y"] -= np.abs(np.random.default_rng(3).normal(size=60))[frame["id"]]
    spec = dm.Specification("y", "x", estimator=dm.StochasticFrontier(model="time_invariant"), **PANEL)
    assert dm.estimate(spec.replace(covariance=dm.Clustered("id")), frame).statistics["n_clusters"] == 60
    with refused(dm.DigimfgError, "frontier.clusters_cut_units"):
        dm.estimate(spec.replace(covariance=dm.Clustered("year")), frame)
