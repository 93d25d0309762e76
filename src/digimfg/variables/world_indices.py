"""Indices of e-government and of industrial performance, present once they are fetched."""

from __future__ import annotations

from digimfg.text import Text
from digimfg.variables import Variable

__all__ = ["VARIABLES"]

_INDEX = Text("index, 0-1", "指数，0–1")

VARIABLES = (
    Variable(
        name="egovernment_index",
        label=Text("E-Government Development Index", "电子政务发展指数"),
        unit=_INDEX,
        definition=Text(
            "Mean of online services, telecommunication infrastructure and human capital, each normalised among the "
            "countries of a survey (UN DESA). Survey years only: 2003-2005, 2008, then every second year.",
            "在线服务、电信基础设施与人力资本三项指数的均值，各项在当次调查的国家间标准化（联合国经社部）。"
            "仅有调查年份：2003–2005、2008年，其后每两年一次。",
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="institution",
        source="un_egovernment",
        source_code="UN_EGDI_EGDI",
    ),
    Variable(
        name="online_service_index",
        label=Text("Online Service Index", "在线服务指数"),
        unit=_INDEX,
        definition=Text(
            "Scope and quality of a government's online services, normalised among the countries of a survey (UN DESA). "
            "Survey years only.",
            "政府在线服务的范围与质量，在当次调查的国家间标准化（联合国经社部）。仅有调查年份。",
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="institution",
        source="un_egovernment",
        source_code="UN_EGDI_OSI",
    ),
    Variable(
        name="competitive_industrial_performance",
        label=Text("Competitive industrial performance", "工业竞争力绩效指数"),
        unit=_INDEX,
        definition=Text(
            "UNIDO's index of the capacity to produce and export manufactures, of technological deepening and of impact on "
            "the world; a geometric mean of normalised indicators.",
            "工发组织指数：制成品生产与出口能力、技术深化与升级、世界影响力；为标准化指标的几何平均。",
        ),
        lower=0,
        upper=1,
        direction=1,
        layer="structure",
        source="unido_cip",
        source_code="cip",
    ),
)
