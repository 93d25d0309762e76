"""Draw whole units with replacement, estimate again, and summarise what became of a quantity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.panel_var.fit import PanelVARFit

__all__ = ["VARDraws", "draw_units", "draws_note", "simultaneous_factor"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class VARDraws:
    """Hold estimates of resampled panels: coefficients of the lags, shape (D, m, m·p), error covariances (D,
    m, m), failures.
    """

    coefficients: Floats
    error_covariance: Floats
    failed: int


@one_thread
def draw_units(fit: PanelVARFit, draws: int, seed: int) -> VARDraws:
    """Return estimates of `draws` panels whose units are drawn with replacement.

    Raises
    ------
    EstimationError
        If fewer than two draws identify the model.
    """
    rng = np.random.default_rng(seed)
    n, size = fit.equations.n_entities, len(fit.model.variables)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float64)
    found = []
    for row in weights:
        try:
            coefficients, covariance = fit.equations.estimates(row)
        except (EstimationError, np.linalg.LinAlgError):
            continue
        if np.all(np.isfinite(coefficients)) and np.all(np.diag(covariance) > 0):
            found.append((coefficients[:, : size * fit.model.lags], covariance))
    if len(found) < 2:
        raise EstimationError.of("panel_var.too_few_draws", n=len(found), draws=draws)
    return VARDraws(
        coefficients=np.array([each for each, _ in found]),
        error_covariance=np.array([each for _, each in found]),
        failed=draws - len(found),
    )


def simultaneous_factor(drawn: Floats, level: float) -> float:
    r"""Return c such that a share `level` of the draws lies within ±c standard deviations of their mean at
    all places at once.

    Parameters
    ----------
    drawn
        Shape (D, H); places without spread count nothing.

    Notes
    -----
    The sup-t band (Montiel Olea and Plagborg-Møller 2019, doi:10.1002/jae.2656).
    """
    spread = drawn.std(axis=0, ddof=1)
    moving = spread > 1e-12 * np.maximum(np.abs(drawn).max(axis=0), 1e-300)
    if not np.any(moving):
        return 0.0
    sizes = np.abs(drawn[:, moving] - drawn[:, moving].mean(axis=0)) / spread[moving]
    return float(np.quantile(sizes.max(axis=1), level))


def draws_note(draws: VARDraws, seed: int, level: float, *, bands: bool = True) -> list[Text]:
    """Return how the bands were made, and how many draws failed."""
    notes: list[Text] = [
        note_of(
            "panel_var.bootstrap",
            level=level,
            bands=Text(" and simultaneous bands", "与同时置信带") if bands else Text("", ""),
            n=len(draws.coefficients),
            seed=seed,
        )
    ]
    if draws.failed:
        notes.append(note_of("phrases.failed_draws", n=draws.failed))
    return notes
