"""The command line tells bad input in one message, without a traceback, and exits 2."""

import subprocess
import sys

import pytest

from digimfg.cli import main
from digimfg.display.terminal import print_table, progress
from digimfg.text import Text

ANALYSIS = """
import digimfg as dm
ANALYSIS = dm.Analysis(
    title=dm.Text("Question", "问题"),
    panel={panel!r},
    specifications={{"baseline": dm.Specification({specification})}},
    exhibits=(dm.RegressionTable("question_main"),),
)
"""
WHOLE = "'log_tfp', 'internet_users_pct', entity='country', time='year', fixed_effects=('country', 'year')"


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "analyses").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
    return tmp_path


def write(project, specification=WHOLE, panel="world", name="question"):
    text = ANALYSIS.format(panel=panel, specification=specification)
    (project / "analyses" / f"{name}.py").write_text(text, encoding="utf-8")


def run(*arguments):
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return caught.value.code or 0


@pytest.mark.parametrize(
    ("specification", "word"),
    [
        (WHOLE.replace("internet_users_pct", "internet_user_pct"), "internet_users_pct"),
        (WHOLE.replace("'internet_users_pct'", "'log('"), "log("),
        (WHOLE + ", sample='year > 3000'", "sample"),
        (WHOLE.replace("log_tfp", "is_constant"), "is_constant"),
        (WHOLE + ", covariance=dm.Clustered('no_such_column')", "no_such_column"),
        ("'log_tfp', 'human_capital', entity='country', time='year', sample=\"country == 'DEU'\"", "cluster"),
    ],
    ids=[
        "unknown column",
        "unreadable term",
        "empty sample",
        "unknown outcome",
        "unknown cluster",
        "one cluster",
    ],
)
def test_a_specification_that_does_not_fit_the_data_is_told_and_writes_nothing(
    project, capsys, specification, word
):
    write(project, specification)
    assert run("run") == 2
    told = capsys.readouterr()
    assert word in told.err
    assert "remedy" in told.err
    assert "Traceback" not in told.err
    assert told.out == ""
    assert not (project / "output").exists() or not list((project / "output").rglob("*.*"))


def test_an_unknown_panel_is_told_with_those_there_are(project, capsys):
    write(project, panel="word")
    assert run("run", "question") == 2
    assert "world" in capsys.readouterr().err


def test_an_analysis_that_does_not_import_is_told_with_its_line(project, capsys):
    (project / "analyses" / "broken.py").write_text("import digimfg as dm\nimport no_such_module\n")
    assert run("run", "broken") == 2
    told = capsys.readouterr().err
    assert "broken.py, line 2" in told
    assert "Traceback" not in told


def test_two_analyses_with_one_exhibit_name_are_told(project, capsys):
    write(project, name="first")
    write(project, name="second")
    assert run("run", "first") == 2
    assert "question_main" in capsys.readouterr().err


def test_an_unknown_analysis_is_told(project, capsys):
    write(project)
    assert run("run", "qestion") == 2
    assert "question" in capsys.readouterr().err


def test_outside_a_project_running_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("run") == 2
    assert "analyses" in capsys.readouterr().err


def test_an_unknown_variable_is_told_with_the_nearest(capsys):
    assert run("describe", "internet_user_pct") == 2
    assert "internet_users_pct" in capsys.readouterr().err


def test_errors_are_in_the_language_asked_for(project, capsys):
    assert run("--language", "zh", "describe", "no_such_variable") == 2
    told = capsys.readouterr().err
    assert "应为" in told
    assert "expected" not in told


def test_a_word_that_is_no_command_or_kind_exits_2(capsys):
    assert run("no-such-command") == 2
    assert run("list", "wonders") == 2
    assert run("--language", "fr", "list") == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_analysis_that_fails_does_not_stop_the_others(project, capsys, jobs):
    write(project, name="question")
    write(project, WHOLE.replace("internet_users_pct", "internet_user_pct"), name="wrong")
    text = (project / "analyses" / "wrong.py").read_text(encoding="utf-8")
    (project / "analyses" / "wrong.py").write_text(
        text.replace("question_main", "wrong_main"), encoding="utf-8"
    )
    assert run("run", "--jobs", jobs, "--stamps", "stamps") == 2
    told = capsys.readouterr()
    assert "wrong: error (SpecificationError)" in told.err
    assert "internet_users_pct" in told.err
    written = (project / "stamps" / "question").read_text(encoding="utf-8").split()
    assert written == told.out.split()
    assert "output/results/question.json" in written
    assert [path.name for path in (project / "stamps").iterdir()] == ["question"]


def test_processes_that_stay_leave_stamps_where_they_were_asked_for(project, monkeypatch):
    for folder in ("first", "second"):
        here = project / folder
        (here / "analyses").mkdir(parents=True)
        for name in ("question", "other"):
            write(here, name=name)
            path = here / "analyses" / f"{name}.py"
            path.write_text(
                path.read_text(encoding="utf-8").replace("question_main", f"{name}_main"), encoding="utf-8"
            )
        monkeypatch.chdir(here)
        assert run("run", "--jobs", "2", "--stamps", "stamps") == 0
        assert sorted(path.name for path in (here / "stamps").iterdir()) == ["other", "question"]


def test_a_run_prints_the_files_it_wrote_and_tells_progress_apart(project, capsys):
    write(project)
    assert run("run", "question") == 0
    told = capsys.readouterr()
    written = told.out.split()
    assert "output/results/question.json" in written
    assert {name for name in written if not (project / name).is_file()} == set()
    assert "output/tables/question_main_zh.docx" in written
    assert told.err.startswith("question: ")


def test_a_second_run_removes_what_the_analysis_no_longer_makes(project):
    write(project)
    run("run")
    path = project / "analyses" / "question.py"
    path.write_text(
        path.read_text(encoding="utf-8").replace("question_main", "question_other"), encoding="utf-8"
    )
    run("run")
    assert {name.stem for name in (project / "output" / "tables").iterdir()} == {
        "question_other_en",
        "question_other_zh",
    }


def test_check_exits_1_where_a_number_moved_and_names_it(project, capsys):
    write(project)
    run("run")
    assert run("snapshots") == 0
    assert run("check") == 0
    snapshot = project / "tests" / "snapshots" / "question.json"
    snapshot.write_text(
        snapshot.read_text(encoding="utf-8").replace('"n_obs": ', '"n_obs": 9'), encoding="utf-8"
    )
    capsys.readouterr()
    assert run("check") == 1
    assert "rows" in capsys.readouterr().out
    assert run("check", "--full") == 1
    assert "n_obs" in capsys.readouterr().out
    assert run("check", "--markdown") == 1
    assert "###" in capsys.readouterr().out


def test_every_list_has_rows(project, capsys):
    write(project)
    for kind in ("panels", "variables", "sources", "analyses", "measures", "estimators", "exhibits"):
        assert run("list", kind) == 0
        assert len(capsys.readouterr().out.splitlines()) > 1, kind
    assert run("list") == 0
    counts = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
    assert all(int(number) > 0 for _, number, _ in counts)


def test_describe_says_what_a_variable_means_in_both_labels(capsys, monkeypatch):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "zh")
    assert run("describe", "internet_users_pct") == 0
    told = capsys.readouterr().out
    assert "定义" in told
    assert "world" in told


def test_coverage_counts_every_variable_of_a_panel(capsys):
    assert run("data", "coverage", "world") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert {len(row) for row in rows} == {9}
    assert any(row[1] == "internet_users_pct" and int(row[3]) > 0 for row in rows)


@pytest.mark.parametrize(("language", "word"), [("en", "Examples"), ("zh", "示例")])
def test_help_teaches_with_examples_in_both_languages(language, word, capsys):
    assert run("--language", language, "--help") == 0
    told = capsys.readouterr().out
    assert word in told
    assert "digimfg run promotion" in told


@pytest.mark.parametrize("command", [(), ("data",)])
def test_no_command_is_cut_short_in_the_list(command, capsys):
    assert run("--language", "en", *command, "--help") == 0
    listed = capsys.readouterr().out.partition("Commands:")[2]
    assert len(listed.splitlines()) > 6
    assert "..." not in listed


def test_outside_a_project_the_remedy_is_a_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("check") == 2
    assert "digimfg init my-thesis" in capsys.readouterr().err


def test_help_does_not_wait_for_pandas():
    code = "import sys; from digimfg.cli.app import build_app; build_app(); print('pandas' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_a_first_estimate_and_its_table_load_no_distributions(tmp_path):
    code = """
import sys
import numpy as np, pandas as pd
import digimfg as dm

x = np.arange(12.0)
frame = pd.DataFrame({"unit": x // 3, "year": x % 3, "x": x**2 % 7, "y": x**3 % 11})
spec = dm.Specification("y", "x", entity="unit", time="year", fixed_effects=("unit", "year"))
dm.RegressionTable({"(1)": dm.estimate(spec, frame)}).save(sys.argv[1])
print(sorted({"linearmodels", "scipy.stats", "scipy.optimize", "matplotlib"} & {*sys.modules}))
"""
    call = [sys.executable, "-c", code, str(tmp_path / "table.tex")]
    assert subprocess.run(call, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_module_runs_like_the_script():
    done = subprocess.run(
        [sys.executable, "-m", "digimfg", "--version"], capture_output=True, text=True, check=True
    )
    import digimfg

    assert done.stdout.strip() == digimfg.__version__


def test_a_reader_that_stops_early_sees_no_complaint(project):
    command = f"{sys.executable} -m digimfg list variables | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_table_for_a_pipe_has_tabs_and_no_colours(capsys):
    print_table((Text("name", "名称"), "n"), [("a b", 1), (None, 2)])
    assert capsys.readouterr().out in ("name\tn\na b\t1\n\t2\n", "名称\tn\na b\t1\n\t2\n")


def test_progress_in_a_log_is_a_line_now_and_then(capsys):
    with progress("promotion") as show:
        for step in range(1, 100):
            show(step, 99, Text("estimating", "估计"))
    told = capsys.readouterr()
    assert told.out == ""
    assert 1 <= len(told.err.splitlines()) < 5
