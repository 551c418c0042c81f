"""The scenes of the pictures: the keys that lead to each, and which of them the pages show."""

from bbs_client.theme import FOLKMOOT

PRESSES_TO_THE_END = 60  # more than it takes: at the end Space does nothing

KEYS: dict[str, str] = {
    "start": "",
    "home": "0",
    "end": f"0 space*{PRESSES_TO_THE_END}",
    "board": "j enter",
    "thread": "j enter j enter j j",
    "by-time": "j enter j enter v j j",
    "read": "n",
    "lounge": "j 3",
    "composer": "j enter enter r 'I own a torque wrench and no car. It may live there too.' enter"
    " enter '*One* condition: a list by the door, with `who` and `since when`.'",
    "new-thread": "j t 'Whose ladder is in the hall?' tab 'It is blue, and it is in the way.'",
    "say": "j 3 r 'Is anybody still up?'",
    "search": "/ 'frost' enter",
    "switch": "g 'pump'",
    "seat": "j j j j S",
    "norms": "j #",
    "leave": "j enter enter r 'They grow.' ctrl+s wait _ wait",
    "inbox": "4",
    "saved": "5",
    "settings": ",",
    "members": "&",
    "letters": "~",
    "preview": "j enter enter r 'Wrapped, *all nine*:' enter '- two layers for the figs' f3",
    "info": "j enter enter i",
    "member": "j enter enter u",
    "who": "w",
    "log": "A",
    "waiting": "V",
    "outbox": "o",
    "empty": "j j j j j enter",
    "help": "?",
    "palette": "ctrl+p 'read'",
    "banner": "f2",
    "welcome": "f7",
    "arrived": "f7 space",
    "tour": "f2 space space space n",
    "theme": "ctrl+t j",
    "keys": "f4",
    "command": ": 'go'",
    "communities": "W",
    "offer": "j j j j j S",
    "desk": "d wait",
    "case": "d wait j enter wait",
    "batch": "d wait j j enter wait j enter wait",
    "report": "j enter enter wait ! wait",
    "move": "j j enter wait | wait",
    "claim": "g 'herons' enter wait f6 wait wait",
}
"""What is pressed to come to each screen from the first one; what is quoted is typed, at `wait` the server answers."""

BOARDS_GO = ("move", "claim")
"""Scenes in which a board moves away and another comes; they are taken after all others."""

AT_THE_DESK = ("desk", "case", "batch")
"""Scenes of a visitor who moderates a board, where somebody waits; they are taken after the first."""

IN_THE_PAGES = (
    ("home", FOLKMOOT.name, (100, 30)),
    ("thread", FOLKMOOT.name, (140, 40)),
    ("end", FOLKMOOT.name, (80, 24)),
    ("composer", "dusk", (100, 30)),
    ("lounge", "amber", (80, 24)),
    ("seat", "daylight", (80, 24)),
    ("leave", FOLKMOOT.name, (80, 24)),
    ("move", FOLKMOOT.name, (80, 24)),
    ("claim", FOLKMOOT.name, (80, 24)),
    ("welcome", FOLKMOOT.name, (80, 24)),
    ("settings", FOLKMOOT.name, (80, 24)),
    ("letters", FOLKMOOT.name, (80, 24)),
    ("desk", FOLKMOOT.name, (80, 24)),
    ("case", FOLKMOOT.name, (80, 24)),
    ("batch", FOLKMOOT.name, (80, 24)),
    ("report", "daylight", (80, 24)),
    ("theme", "amber", (80, 24)),
)
