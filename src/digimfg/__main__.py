"""Let ``python -m digimfg`` do what the console script does."""

from digimfg.cli import main

if __name__ == "__main__":
    main()
