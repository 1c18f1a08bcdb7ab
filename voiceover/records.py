"""YAML that people write, with the line of each thing in it, so that a message can say where it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voiceover.errors import BadInputError
from voiceover.subtitles.encoding import read_text

_DEEPEST = 8  # mappings and lists within each other


class Record:
    """A mapping of a YAML file: its values, and the line on which each key stands."""

    def __init__(self, path: Path, line: int, values: dict[str, Any], lines: dict[str, int]) -> None:
        self.path, self.line, self.values, self.lines = path, line, values, lines

    def where(self, key: str | None = None) -> str:
        """Say where a key, or the mapping itself, stands: file and line."""
        return f"{self.path}, line {self.lines.get(key or '', self.line)}"

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self.values.items())

    def section(self, key: str) -> Record:
        """Return the mapping under a key, an empty one where there is none.

        Raises BadInputError if something else stands there.
        """
        value = self.values.get(key)
        if value is None:
            return Record(self.path, self.line, {}, {})
        if not isinstance(value, Record):
            raise BadInputError(
                f"{self.where(key)}: “{key}” must hold entries, one a line.", "Write “name: value” under it."
            )
        return value


def read(path: Path, *, what: str) -> Record:
    """Read a YAML file whose top is a mapping; numbers, texts, lists and mappings only.

    Raises BadInputError, with file and line, for what is no YAML, and for anything else at the top. `what` names the
    file in messages: “a cast file”.
    """
    import yaml

    text = read_text(path, remedy=f"Give {what}; there is one to start from in templates/.")
    try:
        _check_events(path, text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadInputError(
            f"{path}, line {mark.line + 1 if mark else 1}: this is not YAML ({error.problem or error.context}).",
            "Write “name: value”, sub-entries indented by two spaces; put texts with : # or * into quotation marks.",
        ) from None
    except yaml.reader.ReaderError as error:
        raise BadInputError(
            f"{path}, line {text.count(chr(10), 0, error.position) + 1}: a control character.",
            "Remove it, and save the file as plain text in UTF-8.",
        ) from None
    value = _value(path, node, yaml.SafeLoader("")) if node is not None else None
    if not isinstance(value, Record):
        raise BadInputError(f"{path} is not {what}: it has no “name: value” entries.", "See the file in templates/.")
    return value


def _check_events(path: Path, text: str) -> None:
    """Raise BadInputError for what a few characters can make too large: references, and nesting."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise BadInputError(
                f"{path}, line {line}: *{event.anchor} is a reference, which is not read.",
                "Write it out, or put a text that begins with * into quotation marks.",
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise BadInputError(f"{path}, line {line}: this is nested too deeply.", "See the file in templates/.")


def _value(path: Path, node: Any, loader: Any) -> Any:
    import yaml

    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key, number = key_node.value, key_node.start_mark.line + 1
            if not isinstance(key, str):
                raise BadInputError(
                    f"{path}, line {number}: a list stands where a name should.",
                    "Put a name with brackets into quotation marks.",
                )
            if key in lines:
                raise BadInputError(
                    f"{path}, line {number}: “{key}” stands on line {lines[key]} already.", "Keep one of the two."
                )
            values[key], lines[key] = _value(path, value_node, loader), number
        return Record(path, node.start_mark.line + 1, values, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(path, item, loader) for item in node.value]
    try:
        return loader.construct_object(node)
    except (ValueError, yaml.YAMLError):  # 2024-02-30, !!python/object
        raise BadInputError(
            f"{path}, line {node.start_mark.line + 1}: {node.value[:40]!r} cannot be read.",
            "Put it into quotation marks.",
        ) from None
