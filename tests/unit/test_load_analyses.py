"""Analysis files are loaded whole, and what is wrong with them is said with file, line and remedy."""

import sys
from pathlib import Path

import pytest
from refused import refused

from digimfg.errors import AnalysisError
from digimfg.parallel import run_parallel
from digimfg.project import Project, find_project
from digimfg.replication.execute import execute
from digimfg.replication.load import load_analyses, load_analysis
from digimfg.text import Text

GOOD = """
import digimfg as dm
baseline = dm.Specification("log_tfp", "internet_users_pct", entity="country", time="year")
ANALYSIS = dm.Analysis(
    title=dm.Text("Question", "问题"),
    panel="world",
    specifications={"baseline": baseline, "lagged": baseline.replace(regressors=("L.internet_users_pct",))},
    exhibits=(dm.RegressionTable("%(name)s", columns=%(columns)s),),
    tests=%(tests)s,
)
"""


def good(name="main_table", columns='("baseline",)', tests="{}"):
    return GOOD % {"name": name, "columns": columns, "tests": tests}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "analyses").mkdir()
    return Project(tmp_path)


def write(project, name, text):
    path = project.analyses / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    return path


def fails(path: Path, where: str, got: str = "") -> None:
    """Expect that an analysis cannot be run, and where it fails."""
    with refused(AnalysisError, "replication.analysis_failed", where=where, got=got):
        load_analysis(path)


def test_analyses_come_in_alphabetical_order_and_helpers_are_no_analyses(project):
    write(project, "second", good("second"))
    write(project, "first", good("first"))
    write(project, "_shared", "raise RuntimeError('never run')")
    assert list(load_analyses(project)) == ["first", "second"]


def test_a_syntax_error_is_told_with_its_line(project):
    path = write(project, "broken", "import digimfg as dm\nx = (1,\ny = 2\n")
    fails(path, "broken.py, line 2", "SyntaxError")


def test_an_exception_is_told_with_the_line_of_the_analysis_not_of_the_library(project):
    path = write(project, "broken", "import digimfg as dm\n\ndm.describe_variable('no such variable')\n")
    fails(path, "broken.py, line 3", "no such variable")


def test_an_import_that_is_missing_is_told(project):
    path = write(project, "broken", "import a_package_nobody_has\n")
    fails(path, "broken.py, line 1", "ModuleNotFoundError")


def test_a_file_that_exits_does_not_end_the_program(project):
    fails(write(project, "broken", "raise SystemExit(0)\n"), "broken.py, line 1", "SystemExit")


def test_a_file_without_an_analysis_is_an_error(project):
    with refused(AnalysisError, "replication.no_analysis_in_file"):
        load_analysis(write(project, "empty", ""))


def test_a_file_name_that_make_cannot_handle_is_an_error(project):
    with refused(AnalysisError, "replication.file_name_of_analysis"):
        load_analysis(write(project, "my analysis", good()))


def test_an_exhibit_that_names_an_unknown_specification_is_an_error_with_the_nearest(project):
    path = write(project, "typo", good(columns='("baselin",)'))
    with refused(AnalysisError, "names.unknown_name", name="baselin", near="baseline"):
        load_analysis(path)


def test_a_test_that_names_an_unknown_specification_is_an_error(project):
    text = good(tests='{"slopes": dm.JointTest("lag", ("internet_users_pct",))}')
    with refused(AnalysisError, "names.unknown_name", name="lag", near="lagged"):
        load_analysis(write(project, "typo", text))


def test_two_analyses_with_one_exhibit_name_are_an_error_that_names_both(project):
    write(project, "first", good("same_name"))
    write(project, "second", good("same_name"))
    with refused(AnalysisError, "replication.exhibit_names_repeated", exhibit_name="same_name"):
        load_analyses(project, ["second"])


def test_a_broken_analysis_does_not_stop_the_others(project):
    write(project, "broken", "1/0\n")
    write(project, "whole", good())
    assert list(load_analyses(project, ["whole"])) == ["whole"]
    with pytest.raises(AnalysisError):
        load_analyses(project)


def test_an_unknown_analysis_suggests_the_nearest(project):
    write(project, "promotion", good())
    with refused(AnalysisError, "names.unknown_name", known=("promotion",), near="promotion"):
        load_analyses(project, ["promotoin"])


def test_loading_leaves_no_compiled_file_behind(project):
    load_analysis(write(project, "whole", good()))
    assert [path.name for path in project.analyses.iterdir()] == ["whole.py"]


def with_helper(folder, title, helper="_shared", uses="TITLE"):
    """Lay down an analysis that takes its title and its study from a helper beside it."""
    (folder / "analyses").mkdir(parents=True)
    project = Project(folder)
    write(
        project,
        helper,
        f"import dataclasses\nimport digimfg as dm\nTITLE = dm.Text('{title}', '{title}')\n"
        "@dataclasses.dataclass(frozen=True)\nclass Pair:\n    half: float\n"
        f"def twice(pair):\n    return Pair(2 * pair.half), '{title}'\n",
    )
    text = good().replace('dm.Text("Question", "问题")', f"_shared.{uses}").replace("_shared", helper)
    return project, write(
        project, "whole", f"import {helper}\n{text}twice = {helper}.twice\nPair = {helper}.Pair\n"
    )


def test_an_analysis_imports_the_helpers_of_its_own_project_and_leaves_nothing_behind(tmp_path):
    before, path_before, finders = dict(sys.modules), list(sys.path), list(sys.meta_path)
    titles = []
    for name in ("one", "two"):
        project, path = with_helper(tmp_path / name, name)
        titles.append(load_analysis(path).title.en)
        assert sorted(each.name for each in project.analyses.iterdir()) == ["_shared.py", "whole.py"]
    assert titles == ["one", "two"]
    assert "_shared" not in sys.modules
    assert not [name for name in sys.modules if name.startswith("digimfg_analysis")]
    assert {name: each for name, each in sys.modules.items() if name in before} == before
    assert (sys.path, sys.meta_path) == (path_before, finders)


def test_a_module_of_that_name_that_was_imported_before_is_neither_taken_nor_lost(tmp_path, monkeypatch):
    mine = type(sys)("_shared")
    monkeypatch.setitem(sys.modules, "_shared", mine)
    assert load_analysis(with_helper(tmp_path, "one")[1]).title.en == "one"
    assert sys.modules["_shared"] is mine


def test_a_helper_that_changed_is_read_again(tmp_path):
    project, path = with_helper(tmp_path, "one")
    load_analysis(path)
    write(project, "_shared", (project.analyses / "_shared.py").read_text().replace("one", "two"))
    assert load_analysis(path).title.en == "two"


def test_what_an_analysis_and_its_helpers_define_goes_to_other_processes(tmp_path):
    tasks, answers = [], []
    for name in ("one", "two"):
        found = vars(execute(with_helper(tmp_path / name, name)[1]))
        tasks = [found["Pair"](1.5), found["Pair"](2.0)]
        answers += run_parallel(found["twice"], tasks, label=Text("Twice", "两倍"), n_jobs=2)
    assert [(pair.half, name) for pair, name in answers] == [(3, "one"), (4, "one"), (3, "two"), (4, "two")]


def test_what_is_wrong_with_a_helper_is_told_with_its_own_line(project):
    write(project, "whole", "import _broken\n" + good())
    for text, line in (("x = 1\ny = 1 / 0\n", 2), ("x = 1\ny = = 2\n", 2)):
        write(project, "_broken", text)
        fails(project.analyses / "whole.py", f"_broken.py, line {line}")
    fails(write(project, "whole", "import _missing\n"), "whole.py, line 1")


def test_another_analysis_is_no_helper(project):
    write(project, "second", good("second"))
    path = write(project, "first", "import second\n" + good("first"))
    fails(path, "first.py, line 1", "ModuleNotFoundError")


def test_a_helper_with_the_name_of_a_module_of_python_is_refused(project):
    path = write(project, "whole", good())
    write(project, "_random", "x = 1\n")
    with refused(AnalysisError, "replication.module_name_taken", where="_random.py"):
        load_analysis(path)


def test_the_project_is_found_from_any_folder_below_it(project):
    deep = project.root / "data" / "raw"
    deep.mkdir(parents=True)
    assert find_project(deep).root == project.root.resolve()


def test_outside_a_project_the_remedy_is_to_make_one(tmp_path):
    with refused(AnalysisError, "project.no_project_here"):
        find_project(tmp_path)
