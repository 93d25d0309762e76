"""Commands that run analyses and keep their results honest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digimfg.display.terminal import print_error, print_files, progress
from digimfg.say import say
from digimfg.text import Text, current_language

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "run",
        help=str(
            Text(
                "Run analyses. Estimate, test, and write results, tables and figures below output/.\n\n"
                "Without a name all are run. Each file is written whole or not at all.\n\n"
                "Example: digimfg run promotion fusion",
                "运行分析：估计、检验，并在 output/ 下写出结果、表与图。\n\n"
                "不给名称则全部运行。每个文件要么完整写出，要么不写。\n\n"
                "示例：digimfg run promotion fusion",
            )
        ),
    )(_run)
    app.command(
        "check",
        help=str(
            Text(
                "Compare results with the accepted ones. Every number of output/results with that of "
                "tests/snapshots.\n\n"
                "What matters comes first: verdicts, signs and significance that turned, headline "
                "coefficients by how "
                "many standard errors they moved, samples; then a line for each specification, study "
                "and exhibit.\n\n"
                "Labels come before: labels.toml is checked against the columns of the analyses, and "
                "columns without a label are listed.\n\n"
                "Exit code 0 where all agree (to 1e-7 of each number), 1 where anything moved, 3 where "
                "a result is gone "
                "or has no number any more.",
                "逐个数值比较 output/results 与已确认的 tests/snapshots。\n\n"
                "先列要点：判定、符号与显著性的改变，核心系数移动了几个标准误，样本变化；"
                "再逐项列出各设定、研究与图表。\n\n"
                "先核对 labels.toml 与各分析的列，并列出没有标签的列。\n\n"
                "全部一致（相对误差1e-7以内）时退出码为0，有变动为1，结果缺失或数值变为缺失为3。",
            )
        ),
    )(_check)
    app.command(
        "snapshots",
        help=str(
            Text(
                "Accept the present results. They go to tests/snapshots; look at `digimfg check` first.",
                "确认当前结果：写入 tests/snapshots（请先看 `digimfg check`）。",
            )
        ),
    )(_snapshots)
    app.command(
        "report",
        help=str(
            Text(
                "Set the chapters of paper/*.md (see `digimfg document`). Where there are none, or there is "
                "a paper/report.typ, also output/report.pdf: every table and figure of all analyses in both "
                "languages.",
                "排出 paper/*.md 的章节（见 `digimfg document`）；没有章节或另有 paper/report.typ 时，"
                "还将全部分析的表与图排成中英双语的 output/report.pdf。",
            )
        ),
    )(_report)
    app.command(
        "manifest",
        help=str(
            Text(
                "Write output/manifest.json. It has hashes of data, code and outputs, versions of the "
                "engines.",
                "写出 output/manifest.json：数据、代码、输出的哈希值与各引擎版本。",
            )
        ),
    )(_manifest)


def _run(
    analyses: Annotated[
        list[str] | None,
        typer.Argument(help=str(Text("Names below analyses/.", "analyses/ 下的名称。")), metavar="ANALYSIS"),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            min=1,
            help=str(
                Text(
                    "Analyses side by side; as many as processors, at most four, by default.",
                    "同时运行的分析数；默认与处理器数相同，最多四个。",
                )
            ),
        ),
    ] = None,
    stamps: Annotated[
        Path | None,
        typer.Option(
            "--stamps",
            help=str(
                Text(
                    "A folder where each analysis lists the files it wrote, for make.",
                    "供 make 使用的文件夹：每个分析在其中列出所写的文件。",
                )
            ),
        ),
    ] = None,
) -> None:
    from digimfg.project import find_project
    from digimfg.replication.batch import processes, run_analyses

    project = find_project()
    names = tuple(dict.fromkeys(analyses or project.analysis_files()))
    ran = run_analyses(project, names, n_jobs=jobs or processes(), stamps=stamps)
    print_files(path for each in ran for path in each.files)
    for each in ran:
        if each.error is not None:
            print_error(each.error, each.name)
    if any(each.error is not None for each in ran):
        raise typer.Exit(2)


def _check(
    full: Annotated[
        bool,
        typer.Option(
            "--full", help=str(Text("Every number and phrase that moved.", "列出每个变动的数值与文字。"))
        ),
    ] = False,
    markdown: Annotated[
        bool,
        typer.Option(
            "--markdown",
            help=str(Text("For the summary of a pull request.", "以 Markdown 输出，供合并请求摘要使用。")),
        ),
    ] = False,
) -> None:
    from digimfg.evidence.project import verdict_changes
    from digimfg.paper.ledger import ledger_of
    from digimfg.project import find_project
    from digimfg.replication.labels import unlabelled_columns
    from digimfg.replication.snapshots import check

    project, language = find_project(), current_language()
    if nameless := unlabelled_columns(project):
        note = say(
            "{n|column} without a label, shown by name; add them to labels.toml: {names}",
            "{n}列没有标签，以列名显示；请写入 labels.toml：{names}",
            n=len(nameless),
            names=nameless,
        )
        typer.echo(note.language(language), err=True)
    verdicts = verdict_changes(project, ledger_of(project))
    found = check(project, verdicts.turned, verdicts.numbers)
    if markdown:
        typer.echo(found.markdown(language, full=full), nl=False)
    else:
        for line in found.lines(language, full=full):
            typer.echo(line)
        typer.echo(str(found.summary()), err=True)
    if not found.same:
        raise typer.Exit(3 if found.broken else 1)


def _snapshots() -> None:
    from digimfg.project import find_project
    from digimfg.replication.snapshots import accept

    project = find_project()
    print_files(project.relative(path) for path in accept(project))


def _report(
    verdicts: Annotated[
        Path | None,
        typer.Option(
            "--verdicts",
            help=str(
                Text(
                    "For make: write the verdicts too, which the text quotes, and list their files in this "
                    "one.",
                    "供 make 使用：同时写出正文所引的判定，并将其文件名列入此文件。",
                )
            ),
            metavar="FILE",
        ),
    ] = None,
) -> None:
    from digimfg.documents.build import chapter_files, write_document
    from digimfg.evidence.project import judge_project, write_verdicts
    from digimfg.files import write_text
    from digimfg.paper.ledger import ledger_of
    from digimfg.paper.report_parts import report_parts
    from digimfg.project import find_project
    from digimfg.replication.report import write_report
    from digimfg.replication.run import remove_orphans
    from digimfg.thesis import report_text

    project = find_project()
    written, chapters, judged = [], chapter_files(project), None
    if verdicts is not None:
        ledger = ledger_of(project)
        judged = judge_project(project, ledger)
        files = [project.relative(each) for each in write_verdicts(project, ledger, judged)]
        write_text(verdicts, "".join(f"{each}\n" for each in files))
    if not chapters or (project.paper / "report.typ").is_file():
        with progress("report.pdf") as show:
            written.append(write_report(project, show, report_text()))
    if chapters:
        remove_orphans(project)
        written += write_document(project, parts=report_parts(project, judged[0] if judged else None))
    print_files(project.relative(each) for each in written)


def _manifest() -> None:
    from digimfg.project import find_project
    from digimfg.replication.manifest import write_manifest

    project = find_project()
    print_files([project.relative(write_manifest(project))])
