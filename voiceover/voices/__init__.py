"""Voices: the seam, the voices behind it, and where they are found."""
