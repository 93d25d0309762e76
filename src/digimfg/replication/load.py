"""Load analysis files and see that each is whole and that none contradicts another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.analysis import Analysis
from digimfg.errors import AnalysisError
from digimfg.exhibits.uses import words_in
from digimfg.replication.execute import execute
from digimfg.say import say
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from digimfg.project import Project

__all__ = ["load_analyses", "load_analysis"]


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
    _check_exhibit_names(loaded, wanted)
    return {name: analysis for name, analysis in loaded.items() if name in wanted}


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
        raise AnalysisError(
            where=str(path),
            expected=Text("a file name of letters, digits and underscores", "文件名只含字母、数字与下划线"),
            got=f"'{path.name}'",
            remedy=Text("rename the file", "请重命名该文件"),
        )
    analysis = getattr(execute(path), "ANALYSIS", None)
    if not isinstance(analysis, Analysis):
        raise AnalysisError(
            where=str(path),
            expected="ANALYSIS = dm.Analysis(...)",
            got=Text("no such value", "没有这个值") if analysis is None else f"{type(analysis).__name__}",
            remedy=Text(
                "define ANALYSIS at the end of the file; any file of `analyses/` is a model",
                "请在文件末尾定义 ANALYSIS；可参照 `analyses/` 中的任一文件",
            ),
        )
    _check_references(path, analysis)
    return analysis


def _check_references(path: Path, analysis: Analysis) -> None:
    if analysis.panel is None and analysis.specifications:
        raise AnalysisError(
            where=str(path),
            expected=Text("a panel for the specifications", "为各设定指明面板"),
            got="panel=None",
            remedy=Text("name one of `digimfg list panels`", "从 `digimfg list panels` 中选一个"),
        )
    specifications, tests = tuple(analysis.specifications), tuple(analysis.tests)
    for exhibit in analysis.exhibits:
        where = say("exhibit '{name}'", "图表“{name}”", name=exhibit.name)
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
                where=say("{path}, {where}", "{path}，{where}", path=path, where=where),
                expected=say(
                    "a name that the analysis declares: {names}",
                    "该分析声明的名称：{names}",
                    names=known or ["—"],
                ),
            )


def _check_exhibit_names(loaded: Mapping[str, Analysis], wanted: Iterable[str]) -> None:
    owners: dict[str, list[str]] = {}
    for name, analysis in loaded.items():
        for exhibit in analysis.exhibits:
            owners.setdefault(exhibit.name, []).append(name)
    for exhibit_name, names in owners.items():
        if len(names) > 1 and set(names) & set(wanted):
            raise AnalysisError(
                where=", ".join(f"analyses/{name}.py" for name in sorted(set(names))),
                expected=Text("exhibit names that are unique over all analyses", "图表名称在所有分析中唯一"),
                got=say(
                    "'{exhibit_name}' {n} times",
                    "“{exhibit_name}”出现{n}次",
                    exhibit_name=exhibit_name,
                    n=len(names),
                ),
                remedy=Text(
                    "rename all but one: their files would overwrite each other",
                    "请只保留一个，其余改名，否则文件会互相覆盖",
                ),
            )
