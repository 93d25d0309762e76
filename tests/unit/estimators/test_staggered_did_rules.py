"""Staggered difference-in-differences says what it cannot do, what it leaves out, and gives the same bytes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import EstimationError, Fault, SpecificationError
from digimfg.replication.serialise import result_from_dict, result_to_dict


def panel(seed=0, units=30, years=6, starts=(2003, 2004, 0)):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"city": np.repeat(np.arange(units), years), "year": np.tile(np.arange(2001, 2001 + years), units)}
    )
    frame["start"] = np.array(starts)[frame["city"] % len(starts)]
    frame["province"] = frame["city"] % 10
    frame["pilot"] = ((frame["start"] > 0) & (frame["year"] >= frame["start"])).astype(int)
    frame["y"] = rng.normal(size=len(frame)) + frame["city"] + 0.5 * frame["pilot"]
    return frame


def spec(regressors="pilot", **options):
    return dm.Specification("y", regressors, entity="city", time="year",
                            estimator=dm.StaggeredDifferenceInDifferences(**({"draws": 0} | options)))  # fmt: skip


METHODS = (
    "callaway_santanna",
    "sun_abraham",
    "imputation",
    "two_stage",
    "dechaisemartin_dhaultfoeuille",
    "stacked",
    "two_way",
)


@pytest.mark.parametrize("method", METHODS)
def test_row_order_does_not_matter_to_a_bit(method):
    frame = panel()
    first = dm.estimate(spec(method=method, draws=199), frame)
    second = dm.estimate(spec(method=method, draws=199), frame.sample(frac=1, random_state=4))
    pd.testing.assert_frame_equal(first.coefficients, second.coefficients, check_exact=True)
    for name in first.tables:
        pd.testing.assert_frame_equal(first.tables[name], second.tables[name], check_exact=True)
    assert first.provenance.data_hash == second.provenance.data_hash


@pytest.mark.parametrize("method", METHODS)
def test_cohorts_given_or_derived_are_the_same(method):
    frame = panel()
    derived = dm.estimate(spec(method=method), frame)
    given = dm.estimate(spec(method=method, cohort="start"), frame)
    blank = dm.estimate(
        spec((), method=method, cohort="start"), frame.assign(start=frame["start"].replace(0, np.nan))
    )
    pd.testing.assert_frame_equal(derived.coefficients, given.coefficients)
    np.testing.assert_allclose(derived.coefficients["estimate"], blank.coefficients["estimate"])
    assert blank.coefficients.index[0] == "ATT"
    assert noted(blank.notes, "never_treated")


def test_results_survive_a_round_trip_through_json():
    result = dm.estimate(spec(draws=199, base_period="universal"), panel())
    back = result_from_dict(result_to_dict(result))
    assert back.specification == result.specification
    pd.testing.assert_frame_equal(
        back.tables["event_study"], result.tables["event_study"], check_index_type=False
    )


def test_bands_are_wider_than_intervals_and_follow_their_seed():
    one, same, other = (
        dm.estimate(spec(base_period="universal", draws=499, seed=seed), panel()).tables["event_study"]
        for seed in (1, 1, 2)
    )
    shown = one[~one["reference"]]
    assert (shown["band_high"] - shown["band_low"] > shown["conf_high"] - shown["conf_low"]).all()
    pd.testing.assert_frame_equal(one, same, check_exact=True)
    assert not np.allclose(shown["band_low"], other.loc[shown.index, "band_low"])


def test_the_joint_test_of_the_statistics_is_the_wald_test_of_the_rows():
    result = dm.estimate(spec(method="imputation"), panel(years=8))
    before = [name for name in result.coefficients.index if name.startswith("event_time[-")]
    assert dm.wald_test(result, before).p_value == pytest.approx(result.statistics["pretrend_p"])


def test_the_aggregate_asked_for_stands_on_the_row_of_the_treatment():
    frame = panel()
    for name in ("simple", "dynamic", "group", "calendar"):
        result = dm.estimate(spec(aggregate=name), frame)
        assert (
            result.coefficients.loc["pilot", "estimate"] == result.tables["aggregates"].loc[name, "estimate"]
        )
        assert result.statistics[f"att_{name}"] == result.coefficients.loc["pilot", "estimate"]


def test_tables_show_the_treatment_beside_other_estimators(tmp_path):
    frame = panel()
    plain = dm.Specification("y", "pilot", entity="city", time="year", fixed_effects=("city", "year"))
    results = {"OLS": dm.estimate(plain, frame), "CS": dm.estimate(spec(), frame)}
    text = dm.RegressionTable(results).save(tmp_path / "t.md", language="zh").read_text(encoding="utf-8")
    assert "相对处理的时期" not in text
    assert "影响函数标准误" in text
    asked = dm.RegressionTable(results, keep=("pilot", "event_time[0]")).save(
        tmp_path / "t.md", language="zh"
    )
    assert "相对处理的时期=0" in asked.read_text(encoding="utf-8")


def test_anticipation_moves_the_base_period():
    frame = panel()
    frame["y"] += 5.0 * (frame["year"] == frame["start"] - 1)
    biased = dm.estimate(spec(method="imputation"), frame).coefficients.loc["pilot", "estimate"]
    allowed = dm.estimate(spec(method="imputation", anticipation=1), frame).coefficients.loc[
        "pilot", "estimate"
    ]
    assert abs(allowed - 0.5) < 0.5 < abs(biased - 0.5)


def test_periods_with_gaps_keep_their_last_period_before_treatment_as_reference():
    every = panel(years=8)
    even = every.assign(
        year=2 * every["year"] - 2001, start=(2 * every["start"] - 2001).where(every["start"] > 0, 0)
    )
    for method in METHODS[:-2] + METHODS[-1:]:
        base = {"base_period": "universal"} if method == "callaway_santanna" else {}
        one, two = (
            dm.estimate(spec(method=method, **base), frame).tables["event_study"] for frame in (every, even)
        )
        np.testing.assert_allclose(one["estimate"], two["estimate"])
        assert two.index[two["reference"]].tolist() == [-2.0]
    uneven = every[every["year"] != 2003].assign(start=every["start"].replace({2003: 2005}))
    uneven["pilot"] = ((uneven["start"] > 0) & (uneven["year"] >= uneven["start"])).astype(int)
    with refused(EstimationError, "did.references_apart"):
        dm.estimate(spec(method="sun_abraham"), uneven)
    assert noted(dm.estimate(spec(method="imputation"), uneven).notes, "no_pretrend")


def test_units_treated_before_and_after_the_sample_are_named():
    frame = panel(starts=(2000, 2003, 2004, 2009, 0))
    result = dm.estimate(spec((), cohort="start"), frame)
    notes = " ".join(note.en for note in result.notes)
    assert "treated from their first period on" in notes
    assert "6 units are first treated after the sample ends (2006)" in notes
    assert result.statistics["n_treated"] == 12
    assert result.statistics["n_never_treated"] == 12
    assert [each.n_rows for each in result.dropped] == [36]


@pytest.mark.parametrize("method", METHODS)
def test_units_treated_after_the_sample_count_exactly_as_never_treated(method):
    frame = panel(starts=(2003, 2004, 2009, 0), units=40)
    never = frame.assign(start=frame["start"].replace(2009, 0))
    later, same = (dm.estimate(spec((), cohort="start", method=method), each) for each in (frame, never))
    pd.testing.assert_frame_equal(later.coefficients, same.coefficients, check_exact=True)
    assert later.statistics == same.statistics
    assert later.statistics["n_cohorts"] == 2
    assert later.notes[1:] == same.notes
    assert noted(later.notes, "never_treated", who=10, last=2006)


def test_unbalanced_panels_use_what_is_there_and_say_so():
    frame = panel().drop(index=[3, 50, 100])
    notes = " ".join(note.en for note in dm.estimate(spec(), frame).notes)
    assert "lacks 3 unit-periods" in notes


def test_without_never_treated_units_the_remedy_is_named_and_works():
    frame = panel(starts=(2003, 2004, 2006))
    with refused(EstimationError, "did.no_never_treated"):
        dm.estimate(spec(), frame)
    assert np.isfinite(
        dm.estimate(spec(control_group="not_yet_treated"), frame).coefficients.loc["pilot", "estimate"]
    )
    notes = " ".join(note.en for note in dm.estimate(spec(method="sun_abraham"), frame).notes)
    assert "last cohort (2006) is the reference" in notes
    imputed = dm.estimate(spec(method="imputation"), frame)
    assert noted(imputed.notes, "not_estimated")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (
            lambda f: f.assign(pilot=f["pilot"].where(~((f["city"] == 0) & (f["year"] == 2006)), 0)),
            Fault.of("did.treatment_switches_off", n_units=1, n_off=1),
        ),
        (lambda f: f.assign(pilot=f["pilot"] * 0.5), "did.treatment_not_binary"),
        (lambda f: f.assign(pilot=0), "did.no_cohort_within_sample"),
        (lambda f: pd.concat([f, f.iloc[:2]]), "design.repeated_keys"),
        (lambda f: f.rename(columns={"pilot": "pilots"}), Fault.of("names.unknown_column", near="pilots")),
    ],
)
def test_bad_treatments_are_named_with_their_remedy(change, kind):
    with refused((SpecificationError, EstimationError), kind):
        dm.estimate(spec(), change(panel()))


def test_a_cohort_that_moves_within_a_unit_is_named():
    frame = panel()
    frame.loc[frame["city"] == 3, "start"] = frame["year"]
    with refused(SpecificationError, "did.cohort_changes_within_units", n=1):
        dm.estimate(spec((), cohort="start"), frame)


def test_a_treatment_that_contradicts_its_cohort_is_refused():
    with refused(SpecificationError, "did.cohort_disagrees_with_treatment"):
        dm.estimate(spec(cohort="start"), panel().assign(start=lambda f: f["start"].replace(2003, 2002)))


def test_an_unknown_cohort_column_names_the_nearest():
    with refused(SpecificationError, "names.unknown_column", near="start"):
        dm.estimate(spec((), cohort="starts"), panel())


def test_one_cluster_and_crossing_clusters_are_refused():
    frame = panel()
    with refused(EstimationError, "inference.one_cluster"):
        dm.estimate(spec().replace(covariance=dm.Clustered("country")), frame.assign(country="CN"))
    with refused(SpecificationError, "did.clusters_cut_units"):
        dm.estimate(spec().replace(covariance=dm.Clustered("year")), frame)
    with refused(SpecificationError, "did.covariance_not_clustered"):
        dm.estimate(spec().replace(covariance=dm.Robust()), frame)


def test_few_treated_units_are_warned_about():
    frame = panel(units=40, starts=(0,) * 10)
    frame["pilot"] = ((frame["city"] < 3) & (frame["year"] >= 2004)).astype(int)
    assert noted(dm.estimate(spec(), frame).notes, "few_treated")


@pytest.mark.parametrize(
    "options",
    [
        {"method": "callaway"}, {"anticipation": -1}, {"aggregate": "mean"}, {"level": 1.0}, {"draws": 5},
        {"method": "imputation", "control_group": "never_treated"}, {"window": (2, 1)},
        {"method": "sun_abraham", "base_period": "varying"}, {"method": "stacked", "window": (0, 1)},
        {"method": "stacked", "covariate_method": "regression"},
    ],
)  # fmt: skip
def test_options_that_do_nothing_or_do_not_exist_are_refused(options):
    with pytest.raises(SpecificationError):
        dm.StaggeredDifferenceInDifferences(**options)


def test_what_a_method_does_not_take_is_refused():
    frame = panel().assign(x=1.0)
    with refused(SpecificationError, "did.controls_not_taken"):
        dm.estimate(spec(method="dechaisemartin_dhaultfoeuille").replace(controls=("L.y",)), frame)
    with refused(SpecificationError, "estimators.weights_not_taken"):
        dm.estimate(spec().replace(weights="x"), frame)
    with refused(SpecificationError, "did.aggregate_not_offered"):
        dm.estimate(spec(method="two_way", aggregate="group"), frame)
    with refused(SpecificationError, "did.number_of_treatments"):
        dm.estimate(spec(("pilot", "x")), frame)
    with refused(EstimationError, "did.no_cohort_in_window"):
        dm.estimate(spec(method="stacked", window=(4, 4)), frame)


def test_controls_without_a_role_beside_unit_effects_are_noted():
    result = dm.estimate(spec(method="sun_abraham").replace(controls=("province",)), panel())
    assert noted(result.notes, "constant_controls")


def test_tools_name_bad_input():
    frame = panel()
    plain = dm.Specification("y", "pilot", entity="city", time="year", fixed_effects=("city", "year"))
    with refused(SpecificationError, "policy.controls_not_taken"):
        dm.bacon_decomposition(plain.replace(controls=("province",)), frame)
    with refused(EstimationError, "did.not_balanced"):
        dm.bacon_decomposition(plain, frame.drop(index=5))
    with refused(SpecificationError, "arguments.value_outside", argument="leads"):
        dm.placebo_in_time(plain, frame, leads=(0,))
    with refused(EstimationError, "policy.no_rows_for_lead", lead=9):
        dm.placebo_in_time(plain, frame, leads=(9,))
    with refused(SpecificationError, "policy.periods_compared_in_turn"):
        dm.honest_did(dm.estimate(spec(), frame))
    with refused(SpecificationError, "policy.not_an_event_study"):
        dm.honest_did(dm.estimate(plain, frame))
    with refused(EstimationError, "policy.too_few_controls"):
        dm.few_treated_test(plain, frame[frame["city"] < 12])
    with refused(SpecificationError, "policy.size_not_positive"):
        dm.few_treated_test(plain, frame.assign(people=0.0), size="people")


def test_synthetic_control_names_bad_input():
    frame = panel()
    options = {"entity": "city", "time": "year", "treated": 0, "treated_from": 2003}
    with refused(SpecificationError, "frames.column_not_there", name="cty"):
        dm.synthetic_control(frame, "y", **(options | {"entity": "cty"}))
    with refused(SpecificationError, "policy.treated_unit", got="99"):
        dm.synthetic_control(frame, "y", **(options | {"treated": 99}))
    with refused(EstimationError, "policy.too_few_periods"):
        dm.synthetic_control(frame, "y", **(options | {"treated_from": 2002}))
    with refused(EstimationError, "policy.too_few_donors"):
        dm.synthetic_control(frame, "y", donors=[1], **options)
    with refused(SpecificationError, "policy.importance_of_predictors"):
        dm.synthetic_control(frame, "y", importance={"y[1999]": 1.0}, **options)
    gap = dm.synthetic_control(frame.drop(index=20), "y", **options)
    assert noted(gap.notes, "left_out", n_units=1)
    (said,) = (note for note in gap.notes if note.kind == "left_out")
    assert [unit.en for unit in said.values["names"]] == ["3"]


def test_matching_and_balancing_name_bad_input():
    frame = pd.DataFrame({"d": [1, 1, 0, 0, 0], "x": [5.0, 6, 1, 2, 3], "z": [1.0, 2, 1, 2, np.nan]})
    with refused(EstimationError, "policy.groups_separated"):
        dm.propensity_score_matching(frame, "d", ["x"])
    with refused(EstimationError, "policy.means_not_reachable"):
        dm.entropy_balance(frame, "d", ["x"])
    with refused(SpecificationError, "policy.neighbours_without_replacement"):
        dm.propensity_score_matching(frame, "d", ["z"], method="kernel", replacement=False)
    with refused(SpecificationError, "policy.treatment_not_binary"):
        dm.entropy_balance(frame, "x", ["z"])
    found = dm.propensity_score_matching(frame, "d", ["z"])
    assert noted(found.notes, "dropped", lost=1)
    assert found.weights[4] == 0
    assert replace(found).weights.index.equals(frame.index)


@pytest.mark.parametrize("method", ["imputation", "two_stage", "dechaisemartin_dhaultfoeuille", "two_way"])
def test_two_units_have_no_standard_error_and_are_refused(method):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"unit": np.repeat([1, 2], 10), "year": np.tile(np.arange(10), 2)})
    frame["treat"] = (frame["year"] >= frame["unit"].map({1: 5, 2: 7})).astype(int)
    frame["y"] = frame["treat"] + rng.normal(size=20)
    spec = dm.Specification(
        "y", "treat", entity="unit", time="year",
        estimator=dm.StaggeredDifferenceInDifferences(method=method),
    )  # fmt: skip
    with refused(EstimationError, "did.no_spread"):
        dm.estimate(spec, frame)


def words(result):
    return " ".join(note.en for note in result.notes)


def test_an_effect_of_one_unit_has_no_error_however_its_influence_is_rounded():
    # the only unit of cohort 2004 is compared with the only never-treated unit that is seen after 2004
    frame = panel(units=24, starts=(2003, 0, 0))
    frame.loc[frame["city"] == 0, "start"] = 2004
    frame = frame[(frame["city"] <= 1) | (frame["year"] <= 2003)]
    result = dm.estimate(spec((), cohort="start", method="imputation", draws=199), frame)
    alone = result.coefficients.loc["cohort[2004]"]
    assert np.isfinite(alone["estimate"])
    assert alone[["std_error", "statistic", "p_value", "conf_low", "conf_high"]].isna().all()
    assert np.isnan(result.tables["group"].loc[2004.0, "std_error"])
    assert "have no standard error" in words(result)
    assert 1.5 < result.statistics["band_critical_value"] < 5


@pytest.mark.parametrize("method", METHODS)
def test_an_outcome_without_noise_gives_the_effect_and_no_error(method):
    frame = panel().assign(y=lambda f: 3.0 * f["city"] + 0.1 * f["year"] + 2.0 * f["pilot"])
    result = dm.estimate(spec(method=method, **({"window": (1, 1)} if method == "stacked" else {})), frame)
    assert result.coefficients.loc["pilot", "estimate"] == pytest.approx(2.0)
    if method != "stacked":  # its regression has no unit effects, so that levels of units are noise in it
        assert result.coefficients["p_value"].isna().all()
        assert "have no standard error" in words(result)
        assert "min_detectable_effect" not in result.statistics


def test_few_treated_clusters_are_warned_about_though_many_units_are_treated():
    frame = panel(units=60, starts=(2003, 0, 0)).assign(
        province=lambda f: f["city"] % 3 + 3 * (f["city"] % 4)
    )
    by_city = dm.estimate(spec((), cohort="start"), frame)
    by_province = dm.estimate(spec((), cohort="start").replace(covariance=dm.Clustered("province")), frame)
    assert by_city.statistics["n_treated"] == 20
    assert "treated" not in words(by_city).replace("never-treated", "")
    assert "Only 4 treated clusters" in words(by_province)


def test_leads_that_untreated_rows_do_not_identify_are_named():
    frame = panel(years=3, starts=(2002, 2003))
    result = dm.estimate(spec((), cohort="start", method="imputation"), frame)
    assert "do not identify are left out: event times −2" in words(result)
    assert not [name for name in result.coefficients.index if "-" in name]


def test_leads_that_outnumber_clusters_have_no_joint_test_and_the_note_says_so():
    frame = panel(units=12, years=9, starts=(2008, 0)).assign(province=lambda f: f["city"] % 3)
    crossed = spec((), cohort="start", method="imputation").replace(covariance=dm.Clustered("province"))
    result = dm.estimate(crossed, frame)
    assert "pretrend_p" not in result.statistics
    assert "No joint test of the 6 effects before treatment" in words(result)


def test_imputation_refuses_a_period_that_no_unit_links_to_others():
    frame = panel(units=8, years=4, starts=(2003, 0)).query("city < 4 and (year < 2004 or city == 0)")
    alone = pd.DataFrame({"city": [9], "year": [2004], "start": [0], "y": [1.0]})
    with refused(EstimationError, "did.imputation_not_identified"):
        dm.estimate(spec((), cohort="start", method="imputation"), pd.concat([frame, alone]))


def test_gaps_are_noted_by_both_methods_that_compare_two_periods():
    frame = panel().drop(index=[3, 50, 100])
    for method in ("callaway_santanna", "dechaisemartin_dhaultfoeuille"):
        assert "lacks 3 unit-periods" in words(dm.estimate(spec(method=method), frame))


@pytest.mark.parametrize("method", ["two_way", "stacked"])
def test_a_placebo_of_an_aggregate_that_the_method_lacks_is_refused(method):
    with refused(SpecificationError, "did.aggregate_not_offered"):
        dm.placebo_in_space(spec(method=method, aggregate="group"), panel(), replications=19)


def test_placebo_draws_leave_out_units_dealt_a_start_before_they_are_seen():
    # of four cities three enter in 2005: dealt 2003 or 2004 they have nothing to impute from
    frame = (
        panel(units=24)
        .query("city < 12 or year >= 2005 or city % 3 < 2")
        .assign(y=lambda f: f["y"] + 1000.0 * f["city"])
    )
    found = dm.placebo_in_space(spec((), cohort="start", method="imputation"), frame, replications=99)
    # levels of units in the thousands must not reach a draw
    assert found.placebo["estimate"].abs().max() < 10


@pytest.mark.parametrize("method", METHODS)
def test_a_missing_outcome_in_the_first_treated_period_does_not_move_the_start(method):
    frame = panel(units=30, years=7)
    frame.loc[(frame["city"] % 6 == 0) & (frame["year"] == frame["start"]), "y"] = np.nan
    derived, given = (
        dm.estimate(spec("pilot", method=method, cohort=cohort), frame) for cohort in (None, "start")
    )
    pd.testing.assert_frame_equal(derived.coefficients, given.coefficients, check_exact=True)


def test_a_treatment_that_switches_off_after_a_missing_outcome_is_named():
    frame = panel().assign(pilot=lambda f: ((f["start"] > 0) & (f["year"] == f["start"])).astype(int))
    frame["y"] = frame["y"].where(frame["pilot"] == 0)
    with refused(SpecificationError, "did.treatment_switches_off"):
        dm.estimate(spec(), frame)


def unknown_switch(how):
    """Effects of 1, 2, 3 … by event time without noise; cities 0, 3, 6 do not say whether their first year is treated."""
    frame = panel(years=8, starts=(2004, 2005, 0)).assign(pilot=lambda f: f["pilot"].astype(float))
    event = (frame["year"] - frame["start"] + 1).where(frame["start"] > 0, 0).clip(lower=0)
    frame["y"] = event + frame["city"] + 0.1 * (frame["year"] - 2001) ** 2
    at = frame["city"].isin((0, 3, 6)) & (frame["year"] == frame["start"])
    if how == "two years":
        at |= frame["city"].isin((0, 3, 6)) & (frame["year"] == frame["start"] - 1)
    if how == "no row":
        return frame[~at].reset_index(drop=True)
    return frame.assign(pilot=frame["pilot"].where(~at))


@pytest.mark.parametrize("how", ["missing", "two years", "no row"])
@pytest.mark.parametrize("method", METHODS)
def test_a_unit_whose_switch_is_not_known_is_left_out(method, how):
    frame = unknown_switch(how)
    found = dm.estimate(spec(method=method), frame)
    known = dm.estimate(spec(method=method), frame[~frame["city"].isin((0, 3, 6))])
    pd.testing.assert_frame_equal(found.coefficients, known.coefficients, rtol=1e-8)
    said = [note for note in found.notes if "not known in the period before its first 1" in note.en]
    assert len(said) == 1
    assert "3 units" in said[0].en
    assert "(0, 3, 6)" in said[0].en
    assert "cohort=" in said[0].zh


def test_effects_by_event_time_keep_their_dates_where_a_switch_is_missing():
    found = dm.estimate(spec(method="sun_abraham"), unknown_switch("missing")).tables["event_study"]
    after = found[found.index >= 0]["estimate"]
    assert after.to_numpy() == pytest.approx(after.index.to_numpy() + 1, abs=1e-9)


def test_a_missing_treatment_away_from_the_switch_keeps_the_unit():
    frame = panel(years=8).assign(pilot=lambda f: f["pilot"].astype(float))
    away = frame["city"].isin((0, 3)) & frame["year"].isin((2001, 2006))  # treated from 2003
    found = dm.estimate(spec(), frame.assign(pilot=frame["pilot"].where(~away)))
    assert found.statistics["n_treated"] == dm.estimate(spec(), frame).statistics["n_treated"]
    assert not [note for note in found.notes if "not known" in note.en]


@pytest.mark.parametrize("tool", [dm.bacon_decomposition, dm.placebo_in_space, dm.placebo_in_time])
def test_tools_around_the_estimators_leave_such_units_out_too(tool):
    frame = unknown_switch("missing").assign(
        y=lambda f: f["y"] + np.random.default_rng(0).normal(size=len(f))
    )
    options = {"replications": 99} if tool is dm.placebo_in_space else {}
    options |= {"leads": (1,)} if tool is dm.placebo_in_time else {}
    fixed = spec(method="two_way").replace(fixed_effects=("city", "year"), estimator=dm.LeastSquares())
    specification = spec(method="imputation") if tool is dm.placebo_in_space else fixed
    found = tool(specification, frame, **options)
    known = tool(specification, frame[~frame["city"].isin((0, 3, 6))], **options)
    table = "placebo" if tool is dm.placebo_in_space else "estimates"
    table = "comparisons" if tool is dm.bacon_decomposition else table
    pd.testing.assert_frame_equal(getattr(found, table), getattr(known, table), rtol=1e-8)


def test_where_no_switch_is_known_a_cohort_is_asked_for():
    frame = panel(starts=(2003, 0)).assign(pilot=lambda f: f["pilot"].astype(float))
    blank = frame.assign(pilot=frame["pilot"].where((frame["start"] == 0) | (frame["year"] != 2003)))
    with refused(SpecificationError, "did.nobody_dated"):
        dm.estimate(spec(), blank)
    assert dm.estimate(spec(cohort="start"), blank).statistics["n_treated"] == 15
