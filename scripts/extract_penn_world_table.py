"""Extract Penn World Table 9.1 from the R package pwt9.

    apt-get download r-cran-pwt9=9.1-0-2 && dpkg -x r-cran-pwt9_*.deb pwt9      # or an installed copy
    pip install pyreadr
    python scripts/extract_penn_world_table.py pwt9/usr/lib/R/site-library/pwt9/data/Rdata.rdb data/raw

The ``.rdb`` file is a chain of objects, each [4-byte length]['Z'][raw LZMA2 stream] around a serialised R
object; the one with the column ``rtfpna`` and years to 2017 is PWT 9.1. Writes
``data/raw/penn_world_table/pwt91.csv``: the columns below under their own names, country-years that hold at
least one of them. The publisher's numbers are single precision, written with the digits that single
precision needs.
"""

import lzma
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyreadr

_NAMES = "pop emp avh hc rgdpna rnna rtfpna ctfp labsh csh_i csh_g csh_x csh_m i_cig i_xm i_outlier"
COLUMNS = _NAMES.split()


def main(database: Path, raw: Path) -> None:
    frame = next(frame for frame in _objects(database) if "rtfpna" in frame and frame["year"].max() == 2017)
    frame = frame[frame[COLUMNS].notna().any(axis=1)]
    numbers = frame[COLUMNS].select_dtypes("number").columns
    with np.errstate(invalid="ignore"):  # R's NA is a signalling NaN
        frame = frame.astype(dict.fromkeys(numbers, "float32"))
    frame = frame.assign(isocode=frame["isocode"].astype(str), year=frame["year"].astype(int))
    frame = frame[["isocode", "year", *COLUMNS]].sort_values(["isocode", "year"])
    target = raw / "penn_world_table" / "pwt91.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(target, index=False, lineterminator="\n")


def _objects(database: Path) -> Iterator:
    rest = database.read_bytes()
    while rest:
        stream = lzma.LZMADecompressor(
            lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 26}]
        )
        content = stream.decompress(rest[5:])
        rest = stream.unused_data
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "object.rds"
            path.write_bytes(content)
            yield pyreadr.read_r(str(path))[None]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
