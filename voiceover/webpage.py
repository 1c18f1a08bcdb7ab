"""What all web pages of voiceover share: one look, and the safe way to put text, data and scripts into a file.

Pages open from disk, load nothing from a network, and treat every text as what people wrote, never as markup.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files


def asset(name: str) -> str:
    """Return the text of a style sheet, script or template of the package."""
    return files("voiceover").joinpath("pages", name).read_text("utf-8")


def opening(title: str, style: str = "") -> str:
    """Return the beginning of a page, up to its first element; `style` adds to what all pages share."""
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{asset('base.css')}{style}</style>\n"
    )


def policy(script: str) -> str:
    """Return a content security policy under which `script` runs, and nothing else, whatever a text contains."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "media-src 'self' file: blob:"
    )
