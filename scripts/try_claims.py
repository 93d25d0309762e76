"""Put packs to panels as users have them, through `digimfg init`, files and `make`; print each verdict.

Usage: python scripts/try_claims.py china_province | china_city | firm
       python scripts/try_claims.py world VALUES

The first three write a synthetic twin as yearbook spreadsheets (tables for firms), import it in a new thesis
and build its pack. The last serves the files of VALUES (`wdi_40_countries.csv`, `country_year_merged.csv`)
from this machine in the World Bank's form, fetches them and builds the world's pack on the vintage fetched.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd

import digimfg as dm
from digimfg.evidence.project import judge_project
from digimfg.measures.china_provinces import china_province_weights
from digimfg.paper.ledger import ledger_of
from digimfg.paper.packs.declared import PANEL_KEYS, panel_tests
from digimfg.project import Project
from digimfg.simulation.mechanisms import simulate_mechanisms
from digimfg.simulation.system import simulate_system
from digimfg.thesis import create_thesis
from digimfg.variables.china_places import CITIES, PROVINCES

ROOT = Path(__file__).parents[1]
SEED = 2
SERIES = {
    "IT.NET.USER.ZS": ("2", "Internet_users"),
    "IT.NET.BBND.P2": ("2", "Fixed_broadband_subscriptions"),
    "IT.CEL.SETS.P2": ("2", "Mobile_cellular_subscriptions"),
    "IT.NET.SECR.P6": ("2", "Secure_servers"),
    "NV.SRV.TOTL.ZS": ("2", "Services_value_added_pct_GDP"),
    "NV.IND.MANF.ZS": ("2", "Manufacturing_value_added_pct_GDP"),
    "TX.VAL.TECH.MF.ZS": ("2", "High_tech_exports_pct_mfg_exports"),
    "GOV_WGI_GE.EST": ("3", "Government_Effectiveness"),
    "GOV_WGI_RL.EST": ("3", "Rule_of_Law"),
    "GOV_WGI_RQ.EST": ("3", "Regulatory_Quality"),
}
INDUSTRY = ("NV.MNF.TECH.ZS.UN", "sdg_nv_ind_tech")


def cities() -> pd.DataFrame:
    """Return a twin of Chinese cities: digital index, thresholds, and flows within and between provinces."""
    years = np.arange(2011, 2023)
    codes = [code for code in CITIES if code[:2] + "0000" in PROVINCES]
    homes = [code[:2] + "0000" for code in codes]
    weights = china_province_weights([PROVINCES[code][1] for code in PROVINCES])
    place = {code: number for number, code in enumerate(PROVINCES)}
    home = np.array([place[code] for code in homes])
    rng, truth = np.random.default_rng(SEED), dm.SimulationTruth()
    plain = simulate_mechanisms(len(codes), years, truth, rng, None)
    digital = rng.standard_normal((len(codes), 1)) + rng.standard_normal((len(codes), len(years)))
    links = (home[:, None] == home[None, :]).astype(float)
    flows = simulate_system(
        digital, truth, rng, links, weights.matrix.toarray()[home[:, None], home[None, :]]
    )
    gain = truth.slope + truth.threshold_gain * (plain["threshold_variable"] > truth.threshold)
    upgraded = (
        gain * digital + rng.standard_normal((len(codes), 1)) + 0.5 * rng.standard_normal(digital.shape)
    )
    columns = {
        "digital_index": digital,
        "upgrading_flows": flows["upgrading_flows"],
        "threshold_variable": plain["threshold_variable"],
        "upgrading_threshold": upgraded,
    }
    frame = pd.DataFrame({"city": np.repeat([CITIES[code] for code in codes], len(years))})
    frame["province"] = np.repeat([PROVINCES[code][0] for code in homes], len(years))
    values = {name: matrix.ravel() for name, matrix in columns.items()}
    return frame.assign(year=np.tile(years, len(codes)), **values, synthetic=1)


def twin(panel: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return a synthetic panel, and how its keys are headed in a yearbook."""
    if panel == "china_city":
        return cities(), {"city": "城市", "year": "年份", "province": "省份"}
    if panel == "firm":
        return dm.simulate_panel("firm", seed=SEED, units=300), {}
    frame = dm.simulate_panel("china_province", seed=SEED)
    return frame.assign(province=frame["province_name_zh"]), {"province": "地区", "year": "年份"}


def lay_out(folder: Path, panel: str) -> None:
    """Make a thesis whose raw files hold the twin, half of its columns each."""
    create_thesis(folder, panel)
    frame, heads = twin(panel)
    roles = sorted({role for test in panel_tests(panel).values() for role in test.roles})
    keys = [*PANEL_KEYS[panel], *(["province"] if panel in ("firm", "china_city") else [])]
    half = max(1, len(roles) // 2)
    for number, part in enumerate((roles[:half], roles[half:])):
        written = frame[[*keys, *part, "synthetic"]].rename(columns=heads)
        path = folder / "data" / "raw" / f"yearbook_{number}"
        if panel == "firm":
            written.to_csv(path.with_suffix(".csv"), index=False)
        else:
            written.to_excel(path.with_suffix(".xlsx"), index=False)
        mapping = folder / "data" / "mappings" / f"yearbook_{number}.toml"
        mapping.write_text(f'panel = "{panel}"\n', encoding="utf-8")


def serve(values: Path) -> ThreadingHTTPServer:
    """Start a server that speaks as the World Bank does and knows the values of a folder."""
    path = ROOT / "tests" / "unit" / "fetching" / "conftest.py"
    spec = importlib.util.spec_from_file_location("publishers", path)
    assert spec is not None and spec.loader is not None  # noqa: PT018
    publishers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(publishers)
    bank = publishers.WorldBank()
    wdi = pd.read_csv(values / "wdi_40_countries.csv")
    merged = pd.read_csv(values / "country_year_merged.csv", usecols=["iso3", "year", INDUSTRY[1]])
    merged = merged.rename(columns={"iso3": "country"})
    merged = merged[merged["country"].isin(set(wdi["country"]))]
    held = {code: (home, wdi, column) for code, (home, column) in SERIES.items()}
    held[INDUSTRY[0]] = ("2", merged, INDUSTRY[1])
    for code, (home, frame, column) in held.items():
        rows = frame[["country", "year", column]].dropna().itertuples(index=False)
        bank.values[code] = (home, [(place, int(year), float(value)) for place, year, value in rows])
    handler = type("Handler", (publishers.Handler,), {"bank": bank})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def run(folder: Path, *command: str, vintage: str = "shipped") -> None:
    """Run a command in a folder as a user would."""
    environment = os.environ | {"DIGIMFG_VINTAGE": vintage, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=sys.stderr)


def built(folder: Path, panel: str, vintage: str = "shipped") -> Project:
    """Build the pack alone with make and return the project."""
    own = f"INTERPRETER={sys.executable}" if panel == "world" else f"PYTHON={sys.executable}"
    run(folder, "make", f"run-claims_{panel}", own, f"VINTAGE={vintage}", vintage=vintage)
    project = Project(folder)
    for other in project.analysis_files():
        if other != f"claims_{panel}":
            (project.analyses / f"{other}.py").unlink()
    return project


def fetched_world(folder: Path, values: Path) -> None:
    """Make a checkout with the world's pack alone, and fetch the served values into it."""
    for name in ("src", "Makefile", "pyproject.toml", "requirements", "scripts"):
        (folder / name).symlink_to(ROOT / name)
    for name in ("data/raw", "data/processed"):
        target = folder / name
        target.mkdir(parents=True)
        run(ROOT, "cp", "-r", f"{ROOT / name}/.", str(target))
    (folder / "analyses").mkdir()
    pack = (ROOT / "analyses" / "claims_world.py").read_text(encoding="utf-8")
    (folder / "analyses" / "claims_world.py").write_text(pack, encoding="utf-8")
    server = serve(values)
    address = f"http://127.0.0.1:{server.server_port}/v2"
    codes = ",".join([*SERIES, INDUSTRY[0]])
    run(
        folder, sys.executable, "-m", "digimfg", "data", "fetch", "world_bank",
        "--indicators", codes, "--base-url", address,
    )  # fmt: skip
    server.shutdown()


def main() -> None:
    panel = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "thesis"
        if panel == "world":
            folder.mkdir()
            fetched_world(folder, Path(sys.argv[2]))
            os.environ["DIGIMFG_VINTAGE"] = "latest"
        else:
            lay_out(folder, panel)
        project = built(folder, panel, "latest" if panel == "world" else "shipped")
        os.chdir(folder)  # packs look for imported files in the project around them
        found, _ = judge_project(project, ledger_of(project))
        os.chdir(ROOT)
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(["claim", "panel", "status", "grade", "synthetic", "p", "verdict"])
        for verdict in found.verdicts:
            for each in verdict.panels:
                row = [
                    each.status,
                    each.grade,
                    each.synthetic,
                    "" if each.p_value is None else f"{each.p_value:.3g}",
                    verdict.headline.en,
                ]
                writer.writerow([each.claim, each.panel, *row])
                for said in each.described:
                    sys.stderr.write(f"{each.claim}: {said.en}\n")


if __name__ == "__main__":
    main()
