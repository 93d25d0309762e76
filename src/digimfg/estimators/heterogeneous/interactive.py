"""Interactive fixed effects: factors that units load on differently, estimated with the slopes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.heterogeneous.averages import dependence_left
from digimfg.estimators.heterogeneous.factors import FactorRule, chosen_factors
from digimfg.estimators.heterogeneous.interactive_fit import Interactive, fit_interactive, small_sample_bias
from digimfg.estimators.heterogeneous.unit_rows import UnitRows, unit_rows
from digimfg.estimators.panel_rows import effects_of, finish
from digimfg.kinds import Count, Seed, Whole
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["InteractiveEffects"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class InteractiveEffects(Estimator):
    r"""Estimate slopes beside factors and loadings by least squares (Bai 2009, doi:10.3982/ECTA6135).

    .. math:: y_{it}=x_{it}'\beta+\lambda_i'f_t+\varepsilon_{it},\qquad
       \min_{\beta,F,\Lambda}\sum_{it}(y_{it}-x_{it}'\beta-\lambda_i'f_t)^2

    beside the additive effects in ``fixed_effects`` (the units, the periods or both). Errors are clustered by
    unit, whatever the specification's covariance: regressors are freed of what factors and loadings span, and
    factors count as parameters (loadings are nested in the clusters); t has N-1 degrees of freedom.

    Parameters
    ----------
    factors
        How many, or a rule applied to the errors of an estimate with `max_factors`: ``"bai_ng"`` (IC_p2) or
        ``"growth_ratio"`` (Ahn and Horenstein).
    max_factors
        Most that a rule may choose; never more than half the shorter side of the panel.
    constant
        Without fixed effects: columns enter as deviations from their overall means. ``False`` leaves them as
        they are, Bai's own model, in which a constant is one factor more.
    bias_correction
        Take off the bias that heteroskedasticity over units and over periods brings (Bai 2009, section 7);
        balanced panels.
    starts, seed
        The objective has several minima: it is searched from least squares, from components of the outcome
        and from random slopes around these, and the least is reported.

    Notes
    -----
    On an unbalanced panel missing cells are filled by the fit, again and again, until it stands still: they
    enter no sum of squares. ``tables`` holds ``factors`` by period and ``loadings`` by unit,
    ``statistics["n_factors"]`` their number.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm", estimator=dm.InteractiveEffects(factors=1))
    >>> dm.estimate(spec, frame).tables["factors"].shape
    (20, 1)
    """

    factors: Whole | FactorRule = "bai_ng"
    max_factors: Count = 8
    constant: bool = True
    bias_correction: bool = False
    starts: Count = 5
    seed: Seed = 0

    needs_keys: ClassVar[bool] = True
    moves_by_terms: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Interactive fixed effects", "交互固定效应")

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated: clustered by unit."""
        del covariance
        return Text(
            "standard errors clustered by unit, factors counted",
            "按个体聚类的标准误，计入因子的自由度",
        )

    def fit(self, design: Design) -> Result:
        """Estimate slopes, factors and loadings.

        Raises
        ------
        SpecificationError
            If there are no keys, weights, fixed effects of other columns, or effects without a constant.
        EstimationError
            If factors are not fewer than periods and units, a unit or a period has no more rows than factors,
            or the search does not settle.
        """
        effects = effects_of(design)
        additive = (effects in ("entity", "twoways"), effects in ("time", "twoways"))
        if not self.constant and any(additive):
            raise SpecificationError.of(
                "heterogeneous.constant_of_effects", effects=repr(tuple(design.specification.fixed_effects))
            )
        rows = unit_rows(design, self.label)
        if not self.constant:
            moved = np.array([design.shift.get(term, 0.0) for term in rows.terms])
            rows = replace(rows, regressors=rows.regressors + moved * rows.used[:, :, None])
        most = max(0, min(self.max_factors, (min(len(rows.units), rows.n_periods) - 1) // 2))
        notes: list[Text] = []
        if isinstance(self.factors, str):
            _check_factors(self, rows, most, additive)
            first = fit_interactive(rows, most, additive, self.starts, self.seed, centred=self.constant)
            count = chosen_factors(first.errors, most, self.factors)
            notes.append(
                note_of(
                    "heterogeneous.factors",
                    count=count,
                    most=most,
                    rule={"bai_ng": "IC_p2 (Bai–Ng)", "growth_ratio": "GR (Ahn–Horenstein)"}[self.factors],
                )
            )
            if count == most:
                notes.append(note_of("heterogeneous.factors_at_bound"))
        else:
            count = self.factors
        _check_factors(self, rows, count, additive)
        found = fit_interactive(rows, count, additive, self.starts, self.seed, centred=self.constant)
        return _result(self, design, rows, found, (*notes, *_start_notes(found)))


def _check_factors(
    options: InteractiveEffects, rows: UnitRows, count: int, additive: tuple[bool, bool]
) -> None:
    least = min(len(rows.units), rows.n_periods)
    if count >= least:
        raise EstimationError.of("heterogeneous.number_of_factors", got=str(count), most=least - 1)
    by_unit, by_period = rows.n_rows, rows.used.sum(axis=0)
    short = by_unit <= count + additive[0]
    thin = (by_period <= count + additive[1]) & (by_period > 0)
    if short.any() or thin.any():
        raise EstimationError.of(
            "heterogeneous.too_few_rows_for_factors",
            where=options.label,
            least=count + 1 + max(additive),
            n=int(short.sum()),
            m=int(thin.sum()),
            units=rows.named(short),
        )


def _start_notes(found: Interactive) -> list[Text]:
    if found.agreeing == found.starts:
        return []
    return [note_of("phrases.starts_of_least_squares", agreeing=found.agreeing, starts=found.starts)]


def _result(
    options: InteractiveEffects, design: Design, rows: UnitRows, found: Interactive, notes: tuple[Text, ...]
) -> Result:
    n = int(rows.used.sum())
    parameters = found.n_parameters + len(found.slopes)
    if n <= parameters:
        raise EstimationError.of("heterogeneous.too_few_rows", where=options.label, n=n, p=parameters)
    units = len(rows.units)
    scores = np.einsum("ntk,nt->nk", found.near, found.residuals)
    bread = found.bread
    # loadings and effects of units are nested in the clusters and not counted
    shared = rows.n_periods * (found.factors.shape[1] + int(found.additive[1]))
    factor = units / (units - 1) * (n - 1) / (n - len(found.slopes) - shared)
    covariance = factor * bread @ (scores.T @ scores) @ bread
    estimates = found.slopes
    if options.bias_correction:
        bias = small_sample_bias(rows, found, options.label)
        estimates = estimates - bias
        notes = (
            *notes,
            note_of("heterogeneous.bias", share=float(np.max(np.abs(bias) / np.sqrt(np.diag(covariance))))),
        )
    left = float((found.residuals**2).sum())
    names = [f"factor {place + 1}" for place in range(found.factors.shape[1])]
    assert design.time_values is not None  # noqa: S101
    assert design.time is not None  # noqa: S101
    shown = dict(zip(rows.place.tolist(), np.asarray(design.time_values)[design.time].tolist(), strict=True))
    places = sorted(shown)
    return finish(
        design,
        names=rows.terms,
        estimates=estimates,
        covariance=covariance,
        df_resid=units - 1.0,
        statistics={
            "n_obs": float(n),
            "n_entities": float(units),
            "n_periods": float(rows.n_periods),
            "n_factors": float(found.factors.shape[1]),
            "n_parameters": float(parameters),
            "sum_of_squares": left,
            "sigma": float(np.sqrt(left / (n - parameters))),
            "n_starts": float(found.starts),
            "starts_agreeing": float(found.agreeing),
            **dependence_left(found.residuals, rows),
        },
        notes=notes,
        tables={
            "factors": pd.DataFrame(
                found.factors[places],
                index=pd.Index([shown[place] for place in places], name=str(design.specification.time)),
                columns=names,
            ),
            "loadings": pd.DataFrame(
                found.loadings,
                index=pd.Index(rows.units, name=str(design.specification.entity)),
                columns=names,
            ),
        },
    )
