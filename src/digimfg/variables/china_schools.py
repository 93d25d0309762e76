"""Schools, health and libraries in China's provinces and cities."""

from __future__ import annotations

from digimfg.variables.imported import imported_variable

__all__ = ["VARIABLES"]

VARIABLES = (
    imported_variable(
        "universities", "Universities and colleges", "普通高等学校数", "所",
        "Regular institutions of higher education.",
        "普通高等学校数。",
        "普通高等学校数",
    ),
    imported_variable(
        "university_teachers_10k", "Teachers in higher education", "普通高等学校专任教师数", "万人",
        "Full-time teachers in regular higher education.",
        "普通高等学校专任教师数。",
        "普通高等学校专任教师数",
    ),
    imported_variable(
        "university_entrants_10k", "Entrants in higher education", "普通高等学校招生数", "万人",
        "Entrants of regular undergraduate and college courses.",
        "普通本专科招生数。",
        "普通本专科招生数",
    ),
    imported_variable(
        "university_graduates_10k", "Graduates of higher education", "普通高等学校毕业生数", "万人",
        "Graduates of regular undergraduate and college courses.",
        "普通本专科毕业生数。",
        "普通本专科毕业（结）业生数",
    ),
    imported_variable(
        "university_students_per_100k", "Students in higher education per 100,000 persons", "每十万人口高等学校平均在校生数", "人/十万人",
        "Students in higher education per 100,000 persons.",
        "每十万人口高等学校平均在校生数。",
        "每十万人口高等学校平均在校生数", direction=1,
    ),
    imported_variable(
        "secondary_students_10k", "Students in secondary schools", "普通中学在校学生数", "万人",
        "Students in regular secondary schools.",
        "普通中学在校学生数。",
        "普通中学在校学生数",
    ),
    imported_variable(
        "vocational_students_10k", "Students in vocational secondary schools", "中等职业教育在校学生数", "万人",
        "Students in secondary vocational education.",
        "中等职业教育在校学生数。",
        "中等职业教育在校学生数",
    ),
    imported_variable(
        "primary_students_10k", "Pupils in primary schools", "普通小学在校学生数", "万人",
        "Pupils in primary schools.",
        "普通小学在校学生数。",
        "普通小学在校学生数",
    ),
    imported_variable(
        "education_funds_100m_yuan", "Educational funds", "教育经费", "亿元",
        "Educational funds from all sources.",
        "各渠道教育经费合计。",
        "教育经费",
    ),
    imported_variable(
        "hospital_beds_10k", "Beds in health institutions", "医疗卫生机构床位数", "万张",
        "Beds in health institutions at the end of the year.",
        "年末医疗卫生机构床位数。",
        "医疗卫生机构床位数",
    ),
    imported_variable(
        "hospital_beds_per_1000", "Beds in health institutions per 1,000 persons", "每千人口医疗卫生机构床位数", "张/千人",
        "Beds in health institutions per 1,000 persons.",
        "每千人口医疗卫生机构床位数。",
        "每千人口医疗卫生机构床位数", direction=1,
    ),
    imported_variable(
        "hospitals", "Hospitals", "医院数", "个",
        "Hospitals.",
        "医院数。",
        "医院数",
    ),
    imported_variable(
        "health_technicians_10k", "Health technicians", "卫生技术人员", "万人",
        "Medical technical personnel.",
        "卫生技术人员数。",
        "卫生技术人员",
    ),
    imported_variable(
        "physicians_10k", "Physicians", "执业（助理）医师", "万人",
        "Licensed physicians and their licensed assistants.",
        "执业（助理）医师数。",
        "执业（助理）医师",
    ),
    imported_variable(
        "library_books_10k", "Books in public libraries", "公共图书馆图书藏量", "万册",
        "Collections of public libraries.",
        "公共图书馆图书总藏量。",
        "公共图书馆总藏量",
    ),
    imported_variable(
        "library_books_per_100", "Books in public libraries per 100 persons", "每百人公共图书馆藏书", "册/百人",
        "Collections of public libraries per 100 persons.",
        "每百人公共图书馆藏书量。",
        "每百人公共图书馆藏书",
    ),
    imported_variable(
        "senior_secondary_students_10k", "Students in senior secondary schools", "普通高中在校学生数", "万人",
        "Students in regular senior secondary schools.",
        "普通高中在校学生数。",
        "普通高中在校学生数",
    ),
    imported_variable(
        "junior_secondary_students_10k", "Students in junior secondary schools", "普通初中在校学生数", "万人",
        "Students in junior secondary schools.",
        "初中阶段在校学生数。",
        "初中在校学生数",
    ),
    imported_variable(
        "health_technicians_per_1000", "Health technicians per 1,000 persons", "每千人口卫生技术人员", "人/千人",
        "Medical technical personnel per 1,000 persons.",
        "每千人口卫生技术人员数。",
        "每千人口卫生技术人员", direction=1,
    ),
    imported_variable(
        "physicians_per_1000", "Physicians per 1,000 persons", "每千人口执业（助理）医师", "人/千人",
        "Licensed physicians and their licensed assistants per 1,000 persons.",
        "每千人口执业（助理）医师数。",
        "每千人口执业（助理）医师", direction=1,
    ),
)  # fmt: skip
