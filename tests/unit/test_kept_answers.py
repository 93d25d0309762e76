"""Answers kept on disk: a damaged one is made again, a hostile one does nothing, every study finds its own."""

import ast
import copyreg
import hashlib
import os
import pickle
import tempfile
from functools import cache, partial
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import grunfeld
from trees import package_texts, package_trees

import digimfg as dm
from digimfg import parallel
from digimfg.files import write_text
from digimfg.inference import cluster_moments
from digimfg.kept_answers import keep_answer, kept_answer, kept_answers
from digimfg.parallel import checkpoints, run_parallel
from digimfg.say import say
from digimfg.text import Text

PACKAGE = Path(dm.__file__).parent
LABEL = Text("Work", "工作")
FRAME = grunfeld.load_pandas().data
SPEC = dm.Specification(
    "invest", ("value", "capital"), entity="firm", time="year", fixed_effects=("firm", "year")
)


def damage(content):
    yield "empty", b""
    yield "one byte", content[:1]
    yield "hash only", content[:64]
    for share in (0.3, 0.6, 0.99):
        yield f"cut at {share}", content[: int(len(content) * share)]
    for place in (0, 63, 64, len(content) - 1):
        yield f"bit {place}", content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    yield "more", content + b"x"
    yield "zeros", b"\0" * len(content)
    yield "text", b"half a file"
    yield "bare pickle", pickle.dumps([1])


def test_a_damaged_answer_is_made_again_and_other_files_are_left_alone(tmp_path):
    made = []

    def square(task):
        made.append(task)
        return task**2

    def run():
        made.clear()
        with checkpoints(tmp_path):
            return run_parallel(square, [1, 2, 3], label=LABEL)

    run()
    (home,) = tmp_path.iterdir()
    whole = (home / "1.answer").read_bytes()
    for kind, content in damage(whole):
        (home / "1.answer").write_bytes(content)
        assert run() == [1, 4, 9], kind
        assert made == [2], kind
        assert (home / "1.answer").read_bytes() == whole
    others = [
        "notes.answer",
        "1.answer.bak",
        "-1.answer",
        "3.answer",
        "01.answer",
        "answer",
        ".answer",
        "一.answer",
    ]
    for name in others:
        (home / name).write_bytes(b"my own notes")
    (home / "2.answer").unlink()
    (home / "2.answer").mkdir()
    with pytest.raises(dm.DigimfgError):
        run()
    (home / "2.answer").rmdir()
    assert run() == [1, 4, 9]
    assert made == [3]
    assert all((home / name).read_bytes() == b"my own notes" for name in others)


class Calls:
    """Call a function when it is read back."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def dotted(module, name, argument):
    """Return a pickle that calls ``module.name(argument)`` by names alone."""
    words = [b"\x8c" + bytes([len(word.encode())]) + word.encode() for word in (module, name, argument)]
    return b"\x80\x04" + words[0] + words[1] + b"\x93" + words[2] + b"\x85R."


@pytest.mark.parametrize(
    "make",
    [
        lambda path: pickle.dumps(Calls(os.system, f"touch {path}")),
        lambda path: pickle.dumps(Calls(write_text, Path(path), "x")),
        lambda path: pickle.dumps(Calls(eval, f"open({path!r}, 'w')")),
        lambda path: pickle.dumps(Calls(pd.eval, "1 + 1")),
        lambda path: pickle.dumps(Calls(Path(path).touch)),
        lambda path: pickle.dumps(Calls(np.save, path, np.eye(2))),
        lambda path: pickle.dumps(Calls(partial(open, path), "w")),
        lambda path: dotted("digimfg.parallel", "Path.touch", path),
        lambda path: dotted("digimfg.kept_answers", "pickle.loads", path),
        lambda path: dotted("builtins", "open", path),
        lambda path: dotted("pandas", "read_pickle", path),
        lambda path: dotted("pandas.io.common", "os.system", f"touch {path}"),
        lambda path: dotted("numpy", "core.os.system", f"touch {path}"),
        lambda path: dotted("digimfg", "load_dictionary", path),
        lambda path: dotted("digimfg.fetching.client", "Client", path),
    ],
)
def test_a_hostile_answer_does_nothing(tmp_path, make):
    target = tmp_path / "touched"
    content = make(str(target))
    (tmp_path / "0.answer").write_bytes(hashlib.sha256(content).hexdigest().encode() + content)
    assert kept_answer(tmp_path, 0) is None
    assert kept_answers(tmp_path, 3) == {}
    assert not target.exists()


VALUES = [
    None, 3, 2.5, "文", b"x", (1, [2, {"a": {3}}]), 1 + 2j, np.float64(1.5), np.eye(3)[:, ::2], np.array(["a", None], dtype=object),
    np.random.SeedSequence(3).generate_state(2), Text("a", "b"), say("{n|row}", "{n}行", n=2), SPEC, SPEC.replace(covariance=dm.Conley(cutoff_km=3, latitude="x", longitude="y")),
    FRAME, FRAME.set_index(["firm", "year"]), FRAME["value"], FRAME["firm"].astype("category"), pd.DataFrame({"d": pd.to_datetime(["2020-01-01"])}),
    pd.DataFrame({"i": pd.array([1, None], dtype="Int64"), "s": pd.array(["x", None], dtype="string"), "f": pd.array([1.5, None], dtype="Float64")}),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_come_back(tmp_path, value):
    keep_answer(tmp_path, "x", value)
    (back,) = kept_answer(tmp_path, "x")
    assert type(back) is type(value)
    assert repr(back) == repr(value)


@pytest.mark.parametrize("changed", [False, True], ids=["as they are", "another package pickles errors"])
def test_errors_come_back(tmp_path, monkeypatch, changed):
    if changed:
        monkeypatch.setitem(copyreg.dispatch_table, dm.EstimationError, lambda error: (os.getcwd, ()))
    keep_answer(tmp_path, "x", dm.EstimationError(where="a", expected="b", got="c", remedy="d"))
    assert kept_answer(tmp_path, "x")[0].got.en == "c"


def policy():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"city": np.repeat(np.arange(16), 6), "year": list(range(6)) * 16})
    frame["pilot"] = ((frame["city"] < 6) & (frame["year"] >= 4)).astype(int)
    frame["y"] = rng.normal(size=len(frame)) + 2 * frame["pilot"]
    spec = dm.Specification(
        "y", "pilot", entity="city", time="year",
        estimator=dm.StaggeredDifferenceInDifferences(method="sun_abraham", draws=0),
    )  # fmt: skip
    return spec, frame


def instrument():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"province": np.repeat(range(12), 6), "year": np.tile(range(6), 12)})
    frame["tel"] = rng.uniform(1, 9, size=12)[frame.province] * (frame.year + 1) ** 1.5
    frame["digital"] = 0.01 * frame.tel + rng.normal(size=len(frame))
    frame["upgrading"] = frame.digital + rng.normal(size=len(frame))
    spec = dm.Specification(
        "upgrading", (), endogenous="digital", instruments="tel", entity="province", time="year",
        fixed_effects=("province", "year"), estimator=dm.TwoStageLeastSquares(),
    )  # fmt: skip
    return dm.check_instrument(spec, frame, placebo_draws=9)


def influence():
    with mock.patch.object(cluster_moments, "_MOST_LEVELS", 0):  # as with many levels, absorb in every sample
        return dm.cluster_influence(SPEC, FRAME, cluster="firm", term="value")


OLD = FRAME.assign(old=lambda d: d["capital"].groupby(d["firm"]).transform("max") > 600)


@cache
def reports():
    folder = tempfile.TemporaryDirectory()
    (Path(folder.name) / "600000_2020.txt").write_text("公司运用大数据与云计算。", encoding="utf-8")
    return folder


STUDIES = {
    "mediation": lambda: dm.estimate(
        SPEC.replace(regressors="value", estimator=dm.Mediation(mediators="capital", replications=40, seed=1)), FRAME
    ),
    "group_difference": lambda: dm.group_difference(SPEC.replace(fixed_effects="firm"), OLD, "old", terms="value"),
    "quantiles": lambda: dm.estimate(
        dm.Specification("invest", "value", entity="firm", estimator=dm.QuantileRegression(errors="bootstrap", replications=40)), FRAME
    ),
    "influence": influence,
    "randomization": lambda: dm.randomization_test(SPEC, FRAME, "value", replications=99),
    "instrument": instrument,
    "honest": lambda: dm.honest_did(dm.estimate(*policy()), bounds=(0, 1)),
    "placebo_in_space": lambda: dm.placebo_in_space(*policy(), replications=99),
    "synthetic": lambda: dm.synthetic_control(policy()[1], "y", entity="city", time="year", treated=0, treated_from=4),
    "battery": lambda: dm.robustness_battery(SPEC, FRAME, (dm.RobustnessCheck.lagged(1),)),
    "coefficient_path": lambda: dm.coefficient_path(SPEC, FRAME, window=8, step=4),
    "leave_one_out": lambda: dm.leave_one_out(SPEC, FRAME, by="firm"),
    "curve": lambda: dm.specification_curve(SPEC, FRAME, controls=("capital",), draws=0),
    "efficiency": lambda: dm.efficiency(FRAME, ["value", "capital"], ["invest"], unit="firm", time="year"),
    "productivity": lambda: dm.productivity_change(
        FRAME, ["value", "capital"], ["invest"], unit="firm", time="year"
    ),
    "corrected_efficiency": lambda: dm.bias_corrected_efficiency(
        FRAME[FRAME["year"] == 1940], ["value"], ["invest"], unit="firm", draws=99
    ),
    "determinants": lambda: dm.efficiency_determinants(
        FRAME[FRAME["year"] == 1940], ["value"], ["invest"], ["capital"], unit="firm", draws=99
    ),
    "production": lambda: dm.estimate(
        SPEC.replace(
            fixed_effects=(),
            estimator=dm.ProductionFunction(method="least_squares", state="capital", replications=12),
        ),
        FRAME,
    ),
    "industries": lambda: dm.estimate(
        SPEC.replace(
            fixed_effects=(),
            estimator=dm.ProductionFunction(
                method="least_squares", state="capital", replications=12, by="industry"
            ),
        ),
        FRAME.assign(industry=np.where(FRAME["firm"].isin(sorted(FRAME["firm"].unique())[::2]), "C26", "C39")),
    ),
    "folder": lambda: dm.count_files(reports().name),
    "recovery": lambda: dm.recovery_study(dm.LeastSquares(), replications=4),
}  # fmt: skip
MADE_IN = {  # the modules whose functions make the answers of a study
    "mediation": {"estimators.mechanisms.bootstrap"},
    "group_difference": {"estimators.mechanisms.permutation"},
    "quantiles": {"estimators.quantile.resampling"},
    "influence": {"inference.cluster_moments"},
    "randomization": {"robustness.randomization"},
    "instrument": {"instrument_check.placebo"},
    "honest": {"policy.honest_did"},
    "placebo_in_space": {"policy.placebo"},
    "synthetic": {"policy.synthetic_control"},
    "battery": {"robustness.battery"},
    "coefficient_path": {"robustness.coefficient_path"},
    "leave_one_out": {"robustness.leave_one_out"},
    "curve": {"robustness.curve_tasks"},
    "efficiency": {"efficiency.evaluation"},
    "productivity": {"efficiency.evaluation"},
    "corrected_efficiency": {"efficiency.bootstrap"},
    "determinants": {"efficiency.determinants"},
    "production": {"estimators.production.bootstrap"},
    "industries": {"estimators.production.bootstrap", "estimators.production.parts"},
    "folder": {"texts.folders"},
    "recovery": {"simulation.recovery"},
}


def test_a_file_that_changed_is_counted_again(tmp_path):
    report = tmp_path / "600000_2020.txt"
    with checkpoints(tmp_path / "kept"):
        for text, count in (("大数据", 1), ("大数据与云计算", 2)):
            report.write_text(text, encoding="utf-8")
            assert dm.count_files(tmp_path).frame["total"].tolist() == [count]


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_finds_all_the_answers_that_it_kept(tmp_path, monkeypatch, name):
    digest, seen = parallel._digest, set()

    def noted(function, tasks):
        while isinstance(function, partial):
            function = function.func
        seen.add(function.__module__)
        return digest(function, tasks)

    def again(*_):
        raise AssertionError("made again")

    monkeypatch.setattr(parallel, "_digest", noted)
    with checkpoints(tmp_path):
        first = STUDIES[name]()
        monkeypatch.setattr(parallel, "_on_one_thread", again)
        second = STUDIES[name]()
    assert repr(first) == repr(second)
    assert seen == {f"digimfg.{module}" for module in MADE_IN[name]}


def test_no_user_of_parallel_work_is_left_out():
    calling = {
        "digimfg." + path.removesuffix(".py").replace("/", ".")
        for path, tree in package_trees().items()
        if "run_parallel(" in package_texts()[path]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "run_parallel"
        if "kept" not in {each.arg for each in node.keywords}  # tasks that write files
    }
    callers = {  # where the function of the tasks lies in a room of its own
        "digimfg.robustness.curve_tasks": {"digimfg.robustness.specification_curve"},
        "digimfg.efficiency.evaluation": {"digimfg.efficiency.scores", "digimfg.efficiency.change"},
    }
    assert MADE_IN.keys() == STUDIES.keys()
    made = {f"digimfg.{module}" for modules in MADE_IN.values() for module in modules}
    assert calling == {caller for module in made for caller in callers.get(module, {module})}
