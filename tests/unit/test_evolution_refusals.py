"""What the tools of evolution cannot use is named, with what would be enough; and what is enough is taken."""

import re

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import Fault

KEYS = {"entity": "unit", "time": "year"}


def series(n):
    return pd.DataFrame({"year": 1900 + np.arange(n), "x": np.random.default_rng(3).normal(size=n).cumsum()})


def panel(n_periods, n_units=30):
    rng, n = np.random.default_rng(5), n_units * n_periods
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_periods), "year": np.tile(np.arange(n_periods), n_units)}
    )
    return frame.assign(
        a=rng.uniform(1, 2, n), b=rng.uniform(1, 2, n), c=rng.normal(size=n), low=rng.integers(0, 2, n)
    )


VAR = dm.PanelVAR(("a", "b"), 2, collapse=True, **KEYS)
PROJECTED = dm.Specification("a", "b", fixed_effects=("unit", "year"), **KEYS)
FEW = {
    "wavelet": (series, 8, lambda f: dm.wavelet_spectrum(f, "x", draws=1)),
    "wavelet_longest": (series, 40, lambda f: dm.wavelet_spectrum(f, "x", longest=30, draws=1)),
    "ridge": (series, 40, lambda f: dm.wave_ridge(f, "x", shortest=6, longest=24, draws=19)),
    "christiano_fitzgerald": (series, 30, lambda f: dm.band_pass(f, "x", shortest=10, longest=20, draws=19)),
    "baxter_king": (
        series, 30, lambda f: dm.band_pass(f, "x", shortest=8, longest=16, method="baxter_king", truncation=20, draws=19),
    ),
    "early_warning": (series, 9, lambda f: dm.early_warning(f, "x", draws=99)),
    "breaks": (series, 6, lambda f: dm.break_test(f, "x", draws=99)),
    "diffusion": (series, 3, lambda f: dm.fit_diffusion(f.assign(x=[9.0, 11, 20, 35, 38][: len(f)]), "x", observed="new")),
    "panel_var": (panel, 3, lambda f: dm.fit_panel_var(VAR, f)),
    "projections": (panel, 2, lambda f: dm.local_projections(PROJECTED, f, horizon=2, lags=2, draws=99)),
    "stages": (panel, 2, lambda f: dm.fit_stages(f, "c", stages=2, starts=5, draws=19, **KEYS)),
    "symbiosis": (panel, 2, lambda f: dm.panel_symbiosis(f, "a", "b", draws=9, **KEYS)),
    "state_dependence": (panel, 2, lambda f: dm.state_dependence(f, "low", time_effects=False, nodes=8, **KEYS)),
}  # fmt: skip
"""Name → frame of so many periods, how many are too few, and the call."""
WORDS = {"two": "2", "three": "3"}
ENOUGH_BY_WORDS = {"symbiosis"}  # "two steps each": three periods


@pytest.mark.parametrize("name", FEW)
def test_too_few_periods_are_refused_with_how_many_would_be_enough(name):
    make, few, call = FEW[name]
    with pytest.raises(dm.DigimfgError) as caught:
        call(make(few))
    said = " ".join(WORDS.get(word, word) for word in caught.value.expected.en.split())
    enough = [int(each) for each in re.findall(r"\d+", said) if int(each) > few]
    if name not in ENOUGH_BY_WORDS:
        assert enough
    if name in (
        "early_warning",
        "wavelet",
        "breaks",
        "christiano_fitzgerald",
        "baxter_king",
        "wavelet_longest",
    ):
        call(make(enough[0]))


CONSTANT = panel(8).assign(a=lambda f: 1.0 + f["unit"])


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda f: dm.fit_stages(f, "a", stages=2, draws=19, **KEYS), "evolution.indicators_do_not_move"),
        (
            lambda f: dm.fit_stages(f, ["c", "a"], stages=2, draws=19, **KEYS),
            "evolution.indicators_do_not_move",
        ),
        (lambda f: dm.fit_panel_var(dm.PanelVAR(("a", "b"), 1, **KEYS), f), "panel_var.no_variation"),
        (
            lambda f: dm.local_projections(PROJECTED.replace(outcome="b", regressors="a"), f, horizon=1),
            "local_projections.impulse_collinear",
        ),
        (lambda f: dm.panel_symbiosis(f, "a", "b", draws=9, **KEYS), "evolution.terms_without_variation"),
        (
            lambda f: dm.panel_symbiosis(f, "a", "b", method="within", draws=9, **KEYS),
            "evolution.terms_without_variation",
        ),
        (
            lambda f: dm.panel_symbiosis(f, "b", "b2", moderator="a", draws=9, **KEYS),
            "evolution.moderated_terms_without_variation",
        ),
        (lambda f: dm.ergodic_modes(f.assign(a=1.0), "a", **KEYS), "evolution.values_do_not_move"),
    ],
)
def test_what_is_constant_within_units_is_named(call, kind):
    with refused(dm.DigimfgError, kind):
        call(CONSTANT.assign(b2=CONSTANT["c"] + 9))


@pytest.mark.parametrize(
    ("players", "payoffs", "kind", "facts"),
    [
        ({"a": ("x", "y")}, {("x", "x"): 1, ("x", "y"): 1, ("y", "x"): 1}, "payoffs_of_game", {"missing": "(y, y)"}),
        ({"a": ("x", "y")}, {("x", "x"): 1, ("x", "z"): 1, ("y", "x"): 1, ("y", "y"): 1}, "payoffs_of_game", {"unknown": "(x, z)"}),
        ({"a": ("x", "y"), "b": ("u", "v")}, {(p, q): 1 for p in "xy" for q in "uv"}, "payoffs_of_game", {"n": 4, "k": 2}),
        ({"a": ("x", "y", "z")}, {("x", "x"): 1}, "populations_of_game", {"found": "a: x, y, z"}),
    ],
)  # fmt: skip
def test_payoffs_that_do_not_match_strategies_are_named(players, payoffs, kind, facts):
    with refused(dm.MeasureError, f"evolution.{kind}", **facts):
        dm.EvolutionaryGame(players, payoffs)


SETS = pd.DataFrame(
    {"case": list("abcdef"), "A": [0, 0.2, 0.4, 0.3, 0.9, 1], "B": [0, 0.3, 0.6, 0.2, 0.9, 1], "Y": [0, 0.1, 0.2, 1, 1, 0.8]}
)  # fmt: skip


@pytest.mark.parametrize("column", ["A", "Y"])
@pytest.mark.parametrize("value", [1.2, -0.1, 40.0])
@pytest.mark.parametrize(
    "call",
    [
        lambda f: dm.truth_table(f, "Y", ["A", "B"], case="case"),
        lambda f: dm.necessary_conditions(f, "Y", ["A", "B"], case="case"),
    ],
)
def test_memberships_outside_nought_and_one_are_named_with_the_case(column, value, call):
    frame = SETS.copy()
    frame.loc[3, column] = value
    with refused(dm.DigimfgError, "configurations.membership_outside_unit", n=1):
        call(frame)


SPECTRA = {
    "wavelet": lambda f: dm.wavelet_spectrum(f, "x", draws=1),
    "ridge": lambda f: dm.wave_ridge(f, "x", shortest=6, longest=24, draws=19),
    "band_pass": lambda f: dm.band_pass(f, "x", shortest=10, longest=20, draws=19),
    "early_warning": lambda f: dm.early_warning(f, "x", draws=99),
    "breaks": lambda f: dm.break_test(f, "x", draws=99),
}


@pytest.mark.parametrize("name", SPECTRA)
@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda f: f.drop(index=60), Fault.of("evolution.steps_not_equal", n=1, first=1959.0)),
        (lambda f: f.drop(index=range(60, 66)), Fault.of("evolution.steps_not_equal", first=1959.0)),
        (lambda f: f.assign(x=f["x"].mask(f["year"] == 1960)), "measures.values_not_finite"),
        (lambda f: f.assign(x=f["x"].where(f["year"] != 1960, np.inf)), "measures.values_not_finite"),
        (lambda f: pd.concat([f, f.tail(1)]), Fault.of("evolution.period_twice", n=1)),
    ],
)
def test_a_gap_in_a_series_is_named_with_its_place(name, change, kind):
    with refused(dm.DigimfgError, kind):
        SPECTRA[name](change(series(150)))


def test_rows_of_symbiosis_without_a_value_are_counted():
    frame = panel(8)
    frame.loc[[3, 77], "a"] = np.nan
    found = dm.panel_symbiosis(frame, "a", "b", draws=9, **KEYS)
    assert "2 rows left out" in " ".join(note.en for note in found.notes)


SIZES = {
    "symbiosis": lambda f: dm.panel_symbiosis(f, "a", "b", draws=9, **KEYS),
    "symbiosis_within": lambda f: dm.panel_symbiosis(f, "a", "b", method="within", moderator="a", draws=9, **KEYS),
    "necessary": lambda f: dm.necessary_condition_analysis(f, "a", ["b"], draws=9),
    "modes": lambda f: dm.ergodic_modes(f, "a", draws=19, **KEYS),
    "tails": lambda f: dm.fit_growth_tails(f, "a", within="year"),
}  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("scale", [1e-300, 1e200])
@pytest.mark.parametrize("name", SIZES)
def test_numbers_whose_squares_are_none_are_refused_in_words(name, scale):
    frame = panel(8)
    with refused(dm.DigimfgError, "frames.numbers_out_of_range", high=1e100):
        SIZES[name](frame.assign(a=frame["a"] * scale))


@pytest.mark.filterwarnings("error")
def test_a_value_far_beyond_its_anchors_is_wholly_in_the_set():
    assert dm.calibrate([-1e308, 0.0, 1e308], out=-0.3, crossover=0, full=0.3).tolist() == [0.0, 0.5, 1.0]


def test_a_population_at_rest_is_said():
    moving = pd.DataFrame({"year": np.arange(24.0), "a": 10 + np.sin(np.arange(24.0)), "b": 2.0})
    with refused(dm.MeasureError, "evolution.population_at_rest", name="b"):
        dm.fit_lotka_volterra(moving, "a", "b")


@pytest.mark.filterwarnings("error")
def test_a_variance_that_is_not_above_zero_is_no_certainty():
    """Two steps with a moment matrix of 14 by 12 units: the correction of the errors leaves two of them negative."""
    rng = np.random.default_rng(0)
    frame = panel(4, 12)
    own = rng.normal(size=12)[frame["unit"]]
    frame = frame.assign(**{name: own + rng.normal(size=48) for name in "xzwp"})
    model = dm.PanelVAR(
        ("x", "z"), collapse=True, last_lag=3, exogenous=("p",), predetermined=("w",), allow_many_instruments=True, **KEYS
    )  # fmt: skip
    for seed in range(20):
        mixed = frame.assign(w=np.random.default_rng(seed).normal(size=48))
        fit = dm.fit_panel_var(model, mixed)
        lost = fit.coefficients["std_error"].isna()
        assert (fit.coefficients["std_error"].dropna() > 0).all()
        assert np.isfinite(fit.coefficients.loc[~lost, "statistic"]).all()
        assert lost.any() == ("no_errors" in {note.kind for note in fit.notes})
        if lost.any():
            return
    pytest.fail("no sample had a variance below zero")


def test_units_that_cannot_be_told_apart_are_named_by_synergy():
    frame = pd.DataFrame({"unit": [["a"], ["a"]], "year": [1, 2], "t": [0.2, 0.3], "s": [0.1, 0.3]})
    with refused(dm.MeasureError, "frames.values_name_nothing", where="unit"):
        dm.composite_synergy(frame, entity="unit", time="year")


def test_a_parameter_apart_from_one_that_is_unknown_keeps_its_error():
    """Saturation is known where one of two speeds runs to its bound and its error is infinite."""
    years = np.arange(1990.0, 2015.0)
    first = np.minimum(np.round(800 / (1 + np.exp(-0.4 * (years - 2002)))), 100)
    second = np.minimum(np.round(10 * np.maximum(years - 2003, 0) ** 1.5), 100)
    frame = pd.DataFrame({"year": years, "x": first, "z": second})
    fit = dm.fit_generations(frame, ("x", "z"))
    errors = fit.parameters["std_error"]
    assert not np.isfinite(errors["q"])
    assert np.isfinite(errors[["m[x]", "m[z]"]]).all()


@pytest.mark.filterwarnings("error")
def test_a_value_far_out_leaves_a_density_and_is_said():
    """The bandwidth is then less than a step of the grid: values between two points were nowhere."""
    frame = panel(8)
    frame.loc[7, "c"] = 1e6
    found = dm.ergodic_modes(frame, "c", draws=19, **KEYS)
    assert np.isfinite(found.density.to_numpy()).all()
    assert "coarse_grid" in {note.kind for note in found.notes}


@pytest.mark.parametrize(
    "call",
    [
        lambda f: dm.ergodic_modes(f, "c", draws=19, **KEYS),
        lambda f: dm.panel_symbiosis(f, "a", "c2", draws=9, **KEYS),
        lambda f: dm.truth_table_sensitivity(f, "m", ["n1", "o"]),
        lambda f: dm.truth_table(f, "m", ["n1", "o"]),
        lambda f: dm.necessary_conditions(f, "m", ["n1", "o"]),
        lambda f: dm.necessary_condition_analysis(f, "c", ["a"], draws=9),
        lambda f: dm.fit_stages(f, "c", stages=2, starts=5, draws=19, **KEYS),
        lambda f: dm.fit_panel_var(dm.PanelVAR(("a", "c"), collapse=True, last_lag=3, **KEYS), f),
    ],
)
def test_rows_without_a_value_are_never_left_out_in_silence(call):
    frame = panel(8)
    rng = np.random.default_rng(6)
    frame = frame.assign(c2=np.exp(frame["c"]), m=rng.uniform(0.01, 0.49, len(frame)))
    frame = frame.assign(n1=np.clip(frame["m"] * 2, 0, 1), o=rng.uniform(size=len(frame)))
    frame.loc[[3, 77], ["c", "c2", "n1"]] = np.nan
    said = " ".join(note.en for note in call(frame.assign(m=frame["n1"].fillna(0.2))).notes)
    assert re.search(r"\b2 (rows|cases|periods)\b", said)


@pytest.mark.parametrize("name", ["path", "time", "kind", "signs", "stability", "eigenvalue_1"])
def test_populations_called_as_columns_of_the_answers_are_refused(name):
    with refused(dm.MeasureError, "evolution.players_called_as_columns", taken=(name,)):
        dm.EvolutionaryGame({name: ("x", "y")}, {(p, q): 1 for p in "xy" for q in "xy"})


@pytest.mark.parametrize("name", ["row", "n", "consistency", "pri", "outcome", "cases"])
def test_conditions_called_as_columns_of_the_table_are_refused(name):
    frame = SETS.rename(columns={"A": name})
    with refused(dm.MeasureError, "configurations.conditions_called_as_columns", taken=(name,)):
        dm.truth_table(frame, "Y", [name, "B"], case="case")


def test_a_pair_with_an_outlying_value_is_fitted_in_few_rounds_or_said_to_be_unsettled():
    rng = np.random.default_rng(3)
    values = np.exp(rng.normal(size=(20, 2)))
    values[7, 0] *= 1e4
    frame = pd.DataFrame({"year": np.arange(20.0), "a": values[:, 0], "b": values[:, 1]})
    found = dm.fit_lotka_volterra(frame, "a", "b")
    waves = frame.assign(a=np.exp(np.sin(frame["year"] / 2)), b=np.exp(np.cos(frame["year"] / 2)))
    calm = dm.fit_lotka_volterra(waves, "a", "b", limits="none")
    assert noted(found.notes, "not_settled", n=100)
    assert not noted(calm.notes, "not_settled")


def test_derivatives_of_a_trajectory_are_its_differences():
    from digimfg.evolution.lotka_volterra import Trajectory

    years = np.arange(15.0)
    data = np.exp(np.column_stack([np.sin(years / 2), np.cos(years / 2)]))
    for limits in ("own", "none"):
        model = Trajectory(years, data, limits)
        place = model.starts()[1]
        slopes = model.slopes(place)
        for k in range(len(place)):
            step = np.zeros(len(place))
            step[k] = 1e-5
            apart = (model.residuals(place + step) - model.residuals(place - step)) / 2e-5
            np.testing.assert_allclose(slopes[:, k], apart, atol=2e-3 * max(1.0, np.abs(apart).max()))


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_payoffs_whose_products_are_none_are_refused(size):
    payoffs = {
        ("hawk", "hawk"): "(V - C) / 2", ("hawk", "dove"): "V", ("dove", "hawk"): 0, ("dove", "dove"): "V / 2",
    }  # fmt: skip
    game = dm.EvolutionaryGame({"animal": ("hawk", "dove")}, payoffs)
    parameters = {"V": 2 * size, "C": 4 * size}
    for call in (
        lambda: dm.solve_game(game, parameters),
        lambda: dm.game_regions(game, parameters, over={"C": (size, 3 * size)}),
        lambda: dm.game_paths(game, parameters, starts=((0.1,),), points=5),
    ):
        with refused(dm.MeasureError, "evolution.payoffs_out_of_range"):
            call()


def test_one_category_has_no_entropy_of_minus_zero():
    frame = pd.DataFrame(
        {"unit": ["a", "b"], "year": 2020, "kind": ["x", "y"], "value": [1.0, 2.0], "group": "g"}
    )
    found = dm.variety(frame, "value", entity="unit", time="year", category="kind", group="group")
    assert not np.signbit(found.to_numpy(dtype=float)).any()
