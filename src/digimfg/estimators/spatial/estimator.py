"""Spatial panels by exact maximum likelihood: SAR, SEM, SAC, SLX, SDM, SDEM, static and dynamic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.design import INTERCEPT
from digimfg.design.centre import with_intercept
from digimfg.errors import SpecificationError
from digimfg.estimators.panel_rows import check_plain, effects_of, finish, unit_and_period
from digimfg.estimators.spatial.data import Effects
from digimfg.estimators.spatial.model import HIDDEN, SpatialModel, estimate_spatial
from digimfg.estimators.spatial.notes import spatial_notes
from digimfg.estimators.spatial.options import SpatialOptions
from digimfg.estimators.spatial.preparation import (
    check_correction,
    in_given_units,
    lagged_regressors,
    own_lag,
    panel_cube,
    unit_size,
    weight_matrices,
    with_periods,
    without_far_means,
)
from digimfg.estimators.spatial.results import choice_table, choice_tests, effects_table, fit_statistics
from digimfg.estimators.spatial.weights import (
    SpatialWeights,
    Standardization,
    WeightMatrix,
    weight_matrix,
)
from digimfg.kinds import DrawsOrNone, Seed
from digimfg.periods import calendar
from digimfg.specification import Estimator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["SpatialPanel", "WeightMatrix", "spatial_model"]

Floats = NDArray[np.float64]


@checked
@dataclass(frozen=True, init=False)
class SpatialPanel(SpatialOptions, Estimator):
    r"""Estimate a spatial panel by exact maximum likelihood.

    .. math:: y_t = \sum_j\rho_jW_jy_t + X_t\beta + \sum_jW_jX_t\theta_j + \mu + \lambda_t\iota + u_t, \qquad
       u_t = \lambda Eu_t + \varepsilon_t

    A lag of the outcome among the regressors (``"L.y"``) makes it dynamic: with ``lag_regressors`` it is
    lagged in space too, and the effects come for the short and the long run.

    Parameters
    ----------
    weights
        A frame labelled by units in rows and columns, an array or sparse matrix in the order of sorted
        units, a libpysal ``W`` or ``Graph``; or a mapping of names to such (several matrices at once, each
        with its own ρ and θ: directed flows, distance bands).
    lag_outcome, lag_regressors, lag_error
        Which terms there are: SAR (T, F, F), SEM (F, F, T), SAC (T, F, T), SLX (F, T, F), SDM (T, T, F), SDEM
        (F, T, T). `lag_regressors` may name the terms to lag.
    effects
        ``"entity" "time" "twoways" "random" "none"``; by default what ``fixed_effects`` of the specification
        says. Random effects share the spatial filter of the error (Kapoor, Kelejian and Prucha 2007); with
        the time column in ``fixed_effects`` they stand beside an intercept for each period.
    error_weights
        Weights of the error; by default those of the rest (which must then be one matrix).
    standardization
        Of the weights among the units of the sample: ``"none"`` takes them as they are.
    bias_correction
        ``"lee_yu"``: the likelihood of the (N-1)(T-1) transformed observations (Lee and Yu 2010,
        doi:10.1016/j.jeconom.2009.08.001), which divides the error variance by T-1 and, with time effects,
        needs row-standardised weights; in dynamic models the correction of Yu, de Jong and Lee (2008).
        ``None``: the likelihood of all NT.
    draws, seed
        Draws of the estimates for errors, p values and intervals of the effects; 0 leaves the delta method.
        With several matrices ``indirect[name]`` is the part of the indirect effect whose first step goes
        along that matrix: they add up.
    islands
        ``"error"`` refuses units without neighbours, ``"keep"`` takes them.
    incomplete
        Units that miss a period of the sample, or have no weights: ``"error"`` refuses them, ``"drop"``
        leaves them out with a note.

    Notes
    -----
    Effects are removed from the outcome *and from its spatial lag*. With time effects this matters: software
    that removes them from the outcome first and lags afterwards leaves each year's average of :math:`W\tilde
    y` in, unless columns of W sum to one. On Munnell's data that alone moves ρ of the two-way Durbin model
    from 0.3702 (the maximum of the likelihood, as here) to 0.3688.

    Errors come from the information matrix; the covariance of the specification is not used.

    ``result.tables["model_choice"]`` tests the choice: LM and robust LM against the model without spatial
    terms; Wald and likelihood-ratio tests of a Durbin model against its spatial lag and spatial error
    models; Hausman's test of random against fixed effects in Mundlak's form, the means of each unit added to
    the random-effects model, since the difference of the two covariances is often not positive definite (on
    Elhorst's cigarettes it is not).

    Examples
    --------
    >>> import pandas as pd
    >>> ring = pd.DataFrame([[0, 1, 1], [1, 0, 1], [1, 1, 0]], index=list("abc"), columns=list("abc"))
    >>> SpatialPanel(weights=ring, lag_error=True, lag_regressors=False).label.en
    'Spatial SAC panel'
    """

    needs_keys: ClassVar[bool] = True

    def __init__(
        self,
        *,
        weights: SpatialWeights | Mapping[str, SpatialWeights] | tuple[tuple[str, WeightMatrix], ...],
        lag_outcome: bool = True,
        lag_regressors: bool | tuple[str, ...] = True,
        lag_error: bool = False,
        effects: Effects | None = None,
        error_weights: SpatialWeights | None = None,
        standardization: Standardization = "none",
        bias_correction: Literal["lee_yu"] | None = None,
        draws: DrawsOrNone = 1000,
        seed: Seed = 0,
        islands: Literal["error", "keep"] = "error",
        incomplete: Literal["error", "drop"] = "error",
    ) -> None:
        values: dict[str, Any] = {
            "weights": _weights(weights),
            "lag_outcome": lag_outcome,
            "lag_regressors": lag_regressors,
            "lag_error": lag_error,
            "effects": effects,
            "error_weights": None if error_weights is None else weight_matrix(error_weights),
            "standardization": standardization,
            "bias_correction": bias_correction,
            "draws": draws,
            "seed": seed,
            "islands": islands,
            "incomplete": incomplete,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def label(self) -> Text:
        """Name of the model for tables and notes."""
        names = {
            (True, False, False): "SAR",
            (False, False, True): "SEM",
            (True, False, True): "SAC",
            (False, True, False): "SLX",
            (True, True, False): "SDM",
            (False, True, True): "SDEM",
            (True, True, True): "GNS",
        }
        name = names.get((self.lag_outcome, bool(self.lag_regressors), self.lag_error), "")
        return Text(f"Spatial {name} panel".replace("  ", " "), f"空间面板{name}")

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Return the columns whose effects are removed: those of `effects`, by default of the
        specification.
        """
        entity, time = specification.entity, specification.time
        if self.effects is None or entity is None or time is None:
            return specification.fixed_effects
        if self.effects == "random":
            return tuple(name for name in specification.fixed_effects if name == time)
        return {"entity": (entity,), "time": (time,), "twoways": (entity, time)}.get(self.effects, ())

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        del covariance
        return Text(
            "standard errors from the information matrix of the likelihood", "由似然函数信息矩阵得到的标准误"
        )

    def fit(self, design: Design) -> Result:
        """Estimate on a balanced panel.

        Raises
        ------
        EstimationError
            If the panel is not balanced, the weights do not match its units, a unit has no neighbours, or
            the maximum lies at the bound of a spatial coefficient.
        SpecificationError
            If the specification asks for what this estimator does not have.
        """
        check_plain(design, self.label)
        return _fit(self, design)


def spatial_model(
    options: SpatialPanel, design: Design, notes: list[Text]
) -> tuple[SpatialModel, dict[str, float], dict[str, float]]:
    """Return the model of a design on arrays, what its weights were divided by (`unit_size`), and what was
    taken off each column (`without_far_means`); units left out become notes.
    """
    outcome, regressors, names, units = panel_cube(options, design, notes)
    matrices, error_matrix, sizes = unit_size(*weight_matrices(options, units, notes))
    effects = _effects(options, design)
    regressors, shift = without_far_means(regressors, names, matrices, sizes)
    lagged = lagged_regressors(options, names, regressors)
    if effects == "random" and effects_of(design) == "time":
        regressors, names, lagged = with_periods(regressors, names, lagged)
    model = SpatialModel(
        outcome=outcome,
        regressors=regressors,
        names=names,
        weights=matrices,
        error_weights=error_matrix,
        lag_outcome=options.lag_outcome,
        lagged=lagged,
        own_lag=own_lag(design.specification.outcome, names),
        effects=effects,
        corrected=options.bias_correction == "lee_yu",
        gaps=calendar(unit_and_period(design)[3], str(design.specification.time)).n_missing,
    )
    check_correction(model)
    return model, sizes, shift


def _fit(options: SpatialPanel, design: Design) -> Result:
    notes: list[Text] = []
    model, sizes, shift = spatial_model(options, design, notes)
    estimate = estimate_spatial(model)
    table, n_rejected, stable = effects_table(estimate, options.draws, options.seed)
    tests = choice_tests(estimate)
    statistics = fit_statistics(estimate)
    parameters = model.parameter_names
    for name, value, size in zip(
        parameters, estimate.fit.parameters, in_given_units(parameters, sizes), strict=False
    ):
        statistics[name] = float(value / size)
    for name, test in tests.items():
        statistics[name], statistics[f"{name}_p"] = test.statistic, test.p_value
    tables = {"model_choice": choice_table(tests)}
    if model.lag_outcome or np.any(model.lagged):
        tables["effects"] = table
    notes.extend(spatial_notes(options, model, estimate, n_rejected, stable=stable))
    whole = (*model.column_names, *model.parameter_names)
    shown = np.array([place for place, name in enumerate(whole) if not name.startswith(HIDDEN)])
    reported = tuple(whole[place] for place in shown)
    given = in_given_units(reported, sizes)
    estimates, covariance = with_intercept(
        INTERCEPT,
        shift,
        reported,
        estimate.estimates[shown] / given,
        estimate.covariance[np.ix_(shown, shown)] / given / given[:, None],
    )
    return finish(
        design,
        names=reported,
        estimates=estimates,
        covariance=covariance,
        df_resid=None,
        statistics=statistics,
        notes=tuple(notes),
        tables=tables,
    )


def _effects(options: SpatialPanel, design: Design) -> Effects:
    declared = effects_of(design)
    if options.effects is None:
        return declared
    both = options.effects == "random" and declared == "time"
    if design.specification.fixed_effects and declared != options.effects and not both:
        raise SpecificationError.of(
            "spatial.effects_said_twice", got=f"{options.effects!r}, {design.specification.fixed_effects!r}"
        )
    return options.effects


def _weights(weights: Any) -> WeightMatrix | tuple[tuple[str, WeightMatrix], ...]:
    if isinstance(weights, Mapping):
        return tuple((str(name), weight_matrix(value)) for name, value in weights.items())
    if isinstance(weights, tuple) and weights and isinstance(weights[0], tuple):
        return tuple((str(name), weight_matrix(value)) for name, value in weights)
    return weight_matrix(weights)
