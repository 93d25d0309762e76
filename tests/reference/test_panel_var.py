"""Panel VARs against published numbers, a second engine and themselves.

Published: R package panelvar 0.5.5 and 0.5.6 (Sigmund and Ferstl 2021, doi:10.1016/j.qref.2019.01.001), ``pvargmm`` on Dahlberg and Johansson's
265 Swedish municipalities 1979–1987, one lag, forward orthogonal deviations, all lags as instruments. Second engine for responses and
decompositions: statsmodels' least-squares VAR representation of the same coefficients.
"""

import dataclasses
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault
from digimfg.inference.panel_grid import panel_grid, value_order

SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
SWEDEN = SHARED / "reference" / "swedish_municipalities.csv"
MUNICIPAL = ("expenditures", "revenues", "grants")
TRUE = np.array([[[0.5, 0.2, 0.0], [0.1, 0.4, 0.0], [0.2, 0.1, 0.3]]])


def simulated(n=120, t=10, seed=0, matrices=TRUE, burn=30):
    rng = np.random.default_rng(seed)
    root = np.linalg.cholesky(np.array([[1.0, 0.3, 0.0], [0.3, 1.0, 0.2], [0.0, 0.2, 1.0]]))
    effect = rng.normal(size=(n, 3))
    y = np.zeros((n, burn + t, 3))
    for step in range(len(matrices), burn + t):
        past = sum(y[:, step - lag - 1] @ matrix.T for lag, matrix in enumerate(matrices))
        y[:, step] = effect + past + rng.normal(size=(n, 3)) @ root.T
    y = y[:, burn:]
    return pd.DataFrame(
        {
            "id": np.repeat(np.arange(n), t),
            "year": np.tile(np.arange(2000, 2000 + t), n),
            **{name: y[..., place].ravel() for place, name in enumerate("abc")},
        }
    )


PANEL = simulated()


def model(variables=("a", "b", "c"), **options):
    return dm.PanelVAR(variables, **{"lags": 1, "entity": "id", "time": "year", "collapse": True, **options})


def estimates(frame=PANEL, **options):
    return dm.fit_panel_var(model(**options), frame).coefficients["estimate"].to_numpy()


@pytest.mark.skipif(not SWEDEN.is_file(), reason="needs ../shared/data/reference/swedish_municipalities.csv")
class TestSwedishMunicipalities:
    def fit(self, **options):
        return dm.fit_panel_var(model(MUNICIPAL, collapse=False, **options), pd.read_csv(SWEDEN))

    def test_two_steps_are_those_of_panelvar(self):
        found = self.fit(inverse="pseudo").coefficients.loc["expenditures"]
        # 5e-8: the last printed digit
        assert found["estimate"].tolist() == pytest.approx([0.2846164, -0.0470207, -1.6746061], abs=5.1e-8)
        # 6e-8: the same, and rounding of a pseudo-inverse whose condition number is 7e7 (.06643325 is where the digit turns)
        assert found["std_error"].tolist() == pytest.approx([0.0664333, 0.0637217, 0.2817554], abs=6e-8)

    def test_the_first_step_is_that_of_panelvar(self):
        found = self.fit(steps=1).coefficients.loc["expenditures", "estimate"]
        assert found.tolist() == pytest.approx([0.2841179, -0.0438389, -1.6826231], abs=5.1e-8)

    def test_the_exact_inverse_gives_another_number_and_both_say_that_the_weight_is_nearly_singular(self):
        exact, pseudo = self.fit(), self.fit(inverse="pseudo")
        assert exact.coefficients["estimate"].iloc[0] == pytest.approx(0.28393, abs=5.1e-6)
        for fit in (exact, pseudo):
            assert "nearly_singular" in {getattr(note, "kind", "") for note in fit.notes}

    def test_collapsed_instruments_leave_nothing_to_choose(self):
        frame = pd.read_csv(SWEDEN)
        exact, pseudo = (
            dm.fit_panel_var(model(MUNICIPAL, inverse=each), frame) for each in ("exact", "pseudo")
        )
        assert np.allclose(exact.coefficients, pseudo.coefficients, rtol=1e-6)

    @pytest.mark.parametrize("case", range(8))
    def test_collapsed_instruments_are_those_of_panelvar(self, case):
        """Windmeijer's errors and J too; predetermined grants; two lags with the pseudo-inverse that panelvar takes."""
        variables, options, first, second, error, hansen = PANELVAR[case]
        frame = pd.read_csv(SWEDEN)
        fits = [dm.fit_panel_var(model(variables, steps=steps, **options), frame) for steps in (1, 2)]
        for fit, values in zip(fits, (first, second), strict=True):
            assert fit.coefficients.loc["expenditures", "estimate"].tolist() == pytest.approx(
                values, rel=1e-9
            )
        assert fits[1].coefficients.loc["expenditures", "std_error"].tolist() == pytest.approx(
            error, rel=1e-9
        )
        assert fits[1].statistics["hansen"] == pytest.approx(hansen, rel=1e-9)

    @pytest.mark.parametrize("transformation", ["orthogonal", "difference"])
    def test_two_steps_with_two_lags_are_those_of_plain_matrices(self, transformation):
        """Coefficients, Windmeijer's errors and J of three equations at once."""
        options = {"lags": 2, "transformation": transformation}
        found = dm.fit_panel_var(model(MUNICIPAL, **options), pd.read_csv(SWEDEN))
        values, errors, hansen = plain_matrices(pd.read_csv(SWEDEN), 2, transformation)
        assert found.coefficients["estimate"].to_numpy() == pytest.approx(values, rel=1e-6)
        assert found.coefficients["std_error"].to_numpy() == pytest.approx(errors, rel=1e-6)
        assert found.statistics["hansen"] == pytest.approx(hansen, rel=1e-6)

    @pytest.mark.parametrize("collapse", [True, False])
    def test_two_lags_in_differences_are_those_of_plm(self, collapse):
        """R's plm 2.6.2 (var_lags.R): first step, robust errors; the equation of expenditures alone has the same."""
        options = {"lags": 2, "collapse": collapse, "transformation": "difference", "steps": 1}
        fit = dm.fit_panel_var(model(MUNICIPAL, **options), pd.read_csv(SWEDEN))
        found = fit.coefficients.loc["expenditures"].loc[
            [f"{lag}.{name}" for name in MUNICIPAL for lag in ("L", "L2")]
        ]
        estimate, error = PLM[collapse]
        assert found["estimate"].tolist() == pytest.approx(estimate, abs=1e-9)
        assert found["std_error"].tolist() == pytest.approx(error, abs=1e-9)

    @pytest.mark.parametrize("steps", [1, 2])
    def test_two_lags_in_differences_and_deviations_agree_with_all_lags(self, steps):
        one, other = (
            self.fit(lags=2, steps=steps, transformation=name) for name in ("orthogonal", "difference")
        )
        assert np.allclose(one.coefficients, other.coefficients, rtol=1e-6, atol=1e-9)
        assert one.statistics["hansen"] == pytest.approx(other.statistics["hansen"], rel=1e-8)
        # collapsed they are other instruments, and another estimate
        apart = [
            dm.fit_panel_var(model(MUNICIPAL, lags=2, steps=steps, transformation=name), pd.read_csv(SWEDEN))
            for name in ("orthogonal", "difference")
        ]
        assert not np.allclose(
            apart[0].coefficients["estimate"], apart[1].coefficients["estimate"], rtol=1e-2
        )


PANELVAR = (
    (MUNICIPAL, {}, [0.253213972935, -0.1080442961576, -2.50754915672], [0.260219509202, -0.120507094366, -2.3627977594],
     [0.087594762270, 0.092346795308, 0.45111464793], 232.82207531),
    (MUNICIPAL, {"transformation": "difference"}, [0.252124722606, -0.106307319282, -2.5003173568],
     [0.255670952070, -0.113551088211, -2.31538520281], [0.081804187020, 0.086625654218, 0.442583520922], 231.7187738),
    (MUNICIPAL, {"transformation": "difference", "last_lag": 4}, [0.749385128470, 0.309715902613, 1.28006184842],
     [0.635399802676, 0.295375520029, 0.92484621200], [0.093554751125, 0.100212478165, 0.481541588806], 104.47159997),
    (MUNICIPAL, {"lags": 2, "inverse": "pseudo"},
     [0.211409001193, -0.274349098980, -5.19864010236, 0.027667290183, -0.38785679427, -2.313770941725],
     [0.189835729102, -0.292032283663, -5.11760866812, 0.035461627017, -0.436987393921, -2.24156657149],
     [0.151250112072, 0.155629947321, 0.998487383571, 0.148658291024, 0.136018319543, 0.427552653203], 211.1288521),
    (MUNICIPAL[:2], {"transformation": "difference", "predetermined": ("grants",)},
     [0.20761809169, 0.11107257852, -0.73865119464], [0.18512969133, 0.11323433410, -0.45713755831],
     [0.069499577216, 0.071159418102, 0.35413055232], 218.01224928),
    (MUNICIPAL[:2], {"predetermined": ("grants",)},
     [0.20154418438, 0.12970295538, -0.56478689963], [0.18371570487, 0.12336043091, -0.35583436139],
     [0.070704168490, 0.071798340591, 0.33789954971], 219.91380108),
    (MUNICIPAL[:2], {"transformation": "difference", "exogenous": ("grants",)},
     [0.086839507666, 0.24624703546, -0.055185862652], [0.18989913048, 0.13605689264, 0.096081210514],
     [0.10515121807, 0.096969366728, 0.19464532663], 211.67489904),
    (MUNICIPAL[:2], {"exogenous": ("grants",)},
     [0.082621212267, 0.27818095786, 0.32939589960], [0.19718954902, 0.15258620691, 0.31828215632],
     [0.10971527826, 0.10181756084, 0.19212678208], 213.60737325),
)  # fmt: skip
"""panelvar 0.5.6: pvargmm(V, lags, data = D, transformation =, steps = "twostep", system_instruments = FALSE, collapse = TRUE),
predet_vars or exog_vars = "grants", max_instr_dependent_vars = 4; hansen_j_test(). First and second step, errors and J of the second."""

PLM = {
    True: ([0.21221366668, 0.03477094962, -0.23704510480, -0.35120814259, -4.95432549839, -1.96062016669],
           [0.09854566989, 0.09617871306, 0.10221989812, 0.08558146126, 0.63117746203, 0.21471268212]),
    False: ([0.26941242574, -0.01676962452, -0.12875637358, -0.26267556780, -3.04860408832, -1.53478160951],
            [0.08541753448, 0.07566734502, 0.08366148625, 0.07535366064, 0.57756364779, 0.18045137765]),
}  # fmt: skip


def plain_matrices(frame, lags, transformation):
    """Two-step estimates of a balanced panel, collapsed instruments, every matrix written out unit by unit."""
    y = frame.sort_values(["id", "year"])[list(MUNICIPAL)].to_numpy().reshape(265, -1, 3)
    rows = y.shape[1] - lags
    if transformation == "difference":
        moved = np.eye(rows - 1, rows, 1) - np.eye(rows - 1, rows)
    else:
        moved = np.zeros((rows - 1, rows))
        for t in range(rows - 1):
            left = rows - 1 - t
            moved[t, t], moved[t, t + 1 :] = 1.0, -1 / left
            moved[t] *= np.sqrt(left / (left + 1))
    most = rows - 1 + lags - 1
    x, z, out = [], [], []
    for unit in y:
        design = np.hstack([unit[lags - each : len(unit) - each] for each in range(1, lags + 1)])
        tools = np.zeros((rows - 1, 3, most))
        for t in range(rows - 1):
            known = unit[: t + lags]  # levels before the error of the row, latest first
            tools[t, :, : len(known)] = known[::-1].T
        x.append(np.kron(np.eye(3), moved @ design))
        z.append(np.kron(np.eye(3), tools.reshape(rows - 1, -1)))
        out.append((moved @ unit[lags:]).T.ravel())
    weight = np.kron(np.eye(3), moved @ moved.T)
    cross, right = (
        sum(b.T @ a for a, b in zip(x, z, strict=True)),
        sum(b.T @ a for a, b in zip(out, z, strict=True)),
    )

    def solved(inverse):
        bread = np.linalg.inv(cross.T @ inverse @ cross)
        return bread @ cross.T @ inverse @ right, bread

    first = np.linalg.inv(sum(b.T @ weight @ b for b in z))
    start, bread_1 = solved(first)
    rest_1 = [a - b @ start for a, b in zip(out, x, strict=True)]
    second = np.linalg.inv(sum(np.outer(b.T @ e, b.T @ e) for b, e in zip(z, rest_1, strict=True)))
    final, bread_2 = solved(second)
    moments = sum(b.T @ (a - c @ final) for a, b, c in zip(out, z, x, strict=True))
    robust = bread_1 @ cross.T @ first @ np.linalg.inv(second) @ first @ cross @ bread_1
    change = np.zeros((len(final), len(final)))
    for k in range(len(final)):
        slope = sum(
            np.outer(b.T @ c[:, k], b.T @ e) + np.outer(b.T @ e, b.T @ c[:, k])
            for b, c, e in zip(z, x, rest_1, strict=True)
        )
        change[:, k] = bread_2 @ cross.T @ second @ slope @ second @ moments
    covariance = bread_2 + change @ bread_2 + bread_2 @ change.T + change @ robust @ change.T
    return final, np.sqrt(np.diag(covariance)), moments @ second @ moments


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("time_effects", [False, True])
def test_differences_and_orthogonal_deviations_agree_on_a_balanced_panel_with_all_lags(steps, time_effects):
    frame = simulated(n=150, t=7)
    fits = [
        dm.fit_panel_var(
            model(collapse=False, steps=steps, transformation=name, time_effects=time_effects), frame
        )
        for name in ("orthogonal", "difference")
    ]
    assert np.allclose(fits[0].coefficients, fits[1].coefficients, rtol=1e-6, atol=1e-8)
    assert fits[0].statistics["hansen"] == pytest.approx(fits[1].statistics["hansen"], rel=1e-6)


@pytest.mark.parametrize("options", [
    {}, {"steps": 1}, {"lags": 2}, {"transformation": "difference", "steps": 1}, {"time_effects": True},
    {"exogenous": ("x",), "predetermined": ("w",)}, {"collapse": False, "last_lag": 3, "allow_many_instruments": True},
])  # fmt: skip
@pytest.mark.parametrize("gaps", [False, True])
def test_draws_estimate_as_the_stacked_system_does(options, gaps):
    """Two ways to the same numbers: the system of the GMM core, and cross products with units weighted."""
    rng = np.random.default_rng(3)
    frame = PANEL.assign(x=rng.normal(size=len(PANEL)), w=lambda d: d.b + rng.normal(size=len(d)))
    if gaps:
        frame = frame[rng.uniform(size=len(frame)) > 0.1]
    fit = dm.fit_panel_var(model(**options), frame)
    coefficients, covariance = fit.equations.estimates(np.ones(fit.equations.n_entities))
    size = len(fit.coefficients) // 3
    assert np.allclose(coefficients[:, :size].ravel(), fit.coefficients["estimate"], rtol=1e-7, atol=1e-9)
    assert np.allclose(covariance, fit.error_covariance, rtol=1e-7)


def test_a_unit_counted_twice_is_a_unit_that_is_there_twice():
    fit = dm.fit_panel_var(model(), PANEL)
    weights = np.ones(fit.equations.n_entities)
    grids = panel_grid(PANEL, ("a", "b", "c"), "id", "year").columns
    place = np.argsort(value_order(*grids.values()))  # units stand in the order of their values
    weights[place[[5, 7]]] = 2.0, 0.0
    twice = pd.concat([PANEL[PANEL.id != 7], PANEL[PANEL.id == 5].assign(id=999)])
    assert np.allclose(fit.equations.estimates(weights)[0].ravel(), estimates(twice), rtol=1e-8)


def test_units_of_measurement_do_not_matter():
    scaled = PANEL.assign(a=PANEL.a * 1e6, c=PANEL.c * 1e-6)
    one, other = (dm.fit_panel_var(model(), frame) for frame in (PANEL, scaled))
    assert np.allclose(one.coefficients["statistic"], other.coefficients["statistic"], rtol=1e-6)
    assert one.statistics["hansen"] == pytest.approx(other.statistics["hansen"], rel=1e-7)
    assert one.statistics["max_modulus"] == pytest.approx(other.statistics["max_modulus"], rel=1e-7)
    paths = [dm.impulse_responses(fit, 4, draws=0).responses["estimate"] for fit in (one, other)]
    own = paths[0].loc["a"].loc["a"]
    assert np.allclose(paths[1].loc["a"].loc["a"] / 1e6, own, rtol=1e-6)


def test_rows_in_any_order_give_the_same_bytes():
    shuffled = PANEL.sample(frac=1, random_state=1)
    one, other = (dm.fit_panel_var(model(), frame) for frame in (PANEL, shuffled))
    assert one.coefficients.to_numpy().tobytes() == other.coefficients.to_numpy().tobytes()
    paths = [dm.impulse_responses(fit, 3, draws=20, seed=4).responses for fit in (one, other)]
    assert paths[0].to_numpy().tobytes() == paths[1].to_numpy().tobytes()


class TestResponses:
    fit = dm.fit_panel_var(model(lags=2), PANEL)

    def engine(self):
        """Return statsmodels' VAR process of the same coefficients."""
        from statsmodels.tsa.vector_ar.var_model import VARProcess

        lagged = self.fit.coefficients["estimate"].to_numpy().reshape(3, 2, 3).transpose(1, 0, 2)
        return VARProcess(lagged, None, self.fit.error_covariance.to_numpy(), names=list("abc"))

    def path(self, **options):
        table = dm.impulse_responses(self.fit, 6, draws=0, **options).responses["estimate"]
        return table.to_numpy().reshape(3, 3, 7).transpose(2, 1, 0)

    def test_of_one_unit_and_orthogonal_are_those_of_statsmodels(self):
        process = self.engine()
        assert np.allclose(self.path(shock="unit"), process.ma_rep(6), atol=1e-12)
        assert np.allclose(self.path(), process.orth_ma_rep(6), atol=1e-12)
        assert np.allclose(
            self.path(shock="unit", cumulative=True), process.ma_rep(6).cumsum(axis=0), atol=1e-12
        )

    def test_an_order_is_a_model_with_its_variables_in_that_order(self):
        process = self.engine()
        places = [2, 0, 1]
        coefs = process.coefs[:, places][:, :, places]
        sigma = process.sigma_u[np.ix_(places, places)]
        from statsmodels.tsa.vector_ar.var_model import VARProcess

        other = VARProcess(coefs, None, sigma).orth_ma_rep(6)
        back = np.argsort(places)
        assert np.allclose(self.path(order=("c", "a", "b")), other[:, back][:, :, back], atol=1e-12)

    def test_generalised_shocks_are_orthogonal_ones_of_whoever_comes_first(self):
        found = self.path(shock="generalised")
        for place, order in enumerate((("a", "b", "c"), ("b", "a", "c"), ("c", "a", "b"))):
            assert np.allclose(found[:, :, place], self.path(order=order)[:, :, place], atol=1e-12)

    def test_shares_of_variance_are_those_of_the_definition_and_sum_to_one(self):
        orthogonal = self.engine().orth_ma_rep(5)
        summed = (orthogonal**2).cumsum(axis=0)
        expected = summed / summed.sum(axis=2, keepdims=True)
        shares = dm.variance_decomposition(self.fit, 6, draws=0).shares["estimate"]
        assert np.allclose(shares.to_numpy().reshape(3, 3, 6).transpose(2, 0, 1), expected[:6], atol=1e-12)
        assert np.allclose(shares.groupby(["response", "horizon"]).sum(), 1)

    def test_bands_hold_intervals_and_widen_with_what_they_cover(self):
        table = dm.impulse_responses(self.fit, 6, draws=60).responses
        inside = table.iloc[1:]
        assert (inside["band_high"] - inside["band_low"]).ge(1.8 * 1.96 * inside["std_error"]).mean() > 0.9
        shares = dm.variance_decomposition(self.fit, 6, draws=60).shares
        assert shares["conf_low"].ge(0).all()
        assert shares["conf_high"].le(1 + 1e-12).all()


def test_two_lags_are_chosen_where_there_are_two_and_one_where_there_is_one():
    two = np.array([TRUE[0] * 0.6, np.eye(3) * 0.35])
    many = simulated(n=400, t=10, matrices=two)
    assert dm.choose_var_lags(model(last_lag=6), many).chosen["mbic"] == 2
    one = dm.choose_var_lags(model(last_lag=6), simulated(n=400, t=10))
    assert one.chosen["mbic"] == 1
    table = one.criteria
    degrees = table["hansen_df"]
    assert np.allclose(table["mbic"], table["hansen"] - degrees * np.log(table["n_obs"]))
    assert np.allclose(table["mqic"], table["hansen"] - 2.1 * degrees * np.log(np.log(table["n_obs"])))
    assert len(set(table["n_obs"])) == 1


def test_causes_are_told_from_others():
    found = dm.fit_panel_var(model(), simulated(n=400)).causality["p_value"]
    assert found["c", "a"] < 0.01
    assert found["a", "c"] > 0.05
    assert found["all others", "c"] > 0.05
    assert found["c", "all"] < 0.01


def test_predetermined_and_exogenous_columns_have_their_slopes():
    rng = np.random.default_rng(5)
    n, t = 400, 9
    x = rng.normal(size=(n, t + 20))
    effect = rng.normal(size=(n, 2))
    y, w = np.zeros((n, t + 20, 2)), np.zeros((n, t + 20))
    matrix = np.array([[0.4, 0.1], [0.2, 0.3]])
    for s in range(1, t + 20):
        w[:, s] = 0.4 * y[:, s - 1, 0] + rng.normal(size=n)
        y[:, s] = (
            y[:, s - 1] @ matrix.T + effect + 0.5 * x[:, [s]] - 0.3 * w[:, [s]] + rng.normal(size=(n, 2))
        )
    keys = {"id": np.repeat(np.arange(n), t), "year": np.tile(np.arange(t), n)}
    columns = {"a": y[..., 0], "b": y[..., 1], "x": x, "w": w}
    frame = pd.DataFrame({**keys, **{name: values[:, 20:].ravel() for name, values in columns.items()}})
    fit = dm.fit_panel_var(model(("a", "b"), exogenous=("x",), predetermined=("w",), last_lag=5), frame)
    for name in ("a", "b"):
        own = fit.coefficients.loc[name]
        expected = pd.Series({"x": 0.5, "w": -0.3})
        gap = (own.loc[["x", "w"], "estimate"] - expected) / own.loc[["x", "w"], "std_error"]
        assert gap.abs().max() < 3


@pytest.mark.parametrize(("change", "options", "kind"), [
    (lambda d: d[d.year < 2002], {}, Fault.of("panel_var.panel_too_short", n=3)),
    (lambda d: d, {"lags": 9}, Fault.of("panel_var.panel_too_short", n=11)),
    (lambda d: d.assign(a=d.id), {}, "panel_var.no_variation"),
    (lambda d: d.assign(c=d.a + d.b), {}, "panel_var.lags_collinear"),
    (lambda d: d, {"collapse": False}, "panel_var.more_moments_than_units"),
    (lambda d: d, {"last_lag": 2, "lags": 2, "steps": 1}, "panel_var.too_few_instruments"),
    (lambda d: d.drop(columns="c"), {}, "frames.column_not_there"),
    (lambda d: pd.concat([d, d]), {}, "inference.keys_not_unique"),
])  # fmt: skip
def test_what_cannot_be_estimated_is_refused_in_words(change, options, kind):
    with refused(dm.DigimfgError, kind):
        dm.fit_panel_var(model(**options), change(PANEL))


@pytest.mark.parametrize("options", [
    {"variables": ("a",)}, {"variables": ("a", "a")}, {"variables": ("a", "id")}, {"exogenous": ("a",)}, {"lags": 0},
    {"last_lag": 1}, {"first_lag": 1},
])  # fmt: skip
def test_a_model_that_makes_no_sense_is_refused_where_it_is_stated(options):
    with pytest.raises(dm.SpecificationError):
        model(**options)


def test_tables_stand_in_the_order_of_the_model_and_are_found_without_a_search():
    fit = dm.fit_panel_var(model(("c", "a", "b"), lags=2), PANEL)
    answers = (fit.coefficients, fit.causality, dm.impulse_responses(fit, 2, draws=0).responses)
    for table in answers:
        assert list(dict.fromkeys(table.index.get_level_values(0)))[:3] == ["c", "a", "b"]
        for key in {row[:2] for row in table.index}:
            assert len(table.loc[key])  # an index that is not sorted warns here, and warnings are errors
    assert fit.causality.loc[("a", "all"), "df"] == 4


def test_responses_that_leave_all_numbers_are_refused_and_draws_that_do_are_counted():
    rng = np.random.default_rng(0)
    growing = PANEL.assign(
        a=np.exp(0.9 * (PANEL.year - 2000)) * (1 + 0.01 * PANEL.id) + rng.normal(size=len(PANEL))
    )
    fit = dm.fit_panel_var(model(), growing)
    assert not fit.is_stable
    assert "unstable" in {getattr(note, "kind", "") for note in fit.notes}
    for answer in (dm.impulse_responses, dm.variance_decomposition):
        with refused(dm.EstimationError, "panel_var.responses_overflow"):
            answer(fit, 1000, draws=9)


def test_errors_that_are_combinations_of_each_other_have_no_order():
    fit = dm.fit_panel_var(model(), PANEL)
    singular = dataclasses.replace(fit, error_covariance=fit.error_covariance * 0 + 1.0)
    with refused(dm.EstimationError, "panel_var.errors_collinear"):
        dm.impulse_responses(singular, 3, draws=0)
    assert len(dm.impulse_responses(singular, 3, shock="generalised", draws=0).responses) == 36


@pytest.mark.parametrize("factor", [1e90, 1e-90])
def test_numbers_whose_fourth_powers_are_none_are_refused(factor):
    with refused(dm.EstimationError, "inference.numbers_out_of_range"):
        dm.fit_panel_var(model(), PANEL.assign(a=PANEL.a * factor))
