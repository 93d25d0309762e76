"""What digimfg runs on, as a report of a fault needs it: versions, fonts, language, folders; no host."""

from __future__ import annotations

import locale
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from digimfg.errors import AnalysisError, DigimfgError
from digimfg.file_forms import FileForm
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.text import Text, current_language
from digimfg.version import PACKAGE, __version__

__all__ = ["Finding", "examine", "requirements"]

_WORDS = sheet_beside(__file__, "environment")

PROBE = "数字经济推动制造业升级，“变革论”—−×†ρ²"
"""What figures and the report write: Chinese, its punctuation, signs of mathematics."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Hold one line of the examination.

    Parameters
    ----------
    item
        What was looked at.
    found
        What is there.
    remedy
        What to do where something needed is missing; None where all is well.
    """

    item: Text
    found: Text
    remedy: Text | None = None


def examine() -> tuple[Finding, ...]:
    """Return what is installed and found.

    Of paths outside a project only the interpreter's is named, with ``~`` for the user's home.
    """
    return (*_machine(), *_fonts(), *_data(), *_folders(), *_packages())


def requirements() -> dict[str, tuple[Requirement, ...]]:
    """Return what digimfg needs: ``""`` → always, name of an extra → what that adds.

    From the installed package; where its sources run without installation, from their ``pyproject.toml``.
    Empty where neither is there.
    """
    try:
        stated = [Requirement(line) for line in requires("digimfg") or ()]
        extras = metadata("digimfg").get_all("Provides-Extra") or []
    except PackageNotFoundError:
        return _of_sources(PACKAGE.parents[1] / "pyproject.toml")
    always = tuple(each for each in stated if each.marker is None or each.marker.evaluate({"extra": ""}))
    added = {
        name: tuple(
            each
            for each in stated
            if each not in always and each.marker is not None and each.marker.evaluate({"extra": name})
        )
        for name in sorted(extras)
    }
    return {"": always, **added}


_FORM: FileForm[dict[str, Any]] = FileForm(
    schema=dict[str, Any],
    what=_WORDS["what_the_sources_require"],
    remedy=_WORDS["restore_pyproject_toml"],
)


def _of_sources(file: Path) -> dict[str, tuple[Requirement, ...]]:
    if not file.is_file():
        return {}
    project = _FORM.read(file)["project"]
    groups = {"": project["dependencies"], **dict(sorted(project["optional-dependencies"].items()))}
    return {name: tuple(map(Requirement, lines)) for name, lines in groups.items()}


def _machine() -> Iterator[Finding]:
    yield Finding(item=Text.of("digimfg"), found=Text.of(__version__))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    yield Finding(item=Text.of("Python"), found=Text.of(python))
    yield Finding(item=_WORDS["interpreter"], found=Text.of(_homely(Path(sys.executable))))
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    yield Finding(item=_WORDS["platform"], found=Text.of(system))
    yield Finding(item=_WORDS["processors"], found=Text.of(str(os.cpu_count() or 1)))
    named = [
        f"{name}={os.environ[name]}"
        for name in ("DIGIMFG_LANGUAGE", "DIGIMFG_VINTAGE", "LC_ALL", "LANG")
        if os.environ.get(name)
    ]
    yield Finding(
        item=_WORDS["language_and_settings"],
        found=Text.of(" ".join((current_language(), *named))),
    )
    encodings = (locale.getpreferredencoding(False), sys.getfilesystemencoding(), sys.stdout.encoding)
    yield Finding(
        item=_WORDS["encodings_of_text_file_names_output"],
        found=Text.of(", ".join(str(each) for each in encodings)),
    )


def _homely(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else path.as_posix()


def _fonts() -> Iterator[Finding]:
    """Look for the fonts of figures and of the report, and whether one of them has each probed character."""
    remedy = _WORDS["remedy"]
    item = _WORDS["item"]
    held: dict[str, set[int]] = {}
    try:
        from fontTools.ttLib import TTFont

        from digimfg.exhibits.style import font_folders

        names = ("NotoSansSC-Regular.ttf", "DejaVuSans.ttf")
        for folder, name in zip(font_folders(), names, strict=True):
            with TTFont(folder / name, lazy=True) as font:
                held[name] = set(font.getBestCmap())
    except (ImportError, OSError) as fault:
        told = note_of("cli.font_unreadable", fault=type(fault).__name__)
        yield Finding(item=item, found=told, remedy=remedy)
        return
    for name, characters in held.items():
        count = note_of("cli.characters_of_font", name=name, n=len(characters))
        yield Finding(item=item, found=count)
    if missing := [each for each in PROBE if not any(ord(each) in held[name] for name in held)]:
        told = note_of("cli.missing_glyphs", missing="".join(missing))
        yield Finding(item=item, found=told, remedy=remedy)


def _data() -> Iterator[Finding]:
    from digimfg.panels.store import list_panels, load_panel

    item = _WORDS["shipped_panels"]
    try:
        rows = list_panels()["n_rows"]
        shipped = [str(name) for name in rows.index[rows > 0]]
        sizes = [f"{name} {len(load_panel(name, vintage='shipped')):,}" for name in shipped]
    except (DigimfgError, OSError) as fault:
        told = note_of("cli.font_unreadable", fault=type(fault).__name__)
        remedy = _WORDS["install_again_or_make"]
        yield Finding(item=item, found=told, remedy=remedy)
        return
    yield Finding(item=item, found=note_of("cli.rows_of_panels", sizes=sizes))


def _folders() -> Iterator[Finding]:
    from digimfg.fetching.vintages import fetched_folder
    from digimfg.project import find_project

    item = _WORDS["project"]
    try:
        project = find_project()
    except AnalysisError:
        yield Finding(item=item, found=_WORDS["none_here"])
        root = None
    else:
        root = project.root
        analyses = list(project.analysis_files())
        files = [name for name in ("labels.toml", "claims.toml", "Makefile") if (root / name).is_file()]
        told = note_of("cli.project_found", n=len(analyses), files=files or "—")
        yield Finding(item=item, found=told)
        yield _writable(_WORDS["its_folder"], root, ".")
    fetched = fetched_folder()
    below = root is not None and fetched.resolve().is_relative_to(root)
    place = (
        Text.of(fetched.resolve().relative_to(root).as_posix())
        if below and root is not None
        else _WORDS["place"]
    )
    vintages = sum(1 for _ in fetched.glob("*/*/manifest.json"))
    kept = note_of("cli.place_of_vintages", place=place, n=vintages)
    yield Finding(item=_WORDS["fetched_data"], found=kept)
    yield _font_cache()
    yield _writable(_WORDS["temporary_files"], Path(tempfile.gettempdir()), "")


def _font_cache() -> Finding:
    item = _WORDS["cache_of_fonts"]
    try:
        from matplotlib import get_cachedir

        return _writable(item, Path(get_cachedir()), "")
    except ImportError:
        return Finding(item=item, found=_WORDS["unknown_without_matplotlib"])


def _writable(item: Text, folder: Path, name: str) -> Finding:
    place = f"{name} " if name else ""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Finding(item=item, found=Text(f"{place}can be written", f"{place}可写入"))
    except OSError as fault:
        told = note_of("cli.folder_not_writable", place=place, fault=type(fault).__name__)
        remedy = _WORDS["allow_writing_there_or_free_space"]
        return Finding(item=item, found=told, remedy=remedy)


def _packages() -> Iterator[Finding]:
    groups = requirements()
    if not groups:
        yield Finding(
            item=_WORDS["packages"],
            found=_WORDS["what_is_needed_is_not_recorded"],
            remedy=_WORDS["install_digimfg_with_pip"],
        )
    for extra, needed in groups.items():
        for each in sorted(needed, key=lambda each: each.name.lower()):
            yield _package(each, extra)


def _package(needed: Requirement, extra: str) -> Finding:
    item = Text(f"{needed.name} [{extra}]", f"{needed.name} [{extra}]") if extra else Text.of(needed.name)
    wanted = f"{needed.name}{needed.specifier}"
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        found = ""
    fits = bool(found) and needed.specifier.contains(found, prereleases=True)
    told = Text.of(found) if found else _WORDS["told"]
    if found and not fits:
        told = note_of("cli.package_too_old", found=found, wanted=wanted)
    if fits or extra:
        return Finding(item=item, found=told)
    remedy = note_of("cli.pip_install", wanted=wanted)
    return Finding(item=item, found=told, remedy=remedy)
