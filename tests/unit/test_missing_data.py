"""Missing data by a declared policy: what is filled, what tables say of it, and how it is undone."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import Fault
from digimfg.exhibits import Evidence
from digimfg.project import Project
from digimfg.replication.record import load_results
from digimfg.replication.run import run_analysis
from digimfg.replication.snapshots import snapshot
from digimfg.replication.vintages import coefficient_changes

LINEAR = dm.MissingPolicy(method="linear", columns="x")
KEYS = {"entity": "p", "time": "year", "fixed_effects": ("p", "year")}


def holed(seed=5, units=20, years=8, every=4):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "p": np.repeat([f"{n:02d}" for n in range(units)], years),
            "year": np.tile(range(2010, 2010 + years), units),
            "x": rng.normal(size=units * years).cumsum(),
            "z": rng.normal(size=units * years),
        }
    )
    frame["y"] = frame["x"] + rng.normal(size=len(frame))
    inside = ~frame["year"].isin((2010, 2009 + years))
    frame.loc[inside & (np.arange(len(frame)) % every == 0), "x"] = np.nan
    return frame


def fill(frame, *policies, **options):
    return dm.fill_missing(frame, policies or LINEAR, **{"entity": "p", **options}).frame


def said(result):
    return [note.en for note in result.notes if note.en.startswith("Filled")]


def spec(*regressors, outcome="y", **options):
    return dm.Specification(outcome, regressors or ("x",), **{**KEYS, **options})


# What is filled


def test_a_policy_that_fills_nothing_changes_no_value():
    frame = holed()
    filled = dm.fill_missing(frame, dm.MissingPolicy(columns="x"), entity="p")
    pd.testing.assert_series_equal(filled.frame["x"], frame["x"])
    assert filled.frame["x_filled"].sum() == 0
    assert said(dm.estimate(spec(), filled.frame)) == []


def test_a_column_without_gaps_keeps_its_type():
    frame = holed().assign(n=1)
    assert fill(frame, dm.MissingPolicy(method="linear", columns="n"))["n"].dtype == frame["n"].dtype


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), gap=st.integers(1, 3), method=st.sampled_from(("linear", "geometric")))
def test_only_bounded_gaps_inside_a_series_are_filled_and_all_of_them_are_flagged(seed, gap, method):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"p": np.repeat(["a", "b", "c"], 12), "year": np.tile(range(2010, 2022), 3)})
    truth = 2.0 + frame["year"] - 2010 if method == "linear" else 1.1 ** (frame["year"] - 2010)
    frame["x"] = truth.where(rng.random(36) > 0.4)
    frame = frame[rng.random(36) > 0.1].sample(frac=1.0, random_state=int(seed % 1000))
    policy = dm.MissingPolicy(method=method, max_gap=gap, columns=("x",))
    filled = dm.fill_missing(frame, policy, entity="p")
    result = filled.frame
    flagged = result["x_filled"] == 1
    pd.testing.assert_series_equal(result["x"].where(~flagged), frame["x"])
    np.testing.assert_allclose(result["x"].dropna(), truth.loc[result["x"].dropna().index])
    for unit, rows in frame.dropna(subset="x").groupby("p"):
        inside = {
            year
            for first, last in itertools.pairwise(np.sort(rows["year"]))
            if last - first - 1 <= gap
            for year in range(first + 1, last)
        }
        there = set(frame.loc[frame["p"] == unit, "year"])
        assert set(result.loc[flagged & (result["p"] == unit), "year"]) == inside & there
    assert filled.counts["x"] == (frame["x"].notna().sum(), flagged.sum(), result["x"].isna().sum())


def test_nothing_is_extrapolated():
    frame = pd.DataFrame({"p": "a", "year": range(2010, 2016), "x": [None, 1.0, None, 3.0, None, None]})
    assert fill(frame)["x"].isna().tolist() == [True, False, False, False, True, True]


def test_several_keys_name_a_unit_and_rows_without_a_key_are_left_alone():
    frame = pd.DataFrame(
        {
            "country": ["A", "A", "A", "A", "A", "A", None, None, None],
            "sector": ["s", "t"] * 3 + ["s"] * 3,
            "year": [2010, 2010, 2011, 2011, 2012, 2012, 2010, 2011, 2012],
            "x": [1.0, 10.0, None, None, 3.0, 30.0, 5.0, None, 7.0],
        }
    )
    filled = fill(frame, entity=("country", "sector"))
    assert filled["x"].tolist()[:6] == [1.0, 10.0, 2.0, 20.0, 3.0, 30.0]
    assert filled["x"].isna().tolist()[6:] == [False, True, False]


@pytest.mark.parametrize(
    "options",
    [
        {"max_gap": 4},
        {"max_gap": True},
        {"method": "arima"},
        {"method": "linear"},
        {"columns": ("x", "x")},
        {"columns": 5},
    ],
)
def test_a_policy_beyond_its_bounds_is_refused(options):
    with pytest.raises(dm.MeasureError):
        dm.MissingPolicy(**options)


@pytest.mark.parametrize(
    ("change", "policies", "kind"),
    [
        ({}, (dm.MissingPolicy(method="linear", columns="w"),), "measures.columns_to_fill_unknown"),
        ({}, (LINEAR, dm.MissingPolicy(method="geometric", columns="x")), "measures.columns_filled_twice"),
        ({"x_filled": 1}, (LINEAR,), Fault.of("measures.columns_filled_twice", flag_name="x_filled")),
        ({"x": "much"}, (LINEAR,), "measures.filled_columns_not_numbers"),
        ({"year": 2010}, (LINEAR,), Fault.of("measures.rows_to_fill_repeated", value="p × year")),
        ({}, (dm.MissingPolicy(method="geometric", columns="z"),), "measures.logs_of_values_not_positive"),
    ],
)
def test_what_cannot_be_filled_is_told(change, policies, kind):
    with refused(dm.MeasureError, kind):
        fill(holed().assign(**change), *policies)


# What results say of it


def test_a_result_counts_the_filled_cells_of_the_panel_and_of_its_own_sample():
    frame = fill(holed())
    result = dm.estimate(spec("x", "z", sample="year >= 2014"), frame)
    flagged = frame["x_filled"] == 1
    inside = flagged & (frame["year"] >= 2014)
    panel, sample = said(result)
    assert f"{flagged.sum()} of {len(frame)} values of x in the panel" in panel
    assert sample == f"Filled-in values of x enter {inside.sum()} of {int(result.statistics['n_obs'])} rows"
    assert all("填补值" in note.zh for note in result.notes if note.en.startswith("Filled"))


def test_counts_in_a_table_equal_the_flags_of_each_columns_sample():
    frame = fill(holed())
    frame.loc[frame.index % 7 == 0, "z"] = np.nan
    results = {"(1)": dm.estimate(spec("x"), frame), "(2)": dm.estimate(spec("x", "z"), frame)}
    flags = [int(frame.loc[rows, "x_filled"].sum()) for rows in (frame.index, frame["z"].notna())]
    sizes = [int(result.statistics["n_obs"]) for result in results.values()]
    assert flags[0] > flags[1]
    notes = " ".join(note.en for note in dm.RegressionTable(results).show(Evidence(results=results)).notes)
    assert f"enter {flags[0]}/{flags[1]} of {sizes[0]}/{sizes[1]} rows" in notes
    assert notes.count("values of x in the panel") == 1


@pytest.mark.parametrize(
    "term", ["L.x", "L2.x", "F.x", "D.x", "D2.x", "z:L.x", "L.(x:z)", "L.log(e)", "x^2", "e:i(year)"]
)
def test_the_rows_counted_are_those_that_the_undone_column_loses(term):
    frame = holed()
    frame["e"] = np.exp(frame["x"])
    policies = (LINEAR, dm.MissingPolicy(method="geometric", columns="e"))
    whole, undone = (
        dm.estimate(spec(term, fixed_effects="p", observed_only=only), fill(frame, *policies))
        for only in (False, True)
    )
    lost = int(whole.statistics["n_obs"] - undone.statistics["n_obs"])
    assert lost > 0
    assert f"enter {lost} of {int(whole.statistics['n_obs'])} rows" in said(whole)[1]


@pytest.mark.parametrize(
    "given_spec",
    [
        spec("z", outcome="x"),
        spec("z", controls="x:z"),
        spec("z", weights="x"),
        spec("z", sample="x > -100"),
        spec("z", estimator=dm.Mediation(mediators="x", replications=20)),
        dm.Specification(
            "y", (), endogenous="z", instruments="L.x", estimator=dm.TwoStageLeastSquares(), **KEYS
        ),
    ],
    ids=["outcome", "control", "weights", "sample", "option of the estimator", "instrument"],
)
def test_a_filled_column_is_told_in_whatever_part_it_stands(given_spec):
    frame = fill(holed().assign(x=lambda rows: rows["x"] + 50))
    assert len(said(dm.estimate(given_spec, frame))) == 2
    assert said(dm.estimate(spec("z"), frame)) == []


def test_an_index_of_filled_columns_is_flagged_told_and_undone_by_them():
    frame = fill(holed())
    frame["index"] = frame["x"] + 2 * frame["z"]
    assert said(dm.estimate(spec("index"), frame)) == []
    marked = dm.mark_filled(frame, "index", ("x", "z"))
    panel, sample = said(dm.estimate(spec("index"), marked))
    assert "values of index in the panel" in panel
    assert "computed from filled-in values of x" in panel
    flags = int(frame["x_filled"].sum())
    assert f"enter {flags} of {len(frame)} rows" in sample
    undone = dm.estimate(spec("index", observed_only=True), marked)
    assert undone.statistics["n_obs"] == len(frame) - flags
    with refused(dm.MeasureError, "measures.no_columns_of_policy"):
        dm.mark_filled(frame, "index", ("z",))


def test_an_index_says_which_of_its_indicators_were_filled():
    made = dm.composite_index(
        fill(holed()), dm.IndexDefinition("index", (dm.Indicator("x"), dm.Indicator("z")))
    )
    assert ["values of x in the panel" in note.en for note in made.notes].count(True) == 1
    made = dm.entropy_weights(fill(holed()), {"z": 1})
    assert not any("values of" in note.en for note in made.notes)


def test_rows_that_an_estimator_leaves_out_are_not_counted():
    frame = fill(holed())
    frame["n"] = np.where(frame["p"] < "05", 0, 1 + frame.index % 3)
    result = dm.estimate(spec("x", outcome="n", estimator=dm.Poisson()), frame)
    kept = frame["p"] >= "05"
    assert result.statistics["n_obs"] == kept.sum()
    assert f"enter {frame.loc[kept, 'x_filled'].sum()} of {kept.sum()} rows" in said(result)[1]
    assert len(said(result)) == 2


@pytest.mark.parametrize(
    "estimator",
    [
        dm.Poisson(),
        dm.RandomEffects(),
        dm.QuantileRegression(quantile=0.5),
        dm.Moderation(moderator="z"),
        dm.PanelThreshold(threshold_variable="z", regime_dependent="x", replications=20, seed=1),
        dm.GroupDifference(group="group", replications=20, seed=1),
        dm.BiasCorrectedLSDV(replications=20),
        dm.DynamicGMM(instruments=(dm.GMMInstruments("y", first=2, last=3),), collapse=True),
    ],
    ids=lambda each: type(each).__name__,
)
def test_every_estimator_passes_on_what_was_filled(estimator):
    frame = fill(holed(units=30))
    frame = frame.assign(group=(frame["p"] > "14").astype(int), y=np.exp(frame["y"] / 10))
    regressors, effects = ("x",), ("p",)
    if isinstance(estimator, dm.DynamicGMM | dm.BiasCorrectedLSDV):
        regressors = ("L.y", "x")
    if isinstance(estimator, dm.DynamicGMM | dm.RandomEffects):
        effects = ()
    made = spec(*regressors, fixed_effects=effects, estimator=estimator)
    result = dm.estimate(made, frame)
    assert len(said(result)) == 2
    undone = dm.estimate(made.replace(observed_only=True), frame)
    never = dm.estimate(made, frame.assign(x=frame["x"].where(frame["x_filled"] == 0)))
    pd.testing.assert_frame_equal(undone.coefficients, never.coefficients, check_exact=True)


# How it is undone


@pytest.mark.parametrize("regressors", [("x",), ("x", "L.x"), ("D.x",), ("z", "z:L2.x")])
def test_the_undone_column_is_the_one_that_nothing_was_filled_for(regressors):
    frame = holed()
    undone = dm.estimate(spec(*regressors, observed_only=True), fill(frame))
    never = dm.estimate(spec(*regressors), frame)
    pd.testing.assert_frame_equal(undone.coefficients, never.coefficients, check_exact=True)
    assert undone.provenance.data_hash == never.provenance.data_hash
    (note,) = said(undone)
    assert note.startswith("Filled-in values of x are missing again: ")


def test_a_lag_of_a_filled_cell_is_lost_in_the_undone_column_though_its_own_row_was_observed():
    frame = fill(holed())
    filter_only = dm.estimate(spec("L.x", sample="x_filled == 0"), frame)
    undone = dm.estimate(spec("L.x", observed_only=True), frame)
    lagged = frame.groupby("p")["x_filled"].shift()
    assert undone.statistics["n_obs"] == (lagged == 0).sum()
    kept = frame.loc[frame["x_filled"] == 0, "p"].index
    assert (lagged[kept] == 1).any()
    assert filter_only.provenance.data_hash != undone.provenance.data_hash


def test_what_was_filled_must_be_declared_to_be_undone():
    with refused(dm.SpecificationError, "filled.nothing_declared_filled"):
        dm.estimate(spec(observed_only=True), holed())
    with refused(dm.SpecificationError, "filled.nothing_declared_filled"):
        dm.estimate(spec(observed_only=True), fill(holed()).drop(columns="x_filled"))
    with refused(dm.SpecificationError, "filled.nothing_declared_filled"):
        dm.estimate(spec("z", observed_only=True), fill(holed()).drop(columns=["x", "x_filled"]))


def test_a_regression_table_marks_the_column_without_filled_values():
    frame = fill(holed())
    results = {"a": dm.estimate(spec(), frame), "b": dm.estimate(spec(observed_only=True), frame)}
    table = dm.RegressionTable(results).show(Evidence(results=results))
    (row,) = [row for row in table.rows if row.cells[0] == dm.Text("Without filled-in values", "剔除填补值")]
    assert [str(cell) for cell in row.cells[1:]] == ["No", "Yes"]
    plain = dm.RegressionTable({"a": results["a"]})
    assert not any("Without filled" in str(row.cells[0]) for row in plain.show(plain.evidence).rows)


def test_the_battery_undoes_it_where_the_specification_uses_filled_cells_and_only_there():
    frame = fill(holed())
    without = dm.RobustnessCheck.without_filled()
    for regressors in (("x", "z"), ("z", "z:L.x")):
        checks = dm.standard_checks(spec(*regressors), frame)
        assert checks.count(without) == 1
    assert without not in dm.standard_checks(spec("z"), frame)
    assert without not in dm.standard_checks(spec("x", observed_only=True), frame)
    assert without not in dm.standard_checks(spec("x"), holed())
    found = dm.robustness_battery(spec("L.x", "z"), frame, (without,), n_jobs=2)
    never = dm.estimate(spec("L.x", "z"), holed())
    row = found.coefficients.loc["Without filled-in values"]
    assert row["n_obs"] == never.statistics["n_obs"]
    assert row["estimate"] == never.coefficients.loc["L.x", "estimate"]


def test_the_check_is_skipped_with_its_reason_where_nothing_was_filled():
    found = dm.robustness_battery(spec("x", "z"), holed(), (dm.RobustnessCheck.without_filled(),))
    (row,) = found.rows
    assert row.numbers is None
    assert "none declared" in row.said.en


def test_studies_of_a_filled_frame_say_so():
    frame = fill(holed())
    for answer in (
        dm.leave_one_out(spec("x", "z"), frame, by="p"),
        dm.specification_curve(spec("x"), frame, controls=("z",), draws=0),
        dm.robustness_battery(spec("x", "z"), frame, (dm.RobustnessCheck.lagged(1),)),
    ):
        assert noted(answer.notes, "filled_column", column="x")


# Tables and figures


@pytest.mark.parametrize(
    ("exhibit", "told"),
    [
        (lambda f: dm.DescriptiveTable(f), 1),
        (lambda f: dm.DescriptiveTable(f, variables=("z",)), 0),
        (lambda f: dm.TrendPlot(f, variable="L.x", entity="p", time="year"), 1),
        (lambda f: dm.TrendPlot(f, variable="z", entity="p", time="year"), 0),
        (lambda f: dm.ScatterPlot(f, x="z", y="D.x", entity="p", time="year"), 1),
        (lambda f: dm.CoverageTable(f, entity="p", time="year"), 1),
        (lambda f: dm.CorrelationTable(f, variables=("x", "z")), 1),
        (lambda f: dm.CoefficientPlot({"a": dm.estimate(spec("L.x"), f)}), 1),
        (lambda f: dm.CoefficientPlot({"a": dm.estimate(spec("z"), f)}), 0),
        (lambda f: dm.RegressionTable({"a": dm.estimate(spec("x"), f)}), 1),
        (lambda f: dm.RobustnessTable(dm.robustness_battery(spec(), f, (dm.RobustnessCheck.lagged(1),))), 1),
        (lambda f: dm.LeaveOneOutPlot(dm.leave_one_out(spec("x"), f, by="p")), 1),
    ],
)
def test_an_exhibit_tells_once_of_the_filled_columns_that_it_uses(exhibit, told):
    shown = exhibit(fill(holed()))
    notes = [note.en for note in shown.show(shown.evidence).notes]
    assert sum(note.count("values of x in the panel") for note in notes) == told


def test_a_table_of_tests_tells_of_the_results_that_hold_their_terms():
    frame = fill(holed())
    results = {"a": dm.estimate(spec("x"), frame), "b": dm.estimate(spec("z"), frame)}
    for name, term, told in (("a", "x", 1), ("b", "z", 0)):
        evidence = Evidence(results=results, tests={"t": dm.wald_test(results[name], term)})
        notes = " ".join(note.en for note in dm.TestTable("tests").show(evidence).notes)
        assert notes.count("values of x in the panel") == told


def test_flags_are_no_variables_of_their_own_in_a_table_of_all_columns():
    frame = fill(holed())
    for table in (dm.DescriptiveTable(frame), dm.CoverageTable(frame, entity="p", time="year")):
        assert not any("x_filled" in map(str, row.cells) for row in table.show(table.evidence).rows)


# An analysis

USERS = "internet_users_pct"
POLICY = dm.MissingPolicy(method="linear", max_gap=2, columns=USERS)
SHUFFLED = dm.Reassignment(across="rows", within=("year",))
MAIN = dm.Specification(
    "log_gdp_per_capita", USERS, entity="country", time="year", fixed_effects=("country", "year")
)


def analysis(**options):
    specifications = {"main": MAIN, "other": MAIN.replace(regressors="human_capital")}
    if options.get("missing"):
        specifications["observed"] = MAIN.replace(observed_only=True)
    return dm.Analysis(
        title=dm.Text("Users", "用户"),
        panel="world",
        specifications=specifications,
        studies={
            "placebo": dm.Study(
                dm.randomization_test, "main", term=USERS, reassign=SHUFFLED, replications=20, seed=1
            )
        },
        exhibits=(
            dm.RegressionTable(
                "users", columns=("main", *(name for name in specifications if name == "observed"))
            ),
            dm.RegressionTable("others", columns=("other",)),
            dm.DescriptiveTable("described", variables=("log_tfp", USERS)),
            dm.PlaceboPlot("placebo"),
        ),
        **options,
    )


def run(folder, declared):
    (folder / "analyses").mkdir(parents=True)
    project = Project(folder)
    run_analysis(project, "users", declared)
    return project, json.loads((project.results / "users.json").read_text(encoding="utf-8"))


def test_an_analysis_fills_as_declared_records_it_and_tells_it_in_every_exhibit_that_uses_it(tmp_path):
    project, record = run(tmp_path, analysis(missing=POLICY))
    world = dm.load_panel("world")
    filled = dm.fill_missing(world, POLICY, entity="country")
    observed, added, missing = filled.counts[USERS]
    assert added > 0
    assert record["missing"]["policies"] == [
        {"type": "MissingPolicy", "method": "linear", "max_gap": 2, "columns": [USERS]}
    ]
    assert record["missing"]["columns"][USERS] == {
        "method": "linear", "max_gap": 2, "observed": observed, "filled": added, "missing": missing,
    }  # fmt: skip
    results = load_results("users", project)
    assert results["main"].coefficients.equals(dm.estimate(MAIN, filled.frame).coefficients)
    assert results["observed"].specification == MAIN.replace(observed_only=True)
    assert results["observed"].coefficients.equals(dm.estimate(MAIN, world).coefficients)
    for language, words in (
        ("en", f"{added} of {observed + added}"),
        ("zh", f"{observed + added}个取值中有{added}个"),
    ):
        for exhibit, told in (("users", 1), ("others", 0), ("described", 1)):
            text = (project.tables / f"{exhibit}_{language}.md").read_text(encoding="utf-8")
            assert text.count(words) == told, exhibit
        assert words in (project.figures / f"placebo_{language}.typ").read_text(encoding="utf-8")
    assert snapshot(record)["missing"] == record["missing"]


def test_where_nothing_is_declared_nothing_changes(tmp_path):
    texts = []
    for name, options in (("left_out", {}), ("empty", {"missing": ()})):
        project, record = run(tmp_path / name, analysis(**options))
        assert "missing" not in record
        assert "missing" not in snapshot(record)
        assert "observed_only" not in record["specifications"]["main"]["specification"]
        texts.append({path.name: path.read_bytes() for path in project.output.rglob("*") if path.is_file()})
    assert texts[0] == texts[1]
    assert not any(b"Filled" in text for text in texts[0].values())


def test_an_analysis_names_columns_of_its_panel(tmp_path):
    declared = analysis(missing=dm.MissingPolicy(method="linear", columns="internet_user_pct"))
    with refused(dm.DigimfgError, "measures.columns_to_fill_unknown"):
        run(tmp_path, declared)


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (
            {"panel": None, "missing": POLICY},
            Fault.of("analysis.policy_without_panel_columns", got="panel=None"),
        ),
        ({"panel": "world", "missing": ("linear",)}, Fault.of("arguments.kind_of_value", argument="missing")),
        ({"panel": "world", "missing": None}, Fault.of("arguments.kind_of_value", argument="missing")),
    ],
)
def test_an_analysis_takes_policies_for_a_panel_only(options, kind):
    with refused(dm.AnalysisError, kind):
        dm.Analysis(title=dm.Text("", ""), specifications={}, **options)


def test_a_panel_without_years_has_no_gaps_to_fill():
    declared = dm.Analysis(
        title=dm.Text("", ""), panel="world_input_output", specifications={}, missing=POLICY
    )
    with refused(dm.DigimfgError, "analysis.panel_without_years"):
        declared.filled(dm.load_panel("world_input_output"))


def test_vintages_are_compared_on_data_filled_as_declared():
    world = dm.load_panel("world")
    changes, failures = coefficient_changes({"users": analysis(missing=POLICY)}, "world", world, world)
    assert failures == ()
    filled = dm.fill_missing(world, POLICY, entity="country").frame
    row = changes[(changes["specification"] == "main")].iloc[0]
    assert row["before"] == dm.estimate(MAIN, filled).coefficients.loc[USERS, "estimate"]


def test_the_order_of_rows_changes_nothing():
    frame = holed()
    mixed = frame.sample(frac=1.0, random_state=3)
    pd.testing.assert_frame_equal(fill(mixed).sort_index(), fill(frame))
    one, two = (dm.estimate(spec("x", "L.x", "z"), fill(each)) for each in (frame, mixed))
    assert one.coefficients.equals(two.coefficients)
    assert one.notes == two.notes


def test_the_seed_of_hashes_changes_nothing():
    program = (
        "import pandas as pd, digimfg as dm\n"
        "f = pd.DataFrame({'p': list('aaaaabbbbb'), 'year': [*range(5)] * 2, 'y': [1., 2, 4, 3, 5, 2, 1, 4, 4, 7],\n"
        "  'x': [1, None, 3, 5, 4, 9, 2, None, 8, 3], 'w': [3, 1, None, 2, 2, 5, None, 1, 0, 4]})\n"
        "f = dm.fill_missing(f, dm.MissingPolicy(method='linear', columns=('x', 'w')), entity='p').frame\n"
        "r = dm.estimate(dm.Specification('y', ('x', 'w'), covariance=dm.Robust()), f)\n"
        "print(r.coefficients.to_json(), [note.en for note in r.notes], list(f.columns))\n"
    )
    said_by = [
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1", "PATH": "", "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, check=True, text=True,
        ).stdout
        for seed in ("1", "4242")
    ]  # fmt: skip
    assert said_by[0] == said_by[1]
    assert "values of x in the panel" in said_by[0]
