"""XML files as the formats need them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any  # lxml has no types


def add(parent: Element, tag: str, text: object = None, /, **attributes: object) -> Element:
    """Append an element and return it. An attribute's trailing underscore, which Python asks for, is left out."""
    child = etree.SubElement(parent, tag, {key.rstrip("_"): str(value) for key, value in attributes.items()})
    if text is not None:
        child.text = str(text)
    return child


def save(root: Element, path: Path, doctype: str | None = None) -> None:
    """Write a document with indentation, in UTF-8."""
    etree.indent(root, "  ")
    path.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", doctype=doctype, pretty_print=True))
