"""`digimfg doctor` says what there is, in both languages, and tells no host and no path but the interpreter's."""

import getpass
import os
import socket
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import digimfg
from digimfg.cli import environment, main

ROOT = Path(__file__).parents[2]


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    told = capsys.readouterr()
    rows = [line.split("\t") for line in told.out.splitlines()]
    return caught.value.code or 0, rows, told


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "analyses").mkdir()
    (tmp_path / "labels.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
    monkeypatch.delenv("DIGIMFG_FETCHED", raising=False)
    return tmp_path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_that_is_needed_is_there_and_told(project, capsys, monkeypatch, language):
    monkeypatch.setenv("DIGIMFG_LANGUAGE", language)
    code, rows, told = run(capsys, "doctor")
    assert code == 0, told.out
    found = {row[0]: row[1] for row in rows[1:]}
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = [each.name for each in environment.requirements()[""]]
    assert len(names) == len(needed)
    assert {name: found[name] for name in names} == {name: metadata.version(name) for name in names}
    assert found["digimfg"] == digimfg.__version__
    assert "libpysal [space]" in found
    assert any("labels.toml" in value for value in found.values())
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in told.out + told.err)
    assert chinese == (language == "zh")


def test_nothing_that_names_a_machine_a_user_or_a_place_is_told(project, capsys):
    _, rows, told = run(capsys, "doctor")
    for word in (socket.gethostname(), str(project), str(ROOT), str(Path.home()), os.sep + "tmp"):
        lines = [row for row in rows if row[0] != "interpreter" and word in "\t".join(row)]
        assert not (len(word) > 3 and lines), word
    assert getpass.getuser() in ("root",) or getpass.getuser() not in told.out.replace(sys.executable, "")


def test_outside_a_project_it_answers_too(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
    code, rows, _ = run(capsys, "doctor")
    assert code == 0
    assert ["project", "none here", ""] in rows


def without(name):
    def version(asked):
        if asked == name:
            raise metadata.PackageNotFoundError(asked)
        return metadata.version(asked)

    return version


@pytest.mark.parametrize(
    ("version", "named"),
    [
        (without("statsmodels"), "pip install 'statsmodels>=0.14.4'"),
        (
            lambda name: "6.1" if name == "linearmodels" else metadata.version(name),
            "pip install 'linearmodels<8,>=7'",
        ),
    ],
    ids=["absent", "too old"],
)
def test_a_package_that_is_needed_and_not_there_ends_with_1_and_its_remedy(
    project, capsys, monkeypatch, version, named
):
    monkeypatch.setattr(environment, "version", version)
    code, rows, told = run(capsys, "doctor")
    assert code == 1
    assert [row[2] for row in rows[1:] if row[2]] == [named]
    assert "1 item" in told.err


def test_an_extra_that_is_not_there_is_told_and_no_fault(project, capsys, monkeypatch):
    monkeypatch.setattr(environment, "version", without("libpysal"))
    code, rows, _ = run(capsys, "doctor")
    assert code == 0
    assert ["libpysal [space]", "not installed", ""] in rows


def test_a_character_without_a_glyph_and_a_font_that_is_gone_are_told(project, capsys, monkeypatch):
    with monkeypatch.context() as changed:
        changed.setattr(environment, "PROBE", "升\ue000")
        code, rows, _ = run(capsys, "doctor")
        assert code == 1
        assert [row for row in rows if "\ue000" in row[1]]
    monkeypatch.setattr("digimfg.exhibits.style.font_folders", lambda: (project, project))
    code, rows, _ = run(capsys, "doctor")
    assert code == 1
    assert [row[2] for row in rows[1:] if row[2]] == [
        "install digimfg's dependencies again: pip install --force-reinstall matplotlib zhplot"
    ]


def test_the_requirements_of_sources_and_of_an_installed_package_are_the_same(monkeypatch):
    from_sources = environment._of_sources(ROOT / "pyproject.toml")
    lines = [str(each) for each in from_sources[""]]
    lines += [f'{each} ; extra == "{name}"' for name, group in from_sources.items() if name for each in group]

    class Told:
        def get_all(self, _):
            return [name for name in from_sources if name]

    monkeypatch.setattr(environment, "requires", lambda _: lines)
    monkeypatch.setattr(environment, "metadata", lambda _: Told())
    named = {name: [each.name for each in group] for name, group in environment.requirements().items()}
    assert named == {name: [each.name for each in group] for name, group in from_sources.items()}
