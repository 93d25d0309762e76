"""Write ``llms.txt`` from the guide inside the package."""

from pathlib import Path

from digimfg.files import write_text
from digimfg.guidance import guide_for_assistants

if __name__ == "__main__":
    write_text(Path(__file__).parents[1] / "llms.txt", guide_for_assistants())
