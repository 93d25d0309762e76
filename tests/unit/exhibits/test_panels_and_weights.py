"""Tables in panels, systems of indicators, and answers of the panel itself in an analysis."""

import pytest
from refused import refused

import digimfg as dm
from digimfg.display.table import cell_text

TWIN = dm.simulate_panel("china_province", seed=1)
SPEC = dm.Specification(
    "upgrading_linear", "digital_index", entity="province", time="year", fixed_effects=("province", "year")
)
RESULTS = {
    name: dm.estimate(SPEC.replace(outcome=outcome, controls=controls), TWIN)
    for name, outcome, controls in (
        ("a", "upgrading_linear", ()),
        ("b", "upgrading_linear", "control"),
        ("c", "upgrading_endogenous", ()),
        ("d", "upgrading_endogenous", "control"),
    )
}


def built(exhibit):
    return exhibit.show(exhibit.evidence)


def test_outcomes_stand_in_panels_of_one_table():
    table = built(
        dm.RegressionTable(
            RESULTS,
            panels={dm.Text("Quality", "质量"): ("a", "b"), dm.Text("Efficiency", "效率"): ("c", "d")},
            bootstrap_p=False,
        )
    )
    assert [cell_text(row.cells[0], "zh") for row in table.rows if row.heading] == [
        "Panel A：质量",
        "Panel B：效率",
    ]
    assert table.n_columns == 3
    numbers = [row.cells[1:] for row in table.rows if row.cells[0] == "" and row.cells[1:] == ("(3)", "(4)")]
    assert len(numbers) == 1
    whole = built(dm.RegressionTable(RESULTS, bootstrap_p=False))
    label = whole.rows[0].cells[0]
    first, second = (row.cells[1:] for row in table.rows if row.cells[0] == label)
    assert (*first, *second) == whole.rows[0].cells[1:]
    with refused(dm.ExhibitError, "exhibits.choice_unknown"):
        built(dm.RegressionTable(RESULTS, panels={"A": ("a", "b"), "B": ("c",)}))
    with refused(dm.ExhibitError, "exhibits.names_unknown", got="'e'"):
        built(dm.RegressionTable(RESULTS, panels={"A": ("e",)}))


DEFINITION = dm.IndexDefinition(
    "digital",
    (
        dm.IndexDefinition(
            "access", (dm.Indicator("broadband_subscribers_per_100"), dm.Indicator("mobile_phones_per_100"))
        ),
        dm.IndexDefinition("burden", (dm.Indicator("energy_intensity_tce_per_10k_yuan", -1),)),
    ),
)


def test_a_system_of_indicators_shows_target_dimension_direction_and_weight():
    scores = dm.composite_index(TWIN, DEFINITION)
    exhibit = dm.IndexWeightsTable(TWIN, definition=DEFINITION, labels={"access": dm.Text("Access", "接入")})
    table = built(exhibit)
    assert [cell_text(span.text, "zh") for span in table.header[0]] == [
        "目标层",
        "维度层",
        "指标层",
        "方向",
        "权重",
    ]
    assert [row.cells[-1] for row in table.rows] == [f"{value:.4f}" for value in scores.weights]
    access = scores.weights.iloc[:2].sum()
    assert cell_text(table.rows[0].cells[1], "zh") == f"接入（{access:.4f}）"
    assert [cell_text(row.cells[3], "zh") for row in table.rows] == ["正向", "正向", "负向"]
    assert table.rows[1].cells[:2] == ("", "")
    assert (
        table.rows == built(dm.IndexWeightsTable(scores, definition=DEFINITION, labels=exhibit.labels)).rows
    )


def test_a_study_of_the_panel_needs_no_specification():
    study = dm.Study(
        dm.entropy_weights, directions={"broadband_subscribers_per_100": 1, "mobile_phones_per_100": 1}
    )
    answer = study.run(None, None, TWIN)
    assert answer.weights.sum() == pytest.approx(1)
    table = dm.AnswerTable("weights", study="weights").show(dm.Evidence(studies={"weights": answer}))
    assert len(table.rows) == 2
    with refused(dm.AnalysisError, "analysis.study_without_specification", name="leave_one_out"):
        dm.Study(dm.leave_one_out, by="province")
