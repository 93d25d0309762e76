"""Compare results with the accepted ones, number by number, and accept new ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from digimfg.errors import AnalysisError
from digimfg.files import canonical_json, write_text
from digimfg.panels.online import require_shipped
from digimfg.replication.changes import Digest, digest
from digimfg.replication.differences import Difference, compare
from digimfg.replication.record import read_record
from digimfg.replication.record_form import SNAPSHOT_FORM
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from digimfg.project import Project

__all__ = ["accept", "check", "snapshot"]

_DIGITS = 12


def check(project: Project, verdicts: Iterable[Text] = (), beneath: Iterable[Difference] = ()) -> Digest:
    """Compare ``output/results`` with ``tests/snapshots``.

    Parameters
    ----------
    project
        Where both are.
    verdicts
        Verdicts and rules that changed, one line each; they stand first in the digest.
    beneath
        Numbers that moved beneath verdicts.

    Returns
    -------
    Digest
        Numbers agree within a relative 1e-7 or an absolute 1e-10; text must be equal.

    Raises
    ------
    AnalysisError
        If an analysis has not been run, nothing was ever accepted, or fetched data are chosen
        (`require_shipped`).
    """
    require_shipped(Text("comparing results with snapshots", "将结果与快照比较"))
    accepted = {path.stem: SNAPSHOT_FORM.read(path) for path in sorted(project.snapshots.glob("*.json"))}
    if not accepted:
        raise AnalysisError.of("replication.no_accepted_results", where=str(project.snapshots))
    found = {name: snapshot(read_record(project, name)) for name in project.analysis_files()}
    return digest(accepted, found, compare(accepted, found), verdicts, beneath)


def accept(project: Project) -> list[Path]:
    """Store the present results as the accepted ones; snapshots of removed analyses go.

    Returns
    -------
    list of Path
        The snapshot files, one per analysis.
    """
    require_shipped(Text("accepting results as snapshots", "确认结果为快照"))
    contents = {name: snapshot(read_record(project, name)) for name in project.analysis_files()}
    for old in project.snapshots.glob("*.json"):
        if old.stem not in contents:
            old.unlink()
    paths = []
    for name, content in contents.items():
        path = project.snapshots / f"{name}.json"
        write_text(path, canonical_json(content))
        paths.append(path)
    return paths


def snapshot(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a result file that must not change unnoticed, numbers to twelve digits.

    Exhibits are kept as they read (cells of tables, notes of tables and figures) with the numbers that
    figures draw: those of measures and registers stand there only.
    Of weights between units only how many there are and how many links they have: their values show in the
    estimates.
    """
    specifications = {
        name: {
            "coefficients": _records(stored["coefficients"]),
            "notes": stored["notes"],
            "specification": _without_links(stored["specification"]),
            "statistics": stored["statistics"],
            "tables": {table: _records(frame) for table, frame in stored["tables"].items()},
        }
        for name, stored in result["specifications"].items()
    }
    kept: dict[str, Any] = _rounded(
        {
            "specifications": specifications,
            "tests": result["tests"],
            "studies": result["studies"],
            "panel": result["panel"],
            "exhibits": {
                exhibit["name"]: {
                    **{key: exhibit[key] for key in ("header", "rows", "notes") if key in exhibit},
                    **_numbers(exhibit),
                }
                for exhibit in result["exhibits"]
            },
            **({"missing": result["missing"]} if "missing" in result else {}),
        }
    )
    return kept


def _numbers(exhibit: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers behind a figure, column by column, where it has some of its own."""
    frames = exhibit.get("numbers", {})
    return {"numbers": {name: _columns(frame) for name, frame in frames.items()}} if frames else {}


def _columns(frame: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    rows = _records(frame)
    return {column: {key: row[column] for key, row in rows.items()} for column in frame["columns"]}


def _without_links(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value.get("type") == "WeightMatrix":
            return {"type": "WeightMatrix", "size": value["size"], "links": len(value["values"])}
        return {key: _without_links(item) for key, item in value.items()}
    return [_without_links(item) for item in value] if isinstance(value, list) else value


def _records(frame: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the rows by key; a key that comes again is numbered, so that no row hides another."""
    kept: dict[str, dict[str, Any]] = {}
    times: Counter[str] = Counter()
    for key, row in zip(frame["index"], frame["rows"], strict=True):
        name = key if isinstance(key, str) else json.dumps(key, ensure_ascii=False)
        times[name] += 1
        label = name if times[name] == 1 else f"{name} ({times[name]})"
        kept[label] = dict(zip(frame["columns"], row, strict=True))
    return kept


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value
