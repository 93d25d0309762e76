"""Manufacturing, research and emissions in China's provinces and cities."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "industrial_firms", "Industrial firms", "规模以上工业企业单位数", "个",
        "Industrial enterprises above designated size.",
        "规模以上工业企业单位数。",
        "规模以上工业企业单位数",
    ),
    imported_variable(
        "industrial_revenue_100m_yuan", "Revenue of industrial firms", "规模以上工业企业营业收入", "亿元",
        "Revenue of industrial enterprises above designated size.",
        "规模以上工业企业营业收入（主营业务收入）。",
        "规模以上工业企业营业收入",
    ),
    imported_variable(
        "industrial_profit_100m_yuan", "Profit of industrial firms", "规模以上工业企业利润总额", "亿元",
        "Total profit of industrial enterprises above designated size.",
        "规模以上工业企业利润总额。",
        "规模以上工业企业利润总额", direction=1, lower=None,
    ),
    imported_variable(
        "manufacturing_revenue_100m_yuan", "Revenue of manufacturing", "制造业营业收入", "亿元",
        "Revenue of manufacturing enterprises above designated size.",
        "规模以上制造业企业营业收入。",
        "制造业营业收入",
    ),
    imported_variable(
        "manufacturing_employment_10k", "Employment in manufacturing", "制造业城镇单位就业人员", "万人",
        "Employment in urban units of manufacturing.",
        "制造业城镇单位就业人员数。",
        "制造业城镇单位就业人员",
    ),
    imported_variable(
        "hightech_firms", "High-technology firms", "高技术产业企业数", "个",
        "Enterprises of high-technology manufacturing.",
        "高技术产业（制造业）企业数。",
        "高技术产业企业数",
    ),
    imported_variable(
        "hightech_revenue_100m_yuan", "Revenue of high-technology manufacturing", "高技术产业营业收入", "亿元",
        "Revenue of high-technology manufacturing enterprises.",
        "高技术产业（制造业）营业收入（主营业务收入）。",
        "高技术产业主营业务收入", direction=1,
    ),
    imported_variable(
        "hightech_profit_100m_yuan", "Profit of high-technology manufacturing", "高技术产业利润总额", "亿元",
        "Total profit of high-technology manufacturing enterprises.",
        "高技术产业（制造业）利润总额。",
        "高技术产业利润总额", direction=1, lower=None,
    ),
    imported_variable(
        "new_product_revenue_100m_yuan", "New-product revenue", "新产品销售收入", "亿元",
        "Revenue from new products of industrial enterprises above designated size.",
        "规模以上工业企业新产品销售收入。",
        "新产品销售收入", direction=1,
    ),
    imported_variable(
        "export_delivery_100m_yuan", "Export delivery value", "出口交货值", "亿元",
        "Export delivery value of industrial enterprises above designated size.",
        "规模以上工业企业出口交货值。",
        "出口交货值",
    ),
    imported_variable(
        "rd_expenditure_100m_yuan", "R&D expenditure", "R&D经费内部支出", "亿元",
        "Intramural expenditure on research and experimental development.",
        "研究与试验发展（R&D）经费内部支出。",
        "R&D经费内部支出", direction=1, layer="technology",
    ),
    imported_variable(
        "rd_intensity_pct", "R&D intensity", "R&D经费投入强度", "%",
        "Expenditure on research and development as a percentage of gross regional product.",
        "R&D 经费占地区生产总值百分比。",
        "R&D经费投入强度", direction=1, layer="technology", upper=100,
    ),
    imported_variable(
        "rd_personnel_person_years", "R&D personnel", "R&D人员全时当量", "人年",
        "Full-time equivalent of research and development personnel.",
        "R&D 人员折合全时当量。",
        "R&D人员全时当量", direction=1, layer="technology",
    ),
    imported_variable(
        "industrial_rd_expenditure_100m_yuan", "R&D expenditure of industrial firms", "规模以上工业企业R&D经费", "亿元",
        "Research and development expenditure of industrial enterprises above designated size.",
        "规模以上工业企业 R&D 经费。",
        "规模以上工业企业R&D经费", direction=1, layer="technology",
    ),
    imported_variable(
        "patents_applied", "Patent applications", "专利申请受理数", "件",
        "Domestic patent applications accepted.",
        "国内专利申请受理量。",
        "专利申请受理量", direction=1, layer="technology",
    ),
    imported_variable(
        "patents_granted", "Patents granted", "专利授权数", "件",
        "Domestic patents granted.",
        "国内专利申请授权量。",
        "专利申请授权量", direction=1, layer="technology",
    ),
    imported_variable(
        "invention_patents_granted", "Invention patents granted", "发明专利授权数", "件",
        "Domestic invention patents granted.",
        "国内发明专利申请授权量。",
        "发明专利授权量", direction=1, layer="technology",
    ),
    imported_variable(
        "patents_in_force", "Patents in force", "有效专利数", "件",
        "Domestic patents in force.",
        "国内有效专利数。",
        "有效专利数", direction=1, layer="technology",
    ),
    imported_variable(
        "technology_market_100m_yuan", "Technology market turnover", "技术市场成交额", "亿元",
        "Value of contracts on the technology market.",
        "技术市场（合同）成交额。",
        "技术市场成交额", direction=1, layer="technology",
    ),
    imported_variable(
        "energy_intensity_tce_per_10k_yuan", "Energy intensity", "单位GDP能耗", "吨标准煤/万元",
        "Energy consumption per unit of output; state the price base in your text.",
        "单位产出能耗；价格基期请在文中说明。",
        "单位地区生产总值能耗", direction=-1,
    ),
    imported_variable(
        "industrial_so2_t", "Industrial sulphur dioxide", "工业二氧化硫排放量", "吨",
        "Emission of sulphur dioxide by industry.",
        "工业二氧化硫排放量。",
        "工业二氧化硫排放量", direction=-1,
    ),
    imported_variable(
        "industrial_wastewater_10k_t", "Industrial waste water", "工业废水排放量", "万吨",
        "Discharge of waste water by industry.",
        "工业废水排放量。",
        "工业废水排放量", direction=-1,
    ),
    imported_variable(
        "industrial_solid_waste_10k_t", "Industrial solid waste", "一般工业固体废物产生量", "万吨",
        "General industrial solid waste generated.",
        "一般工业固体废物产生量。",
        "一般工业固体废物产生量", direction=-1,
    ),
    imported_variable(
        "solid_waste_utilization_pct", "Use of industrial solid waste", "固体废物综合利用率", "%",
        "General industrial solid waste used, as a percentage of that generated.",
        "一般工业固体废物综合利用率。",
        "一般工业固体废物综合利用率", direction=1, upper=150,
    ),
    imported_variable(
        "co2_10k_t", "Carbon dioxide", "二氧化碳排放量", "万吨",
        "Emission of carbon dioxide.",
        "二氧化碳排放量。",
        "二氧化碳排放量", direction=-1,
    ),
)  # fmt: skip
