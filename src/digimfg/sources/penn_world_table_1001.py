"""Penn World Table 10.01, fetched from its archive."""

from __future__ import annotations

from digimfg.fetching import Publisher
from digimfg.sources.penn_world_table_files import CITATION, Edition, read
from digimfg.text import Text

__all__ = ["PUBLISHER"]

_EDITION = Edition(name="10.01", datafile="354095", file="pwt1001.xlsx", last_year=2019)

PUBLISHER = Publisher(
    name="penn_world_table_1001",
    title=Text("Penn World Table 10.01", "宾大世界表10.01（Penn World Table）"),
    producer="Groningen Growth and Development Centre; University of California, Davis",
    licence="CC BY 4.0",
    citation=f"{CITATION} Version 10.01.",
    url="https://www.rug.nl/ggdc/productivity/pwt/",
    address="https://dataverse.nl/api/access/datafile",
    parts=(_EDITION.part,),
    request=_EDITION.request,
    reader=read,
)
