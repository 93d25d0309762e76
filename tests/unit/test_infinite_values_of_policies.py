"""An infinite value, a ratio without a denominator, is named before a policy's effect is made from it."""

import numpy as np
import pandas as pd
import pytest

import digimfg as dm


def panel():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"city": np.repeat(range(8), 6), "year": np.tile(range(6), 8)})
    frame["y"], frame["x"] = rng.normal(size=(2, 48))
    return frame.assign(
        lat=30.0 + frame["city"], lon=110.0, on=((frame["city"] < 2) & (frame["year"] > 3)) * 1.0
    )


KEYS = {"entity": "city", "time": "year"}
RING = dm.contiguity_weights({k: [(k + 1) % 8, (k - 1) % 8] for k in range(8)})
CALLS = {
    "synthetic control, outcome": (
        "y", lambda f: dm.synthetic_control(f, "y", treated=0, treated_from=4, **KEYS)),
    "synthetic control, predictor": (
        "x", lambda f: dm.synthetic_control(f, "y", treated=0, treated_from=4, predictors={"x": (1, 2)}, **KEYS)),
    "rings, latitude": (
        "lat", lambda f: dm.spillover_rings(f, "on", latitude="lat", longitude="lon", edges_km=(0, 200), **KEYS)),
    "rings, longitude": (
        "lon", lambda f: dm.spillover_rings(f, "on", latitude="lat", longitude="lon", edges_km=(0, 200), **KEYS)),
    "rings, treatment": (
        "on", lambda f: dm.spillover_rings(f, "on", latitude="lat", longitude="lon", edges_km=(0, 200), **KEYS)),
    "exposure": ("on", lambda f: dm.spillover_exposure(f, "on", RING, **KEYS)),
    "matching": ("x", lambda f: dm.propensity_score_matching(f, "on", ("x",))),
    "entropy balance": ("x", lambda f: dm.entropy_balance(f, "on", ("x",))),
    "overlapping policies": ("on", lambda f: dm.overlapping_policies(f, "on", **KEYS)),
    "synthetic differences": ("y", lambda f: dm.synthetic_did(f, "y", "on", draws=20, **KEYS)),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_it_is_refused_with_its_place(name):
    column, call = CALLS[name]
    frame = panel()
    frame.loc[frame["city"] == 0, column] = np.inf
    with pytest.raises(dm.DigimfgError) as caught:
        call(frame)
    assert caught.value.kind in (
        "measures.column_infinite",
        "terms.column_infinite",
        "policy.treatment_values",
    )
