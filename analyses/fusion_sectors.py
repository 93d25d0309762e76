"""Fusion within sectors: where more ICT value added enters a sector, do more service inputs enter it too?"""

import digimfg as dm

baseline = dm.Specification(
    outcome="non_ict_services_value_added_share",
    regressors="ict_value_added_share",
    entity="country",
    fixed_effects="sector",
    covariance=dm.Clustered("country"),
    sample="table == oecd_2020_11s & sector != ACCOM_ICT",
)
within = baseline.replace(fixed_effects=("country", "sector"))
manufacturing = baseline.replace(
    fixed_effects=(),
    covariance=dm.Robust(),
    sample="table == oecd_2020_11s & manufacturing == 1",
)

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Fusion within sectors: ICT value added and other services in production, 2020",
        "行业层面的融合：2020年生产中的信息通信增加值与其他服务投入",
    ),
    panel="world_input_output",
    specifications={
        "baseline": baseline,
        "within": within,
        "size": within.replace(controls="log_output"),
        "openness": within.replace(controls=("log_output", "exports_output_share")),
        "domestic_and_foreign": within.replace(
            regressors=("ict_domestic_value_added_share", "ict_foreign_value_added_share"),
            controls="log_output"
        ),
        "direct_inputs": within.replace(regressors="ict_direct_input_coefficient", controls="log_output"),
        "manufacturing": manufacturing.replace(controls=("log_gdp_per_capita", "log_population")),
        "manufacturing_2019_g20": manufacturing.replace(
            controls=("log_gdp_per_capita", "log_population"),
            sample="table == oecd_2019_g20 & manufacturing == 1"
        ),
    },
    tests={
        "domestic_and_foreign": dm.JointTest(
            "domestic_and_foreign", ("ict_domestic_value_added_share", "ict_foreign_value_added_share")
        )
    },
    exhibits=(
        dm.VariableTable("fusion_sectors_variables", specification="openness"),
        dm.DescriptiveTable("fusion_sectors_descriptives", specification="openness"),
        dm.CorrelationTable("fusion_sectors_correlations", specification="openness"),
        dm.VifTable("fusion_sectors_vif", specification="openness"),
        dm.RegressionTable(
            "fusion_sectors_main",
            columns=(
                "baseline", "within", "size", "openness", "domestic_and_foreign", "direct_inputs",
                "manufacturing",
            ),
            title=dm.Text(
                "ICT value added and other services in the value added behind a sector's output",
                "行业产出所含增加值中的信息通信与其他服务",
            ),
            show_controls=True,
        ),
        dm.CoefficientPlot(
            "fusion_sectors_coefficients",
            columns=("baseline", "within", "size", "openness", "manufacturing", "manufacturing_2019_g20"),
            column_titles=(
                dm.Text("Baseline", "基准"),
                dm.Text("Country effects", "国家效应"),
                dm.Text("Size", "加入规模"),
                dm.Text("Openness", "加入开放度"),
                dm.Text("Manufacturing, 2020", "制造业，2020年"),
                dm.Text("Manufacturing, G20, 2019", "G20制造业，2019年"),
            ),
            keep=("ict_value_added_share",),
        ),
        dm.ScatterPlot(
            "fusion_sectors_scatter",
            x="ict_value_added_share",
            y="non_ict_services_value_added_share",
            specification="manufacturing",
        ),
    ),
    claims=("C12",),
)  # fmt: skip
