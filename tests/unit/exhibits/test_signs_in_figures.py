"""In every text of every figure a sign is a sign: `$ _ ^ \\ %` say nothing to the drawing library; threads keep their style."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import product

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from complete import check_complete
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text as Drawn
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.exhibits import Exhibit
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import legend_above, legend_name
from digimfg.exhibits.style import house_style
from digimfg.exhibits.writers import render
from digimfg.text import Text

SIGNS = r" $x_1^2$%\a$"
FIRMS = grunfeld.load_pandas().data.assign(
    firm=lambda d: "_" + d["firm"] + " $F$",
    old=lambda d: d["capital"].groupby(d["firm"]).transform("max") > 600,
)
MODEL = dm.Specification(
    "invest", ("value", "capital"), entity="firm", time="year", fixed_effects=("firm", "year")
)


@cache
def units():
    rng = np.random.default_rng(0)
    names = [f"_单位{i} $a_{{{i}}}$ 5%" for i in range(16)]
    frame = pd.DataFrame(
        {"unit": np.repeat(names, 8), "year": list(range(2000, 2008)) * 16, "number": np.repeat(range(16), 8)}
    )
    frame["side"] = np.where(frame["number"] < 8, "_west $", "^east_1")
    frame["share"] = rng.uniform(0.05, 0.95, len(frame))
    frame["level"] = frame["number"] + 1 + 0.3 * rng.normal(size=len(frame))
    frame["q"] = rng.normal(size=len(frame))
    frame["x"] = rng.normal(size=len(frame)) + 0.2 * frame["number"]
    frame["y"] = frame["x"] * (1 + (frame["q"] > 0)) + rng.normal(size=len(frame))
    frame["pilot"] = ((frame["number"] < 6) & (frame["year"] >= 2004)).astype(int)
    frame["ever"] = (frame["number"] < 6).astype(int)
    return frame


@cache
def circle():
    names = list(dict.fromkeys(units()["unit"]))
    return dm.contiguity_weights({name: [names[i - 1], names[(i + 1) % 16]] for i, name in enumerate(names)})


PANEL = dm.Specification("y", "x", entity="unit", time="year", fixed_effects="unit")
POLICY = dm.Specification("y", "pilot", entity="unit", time="year")


@cache
def policy(method):
    estimator = dm.StaggeredDifferenceInDifferences(method=method, draws=0)
    return dm.estimate(POLICY.replace(estimator=estimator), units())


def dosed():
    frame = units()
    frame = frame.assign(dose=frame["pilot"] * (1 + frame["unit"].rank(method="dense") % 4))
    estimator = dm.ContinuousDifferenceInDifferences(degree=1, control_group="not_yet_treated", draws=100)
    return dm.estimate(POLICY.replace(regressors="dose", estimator=estimator), frame)


def instrument(**options):
    spec = PANEL.replace(regressors=(), endogenous="x", instruments="q", estimator=dm.TwoStageLeastSquares())
    return dm.check_instrument(spec, units(), placebo_draws=9) if options else dm.estimate(spec, units())


def of(estimator, **changes):
    return dm.estimate(PANEL.replace(estimator=estimator, **changes), units())


def long_series():
    return pd.DataFrame(
        {"year": range(150), "x": np.sin(np.arange(150) / 3) + np.random.default_rng(0).normal(size=150)}
    )


def states():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"unit": np.repeat(range(60), 6), "year": list(range(6)) * 60, "d": rng.uniform(size=360)}
    )
    return frame.assign(low=(rng.normal(size=360) + np.repeat(rng.normal(size=60), 6) > 0).astype(int))


def shared_out():
    frame = units()
    return frame.assign(part=frame["level"] / frame.groupby("year")["level"].transform("sum"))


def spreading():
    years = np.arange(1990.0, 2015.0)
    first, second = 80 / (1 + np.exp(-0.4 * (years - 2002))), 3 * np.maximum(years - 2003, 0) ** 1.2
    return pd.DataFrame({"year": years, "x": first + np.sin(years), "z": second}).clip(lower=0)


def game():
    players = {"_firms $": ("^up_1", "wait"), "state \\": ("rule %", "none"), "public": ("speak", "still")}
    profiles = product(*players.values())
    return dm.EvolutionaryGame(
        players, {each: (i % 3 - 1, i % 2, i % 5 - 2) for i, each in enumerate(profiles)}
    )


KEYS = {"entity": "unit", "time": "year"}
FIGURES = {
    "BaconPlot": lambda: dm.BaconPlot(dm.bacon_decomposition(POLICY, units())),
    "BalancePlot": lambda: dm.BalancePlot(dm.entropy_balance(units().query("year == 2003"), "ever", ["q"])),
    "BandPassPlot": lambda: dm.BandPassPlot(dm.band_pass(long_series(), "x", shortest=10, longest=40, draws=19)),
    "BreakPlot": lambda: dm.BreakPlot(dm.break_test(long_series(), "x", draws=99)),
    "CeilingPlot": lambda: dm.CeilingPlot(dm.necessary_condition_analysis(units(), "y", ("x", "q"), draws=9)),
    "ClubPlot": lambda: dm.ClubPlot(units(), variable="level", **KEYS),
    "CoefficientPathPlot": lambda: dm.CoefficientPathPlot(dm.coefficient_path(PANEL, units(), window=3)),
    "CoefficientPlot": lambda: dm.CoefficientPlot({"_one $": dm.estimate(MODEL, FIRMS), "^two_": dm.estimate(MODEL, FIRMS)}),
    "CoevolutionPlot": lambda: dm.CoevolutionPlot(units()),
    "CouplingPlot": lambda: dm.CouplingPlot(units().assign(z=units()["share"] ** 2), subsystems=("share", "z"), name_column="unit", **KEYS),
    "CoveragePlot": lambda: dm.CoveragePlot(units(), variables=("x", "y"), **KEYS),
    "CuspPlot": lambda: dm.CuspPlot(dm.fit_cusp(units(), "y", asymmetry="x", bifurcation="q")),
    "DagumPlot": lambda: dm.DagumPlot(units(), variable="level", group="side", time="year"),
    "DecompositionPlot": lambda: dm.DecompositionPlot(dm.decompose_growth(shared_out(), "y", "part", **KEYS)),
    "DiffusionPlot": lambda: dm.DiffusionPlot(dm.fit_diffusion(spreading(), "x", curve="logistic")),
    "DistributionPlot": lambda: dm.DistributionPlot(units(), variable="y", group="side", **KEYS),
    "DoseResponsePlot": lambda: dm.DoseResponsePlot(dosed()),
    "DynamicEffectsPlot": lambda: dm.DynamicEffectsPlot({"_a": policy("two_way"), "b": policy("sun_abraham")}, periods=(-2, 2)),
    "EarlyWarningPlot": lambda: dm.EarlyWarningPlot(dm.early_warning(long_series(), "x", draws=99)),
    "ErgodicModesPlot": lambda: dm.ErgodicModesPlot(dm.ergodic_modes(units(), "level", points=50, draws=19, **KEYS)),
    "EventStudyPlot": lambda: dm.EventStudyPlot(dm.estimate(PANEL.replace(regressors="ever:i(year, ref=2003)", fixed_effects=("unit", "year")), units())),
    "GrowthTailsPlot": lambda: dm.GrowthTailsPlot(dm.fit_growth_tails(long_series(), "x")),
    "HonestDiDPlot": lambda: dm.HonestDiDPlot(dm.honest_did(policy("sun_abraham"), bounds=(0, 1))),
    "ImpulseResponsePlot": lambda: dm.ImpulseResponsePlot(dm.impulse_responses(
        dm.fit_panel_var(dm.PanelVAR(("x", "y"), 1, steps=1, **KEYS), units()), 3, draws=9)),
    "IndexMultiversePlot": lambda: dm.IndexMultiversePlot(units(), directions={"share": 1, "level": 1, "x": -1}),
    "InstitutePlot": lambda: dm.InstitutePlot(dm.register("institutes")),
    "InstrumentIntervalPlot": lambda: dm.InstrumentIntervalPlot({"_strong $": instrument(), "weak": instrument()}),
    "InstrumentLeveragePlot": lambda: dm.InstrumentLeveragePlot(instrument(check=True)),
    "LeaveOneOutPlot": lambda: dm.LeaveOneOutPlot(dm.leave_one_out(MODEL, FIRMS, by="firm")),
    "GamePlot": lambda: dm.GamePlot(dm.solve_game(game())),
    "GenerationsPlot": lambda: dm.GenerationsPlot(dm.fit_generations(spreading(), ("x", "z"))),
    "GroupPathsPlot": lambda: dm.GroupPathsPlot(of(dm.GroupedEffects(groups=2, starts=5))),
    "LocalProjectionPlot": lambda: dm.LocalProjectionPlot(dm.local_projections(PANEL, units(), horizon=2, leads=1, draws=99)),
    "MarginalEffectPlot": lambda: dm.MarginalEffectPlot(of(dm.Moderation(moderator="q"))),
    "MarginsPlot": lambda: dm.MarginsPlot(dm.margins(dm.estimate(PANEL.replace(regressors=("x", "q", "x:q")), units()), "x", at={"q": (-1, 0, 1)})),
    "MediationPlot": lambda: dm.MediationPlot(of(dm.Mediation(mediators="q", replications=20, seed=1))),
    "MediationSensitivityPlot": lambda: dm.MediationSensitivityPlot(of(dm.Mediation(mediators="q", replications=20, seed=1))),
    "MoranPlot": lambda: dm.MoranPlot(units(), variable="share", weights=circle(), at=2004, permutations=49, **KEYS),
    "OmittedVariablePlot": lambda: dm.OmittedVariablePlot(dm.omitted_variable_bounds(MODEL, FIRMS, benchmarks=("capital",))),
    "PersistencePlot": lambda: dm.PersistencePlot({"_gmm $": dm.estimate(
        dm.Specification("y", ("L.y", "x"), entity="unit", time="year", estimator=dm.DynamicGMM(instruments=(dm.GMMInstruments("y"),), exogenous="x", collapse=True)), units())}),
    "PlaceboPlot": lambda: dm.PlaceboPlot(dm.randomization_test(MODEL, FIRMS, "value", replications=99)),
    "PolicyTimeline": lambda: dm.PolicyTimeline(dm.register("policies")),
    "ProvinceMap": lambda: dm.ProvinceMap(
        pd.DataFrame({"province": ["北京", "上海", "广东"], "year": 2020, "level": [1.0, 2.0, 3.0]}),
        variable="level", entity="province", time="year",
    ),
    "QuantilePlot": lambda: dm.QuantilePlot(of(dm.QuantileRegression(quantile=(0.25, 0.5, 0.75)))),
    "RecoveryPlot": lambda: dm.RecoveryPlot(dm.recovery_study(dm.LeastSquares(), replications=4).draws),
    "RidgePlot": lambda: dm.RidgePlot(dm.wave_ridge(long_series(), "x", shortest=10, longest=40, draws=19)),
    "RidgelinePlot": lambda: dm.RidgelinePlot(units(), variable="share", by="year", values=(2000, 2004, 2007), bounds=(0, 1)),
    "RobustnessPlot": lambda: dm.RobustnessPlot(dm.robustness_battery(MODEL, FIRMS, (dm.RobustnessCheck.lagged(1),))),
    "ScatterPlot": lambda: dm.ScatterPlot(units(), x="x", y="y", group="side", **KEYS),
    "SelectionPlot": lambda: dm.SelectionPlot(dm.selection_test(units(), "share", "x", moderator="q", **KEYS)),
    "SpatialEffectsPlot": lambda: dm.SpatialEffectsPlot(of(dm.SpatialPanel(weights=circle()))),
    "SpecificationCurvePlot": lambda: dm.SpecificationCurvePlot(dm.specification_curve(MODEL, FIRMS, controls=("capital",), draws=0)),
    "StagePlot": lambda: dm.StagePlot(dm.fit_stages(units(), "level", stages=2, starts=5, draws=19, **KEYS)),
    "StateDependencePlot": lambda: dm.StateDependencePlot(dm.state_dependence(states(), "low", moderator="d", nodes=8, **KEYS)),
    "SymbiosisPlot": lambda: dm.SymbiosisPlot(dm.panel_symbiosis(units(), "level", "share", draws=19, **KEYS)),
    "SyntheticControlPlot": lambda: dm.SyntheticControlPlot(dm.synthetic_control(
        units().query("number > 4"), "y", treated=units()["unit"].iloc[-1], treated_from=2005, **KEYS)),
    "ThresholdPlot": lambda: dm.ThresholdPlot(of(dm.PanelThreshold(threshold_variable="q", regime_dependent="x", replications=9))),
    "TransitionPlot": lambda: dm.TransitionPlot(of(dm.PanelSmoothTransition(transition_variable="q", regime_dependent="x", draws=0))),
    "TrendPlot": lambda: dm.TrendPlot(units(), variable="y", group="side", **KEYS),
    "ValueChainPlot": lambda: dm.ValueChainPlot(units().assign(size=units()["level"] + 3), x="share", y="level", size="size", name_column="unit", sample="year == 2004"),
    "WavePlot": lambda: dm.WavePlot(dm.register("waves")),
    "WaveletPlot": lambda: dm.WaveletPlot(dm.wavelet_spectrum(long_series(), "x", draws=9)),
}  # fmt: skip


def chart_of(name):
    exhibit = FIGURES[name]()
    return exhibit.build(exhibit.evidence)


def test_every_kind_of_figure_has_its_example():
    kinds = {
        name
        for name in dir(dm)
        if isinstance(getattr(dm, name), type) and issubclass(getattr(dm, name), Exhibit) and getattr(dm, name).kind == "figure"
    }  # fmt: skip
    check_complete(FIGURES, kinds, "one that can be drawn to FIGURES of this file")


@pytest.mark.parametrize("name", FIGURES)
def test_signs_are_drawn_as_they_are_in_every_figure(name, monkeypatch):
    language = Text.language
    signs = lambda self, which: language(self, which) + ("" if self.en == "unit" else SIGNS)  # noqa: E731 - a column
    monkeypatch.setattr(Text, "language", signs)
    chart = chart_of(name)
    render(chart, ".pdf", "zh")
    with house_style():
        figure = chart.draw("en")
        FigureCanvasAgg(figure).draw()
    words = [text for text in figure.findobj(Drawn) if text.get_text()]
    signed = [text for text in words if "$" in text.get_text()]
    assert signed
    assert not any(text.get_parse_math() for text in words)


@pytest.mark.parametrize("name", FIGURES)
def test_no_figure_makes_formulas_of_its_own(name):
    with house_style():
        figure = chart_of(name).draw("en")
        FigureCanvasAgg(figure).draw()
    assert not [text.get_text() for text in figure.findobj(Drawn) if "\\math" in text.get_text()]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CoefficientPlot", [" one $", "^two "]), ("ScatterPlot", ["^east_1", "_west $"]), ("TrendPlot", ["^east_1", "_west $"]),
        ("SyntheticControlPlot", ["_单位15 $a_{15}$ 5%", "Synthetic _单位15 $a_{15}$ 5%"]), ("DynamicEffectsPlot", None),
    ],
)  # fmt: skip
def test_names_that_begin_with_an_underscore_stand_in_the_legend(name, expected):
    with house_style():
        figure = chart_of(name).draw("en")
    names = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert len(names) == 2
    assert expected is None or sorted(names) == sorted(expected)


def test_empty_names_stand_in_the_legend_too():
    with house_style():
        figure = Figure()
        axes = figure.subplots()
        for label in ("", "_", "x"):
            axes.plot([0, 1], [0, 1], label=legend_name(label))
        legend_above(figure, axes, 3)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["", "_", "x"]


@pytest.mark.parametrize("word", ["half \ud800", "none \ufffe", "bell \x07", "nul \x00", "\U0010ffff"])
def test_what_cannot_be_drawn_is_our_error(word):
    def draw(_):
        figure = Figure()
        figure.subplots().set_xlabel(word)
        return figure

    with pytest.raises(dm.DigimfgError):
        render(Chart(title=Text.of("x"), draw=draw), ".pdf", "en")


def test_figures_saved_from_many_threads_are_those_saved_from_one():
    names = ("CoevolutionPlot", "TrendPlot", "CoefficientPlot", "WavePlot")
    charts = {name: chart_of(name) for name in names}
    jobs = [
        (name, language, suffix) for name in names for language in ("en", "zh") for suffix in (".png", ".pdf")
    ]

    def picture(job):
        return hashlib.sha256(render(charts[job[0]], job[2], job[1])).hexdigest()

    alone = [picture(job) for job in jobs]
    before = dict(mpl.rcParams)
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(picture, jobs * 2))
    assert together == alone * 2
    assert dict(mpl.rcParams) == before


def test_a_thread_that_draws_while_another_holds_the_style_waits_for_it():
    seen = []

    def other():
        with house_style():
            seen.append(mpl.rcParams["lines.linewidth"])

    with house_style():
        mpl.rcParams["lines.linewidth"] = 9.0
        waiting = threading.Thread(target=other)
        waiting.start()
        waiting.join(0.2)
        assert not seen
        with house_style():  # within itself it does not wait
            assert mpl.rcParams["lines.linewidth"] == 1.2
        assert mpl.rcParams["lines.linewidth"] == 9.0
    waiting.join(10)
    assert seen == [1.2]
