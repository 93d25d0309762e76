"""Runs of an analysis again: what changed is found again, what did not is not, and the files are the same."""

import os
import shutil

import pytest

import digimfg as dm
from digimfg.content_key import content_key
from digimfg.evidence import project as judging
from digimfg.files import sha256_file
from digimfg.project import Project
from digimfg.replication import kept, run
from digimfg.replication.record import read_record
from digimfg.replication.run import run_analysis
from digimfg.text import Text

SPEC = dm.Specification(
    "log_tfp", "internet_users_share_2009:after_1995", entity="country", time="year",
    fixed_effects=("country", "year"), sample="year > 1980",
)  # fmt: skip
LATE = SPEC.replace(sample="year > 1985")
TABLE = dm.RegressionTable("one_table", columns=("a", "b"))
FIGURE = dm.CoefficientPlot("one_figure", columns=("a", "b"))
STUDY = dm.Study(
    dm.randomization_test,
    "b",
    term="internet_users_share_2009:after_1995",
    replications=19,
)


def counted(specification, frame):
    """Stand for a study that is the user's own."""
    del specification
    return dm.Findings(rows={"n": dm.Finding(label=Text("Rows", "行数"), estimate=float(len(frame)))})


def declared(*, a=SPEC, b=LATE, table=TABLE, figure=FIGURE, study=STUDY):
    return dm.Analysis(
        title=Text("One", "一"), panel="world", specifications={"a": a, "b": b}, studies={"s": study}, exhibits=(table, figure)
    )  # fmt: skip


@pytest.fixture
def again(tmp_path, monkeypatch):
    """Return a function that runs an analysis and says what was done, with the hashes of the outputs."""
    done = []

    def noting(module, name, word):
        function = getattr(module, name)

        def noted(*args, **options):
            done.append(word(*args))
            return function(*args, **options)

        monkeypatch.setattr(module, name, noted)

    noting(run, "estimate", lambda specification, _: specification.sample)
    noting(run, "_studied", lambda *_: "study")
    noting(run, "write_exhibit", lambda _folder, name, _value: name)
    project = Project(tmp_path)

    def one(analysis):
        done.clear()
        files = run_analysis(project, "one", analysis)
        return list(done), {project.relative(path): sha256_file(path) for path in files}

    one.project = project
    return one


EVERYTHING = ["year > 1980", "year > 1985", "study", "one_table", "one_figure"]


def test_what_did_not_change_is_not_found_again_and_what_did_is(again):
    first, files = again(declared())
    assert first == EVERYTHING
    assert again(declared()) == ([], files)
    now = {}
    for part, value, due in (
        ("table", TABLE.replace(digits=4), ["one_table"]),
        ("study", dm.Study(STUDY.function, "b", **{**STUDY.options, "replications": 20}), ["study"]),
        ("a", SPEC.replace(sample="year > 1981"), ["year > 1981", "one_table", "one_figure"]),
        ("b", SPEC.replace(sample="year > 1986"), ["year > 1986", "study", "one_table", "one_figure"]),
        ("figure", FIGURE.replace(width="narrow"), ["one_figure"]),
    ):
        now[part] = value
        found, changed = again(declared(**now))
        assert found == due, part
    shutil.rmtree(again.project.output)
    assert again(declared(**now)) == (["year > 1981", "year > 1986", *EVERYTHING[2:]], changed)


def drawn_twice(specification, frame):
    """Stand for a study of the user's own that asks for random procedures, some of which ask for others."""
    del specification
    held = frame.loc[frame["year"] > OWN["since"]].dropna(subset=["log_tfp"])
    austria = held[held["country"] == "AUT"]
    found = [dm.break_test(austria, "log_tfp", draws=99, seed=seed) for seed in OWN["seeds"]]
    for each in found:
        each.tests.loc[:, "p_value"] += 1.0  # what the user does to an answer is not kept
    rows = {
        f"s{place}": dm.Finding(label=Text("Sup F", "Sup F"), estimate=float(each.tests["p_value"]["sup_f"]))
        for place, each in enumerate(found)
    }
    return dm.Findings(rows=rows)


OWN = {}


def test_random_procedures_that_a_study_of_ones_own_asks_for_are_kept(again, monkeypatch):
    asked = []
    kept_call = kept._Calls.answer

    def noted(self, function, args, kwargs, find):
        return kept_call(self, function, args, kwargs, lambda: asked.append(kwargs["seed"]) or find())

    monkeypatch.setattr(kept._Calls, "answer", noted)
    own = declared(study=dm.Study(drawn_twice, "b"), table=dm.FindingsTable("one_table", study="s"))

    def run_again(since=1970, seeds=(1, 2)):
        OWN.update(since=since, seeds=seeds)
        asked.clear()
        _, files = again(own)
        return list(asked), files

    assert run_again()[0] == [1, 2]
    found, files = run_again()
    assert found == [], "the study was run, and asked for what was kept"
    assert run_again(seeds=(2, 3))[0] == [3]
    assert run_again(since=1971, seeds=(3,))[0] == [3], "of other data"
    assert run_again()[0] == [1, 2], "what was not asked for last is forgotten"
    assert run_again() == ([], files)
    shutil.rmtree(again.project.output)
    assert run_again() == ([1, 2], files)


def test_other_code_other_labels_and_other_data_make_everything_again(again, monkeypatch):
    monkeypatch.delenv("DIGIMFG_VINTAGE", raising=False)
    again(declared())
    labels = again.project.root / "labels.toml"
    labels.write_text('[columns.log_tfp]\nlabel = { en = "TFP", zh = "全要素" }\n', encoding="utf-8")
    assert again(declared())[0] == EVERYTHING
    assert again(declared())[0] == []
    monkeypatch.setattr(kept, "code_key", lambda: "another version")
    assert again(declared())[0] == EVERYTHING
    again.project.raw.mkdir(parents=True)
    (again.project.raw / "more.csv").write_text("x\n1\n")
    assert again(declared())[0] == EVERYTHING[:3], "a study may read it; the figures that follow are the same"
    state = (again.project.raw / "more.csv").stat()
    (again.project.raw / "more.csv").write_text("x\n2\n")
    os.utime(again.project.raw / "more.csv", ns=(state.st_atime_ns, state.st_mtime_ns))
    assert again(declared())[0] == EVERYTHING[:3], "of the same size and time, with another number"
    monkeypatch.setenv("DIGIMFG_VINTAGE", "shipped")
    assert again(declared())[0] == [], "as without the variable"
    told = kept._files(again.project)
    monkeypatch.setenv("DIGIMFG_VINTAGE", "2026-10-08")
    assert kept._files(again.project) != told


def test_what_was_damaged_or_changed_is_made_again(again):
    _, files = again(declared())
    for path in sorted((again.project.output / ".kept" / "one").iterdir()):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        assert again(declared())[1] == files
        assert path.read_bytes() == whole
    for name in files:
        path = again.project.root / name
        if path.suffix in (".md", ".png") and "_en" in name:
            path.write_bytes(b"mine")
            found, made = again(declared())
            assert (len(found), made) == (1, files), name


def test_a_study_of_the_users_own_is_made_every_time_and_what_is_not_asked_is_forgotten(again):
    own = declared(study=dm.Study(counted, "b"))
    again(declared())
    before = len(list((again.project.output / ".kept" / "one").iterdir()))
    assert again(own)[0] == ["study"]
    assert again(own)[0] == ["study"]
    assert len(list((again.project.output / ".kept" / "one").iterdir())) == before - 1


def test_what_verdicts_rest_on_is_told_apart_from_what_only_shows_it(again):
    def judged(**now):
        again(declared(**now))
        return judging._parts_judged(read_record(again.project, "one"))

    first = judged()
    assert judged(table=TABLE.replace(digits=4), figure=FIGURE.replace(width="narrow")) == first
    moved = [
        judged(a=SPEC.replace(sample="year > 1981")),
        judged(study=dm.Study(STUDY.function, "b", **{**STUDY.options, "replications": 20})),
    ]
    assert len({first, *moved}) == 3


def test_results_are_read_from_their_file_once_until_it_changes(again, monkeypatch):
    again(declared())
    read, whole = [], judging.load_results

    def noted(name, project):
        read.append(name)
        return whole(name, project)

    monkeypatch.setattr(judging, "load_results", noted)
    first = judging._results("one", again.project)
    second = judging._results("one", again.project)
    assert read == ["one"]
    assert content_key(first) == content_key(second) == content_key(whole("one", again.project))
    again(declared(a=SPEC.replace(sample="year > 1981")))
    assert judging._results("one", again.project)["a"].specification.sample == "year > 1981"
    assert read == ["one", "one"]
    (again.project.results / "one.json").write_text("{")
    with pytest.raises(dm.DigimfgError):
        judging._results("one", again.project)


def test_files_are_written_again_where_what_they_show_or_they_changed(tmp_path):
    files, written = kept.KeptFiles(tmp_path, "judged"), []

    def found(told):
        def write():
            written.append(told)
            (tmp_path / "one.txt").write_text("as written")
            return [tmp_path / "one.txt"]

        assert files.files("all", told, write) == [tmp_path / "one.txt"]
        assert (tmp_path / "one.txt").read_text() == "as written"
        return len(written)

    assert [found("a"), found("a"), found("b"), found("b"), found(None)] == [1, 1, 2, 2, 3]
    (tmp_path / "one.txt").write_text("changed by hand")
    assert [found("b"), found("b")] == [4, 4]
    (tmp_path / "one.txt").unlink()
    assert [found("b"), found("b")] == [5, 5]
