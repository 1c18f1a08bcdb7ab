"""Written text -> spoken text -> tokens."""
