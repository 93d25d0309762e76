"""Instrumental variables with any number of absorbed effects, and the tests they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import scipy

from digimfg.arguments import checked
from digimfg.contracts import errors_of_covariance
from digimfg.estimators.instrumental.options import InstrumentalOptions
from digimfg.notes import note_of
from digimfg.sheets import sheet_beside
from digimfg.specification import Estimator, Link
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["TwoStageLeastSquares"]

_LABELS = sheet_beside(__file__, "estimator", "labels")


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class TwoStageLeastSquares(InstrumentalOptions, Estimator):
    """Estimate an equation whose ``endogenous`` terms are instrumented, with absorbed effects.

    The effects are absorbed once in the design. Errors follow the specification's covariance and its
    small-sample rule; ``"stata"`` is that of reghdfe, so that columns of least squares and instruments
    compare. ivreghdfe counts one parameter less where effects are nested in the clusters and others are not:
    K + T - 1 with effects of clusters and T periods, where reghdfe counts K + T. F statistics of instruments
    carry the same rule. With few clusters ``"2sls"`` reports p values of the wild restricted efficient
    bootstrap for endogenous terms and regressors, see `wild_cluster_bootstrap` and `WildBootstrap`.

    Parameters
    ----------
    method
        ``"2sls"``; ``"liml"`` (limited information maximum likelihood); ``"fuller"`` (LIML less α/(n - K));
        ``"gmm2s"`` (two-step efficient GMM; under homoskedastic errors it is two-stage least squares);
        ``"cue"`` (continuously updated GMM: the weights follow the slopes; under homoskedastic errors it is
        LIML).
    fuller_alpha
        α of Fuller's estimator: 1 is nearly unbiased, 4 has the smallest mean squared error.
    orthogonality_test
        Instruments whose exogeneity ``c_statistic`` tests, given the others.
    heteroskedasticity_terms
        Exogenous terms from which Lewbel's (2012) instruments are generated, in addition to those named.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", "capital", endogenous="value", instruments="L.value", entity="firm",
    ...     time="year", fixed_effects="firm", estimator=dm.TwoStageLeastSquares())
    >>> result = dm.estimate(spec, grunfeld.load_pandas().data)
    >>> result.coefficients["estimate"].round(3).tolist()
    [0.257, 0.253]
    """

    takes_instruments: ClassVar[bool] = True
    link: ClassVar[Link | None] = "identity"

    errors_label = errors_of_covariance

    @property
    def label(self) -> Text:
        """Return the name for tables."""
        return _LABELS[self.method]

    def fit(self, design: Design) -> Result:
        """Estimate the slopes and test the instruments.

        ``statistics``: ``first_stage_f`` and ``sanderson_windmeijer_f`` (the smallest over endogenous terms;
        each under ``name[term]`` where there are several), ``effective_f`` (one endogenous term;
        ``effective_f_critical`` for a bias of 10 per cent), ``kleibergen_paap_rk_f``,
        ``kleibergen_paap_rk_lm`` (``_p``, ``_df``), ``cragg_donald_f``, ``anderson_rubin_f`` and ``_p`` of
        no effect, ``anderson_rubin_low`` and ``_high`` (the hull of the set), ``anderson_rubin_wild_p`` (one
        instrument, few clusters: by the wild cluster bootstrap), ``hansen_j`` or ``sargan`` (``_p``,
        ``_df``; beside LIML and Fuller too it is that of two-stage least squares, with ``"cue"`` its
        criterion), ``c_statistic`` (on request), ``wu_hausman`` (``_p``), ``tf_std_error`` (one instrument),
        ``breusch_pagan_p`` (generated instruments; the largest).

        ``tables``: ``first_stage``, ``reduced_form``, ``weak_instruments``, ``stock_yogo``, ``effective_f``
        (critical values), ``anderson_rubin`` (segments of the set), ``tf``, ``heteroskedasticity``; each
        where it applies.

        Raises
        ------
        SpecificationError
            If there is no endogenous term, too few instruments, a term in two roles, or an option is none of
            those offered.
        EstimationError
            If effects and exogenous terms absorb the endogenous terms or the instruments, or there are not
            more rows than parameters.
        """
        from digimfg.design import INTERCEPT
        from digimfg.design.centre import with_intercept
        from digimfg.estimators.fit_statistics import fit_statistics
        from digimfg.estimators.instrumental.data import instrumented
        from digimfg.estimators.instrumental.diagnostics import diagnostics
        from digimfg.estimators.instrumental.k_class import slopes
        from digimfg.estimators.instrumental.stages import stage_results, wild_anderson_rubin
        from digimfg.estimators.instrumental.wild import wild_instrument_column
        from digimfg.estimators.linear_result import linear_result
        from digimfg.estimators.perfect_fit import perfect_fit_notes

        tables: dict[str, pd.DataFrame] = {}
        statistics: dict[str, float] = {}
        notes: list[Text] = []
        if self.heteroskedasticity_terms:
            from digimfg.estimators.instrumental.lewbel import with_generated_instruments

            design, breusch_pagan = with_generated_instruments(design, self.heteroskedasticity_terms)
            tables["heteroskedasticity"] = breusch_pagan
            weakest = int(breusch_pagan["p_value"].argmax())
            statistics["breusch_pagan"] = float(breusch_pagan["statistic"].iloc[weakest])
            statistics["breusch_pagan_p"] = float(breusch_pagan["p_value"].iloc[weakest])
            notes.append(_lewbel_note(statistics["breusch_pagan_p"]))
        data = instrumented(design)
        found = slopes(data, self.method, self.fuller_alpha)
        tests = diagnostics(data, found, self.orthogonality_test, self.method)
        n_slopes = len(found.estimates)
        rss = float(found.residuals @ found.residuals)
        fit = fit_statistics(design, rss, n_slopes, found.adjustment.df_absorbed)
        del fit["log_likelihood"]
        df_resid = float(design.n_obs - n_slopes - found.adjustment.df_absorbed)
        statistics |= fit | dict(found.sandwich.counts) | tests.statistics | {"df_resid": df_resid}
        reduced_p, wild_notes = wild_anderson_rubin(data.design)
        statistics |= reduced_p
        columns, column_notes = wild_instrument_column(data) if self.method == "2sls" else ({}, ())
        stages = stage_results(data.design, wild_bootstrap=False)
        if self.method in ("liml", "fuller"):
            statistics["kappa"] = found.kappa
        if "hansen_j" in statistics and np.isfinite(found.criterion):
            statistics["hansen_j"] = found.criterion
            statistics["hansen_j_p"] = float(scipy.stats.chi2.sf(found.criterion, statistics["hansen_j_df"]))
        names = (*data.design.endogenous_terms, *data.design.terms)
        estimates, covariance = with_intercept(
            INTERCEPT, design.shift, names, found.estimates, found.covariance
        )
        return linear_result(
            design,
            names=names,
            estimates=estimates,
            covariance=covariance,
            df=found.adjustment.df,
            statistics=statistics,
            notes=(
                *data.notes,
                *found.sandwich.notes,
                *perfect_fit_notes(found.residuals, data.outcome),
                *notes,
                *tests.notes,
                *column_notes,
                *wild_notes,
            ),
            tables=_stage_tables(stages, design.specification.outcome) | tests.tables | tables,
            columns=columns,
        )


def _stage_tables(results: dict[str, Result], outcome: str) -> dict[str, pd.DataFrame]:
    import pandas as pd

    first = {name: result.coefficients for name, result in results.items() if name != outcome}
    return {
        "first_stage": pd.concat(first, names=["endogenous", "term"]),
        "reduced_form": results[outcome].coefficients,
    }


def _lewbel_note(p_value: float) -> Text:
    strong = p_value < 0.05
    return note_of(
        "instrumental.generated_instruments",
        detail=(
            note_of("instrumental.heteroskedasticity_found", p_value=p_value)
            if strong
            else note_of("instrumental.heteroskedasticity_not_found", p_value=p_value)
        ),
    )
