"""The reduced form in orthonormal instruments, and the strength of the first stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy import linalg

from digimfg.design.absorb import degrees_of_freedom
from digimfg.design.columns import side_by_side
from digimfg.design.scaled import scaled_slopes
from digimfg.distributions.student import quadratic_form
from digimfg.estimators.instrumental.moments import moment_covariance
from digimfg.inference.small_sample import small_sample_adjustment

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.estimators.instrumental.data import Instrumented
    from digimfg.inference.sandwich import Sandwich
    from digimfg.inference.small_sample import Adjustment

__all__ = ["ReducedForm", "rank_tests", "reduced_form_of", "weak_instruments"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class ReducedForm:
    """Outcome and endogenous terms on orthonormal instruments: coefficients, residuals, their covariance.

    Parameters
    ----------
    outcome, endogenous
        Coefficients, shapes (l,) and (l, m).
    residuals
        Shape (n, 1 + m).
    moments
        Covariance of the coefficients without small-sample factor, equations outside: ((1 + m) l, (1 + m) l).
    adjustment
        Of an equation with every instrument and exogenous term.
    design, basis
        For covariances of one equation alone.
    """

    outcome: Floats
    endogenous: Floats
    residuals: Floats
    moments: Sandwich
    adjustment: Adjustment
    design: Design
    basis: Floats

    @property
    def n_instruments(self) -> int:
        """Return the number of excluded instruments."""
        return len(self.outcome)

    def alone(self, weights: Floats) -> Floats:
        """Return the covariance of the coefficients of a weighted sum of the equations, estimated for that
        sum.

        It is `combined` but where negative eigenvalues are set to zero: those of all equations together must
        not touch the test of one.
        """
        return moment_covariance(self.design, self.basis, (self.residuals @ weights)[:, None]).covariance

    def combined(self, weights: Floats) -> Floats:
        """Return the covariance of the coefficients of a weighted sum of the equations, from that of all
        together.
        """
        n_instruments = self.n_instruments
        matrix = self.moments.covariance.reshape(len(weights), n_instruments, len(weights), n_instruments)
        out: Floats = np.einsum("a,aibj,b->ij", weights, matrix, weights)
        return out


def reduced_form_of(data: Instrumented) -> ReducedForm:
    """Regress outcome and endogenous terms on the instruments, freed of the exogenous terms."""
    free = side_by_side([data.free_outcome, data.free_endogenous])
    coefficients = data.basis.T @ free
    residuals = free - data.basis @ coefficients
    moments = moment_covariance(data.design, data.basis, residuals)
    n_slopes = data.exogenous.shape[1] + data.basis.shape[1]
    return ReducedForm(
        outcome=coefficients[:, 0],
        endogenous=coefficients[:, 1:],
        residuals=residuals,
        moments=moments,
        adjustment=small_sample_adjustment(data.design, n_slopes, moments.n_groups),
        design=data.design,
        basis=data.basis,
    )


def weak_instruments(data: Instrumented, reduced: ReducedForm) -> pd.DataFrame:
    """Return the strength of the first stage by endogenous term.

    Returns
    -------
    DataFrame
        Index ``endogenous``; ``first_stage_f`` and its p: every instrument is zero in the term's first stage;
        ``sanderson_windmeijer_f`` and its p: the same given the other endogenous terms (Sanderson &
        Windmeijer 2016, doi:10.1016/j.jeconom.2015.06.004), on l - m + 1 degrees of freedom; ``partial_r2``:
        share of the variation left by exogenous terms and effects that the instruments take;
        ``shea_partial_r2``: that share given the other endogenous terms. F statistics carry the small-sample
        factor of the covariance's rule.
    """
    n_instruments, n_endogenous = reduced.endogenous.shape
    factor, df = reduced.adjustment.factor, reduced.adjustment.df
    rows = []
    for j in range(n_endogenous):
        own = np.eye(1 + n_endogenous)[1 + j]
        first = quadratic_form(reduced.alone(own), reduced.endogenous[:, j]) / n_instruments / factor
        others = np.delete(reduced.endogenous, j, axis=1)
        slope = scaled_slopes(others, reduced.endogenous[:, j])
        weights = np.insert(-slope, j, 1.0)
        rest = reduced.endogenous @ weights
        wald = quadratic_form(reduced.alone(np.concatenate([[0.0], weights])), rest)
        sanderson = wald / (n_instruments - n_endogenous + 1) / factor
        column = data.free_endogenous[:, j]
        partial = float(reduced.endogenous[:, j] @ reduced.endogenous[:, j] / (column @ column))
        free = np.delete(data.free_endogenous, j, axis=1)
        unexplained = column - free @ scaled_slopes(free, column)
        rows.append(
            {
                "first_stage_f": first,
                "first_stage_p": float(scipy.stats.f.sf(first, n_instruments, df)),
                "sanderson_windmeijer_f": sanderson,
                "sanderson_windmeijer_p": float(
                    scipy.stats.f.sf(sanderson, n_instruments - n_endogenous + 1, df)
                ),
                "partial_r2": partial,
                "shea_partial_r2": float(rest @ rest / (unexplained @ unexplained)),
            }
        )
    index = pd.Index(list(data.design.endogenous_terms), name="endogenous", dtype=object)
    return pd.DataFrame(rows, index=index)


def rank_tests(data: Instrumented, reduced: ReducedForm) -> dict[str, float]:
    """Return the tests that the first stages have a rank less than m.

    ``kleibergen_paap_rk_lm`` (underidentification, chi-squared on l - m + 1 degrees of freedom) and
    ``kleibergen_paap_rk_f`` (its Wald form over l, with the small-sample factor, as ivreg2 writes it):
    Kleibergen & Paap (2006, doi:10.1016/j.jeconom.2005.02.011). Under homoskedastic errors they are
    Anderson's canonical correlation LM and Cragg-Donald's F. ``cragg_donald_f`` is always the homoskedastic
    one.
    """
    n_instruments, n_endogenous = reduced.endogenous.shape
    explained = reduced.endogenous.T @ reduced.endogenous
    left = reduced.residuals[:, 1:].T @ reduced.residuals[:, 1:]
    roots, vectors = linalg.eigh(explained, explained + left)
    weights = vectors[:, 0]
    complement = np.linalg.qr(reduced.endogenous @ vectors[:, 1:], mode="complete")[0][:, n_endogenous - 1 :]
    direction = complement.T @ (reduced.endogenous @ weights)
    wald_covariance = complement.T @ reduced.alone(np.concatenate([[0.0], weights])) @ complement
    wald = quadratic_form(wald_covariance, direction)
    null = (data.free_endogenous @ weights)[:, None]
    lagrange = quadratic_form(
        moment_covariance(data.design, data.basis @ complement, null).covariance, direction
    )
    n_slopes = data.exogenous.shape[1] + n_instruments
    df_resid = data.design.n_obs - n_slopes - degrees_of_freedom(data.design.effects)
    return {
        "kleibergen_paap_rk_f": wald / n_instruments / reduced.adjustment.factor,
        "kleibergen_paap_rk_lm": lagrange,
        "kleibergen_paap_rk_lm_p": float(scipy.stats.chi2.sf(lagrange, n_instruments - n_endogenous + 1)),
        "kleibergen_paap_rk_lm_df": float(n_instruments - n_endogenous + 1),
        "cragg_donald_f": float(roots[0] / (1 - roots[0])) * df_resid / n_instruments,
    }
