"""What a reader of a spatial panel must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.spatial.model import SpatialEstimate, SpatialModel
    from digimfg.estimators.spatial.options import SpatialOptions

__all__ = ["spatial_notes"]


def spatial_notes(
    options: SpatialOptions, model: SpatialModel, estimate: SpatialEstimate, n_rejected: int, *, stable: bool
) -> list[Text]:
    """Return what a reader of a spatial panel must know: errors, draws, corrections, stability."""
    notes: list[Text] = []
    if not stable:
        notes.append(note_of("spatial.not_stable"))
    if estimate.information == "observed":
        notes.append(note_of("spatial.inference"))
    if options.draws and (model.lag_outcome or np.any(model.lagged)):
        notes.append(
            note_of("spatial.bootstrap", draws=options.draws, seed=options.seed, n_rejected=n_rejected)
        )
        if n_rejected > 0.05 * options.draws:
            notes.append(note_of("spatial.rejected_draws"))
    if estimate.refused is not None:
        notes.append(note_of("spatial.correction_refused", refused=estimate.refused))
    elif model.corrected:
        notes.append(
            note_of("spatial.corrected_by_lee_and_yu")
            if model.own_lag is None
            else note_of("spatial.corrected_by_yu_de_jong_and_lee")
        )
    elif model.effects in ("time", "twoways"):
        notes.append(note_of("spatial.few_units_uncorrected", n=model.outcome.shape[1]))
    elif model.effects == "entity" and model.outcome.shape[0] < 20:
        notes.append(note_of("spatial.variance_too_small", n=model.outcome.shape[0]))
    return notes
