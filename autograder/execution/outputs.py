"""Outputs from what a notebook publishes, checked against nbformat's schema.

nbformat checks each output with jsonschema, which costs more than the rest of an output's way;
fastjsonschema, which it checks whole notebooks with, compiles the same schema once.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema
import nbformat.v4
from nbformat import NotebookNode

# what a message of each kind holds that becomes part of the output
PARTS = {
    "stream": ("name", "text"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}


@functools.cache
def _check(kind: str) -> Callable[[Any], Any]:
    v4 = nbformat.v4.nbbase
    name = v4.nbformat_schema[v4.nbformat, v4.nbformat_minor]
    schema = json.loads((Path(v4.__file__).parent / name).read_text())
    parts = {"$schema": schema["$schema"], "definitions": schema["definitions"]}
    return fastjsonschema.compile({**parts, "$ref": f"#/definitions/{kind}"})


def output_of(kind: str, content: dict[str, Any]) -> NotebookNode:
    """The output that a message makes.  Raises ValueError where it makes none, or a wrong one."""
    if kind not in PARTS:
        raise ValueError(f"{kind} makes no output")
    parts = {name: content[name] for name in PARTS[kind] if name in content}
    output = nbformat.from_dict({"output_type": kind, **parts})
    try:
        _check(kind)(output)
    except fastjsonschema.JsonSchemaValueException as error:
        raise ValueError(f"no {kind}: {error.message[:200]}") from None
    return output
