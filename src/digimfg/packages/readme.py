"""Write the README of a replication package in the sections that data editors ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digimfg.packages.about import About

__all__ = ["readme", "seeds_of"]


def readme(
    about: About,
    records: Mapping[str, Any],
    raw: Sequence[Mapping[str, str]],
    exhibits: Sequence[Mapping[str, str]],
    versions: Mapping[str, str],
) -> str:
    """Return the README: what the authors did not say stands blank, so that a check finds it.

    Parameters
    ----------
    about
        The authors' statements.
    records
        Analysis → its record.
    raw, exhibits
        Rows of ``data.csv`` and ``exhibits.csv``.
    versions
        Package → version.
    """
    sources = sorted({
        source["en"]
        for record in records.values()
        for result in record["specifications"].values()
        for source in result.get("sources", [])
    })  # fmt: skip
    seeds = sorted({seed for record in records.values() for seed in seeds_of(record)})
    sections = {
        "Overview": [
            f"{about.get('title', '')} {about.get('authors', '')}".strip()
            or "The programs of this package make every table and figure of the paper.",
            "`make` runs everything: raw data → data/final → analyses → tables, figures, results.",
        ],
        "Data Availability and Provenance Statements": [
            *(f"- {each}" for each in sources),
            *(
                f"- `data/raw/{row['file']}`: {row['source'] or '(source not stated)'}. Licence: "
                f"{row['licence'] or '(not stated)'}. "
                + (
                    "Included."
                    if row["shared"] == "yes"
                    else f"Not included: {row['access'] or '(not stated)'}"
                )
                for row in raw
            ),
            *([] if sources or raw else ["- The data are made by the programs; no outside file is used."]),
        ],
        "Statement about Rights": [
            "`data.csv` has the source, licence and terms of access of every raw file."
        ],
        "Dataset List": [
            *(f"- `data/raw/{row['file']}` (raw)" for row in raw),
            *(f"- `data/final/{name}.csv`, `.dta` (final); columns in `codebook.csv`" for name in records),
        ],
        "Computational Requirements": [],
        "Software Requirements": [f"- {name} {version}" for name, version in versions.items()],
        "Controlled Randomness": [f"- seed {seed}" for seed in seeds] or ["- no random numbers are used"],
        "Memory, Runtime and Hardware": [
            each for each in (about.get("hardware", ""), about.get("time", "")) if each
        ],
        "Description of Programs": [
            "- `data/mappings/*.toml` and `make data`: raw → panels",
            *(f"- `analyses/{name}.py` → `logs/{name}.log`, `results/{name}.json`" for name in records),
        ],
        "Instructions to Replicators": [
            "Install digimfg in the version above, then run `make` in this folder."
        ],
        "List of Tables and Programs": [
            "| exhibit | program | file |",
            "|---|---|---|",
            *(f"| {row['exhibit']} | `{row['program']}` | `{row['file']}` |" for row in exhibits),
        ],
        "Licence": [
            *([f"Code: {about['licence_of_code']}"] if about.get("licence_of_code") else []),
            *([f"Data: {about['licence_of_data']}"] if about.get("licence_of_data") else []),
        ],
        "References": [f"- {each}" for each in sources],
    }
    parts = ["# README"]
    for title, lines in sections.items():
        parts += ["", f"## {title}", "", *lines]
    return "\n".join(parts) + "\n"


def seeds_of(value: Any) -> Iterator[int]:
    """Yield every seed that a record names, wherever it stands.

    Examples
    --------
    >>> list(seeds_of({"a": [{"seed": 7}], "b": {"seed": None}}))
    [7]
    """
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name == "seed" and isinstance(each, int) and not isinstance(each, bool):
                yield each
            else:
                yield from seeds_of(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from seeds_of(each)
