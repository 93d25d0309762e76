"""Load analysis files and see that each is whole and that none contradicts another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from digimfg.analysis import Analysis
from digimfg.errors import AnalysisError
from digimfg.exhibits.uses import words_in
from digimfg.files import sha256_file
from digimfg.notes import note_of
from digimfg.replication.execute import execute
from digimfg.replication.kept import KeptFiles
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from digimfg.project import Project

__all__ = ["keep_names", "load_alone", "load_analyses", "load_analysis"]


def load_analyses(project: Project, names: Iterable[str] = ()) -> dict[str, Analysis]:
    """Load analyses by name (all of them by default) and check each against all others.

    A file that was not asked for and does not load is passed over: its own run will say what is wrong.

    Parameters
    ----------
    project
        Where the analyses are.
    names
        Names of files below ``analyses/`` without ``.py``.

    Returns
    -------
    dict
        Name → analysis, in alphabetical order.

    Raises
    ------
    AnalysisError
        If a name is unknown (the nearest are suggested), a file does not load (see `load_analysis`), or two
        analyses give one name to their exhibits.
    """
    files = project.analysis_files()
    wanted = tuple(names) or tuple(files)
    for name in wanted:
        if name not in files:
            more = Text("`digimfg list analyses` prints all", "`digimfg list analyses` 列出全部")
            raise AnalysisError.unknown(name, files, where="analyses/", more=more)
    loaded: dict[str, Analysis] = {}
    for name, path in files.items():
        try:
            loaded[name] = load_analysis(path)
        except AnalysisError:
            if name in wanted:
                raise
    _check_exhibit_names({name: _names(analysis) for name, analysis in loaded.items()}, wanted)
    return {name: analysis for name, analysis in loaded.items() if name in wanted}


def load_alone(project: Project, name: str) -> Analysis:
    """Load one analysis as `load_analyses` does; of the others, what their files called their exhibits when
    they were last looked at is enough.

    Raises
    ------
    AnalysisError
        As for `load_analyses`.
    """
    files = project.analysis_files()
    if name not in files:
        return load_analyses(project, [name])[name]
    analysis = load_analysis(files[name])
    find = {each: partial(_names_in, path) for each, path in files.items() if each != name}
    others = _kept_names(project, find)
    _check_exhibit_names(
        {each: names or () for each, names in {**others, name: _names(analysis)}.items()}, [name]
    )
    return analysis


def keep_names(project: Project, analyses: Mapping[str, Analysis]) -> None:
    """Keep what analyses that were loaded call their exhibits, for `load_alone`."""
    _kept_names(project, {name: partial(_names, analysis) for name, analysis in analyses.items()})


def _kept_names(
    project: Project, find: Mapping[str, Callable[[], tuple[str, ...] | None]]
) -> dict[str, tuple[str, ...] | None]:
    """Return the names that files give their exhibits, found where a file or a helper changed."""
    kept, files = KeptFiles(project.output, "names"), project.analysis_files()
    helpers = [sha256_file(path) for path in sorted(project.analyses.glob("_*.py"))]
    return {
        name: kept.value(name, kept.name(sha256_file(files[name]), helpers), found)
        for name, found in find.items()
    }


def _names(analysis: Analysis) -> tuple[str, ...]:
    return tuple(exhibit.name for exhibit in analysis.exhibits)


def _names_in(path: Path) -> tuple[str, ...] | None:
    """Return the names of the exhibits of a file, ``None`` where it does not load."""
    try:
        return _names(load_analysis(path))
    except AnalysisError:
        return None


def load_analysis(path: Path) -> Analysis:
    """Load one analysis file.

    Parameters
    ----------
    path
        A Python file that defines ``ANALYSIS``.

    Returns
    -------
    Analysis
        As declared; its exhibits and tests name specifications that exist.

    Raises
    ------
    AnalysisError
        If the file cannot be run (naming the line), defines no ``ANALYSIS``, or an exhibit, a test or a
        study names a specification that the analysis does not have.
    """
    if not path.stem.isidentifier():
        raise AnalysisError.of("replication.file_name_of_analysis", where=str(path), got=f"'{path.name}'")
    analysis = getattr(execute(path), "ANALYSIS", None)
    if not isinstance(analysis, Analysis):
        raise AnalysisError.of(
            "replication.no_analysis_in_file",
            where=str(path),
            found=Text("no such value", "没有这个值") if analysis is None else f"{type(analysis).__name__}",
        )
    _check_references(path, analysis)
    return analysis


def _check_references(path: Path, analysis: Analysis) -> None:
    if analysis.panel is None and analysis.specifications:
        raise AnalysisError.of("replication.analysis_without_panel", where=str(path))
    specifications, tests = tuple(analysis.specifications), tuple(analysis.tests)
    for exhibit in analysis.exhibits:
        where = note_of("replication.place_of_exhibit", name=exhibit.name)
        uses = exhibit.uses
        _check_names(path, where, words_in(exhibit, uses.results), specifications)
        _check_names(path, where, words_in(exhibit, uses.tests), tests)
        _check_names(path, where, words_in(exhibit, uses.studies), tuple(analysis.studies))
    for name, study in analysis.studies.items():
        _check_names(path, Text(f"study '{name}'", f"专项分析“{name}”"), study.named, specifications)
    for name, test in analysis.tests.items():
        _check_names(path, Text(f"test '{name}'", f"检验“{name}”"), (test.specification,), specifications)


def _check_names(path: Path, where: Text, names: Iterable[str], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            raise AnalysisError.unknown(
                name,
                known,
                where=note_of("replication.place_in_file", path=path, where=where),
                expected=note_of("replication.names_of_analysis", names=known or ["—"]),
            )


def _check_exhibit_names(exhibits: Mapping[str, tuple[str, ...]], wanted: Iterable[str]) -> None:
    owners: dict[str, list[str]] = {}
    for name in sorted(exhibits):
        for exhibit in exhibits[name]:
            owners.setdefault(exhibit, []).append(name)
    for exhibit_name, names in owners.items():
        if len(names) > 1 and set(names) & set(wanted):
            raise AnalysisError.of(
                "replication.exhibit_names_repeated",
                where=", ".join(f"analyses/{name}.py" for name in sorted(set(names))),
                exhibit_name=exhibit_name,
                n=len(names),
            )
