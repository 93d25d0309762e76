"""Moran's I, local Moran and spatial Markov chains against published numbers and second engines.

Columbus: L. Anselin (1988), Spatial Econometrics, table 12.1, 49 neighbourhoods, queen contiguity; the file repeats
``columbus.dbf`` and ``columbus.gal`` of libpysal 4.14.1 (BSD licence). I and its variances: spdep 1.2-7 in R,
``columbus_moran.R``, and esda 2.9.0, ``esda.Moran(crime, queen)``; both agree to the digits given.

US states: per-capita income of 48 states 1929-2009, Bureau of Economic Analysis (public domain), as ``usjoin.csv`` of
libpysal. Spatial Markov: giddy's documentation, ``Spatial_Markov(income / mean, states48, fixed=True, k=5, m=5)``:
LR 170.659, Q 200.624, 60 degrees of freedom; transition probabilities of the same page.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from digimfg.measures.local_moran import local_moran
from digimfg.measures.moran import moran
from digimfg.measures.spatial_markov import spatial_markov
from digimfg.measures.spatial_weights import contiguity_weights

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def columbus():
    frame = pd.read_csv(DATA / "columbus_crime.csv")
    near = {row.neighbourhood: [int(x) for x in row.neighbours.split()] for row in frame.itertuples()}
    return frame.set_index("neighbourhood")["crime_per_1000"], contiguity_weights(near)


def test_moran_of_columbus_crime(columbus):
    found = moran(*columbus)
    assert found.statistic == pytest.approx(0.5001885571828611, abs=1e-12)
    assert found.expected == pytest.approx(-1 / 48)
    assert found.variance_normal == pytest.approx(0.00856341311940498, abs=1e-14)
    assert found.z_normal == pytest.approx(5.630312787738188, abs=1e-11)
    assert found.variance_random == pytest.approx(0.008689289201332044, abs=1e-14)
    assert found.z_random == pytest.approx(5.58938267504451, abs=1e-11)
    # no permutation of 999 is as large: the smallest two-sided p
    assert found.p_permutation == pytest.approx(0.002)


def test_local_moran_of_columbus_crime(columbus):
    """Statistics of spdep's ``localmoran``; quadrants and one-sided p-values (9,999 draws) of ``esda.Moran_Local``."""
    frame = local_moran(*columbus).frame.set_index("unit")
    spdep = {
        1: 0.7368184906083562,
        2: 0.5287770132659666,
        3: 0.0938507416616012,
        31: 1.0182732527217830,
        49: 0.3633613597885452,
    }
    assert frame["local_moran"].loc[list(spdep)].tolist() == pytest.approx(list(spdep.values()), abs=1e-12)
    assert frame["quadrant"].value_counts().to_dict() == {"HH": 21, "LL": 20, "LH": 5, "HL": 3}
    esda = {1: 0.1866, 2: 0.178, 3: 0.2484, 7: 0.0373, 17: 0.0363, 31: 0.0402, 49: 0.2011}
    for unit, p in esda.items():
        # 999 draws of another generator: twice the one-sided p within four standard errors
        slack = 2 * 4 * np.sqrt(p * (1 - p) / 999) + 0.002
        assert frame.loc[unit, "p_value"] == pytest.approx(2 * p, abs=slack)


def test_spatial_markov_of_us_states():
    wide = pd.read_csv(DATA / "us_state_income.csv")
    weights = contiguity_weights({row.state: row.neighbours.split(";") for row in wide.itertuples()})
    frame = wide.drop(columns="neighbours").melt("state", var_name="year", value_name="income")
    found = spatial_markov(
        frame.astype({"year": int}), "income", "state", "year", weights, classes=5, relative=True, draws=99
    )
    test = found.homogeneity
    assert test.likelihood_ratio == pytest.approx(170.65882843, abs=1e-8)
    assert test.pearson == pytest.approx(200.62372763, abs=1e-8)
    assert test.degrees_of_freedom == 60
    assert test.bootstrap_likelihood_ratio_p == pytest.approx(0.01)
    probabilities = found.pooled.probabilities.to_numpy()
    assert probabilities[0, 0] == pytest.approx(0.91461837, abs=5e-9)
    assert probabilities[0] == pytest.approx([0.91461837, 0.07503234, 0.00905563, 0.00129366, 0.0], abs=5e-9)
    assert probabilities[4] == pytest.approx([0, 0, 0, 0.06217617, 0.93782383], abs=5e-9)
