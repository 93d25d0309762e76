"""A specification window by window: each estimate is that of the specification on the window's rows."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused
from statsmodels.datasets import grunfeld

import digimfg as dm
from digimfg.errors import Fault

FRAME = grunfeld.load_pandas().data.astype({"year": int})
SPEC = dm.Specification("invest", ("value", "L.capital"), entity="firm", time="year", fixed_effects="firm")
ALONE = SPEC.replace(fixed_effects=(), covariance=dm.Robust())
IV = SPEC.replace(
    regressors="capital", endogenous="value", instruments="L.value", estimator=dm.TwoStageLeastSquares()
)
COLUMNS = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]


@pytest.mark.parametrize(
    ("spec", "options", "ends"),
    [
        (SPEC, {"window": 8, "step": 4}, [(1936, 1943), (1940, 1947), (1944, 1951)]),
        (SPEC, {"window": 9, "step": 5, "scheme": "expanding"}, [(1936, 1944), (1936, 1949), (1936, 1954)]),
        (ALONE, {"step": 6}, [(1936, 1936), (1942, 1942), (1948, 1948), (1954, 1954)]),
        (IV, {"window": 9, "step": 9}, [(1936, 1944), (1945, 1953)]),
        (ALONE.replace(estimator=dm.Poisson()), {"window": 10, "step": 9}, [(1936, 1945), (1945, 1954)]),
        (ALONE.replace(estimator=dm.QuantileRegression()), {"window": 19}, [(1936, 1954)]),
    ],
)
def test_each_window_is_the_specification_on_its_rows(spec, options, ends):
    found = dm.coefficient_path(spec, FRAME, **options)
    terms = (*spec.endogenous, *spec.regressors)
    assert found.coefficients.index.tolist() == [(term, *end) for term in terms for end in ends]
    for first, last in ends:
        plain = dm.Clustered("firm", wild_bootstrap=None) if spec is not ALONE else spec.covariance
        covariance = plain if isinstance(spec.covariance, dm.Clustered) else spec.covariance
        own = dm.estimate(
            spec.replace(sample=f"year >= {first} & year <= {last}", covariance=covariance), FRAME
        )
        for term in terms:
            row = found.coefficients.loc[(term, first, last)]
            assert row[COLUMNS].tolist() == pytest.approx(own.coefficients.loc[term, COLUMNS].tolist())
            assert row["n_obs"] == own.statistics["n_obs"]
    for term in terms:
        rows = found.coefficients.xs(term, level="term")
        assert found.summary.loc[term, "estimate_min"] == rows["estimate"].min()
        assert found.summary.loc[term, "share_significant"] == (rows["p_value"] < 0.05).mean()


def test_windows_are_of_the_calendar_and_what_cannot_be_estimated_is_named():
    holes = FRAME[~FRAME["year"].isin((1940, 1941))]
    found = dm.coefficient_path(ALONE.replace(regressors="value"), holes, window=3)
    ends = found.coefficients.index.droplevel("term").tolist()
    assert ends[:6] == [(1935, 1937), (1936, 1938), (1937, 1939), (1942, 1942), (1942, 1943), (1942, 1944)]
    assert found.coefficients["n_obs"].tolist()[3:5] == [11.0, 22.0]
    assert any("2 periods without data" in note.en for note in found.notes)
    assert noted(found.notes, "windows_overlap")
    flat = FRAME.assign(value=FRAME["value"].where(FRAME["year"] != 1950, 1.0))
    found = dm.coefficient_path(ALONE.replace(regressors="value"), flat)
    assert 1950 not in found.coefficients.index.get_level_values("window_to")
    (note,) = [each for each in found.notes if "1950" in each.en]
    assert note.en.startswith("Not estimated")


def test_the_order_of_rows_and_the_number_of_processes_do_not_matter():
    one = dm.coefficient_path(SPEC, FRAME, window=10, step=3)
    two = dm.coefficient_path(SPEC, FRAME.sample(frac=1, random_state=1), window=10, step=3, n_jobs=2)
    pd.testing.assert_frame_equal(one.coefficients, two.coefficients)
    dates = FRAME.assign(year=pd.to_datetime(FRAME["year"].astype(str) + "-12-31"))
    spec = SPEC.replace(regressors="value")
    by_date = dm.coefficient_path(spec, dates, window=10, step=3).coefficients["estimate"]
    by_year = dm.coefficient_path(spec, FRAME, window=10, step=3).coefficients["estimate"]
    assert by_date.tolist() == pytest.approx(by_year.tolist())


@pytest.mark.parametrize(
    ("spec", "options", "error", "kind"),
    [
        (SPEC.replace(time=None, regressors="value"), {}, dm.SpecificationError, "robustness.no_time"),
        (SPEC, {"window": 40}, dm.SpecificationError, Fault.of("robustness.window_longer_than_sample", n=19)),
        (
            SPEC,
            {"window": 5, "terms": "valeu"},
            dm.SpecificationError,
            Fault.of("names.unknown_term", near="value"),
        ),
        (SPEC, {}, dm.EstimationError, Fault.of("robustness.no_window_estimated", effects="firm")),
        (
            ALONE.replace(sample="year < 1938 | year == 1954", regressors="value"),
            {"window": 5, "step": 14},
            dm.EstimationError,
            "robustness.no_window_with_data",
        ),
        (SPEC, {"window": 0}, dm.SpecificationError, Fault.of("arguments.value_outside", argument="window")),
        (
            SPEC,
            {"scheme": "rollling"},
            dm.SpecificationError,
            Fault.of("arguments.value_outside", argument="scheme"),
        ),
    ],
)
def test_what_has_no_path_is_refused_in_both_languages(spec, options, error, kind):
    with refused(error, kind):
        dm.coefficient_path(spec, FRAME, **options)


@pytest.mark.parametrize(("options", "panels"), [({"window": 8}, 2), ({"window": 9, "scheme": "expanding", "terms": "value"}, 1)])  # fmt: skip
def test_the_figure_holds_a_panel_for_each_term(options, panels):
    found = dm.coefficient_path(SPEC, FRAME, **options)
    figure = dm.CoefficientPathPlot(found)
    drawn = figure.build(figure.evidence).draw("zh")
    assert len(drawn.axes) == panels
    for axes, (_, rows) in zip(drawn.axes, found.coefficients.groupby(level="term", sort=False), strict=True):
        points = axes.containers[0][0]
        assert np.asarray(points.get_ydata()) == pytest.approx(rows["estimate"].to_numpy())
        assert np.asarray(points.get_xdata()).tolist() == rows.index.get_level_values("window_to").tolist()
