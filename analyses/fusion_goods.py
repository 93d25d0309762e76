"""Fusion within goods: where more ICT value added enters the production of goods, do more service inputs
enter it too?
"""

import digimfg as dm

# In service sectors the shares of ICT and of other services add up to nearly one, so that one falls as the
# other rises by
# accounting; in the four goods sectors they need not.
GOODS_2020 = "table == oecd_2020_11s & sector in {AGRI_MIN_FOOD, MANUF_EXFOOD, UTILITIES, CONSTRUCTION}"
GOODS_2019 = "table == oecd_2019_g20 & sector in {A, B, C, D, E, F}"

# Few countries carry much of the variation (Luxembourg most): bias-reduced errors.
goods = dm.Specification(
    outcome="non_ict_services_value_added_share",
    regressors="ict_value_added_share",
    entity="country",
    fixed_effects=("country", "sector"),
    covariance=dm.Clustered("country", small_sample="cr2"),
    sample=GOODS_2020,
)

ANALYSIS = dm.Analysis(
    title=dm.Text(
        "Fusion within goods: ICT value added and other services in the production of goods, 2020 and 2019",
        "货物部门的融合：货物生产中的信息通信增加值与其他服务投入（2020年与2019年）",
    ),
    panel="world_input_output",
    specifications={
        "goods": goods,
        "stata": goods.replace(covariance=dm.Clustered("country")),
        "size": goods.replace(controls=("log_output", "exports_output_share")),
        "without_luxembourg": goods.replace(sample=f"{GOODS_2020} & country != LUX"),
        "domestic": goods.replace(
            regressors=("ict_domestic_value_added_share", "ict_foreign_value_added_share")
        ),
        "g20_2019": goods.replace(sample=GOODS_2019),
        "services": goods.replace(
            sample="table == oecd_2020_11s & sector not in "
            "{ACCOM_ICT, AGRI_MIN_FOOD, MANUF_EXFOOD, UTILITIES, CONSTRUCTION}"
        ),
        "pooled": goods.replace(sample="table == oecd_2020_11s & sector != ACCOM_ICT"),
    },
    exhibits=(
        dm.RegressionTable(
            "fusion_goods_main",
            columns=("goods", "stata", "size", "without_luxembourg", "g20_2019", "services", "pooled"),
            column_titles=(
                dm.Text("Goods, 2020", "货物部门，2020年"),
                dm.Text("Usual errors", "常规标准误"),
                dm.Text("Size and openness", "规模与开放度"),
                dm.Text("Without Luxembourg", "剔除卢森堡"),
                dm.Text("Goods, G20, 2019", "G20货物部门，2019年"),
                dm.Text("Services, 2020", "服务部门，2020年"),
                dm.Text("Pooled, 2020", "合并，2020年"),
            ),
            title=dm.Text(
                "ICT and other services in the value added behind goods: accommodation stands with ICT "
                "in 2020, manufacturing "
                "is without food; the table of 2019 has pure section J",
                "货物增加值中的信息通信与其他服务：2020年信息通信含住宿业、制造业不含食品；"
                "2019年表为单独的J门类",
            ),
            notes=(
                dm.Text(
                    "In service sectors the shares of ICT and of other services add up to nearly one: "
                    "the negative sign of the "
                    "columns of services and of all sectors is an identity, not a finding.",
                    "服务部门中信息通信与其他服务的份额之和接近1，服务部门与合并列的负号源于恒等式，"
                    "并非发现。",
                ),
            ),
        ),
    ),
    claims=("C12",),
)
