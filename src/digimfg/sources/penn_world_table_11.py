"""Penn World Table 11.0, fetched from its archive."""

from __future__ import annotations

from digimfg.fetching import Publisher
from digimfg.sources.penn_world_table_files import CITATION, Edition, read
from digimfg.text import Text

__all__ = ["PUBLISHER"]

_EDITION = Edition(name="11.0", datafile="554105", file="pwt110.xlsx", last_year=2023)

PUBLISHER = Publisher(
    name="penn_world_table_11",
    title=Text("Penn World Table 11.0", "宾大世界表11.0（Penn World Table）"),
    producer="Groningen Growth and Development Centre; University of California, Davis",
    licence="CC BY 4.0",
    citation=f"{CITATION} Version 11.0.",
    url="https://www.rug.nl/ggdc/productivity/pwt/",
    address="https://dataverse.nl/api/access/datafile",
    parts=(_EDITION.part,),
    request=_EDITION.request,
    reader=read,
)
