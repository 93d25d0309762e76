"""Local projections against a second engine, the responses of a process that is known, and themselves.

Engine: statsmodels' OLS with a dummy for every unit and period, on leads and lags made with pandas.
"""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

A = np.array([[0.5, 0.1], [0.3, 0.4]])
TRUE = np.array([np.linalg.matrix_power(A, h)[1, 0] for h in range(5)])


def simulated(n, t, seed=0):
    rng = np.random.default_rng(seed)
    effect = rng.normal(size=(n, 2))
    y = np.zeros((n, t + 30, 2))
    for s in range(1, t + 30):
        y[:, s] = effect + y[:, s - 1] @ A.T + rng.normal(size=(n, 2))
    return pd.DataFrame(
        {
            "id": np.repeat(np.arange(n), t),
            "year": np.tile(np.arange(2000, 2000 + t), n),
            "x": y[:, 30:, 0].ravel(),
            "y": y[:, 30:, 1].ravel(),
        }
    ).assign(region=lambda d: d.id % 12, high=lambda d: (d.id % 2).astype(float))


PANEL = simulated(60, 12)
SPEC = dm.Specification("y", "x", entity="id", time="year", fixed_effects=("id", "year"))


def shifted(frame, name, step):
    return frame.sort_values(["id", "year"]).groupby("id")[name].shift(-step)


@pytest.mark.parametrize("response", ["level", "change", "cumulative"])
@pytest.mark.parametrize("place", [-2, -1, 0, 3])
def test_estimates_are_those_of_statsmodels(response, place):
    from statsmodels.regression.linear_model import OLS

    found = dm.local_projections(SPEC, PANEL, horizon=3, leads=2, lags=2, response=response, draws=99)
    target = shifted(PANEL, "y", place)
    if place >= 0 and response == "change":
        target = target - shifted(PANEL, "y", -1)
    if place >= 0 and response == "cumulative":
        target = sum(shifted(PANEL, "y", step) for step in range(place + 1))
    back = max(-place, 0)
    lags = {f"y{k}": shifted(PANEL, "y", -k) for k in range(back + 1, back + 3)}
    lags |= {f"x{k}": shifted(PANEL, "x", -k) for k in range(max(back, 1), back + 3)}
    terms = pd.concat([PANEL["x"], pd.DataFrame(lags)], axis=1)
    kept = terms.notna().all(axis=1) & target.notna()
    units = pd.get_dummies(PANEL.loc[kept, "id"].astype(str), dtype=float)
    periods = pd.get_dummies(PANEL.loc[kept, "year"].astype(str), dtype=float, drop_first=True)
    expected = OLS(target[kept], pd.concat([terms[kept], units, periods], axis=1)).fit().params["x"]
    assert found.responses.loc[place, "estimate"] == pytest.approx(expected, rel=1e-7)
    assert found.responses.loc[place, "n_obs"] == kept.sum()


def test_errors_are_those_of_the_specification():
    by_hand = PANEL.assign(z=shifted(PANEL, "y", 2))
    for covariance in (dm.Clustered("id"), dm.Clustered("region", small_sample="cr2")):
        spec = SPEC.replace(covariance=covariance)
        found = dm.local_projections(spec, PANEL, horizon=2).responses.loc[2]
        own = dm.estimate(spec.replace(outcome="z", controls=("L.y", "L.x")), by_hand).coefficients.loc["x"]
        for name in ("std_error", "p_value", "conf_low", "conf_high"):
            assert found[name] == pytest.approx(own[name], rel=1e-9)


def test_a_long_panel_shows_the_responses_of_the_process():
    found = dm.local_projections(SPEC, simulated(200, 80), horizon=4).responses
    assert np.abs(found["estimate"] - TRUE).max() < 4 * found["std_error"].max()
    assert ((found["band_low"] < TRUE) & (found["band_high"] > TRUE)).mean() >= 0.8


def test_few_periods_bias_responses_and_the_split_panel_takes_most_of_it_off():
    short = simulated(1500, 12)
    plain = dm.local_projections(SPEC, short, horizon=4, draws=99)
    freed = dm.local_projections(SPEC, short, horizon=4, draws=99, correction="split_panel")
    bias = [np.abs(each.responses["estimate"] - TRUE).mean() for each in (plain, freed)]
    assert bias[1] < 0.4 * bias[0]
    assert "few_periods" in {getattr(note, "kind", "") for note in plain.notes}
    assert "few_periods" not in {getattr(note, "kind", "") for note in freed.notes}


def test_leads_are_zero_where_nothing_feeds_back():
    rng = np.random.default_rng(3)
    frame = simulated(300, 30).assign(x=rng.normal(size=9000))
    rise = frame.groupby("id")["x"].shift(1).fillna(0)
    found = dm.local_projections(SPEC, frame.assign(y=frame.y + rise), leads=3, horizon=1)
    assert found.statistics["sup_t_leads_p"] > 0.05
    assert found.statistics["sup_t_p"] < 0.01
    back = dm.local_projections(SPEC, simulated(300, 30), leads=2, horizon=1)
    assert back.statistics["sup_t_leads_p"] < 0.01  # y moves x a year later


def test_states_have_slopes_of_their_own():
    rng = np.random.default_rng(4)
    n, t = 200, 25
    x, state = rng.normal(size=(n, t)), (rng.uniform(size=(n, t)) > 0.5).astype(float)
    y = x * (0.2 + 0.6 * state) + 0.5 * rng.normal(size=(n, t))
    keys = {"id": np.repeat(range(n), t), "year": np.tile(range(t), n)}
    frame = pd.DataFrame({**keys, "x": x.ravel(), "y": y.ravel(), "s": state.ravel()})
    found = dm.local_projections(SPEC, frame, state="s", horizon=1)
    at_once = found.responses.xs(0, level="horizon")["estimate"]
    assert at_once["low"] == pytest.approx(0.2, abs=0.05)
    assert at_once["high"] == pytest.approx(0.8, abs=0.05)
    assert at_once["difference"] == pytest.approx(at_once["high"] - at_once["low"], rel=1e-10)
    assert found.statistics["sup_t_difference_p"] < 0.01


def test_bands_hold_what_they_say_of_the_largest_of_correlated_statistics():
    found = dm.local_projections(SPEC, PANEL, horizon=4, seed=1).responses
    factor = ((found["band_high"] - found["estimate"]) / found["std_error"]).to_numpy()
    assert np.ptp(factor) < 1e-9
    pointwise = ((found["conf_high"] - found["estimate"]) / found["std_error"]).max()
    assert pointwise < factor[0] < 2.75  # Bonferroni's for five statistics and 59 degrees of freedom: 2.66
    one = dm.local_projections(SPEC, PANEL, horizon=0, draws=200_000).responses.iloc[0]
    assert (one["band_high"] - one["estimate"]) == pytest.approx(one["conf_high"] - one["estimate"], rel=0.01)


def test_rows_in_any_order_give_the_same_bytes():
    tables = [
        dm.local_projections(SPEC, each, leads=1, correction="split_panel").responses
        for each in (PANEL, PANEL.sample(frac=1, random_state=2))
    ]
    assert tables[0].to_numpy().tobytes() == tables[1].to_numpy().tobytes()


def test_a_sample_limits_where_impulses_are_not_what_follows():
    found = dm.local_projections(SPEC.replace(sample="year <= 2009"), PANEL, horizon=2)
    assert found.responses.loc[2, "n_obs"] == 60 * 9  # 2001 to 2009: what follows is seen until 2011


@pytest.mark.parametrize(("spec", "options", "kind"), [
    (SPEC, {"impulse": "z"}, Fault.of("local_projections.impulse_unknown", names=('x',))),
    (SPEC.replace(covariance=dm.Robust()), {}, "local_projections.covariance_not_clustered"),
    (SPEC.replace(regressors=(), controls="x"), {}, "local_projections.no_impulse"),
    (SPEC, {"horizon": 11}, "local_projections.panel_too_short_for_lags"),
    (SPEC, {"state": "y"}, "local_projections.state_outside_unit"),
    (SPEC.replace(regressors="high"), {}, "local_projections.impulse_collinear"),
    (SPEC.replace(entity=None, fixed_effects="year", covariance=dm.Clustered("id")), {}, "local_projections.no_entity_or_time"),
    (SPEC, {"horizon": 9, "correction": "split_panel"}, "local_projections.panel_too_short_for_lags"),
])  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_words(spec, options, kind):
    with refused(dm.DigimfgError, kind):
        dm.local_projections(spec, PANEL, **options)


def test_a_horizon_without_rows_names_what_is_missing_as_the_reader_does():
    with refused(dm.DigimfgError, "local_projections.panel_too_short_for_lags", lags=1) as caught:
        dm.local_projections(SPEC, PANEL[PANEL.year < 2002], horizon=1, leads=1)
    for language in ("en", "zh"):
        assert "projected" not in caught.value.got.language(language)
