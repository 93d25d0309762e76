"""Telephones, networks, firms online and the size of the digital economy in China's provinces and cities."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "internet_users_10k", "Internet users", "互联网上网人数", "万人",
        "Internet users of 6 and more years.",
        "6周岁及以上互联网上网人数。",
        "互联网上网人数", direction=1, layer="technology",
    ),
    imported_variable(
        "internet_penetration_pct", "Internet penetration", "互联网普及率", "%",
        "Internet users as a percentage of the population.",
        "互联网上网人数占常住人口百分比。",
        "互联网普及率", direction=1, layer="technology", upper=100,
    ),
    imported_variable(
        "fixed_phones_10k", "Fixed telephones", "固定电话年末用户", "万户",
        "Fixed telephone subscribers at the end of the year.",
        "固定电话年末用户数。",
        "固定电话年末用户", layer="technology",
    ),
    imported_variable(
        "fixed_phones_per_100", "Fixed telephones per 100 persons", "固定电话普及率", "部/百人",
        "Fixed telephone subscribers per 100 residents.",
        "每百常住人口固定电话用户数。",
        "固定电话普及率", layer="technology", upper=150,
    ),
    imported_variable(
        "phones_per_100", "Telephones per 100 persons", "电话普及率", "部/百人",
        "Fixed and mobile telephones per 100 residents.",
        "每百常住人口固定与移动电话数。",
        "电话普及率（包括移动电话）", direction=1, layer="technology", upper=400,
    ),
    imported_variable(
        "total_optical_cable_km", "Optical cable", "光缆线路长度", "公里",
        "Length of all optical cable lines.",
        "光缆线路总长度。",
        "光缆线路长度", direction=1, layer="technology",
    ),
    imported_variable(
        "mobile_switch_capacity_10k", "Capacity of mobile exchanges", "移动电话交换机容量", "万户",
        "Capacity of mobile telephone exchanges.",
        "移动电话交换机容量。",
        "移动电话交换机容量", direction=1, layer="technology",
    ),
    imported_variable(
        "base_stations_5g_10k", "5G base stations", "5G基站数", "万个",
        "Base stations of the fifth generation at the end of the year.",
        "年末5G 基站数。",
        "5G基站数", direction=1, layer="technology",
    ),
    imported_variable(
        "mobile_data_100m_gb", "Mobile data", "移动互联网接入流量", "亿GB",
        "Traffic of mobile internet access.",
        "移动互联网接入流量。",
        "移动互联网接入流量", direction=1, layer="technology",
    ),
    imported_variable(
        "ipv4_addresses_10k", "IPv4 addresses", "IPv4地址数", "万个",
        "IPv4 addresses at the end of the year.",
        "年末 IPv4地址数。",
        "IPv4地址数", direction=1, layer="technology",
    ),
    imported_variable(
        "websites_10k", "Websites", "网站数", "万个",
        "Websites at the end of the year.",
        "年末网站数。",
        "网站数", direction=1, layer="technology",
    ),
    imported_variable(
        "rural_broadband_10k", "Rural broadband subscribers", "农村宽带接入用户", "万户",
        "Rural subscribers of fixed broadband at the end of the year.",
        "年末农村宽带接入用户数。",
        "农村宽带接入用户", direction=1, layer="technology",
    ),
    imported_variable(
        "cable_television_10k", "Subscribers of cable television", "有线广播电视用户数", "万户",
        "Subscribers of cable radio and television.",
        "有线广播电视实际用户数。",
        "有线广播电视用户数", layer="technology",
    ),
    imported_variable(
        "firm_computers_10k", "Computers in firms", "企业期末使用计算机数", "万台",
        "Computers used by enterprises at the end of the year; from 2013.",
        "企业期末使用计算机台数；2013年起。",
        "企业期末使用计算机数", direction=1, layer="technology",
    ),
    imported_variable(
        "firm_websites", "Websites of firms", "企业拥有网站数", "个",
        "Websites of enterprises; from 2013.",
        "企业拥有网站数；2013年起。",
        "企业拥有网站数", direction=1, layer="technology",
    ),
    imported_variable(
        "ecommerce_firms", "Firms with e-commerce, number", "有电子商务交易活动的企业数", "个",
        "Enterprises with e-commerce; from 2013.",
        "有电子商务交易活动的企业数；2013年起。",
        "有电子商务交易活动的企业数", direction=1, layer="technology",
    ),
    imported_variable(
        "express_revenue_100m_yuan", "Revenue of express services", "快递业务收入", "亿元",
        "Revenue of express services.",
        "快递业务收入。",
        "快递业务收入", direction=1, layer="technology",
    ),
    imported_variable(
        "online_goods_retail_100m_yuan", "Online retail sales of goods", "实物商品网上零售额", "亿元",
        "Online retail sales of goods; from 2014.",
        "实物商品网上零售额；2014年起。",
        "实物商品网上零售额", direction=1, layer="technology",
    ),
    imported_variable(
        "software_products_100m_yuan", "Revenue of software products", "软件产品收入", "亿元",
        "Revenue of software products.",
        "软件产品收入。",
        "软件产品收入", direction=1, layer="technology",
    ),
    imported_variable(
        "it_services_100m_yuan", "Revenue of information technology services", "信息技术服务收入", "亿元",
        "Revenue of information technology services.",
        "信息技术服务收入。",
        "信息技术服务收入", direction=1, layer="technology",
    ),
    imported_variable(
        "electronics_revenue_100m_yuan", "Revenue of electronics manufacturing", "电子信息制造业营业收入", "亿元",
        "Revenue of enterprises that make computers, communication and other electronic equipment.",
        "计算机、通信和其他电子设备制造业营业收入。",
        "电子信息制造业营业收入", direction=1, layer="technology",
    ),
    imported_variable(
        "digital_economy_100m_yuan", "Digital economy", "数字经济规模", "亿元",
        "Size of the digital economy as its publisher defines it; definitions differ.",
        "数字经济增加值规模，按发布机构口径；各机构口径不同。",
        "数字经济规模", direction=1, layer="technology",
    ),
    imported_variable(
        "digital_economy_gdp_pct", "Digital economy over GDP", "数字经济占GDP比重", "%",
        "Digital economy as a percentage of gross regional product, as its publisher defines it.",
        "数字经济增加值占地区生产总值百分比，按发布机构口径。",
        "数字经济占GDP比重", direction=1, layer="technology", upper=100,
    ),
    imported_variable(
        "digital_core_value_added_100m_yuan", "Value added of core industries of the digital economy", "数字经济核心产业增加值", "亿元",
        "Value added of the core industries of the digital economy, NBS classification of 2021.",
        "数字经济核心产业增加值，国家统计局2021年分类。",
        "数字经济核心产业增加值", direction=1, layer="technology",
    ),
    imported_variable(
        "digital_economy_index", "Digital economy index", "数字经济指数", "指数",
        "Index of the digital economy as its publisher or the author defines it.",
        "数字经济（发展）指数，按发布机构或作者口径。",
        "数字经济发展指数", direction=1, layer="technology", lower=None,
    ),
    imported_variable(
        "robots_per_10k", "Robots per 10,000 employees", "工业机器人安装密度", "台/万人",
        "Industrial robots per 10,000 persons employed, as the source computes them.",
        "每万名就业人员工业机器人数，按来源计算方法。",
        "机器人安装密度", direction=1, layer="technology",
    ),
    imported_variable(
        "iptv_users_10k", "IPTV subscribers", "IPTV用户数", "万户",
        "Subscribers of internet protocol television at the end of the year.",
        "年末 IPTV（网络电视）用户数。",
        "IPTV用户", direction=1, layer="technology",
    ),
    imported_variable(
        "iot_terminals_10k", "Terminals of the internet of things", "物联网终端用户数", "万户",
        "Terminals of the mobile internet of things at the end of the year.",
        "年末移动物联网终端用户数。",
        "物联网终端用户", direction=1, layer="technology",
    ),
)  # fmt: skip
