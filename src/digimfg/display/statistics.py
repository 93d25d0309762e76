"""Labels of the statistics that estimators return, and how each is written."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from digimfg.display.formatting import format_count, format_number, format_numbers, format_p_value
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["STATISTIC_LABELS", "format_statistic", "format_statistics", "statistic_label"]

STATISTIC_LABELS: Mapping[str, Text] = MappingProxyType(
    {
        "coefficients": Text("Coefficients", "系数"),
        "term": Text("Variable", "变量"),
        "estimate": Text("Estimate", "估计值"),
        "std_error": Text("Std. error", "标准误"),
        "statistic": Text("Statistic", "统计量"),
        "p_value": Text("p value", "p值"),
        "conf_low": Text("95% CI, low", "95%置信区间下限"),
        "conf_high": Text("95% CI, high", "95%置信区间上限"),
        "first_stage": Text("First stage", "第一阶段"),
        "effects": Text("Effects", "效应分解"),
        "thresholds": Text("Thresholds", "门槛估计"),
        "n_obs": Text("Observations", "观测值"),
        "n_entities": Text("Entities", "个体数"),
        "n_periods": Text("Periods", "时期数"),
        "n_clusters": Text("Clusters", "聚类数"),
        "n_treated": Text("Treated units", "处理个体数"),
        "n_never_treated": Text("Never-treated units", "从未处理的个体数"),
        "n_cohorts": Text("Cohorts", "处理批次数"),
        "pretrend_p": Text("Joint test before treatment, p value", "事前趋势联合检验p值"),
        "n_neighbours_mean": Text("Neighbours within the cutoff (mean)", "截断距离内平均邻居数"),
        "wild_bootstrap_p_value": Text("Wild bootstrap p", "Wild bootstrap p值"),
        "n_instruments": Text("Instruments", "工具变量数"),
        "r2": Text("R²", "R²"),
        "r2_adjusted": Text("Adjusted R²", "调整R²"),
        "r2_within": Text("Within R²", "组内R²"),
        "r2_between": Text("Between R²", "组间R²"),
        "r2_overall": Text("Overall R²", "总体R²"),
        "r2_pseudo": Text("Pseudo R²", "伪R²"),
        "rmse": Text("Root mean squared error", "均方根误差"),
        "f_statistic": Text("F statistic", "F统计量"),
        "f_p_value": Text("F test, p value", "F检验p值"),
        "log_likelihood": Text("Log likelihood", "对数似然值"),
        "aic": Text("AIC", "AIC"),
        "bic": Text("BIC", "BIC"),
        "first_stage_f": Text("First-stage F", "第一阶段F值"),
        "effective_f": Text("Effective F (Montiel Olea–Pflueger)", "有效F值（Montiel Olea–Pflueger）"),
        "cragg_donald_f": Text("Cragg–Donald Wald F", "Cragg–Donald Wald F"),
        "kleibergen_paap_rk_f": Text("Kleibergen–Paap rk Wald F", "Kleibergen–Paap rk Wald F"),
        "kleibergen_paap_rk_lm": Text("Kleibergen–Paap rk LM", "Kleibergen–Paap rk LM"),
        "kleibergen_paap_rk_lm_p": Text("Kleibergen–Paap rk LM, p value", "Kleibergen–Paap rk LM p值"),
        "first_stage_p": Text("First-stage F, p value", "第一阶段F检验p值"),
        "sanderson_windmeijer_f": Text("Sanderson–Windmeijer F", "Sanderson–Windmeijer F值"),
        "sanderson_windmeijer_p": Text("Sanderson–Windmeijer F, p value", "Sanderson–Windmeijer F检验p值"),
        "partial_r2": Text("Partial R²", "偏R²"),
        "shea_partial_r2": Text("Shea's partial R²", "Shea偏R²"),
        "effective_f_critical": Text("Critical value (10% of worst bias)", "临界值（最坏偏误的10%）"),
        "anderson_rubin": Text("Anderson–Rubin 95% set", "Anderson–Rubin 95%置信集"),
        "anderson_rubin_f": Text("Anderson–Rubin F", "Anderson–Rubin F值"),
        "anderson_rubin_p": Text("Anderson–Rubin test, p value", "Anderson–Rubin检验p值"),
        "anderson_rubin_low": Text("Anderson–Rubin 95% set, low", "Anderson–Rubin 95%置信集下限"),
        "anderson_rubin_high": Text("Anderson–Rubin 95% set, high", "Anderson–Rubin 95%置信集上限"),
        "anderson_rubin_wild_p": Text(
            "Anderson–Rubin test, wild bootstrap p value", "Anderson–Rubin检验wild bootstrap p值"
        ),
        "hansen_j_p": Text("Hansen J, p value", "Hansen J检验p值"),
        "hansen_j_df": Text("Hansen J, degrees of freedom", "Hansen J检验自由度"),
        "c_statistic": Text("C statistic (subset of instruments)", "C统计量（工具变量子集）"),
        "c_statistic_p": Text("C statistic, p value", "C统计量p值"),
        "c_statistic_df": Text("C statistic, degrees of freedom", "C统计量自由度"),
        "wu_hausman": Text("Wu–Hausman F", "Wu–Hausman F值"),
        "wu_hausman_p": Text("Wu–Hausman test, p value", "Wu–Hausman检验p值"),
        "tf": Text("tF 95% interval", "tF 95%置信区间"),
        "tf_std_error": Text("tF-adjusted std. error", "tF调整标准误"),
        "tf_critical_value": Text("tF critical value of t", "t值的tF临界值"),
        "breusch_pagan": Text("Breusch–Pagan test", "Breusch–Pagan检验"),
        "breusch_pagan_p": Text("Breusch–Pagan test, p value", "Breusch–Pagan检验p值"),
        "kappa": Text("κ", "κ"),
        "reduced_form": Text("Reduced form", "简化式"),
        "weak_instruments": Text("Strength of the instruments", "工具变量强度"),
        "stock_yogo": Text("Stock–Yogo critical values", "Stock–Yogo临界值"),
        "heteroskedasticity": Text("Heteroskedasticity of the first stage", "第一阶段异方差"),
        "endogenous": Text("Instrumented", "内生变量"),
        "criterion": Text("Criterion", "标准"),
        "bias": Text("Bias relative to OLS", "相对OLS的偏误"),
        "size": Text("Size of a 5% Wald test", "5% Wald检验的实际水平"),
        "distortion_pct": Text("At most (%)", "至多（%）"),
        "bias_pct": Text("Bias, % of the worst case", "偏误占最坏情形的百分比（%）"),
        "critical_5_simplified": Text("5% critical value, conservative", "5%临界值（保守）"),
        "segment": Text("Segment", "区间段"),
        "interval": Text("Interval", "区间"),
        "hansen": Text("Hansen test", "Hansen检验"),
        "hansen_df": Text("Hansen test, degrees of freedom", "Hansen检验自由度"),
        "sargan": Text("Sargan test", "Sargan检验"),
        "sargan_df": Text("Sargan test, degrees of freedom", "Sargan检验自由度"),
        "ar1": Text("AR(1) test, z", "AR(1)检验z值"),
        "ar2": Text("AR(2) test, z", "AR(2)检验z值"),
        "instrument_tests": Text("Tests of instrument subsets", "工具变量子集检验"),
        "serial_correlation": Text("Serial correlation of differenced errors", "差分误差的序列相关检验"),
        "order": Text("Order", "阶数"),
        "model_choice": Text("Tests between spatial models", "空间模型选择检验"),
        "test": Text("Test", "检验"),
        "lm_lag": Text("LM test, spatial lag", "LM检验（空间滞后）"),
        "lm_error": Text("LM test, spatial error", "LM检验（空间误差）"),
        "robust_lm_lag": Text("Robust LM test, spatial lag", "稳健LM检验（空间滞后）"),
        "robust_lm_error": Text("Robust LM test, spatial error", "稳健LM检验（空间误差）"),
        "lr_lag": Text("LR test against spatial lag", "LR检验（对空间滞后）"),
        "lr_error": Text("LR test against spatial error", "LR检验（对空间误差）"),
        "wald": Text("Wald test", "Wald检验"),
        "wald_p": Text("Wald test, p value", "Wald检验p值"),
        "wald_lag": Text("Wald test against spatial lag", "Wald检验（SDM能否简化为SAR）"),
        "wald_error": Text("Wald test against spatial error", "Wald检验（SDM能否简化为SEM）"),
        "hausman": Text("Hausman test", "Hausman检验"),
        "lag_within": Text("Lag, within estimate", "滞后项组内估计"),
        "lag_pooled": Text("Lag, least squares", "滞后项最小二乘估计"),
        "instruments": Text("Instruments", "工具变量"),
        "lags": Text("Lags", "滞后期"),
        "equation": Text("Equation", "方程"),
        "transformed": Text("Transformed", "变换方程"),
        "level": Text("Level", "水平方程"),
        "both": Text("Both", "两个方程"),
        "period_effects": Text("Time fixed effects", "时间固定效应"),
        "principal_components": Text("Principal components", "主成分"),
        "all_lagged_differences": Text("All lagged differences", "全部差分滞后项"),
        "excluding": Text("Hansen test without them", "剔除后的Hansen检验"),
        "excluding_df": Text("Degrees of freedom", "自由度"),
        "excluding_p": Text("p value", "p值"),
        "difference": Text("Difference", "差值"),
        "difference_df": Text("Degrees of freedom", "自由度"),
        "difference_p": Text("p value", "p值"),
        "tests": Text("Tests of the number of thresholds", "门槛个数检验"),
        "null_sum_of_squares": Text("Sum of squares, one fewer", "少一个门槛的残差平方和"),
        "sum_of_squares": Text("Sum of squares", "残差平方和"),
        "refined_sum_of_squares": Text("Sum of squares, refined", "重新搜索后的残差平方和"),
        "f_statistic_n": Text("F statistic over n", "F统计量（除以n）"),
        "stage": Text("Found at stage", "搜索阶段"),
        "std_error_delta": Text("Std. error, delta method", "标准误（delta法）"),
        "df": Text("Degrees of freedom", "自由度"),
        "effect": Text("Effect", "效应"),
        "direct": Text("Direct", "直接效应"),
        "indirect": Text("Indirect", "间接效应"),
        "total": Text("Total", "总效应"),
        **{f"threshold_{k}": Text(f"Threshold {k}", f"门槛值{k}") for k in (1, 2, 3)},
        **{f"threshold_{k}_p": Text(f"Threshold {k}, p value", f"门槛{k}的p值") for k in (1, 2, 3)},
        "number": Text("Number", "序号"),
        "threshold": Text("Threshold", "门槛值"),
        "n_thresholds": Text("Number of thresholds", "门槛数"),
        "critical_10": Text("10% critical value", "10%临界值"),
        "critical_5": Text("5% critical value", "5%临界值"),
        "critical_1": Text("1% critical value", "1%临界值"),
        "sargan_p": Text("Sargan test, p value", "Sargan检验p值"),
        "hansen_j": Text("Hansen J", "Hansen J统计量"),
        "hansen_p": Text("Hansen test, p value", "Hansen检验p值"),
        "ar1_p": Text("AR(1) test, p value", "AR(1)检验p值"),
        "ar2_p": Text("AR(2) test, p value", "AR(2)检验p值"),
        "hausman_p": Text("Hausman test, p value", "Hausman检验p值"),
        "deviance": Text("Deviance", "偏差"),
        "n_separated": Text("Separated rows left out", "剔除的分离观测"),
        "iterations": Text("Iterations", "迭代次数"),
        "r1": Text("R¹ (Koenker–Machado)", "R¹（Koenker–Machado）"),
        "quantile": Text("Quantile", "分位点"),
        "quantiles": Text("Slopes by quantile", "各分位点系数"),
        "location_scale": Text("Location and scale", "位置与尺度"),
        "location": Text("Location", "位置"),
        "scale": Text("Scale", "尺度"),
        "scaled_quantile": Text("Quantile of the scaled error", "标准化误差的分位数"),
        "share_positive_scale": Text("Share of rows with a positive scale", "拟合尺度为正的观测占比"),
        "rho": Text("ρ", "ρ"),
        "sigma2": Text("σ²", "σ²"),
        "paths": Text("Paths", "路径"),
        "path": Text("Path", "路径"),
        "contrasts": Text("Differences between indirect effects", "间接效应之差"),
        "indirect_sums": Text("Sums of indirect effects", "间接效应合计"),
        "sum_of": Text("Sum over all ways", "全部路径合计"),
        "over": Text("Mediator or number", "中介变量或个数"),
        "through_mediator": Text("Through one mediator", "经某一中介变量"),
        "mediators_passed": Text("By mediators passed", "按所经中介个数"),
        "order_permutations": Text("Orders of the chain", "链式中介的各种次序"),
        "mediator_order": Text("Order of mediators", "中介次序"),
        "order_p": Text("Share of orders with a chain effect as large", "链式效应不小于设定次序的次序占比"),
        "n_orders": Text("Orders compared", "比较的次序数"),
        "n_replications": Text("Bootstrap draws used", "有效自助抽样次数"),
        "sensitivity": Text("Sensitivity of the mediated effect", "中介效应的敏感性分析"),
        "sensitivity_zero": Text("Where the mediated effect is zero", "中介效应为零处"),
        "mediator": Text("Mediator", "中介变量"),
        "rho_at_zero": Text("ρ at which the mediated effect is zero", "中介效应为零的ρ"),
        "r2_star_product": Text("Product of unexplained R²", "未解释方差份额之积"),
        "r2_tilde_product": Text("Product of total R²", "总方差份额之积"),
        "r2_mediator": Text("R² of the mediator", "中介方程R²"),
        "r2_outcome": Text("R² of the outcome", "结果方程R²"),
        "proportion_mediated": Text("Share mediated", "中介效应占比"),
        "three_steps": Text("Mediation in three steps", "中介效应三步法"),
        "delta_std_error": Text("Std. error, delta method", "标准误（delta法）"),
        "delta_p": Text("p value, delta method", "p值（delta法）"),
        "sobel_std_error": Text("Std. error, Sobel", "标准误（Sobel）"),
        "sobel_z": Text("Sobel z", "Sobel检验z值"),
        "sobel_p": Text("Sobel test, p value", "Sobel检验p值"),
        "aroian_z": Text("Aroian z", "Aroian检验z值"),
        "goodman_z": Text("Goodman z", "Goodman检验z值"),
        "bootstrap_std_error": Text("Std. error, bootstrap", "标准误（自助法）"),
        "percentile_p": Text("p value, percentile bootstrap", "p值（百分位自助法）"),
        "percentile_low": Text("95% CI, percentile, low", "95%百分位区间下限"),
        "percentile_high": Text("95% CI, percentile, high", "95%百分位区间上限"),
        "bca_p": Text("p value, BCa bootstrap", "p值（BCa自助法）"),
        "bca_low": Text("95% CI, BCa, low", "95%BCa区间下限"),
        "bca_high": Text("95% CI, BCa, high", "95%BCa区间上限"),
        "difference_low": Text("95% CI of the difference, low", "差值95%置信区间下限"),
        "difference_high": Text("95% CI of the difference, high", "差值95%置信区间上限"),
        "marginal_effects": Text("Marginal effects", "边际效应"),
        "moderator": Text("Moderator", "调节变量"),
        "moderator_mean": Text("Mean of the moderator", "调节变量均值"),
        "johnson_neyman": Text("Johnson–Neyman regions", "Johnson–Neyman区间"),
        "johnson_neyman_low": Text("Johnson–Neyman, lower bound", "Johnson–Neyman下界"),
        "johnson_neyman_high": Text("Johnson–Neyman, upper bound", "Johnson–Neyman上界"),
        "share_significant": Text("Share of rows with a significant effect", "效应显著的样本占比"),
        "region": Text("Region", "区间"),
        "sign": Text("Sign", "符号"),
        "bins": Text("Effects by bin of the moderator", "调节变量分组效应"),
        "bin": Text("Bin", "分组"),
        "low": Text("From", "下限"),
        "high": Text("To", "上限"),
        "median": Text("Median", "中位数"),
        "treatment_sd": Text("SD of the treatment", "核心解释变量标准差"),
        "linearity_f": Text("Linearity of the interaction, F", "交互项线性检验F值"),
        "linearity_p": Text("Linearity of the interaction, p value", "交互项线性检验p值"),
        "linearity_restrictions": Text("Restrictions of the linearity test", "线性检验约束数"),
        "differences": Text("Differences between groups", "组间差异"),
        "first": Text("First group", "第一组"),
        "second": Text("Second group", "第二组"),
        "first_std_error": Text("Std. error, first group", "标准误（第一组）"),
        "second_std_error": Text("Std. error, second group", "标准误（第二组）"),
        "first_p": Text("p value, first group", "p值（第一组）"),
        "second_p": Text("p value, second group", "p值（第二组）"),
        "interaction_std_error": Text("Std. error, interaction", "标准误（交互项）"),
        "interaction_p": Text("p value, interaction", "p值（交互项）"),
        "interaction_wild_p": Text("p value, interaction, wild bootstrap", "p值（交互项，wild bootstrap）"),
        "suest_std_error": Text("Std. error, seemingly unrelated estimation", "标准误（SUEST）"),
        "suest_chi2": Text("χ², seemingly unrelated estimation", "χ²（SUEST）"),
        "suest_p": Text("p value, seemingly unrelated estimation", "p值（SUEST）"),
        "permutation_p": Text("p value, permutation", "p值（费舍尔组合检验）"),
        "n_permutations": Text("Permutations", "置换次数"),
    }
)


def statistic_label(name: str) -> Text:
    """Return the label of a statistic; one that is not listed reads as its name in words.

    Examples
    --------
    >>> statistic_label("n_obs").zh, statistic_label("my_test").en
    ('观测值', 'my test')
    """
    words = name.replace("_", " ")
    return STATISTIC_LABELS.get(name, Text(words, words))


def format_statistic(name: str, value: float | None, digits: int) -> str:
    """Return a statistic as tables write it: counts whole, p-values with a lower bound, the rest with
    decimals.
    """
    return format_statistics(name, [value], digits)[0]


def format_statistics(name: str, values: Sequence[float | None], digits: int) -> list[str]:
    """Return the values of a statistic that stand in one column, under one format."""
    if name.startswith("n_"):
        return [format_count(value) for value in values]
    if name == "p_value" or name.endswith(("_p", "_p_value")):
        return [format_p_value(value, digits) for value in values]
    if name == "df" or name.endswith("_df"):
        whole = [value is not None and math.isfinite(value) and value == round(value) for value in values]
        return [
            format_count(value) if each else format_number(value, digits)
            for value, each in zip(values, whole, strict=True)
        ]
    return format_numbers(values, digits)
