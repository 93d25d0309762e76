"""Value chains and inputs of sectors, from the inter-country input-output tables."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import Variable

__all__ = ["VARIABLES"]

_MUSD = Text("million current US$", "百万现价美元")
_SHARE = Text("share, 0-1", "份额，0–1")
_RATIO = Text("ratio", "比率")
_INDEX = Text("index", "指数")
_COEFFICIENT = Text("per unit of output", "每单位产出")
_ICT_EN = " ICT is section J in the table of 2019; in the table of 2020 it stands together with accommodation and food service."
_ICT_ZH = "信息通信业在2019年表中为 J 门类；在2020年表中与住宿餐饮合并。"
_SERVICES_EN = " Services are sections G to T, or the seven service groups of the table of 2020."
_SERVICES_ZH = "服务业为 G–T 门类，或2020年表的七个服务业组。"
_TAX_EN = " Net taxes on products count as value added of the sector that pays them."
_TAX_ZH = "产品净税计入支付部门的增加值。"

VARIABLES = (
    Variable(
        name="output_musd",
        label=Text("Gross output", "总产出"),
        unit=_MUSD,
        definition=Text("Gross output at basic prices.", "按基本价格计算的总产出。"),
        lower=0,
        layer="structure",
        source="derived",
        source_code="row sum of the table",
    ),
    Variable(
        name="log_output",
        label=Text("Gross output (log)", "总产出（对数）"),
        unit=Text("natural log", "自然对数"),
        definition=Text("Natural log of output_musd.", "output_musd 的自然对数。"),
        layer="structure",
        source="derived",
        source_code="ln(output_musd)",
    ),
    Variable(
        name="value_added_musd",
        label=Text("Value added", "增加值"),
        unit=_MUSD,
        definition=Text(
            "Value added at basic prices, without net taxes on products.",
            "按基本价格计算的增加值，不含产品净税。",
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="derived",
        source_code="value added of the table",
    ),
    Variable(
        name="value_added_output_share",
        label=Text("Value-added rate", "增加值率"),
        unit=_SHARE,
        definition=Text("value_added_musd over output_musd.", "value_added_musd 与 output_musd 之比。"),
        lower=0,
        upper=1,
        direction=1,
        layer="structure",
        source="derived",
        source_code="value_added_musd / output_musd",
    ),
    Variable(
        name="gross_exports_musd",
        label=Text("Gross exports", "总出口"),
        unit=_MUSD,
        definition=Text(
            "Sales to other countries, intermediate and final.", "对其他国家的中间品与最终品销售。"
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="derived",
        source_code="E",
    ),
    Variable(
        name="exports_output_share",
        label=Text("Exports / output", "出口占产出比"),
        unit=_SHARE,
        definition=Text("gross_exports_musd over output_musd.", "gross_exports_musd 与 output_musd 之比。"),
        lower=0,
        upper=1,
        direction=1,
        layer="structure",
        source="derived",
        source_code="E / x",
    ),
    Variable(
        name="domestic_value_added_export_share",
        label=Text("Domestic value added in exports", "出口国内增加值率"),
        unit=_SHARE,
        definition=Text(
            "Domestic value added per unit of the sector's gross exports: what the country captures."
            + _TAX_EN,
            "每单位部门总出口所含国内增加值：一国所获取的价值。" + _TAX_ZH,
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="structure",
        source="derived",
        source_code="v_s B_ss",
    ),
    Variable(
        name="backward_participation_share",
        label=Text("Backward participation", "后向参与度"),
        unit=_SHARE,
        definition=Text(
            "Foreign value added per unit of the sector's gross exports." + _TAX_EN,
            "每单位部门总出口所含国外增加值。" + _TAX_ZH,
        ),
        lower=0,
        upper=1,
        layer="structure",
        source="derived",
        source_code="FV / E",
    ),
    Variable(
        name="forward_participation_ratio",
        label=Text("Forward participation", "前向参与度"),
        unit=_RATIO,
        definition=Text(
            "Value added of the sector in the exports of other countries, over its own gross exports; may exceed 1; missing where these are below US$ 1 million."
            + _TAX_EN,
            "部门增加值中包含于他国出口的部分与该部门总出口之比；可超过1；总出口不足一百万美元者为缺失。"
            + _TAX_ZH,
        ),
        lower=0,
        layer="structure",
        source="derived",
        source_code="IV / E",
    ),
    Variable(
        name="gvc_participation_ratio",
        label=Text("GVC participation", "全球价值链参与度"),
        unit=_RATIO,
        definition=Text(
            "Forward plus backward participation (Koopman et al. 2010).",
            "前向与后向参与度之和（Koopman 等，2010）。",
        ),
        lower=0,
        layer="structure",
        source="derived",
        source_code="IV / E + FV / E",
    ),
    Variable(
        name="gvc_position",
        label=Text("GVC position", "GVC地位指数"),
        unit=_INDEX,
        definition=Text(
            "ln(1 + forward participation) - ln(1 + backward participation): above 0 upstream, below 0 downstream.",
            "ln(1 + 前向参与度) − ln(1 + 后向参与度)：大于0处于上游，小于0处于下游。",
        ),
        layer="structure",
        source="derived",
        source_code="ln(1 + IV/E) - ln(1 + FV/E)",
    ),
    Variable(
        name="upstreamness",
        label=Text("Upstreamness", "上游度"),
        unit=Text("stages", "阶段数"),
        definition=Text(
            "Mean number of stages between the sector's output and final use (Antràs et al. 2012); 1 when all of it is used finally.",
            "部门产出到最终使用的平均阶段数（Antràs 等，2012）；全部用于最终使用时为1。",
        ),
        lower=0,
        layer="structure",
        source="derived",
        source_code="(I - Δ)⁻¹ι",
    ),
    Variable(
        name="ict_direct_input_coefficient",
        label=Text("ICT inputs, direct", "信息通信投入（直接消耗）"),
        unit=_COEFFICIENT,
        definition=Text(
            "Inputs from the ICT sectors of all countries per unit of output: direct coefficient." + _ICT_EN,
            "每单位产出对各国信息通信业的直接消耗系数。" + _ICT_ZH,
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="technology",
        source="derived",
        source_code="Σ a_ij, i in ICT",
    ),
    Variable(
        name="ict_complete_input_coefficient",
        label=Text("ICT inputs, complete", "信息通信投入（完全消耗）"),
        unit=_COEFFICIENT,
        definition=Text(
            "Output of the ICT sectors of all countries that a unit of output needs directly and indirectly."
            + _ICT_EN,
            "每单位产出对各国信息通信业的完全消耗系数。" + _ICT_ZH,
        ),
        lower=0,
        direction=1,
        layer="technology",
        source="derived",
        source_code="Σ (B - I)_ij, i in ICT",
    ),
    Variable(
        name="ict_value_added_share",
        label=Text("ICT value added", "信息通信增加值含量"),
        unit=_SHARE,
        definition=Text(
            "Value added of the ICT sectors of all countries in a unit of the sector's output or exports: digitalisation of the sector."
            + _ICT_EN
            + _TAX_EN,
            "每单位部门产出或出口所含各国信息通信业增加值：部门的数字化程度。" + _ICT_ZH + _TAX_ZH,
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="technology",
        source="derived",
        source_code="Σ v_i b_ij, i in ICT",
    ),
    Variable(
        name="ict_domestic_value_added_share",
        label=Text("ICT value added, domestic", "信息通信增加值含量（国内）"),
        unit=_SHARE,
        definition=Text(
            "The part of ict_value_added_share that the country's own ICT sector adds.",
            "ict_value_added_share 中由本国信息通信业创造的部分。",
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="technology",
        source="derived",
        source_code="Σ v_i b_ij, i in domestic ICT",
    ),
    Variable(
        name="ict_foreign_value_added_share",
        label=Text("ICT value added, foreign", "信息通信增加值含量（国外）"),
        unit=_SHARE,
        definition=Text(
            "The part of ict_value_added_share that ICT sectors of other countries add.",
            "ict_value_added_share 中由他国信息通信业创造的部分。",
        ),
        lower=0,
        upper=1,
        layer="technology",
        source="derived",
        source_code="ict_value_added_share - ict_domestic_value_added_share",
    ),
    Variable(
        name="services_direct_input_share",
        label=Text("Services in inputs", "服务投入占比"),
        unit=_SHARE,
        definition=Text(
            "Services of all countries in the sector's intermediate inputs: direct dependence, a measure of servitisation."
            + _SERVICES_EN,
            "部门中间投入中各国服务所占份额（直接依赖度）：投入服务化程度。" + _SERVICES_ZH,
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="structure",
        source="derived",
        source_code="Σ a_ij / Σ a_.j, i in services",
    ),
    Variable(
        name="services_complete_input_coefficient",
        label=Text("Service inputs, complete", "服务投入（完全消耗）"),
        unit=_COEFFICIENT,
        definition=Text(
            "Output of the service sectors of all countries that a unit of output needs directly and indirectly."
            + _SERVICES_EN,
            "每单位产出对各国服务业的完全消耗系数。" + _SERVICES_ZH,
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="derived",
        source_code="Σ (B - I)_ij, i in services",
    ),
    Variable(
        name="services_value_added_share",
        label=Text("Service value added", "服务增加值含量"),
        unit=_SHARE,
        definition=Text(
            "Value added of the service sectors of all countries in a unit of the sector's output or exports: servitisation."
            + _SERVICES_EN
            + _TAX_EN,
            "每单位部门产出或出口所含各国服务业增加值：服务化程度。" + _SERVICES_ZH + _TAX_ZH,
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="structure",
        source="derived",
        source_code="Σ v_i b_ij, i in services",
    ),
    Variable(
        name="non_ict_services_value_added_share",
        label=Text("Service value added without ICT", "非信息通信服务增加值含量"),
        unit=_SHARE,
        definition=Text(
            "services_value_added_share less ict_value_added_share, so that a regression on ICT does not explain a part by itself.",
            "services_value_added_share 减 ict_value_added_share，以免对信息通信回归时出现部分自我解释。",
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="structure",
        source="derived",
        source_code="services_value_added_share - ict_value_added_share",
    ),
)
