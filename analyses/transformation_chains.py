"""Transformation in value chains: where manufacturing holds more ICT value added, is value created and
kept?
"""

from pathlib import Path

import numpy as np
import pandas as pd

import digimfg as dm
from digimfg.sources.oecd_icio_2020 import SOURCE

# Countries are neighbours here when one buys the other's intermediate inputs.
raw = SOURCE.load(Path(__file__).parents[1] / "data" / "raw")
table = dm.InputOutputTable.from_frames(raw["transactions"], raw["final_demand"], **raw["primary"])
suppliers = dm.input_output_weights(table, "suppliers", exclude=("ROW",))

SAMPLE = "table == oecd_2020_11s & manufacturing == 1"
# Each country is a cluster of one: HC2 with Satterthwaite's degrees of freedom, which few countries with
# much leverage need.
BIAS_REDUCED = dm.Clustered("country", small_sample="cr2", wild_bootstrap=None)
JACKKNIFE = dm.Clustered("country", small_sample="cv3", wild_bootstrap=None)

baseline = dm.Specification(
    outcome="gvc_position",
    regressors="ict_value_added_share",
    entity="country",
    covariance=dm.Robust(),
    sample=SAMPLE,
)
controls = baseline.replace(controls=("log_gdp_per_capita", "log_population"))
# The rules of claims name the specifications under the usual errors; tables show these.
reduced = controls.replace(covariance=BIAS_REDUCED)


def leverage(
    exposure: pd.Series, income: pd.Series, population: pd.Series, table: pd.Series, manufacturing: pd.Series
) -> pd.Series:
    """Return how much each country weighs in its own fitted value: the diagonal of the hat matrix of all
    controls.
    """
    design = pd.DataFrame({"constant": 1.0, "exposure": exposure, "income": income, "population": population})
    used = (table == "oecd_2020_11s") & (manufacturing == 1) & design.notna().all(axis=1)
    orthogonal, _ = np.linalg.qr(design[used].to_numpy(dtype=float))
    return pd.Series((orthogonal**2).sum(axis=1), index=design.index[used]).reindex(design.index)


world_input_output = dm.DerivedPanel(
    "world_input_output",
    (
        dm.Derived(
            "leverage",
            dm.Computed(
                leverage,
                (
                    "ict_value_added_share",
                    "log_gdp_per_capita",
                    "log_population",
                    "table",
                    "manufacturing",
                ),
                words=dm.Text(
                    "diagonal of the hat matrix of the cross-section with all controls",
                    "含全部控制变量的截面回归之帽子矩阵对角元",
                ),
            ),
            label=dm.Text("Leverage", "杠杆值"),
            unit=dm.Text("share, 0-1", "份额，0–1"),
        ),
    ),
)

POSITION_NOTE = dm.Text(
    "The GVC position is not a rung: it is nearly backward participation with its sign turned and says "
    "little about distance to "
    "final demand (table of what it measures), so a higher value is no higher level of manufacturing.",
    "GVC地位指数并非“高端”指标：它近似于取反号的后向参与度，几乎不反映与最终需求的距离（见指标含义表），"
    "指数较高并不意味着制造业"
    "层次较高。",
)
IDENTITY_NOTE = dm.Text(
    "Foreign ICT is a part of the foreign value added that enters backward participation, and so the "
    "position and the domestic "
    "share of exports: their coefficients on it repeat an accounting identity.",
    "国外信息通信增加值是后向参与度（进而是GVC地位指数与出口国内增加值率）所含国外增加值的一部分，"
    "对应系数重复核算恒等式。",
)
TITLE_NOTE = dm.Text(
    "ICT stands with accommodation in the table of 2020, and manufacturing is without food.",
    "2020年表中信息通信与住宿业合为一个部门，制造业不含食品。",
)
NOTES = (POSITION_NOTE, IDENTITY_NOTE)

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Transformation in value chains: value added of ICT and accommodation in manufacturing without "
        "food, position and "
        "value kept, 2020",
        "价值链中的变革：2020年制造业（不含食品）所含信息通信与住宿业增加值、分工位置与价值留存",
    ),
    panel=world_input_output,
    specifications={
        "baseline": baseline,
        "income": baseline.replace(controls="log_gdp_per_capita"),
        "controls": controls,
        "baseline_reduced": baseline.replace(covariance=BIAS_REDUCED),
        "income_reduced": reduced.replace(controls="log_gdp_per_capita"),
        "controls_reduced": reduced,
        "creation": reduced.replace(outcome="value_added_output_share"),
        "capture": reduced.replace(outcome="domestic_value_added_export_share"),
        "upstreamness": reduced.replace(outcome="upstreamness"),
        "domestic_and_foreign": reduced.replace(
            regressors=("ict_domestic_value_added_share", "ict_foreign_value_added_share")
        ),
        "direct_inputs": reduced.replace(regressors="ict_direct_input_coefficient"),
        "early_adoption": reduced.replace(regressors="internet_users_share_2009"),
        "jackknife": controls.replace(covariance=JACKKNIFE),
        "without_luxembourg": reduced.replace(sample=f"{SAMPLE} & country != LUX"),
        "backward": reduced.replace(outcome="backward_participation_share"),
    },
    studies={"countries": dm.Study(dm.leave_one_out, "controls", by="country", term="ict_value_added_share")},
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
            columns=(
                "baseline_reduced",
                "income_reduced",
                "controls_reduced",
                "creation",
                "capture",
                "upstreamness",
            ),
            title=dm.Text(
                "Value added of ICT and accommodation in manufacturing without food and its place in "
                "value chains, 2020",
                "制造业（不含食品）所含信息通信与住宿业增加值与GVC地位指数，2020年",
            ),
            show_controls=True,
            notes=NOTES,
        ),
        dm.RegressionTable(
            "transformation_chains_leverage",
            columns=(
                "baseline",
                "income",
                "controls",
                "controls_reduced",
                "jackknife",
                "without_luxembourg",
                "backward",
            ),
            column_titles=(
                *(3 * (dm.Text("Usual errors (HC1)", "常规标准误（HC1）"),)),
                dm.Text("CR2", "CR2"),
                dm.Text("Jackknife (CV3)", "刀切法（CV3）"),
                dm.Text("CR2, without Luxembourg", "CR2，剔除卢森堡"),
                dm.Text("CR2, backward participation", "CR2，后向参与度"),
            ),
            title=dm.Text(
                "Value added of ICT and accommodation in manufacturing without food: errors under "
                "leverage, 2020",
                "制造业（不含食品）所含信息通信与住宿业增加值：高杠杆下的标准误，2020年",
            ),
            notes=NOTES,
        ),
        dm.DescriptiveTable(
            "transformation_chains_hat",
            variables=("leverage",),
            specification="controls",
            title=dm.Text("Leverage of countries, 2020", "各国的杠杆值，2020年"),
        ),
        dm.CorrelationTable(
            "transformation_chains_meaning",
            variables=(
                "gvc_position",
                "backward_participation_share",
                "forward_participation_ratio",
                "upstreamness",
                "ict_foreign_value_added_share",
                "domestic_value_added_export_share",
            ),
            specification="baseline",
            title=dm.Text(
                "What the GVC position measures: correlations in manufacturing without food, 2020",
                "GVC地位指数的含义：制造业（不含食品）的相关系数，2020年",
            ),
            notes=NOTES,
        ),
        dm.LeaveOneOutPlot("transformation_chains_countries", study="countries", notes=(TITLE_NOTE,)),
        dm.RegressionTable(
            "transformation_chains_measures",
            columns=("domestic_and_foreign", "direct_inputs", "early_adoption"),
            title=dm.Text(
                "Position of manufacturing without food in value chains under other digital measures "
                "(ICT with accommodation)",
                "其他数字化指标（信息通信含住宿业）与制造业（不含食品）GVC地位指数",
            ),
            notes=NOTES,
        ),
        dm.CoefficientPlot(
            "transformation_chains_coefficients",
            columns=("baseline_reduced", "income_reduced", "controls_reduced"),
            column_titles=(
                dm.Text("Baseline", "基准"),
                dm.Text("Income", "加入收入水平"),
                dm.Text("All controls", "全部控制变量"),
            ),
            keep=("ict_value_added_share",),
            notes=(TITLE_NOTE, POSITION_NOTE),
        ),
        dm.ValueChainPlot(
            "transformation_chains_position",
            sample=SAMPLE,
            name_column=dm.Text("country_name_en", "country_name_zh"),
            labelled=14,
            notes=(TITLE_NOTE, POSITION_NOTE, IDENTITY_NOTE),
        ),
        dm.MoranPlot(
            "transformation_chains_neighbours",
            variable="ict_value_added_share",
            entity="country",
            weights=suppliers,
            sample=SAMPLE,
            notes=(
                TITLE_NOTE,
                dm.Text(
                    "Neighbours are suppliers of intermediate inputs, weighed by their shares in the "
                    "same table. Value added "
                    "of foreign ICT reaches a country through these very inputs, so likeness of "
                    "partners is in part "
                    "arithmetic.",
                    "“邻居”为投入来源国，以同一张表中的份额为权重。"
                    "国外信息通信增加值正是经由这些投入进入一国，故伙伴间的相似"
                    "部分出于核算关系。",
                ),
            ),
        ),
    ),
    claims=("C20",),
)
