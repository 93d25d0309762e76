"""People, work and income in China's provinces and cities."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "urban_population_10k", "Urban population", "城镇人口", "万人",
        "Urban resident population at the end of the year.",
        "年末城镇常住人口。",
        "城镇人口",
    ),
    imported_variable(
        "rural_population_10k", "Rural population", "乡村人口", "万人",
        "Rural resident population at the end of the year.",
        "年末乡村常住人口。",
        "乡村人口",
    ),
    imported_variable(
        "birth_rate_permille", "Birth rate", "人口出生率", "‰",
        "Births per 1,000 persons.",
        "每千人出生人数。",
        "人口出生率", upper=60,
    ),
    imported_variable(
        "death_rate_permille", "Death rate", "人口死亡率", "‰",
        "Deaths per 1,000 persons.",
        "每千人死亡人数。",
        "人口死亡率", upper=60,
    ),
    imported_variable(
        "natural_growth_permille", "Natural growth of population", "人口自然增长率", "‰",
        "Births less deaths per 1,000 persons.",
        "每千人出生人数减死亡人数。",
        "人口自然增长率", lower=-60, upper=60,
    ),
    imported_variable(
        "household_size_persons", "Persons per household", "平均家庭户规模", "人/户",
        "Average number of persons per family household.",
        "家庭户平均人口。",
        "平均家庭户规模", upper=20,
    ),
    imported_variable(
        "dependency_pct", "Dependency ratio", "总抚养比", "%",
        "Persons of 0 to 14 and of 65 and more years as a percentage of those of 15 to 64.",
        "0–14岁与65岁及以上人口占15–64岁人口百分比。",
        "总抚养比", upper=200,
    ),
    imported_variable(
        "old_dependency_pct", "Old-age dependency ratio", "老年人口抚养比", "%",
        "Persons of 65 and more years as a percentage of those of 15 to 64.",
        "65岁及以上人口占15–64岁人口百分比。",
        "老年人口抚养比", upper=200,
    ),
    imported_variable(
        "young_dependency_pct", "Child dependency ratio", "少年儿童抚养比", "%",
        "Persons of 0 to 14 years as a percentage of those of 15 to 64.",
        "0–14岁人口占15–64岁人口百分比。",
        "少年儿童抚养比", upper=200,
    ),
    imported_variable(
        "schooling_years", "Years of schooling", "人均受教育年限", "年",
        "Average years of schooling of the population of 6 and more years, as the source computes them.",
        "6岁及以上人口平均受教育年限，按来源计算方法。",
        "平均受教育年限", direction=1, upper=25,
    ),
    imported_variable(
        "illiteracy_pct", "Illiteracy", "文盲率", "%",
        "Illiterate persons as a percentage of the population of 15 and more years.",
        "15岁及以上人口中文盲人口百分比。",
        "文盲人口占15岁及以上人口比重", direction=-1, upper=100,
    ),
    imported_variable(
        "urban_unit_employment_10k", "Employment in urban units", "城镇单位就业人员", "万人",
        "Persons employed in urban non-private units at the end of the year.",
        "年末城镇非私营单位就业人员数。",
        "城镇单位就业人员",
    ),
    imported_variable(
        "urban_private_employment_10k", "Urban private and self-employment", "城镇私营和个体就业人员", "万人",
        "Persons employed in urban private firms and self-employed in towns at the end of the year.",
        "年末城镇私营企业和个体就业人员数。",
        "城镇私营企业和个体就业人员",
    ),
    imported_variable(
        "unemployment_pct", "Registered urban unemployment rate", "城镇登记失业率", "%",
        "Registered urban unemployed as a percentage of the urban labour force.",
        "城镇登记失业人员占城镇劳动力百分比。",
        "城镇登记失业率", direction=-1, upper=100,
    ),
    imported_variable(
        "registered_unemployed_10k", "Registered urban unemployed", "城镇登记失业人数", "万人",
        "Registered urban unemployed at the end of the year.",
        "年末城镇登记失业人数。",
        "城镇登记失业人数",
    ),
    imported_variable(
        "finance_employment_10k", "Employment in finance", "金融业城镇单位就业人员", "万人",
        "Employment in urban units of finance.",
        "金融业城镇单位就业人员数。",
        "金融业城镇单位就业人员",
    ),
    imported_variable(
        "education_employment_10k", "Employment in education", "教育城镇单位就业人员", "万人",
        "Employment in urban units of education.",
        "教育城镇单位就业人员数。",
        "教育城镇单位就业人员",
    ),
    imported_variable(
        "research_employment_10k", "Employment in research and technical services", "科学研究和技术服务业城镇单位就业人员", "万人",
        "Employment in urban units of research and technical services.",
        "科学研究和技术服务业城镇单位就业人员数。",
        "科学研究和技术服务业城镇单位就业人员",
    ),
    imported_variable(
        "transport_employment_10k", "Employment in transport, storage and post", "交通运输、仓储和邮政业城镇单位就业人员", "万人",
        "Employment in urban units of transport, storage and post.",
        "交通运输、仓储和邮政业城镇单位就业人员数。",
        "交通运输、仓储和邮政业城镇单位就业人员",
    ),
    imported_variable(
        "trade_employment_10k", "Employment in wholesale and retail trade", "批发和零售业城镇单位就业人员", "万人",
        "Employment in urban units of wholesale and retail trade.",
        "批发和零售业城镇单位就业人员数。",
        "批发和零售业城镇单位就业人员",
    ),
    imported_variable(
        "construction_employment_10k", "Employment in construction", "建筑业城镇单位就业人员", "万人",
        "Employment in urban units of construction.",
        "建筑业城镇单位就业人员数。",
        "建筑业城镇单位就业人员",
    ),
    imported_variable(
        "average_wage_yuan", "Average wage", "城镇单位就业人员平均工资", "元",
        "Average annual wage of employees in urban non-private units.",
        "城镇非私营单位就业人员年平均工资。",
        "城镇单位就业人员平均工资", direction=1,
    ),
    imported_variable(
        "staff_wage_yuan", "Average wage of staff on duty", "在岗职工平均工资", "元",
        "Average annual wage of staff and workers on duty.",
        "在岗职工年平均工资。",
        "在岗职工平均工资", direction=1,
    ),
    imported_variable(
        "manufacturing_wage_yuan", "Average wage in manufacturing", "制造业城镇单位就业人员平均工资", "元",
        "Average annual wage of employees in urban units of manufacturing.",
        "制造业城镇单位就业人员年平均工资。",
        "制造业城镇单位就业人员平均工资",
    ),
    imported_variable(
        "it_wage_yuan", "Average wage in information services", "信息传输、软件和信息技术服务业城镇单位就业人员平均工资", "元",
        "Average annual wage of employees in urban units of information services.",
        "信息传输、软件和信息技术服务业城镇单位就业人员年平均工资。",
        "信息传输、软件和信息技术服务业城镇单位就业人员平均工资",
    ),
    imported_variable(
        "wage_bill_100m_yuan", "Wage bill", "城镇单位就业人员工资总额", "亿元",
        "Total wages of employees in urban non-private units.",
        "城镇非私营单位就业人员工资总额。",
        "城镇单位就业人员工资总额",
    ),
    imported_variable(
        "disposable_income_yuan", "Disposable income per person", "居民人均可支配收入", "元/人",
        "Disposable income per person of all households; survey method changed in 2013.",
        "全体居民人均可支配收入；2013年起为城乡一体化住户调查口径。",
        "居民人均可支配收入", direction=1,
    ),
    imported_variable(
        "consumption_yuan", "Consumption per person", "居民人均消费支出", "元/人",
        "Consumption expenditure per person of all households.",
        "全体居民人均消费支出。",
        "居民人均消费支出",
    ),
    imported_variable(
        "urban_disposable_income_yuan", "Disposable income per person, urban", "城镇居民人均可支配收入", "元/人",
        "Disposable income per person of urban households; survey method changed in 2013.",
        "城镇居民人均可支配收入；2013年起为城乡一体化住户调查口径。",
        "城镇居民人均可支配收入", direction=1,
    ),
    imported_variable(
        "urban_consumption_yuan", "Consumption per person, urban", "城镇居民人均消费支出", "元/人",
        "Consumption expenditure per person of urban households.",
        "城镇居民人均消费支出。",
        "城镇居民人均消费支出",
    ),
    imported_variable(
        "rural_disposable_income_yuan", "Disposable income per person, rural", "农村居民人均可支配收入", "元/人",
        "Disposable income per person of rural households; survey method changed in 2013.",
        "农村居民人均可支配收入；2013年起为城乡一体化住户调查口径。",
        "农村居民人均可支配收入", direction=1,
    ),
    imported_variable(
        "rural_consumption_yuan", "Consumption per person, rural", "农村居民人均消费支出", "元/人",
        "Consumption expenditure per person of rural households.",
        "农村居民人均消费支出。",
        "农村居民人均消费支出",
    ),
    imported_variable(
        "urban_rural_income_ratio", "Urban over rural income", "城乡居民收入比", "比率",
        "Disposable income per person of urban over that of rural households.",
        "城镇与农村居民人均可支配收入之比。",
        "城乡居民人均可支配收入比", direction=-1,
    ),
    imported_variable(
        "urban_engel_pct", "Engel coefficient, urban", "城镇居民恩格尔系数", "%",
        "Food as a percentage of consumption of urban households.",
        "城镇居民食品烟酒支出占消费支出百分比。",
        "城镇居民恩格尔系数", upper=100,
    ),
    imported_variable(
        "rural_engel_pct", "Engel coefficient, rural", "农村居民恩格尔系数", "%",
        "Food as a percentage of consumption of rural households.",
        "农村居民食品烟酒支出占消费支出百分比。",
        "农村居民恩格尔系数", upper=100,
    ),
    imported_variable(
        "engel_pct", "Engel coefficient", "居民恩格尔系数", "%",
        "Food as a percentage of consumption of all households.",
        "全体居民食品烟酒支出占消费支出百分比。",
        "居民恩格尔系数", upper=100,
    ),
    imported_variable(
        "pension_insured_10k", "Insured in the pension scheme of employees", "城镇职工基本养老保险参保人数", "万人",
        "Persons in the basic pension insurance of urban employees at the end of the year.",
        "年末城镇职工基本养老保险参保人数。",
        "城镇职工基本养老保险参保人数",
    ),
    imported_variable(
        "medical_insured_10k", "Insured in basic medical care", "基本医疗保险参保人数", "万人",
        "Persons in basic medical insurance at the end of the year.",
        "年末基本医疗保险参保人数。",
        "基本医疗保险年末参保人数",
    ),
    imported_variable(
        "unemployment_insured_10k", "Insured against unemployment", "失业保险参保人数", "万人",
        "Persons in unemployment insurance at the end of the year.",
        "年末失业保险参保人数。",
        "失业保险参保人数",
    ),
)  # fmt: skip
