"""The plain client: lines instead of a screen, for screen readers, slow links and scripts."""
