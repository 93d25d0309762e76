"""A first table in marimo: ``marimo edit docs/examples/first_table.py``."""

import marimo

app = marimo.App()


@app.cell
def _():
    import digimfg as dm

    panel = dm.simulate_panel("china_province", seed=2026)
    return dm, panel


@app.cell
def _(dm, panel):
    spec = dm.Specification(
        "upgrading_linear",
        "digital_index",
        controls="control",
        entity="province",
        time="year",
        fixed_effects=("province", "year"),
    )
    result = dm.estimate(spec, panel)
    result
    return result, spec


@app.cell
def _(dm, result):
    table = dm.RegressionTable({"(1)": result})
    table
    return (table,)


@app.cell
def _(dm, result):
    figure = dm.CoefficientPlot({"(1)": result})
    figure
    return (figure,)


if __name__ == "__main__":
    app.run()
