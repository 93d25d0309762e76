"""The command that shows what a vintage changed, in the data and in the results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from digimfg.display.terminal import print_table, progress
from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add"]

_WORDS = sheet_beside(__file__, "data_diff")

_LARGEST = 10
_STILL = 1e-6


def add(group: typer.Typer) -> None:
    """Add the command."""
    group.command("diff", help=str(_WORDS["diff"]))(_diff)


def _diff(
    before: Annotated[
        str | None,
        typer.Option(
            "--from",
            help=str(_WORDS["diff_before"]),
            metavar="VINTAGE",
        ),
    ] = None,
    after: Annotated[
        str,
        typer.Option("--to", help=str(_WORDS["diff_after"]), metavar="VINTAGE"),
    ] = "latest",
    panel: Annotated[str, typer.Option(help=str(_WORDS["diff_panel"]), metavar="PANEL")] = "world",
) -> None:
    from digimfg.panels import find_panel
    from digimfg.panels.vintage_changes import compare_vintages
    from digimfg.panels.vintage_names import name_before

    earlier = name_before(find_panel(panel), after) if before is None else before
    changes = compare_vintages(panel, earlier, after)
    typer.echo(f"{panel}: {changes.before} → {changes.after}")
    header = (
        _WORDS["header"], _WORDS["values_before"], _WORDS["values_after"],
        _WORDS["added"],
        _WORDS["removed"], _WORDS["revised"], _WORDS["median_revision_pct"],
        _WORDS["largest_revision_pct"],
    )  # fmt: skip
    print_table(header, [_shown(row) for row in changes.columns.reset_index().itertuples(index=False)])
    largest = changes.revisions.groupby("column", sort=False).head(1).head(_LARGEST)
    if len(largest):
        typer.echo("")
        print_table(
            [*(str(name) for name in largest.columns)],
            [_shown(row) for row in largest.itertuples(index=False)],
            _WORDS["largest_revision_of_a_column"],
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
        _WORDS["analysis"], _WORDS["specification"], _WORDS["term"], _WORDS["before"],
        _WORDS["std_error"], _WORDS["n"], _WORDS["after"], _WORDS["std_error"],
        _WORDS["n"],
        _WORDS["change_in_std_errors"],
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
