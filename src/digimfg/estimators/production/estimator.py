"""Production functions estimated by proxies for productivity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.estimators.panel_rows import check_plain, entity_and_declared
from digimfg.estimators.production.checks import check_options
from digimfg.estimators.production.methods import Form, Method, Options
from digimfg.estimators.production.parts import estimated, parts_of
from digimfg.estimators.production.report import report
from digimfg.estimators.production.rows import firms_of
from digimfg.kinds import AtLeast, AtMost, Differing, Jobs, Seed, Whole
from digimfg.notes import note_of
from digimfg.specification import Estimator, Specification
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["ProductionFunction"]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class ProductionFunction(Estimator):
    r"""Estimate a production function whose inputs answer to productivity.

    .. math:: y_{it}=\alpha+l_{it}'\beta_l+k_{it}'\beta_k+\omega_{it}+\varepsilon_{it},\quad
       \omega_{it}=g(\omega_{i,t-1})+\xi_{it}

    in logarithms: the outcome is output (value added, or gross output), the regressors are the inputs. States
    are those of them that are chosen a period before; the others are free. The proxy is a demand that rises
    with productivity: investment (``"op"``), materials or energy (the other methods).

    Parameters
    ----------
    method
        ``"op"`` (Olley & Pakes 1996, doi:10.2307/2171831) and ``"lp"`` (Levinsohn & Petrin 2003,
        doi:10.1111/1467-937X.00246) read free inputs from a first stage with a polynomial of states and
        proxy, states from the innovation of productivity by least squares. ``"acf"`` (Ackerberg, Caves &
        Frazer 2015, doi:10.3982/ECTA13408) finds all slopes in the second stage, by moments of the
        innovation with lagged free inputs and present states. ``"wooldridge"`` (2009,
        doi:10.1016/j.econlet.2009.04.026) solves both stages at once by two-step GMM, productivity's
        expectation a polynomial of lagged states and proxy. ``"system_gmm"`` (Blundell & Bond 2000,
        doi:10.1080/07474930008800475) lets effects of firms and an autoregressive productivity be: it
        estimates the quasi-differenced equation freely by system GMM and brings its common factors together
        by minimum distance; no proxy, no states. ``"least_squares"`` and ``"fixed_effects"`` are what they
        are compared with.
    state
        Regressors that are states: one or more.
    proxy
        Terms, not among the regressors unless the output is gross; none for the last three methods.
    form
        ``"translog"`` adds squares and products of inputs (``"acf"``, ``"least_squares"`` and
        ``"fixed_effects"``).
    degree
        Of the first stage's polynomial.
    process
        Degree of g.
    attrition
        ``"op"``: the probability of being seen again, a probit on states and proxy, joins g.
    instrument_lags, collapse
        ``"system_gmm"``: first and last lag of output and inputs as instruments (3 where they are measured
        with error, else 2; ``None`` for as far back as the panel goes), and one column per lag.
    by
        Column of industries, each with a function of its own, estimated side by side; a firm that changes
        begins anew. Coefficients are named ``"log(labour):industry[C13]"``.
    replications, seed
        Bootstrap of whole firms; ``"system_gmm"`` has errors of its own.
    n_jobs
        Processes; the answer does not depend on them.

    Notes
    -----
    ``statistics``: ``returns_to_scale``; ``tables["returns_to_scale"]`` tests that it is one (of a translog
    the mean over its rows), by industry where there are several. ``productivity`` (the result's own, and a
    table): keys, ``productivity`` (ω, of methods with a first stage freed of noise), ``tfp`` (output less
    inputs) and ``noise``. ``tables["elasticities"]`` (translog, or several industries): one column per input.
    ``tables["minima"]``: every minimum that a start ended in, its criterion and how many starts; the lowest
    is the estimate. The criterion of ACF may have several zeros, of which one is right and which the data do
    not tell: the one that most starts reach is taken, the others are listed.

    ``"system_gmm"``: ``tables["common_factors"]`` has the free and the restricted coefficients;
    ``persistence`` is ρ, ``common_factors`` the test of the restriction, beside Hansen's and serial
    correlation. Period effects by ``fixed_effects=time``.

    Productivity that goes on into another equation is estimated: its errors there leave that out. `dm.Join`
    and `dm.firm_outcomes` take this caution along to the notes of that equation.

    Examples
    --------
    >>> ProductionFunction(method="acf", state="log(capital)", proxy="log(materials)").label.en
    'Production function'
    """

    method: Method = "acf"
    state: Annotated[tuple[str, ...], Differing()] = ()
    proxy: Annotated[tuple[str, ...], Differing()] = ()
    form: Form = "cobb_douglas"
    degree: Annotated[int, AtLeast(1), AtMost(5)] = 3
    process: Annotated[int, AtLeast(1), AtMost(5)] = 3
    attrition: bool = False
    instrument_lags: tuple[Whole, Whole | None] = (3, None)
    collapse: bool = False
    by: str | None = None
    replications: Annotated[int, AtLeast(2), AtMost(100_000)] = 200
    seed: Seed = 0
    n_jobs: Jobs | None = None

    absorbs_effects: ClassVar[bool] = False
    needs_keys: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Production function", "生产函数")

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row must have besides those of the specification."""
        return self.proxy

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Name the columns whose effects the estimates are free of."""
        if self.method in ("fixed_effects", "system_gmm"):
            return entity_and_declared(self, specification)
        return ()

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        del covariance
        if self.method == "system_gmm":
            return Text(
                "two-step standard errors with Windmeijer's correction, clustered by firm",
                "聚类到企业、经Windmeijer校正的两步标准误",
            )
        return note_of("production.errors_by_bootstrap", n=self.replications, seed=self.seed)

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If options do not go together, or there are weights, fixed effects or no keys.
        EstimationError
            If no firm is seen in two periods in a row, there are fewer rows than the polynomial needs, or
            more instruments than firms; of industries, each that has too few is named.
        """
        check_plain(design, self.label)
        options = Options(
            method=self.method,
            form=self.form,
            degree=self.degree,
            process=self.process,
            attrition=self.attrition,
            state=self.state,
            proxy=self.proxy,
            instrument_lags=self.instrument_lags,
            collapse=self.collapse,
            period_effects=bool(design.specification.fixed_effects),
            replications=self.replications,
            seed=self.seed,
        )
        check_options(options, design.specification)
        firms, order, names = firms_of(options, design)
        parts = parts_of(firms, order, options, design, self.by)
        found = estimated(parts, options, n_jobs=self.n_jobs)
        return report(options, design, firms, order, names, parts, found, self.by)
