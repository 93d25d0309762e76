"""The instrument check names where an instrument's variation comes from, and draws it."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.instrument_check.product import fit_product

SPEC = dm.Specification(
    "y",
    "x",
    endogenous="d",
    instruments="z",
    entity="unit",
    time="year",
    fixed_effects=("unit", "year"),
    estimator=dm.TwoStageLeastSquares(),
)


def panel(seed=0, n_units=30, n_years=10, strength=1.0):
    rng = np.random.default_rng(seed)
    n = n_units * n_years
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n_units), n_years),
            "year": np.tile(np.arange(2001, 2001 + n_years), n_units),
        }
    )
    frame["z"], frame["x"] = rng.normal(size=n), rng.normal(size=n)
    frame["d"] = strength * frame.z + rng.normal(size=n)
    frame["y"] = 0.5 * frame.d + rng.normal(size=n)
    frame["tel"] = rng.uniform(1, 5, size=n_units)[frame.unit]
    frame["users"] = np.cumsum(rng.uniform(0.5, 1.5, size=n_years))[frame.year - 2001]
    return frame


def check(frame, **options):
    options = {"placebo_draws": 39, **options}
    changes = {
        name: options.pop(name) for name in ("instruments", "fixed_effects", "endogenous") if name in options
    }
    return dm.check_instrument(SPEC.replace(**changes), frame, **options)


def found(report, name):
    return [each for each in report.findings if each.check == name]


def test_an_honest_instrument_has_no_problem():
    report = check(panel())
    assert report.problems == ()
    assert {each.check for each in report.findings} == {
        "variation",
        "leverage",
        "one_series",
        "lag",
        "identity",
        "placebo",
    }
    for finding in report.findings:
        assert finding.text.en != finding.text.zh
    estimate = dm.estimate(SPEC, panel())
    assert report.statistics["estimate"] == pytest.approx(
        estimate.coefficients.loc["d", "estimate"], rel=1e-10
    )
    assert report.statistics["first_stage_f"] == pytest.approx(
        estimate.statistics["first_stage_f"], rel=1e-10
    )


def test_telephones_of_1984_times_national_users_are_one_series():
    frame = panel()
    frame["z"] = frame.tel * frame.users
    frame["d"] = frame.z + frame.d
    problems = check(frame).problems
    assert [each.check for each in problems] == ["one_series"]
    assert "one cross-section times one series of 10 periods" in problems[0].text.en
    assert "一个截面变量乘以一个10期的时间序列" in problems[0].text.zh


def test_the_design_is_found_in_an_unbalanced_panel_and_under_other_units_of_measurement():
    frame = panel().sample(frac=0.8, random_state=1)
    frame["z"] = 3 * frame.tel * frame.users + 100 * frame.tel - 7 * frame.users
    frame["d"] = frame.z + frame.d
    assert "one_series" in [each.check for each in check(frame).problems]


def test_a_constant_over_time_says_so():
    frame = panel()
    frame["z"] = frame.tel
    frame["d"] = frame.z + frame.d
    report = check(frame, fixed_effects=())
    assert any("the same value in every period" in each.text.en for each in report.problems)


@pytest.mark.parametrize(("shift", "term"), [(1, "L.d"), (2, "L2.d"), (-1, "F.d")])
def test_a_relabelled_lag_is_found(shift, term):
    frame = panel()
    frame["d"] = frame.groupby("unit").d.cumsum()
    frame["z"] = 10 * frame.groupby("unit").d.shift(shift) + 3
    report = check(frame)
    (finding,) = found(report, "lag")
    assert finding.severity == "problem"
    assert f"z is {term} " in finding.text.en


def test_the_mean_of_the_others_and_the_lag_times_its_change_are_identities():
    frame = panel()
    total = frame.groupby("year").d.transform("sum")
    rng = np.random.default_rng(3)
    noise = rng.normal(size=len(frame))
    frame["z"] = (total - frame.d) / 29
    frame["d2"] = frame.d
    report = dm.check_instrument(
        SPEC.replace(instruments=("z",), fixed_effects=(), regressors="x"), frame, placebo_draws=0
    )
    assert any("mean of the other units" in each.text.en for each in report.problems)
    lag = frame.groupby("unit").d.shift(1)
    frame["z"] = lag * (frame.d - lag)
    frame["noise"] = noise
    assert any("its lag times its own change" in each.text.en for each in check(frame).problems)
    change = frame.groupby("year").d.mean().diff()
    frame["z"] = lag * frame.year.map(change)
    assert any("its lag times the change of the mean" in each.text.en for each in check(frame).problems)


def test_an_instrument_that_nearly_is_the_regressor_is_called_an_identity():
    frame = panel()
    frame["z"] = frame.d + 1e-3 * np.random.default_rng(2).normal(size=len(frame))
    (finding,) = found(check(frame), "identity")
    assert finding.severity == "problem"
    assert "usually an identity" in finding.text.en


def test_one_unit_that_carries_the_first_stage_is_named():
    frame = panel(strength=0.2)
    frame.loc[frame.unit == 7, "z"] *= 30
    frame.loc[frame.unit == 7, "d"] += frame.loc[frame.unit == 7, "z"]
    report = check(frame)
    units = found(report, "leverage")[0]
    assert units.severity == "attention"
    assert "one unit, 7" in units.text.en
    assert report.leverage.loc["unit", "leverage"].sum() == pytest.approx(1)
    assert report.leverage.loc["period", "leverage"].sum() == pytest.approx(1)


def test_an_instrument_that_other_units_have_as_well_fails_the_placebo():
    frame = panel()
    rng = np.random.default_rng(4)
    common = rng.normal(size=10)[frame.year - 2001]
    frame["z"] = common + 0.01 * rng.normal(size=len(frame))
    frame["d"] = common + rng.normal(size=len(frame))
    report = check(frame, fixed_effects="unit")
    (finding,) = found(report, "placebo")
    assert finding.severity == "problem"
    assert report.statistics["first_stage_f"] > 50
    assert report.statistics["placebo_p"] > 0.05


def test_little_variation_is_reported():
    frame = panel()
    frame["z"] = 100 * frame.tel + frame.z
    (finding,) = found(check(frame), "variation")
    assert finding.severity == "attention"


def test_an_unbalanced_panel_permutes_units_with_the_same_periods():
    report = check(panel().iloc[1:])
    assert len(report.placebo) == 39
    assert "29 of 30 units have a partner with the same periods" in found(report, "placebo")[0].text.en


def test_a_panel_of_many_patterns_has_no_placebos_and_says_so():
    report = check(panel().sample(frac=0.6, random_state=0))
    assert report.placebo.empty
    assert "fewer than half of the units" in found(report, "placebo")[0].text.en


def test_draws_follow_from_the_seed_whatever_the_row_order():
    first = check(panel(), seed=5)
    again = check(panel().sample(frac=1, random_state=0), seed=5)
    pd.testing.assert_frame_equal(first.placebo, again.placebo, check_exact=True)
    assert not check(panel(), seed=6).placebo.equals(first.placebo)


def test_the_share_of_a_product_is_that_of_the_first_singular_value():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(12, 7))
    rows, columns = np.indices(matrix.shape)
    found = fit_product(matrix.ravel(), rows.ravel(), columns.ravel())
    left = matrix - matrix.mean(axis=0) - matrix.mean(axis=1, keepdims=True) + matrix.mean()
    values = np.linalg.svd(left, compute_uv=False) ** 2
    assert found.share == pytest.approx(values[0] / values.sum(), rel=1e-9)
    assert found.left == pytest.approx(values.sum() / np.sum((matrix - matrix.mean()) ** 2), rel=1e-9)


def test_two_endogenous_terms_are_checked_one_at_a_time():
    with refused(dm.SpecificationError, "instrument_check.options_refused") as error:
        check(panel(), endogenous=("d", "x"))
    assert error.value.kind


LABELS = {"d": dm.Text("Digital economy", "数字经济"), "z": dm.Text("Telephones", "电话")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_leverage_figure_is_the_same_bytes_in_each_language(tmp_path, language):
    exhibit = dm.InstrumentLeveragePlot(check(panel()), labels=LABELS, largest=5)
    first = exhibit.save(tmp_path / "a.png", language=language).read_bytes()
    assert first == exhibit.save(tmp_path / "b.png", language=language).read_bytes()
    note = exhibit.build(exhibit.evidence).notes[0]
    assert "Telephones explain" in note.en
    assert "The 5 largest of 30 units" in note.en
    assert "数字经济变动" in note.zh
    plain = exhibit.replace(show_placebo=False, width="narrow").build(exhibit.evidence)
    assert "Histogram" not in plain.notes[0].en
    figure = plain.draw(language)
    assert len(figure.axes) == 2


def test_the_leverage_figure_needs_a_report():
    with pytest.raises(dm.ExhibitError):
        dm.InstrumentLeveragePlot(dm.estimate(SPEC, panel())).save("never.png")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_interval_figure_shows_sets_without_end_and_in_two_parts(tmp_path, language):
    weak = dm.estimate(SPEC, panel(strength=0.02))
    strong = dm.estimate(SPEC, panel())
    split = dataclasses.replace(
        strong,
        tables={
            **strong.tables,
            "anderson_rubin": pd.DataFrame(
                {"conf_low": [-np.inf, 0.4], "conf_high": [0.1, np.inf]},
                index=pd.Index([1, 2], name="segment"),
            ),
        },
    )
    exhibit = dm.InstrumentIntervalPlot({"strong": strong, "weak": weak, "split": split}, labels=LABELS)
    first = exhibit.save(tmp_path / "a.png", language=language).read_bytes()
    assert first == exhibit.save(tmp_path / "b.png", language=language).read_bytes()
    figure = exhibit.build(exhibit.evidence).draw(language)
    (axes,) = figure.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert len(names) == 9
    assert names[0] == {"en": "strong: t statistic", "zh": "strong：t统计量"}[language]
    arrows = [line.get_marker() for line in axes.lines if line.get_marker() in ("<", ">")]
    assert arrows.count("<") >= 2
    assert arrows.count(">") >= 2


def test_the_interval_figure_needs_an_instrumented_effect():
    plain = dm.estimate(dm.Specification("y", "d", entity="unit"), panel())
    with refused(dm.ExhibitError, "exhibits.no_anderson_rubin_set"):
        dm.InstrumentIntervalPlot(plain).save("never.png")
