"""The list of slow tests names tests that are there."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def functions_of(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (
                f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)
            )


def test_every_slow_test_is_there():
    listed = (ROOT / "tests" / "slow.txt").read_text(encoding="utf-8").split()
    assert listed == sorted(set(listed))
    there = {
        f"{path.relative_to(ROOT).as_posix()}::{name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in functions_of(path)
    }
    doctests = {name for name in listed if name.startswith("src/")}
    assert set(listed) - doctests <= there
    assert all((ROOT / name.partition("::")[0]).exists() for name in doctests)
