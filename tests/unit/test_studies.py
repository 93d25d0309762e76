"""Studies: declared in an analysis, run with it, shown by exhibits, recorded and compared."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.project import Project
from digimfg.replication.load import load_analyses, load_analysis
from digimfg.replication.record import read_record, study_record
from digimfg.replication.run import run_analysis

ANALYSIS = """
import digimfg as dm
baseline = dm.Specification("log_tfp", "internet_users_pct", entity="country", time="year", fixed_effects=("country", "year"))
ANALYSIS = dm.Analysis(
    title=dm.Text("Question", "问题"),
    panel="world",
    specifications={{"baseline": baseline}},
    studies={{"placebo": dm.Study(dm.randomization_test, {specification!r}, term="internet_users_pct")}},
    exhibits=(dm.PlaceboPlot("placebo_figure", study={study!r}),),
)
"""


def panel():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(12), 8), "year": np.tile(np.arange(2000, 2008), 12)})
    frame["x"] = rng.normal(size=96)
    frame["y"] = 0.5 * frame["x"] + rng.normal(size=96)
    return frame


@pytest.mark.parametrize(
    ("specification", "study", "nearest"),
    [("basline", "placebo", "baseline"), ("baseline", "placebos", "placebo")],
)
def test_a_study_or_an_exhibit_that_names_nothing_is_an_error(tmp_path, specification, study, nearest):
    path = tmp_path / "question.py"
    path.write_text(ANALYSIS.format(specification=specification, study=study), encoding="utf-8")
    with refused(dm.AnalysisError, "names.unknown_name"):
        load_analysis(path)


def test_a_study_is_given_what_its_function_asks_for():
    frame = panel()
    spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects=("unit", "year"))
    result = dm.estimate(spec, frame)
    study = dm.Study(dm.minimum_detectable_effect, "baseline", term="x")
    assert study.run(spec, result, frame) == dm.minimum_detectable_effect(result, "x")
    again = dm.Study(dm.leave_one_out, "baseline", by="unit").run(spec, result, frame)
    assert again.statistics["n_left_out"] == 12


def test_two_studies_are_equal_when_they_ask_the_same():
    assert dm.Study(dm.leave_one_out, "a", by="unit") == dm.Study(dm.leave_one_out, "a", by="unit")
    assert dm.Study(dm.leave_one_out, "a", by="unit") != dm.Study(dm.leave_one_out, "a", by="year")


def test_the_record_of_a_study_keeps_numbers_and_notes_and_no_draws():
    spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects=("unit", "year"))
    test = dm.randomization_test(spec, panel(), "x", replications=50, seed=1)
    record = study_record(test)
    assert record["study"] == "RandomizationTest"
    assert record["p_value"] == test.p_value
    assert not any(isinstance(value, list) and len(value) == 50 for value in record.values())


def test_the_record_of_a_study_leaves_out_long_frames():
    @dataclass(frozen=True)
    class Answer:
        short: pd.DataFrame
        long: pd.DataFrame

    record = study_record(Answer(pd.DataFrame({"x": range(200)}), pd.DataFrame({"x": range(201)})))
    assert set(record) == {"study", "short"}


SEVERAL = """
import digimfg as dm
spec = dm.Specification(
    "upgrading_linear", "digital_index", controls="control", entity="province", time="year", covariance=dm.Unadjusted(),
)
ANALYSIS = dm.Analysis(
    title=dm.Text("Several", "多个"),
    panel=dm.DerivedPanel(dm.simulate_panel("china_province", seed=1), (), keys=("province", "year")),
    specifications={
        "fixed": spec.replace(fixed_effects="province"), "random": spec.replace(estimator=dm.RandomEffects()),
        "other": spec.replace(outcome="upgrading_threshold"), "plain": spec,
    },
    studies={
        "hausman": dm.Study(dm.hausman, ("fixed", "random"), method="robust"),
        "fit": dm.Study(dm.compare, ["plain", "fixed"]),
        "system": dm.Study(dm.estimate_system, ("plain", "other")),
        "opinion": dm.Study(dm.second_opinion, "fixed"),
        "serial": dm.Study(dm.serial_correlation_test, "fixed"),
        "margins": dm.Study(dm.margins, "fixed"),
        "path": dm.Study(dm.coefficient_path, "fixed", window=6, step=6),
    },
    exhibits=(
        *(dm.AnswerTable(f"table_{name}", study=name)
          for name in ("hausman", "fit", "system", "opinion", "serial", "margins", "path")),
        dm.CoefficientPathPlot("paths", study="path"),
    ),
)
"""


def test_answers_about_several_specifications_stand_in_an_analysis(tmp_path):
    (tmp_path / "analyses").mkdir()
    (tmp_path / "analyses" / "several.py").write_text(SEVERAL, encoding="utf-8")
    project = Project(tmp_path)
    written = {path.name for path in run_analysis(project, "several", load_analyses(project)["several"])}
    for name in ("hausman", "fit", "system", "opinion", "serial", "margins", "path"):
        assert {f"table_{name}_zh.docx", f"table_{name}_en.tex"} <= written
    assert "paths_zh.pdf" in written
    record = read_record(project, "several")
    assert record["studies"]["hausman"]["study"] == "HausmanTest"


@pytest.mark.parametrize(
    ("function", "named", "kind"),
    [(dm.hausman, "fixed", "analysis.study_needs_several_names"), (dm.estimate_system, None, "analysis.study_without_specification"), (dm.margins, ("a", "b"), "analysis.study_needs_one_name"),
     (dm.leave_one_out, ["a", "b"], "analysis.study_needs_one_name")],
)  # fmt: skip
def test_one_and_several_are_told_apart(function, named, kind):
    with refused(dm.AnalysisError, kind):
        dm.Study(function, named)


def test_each_name_of_several_is_looked_for(tmp_path):
    path = tmp_path / "question.py"
    path.write_text(SEVERAL.replace('("plain", "other")', '("plain", "othr")'), encoding="utf-8")
    with refused(dm.AnalysisError, "names.unknown_name", near="other"):
        load_analysis(path)


@pytest.mark.parametrize("names", [(), ("fixed",), ("fixed", "fixed")], ids=len)
def test_a_study_of_several_specifications_names_two_or_more_each_once(names):
    with refused(dm.AnalysisError, "analysis.study_needs_several"):
        dm.Study(dm.hausman, names)
