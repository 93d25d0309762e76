"""What a panel vector autoregression answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.estimators.panel_var.equations import Equations
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.estimators.panel_var.model import PanelVAR

__all__ = ["PanelVARFit", "companion"]

Floats = NDArray[np.float64]


@checked
@shown(Text("Panel vector autoregression", "面板向量自回归"))
@dataclass(frozen=True, kw_only=True, eq=False)
class PanelVARFit:
    """Hold a panel vector autoregression.

    Parameters
    ----------
    model
        What was estimated.
    coefficients
        Index ``(equation, term)``; columns ``estimate std_error statistic p_value conf_low conf_high``,
        normal distribution.
    covariance_matrix
        Of the coefficients, in their order: Windmeijer's after two steps, the sandwich clustered by unit
        after one.
    error_covariance
        Of the errors of all equations in levels.
    eigenvalues
        Of the companion matrix, largest first: ``real imaginary modulus``; below one the model is stable.
    causality
        Index ``(equation, excluded)``; Wald tests that all lags of a variable are zero in an equation, that
        those of all other variables are (``all``), and (equation ``all others``) that a variable enters no
        other equation: ``statistic df p_value``.
    serial_correlation
        Index ``(equation, order)``: Arellano and Bond's test of the differenced errors.
    statistics
        ``n_obs n_entities n_instruments`` (of an equation) ``n_moments hansen hansen_df hansen_p mbic maic
        mqic max_modulus``.
    notes
        What a reader must know.
    equations
        Arrays of the moments, from which bootstraps draw units.
    """

    model: PanelVAR
    coefficients: pd.DataFrame
    covariance_matrix: pd.DataFrame
    error_covariance: pd.DataFrame
    eigenvalues: pd.DataFrame
    causality: pd.DataFrame
    serial_correlation: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...]
    equations: Equations

    @property
    def is_stable(self) -> bool:
        """Return whether every eigenvalue of the companion matrix lies within the unit circle."""
        return self.statistics["max_modulus"] < 1


def companion(coefficients: Floats, lags: int) -> Floats:
    """Return the companion matrix, shape (…, m·p, m·p), of coefficients of shape (…, m, k), lags first."""
    size = coefficients.shape[-2]
    whole = np.zeros((*coefficients.shape[:-2], size * lags, size * lags))
    whole[..., :size, :] = coefficients[..., : size * lags]
    whole[..., size:, :-size] = np.eye(size * (lags - 1))
    return whole
