"""`python -m sandbox`."""

from sandbox.cli.app import app


def main() -> None:
    app(prog_name="python -m sandbox")


if __name__ == "__main__":
    main()
