"""The command that fetches data from their publishers."""

from __future__ import annotations

from typing import Annotated

import typer

from digimfg.display.terminal import print_table, progress
from digimfg.sheets import sheet_beside
from digimfg.text import Text

__all__ = ["add"]

_WORDS = sheet_beside(__file__, "data_fetch")


def add(group: typer.Typer) -> None:
    """Add the command."""
    group.command("fetch", help=str(_WORDS["fetch"]))(_fetch)


def _fetch(
    publisher: Annotated[
        str | None, typer.Argument(help=str(_WORDS["fetch_publisher"]), metavar="PUBLISHER")
    ] = None,
    indicators: Annotated[
        list[str] | None,
        typer.Option(
            help=str(_WORDS["fetch_indicators"]),
            metavar="CODE",
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(help=str(_WORDS["fetch_base_url"]), metavar="URL"),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            min=0.01,
            help=str(_WORDS["fetch_timeout"]),
            metavar="SECONDS",
        ),
    ] = 60.0,
    attempts: Annotated[
        int,
        typer.Option(min=1, help=str(_WORDS["fetch_attempts"]), metavar="N"),
    ] = 5,
) -> None:
    if publisher is None:
        _list()
        return
    from digimfg.fetching.client import Manners
    from digimfg.fetching.fetch import fetch

    codes = tuple(code.strip() for given in indicators or () for code in given.split(",") if code.strip())
    with progress(publisher) as show:
        fetched = fetch(
            publisher,
            parts=codes,
            address=base_url,
            manners=Manners(timeout=timeout, attempts=attempts),
            progress=show,
        )
    vintage = fetched.vintage
    for note in fetched.notes:
        typer.echo(str(note), err=True)
    summary = Text(
        f"{publisher}: vintage {vintage.name}, sha256 {vintage.digest}; {fetched.asked} fetched, "
        f"{fetched.kept} kept from before",
        f"{publisher}：版本{vintage.name}，sha256 {vintage.digest}；本次取得{fetched.asked}项，"
        f"沿用此前{fetched.kept}项",
    )
    typer.echo(str(summary), err=True)
    typer.echo(str(vintage.folder / "manifest.json"))


def _list() -> None:
    from digimfg.fetching import all_publishers
    from digimfg.fetching.vintages import list_vintages

    header = (
        _WORDS["header"], _WORDS["title"], _WORDS["parts"], _WORDS["licence"],
        _WORDS["fetched_vintages"],
    )  # fmt: skip
    print_table(
        header,
        [
            (
                name,
                each.title,
                len(each.parts) or _WORDS["asked_for"],
                each.licence,
                ", ".join(v.name for v in list_vintages(name)),
            )
            for name, each in all_publishers().items()
        ],
    )
