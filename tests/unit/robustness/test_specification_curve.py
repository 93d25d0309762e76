"""A specification curve is the estimates one by one, and its draws are what estimating each draw would give."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused
from scipy import stats

import digimfg as dm
from digimfg.design import build_design
from digimfg.errors import EstimationError, Fault, SpecificationError
from digimfg.exhibits.style import house_style
from digimfg.robustness.curve_draws import null_draws


def panel(seed=0, units=24, years=10, effect=0.0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(units), years), "year": np.tile(np.arange(years), units)}
    )
    level = rng.normal(size=units)[frame.unit]
    for name in ("a", "b", "c"):
        frame[name] = rng.normal(size=len(frame)) + 0.5 * level
    frame["x"] = rng.normal(size=len(frame)) + 0.4 * frame.a + level
    frame["x2"] = 3 * frame.x + rng.normal(size=len(frame))
    frame["mass"] = rng.uniform(0.5, 2, len(frame))
    frame["y"] = (
        effect * frame.x + 0.5 * frame.a + level + rng.normal(size=len(frame)) * (1 + 0.3 * np.abs(level))
    )
    return frame


BASE = dm.Specification("y", "x", entity="unit", time="year", fixed_effects=("unit",))
EFFECTS = (("unit",), ("unit", "year"))


def test_every_row_of_the_curve_is_its_specification_estimated_alone():
    frame = panel()
    errors = {"clustered": dm.Clustered("unit"), "robust": dm.Robust()}
    curve = dm.specification_curve(
        BASE, frame, outcomes=("y", "b"), regressors=("x", "x2"), controls=("a", ("b", "c")),
        fixed_effects=EFFECTS, samples={"all": None, "late": "year >= 4"}, covariances=errors, draws=0,
    )  # fmt: skip
    # An outcome among its controls is refused, and said: 2 of 4 subsets of the second outcome.
    assert curve.statistics["n_specifications"] == 64 + 32
    assert curve.statistics["n_not_estimated"] == 32
    assert noted(curve.notes, "not_estimated", count=32)
    assert curve.coefficients["estimate"].is_monotonic_increasing
    for number in (1, 17, 60, 96):
        choice = curve.choices.loc[number]
        spec = BASE.replace(
            outcome=choice.outcome,
            regressors=choice.regressor,
            controls=tuple(name for name in choice.controls.split(" + ") if name),
            fixed_effects=tuple(choice.fixed_effects.split(" + ")),
            sample={"all": None, "late": "year >= 4"}[choice["sample"]],
            covariance=errors[choice.covariance],
        )
        alone = dm.estimate(spec, frame)
        line = alone.coefficients.loc[choice.regressor]
        assert curve.coefficients.loc[number, ["estimate", "std_error", "p_value"]].tolist() == pytest.approx(
            line[["estimate", "std_error", "p_value"]].tolist(), rel=1e-10
        )
        assert curve.coefficients.loc[number, "n_obs"] == alone.statistics["n_obs"]


@pytest.mark.parametrize(
    "covariance",
    [
        dm.Unadjusted(),
        dm.Robust(),
        dm.Clustered("unit", wild_bootstrap=None),
        dm.Clustered(("unit", "year"), small_sample="cgm", wild_bootstrap=None),
        dm.DriscollKraay(2),
    ],
    ids=["unadjusted", "robust", "clustered", "two-way", "driscoll-kraay"],
)
@pytest.mark.parametrize("weights", [None, "mass"])
@pytest.mark.parametrize("by", ["unit", "row"])
def test_a_draw_is_estimating_the_specification_on_drawn_outcomes(covariance, weights, by):
    frame = panel().reset_index(names="row")
    spec = BASE.replace(controls="a", fixed_effects=("unit", "year"), covariance=covariance, weights=weights)
    design = build_design(spec, frame)
    groups = frame[by].to_numpy()[design.rows]
    signs = np.random.default_rng(1).integers(0, 2, (30, groups.max() + 1)) * 2.0 - 1.0
    estimates, p_values = null_draws(design, "x", groups, signs)
    null = dm.estimate(spec.replace(regressors="a", controls=()), frame).coefficients.loc["a", "estimate"]
    root = np.ones(len(frame)) if weights is None else frame.mass
    dummies = pd.get_dummies(frame[["unit", "year"]].astype(str), dtype=float)
    columns = np.column_stack([frame.a, dummies])
    fitted = columns @ np.linalg.lstsq(columns * np.sqrt(root).to_numpy()[:, None] if weights else columns,
                                       frame.y * np.sqrt(root), rcond=None)[0]  # fmt: skip
    assert np.isfinite(null)
    for draw in (0, 13, 29):
        drawn = frame.assign(y=fitted + (frame.y - fitted) * signs[draw][frame[by]])
        line = dm.estimate(spec, drawn).coefficients.loc["x"]
        assert estimates[draw] == pytest.approx(line["estimate"], rel=1e-8, abs=1e-12)
        assert p_values[draw] == pytest.approx(line["p_value"], rel=1e-6)


def test_the_joint_tests_count_draws_at_least_as_far_from_zero():
    curve = dm.specification_curve(BASE, panel(), controls=("a", "b"), fixed_effects=EFFECTS, draws=199)
    s = curve.statistics
    table = curve.coefficients
    assert s["median_estimate"] == np.median(table["estimate"])
    z = np.sign(table["estimate"]) * stats.norm.isf(table["p_value"] / 2)
    assert s["stouffer_z"] == pytest.approx(z.sum() / np.sqrt(len(z)), rel=1e-12)
    far = np.abs(curve.null["median"]) >= abs(s["median_estimate"])
    assert s["median_p"] == (1 + far.sum()) / 200
    assert (curve.null_band["low"] <= curve.null_band["high"]).all()


def test_an_effect_is_found_jointly_and_none_is_not():
    found = dm.specification_curve(
        BASE, panel(effect=0.6), controls=("a", "b"), fixed_effects=EFFECTS, draws=199
    )
    assert found.statistics["median_p"] <= 0.01
    assert found.statistics["stouffer_p"] <= 0.01
    # All eight are significant, and so they are in 8 of 199 draws: the share has few values to tell them apart.
    assert found.statistics["share_significant_p"] == 9 / 200
    # Without an effect the joint p values are uniform over samples: 40 samples, half of them below one half.
    p_values = [
        dm.specification_curve(BASE, panel(seed), controls=("a",), draws=99).statistics["median_p"]
        for seed in range(40)
    ]
    controlled = np.mean(np.array(p_values) < 0.5)
    assert 0.25 <= controlled <= 0.75


def test_the_curve_has_the_same_bytes_in_any_order_of_rows_and_number_of_processes():
    frame = panel()
    options = {"controls": ("a", "b", "c"), "fixed_effects": EFFECTS, "draws": 49}
    one = dm.specification_curve(BASE, frame, **options)
    two = dm.specification_curve(BASE, frame, n_jobs=2, **options)
    three = dm.specification_curve(BASE, frame.sample(frac=1, random_state=2), **options)
    for other in (two, three):
        assert one.coefficients.equals(other.coefficients)
        assert one.null.equals(other.null)
        assert one.choices.equals(other.choices)


def test_signs_of_rows_without_keys_do_not_depend_on_their_order():
    frame = panel()
    model = dm.Specification("y", "x", covariance=dm.Robust())
    one = dm.specification_curve(model, frame, controls=("a", "b"), draws=49)
    two = dm.specification_curve(model, frame.sample(frac=1, random_state=2), controls=("a", "b"), draws=49)
    assert one.null.to_numpy() == pytest.approx(two.null.to_numpy(), rel=1e-12)
    assert "rows" in one.notes[0].en


def test_an_interrupted_curve_goes_on_where_it_ended(tmp_path, monkeypatch):
    frame = panel()
    options = {"controls": ("a", "b", "c"), "fixed_effects": EFFECTS, "draws": 49, "resume": tmp_path}
    from digimfg.robustness import curve_tasks

    fitted = []

    def fit(*arguments):
        fitted.append(arguments)
        if len(fitted) == 13:
            raise KeyboardInterrupt
        return null_draws(*arguments)

    monkeypatch.setattr(curve_tasks, "null_draws", fit)
    with pytest.raises(KeyboardInterrupt):
        dm.specification_curve(BASE, frame, **options)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert len(kept) == 1
    assert not any(name.endswith(".part") for name in kept)
    resumed = dm.specification_curve(BASE, frame, **options)
    assert len(fitted) == 13 + 6  # 16 specifications in chunks of 10: the first ten are read, not estimated
    whole = dm.specification_curve(BASE, frame, **{**options, "resume": None})
    assert resumed.coefficients.equals(whole.coefficients)
    assert resumed.null.equals(whole.null)
    # A damaged file is estimated again, another frame never takes these answers.
    (tmp_path / kept[0]).write_bytes(b"half a file")
    assert dm.specification_curve(BASE, frame, **options).coefficients.equals(whole.coefficients)
    changed = dm.specification_curve(BASE, frame.assign(y=frame.y + frame.x), **options)
    assert not changed.coefficients.equals(whole.coefficients)


def test_standardized_estimates_do_not_depend_on_units():
    frame = panel()
    one = dm.specification_curve(BASE, frame, regressors=("x", "x2"), standardize=True, draws=49)
    scaled = frame.assign(x=frame.x * 1000, x2=frame.x2 / 7, y=frame.y * 50)
    two = dm.specification_curve(BASE, scaled, regressors=("x", "x2"), standardize=True, draws=49)
    assert two.coefficients.to_numpy() == pytest.approx(one.coefficients.to_numpy(), rel=1e-8)
    assert two.statistics["median_p"] == one.statistics["median_p"]
    plain = dm.specification_curve(BASE, frame, regressors=("x", "x2"), draws=0)
    assert noted(plain.notes, "units")


def test_sets_of_controls_by_name_are_tried_one_at_a_time():
    curve = dm.specification_curve(BASE, panel(), controls={"none": (), "all": ("a", "b", "c")}, draws=0)
    assert sorted(curve.choices["controls"]) == ["all", "none"]


def test_few_groups_take_webbs_signs():
    curve = dm.specification_curve(BASE, panel(units=6), draws=99)
    assert curve.null["median"].nunique() > 60  # two signs would give 2^6 vectors, of them 32 up to sign


def test_other_estimators_have_a_curve_without_draws():
    frame = panel()
    frame["count"] = np.random.default_rng(1).poisson(np.exp(0.3 * frame.x))
    model = BASE.replace(outcome="count", estimator=dm.Poisson())
    with refused(SpecificationError, "robustness.draws_without_least_squares"):
        dm.specification_curve(model, frame)
    curve = dm.specification_curve(model, frame, controls="a", draws=0)
    assert len(curve.null) == 0
    assert "median_p" not in curve.statistics


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"draws": 5}, Fault.of("arguments.value_outside", argument="draws")),
        ({"alpha": 1.5}, Fault.of("arguments.value_outside", argument="alpha")),
        ({"resample": "province"}, Fault.of("names.unknown_column", name="province")),
        (
            {"controls": [f"c{number}" for number in range(18)]},
            Fault.of("robustness.too_many_specifications", most=100000),
        ),
    ],
)
def test_wrong_options_are_named(options, kind):
    with refused(SpecificationError, kind):
        dm.specification_curve(BASE, panel(), **options)


def test_errors_that_cannot_be_drawn_are_said_for_each_specification():
    covariances = {"plain": dm.Clustered("unit"), "reduced": dm.Clustered("unit", small_sample="cr2")}
    curve = dm.specification_curve(BASE, panel(), covariances=covariances, draws=49)
    assert curve.statistics["n_not_estimated"] == 1
    assert noted(curve.notes, "not_estimated")


def test_a_curve_without_any_estimate_says_why():
    with refused(EstimationError, "robustness.no_specification_estimated", n=2):
        dm.specification_curve(BASE.replace(regressors="unit"), panel(), controls="a", draws=0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_figure_has_estimates_above_and_choices_below(language, tmp_path):
    curve = dm.specification_curve(
        BASE,
        panel(),
        controls=("a", "b"),
        fixed_effects=EFFECTS,
        samples={"all": None, "late": "year > 3"},
        draws=49,
    )
    exhibit = dm.SpecificationCurvePlot(
        curve, labels={"a": dm.Text("Openness", "开放度"), "late": dm.Text("after 3", "3年后")}
    )
    with house_style():
        figure = exhibit.build(exhibit.evidence).draw(language)
    top, bottom = figure.axes
    drawn = np.sort(
        np.concatenate([line.get_ydata() for line in top.get_lines() if line.get_marker() == "o"])
    )
    assert drawn.tolist() == sorted(curve.coefficients["estimate"])
    names = [label.get_text() for label in bottom.get_yticklabels()]
    assert len(names) == 2 + 2 + 2
    assert names[0] == {"en": "Controls: Openness", "zh": "控制变量：开放度"}[language]
    marks = sum(len(line.get_xdata()) for line in bottom.get_lines() if line.get_marker() == "s")
    assert marks == 8 + 8 + 16 + 16
    first = exhibit.save(tmp_path / "a.png", language=language).read_bytes()
    assert first == exhibit.save(tmp_path / "b.png", language=language).read_bytes()
