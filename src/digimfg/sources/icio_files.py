"""Read the input-output tables as they were extracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["FINAL_USES", "read_icio"]

FINAL_USES = ("consumption", "investment", "purchases_abroad")
"""Final consumption; gross capital formation; direct purchases abroad by residents."""


def read_icio(folder: Path) -> dict[str, pd.DataFrame]:
    """Return ``transactions``, ``final_demand`` and ``primary``, in million current US$ at basic prices.

    Rows are labelled (country, sector); columns of ``transactions`` likewise, of ``final_demand`` (country,
    use). ``primary`` has the columns ``net_taxes`` and ``value_added``. The country ``ROW`` is the rest of
    the world.
    """
    import pandas as pd

    with np.load(folder / "table.npz", allow_pickle=False) as content:
        flows, countries, sectors = (
            content["flows"],
            content["countries"].tolist(),
            content["sectors"].tolist(),
        )
    rows = pd.MultiIndex.from_product([countries, sectors], names=["country", "sector"])
    uses = pd.MultiIndex.from_product([countries, FINAL_USES], names=["country", "use"])
    size = len(rows)
    return {
        "transactions": pd.DataFrame(flows[:size, :size], index=rows, columns=rows),
        "final_demand": pd.DataFrame(flows[:size, size:], index=rows, columns=uses),
        "primary": pd.DataFrame(
            {"net_taxes": flows[size, :size], "value_added": flows[size + 1, :size]}, index=rows
        ),
    }
