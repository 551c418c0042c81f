"""A member's export: its pages, written as files or as JSON lines (P9)."""
