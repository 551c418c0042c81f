"""Packs: a board as a plain file that another community can take in (protocol 29)."""
