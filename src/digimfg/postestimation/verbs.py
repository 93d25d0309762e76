"""The questions that a result answers by verbs of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digimfg.postestimation.prediction import predict as _predict
from digimfg.postestimation.rows import estimated_effects, fitted_values, residuals
from digimfg.result import Result

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["estimated_effects", "fitted_values", "predict", "residuals"]


def predict(result: Result, frame: pd.DataFrame | None, **options: Any) -> pd.DataFrame:
    """Return the predictions for the rows of a frame, their errors and intervals; see `dm.predict`."""
    return _predict(result, frame, **options).rows
