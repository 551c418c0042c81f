"""Make Markdown of mail text: fence what Markdown would redraw, so that it stays as written."""

import re

_FENCE_TICKS_MIN = 3

# A line Markdown would read as something else than a line of a paragraph or a quote: indented,
# a heading, a list, a rule or an underline, a table, a definition, code. (HTML is never read.)
_redrawn = re.compile(r"[ \t]|[#+*=~|`\[-]|_{3}|\d+[.)]").match
# Characters that vanish inside a paragraph, beside *stress*, which is meant so.
_swallowed = re.compile(r"[\\`*]|~~|\|\||(?<!\w)_|_(?!\w)|&#?\w+;").search
_meant = re.compile(r"(?<!\w)([*_])\w+\1(?!\w)").sub
_quote = re.compile(r"(?:> ?)+").match
_ticks = re.compile(r"^\s*(`{3,})", re.MULTILINE).findall
_DIFF_START = re.compile(r"diff (?:--git|-\w)|Index: |--- \S|@@ -\d")
_SIGNATURE = re.compile(r"-- ?|_{20,}")


def as_markdown(text: str) -> str:
    r"""Return mail text as Markdown that shows every character of it. Pure.

    The rule: blocks of lines between empty lines stay as they are if Markdown shows them as they
    are; what it would redraw (indented lines, lists, diffs, `#`, `\`) is put between fences, and
    a diff is a single block up to the signature, with its empty lines. Without the fence lines,
    the result is the text again.

    Args:
        text: Lines separated by `\n`.
    """
    out: list[str] = []
    fence: list[str] = []
    gap: list[str] = []
    for block in _blocks(text.split("\n")):
        if not block[0].strip():
            gap.extend(block)
        elif _needs_fence(block):
            if fence:
                fence += gap
            else:
                out += gap
            fence += block
            gap = []
        else:
            out += [*_closed(fence), *gap, *block]
            fence, gap = [], []
    return "\n".join([*out, *_closed(fence), *gap])


def fenced(text: str, info: str) -> str:
    r"""Return `text` as a fenced code block, the fence longer than any inside. Pure.

    Args:
        text: Lines separated by `\n`.
        info: The word after the opening fence, such as `diff`.
    """
    ticks = "`" * max([_FENCE_TICKS_MIN, *(len(each) + 1 for each in _ticks(text))])
    return f"{ticks}{info}\n{text}\n{ticks}"


def _closed(fence: list[str]) -> list[str]:
    if not fence:
        return []
    diff = any(_DIFF_START.match(line) for line in fence)
    return fenced("\n".join(fence), "diff" if diff else "text").split("\n")


def _blocks(lines: list[str]) -> list[list[str]]:
    """Split lines where empty lines begin and end; a diff is a single block with its empty lines."""
    blocks: list[list[str]] = []
    in_diff = False
    was_empty: bool | None = None
    for number, line in enumerate(lines):
        if in_diff:
            in_diff = not _SIGNATURE.fullmatch(line)
            starts = not in_diff
        else:
            in_diff = _starts_diff(lines, number)
            starts = in_diff or was_empty is not (not line.strip())
        was_empty = not line.strip() and not in_diff
        if starts or not blocks:
            blocks.append([line])
        else:
            blocks[-1].append(line)
    return blocks


def _starts_diff(lines: list[str], number: int) -> bool:
    """Whether a diff begins here: at its first line, or at the `---` and the statistics above it."""
    line = lines[number]
    if line.startswith("--- "):
        return number + 1 < len(lines) and lines[number + 1].startswith("+++ ")
    if line == "---":
        return any(each.startswith("diff --git ") for each in lines[number + 1 : number + 60])
    return bool(_DIFF_START.match(line)) and not line.startswith("@@")


def _needs_fence(block: list[str]) -> bool:
    """Whether Markdown would show any line of a block otherwise than it is written."""
    depth = 0
    for line in block:
        quoted = _quote(line)
        inner = line[quoted.end() :] if quoted else line
        above, depth = depth, quoted[0].count(">") if quoted else 0
        # Markdown takes a shallower line below a quote for a part of the quote.
        if above > depth or _redrawn(inner) or _DIFF_START.match(inner):
            return True
        if _swallowed(_meant("", inner)):
            return True
        if not inner:
            depth = 0
    return False
