"""A file is written whole or not at all."""

import errno
import os
import subprocess
import sys

import pytest

from digimfg import files
from digimfg.errors import DigimfgError


def test_a_full_disk_leaves_the_old_file_and_no_remains(tmp_path, monkeypatch):
    path = tmp_path / "table.tex"
    files.write_text(path, "old")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DigimfgError) as caught:
        files.write_text(path, "new")
    assert "No space left" in caught.value.got.en
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fills_up_in_the_middle_of_a_file_leaves_the_old_one(tmp_path):
    code = (
        "import resource, signal, sys; from pathlib import Path; from digimfg.files import write_bytes;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"
        "write_bytes(Path(sys.argv[1]), b'x' * 100_000)"
    )
    path = tmp_path / "panel.parquet"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False)
    assert "DigimfgError" in done.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_a_file_is_a_clear_error(tmp_path):
    (tmp_path / "output").write_text("in the way")
    with pytest.raises(DigimfgError) as caught:
        files.write_text(tmp_path / "output" / "a.json", "{}")
    assert "a.json" in caught.value.where.en


def test_an_interrupt_in_mid_write_leaves_no_remains(tmp_path, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.write_bytes(tmp_path / "a.json", b"{}")
    assert list(tmp_path.iterdir()) == []


def test_json_refuses_a_number_it_cannot_hold():
    with pytest.raises(ValueError, match="JSON"):
        files.canonical_json({"estimate": float("nan")})
