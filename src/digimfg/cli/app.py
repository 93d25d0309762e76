"""Put the commands together."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from digimfg.cli import (
    data,
    describe,
    doctor,
    document,
    init,
    listing,
    package,
    replicate,
    texts,
    tour,
    verdict,
)
from digimfg.paper import commands as paper
from digimfg.text import Language, Text

__all__ = ["build_app"]

_HELP = Text(
    """Does the digital economy upgrade manufacturing, how, and how sure are we?

Run inside a project: a folder with `analyses/`, or any folder below it. Files that a command writes are
printed on stdout, one a line; progress and errors go to stderr. Exit code 2 means bad input, and the message
says where, what was expected, what was found, and the remedy.""",
    """数字经济是否推动制造业升级、如何推动、把握多大？

请在项目中运行：含有 `analyses/` 的文件夹或其下级。命令写出的文件逐行列在标准输出；进度与错误在标准错误。
退出码2表示输入有误，信息说明位置、应为、实为与办法。""",
)

_EXAMPLES = Text(
    """\b
Examples:
  digimfg list                         panels, sources, analyses, …
  digimfg describe internet_users_pct  what one column means
  digimfg run promotion                one analysis: results, tables, figures
  digimfg check                        are the results as accepted?
  digimfg --language zh data coverage  in Chinese""",
    """\b
示例：
  digimfg list                         有哪些面板、来源、分析……
  digimfg describe internet_users_pct  某一列的含义
  digimfg run promotion                运行一个分析：结果、表、图
  digimfg check                        结果是否与已确认的一致
  digimfg --language en data coverage  英文输出""",
)


def build_app() -> typer.Typer:
    """Return the command line application, its help in the current language."""
    app = typer.Typer(
        help=str(_HELP),
        epilog=str(_EXAMPLES),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback(help=str(_HELP), epilog=str(_EXAMPLES))(_options)
    for module in (
        init,
        replicate,
        document,
        package,
        verdict,
        listing,
        describe,
        data,
        texts,
        paper,
        doctor,
        tour,
    ):
        module.register(app)
    return app


def _options(
    language: Annotated[
        Language | None,
        typer.Option(
            help=str(Text("Language of messages (default: the locale's).", "信息语言（默认随系统区域）。"))
        ),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help=str(Text("Print the version and stop.", "显示版本后退出。")),
            callback=_print_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    if language is not None:
        os.environ["DIGIMFG_LANGUAGE"] = language


def _print_version(wanted: bool) -> None:
    if wanted:
        from digimfg import __version__

        typer.echo(__version__)
        raise typer.Exit
