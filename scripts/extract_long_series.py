"""Extract long annual series from the R packages urca and dslabs.

    apt-get download r-cran-urca r-cran-dslabs && for each in *.deb; do dpkg -x $each packages; done
    pip install pyreadr
    python scripts/extract_long_series.py packages/usr/lib/R/site-library data/raw

Writes ``data/raw/us_long_series/us.csv`` (``npext`` of urca: year, logarithms of US industrial production and
consumer prices, 1860-1988, the series of Nelson and Plosser extended) and
``data/raw/world_carbon/carbon.csv`` (``temp_carbon`` of dslabs: year, carbon emitted by the world's fossil
fuels, cement and gas flaring, million tonnes, 1751-2014). Other columns of both stay out.
"""

import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyreadr


def main(packages: Path, raw: Path) -> None:
    us = pyreadr.read_r(str(packages / "urca" / "data" / "npext.rda"))["npext"]
    _write(us.astype({"year": int})[["year", "indprod", "cpi"]], raw / "us_long_series" / "us.csv")
    objects = _objects(packages / "dslabs" / "data" / "Rdata.rdb")
    carbon = next(frame for frame in objects if "carbon_emissions" in frame.columns)
    carbon = carbon.dropna(subset=["carbon_emissions"]).sort_values("year")
    carbon = carbon.astype({"year": int, "carbon_emissions": int})[["year", "carbon_emissions"]]
    _write(carbon, raw / "world_carbon" / "carbon.csv")


def _write(frame, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(target, index=False, lineterminator="\n", float_format="%.12g")


def _objects(database: Path) -> Iterator:
    rest = database.read_bytes()
    while rest:
        stream = zlib.decompressobj()
        content = stream.decompress(rest[4:])
        rest = stream.unused_data
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "object.rds"
            path.write_bytes(content)
            try:
                found = pyreadr.read_r(str(path)).values()
            except pyreadr.custom_errors.LibrdataError:  # no frame: a list, a model
                continue
            yield from (each for each in found if hasattr(each, "columns"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
