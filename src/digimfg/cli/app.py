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
from digimfg.sheets import sheet_beside
from digimfg.text import Language

__all__ = ["build_app"]

_WORDS = sheet_beside(__file__, "app")

_HELP = _WORDS["help"]

_EXAMPLES = _WORDS["examples"]


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
        typer.Option(help=str(_WORDS["options_language"])),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help=str(_WORDS["options__version"]),
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
