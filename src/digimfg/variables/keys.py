"""Keys and names: what one row of a panel is."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import BINARY, YEAR, Variable
from digimfg.variables.countries import COUNTRY_CODES

__all__ = ["SECTORS", "TABLES", "VARIABLES"]

_CODE = Text("code", "代码")
_NAME = Text("name", "名称")

TABLES = {
    "oecd_2019_g20": Text(
        "OECD ICIO 2019, G20 × ISIC sections", "OECD 国际投入产出表2019年，G20 × ISIC 门类"
    ),
    "oecd_2020_11s": Text(
        "OECD ICIO 2020, 76 economies × 11 sectors", "OECD 国际投入产出表2020年，76个经济体 × 11个部门"
    ),
}
"""The input-output tables: separate cross-sections, not two years of one panel."""

SECTORS = {
    "A": Text("Agriculture, forestry and fishing", "农、林、牧、渔业"),
    "B": Text("Mining and quarrying", "采矿业"),
    "C": Text("Manufacturing", "制造业"),
    "D": Text("Electricity, gas and steam", "电力、煤气、蒸汽供应业"),
    "E": Text("Water supply and waste management", "供水、污水与废物处理业"),
    "F": Text("Construction", "建筑业"),
    "G": Text("Wholesale and retail trade", "批发和零售业"),
    "H": Text("Transportation and storage", "运输和仓储业"),
    "I": Text("Accommodation and food service", "住宿和餐饮业"),
    "J": Text("Information and communication", "信息和通信业"),
    "K": Text("Financial and insurance activities", "金融和保险业"),
    "L": Text("Real estate activities", "房地产业"),
    "M": Text("Professional, scientific and technical activities", "专业、科学和技术服务业"),
    "N": Text("Administrative and support services", "行政和辅助服务业"),
    "O": Text("Public administration and defence", "公共管理和国防"),
    "P": Text("Education", "教育"),
    "Q": Text("Health and social work", "卫生和社会工作"),
    "R": Text("Arts, entertainment and recreation", "艺术、娱乐和文娱业"),
    "S": Text("Other service activities", "其他服务业"),
    "T": Text("Households as employers", "家庭作为雇主的活动"),
    "AGRI_MIN_FOOD": Text("Agriculture, mining and food", "农业、采矿与食品"),
    "MANUF_EXFOOD": Text("Manufacturing excluding food", "制造业（不含食品）"),
    "UTILITIES": Text("Electricity, gas, water and waste", "电力、燃气、水与废物处理"),
    "CONSTRUCTION": Text("Construction", "建筑业"),
    "TRADE": Text("Wholesale and retail trade", "批发和零售业"),
    "TRANSPORT": Text("Transport, storage and post", "运输、仓储与邮政"),
    "ACCOM_ICT": Text("Accommodation, food service and ICT", "住宿餐饮与信息通信"),
    "FIN_REALESTATE": Text("Finance and real estate", "金融与房地产"),
    "PROF_ADMIN_PUBADM": Text("Professional, administrative and public services", "专业、行政与公共管理"),
    "EDU_HEALTH": Text("Education and health", "教育与卫生"),
    "ARTS_OTHER": Text("Arts, other services and households", "文娱、其他服务与家庭"),
}
"""Sector codes of the two tables: ISIC Rev. 4 sections (2019) and eleven groups (2020)."""

VARIABLES = (
    Variable(
        name="country",
        label=Text("Country", "国家（地区）"),
        unit=_CODE,
        definition=Text(
            "ISO 3166-1 three-letter code of the economy (XKX for Kosovo).",
            "经济体的 ISO 3166-1三位字母代码（科索沃为 XKX）。",
        ),
        dtype="string",
        categories=COUNTRY_CODES,
        source="country_codes",
        source_code="alpha-3",
    ),
    Variable(
        name="year",
        label=Text("Year", "年份"),
        unit=YEAR,
        definition=Text("Calendar year that the values describe.", "取值所属的公历年份。"),
        dtype="integer",
        lower=1700,
        upper=2100,
        source="derived",
        source_code="year",
    ),
    Variable(
        name="country_name_en",
        label=Text("Country name (English)", "国家（地区）英文名"),
        unit=_NAME,
        definition=Text("English name of the economy in Unicode CLDR.", "Unicode CLDR 中的英文名称。"),
        dtype="string",
        source="country_codes",
        source_code="territories/en",
    ),
    Variable(
        name="country_name_zh",
        label=Text("Country name (Chinese)", "国家（地区）中文名"),
        unit=_NAME,
        definition=Text("Chinese name of the economy in Unicode CLDR.", "Unicode CLDR 中的中文名称。"),
        dtype="string",
        source="country_codes",
        source_code="territories/zh",
    ),
    Variable(
        name="sector",
        label=Text("Sector", "部门"),
        unit=_CODE,
        definition=Text(
            "Sector of the input-output table: ISIC Rev. 4 section (A to T, table of 2019) or one of eleven groups (table of 2020).",
            "投入产出表部门：ISIC 第4版门类（A–T，2019年表）或11个部门组（2020年表）。",
        ),
        dtype="string",
        categories=tuple(SECTORS),
        source="derived",
        source_code="sectors of the table",
    ),
    Variable(
        name="table",
        label=Text("Input-output table", "投入产出表"),
        unit=_CODE,
        definition=Text(
            "Which table the row comes from; the two differ in year, countries and sectors and are separate cross-sections.",
            "该行所用的表；两表的年份、国家与部门均不同，是两个独立截面。",
        ),
        dtype="string",
        categories=tuple(TABLES),
        source="derived",
        source_code="name of the table",
    ),
    Variable(
        name="sector_name_en",
        label=Text("Sector name (English)", "部门英文名"),
        unit=_NAME,
        definition=Text("English name of the sector.", "部门的英文名称。"),
        dtype="string",
        source="derived",
        source_code="sector",
    ),
    Variable(
        name="sector_name_zh",
        label=Text("Sector name (Chinese)", "部门中文名"),
        unit=_NAME,
        definition=Text("Chinese name of the sector.", "部门的中文名称。"),
        dtype="string",
        source="derived",
        source_code="sector",
    ),
    Variable(
        name="manufacturing",
        label=Text("Manufacturing", "制造业"),
        unit=BINARY,
        definition=Text(
            "1 for manufacturing: section C in the table of 2019, manufacturing excluding food in the table of 2020.",
            "制造业取1：2019年表为 C 门类，2020年表为不含食品的制造业。",
        ),
        dtype="integer",
        lower=0,
        upper=1,
        source="derived",
        source_code="sector in {C, MANUF_EXFOOD}",
    ),
)
