"""Say what another program's numbers will differ in, and why."""

from __future__ import annotations

from typing import Any

import pandas as pd

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Unadjusted
from digimfg.postestimation.bridge.r_errors import MODEL_ERRORS
from digimfg.specification import Specification
from digimfg.text import Text, current_language

__all__ = ["bridge_differences"]

_REGHDFE = frozenset(("LeastSquares", "TwoStageLeastSquares"))


@checked
def bridge_differences(specification: Specification) -> pd.DataFrame:
    """Return what will differ from the commands of Stata and R for a specification, and why.

    Returns
    -------
    pandas.DataFrame
        Columns ``program what why``, in the language of messages; empty where all numbers should be the same.

    Examples
    --------
    >>> import digimfg as dm
    >>> spec = dm.Specification("y", "x", entity="id", time="year", fixed_effects=("id", "year"),
    ...     sample="x > 0")
    >>> list(dm.bridge_differences(spec)["program"])
    ['R: fixest', 'Stata', 'Stata: boottest']
    """
    rows = [(program, what, why) for program, what, why in _found(specification)]
    language = current_language()
    return pd.DataFrame(
        [(program, what.language(language), why.language(language)) for program, what, why in rows],
        columns=["program", "what", "why"],
    )


def _found(spec: Specification) -> list[tuple[str, Text, Text]]:
    name, asked = type(spec.estimator).__name__, spec.covariance
    errors, estimates = Text("standard errors", "标准误"), Text("estimates", "估计值")
    rows: list[tuple[str, Text, Text]] = []
    clustered = isinstance(asked, Clustered)
    if name in _REGHDFE and asked.small_sample == "stata" and spec.fixed_effects and clustered:
        rows.append(
            ("R: fixest", errors, Text(
                "fixest counts each nested effect as one parameter and looks for no mobility groups; reghdfe "
                "and the rule 'stata' here leave nested effects out",
                "fixest 将每个嵌套效应计为一个参数且不计流动组；reghdfe 与此处的“stata”规则不计嵌套效应",
            ))
        )  # fmt: skip
    if name == "TwoStageLeastSquares" and asked.small_sample == "stata":
        rows.append(
            ("Stata: ivreghdfe", errors, Text(
                "without the option small it has no (N−1)/(N−K) and uses the normal distribution; with "
                "nested effects it counts one parameter less than reghdfe",
                "不加 small 选项时无 (N−1)/(N−K) 调整且用正态分布；有嵌套效应时比 reghdfe 少计一个参数",
            ))
        )  # fmt: skip
    if asked.small_sample not in ("stata", "areg"):
        rows.append(
            ("Stata", errors, Text(
                f"the rule '{asked.small_sample}' is none of this command's",
                f"该命令没有“{asked.small_sample}”规则",
            ))
        )  # fmt: skip
    if spec.sample and any(sign in spec.sample for sign in ("<", ">", "!=")):
        rows.append(
            ("Stata", Text("sample", "样本"), Text(
                "a missing value is larger than every number there; here a comparison with one leaves the "
                "row out",
                "Stata 中缺失值大于任何数；此处与缺失值比较的行不进入样本",
            ))
        )  # fmt: skip
    if spec.weights is not None and name == "Poisson":
        rows.append(("Stata", estimates, Text("ppmlhdfe takes pweights", "ppmlhdfe 使用 pweight")))
    if isinstance(asked, Clustered) and asked.wild_bootstrap is not None and name in _REGHDFE:
        rows.append(
            ("Stata: boottest", Text("wild bootstrap p values", "wild bootstrap p值"), Text(
                "other random numbers: equal up to the noise of the draws", "随机数不同：仅在抽样误差内一致"
            ))
        )  # fmt: skip
    if name == "RandomEffects":
        rows.append(
            ("R: plm", estimates, Text(
                "on unbalanced panels plm averages variance components otherwise than xtreg",
                "非平衡面板中 plm 与 xtreg 的方差成分平均方式不同",
            ))
        )  # fmt: skip
    estimator: Any = spec.estimator
    plain = isinstance(asked, Unadjusted)
    if not plain and (
        (name == "Tobit" and estimator.effects == "random")
        or (name == "MixedEffects" and estimator.method == "reml")
    ):
        command = "xttobit" if name == "Tobit" else "mixed, reml"
        rows.append(
            (f"Stata: {command}", errors, Text(
                "it has no robust and clustered errors: its own are those of dm.Unadjusted()",
                "该命令无稳健或聚类标准误：其标准误同 dm.Unadjusted()",
            ))
        )  # fmt: skip
    if name in MODEL_ERRORS and not plain:
        rows.append(
            ("R", errors, Text(
                "its script shows the model's own errors: those of dm.Unadjusted() where they exist",
                "脚本给出模型自身的标准误：与 dm.Unadjusted() 相同（若有）",
            ))
        )  # fmt: skip
    if (
        name in ("Probit", "FractionalProbit", "NegativeBinomial")
        and getattr(estimator, "effects", "none") != "random"
    ):
        rows.append(
            ("R: glm", errors, Text(
                "it takes the expected information, Stata and this the observed one",
                "其采用期望信息矩阵，Stata 与此处采用观测信息矩阵",
            ))
        )  # fmt: skip
    if name == "MixedEffects" and estimator.method == "ml":
        rows.append(
            ("Stata: mixed; R: lme4", errors, Text(
                "the variance of errors is over N there, over N − K here",
                "两者误差方差除以 N，此处除以 N − K",
            ))
        )  # fmt: skip
    if name == "CorrelatedRandomEffects":
        rows.append(
            ("Stata", estimates, Text(
                "egen takes means over all rows, here they are over the rows estimated on: keep these first",
                "egen 的均值取自全部行，此处取自估计样本：请先保留估计样本",
            ))
        )  # fmt: skip
    if (
        name in ("Logit", "Probit", "OrderedLogit", "OrderedProbit", "Tobit")
        and estimator.effects == "random"
    ):
        rows.append(
            ("Stata; R", estimates, Text(
                "equal up to the quadrature: 16 adaptive nodes here, 12 in Stata",
                "仅在数值积分误差内一致：此处16个自适应节点，Stata为12个",
            ))
        )  # fmt: skip
    if name == "DynamicGMM":
        rows.append(
            ("R: plm", estimates, Text(
                "pgmm has all lags from the first instrument on up to those of the panel and its own weights "
                "in the first step of the system",
                "pgmm 的工具变量滞后上限与系统 GMM 第一步权重矩阵不同",
            ))
        )  # fmt: skip
    if name == "PanelThreshold":
        rows.append(
            ("Stata: xthreg", Text("bootstrap p values", "自助法 p值"), Text(
                "other random numbers; its F divides by the number of rows", "随机数不同；其 F 以样本量为分母"
            ))
        )  # fmt: skip
    if name in ("FullyModifiedLeastSquares", "DynamicLeastSquares"):
        rows.append(
            ("Stata: xtcointreg", errors, Text(
                "its long-run variances choose their own bandwidth; name it there to compare",
                "其长期方差自动选择带宽；比较时请在命令中指定",
            ))
        )  # fmt: skip
    if name == "PanelSmoothTransition":
        rows.append(
            ("R: PSTR", estimates, Text(
                "it searches from one start, beyond the values of the transition variable too; its tests of "
                "what is left have no derivatives of the transition",
                "该程序仅从一个初值搜索，且可超出转换变量的取值范围；其剩余非线性检验未含转换函数的导数",
            ))
        )  # fmt: skip
    if name == "SpatialPanel":
        rows.append(
            ("Stata: xsmle", errors, Text(
                "effects and their errors come from other draws; W must be loaded by spmat or spwmatrix "
                "first",
                "效应的标准误来自不同的抽样；须先载入 W 矩阵",
            ))
        )  # fmt: skip
    if name == "StaggeredDifferenceInDifferences":
        rows.append(
            ("Stata: csdid; R: did", errors, Text(
                "the multiplier bootstrap has other random numbers; analytic errors agree",
                "乘子自助法随机数不同；解析标准误一致",
            ))
        )  # fmt: skip
    if name == "ContinuousDifferenceInDifferences":
        rows.append(
            ("R: contdid", errors, Text(
                "its dose stands in all rows of a unit; multiplier bootstrap, not analytic errors; shares "
                "of cohorts count as known in means over doses",
                "其剂量须填满个体各行；以乘子自助法代替解析标准误；对剂量平均时批次占比视为已知",
            ))
        )  # fmt: skip
    return rows
