"""Value chains: the toy of two countries, Koopman's own formulas, bad tables."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused
from threadpoolctl import threadpool_limits

from digimfg.errors import Fault, MeasureError
from digimfg.measures.export_decomposition import KWW_TERMS, WWZ_TERMS, export_decomposition
from digimfg.measures.input_content import input_coefficients
from digimfg.measures.input_output import InputOutputTable
from digimfg.measures.production_stages import domestic_inverse, production_participation, upstreamness
from digimfg.measures.value_chains import (
    gvc_participation,
    gvc_position,
    value_added_exports,
    value_added_origins,
)


def toy() -> InputOutputTable:
    A = np.array([[0.2, 0.1], [0.1, 0.3]])
    Y = np.array([[50.0, 10.0], [8.0, 60.0]])
    output = np.linalg.solve(np.eye(2) - A, Y.sum(axis=1))
    return InputOutputTable(transactions=A * output, final_demand=Y, countries=("s", "r"), sectors=("all",))


def random_table(
    seed: int = 0, countries: int = 4, sectors: int = 3, *, taxes: bool = False
) -> InputOutputTable:
    rng = np.random.default_rng(seed)
    size = countries * sectors
    A = rng.uniform(0, 1, (size, size))
    A *= rng.uniform(0.3, 0.7, size) / A.sum(axis=0)
    Y = rng.uniform(0, 10, (size, countries))
    output = np.linalg.solve(np.eye(size) - A, Y.sum(axis=1))
    net_taxes = output * rng.uniform(0.0, 0.05, size) if taxes else None
    return InputOutputTable(
        transactions=A * output,
        final_demand=Y,
        countries=[f"c{i}" for i in range(countries)],
        sectors=[f"s{i}" for i in range(sectors)],
        net_taxes=net_taxes,
    )


def test_two_country_toy_has_the_known_output_contents_participation_and_position() -> None:
    table = toy()
    assert table.output == pytest.approx([88.72727272727273, 109.81818181818181], abs=1e-10)
    assert table.value_added_coefficients == pytest.approx([0.7, 0.6], abs=1e-12)
    VB = table.value_added_coefficients[:, None] * table.leontief_inverse
    assert pytest.approx(np.array([[49, 7], [6, 48]]) / 55, abs=1e-12) == VB
    frame = gvc_participation(table).frame
    # exact values in rationals: E = (10 + 0.1 x_r, 8 + 0.1 x_s), IV and FV as in the docstring
    E = np.array([10 + 0.1 * 109.81818181818181, 8 + 0.1 * 88.72727272727273])
    IV = np.array([7 / 55 * E[1], 6 / 55 * E[0]])
    FV = np.array([6 / 55 * E[0], 7 / 55 * E[1]])
    assert frame["participation"].to_numpy() == pytest.approx((IV + FV) / E, abs=1e-10)
    assert frame["position"].to_numpy() == pytest.approx(np.log1p(IV / E) - np.log1p(FV / E), abs=1e-10)
    # as published with seven digits
    assert frame["participation"].to_numpy() == pytest.approx([0.2114385, 0.2629310], abs=5e-8)
    assert frame["position"].to_numpy() == pytest.approx([-0.0060986, 0.0074113], abs=5e-8)
    assert gvc_position(table)["s"] == frame["position"][0]


def test_sixteen_terms_equal_the_equation_written_out_block_by_block() -> None:
    table = random_table()
    G, S = len(table.countries), len(table.sectors)
    A, B, v, X = (
        table.technical_coefficients,
        table.leontief_inverse,
        table.value_added_coefficients,
        table.output,
    )
    Y, E = table.final_demand, table.exports

    def block(matrix: np.ndarray, row: int, column: int) -> np.ndarray:
        return matrix[row * S : row * S + S, column * S : column * S + S]

    def part(vector: np.ndarray, row: int) -> np.ndarray:
        return vector[row * S : row * S + S]

    def y(row: int, column: int) -> np.ndarray:
        return Y[row * S : row * S + S, column]

    local = [np.linalg.inv(np.eye(S) - block(A, s, s)) for s in range(G)]
    frame = export_decomposition(table, level="bilateral").frame.set_index(["country", "sector", "importer"])
    for s in range(G):
        for r in range(G):
            if s == r:
                continue
            others = [t for t in range(G) if t not in (s, r)]
            vl = part(v, s) @ local[s]
            vb = part(v, s) @ block(B, s, s)
            foreign = part(v, r) @ block(B, r, s)
            third = sum(part(v, t) @ block(B, t, s) for t in others)
            Asr, Brr, Brs = block(A, s, r), block(B, r, r), block(B, r, s)
            expected = [
                vb * y(s, r),
                vl * (Asr @ Brr @ y(r, r)),
                vl * (Asr @ sum(block(B, r, t) @ y(t, t) for t in others)),
                vl * (Asr @ Brr @ sum(y(r, t) for t in others)),
                vl
                * (Asr @ sum(block(B, r, t) @ y(t, u) for t in others for u in range(G) if u not in (s, t))),
                vl * (Asr @ Brr @ y(r, s)),
                vl * (Asr @ sum(block(B, r, t) @ y(t, s) for t in others)),
                vl * (Asr @ Brs @ y(s, s)),
                vl * (Asr @ Brs @ sum(y(s, t) for t in range(G) if t != s)),
                (vb - vl) * (Asr @ part(X, r)),
                foreign * y(s, r),
                foreign * (Asr @ local[r] @ y(r, r)),
                foreign * (Asr @ local[r] @ part(E, r)),
                third * y(s, r),
                third * (Asr @ local[r] @ y(r, r)),
                third * (Asr @ local[r] @ part(E, r)),
            ]
            for i in range(S):
                row = frame.loc[(f"c{s}", f"s{i}", f"c{r}")]
                assert row[list(WWZ_TERMS)].to_numpy() == pytest.approx(
                    [term[i] for term in expected], rel=1e-10, abs=1e-12
                )


def test_nine_terms_equal_the_formulas_of_koopman_wang_and_wei() -> None:
    table = random_table(3)
    G, S = len(table.countries), len(table.sectors)
    A, B, v = table.technical_coefficients, table.leontief_inverse, table.value_added_coefficients
    Y, E = table.final_demand, table.exports
    blocks = [slice(s * S, s * S + S) for s in range(G)]
    local = [np.linalg.inv(np.eye(S) - A[b, b]) for b in blocks]
    frame = export_decomposition(table, "kww").frame.set_index("country")
    for s, b in enumerate(blocks):
        others = [r for r in range(G) if r != s]
        back = sum(B[b, blocks[r]] @ A[blocks[r], b] for r in others)
        vs = v[b]
        expected = {
            "dva_final": vs @ sum(B[b, b] @ Y[b, r] for r in others),
            "dva_intermediate": vs @ sum(B[b, blocks[r]] @ Y[blocks[r], r] for r in others),
            "dva_reexported": vs
            @ sum(B[b, blocks[r]] @ Y[blocks[r], t] for r in others for t in others if t != r),
            "rdv_final": vs @ sum(B[b, blocks[r]] @ Y[blocks[r], s] for r in others),
            "rdv_intermediate": vs @ back @ local[s] @ Y[b, s],
            "ddc": vs @ back @ local[s] @ E[b],
            "fva_final": sum(v[blocks[t]] @ B[blocks[t], b] @ Y[b, r] for t in others for r in others),
            "fva_intermediate": sum(
                v[blocks[t]] @ B[blocks[t], b] @ A[b, blocks[r]] @ local[r] @ Y[blocks[r], r]
                for t in others
                for r in others
            ),
            "fdc": sum(
                v[blocks[t]] @ B[blocks[t], b] @ A[b, blocks[r]] @ local[r] @ E[blocks[r]]
                for t in others
                for r in others
            ),
        }
        for term in KWW_TERMS:
            assert frame.loc[f"c{s}", term] == pytest.approx(expected[term], rel=1e-10)


def test_value_added_that_others_export_adds_up_to_what_exporters_take_in() -> None:
    frame = gvc_participation(random_table(5)).frame
    assert frame["indirect_value_added"].sum() == pytest.approx(frame["foreign_value_added"].sum(), rel=1e-12)


def test_net_taxes_stay_outside_value_added_until_asked() -> None:
    table = random_table(2, taxes=True)
    apart = value_added_exports(table).frame
    merged = value_added_exports(table.taxes_as_value_added()).frame
    total = apart["domestic_value_added"] + apart["foreign_value_added"] + apart["net_taxes"]
    assert total.to_numpy() == pytest.approx(apart["gross_exports"].to_numpy(), rel=1e-12)
    assert (merged["domestic_value_added_share"] > apart["domestic_value_added_share"]).all()
    shares = merged["domestic_value_added_share"] + merged["foreign_value_added_share"]
    assert shares.to_numpy() == pytest.approx(np.ones(len(merged)), rel=1e-12)
    assert noted(value_added_exports(table).notes, "net_taxes")


def test_final_demand_by_category_is_added_up_by_country() -> None:
    table = toy()
    split = np.stack([table.final_demand * 0.25, table.final_demand * 0.75], axis=2).reshape(2, 4)
    again = InputOutputTable(
        transactions=table.transactions, final_demand=split, countries=("s", "r"), sectors=("all",)
    )
    assert again.final_demand == pytest.approx(table.final_demand)


def test_labelled_frames_give_the_same_table_and_a_wrong_order_is_refused() -> None:
    table = random_table(1)
    index = pd.MultiIndex.from_tuples(table.labels, names=["region", "sector"])
    Z = pd.DataFrame(table.transactions, index=index, columns=index)
    columns = pd.MultiIndex.from_product([table.countries, ["c"]])
    Y = pd.DataFrame(table.final_demand, index=index, columns=columns)
    again = InputOutputTable.from_frames(Z, Y, value_added=pd.Series(table.value_added, index=index)[::-1])
    assert again.leontief_inverse == pytest.approx(table.leontief_inverse)
    assert again.value_added == pytest.approx(table.value_added)
    with refused(MeasureError, "measures.table_not_complete"):
        InputOutputTable.from_frames(Z.iloc[::-1], Y)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"value_added": [62.1090909, 70.0]}, "measures.table_not_balanced"),
        ({"output": [90.0, 109.8181818]}, Fault.of("measures.table_not_balanced", n_off=1, n=2)),
        ({"transactions": [[-1.0, 10.0], [8.0, 30.0]]}, "measures.sales_negative"),
        ({"transactions": [[1.0, np.nan], [8.0, 30.0]]}, "measures.table_not_finite"),
        ({"transactions": np.eye(3)}, "measures.table_shape"),
        ({"countries": ("s", "s")}, "measures.labels_repeated"),
        ({"final_demand": [[-50.0, -60.0], [8.0, 60.0]]}, "measures.output_negative"),
    ],
)
def test_a_bad_table_is_refused_with_the_place_and_the_size(change: dict, kind) -> None:
    table = toy()
    parts = {
        "transactions": table.transactions,
        "final_demand": table.final_demand,
        "countries": table.countries,
        "sectors": table.sectors,
    }
    with refused(MeasureError, kind):
        InputOutputTable(**(parts | change))


def test_a_table_that_is_not_productive_is_refused() -> None:
    table = InputOutputTable(
        transactions=[[9.0, 6.0], [6.0, 9.0]],
        final_demand=[[-5.0], [-5.0]],
        countries=("a",),
        sectors=("x", "y"),
    )
    with refused(MeasureError, "measures.not_productive"):
        _ = table.leontief_inverse


def test_sectors_that_buy_without_producing_are_refused_and_idle_ones_are_noted() -> None:
    parts = {"countries": ("a",), "sectors": ("x", "y")}
    with refused(MeasureError, "measures.inputs_without_output", names="a y"):
        InputOutputTable(
            transactions=[[1.0, 2.0], [0.0, 0.0]],
            final_demand=[[5.0], [0.0]],
            value_added=[7.0, -2.0],
            **parts,
        )
    idle = InputOutputTable(transactions=[[1.0, 0.0], [0.0, 0.0]], final_demand=[[5.0], [0.0]], **parts)
    assert noted(idle.notes, "no_output", names="a y")
    assert np.isnan(upstreamness(idle).frame["upstreamness"][1])
    assert np.isnan(value_added_exports(idle).frame["domestic_value_added_share"]).all()


def test_upstreamness_counts_the_stages_of_a_chain() -> None:
    table = InputOutputTable(
        transactions=[[0, 10.0, 0], [0, 0, 20.0], [0, 0, 0]],
        final_demand=[[0.0], [0.0], [30.0]],
        countries=("a",),
        sectors=("ore", "steel", "cars"),
    )
    frame = upstreamness(table).frame
    assert frame["upstreamness"].tolist() == pytest.approx([3.0, 2.0, 1.0])
    assert frame["downstreamness"].tolist() == pytest.approx([1.0, 1.5, 2.0])


def test_input_coefficients_equal_rows_of_the_matrices() -> None:
    table = random_table(4)
    frame = input_coefficients(table, ["s1", "s2"]).frame
    chosen = [i for i, (_, sector) in enumerate(table.labels) if sector in ("s1", "s2")]
    complete = table.leontief_inverse - np.eye(len(table.labels))
    assert frame["direct_coefficient"].to_numpy() == pytest.approx(
        table.technical_coefficients[chosen].sum(axis=0)
    )
    assert frame["complete_coefficient"].to_numpy() == pytest.approx(complete[chosen].sum(axis=0))
    assert frame["complete_dependence"].to_numpy() == pytest.approx(
        complete[chosen].sum(axis=0) / complete.sum(axis=0)
    )
    own = [i for i in chosen if table.labels[i][0] == "c0"]
    added = table.value_added_coefficients[:, None] * table.leontief_inverse
    assert frame["value_added_share_domestic"][1] == pytest.approx(added[own, 1].sum())
    everything = input_coefficients(table, table.sectors).frame
    assert everything["value_added_share"].to_numpy() == pytest.approx(np.ones(12))


def test_unknown_inputs_and_levels_are_refused() -> None:
    with refused(MeasureError, "measures.inputs_unknown"):
        input_coefficients(toy(), "ICT")
    with refused(MeasureError, "measures.no_inputs"):
        input_coefficients(toy(), ())
    with refused(MeasureError, "arguments.value_outside", argument="level"):
        gvc_participation(toy(), "world")  # type: ignore[arg-type]
    with refused(MeasureError, "arguments.value_outside", argument="terms"):
        export_decomposition(toy(), "tiva")  # type: ignore[arg-type]


def test_production_participation_adds_up_to_value_added() -> None:
    table = random_table(6)
    frame = production_participation(table, "country").frame
    # domestic use + traditional trade + GVC = all value added: check the first two directly
    local = domestic_inverse(table)
    pure = table.value_added_coefficients * (local @ (table.final_demand.sum(axis=1)))
    pure = table.by_country_of_column(pure)
    assert (pure / frame["value_added"] + frame["forward_gvc"]).to_numpy() == pytest.approx(np.ones(4))
    assert (frame["forward_simple"] + frame["forward_complex"]).to_numpy() == pytest.approx(
        frame["forward_gvc"].to_numpy()
    )
    assert value_added_origins(table).sum() == pytest.approx(table.exports.sum())


def test_the_number_of_threads_does_not_change_a_bit() -> None:
    table = random_table(9, 20, 10)
    parts = {name: getattr(table, name) for name in ("transactions", "final_demand", "countries", "sectors")}
    answers = set()
    for threads in (1, 2):
        with threadpool_limits(limits=threads, user_api="blas"):
            frame = export_decomposition(InputOutputTable(**parts), level="sector").frame
            answers.add(frame.select_dtypes("number").to_numpy().tobytes())
    assert len(answers) == 1
