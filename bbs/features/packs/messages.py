"""Packs: a board is read line by line, and its server signs the whole (protocol 29)."""
