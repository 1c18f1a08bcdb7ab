"""Whole folders: which film has which subtitles, what is still to do, and who does it.

pairing.pair(folder) -> pairs      planning.plan(pairs) -> films      running.run(films) -> batch.json, batch.html
"""
