"""Keys of the Chinese panels and of the firm panel: province, city, firm, industry."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import Variable
from digimfg.variables.china_places import CITY_CODES, PROVINCE_CODES
from digimfg.variables.industries import INDUSTRY_CODES

__all__ = ["VARIABLES"]

_CODE = Text("code", "代码")
_NAME = Text("name", "名称")

VARIABLES = (
    Variable(
        name="province",
        label=Text("Province", "省份"),
        unit=_CODE,
        definition=Text(
            "GB/T 2260 six-digit code of the provincial unit, one of 31.",
            "GB/T 2260六位省级行政区划代码，共31个。",
        ),
        dtype="string",
        categories=PROVINCE_CODES,
        source="imported",
        source_code="GB/T 2260",
    ),
    Variable(
        name="province_name_zh",
        label=Text("Province name (Chinese)", "省份名称"),
        unit=_NAME,
        definition=Text("Short Chinese name of the province.", "省份的中文简称。"),
        dtype="string",
        source="derived",
        source_code="province",
    ),
    Variable(
        name="province_name_en",
        label=Text("Province name (English)", "省份英文名"),
        unit=_NAME,
        definition=Text("English name of the province.", "省份的英文名称。"),
        dtype="string",
        source="derived",
        source_code="province",
    ),
    Variable(
        name="city",
        label=Text("City", "城市"),
        unit=_CODE,
        definition=Text(
            "GB/T 2260 six-digit code of the prefecture, the municipality or the county run by a province.",
            "GB/T 2260六位代码：地级行政区、直辖市或省直辖县级行政区。",
        ),
        dtype="string",
        categories=CITY_CODES,
        source="imported",
        source_code="GB/T 2260",
    ),
    Variable(
        name="city_name_zh",
        label=Text("City name (Chinese)", "城市名称"),
        unit=_NAME,
        definition=Text("Full Chinese name of the city today.", "城市现行中文全称。"),
        dtype="string",
        source="derived",
        source_code="city",
    ),
    Variable(
        name="firm",
        label=Text("Firm", "企业"),
        unit=_CODE,
        definition=Text(
            "Identifier of the firm as text; a stock code has six digits, leading zeros kept.",
            "企业标识（文本）；股票代码为六位，保留前导零。",
        ),
        dtype="string",
        source="imported",
        source_code="stock code",
    ),
    Variable(
        name="firm_name",
        label=Text("Firm name", "企业名称"),
        unit=_NAME,
        definition=Text("Name of the firm in the source.", "来源文件中的企业名称。"),
        dtype="string",
        source="imported",
        source_code="name",
    ),
    Variable(
        name="industry",
        label=Text("Industry", "行业"),
        unit=_CODE,
        definition=Text(
            "Two-digit industry with its section letter, CSRC 2012 and GB/T 4754 (C13 to C43 are manufacturing).",
            "行业门类字母加两位数代码，证监会2012版与 GB/T 4754（C13–C43为制造业）。",
        ),
        dtype="string",
        categories=INDUSTRY_CODES,
        layer="structure",
        source="imported",
        source_code="CSRC 2012, GB/T 4754",
    ),
)
