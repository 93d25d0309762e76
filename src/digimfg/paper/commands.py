"""Commands on the paper's own data: its registers and what is wrong in them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digimfg.display.terminal import print_table
from digimfg.records import records
from digimfg.text import Text, current_language

__all__ = ["register"]

_REGISTER = Text(
    "institutes, paradigms, policies, funding, stem_policies, waves, paths or concepts.",
    "institutes、paradigms、policies、funding、stem_policies、waves、paths 或 concepts。",
)
_OWN = Text(
    "A TOML file of errata of your own; they replace ours for the same cell.",
    "自备勘误的 TOML 文件；同一单元格以自备者为准。",
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "errata",
        help=str(
            Text(
                "Print the errata of the paper. Cell, line, as printed, proposed, confidence, severity, "
                "evidence, source.\n\n"
                "Certain and likely ones make the corrected view, open ones leave the cell as printed. "
                "--rules prints "
                "instead what rules alone find in the printed registers, errata unseen.\n\n"
                "A file of your own holds [[errata]] tables with register, row, column, printed, proposed, "
                'confidence ("certain", "likely", "open"), evidence, source, date; optional: severity '
                '("error", "slip", "imprecise", "question"), cause, proposed_en, '
                'action = "drop", checked.\n\n'
                "Example: digimfg errata --register institutes",
                "列出论文勘误：单元格、行号、原文、建议、把握、轻重、依据、来源。\n\n"
                "确定与可能者构成更正视图，存疑者保留原文。--rules 改为列出不看勘误、"
                "仅凭规则在原文资料表中发现的问题。\n\n"
                "自备文件为若干 [[errata]]，含 register、row、column、printed、proposed、confidence"
                "（certain、likely、open）、evidence、source、date；可选 severity、cause、proposed_en、"
                "action、checked。\n\n"
                "示例：digimfg errata --register institutes",
            )
        ),
    )(_errata)
    app.command(
        "register",
        help=str(
            Text(
                "Print a register of the paper, as printed or corrected. Without a name, list all.\n\n"
                "Example: digimfg register institutes --view as_printed",
                "打印论文的一张资料表（原文或更正后）；不给名称则列出全部。\n\n"
                "示例：digimfg register institutes --view as_printed",
            )
        ),
    )(_register)


def _errata(
    register: Annotated[str | None, typer.Option(help=str(_REGISTER))] = None,
    own: Annotated[Path | None, typer.Option("--with", help=str(_OWN), metavar="FILE")] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help=str(Text("What rules alone find.", "仅凭规则的发现。")))
    ] = False,
) -> None:
    from digimfg.paper.checks import check_register
    from digimfg.paper.corrections import errata
    from digimfg.paper.errata_file import read_errata
    from digimfg.paper.views import list_registers
    from digimfg.paper.views import register as read_register

    language = current_language()
    extra = read_errata(own) if own is not None else ()
    if rules:
        names = (register,) if register is not None else tuple(list_registers()["register"])
        found = [
            (
                name,
                *(
                    record[column]
                    for column in ("kind", "row", "column", "got", f"expected_{language}", "proposal")
                ),
            )
            for name in names
            for record in records(check_register(read_register(name, "as_printed"), name))
        ]
        print_table(
            (
                Text("register", "资料表"), Text("rule", "规则"), Text("row", "行"), Text("column", "列"),
                Text("found", "实为"),
                Text("expected", "应为"), Text("may have been", "可能为"),
            ),
            found,
        )  # fmt: skip
        return
    from digimfg.evidence.page_parts import CONFIDENCE_WORDS, SEVERITY_WORDS

    rows = []
    for record in records(errata(register, extra)):
        line = record["first_line"]
        rows.append(
            (
                record["register"],
                record["row"],
                record["column"],
                "" if line is None or line != line else line,
                record["printed"],
                Text("(remove the row)", "（删除该行）")
                if record["action"] == "drop"
                else record["proposed"],
                CONFIDENCE_WORDS[record["confidence"]],
                SEVERITY_WORDS[record["severity"]],
                record[f"evidence_{language}"],
                record["source"],
                record["date"],
                record["origin"],
            )
        )
    print_table(
        (
            Text("register", "资料表"), Text("row", "行"), Text("column", "列"), Text("line", "行号"),
            Text("as printed", "原文"),
            Text("proposed", "建议"), Text("confidence", "把握"), Text("severity", "轻重"), Text("evidence",
            "依据"), Text("source", "来源"), Text("date", "日期"),
            Text("from", "出自"),
        ),
        rows,
    )  # fmt: skip


def _register(
    name: Annotated[str | None, typer.Argument(help=str(_REGISTER))] = None,
    view: Annotated[
        str, typer.Option(help=str(Text("as_printed or corrected.", "as_printed 或 corrected。")))
    ] = "corrected",
    own: Annotated[Path | None, typer.Option("--with", help=str(_OWN), metavar="FILE")] = None,
) -> None:
    from digimfg.paper.errata_file import read_errata
    from digimfg.paper.views import list_registers
    from digimfg.paper.views import register as read_register

    if name is None:
        frame = list_registers()
    else:
        frame = read_register(name, view, errata=read_errata(own) if own is not None else ())  # type: ignore[arg-type]  # checked there
    shown = frame.astype(object).where(frame.notna(), None)
    print_table([str(column) for column in shown.columns], shown.to_numpy().tolist())
