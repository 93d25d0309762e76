"""Extract ISO 3166 codes and country names from Unicode CLDR.

    npm pack cldr-core@48.2.0 cldr-localenames-full@48.2.0
    python scripts/extract_country_codes.py cldr-core-48.2.0.tgz cldr-localenames-full-48.2.0.tgz data/raw

Writes ``data/raw/country_codes/countries.csv``: the two- and three-letter code, the FIPS 10-4 code where it
differs from the two-letter one (the World Factbook names its files by it), the numeric code, and the names.
"""

import csv
import io
import json
import sys
import tarfile
from pathlib import Path


def main(core: Path, names: Path, raw: Path) -> None:
    codes = _member(core, "package/supplemental/codeMappings.json")["supplemental"]["codeMappings"]
    english = _member(names, "package/main/en/territories.json")["main"]["en"]["localeDisplayNames"][
        "territories"
    ]
    chinese = _member(names, "package/main/zh/territories.json")["main"]["zh"]["localeDisplayNames"][
        "territories"
    ]
    rows = []
    for alpha2, entry in sorted(codes.items()):
        numeric = int(entry.get("_numeric", "999"))
        if alpha2 in english and "_alpha3" in entry and (numeric < 900 or alpha2 == "XK"):
            codes_of = (entry["_alpha3"], alpha2, entry.get("_fips10", ""), entry.get("_numeric", ""))
            rows.append((*codes_of, english[alpha2], chinese[alpha2]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("alpha3", "alpha2", "fips10", "numeric", "name_en", "name_zh"))
    writer.writerows(sorted(rows))
    target = raw / "country_codes" / "countries.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.getvalue(), encoding="utf-8")


def _member(archive: Path, name: str) -> dict:
    with tarfile.open(archive) as package:
        stream = package.extractfile(name)
        return json.load(stream)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
