"""Country codes and names: ISO 3166 codes with the names of Unicode CLDR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["SOURCE", "read"]


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``countries``: ``country`` (three letters), ``alpha2``, ``name_en``, ``name_zh``.

    Kosovo, which ISO has not coded, carries the World Bank's ``XKX`` in place of CLDR's ``XKK``.
    """
    import pandas as pd

    frame = pd.read_csv(folder / "countries.csv", dtype=str, keep_default_na=False)
    frame = frame.rename(columns={"alpha3": "country"})
    frame["country"] = frame["country"].replace({"XKK": "XKX"})
    return {
        "countries": frame[["country", "alpha2", "name_en", "name_zh"]].sort_values(
            "country", ignore_index=True
        )
    }


SOURCE = Source(
    name="country_codes",
    title=Text("Country codes and names (Unicode CLDR 48.2)", "国家代码与名称（Unicode CLDR 48.2）"),
    producer="Unicode Consortium",
    licence="Unicode License v3 (Unicode-3.0)",
    citation="Unicode Consortium (2026). Unicode Common Locale Data Repository, version 48.2: codeMappings and "  # noqa: E501
    "territories.",
    url="https://cldr.unicode.org",
    vintage="48.2",
    vintage_in_title=True,
    accessed="2026-11-23",
    files={"countries.csv": "60d4d28f3b63ff58e57e004e1be5d94211e20603e13ac73589b54208e4af8a8c"},
    extraction="scripts/extract_country_codes.py",
    reader=read,
)
