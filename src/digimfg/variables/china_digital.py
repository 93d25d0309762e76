"""Digital infrastructure and use in China's provinces and cities."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "broadband_subscribers_10k", "Fixed broadband subscribers", "互联网宽带接入用户", "万户",
        "Subscribers of fixed broadband at the end of the year.",
        "年末互联网宽带接入用户数。",
        "互联网宽带接入用户", direction=1, layer="technology",
    ),
    imported_variable(
        "broadband_subscribers_per_100", "Fixed broadband subscribers per 100 persons", "每百人互联网宽带接入用户", "户/百人",
        "Subscribers of fixed broadband per 100 residents.",
        "每百常住人口互联网宽带接入用户数。",
        "互联网宽带接入用户/常住人口", direction=1, layer="technology", upper=150,
    ),
    imported_variable(
        "internet_ports_10k", "Broadband access ports", "互联网宽带接入端口", "万个",
        "Ports for broadband access at the end of the year.",
        "年末互联网宽带接入端口数。",
        "互联网宽带接入端口", direction=1, layer="technology",
    ),
    imported_variable(
        "mobile_phones_10k", "Mobile telephones", "移动电话年末用户", "万部",
        "Mobile telephone subscribers at the end of the year.",
        "年末移动电话用户数。",
        "移动电话年末用户", direction=1, layer="technology",
    ),
    imported_variable(
        "mobile_phones_per_100", "Mobile telephones per 100 persons", "移动电话普及率", "部/百人",
        "Mobile telephone subscribers per 100 residents; above 100 where people hold several.",
        "每百常住人口移动电话用户数；一人多卡时可超过100。",
        "移动电话普及率", direction=1, layer="technology", upper=300,
    ),
    imported_variable(
        "mobile_internet_users_10k", "Mobile internet users", "移动互联网用户", "万户",
        "Subscribers of mobile internet at the end of the year.",
        "年末移动互联网用户数。",
        "移动互联网用户", direction=1, layer="technology",
    ),
    imported_variable(
        "base_stations_10k", "Mobile base stations", "移动电话基站", "万个",
        "Base stations of mobile telephony at the end of the year.",
        "年末移动电话基站数。",
        "移动电话基站", direction=1, layer="technology",
    ),
    imported_variable(
        "optical_cable_km", "Long-distance optical cable", "长途光缆线路长度", "公里",
        "Length of long-distance optical cable lines.",
        "长途光缆线路长度。",
        "长途光缆线路长度", direction=1, layer="technology",
    ),
    imported_variable(
        "domains_10k", "Domain names", "域名数", "万个",
        "Registered domain names at the end of the year.",
        "年末互联网域名数。",
        "域名数", direction=1, layer="technology",
    ),
    imported_variable(
        "web_pages_10k", "Web pages", "网页数", "万个",
        "Web pages at the end of the year.",
        "年末网页数。",
        "网页数", direction=1, layer="technology",
    ),
    imported_variable(
        "ipv4_share_pct", "Share of IPv4 addresses", "IPv4地址占比", "%",
        "IPv4 addresses as a percentage of the country's; partial by province.",
        "IPv4地址占全国百分比；分省数据不全。",
        "IPv4地址数占比", direction=1, layer="technology", upper=100,
    ),
    imported_variable(
        "telecom_services_100m_yuan", "Volume of telecommunication services", "电信业务总量", "亿元",
        "Volume at constant prices whose base changes (2000, 2010, 2015, 2020): years across a change of base do not compare.",
        "按不变单价计算的业务总量，基期变更（2000、2010、2015、2020年），跨基期不可比。",
        "电信业务总量", direction=1, layer="technology",
    ),
    imported_variable(
        "telecom_services_per_capita_yuan", "Telecommunication services per person", "人均电信业务总量", "元/人",
        "Volume of telecommunication services per resident; the same changes of base.",
        "电信业务总量除以常住人口；基期变更同上。",
        "电信业务总量/常住人口", direction=1, layer="technology",
    ),
    imported_variable(
        "telecom_revenue_100m_yuan", "Revenue of telecommunication services", "电信业务收入", "亿元",
        "Revenue of telecommunication services, comparable over years.",
        "电信业务收入，各年可比。",
        "电信业务收入", direction=1, layer="technology",
    ),
    imported_variable(
        "it_employment_10k", "Employment in information services", "信息传输、软件和信息技术服务业城镇单位就业人员", "万人",
        "Employment in urban units of information transmission, software and information technology services.",
        "信息传输、软件和信息技术服务业城镇单位就业人员数。",
        "信息传输、软件和信息技术服务业城镇单位就业人员", direction=1, layer="technology",
    ),
    imported_variable(
        "it_employment_share_pct", "Employment share of information services", "信息服务业从业人员占比", "%",
        "Employment in information services as a percentage of employment in urban units.",
        "信息传输、软件和信息技术服务业占城镇单位就业人员百分比。",
        "信息服务业从业人员占比", direction=1, layer="technology", upper=100,
    ),
    imported_variable(
        "software_revenue_100m_yuan", "Software revenue", "软件业务收入", "亿元",
        "Revenue of software and information technology services.",
        "软件和信息技术服务业软件业务收入。",
        "软件业务收入", direction=1, layer="technology",
    ),
    imported_variable(
        "ecommerce_sales_100m_yuan", "E-commerce sales", "电子商务销售额", "亿元",
        "E-commerce sales of enterprises; from 2013.",
        "企业电子商务销售额；2013年起。",
        "电子商务销售额", direction=1, layer="technology",
    ),
    imported_variable(
        "ecommerce_purchases_100m_yuan", "E-commerce purchases", "电子商务采购额", "亿元",
        "E-commerce purchases of enterprises; from 2013.",
        "企业电子商务采购额；2013年起。",
        "电子商务采购额", direction=1, layer="technology",
    ),
    imported_variable(
        "ecommerce_firms_pct", "Firms with e-commerce", "有电子商务交易活动的企业比重", "%",
        "Enterprises with e-commerce as a percentage of all enterprises surveyed; from 2013.",
        "有电子商务交易活动的企业占比；2013年起。",
        "有电子商务交易活动的企业比重", direction=1, layer="technology", upper=100,
    ),
    imported_variable(
        "websites_per_100_firms", "Websites per 100 firms", "每百家企业拥有网站数", "个/百家",
        "Websites per 100 enterprises; from 2013.",
        "每百家企业拥有网站数；2013年起。",
        "每百家企业拥有网站数", direction=1, layer="technology",
    ),
    imported_variable(
        "computers_per_100_employees", "Computers per 100 persons", "每百人使用计算机数", "台/百人",
        "Computers used per 100 persons employed; from 2013.",
        "每百人使用计算机台数；2013年起。",
        "每百人使用计算机数", direction=1, layer="technology",
    ),
    imported_variable(
        "express_parcels_10k", "Express parcels", "快递业务量", "万件",
        "Express parcels handled in the year.",
        "全年快递业务量。",
        "快递业务量", direction=1, layer="technology",
    ),
    imported_variable(
        "online_retail_100m_yuan", "Online retail sales", "网上零售额", "亿元",
        "Online retail sales; from 2014.",
        "网上零售额；2014年起。",
        "网上零售额", direction=1, layer="technology",
    ),
    imported_variable(
        "digital_finance_index", "Digital inclusive finance index", "数字普惠金融指数", "指数",
        "Peking University index of digital inclusive finance, total.",
        "北京大学数字普惠金融指数，总指数。",
        "PKU-DFIIC index_aggregate", direction=1, layer="technology",
    ),
    imported_variable(
        "digital_finance_breadth_index", "Digital finance: breadth of coverage", "数字普惠金融覆盖广度", "指数",
        "Peking University index of digital inclusive finance, breadth of coverage.",
        "北京大学数字普惠金融指数，覆盖广度。",
        "PKU-DFIIC coverage_breadth", direction=1, layer="technology",
    ),
    imported_variable(
        "digital_finance_depth_index", "Digital finance: depth of use", "数字普惠金融使用深度", "指数",
        "Peking University index of digital inclusive finance, depth of use.",
        "北京大学数字普惠金融指数，使用深度。",
        "PKU-DFIIC usage_depth", direction=1, layer="technology",
    ),
    imported_variable(
        "digital_finance_digitization_index", "Digital finance: digitisation", "普惠金融数字化程度", "指数",
        "Peking University index of digital inclusive finance, level of digitisation.",
        "北京大学数字普惠金融指数，数字化程度。",
        "PKU-DFIIC digitization_level", direction=1, layer="technology",
    ),
)  # fmt: skip
