"""What bounds, shape tests and leaving out refuse, say, and never depend on."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.errors import ExhibitError, Fault, SpecificationError
from digimfg.exhibits.style import house_style
from digimfg.robustness.u_shape import u_shape_from

FRAME = grunfeld.load_pandas().data
MODEL = dm.Specification(
    "invest", "value", controls="capital", entity="firm", time="year", fixed_effects="firm"
)


def curved(turn=4.0, seed=0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.uniform(0, 10, 200)})
    frame["y"] = (frame.x - turn) ** 2 + rng.normal(size=200)
    return frame


QUADRATIC = dm.Specification("y", ("x", "x^2"))


def test_oster_needs_a_control_and_a_known_term():
    with refused(SpecificationError, "robustness.no_controls"):
        dm.oster_bounds(MODEL.replace(controls=()), FRAME)
    with refused(SpecificationError, "names.unknown_term", near="value"):
        dm.oster_bounds(MODEL, FRAME, term="valeu")
    with refused(SpecificationError, "robustness.r2_max_outside"):
        dm.oster_bounds(MODEL, FRAME, r2_max=0.5)
    with refused(SpecificationError, "arguments.value_outside", argument="delta"):
        dm.oster_bounds(MODEL, FRAME, delta=0)
    with refused(SpecificationError, "robustness.unrelated_controls_unknown"):
        dm.oster_bounds(MODEL, FRAME, unrelated="labour")
    with refused(SpecificationError, "robustness.not_least_squares"):
        dm.oster_bounds(MODEL.replace(estimator=dm.Poisson()), FRAME)


def test_unrelated_controls_stand_in_both_regressions_as_effects_do():
    dummies = pd.get_dummies(FRAME.firm, prefix="firm", dtype=float).iloc[:, 1:]
    dummies.columns = [f"d{number}" for number in range(dummies.shape[1])]
    frame = pd.concat([FRAME, dummies], axis=1)
    plain = MODEL.replace(fixed_effects=(), controls=("capital", *dummies.columns))
    within = dm.oster_bounds(MODEL, FRAME)
    listed = dm.oster_bounds(plain, frame, unrelated=tuple(dummies.columns))
    assert listed.beta_star == pytest.approx(within.beta_star, rel=1e-9)
    assert listed.delta == pytest.approx(within.delta, rel=1e-9)


def test_units_of_measurement_leave_osters_delta_alone():
    scaled = FRAME.assign(invest=FRAME.invest * 1e6, value=FRAME.value / 1e3)
    one, two = dm.oster_bounds(MODEL, FRAME), dm.oster_bounds(MODEL, scaled)
    assert two.delta == pytest.approx(one.delta, rel=1e-9)
    assert two.beta_star == pytest.approx(one.beta_star * 1e9, rel=1e-9)
    assert one.excludes_zero


def test_omitted_variable_options_are_checked():
    for options, kind in (
        ({"benchmarks": "capitol"}, Fault.of("names.unknown_term", known=("capital",), near="capital")),
        ({"benchmarks": "value"}, "names.unknown_term"),
        ({"q": 0}, Fault.of("arguments.value_outside", argument="q")),
        ({"alpha": 2}, Fault.of("arguments.value_outside", argument="alpha")),
        ({"multiples": ()}, Fault.of("arguments.value_outside", argument="multiples")),
        ({"benchmarks": "capital", "multiples": 50}, "robustness.confounder_impossible"),
    ):
        with refused(SpecificationError, kind):
            dm.omitted_variable_bounds(MODEL, FRAME, **options)


def test_benchmarks_can_be_taken_together_and_effects_count_as_covariates():
    model = MODEL.replace(controls=("capital", "L.capital"))
    alone = dm.omitted_variable_bounds(model, FRAME, benchmarks="capital", multiples=0.1)
    both = dm.omitted_variable_bounds(
        model, FRAME, benchmarks={"stock": ("capital", "L.capital")}, multiples=0.1
    )
    assert both.bounds["r2_regressor"].iloc[0] > alone.bounds["r2_regressor"].iloc[0]
    assert alone.df == 209 - 11 - 3


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("quantity", ["estimate", "statistic"])
def test_the_contours_mark_every_benchmark(language, quantity, tmp_path):
    found = dm.omitted_variable_bounds(MODEL, FRAME, benchmarks="capital", multiples=(0.05, 0.1))
    exhibit = dm.OmittedVariablePlot(
        found, quantity=quantity, labels={"capital": dm.Text("Capital", "资本存量")}
    )
    with house_style():
        axes = exhibit.build(exhibit.evidence).draw(language).axes[0]
    marked = [line for line in axes.get_lines() if line.get_marker() == "D"]
    assert [line.get_xdata()[0] for line in marked] == found.bounds["r2_regressor"].tolist()
    name = {"en": "Capital", "zh": "资本存量"}[language]
    assert sum(name in text.get_text() for text in axes.texts) == 2
    first = exhibit.save(tmp_path / "a.png", language=language).read_bytes()
    assert first == exhibit.save(tmp_path / "b.png", language=language).read_bytes()


def test_figures_refuse_other_evidence(tmp_path):
    result = dm.estimate(MODEL, FRAME)
    for kind in (
        dm.OmittedVariablePlot,
        dm.LeaveOneOutPlot,
        dm.SpecificationCurvePlot,
        dm.RobustnessPlot,
        dm.RobustnessTable,
    ):
        suffix = "md" if kind is dm.RobustnessTable else "png"
        with refused(ExhibitError, "exhibits.one_study_wanted"):
            kind(result).save(tmp_path / f"figure.{suffix}")


def test_a_turning_point_outside_the_data_is_no_u():
    frame = curved(turn=14.0)
    test = dm.u_shape_test(dm.estimate(QUADRATIC, frame), frame)
    assert test.shape == "u"
    assert not test.inside
    assert test.p_value > 0.5
    assert noted(test.notes, "outside")
    # The square is significant all the same: significance of the square is not the test.
    assert dm.estimate(QUADRATIC, frame).coefficients.loc["x^2", "p_value"] < 1e-6


def test_an_inverse_u_is_the_u_of_the_negative_outcome():
    frame = curved()
    up = dm.u_shape_test(dm.estimate(QUADRATIC, frame), frame)
    down_frame = frame.assign(y=-frame.y)
    down = dm.u_shape_test(dm.estimate(QUADRATIC, down_frame), down_frame)
    assert (up.shape, down.shape) == ("u", "inverse_u")
    assert down.p_value == pytest.approx(up.p_value, rel=1e-9)
    assert down.statistic == pytest.approx(up.statistic, rel=1e-9)
    assert down.turning_point == pytest.approx(up.turning_point, rel=1e-9)
    assert down.fieller[0] == pytest.approx(up.fieller[0], rel=1e-9)
    low, high = up.fieller[0]
    assert low < up.turning_point < high


def test_fiellers_interval_is_unbounded_where_the_square_is_not_significant():
    test = u_shape_from(
        np.array([1.0, 0.01]), np.diag([0.01, 0.01]), df=50, interval=(0, 1), values=np.linspace(0, 1, 9)
    )
    assert len(test.fieller) == 2
    assert test.fieller[0][0] == -np.inf
    assert test.fieller[1][1] == np.inf
    assert noted(test.notes, "unbounded")
    whole = u_shape_from(
        np.array([0.01, 0.01]), np.diag([1.0, 1.0]), df=50, interval=(0, 1), values=np.linspace(0, 1, 9)
    )
    assert whole.fieller == ((-np.inf, np.inf),)


def test_the_test_of_a_u_wants_the_square_and_the_same_frame():
    frame = curved()
    result = dm.estimate(QUADRATIC, frame)
    with refused(SpecificationError, "robustness.no_square_in_result", name="x"):
        dm.u_shape_test(dm.estimate(dm.Specification("y", "x"), frame), frame)
    with refused(SpecificationError, "robustness.another_frame"):
        dm.u_shape_test(result, frame.iloc[:100])
    with refused(SpecificationError, "robustness.range_not_in_order"):
        dm.u_shape_test(result, frame, lower=9, upper=1)


def test_leaving_out_is_estimating_without():
    found = dm.leave_one_out(MODEL, FRAME, by="firm")
    for firm in ("IBM", "General Motors"):
        without = dm.estimate(MODEL, FRAME[FRAME.firm != firm]).coefficients.loc["value"]
        assert found.coefficients.loc[firm, without.index[:6].tolist()].tolist() == pytest.approx(
            without.iloc[:6].tolist(), rel=1e-12
        )
    assert found.full["estimate"] == dm.estimate(MODEL, FRAME).coefficients.loc["value", "estimate"]
    assert found.statistics["n_left_out"] == 11


def test_lags_still_see_the_year_left_out():
    model = MODEL.replace(regressors="L.value")
    found = dm.leave_one_out(model, FRAME, by="year")
    # Without 1940 its own rows go, those of 1941 keep their lag: 10 years of 11 firms are left of 209 rows.
    assert found.coefficients.loc[1940.0, "n_obs"] == 209 - 11
    assert 1935.0 not in found.coefficients.index


def test_leaving_out_is_the_same_in_several_processes_and_any_order():
    one = dm.leave_one_out(MODEL, FRAME, by="firm").coefficients
    two = dm.leave_one_out(MODEL, FRAME.sample(frac=1, random_state=1), by="firm", n_jobs=2).coefficients
    assert one.equals(two)


def test_what_cannot_be_estimated_without_a_value_is_named():
    frame = FRAME.assign(pilot=(FRAME.firm == "IBM") & (FRAME.year > 1945)).astype({"pilot": float})
    found = dm.leave_one_out(MODEL.replace(regressors="pilot"), frame, by="firm")
    assert "IBM" not in found.coefficients.index
    assert noted(found.notes, "not_estimated", name="IBM")


def test_leaving_out_names_wrong_columns():
    with refused(SpecificationError, "names.unknown_column", near="firm"):
        dm.leave_one_out(MODEL, FRAME, by="frim")
    with refused(SpecificationError, "robustness.too_few_values_to_leave_out"):
        dm.leave_one_out(MODEL, FRAME.assign(one=1), by="one")


def test_a_change_of_significance_is_said():
    found = dm.leave_one_out(MODEL, FRAME, by="firm", alpha=0.01)
    assert any("General Motors" in note.en and "No longer significant" in note.en for note in found.notes)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_figure_of_leaving_out_shows_every_value_in_order(language, tmp_path):
    found = dm.leave_one_out(MODEL, FRAME, by="firm")
    exhibit = dm.LeaveOneOutPlot(found)
    with house_style():
        axes = exhibit.build(exhibit.evidence).draw(language).axes[0]
    points = next(line for line in axes.get_lines() if line.get_marker() == "o")
    assert points.get_xdata().tolist() == sorted(found.coefficients["estimate"])
    assert len(axes.get_yticklabels()) == 11
    first = exhibit.save(tmp_path / "a.png", language=language).read_bytes()
    assert first == exhibit.save(tmp_path / "b.png", language=language).read_bytes()


def test_simulated_data_are_called_so_in_every_answer():
    from digimfg.frames.said import NOTE

    frame = FRAME.assign(synthetic=1)
    bent = curved().assign(synthetic=1)
    answers = [
        dm.oster_bounds(MODEL, frame),
        dm.omitted_variable_bounds(MODEL, frame),
        dm.leave_one_out(MODEL, frame, by="firm"),
        dm.specification_curve(MODEL, frame, draws=0),
        dm.robustness_battery(MODEL, frame, ()),
        dm.u_shape_test(dm.estimate(QUADRATIC, bent), bent),
    ]
    assert all(NOTE in answer.notes for answer in answers)
