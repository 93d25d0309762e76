"""Penn World Table 9.1: output, inputs, productivity and trade of 182 economies, 1950-2017."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.sources import Source
from digimfg.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["SOURCE", "read"]


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``annual``: ``country year`` and the publisher's variables under their own names and units."""
    import pandas as pd

    frame = pd.read_csv(folder / "pwt91.csv").rename(columns={"isocode": "country"})
    return {"annual": frame}


SOURCE = Source(
    name="penn_world_table",
    title=Text("Penn World Table 9.1", "宾大世界表9.1（Penn World Table）"),
    producer="Groningen Growth and Development Centre; University of California, Davis",
    licence="CC BY 4.0",
    citation=(
        "Feenstra, R. C., Inklaar, R. and Timmer, M. P. (2015). The next generation of the Penn World Table. "
        "American Economic Review 105(10), 3150-3182. https://doi.org/10.1257/aer.20130954. Version 9.1 "
        "(2019)."
    ),
    url="https://www.rug.nl/ggdc/productivity/pwt/",
    vintage="9.1",
    vintage_in_title=True,
    accessed="2026-11-23",
    files={"pwt91.csv": "c9eab30defd220fb740c189d49df2cc0243b8b18502b7c60a3c11b22dfbf2b94"},
    extraction="scripts/extract_penn_world_table.py",
    reader=read,
)
