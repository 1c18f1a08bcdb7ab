"""Recordings to voices. Nothing but the command line imports this package."""
