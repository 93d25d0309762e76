"""A file is written whole or not at all."""

import errno
import json
import os
import subprocess
import sys

import pytest
from refused import refused

from digimfg import files
from digimfg.errors import DigimfgError


def test_a_full_disk_leaves_the_old_file_and_no_remains(tmp_path, monkeypatch):
    path = tmp_path / "table.tex"
    files.write_text(path, "old")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with refused(DigimfgError, "files.not_writable", got="No space left"):
        files.write_text(path, "new")
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
    with refused(DigimfgError, "files.not_writable"):
        files.write_text(tmp_path / "output" / "a.json", "{}")


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


@pytest.mark.parametrize("mask", [0o077, 0o027, 0o002])
def test_permissions_are_those_of_the_umask(tmp_path, mask):
    before = os.umask(mask)
    try:
        files.write_bytes(tmp_path / "new" / "a.json", b"{}")
    finally:
        os.umask(before)
    assert (tmp_path / "new" / "a.json").stat().st_mode & 0o777 == 0o666 & ~mask


@pytest.mark.parametrize("name", ["x" * 250, "论" * 80, "-rf", "$(touch x) 'y'"])
def test_any_name_that_a_disk_holds_is_written(tmp_path, name):
    files.write_bytes(tmp_path / name, b"1")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["x" * 300, "a\x00b", "", "."])
def test_a_name_that_no_disk_holds_is_refused_in_words(tmp_path, name):
    with pytest.raises(DigimfgError):
        files.write_bytes(tmp_path / name, b"1")
    assert not list(tmp_path.iterdir())


def test_half_a_character_is_escaped_in_json_and_refused_in_text(tmp_path):
    value = {"label": "收入\ud800", "\udfff": 1}
    files.write_text(tmp_path / "a.json", files.canonical_json(value))
    assert json.loads((tmp_path / "a.json").read_bytes()) == value
    with refused(DigimfgError, "files.half_characters"):
        files.write_text(tmp_path / "a.tex", "收入\ud800")


OUTSIDE = [
    "", ".", "..", "/etc/passwd", "//host/share/x", "../x", "tables/../../x", "tables/./x", "tables//x", "x/", "C:/x", "C:x",
    "c:\\x", "..\\x", "\\\\host\\x", "tables\\x", "x\x00.tex", "x\n.tex", "CON", "nul.tex", "tables/aux.txt", "com1", "LPT9.csv",
    "Com¹", "conin$", "prn .txt", "x.tex:stream", "x.", "x ", " x", "*.tex", "x?", "a|b", "a<b", 'a"b', "\ud800", None, 3, True,
    ["tables/x"], {"a": 1}, 1.5, "out/x", "loop/x", "away.tex", "gone.tex", "x" * 300,
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """Give a folder with links to within, to without, to nowhere without, and in a circle."""
    home = tmp_path / "output"
    (home / "tables").mkdir(parents=True)
    (home / "inside").symlink_to(home / "tables")
    (home / "out").symlink_to(tmp_path)
    (home / "loop").symlink_to(home / "loop")
    (home / "away.tex").symlink_to("/etc/passwd")
    (home / "gone.tex").symlink_to(tmp_path / "not there")
    return home


@pytest.mark.parametrize("name", OUTSIDE, ids=ascii)
def test_a_name_that_leads_out_of_its_folder_is_refused(folder, name):
    with refused(DigimfgError, "files.path_outside_folder", where="a record") as caught:
        files.below(folder, name, where="a record")
    caught.value.message("zh").encode()


@pytest.mark.parametrize(
    "name", ["tables/main_en.tex", "inside/a.md", "数字 经济/$x 'y'.docx", "-rf", "~", "...x", "console.tex", "a..b", "com.tex"]
)  # fmt: skip
def test_a_name_below_its_folder_is_that_path(folder, name):
    assert files.below(folder, name) == folder / name


def test_a_folder_that_is_itself_a_link_is_no_way_out(tmp_path, folder):
    (tmp_path / "linked").symlink_to(folder)
    assert files.below(tmp_path / "linked", "tables/a.md") == tmp_path / "linked" / "tables" / "a.md"
