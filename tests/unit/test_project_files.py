"""What a project's own files may do: name files below their folder and hold values, nothing else."""

import ast
import dataclasses
import inspect
import json

import pytest
from refused import refused
from trees import package_trees

import digimfg as dm
from digimfg.errors import AnalysisError, DigimfgError, SourceError
from digimfg.fetching import Part, find_publisher
from digimfg.fetching.staging import Staging
from digimfg.fetching.vintages import find_vintage, list_vintages, store_vintage
from digimfg.files import canonical_json
from digimfg.project import Project
from digimfg.replication.record import load_results, recorded_files
from digimfg.replication.run import remove_orphans, run_analysis
from digimfg.replication.serialise import from_plain, result_to_dict, to_plain
from digimfg.text import Text

SPEC = dm.Specification("log_tfp", "internet_users_share_2009:after_1995", entity="country", time="year", fixed_effects=("country", "year"))  # fmt: skip
ANALYSIS = dm.Analysis(
    title=Text("One", "一"),
    panel="world",
    specifications={"a": SPEC},
    exhibits=(dm.RegressionTable("one_table", columns=("a",)),),
)
NAMES = [
    "../thesis.docx", "tables/../../thesis.docx", "/etc/passwd", "{root}/thesis.docx", "out/thesis.docx", "out", "..", ".", "",
    "C:\\thesis.docx", "..\\thesis.docx", "thesis.docx\x00.tex", "tables", "nul", None, 3, ["x"], {"en": "x"},
]  # fmt: skip


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path)
    project.analyses.mkdir()
    (project.analyses / "one.py").touch()
    run_analysis(project, "one", ANALYSIS)
    (tmp_path / "thesis.docx").write_text("years of work")
    (project.output / "out").symlink_to(tmp_path)
    return project


def tamper(project, **changes):
    path = project.results / "one.json"
    path.write_text(
        canonical_json({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8"
    )


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_stored_result_cannot_have_other_files_removed(project, name):
    named = name.format(root=project.root) if isinstance(name, str) else name
    tables = sorted(project.tables.iterdir())
    tamper(project, files=["tables/one_table_en.tex", named])
    if name != "tables":  # a folder of the output, which is no file
        assert recorded_files(project, "one") == []
    run_analysis(project, "one", ANALYSIS)
    tamper(project, files=["tables/one_table_en.tex", named])
    (project.analyses / "one.py").unlink()
    remove_orphans(project)
    assert (project.root / "thesis.docx").read_text() == "years of work"
    assert project.tables.is_dir()
    assert {path.name for path in tables} >= {path.name for path in project.tables.iterdir()}


def test_files_of_an_earlier_run_go_when_they_are_its_own(project):
    project.tables.joinpath("old_en.tex").write_text("")
    tamper(project, files=["tables/old_en.tex"])
    run_analysis(project, "one", ANALYSIS)
    assert not project.tables.joinpath("old_en.tex").exists()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"files": ["../thesis.docx"]}', "\ufeff{", "null", "[" * 5000, '{"files": "tables"}', '{"files": {"a": 1}}'],
)  # fmt: skip
def test_a_damaged_record_is_told_and_made_again(project, text):
    (project.results / "one.json").write_text(text, encoding="utf-8")
    with pytest.raises(AnalysisError) as caught:
        load_results("one", project)
    assert caught.value.kind.startswith("file_forms.")
    assert "one.json" in caught.value.where.en
    run_analysis(project, "one", ANALYSIS)
    assert list(load_results("one", project)) == ["a"]


def made(kind):
    """Return a value of a class, made with what it needs."""
    weights = dm.contiguity_weights({"a": ["b"], "b": ["a", "c"], "c": ["b"]})
    given = {
        "Clustered": dm.Clustered(("country", "year")), "DriscollKraay": dm.DriscollKraay(2),
        "Conley": dm.Conley(cutoff_km=3, latitude="y", longitude="x"), "GMMInstruments": dm.GMMInstruments("x", 2, 4),
        "WeightMatrix": weights, "SpatialPanel": dm.SpatialPanel(weights=weights),
        "DynamicGMM": dm.DynamicGMM(instruments=(dm.GMMInstruments("y"), dm.GMMInstruments("x", 1)), exogenous="z"),
        "GroupDifference": dm.GroupDifference(group="g"), "Mediation": dm.Mediation(mediators="m"),
        "Moderation": dm.Moderation(moderator="z"), "PanelThreshold": dm.PanelThreshold(threshold_variable="q", regime_dependent="x"),
        "CorrelatedRandomEffects": dm.CorrelatedRandomEffects(dm.Probit()),
        "DynamicPanelThreshold": dm.DynamicPanelThreshold(threshold_variable="q", instruments=(dm.GMMInstruments("y"),)),
        "InstrumentedThreshold": dm.InstrumentedThreshold(threshold_variable="q", regime_dependent="x"),
        "PanelSmoothTransition": dm.PanelSmoothTransition(transition_variable="q", regime_dependent="x"),
    }  # fmt: skip
    return given[kind] if kind in given else getattr(dm, kind)()


ESTIMATORS = sorted(
    name
    for name in dir(dm)
    if inspect.isclass(getattr(dm, name)) and dataclasses.is_dataclass(getattr(dm, name)) and hasattr(getattr(dm, name), "fit")
)  # fmt: skip
PARTS = (
    "Unadjusted",
    "Robust",
    "Clustered",
    "WildBootstrap",
    "DriscollKraay",
    "Conley",
    "GMMInstruments",
    "WeightMatrix",
)


@pytest.mark.parametrize("kind", [*ESTIMATORS, *PARTS])
def test_what_makes_up_a_specification_comes_back(kind):
    value = made(kind)
    back = from_plain(json.loads(json.dumps(to_plain(value))))
    assert type(back) is type(value)
    assert to_plain(back) == to_plain(value)


def other_names():
    """Return every public name that is no value of a specification, and names beside the public ones."""
    public = [name for name in dir(dm) if name not in (*ESTIMATORS, *PARTS, "Specification")]
    return [*public, "__builtins__", "__loader__", "Path", "open", "os", "eval", "files", "cli", "write_text", "Design", "", "digimfg.Poisson"]  # fmt: skip


@pytest.mark.parametrize("where", ["estimator", "covariance", "weights", "outcome"])
def test_no_stored_result_calls_anything_else(project, monkeypatch, where):
    stored = json.loads((project.results / "one.json").read_text(encoding="utf-8"))
    called = []
    for name in other_names():
        value = getattr(dm, name, None)
        if callable(value) and not inspect.isclass(value):
            monkeypatch.setitem(dm.__dict__, name, lambda *_, name=name, **__: called.append(name))
        changed = json.loads(json.dumps(stored))
        changed["specifications"]["a"]["specification"][where] = {
            "type": name,
            "path": str(project.root / "made"),
        }
        tamper(project, specifications=changed["specifications"])
        with pytest.raises(DigimfgError):
            load_results("one", project)
    assert not called
    assert not (project.root / "made").exists()


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("specification", {"outcome": "y"}), ("specification", {"type": "Poisson"}), ("specification", {"type": ["Poisson"]}),
        ("specification", {"type": "Specification", "outcome": 3, "regressors": []}), ("specification", {"type": "Specification", "x": 1}),
        ("specification", {"type": "DataFrame", "index_names": [], "index": [], "columns": [], "rows": []}),
        ("coefficients", {"type": "DataFrame", "index_names": [None], "index": [1], "columns": ["a"], "rows": [[]]}),
        ("coefficients", {"type": "DataFrame", "index_names": [None, "b"], "index": [1], "columns": ["a"], "rows": [[1]]}),
        ("coefficients", {"type": "DataFrame", "index_names": [None], "index": [{"type": "Poisson"}], "columns": [], "rows": []}),
        ("statistics", {"r2": "x"}), ("statistics", {"r2": {"number": "one"}}),
        ("notes", [{"en": 3}]), ("notes", ["text"]), ("versions", {"numpy": 2}), ("data_hash", 3), ("tables", []), ("dropped", [{}]),
    ],
)  # fmt: skip
def test_a_result_of_another_shape_is_told(project, part, value):
    stored = json.loads((project.results / "one.json").read_text(encoding="utf-8"))
    stored["specifications"]["a"][part] = value
    tamper(project, specifications=stored["specifications"])
    with pytest.raises(DigimfgError) as caught:
        load_results("one", project)
    assert "one.json" in caught.value.where.en


def part(**changes):
    return Part(
        **{
            "name": "X",
            "file": "X.csv",
            "content": b"country,year,value\n",
            "updated": "2026-10-08",
            **changes,
        }
    )


OUTSIDE = ["../../away.csv", "/tmp/away.csv", "..", "", "a\\b", "C:x.csv", "NUL", "link/x.csv"]


@pytest.mark.parametrize("name", OUTSIDE, ids=ascii)
@pytest.mark.parametrize("field", ["file", "updated"])
def test_a_staged_part_that_leads_elsewhere_is_asked_for_again(tmp_path, field, name):
    home = tmp_path / "fetched" / "world_bank"
    (home / ".staging").mkdir(parents=True)
    (home / "2026-10-08").mkdir()
    for folder in (home, home / "2026-10-08"):
        (folder / "link").symlink_to(tmp_path)
    staging = Staging(home / ".staging", "https://host")
    staging.keep("X", part())
    assert staging.find("X") == part()
    path = home / ".staging" / "X.json"
    proof = json.loads(path.read_text(encoding="utf-8"))
    proof["part"][field] = name
    path.write_text(json.dumps(proof), encoding="utf-8")
    assert staging.find("X") is None
    with pytest.raises(SourceError):
        store_vintage(
            find_publisher("world_bank"),
            "https://host",
            "2026-11-29",
            [part(**{field: name})],
            tmp_path / "fetched",
        )
    assert not (tmp_path / "away.csv").exists()
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"address": "https://host"}', b"\xff", b'{"part": {"file": 3}}']
)
def test_a_damaged_staging_record_is_as_good_as_none(tmp_path, content):
    staging = Staging(tmp_path, "https://host")
    staging.keep("X", part())
    (tmp_path / "X.json").write_bytes(content)
    assert staging.find("X") is None


@pytest.mark.parametrize("name", [*OUTSIDE, None, 3], ids=ascii)
def test_a_manifest_reads_no_file_but_its_own(tmp_path, name):
    store_vintage(find_publisher("world_bank"), "https://host", "2026-11-29", [part()], tmp_path)
    home = tmp_path / "world_bank" / "2026-10-08"
    (home / "link").symlink_to(tmp_path)
    assert find_vintage("world_bank", folder=tmp_path).verify() is None
    path = home / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["parts"]["X"]["file"] = name
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        list_vintages("world_bank", tmp_path)
    assert "manifest.json, line " in caught.value.where.en


@pytest.mark.parametrize("name", ["../../../pyproject", "/etc/passwd", "..", "nul", "a/b"])
def test_a_dictionary_is_a_shipped_one_or_a_toml_file(name):
    with refused(dm.MeasureError, "names.unknown_name"):
        dm.load_dictionary(name)


# Names below a folder that are made from what a file says, and nothing else: all go through `below`.
FROM_FILES = {"file", "files", "updated", "vintage", "name", "path"}


def test_no_path_is_joined_from_a_part_of_a_record():
    found = []
    for path, tree in package_trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
                continue
            right = node.right.args[0] if isinstance(node.right, ast.Call) and node.right.args else node.right
            if (
                isinstance(right, ast.Subscript)
                and isinstance(right.slice, ast.Constant)
                and right.slice.value in FROM_FILES
            ):
                found.append(f"{path}:{node.lineno}")
    assert found == []


def test_a_result_still_comes_back_whole(project):
    result = load_results("one", project)["a"]
    assert (
        result_to_dict(result)
        == json.loads((project.results / "one.json").read_text(encoding="utf-8"))["specifications"]["a"]
    )
