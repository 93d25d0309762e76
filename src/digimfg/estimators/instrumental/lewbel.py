"""Instruments generated from heteroskedasticity (Lewbel 2012)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.design import INTERCEPT
from digimfg.design.absorb import absorb
from digimfg.design.scaled import scaled_slopes
from digimfg.errors import SpecificationError
from digimfg.estimators.instrumental.options import InstrumentalOptions

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["as_estimated", "with_generated_instruments"]

Floats = NDArray[np.float64]


def as_estimated(design: Design) -> Design:
    """Return a design with the instruments that its estimator generates."""
    estimator = design.specification.estimator
    terms = estimator.heteroskedasticity_terms if isinstance(estimator, InstrumentalOptions) else ()
    return with_generated_instruments(design, terms)[0] if terms else design


def with_generated_instruments(design: Design, terms: tuple[str, ...]) -> tuple[Design, pd.DataFrame]:
    """Add (z - mean of z) times the first-stage residual as instruments, for each z named and each
    endogenous term.

    They identify the equation if the first-stage errors' variance moves with z and the product of both
    equations' errors does not. Everything is freed of the effects first.

    Parameters
    ----------
    terms
        Exogenous regressors or controls of the design.

    Returns
    -------
    design, heteroskedasticity
        The design with further instruments, named ``z:residual[d]``, and by endogenous term the
        Breusch-Pagan test (n R² of the squared residual on z) that the first-stage errors are homoskedastic:
        ``statistic df p_value``. Without rejection the generated instruments are weak. Source: Lewbel
        (2012), "Using Heteroscedasticity to Identify and Estimate Mismeasured and Endogenous Regressor
        Models", doi:10.1080/07350015.2012.643126.

    Raises
    ------
    SpecificationError
        If a name is no exogenous term of the equation.
    """
    known = [term for term in design.terms if term != INTERCEPT]
    unknown = [term for term in terms if term not in known]
    if unknown:
        raise SpecificationError.of(
            "instrumental.heteroskedasticity_terms_unknown", got=", ".join(unknown), known=known
        )
    weights = None if design.weights is None else design.weights / design.weights.mean()
    root = np.ones(design.n_obs) if weights is None else np.sqrt(weights)
    places = [design.terms.index(term) for term in terms]
    exogenous = design.absorbed.regressors
    centred = exogenous[:, places] - np.average(exogenous[:, places], axis=0, weights=weights)
    slopes = scaled_slopes(exogenous * root[:, None], design.absorbed.endogenous * root[:, None])
    residuals = design.absorbed.endogenous - exogenous @ slopes
    products = (centred[:, :, None] * residuals[:, None, :]).reshape(design.n_obs, -1)
    names = tuple(f"{term}:residual[{name}]" for term in terms for name in design.endogenous_terms)
    freed = absorb(products, list(design.effects.values()), design.weights) if design.effects else products
    generated = replace(
        design,
        instrument_terms=(*design.instrument_terms, *names),
        instruments=np.column_stack([design.instruments, products]),
        absorbed=replace(design.absorbed, instruments=np.column_stack([design.absorbed.instruments, freed])),
    )
    rows = [_breusch_pagan(residual, centred, root) for residual in residuals.T]
    index = pd.Index(list(design.endogenous_terms), name="endogenous", dtype=object)
    return generated, pd.DataFrame(rows, index=index)


def _breusch_pagan(residual: Floats, columns: Floats, root: Floats) -> dict[str, float]:
    square = residual**2
    centred = square - np.average(square, weights=root**2)
    left = centred * root
    rest = left - (columns * root[:, None]) @ scaled_slopes(columns * root[:, None], left)
    statistic = len(square) * float(1 - rest @ rest / (left @ left))
    df = columns.shape[1]
    return {"statistic": statistic, "df": float(df), "p_value": float(scipy.stats.chi2.sf(statistic, df))}
