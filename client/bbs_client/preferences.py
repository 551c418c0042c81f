"""The reader's settings as values; `settings` reads them from the file and keeps them there."""

from typing import Literal

from msgspec import Struct


class ClientSettings(Struct, frozen=True):
    """The reader's settings, in the table `[client]` of `client.toml`.

    Attributes:
        theme: Name of a theme; empty for the one that fits the terminal.
        keys: A preset of keys, or a file of the reader's own, looked for in the folder of
            `client.toml`.
        notices: What tells of a mention or an answer while the terminal is not looked at: `none`,
            `bell`, or `desktop` for a notice of the terminal (OSC 9 or 777).
        opens: What the client begins with: `home`, or the `boards`.
        signs: `full`, `ascii` for terminals without box drawing, `auto` for the fitting ones.
        names: `off` draws all names alike instead of in a hue each.
        banner: `off` shows no banner at home.
        times: `clock` for 21:40 and 24 Nov, `iso` for 2026-11-24.
        threads: How a thread opens: as a `tree`, or in the order of `time`.
        margin: `off` leaves the third pane away, which screens of 140 columns and more have.
        tour: `offer` until the tour was seen on this device, then `taken`.
        mouse: `off` leaves the mouse to the terminal's own selection.
    """

    theme: str = ""
    keys: str = "default"
    notices: Literal["none", "bell", "desktop"] = "bell"
    mouse: Literal["on", "off"] = "on"
    opens: Literal["home", "boards"] = "home"
    signs: Literal["auto", "full", "ascii"] = "auto"
    names: Literal["on", "off"] = "on"
    banner: Literal["on", "off"] = "on"
    times: Literal["clock", "iso"] = "clock"
    threads: Literal["tree", "time"] = "tree"
    margin: Literal["on", "off"] = "on"
    tour: Literal["offer", "taken"] = "offer"
