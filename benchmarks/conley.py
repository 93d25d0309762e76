"""Conley's errors of a cross-section against the bare search of a tree for the same pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

import digimfg as dm
from benchmarks.panels import best_of

EARTH_RADIUS_KM = 6371.0088
CUTOFF_KM = 50.0


def frame(n: int) -> pd.DataFrame:
    """Return n places spread over a continent."""
    rng = np.random.default_rng(1)
    found = pd.DataFrame({"lat": rng.uniform(20, 50, n), "lon": rng.uniform(80, 125, n)})
    found["x"] = rng.normal(size=n)
    found["y"] = found.x + rng.normal(size=n)
    return found


def pairs(places: pd.DataFrame) -> int:
    """Return how many pairs a tree of chords finds within the cutoff."""
    latitude, longitude = np.radians(places.lat), np.radians(places.lon)
    level = np.cos(latitude)
    tree = cKDTree(np.column_stack((level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude))))
    chord = 2 * np.sin(CUTOFF_KM / EARTH_RADIUS_KM / 2)
    return len(tree.query_pairs(chord, output_type="ndarray"))


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    rows = []
    for n, aim in ((20_000, ""), (50_000, "≤ 1 s")):
        places = frame(n)
        spec = dm.Specification("y", "x", covariance=dm.Conley("lat", "lon", CUTOFF_KM))
        own = best_of(lambda: dm.estimate(spec, places), 3)  # noqa: B023
        bare = best_of(lambda: pairs(places), 3)  # noqa: B023
        same = dm.estimate(spec, places).statistics["n_neighbours_mean"] * n == 2 * pairs(places)
        rows += [
            (f"Conley's errors, {n:,} places, {CUTOFF_KM:g} km", f"{own:.2f} s", aim),
            ("  ÷ the bare tree's search for pairs", f"{own / bare:.1f}", "≤ 2"),
            ("  the tree finds as many pairs", str(same), "True"),
        ]
    return rows
