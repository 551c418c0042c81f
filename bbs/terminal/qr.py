"""A text as a QR code in characters, for a phone that reads it off the screen."""

QUIET_ZONE = 2  # modules of margin; phones read it, though the standard asks for 4
_HALVES = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


def qr_rows(text: str) -> list[str]:
    """Return the rows of a QR code, two modules high each; the light modules are drawn.

    So it is right where letters are lighter than the ground. It has the lowest error correction: a
    screen has no scratches, and fewer rows fit more screens.

    Args:
        text: The content; links are short enough for any code.
    """
    import segno  # late: most starts show none

    code = segno.make(text, micro=False, error="l", boost_error=False)
    light = [[not dark for dark in row] for row in code.matrix_iter(border=QUIET_ZONE)]
    if len(light) % 2:
        light.append([False] * len(light[0]))
    return [
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(light[::2], light[1::2], strict=True)
    ]
