"""Put a replication package together: data, programs, logs, results, codebook, hashes and a README."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from digimfg.display.result_view import result_view
from digimfg.display.text import render_text
from digimfg.errors import AnalysisError
from digimfg.files import below, canonical_json, clear_folder, sha256_file, write_bytes, write_text
from digimfg.labels import term_label
from digimfg.packages.about import ABOUT_FILE, About, read_about
from digimfg.packages.readme import readme
from digimfg.packages.stata_data import stata_bytes
from digimfg.postestimation.bridge.names import stata_names
from digimfg.replication.freshness import require_fresh
from digimfg.replication.labels import project_labels
from digimfg.replication.load import load_analyses
from digimfg.replication.manifest import versions_used
from digimfg.replication.record import load_results, read_record
from digimfg.variables import dictionary, speaking_of
from digimfg.variables.labels_file import LABELS_FILE, with_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from digimfg.project import Project

__all__ = ["package_folder", "write_package"]

_CODEBOOK = ("file", "column", "stata_name", "label_en", "label_zh", "unit", "definition", "n", "n_missing")


def package_folder(project: Project) -> Path:
    """Return where a project's package is put together."""
    return project.output / "package"


def write_package(project: Project) -> list[Path]:
    """Write ``output/package/`` and return its files; what was there is replaced.

    It has the raw files that may be shared, the final data of each analysis (CSV, and Stata with labels), the
    programs, a log of each, every result printed or not, tables and figures, ``codebook.csv``, ``data.csv``
    (rights and exemptions), ``exhibits.csv`` (program → exhibit), ``SHA256SUMS``, versions and a README. The
    same project gives the same bytes.

    Raises
    ------
    AnalysisError
        If an analysis has not been run or changed since, or ``package.toml`` cannot be read.
    """
    about, folder = read_about(project), package_folder(project)
    names = list(project.analysis_files())
    records = {name: read_record(project, name) for name in names}
    for name, record in records.items():
        require_fresh(project, name, record.get("made_from"), "digimfg package")
    clear_folder(folder)
    for path in _programs(project):
        write_bytes(folder / project.relative(path), path.read_bytes())
    raw = _raw(project, about)
    for row in raw:
        if row["shared"] == "yes":
            path = below(project.raw, row["file"], error=AnalysisError)
            write_bytes(below(folder / "data" / "raw", row["file"], error=AnalysisError), path.read_bytes())
    write_text(folder / "data.csv", _csv(("file", "sha256", "source", "licence", "shared", "access"), raw))
    write_text(folder / "codebook.csv", _csv(_CODEBOOK, _final(project, folder)))
    exhibits = [
        {"exhibit": exhibit["name"], "title_en": exhibit["title"]["en"], "title_zh": exhibit["title"]["zh"],
         "program": f"analyses/{name}.py", "file": file}
        for name, record in records.items()
        for exhibit in record["exhibits"]
        for file in record.get("files", [])
        if file.partition("/")[2].rpartition(".")[0] in (f"{exhibit['name']}_en", f"{exhibit['name']}_zh")
    ]  # fmt: skip
    for name, record in records.items():
        for file in (*record.get("files", []), f"results/{name}.json"):
            write_bytes(folder / file, (project.output / file).read_bytes())
        write_text(folder / "logs" / f"{name}.log", _log(project, name))
    write_text(
        folder / "exhibits.csv", _csv(("exhibit", "title_en", "title_zh", "program", "file"), exhibits)
    )
    versions = versions_used()
    write_text(folder / "versions.json", canonical_json(versions))
    write_text(folder / "README.md", readme(about, records, raw, exhibits, versions))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{sha256_file(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    write_text(folder / "SHA256SUMS", sums)
    return [*files, folder / "SHA256SUMS"]


def _programs(project: Project) -> list[Path]:
    single = [project.root / name for name in ("Makefile", LABELS_FILE, ABOUT_FILE, "LICENSE")]
    folders = [project.analyses.glob("*.py"), project.paper.glob("*.md"),
               (project.root / "data" / "mappings").glob("*.toml")]  # fmt: skip
    return [
        path for path in (*single, *(each for found in folders for each in sorted(found))) if path.is_file()
    ]


def _raw(project: Project, about: About) -> list[dict[str, str]]:
    found = {
        path.relative_to(project.raw).as_posix(): path
        for path in sorted(project.raw.rglob("*"))
        if path.is_file() and path.name != "README.txt" and not path.name.startswith(".")
    }
    said = about.get("data", {})
    return [
        {
            "file": name,
            "sha256": sha256_file(found[name]) if name in found else "",
            "source": said.get(name, {}).get("source", ""),
            "licence": said.get(name, {}).get("licence", ""),
            "shared": "yes" if said.get(name, {}).get("shared", False) and name in found else "no",
            "access": said.get(name, {}).get("access", ""),
        }
        for name in sorted({*found, *said})
    ]


def _final(project: Project, folder: Path) -> list[dict[str, Any]]:
    """Write the data of each analysis as it was estimated on, and return what each column is."""
    rows: list[dict[str, Any]] = []
    own = project.processed if (project.processed / "datapackage.json").is_file() else None
    labels = project_labels(project)
    for name, analysis in load_analyses(project).items():
        with speaking_of(analysis.variables), speaking_of(labels.variables()):
            frame = analysis.load(own, project.output / ".computed")
            if frame is None:
                continue
            frame = with_labels(frame, labels)
            stem = folder / "data" / "final" / name
            write_text(stem.with_suffix(".csv"), frame.to_csv(index=False, lineterminator="\n"))
            write_bytes(stem.with_suffix(".dta"), stata_bytes(frame))
            rows += _columns(frame, name)
    return rows


def _columns(frame: pd.DataFrame, name: str) -> Iterable[dict[str, Any]]:
    stata = stata_names(frame.columns)
    for column in map(str, frame.columns):
        entry, label = dictionary().get(column), term_label(column)
        yield {
            "file": f"data/final/{name}.csv",
            "column": column,
            "stata_name": stata[column],
            "label_en": label.en,
            "label_zh": label.zh,
            "unit": entry.unit.en if entry else "",
            "definition": entry.definition.en if entry else "",
            "n": int(frame[column].notna().sum()),
            "n_missing": int(frame[column].isna().sum()),
        }


def _log(project: Project, name: str) -> str:
    results = load_results(name, project)
    parts = [f"analyses/{name}.py\n"]
    for specification, result in results.items():
        parts.append(f"\n== {specification} ==\n{render_text(result_view(result), 'en')}\n")
    return "\n".join(parts)


def _csv(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
