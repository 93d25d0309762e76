"""Transformation in value chains: where manufacturing holds more ICT value added, is value created and kept?"""

from pathlib import Path

import digimfg as dm
from digimfg.sources.oecd_icio_2020 import SOURCE

# Countries are neighbours here when one buys the other's intermediate inputs.
raw = SOURCE.load(Path(__file__).parents[1] / "data" / "raw")
table = dm.InputOutputTable.from_frames(raw["transactions"], raw["final_demand"], **raw["primary"])
suppliers = dm.input_output_weights(table, "suppliers", exclude=("ROW",))

baseline = dm.Specification(
    outcome="gvc_position",
    regressors="ict_value_added_share",
    entity="country",
    covariance=dm.Robust(),
    sample="table == oecd_2020_11s & manufacturing == 1",
)
controls = baseline.replace(controls=("log_gdp_per_capita", "log_population"))

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Transformation in value chains: ICT value added in manufacturing, position and value kept, 2020",
        "价值链中的变革：2020年制造业所含信息通信增加值、分工位置与价值留存",
    ),
    panel="world_input_output",
    specifications={
        "baseline": baseline,
        "income": baseline.replace(controls="log_gdp_per_capita"),
        "controls": controls,
        "creation": controls.replace(outcome="value_added_output_share"),
        "capture": controls.replace(outcome="domestic_value_added_export_share"),
        "upstreamness": controls.replace(outcome="upstreamness"),
        "domestic_and_foreign": controls.replace(
            regressors=("ict_domestic_value_added_share", "ict_foreign_value_added_share")
        ),
        "direct_inputs": controls.replace(regressors="ict_direct_input_coefficient"),
        "early_adoption": controls.replace(regressors="internet_users_share_2009"),
    },
    tests={
        "domestic_and_foreign": dm.JointTest(
            "domestic_and_foreign", ("ict_domestic_value_added_share", "ict_foreign_value_added_share")
        )
    },
    exhibits=(
        dm.VariableTable("transformation_chains_variables", specification="controls"),
        dm.DescriptiveTable("transformation_chains_descriptives", specification="controls"),
        dm.CorrelationTable("transformation_chains_correlations", specification="controls"),
        dm.VifTable("transformation_chains_vif", specification="controls"),
        dm.RegressionTable(
            "transformation_chains_main",
            columns=("baseline", "income", "controls", "creation", "capture", "upstreamness"),
            title=dm.Text(
                "ICT value added in manufacturing and its place in value chains, 2020",
                "制造业所含信息通信增加值与GVC地位指数，2020年",
            ),
            show_controls=True,
        ),
        dm.RegressionTable(
            "transformation_chains_measures",
            columns=("domestic_and_foreign", "direct_inputs", "early_adoption"),
            title=dm.Text(
                "Position in value chains under other digital measures", "其他数字化指标与GVC地位指数"
            ),
        ),
        dm.CoefficientPlot(
            "transformation_chains_coefficients",
            columns=("baseline", "income", "controls"),
            column_titles=(
                dm.Text("Baseline", "基准"),
                dm.Text("Income", "加入收入水平"),
                dm.Text("All controls", "全部控制变量"),
            ),
            keep=("ict_value_added_share",),
        ),
        dm.ValueChainPlot(
            "transformation_chains_position",
            sample="table == oecd_2020_11s & manufacturing == 1",
            name_column=dm.Text("country_name_en", "country_name_zh"),
            labelled=14,
        ),
        dm.MoranPlot(
            "transformation_chains_neighbours",
            variable="ict_value_added_share",
            entity="country",
            weights=suppliers,
            sample="table == oecd_2020_11s & manufacturing == 1",
            notes=(
                dm.Text(
                    "Neighbours are suppliers of intermediate inputs, weighed by their shares in the same table. Value added "
                    "of foreign ICT reaches a country through these very inputs, so likeness of partners is in part "
                    "arithmetic.",
                    "“邻居”为投入来源国，以同一张表中的份额为权重。国外信息通信增加值正是经由这些投入进入一国，故伙伴间的相似"
                    "部分出于核算关系。",
                ),
            ),
        ),
    ),
    claims=("C20",),
)
