"""`bbs demo` and the sample community it shows."""
