"""The command that lists what there is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Annotated, Literal

import typer

from digimfg.display.terminal import print_table
from digimfg.records import records
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["register"]

_WORDS = sheet_beside(__file__, "listing")

Kind = Literal[
    "panels",
    "variables",
    "sources",
    "analyses",
    "measures",
    "estimators",
    "studies",
    "exhibits",
    "registers",
    "claims",
]
Rows = Iterable[tuple[object, ...]]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list", help=str(_WORDS["list"]))(_list)


def _list(
    kind: Annotated[Kind | None, typer.Argument(help=str(_WORDS["list_kind"]))] = None,
) -> None:
    listings: dict[str, tuple[tuple[Text, ...], Callable[[], Rows]]] = {
        "panels": (_names("panel", "面板", "keys", "主键", "title", "标题"), _panels),
        "variables": (
            _names("variable", "变量", "label", "名称", "unit", "单位", "source", "来源"),
            _variables,
        ),
        "sources": (
            _names("source", "来源", "title", "标题", "licence", "许可", "accessed", "取得日期"),
            _sources,
        ),
        "analyses": (_names("analysis", "分析", "title", "标题"), _analyses),
        "measures": (
            _names("name", "名称", "what it does", "用途", "gaps", "缺失值", "gives", "给出"),
            _measures,
        ),
        "estimators": (_names("name", "名称", "what it does", "用途"), lambda: _public("estimators")),
        "studies": (_names("name", "名称", "what it does", "用途"), _studies),
        "exhibits": (_names("name", "名称", "what it does", "用途"), _exhibits),
        "registers": (_names("register", "资料表", "title", "标题", "rows", "行数"), _registers),
        "claims": (_names("claim", "编号", "section", "章节", "what the paper says", "论断"), _claims),
    }
    if kind is None:
        counts = ((name, len(list(rows())), f"digimfg list {name}") for name, (_, rows) in listings.items())
        print_table(_names("kind", "种类", "number", "个数", "to see them", "查看"), counts)
        return
    header, rows = listings[kind]
    print_table(header, rows())


def _names(*words: str) -> tuple[Text, ...]:
    return tuple(Text(en, zh) for en, zh in zip(words[::2], words[1::2], strict=True))


def _panels() -> Rows:
    from digimfg.panels import all_panels

    return [(name, ", ".join(panel.keys), panel.title) for name, panel in all_panels().items()]


def _variables() -> Rows:
    from digimfg.variables import dictionary

    return [(entry.name, entry.label, entry.unit, entry.source) for entry in dictionary().values()]


def _sources() -> Rows:
    from digimfg.registry import instances

    return [
        (name, source.title, source.licence, source.accessed)
        for name, source in instances("sources", "SOURCE").items()
    ]


def _analyses() -> Rows:
    from digimfg.project import find_project
    from digimfg.replication.load import load_analyses

    return [(name, analysis.title) for name, analysis in load_analyses(find_project()).items()]


def _registers() -> Rows:
    from digimfg.paper.views import list_registers

    return [
        (row["register"], Text(row["title_en"], row["title_zh"]), row["rows"])
        for row in records(list_registers())
    ]


def _claims() -> Rows:
    from digimfg.paper.ledger import ledger

    return [(claim.id, claim.section, claim.text) for claim in ledger()]


def _studies() -> Rows:
    """Return what is asked of a specification beyond its coefficients: functions, not the values they
    return.
    """
    packages = ("inference", "instrument_check", "policy", "robustness", "shift_share_design", "simulation")
    return [row for package in packages for row in _public(package) if str(row[0]).islower()]


def _exhibits() -> Rows:
    from digimfg.exhibits import Exhibit

    return _public(Exhibit)


def _measures() -> Rows:
    """Return the measures, what becomes of gaps and what their numbers are; then what goes with them."""
    import digimfg
    from digimfg.measures.contract import declared_of

    rows = _public("measures")
    declared = (declared_of(getattr(digimfg, name)) for name, _ in rows)
    stated = (("", "") if each is None else (each.gaps_said, each.gives_said) for each in declared)
    return [(*row, *more) for row, more in zip(rows, stated, strict=True)]


def _public(home: str | type) -> list[tuple[str, str]]:
    """Return public names, those of one package or of one kind, each with the first line of its
    documentation.
    """
    import digimfg

    values = ((name, getattr(digimfg, name)) for name in sorted(dir(digimfg)))
    return [
        (name, (value.__doc__ or "").strip().partition("\n")[0])
        for name, value in values
        if (
            getattr(inspect.unwrap(value), "__module__", "").startswith(f"digimfg.{home}.")
            if isinstance(home, str)
            else isinstance(value, type) and issubclass(value, home) and value is not home
        )
    ]
