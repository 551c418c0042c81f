"""The JSON schema of packs, line by line, made from their structs."""

from typing import Any, get_args

import msgspec

from bbs.features.packs.pack_limits import PACK_CHECK_LINES, PACK_VERSION
from bbs.features.packs.views import Line
from generating.plan_schema import readable


def pack_lines() -> dict[str, Any]:
    """Return the schema of each line of a pack, in the order in which they stand."""
    lines, found = msgspec.json.schema_components(get_args(Line), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of a pack, as `bbs admin pack` writes it (protocol 29)",
        "description": (
            "JSON lines in UTF-8, in the order of the kinds below: a PackHeading, PackSettings, each"
            " PackNorms; for each thread a PackThread, its PackAuthors and PackPosts; PackActs; a"
            f" PackCheck, which also follows every {PACK_CHECK_LINES} other lines; PackSignatures."
        ),
        "version": PACK_VERSION,
        "oneOf": list(lines),
        "$defs": {name: readable(found[name]) for name in sorted(found)},
    }
