"""Extract samples of Spanish and British manufacturing firms from the R package plm.

    apt-get download r-cran-plm && dpkg -x r-cran-plm_*.deb plm      # or an installed copy
    pip install pyreadr
    python scripts/extract_firm_samples.py plm/usr/lib/R/site-library/plm/data data/raw

Writes ``data/raw/firm_samples/spain.csv`` (``Snmesp``: 738 firms, 1983-1990) and ``united_kingdom.csv``
(``EmplUK``: 140 firms, 1976-1984), every column under its own name. Numbers have twelve significant digits.
"""

import sys
from pathlib import Path

import pyreadr

SAMPLES = {"Snmesp": "spain.csv", "EmplUK": "united_kingdom.csv"}
KEYS = ("firm", "year", "sector")


def main(data: Path, raw: Path) -> None:
    target = raw / "firm_samples"
    target.mkdir(parents=True, exist_ok=True)
    for name, file in SAMPLES.items():
        frame = pyreadr.read_r(str(data / f"{name}.rda"))[name]
        frame = frame.astype({key: int for key in KEYS if key in frame})
        frame.sort_values(["firm", "year"]).to_csv(
            target / file, index=False, lineterminator="\n", float_format="%.12g"
        )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
