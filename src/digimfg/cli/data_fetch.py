"""The command that fetches data from their publishers."""

from __future__ import annotations

from typing import Annotated

import typer

from digimfg.display.terminal import print_table, progress
from digimfg.text import Text

__all__ = ["add"]


def add(group: typer.Typer) -> None:
    """Add the command."""
    group.command(
        "fetch",
        help=str(
            Text(
                "Fetch a publisher's present data into data/fetched. Without a name, list the "
                "publishers and what is there.\n\n"
                "Nothing that is there changes until every answer is whole and checked; a fetch cut "
                "short goes on where it "
                "stopped. Panels use fetched data only when asked: `dm.load_panel('world', "
                "vintage='latest')`.\n\n"
                "Example: digimfg data fetch world_bank --indicators IT.NET.USER.ZS --indicators "
                "NV.IND.MANF.ZS",
                "从发布者取得当前数据，存入 data/fetched；不给名称则列出发布者与已有版本。\n\n"
                "全部应答完整且通过检查之前，已有数据不变；中断后再次运行可从中断处继续。"
                "仅在明确要求时面板才使用所取数据：`dm.load_panel('world', vintage='latest')`。\n\n"
                "示例：digimfg data fetch world_bank --indicators IT.NET.USER.ZS --indicators NV.IND.MANF.ZS",
            )
        ),
    )(_fetch)


def _fetch(
    publisher: Annotated[
        str | None, typer.Argument(help=str(Text("Publisher.", "发布者。")), metavar="PUBLISHER")
    ] = None,
    indicators: Annotated[
        list[str] | None,
        typer.Option(
            help=str(
                Text(
                    "Codes to fetch, several with commas or the option again (default: the catalogue).",
                    "要取得的代码，可用逗号或重复该选项给出多个（默认整个目录）。",
                )
            ),
            metavar="CODE",
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(help=str(Text("Ask this address instead.", "改用该地址。")), metavar="URL"),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            min=0.01,
            help=str(Text("Seconds that one answer may take.", "单个应答的最长秒数。")),
            metavar="SECONDS",
        ),
    ] = 60.0,
    attempts: Annotated[
        int,
        typer.Option(
            min=1, help=str(Text("How often a request is made.", "每个请求的最多次数。")), metavar="N"
        ),
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
        Text("publisher", "发布者"), Text("title", "标题"), Text("parts", "项数"), Text("licence", "许可"),
        Text("fetched vintages", "已取得版本"),
    )  # fmt: skip
    print_table(
        header,
        [
            (
                name,
                each.title,
                len(each.parts) or Text("asked for", "取得时查询"),
                each.licence,
                ", ".join(v.name for v in list_vintages(name)),
            )
            for name, each in all_publishers().items()
        ],
    )
