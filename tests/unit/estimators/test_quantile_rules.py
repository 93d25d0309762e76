"""What quantile regression refuses, what its figure shows, and what must not matter."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import ExhibitError, SpecificationError
from digimfg.estimators.quantile.moments import scaled_quantile
from digimfg.exhibits.style import house_style


def panel(seed=2, units=15, years=8):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(units), years), "year": np.tile(np.arange(years), units)}
    )
    frame["x"], frame["z"] = rng.gamma(2, 1, (2, len(frame)))
    frame["y"] = (
        frame.x
        + 0.2 * frame.z
        + rng.normal(size=units)[frame.unit]
        + (1 + frame.x) * rng.normal(size=len(frame))
    )
    return frame


MODEL = dm.Specification(
    "y", "x", controls="z", entity="unit", time="year", fixed_effects="unit",
    estimator=dm.QuantileRegression(quantile=(0.1, 0.5, 0.9)),
)  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [{"quantile": 1.0}, {"quantile": ()}, {"quantile": (0.5, 0.5)}, {"method": "canay"}, {"errors": "iid"}, {"replications": 5}],
)  # fmt: skip
def test_wrong_options_are_named(options):
    with refused(SpecificationError, "arguments.value_outside"):
        dm.QuantileRegression(**options)


def test_plain_quantiles_refuse_absorbed_effects():
    with refused(SpecificationError, "quantile.absorbed_effects"):
        dm.estimate(MODEL.replace(estimator=dm.QuantileRegression(method="plain")), panel())


def test_moments_refuse_errors_that_suppose_identical_distributions():
    with refused(SpecificationError, "quantile.plain_covariance"):
        dm.estimate(MODEL.replace(covariance=dm.Unadjusted()), panel())


@pytest.mark.parametrize("covariance", [dm.Clustered("unit", small_sample="cr2"), dm.Robust("areg")])
def test_rules_for_small_samples_are_refused(covariance):
    with refused(SpecificationError, "quantile.small_sample_rule"):
        dm.estimate(MODEL.replace(covariance=covariance), panel())


def test_few_rows_per_unit_are_said():
    assert noted(dm.estimate(MODEL, panel()).notes, "few_rows", rows=8.0)
    assert not noted(dm.estimate(MODEL, panel(years=12)).notes, "few_rows")


def test_clustered_errors_take_t_with_the_clusters_less_one():
    result = dm.estimate(MODEL, panel())
    assert result.statistics["df_t"] == 14
    assert dm.wald_test(result, "x:quantile[0.1]").df_denominator == 14


def test_several_quantiles_are_each_of_them_and_one_covariance():
    joint = dm.estimate(MODEL, panel())
    alone = dm.estimate(MODEL.replace(estimator=dm.QuantileRegression(quantile=0.9)), panel())
    table = joint.tables["quantiles"]
    assert table.loc[(0.9, "x")].tolist() == pytest.approx(alone.coefficients.loc["x"].tolist(), rel=1e-10)
    assert "x:quantile[0.1]" in joint.coefficients.index
    assert dm.wald_test(joint, ("x:quantile[0.1]", "x:quantile[0.9]")).p_value < 0.5


def test_the_bootstrap_is_the_same_for_any_number_of_processes():
    estimator = dm.QuantileRegression(quantile=0.3, errors="bootstrap", replications=60, seed=9)
    model = MODEL.replace(estimator=estimator)
    from joblib import parallel_config

    one = dm.estimate(model, panel()).coefficients
    with parallel_config(n_jobs=2):
        two = dm.estimate(model, panel()).coefficients
    assert one.equals(two)


def test_a_cluster_drawn_twice_counts_as_two_units():
    from digimfg.estimators.quantile.moments import fit_moments

    frame = panel()
    extra = frame[frame.unit == 3].assign(unit=99)
    whole = pd.concat([frame, extra])
    codes = [np.unique(whole.unit, return_inverse=True)[1].astype(np.int64)]
    one = fit_moments(whole.y.to_numpy(), whole[["x", "z"]].to_numpy(), codes, (0.3,), np.ones(len(whole)))
    mass = np.where(frame.unit == 3, 2.0, 1.0)
    codes = [frame.unit.to_numpy().astype(np.int64)]
    two = fit_moments(frame.y.to_numpy(), frame[["x", "z"]].to_numpy(), codes, (0.3,), mass)
    assert one.slopes().tolist()[0] == pytest.approx(two.slopes().tolist()[0], rel=1e-9)


def test_a_scaled_quantile_minimises_the_loss_even_where_scales_are_negative():
    rng = np.random.default_rng(0)
    residuals, spread, weights = rng.normal(size=50), rng.normal(1, 1, 50), rng.uniform(0.5, 2, 50)
    best = scaled_quantile(residuals, spread, 0.7, weights)

    def loss(q):
        u = residuals - spread * q
        return np.sum(weights * u * (0.7 - (u < 0)))

    assert loss(best) <= min(loss(q) for q in np.linspace(-20, 20, 8001)) + 1e-9


def test_rows_with_a_negative_scale_are_counted():
    frame = panel()
    frame["y"] = np.exp(-3 * frame.x) * np.random.default_rng(1).normal(size=len(frame))
    result = dm.estimate(MODEL, frame)
    assert result.statistics["share_positive_scale"] < 1
    assert noted(result.notes, "negative_scale")


def test_clustered_plain_errors_with_every_row_its_own_cluster_are_the_outer_product():
    frame = panel().reset_index(names="row")
    model = dm.Specification(
        "y", ("x", "z"), estimator=dm.QuantileRegression(), covariance=dm.Clustered("row")
    )
    clustered = dm.estimate(model, frame).coefficients["std_error"]
    robust = dm.estimate(model.replace(covariance=dm.Robust()), frame).coefficients["std_error"]
    # The mean of (τ - 1{u<0})² is τ(1-τ) but for the rows on the plane.
    assert clustered.tolist() == pytest.approx(robust.tolist(), rel=0.15)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_figure_shows_every_quantile_of_the_term_of_interest(language, tmp_path):
    result = dm.estimate(MODEL, panel())
    exhibit = dm.QuantilePlot(result, labels={"x": dm.Text("Robots", "机器人")})
    with house_style():
        figure = exhibit.build(exhibit.evidence).draw(language)
    line = next(line for line in figure.axes[0].get_lines() if line.get_marker() == "o")
    assert line.get_xdata().tolist() == [0.1, 0.5, 0.9]
    assert line.get_ydata().tolist() == result.tables["quantiles"].xs("x", level="term")["estimate"].tolist()
    assert figure.axes[0].get_title(loc="left") == {"en": "Robots", "zh": "机器人"}[language]
    first = exhibit.save(tmp_path / "a.png", language=language).read_bytes()
    assert first == exhibit.save(tmp_path / "b.png", language=language).read_bytes()


def test_results_of_one_quantile_each_make_the_same_figure():
    joint = dm.estimate(MODEL, panel())
    single = {
        f"q{level}": dm.estimate(MODEL.replace(estimator=dm.QuantileRegression(quantile=level)), panel())
        for level in (0.9, 0.1, 0.5)
    }
    drawn = []
    for exhibit in (dm.QuantilePlot(joint), dm.QuantilePlot(single)):
        with house_style():
            line = exhibit.build(exhibit.evidence).draw("en").axes[0].get_lines()[1]
        drawn.append(line.get_ydata().tolist())
    assert drawn[0] == pytest.approx(drawn[1], rel=1e-10)


def test_the_figure_refuses_one_quantile_and_other_estimators(tmp_path):
    one = dm.estimate(MODEL.replace(estimator=dm.QuantileRegression()), panel())
    mean = dm.estimate(MODEL.replace(estimator=dm.LeastSquares()), panel())
    for result in (one, mean):
        with pytest.raises(ExhibitError):
            dm.QuantilePlot(result).save(tmp_path / "figure.png")


def test_a_regression_table_says_how_errors_were_made():
    results = {
        "(1)": dm.estimate(MODEL.replace(estimator=dm.QuantileRegression(quantile=0.3)), panel()),
        "(2)": dm.estimate(
            MODEL.replace(estimator=dm.QuantileRegression(quantile=0.3, errors="bootstrap", replications=30)),
            panel(),
        ),
    }
    exhibit = dm.RegressionTable(results)
    text = " ".join(note.en for note in exhibit.build(exhibit.evidence).notes)
    assert "analytic standard errors clustered by unit, no small-sample adjustment" in text
    assert "30 bootstrap resamples" in text


@pytest.mark.parametrize("method", ["plain", "moments"])
def test_whole_weights_are_repeated_rows(method):
    frame = panel()
    frame["times"] = np.random.default_rng(4).integers(1, 4, len(frame))
    effects = ("unit",) if method == "moments" else ()
    model = dm.Specification(
        "y", ("x", "z"), fixed_effects=effects, covariance=dm.Clustered("unit"),
        estimator=dm.QuantileRegression(quantile=0.37),
    )  # fmt: skip
    weighted = dm.estimate(model.replace(weights="times"), frame).coefficients["estimate"]
    repeated = dm.estimate(model, frame.loc[frame.index.repeat(frame.times)]).coefficients["estimate"]
    assert weighted.tolist() == pytest.approx(repeated.tolist(), rel=1e-8)
