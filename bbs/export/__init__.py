"""What a member takes away: pages of an export, written as files or as JSON lines (P9)."""
