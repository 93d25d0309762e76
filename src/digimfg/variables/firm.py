"""Accounts of firms: what annual reports state."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "total_assets_yuan", "Total assets", "资产总计", "元",
        "Total assets at the end of or in the year, as reported.",
        "资产总计，年报合并报表数。",
        "资产总计",
    ),
    imported_variable(
        "total_liabilities_yuan", "Total liabilities", "负债合计", "元",
        "Total liabilities at the end of or in the year, as reported.",
        "负债合计，年报合并报表数。",
        "负债合计",
    ),
    imported_variable(
        "fixed_assets_yuan", "Fixed assets, net", "固定资产净额", "元",
        "Fixed assets, net at the end of or in the year, as reported.",
        "固定资产净额，年报合并报表数。",
        "固定资产净额",
    ),
    imported_variable(
        "intangible_assets_yuan", "Intangible assets, net", "无形资产净额", "元",
        "Intangible assets, net at the end of or in the year, as reported.",
        "无形资产净额，年报合并报表数。",
        "无形资产净额",
    ),
    imported_variable(
        "digital_intangible_assets_yuan", "Digital intangible assets", "数字化无形资产", "元",
        "Intangible assets that are software, networks, clients or platforms by the notes of the report.",
        "附注中属软件、网络、客户端、平台等的无形资产。",
        "无形资产附注", direction=1, layer="technology",
    ),
    imported_variable(
        "revenue_yuan", "Revenue", "营业收入", "元",
        "Revenue at the end of or in the year, as reported.",
        "营业收入，年报合并报表数。",
        "营业收入", direction=1, lower=None,
    ),
    imported_variable(
        "operating_costs_yuan", "Operating costs", "营业成本", "元",
        "Operating costs at the end of or in the year, as reported.",
        "营业成本，年报合并报表数。",
        "营业成本", lower=None,
    ),
    imported_variable(
        "operating_profit_yuan", "Operating profit", "营业利润", "元",
        "Operating profit at the end of or in the year, as reported.",
        "营业利润，年报合并报表数。",
        "营业利润", direction=1, lower=None,
    ),
    imported_variable(
        "net_profit_yuan", "Net profit", "净利润", "元",
        "Net profit at the end of or in the year, as reported.",
        "净利润，年报合并报表数。",
        "净利润", direction=1, lower=None,
    ),
    imported_variable(
        "value_added_yuan", "Value added", "工业增加值（企业）", "元",
        "Value added: operating profit, taxes, depreciation and pay, or as reported.",
        "增加值：营业利润、税金、折旧与薪酬之和，或企业填报数。",
        "增加值", direction=1, lower=None,
    ),
    imported_variable(
        "depreciation_yuan", "Depreciation", "折旧", "元",
        "Depreciation at the end of or in the year, as reported.",
        "折旧，年报合并报表数。",
        "折旧",
    ),
    imported_variable(
        "taxes_yuan", "Taxes paid", "支付的各项税费", "元",
        "Taxes paid at the end of or in the year, as reported.",
        "支付的各项税费，年报合并报表数。",
        "支付的各项税费", lower=None,
    ),
    imported_variable(
        "pay_yuan", "Pay to employees", "支付给职工以及为职工支付的现金", "元",
        "Pay to employees at the end of or in the year, as reported.",
        "支付给职工以及为职工支付的现金，年报合并报表数。",
        "支付给职工以及为职工支付的现金",
    ),
    imported_variable(
        "material_purchases_yuan", "Cash paid for goods and services", "购买商品、接受劳务支付的现金", "元",
        "Cash paid for goods and services at the end of or in the year, as reported.",
        "购买商品、接受劳务支付的现金，年报合并报表数。",
        "购买商品、接受劳务支付的现金", lower=None,
    ),
    imported_variable(
        "capital_expenditure_yuan", "Cash paid for long-term assets", "购建固定资产、无形资产和其他长期资产支付的现金", "元",
        "Cash paid for long-term assets at the end of or in the year, as reported.",
        "购建固定资产、无形资产和其他长期资产支付的现金，年报合并报表数。",
        "购建固定资产、无形资产和其他长期资产支付的现金", lower=None,
    ),
    imported_variable(
        "firm_rd_expenditure_yuan", "R&D expenditure of the firm", "企业研发支出", "元",
        "R&D expenditure of the firm at the end of or in the year, as reported.",
        "企业研发支出，年报合并报表数。",
        "企业研发支出", direction=1, layer="technology",
    ),
    imported_variable(
        "subsidies_yuan", "Government subsidies", "政府补助", "元",
        "Government subsidies at the end of or in the year, as reported.",
        "政府补助，年报合并报表数。",
        "政府补助", lower=None,
    ),
    imported_variable(
        "employees", "Employees", "员工人数", "人",
        "Employees at the end of or in the year, as reported.",
        "员工人数，年报合并报表数。",
        "员工人数",
    ),
    imported_variable(
        "debt_asset_ratio", "Liabilities over assets", "资产负债率", "比率",
        "Total liabilities over total assets; above 1 where equity is negative.",
        "负债合计与资产总计之比；资不抵债时大于1。",
        "资产负债率",
    ),
    imported_variable(
        "return_on_assets_ratio", "Return on assets", "总资产净利润率", "比率",
        "Net profit over total assets.",
        "净利润与资产总计之比。",
        "ROA", direction=1, lower=None,
    ),
    imported_variable(
        "tobin_q_ratio", "Tobin's q", "托宾Q值", "比率",
        "Market value over replacement cost, as the source defines it.",
        "市场价值与重置成本之比，按来源定义。",
        "TobinQ", direction=1,
    ),
    imported_variable(
        "top_shareholder_pct", "Share of the largest shareholder", "第一大股东持股比例", "%",
        "Shares held by the largest shareholder as a percentage.",
        "第一大股东持股百分比。",
        "Top1", layer="institution", upper=100,
    ),
    imported_variable(
        "listing_year", "Year of listing", "上市年份", "年",
        "Year in which the firm's shares were listed.",
        "股票上市年份。",
        "上市年份", layer="institution", lower=1980, upper=2100,
    ),
    imported_variable(
        "founding_year", "Year of foundation", "成立年份", "年",
        "Year in which the firm was founded.",
        "企业成立年份。",
        "成立年份", layer="institution", lower=1800, upper=2100,
    ),
    imported_variable(
        "state_owned", "State-owned", "国有企业", "0/1",
        "1 for firms controlled by the state.",
        "国有控股企业取1。",
        "SOE", layer="institution", upper=1,
    ),
    imported_variable(
        "equity_yuan", "Equity", "所有者权益合计", "元",
        "Owners' equity at the end of the year, as reported; below zero where debts exceed assets.",
        "所有者权益合计，年报合并报表数；资不抵债时为负。",
        "所有者权益合计", lower=None,
    ),
    imported_variable(
        "taxes_and_surcharges_yuan", "Taxes and surcharges", "税金及附加", "元",
        "Taxes and surcharges of the income statement (business tax too until 2016), as reported.",
        "利润表的税金及附加（2016年以前为营业税金及附加），年报合并报表数。",
        "税金及附加", lower=None,
    ),
    imported_variable(
        "selling_expenses_yuan", "Selling expenses", "销售费用", "元",
        "Selling expenses of the income statement, as reported.",
        "销售费用，年报合并报表数。",
        "销售费用", lower=None,
    ),
    imported_variable(
        "administrative_expenses_yuan", "Administrative expenses", "管理费用", "元",
        "Administrative expenses of the income statement; those for research are in it before 2018.",
        "管理费用，年报合并报表数；2018年以前含研发费用。",
        "管理费用", lower=None,
    ),
    imported_variable(
        "rd_expenses_yuan", "R&D expenses", "研发费用", "元",
        "R&D expenses of the income statement, stated since 2018, as reported.",
        "利润表的研发费用（2018年起单列），年报合并报表数。",
        "研发费用", layer="technology", lower=None,
    ),
    imported_variable(
        "financial_expenses_yuan", "Financial expenses", "财务费用", "元",
        "Financial expenses of the income statement, below zero for net income, as reported.",
        "财务费用，净收益为负，年报合并报表数。",
        "财务费用", lower=None,
    ),
    imported_variable(
        "amortization_yuan", "Amortization of intangible assets", "无形资产摊销", "元",
        "Amortization of intangible assets by the notes to the cash flow statement, as reported.",
        "无形资产摊销，现金流量表补充资料。",
        "无形资产摊销", lower=None,
    ),
    imported_variable(
        "deferred_amortization_yuan", "Amortization of deferred expenses", "长期待摊费用摊销", "元",
        "Amortization of long-term deferred expenses by the notes to the cash flow statement, as reported.",
        "长期待摊费用摊销，现金流量表补充资料。",
        "长期待摊费用摊销", lower=None,
    ),
    imported_variable(
        "tax_refunds_yuan", "Tax refunds", "收到的税费返还", "元",
        "Tax refunds received, as reported.",
        "收到的税费返还，年报合并报表数。",
        "收到的税费返还", lower=None,
    ),
    imported_variable(
        "delisting_year", "Year of delisting", "退市年份", "年",
        "Year in which the firm's shares were delisted.",
        "股票终止上市年份。",
        "退市年份", layer="institution", lower=1980, upper=2100,
    ),
    imported_variable(
        "special_treatment", "Special treatment (ST)", "ST", "0/1",
        "1 where the exchange marks the share ST, *ST or PT.",
        "被实施 ST、*ST 或 PT 的取1。",
        "ST", layer="institution", upper=1,
    ),
)  # fmt: skip
