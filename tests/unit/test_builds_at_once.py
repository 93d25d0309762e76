"""Several builds of one project at the same time, by real processes; files of any name; nothing left behind."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import digimfg
from digimfg.project import Project

ROOT = Path(__file__).parents[2]
SOURCES = Path(digimfg.__file__).parents[1]
TEMPLATE = SOURCES / "digimfg" / "thesis" / "template"

RUN = """
import sys
import digimfg as dm
from digimfg.project import Project
from digimfg.replication.run import run_analysis
from pathlib import Path

analysis = dm.Analysis(
    title=dm.Text("One", "一"), panel=None, specifications={}, exhibits=(dm.WaveTable("one_waves"), dm.ParadigmTable("one_paradigms")),
)
waited = []
for _ in range(int(sys.argv[2])):
    run_analysis(Project(Path(sys.argv[1])), "one", analysis, lambda done, total, what: waited.append(what.en))
print(sum("waiting" in each for each in waited))
"""


def environment(**more):
    plain = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    }
    return plain | {"PYTHONPATH": str(SOURCES), "DIGIMFG_LANGUAGE": "en"} | more


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_processes_that_run_one_analysis_at_once_leave_what_one_leaves(tmp_path):
    alone, together = tmp_path / "alone", tmp_path / "together"
    subprocess.run(
        [sys.executable, "-c", RUN, alone, "1"], env=environment(), check=True, capture_output=True
    )
    running = [
        subprocess.Popen([sys.executable, "-c", RUN, together, "4"], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]  # fmt: skip
    answers = [each.communicate(timeout=300) for each in running]
    assert [each.returncode for each in running] == [0, 0, 0], answers
    assert hashes(together) == hashes(alone)
    assert sum(int(out) for out, _ in answers) > 0, "no two of them met"


def test_what_a_killed_run_left_is_cleared(tmp_path):
    project = Project(tmp_path)
    staging = project.output / ".one.part"
    (staging / "tables").mkdir(parents=True)
    (staging / "tables" / "half_en.tex").write_text("half")
    staging.with_name(".one.part.lock").write_text("")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("kept")
    subprocess.run(
        [sys.executable, "-c", RUN, tmp_path, "1"], env=environment(), check=True, capture_output=True
    )
    assert sorted(path.name for path in project.output.iterdir()) == [".kept", "results", "tables"]
    staging.symlink_to(elsewhere)
    subprocess.run(
        [sys.executable, "-c", RUN, tmp_path, "1"], env=environment(), check=True, capture_output=True
    )
    assert [path.name for path in elsewhere.iterdir()] == ["kept.txt"]


OWN = """import digimfg as dm

spec = dm.Specification("gdp_100m_yuan", "resident_population_10k", entity="province", time="year", fixed_effects="province")
ANALYSIS = dm.Analysis(
    title=dm.Text("Own", "自己的"), panel="china_province", specifications={"a": spec},
    exhibits=(dm.RegressionTable("own_table", columns=("a",)),),
)
"""
PEOPLE = {"北京": 2100, "天津": 1400, "河北": 7200, "山西": 3500, "上海": 2400, "江苏": 8200}
STRANGE = [
    "年鉴 2020（修订）",
    "-rf",
    "$(touch pwned)",
    "a'b\"c",
    "`touch pwned`; touch pwned",
    "100% & more",
    "a.b",
    "~x",
    "*",
]


@pytest.fixture
def thesis(tmp_path):
    """Give a project as it is laid out, with one analysis of own files in its name's own pieces."""
    folder = tmp_path / "my thesis's $HOME"
    shutil.copytree(TEMPLATE, folder)
    (folder / "analyses").mkdir()
    (folder / "analyses" / "own.py").write_text(OWN, encoding="utf-8")
    return folder


def put(folder, name, columns, suffix=".csv"):
    rows = []
    for place, (province, people) in enumerate(PEOPLE.items()):
        for year in range(2011, 2019):
            numbers = {
                "GDP(亿元)": 9000 + 97 * place + 31 * (year - 2011) + (7 * place * year) % 13,
                "常住人口(万人)": people + year % 7,
            }
            rows.append(f"{province},{year},{','.join(str(numbers[each]) for each in columns)}")
    (folder / "data" / "raw" / f"{name}{suffix}").write_text(
        "\n".join([f"地区,年份,{','.join(columns)}", *rows]), encoding="utf-8"
    )
    (folder / "data" / "mappings" / f"{name}.toml").write_text('panel = "china_province"\n', encoding="utf-8")


def make(folder, *arguments, **more):
    return subprocess.Popen(
        ["make", *arguments],
        cwd=folder,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def made(folder, *arguments, **more):
    running = make(folder, *arguments, **more)
    out, err = running.communicate(timeout=300)
    return running.returncode, out, err


def test_two_builds_of_a_thesis_at_once(thesis):
    put(thesis, "gdp", ["GDP(亿元)"])
    put(thesis, "people", ["常住人口(万人)"])
    running = [make(thesis, f"PYTHON={sys.executable}") for _ in range(2)]
    told = [each.communicate(timeout=300) for each in running]
    assert [each.returncode for each in running] == [0, 0], told
    assert (thesis / "output" / "tables" / "own_table_zh.docx").is_file()
    hidden = [
        path
        for path in thesis.rglob(".*")
        if path.name not in (".make", ".kept") and ".make" not in path.parent.parts[-1:]
    ]
    assert hidden == []
    assert sorted(path.name for path in (thesis / "output" / ".make").iterdir()) == [".data", ".ran", "own"]
    code, out, _ = made(thesis, f"PYTHON={sys.executable}")
    assert code == 0
    assert "tables/own_table" not in out


def test_files_of_any_name_are_imported_and_none_is_a_command(thesis):
    put(thesis, STRANGE[0], ["GDP(亿元)"])
    for name in STRANGE[1:]:
        put(thesis, name, ["常住人口(万人)"])
    (thesis / "data" / "raw" / "no mapping.csv").write_text("x")
    code, _, err = made(thesis, "data", f"PYTHON={sys.executable}")
    assert code == 0, err
    record = (thesis / "data" / "imported" / "china_province.import.json").read_text(encoding="utf-8")
    for name in STRANGE:
        assert f"data/raw/{name}.csv" in err
        assert name.replace('"', '\\"') + ".csv" in record
    assert not list(thesis.rglob("pwned"))


def test_a_build_imports_again_what_is_new_changed_or_gone(thesis):
    log = thesis / "log"
    python = thesis / "python"
    python.write_text('#!/bin/sh\n[ "$3" = --version ] || echo "$@" >> log\n')
    python.chmod(0o755)
    (thesis / "analyses" / "own.py").unlink()

    def due():
        log.write_text("")
        assert made(thesis, "data", "PYTHON=" + str(python).replace("$", "$$"))[0] == 0
        return log.read_text().count("data import")

    put(thesis, "a b", ["GDP(亿元)"])
    assert due() == 1
    assert due() == 0
    for change in (
        lambda: put(thesis, "$x", ["GDP(亿元)"]),
        lambda: (thesis / "data" / "raw" / "a b.csv").write_text("changed"),
        lambda: (thesis / "data" / "mappings" / "a b.toml").write_text("changed"),
        lambda: (thesis / "data" / "raw" / "$x.csv").unlink(),
    ):
        time.sleep(0.02)
        change()
        assert due() == 1
        assert due() == 0


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((), "none"), (("a.pdf",), "none"), (("a.csv", "a.txt"), "a.csv, a.txt"), (("a.csv", "a.xlsx", "a.dta"), "a.csv, a.dta, a.xlsx"),
        (("a.CSV", "a.csv"), "a.CSV, a.csv"),
    ],
)  # fmt: skip
def test_a_mapping_with_no_file_or_several_is_an_error(thesis, files, said):
    (thesis / "data" / "mappings" / "a.toml").write_text('panel = "china_province"\n', encoding="utf-8")
    for name in files:
        (thesis / "data" / "raw" / name).write_text("x")
    code, _, err = made(thesis, "data", f"PYTHON={sys.executable}")
    assert code == 2
    assert "a.toml" in err
    assert f"got: {said}" in err
    assert "Traceback" not in err


def test_notes_beside_a_file_do_not_stand_in_its_way(thesis):
    put(thesis, "a", ["GDP(亿元)"])
    (thesis / "data" / "raw" / "a.pdf").write_text("what the yearbook says of it")
    assert made(thesis, "data", f"PYTHON={sys.executable}")[0] == 0


ODD = [
    "my analysis.py",
    "a;touch pwned.py",
    "$(touch pwned).py",
    "`touch pwned`.py",
    "a'b.py",
    "-x.py",
    "a:b.py",
    "a%b.py",
    "_help er.py",
]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("makefile", [ROOT / "Makefile", TEMPLATE / "Makefile"], ids=["paper", "thesis"])
def test_an_analysis_of_no_name_of_python_is_named(tmp_path, makefile, name):
    shutil.copy(makefile, tmp_path / "Makefile")
    (tmp_path / "analyses").mkdir()
    (tmp_path / "analyses" / name).write_text("")
    code, _, err = made(tmp_path, "INTERPRETER=/bin/true", "PYTHON=/bin/true")
    assert code == 2
    assert name in err
    assert "rename" in err
    assert not list(tmp_path.rglob("pwned"))


FAKE = """#!/bin/sh
printf '%s\\n' "$*" >> log
case "$4" in --verdicts=*) : > "${4#--verdicts=}"; echo x > output/report.pdf; echo output/report.pdf;; esac
[ "$3 $4 $6" = "run --jobs --stamps" ] || exit 0
stamps=$7; shift 7; mkdir -p output
for name; do echo x > "output/$name.txt"; echo "output/$name.txt" > "$stamps/$name"; done
"""


@pytest.fixture
def paper(tmp_path):
    """Give a project with the paper's Makefile, files of strange names, and an interpreter that notes how it is called."""
    folder = tmp_path / "pa per"
    for name in ("analyses", "data/raw/a source", "paper", "src/digimfg"):
        (folder / name).mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder / "Makefile")
    for name in ("main.py", "数字化.py", "_shared.py"):
        (folder / "analyses" / name).write_text("")
    for name in STRANGE:
        (folder / "data" / "raw" / "a source" / f"{name}.csv").write_text("x")
        (folder / "paper" / f"{name}.typ").write_text("x")
    python = folder / "py'th on"
    python.write_text(FAKE)
    python.chmod(0o755)
    return folder


def called(folder):
    log = folder / "log"
    log.write_text("")
    code, _, err = made(folder, f"INTERPRETER={folder}/py'th on")
    assert code == 0, err
    assert not list(folder.rglob("pwned"))
    lines = log.read_text(encoding="utf-8").splitlines()
    return {
        re.sub("--jobs [1-4] --stamps output/.make/analyses ", "", line.removeprefix("-m digimfg "))
        for line in lines
    }


def test_the_paper_builds_among_files_of_any_name_and_looks_at_all_of_them(paper):
    everything = {
        "data build",
        "run main 数字化",
        "data coverage --draw",
        "report --verdicts=output/.make/verdict",
        "manifest",
    }
    assert called(paper) == everything
    assert called(paper) == set()
    for name in STRANGE:
        time.sleep(0.02)
        (paper / "paper" / f"{name}.typ").write_text("y")
        assert called(paper) == {"report", "manifest"}
    time.sleep(0.02)
    (paper / "data" / "raw" / "a source" / f"{STRANGE[0]}.csv").write_text("y")
    assert called(paper) == everything
    (paper / "output" / "main.txt").unlink()
    assert called(paper) == {
        "run main",
        "report --verdicts=output/.make/verdict",
        "manifest",
    }
    assert [path.name for path in (paper / "output" / ".make").rglob(".*")] == [".vintage"]


def test_two_builds_of_the_paper_at_once(paper):
    running = [make(paper, f"INTERPRETER={paper}/py'th on", "-j2") for _ in range(4)]
    told = [each.communicate(timeout=120) for each in running]
    assert [each.returncode for each in running] == [0] * 4, told
