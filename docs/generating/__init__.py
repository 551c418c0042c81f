"""What writes docs/reference: one module for each kind of page. Run by docs/generate.py."""
