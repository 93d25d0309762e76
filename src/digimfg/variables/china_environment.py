"""Energy and the environment in China's provinces and cities."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "energy_consumption_10k_tce", "Energy consumption", "能源消费总量", "万吨标准煤",
        "Total energy consumption, of electricity by calorific value or coal equivalent as the source computes.",
        "能源消费总量；电力按当量或等价热值折算，依来源。",
        "能源消费总量", direction=-1,
    ),
    imported_variable(
        "coal_consumption_10k_t", "Coal consumption", "煤炭消费量", "万吨",
        "Consumption of coal.",
        "煤炭消费量。",
        "煤炭消费量", direction=-1,
    ),
    imported_variable(
        "gas_consumption_100m_m3", "Natural gas consumption", "天然气消费量", "亿立方米",
        "Consumption of natural gas.",
        "天然气消费量。",
        "天然气消费量",
    ),
    imported_variable(
        "electricity_consumption_100m_kwh", "Electricity consumption", "全社会用电量", "亿千瓦时",
        "Consumption of electricity by the whole society.",
        "全社会用电量。",
        "电力消费量",
    ),
    imported_variable(
        "industrial_electricity_100m_kwh", "Electricity consumption of industry", "工业用电量", "亿千瓦时",
        "Consumption of electricity by industry.",
        "工业用电量。",
        "工业用电量",
    ),
    imported_variable(
        "household_electricity_100m_kwh", "Electricity consumption of households", "城乡居民生活用电量", "亿千瓦时",
        "Consumption of electricity by households.",
        "城乡居民生活用电量。",
        "城乡居民生活用电量",
    ),
    imported_variable(
        "electricity_generation_100m_kwh", "Electricity generated", "发电量", "亿千瓦时",
        "Electricity generated.",
        "发电量。",
        "发电量",
    ),
    imported_variable(
        "rural_electricity_100m_kwh", "Electricity consumption of rural areas", "农村用电量", "亿千瓦时",
        "Consumption of electricity in rural areas.",
        "农村用电量。",
        "农村用电量",
    ),
    imported_variable(
        "so2_10k_t", "Sulphur dioxide", "二氧化硫排放量", "万吨",
        "Emission of sulphur dioxide from all sources; method changed in 2016.",
        "废气中二氧化硫排放总量；2016年起统计口径调整。",
        "二氧化硫排放量", direction=-1,
    ),
    imported_variable(
        "nox_10k_t", "Nitrogen oxides", "氮氧化物排放量", "万吨",
        "Emission of nitrogen oxides from all sources.",
        "废气中氮氧化物排放总量。",
        "氮氧化物排放量", direction=-1,
    ),
    imported_variable(
        "particulates_10k_t", "Particulates", "颗粒物排放量", "万吨",
        "Emission of smoke, dust and other particulates from all sources.",
        "废气中颗粒物（烟粉尘）排放总量。",
        "烟（粉）尘排放量", direction=-1,
    ),
    imported_variable(
        "industrial_nox_t", "Industrial nitrogen oxides", "工业氮氧化物排放量", "吨",
        "Emission of nitrogen oxides by industry.",
        "工业氮氧化物排放量。",
        "工业氮氧化物排放量", direction=-1,
    ),
    imported_variable(
        "industrial_particulates_t", "Industrial particulates", "工业颗粒物排放量", "吨",
        "Emission of smoke, dust and other particulates by industry.",
        "工业颗粒物（烟粉尘）排放量。",
        "工业烟（粉）尘排放量", direction=-1,
    ),
    imported_variable(
        "wastewater_10k_t", "Waste water", "废水排放总量", "万吨",
        "Discharge of waste water from all sources.",
        "废水排放总量。",
        "废水排放总量", direction=-1,
    ),
    imported_variable(
        "cod_10k_t", "Chemical oxygen demand", "化学需氧量排放量", "万吨",
        "Discharge of chemical oxygen demand in waste water.",
        "废水中化学需氧量排放量。",
        "化学需氧量排放量", direction=-1,
    ),
    imported_variable(
        "ammonia_nitrogen_10k_t", "Ammonia nitrogen", "氨氮排放量", "万吨",
        "Discharge of ammonia nitrogen in waste water.",
        "废水中氨氮排放量。",
        "氨氮排放量", direction=-1,
    ),
    imported_variable(
        "solid_waste_used_10k_t", "Industrial solid waste used", "一般工业固体废物综合利用量", "万吨",
        "General industrial solid waste used.",
        "一般工业固体废物综合利用量。",
        "一般工业固体废物综合利用量",
    ),
    imported_variable(
        "household_waste_treatment_pct", "Harmless treatment of household waste", "生活垃圾无害化处理率", "%",
        "Household waste treated harmlessly, as a percentage.",
        "生活垃圾无害化处理率。",
        "生活垃圾无害化处理率", direction=1, upper=100,
    ),
    imported_variable(
        "sewage_treatment_pct", "Treatment of sewage", "污水处理率", "%",
        "Urban sewage treated, as a percentage.",
        "城市污水处理率。",
        "城市污水处理率", direction=1, upper=100,
    ),
    imported_variable(
        "pollution_investment_100m_yuan", "Investment in pollution control", "环境污染治理投资总额", "亿元",
        "Total investment in the treatment of environmental pollution.",
        "环境污染治理投资总额。",
        "环境污染治理投资总额", direction=1,
    ),
    imported_variable(
        "industrial_pollution_investment_10k_yuan", "Investment in industrial pollution control", "工业污染治理完成投资", "万元",
        "Investment completed in the treatment of industrial pollution.",
        "工业污染治理完成投资额。",
        "工业污染治理完成投资", direction=1,
    ),
    imported_variable(
        "forest_coverage_pct", "Forest coverage", "森林覆盖率", "%",
        "Area covered by forests as a percentage of land.",
        "森林面积占土地面积百分比。",
        "森林覆盖率", direction=1, upper=100,
    ),
    imported_variable(
        "green_coverage_pct", "Green coverage of built-up areas", "建成区绿化覆盖率", "%",
        "Green area as a percentage of built-up areas.",
        "建成区绿化覆盖面积百分比。",
        "建成区绿化覆盖率", direction=1, upper=100,
    ),
    imported_variable(
        "park_area_m2_per_capita", "Park area per person", "人均公园绿地面积", "平方米/人",
        "Area of parks per urban resident.",
        "城市人均公园绿地面积。",
        "人均公园绿地面积", direction=1,
    ),
    imported_variable(
        "pm25_ug_per_m3", "Fine particulates (PM2.5)", "PM2.5年均浓度", "微克/立方米",
        "Annual mean concentration of fine particulates.",
        "细颗粒物（PM2.5）年平均浓度。",
        "细颗粒物（PM2.5）年平均浓度", direction=-1,
    ),
    imported_variable(
        "water_use_100m_m3", "Water use", "用水总量", "亿立方米",
        "Total use of water.",
        "用水总量。",
        "用水总量",
    ),
    imported_variable(
        "water_resources_100m_m3", "Water resources", "水资源总量", "亿立方米",
        "Total water resources.",
        "水资源总量。",
        "水资源总量",
    ),
    imported_variable(
        "water_supply_10k_m3", "Water supplied", "供水总量", "万立方米",
        "Water supplied by public works in the year.",
        "全年公共供水总量。",
        "供水总量",
    ),
    imported_variable(
        "green_area_ha", "Green area", "绿地面积", "公顷",
        "Area of urban green space.",
        "城市绿地面积。",
        "绿地面积",
    ),
)  # fmt: skip
