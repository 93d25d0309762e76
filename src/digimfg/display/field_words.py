"""The words for single values that answers hold by a name of code, and for values that are words of code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from digimfg.text import Text

__all__ = ["CODE_WORDS", "FIELD_WORDS"]

FIELD_WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "after": Text("Later vintage", "后一版本"),
        "before": Text("Earlier vintage", "前一版本"),
        "coefficient": Text("Coefficient", "系数"),
        "corner": Text("Empty corner", "空白角"),
        "curve": Text("Curve", "曲线"),
        "declared": Text("Rule declared", "规则声明"),
        "detrended": Text("Mean effect beyond the trend", "扣除趋势后的平均效应"),
        "engine": Text("Engine", "核对引擎"),
        "event": Text("Event", "事件时点"),
        "expression": Text("Function", "函数"),
        "extrapolated": Text("Trend carried on", "趋势外推值"),
        "gini": Text("Gini coefficient", "基尼系数"),
        "grade": Text("Quality of evidence", "证据等级"),
        "hypothesis": Text("Null hypothesis", "原假设"),
        "line": Text("Comparison", "核对结论"),
        "method": Text("Method", "方法"),
        "mode": Text("Interaction", "相互作用"),
        "net_between": Text("Net difference between groups", "组间净值差距"),
        "nobs": Text("Observations", "观测值"),
        "origin": Text("Period before the first", "首期之前的时期"),
        "power": Text("Power of the test of pre-trends", "前趋势检验功效"),
        "q": Text("Share taken away", "消去的占比"),
        "r": Text("In R", "R 命令"),
        "regressor": Text("Regressor", "解释变量"),
        "role": Text("Role", "作用"),
        "scale": Text("Scale", "尺度"),
        "scheme": Text("Windows", "窗口方式"),
        "stata": Text("In Stata", "Stata 命令"),
        "status": Text("Finding", "结论"),
        "subject": Text("Subject", "对象"),
        "synthetic": Text("Synthetic data", "模拟数据"),
        "time": Text("Period", "时期"),
        "transvariation": Text("Transvariation", "超变密度"),
        "valid": Text("Right formula", "公式正确"),
        "variant": Text("Formula", "公式"),
    }
)
"""Field of an answer → its words. They name no column: those of users have names of their own."""

_CAUSES = {
    "supported": Text("supported", "支持"),
    "contradicted": Text("contradicted", "与论断相反"),
    "informative_null": Text("informative null", "具有信息量的零结果"),
    "inconclusive": Text("inconclusive", "不确定"),
    "not_testable": Text("not testable", "无法检验"),
}
_SCALES = {
    "mean": Text("mean of the outcome", "结果均值"),
    "index": Text("index before the link", "联结函数前的指数"),
    "probability": Text("probability", "概率"),
    "uncensored": Text("mean between the limits", "界限内均值"),
}

CODE_WORDS: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "alternative": {
            "two_sided": Text("two-sided", "双侧"),
            "greater": Text("greater", "大于"),
            "less": Text("less", "小于"),
        },
        "codes_of": {
            "province": Text("provinces", "省份"),
            "city": Text("cities", "城市"),
            "country": Text("countries", "国家"),
            "industry": Text("industries", "行业"),
        },
        "corner": {
            "upper_left": Text("upper left", "左上"),
            "upper_right": Text("upper right", "右上"),
            "lower_left": Text("lower left", "左下"),
            "lower_right": Text("lower right", "右下"),
        },
        "curve": {
            "bass": Text("Bass", "Bass"),
            "logistic": Text("logistic", "Logistic"),
            "gompertz": Text("Gompertz", "Gompertz"),
            "fisher_pry": Text("Fisher–Pry", "Fisher–Pry"),
        },
        "dtype": {
            "float": Text("number", "数值"),
            "integer": Text("whole number", "整数"),
            "string": Text("text", "文本"),
            "boolean": Text("true or false", "是否"),
        },
        "expectations": {"present": Text("present", "存在"), "absent": Text("absent", "缺失")},
        "layer": {
            "technology": Text("technology", "技术"),
            "structure": Text("structure", "结构"),
            "institution": Text("institution", "制度"),
        },
        "method": {
            "classical": Text("classical", "经典"),
            "robust": Text("robust", "稳健"),
            "mundlak": Text("Mundlak", "Mundlak"),
            "griliches_regev": Text("Griliches–Regev", "Griliches–Regev"),
            "foster_haltiwanger_krizan": Text("Foster–Haltiwanger–Krizan", "Foster–Haltiwanger–Krizan"),
            "baily_hulten_campbell": Text("Baily–Hulten–Campbell", "Baily–Hulten–Campbell"),
            "baldwin_gu": Text("Baldwin–Gu", "Baldwin–Gu"),
            "diewert_fox": Text("Diewert–Fox", "Diewert–Fox"),
            "melitz_polanec": Text("Melitz–Polanec", "Melitz–Polanec"),
            "price": Text("Price equation", "Price方程"),
        },
        "quantity": {"coupling": Text("coupling", "耦合度"), "coordination": Text("coordination", "协调度")},
        "response": {
            "level": Text("level", "水平"),
            "change": Text("change", "变化"),
            "cumulative": Text("cumulative", "累计"),
        },
        "restriction": {
            "relative_magnitude": Text("relative magnitude", "相对幅度"),
            "smoothness": Text("smoothness", "平滑性"),
        },
        "scale": _SCALES,
        "scheme": {"rolling": Text("rolling", "滚动"), "expanding": Text("expanding", "递增")},
        "shape": {"u": Text("U", "U形"), "inverse_u": Text("inverse U", "倒U形")},
        "shock": {
            "orthogonal": Text("orthogonal", "正交"),
            "generalised": Text("generalised", "广义"),
            "unit": Text("of one unit", "单位冲击"),
        },
        "status": _CAUSES,
        "test": {
            "pedroni": Text("Pedroni", "Pedroni"),
            "kao": Text("Kao", "Kao"),
            "westerlund": Text("Westerlund", "Westerlund"),
            "each": Text("each period", "逐期"),
            "joint": Text("joint", "联合"),
        },
        "weights": {
            "rademacher": Text("Rademacher", "Rademacher"),
            "webb": Text("Webb", "Webb"),
            "mammen": Text("Mammen", "Mammen"),
        },
    }
)
"""Field of an answer whose values are words of code → value → its words."""
