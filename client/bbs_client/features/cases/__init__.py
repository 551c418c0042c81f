"""Cases on the screen: the desk, a case, what concerns the reader, their reports."""
