"""Transport, post and cities' works in China's provinces and cities."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "railway_km", "Railways", "铁路营业里程", "公里",
        "Length of railways in operation.",
        "铁路营业里程。",
        "铁路营业里程", direction=1,
    ),
    imported_variable(
        "highway_km", "Roads", "公路里程", "公里",
        "Length of roads.",
        "公路里程。",
        "公路里程", direction=1,
    ),
    imported_variable(
        "expressway_km", "Expressways", "高速公路里程", "公里",
        "Length of expressways.",
        "高速公路（等级公路）里程。",
        "高速等级路公路里程", direction=1,
    ),
    imported_variable(
        "waterway_km", "Navigable inland waterways", "内河航道里程", "公里",
        "Length of navigable inland waterways.",
        "内河航道里程。",
        "内河航道里程",
    ),
    imported_variable(
        "freight_10k_t", "Freight", "货运量", "万吨",
        "Freight carried by all means of transport.",
        "各种运输方式货运总量。",
        "货运量",
    ),
    imported_variable(
        "railway_freight_10k_t", "Freight by railway", "铁路货运量", "万吨",
        "Freight carried by railway.",
        "铁路货运量。",
        "铁路货运量",
    ),
    imported_variable(
        "road_freight_10k_t", "Freight by road", "公路货运量", "万吨",
        "Freight carried by road.",
        "公路货运量。",
        "公路货运量",
    ),
    imported_variable(
        "waterway_freight_10k_t", "Freight by water", "水运货运量", "万吨",
        "Freight carried by water.",
        "水运货运量。",
        "水运货运量",
    ),
    imported_variable(
        "freight_turnover_100m_tkm", "Freight turnover", "货物周转量", "亿吨公里",
        "Tonne-kilometres of freight by all means of transport.",
        "各种运输方式货物周转量。",
        "货物周转量",
    ),
    imported_variable(
        "passengers_10k", "Passengers", "客运量", "万人次",
        "Passengers carried by all means of transport.",
        "各种运输方式客运总量。",
        "客运量",
    ),
    imported_variable(
        "railway_passengers_10k", "Passengers by railway", "铁路客运量", "万人次",
        "Passengers carried by railway.",
        "铁路客运量。",
        "铁路客运量",
    ),
    imported_variable(
        "road_passengers_10k", "Passengers by road", "公路客运量", "万人次",
        "Passengers carried by road.",
        "公路客运量。",
        "公路客运量",
    ),
    imported_variable(
        "passenger_turnover_100m_pkm", "Passenger turnover", "旅客周转量", "亿人公里",
        "Passenger-kilometres by all means of transport.",
        "各种运输方式旅客周转量。",
        "旅客周转量",
    ),
    imported_variable(
        "port_throughput_10k_t", "Throughput of ports", "港口货物吞吐量", "万吨",
        "Cargo handled in ports.",
        "港口货物吞吐量。",
        "港口货物吞吐量",
    ),
    imported_variable(
        "civil_vehicles_10k", "Civil motor vehicles", "民用汽车拥有量", "万辆",
        "Civil motor vehicles at the end of the year.",
        "年末民用汽车拥有量。",
        "民用汽车拥有量",
    ),
    imported_variable(
        "private_vehicles_10k", "Private motor vehicles", "私人汽车拥有量", "万辆",
        "Private motor vehicles at the end of the year.",
        "年末私人汽车拥有量。",
        "私人汽车拥有量",
    ),
    imported_variable(
        "postal_services_100m_yuan", "Volume of postal services", "邮政业务总量", "亿元",
        "Volume at constant prices whose base changes (2000, 2010, 2020): years across a change of base do not compare.",
        "按不变单价计算的业务总量，基期变更（2000、2010、2020年），跨基期不可比。",
        "邮政业务总量", direction=1,
    ),
    imported_variable(
        "postal_revenue_100m_yuan", "Revenue of postal services", "邮政业务收入", "亿元",
        "Revenue of the postal industry, express services included; without Postal Savings Bank.",
        "邮政行业业务收入（含快递，不含邮储银行直接营业收入）。",
        "邮政业务收入", direction=1,
    ),
    imported_variable(
        "post_offices", "Post offices", "邮政营业网点", "处",
        "Postal outlets.",
        "邮政营业网点数。",
        "邮政营业网点",
    ),
    imported_variable(
        "built_up_area_km2", "Built-up area", "建成区面积", "平方公里",
        "Built-up area of cities.",
        "城市建成区面积。",
        "建成区面积",
    ),
    imported_variable(
        "road_area_m2_per_capita", "Urban road area per person", "人均城市道路面积", "平方米/人",
        "Area of urban roads per resident.",
        "人均城市道路面积。",
        "人均城市道路面积", direction=1,
    ),
    imported_variable(
        "buses_per_10k", "Public transport vehicles per 10,000 persons", "每万人拥有公共交通车辆", "标台/万人",
        "Public transport vehicles, in standard units, per 10,000 persons.",
        "每万人拥有公共交通车辆标台数。",
        "每万人拥有公共交通车辆", direction=1,
    ),
    imported_variable(
        "gas_coverage_pct", "Access to gas", "城市燃气普及率", "%",
        "Urban population with access to gas, as a percentage.",
        "城市用气人口百分比。",
        "城市燃气普及率", direction=1, upper=100,
    ),
    imported_variable(
        "water_coverage_pct", "Access to tap water", "城市用水普及率", "%",
        "Urban population with access to tap water, as a percentage.",
        "城市用水人口百分比。",
        "城市用水普及率", direction=1, upper=100,
    ),
    imported_variable(
        "postal_telecom_100m_yuan", "Volume of postal and telecommunication services", "邮电业务总量", "亿元",
        "Volumes of postal and telecommunication services at constant prices whose base changes: years across a change of base do not compare.",
        "邮政与电信业务总量之和，按不变单价计算，基期变更前后不可比。",
        "邮电业务总量", direction=1,
    ),
    imported_variable(
        "postal_telecom_per_capita_yuan", "Postal and telecommunication services per person", "人均邮电业务总量", "元/人",
        "Volumes of postal and telecommunication services per resident; the same changes of base.",
        "邮电业务总量除以常住人口；基期变更同上。",
        "人均邮电业务总量", direction=1,
    ),
    imported_variable(
        "air_passengers_10k", "Passengers by air", "民用航空客运量", "万人次",
        "Passengers carried by civil aviation.",
        "民用航空客运量。",
        "民用航空客运量",
    ),
    imported_variable(
        "buses", "Public buses", "公共汽电车运营车辆数", "辆",
        "Public buses and trolley buses in operation at the end of the year.",
        "年末公共汽电车运营车辆数。",
        "年末实有公共汽（电）车营运车辆数",
    ),
    imported_variable(
        "taxis", "Taxis", "出租汽车数", "辆",
        "Taxis at the end of the year.",
        "年末出租汽车运营车数。",
        "年末实有出租汽车数",
    ),
    imported_variable(
        "road_area_10k_m2", "Urban road area", "城市道路面积", "万平方米",
        "Area of urban roads at the end of the year.",
        "年末实有城市道路面积。",
        "年末实有城市道路面积",
    ),
    imported_variable(
        "urban_density_per_km2", "Population density of cities", "城市人口密度", "人/平方公里",
        "Urban residents per square kilometre of urban area.",
        "城区人口与城区面积之比。",
        "城市人口密度",
    ),
)  # fmt: skip
