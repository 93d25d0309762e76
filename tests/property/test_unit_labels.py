"""What units are called, and in which order their rows stand, changes no draw of units."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

KEYS = {"entity": "unit", "time": "year"}


def panel() -> pd.DataFrame:
    """Return two positive variables and a moderator of twelve units."""
    rng = np.random.default_rng(5)
    level = np.cumsum(rng.normal(0.1, 0.3, size=(12, 9)), axis=1)
    keys = {"unit": np.repeat(np.arange(12), 9), "year": np.tile(np.arange(2010, 2019), 12)}
    a = 0.3 * level + rng.normal(size=(12, 9))
    return pd.DataFrame(
        {**keys, "a": np.exp(a).ravel(), "b": np.exp(0.5 * rng.normal(size=108)), "d": rng.normal(size=108)}
    )


def responses(frame: pd.DataFrame) -> pd.DataFrame:
    model = dm.PanelVAR(("a", "b"), 1, collapse=True, last_lag=3, steps=1, **KEYS)
    return dm.impulse_responses(dm.fit_panel_var(model, frame), 2, draws=19).responses


CALLS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "panel_symbiosis": lambda f: (
        dm.panel_symbiosis(f, "a", "b", moderator="d", draws=29, **KEYS).coefficients
    ),
    "symbiosis_modes": lambda f: dm.panel_symbiosis(f, "a", "b", draws=29, **KEYS).modes.drop(columns="mode"),
    "ergodic_modes": lambda f: pd.DataFrame([dm.ergodic_modes(f, "a", draws=19, **KEYS).statistics]),
    "fit_stages": lambda f: dm.fit_stages(f, "a", stages=2, starts=5, draws=19, **KEYS).kinds,
    "stage_means": lambda f: dm.fit_stages(f, "a", stages=2, starts=5, draws=19, **KEYS).stages,
    "impulse_responses": responses,
}


@pytest.mark.parametrize("name", CALLS)
def test_names_of_units_and_order_of_rows_change_no_draw(name):
    frame = panel()
    plain = CALLS[name](frame)
    names = dict(enumerate(np.random.default_rng(1).permutation([f"省{place:02d}" for place in range(12)])))
    renamed = frame.assign(unit=frame["unit"].map(names))
    for other in (renamed, frame.sample(frac=1, random_state=3), renamed.sample(frac=1, random_state=4)):
        pd.testing.assert_frame_equal(CALLS[name](other), plain, rtol=1e-6, atol=1e-9)


def test_dates_and_paths_of_stages_follow_the_unit_through_its_new_name():
    frame = panel()
    names = {place: f"u{(5 * place) % 12:02d}" for place in range(12)}
    options = {"stages": 2, "starts": 5, "draws": 19, **KEYS}
    one = dm.fit_stages(frame, "a", **options)
    other = dm.fit_stages(frame.assign(unit=frame["unit"].map(names)), "a", **options)
    for part in ("dates", "paths"):
        mine, theirs = getattr(one, part), getattr(other, part)
        assert mine.index.is_monotonic_increasing
        assert theirs.index.is_monotonic_increasing
        moved = mine.rename(index=names, level="unit").sort_index()
        pd.testing.assert_frame_equal(moved, theirs, rtol=1e-6, atol=1e-9, check_index_type=False)
