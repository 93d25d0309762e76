"""Designs: what is dropped and why, singletons, collinear terms, bad input."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.design import build_design
from digimfg.errors import Fault

SPEC = dm.Specification("y", "x", entity="unit", time="year", fixed_effects="unit")


def panel():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"unit": np.repeat(list("abcdefgh"), 10), "year": np.tile(np.arange(2000, 2010), 8)})
    for name in ("x", "z", "e"):
        frame[name] = rng.normal(size=80)
    frame["数字经济"] = rng.normal(size=80)
    frame["y"] = frame.x + frame.e
    frame["level"] = frame.unit.map(ord).astype(float)
    frame["mass"] = rng.uniform(1, 2, 80)
    frame["all"] = 1
    return frame


def fail(error, kind, frame=None, **changes):
    with refused(error, kind):
        dm.estimate(SPEC.replace(**changes), panel() if frame is None else frame)


@pytest.mark.parametrize(
    ("changes", "nearest"),
    [
        ({"outcome": "yy"}, "y"),
        ({"regressors": "数字经"}, "数字经济"),
        ({"controls": "L.levle"}, "level"),
        ({"fixed_effects": "uni"}, "unit"),
        ({"fixed_effects": "unit:yeer"}, "year"),
        ({"weights": "mas"}, "mass"),
        ({"entity": "unitt"}, "unit"),
        ({"covariance": dm.Clustered("uint")}, "unit"),
        ({"sample": "yeer > 2000"}, "year"),
    ],
)
def test_an_unknown_column_anywhere_suggests_the_nearest(changes, nearest):
    with refused(dm.SpecificationError, "names.unknown_column") as found:
        dm.estimate(SPEC.replace(**changes), panel())
    assert nearest in found.value.facts["near"].split(", ")


def test_an_outcome_constant_within_entities_is_an_error():
    fail(dm.EstimationError, Fault.of("design.outcome_constant_within", within="unit", n=80), outcome="level")
    fail(dm.EstimationError, Fault.of("design.outcome_constant", n=80), outcome="all", fixed_effects=())


def test_an_empty_sample_says_what_took_the_rows():
    fail(dm.EstimationError, Fault.of("design.no_complete_row", n=80), sample="year > 2050")
    fail(dm.EstimationError, "design.no_complete_row", frame=panel().iloc[:0])


def remedy(frame, **changes):
    with pytest.raises(dm.EstimationError) as caught:
        dm.estimate(SPEC.replace(**changes), frame)
    return caught.value.remedy


def test_the_remedy_for_an_empty_sample_fits_what_took_the_rows_and_the_frame():
    frame = panel()
    assert remedy(frame, sample="year > 2050").en == "loosen the sample 'year > 2050'"
    blank = frame.assign(x=np.nan)
    assert "frame['x'].isna()" in remedy(blank).en
    assert "dm.fill_missing" in remedy(blank).zh
    assert "a lag needs the period before" in remedy(blank, regressors="L.x").en
    assert "what made the frame" in remedy(frame.iloc[:0]).en
    assert "fewer or coarser" in remedy(frame.drop_duplicates("unit")).en
    blank.attrs["sources"] = [{"en": "Yearbook", "zh": "年鉴", "columns": ["x"]}]
    assert "digimfg data coverage" in remedy(blank).en


def test_one_cluster_is_an_error():
    fail(dm.EstimationError, "inference.one_cluster", covariance=dm.Clustered("all"))


def test_few_clusters_are_noted():
    notes = dm.estimate(SPEC, panel()).notes
    assert any(note.en.startswith("Only 8 clusters") and note.zh.startswith("仅8个聚类") for note in notes)


def test_a_string_year_is_an_error_even_without_lags():
    fail(
        dm.SpecificationError,
        "terms.time_not_whole",
        frame=panel().assign(year=lambda frame: frame.year.astype(str)),
    )


@pytest.mark.parametrize("column", ["y", "x"])
def test_infinite_values_are_an_error(column):
    frame = panel()
    frame.loc[[3, 7], column] = np.inf
    fail(dm.SpecificationError, Fault.of("terms.column_infinite", n=2, places="3, 7"), frame=frame)


def test_repeated_keys_are_an_error_and_a_note_where_they_are_declared():
    frame = pd.concat([panel(), panel().iloc[:3]])
    fail(
        dm.SpecificationError,
        Fault.of("terms.keys_repeated", n_repeated=3, entity="a", period=2000),
        frame=frame,
        regressors="L.x",
    )
    fail(
        dm.SpecificationError,
        Fault.of("design.keys_not_unique", n=3, listed="a 2000, a 2001, a 2002"),
        frame=frame,
    )
    assert any(
        note.en == "3 rows repeat the keys (unit, Year) of an earlier row"
        for note in dm.estimate(SPEC.replace(repeated_rows=True), frame).notes
    )


def test_negative_weights_are_an_error_and_zero_weights_drop_with_a_count():
    frame = panel()
    frame.loc[:3, "mass"] = -1.0
    fail(dm.SpecificationError, Fault.of("design.negative_weights", negative=4), frame=frame, weights="mass")
    frame.loc[:3, "mass"] = 0.0
    design = build_design(SPEC.replace(weights="mass"), frame)
    assert [(each.reason.en, each.n_rows) for each in design.dropped] == [("zero weight mass", 4)]


def test_singletons_drop_until_none_is_left():
    # Row 2 is alone in its unit; without it row 1 is alone in its town, and then row 0 in its unit.
    frame = pd.DataFrame(
        {
            "unit": [0, 0, 1, 2, 2, 3, 3],
            "town": [0, 1, 1, 0, 2, 0, 2],
            "x": [1.0, 2.0, 0.5, 3.0, 1.0, 2.0, 5.0],
        }
    )
    frame["y"] = frame.x**2
    design = build_design(dm.Specification("y", "x", fixed_effects=("unit", "town")), frame)
    assert design.n_obs == 4
    assert [(each.reason.en, each.n_rows) for each in design.dropped] == [
        ("singletons of the fixed effects", 3)
    ]


def test_dropped_rows_and_kept_rows_add_up_to_the_frame():
    frame = panel()
    frame.loc[[0, 11, 40], "y"] = np.nan
    frame.loc[[0, 12], "x"] = np.nan
    frame.loc[[50], "mass"] = 0.0
    frame.loc[[20], "unit"] = None
    frame.loc[79, "unit"] = "alone"
    specification = SPEC.replace(
        regressors=("x", "L.z", "log(数字经济)"), weights="mass", sample="year < 2009 | unit == alone"
    )
    design = build_design(specification, frame)
    assert sum(each.n_rows for each in design.dropped) == len(frame) - design.n_obs
    assert len({each.reason.en for each in design.dropped}) == len(design.dropped)
    notes = dm.estimate(specification, frame).notes
    for each in design.dropped:
        rows = "row" if each.n_rows == 1 else "rows"
        assert any(note.en == f"Dropped {each.n_rows:,} {rows}: {each.reason.en}" for note in notes)


def test_lags_reach_rows_outside_the_sample():
    design = build_design(SPEC.replace(regressors="L.x", sample="year >= 2005"), panel())
    assert design.n_obs == 40


def test_of_collinear_terms_the_later_goes_so_controls_go_before_regressors():
    frame = panel().assign(twice=lambda frame: 2 * frame.x)
    result = dm.estimate(SPEC.replace(regressors="twice", controls=("x", "z", "level")), frame)
    assert list(result.coefficients.index) == ["twice", "z"]
    said = [note.en for note in result.notes]
    assert "Omitted x: collinear with twice" in said
    assert "Omitted level: collinear with the fixed effects" in said


def test_a_nearly_collinear_term_stays_with_a_note():
    frame = panel()
    frame["close"] = frame.x + 1e-4 * frame.z
    result = dm.estimate(SPEC.replace(controls="close"), frame)
    assert list(result.coefficients.index) == ["x", "close"]
    assert any(note.en.startswith("close is nearly collinear") for note in result.notes)


def test_nothing_left_to_estimate_is_an_error():
    fail(dm.EstimationError, "inference.nothing_left", regressors="level")


def test_more_parameters_than_rows_is_an_error():
    fail(
        dm.EstimationError,
        Fault.of("inference.more_parameters_than_rows", n_obs=3, n_parameters=3),
        frame=panel().iloc[:3],
        regressors=("x", "z"),
        fixed_effects=(),
        covariance=dm.Unadjusted(),
    )


def test_an_unknown_small_sample_rule_is_an_error():
    with refused(dm.SpecificationError, "arguments.value_outside", argument="small_sample"):
        dm.Clustered("unit", small_sample="stat")


@pytest.mark.parametrize("covariance", [dm.DriscollKraay(10)])
def test_driscoll_kraay_needs_fewer_lags_than_periods(covariance):
    fail(dm.EstimationError, "inference.lags_beyond_periods", covariance=covariance)


def test_repeated_column_names_are_an_error():
    fail(dm.SpecificationError, "frames.names_repeated", frame=pd.concat([panel(), panel()[["x"]]], axis=1))


def test_interacted_effects_are_effects_of_the_pairs():
    frame = panel().assign(
        half=lambda frame: frame.year // 5, pair=lambda frame: frame.unit + (frame.year // 5).astype(str)
    )
    first = build_design(SPEC.replace(fixed_effects="unit:half"), frame)
    second = build_design(SPEC.replace(fixed_effects="pair"), frame)
    np.testing.assert_array_equal(first.absorbed.outcome, second.absorbed.outcome)


@pytest.mark.parametrize("convert", ["nullable", "category"])
def test_nullable_and_categorical_columns_give_the_same_numbers(convert):
    frame = panel()
    other = (
        frame.convert_dtypes() if convert == "nullable" else frame.assign(unit=frame.unit.astype("category"))
    )
    first, second = dm.estimate(SPEC, frame), dm.estimate(SPEC, other)
    pd.testing.assert_frame_equal(first.coefficients, second.coefficients, rtol=0)


def test_parts_that_an_estimator_would_leave_out_are_an_error():
    fail(
        dm.SpecificationError,
        Fault.of("estimators.instruments_not_used", label="OLS"),
        endogenous="z",
        instruments="L.x",
    )


def test_an_outcome_among_its_regressors_is_an_error():
    fail(dm.SpecificationError, "estimators.outcome_among_regressors", controls="y")


def test_an_estimator_that_is_a_word_is_an_error():
    fail(dm.SpecificationError, Fault.of("arguments.kind_of_value", argument="estimator"), estimator="ols")


def test_a_power_too_large_for_a_number_is_an_error():
    fail(dm.SpecificationError, Fault.of("terms.powers_too_large", excess=80), regressors="mass^4000")


@pytest.mark.parametrize(
    "values", [[1], (1, 2), pd.Timestamp("2000-01-01"), {"a": 1}], ids=["list", "tuple", "moment", "dict"]
)
@pytest.mark.parametrize(
    "changes", [{}, {"regressors": "L.x"}, {"regressors": "i(unit)"}, {"fixed_effects": "unit"}]
)
def test_keys_of_several_kinds_are_refused_wherever_they_are_read(changes, values):
    frame = panel()
    held = frame["unit"].to_numpy(dtype=object)
    held[0] = values
    frame["unit"] = pd.Series(held, dtype=object)
    with pytest.raises(dm.SpecificationError) as found:
        dm.estimate(SPEC.replace(**changes), frame)
    assert found.value.kind in ("terms.values_of_several_kinds", "frames.values_name_nothing")


def test_periods_too_far_apart_to_be_counted_are_refused():
    frame = panel()
    frame.loc[0, "year"] = 2**61
    fail(dm.SpecificationError, "terms.periods_too_far_apart", frame=frame, regressors="L.x")


@pytest.mark.parametrize("keys", [{}, {"entity": "unit"}, {"entity": "unit", "time": "year"}])
def test_rows_with_tied_keys_and_values_lie_in_one_order_whatever_the_frame(keys):
    rng = np.random.default_rng(5)
    columns = {name: rng.integers(0, 3, 200) for name in ("unit", "year")}
    columns |= {name: rng.integers(0, 4, 200).astype(float) for name in ("y", "x")}
    frame = pd.DataFrame(columns | {"z": rng.normal(size=200)})
    spec = dm.Specification("y", ("x", "z"), **keys, repeated_rows=bool(keys))
    one, other = (build_design(spec, each) for each in (frame, frame.sample(frac=1, random_state=1)))
    assert one.data_hash == other.data_hash
    held = np.column_stack([one.regressors[:, 2:0:-1], one.outcome])
    codes = np.zeros(200) if one.entity is None else one.entity * 3 + (0 if one.time is None else one.time)
    assert np.array_equal(np.lexsort([*held.T, codes]), np.arange(200))
