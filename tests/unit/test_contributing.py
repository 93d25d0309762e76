"""The templates of CONTRIBUTING are whole files that work together: laid down in a clone's place, they build, estimate, show and judge."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from complete import check_complete
from refused import refused

from digimfg.errors import DigimfgError, Fault
from digimfg.errors.catalogue import PARTS
from digimfg.text import Text
from digimfg.words import fields_of
from tests.unit.test_errors import made_in, worded_in, written_out_in
from tests.unit.test_notes import called, calls_in

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^`([\w./]+)`\n\n```\w+\n(.*?)```", re.DOTALL | re.MULTILINE)
TRIAL = """
import doctest
import importlib
import pathlib
import sys

import digimfg as dm

root = pathlib.Path(sys.argv[1])
assert pathlib.Path(dm.__file__).is_relative_to(root)

from digimfg.panels.build import write_panels, build_panel
from digimfg.panels.lineage import Ledger, find_lineage
from digimfg.panels.raw_cells import RawFiles
from digimfg.project import Project
from digimfg.replication.labels import unlabelled_columns
from digimfg.replication.load import load_analyses
from digimfg.replication.run import run_analysis

project = Project(root)
panel = build_panel("harbours", project.raw)
assert len(panel) == 9, panel
assert dm.describe_variable("traffic_tonnes").label.zh == "吞吐量"
ledger = Ledger(rules=find_lineage("harbours").rules, files=RawFiles(project.raw))
for row in panel.to_dict("records"):
    key = {"harbour": row["harbour"], "year": row["year"]}
    for column, value in row.items():
        assert ledger.column(column, key).value == value, (column, key)

measure = importlib.import_module("digimfg.measures.herfindahl")
assert doctest.testmod(measure).attempted == 1
assert doctest.testmod(measure).failed == 0
said = measure.herfindahl.__doc__
assert "References\\n" in said and "missing" in said  # what a test of all measures asks
try:
    measure.herfindahl([1.0, float("nan")])
except dm.MeasureError:
    pass
else:
    raise AssertionError("a missing value was taken")

for name in ("estimators.between", "exhibits.interval_table"):
    tried = doctest.testmod(importlib.import_module(f"digimfg.{name}"))
    assert tried.attempted and not tried.failed, name

from digimfg.estimators.between import Between
from digimfg.exhibits.interval_table import IntervalTable
from statsmodels.datasets import grunfeld

spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year", estimator=Between())
result = dm.estimate(spec, grunfeld.load_pandas().data)
assert result.statistics["n_entities"] == 11
means = grunfeld.load_pandas().data.groupby("firm")[["invest", "value", "capital"]].mean()
from statsmodels.api import OLS, add_constant

fit = OLS(means["invest"], add_constant(means[["value", "capital"]])).fit(cov_type="HC1", use_t=True)
assert abs(result.coefficients["estimate"] - fit.params.to_numpy()).max() < 1e-8 * abs(fit.params).max()
assert abs(result.coefficients["std_error"] / fit.bse.to_numpy() - 1).max() < 1e-6
assert all(note.kind for note in result.notes), result.notes
far = grunfeld.load_pandas().data.assign(value=lambda frame: frame["value"] + 1e9)
moved = dm.estimate(spec, far).coefficients / result.coefficients
assert abs(moved.loc[["value", "capital"], ["estimate", "std_error"]] - 1).max().max() < 1e-6, moved
for language in ("en", "zh"):
    IntervalTable(result).save(root / f"intervals_{language}.docx", language=language)
assert "HC1" in str(dm.RegressionTable({"(1)": result}))

from digimfg.panels import Panel
import digimfg.panels.build as builder

builder.shipped_panels = lambda: {"harbours": importlib.import_module("digimfg.panels.harbours").PANEL}
write_panels(project.raw, project.processed)
analyses = load_analyses(project)
run_analysis(project, "traffic", analyses["traffic"])
assert "吞吐量" in (project.tables / "traffic_growth_zh.md").read_text(encoding="utf-8")
assert unlabelled_columns(project) == ()

from digimfg.evidence.project import judge_project
from digimfg.paper.ledger import ledger_of

verdicts, _ = judge_project(project, ledger_of(project))
print(verdicts["H1"].headline.en)
"""


@pytest.fixture(scope="module")
def files():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return dict(BLOCK.findall(text))


def lay_down(files, root, **changed):
    for name, content in {**files, **changed}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


def test_there_is_a_template_for_every_kind(files):
    kinds = ("sources", "variables", "panels", "measures", "estimators", "exhibits")
    assert all(any(name.startswith(f"src/digimfg/{kind}/") for name in files) for kind in kinds)
    assert {"claims.toml"} <= set(files)
    assert any(name.startswith("analyses/") for name in files)


def run_in(clone, *arguments):
    env = {**os.environ, "PYTHONPATH": str(clone / "src"), "DIGIMFG_LANGUAGE": "en", "MPLBACKEND": "agg"}
    return subprocess.run(
        [sys.executable, *arguments],
        env=env, cwd=clone, capture_output=True, text=True, encoding="utf-8", timeout=240, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def clone(files, tmp_path_factory):
    """Return a copy of the package with the templates laid down in it."""
    root = tmp_path_factory.mktemp("clone")
    shutil.copytree(
        ROOT / "src" / "digimfg",
        root / "src" / "digimfg",
        ignore=shutil.ignore_patterns("__pycache__", "*.parquet"),
    )
    lay_down(files, root)
    return root


def test_templates_work_together(clone):
    found = run_in(clone, "-c", TRIAL, str(clone))
    assert found.returncode == 0, found.stderr[-3000:]
    assert found.stdout.strip()


def test_words_of_templates_stand_in_sheets_under_the_names_that_code_says(files):
    code = {name: ast.parse(text) for name, text in files.items() if re.fullmatch(r"src/.*\.py", name)}
    beside = [
        f"{name}:{line}" for name, tree in code.items() for line in (*written_out_in(tree), *worded_in(tree))
    ]
    beside += [name for name, tree in code.items() for node in ast.walk(tree) if called(node, "say")]
    assert beside == []
    notes, errors = (
        {
            f"{Path(name).stem}.{kind}": table
            for name, text in files.items()
            if name.startswith(f"src/digimfg/{folder}/words/")
            for kind, table in tomllib.loads(text).items()
        }
        for folder in ("notes", "errors")
    )
    said = {name: call for path, tree in code.items() for call in calls_in(tree, path) for name in call.names}
    assert set(said) == set(notes)
    for name, call in said.items():
        assert call.facts == set(fields_of(Text(notes[name]["en"], notes[name]["zh"])))
        assert notes[name]["kind"], "what an estimator notes has a kind"
    made = {kind: each for path, tree in code.items() for each in made_in(tree, path) for kind in each.kinds}
    assert set(made) == set(errors)
    for kind, each in made.items():
        facts = {field for part in errors[kind].values() for field in fields_of(Text(**part))}
        assert each.names == facts | (set(PARTS) - set(errors[kind]))


def test_a_list_of_tests_that_lacks_a_name_says_which_and_where_to_add_it():
    check_complete(["a", dict], ["dict", "a"], "a case")
    with pytest.raises(AssertionError, match="not yet listed: b; remedy: add a case to CASES"):
        check_complete(["a"], ["a", "b"], "a case to CASES")
    with pytest.raises(AssertionError, match=r"there is none .*: c"):
        check_complete(["a", "c"], ["a"], "a case to CASES")


def test_what_the_table_asks_for_beside_a_file_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    asked = re.findall(r"`((?:src|tests|docs|data|scripts)/[\w./]+?)/?`", " ".join(rows))
    assert len(asked) > 8
    assert [name for name in asked if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("old", "new", "line_of", "kind"),
    [
        (
            'testability = "A"',
            'testabilty = "A"',
            "testabilty",
            Fault.of("file_forms.field_unknown", near="testability, estimates"),
        ),
        (
            'kind = "structural"',
            'kind = "structurel"',
            "structurel",
            Fault.of("file_forms.not_a_choice", value="'structurel'"),
        ),
        ("sign = 1 ", "sign = 2 ", "sign = 2", Fault.of("evidence.no_sign", value="2")),
        (
            "smallest_effect = 0.02",
            'smallest_effect = "2%"',
            '"2%"',
            Fault.of("file_forms.not_a_number", value="'2%'"),
        ),
        (
            "robust_share = 0.75",
            "robust_share = 75",
            "robust_share = 75",
            Fault.of("file_forms.above_most", bound=1.0),
        ),
        (
            'layers = ["structure"]',
            'layers = ["structures"]',
            "structures",
            Fault.of("file_forms.not_a_choice", value="'structures'"),
        ),
        ('id = "H1"', 'id = ""', 'id = ""', Fault.of("file_forms.text_too_short", bound=1)),
        (
            "[[claims.estimates]]",
            "[[claims.estimate]]",
            "[[claims.estimate]]",
            Fault.of("file_forms.field_unknown", near="estimates, testability"),
        ),
        (
            'construct = "A"',
            'construct = "E"',
            'construct = "E"',
            Fault.of("file_forms.not_a_choice", value="'E'"),
        ),
    ],
)
def test_a_slip_in_claims_is_named_with_its_line_and_the_nearest(files, tmp_path, old, new, line_of, kind):
    from digimfg.paper.ledger import read_ledger

    text = files["claims.toml"]
    assert old in text
    changed = text.replace(old, new, 1)
    path = tmp_path / "claims.toml"
    path.write_text(changed, encoding="utf-8")
    line = next(n for n, each in enumerate(changed.splitlines(), start=1) if line_of in each)
    with refused(DigimfgError, kind, where=f"claims.toml, line {line}, "):
        read_ledger(path)
