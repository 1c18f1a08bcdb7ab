"""What a checkpoint claims to hold, added up before torch believes it: no memory is taken on a stranger's word.

A checkpoint is a pickle beside its numbers. The pickle says how many numbers each tensor has and in which steps it
walks through which piece of storage: a walk of no steps makes a terabyte of four bytes, and a storage that is said to
be larger than its bytes is made as large as it says. Here the pickle is run with stand-ins that only count.
"""

from __future__ import annotations

import math
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from voiceover.errors import BadInputError

LARGEST = 2_000_000_000  # bytes of all tensors; the published size with its optimizer's state has a fifth
LARGEST_PICKLE = 8_000_000  # bytes; the published one has 100,000
_WIDTHS = {
    "Double": 8, "Long": 8, "ComplexFloat": 8, "ComplexDouble": 16, "Float": 4, "Int": 4, "Half": 2, "BFloat16": 2,
    "Short": 2, "Char": 1, "Byte": 1, "Bool": 1, "Untyped": 1,
}  # fmt: skip
_ZIP = b"PK\x03\x04"
_LEGACY = 5  # pickles that an old file begins with: two numbers, the machine, what was saved, the names of its storages
_REBUILD = "_rebuild_tensor_v2"
_REMEDY = "It is damaged, or made to do harm: get the file again, from whoever trained the network."


def check(path: Path) -> None:
    """Raise BadInputError for a checkpoint that claims more than it holds or than any voice needs.

    Nothing in it is run. Raises OSError if it cannot be read, and whatever the reader of pickles makes of what is none.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        if size > LARGEST:
            raise _refused(path, f"has {size / 1e9:.1f} GB, more than any voice's")
        if file.read(4) == _ZIP:
            pickled, records = _unzip(path, size)
            if pickled is not None:
                _Claims(path, size, records).read(pickled, 1)
        else:
            file.seek(0)
            _Claims(path, size, None).read(BytesIO(file.read(LARGEST_PICKLE)), _LEGACY)


def _unzip(path: Path, size: int) -> tuple[BytesIO | None, Mapping[str, int]]:
    """Return the pickle in an archive, and the size of each piece of storage by its name."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        names = [member.filename.casefold() for member in members]  # as torch looks them up
        if any(name.endswith("/constants.pkl") for name in names):
            return None, {}  # a TorchScript program: torch refuses it as such
        if len(set(names)) < len(names):
            raise _refused(path, "holds two files of one name")
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise _refused(path, "is compressed, as no checkpoint is")
        if sum(member.file_size for member in members) > size:
            raise _refused(path, "says that it holds more than it does")
        pickles = [member for member in members if member.filename.rpartition("/")[2] == "data.pkl"]
        if len(pickles) != 1:
            raise _refused(path, "is an archive without a checkpoint in it")
        if pickles[0].file_size > LARGEST_PICKLE:
            raise _refused(path, "has a description larger than any voice's")
        records = {member.filename.rpartition("/")[2]: member.file_size for member in members}
        return BytesIO(archive.read(pickles[0])), records


class _Claims:
    """Adds up what pickles claim."""

    def __init__(self, path: Path, size: int, records: Mapping[str, int] | None) -> None:
        self._path, self._size, self._records = path, size, records
        self._storages: dict[str, int] = {}  # bytes, by name
        self._bytes = 0

    def read(self, pickled: BytesIO, count: int) -> None:
        """Run so many pickles, one after the other."""
        claims = self

        class Counter(pickle._Unpickler):  # C's takes memory for the asking
            def find_class(self, module: str, name: str) -> Any:
                return claims.stand_in(module, name)

            def persistent_load(self, what: Any) -> Any:
                return claims.storage(what)

        for _ in range(count):
            Counter(pickled).load()

    def stand_in(self, module: str, name: str) -> Any:
        """Return what counts instead of what a pickle calls."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module in {"torch", "torch.storage"} and name.endswith("Storage"):
            return _WIDTHS.get(name.removesuffix("Storage"), 16)
        if (module, name) == ("torch._utils", _REBUILD):
            return self.tensor
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return _first
        if module.partition(".")[0] in {"torch", "builtins", "__builtin__", "_codecs"} and name not in _HARMLESS:
            raise _refused(self._path, f"calls {module}.{name}, which no voice needs")
        return _Inert  # torch refuses it, with its name

    def storage(self, what: Any) -> _Storage:
        """Check a piece of storage against the bytes there are: its kind, name, place and number of elements."""
        kind, width, name, _, elements = what[:5]
        if kind != "storage" or not isinstance(width, int) or not isinstance(elements, int) or elements < 0:
            raise _refused(self._path, "names a storage that is none")
        here = self._size if self._records is None else self._records.get(str(name), 0)
        self._storages[str(name)] = max(elements * width, self._storages.get(str(name), 0))
        if elements * width > here or sum(self._storages.values()) > self._size:
            raise _refused(self._path, f"says that it holds {elements * width / 1e6:.1f} MB where it does not")
        return _Storage(elements, width)

    def tensor(self, storage: Any, offset: Any, sizes: Any, strides: Any, *_: Any) -> None:
        """Count a tensor, and check that it stays within its storage."""
        numbers = (offset, *sizes, *strides)
        if not isinstance(storage, _Storage) or not all(isinstance(number, int) and number >= 0 for number in numbers):
            raise _refused(self._path, "holds a tensor whose sizes make no sense")
        elements = math.prod(sizes)
        last = offset + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True))
        self._bytes += elements * max(storage.width, 4)  # as they are worked with
        if elements and last >= storage.elements:
            raise _refused(self._path, f"holds a tensor of {elements} numbers in a storage of {storage.elements}")
        if self._bytes > LARGEST:
            raise _refused(self._path, f"holds tensors of more than {LARGEST / 1e9:g} GB")


@dataclass(frozen=True, slots=True)
class _Storage:
    elements: int
    width: int  # bytes


class _Inert:
    """Something that a pickle makes, fills and never uses."""

    def __new__(cls, *_: Any, **__: Any) -> _Inert:
        return super().__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __setstate__(self, _: Any) -> None: ...

    def __setitem__(self, *_: Any) -> None: ...

    def append(self, _: Any) -> None: ...

    def extend(self, _: Any) -> None: ...

    def add(self, _: Any) -> None: ...


# kinds of numbers and places, which take no memory; sets, whose members stand in the file
_HARMLESS = frozenset(
    "device Size float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool set frozenset complex".split()
)


def _first(value: Any, *_: Any) -> Any:
    return value


def _refused(path: Path, what: str) -> BadInputError:
    return BadInputError(f"{path}: {what}.", _REMEDY)
