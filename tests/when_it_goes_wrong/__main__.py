"""Rewrites docs/when-it-goes-wrong.md."""

from tests.when_it_goes_wrong.document import PAGE, text

if __name__ == "__main__":
    PAGE.write_text(text())
