"""Write bbs/data/confusables.txt and scripts.txt from Unicode's own files.

    python tests/tools/make_confusables.py CONFUSABLES SCRIPTS

CONFUSABLES is `security/confusables.txt` and SCRIPTS `ucd/Scripts.txt` of one Unicode version; they
also come with ICU's source and with Debian's `unicode-data`. Entries no name can reach are left out.
"""

import re
import sys
import unicodedata
from pathlib import Path

DATA = Path(__file__).parents[2] / "bbs" / "data"

NOTICE = """\
# Copyright © 1991-2022 Unicode, Inc. All rights reserved.
# Distributed under the Terms of Use in https://www.unicode.org/copyright.html.
#
# Permission is hereby granted, free of charge, to any person obtaining a copy of the Unicode data
# files and any associated documentation (the "Data Files") or Unicode software and any associated
# documentation (the "Software") to deal in the Data Files or Software without restriction, including
# without limitation the rights to use, copy, modify, merge, publish, distribute, and/or sell copies
# of the Data Files or Software, and to permit persons to whom the Data Files or Software are
# furnished to do so, provided that either (a) this copyright and permission notice appear with all
# copies of the Data Files or Software, or (b) this copyright and permission notice appear in
# associated Documentation.
#
# THE DATA FILES AND SOFTWARE ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED,
# INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
# NONINFRINGEMENT OF THIRD PARTY RIGHTS. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR HOLDERS INCLUDED IN
# THIS NOTICE BE LIABLE FOR ANY CLAIM, OR ANY SPECIAL INDIRECT OR CONSEQUENTIAL DAMAGES, OR ANY DAMAGES
# WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE
# OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THE DATA
# FILES OR SOFTWARE. Except as contained in this notice, the name of a copyright holder shall not be
# used in advertising or otherwise to promote the sale, use or other dealings in these Data Files or
# Software without prior written authorization of the copyright holder.
"""


def main(confusables: Path, scripts: Path) -> None:
    """Write both data files from the two Unicode files."""
    DATA.mkdir(exist_ok=True)
    source = confusables.read_text(encoding="utf-8-sig")
    write("confusables", version(source, r"# Version: (\S+)"), confusable_lines(source))
    source = scripts.read_text(encoding="utf-8")
    write("scripts", version(source, r"# Scripts-(\S+)\.txt"), script_lines(source))


def version(source: str, pattern: str) -> str:
    """Return the Unicode version a file names in its header."""
    found = re.search(pattern, source)
    assert found is not None
    return found[1]


def fields(source: str) -> list[list[str]]:
    """Return the semicolon-separated fields of every line that has some."""
    rows = [line.split("#")[0].split(";") for line in source.splitlines()]
    return [[field.strip() for field in row] for row in rows if len(row) > 1]


def confusable_lines(source: str) -> list[str]:
    """Return `prototype: sources` in hex, closed under mapping and compatibility decomposition."""
    table: dict[str, str] = {}
    for code, target, *_ in fields(source):
        char = chr(int(code, 16))
        # skeleton() decomposes before it looks up, so what decomposes is never looked up.
        if unicodedata.category(char)[0] in "LMNPS" and unicodedata.normalize("NFKD", char) == char:
            table[char] = "".join(chr(int(part, 16)) for part in target.split())
    for char in table:
        seen = table[char]
        while (step := closed(seen, table)) != seen:
            seen = step
        table[char] = seen
    by_target: dict[str, list[str]] = {}
    for char, target in table.items():
        if char != target:
            by_target.setdefault(target, []).append(char)
    return [
        f"{hexed(target, '+')}: {hexed(sorted(by_target[target]), ' ')}"
        for target in sorted(by_target)
    ]


def closed(target: str, table: dict[str, str]) -> str:
    """Return `target` decomposed and mapped once more."""
    target = unicodedata.normalize("NFKD", target)
    return unicodedata.normalize("NFKD", "".join(table.get(char, char) for char in target))


def script_lines(source: str) -> list[str]:
    """Return `Script: first-last ...` in hex, adjacent ranges joined, shared scripts left out."""
    by_script: dict[str, list[tuple[int, int]]] = {}
    for codes, script in fields(source):
        if script not in ("Common", "Inherited"):
            first, _, last = codes.partition("..")
            by_script.setdefault(script, []).append((int(first, 16), int(last or first, 16)))
    lines = []
    for script in sorted(by_script):
        joined: list[tuple[int, int]] = []
        for first, last in sorted(by_script[script]):
            if joined and joined[-1][1] + 1 == first:
                first = joined.pop()[0]
            joined.append((first, last))
        lines.append(f"{script}: {' '.join(f'{first:04X}-{last:04X}' for first, last in joined)}")
    return lines


def hexed(chars: str | list[str], between: str) -> str:
    """Return code points in hex."""
    return between.join(f"{ord(char):04X}" for char in chars)


def write(name: str, unicode_version: str, lines: list[str]) -> None:
    """Write one data file under its notice."""
    title = f"# {name} of Unicode {unicode_version}, made by tests/tools/make_confusables.py\n#\n"
    text = title + NOTICE + "".join(line + "\n" for line in lines)
    (DATA / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
