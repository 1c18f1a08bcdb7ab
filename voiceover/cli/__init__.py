"""The command line: one file for each command, options in, one call out."""
