"""Columns of the registers: the paper's own tables, figures and lists (`digimfg.paper`)."""

from __future__ import annotations

from typing import Any, Literal

from digimfg.text import Text
from digimfg.variables import Variable

__all__ = ["VARIABLES"]

_WORDS = Text("words", "文字")
_YEARS = Text("years", "年")
_MILLION_USD = Text("US$ million", "百万美元")
_NONE = Text("none", "无")
_DATE = Text("ISO 8601, cut at its precision", "ISO 8601，按精度截断")


def _variable(
    name: str,
    en: str,
    zh: str,
    definition: tuple[str, str],
    unit: Text = _WORDS,
    *,
    dtype: Literal["float", "integer", "string", "boolean"] = "string",
    **rest: Any,
) -> Variable:
    return Variable(
        name=name,
        label=Text(en, zh),
        unit=unit,
        definition=Text(*definition),
        source="paper",
        source_code=rest.pop("source_code", "printed"),
        dtype=dtype,
        **rest,
    )


def _bilingual(
    name: str, en: str, zh: str, definition: tuple[str, str], **rest: Any
) -> tuple[Variable, Variable]:
    return (
        _variable(f"{name}_zh", f"{en} (Chinese)", f"{zh}（中文）", definition, **rest),
        _variable(
            f"{name}_en",
            f"{en} (English)",
            f"{zh}（英文）",
            (f"{definition[0]} Our translation.", f"{definition[1]}本项目译文。"),
            **rest,
        ),
    )


_PRECISIONS = ("day", "month", "year", "period")

VARIABLES: tuple[Variable, ...] = (
    # what errata did
    _variable("corrected_cells", "Corrected cells", "已更正单元格", ("Columns of the row that errata changed.", "该行经勘误更正的列。"), source_code="errata"),
    _variable("open_cells", "Open cells", "存疑单元格", ("Columns of the row that are in doubt and stay as printed.", "该行存疑、保留原文的列。"), source_code="errata"),
    _variable("register_source", "Source of the row", "该行来源", ("Source of a row that the paper does not have.", "非原文各行的来源。"), source_code="coded"),
    _variable("in_paper", "In the paper", "见于原文", ("Whether the paper has the row.", "该行是否见于原文。"), _NONE, dtype="boolean", source_code="coded"),
    # history of the concept
    _variable("concept", "Concept", "概念", ("Short name of a step in the history of the techno-economic paradigm.", "“技术-经济范式”概念史各环节的简称。"), source_code="coded"),
    *_bilingual("concept_name", "Concept", "概念名称", ("What was proposed.", "所提出的概念。")),
    _variable("concept_author", "Proposed by", "提出者", ("Who proposed it, with the paper's reference.", "提出者及原文文献序号。")),
    *_bilingual("statement", "Statement", "原文表述", ("What the paper says of it.", "原文对该概念的表述。")),
    # Table 2
    _variable("institute", "Institute", "机构", ("Short name of an institute of Manufacturing USA.", "Manufacturing USA 机构简称。"), source_code="coded"),
    _variable("position", "Position in the table", "表中次序", ("Order of the rows, from 1.", "行次序，自1起。"), _NONE, dtype="integer", lower=1),
    *_bilingual("institute_name", "Name", "机构名称", ("Name of the institute.", "机构名称。")),
    _variable("institute_acronym", "Acronym", "缩写", ("Acronym in brackets after the name.", "名称后括号内的缩写。")),
    *_bilingual("institute_lead", "Lead organisation", "牵头机构", ("Organisation that leads the institute.", "牵头机构。")),
    *_bilingual("institute_technology", "Technology", "技术领域", ("Field of technology.", "技术领域。")),
    *_bilingual("institute_sponsor", "Sponsoring department", "建立机构", ("Federal department that founded it.", "建立该机构的联邦部门。")),
    *_bilingual("institute_headquarters", "Headquarters", "总部位置", ("State and city.", "总部所在州与城市。")),
    _variable("established", "Established", "建立时间", ("Date of foundation.", "建立时间。"), _DATE),
    _variable("established_precision", "Precision of that date", "建立时间精度", ("How far the date is known.", "日期精度。"), _NONE, categories=_PRECISIONS, source_code="parsed"),
    _variable("investment", "Investment as written", "投资情况（原文）", ("Federal / non-federal, in investment_unit.", "联邦 / 非联邦，单位见 investment_unit。")),
    _variable("investment_unit", "Unit of investment", "投资单位", ("Unit in the head of the column.", "表头所列单位。"), _NONE, categories=("亿美元", "千万美元", "百万美元", "万美元")),
    _variable("federal_million_usd", "Federal investment", "联邦投资", ("First number of investment times its unit; missing where it cannot be read.", "投资一栏首个数字乘以单位；无法识别则缺失。"), _MILLION_USD, dtype="float", lower=0, source_code="computed"),
    _variable("nonfederal_million_usd", "Non-federal investment", "非联邦投资", ("Second number of investment times its unit; missing where it cannot be read.", "投资一栏第二个数字乘以单位；无法识别则缺失。"), _MILLION_USD, dtype="float", lower=0, source_code="computed"),
    _variable("leverage_ratio", "Leverage", "资金配套比", ("Non-federal over federal investment.", "非联邦投资与联邦投资之比。"), Text("ratio", "比率"), dtype="float", lower=0, source_code="computed"),
    _variable("term_years", "Planned term", "计划投资时间", ("Years of planned investment.", "计划投资年限。"), _YEARS, dtype="float", lower=0, upper=20),
    _variable("members", "Members", "会员数量", ("Number of member organisations.", "会员数量。"), Text("organisations", "家"), dtype="float", lower=0),
    # Table 1
    _variable("dimension", "Dimension", "比较维度", ("Short name of a row of Table 1.", "表1各行简称。"), source_code="coded"),
    _variable("revolution", "Industrial revolution", "工业革命", ("First to fourth.", "第一次至第四次。"), _NONE, dtype="integer", lower=1, upper=4, source_code="coded"),
    *_bilingual("dimension", "Dimension as written", "比较维度（原文）", ("Head of the row.", "行首文字。")),
    *_bilingual("value", "Entry", "内容", ("Entry of the table; missing where the paper's own is lost.", "表格内容；原有内容缺失则为缺失值。")),
    # policies, STEM policies
    _variable("policy", "Policy", "政策", ("Short name of a policy or programme.", "政策或计划简称。"), source_code="coded"),
    *_bilingual("title", "Title", "标题", ("Title or name.", "标题或名称。")),
    _variable("alias_zh", "Other name", "别称", ("Another name that the paper uses for it.", "原文使用的另一名称。")),
    _variable("date", "Date", "日期", ("Date as far as known; missing where the paper has none.", "日期（按已知精度）；原文未注明则缺失。"), _DATE),
    _variable("date_end", "End of the period", "期末", ("Last year of a period.", "时期的最后一年。"), _DATE, source_code="parsed"),
    _variable("date_precision", "Precision of the date", "日期精度", ("How far the date is known.", "日期精度。"), _NONE, categories=_PRECISIONS, source_code="parsed"),
    _variable("policy_kind", "Kind", "类型", ("Kind of instrument.", "政策工具类型。"), _NONE, categories=("law", "bill", "strategy", "report", "executive_order", "programme", "alliance"), source_code="coded"),
    _variable("policy_status", "Status", "状态", ("How far it came.", "进展状态。"), _NONE, categories=("introduced", "passed_chamber", "enacted", "signed", "published", "announced", "launched"), source_code="coded"),
    _variable("jurisdiction", "Jurisdiction", "辖区", ("Country, or countries of an alliance.", "国家或联盟各国。"), _NONE, source_code="coded"),
    _variable("theme", "First theme", "首要主题", ("First section of part 3 that discusses it.", "第三部分首个讨论该政策的小节。"), _NONE, categories=("top_level_design", "technology", "talent", "collaboration", "ecosystem"), source_code="section"),
    _variable("themes", "Themes", "主题", ("All sections of part 3 that discuss it, separated by '; '.", "第三部分讨论该政策的全部小节，以“; ”分隔。"), _NONE, source_code="section"),
    _variable("themes_basis", "Basis of the themes", "主题依据", ("Section of the paper, or our coding.", "原文小节或本项目编码。"), _NONE, categories=("section", "coded"), source_code="section"),
    _variable("policy_layer", "Layer", "层次", ("Layer of the techno-economic paradigm that the first theme works on.", "首要主题作用的技术—经济范式层次。"), _NONE, categories=("technology", "structure", "institution"), source_code="theme"),
    _variable("administration", "Administration", "执政时期", ("President in office at its date; missing where the date leaves it open.", "当时在任总统；日期不足以判断则缺失。"), _NONE, categories=("bush", "obama", "trump", "biden"), source_code="date"),
    *_bilingual("provision", "What the paper says of it", "原文表述", ("One thing that the paper says the policy does.", "原文所述该政策的一项内容。")),
    # funding
    _variable("figure", "Figure", "数据", ("Short name of a number.", "数据简称。"), source_code="coded"),
    *_bilingual("quantity", "Quantity", "指标", ("What is counted.", "指标名称。")),
    _variable("figure_year", "Year", "年份", ("Year that the number is for; missing where the paper has none.", "数据所属年份；原文未注明则缺失。"), _NONE, dtype="float", lower=1900, upper=2100),
    _variable("amount_words", "Amount as written", "数值（原文）", ("Number and unit as written.", "原文数字与单位。")),
    _variable("amount", "Amount", "数值", ("The number, in amount_unit.", "数字，单位见 amount_unit。"), Text("amount_unit", "见 amount_unit"), dtype="float", source_code="parsed"),
    _variable("amount_unit", "Unit", "单位", ("Unit as written.", "原文单位。"), _NONE, source_code="parsed"),
    _variable("amount_at_least", "More than", "“多”", ("The paper says 'more than'.", "原文称“多”。"), _NONE, dtype="boolean", source_code="parsed"),
    _variable("amount_million_usd", "Amount in million US dollars", "金额（百万美元）", ("Amount times its unit; missing for counts and rates.", "数值乘以单位；计数与比率为缺失。"), _MILLION_USD, dtype="float", lower=0, source_code="computed"),
    # waves
    _variable("wave", "Wave", "周期", ("Number of the technology wave.", "技术创新周期序号。"), _NONE, dtype="integer", lower=1, upper=6),
    _variable("wave_start", "First year", "起始年", ("First year; missing where not dated.", "起始年；未断代则缺失。"), _NONE, dtype="float", lower=1700, upper=2100, source_code="van Duijn 1983"),
    _variable("wave_end", "Last year", "结束年", ("Last year; missing while it runs.", "结束年；未结束则缺失。"), _NONE, dtype="float", lower=1700, upper=2100, source_code="van Duijn 1983"),
    _variable("length_years", "Length", "周期长度", ("Last minus first year.", "结束年减起始年。"), _YEARS, dtype="float", lower=1, source_code="computed"),
    _variable("claimed_length_years", "Length in the paper", "原文周期长度", ("Length where the text gives one.", "原文给出的周期长度。"), _YEARS, dtype="float", lower=1),
    *(
        _variable(f"{name}_span", en, zh, (f"First and last year of {en.lower()}.", f"{zh}起讫年份。"), _NONE, source_code="van Duijn 1983")
        for name, en, zh in (
            ("prosperity", "Prosperity", "繁荣期"), ("war", "War years", "战争年份"), ("recession", "Recession", "衰退期"),
            ("depression", "Depression", "萧条期"), ("recovery", "Recovery", "回升期"),
        )
    ),
    *_bilingual("wave_technology", "Technology", "技术", ("Technology that carries the wave.", "支撑该周期的技术。")),
    # paths
    _variable("path", "Path", "路径", ("Number of the path in section 4.", "第四部分路径序号。"), _NONE, dtype="integer", lower=1, upper=6),
    _variable("abstract_zh", "Words of the abstract", "摘要文字", ("How the abstract names the path; missing where it does not.", "摘要中的表述；未提及则缺失。")),
    _variable("section_first_line", "First line", "首行", ("First line of its section in the text.", "小节首行行号。"), _NONE, dtype="integer", lower=1),
    _variable("section_last_line", "Last line", "末行", ("Last line of its section in the text.", "小节末行行号。"), _NONE, dtype="integer", lower=1),
    _variable("path_words", "Dictionary words", "词典词语", ("Words of the section for a policy-text dictionary, separated by '; '.", "可用于政策文本词典的小节词语，以“; ”分隔。")),
    *_bilingual("path_proxies", "Proxies", "代理变量", ("Measures at province-year level that stand for the path; not in the paper.", "省级年度代理变量；非原文内容。"), source_code="coded"),
    *_bilingual("path_role", "Expected role", "预期作用", ("How it may change the effect of digitalisation; not in the paper.", "可能的调节作用；非原文内容。"), source_code="coded"),
)  # fmt: skip
