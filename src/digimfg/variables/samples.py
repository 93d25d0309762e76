"""Samples that ship beside the world: firms of two countries, quarters, long series, metropolitan areas."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import Variable

__all__ = ["VARIABLES"]

_CODE, _NAME = Text("code", "代码"), Text("name", "名称")
_LOG = Text("log", "对数")
_MILLIONS = Text("millions, local currency", "百万本币")
_PERSONS = Text("persons", "人")
_INDUSTRIES = {
    "total": Text("all industries", "全部产业"),
    "manufacturing": Text("manufacturing", "制造业"),
    "ict": Text("information and communication", "信息通信业"),
}
_RAW = {"total": "va_total", "manufacturing": "va_mfg", "ict": "va_ict"}
_OCCUPATIONS = {
    "computer": Text("computer and mathematical occupations", "计算机与数学职业"),
    "engineering": Text("architecture and engineering occupations", "建筑与工程职业"),
    "science": Text("life, physical and social science occupations", "生命、物理与社会科学职业"),
    "production": Text("production occupations", "生产职业"),
}
_SPAIN, _BRITAIN = Text("Spanish firms 1983-1990", "西班牙企业，1983–1990年"), Text(
    "British firms 1976-1984", "英国企业，1976–1984年"
)  # fmt: skip


def _spanish(name: str, en: str, zh: str, code: str, unit: Text = _LOG) -> Variable:
    return Variable(
        name=name,
        label=Text(en, zh),
        unit=unit,
        definition=Text(f"{en}; {_SPAIN.en}, as published.", f"{zh}；{_SPAIN.zh}，按发布值。"),
        layer="structure",
        source="firm_samples",
        source_code=f"Snmesp: {code}",
    )


def _british(name: str, en: str, zh: str, code: str, unit: Text) -> Variable:
    return Variable(
        name=name,
        label=Text(en, zh),
        unit=unit,
        definition=Text(f"{en}; {_BRITAIN.en}, as published.", f"{zh}；{_BRITAIN.zh}，按发布值。"),
        lower=0,
        layer="structure",
        source="firm_samples",
        source_code=f"EmplUK: {code}",
    )


def _added(name: str, volume: bool) -> Variable:
    industry, code = _INDUSTRIES[name], _RAW[name]
    kind = Text(", volume", "（物量）") if volume else Text("", "")
    prices = Text("chained volume", "链式物量") if volume else Text("current prices", "当期价格")
    return Variable(
        name=f"{name}_value_added_{'volume_' if volume else ''}mlcu",
        label=Text(f"Value added of {industry.en}{kind.en}", f"{industry.zh}增加值{kind.zh}"),
        unit=_MILLIONS,
        definition=Text(
            f"Gross value added of {industry.en}, {prices.en}, seasonally adjusted.",
            f"{industry.zh}增加值，{prices.zh}，经季节调整。",
        ),
        lower=0,
        layer="technology" if name == "ict" else "structure",
        source="oecd_quarterly_accounts",
        source_code=f"{code}_real" if volume else code,
    )


def _occupied(name: str) -> Variable:
    group = _OCCUPATIONS[name]
    return Variable(
        name=f"{name}_occupations_employed",
        label=Text(f"{group.en[:1].upper()}{group.en[1:]}, employed", f"{group.zh}就业人数"),
        unit=_PERSONS,
        definition=Text(
            f"Persons employed in {group.en}, May 2025; missing where the estimate is not released.",
            f"{group.zh}就业人数，2025年5月；未发布者缺失。",
        ),
        lower=0,
        layer="technology" if name != "production" else "structure",
        source="bls_occupations",
        source_code=f"{name}_employment",
    )


VARIABLES = (
    Variable(
        name="quarter",
        label=Text("Quarter", "季度"),
        unit=Text("4 × year + 0 to 3", "4 × 年份 + 0至3"),
        definition=Text(
            "Quarter, counted: 4 × year, and 0 to 3 more for the first to the fourth; a step is a quarter.",
            "季度序号：4 × 年份，第一至第四季度另加0至3；步长为一个季度。",
        ),
        dtype="integer",
        lower=6800,
        upper=8403,
        source="derived",
        source_code="4 × year + quarter - 1",
    ),
    Variable(
        name="quarter_name",
        label=Text("Quarter (name)", "季度名称"),
        unit=_NAME,
        definition=Text("Year and quarter, as in 1995Q1.", "年份与季度，如1995Q1。"),
        dtype="string",
        source="derived",
        source_code="year Q quarter",
    ),
    Variable(
        name="quarter_year",
        label=Text("Year of the quarter", "季度所属年份"),
        unit=Text("year", "年"),
        definition=Text("Calendar year of the quarter.", "季度所属公历年份。"),
        dtype="integer",
        lower=1700,
        upper=2100,
        source="derived",
        source_code="quarter / 4",
    ),
    *(_added(name, volume) for volume in (False, True) for name in _INDUSTRIES),
    _spanish("log_real_output", "Real output (log)", "实际产出（对数）", "y"),
    _spanish("log_persons", "Employment (log)", "就业（对数）", "n"),
    _spanish("log_real_wage", "Real wage (log)", "实际工资（对数）", "w"),
    _spanish("log_real_inputs", "Real intermediate inputs (log)", "实际中间投入（对数）", "i"),
    _spanish("log_real_capital", "Real capital (log)", "实际资本（对数）", "k"),
    _spanish("real_cash_flow", "Real cash flow", "实际现金流", "f", Text("as published", "按发布单位")),
    _british(
        "thousand_persons", "Employment", "就业", "emp", Text("thousand persons", "千人")
    ),
    _british("real_wage", "Real wage", "实际工资", "wage", Text("thousand pounds, real", "千英镑，实际")),
    _british("real_capital", "Real capital", "实际资本", "capital", Text("index, real", "实际指数")),
    _british(
        "industry_output", "Output of the industry", "行业产出", "output", Text("index, 1980 = 100", "指数，1980 = 100")
    ),
    Variable(
        name="sample_country",
        label=Text("Country of the sample", "样本所属国家"),
        unit=_CODE,
        definition=Text(
            "Country whose firms were sampled: Spain or the United Kingdom.", "企业样本所属国家：西班牙或英国。"
        ),
        dtype="string",
        categories=("ESP", "GBR"),
        layer="structure",
        codes_of="country",
        source="firm_samples",
        source_code="file",
    ),
    Variable(
        name="british_industry",
        label=Text("Industry of the British sample", "英国样本的行业"),
        unit=_CODE,
        definition=Text(
            "Industry of the firm in the British sample, numbered as published; missing for Spain.",
            "英国样本企业所属行业，按发布编号；西班牙企业缺失。",
        ),
        dtype="string",
        categories=tuple(str(number) for number in range(1, 10)),
        layer="structure",
        source="firm_samples",
        source_code="EmplUK: sector",
    ),
    Variable(
        name="place",
        label=Text("Place", "地区"),
        unit=_CODE,
        definition=Text(
            "What a long series is of: the world or the United States.", "长序列所属：全球或美国。"
        ),
        dtype="string",
        categories=("united_states", "world"),
        value_labels=(
            ("united_states", Text("United States", "美国")),
            ("world", Text("World", "全球")),
        ),
        source="derived",
        source_code="place",
    ),
    Variable(
        name="carbon_emissions_mt",
        label=Text("Carbon emissions", "碳排放"),
        unit=Text("million tonnes of carbon", "百万吨碳"),
        definition=Text(
            "Carbon emitted by fossil fuels, cement and gas flaring.", "化石燃料、水泥与天然气燃除的碳排放。"
        ),
        lower=0,
        direction=-1,
        layer="structure",
        source="world_carbon",
        source_code="carbon_emissions",
    ),
    Variable(
        name="log_industrial_production",
        label=Text("Industrial production (log)", "工业生产（对数）"),
        unit=_LOG,
        definition=Text(
            "Natural logarithm of the index of industrial production of the United States.",
            "美国工业生产指数的自然对数。",
        ),
        layer="structure",
        source="us_long_series",
        source_code="indprod",
    ),
    Variable(
        name="log_consumer_prices",
        label=Text("Consumer prices (log)", "消费价格（对数）"),
        unit=_LOG,
        definition=Text(
            "Natural logarithm of consumer prices of the United States.", "美国消费价格指数的自然对数。"
        ),
        layer="structure",
        source="us_long_series",
        source_code="cpi",
    ),
    Variable(
        name="metro_area",
        label=Text("Metropolitan area", "都市区"),
        unit=_CODE,
        definition=Text(
            "Code of the area of the Bureau of Labor Statistics, metropolitan or not.",
            "美国劳工统计局的地区代码（含非都市区）。",
        ),
        dtype="string",
        source="bls_occupations",
        source_code="area",
    ),
    Variable(
        name="metro_area_name",
        label=Text("Name of the area", "都市区名称"),
        unit=_NAME,
        definition=Text("Name of the area, as published.", "地区名称，按发布。"),
        dtype="string",
        source="bls_occupations",
        source_code="area_name",
    ),
    Variable(
        name="persons_employed",
        label=Text("Persons employed", "就业人数"),
        unit=_PERSONS,
        definition=Text("Persons employed in all occupations, May 2025.", "全部职业就业人数，2025年5月。"),
        lower=0,
        layer="structure",
        source="bls_occupations",
        source_code="employment",
    ),
    *(_occupied(name) for name in _OCCUPATIONS),
)  # fmt: skip
