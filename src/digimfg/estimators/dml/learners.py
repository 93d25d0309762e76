"""Learners by name or as objects, fitted on some rows to predict others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import SpecificationError
from digimfg.text import Text

__all__ = ["LEARNERS", "Fitting", "fitting", "learner_name"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_INNER_FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """Fit one learner.

    Parameters
    ----------
    make
        Returns a fresh engine for a seed and inner folds (pairs of positions).
    probabilities
        Whether predictions are probabilities of a one.
    scaled
        Whether columns and outcome are standardised by their rows of training first: learners by name are.
    tuning
        Parameter → values to choose from within the rows of training.
    """

    make: Callable[[int, list[tuple[Codes, Codes]]], Any]
    probabilities: bool
    scaled: bool
    tuning: Mapping[str, tuple[Any, ...]] | None = None

    def predict(self, x: Floats, y: Floats, new: Floats, groups: Codes, *, seed: int) -> Floats:
        """Return the predictions for new rows, shape (m,).

        Parameters
        ----------
        x, y
            Rows of training, shapes (n, p) and (n,).
        new
            Shape (m, p).
        groups
            Which rows of training inner folds keep together.
        seed
            Of learners that draw.
        """
        centre, size = np.zeros(x.shape[1]), np.ones(x.shape[1])
        middle, unit = 0.0, 1.0
        if self.scaled:
            centre, size = x.mean(axis=0), x.std(axis=0)
            size = np.where(size > 0, size, 1.0)
            if not self.probabilities:
                middle, unit = float(y.mean()), float(y.std()) or 1.0
        inner = _inner_folds(groups)
        engine = self.make(seed, inner)
        if self.tuning:
            from sklearn.model_selection import GridSearchCV

            engine = GridSearchCV(
                engine, {name: list(values) for name, values in self.tuning.items()}, cv=inner
            )
        target = y.astype(np.int64) if self.probabilities else (y - middle) / unit
        from threadpoolctl import threadpool_limits

        # One thread, OpenMP's too: the last bits of sums over rows would depend on how many there are.
        with threadpool_limits(1):
            engine.fit((x - centre) / size, target)
            if self.probabilities:
                found = np.asarray(engine.predict_proba((new - centre) / size))[:, 1]
            else:
                found = (
                    middle
                    + unit * np.asarray(engine.predict((new - centre) / size), dtype=np.float64).ravel()
                )
        return np.asarray(found, dtype=np.float64)


def _inner_folds(groups: Codes) -> list[tuple[Codes, Codes]]:
    """Return up to five folds of whole groups, in their order."""
    _, codes = np.unique(groups, return_inverse=True)
    count = min(_INNER_FOLDS, int(codes.max()) + 1)
    if count < 2:
        places = np.arange(len(codes))
        return [(places[::2], places[1::2]), (places[1::2], places[::2])]
    fold = codes % count
    return [(np.flatnonzero(fold != each), np.flatnonzero(fold == each)) for each in range(count)]


def _regression(name: str, seed: int, inner: list[tuple[Codes, Codes]]) -> Any:
    from sklearn import ensemble, linear_model, neighbors, tree

    if name == "least_squares":
        return linear_model.LinearRegression()
    if name == "lasso":
        return linear_model.LassoCV(cv=inner, max_iter=20_000, random_state=seed)
    if name == "ridge":
        return linear_model.RidgeCV(alphas=np.logspace(-2, 5, 15), cv=inner)
    if name == "elastic_net":
        return linear_model.ElasticNetCV(
            cv=inner, l1_ratio=[0.1, 0.5, 0.9], max_iter=20_000, random_state=seed
        )
    if name == "decision_tree":
        return tree.DecisionTreeRegressor(min_samples_leaf=20, random_state=seed)
    if name == "random_forest":
        return ensemble.RandomForestRegressor(200, min_samples_leaf=5, max_features=0.5, random_state=seed)
    if name == "extra_trees":
        return ensemble.ExtraTreesRegressor(200, min_samples_leaf=5, max_features=0.5, random_state=seed)
    if name == "gradient_boosting":
        return ensemble.HistGradientBoostingRegressor(
            learning_rate=0.1, max_iter=100, max_leaf_nodes=15, early_stopping=False, random_state=seed
        )
    return neighbors.KNeighborsRegressor(20)


def _classification(name: str, seed: int, inner: list[tuple[Codes, Codes]]) -> Any:
    from sklearn import ensemble, linear_model, neighbors, tree

    if name == "least_squares":
        return linear_model.LogisticRegression(C=np.inf, max_iter=2_000, tol=1e-8)
    if name in ("lasso", "ridge", "elastic_net"):
        share = {"lasso": 1.0, "ridge": 0.0, "elastic_net": 0.5}[name]
        return linear_model.LogisticRegressionCV(
            Cs=10, l1_ratios=(share,), cv=inner, solver="saga" if share else "lbfgs", max_iter=2_000,
            random_state=seed, scoring="neg_log_loss", use_legacy_attributes=False,
        )  # fmt: skip
    if name == "decision_tree":
        return tree.DecisionTreeClassifier(min_samples_leaf=20, random_state=seed)
    if name == "random_forest":
        return ensemble.RandomForestClassifier(200, min_samples_leaf=5, random_state=seed)
    if name == "extra_trees":
        return ensemble.ExtraTreesClassifier(200, min_samples_leaf=5, random_state=seed)
    if name == "gradient_boosting":
        return ensemble.HistGradientBoostingClassifier(
            learning_rate=0.1, max_iter=100, max_leaf_nodes=15, early_stopping=False, random_state=seed
        )
    return neighbors.KNeighborsClassifier(20)


LEARNERS: Mapping[str, Text] = {
    "least_squares": Text("least squares", "最小二乘"),
    "lasso": Text("lasso", "Lasso"),
    "ridge": Text("ridge", "岭回归"),
    "elastic_net": Text("elastic net", "弹性网"),
    "decision_tree": Text("decision tree", "决策树"),
    "random_forest": Text("random forest", "随机森林"),
    "extra_trees": Text("extremely randomised trees", "极端随机树"),
    "gradient_boosting": Text("gradient boosting", "梯度提升"),
    "nearest_neighbours": Text("nearest neighbours", "近邻法"),
}


def learner_name(learner: Any) -> Text:
    """Return what a learner is called.

    Examples
    --------
    >>> learner_name("lasso").zh
    'Lasso'
    """
    if isinstance(learner, str):
        return LEARNERS.get(learner, Text(learner, learner))
    name = type(learner).__name__
    return Text(name, name)


def fitting(learner: Any, *, binary: bool, tuning: Mapping[str, tuple[Any, ...]] | None = None) -> Fitting:
    """Return how a learner is fitted.

    Parameters
    ----------
    learner
        A name of `LEARNERS`, or an object with ``fit`` and ``predict``.
    binary
        Whether it predicts a probability; an object without ``predict_proba`` predicts the mean instead.
    tuning
        As in `Fitting`.

    Raises
    ------
    SpecificationError
        If the name is unknown, the object has no ``fit`` and ``predict``, or scikit-learn is missing.
    """
    if isinstance(learner, str):
        if learner not in LEARNERS:
            raise SpecificationError.unknown(
                learner, LEARNERS, where="dm.DoubleMachineLearning, learner",
                more=Text(
                    "or pass an object with fit and predict, as those of scikit-learn",
                    "或传入带 fit 与 predict 的对象，如 scikit-learn 的学习器",
                ),
            )  # fmt: skip
        _require_engine()
        kind = _classification if binary else _regression
        return Fitting(
            make=lambda seed, inner: kind(learner, seed, inner),
            probabilities=binary, scaled=True, tuning=tuning,
        )  # fmt: skip
    verbs = {verb: callable(getattr(learner, verb, None)) for verb in ("fit", "predict", "predict_proba")}
    if not (verbs["fit"] and verbs["predict"]):
        raise SpecificationError.of(
            "dml.not_a_learner",
            name=type(learner).__name__,
            verbs=[verb for verb in ("fit", "predict") if not verbs[verb]],
            names=list(LEARNERS),
        )
    _require_engine()
    return Fitting(
        make=lambda seed, _: _copy(learner, seed),
        probabilities=binary and verbs["predict_proba"],
        scaled=False,
        tuning=tuning,
    )


def _copy(learner: Any, seed: int) -> Any:
    """Return an unfitted copy; what draws without a seed of its own is given one."""
    from copy import deepcopy

    from sklearn.base import BaseEstimator, clone

    if not isinstance(learner, BaseEstimator):
        return deepcopy(learner)
    made = clone(learner)
    unseeded = {
        name: seed
        for name, value in made.get_params().items()
        if name.split("__")[-1] == "random_state" and value is None
    }
    return made.set_params(**unseeded)


def _require_engine() -> None:
    from importlib.util import find_spec

    if find_spec("sklearn") is None:
        raise SpecificationError.of("dml.no_scikit_learn")
