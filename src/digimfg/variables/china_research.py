"""Research, patents and high technology in China's provinces and cities."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "industrial_rd_personnel_person_years", "R&D personnel of industrial firms", "规模以上工业企业R&D人员全时当量", "人年",
        "Full-time equivalent of research personnel of industrial enterprises above designated size.",
        "规模以上工业企业 R&D 人员折合全时当量。",
        "规模以上工业企业R&D人员全时当量", direction=1, layer="technology",
    ),
    imported_variable(
        "industrial_rd_projects", "R&D projects of industrial firms", "规模以上工业企业R&D项目数", "项",
        "Research projects of industrial enterprises above designated size.",
        "规模以上工业企业 R&D 项目数。",
        "规模以上工业企业R&D项目数", direction=1, layer="technology",
    ),
    imported_variable(
        "industrial_patents_applied", "Patent applications of industrial firms", "规模以上工业企业专利申请数", "件",
        "Patent applications of industrial enterprises above designated size.",
        "规模以上工业企业专利申请数。",
        "规模以上工业企业专利申请数", direction=1, layer="technology",
    ),
    imported_variable(
        "industrial_invention_patents_applied", "Invention patent applications of industrial firms", "规模以上工业企业发明专利申请数", "件",
        "Invention patent applications of industrial enterprises above designated size.",
        "规模以上工业企业发明专利申请数。",
        "规模以上工业企业发明专利申请数", direction=1, layer="technology",
    ),
    imported_variable(
        "industrial_patents_in_force", "Invention patents in force of industrial firms", "规模以上工业企业有效发明专利数", "件",
        "Invention patents in force of industrial enterprises above designated size.",
        "规模以上工业企业有效发明专利数。",
        "规模以上工业企业有效发明专利数", direction=1, layer="technology",
    ),
    imported_variable(
        "new_product_development_100m_yuan", "Expenditure on new products", "新产品开发经费支出", "亿元",
        "Expenditure of industrial enterprises above designated size on developing new products.",
        "规模以上工业企业新产品开发经费支出。",
        "规模以上工业企业开发新产品经费", direction=1, layer="technology",
    ),
    imported_variable(
        "new_product_projects", "New-product projects", "新产品开发项目数", "项",
        "Projects of industrial enterprises above designated size to develop new products.",
        "规模以上工业企业新产品开发项目数。",
        "规模以上工业企业新产品项目数", direction=1, layer="technology",
    ),
    imported_variable(
        "technical_renovation_100m_yuan", "Expenditure on technical renovation", "技术改造经费支出", "亿元",
        "Expenditure of industrial enterprises above designated size on technical renovation.",
        "规模以上工业企业技术改造经费支出。",
        "技术改造经费支出", direction=1, layer="technology",
    ),
    imported_variable(
        "technology_imports_100m_yuan", "Expenditure on imported technology", "引进技术经费支出", "亿元",
        "Expenditure of industrial enterprises above designated size on imported technology.",
        "规模以上工业企业引进国外技术经费支出。",
        "引进技术经费支出", layer="technology",
    ),
    imported_variable(
        "rd_personnel_headcount", "R&D personnel, headcount", "R&D人员", "人",
        "Persons engaged in research and development.",
        "从事 R&D 活动的人员数。",
        "R&D人员", direction=1, layer="technology",
    ),
    imported_variable(
        "basic_research_100m_yuan", "Basic research", "基础研究经费", "亿元",
        "Expenditure on basic research.",
        "R&D 经费内部支出中的基础研究支出。",
        "基础研究经费支出", direction=1, layer="technology",
    ),
    imported_variable(
        "invention_patents_applied", "Invention patent applications", "发明专利申请数", "件",
        "Domestic invention patent applications accepted.",
        "国内发明专利申请受理量。",
        "发明专利申请受理量", direction=1, layer="technology",
    ),
    imported_variable(
        "utility_models_granted", "Utility models granted", "实用新型专利授权数", "件",
        "Domestic utility models granted.",
        "国内实用新型专利申请授权量。",
        "实用新型专利授权量", direction=1, layer="technology",
    ),
    imported_variable(
        "design_patents_granted", "Design patents granted", "外观设计专利授权数", "件",
        "Domestic design patents granted.",
        "国内外观设计专利申请授权量。",
        "外观设计专利授权量", direction=1, layer="technology",
    ),
    imported_variable(
        "invention_patents_in_force", "Invention patents in force", "有效发明专利数", "件",
        "Domestic invention patents in force.",
        "国内有效发明专利数。",
        "有效发明专利数", direction=1, layer="technology",
    ),
    imported_variable(
        "invention_patents_per_10k", "Invention patents per 10,000 persons", "每万人口发明专利拥有量", "件/万人",
        "Invention patents in force per 10,000 persons.",
        "每万人口有效发明专利数。",
        "每万人口发明专利拥有量", direction=1, layer="technology",
    ),
    imported_variable(
        "hightech_employment", "Employees of high-technology manufacturing", "高技术产业从业人员平均人数", "人",
        "Average number of employees of high-technology manufacturing.",
        "高技术产业（制造业）平均用工人数。",
        "高技术产业从业人员平均人数", layer="technology",
    ),
    imported_variable(
        "hightech_rd_expenditure_100m_yuan", "R&D expenditure of high-technology manufacturing", "高技术产业R&D经费内部支出", "亿元",
        "Intramural research expenditure of high-technology manufacturing.",
        "高技术产业（制造业）R&D 经费内部支出。",
        "高技术产业R&D经费内部支出", direction=1, layer="technology",
    ),
    imported_variable(
        "hightech_new_product_revenue_100m_yuan", "New-product revenue of high-technology manufacturing", "高技术产业新产品销售收入", "亿元",
        "Revenue from new products of high-technology manufacturing.",
        "高技术产业（制造业）新产品销售收入。",
        "高技术产业新产品销售收入", direction=1, layer="technology",
    ),
    imported_variable(
        "new_product_output_100m_yuan", "Output of new products", "新产品产值", "亿元",
        "Output of new products of industrial enterprises above designated size.",
        "规模以上工业企业新产品产值。",
        "新产品产值", direction=1, layer="technology",
    ),
    imported_variable(
        "hightech_certified_firms", "Certified high and new technology firms", "高新技术企业数", "个",
        "Firms certified as high and new technology enterprises.",
        "经认定的高新技术企业数。",
        "高新技术企业数", direction=1, layer="technology",
    ),
)  # fmt: skip
