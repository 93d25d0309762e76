"""Every answer says of the data what the data says of itself: simulated rows, filled-in cells, notes of the frame."""

import dataclasses
import functools
import inspect
import re

import numpy as np
import pandas as pd
import pytest
from complete import check_complete

import digimfg as dm
from digimfg.display.table import cell_text
from digimfg.filled import is_filled_note
from digimfg.frames.said import NOTE

N_UNITS, N_YEARS = 16, 12
REVISED = "Vintage of October, revised in November"
RING = pd.DataFrame(
    np.roll(np.eye(N_UNITS), 1, 0) + np.roll(np.eye(N_UNITS), -1, 0), range(N_UNITS), range(N_UNITS)
)


def panel():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(N_UNITS), N_YEARS),
            "year": np.tile(np.arange(2000, 2000 + N_YEARS), N_UNITS),
        }
    )
    n = len(frame)
    level = rng.normal(size=N_UNITS)[frame.unit]
    frame["z"], frame["w"] = rng.normal(size=n), rng.normal(size=n)
    frame["x"] = np.exp(rng.normal(size=n) + 0.1 * (frame.year - 2000) + 0.3 * level)
    frame.loc[[5, 29, 77], "x"] = np.nan
    frame["north"] = frame.unit % 2
    frame["pilot"] = ((frame.unit % 4 == 0) & (frame.year >= 2006)).astype(int)
    frame["treated"] = (frame.unit % 4 == 0).astype(int)
    frame["instrument"] = frame.z + rng.normal(size=n)
    frame["endogenous"] = frame.instrument + rng.normal(size=n)
    frame["y"] = 0.3 * frame.z + frame.pilot + level + rng.normal(size=n)
    frame["users"] = 100 / (1 + np.exp(-(frame.year - 2005) * 0.8)) + rng.uniform(0, 0.1, n)
    frame["later"] = np.where(frame.year < 2003, 0, 100 / (1 + np.exp(-(frame.year - 2008) * 0.8)))
    frame["synthetic"] = 1
    policy = dm.MissingPolicy(method="linear", columns="x")
    filled = dm.fill_missing(frame, policy, entity="unit", time="year").frame
    filled.attrs["notes"] = [{"en": REVISED, "zh": "十月版，十一月修订", "columns": ["x"]}]
    return filled


FRAME = panel()
ONE = FRAME[FRAME.unit == 0].reset_index(drop=True)
PRE = dm.Specification(
    "y", ("x", "z"), controls="w", entity="unit", time="year", fixed_effects=("unit", "year")
)
SPEC = PRE.replace(covariance=dm.Clustered("unit", wild_bootstrap=None))
POLICY = dm.Specification("x", "pilot", entity="unit", time="year", fixed_effects=("unit", "year"))
STAGGERED = POLICY.replace(
    fixed_effects=(), estimator=dm.StaggeredDifferenceInDifferences(base_period="universal", draws=0)
)
INSTRUMENTED = dm.Specification(
    "y", "x", endogenous="endogenous", instruments="instrument", entity="unit", time="year",
    fixed_effects=("unit", "year"), estimator=dm.TwoStageLeastSquares(),
)  # fmt: skip
INDEX = {"x": 1, "z": 1, "w": -1}
TWO = ("unit", "year")


def shares(frame):
    weights = np.random.default_rng(1).dirichlet(np.ones(6), size=N_UNITS)
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(N_UNITS), 6),
            "sector": np.tile(np.arange(6), N_UNITS),
            "share": weights.ravel(),
        }
    )


def memberships(frame):
    """The frame with x as a membership, and y as one that follows it."""
    x, y = (frame[name].rank(pct=True) for name in ("x", "y"))
    found = frame.assign(x=x, y=0.7 * x + 0.3 * y)
    found.attrs = frame.attrs
    return found


SHOCKS = pd.DataFrame({"sector": np.arange(6), "shock": np.random.default_rng(3).normal(size=6)})


def exposed(frame):
    """Return one year with the exposure to shocks as its regressor."""
    one = frame[frame.year == 2004].reset_index(drop=True)
    weights = shares(one)["share"].to_numpy().reshape(N_UNITS, 6)
    return one.assign(exposure=weights @ SHOCKS["shock"].to_numpy())


SYSTEMS = tuple(dm.IndexDefinition(f"u_{name}", dm.Indicator(name), weighting="equal") for name in ("x", "z"))
VAR = dm.PanelVAR(("x", "z"), 1, entity="unit", time="year", steps=1)


def split(frame):
    """Return every unit as two, and a state."""
    late = frame.year >= 2006
    return frame.assign(
        half=2 * frame.unit + late, period=frame.year - 6 * late, low=(frame.z > 0).astype(int)
    )


def in_one(frame):
    """Return all rows as one long series."""
    return frame.assign(clock=np.arange(len(frame)))


SHIFTED = dm.Specification("x", "exposure", entity="unit", covariance=dm.Robust())

STEPPED = dm.Specification("y", "x:later_on", entity="unit", time="year", fixed_effects=("unit", "year"))


def later(frame):
    """Return rows with a step after 2004."""
    return frame.assign(later_on=(frame["year"] > 2004).astype(float))


PLANTS = {"inputs": ("users",), "outputs": ("x",), "unit": "unit", "time": "year"}
WITHIN = PRE.replace(fixed_effects="unit", covariance=dm.Unadjusted())
BETWEEN = WITHIN.replace(fixed_effects=(), estimator=dm.RandomEffects())

CALLS = {
    "second_opinion": lambda f: dm.second_opinion(dm.estimate(WITHIN, f)),
    "compare_groups": lambda f: dm.compare_groups(
        PRE.replace(covariance=dm.Robust()), f.assign(part=f.unit % 3), "part"
    ),
    "hausman": lambda f: dm.hausman(dm.estimate(WITHIN, f), dm.estimate(BETWEEN, f), method="mundlak"),
    "serial_correlation_test": lambda f: dm.serial_correlation_test(dm.estimate(WITHIN, f)),
    "groupwise_heteroskedasticity_test": lambda f: dm.groupwise_heteroskedasticity_test(
        dm.estimate(WITHIN, f)
    ),
    "reset_test": lambda f: dm.reset_test(dm.estimate(WITHIN, f)),
    "estimate_system": lambda f: dm.estimate_system(
        {"y": SPEC, "endogenous": SPEC.replace(outcome="endogenous")}, f
    ),
    "margins": lambda f: dm.margins(dm.estimate(SPEC, f)),
    "nlcom": lambda f: dm.nlcom(dm.estimate(SPEC, f), "x / z"),
    "test": lambda f: dm.test(dm.estimate(SPEC, f), "x = z"),
    "predict": lambda f: dm.predict(dm.estimate(SPEC, f), f),
    "claim_test": lambda f: dm.claim_test(
        f.rename(columns={"unit": "country"}),
        "C15",
        "world",
        variables={"upgrading_returns": "y", "digital_index": "x"},
    ),
    "coder_agreement": lambda f: dm.coder_agreement(
        f.assign(x=f["x"].round(), north=f["north"]), ["x", "north"], draws=9
    ),
    "label_accuracy": lambda f: dm.label_accuracy(
        f.assign(x=(f["x"] > 1).astype(float)), "x", "pilot", stratum="north"
    ),
    "coded_regression": lambda f: dm.coded_regression(f, "y", ["z"], coded={"z": "x"}),
    "firm_panel": lambda f: dm.firm_panel(
        f.assign(
            firm=f["unit"],
            fixed_assets_yuan=f["x"],
            operating_profit_yuan=f["x"],
            pay_yuan=1.0,
            depreciation_yuan=1.0,
            taxes_and_surcharges_yuan=1.0,
        )
    ),
    "misallocation": lambda f: dm.misallocation(
        f, value_added="x", capital="users", labor="users", industry="year", capital_share=0.4
    ),
    "markups": lambda f: dm.markups(
        dm.estimate(
            PRE.replace(
                controls=(),
                fixed_effects=(),
                estimator=dm.ProductionFunction(method="least_squares", state="z", replications=9),
            ),
            f,
        ),
        f,
        variable_input="x",
        expenditure="users",
        sales="x",
    ),
    "efficiency": lambda f: dm.efficiency(f, **PLANTS),
    "metafrontier": lambda f: dm.metafrontier(f, group="north", **PLANTS),
    "window_analysis": lambda f: dm.window_analysis(f, **PLANTS),
    "productivity_change": lambda f: dm.productivity_change(f, **PLANTS),
    "bias_corrected_efficiency": lambda f: dm.bias_corrected_efficiency(f, draws=99, **PLANTS),
    "efficiency_determinants": lambda f: dm.efficiency_determinants(
        f, determinants=("z",), algorithm=1, draws=99, **PLANTS
    ),
    "estimate": lambda f: dm.estimate(SPEC, f),
    "permuted_weights": lambda f: dm.permuted_weights(
        SPEC.replace(
            covariance=dm.Unadjusted(), estimator=dm.SpatialPanel(weights=RING, incomplete="drop", draws=0)
        ),
        f,
        permutations=19,
    ),
    "falsification_pack": lambda f: dm.falsification_pack(STEPPED, later(f), event=2004),
    "first_stages": lambda f: dm.first_stages(INSTRUMENTED, f)["endogenous"],
    "reduced_form": lambda f: dm.reduced_form(INSTRUMENTED, f),
    "fit_lotka_volterra": lambda f: dm.fit_lotka_volterra(
        f[f.unit == 0].assign(x=lambda d: 10 + d.users, rival=lambda d: 20 + d.later), "x", "rival"
    ),
    "necessary_condition_analysis": lambda f: dm.necessary_condition_analysis(f, "y", ("x", "z"), draws=19),
    "necessary_conditions": lambda f: dm.necessary_conditions(memberships(f), "y", ("x",)),
    "truth_table": lambda f: dm.truth_table(memberships(f), "y", ("x",)),
    "truth_table_sensitivity": lambda f: dm.truth_table_sensitivity(
        memberships(f), "y", ("x",), consistency=(0.8, 0.9)
    ),
    "panel_symbiosis": lambda f: dm.panel_symbiosis(
        f.assign(rival=lambda d: np.exp(0.2 * d.w)), "x", "rival", entity="unit", time="year", draws=99
    ),
    "fit_panel_var": lambda f: dm.fit_panel_var(VAR, f),
    "wavelet_spectrum": lambda f: dm.wavelet_spectrum(in_one(f), "x", time="clock", draws=9),
    "fit_stages": lambda f: dm.fit_stages(
        f, ("x", "z"), entity="unit", time="year", stages=2, starts=5, draws=19
    ),
    "break_test": lambda f: dm.break_test(in_one(f), "x", time="clock", draws=99),
    "early_warning": lambda f: dm.early_warning(in_one(f), "x", time="clock", draws=99),
    "ergodic_modes": lambda f: dm.ergodic_modes(f, "x", entity="unit", time="year", draws=19),
    "fit_cusp": lambda f: dm.fit_cusp(f, "x", asymmetry="z", bifurcation="w"),
    "fit_growth_tails": lambda f: dm.fit_growth_tails(f, "x"),
    "selection_test": lambda f: dm.selection_test(f, "x", "z", entity="unit", time="year"),
    "state_dependence": lambda f: dm.state_dependence(
        split(f), "low", "x", entity="half", time="period", time_effects=False
    ),
    "wave_ridge": lambda f: dm.wave_ridge(in_one(f), "x", time="clock", shortest=10, longest=40, draws=19),
    "band_pass": lambda f: dm.band_pass(in_one(f), "x", time="clock", shortest=10, longest=40, draws=19),
    "group_difference": lambda f: dm.group_difference(SPEC, f, "north", replications=20),
    "bacon_decomposition": lambda f: dm.bacon_decomposition(POLICY, f),
    "beta_convergence": lambda f: dm.beta_convergence(f, "x", *TWO),
    "design_check": lambda f: dm.design_check(SPEC, f),
    "check_instrument": lambda f: dm.check_instrument(INSTRUMENTED, f, placebo_draws=19),
    "choose_var_lags": lambda f: dm.choose_var_lags(VAR, f, up_to=1),
    "cluster_influence": lambda f: dm.cluster_influence(SPEC, f),
    "coevolution": lambda f: dm.coevolution(f, SYSTEMS, entity="unit", time="year", draws=19, last_lag=2),
    "coefficient_of_variation_weights": lambda f: dm.coefficient_of_variation_weights(
        f, {"x": 1, "users": 1}
    ),
    "composite_index": lambda f: dm.composite_index(
        f, dm.IndexDefinition("index", (dm.Indicator("x"), dm.Indicator("z")), weighting="equal")
    ),
    "convergence_clubs": lambda f: dm.convergence_clubs(f, "x", *TWO),
    "critic_weights": lambda f: dm.critic_weights(f, INDEX),
    "decompose_growth": lambda f: dm.decompose_growth(
        f.assign(weight=1 / N_UNITS), "x", "weight", entity="unit", time="year"
    ),
    "dumitrescu_hurlin": lambda f: dm.dumitrescu_hurlin(
        f, outcome="y", cause="x", entity="unit", time="year"
    ),
    "entropy_balance": lambda f: dm.entropy_balance(f, "treated", ["x", "z"]),
    "entropy_weights": lambda f: dm.entropy_weights(f, INDEX),
    "equal_weights": lambda f: dm.equal_weights(f, INDEX),
    "few_treated_test": lambda f: dm.few_treated_test(POLICY, f, replications=99),
    "fit_diffusion": lambda f: dm.fit_diffusion(
        f[f.unit == 0].drop(columns="x").rename(columns={"users": "x"}), "x"
    ),
    "fit_generations": lambda f: dm.fit_generations(f[f.unit == 0], ("users", "later")),
    "honest_did": lambda f: dm.honest_did(dm.estimate(STAGGERED, f), bounds=(0, 1)),
    "index_multiverse": lambda f: dm.index_multiverse(
        f, INDEX, weightings=("equal",), normalizations=("minmax",)
    ),
    "coefficient_path": lambda f: dm.coefficient_path(SPEC, f, window=3),
    "leave_one_out": lambda f: dm.leave_one_out(SPEC, f, by="north"),
    "linear_combination": lambda f: dm.linear_combination(dm.estimate(SPEC, f), {"x": 1, "z": -1}),
    "local_projections": lambda f: dm.local_projections(SPEC, f, horizon=1, draws=99),
    "log_t_test": lambda f: dm.log_t_test(f, "x", *TWO),
    "markov_chain": lambda f: dm.markov_chain(f, "x", *TWO),
    "moderator_tests": lambda f: dm.moderator_tests(SPEC, f, ("w",)),
    "moran_by_period": lambda f: dm.moran_by_period(f, "x", *TWO, RING, permutations=0),
    "omitted_variable_bounds": lambda f: dm.omitted_variable_bounds(SPEC, f, benchmarks="z"),
    "oster_bounds": lambda f: dm.oster_bounds(SPEC, f),
    "panel_cointegration": lambda f: dm.panel_cointegration(
        f, outcome="z", regressors="x", entity="unit", time="year"
    ),
    "panel_stationarity": lambda f: dm.panel_stationarity(f, "x", entity="unit", time="year"),
    "panel_unit_root": lambda f: dm.panel_unit_root(f, "x", entity="unit", time="year"),
    "pca_weights": lambda f: dm.pca_weights(f, INDEX),
    "pesaran_cd": lambda f: dm.pesaran_cd(f, "x", entity="unit", time="year"),
    "placebo_in_space": lambda f: dm.placebo_in_space(STAGGERED, f, replications=20),
    "placebo_in_time": lambda f: dm.placebo_in_time(POLICY, f, leads=(2,)),
    "propensity_score_matching": lambda f: dm.propensity_score_matching(f, "treated", ["x", "z"]),
    "psm_did": lambda f: dm.psm_did(POLICY, f, ["z"], match="each_period"),
    "randomization_test": lambda f: dm.randomization_test(SPEC, f, "x", replications=19),
    "robustness_battery": lambda f: dm.robustness_battery(SPEC, f, (dm.RobustnessCheck.lagged(1),)),
    "romano_wolf": lambda f: dm.romano_wolf({"x": (SPEC, "x"), "z": (SPEC, "z")}, f, draws=99),
    "rotemberg_weights": lambda f: dm.rotemberg_weights(
        SHIFTED, exposed(f), shares(f), SHOCKS, sector="sector"
    ),
    "shift_share_inference": lambda f: dm.shift_share_inference(
        SHIFTED, exposed(f), shares(f), sector="sector"
    ),
    "shock_level_regression": lambda f: dm.shock_level_regression(
        SHIFTED, exposed(f), shares(f), SHOCKS, sector="sector"
    ),
    "overlapping_policies": lambda f: dm.overlapping_policies(
        f.assign(
            city=f["unit"].map(lambda unit: ("杭州市", "北京市", "太原市")[unit % 3] if unit < 3 else None)
        ),
        "pilot",
        entity="city",
        time="year",
    ),
    "pretrend_power": lambda f: dm.pretrend_power(dm.estimate(STAGGERED, f)),
    "sigma_convergence": lambda f: dm.sigma_convergence(f, "x", *TWO),
    "slope_heterogeneity": lambda f: dm.slope_heterogeneity(
        f, outcome="y", regressors=("x", "z"), entity="unit", time="year"
    ),
    "spatial_markov": lambda f: dm.spatial_markov(f, "x", *TWO, RING, draws=0),
    "specification_curve": lambda f: dm.specification_curve(SPEC, f, controls=("w",), draws=99),
    "synthetic_control": lambda f: dm.synthetic_control(
        f, "x", entity="unit", time="year", treated=0, treated_from=2006
    ),
    "synthetic_did": lambda f: dm.synthetic_did(
        f.assign(pilot=((f["unit"] == 0) & (f["year"] >= 2006)) * 1),
        "x",
        "pilot",
        entity="unit",
        time="year",
        draws=20,
    ),
    "topsis_scores": lambda f: dm.topsis_scores(f, {"x": 1, "users": 1}, [0.5, 0.5]),
    "u_shape_test": lambda f: dm.u_shape_test(dm.estimate(SPEC.replace(regressors=("x", "x^2")), f), f),
    "variation_by_level": lambda f: dm.variation_by_level(f, ("x", "z"), "unit"),
    "presence_patterns": lambda f: dm.presence_patterns(f[f.x > 0], "unit", "year"),
    "group_means": lambda f: dm.group_means(f, ("x", "z"), "north"),
    "vertical_horizontal_weights": lambda f: dm.vertical_horizontal_weights(f, INDEX),
    "wald_test": lambda f: dm.wald_test(dm.estimate(SPEC, f), ("x", "z")),
    "wild_cluster_bootstrap": lambda f: dm.wild_cluster_bootstrap(PRE, f, "x", draws=99),
}
RESULTS = {"estimate", "first_stages", "reduced_form", "group_difference", "shock_level_regression"}
NOT_FROM_FRAMES = {"describe_variable", "fill_missing"}
"""Their `frame` is one of definitions, or the answer is a frame that carries its marks itself."""


def answering():
    """Return the public functions that take a frame or a result and whose answer has notes."""
    found = set()
    for name in dir(dm):
        function = inspect.unwrap(getattr(dm, name))
        if not inspect.isfunction(function):
            continue
        signature = inspect.signature(function)
        if not {"frame", "result"} & set(signature.parameters):
            continue
        module = inspect.getmodule(function)
        answer = str(signature.return_annotation)
        kind = getattr(module, answer, None) or getattr(dm, answer, None)
        if answer == "dict[str, Result]" or (
            dataclasses.is_dataclass(kind) and "notes" in {field.name for field in dataclasses.fields(kind)}
        ):
            found.add(name)
    return found - NOT_FROM_FRAMES


def test_every_function_that_answers_from_a_frame_or_a_result_is_tried():
    check_complete(CALLS, answering(), "a call on FRAME to CALLS of this file")


@functools.cache
def answer(name):
    """Return the answer of a function from the frame."""
    return CALLS[name](FRAME)


@pytest.mark.parametrize("name", CALLS)
def test_every_answer_is_a_table_in_a_terminal_a_notebook_and_a_file(name, tmp_path, monkeypatch):
    found = answer(name)
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
    printed, html = repr(found), found._repr_mimebundle_()["text/html"]
    assert printed.splitlines()[1].startswith("===")
    for text in (printed, html):
        # calls for a reader to write (dm.estimate(…), specification.replace(…)) follow a dot; what Python prints of a value does not
        assert not re.search(r"\barray\(|\bnan\b|\bNone\b|Text\(|<NA>|(?<![.\w])\w+\([a-z_]+=", text), text
    assert "<table>" in html
    for suffix in (".md", ".csv", ".xlsx"):
        assert dm.save(found, tmp_path / f"{name}_zh{suffix}").stat().st_size
    said = (tmp_path / f"{name}_zh.md").read_text(encoding="utf-8")
    assert "Further tables" not in said
    heading = next(line for line in said.splitlines() if line.startswith("|"))
    assert not re.findall(r"(?<!\w)[a-z]+(?:\\?_[a-z0-9]+)+", heading), (
        "give its columns words in both languages"
    )
    assert "rows; all are in" not in said
    notes = [note for note in found.notes if NOTE.zh in note.zh]
    assert all(cell_text(note, "zh")[:20] in said.replace("\\", "") for note in notes)
    if name not in RESULTS:
        table = dm.AnswerTable("shown", study="it").replace(source="shown")
        evidence = dm.Evidence(studies={"it": found})
        assert table.show(evidence).rows == dm.AnswerTable(found).show(evidence).rows


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_from_simulated_data_says_so(name):
    notes = answer(name).notes
    assert NOTE in notes
    assert list(notes).count(NOTE) == 1
    plain = FRAME.drop(columns="synthetic")
    assert NOTE not in CALLS[name](plain).notes


# The notes of a frame stand in the result that they were given.
OF_RESULTS = {
    "groupwise_heteroskedasticity_test", "hausman", "honest_did", "linear_combination", "margins", "nlcom",
    "pretrend_power", "reset_test", "second_opinion", "serial_correlation_test", "test", "wald_test",
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    sorted(
        set(CALLS)
        - {
            "fit_diffusion",
            "fit_generations",
            "fit_lotka_volterra",
            "overlapping_policies",
            "presence_patterns",
        }
    ),
)
def test_an_answer_that_uses_filled_cells_says_so(name):
    notes = answer(name).notes
    assert any(is_filled_note(note) for note in notes), [note.en for note in notes]
    if name not in OF_RESULTS:
        assert REVISED in {note.en for note in notes}, [note.en for note in notes]


def test_answers_from_an_answer_repeat_its_marks():
    fit = dm.fit_panel_var(VAR, FRAME)
    for answer in (
        dm.impulse_responses(fit, 2, draws=0),
        dm.variance_decomposition(fit, 2, draws=0),
    ):
        assert list(answer.notes).count(NOTE) == 1
        assert any(is_filled_note(note) for note in answer.notes)
