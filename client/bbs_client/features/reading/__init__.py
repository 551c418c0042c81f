"""The client's side of the feature reading."""
