"""The plain client: lines instead of a screen, for screen readers, slow connections and scripts."""
