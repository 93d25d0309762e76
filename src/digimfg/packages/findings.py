"""What a check of a package looks at: each function returns what is wrong, nothing where all is well."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from digimfg.errors import AnalysisError
from digimfg.file_forms import FileForm
from digimfg.files import below, sha256_file
from digimfg.notes import note_of
from digimfg.packages.readme import seeds_of
from digimfg.text import Text

__all__ = ["CHECKS", "what_is_wrong"]

_MOST = 5


def what_is_wrong(check: str, folder: Path, of: tuple[str, ...]) -> list[Text]:
    """Return what one check finds; a file that it cannot read is a finding too."""
    try:
        return CHECKS[check](folder, of)
    except AnalysisError as error:
        return [
            note_of("phrases.expected_and_got", where=error.where, expected=error.expected, got=error.got)
        ]


def _missing(names: list[str], note: str) -> list[Text]:
    if not names:
        return []
    more = len(names) - _MOST
    shown = names[:_MOST] + ([f"… (+{more})"] if more > 0 else [])
    return [note_of(note, names=shown)]


def _read(path: Path) -> str:
    """Return the text of a file; what cannot be read is told with its name.

    Raises
    ------
    AnalysisError
        If it is not text in UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise AnalysisError.of("packages.not_in_utf8", where=path.name) from None


def _files(folder: Path, of: tuple[str, ...]) -> list[Text]:
    """Each pattern has a file that is not empty."""
    gone = [
        pattern
        for pattern in of
        if not any(path.is_file() and path.stat().st_size for path in folder.glob(pattern))
    ]
    return _missing(gone, "packages.no_such_file")


def _sections(folder: Path, of: tuple[str, ...]) -> list[Text]:
    """Each heading stands in the README with words below it, or headings of its own."""
    path = folder / "README.md"
    if not path.is_file():
        return _missing(["README.md"], "packages.no_such_file")
    found: dict[str, str] = {}
    title = ""
    for line in _read(path).splitlines():
        if line.startswith("#"):
            title = line.lstrip("#").strip().casefold()
            found[title] = ""
        elif title:
            found[title] += line.strip()
    return [
        *_missing([each for each in of if each.casefold() not in found], "packages.no_section"),
        *_missing([each for each in of if found.get(each.casefold(), "x") == ""], "packages.empty_section"),
    ]


def _rows(path: Path, *needed: str) -> list[dict[str, str]]:
    """Return the rows of a table, none where it is not there.

    Raises
    ------
    AnalysisError
        If it cannot be read or lacks a column.
    """
    if not path.is_file():
        return []
    reader = csv.DictReader(io.StringIO(_read(path), newline=""))
    gone = [name for name in needed if name not in (reader.fieldnames or ())]
    if gone:
        raise AnalysisError.of(
            "packages.columns_lacking", where=path.name, names=list(needed), names_found=gone
        )
    return [{key: value or "" for key, value in row.items() if key} for row in reader]


def _hashes(folder: Path, _of: tuple[str, ...]) -> list[Text]:
    """SHA256SUMS names every file of the package, as it is."""
    path = folder / "SHA256SUMS"
    if not path.is_file():
        return _missing(["SHA256SUMS"], "packages.no_such_file")
    said = {}
    for line in _read(path).splitlines():
        digest, _, name = line.partition("  ")
        said[name] = digest
    files = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    files -= {"SHA256SUMS"}
    changed = sorted(name for name in files & set(said) if sha256_file(folder / name) != said[name])
    return [
        *_missing(sorted(files - set(said)), "packages.not_in_sha256sums"),
        *_missing(sorted(set(said) - files), "packages.summed_but_gone"),
        *_missing(changed, "packages.changed_since_sha256sums"),
    ]


def _codebook(folder: Path, _of: tuple[str, ...]) -> list[Text]:
    """Every column of the final data has a label in the codebook."""
    told = {
        (row.get("file", ""), row.get("column", ""))
        for row in _rows(folder / "codebook.csv", "file", "column", "label_en")
        if row["label_en"].strip()
    }
    gone = []
    for path in sorted((folder / "data" / "final").glob("*.csv")):
        header = next(csv.reader(io.StringIO(_read(path), newline="")), [])
        name = path.relative_to(folder).as_posix()
        gone += [f"{name}: {column}" for column in header if (name, column) not in told]
    if not told:
        return _missing(["codebook.csv"], "packages.no_entries")
    return _missing(gone, "packages.not_in_codebook")


def _programs(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "analyses").glob("*.py") if not path.name.startswith("_"))


def _logs(folder: Path, _of: tuple[str, ...]) -> list[Text]:
    """Each program has its log."""
    gone = [
        f"logs/{path.stem}.log"
        for path in _programs(folder)
        if not (log := folder / "logs" / f"{path.stem}.log").is_file() or not _read(log).strip()
    ]
    return _missing(gone, "packages.no_log")


def _final(folder: Path, _of: tuple[str, ...]) -> list[Text]:
    """Each program has its final data, a header and rows."""
    tables = {path: folder / "data" / "final" / f"{path.stem}.csv" for path in _programs(folder)}
    gone = [f"data/final/{table.name}" for table in tables.values() if not table.is_file()]
    empty = [
        f"data/final/{table.name}"
        for table in tables.values()
        if table.is_file() and len(_read(table).strip().splitlines()) < 2
    ]
    return [
        *_missing(gone, "packages.no_final_data"),
        *_missing(empty, "packages.no_rows_in_final_data"),
    ]


def _unprinted(folder: Path, _of: tuple[str, ...]) -> list[Text]:
    """Each program has all its results, those that are not printed among them."""
    gone = [
        f"results/{path.stem}.json"
        for path in _programs(folder)
        if not (folder / "results" / f"{path.stem}.json").is_file()
    ]
    return _missing(gone, "packages.no_results")


def _map(folder: Path, _of: tuple[str, ...]) -> list[Text]:
    """Each table and figure stands in the map with a program that is there."""
    rows = _rows(folder / "exhibits.csv", "file", "program")
    mapped = {row.get("file", "") for row in rows}
    made = {
        path.relative_to(folder).as_posix()
        for kind in ("tables", "figures")
        for path in (folder / kind).glob("*")
        if path.is_file()
    }
    programs = {row.get("program", "") for row in rows}
    return [
        *(_missing(["exhibits.csv"], "packages.no_entries") if not rows else []),
        *_missing(sorted(made - mapped), "packages.not_in_map_of_exhibits"),
        *_missing(sorted(mapped - made), "packages.exhibits_gone"),
        *_missing(
            sorted(name for name in programs if not name or not (folder / name).is_file()),
            "packages.no_such_program",
        ),
    ]


def _rights(folder: Path, _of: tuple[str, ...]) -> list[Text]:
    """Each raw file has a source and a licence in data.csv."""
    rows = _rows(folder / "data.csv", "file", "source", "licence")
    told = {row.get("file", "") for row in rows}
    raw = folder / "data" / "raw"
    held = (
        sorted(path.relative_to(raw).as_posix() for path in raw.rglob("*") if path.is_file())
        if raw.is_dir()
        else []
    )
    poor = [row.get("file", "") for row in rows if not row["source"].strip() or not row["licence"].strip()]
    return [
        *(_missing(["data.csv"], "packages.no_such_file") if not (folder / "data.csv").is_file() else []),
        *_missing([name for name in held if name not in told], "packages.not_in_list_of_data"),
        *_missing(poor, "packages.no_source_or_licence"),
    ]


def _exemptions(folder: Path, _of: tuple[str, ...]) -> list[Text]:
    """Each raw file is there, or data.csv says how others get it."""
    rows = _rows(folder / "data.csv", "file", "shared", "access")
    gone = [
        row["file"]
        for row in rows
        if row.get("shared") == "yes"
        and not below(folder / "data" / "raw", row["file"], error=AnalysisError).is_file()
    ]
    silent = [row.get("file", "") for row in rows if row.get("shared") != "yes" and not row.get("access")]
    return [
        *_missing(gone, "packages.included_but_gone"),
        *_missing(silent, "packages.left_out_without_a_way"),
    ]


_JSON: FileForm[dict[str, Any]] = FileForm(
    schema=dict[str, Any],
    what=Text("a file of results in a package", "复现包中的结果文件"),
    remedy=Text("make the package again: `digimfg package`", "重新生成复现包：`digimfg package`"),
    error=AnalysisError,
)


def _seeds(folder: Path, _of: tuple[str, ...]) -> list[Text]:
    """Name the seeds of the results that the README has not."""
    path = folder / "README.md"
    words = _read(path) if path.is_file() else ""
    seeds = set()
    for each in sorted((folder / "results").glob("*.json")):
        seeds |= set(seeds_of(_JSON.read(each)))
    gone = [str(seed) for seed in sorted(seeds) if not re.search(rf"\bseed {seed}\b", words)]
    return _missing(gone, "packages.seeds_not_in_readme")


def _software(folder: Path, _of: tuple[str, ...]) -> list[Text]:
    """Name the packages whose version the README has not."""
    path = folder / "versions.json"
    if not path.is_file():
        return _missing(["versions.json"], "packages.no_such_file")
    readme = folder / "README.md"
    words = _read(readme) if readme.is_file() else ""
    versions = _JSON.read(path)
    gone = [f"{name} {version}" for name, version in versions.items() if f"{name} {version}" not in words]
    return _missing(gone, "packages.not_in_readme")


CHECKS: Mapping[str, Callable[[Path, tuple[str, ...]], list[Text]]] = {
    "codebook": _codebook, "exemptions": _exemptions, "files": _files, "final": _final, "hashes": _hashes,
    "logs": _logs, "map": _map, "rights": _rights, "sections": _sections, "seeds": _seeds,
    "software": _software, "unprinted": _unprinted,
}  # fmt: skip
"""Name in a file of rules → the function."""
