"""What a document breaks of a JSON Schema.

The package that knows is loaded when the first is asked about: it builds forty grammars for two seconds, and every
process of the test run collects every test.
"""

from typing import Any


def mistakes(document: Any, schema: Any) -> list[str]:
    """Sentences, by the draft that the schema names, else by 2020-12."""
    from jsonschema.validators import validator_for

    return [error.message for error in validator_for(schema)(schema).iter_errors(document)]
