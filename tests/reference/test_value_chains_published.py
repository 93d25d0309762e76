"""Value chains against published numbers, and the shipped OECD table against what is known of it.

The leather table (Argentina, Turkey, Germany × three sectors) is the example of the R package decompr. Its page
"Interpreting the output of the Leontief Decomposition" (V. Kummritz, 14 January 2015) prints the value added of every
sector in the exports of every sector; the vignette of the R package gvc (version 0.5) prints the foreign value added
in a sector's exports over the exports of its country (``i2e``).
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from digimfg.measures.export_decomposition import export_decomposition
from digimfg.measures.input_content import input_coefficients
from digimfg.measures.input_output import InputOutputTable
from digimfg.measures.value_chains import value_added_exports, value_added_origins

SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
LEATHER = SHARED / "reference" / "leather_3x3_icio.csv"
needs_leather = pytest.mark.skipif(not LEATHER.exists(), reason="needs ../shared/data")

# decompr 2.0, decomp(inter, final, countries, industries, out, method = "leontief"), as printed
DECOMPR = np.array([
    [28.52278143, 2.79395126, 0.35606694, 1.81066955, 3.1173841, 0.35901126, 1.2364172, 1.30283802, 4.1208736],
    [1.06206936, 19.12053186, 0.41813924, 0.48370042, 1.8329024, 0.43058635, 0.5937041, 1.15375958, 4.7490351],
    [0.21043693, 0.14228369, 1.06369578, 0.03329456, 0.0790545, 0.04024626, 0.0231846, 0.07482343, 0.1932621],
    [0.71952151, 1.34237213, 0.11504126, 34.92704803, 6.9994970, 1.47711579, 2.5543089, 1.52213499, 6.1806254],
    [0.41201175, 1.38523849, 0.11764036, 2.69291816, 40.1671410, 1.31799873, 1.1093993, 1.15207241, 9.5069032],
    [0.03482652, 0.08553139, 0.02667530, 0.81210167, 0.9075189, 3.16041392, 0.1151191, 0.07448266, 0.6464733],
    [0.92530356, 2.25142713, 0.16222512, 2.31122022, 2.0595825, 0.51211484, 29.8763359, 5.24719728, 9.6006931],
    [0.64666560, 0.72785683, 0.08244379, 1.53837777, 2.5488967, 0.63316614, 1.4593583, 18.95868110, 8.1583150],
    [0.66638333, 0.65080723, 0.25807221, 1.29066963, 1.4880228, 0.56934671, 1.7321726, 1.51401054, 34.7438192],
])  # fmt: skip
GVC_I2E = [
    0.05295042, 0.10020580, 0.01185222, 0.06573884, 0.09793876, 0.02239852, 0.03815808, 0.03577311, 0.17206757,
]  # fmt: skip


def leather() -> InputOutputTable:
    frame = pd.read_csv(LEATHER, index_col=0)
    countries = ("Argentina", "Turkey", "Germany")
    return InputOutputTable(
        transactions=frame.iloc[:, :9].to_numpy(),
        final_demand=frame[[f"final.{country}" for country in countries]].to_numpy(),
        output=frame["output"].to_numpy(),
        countries=countries,
        sectors=("Agriculture", "Textile and Leather", "Transport Equipment"),
    )


@needs_leather
def test_origins_of_value_added_in_leather_exports():
    # decompr prints seven digits of its longest column
    assert value_added_origins(leather()) == pytest.approx(DECOMPR, abs=6e-8)


@needs_leather
def test_foreign_value_added_over_the_exports_of_the_country():
    table = leather()
    frame = value_added_exports(table).frame
    whole = frame.groupby("country", sort=False)["gross_exports"].transform("sum")
    assert (frame["foreign_value_added"] / whole).tolist() == pytest.approx(GVC_I2E, abs=5e-9)


@needs_leather
def test_terms_of_leather_exports_add_up():
    frame = export_decomposition(leather(), level="bilateral").frame
    terms = frame.drop(columns=["country", "sector", "importer", "gross_exports"])
    assert terms.sum(axis=1).to_numpy() == pytest.approx(frame["gross_exports"].to_numpy(), rel=1e-12)


@pytest.fixture(scope="module")
def g20() -> InputOutputTable:
    from digimfg.sources.oecd_icio_2019_g20 import SOURCE

    frames = SOURCE.load(Path(__file__).parents[2] / "data" / "raw")
    return InputOutputTable.from_frames(
        frames["transactions"],
        frames["final_demand"],
        value_added=frames["primary"]["value_added"],
        net_taxes=frames["primary"]["net_taxes"],
    )


def test_german_and_chinese_manufacturing_in_the_shipped_table(g20):
    """Shares of manufacturing exports computed from the OECD table by hand: 0.72, 0.84; ICT 0.031, 0.010."""
    table = g20.taxes_as_value_added()
    exports = value_added_exports(table).frame.set_index(["country", "sector"])["domestic_value_added_share"]
    ict = input_coefficients(table, "J").frame.set_index(["country", "sector"])["value_added_share"]
    assert exports[("DEU", "C")] == pytest.approx(0.72, abs=0.005)
    assert exports[("CHN", "C")] == pytest.approx(0.84, abs=0.005)
    assert ict[("DEU", "C")] == pytest.approx(0.031, abs=0.0005)
    assert ict[("CHN", "C")] == pytest.approx(0.010, abs=0.0005)


def test_terms_of_the_shipped_table_and_its_taxes_add_up(g20):
    frame = export_decomposition(g20, level="sector").frame
    terms = frame.drop(columns=["country", "sector", "gross_exports"]).sum(axis=1)
    assert terms.to_numpy() == pytest.approx(frame["gross_exports"].to_numpy(), rel=1e-12, abs=1e-9)
    assert "net_taxes" in frame
