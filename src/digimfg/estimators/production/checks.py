"""What a production function asks of its options and rows, refused with the remedy where it is not there."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.production.methods import PROXY_METHODS, Options, input_terms
from digimfg.notes import note_of
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.production.firms import Firms
    from digimfg.specification import Specification

__all__ = ["check_options", "check_rows"]


def check_options(options: Options, specification: Specification) -> None:
    """Refuse options that do not go together."""
    inputs = (*specification.regressors, *specification.controls)
    fault: tuple[Text, Text] | None = None
    dynamic = options.method == "system_gmm"
    effects = set(specification.fixed_effects) - ({specification.time} if dynamic else set())
    if effects:
        fault = (
            Text("no `fixed_effects`", "无 `fixed_effects`"),
            Text(
                'take method="fixed_effects" for effects of firms, and demean or deflate by period before',
                '企业效应请用 method="fixed_effects"；时期差异请先平减或去均值',
            ),
        )
    elif not dynamic and (
        not options.state or set(options.state) - set(inputs) or len(options.state) == len(inputs)
    ):
        fault = (
            Text(
                "`state`: some of the regressors, and others that are free",
                "`state` 为部分解释变量，其余为自由投入",
            ),
            Text('name them, e.g. state="log(capital)"', '请指明，如 state="log(capital)"'),
        )
    elif (options.method in PROXY_METHODS) != bool(options.proxy):
        fault = (
            Text("a `proxy` where the method has one, and only there", "该方法需要（或不需要）`proxy`"),
            Text(
                "name investment (op) or materials (lp, acf, wooldridge)",
                "指明投资（op）或中间投入（lp、acf、wooldridge）",
            ),
        )
    elif dynamic and options.state:
        fault = (
            Text("no `state`: all inputs answer to productivity", "无 `state`：全部投入均对生产率作出反应"),
            Text("leave it out", "去掉该选项"),
        )
    elif not dynamic and (options.collapse or options.instrument_lags != (3, None)):
        fault = (
            Text(
                '`instrument_lags` and `collapse` with method="system_gmm"',
                '`instrument_lags` 与 `collapse` 须用 method="system_gmm"',
            ),
            Text("leave them out", "去掉这些选项"),
        )
    elif options.form == "translog" and options.method in ("op", "lp", "wooldridge", "system_gmm"):
        fault = (
            Text("a Cobb–Douglas form with this method", "该方法须为柯布—道格拉斯形式"),
            Text('take method="acf"', '改用 method="acf"'),
        )
    elif options.attrition and options.method != "op":
        fault = (
            Text('attrition with method="op"', '退出修正须用 method="op"'),
            Text("leave it out", "去掉该选项"),
        )
    elif set(options.proxy) & set(inputs) and options.method != "acf":
        fault = (
            Text("a proxy that is no regressor (value added)", "代理变量不作投入（增加值口径）"),
            Text('for gross output take method="acf"', '总产出口径请用 method="acf"'),
        )
    if fault is not None:
        raise SpecificationError.of(
            "production.options_contradict",
            expected=fault[0],
            got=f"method={options.method!r}, state={options.state!r}, proxy={options.proxy!r}, "
            f"form={options.form!r}, regressors={inputs!r}, fixed_effects={specification.fixed_effects!r}",
            remedy=fault[1],
        )


def check_rows(options: Options, firms: Firms) -> None:
    """Refuse rows that are too few, and a proxy that does not vary."""
    fault: tuple[Text, Text, Text] | None = None
    columns = firms.free.shape[1] + firms.state.shape[1] + firms.proxy.shape[1]
    wanted = comb(columns + options.degree, options.degree) + 10
    linked = len(firms.linked)
    flat = [k for k in range(firms.proxy.shape[1]) if np.ptp(firms.proxy[:, k]) == 0]
    slopes = input_terms(firms.inputs[:1], options.form).shape[1]
    count = int(firms.firm.max()) + 1
    if count <= slopes:
        fault = (
            note_of("production.more_firms_than_slopes", n=slopes),
            note_of("production.firms", n=count),
            Text(
                "join industries: errors are of firms, and so few do not tell them",
                "合并行业：标准误来自企业之间的差异，企业过少无从得知",
            ),
        )
    elif options.method == "fixed_effects" and np.bincount(firms.firm).max() < 2:
        fault = (
            Text("firms that are seen in two periods or more", "企业至少有两期观测"),
            Text("one period of each", "各仅一期"),
            Text(
                'give more periods, or take method="least_squares"', '增加时期，或改用 method="least_squares"'
            ),
        )
    elif options.method in PROXY_METHODS and linked < wanted:
        fault = (
            note_of("production.rows_with_row_before", n=wanted),
            note_of("production.rows", n=linked),
            Text("give more firms and periods, or a lower degree", "增加企业与时期，或降低多项式阶数"),
        )
    elif flat:
        fault = (
            Text("proxies that vary", "有变动的代理变量"),
            note_of("production.constant_names", names=[options.proxy[k] for k in flat]),
            Text("name another proxy", "更换代理变量"),
        )
    if fault is not None:
        raise EstimationError.of("production.rows_refused", expected=fault[0], got=fault[1], remedy=fault[2])
