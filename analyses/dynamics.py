"""Dynamics: persistence, thresholds and spillovers of productivity after 1995, with the tests that come
before them.
"""

from pathlib import Path

import digimfg as dm
from digimfg.sources.oecd_icio_2020 import SOURCE

EXPOSURE = "internet_users_share_2009:after_1995"
CONVERGENCE = "log_labor_productivity_1995:after_1995"
HUMAN_CAPITAL = "human_capital_1995:after_1995"
YEARS = "year >= 1985 & year <= 2017"

# Who buys whose intermediate inputs: the only links between countries that the shipped data measure.
raw = SOURCE.load(Path(__file__).parents[1] / "data" / "raw")
table = dm.InputOutputTable.from_frames(raw["transactions"], raw["final_demand"], **raw["primary"])
suppliers = dm.input_output_weights(table, "suppliers", exclude=("ROW",))
customers = dm.input_output_weights(table, "customers", exclude=("ROW",))

within = dm.Specification(
    outcome="log_tfp",
    regressors=("L.log_tfp", EXPOSURE),
    controls=(CONVERGENCE, HUMAN_CAPITAL),
    entity="country",
    time="year",
    fixed_effects=("country", "year"),
    covariance=dm.Clustered("country"),
    sample=YEARS,
)
two_lags = within.replace(regressors=("L.log_tfp", "L2.log_tfp", EXPOSURE))
lags = dm.GMMInstruments("log_tfp", first=2, last=4)
# Exposure and controls are levels of one year times a step: related to country effects, so instruments in
# changes only.
steps = tuple(
    dm.GMMInstruments(term, first=0, last=0, equation="difference")
    for term in (EXPOSURE, CONVERGENCE, HUMAN_CAPITAL)
)
exogenous = (EXPOSURE, CONVERGENCE, HUMAN_CAPITAL)

static = within.replace(regressors=EXPOSURE)


def threshold(variable: str, n_thresholds: int = 1) -> dm.Specification:
    """Let the slope of the exposure change at levels of a variable."""
    return static.replace(
        estimator=dm.PanelThreshold(
            threshold_variable=variable,
            regime_dependent=EXPOSURE,
            n_thresholds=n_thresholds,
            trim=0.15,
            replications=300,
            seed=20240501,
        )
    )


def spatial(weights: object) -> dm.SpatialPanel:
    """Let productivity and its determinants in partner countries matter."""
    return dm.SpatialPanel(
        weights=weights,
        standardization="row",
        bias_correction="lee_yu",
        incomplete="drop",
        draws=300,
        seed=20240501,
    )


five_years = static.replace(sample="year in {1985, 1990, 1995, 2000, 2005, 2010, 2015}")

PARTNERS = {"suppliers": dm.Text("suppliers", "投入来源国"), "customers": dm.Text("customers", "投入购买国")}
WEIGHTS_NOTE = dm.Text(
    "Weights are shares in intermediate inputs of the OECD table of 2020, after the sample: partners "
    "that became "
    "productive may have become partners for that reason, so spillovers are descriptions. Countries "
    "outside the weight matrix or "
    "without a value in some period are left out. Likelihood standard errors take the shocks of a "
    "country as independent over "
    "time; the dynamic column asks less of this.",
    "权重为2020年OECD投入产出表的中间投入份额，晚于样本期：贸易伙伴可能正因生产率提高而成为伙伴，"
    "故溢出效应仅作描述。"
    "表外国家及某期缺失的国家未纳入。极大似然标准误假定一国各期冲击独立；动态列的该假定较弱。",
)
SMALL_SAMPLE_NOTE = dm.Text(
    "With a lag of nearly one, deep lags are weak instruments: an estimate outside its bounds (within "
    "below, least "
    "squares above) or a small Hansen p value says not to trust the column. docs/monte_carlo.md shows "
    "bias and coverage "
    "for 30 to 200 units.",
    "滞后项接近1时，较深的滞后为弱工具变量：若估计值超出界限（下界为组内估计，上界为最小二乘），"
    "或Hansen检验p值很小，则该列"
    "不可信。30至200个个体时的偏误与覆盖率见docs/monte_carlo.md。",
)
# The studies of claim C20 report thresholds; here a threshold's p value decides, not its slopes.
THRESHOLD_NOTE = dm.Text(
    "Where a threshold's p value is large, the data do not tell the regimes apart, however different "
    "their slopes look: "
    "they are then slopes at the split that fits best by chance. In simulations of such data the "
    "intervals cover the "
    "threshold half to three quarters of the time instead of 95% (docs/monte_carlo.md).",
    "若门槛的p值较大，则数据无法区分各门槛区间，斜率看似不同也只是碰巧拟合最好的划分。在此类数据的模拟中，"
    "95%置信区间对门槛的实际覆盖率仅为二分之一至四分之三（见docs/monte_carlo.md）。",
)

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Dynamics: persistence, thresholds and spillovers of productivity after 1995",
        "动态、门槛与空间：1995年后生产率的持续性、门槛效应与溢出",
    ),
    panel="world",
    specifications={
        "within": within,
        "difference_gmm": within.replace(
            estimator=dm.DynamicGMM(
                instruments=lags, exogenous=exogenous, collapse=True, transformation="orthogonal"
            )
        ),
        "bias_corrected": within.replace(estimator=dm.BiasCorrectedLSDV(replications=100, seed=20240501)),
        "difference_gmm_two_lags": two_lags.replace(
            estimator=dm.DynamicGMM(
                instruments=lags, exogenous=exogenous, collapse=True, transformation="orthogonal"
            )
        ),
        "system_gmm_two_lags": two_lags.replace(
            estimator=dm.DynamicGMM(instruments=(lags, *steps), collapse=True, system=True)
        ),
        "static": static,
        "threshold_human_capital": threshold("human_capital_1995"),
        "threshold_productivity": threshold("log_labor_productivity_1995"),
        "threshold_exposure": threshold("internet_users_share_2009", n_thresholds=2),
        "spatial": five_years.replace(estimator=spatial(suppliers)),
        "spatial_directions": five_years.replace(
            estimator=spatial({"suppliers": suppliers, "customers": customers})
        ),
        "spatial_dynamic": within.replace(estimator=spatial(suppliers)),
    },
    studies={
        "falsification": dm.Study(dm.falsification_pack, "static", event=1995),
        "permuted_weights": dm.Study(
            dm.permuted_weights, "spatial", term=EXPOSURE, permutations=199, seed=20240501
        ),
    },
    exhibits=(
        dm.FalsificationTable("dynamics_falsification"),
        dm.PretestTable(
            "dynamics_pretests",
            variables=(
                "log_tfp",
                "D.log_tfp",
                "log_labor_productivity",
                "D.log_labor_productivity",
                "log_capital_per_worker",
                "D.log_capital_per_worker",
            ),
            slopes={"log_tfp": ("log_capital_per_worker", "human_capital")},
            causality=(("D.trade_openness_ratio", "D.log_tfp"), ("D.log_tfp", "D.trade_openness_ratio")),
            specification="static",
            replications=300,
        ),
        dm.RegressionTable(
            "dynamics_persistence",
            columns=(
                "within",
                "difference_gmm",
                "bias_corrected",
                "difference_gmm_two_lags",
                "system_gmm_two_lags",
            ),
            column_titles=(
                dm.Text("Within", "组内"),
                dm.Text("Difference GMM", "差分GMM"),
                dm.Text("Bias-corrected LSDV", "偏差校正LSDV"),
                dm.Text("Difference GMM", "差分GMM"),
                dm.Text("System GMM", "系统GMM"),
            ),
            title=dm.Text(
                "Persistence of total factor productivity and internet use in 2009",
                "全要素生产率的持续性与互联网普及率（2009年）",
            ),
            show_controls=True,
            show_constant=False,
            notes=(SMALL_SAMPLE_NOTE,),
        ),
        dm.ResultTable(
            "dynamics_instruments",
            specification="system_gmm_two_lags",
            table="instrument_tests",
            statistics=(
                "n_instruments",
                "excluding",
                "excluding_p",
                "difference",
                "difference_df",
                "difference_p",
            ),
            labels={"n_instruments": dm.Text("Number", "个数")},
            title=dm.Text(
                "System GMM: Hansen tests without each set of instruments, and their differences",
                "系统GMM：逐组剔除工具变量的Hansen检验及其差值",
            ),
        ),
        dm.PersistencePlot(
            "dynamics_bounds",
            columns=("difference_gmm", "bias_corrected", "difference_gmm_two_lags", "system_gmm_two_lags"),
            column_titles=(
                dm.Text("Difference GMM, one lag", "差分GMM，一阶滞后"),
                dm.Text("Bias-corrected LSDV", "偏差校正LSDV"),
                dm.Text("Difference GMM, two lags", "差分GMM，二阶滞后"),
                dm.Text("System GMM, two lags", "系统GMM，二阶滞后"),
            ),
        ),
        dm.RegressionTable(
            "dynamics_thresholds",
            columns=("static", "threshold_human_capital", "threshold_productivity", "threshold_exposure"),
            column_titles=(
                dm.Text("No threshold", "无门槛"),
                dm.Text("By human capital in 1995", "按1995年人力资本"),
                dm.Text("By productivity in 1995", "按1995年生产率"),
                dm.Text("By internet use in 2009", "按互联网普及率（2009年）"),
            ),
            title=dm.Text(
                "Internet use in 2009 and total factor productivity: slopes by regime",
                "互联网普及率（2009年）与全要素生产率：各门槛区间的斜率",
            ),
            statistics=(
                "n_obs",
                "n_clusters",
                "r2_within",
                "threshold_1",
                "threshold_1_p",
                "threshold_2",
                "threshold_2_p",
            ),
            notes=(THRESHOLD_NOTE,),
        ),
        dm.ResultTable(
            "dynamics_threshold_tests",
            specification="threshold_exposure",
            table="tests",
            statistics=(
                "f_statistic",
                "f_statistic_n",
                "p_value",
                "critical_10",
                "critical_5",
                "critical_1",
            ),
            title=dm.Text(
                "Tests of the number of thresholds in internet use in 2009",
                "互联网普及率（2009年）的门槛个数检验",
            ),
        ),
        dm.ResultTable(
            "dynamics_threshold_intervals",
            specification="threshold_exposure",
            table="thresholds",
            statistics=("threshold", "conf_low", "conf_high", "f_statistic", "p_value"),
            digits=4,
            title=dm.Text("Thresholds of internet use in 2009", "互联网普及率（2009年）的门槛值"),
        ),
        dm.ThresholdPlot("dynamics_threshold_curves", specification="threshold_exposure"),
        dm.RegressionTable(
            "dynamics_spatial",
            columns=("spatial", "spatial_directions", "spatial_dynamic"),
            column_titles=(
                dm.Text("Suppliers", "投入来源国"),
                dm.Text("Suppliers and customers", "投入来源国与投入购买国"),
                dm.Text("Suppliers, every year", "投入来源国，逐年"),
            ),
            title=dm.Text(
                "Spatial Durbin panels of total factor productivity over input linkages",
                "基于投入联系的全要素生产率空间杜宾模型",
            ),
            keep=(
                EXPOSURE,
                f"W.{EXPOSURE}",
                f"W[suppliers].{EXPOSURE}",
                f"W[customers].{EXPOSURE}",
                "rho",
                "rho[suppliers]",
                "rho[customers]",
                "L.log_tfp",
                "W.L.log_tfp",
            ),
            labels=PARTNERS,
            statistics=("n_obs", "n_entities", "n_periods", "sigma2", "log_likelihood"),
            notes=(WEIGHTS_NOTE,),
        ),
        dm.ResultTable(
            "dynamics_spatial_effects",
            specification="spatial",
            table="effects",
            statistics=("estimate", "std_error", "std_error_delta", "p_value", "conf_low", "conf_high"),
            notes=(WEIGHTS_NOTE,),
        ),
        dm.PermutedWeightsTable(
            "dynamics_permuted_weights",
            title=dm.Text(
                "Falsification of the input linkages: suppliers permuted",
                "投入联系的证伪检验：投入来源国权重的置换",
            ),
            notes=(WEIGHTS_NOTE,),
        ),
        dm.ResultTable("dynamics_spatial_choice", specification="spatial", table="model_choice"),
        dm.SpatialEffectsPlot(
            "dynamics_spillovers",
            specification="spatial_directions",
            effects=("direct", "indirect[suppliers]", "indirect[customers]"),
            labels=PARTNERS,
            notes=(WEIGHTS_NOTE,),
        ),
    ),
    claims=("C15", "C17", "C20"),
)
