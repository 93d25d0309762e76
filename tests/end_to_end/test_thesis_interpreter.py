"""What `digimfg init` and the thesis Makefile say about the Python that holds digimfg."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from digimfg.cli.app import build_app


@pytest.fixture
def bare(tmp_path):
    """Give a python3 that holds nothing."""
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\necho 'No module named digimfg' >&2\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    return python


def init(folder, path):
    environment = {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C"}
    command = [sys.executable, "-m", "digimfg", "init", "thesis"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, env=environment
    ).stderr


def test_init_names_the_interpreter_where_make_would_take_another(tmp_path, bare):
    assert init(tmp_path, bare.parent).splitlines()[-1] == f"now: cd thesis && make PYTHON={sys.executable}"


def test_init_says_plain_make_where_its_own_python_comes_first(tmp_path, monkeypatch, capsys):
    beside = str(Path(sys.executable).with_name("python3"))
    monkeypatch.setattr("shutil.which", lambda name: beside)
    monkeypatch.setenv("DIGIMFG_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)
    build_app()(["init", "thesis"], standalone_mode=False)
    assert capsys.readouterr().err.splitlines()[-1] == "now: cd thesis && make"


def test_make_says_in_both_languages_that_its_python_lacks_digimfg(tmp_path, bare):
    init(tmp_path, bare.parent)
    done = subprocess.run(
        ["make", f"PYTHON={bare}"], cwd=tmp_path / "thesis", capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"'{bare}' has no digimfg" in done.stderr
    assert "请指定装有它的 Python" in done.stderr
    assert not (tmp_path / "thesis" / "output" / ".make" / ".data").exists()
