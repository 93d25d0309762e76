"""Wild cluster bootstrap and randomization inference on 30 clusters of 140 rows, two-way effects, against
peers here.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import digimfg as dm
from benchmarks.panels import best_of

if TYPE_CHECKING:
    from collections.abc import Callable

CLUSTERS, PERIODS = 30, 140
DRAWS, REASSIGNMENTS, PEER_REASSIGNMENTS = 9_999, 1_000, 100


def panel() -> pd.DataFrame:
    """Return 4,200 rows: 30 clusters with errors of their own slope in x."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(CLUSTERS), PERIODS), "year": np.tile(np.arange(PERIODS), CLUSTERS)}
    )
    n = len(frame)
    frame["x"] = rng.normal(size=n) + rng.normal(size=CLUSTERS)[frame.unit]
    frame["z"] = rng.normal(size=n)
    frame["y"] = 0.05 * frame.x + frame.z + rng.normal(size=n) * (1 + rng.random(CLUSTERS))[frame.unit]
    return frame


def specification() -> dm.Specification:
    """Return the equation of all rows of the table."""
    return dm.Specification(
        "y", "x", controls="z", entity="unit", time="year", fixed_effects=("unit", "year")
    )


def measure() -> list[tuple[str, str, str]]:
    """Return rows of the table."""
    frame, spec = panel(), specification()
    plain = spec.replace(covariance=dm.Clustered("unit", wild_bootstrap=None))
    wild = best_of(lambda: dm.wild_cluster_bootstrap(spec, frame, "x", draws=DRAWS), 5)
    column = best_of(lambda: dm.estimate(spec, frame), 5) - best_of(lambda: dm.estimate(plain, frame), 5)
    random = best_of(lambda: dm.randomization_test(spec, frame, "x", replications=REASSIGNMENTS), 3)
    rows = [
        (
            (
                f"wild cluster bootstrap, p and interval, {DRAWS:,} draws, {len(frame):,} rows, {CLUSTERS} "
                f"clusters"
            ),
            f"{wild * 1e3:.0f} ms",
            "≤ 500 ms",
        ),
        ("  what its p value adds to dm.estimate", f"{column * 1e3:.0f} ms", "ordinary cases: ms"),
        (f"randomization inference by t, {REASSIGNMENTS:,} reassignments", f"{random * 1e3:.0f} ms", "≤ 2 s"),
    ]
    for name, peer, own in (
        (f"  pyfixest ritest, {PEER_REASSIGNMENTS} reassignments, × 10 ÷ digimfg", _ritest(frame), random),
        ("  pyfixest wildboottest (p only) ÷ digimfg", _wildboottest(frame), wild),
    ):
        rows.append((name, "not installed" if peer is None else f"{peer / own:.1f} ({peer:.2f} s)", "≥ 5"))
    return rows


def _fit(frame: pd.DataFrame) -> object | None:
    try:
        import pyfixest
    except ImportError:
        return None
    return pyfixest.feols("y ~ x + z | unit + year", frame, vcov={"CRV1": "unit"})


def _ritest(frame: pd.DataFrame) -> float | None:
    fit = _fit(frame)
    if fit is None:
        return None
    scale = REASSIGNMENTS / PEER_REASSIGNMENTS
    call = lambda: fit.ritest(  # type: ignore[attr-defined]  # noqa: E731
        resampvar="x", reps=PEER_REASSIGNMENTS, type="randomization-t", rng=np.random.default_rng(0)
    )
    return _timed(call, scale)


def _wildboottest(frame: pd.DataFrame) -> float | None:
    try:
        import pyfixest
        import wildboottest  # noqa: F401
    except ImportError:
        return None
    # Its bootstrap wants the effects as dummies.
    fit = pyfixest.feols("y ~ x + z + C(unit) + C(year)", frame, vcov={"CRV1": "unit"})
    return _timed(lambda: fit.wildboottest(reps=DRAWS, param="x", seed=1), 1)


def _timed(call: Callable[[], object], scale: float) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        call()
        return best_of(call, 1) * scale
