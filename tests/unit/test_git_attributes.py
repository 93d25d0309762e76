"""A clone on a system with other line ends holds the same bytes, and a file that does not is told how to mend."""

import shutil
import subprocess
from pathlib import Path

import pytest
from refused import refused

from digimfg.errors import SourceError
from digimfg.registry import instances

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a checkout")


def git(*arguments, cwd=ROOT):
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True).stdout


def test_a_clone_with_windows_line_ends_holds_the_bytes_of_the_repository(tmp_path):
    clone = tmp_path / "clone"
    options = ("-c", "core.autocrlf=true", "-c", "core.eol=crlf")
    git(*options, "clone", "--quiet", "--no-checkout", "--shared", str(ROOT), str(clone))
    shutil.copy(ROOT / ".gitattributes", clone / ".git" / "info" / "attributes")
    git(*options, "checkout", "--quiet", cwd=clone)
    listed = [line.split("\t") for line in git("ls-tree", "-r", "HEAD", cwd=clone).splitlines()]
    kept = {name: described.split()[2] for described, name in listed}
    held = git(
        "hash-object", "--no-filters", "--", *(name.strip('"') for name in kept if '"' not in name), cwd=clone
    ).split()
    assert held == [digest for name, digest in kept.items() if '"' not in name]


def test_every_file_that_is_hashed_or_compared_is_left_as_it_is():
    names = git(
        "ls-files", "data/raw", "data/processed", "tests/snapshots", "tests/reference/data"
    ).splitlines()
    told = git("check-attr", "text", "--", *names).splitlines()
    assert [line for line in told if not line.endswith(": unset")] == []


def test_changed_line_ends_are_told_and_the_remedy_mends_them(tmp_path):
    source = instances("sources", "SOURCE")["penn_world_table"]
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--shared", str(ROOT), str(clone))
    path = clone / "data" / "raw" / source.name / "pwt91.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    with refused(SourceError, "sources.file_changed", got="line ends") as caught:
        source.verify(clone / "data" / "raw")
    commands = caught.value.remedy.en.split("`")[1:4:2]
    for command in commands:
        subprocess.run(command.split(), cwd=clone, check=True)
    source.verify(clone / "data" / "raw")
