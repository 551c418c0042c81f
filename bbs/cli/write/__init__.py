"""Commands that change something in the caller's name: posts, lines, marks, seats, choices."""
