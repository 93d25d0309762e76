"""Extract the 10-Sector Database from the R package collapse.

    apt-get download r-cran-collapse=1.9.2-1 && dpkg -x r-cran-collapse_*.deb collapse      # or an installed
    copy pip install pyreadr
    python scripts/extract_ggdc_10_sector.py collapse/usr/lib/R/site-library/collapse/data/Rdata.rdb data/raw

The ``.rdb`` file is a chain of objects, each [4-byte length][zlib stream] around a serialised R object; the
one with the columns ``MAN`` and ``SUM`` is the database. Writes
``data/raw/ggdc_10_sector/manufacturing.csv``: country and year, persons engaged (thousands) and value added
(millions of current local currency) of manufacturing and of all sectors, rows that hold at least one of
them; and ``sectors.csv``: country, year and sector, the same two numbers for each of the ten sectors. Left
out: the alternative series of Nigeria. Numbers have eight significant digits.
"""

import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyreadr

NAMES = {
    ("EMP", "MAN"): "employment_manufacturing",
    ("EMP", "SUM"): "employment_total",
    ("VA", "MAN"): "value_added_manufacturing",
    ("VA", "SUM"): "value_added_total",
}
SECTORS = ("AGR", "MIN", "MAN", "PU", "CON", "WRT", "TRA", "FIRE", "GOV", "OTH")


def main(database: Path, raw: Path) -> None:
    frame = next(frame for frame in _objects(database) if {"MAN", "SUM"} <= set(frame.columns))
    frame = frame[frame["Country"] != "NGA(alt)"]
    keys = {"country": frame["Country"].astype(str), "year": frame["Year"].astype(int)}
    long = frame.assign(**keys).set_index(["country", "year"])
    columns = {
        name: long.loc[long["Variable"] == variable, sector] for (variable, sector), name in NAMES.items()
    }
    wide = next(iter(columns.values())).to_frame("").iloc[:, :0]
    for name, values in columns.items():
        wide = wide.join(values.rename(name), how="outer")
    target = raw / "ggdc_10_sector" / "manufacturing.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    wide.dropna(how="all").sort_index().to_csv(target, lineterminator="\n", float_format="%.8g")
    keys = ["country", "year", "sector"]
    parts = {
        name: long.loc[long["Variable"] == variable, list(SECTORS)]
        .rename_axis(columns="sector")
        .stack()
        .rename(name)
        for variable, name in (("EMP", "employment"), ("VA", "value_added"))
    }
    table = parts["employment"].to_frame().join(parts["value_added"], how="outer").reset_index()
    table.sort_values(keys).to_csv(
        target.with_name("sectors.csv"), index=False, lineterminator="\n", float_format="%.8g"
    )


def _objects(database: Path) -> Iterator:
    rest = database.read_bytes()
    while rest:
        stream = zlib.decompressobj()
        content = stream.decompress(rest[4:])
        rest = stream.unused_data
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "object.rds"
            path.write_bytes(content)
            yield from pyreadr.read_r(str(path)).values()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
