"""One analysis loaded by itself: checked against the names of all others, whose files are not run again."""

import pytest
from refused import refused

from digimfg.errors import AnalysisError
from digimfg.project import Project
from digimfg.replication import kept, load
from digimfg.replication.load import keep_names, load_alone, load_analyses

FILE = """
import digimfg as dm
import _shared

ANALYSIS = dm.Analysis(
    title=dm.Text("T", "题"), panel=None, specifications={}, exhibits=(dm.WaveTable("NAME"), dm.WaveTable(_shared.NAME)),
)
"""


@pytest.fixture
def again(tmp_path, monkeypatch):
    """Return a function that loads "one" alone and says which files were run."""
    project, run, whole = Project(tmp_path), [], load.load_analysis
    project.analyses.mkdir()
    for name in ("one", "two", "three"):
        text = FILE.replace("_shared.NAME", f"'also_{name}' + _shared.END").replace("NAME", name)
        (project.analyses / f"{name}.py").write_text(text, encoding="utf-8")
    (project.analyses / "_shared.py").write_text("END = ''\n")
    (project.analyses / "broken.py").write_text("(\n")

    def noted(path):
        run.append(path.stem)
        return whole(path)

    monkeypatch.setattr(load, "load_analysis", noted)

    def load_one():
        run.clear()
        load_alone(project, "one")
        return sorted(run)

    load_one.folder = project.analyses
    return load_one


def test_files_of_others_are_run_once_until_they_or_their_helpers_change(again, monkeypatch):
    every = ["broken", "one", "three", "two"]
    assert again() == every
    assert again() == ["one"]
    (again.folder / "two.py").write_text(
        f"# mine\n{(again.folder / 'two.py').read_text(encoding='utf-8')}", encoding="utf-8"
    )
    assert again() == ["one", "two"]
    (again.folder / "_shared.py").write_text("END = '_new'\n")
    assert again() == every
    monkeypatch.setattr(kept, "code_key", lambda: "another version")
    assert again() == every


def test_files_that_were_run_for_the_verdicts_are_not_run_again(again):
    project = Project(again.folder.parent)
    (again.folder / "broken.py").unlink()
    keep_names(project, load_analyses(project))
    assert again() == ["one"]


def test_a_name_that_another_has_is_refused_also_where_that_file_is_not_run(again):
    again()
    one = (again.folder / "one.py").read_text(encoding="utf-8")
    (again.folder / "one.py").write_text(one.replace("also_one", "also_two"), encoding="utf-8")
    with refused(AnalysisError, "replication.exhibit_names_repeated", exhibit_name="also_two"):
        again()
    with refused(AnalysisError, "names.unknown_name", name="oen"):
        load_alone(Project(again.folder.parent), "oen")
