"""The command that imports a user's own files into a panel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digimfg.display.terminal import print_files, print_table
from digimfg.text import Text, counted

if TYPE_CHECKING:
    from digimfg.importing.importer import Guess
    from digimfg.importing.mapping import ImportMapping
    from digimfg.importing.stored import ImportedPanel

__all__ = ["add"]


def add(group: typer.Typer) -> None:
    """Add ``import`` to the commands about data."""
    group.command(
        "import",
        help=str(
            Text(
                "Import your own file into a panel. CSV, Excel, Stata or Parquet, long or wide, Chinese "
                "or English headers.\n\n"
                "Columns are guessed and shown; guesses that are not certain are asked for on a "
                "terminal and refused elsewhere. "
                "Units come from headers, cells or the mapping, never from a guess. A file that was "
                "mapped once imports again "
                "with --mapping. Without FILE every file data/raw/NAME.* of the project is imported "
                "whose mapping is "
                "data/mappings/NAME.toml.\n\n"
                "Example: digimfg data import 年鉴.xlsx --panel china_province --save-mapping map.toml",
                "将自备文件导入面板：CSV、Excel、Stata 或 Parquet，长表或宽表，中英文表头均可。\n\n"
                "各列含义先作猜测并列出；不确定的，在终端上逐一询问，否则拒绝导入。单位取自表头、"
                "单元格或映射，绝不猜测。"
                "保存过映射的文件可用 --mapping 再次导入。不给文件则导入项目中映射为 "
                "data/mappings/NAME.toml 的全部 data/raw/NAME.*。\n\n"
                "示例：digimfg data import 年鉴.xlsx --panel china_province --save-mapping map.toml",
            )
        ),
    )(_import)


def _import(
    file: Annotated[
        Path | None,
        typer.Argument(help=str(Text("File to import; by default all of the project that have a mapping.",
        "要导入的文件；默认为项目中有映射的全部文件。")), metavar="FILE"),
    ] = None,
    panel: Annotated[
        str | None, typer.Option("--panel",
        help=str(Text("china_province, china_city, firm or world; by default what the mapping says.",
        "china_province、china_city、firm 或 world；默认取映射所写。")))
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help=str(Text("A saved mapping (TOML or JSON).",
        "已保存的映射（TOML 或 JSON）。")), metavar="MAP")
    ] = None,
    save_mapping: Annotated[
        Path | None,
        typer.Option("--save-mapping",
        help=str(Text("Write what the columns were taken for, to be edited and used again.",
        "写出各列的对应关系，供修改与再次使用。")), metavar="MAP"),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help=str(Text("Take likely guesses without asking.",
        "不询问，接受较可能的猜测。")))
    ] = False,
    add: Annotated[
        bool,
        typer.Option("--add",
        help=str(Text("Add to what was imported before; cells that differ are an error.",
        "并入此前的导入；取值冲突即报错。"))),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out",
        help=str(Text("Folder to store the panel in (default: data/imported of the project).",
        "存放文件夹（默认：项目的 data/imported）。")), metavar="FOLDER"),
    ] = None,
) -> None:  # fmt: skip
    from digimfg.importing import mapping as mappings
    from digimfg.importing.combining import add_import
    from digimfg.importing.importer import guess_mapping, import_panel

    if file is None:
        _import_all(panel, mapping, save_mapping, yes, add, out)
        return
    panel = panel or mappings.ImportMapping.of(mapping).panel
    guess = guess_mapping(file, panel, mapping)
    _show(guess)
    chosen = guess.mapping
    if guess.unsure and not yes and sys.stdin.isatty():
        chosen = _ask(guess)
    if save_mapping is not None:
        mappings.save_mapping(chosen, save_mapping, without_unit=guess.without_unit)
    imported = import_panel(file, panel, chosen, yes=yes)
    if add:
        imported, files = add_import(imported, out)
    else:
        files = imported.save(out)
    if save_mapping is not None:
        mappings.save_mapping(imported.mapping, save_mapping)
    _tell(imported)
    print_files([*files, *([save_mapping] if save_mapping is not None else [])])


def _import_all(*options: object) -> None:
    from digimfg.errors import ArgumentError
    from digimfg.importing.project_files import import_project
    from digimfg.project import find_project

    if any(options):
        raise ArgumentError.of("cli.no_file_named")
    project = find_project()

    def told(file: Path, imported: ImportedPanel) -> None:
        typer.echo(project.relative(file), err=True)
        _tell(imported)

    print_files(project.relative(path) for path in import_project(project.root, told))


def _tell(imported: ImportedPanel) -> None:
    for note in imported.notes:
        typer.echo(f"  {note}", err=True)
    rows, columns = imported.frame.shape
    typer.echo(
        str(
            Text(
                f"{imported.panel}: {counted(rows, 'row')} × {counted(columns, 'column')}",
                f"{imported.panel}：{rows:,}行 × {columns}列",
            )
        ),
        err=True,
    )


def _show(guess: Guess) -> None:
    from digimfg.text import current_language
    from digimfg.variables import dictionary

    entries, language = dictionary(), current_language()
    rows = []
    for name, told in guess.mapping.columns.items():
        known = entries.get(told.variable)
        label = (
            known.label.language(language)
            if known
            else str(Text("kept as it is", "原样保留") if not told.variable else Text("left out", "舍去"))
        )
        unit = known.unit.language(language) if known else ""
        rows.append((name, told.variable or "—", label, told.unit, unit, f"{told.confidence:.2f}", told.by))
    if sys.stderr.isatty() and sys.stdout.isatty():
        header = (Text("column", "列"), Text("variable", "变量"), Text("label", "名称"), Text("unit given",
            "声明单位"), Text("unit of the panel", "面板单位"), Text("sure", "把握"), Text("by",
            "依据"))  # fmt: skip
        print_table(header, rows)
    else:
        for row in rows:
            print("\t".join(str(cell) for cell in row), file=sys.stderr)


def _ask(guess: Guess) -> ImportMapping:
    from dataclasses import replace

    columns = dict(guess.mapping.columns)
    for name in guess.unsure:
        told = columns[name]
        question = Text(
            f"Is '{name}' {told.variable}? (otherwise it is kept as it is)",
            f"“{name}”是{told.variable}吗？（否则原样保留）",
        )
        if typer.confirm(str(question), err=True):
            columns[name] = replace(told, confidence=1.0, by="confirmed")
        else:
            columns[name] = replace(told, variable="", confidence=1.0, by="mapping")
    return replace(guess.mapping, columns=columns)
