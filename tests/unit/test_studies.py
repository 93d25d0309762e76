"""Studies: declared in an analysis, run with it, shown by exhibits, recorded and compared."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.replication.load import load_analysis
from digimfg.replication.record import study_record

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
    with pytest.raises(dm.AnalysisError, match=f"nearest names: {nearest}"):
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
