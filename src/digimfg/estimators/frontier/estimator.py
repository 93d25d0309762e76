"""Stochastic frontier estimator: noise and inefficiency by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from digimfg.arguments import checked
from digimfg.covariance import Covariance, Unadjusted
from digimfg.estimators.frontier.checks import check_options, no_maximum
from digimfg.estimators.frontier.likelihood import Distribution, FrontierModel
from digimfg.estimators.frontier.maximum import maximise
from digimfg.estimators.frontier.report import report
from digimfg.estimators.frontier.rows import frontier_rows
from digimfg.kinds import Differing
from digimfg.notes import note_of
from digimfg.specification import Estimator, Specification
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["StochasticFrontier"]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class StochasticFrontier(Estimator):
    r"""Estimate a frontier whose distance is inefficiency and noise together.

    .. math:: y_{it}=x_{it}'\beta+v_{it}-u_{it},\quad v\sim N(0,\sigma_v^2),\quad u\ge0

    of a cost frontier with + u. The outcome enters in logarithms, ``"log(output)"``.

    Parameters
    ----------
    model
        ``"pooled"``: each row its own u (Aigner, Lovell & Schmidt 1977, doi:10.1016/0304-4076(77)90052-5).
        ``"time_invariant"``: one u per entity (Pitt & Lee 1981; Battese & Coelli 1988,
        doi:10.1016/0304-4076(88)90053-X). ``"time_decay"``: :math:`u_{it}=e^{-\eta(t-T)}u_i`, T the last
        period of the sample (Battese & Coelli 1992, doi:10.1007/BF00158774). ``"effects"``: u normal around
        :math:`z'\delta`, truncated at zero (Battese & Coelli 1995, doi:10.1007/BF01205442).
        ``"true_fixed_effects"`` and ``"true_random_effects"``: entities differ by an effect that is no
        inefficiency (Greene 2005, doi:10.1016/j.jeconom.2004.05.003); the first estimates it, with the bias
        of few periods in the variances, the second integrates it out by quadrature of 32 nodes.
    distribution
        Of u: ``"half_normal"``; ``"truncated_normal"`` (with mean μ) of the first three models;
        ``"exponential"`` of the first.
    frontier
        ``"production"`` or ``"cost"``.
    determinants
        Terms z of ``"effects"``; a constant is added. Their coefficients are named ``"inefficiency:z"``:
        above zero means less efficient.

    Notes
    -----
    ``statistics``: ``sigma_squared`` (σ_v² + σ_u²), ``gamma`` (σ_u²/σ²), ``sigma_v``, ``sigma_u``,
    ``log_likelihood``, ``lr_statistic`` and ``lr_p_value`` of no inefficiency, whose law mixes χ² (Kodde &
    Palm 1986, doi:10.2307/1912331); ``mean_efficiency``. ``tables["variance"]`` has σ², γ, μ, η and the
    variance of effects with errors; ``tables["efficiency"]`` one row per row of the sample: keys,
    ``efficiency`` :math:`E[e^{-u}\mid\varepsilon]` and ``inefficiency`` :math:`E[u\mid\varepsilon]`.

    Several starts; how many found the maximum is noted. Errors are those of the inverse Hessian
    (``dm.Unadjusted()``) or a sandwich, without small-sample factor.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import digimfg as dm
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"k": rng.normal(size=200)})
    >>> frame["y"] = 1 + 0.5 * frame["k"] + 0.1 * rng.normal(size=200) - 0.4 * np.abs(rng.normal(size=200))
    >>> spec = dm.Specification("y", "k", estimator=dm.StochasticFrontier(), covariance=dm.Unadjusted())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(2).tolist()
    [1.05, 0.49]
    """

    model: FrontierModel = "pooled"
    distribution: Distribution = "half_normal"
    frontier: Literal["production", "cost"] = "production"
    determinants: Annotated[tuple[str, ...], Differing()] = ()

    absorbs_effects: ClassVar[bool] = False
    label: ClassVar[Text] = Text("Stochastic frontier", "随机前沿（SFA）")

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row must have besides those of the specification."""
        return self.determinants

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Name the columns whose effects the estimates are free of."""
        entity = specification.entity
        return (entity,) if self.model == "true_fixed_effects" and entity is not None else ()

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        from digimfg.display.covariance_names import covariance_phrase

        if isinstance(covariance, Unadjusted):
            return Text("standard errors from the inverse Hessian", "海塞矩阵逆的标准误")
        name = covariance_phrase(covariance)
        return note_of("frontier.errors_unadjusted", name=name)

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If options do not go together, keys are missing, or there are fixed effects, weights or clusters
            that cut through entities.
        EstimationError
            If the likelihood has no maximum with inefficiency and noise both above zero.
        """
        check_options(self.model, self.distribution, self.determinants, design.specification)
        rows, names, keys = frontier_rows(
            self.model, self.distribution, self.frontier, self.determinants, design
        )
        found = maximise(rows)
        if not found.inside:
            raise no_maximum(rows, found)
        return report(design, rows, found, names, keys)
