"""A fresh clone, built once for all tests of this folder with the interpreter that runs them."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.hookimpl(tryfirst=True)  # before the hook that reads the groups
def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.end_to_end)


def make(folder, *arguments, **environment):
    """Run make as a newcomer would, but with this interpreter instead of a new environment."""
    return subprocess.run(
        ["make", f"INTERPRETER={sys.executable}", *arguments],
        cwd=folder,
        env=plain_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def plain_environment():
    """Return the environment without what an outer `make test` hands down."""
    return {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    }


def hashes(folder):
    """Return path → SHA-256 of every output but make's own stamps and kept columns, in folders that begin with a dot."""
    hidden = set(folder.rglob(".*"))
    files = (
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and hidden.isdisjoint({path, *path.parents})
    )
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def clone(folder):
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A clone in a folder with a space in its name, after one `make -j2`; one process builds it, others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "projects" / "my thesis"
    with (shared / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "built").exists():
            shutil.rmtree(folder.parent, ignore_errors=True)
            folder.parent.mkdir()
            clone(folder)
            done = make(folder, "-j2")
            assert done.returncode == 0, done.stderr
            (shared / "built").touch()
    return folder


@pytest.fixture
def copy(built, tmp_path):
    """A copy of the built clone that a test may change."""
    folder = tmp_path / "copy"
    shutil.copytree(built, folder, symlinks=True)  # keeps modification times
    return folder
