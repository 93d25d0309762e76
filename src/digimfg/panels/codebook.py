"""Write what the panels hold: ``datapackage.json`` for programs, ``codebook.md`` for readers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from digimfg.files import canonical_json, write_text
from digimfg.panels import shipped_panels
from digimfg.panels.coverage import coverage
from digimfg.panels.lineage import find_lineage, origins_of
from digimfg.registry import instances
from digimfg.variables import dictionary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from digimfg.panels import Panel
    from digimfg.sources import Source
    from digimfg.variables import Variable

__all__ = ["content_hash", "write_codebook"]

_TYPES = {"float": "number", "integer": "integer", "boolean": "boolean", "string": "string"}


def write_codebook(processed: Path, frames: Mapping[str, pd.DataFrame], hashes: Mapping[str, str]) -> None:
    """Write ``codebook.md`` and ``datapackage.json`` (a Frictionless tabular data package) below `processed`.

    Parameters
    ----------
    processed
        Folder that holds the panels' files.
    frames
        The panels as written, by name.
    hashes
        SHA-256 of each panel's file; `load_panel` compares it.
    """
    sources: dict[str, Source] = instances("sources", "SOURCE")
    panels = {name: panel for name, panel in shipped_panels().items() if name in frames}
    package = {
        "name": "digimfg",
        "title": "digimfg: panels on the digital economy and manufacturing",
        "title_zh": "digimfg：数字经济与制造业面板",
        "resources": [
            _resource(panel, frames[name], hashes[name], sources) for name, panel in panels.items()
        ],
    }
    write_text(processed / "codebook.md", _readable(panels, frames, sources))
    write_text(processed / "datapackage.json", canonical_json(package))


def content_hash(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of a frame's content, whatever file holds it.

    Column names, then every column in order: text as it is, numbers in twelve significant digits, missing
    values as an empty line. It does not depend on the parquet writer and its compression.
    """
    digest = hashlib.sha256()
    for name in frame.columns:
        column = frame[name]
        held = column.notna().to_numpy()
        if np.issubdtype(column.dtype, np.floating) if isinstance(column.dtype, np.dtype) else False:
            lines = [f"{value:.12g}" if there else "" for value, there in zip(column, held, strict=True)]
        else:
            lines = [str(value) if there else "" for value, there in zip(column, held, strict=True)]
        digest.update("\n".join([str(name), *lines, ""]).encode())
    return digest.hexdigest()


def _resource(
    panel: Panel, frame: pd.DataFrame, file_hash: str, sources: Mapping[str, Source]
) -> dict[str, Any]:
    entries = dictionary()
    used = [sources[name] for name in panel.sources]
    return {
        "name": panel.name,
        "path": f"{panel.name}.parquet",
        "format": "parquet",
        "title": panel.title.en,
        "title_zh": panel.title.zh,
        "hash": f"sha256:{file_hash}",
        "content_hash": f"sha256:{content_hash(frame)}",
        "rows": len(frame),
        "schema": {
            "fields": [
                _field(entries[name], key=name in panel.keys) | _lineage(panel, name)
                for name in panel.variables
            ],
            "primaryKey": list(panel.keys),
        },
        "sources": [
            {
                "name": source.name,
                "title": source.title.en,
                "title_zh": source.title.zh,
                "producer": source.producer,
                "path": source.url,
                "citation": source.citation,
                "vintage": source.vintage,
                "accessed": source.accessed,
                "licence": source.licence,
                "files": {file: f"sha256:{digest}" for file, digest in source.files.items()},
            }
            for source in used
        ],
        "licenses": [{"title": title} for title in dict.fromkeys(source.licence for source in used)],
    }


def _field(variable: Variable, *, key: bool) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if variable.lower is not None:
        constraints["minimum"] = variable.lower
    if variable.upper is not None:
        constraints["maximum"] = variable.upper
    if variable.categories:
        constraints["enum"] = list(variable.categories)
    if key:
        constraints["required"] = True
    return {
        "name": variable.name,
        "type": _TYPES[variable.dtype],
        "title": variable.label.en,
        "title_zh": variable.label.zh,
        "description": variable.definition.en,
        "description_zh": variable.definition.zh,
        "unit": variable.unit.en,
        "unit_zh": variable.unit.zh,
        "direction": variable.direction,
        "layer": variable.layer,
        "source": variable.source,
        "source_code": variable.source_code,
        "constraints": constraints,
    }


def _lineage(panel: Panel, name: str) -> dict[str, Any]:
    lineage = find_lineage(panel.name)
    if lineage is None:
        return {}
    rule = lineage.rules[name]
    return {
        "raw": [
            {"source": origin.source, "file": origin.file, "column": origin.column}
            for origin in origins_of(lineage.rules, name)
        ],
        "computed_from": list(rule.columns),
        "transformation": rule.how.en,
        "transformation_zh": rule.how.zh,
    }


def _raw_columns(panel: Panel, name: str) -> str:
    raw = _lineage(panel, name).get("raw", ())
    return "".join(f"<br>`{each['source']}/{each['file']}` {each['column']}" for each in raw)


def _readable(
    panels: Mapping[str, Panel], frames: Mapping[str, pd.DataFrame], sources: Mapping[str, Source]
) -> str:
    lines = [
        "# Codebook 编码簿",
        "",
        (
            "Generated from the dictionary of variables and the panels. Missing values are missing: nothing "
            "is interpolated."
        ),
        "",
        "由变量字典与面板自动生成。缺失值保持缺失，未作任何插值。",
    ]
    for name, panel in panels.items():
        lines += ["", f"## {name}", "", panel.title.en, "", panel.title.zh, ""]
        lines += [f"Rows 行数: {len(frames[name]):,} · keys 键: {', '.join(panel.keys)}", ""]
        lines += _variables_table(panel, frames[name])
        lines += ["", "Sources 来源:", ""]
        lines += [_source_line(sources[source]) for source in panel.sources]
    return "\n".join(lines) + "\n"


def _variables_table(panel: Panel, frame: pd.DataFrame) -> list[str]:
    entries = dictionary()
    counted = coverage(frame, panel)
    lines = [
        (
            "| variable 变量 | label 名称 | unit 单位 | definition 定义 | source 来源 | values 取值数 | "
            "units 单位数 | years 年份 |"
        ),
        "|---|---|---|---|---|---:|---:|---|",
    ]
    for name in panel.variables:
        entry = entries[name]
        if name in counted.index:
            row = counted.loc[name]
            dated = not (row[["first_year"]].isna().any() or row["n"] == 0)
            years = f"{row['first_year']}–{row['last_year']}" if dated else ""
            held = [f"{row['n']:,}", f"{row['n_countries']:,}", years]
        else:
            held = ["key 键", "", ""]
        cells = [
            f"`{name}`",
            f"{entry.label.en}<br>{entry.label.zh}",
            f"{entry.unit.en}<br>{entry.unit.zh}",
            f"{entry.definition.en}<br>{entry.definition.zh}",
            f"{entry.source}: {entry.source_code}{_raw_columns(panel, name)}",
            *held,
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines


def _source_line(source: Source) -> str:
    return f"- {source.title.en} / {source.title.zh}. {source.citation} Licence 许可: {source.licence}."
