"""Entry point of the developer set-up: `scripts/dev help` tells the commands."""

from devenv.cli import main

if __name__ == "__main__":
    main()
