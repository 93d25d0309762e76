"""The package's own code, read once for all tests that look through it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import digimfg

__all__ = ["PACKAGE", "package_texts", "package_trees"]

PACKAGE = Path(digimfg.__file__).parent


@cache
def package_texts() -> Mapping[str, str]:
    """Return the text of every file of the package by its path below it."""
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def package_trees() -> Mapping[str, ast.Module]:
    """Return the syntax tree of every file of the package by its path below it; nobody may change one."""
    return {name: ast.parse(text) for name, text in package_texts().items()}
