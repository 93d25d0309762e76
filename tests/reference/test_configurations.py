"""Configurations: Lipset's data and the example of NCA as R's QCA and NCA have them, and truths that need no engine."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.configurations.minimization import covers, minimal_models, prime_implicants
from digimfg.errors import Fault

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "reference"
CONDITIONS = ("DEV", "URB", "LIT", "IND", "STB")
PRESENT = dict.fromkeys(CONDITIONS, "present")
# Lipset's crisp table as Rihoux & De Meur (2009) print it: configuration, outcome, countries.
PRINTED = (
    ("11111", 1, "BE CZ NL UK"), ("10101", 1, "FI IE"), ("10111", 1, "FR SE"), ("00000", 0, "GR PT ES"),
    ("00001", 0, "IT RO"), ("00100", 0, "HU PL"), ("00101", 0, "EE"), ("10110", 0, "AU"), ("11110", 0, "DE"),
)  # fmt: skip
CRISP = pd.DataFrame(
    [
        {"country": country} | dict(zip(CONDITIONS, map(int, row), strict=True)) | {"SURV": outcome}
        for row, outcome, countries in PRINTED
        for country in countries.split()
    ]
)


def shared(name):
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"needs ../shared/data/reference/{name}")
    return pd.read_csv(path, index_col=0)


@pytest.fixture(scope="module")
def fuzzy():
    """The file writes memberships of 1 and 0 as the names of the sets."""
    named = {"Industrialized": 1, "High urbanization": 1, "Not industrialized": 0, "Unstable": 0}
    frame = shared("lipset_fuzzy_LF.csv").map(lambda value: float(named.get(value, value)))
    return frame.rename_axis("country").reset_index()


def formulas(solutions, solution):
    return solutions.models.loc[solution, "formula"].tolist()


def test_lipsets_crisp_solutions():
    table = dm.truth_table(CRISP, "SURV", CONDITIONS, case="country")
    found = dm.minimize_truth_table(table, PRESENT)
    assert formulas(found, "conservative") == ["DEV*~URB*LIT*STB + DEV*LIT*IND*STB"]
    assert formulas(found, "parsimonious") == ["DEV*STB"]
    assert formulas(found, "intermediate") == ["DEV*LIT*STB"]
    terms = found.terms.loc[("conservative", 1)]
    assert terms["raw_coverage"].tolist() == [0.5, 0.75]
    assert terms["unique_coverage"].tolist() == [0.25, 0.5]
    assert found.counterfactuals.index[found.counterfactuals["easy"]].tolist() == [30]


def test_lipsets_fuzzy_truth_table(fuzzy):
    """R's QCA 3.23: truthTable(LF, "SURV", incl.cut = 0.8)."""
    table = dm.truth_table(fuzzy, "SURV", CONDITIONS, case="country").table
    published = {
        32: (4, 0.904205607476635, 0.885793871866295), 22: (2, 0.804270462633452, 0.719387755102041),
        24: (2, 0.708771929824562, 0.634361233480176), 6: (1, 0.528571428571429, 0.228070175438597),
        5: (2, 0.520900321543409, 0.113095238095238), 31: (1, 0.445255474452555, 0.05),
        23: (1, 0.378205128205128, 0.0396039603960395), 2: (2, 0.278026905829596, 0.0), 1: (3, 0.215976331360947, 0.0),
    }  # fmt: skip
    assert table.index.tolist() == list(published)
    assert table[["n", "consistency", "pri"]].to_numpy(float) == pytest.approx(
        np.array(list(published.values())), abs=1e-12
    )
    assert table["outcome"].tolist() == ["1"] * 2 + ["0"] * 7


def test_lipsets_fuzzy_solutions(fuzzy):
    """R's QCA 3.23: minimize(), include = "?", dir.exp = "1,1,1,1,1"."""
    found = dm.minimize_truth_table(dm.truth_table(fuzzy, "SURV", CONDITIONS, case="country"), PRESENT)
    published = {
        "conservative": [(0.86976744186, 0.842990654206, 0.658450704225),
                         {"DEV*URB*LIT*IND*STB": (0.904205607477, 0.885793871866, 0.454225352113, 0.393192488263),
                          "DEV*~URB*LIT*~IND*STB": (0.804270462633, 0.719387755102, 0.265258215962, 0.204225352113)}],
        "intermediate": [(0.86594761171, 0.838589981447, 0.659624413146),
                         {"DEV*URB*LIT*STB": (0.900677200903, 0.878787878788, 0.468309859155, 0.377934272300),
                          "DEV*LIT*~IND*STB": (0.813559322034, 0.720812182741, 0.281690140845, 0.191314553991)}],
        "parsimonious": [(0.85034965035, 0.818644067797, 0.713615023474),
                         {"DEV*~IND": (0.814814814815, 0.720812182741, 0.284037558685, 0.193661971831),
                          "URB*STB": (0.873767258383, 0.845410628019, 0.519953051643, 0.429577464789)}],
    }  # fmt: skip
    fits = ["consistency", "pri", "raw_coverage", "unique_coverage"]
    for solution, (whole, terms) in published.items():
        assert found.models.loc[(solution, 1), ["consistency", "pri", "coverage"]].tolist() == pytest.approx(
            whole, abs=1e-11
        )
        own = found.terms.loc[(solution, 1), fits]
        assert set(own.index) == set(terms)
        for term, values in terms.items():
            assert own.loc[term].tolist() == pytest.approx(values, abs=1e-11)
    assert found.counterfactuals.index.tolist() == [10, 12, 14, 16, 17, 18, 21, 25, 26, 28, 29, 30]


def test_lipsets_fuzzy_necessity(fuzzy):
    """R's QCA 3.23: pof("DEV <- SURV", data = LF) and so on: inclusion, coverage, relevance."""
    table = dm.necessary_conditions(fuzzy, "SURV", CONDITIONS).table
    published = {
        "DEV": (0.830985915493, 0.774617067834, 0.811355311355), "URB": (0.538732394366, 0.771428571429, 0.898583146905),
        "LIT": (0.990610328638, 0.642802741813, 0.509414225941), "IND": (0.669014084507, 0.684273709484, 0.786178861789),
        "STB": (0.920187793427, 0.706943192065, 0.680118110236), "~DEV": (0.285211267606, 0.274266365688, 0.587026332691),
        "~LIT": (0.0962441314554, 0.168377823409, 0.764260768335), "~STB": (0.218309859155, 0.269175108538, 0.687112763321),
    }  # fmt: skip
    for name, values in published.items():
        assert table.loc[name].iloc[:3].tolist() == pytest.approx(values, abs=1e-11)
    assert table.index[table["necessary"]].tolist() == ["LIT", "STB"]


def test_the_direct_method_of_calibration():
    """R's QCA 3.23: calibrate(x, type = "fuzzy", thresholds = "e=45, c=60, i=80")."""
    found = dm.calibrate([40, 45, 50, 56, 60, 61, 72, 80, 90], out=45, crossover=60, full=80)
    assert found.tolist() == pytest.approx(
        [0.0193424976998, 0.05, 0.1231471380299, 0.3132037508391, 0.5, 0.5367391532389, 0.8540422397951, 0.95,
         0.9880695421512], abs=1e-12,
    )  # fmt: skip


def test_low_values_are_the_complement_of_high_ones():
    values = np.linspace(0, 100, 41)
    high = dm.calibrate(values, out=10, crossover=40, full=90)
    low = dm.calibrate(values, out=90, crossover=40, full=10)
    assert low.to_numpy() == pytest.approx(1 - high.to_numpy(), abs=1e-12)
    assert dm.calibrate(values, out=0.05, crossover=0.5, full=0.95, quantiles=True)[20] == 0.5
    assert dm.calibrate([1.0, np.nan, 3.0], out=0, crossover=3, full=4, at_crossover=0.501)[2] == 0.501


NCA_PUBLISHED = {
    ("Individualism", "ce_fdh"): (15563.6, 6466.8, 0.415507980159, 100, 100, 0, 19.277673546),
    ("Individualism", "cr_fdh"): (15563.6, 4772.54144977, 0.306647655412, 92.8571428571, 73.8006657044, 10.3826349084, 31.565125777),
    ("Risk taking", "ce_fdh"): (18974.8, 5871.1, 0.309415646015, 100, 100, 25.8426966292, 5.06566604128),
    ("Risk taking", "cr_fdh"): (18974.8, 5348.96843695, 0.281898541062, 96.4285714286, 91.1067506421, 28.5002810778, 21.1469512576),
}  # fmt: skip


def test_the_example_of_necessary_condition_analysis():
    """R's NCA 5.0.1: nca_analysis(nca.example, c(1, 2), 3, ceilings = c("ce_fdh", "cr_fdh"), steps = 10)."""
    frame = shared("nca_example.csv")
    found = dm.necessary_condition_analysis(
        frame, "Innovation performance", ("Individualism", "Risk taking"), draws=0
    )
    columns = ["scope", "ceiling_zone", "effect_size", "accuracy_pct", "fit_pct",
               "condition_inefficiency_pct", "outcome_inefficiency_pct"]  # fmt: skip
    for key, values in NCA_PUBLISHED.items():
        assert found.effects.loc[key, columns].tolist() == pytest.approx(values, rel=1e-10, abs=1e-9)
    lines = found.effects.xs("cr_fdh", level="ceiling")[["slope", "intercept"]]
    assert lines.to_numpy() == pytest.approx(
        np.array([[2.23022994582, 28.3527091318], [2.64186942417, -14.4776966748]])
    )
    needs = found.bottleneck.pivot_table(
        index="outcome_pct", columns=["ceiling", "condition"], values="required_pct", dropna=False
    )
    none = np.nan
    assert needs["ce_fdh", "Individualism"].round(1).tolist() == pytest.approx(
        [none, none, 38.4, 38.4, 38.4, 38.4, 38.4, 38.4, 61.6, 100.0, 100.0], nan_ok=True
    )
    assert needs["cr_fdh", "Risk taking"].round(1).tolist() == pytest.approx(
        [none, none, none, 8.0, 17.1, 26.2, 35.2, 44.3, 53.4, 62.4, 71.5], nan_ok=True
    )


NCA_CORNERS = {
    ("upper_right", "Individualism"): (0, 0, np.nan),
    ("upper_right", "Risk taking"): (0.0574498808947, 0.0436517575807, -3.7112412178),
    ("lower_left", "Individualism"): (0.0256752936339, 0.0157559784019, -3.43461538462),
    ("lower_left", "Risk taking"): (0.0112939266817, 0.00852805228961, -0.406751711263),
    ("lower_right", "Individualism"): (0.0545182348557, 0.15270318107, 1.94459636636),
    ("lower_right", "Risk taking"): (0.123073760988, 0.102227531651, 1.86285714286),
}


def test_other_corners_and_scopes_are_those_of_nca():
    """R's NCA 5.0.1: corner = 2, 3, 4 (effect sizes of both ceilings, slope); scope = list(c(0, 120, 0, 240))."""
    frame = shared("nca_example.csv")
    for (corner, condition), (step, line, slope) in NCA_CORNERS.items():
        found = dm.necessary_condition_analysis(
            frame, "Innovation performance", [condition], corner=corner, draws=0
        ).effects.loc[condition]
        assert found["effect_size"].tolist() == pytest.approx([step, line], rel=1e-10)
        assert found.loc["cr_fdh", "slope"] == pytest.approx(slope, rel=1e-9, nan_ok=True)
    wide = {"Individualism": (0, 120), "Innovation performance": (0, 240)}
    found = dm.necessary_condition_analysis(
        frame, "Innovation performance", ["Individualism"], scope=wide, draws=0
    ).effects["effect_size"]
    assert found.tolist() == pytest.approx([0.465208333333, 0.34870108704], rel=1e-10)


def test_lipsets_fuzzy_solutions_of_the_negation_and_at_other_cut_offs(fuzzy):
    """R's QCA 3.23: minimize() of ~SURV, and with incl.cut = 0.7, pri.cut = 0.75, n.cut = 2."""
    absent = dict.fromkeys(CONDITIONS, "absent")
    cases = (
        ({"negate": True}, CONDITIONS, absent,
         {"conservative": ("DEV*LIT*IND*~STB + ~DEV*~URB*~IND", 0.89740566037736, 0.80274261603376),
          "intermediate": ("~DEV*~URB*~IND + ~STB", 0.88063063063063, 0.82489451476793),
          "parsimonious": ("~DEV + ~STB", 0.84879032258065, 0.88818565400844)}),
        ({"consistency": 0.7}, CONDITIONS, PRESENT,
         {"conservative": ("DEV*LIT*IND*STB + DEV*~URB*LIT*STB", 0.87125, 0.81807511737089),
          "parsimonious": ("DEV*STB", 0.86881188118812, 0.82394366197183)}),
        ({"pri": 0.75}, CONDITIONS, {"DEV": "present", "LIT": "present", "STB": "present"},
         {"intermediate": ("DEV*URB*LIT*IND*STB", 0.90420560747664, 0.45422535211268),
          "parsimonious": ("URB*STB", 0.87376725838264, 0.51995305164319)}),
        ({"consistency": 0.75, "frequency": 2}, ("DEV", "URB", "STB"), {"DEV": "present"},
         {"conservative": ("DEV*STB", 0.86881188118812, 0.82394366197183),
          "parsimonious": ("DEV", 0.7746170678337, 0.83098591549296)}),
    )  # fmt: skip
    for options, conditions, expected, published in cases:
        table = dm.truth_table(fuzzy, "SURV", conditions, case="country", **options)
        found = dm.minimize_truth_table(table, expected).models
        for solution, (formula, consistent, covered) in published.items():
            row = found.loc[(solution, 1)]
            assert set(row["formula"].split(" + ")) == set(formula.split(" + "))
            assert [row["consistency"], row["coverage"]] == pytest.approx([consistent, covered], abs=1e-12)


def brute_primes(on, off, k):
    """All terms that hold a row that is on and none that is off, less those inside another."""
    terms = []
    for pattern in product((None, 0, 1), repeat=k):
        care = sum(1 << (k - 1 - i) for i, bit in enumerate(pattern) if bit is not None)
        value = sum(1 << (k - 1 - i) for i, bit in enumerate(pattern) if bit)
        term = (care, value)
        if any(covers(term, row) for row in on) and not any(covers(term, row) for row in off):
            terms.append(term)
    return {
        t for t in terms if not any(o != t and o[0] & t[0] == o[0] and t[1] & o[0] == o[1] for o in terms)
    }


@pytest.mark.parametrize("seed", range(12))
def test_prime_implicants_and_models_are_those_of_enumeration(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 6))
    marks = rng.choice(["on", "off", "free"], size=1 << k, p=[0.3, 0.4, 0.3])
    on, off = np.flatnonzero(marks == "on").tolist(), np.flatnonzero(marks == "off").tolist()
    primes = prime_implicants(on, off, k)
    assert set(primes) == brute_primes(on, off, k)
    if on and off:
        models = minimal_models(primes, on)
        sizes = {len(model) for model in models}
        assert len(sizes) == 1
        assert all(any(covers(term, row) for term in model) for model in models for row in on)


def test_empty_corners_by_chance_have_uniform_p_values():
    """200 samples of 30 with independent columns: p values of both ceilings are near uniform."""
    rng = np.random.default_rng(1)
    p = []
    for _ in range(200):
        frame = pd.DataFrame(rng.uniform(size=(30, 2)), columns=["x", "y"])
        p.append(dm.necessary_condition_analysis(frame, "y", ("x",), draws=99).effects["p_value"])
    rejected = (np.array(p) <= 0.1).mean(axis=0)
    assert (abs(rejected - 0.1) < 2.6 * np.sqrt(0.09 / 200)).all()  # 1 % two-sided


def test_a_known_necessity_is_found():
    rng = np.random.default_rng(2)
    x = rng.uniform(size=200)
    frame = pd.DataFrame({"x": x, "y": x * rng.uniform(size=200)})
    found = dm.necessary_condition_analysis(frame, "y", ("x",), draws=199).effects
    assert found["p_value"].max() == 1 / 200
    assert found.loc[("x", "cr_fdh"), "effect_size"] == pytest.approx(0.5, abs=0.08)


def test_several_models_are_all_given_and_said():
    """A textbook cyclic chart (McCluskey 1956): two minimal covers."""
    on = [0b000, 0b001, 0b011, 0b111, 0b110, 0b100]
    rows = [{"a": row >> 2 & 1, "b": row >> 1 & 1, "c": row & 1, "y": int(row in on)} for row in range(8)]
    found = dm.minimize_truth_table(dm.truth_table(pd.DataFrame(rows), "y", ("a", "b", "c")))
    assert len(formulas(found, "parsimonious")) == 2
    assert any(note.kind == "several_models" for note in found.notes)


def test_many_conditions_are_solved_in_bounded_time():
    """A chart with more models than anybody reads: 200 of each kind at most, of one size, and every row covered."""
    rng = np.random.default_rng(0)
    names = list("abcdefg")
    frame = pd.DataFrame(rng.uniform(size=(150, 7)), columns=names)
    frame["y"] = np.clip(np.minimum(frame.a, frame.b) + rng.normal(scale=0.1, size=150), 0, 1)
    found = dm.minimize_truth_table(dm.truth_table(frame, "y", names), {"a": "present"})
    sizes = found.models.groupby("solution")["n_terms"]
    assert (sizes.nunique()[["conservative", "parsimonious"]] == 1).all()
    assert sizes.size().max() <= 200


def test_sensitivity_names_what_changes():
    found = dm.truth_table_sensitivity(
        CRISP, "SURV", CONDITIONS, expectations=PRESENT, consistency=(0.8, 0.9), pri=(0.0,), case="country"
    ).table
    assert found["formula"].tolist()[:2] == ["DEV*LIT*STB", "DEV*LIT*STB"]
    assert found["changed"].tolist() == ["", "frequency", "consistency"]


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda f: dm.truth_table(f.assign(URB=f.URB * 100), "SURV", CONDITIONS, case="country"), "configurations.membership_outside_unit"),
        (lambda f: dm.necessary_conditions(f.assign(SURV=-0.1), "SURV", CONDITIONS), "configurations.membership_outside_unit"),
        (lambda f: dm.truth_table(f, "SURV", ("DEV", "SURV")), "configurations.number_of_conditions"),
        (lambda f: dm.minimize_truth_table(dm.truth_table(f, "SURV", CONDITIONS, frequency=9)), "configurations.nothing_to_explain"),
        (lambda f: dm.minimize_truth_table(dm.truth_table(f, "SURV", CONDITIONS), {"DEW": "present"}), Fault.of("names.unknown_name", near='DEV')),
        (lambda f: dm.necessary_condition_analysis(f.assign(DEV=1), "SURV", ("DEV",)), Fault.of("configurations.too_few_complete_cases", got='vary')),
        (lambda f: dm.necessary_condition_analysis(f, "SURV", ("DEV",), scope={"DEV": (0.2, 1)}), "configurations.scope_too_narrow"),
        (lambda f: dm.truth_table_sensitivity(f, "SURV", CONDITIONS, anchors={"LITT": [(0, 1, 2)]}), Fault.of("names.unknown_column", near='LIT')),
        (lambda f: dm.calibrate(f.DEV, out=3, crossover=2, full=4), "configurations.anchors_not_in_order"),
        (lambda f: dm.calibrate_steps(f.DEV, [3, 2]), "configurations.cuts_not_ascending"),
        (lambda f: dm.calibrate(f.DEV, out=5, crossover=50, full=95, quantiles=True), "configurations.quantile_anchors_outside"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, kind):
    with refused(dm.DigimfgError, kind):
        call(CRISP)


def test_cases_at_one_half_and_without_values_are_said():
    frame = CRISP.astype(dict.fromkeys([*CONDITIONS, "SURV"], float))
    frame.loc[0, "DEV"], frame.loc[1, "URB"] = 0.5, np.nan
    found = dm.truth_table(frame, "SURV", CONDITIONS, case="country")
    kinds = {note.kind: note for note in found.notes}
    assert kinds["at_crossover"].values["names"] == ("BE",)
    assert kinds["incomplete_cases"].values["n"] == 1
    assert found.table["n"].sum() == 16


def test_order_of_rows_and_of_conditions_changes_nothing(fuzzy):
    one = dm.minimize_truth_table(dm.truth_table(fuzzy, "SURV", CONDITIONS), PRESENT).models
    turned = fuzzy.sample(frac=1, random_state=3)
    other = dm.minimize_truth_table(dm.truth_table(turned, "SURV", CONDITIONS), PRESENT).models
    pd.testing.assert_frame_equal(one, other)
    back = dm.minimize_truth_table(dm.truth_table(fuzzy, "SURV", CONDITIONS[::-1]), PRESENT).models
    assert back["consistency"].tolist() == pytest.approx(one["consistency"].tolist(), abs=1e-12)


def test_p_values_of_ceilings_do_not_hang_on_the_order_of_rows():
    x = np.random.default_rng(4).uniform(size=(30, 2)).round(2)
    frame = pd.DataFrame(x, columns=["x", "y"])
    one, other = (
        dm.necessary_condition_analysis(each, "y", ("x",), draws=199).effects
        for each in (frame, frame.iloc[::-1])
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_each_corner_is_the_upper_left_one_of_what_is_turned_round():
    frame = shared("nca_example.csv")
    x, y = "Individualism", "Innovation performance"
    for corner, signs in (("upper_right", (-1, 1)), ("lower_left", (1, -1)), ("lower_right", (-1, -1))):
        found = dm.necessary_condition_analysis(frame, y, [x], corner=corner, draws=49)
        turned = frame.assign(**{x: frame[x] * signs[0], y: frame[y] * signs[1]})
        same = dm.necessary_condition_analysis(turned, y, [x], draws=49)
        kept = ["scope", "ceiling_zone", "effect_size", "accuracy_pct", "fit_pct", "p_value",
                "condition_inefficiency_pct", "outcome_inefficiency_pct"]  # fmt: skip
        pd.testing.assert_frame_equal(found.effects[kept], same.effects[kept], rtol=1e-9)
        line, mirror = (each.effects.loc[(x, "cr_fdh"), ["slope", "intercept"]] for each in (found, same))
        assert line["slope"] == pytest.approx(mirror["slope"] * signs[0] * signs[1], nan_ok=True)
        assert line["intercept"] == pytest.approx(mirror["intercept"] * signs[1], nan_ok=True)
        for side, sign in zip(("required", "outcome"), signs, strict=True):
            assert found.bottleneck[side].tolist() == pytest.approx(
                (same.bottleneck[side] * sign).tolist(), nan_ok=True
            )
        ends = found.bottleneck.query("ceiling == 'ce_fdh'")["outcome_pct"]
        assert ends.iloc[0] == (0 if signs[1] > 0 else 100)


def test_a_low_condition_that_a_high_outcome_needs_is_found_in_its_own_corner_alone():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"x": rng.random(200)})
    frame["y"] = rng.random(200) * (1 - frame["x"])
    sizes = {
        corner: dm.necessary_condition_analysis(frame, "y", ["x"], corner=corner, draws=199).effects.loc[
            ("x", "ce_fdh")
        ]
        for corner in ("upper_left", "upper_right", "lower_left", "lower_right")
    }
    assert sizes["upper_right"]["effect_size"] > 0.35
    assert sizes["upper_right"]["p_value"] <= 0.01
    assert all(row["p_value"] > 0.05 for corner, row in sizes.items() if corner != "upper_right")
