"""Evolutionary games have the rest points and eigenvalues of closed forms, and the dynamics agree with them."""

from functools import partial
from itertools import product

import numpy as np
import pytest
from refused import refused

import digimfg as dm

HAWKS = dm.EvolutionaryGame(
    {"animal": ("hawk", "dove")},
    {
        ("hawk", "hawk"): "(V - C) / 2",
        ("hawk", "dove"): "V",
        ("dove", "hawk"): 0,
        ("dove", "dove"): "V / 2",
    },
)
PARTIES = {"government": ("regulate", "ignore"), "firm": ("digital", "wait"), "bank": ("lend", "hold")}


def random_game(seed, n=3):
    rng = np.random.default_rng(seed)
    players = dict(list(PARTIES.items())[:n])
    profiles = product(*players.values())
    return dm.EvolutionaryGame(
        players, {profile: tuple(rng.normal(size=n).round(3).tolist()) for profile in profiles}
    )


def speed(game, x):
    """The replicator dynamics by enumerating profiles, without the package's algebra."""
    names = [strategies for _, strategies in game.players]
    rates = np.zeros(len(names))
    for k in range(len(names)):
        for own, sign in ((0, 1.0), (1, -1.0)):
            for others in product((0, 1), repeat=len(names) - 1):
                choice = [*others[:k], own, *others[k:]]
                weight = np.prod([x[j] if choice[j] == 0 else 1 - x[j] for j in range(len(names)) if j != k])
                pays = dict(game.payoffs)[tuple(names[j][choice[j]] for j in range(len(names)))]
                rates[k] += sign * weight * float(pays[k])
    return x * (1 - x) * rates


def jacobian(game, x, step=1e-6):
    columns = []
    for j in range(len(x)):
        ahead, behind = x.copy(), x.copy()
        ahead[j] += step
        behind[j] -= step
        columns.append((speed(game, ahead) - speed(game, behind)) / (2 * step))
    return np.column_stack(columns)


@pytest.mark.parametrize(("value", "cost"), [(2.0, 4.0), (1.0, 10.0), (3.0, 3.5)])
def test_hawks_settle_at_v_over_c(value, cost):
    """Maynard Smith & Price 1973: with V < C the share of hawks is V/C; its eigenvalue is −(V/2)(1 − V/C)."""
    found = dm.solve_game(HAWKS, {"V": value, "C": cost}).points.set_index("kind")
    assert found.loc["interior", "animal"] == pytest.approx(value / cost)
    assert found.loc["interior", "eigenvalue_1"] == pytest.approx(-value / 2 * (1 - value / cost))
    assert found.loc["interior", "stability"] == "stable"
    vertices = found.loc["vertex"].set_index("animal")
    assert vertices.loc[0.0, "eigenvalue_1"] == pytest.approx(value / 2)
    assert vertices.loc[1.0, "eigenvalue_1"] == pytest.approx((cost - value) / 2)


def test_hawks_alone_are_stable_where_fighting_is_cheap():
    stable = dm.solve_game(HAWKS, {"V": 4, "C": 2}).stable
    assert stable["animal"].tolist() == [1.0]


@pytest.mark.parametrize("seed", range(5))
def test_vertices_of_three_parties_have_their_closed_eigenvalues(seed):
    """At a vertex the Jacobian is diagonal: (1 − 2x_k) times the payoff of switching to the first strategy."""
    game = random_game(seed)
    points = dm.solve_game(game).points
    vertices = points[points["kind"] == "vertex"]
    assert len(vertices) == 8
    pays = dict(game.payoffs)
    for _, row in vertices.iterrows():
        choice = [0 if row[name] == 1 else 1 for name in game.names]
        for k in range(3):
            profiles = []
            for own in (0, 1):
                chosen = list(choice)
                chosen[k] = own
                profiles.append(tuple(PARTIES[name][chosen[j]] for j, name in enumerate(game.names)))
            gain = pays[profiles[0]][k] - pays[profiles[1]][k]
            sign = 1 - 2 * row[game.names[k]]
            assert row[f"eigenvalue_{k + 1}"] == pytest.approx(sign * gain, abs=1e-12)


@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("seed", range(12))
def test_every_point_is_at_rest_and_has_the_eigenvalues_of_a_numerical_jacobian(seed, n):
    game = random_game(seed, n)
    points = dm.solve_game(game).points
    for _, row in points.iterrows():
        x = row[list(game.names)].to_numpy(dtype=float)
        assert speed(game, x) == pytest.approx(np.zeros(n), abs=1e-9)
        numerical = sorted(np.linalg.eigvals(jacobian(game, x)), key=lambda each: (each.real, each.imag))
        found = sorted(
            (complex(row[f"eigenvalue_{k}"], row[f"imaginary_{k}"]) for k in range(1, n + 1)),
            key=lambda each: (round(each.real, 6), each.imag),
        )
        assert np.array(found).real == pytest.approx(np.array(numerical).real, abs=1e-5)


def test_no_isolated_rest_point_of_three_parties_is_missed():
    """Newton's method from many starts finds nothing that is not listed."""
    from scipy.optimize import root

    for seed in range(12):
        game = random_game(seed)
        listed = dm.solve_game(game).points[list(game.names)].to_numpy(dtype=float)
        rng = np.random.default_rng(seed)
        for _ in range(60):
            found = root(partial(speed, game), rng.uniform(0.02, 0.98, size=3), tol=1e-13)
            inside = found.success and ((found.x > 1e-6) & (found.x < 1 - 1e-6)).all()
            if inside and np.abs(speed(game, found.x)).max() < 1e-12:
                assert np.abs(listed - found.x).max(axis=1).min() < 1e-5


def test_paths_end_at_the_stable_point_and_stay_within_bounds():
    paths = dm.game_paths(HAWKS, {"V": 2, "C": 4}, starts=[[0.05], [0.95]], until=60)
    assert paths.groupby("path")["animal"].last().to_numpy() == pytest.approx([0.5, 0.5], abs=1e-6)
    assert paths["animal"].between(0, 1).all()


def test_regions_change_where_fighting_costs_more_than_it_wins():
    found = dm.game_regions(HAWKS, {"V": 2.0}, over={"C": [1.0, 4.0, 8.0]})
    assert found["stable"].tolist() == ["(1)", "(0.5)", "(0.25)"]


def test_matching_pennies_turns_around_a_centre():
    game = dm.EvolutionaryGame(
        {"one": ("heads", "tails"), "other": ("heads", "tails")},
        {(a, b): ((1, -1) if a == b else (-1, 1)) for a in ("heads", "tails") for b in ("heads", "tails")},
    )
    points = dm.solve_game(game).points.set_index("kind")
    assert points.loc["interior", "stability"] == "centre"
    assert set(points.loc["vertex", "stability"]) == {"saddle"}


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "V ** 2", "f(V)", "V.real", "V if C else 1", "[V]", "True", "V @ C", "(" * 400],
)
def test_a_payoff_is_arithmetic_and_nothing_else(text):
    with pytest.raises(dm.MeasureError):
        dm.EvolutionaryGame(
            {"a": ("x", "y")}, {("x", "x"): text, ("x", "y"): 1, ("y", "x"): 0, ("y", "y"): 0}
        )


@pytest.mark.parametrize(
    ("players", "payoffs"),
    [
        ({}, {}),
        ({"a": ("x", "y", "z")}, {}),
        ({"a": ("x", "x")}, {}),
        (dict.fromkeys("abcd", ("x", "y")), {}),
        ({"a": ("x", "y")}, {("x", "x"): 1}),
        ({"a": ("x", "y")}, {(a, b): (1, 2) for a in "xy" for b in "xy"}),
        ({"a": ("x", "y")}, {**{(a, b): 1 for a in "xy" for b in "xy"}, ("x", "z"): 1}),
    ],
)
def test_payoffs_that_do_not_match_the_strategies_are_named(players, payoffs):
    with pytest.raises(dm.MeasureError):
        dm.EvolutionaryGame(players, payoffs)


def test_a_parameter_without_a_value_is_named():
    with refused(dm.MeasureError, "evolution.parameters_without_value", names=("C",)):
        dm.solve_game(HAWKS, {"V": 1})
    with pytest.raises(dm.MeasureError):
        dm.game_regions(HAWKS, {"V": 1, "C": 2}, over={"D": [1]})
    with pytest.raises(dm.MeasureError):
        dm.game_paths(HAWKS, {"V": 1, "C": 2}, starts=[[0.2, 0.3]])


@pytest.mark.filterwarnings("error")
def test_long_paths_stay_within_bounds_and_approach_the_edges_they_near():
    """In shares themselves rounding carries long paths out of the cube, where they grow without end."""
    rng = np.random.default_rng(0)
    players = {"firm": ("a", "b"), "state": ("c", "d"), "public": ("e", "f")}
    game = dm.EvolutionaryGame(
        players, {each: tuple(rng.normal(size=3).round(1)) for each in product(*players.values())}
    )
    paths = dm.game_paths(game, starts=[*product((0.2, 0.8), repeat=3), (0.0, 0.5, 1.0)], until=250)
    shares = paths[list(players)].to_numpy()
    assert ((shares >= 0) & (shares <= 1)).all()
    edge = paths[paths["path"] == 9]
    assert (edge["firm"] == 0).all()
    assert (edge["public"] == 1).all()


def test_the_path_of_hawks_is_the_logistic_one_where_fighting_is_free():
    """V = 2, C = 0: the advantage of hawks is one whatever doves do, and odds grow by e each unit of time."""
    game = dm.EvolutionaryGame(
        {"animal": ("hawk", "dove")},
        {("hawk", "hawk"): 1, ("hawk", "dove"): 2, ("dove", "hawk"): 0, ("dove", "dove"): 1},
    )
    path = dm.game_paths(game, starts=[[0.1]], until=5, points=6)["animal"]
    odds = 0.1 / 0.9 * np.exp(np.arange(6.0))
    assert path.to_numpy() == pytest.approx(odds / (1 + odds), rel=1e-7)
