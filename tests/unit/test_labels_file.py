"""One dictionary per project: columns, values and codes by their names in every note, table and figure; faults by line."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text as Drawn
from refused import refused

import digimfg as dm
from digimfg.display.table import cell_text
from digimfg.errors import Fault
from digimfg.labels import value_label
from digimfg.project import Project
from digimfg.replication.labels import project_labels, unlabelled_columns
from digimfg.replication.load import load_analyses
from digimfg.replication.run import run_analysis
from digimfg.text import Text
from digimfg.thesis import create_thesis

PROVINCES = ["110000", "310000", "440000", "330000", "500000", "610000", "210000", "530000"]
LABELS = """\
[columns.dig]
label = { en = "Digital economy", zh = "数字经济" }
symbol = "Dig"
unit = "0-1"
definition = { en = "By entropy weights.", zh = "熵值法。" }
direction = 1

[columns.prov]
label = { en = "Province", zh = "省份" }
codes_of = "province"

[columns.area]
label = { en = "Region", zh = "地区" }

[values.area]
1 = { en = "East", zh = "东部" }
2 = { en = "West", zh = "西部" }
"""


def data():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"prov": np.repeat(PROVINCES, 10), "year": np.tile(range(2010, 2020), 8)})
    frame["area"] = np.repeat([1, 1, 1, 1, 2, 2, 2, 2], 10)
    frame["dig"] = rng.uniform(size=80)
    frame["upgrade"] = 0.5 * frame.dig + rng.normal(size=80)
    return frame


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "labels.toml"
    path.write_text(LABELS, encoding="utf-8")
    return path


@pytest.fixture
def frame(labels):
    return dm.label_columns(data(), labels)


def spec(**changes):
    base = dm.Specification(
        "upgrade", "dig", entity="prov", time="year", fixed_effects=("prov", "year"),
        covariance=dm.Clustered("prov", wild_bootstrap=None),
    )  # fmt: skip
    return base.replace(**changes)


def texts(table, language):
    cells = [cell for row in table.rows for cell in row.cells]
    cells += [span.text for spans in table.header for span in spans]
    return "\n".join(cell_text(each, language) for each in (table.title, *cells, *table.notes))


def drawn(chart, language):
    words = [each.get_text() for each in chart.draw(language).findobj(Drawn)]
    return "\n".join([*words, *(note.language(language) for note in chart.notes)])


CODE = re.compile(r"(?<!\d)(?:11|31|44|33|50|61|21|53)0000(?!\d)")


WITHOUT = "not (prov in {'110000', '310000'})"
CHECKS = (
    dm.RobustnessCheck.without("prov", ["110000", "310000"]),
    dm.RobustnessCheck.window("prov != '440000'"),
    dm.RobustnessCheck.leave_one_out("prov"),
)
EXHIBITS = {
    "regression": lambda f: dm.RegressionTable({"(1)": dm.estimate(spec(sample=WITHOUT), f)}),
    "coefficients": lambda f: dm.ResultTable(
        dm.estimate(spec(regressors="dig:i(prov)", fixed_effects="year"), f)
    ),
    "battery": lambda f: dm.RobustnessTable(dm.robustness_battery(spec(), f, CHECKS)),
    "leave one out": lambda f: dm.LeaveOneOutPlot(dm.leave_one_out(spec(), f, by="prov")),
    "groups": lambda f: dm.TrendPlot(
        f[f.prov < "340000"], variable="dig", group="prov", entity="prov", time="year"
    ),
    "synthetic": lambda f: dm.SyntheticControlPlot(
        dm.synthetic_control(f, "upgrade", entity="prov", time="year", treated="110000", treated_from=2016)
    ),
    "filtered": lambda f: dm.DescriptiveTable(
        dm.Evidence(results={"a": dm.estimate(spec(sample=WITHOUT), f)}, frame=f), specification="a"
    ),
}


@pytest.mark.parametrize("name", EXHIBITS)
def test_no_code_shows_where_a_name_exists(frame, name):
    exhibit = EXHIBITS[name](frame)
    built = exhibit.show(exhibit.evidence)
    for language in ("en", "zh"):
        said = texts(built, language) if exhibit.kind == "table" else drawn(built, language)
        assert not CODE.search(said), said


def test_a_shipped_key_needs_no_file():
    """The filter of a note names the province of its code."""
    frame = data().rename(columns={"prov": "province"})
    result = dm.estimate(
        spec(entity="province", fixed_effects=("province", "year"), covariance=dm.Clustered("province"),
             sample="not (province in {110000})"),
        frame.assign(province=frame["province"].astype(int)),
    )  # fmt: skip
    said = texts(dm.RegressionTable({"(1)": result}).show(dm.Evidence(results={"(1)": result})), "zh")
    assert "北京" in said
    assert "110000" not in said


@pytest.mark.parametrize(
    ("column", "value", "zh"),
    [("province", 110000, "北京"), ("city", "330100", "杭州市"), ("country", "CHN", "中国"), ("industry", "C39", "计算机"),
     ("postcode", "110000", "110000"), ("country", "德国", "德国")],
)  # fmt: skip
def test_units_are_called_by_name_where_their_column_holds_codes(column, value, zh):
    assert value_label(value, column=column).zh.startswith(zh)


def test_names_symbols_units_and_values_reach_tables(frame):
    result = dm.estimate(spec(), frame)
    assert "数字经济" in texts(
        dm.RegressionTable({"(1)": result}).show(dm.Evidence(results={"(1)": result})), "zh"
    )
    table = dm.VariableTable(frame, variables=("dig",))
    row = table.show(table.evidence).rows[0].cells
    assert [Text.of(cell).zh for cell in row] == ["数字经济", "Dig", "0-1", "熵值法。"]
    trend = dm.TrendPlot(frame, variable="dig", group="area", entity="prov", time="year")
    assert {"东部", "西部"} <= set(drawn(trend.show(trend.evidence), "zh").split("\n"))


@pytest.mark.parametrize(
    "text", ["[columns.数字]\n", "[columns.dig]\nlabel = “数字”", "[columns.dig]\nlabel ＝ '数字'"]
)
def test_chinese_without_straight_quotes_is_told_how_to_be_written(tmp_path, text):
    path = tmp_path / "labels.toml"
    path.write_text(text, encoding="utf-8")
    with refused(dm.AnalysisError, "file_forms.toml_not_in_ascii"):
        dm.label_columns(data(), path)


def test_readers_own_labels_come_first(frame):
    result = dm.estimate(spec(), frame)
    table = dm.RegressionTable({"(1)": result}, labels={"dig": "Mine"})
    assert "Mine" in texts(table.show(table.evidence), "en")


@pytest.mark.parametrize(
    ("text", "line", "kind"),
    [
        ("[columns.digg]\nlabel = 'x'", 1, Fault.of("variables.no_column", near="dig")),
        (
            "[columns.dig]\nlabel = 'x'\n\n[values.areas]\n1 = 'x'",
            4,
            Fault.of("variables.no_column", near="area"),
        ),
        (
            "[columns.dig]\nlabel = 'x'\n\n[values.area]\n1 = 'x'\n3 = 'x'",
            6,
            Fault.of("variables.no_value_of_column", near="1, 2"),
        ),
        ("[columns.dig]\nlable = 'x'", 2, Fault.of("file_forms.field_unknown", near="label")),
        ("[columns.dig]\nlabel = 7", 2, Fault.of("file_forms.not_text", value="7")),
        ("[columns.dig]\nlabel = ''", 2, "variables.no_words"),
        ("[columns.dig]\nlabel = { en = ' ', zh = '数字' }", 2, "variables.no_words"),
        ("[values.area]\n1 = ''", 2, "variables.no_words"),
        (
            "[columns.dig]\ncodes_of = 'provinces'",
            2,
            Fault.of("file_forms.not_a_choice", value="'provinces'"),
        ),
        (
            "[columns.数字]\nlabel = '数字'",
            1,
            Fault.of("file_forms.toml_not_in_ascii", line="[columns.数字]"),
        ),
        (
            "[columns.dig]\ndirection = 2",
            2,
            Fault.of("file_forms.not_a_choice", choices=("-1", "0", "1"), value="2"),
        ),
        ("[columns.dig\nlabel = 'x'", 1, "file_forms.toml_invalid"),
        ("[column.dig]\nlabel = 'x'", 1, Fault.of("file_forms.field_unknown", near="columns")),
        ("[columns.dig]\nlabel = { en = 'x' }", 2, Fault.of("file_forms.field_lacking", name="zh")),
    ],
)
def test_faults_name_the_line_and_the_nearest(tmp_path, text, line, kind):
    path = tmp_path / "labels.toml"
    path.write_text(text, encoding="utf-8")
    with refused(dm.DigimfgError, kind, where=f"labels.toml, line {line}"):
        dm.label_columns(data(), path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with refused(dm.DigimfgError, "file_forms.file_not_there", where="labels.toml"):
        dm.label_columns(data(), tmp_path / "labels.toml")


ANALYSIS = """\
import digimfg as dm

ANALYSIS = dm.Analysis(
    title=dm.Text("A", "甲"),
    panel="world",
    specifications={"one": dm.Specification("log_tfp", "internet_users_pct", entity="country", time="year",
        fixed_effects=("country", "year"), covariance=dm.Clustered("country", wild_bootstrap=None),
        sample="country != 'CHN'")},
    exhibits=(dm.RegressionTable("t", columns=("one",)),),
)
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "analyses").mkdir()
    (tmp_path / "analyses" / "one.py").write_text(ANALYSIS, encoding="utf-8")
    return Project(tmp_path)


def test_a_projects_tables_use_its_file(project):
    (project.root / "labels.toml").write_text(
        '[columns.internet_users_pct]\nlabel = { en = "Netizens", zh = "网民占比" }\n\n'
        '[values.country]\nCHN = { en = "Mainland", zh = "中国大陆" }\n', encoding="utf-8",
    )  # fmt: skip
    assert unlabelled_columns(project) == ()
    run_analysis(project, "one", load_analyses(project)["one"])
    said = (project.tables / "t_zh.md").read_text(encoding="utf-8")
    assert "网民占比" in said
    assert "中国大陆" in said
    assert "CHN" not in said


def test_check_refuses_a_label_for_no_column_and_lists_nameless_ones(project):
    (project.root / "labels.toml").write_text("[columns.internet_user_pct]\nlabel = 'x'\n", encoding="utf-8")
    with refused(dm.AnalysisError, "variables.no_column", where="line 1"):
        unlabelled_columns(project)


def test_check_lists_every_column_that_a_specification_names_once(tmp_path):
    (tmp_path / "analyses").mkdir()
    (tmp_path / "analyses" / "one.py").write_text("""\
import digimfg as dm

frame = dm.load_panel("world")[["country", "year", "log_tfp"]]
frame = frame.assign(of_sample=1, of_effect=frame["country"], of_cluster=frame["country"], of_weight=1.0, of_term=2.0)
spec = dm.Specification("log_tfp", ("of_term", "of_term:year"), entity="country", time="year", sample="of_sample == 1",
    fixed_effects="of_effect:year", covariance=dm.Clustered("of_cluster"), weights="of_weight")
panel = dm.DerivedPanel(frame, (), keys=("country", "year"), name="own")
ANALYSIS = dm.Analysis(title=dm.Text("A", "甲"), panel=panel, specifications={"one": spec})
""", encoding="utf-8")  # fmt: skip
    assert unlabelled_columns(Project(tmp_path)) == (
        "of_cluster", "of_effect", "of_sample", "of_term", "of_weight",
    )  # fmt: skip


def test_the_file_that_init_lays_down_is_one(tmp_path):
    path = next(each for each in create_thesis(tmp_path / "t") if each.name == "labels.toml")
    assert project_labels(Project(path.parent)).variables() == {}
    lines = [
        line[2:] for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"# (\[|\w+ = )", line)
    ]
    frame = data().assign(digital_index=1.0, region="east", 数字化水平=1.0)
    (tmp_path / "example.toml").write_text("\n".join(lines), encoding="utf-8")
    named = dm.label_columns(frame, tmp_path / "example.toml").attrs["variables"]
    assert set(named) == {"digital_index", "数字化水平", "prov", "region"}
