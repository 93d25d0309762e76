"""World Factbook, early edition: internet users about 2009."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["INTERNET_USERS_YEAR", "OTHER_NAMES", "SOURCE", "read"]

INTERNET_USERS_YEAR = 2009
"""Year of the counts. The file gives none: it is inferred, because the Factbook dated the same counts 2009
(China 389 million, United States 245 million) up to its edition of 2014, whose populations stand beside them
here."""

OTHER_NAMES = {
    "Antigua and Barbuda": "ATG",
    "Bahamas, The": "BHS",
    "Bosnia and Herzegovina": "BIH",
    "Burma": "MMR",
    "Cabo Verde": "CPV",
    "Congo, Democratic Republic of the": "COD",
    "Congo, Republic of the": "COG",
    "Cote d'Ivoire": "CIV",
    "Czech Republic": "CZE",
    "Falkland Islands (Islas Malvinas)": "FLK",
    "Gambia, The": "GMB",
    "Hong Kong": "HKG",
    "Korea, South": "KOR",
    "Macau": "MAC",
    "Macedonia": "MKD",
    "Micronesia, Federated States of": "FSM",
    "Saint Helena, Ascension, and Tristan da Cunha": "SHN",
    "Saint Kitts and Nevis": "KNA",
    "Saint Lucia": "LCA",
    "Saint Vincent and the Grenadines": "VCT",
    "Sao Tome and Principe": "STP",
    "Swaziland": "SWZ",
    "Trinidad and Tobago": "TTO",
    "Turkey": "TUR",
    "Virgin Islands": "VIR",
    "Wallis and Futuna": "WLF",
}
"""Codes of the names that differ from CLDR's. "Gaza Strip" and "West Bank" repeat one total and get none."""


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``internet_users``: ``name``, ``internet_users`` (persons, about 2009), ``population``
    (persons, 2014).
    """
    import pandas as pd

    frame = pd.read_csv(folder / "internet_users.csv").rename(columns={"country": "name"})
    return {"internet_users": frame}


SOURCE = Source(
    name="world_factbook_early",
    title=Text("World Factbook, internet users about 2009", "《世界概况》，约2009年互联网用户数"),
    producer="Central Intelligence Agency",
    licence="Public domain (work of the United States government)",
    citation=(
        "Central Intelligence Agency (2014). The World Factbook: country comparison, internet users. As "
        "collected in "
        "the R package openintro, data set cia_factbook."
    ),
    url="https://www.cia.gov/the-world-factbook/",
    vintage="2014",
    accessed="2026-11-23",
    files={"internet_users.csv": "8b626aae6b1c5571f50d13ba2469bfc93e633de49db0521a2f8bd2ef04172f25"},
    extraction="scripts/extract_world_factbook_early.py",
    reader=read,
)
