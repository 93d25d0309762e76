"""What a production function asks of its options and rows, refused with the remedy where it is not there."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import EstimationError, Fault, SpecificationError
from digimfg.estimators.production.methods import PROXY_METHODS, Options, input_terms

if TYPE_CHECKING:
    from digimfg.estimators.production.firms import Firms
    from digimfg.specification import Specification

__all__ = ["check_options", "check_rows"]


def check_options(options: Options, specification: Specification) -> None:
    """Refuse options that do not go together."""
    inputs = (*specification.regressors, *specification.controls)
    fault: Fault | None = None
    dynamic = options.method == "system_gmm"
    effects = set(specification.fixed_effects) - ({specification.time} if dynamic else set())
    if effects:
        fault = Fault.of("production.fixed_effects_not_taken")
    elif not dynamic and (
        not options.state or set(options.state) - set(inputs) or len(options.state) == len(inputs)
    ):
        fault = Fault.of("production.state_not_some_of_regressors")
    elif (options.method in PROXY_METHODS) != bool(options.proxy):
        fault = Fault.of("production.proxy_of_another_method")
    elif dynamic and options.state:
        fault = Fault.of("production.state_not_taken")
    elif not dynamic and (options.collapse or options.instrument_lags != (3, None)):
        fault = Fault.of("production.instrument_options_of_another_method")
    elif options.form == "translog" and options.method in ("op", "lp", "wooldridge", "system_gmm"):
        fault = Fault.of("production.translog_of_another_method")
    elif options.attrition and options.method != "op":
        fault = Fault.of("production.attrition_of_another_method")
    elif set(options.proxy) & set(inputs) and options.method != "acf":
        fault = Fault.of("production.proxy_among_regressors")
    if fault is not None:
        raise fault.error(
            SpecificationError,
            where="dm.ProductionFunction",
            got=f"method={options.method!r}, state={options.state!r}, proxy={options.proxy!r}, "
            f"form={options.form!r}, regressors={inputs!r}, fixed_effects={specification.fixed_effects!r}",
        )


def check_rows(options: Options, firms: Firms) -> None:
    """Refuse rows that are too few, and a proxy that does not vary."""
    fault: Fault | None = None
    columns = firms.free.shape[1] + firms.state.shape[1] + firms.proxy.shape[1]
    wanted = comb(columns + options.degree, options.degree) + 10
    linked = len(firms.linked)
    flat = [k for k in range(firms.proxy.shape[1]) if np.ptp(firms.proxy[:, k]) == 0]
    slopes = input_terms(firms.inputs[:1], options.form).shape[1]
    count = int(firms.firm.max()) + 1
    if count <= slopes:
        fault = Fault.of("production.too_few_firms", slopes=slopes, n=count)
    elif options.method == "fixed_effects" and np.bincount(firms.firm).max() < 2:
        fault = Fault.of("production.one_period_of_each_firm")
    elif options.method in PROXY_METHODS and linked < wanted:
        fault = Fault.of("production.too_few_rows_with_row_before", wanted=wanted, n=linked)
    elif flat:
        fault = Fault.of("production.proxies_constant", names=[options.proxy[k] for k in flat])
    if fault is not None:
        raise fault.error(EstimationError, where="dm.ProductionFunction")
