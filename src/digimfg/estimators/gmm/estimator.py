"""Difference and system GMM for dynamic panels, with all their tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Covariance, Robust, Unadjusted
from digimfg.design import INTERCEPT
from digimfg.design.centre import far_means, with_intercept
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.gmm.assembly import assemble
from digimfg.estimators.gmm.bounds import lag_bounds
from digimfg.estimators.gmm.levels import GMMInstruments, Levels, Weighting
from digimfg.estimators.gmm.results import ErrorKind, estimate_assembly
from digimfg.estimators.gmm.transformation import TransformationName
from digimfg.estimators.panel_rows import (
    EveryRow,
    check_plain,
    effects_of,
    entity_and_declared,
    every_row,
    finish,
)
from digimfg.kinds import Count, Remedy, Whole
from digimfg.notes import note_of
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["DynamicGMM", "GMMInstruments"]

Floats = NDArray[np.float64]


def _as_instruments(given: object) -> Text | None:
    """Return how terms by name are written as instruments."""
    terms = [each for each in given if isinstance(each, str)] if isinstance(given, tuple | list) else [given]
    return Text.of(f"dm.GMMInstruments({terms[0]!r})") if terms and isinstance(terms[0], str) else None


@checked
@dataclass(frozen=True, kw_only=True)
class DynamicGMM(Estimator):
    r"""Estimate a dynamic panel by difference or system GMM.

    .. math:: y_{it} = \sum_s\alpha_sy_{i,t-s} + x_{it}'\beta + \mu_i + \lambda_t + \varepsilon_{it}

    with moments :math:`E[y_{i,t-s}\Delta\varepsilon_{it}]=0`, s ≥ 2 (Arellano and Bond 1991,
    doi:10.2307/2297968), and in levels :math:`E[\Delta y_{i,t-1}(\mu_i+\varepsilon_{it})]=0` (Blundell and
    Bond 1998, doi:10.1016/S0304-4076(98)00009-8).

    Parameters
    ----------
    instruments
        Lagged instruments, one `GMMInstruments` per variable.
    exogenous
        Terms that are instruments for themselves: transformed in the transformed equation, and in levels, in
        the same column, in the level equation.
    level_instruments
        Terms that are instruments in the level equation only (system).
    system
        Add the equation in levels.
    steps
        1, or 2 with Windmeijer's (2005) correction of the errors.
    transformation
        First differences, or forward orthogonal deviations (keeps more rows of panels with gaps).
    collapse
        One instrument per lag instead of one per period and lag.
    weighting
        First-step weight of the system: ``"full"`` as xtabond2's h(3), ``"independent"`` as DPD for Ox.
    components
        Replace the lagged instruments by so many principal components; ``"kaiser"`` keeps those with
        eigenvalues of at least one.
    orders
        Highest order of the serial-correlation tests.
    small_sample
        xtabond2's ``small``: robust and two-step covariances times n/(n-k+1)·N/(N-1), with the t
        distribution of N (difference) or N-1 (system) degrees of freedom.
    allow_many_instruments
        Go on with more instruments than entities.

    Notes
    -----
    Period effects are asked for by the time column in ``fixed_effects``: indicators that are instruments for
    themselves (in the level equation of a system). Entity effects are always removed. Covariances:
    ``Clustered`` by the entity or ``Robust``, which mean the same here, and ``Unadjusted``; the small-sample
    rule ``"stata"`` is that of xtabond: no factor, normal distribution, and for unadjusted errors a variance
    over n - k.

    Hansen's statistic is the two-step criterion also after one step. Sargan's has two conventions: ``sargan``
    divides by :math:`\hat\sigma^2=\Delta\hat e'\Delta\hat e/2n` (xtabond2), ``sargan_df_adjusted`` by n - k
    instead of n (xtabond).

    Examples
    --------
    >>> DynamicGMM(instruments=(GMMInstruments("y", first=2, last=4),), exogenous=("x",)).label.en
    'Difference GMM'
    """

    instruments: Annotated[tuple[GMMInstruments, ...], Remedy(_as_instruments)]
    exogenous: tuple[str, ...] = ()
    level_instruments: tuple[str, ...] = ()
    system: bool = False
    steps: Literal[1, 2] = 2
    transformation: TransformationName = "difference"
    collapse: bool = False
    weighting: Weighting = "full"
    components: Count | Literal["kaiser"] | None = None
    orders: Whole = 2
    small_sample: bool = False
    allow_many_instruments: bool = False

    needs_keys: ClassVar[bool] = True
    moves_by_terms: ClassVar[bool] = True
    absorbs_effects: ClassVar[bool] = False

    removed_effects = entity_and_declared

    def __post_init__(self) -> None:
        _check_options(self)

    @property
    def label(self) -> Text:
        """Name of the estimator for tables and notes."""
        kind = Text("System", "系统") if self.system else Text("Difference", "差分")
        return note_of("gmm.sort_of_gmm", sort=kind)

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        if isinstance(covariance, Unadjusted):
            if self.steps == 1:
                return Text("homoskedastic one-step standard errors", "同方差一步标准误")
            return Text("uncorrected two-step standard errors", "未校正的两步标准误")
        if self.steps == 1:
            return Text("one-step standard errors clustered by entity", "聚类到个体层面的一步标准误")
        return Text(
            "two-step standard errors with Windmeijer's correction, clustered by entity",
            "聚类到个体、经Windmeijer校正的两步标准误",
        )

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        EstimationError
            If there are more instruments than entities (and this is not allowed), too few, periods too few
            for the lags, or moments that do not identify the coefficients.
        SpecificationError
            If the specification asks for what this estimator does not have.
        """
        check_plain(design, self.label)
        return _fit(self, design)


def _fit(options: DynamicGMM, design: Design) -> Result:
    effects = effects_of(design)
    rows = every_row(design)
    levels = Levels(
        outcome=design.outcome,
        regressors=design.near,
        names=design.terms,
        entity=rows.entity[rows.kept],
        period=rows.period[rows.kept],
        grids={item.term: rows.grid(item.term) for item in options.instruments},
        exogenous={term: _standing(design, rows, term) for term in options.exogenous},
        level_instruments={term: _standing(design, rows, term) for term in options.level_instruments},
        time_effects=effects in ("time", "twoways"),
    )
    assembly = assemble(
        levels,
        options.instruments,
        system=options.system,
        transformation=options.transformation,
        collapse=options.collapse,
        weighting=options.weighting,
        components=options.components,
    )
    errors, df_adjusted = _errors(design)
    estimate = estimate_assembly(
        assembly,
        levels,
        steps=options.steps,
        errors=errors,
        df_adjusted_variance=df_adjusted,
        small_sample=options.small_sample,
        orders=options.orders,
        allow_many_instruments=options.allow_many_instruments,
        system=options.system,
        orthogonal=options.transformation == "orthogonal",
    )
    statistics = dict(estimate.statistics)
    notes = [_law_note(options), *estimate.notes]
    lag = f"L.{design.specification.outcome}"
    if lag in estimate.names and lag in levels.names:
        bounds, note = lag_bounds(levels, lag, float(estimate.coefficients[estimate.names.index(lag)]))
        statistics.update(bounds)
        notes.append(note)
    estimates, covariance = with_intercept(
        INTERCEPT, design.shift, estimate.names, estimate.coefficients, estimate.covariance
    )
    return finish(
        design,
        names=estimate.names,
        estimates=estimates,
        covariance=covariance,
        df_resid=estimate.df_resid,
        statistics=statistics,
        notes=tuple(notes),
        tables=estimate.tables,
    )


def _standing(design: Design, rows: EveryRow, term: str) -> Floats:
    """Return the columns of a term on the kept rows, less large means, which a difference or a constant
    takes anyway.

    Raises
    ------
    EstimationError
        If it is missing there.
    """
    values = rows.columns(term)[rows.kept]
    missing = np.flatnonzero(~np.all(np.isfinite(values), axis=1))
    if len(missing):
        raise EstimationError.of(
            "gmm.instrument_incomplete",
            term=repr(term),
            n_missing=len(missing),
            places=str(design.rows[missing[:3]].tolist()),
        )
    return values - far_means(values)


def _errors(design: Design) -> tuple[ErrorKind, bool]:
    """Return how errors are estimated, and whether a homoskedastic variance divides by n - k."""
    covariance = design.specification.covariance
    entity = design.specification.entity
    clustered = isinstance(covariance, Clustered) and covariance.columns == (entity,)
    if not (clustered or isinstance(covariance, Robust | Unadjusted)):
        raise SpecificationError.of(
            "gmm.covariance_not_offered", entity=repr(entity), covariance=repr(covariance)
        )
    if covariance.small_sample not in ("stata", "none"):
        raise SpecificationError.of("gmm.small_sample_rule", small_sample=repr(covariance.small_sample))
    kind: ErrorKind = "unadjusted" if isinstance(covariance, Unadjusted) else "robust"
    return kind, covariance.small_sample == "stata"


def _law_note(options: DynamicGMM) -> Text:
    if options.small_sample:
        return note_of("gmm.t_law")
    return note_of("gmm.normal_law")


def _check_options(options: DynamicGMM) -> None:
    for item in options.instruments:
        if item.last is not None and item.last < item.first:
            raise SpecificationError.of(
                "gmm.last_lag_before_first",
                where=f"GMMInstruments({item.term!r})",
                got=f"first={item.first}, last={item.last}",
            )
    if options.level_instruments and not options.system:
        raise SpecificationError.of("gmm.level_instruments_without_system")
