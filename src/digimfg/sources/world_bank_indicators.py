"""Indicators of the World Bank that the panel takes, the databases they are in, and codes that were
archived.
"""

from __future__ import annotations

from digimfg.text import Text

__all__ = ["DATABASES", "INDICATORS", "LEGACY_COUNTRIES", "RENAMED"]

INDICATORS = {
    "IT.NET.USER.ZS": "internet_users_pct",
    "IT.NET.BBND.P2": "fixed_broadband_per_100",
    "IT.CEL.SETS.P2": "mobile_subscriptions_per_100",
    "IT.MLT.MAIN.P2": "fixed_telephones_per_100",
    "IT.NET.SECR.P6": "secure_servers_per_million",
    "BX.GSR.CCIS.ZS": "ict_service_exports_pct",
    "BX.GSR.CCIS.CD": "ict_service_exports_usd",
    "BX.GSR.CMCP.ZS": "communications_exports_pct",
    "TX.VAL.ICTG.ZS.UN": "ict_goods_exports_pct",
    "TM.VAL.ICTG.ZS.UN": "ict_goods_imports_pct",
    "GB.XPD.RSDV.GD.ZS": "research_spending_gdp_pct",
    "SP.POP.SCIE.RD.P6": "researchers_per_million",
    "IP.PAT.RESD": "patents_residents",
    "IP.PAT.NRES": "patents_nonresidents",
    "IP.JRN.ARTC.SC": "scientific_articles",
    "BX.GSR.ROYL.CD": "intellectual_property_receipts_usd",
    "BM.GSR.ROYL.CD": "intellectual_property_payments_usd",
    "NV.IND.MANF.ZS": "manufacturing_gdp_pct",
    "NV.IND.MANF.KD": "manufacturing_value_added_usd2015",
    "NV.IND.MANF.KD.ZG": "manufacturing_growth_pct",
    "NV.MNF.TECH.ZS.UN": "medium_high_tech_value_added_pct",
    "TX.MNF.TECH.ZS.UN": "medium_high_tech_exports_pct",
    "TX.VAL.TECH.MF.ZS": "high_tech_exports_pct",
    "TX.VAL.MANF.ZS.UN": "manufactures_exports_pct",
    "NV.MNF.MTRN.ZS.UN": "machinery_manufacturing_pct",
    "NV.MNF.CHEM.ZS.UN": "chemicals_manufacturing_pct",
    "NV.MNF.FBTO.ZS.UN": "food_manufacturing_pct",
    "NV.MNF.TXTL.ZS.UN": "textiles_manufacturing_pct",
    "NV.MNF.OTHR.ZS.UN": "other_manufacturing_pct",
    "NV.IND.EMPL.KD": "industry_value_added_per_worker_usd2015",
    "SL.GDP.PCAP.EM.KD": "gdp_per_worker_ppp2021",
    "NV.AGR.TOTL.ZS": "agriculture_gdp_pct",
    "NV.IND.TOTL.ZS": "industry_gdp_pct",
    "NV.SRV.TOTL.ZS": "services_gdp_pct",
    "SL.AGR.EMPL.ZS": "agriculture_employment_pct",
    "SL.IND.EMPL.ZS": "industry_employment_pct",
    "SL.SRV.EMPL.ZS": "services_employment_pct",
    "SP.POP.TOTL": "population",
    "NY.GDP.MKTP.CD": "gdp_usd",
    "NY.GDP.MKTP.KD": "gdp_usd2015",
    "NY.GDP.PCAP.KD": "gdp_per_capita_usd2015",
    "NY.GDP.PCAP.PP.KD": "gdp_per_capita_ppp2021",
    "BX.GSR.MRCH.CD": "goods_exports_usd",
    "BM.GSR.MRCH.CD": "goods_imports_usd",
    "NE.TRD.GNFS.ZS": "trade_gdp_pct",
    "BX.KLT.DINV.WD.GD.ZS": "foreign_investment_gdp_pct",
    "NE.GDI.FTOT.ZS": "fixed_investment_gdp_pct",
    "FS.AST.PRVT.GD.ZS": "private_credit_gdp_pct",
    "FD.AST.PRVT.GD.ZS": "bank_credit_gdp_pct",
    "SP.URB.TOTL.IN.ZS": "urban_population_pct",
    "SE.TER.ENRR": "tertiary_enrolment_pct",
    "SE.SEC.ENRR": "secondary_enrolment_pct",
    "SE.XPD.TOTL.GD.ZS": "education_spending_gdp_pct",
    "GOV_WGI_GE.EST": "government_effectiveness",
    "GOV_WGI_RQ.EST": "regulatory_quality",
    "GOV_WGI_RL.EST": "rule_of_law",
    "GOV_WGI_CC.EST": "control_of_corruption",
    "GOV_WGI_VA.EST": "voice_and_accountability",
    "GOV_WGI_PV.EST": "political_stability",
    "LP.LPI.OVRL.XQ": "logistics_performance",
    "IC.REG.DURS": "business_start_days",
    "EN.GHG.CO2.PC.CE.AR5": "co2_per_capita_tonnes",
    "EN.GHG.CO2.IC.MT.CE.AR5": "industrial_co2_million_tonnes",
    "EG.GDP.PUSE.KO.PP.KD": "energy_productivity_ppp2021",
    "HD.HCI.OVRL": "human_capital_index",
}
"""Code → column of the world panel."""

DATABASES = {code: "3" for code in INDICATORS if code.startswith("GOV_WGI_")}
"""Code → database (the API's ``source``) where it is not the World Development Indicators (2)."""

_GOVERNANCE = Text(
    "the governance indicators have new codes since the edition of 2025, whose method differs from "
    "earlier editions",
    "治理指标自2025年版起启用新代码，其方法与以往版本不同",
)
_SAME_CONCEPT = Text(
    "emissions are now those of the EDGAR database, without land use",
    "排放量现取自 EDGAR 数据库，不含土地利用",
)

RENAMED = {
    **{f"{code}.EST": (f"GOV_WGI_{code}.EST", _GOVERNANCE) for code in ("GE", "RQ", "RL", "CC", "VA", "PV")},
    "EN.ATM.CO2E.PC": ("EN.GHG.CO2.PC.CE.AR5", _SAME_CONCEPT),
    "EN.ATM.CO2E.KT": (
        "EN.GHG.CO2.MT.CE.AR5",
        Text(
            "million tonnes where there were thousand tonnes; " + _SAME_CONCEPT.en,
            "单位由千吨改为百万吨；" + _SAME_CONCEPT.zh,
        ),
    ),
    "EN.CO2.MANF.ZS": (
        "EN.GHG.CO2.IC.MT.CE.AR5",
        Text(
            "another quantity: million tonnes from industrial combustion where there was a percentage "
            "of all fuel combustion",
            "指标含义不同：由占燃料燃烧总排放的百分比改为工业燃烧排放量（百万吨）",
        ),
    ),
}
"""Archived code → (successor, what changed)."""

LEGACY_COUNTRIES = {"ADO": "AND", "KSV": "XKX", "ROM": "ROU", "TMP": "TLS", "WBG": "PSE", "ZAR": "COD"}
"""The World Bank's older country codes, which some of its databases still use."""
