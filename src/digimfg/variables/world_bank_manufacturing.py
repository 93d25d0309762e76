"""Manufacturing: annual indicators of the World Bank, present once they are fetched."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import Variable

__all__ = ["VARIABLES"]

VARIABLES = (
    Variable(
        name="manufacturing_gdp_pct",
        label=Text("Manufacturing", "制造业占比"),
        unit=Text("% of GDP", "占 GDP %"),
        definition=Text("Value added of manufacturing in GDP.", "制造业增加值占 GDP 百分比。"),
        lower=0,
        upper=100,
        direction=1,
        layer="structure",
        source="world_bank",
        source_code="NV.IND.MANF.ZS",
    ),
    Variable(
        name="manufacturing_value_added_usd2015",
        label=Text("Manufacturing value added", "制造业增加值"),
        unit=Text("US$ of 2015", "2015年美元"),
        definition=Text(
            "Value added of manufacturing at constant 2015 prices.", "按2015年不变价计算的制造业增加值。"
        ),
        direction=1,
        layer="structure",
        source="world_bank",
        source_code="NV.IND.MANF.KD",
    ),
    Variable(
        name="manufacturing_growth_pct",
        label=Text("Manufacturing growth", "制造业增长率"),
        unit=Text("% per year", "%/年"),
        definition=Text(
            "Annual growth of manufacturing value added at constant prices.",
            "按不变价计算的制造业增加值年增长率。",
        ),
        direction=1,
        layer="structure",
        source="world_bank",
        source_code="NV.IND.MANF.KD.ZG",
    ),
    Variable(
        name="medium_high_tech_value_added_pct",
        label=Text("Medium and high-tech manufacturing", "中高技术制造业占比"),
        unit=Text("% of manufacturing value added", "占制造业增加值 %"),
        definition=Text(
            "Medium and high-tech industry in manufacturing value added (UNIDO).",
            "中高技术产业占制造业增加值百分比（联合国工业发展组织）。",
        ),
        lower=0,
        upper=100,
        direction=1,
        layer="structure",
        source="world_bank",
        source_code="NV.MNF.TECH.ZS.UN",
    ),
    Variable(
        name="medium_high_tech_exports_pct",
        label=Text("Medium and high-tech exports", "中高技术出口占比"),
        unit=Text("% of manufactured exports", "占制成品出口 %"),
        definition=Text(
            "Medium and high-tech goods in manufactured exports (UNIDO).",
            "中高技术产品占制成品出口百分比（联合国工业发展组织）。",
        ),
        lower=0,
        upper=100,
        direction=1,
        layer="structure",
        source="world_bank",
        source_code="TX.MNF.TECH.ZS.UN",
    ),
    Variable(
        name="high_tech_exports_pct",
        label=Text("High-tech exports", "高技术出口占比"),
        unit=Text("% of manufactured exports", "占制成品出口 %"),
        definition=Text(
            "High-technology goods in manufactured exports; the classification changed about 2007.",
            "高技术产品占制成品出口百分比；约2007年分类有变。",
        ),
        lower=0,
        upper=100,
        direction=1,
        layer="structure",
        source="world_bank",
        source_code="TX.VAL.TECH.MF.ZS",
    ),
    Variable(
        name="manufactures_exports_pct",
        label=Text("Manufactures in exports", "制成品出口占比"),
        unit=Text("% of merchandise exports", "占商品出口 %"),
        definition=Text("Manufactures in merchandise exports.", "制成品占商品出口百分比。"),
        lower=0,
        upper=100,
        direction=1,
        layer="structure",
        source="world_bank",
        source_code="TX.VAL.MANF.ZS.UN",
    ),
    Variable(
        name="machinery_manufacturing_pct",
        label=Text("Machinery and transport equipment", "机械与运输设备占比"),
        unit=Text("% of manufacturing value added", "占制造业增加值 %"),
        definition=Text(
            "Machinery and transport equipment in manufacturing value added.",
            "机械与运输设备占制造业增加值百分比。",
        ),
        lower=0,
        upper=100,
        layer="structure",
        source="world_bank",
        source_code="NV.MNF.MTRN.ZS.UN",
    ),
    Variable(
        name="chemicals_manufacturing_pct",
        label=Text("Chemicals", "化学品占比"),
        unit=Text("% of manufacturing value added", "占制造业增加值 %"),
        definition=Text("Chemicals in manufacturing value added.", "化学品占制造业增加值百分比。"),
        lower=0,
        upper=100,
        layer="structure",
        source="world_bank",
        source_code="NV.MNF.CHEM.ZS.UN",
    ),
    Variable(
        name="food_manufacturing_pct",
        label=Text("Food, beverages and tobacco", "食品、饮料与烟草占比"),
        unit=Text("% of manufacturing value added", "占制造业增加值 %"),
        definition=Text(
            "Food, beverages and tobacco in manufacturing value added.",
            "食品、饮料与烟草占制造业增加值百分比。",
        ),
        lower=0,
        upper=100,
        layer="structure",
        source="world_bank",
        source_code="NV.MNF.FBTO.ZS.UN",
    ),
    Variable(
        name="textiles_manufacturing_pct",
        label=Text("Textiles and clothing", "纺织与服装占比"),
        unit=Text("% of manufacturing value added", "占制造业增加值 %"),
        definition=Text(
            "Textiles and clothing in manufacturing value added.", "纺织与服装占制造业增加值百分比。"
        ),
        lower=0,
        upper=100,
        layer="structure",
        source="world_bank",
        source_code="NV.MNF.TXTL.ZS.UN",
    ),
    Variable(
        name="other_manufacturing_pct",
        label=Text("Other manufacturing", "其他制造业占比"),
        unit=Text("% of manufacturing value added", "占制造业增加值 %"),
        definition=Text(
            "Other manufacturing in manufacturing value added.", "其他制造业占制造业增加值百分比。"
        ),
        lower=0,
        upper=100,
        layer="structure",
        source="world_bank",
        source_code="NV.MNF.OTHR.ZS.UN",
    ),
    Variable(
        name="industry_value_added_per_worker_usd2015",
        label=Text("Industry value added per worker", "第二产业劳均增加值"),
        unit=Text("US$ of 2015 per worker", "2015年美元/人"),
        definition=Text(
            "Value added of industry, construction included, per worker at constant 2015 prices.",
            "第二产业（含建筑业）劳均增加值，2015年不变价。",
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="world_bank",
        source_code="NV.IND.EMPL.KD",
    ),
    Variable(
        name="gdp_per_worker_ppp2021",
        label=Text("GDP per person employed", "就业人员人均 GDP"),
        unit=Text("international $ of 2021 per worker", "2021年国际元/人"),
        definition=Text(
            "GDP at constant 2021 purchasing power parities per person employed.",
            "按2021年不变价购买力平价计算的就业人员人均 GDP。",
        ),
        lower=0,
        direction=1,
        layer="structure",
        source="world_bank",
        source_code="SL.GDP.PCAP.EM.KD",
    ),
)
