"""The command that shows what a vintage changed, in the data and in the results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from digimfg.display.terminal import print_table, progress
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add"]

_LARGEST = 10
_STILL = 1e-6


def add(group: typer.Typer) -> None:
    """Add the command."""
    group.command(
        "diff",
        help=str(
            Text(
                "Show what a fetched vintage changed. Cells by column, the largest revisions, and, "
                "inside a project, every "
                "coefficient estimated on both.\n\nExample: digimfg data diff --from shipped --to latest",
                "显示所取版本带来的变化：各列单元格、最大修订；"
                "在项目中还列出用两个版本分别估计的全部系数。\n\n"
                "示例：digimfg data diff --from shipped --to latest",
            )
        ),
    )(_diff)


def _diff(
    before: Annotated[
        str | None,
        typer.Option(
            "--from",
            help=str(
                Text(
                    "Earlier vintage, or `shipped` (default: what was there before the last day of "
                    "fetching, else `shipped`).",
                    "较早的版本，或 `shipped`（默认为最近一次取得之前的版本，没有则为 `shipped`）。",
                )
            ),
            metavar="VINTAGE",
        ),
    ] = None,
    after: Annotated[
        str,
        typer.Option("--to", help=str(Text("Later vintage.", "较新的版本。")), metavar="VINTAGE"),
    ] = "latest",
    panel: Annotated[str, typer.Option(help=str(Text("Panel.", "面板。")), metavar="PANEL")] = "world",
) -> None:
    from digimfg.panels import find_panel
    from digimfg.panels.vintage_changes import compare_vintages
    from digimfg.panels.vintage_names import name_before

    earlier = name_before(find_panel(panel), after) if before is None else before
    changes = compare_vintages(panel, earlier, after)
    typer.echo(f"{panel}: {changes.before} → {changes.after}")
    header = (
        Text("column", "列"), Text("values before", "原取值数"), Text("values after", "现取值数"),
        Text("added", "新增"),
        Text("removed", "删除"), Text("revised", "修订"), Text("median revision %", "修订中位数 %"),
        Text("largest revision %", "最大修订 %"),
    )  # fmt: skip
    print_table(header, [_shown(row) for row in changes.columns.reset_index().itertuples(index=False)])
    largest = changes.revisions.groupby("column", sort=False).head(1).head(_LARGEST)
    if len(largest):
        typer.echo("")
        print_table(
            [*(str(name) for name in largest.columns)],
            [_shown(row) for row in largest.itertuples(index=False)],
            Text("Largest revision of a column", "各列最大修订"),
        )
    _print_results(panel, changes.before, changes.after)


def _print_results(panel: str, before: str, after: str) -> None:
    from digimfg.errors import AnalysisError
    from digimfg.panels.store import load_panel
    from digimfg.project import find_project
    from digimfg.replication.load import load_analyses
    from digimfg.replication.vintages import coefficient_changes

    try:
        project = find_project()
    except AnalysisError:
        return
    own = project.processed if (project.processed / "datapackage.json").is_file() else None
    one, two = (load_panel(panel, own, vintage=vintage) for vintage in (before, after))
    with progress("diff") as show:
        changes, failures = coefficient_changes(load_analyses(project), panel, one, two, show)
    moved = changes[~(changes["change_std_errors"].abs() < _STILL)]
    moved = moved.iloc[moved["change_std_errors"].abs().fillna(float("inf")).argsort(kind="stable")[::-1]]
    typer.echo("")
    header = (
        Text("analysis", "分析"), Text("specification", "设定"), Text("term", "变量"), Text("before",
        "原估计"),
        Text("std. error", "标准误"), Text("N", "N"), Text("after", "现估计"), Text("std. error", "标准误"),
        Text("N", "N"),
        Text("change in std. errors", "变化（标准误）"),
    )  # fmt: skip
    print_table(header, [_shown(row) for row in moved.itertuples(index=False)])
    still = len(changes) - len(moved)
    typer.echo(
        str(
            Text(
                f"coefficients that stay: {still} of {len(changes)}", f"未变的系数：{still} / {len(changes)}"
            )
        )
    )
    for failure in failures:
        typer.echo(str(failure), err=True)


def _shown(row: pd.Series | tuple[object, ...]) -> list[object]:
    return [
        None
        if isinstance(cell, float) and cell != cell
        else f"{cell:.4g}"
        if isinstance(cell, float)
        else cell
        for cell in row
    ]
