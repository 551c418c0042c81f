"""The client's side of each feature: how its events change the mirror, and how it looks."""
