from __future__ import annotations

import ast
import json
import tomllib
import zipfile
from pathlib import Path

import pytest

from voiceover import __version__
from voiceover.editors import assembly

ODD = ["/a path/with \"quotes\" and 'more'\\", "-m", "voiceover"]


def test_the_archives_hold_what_blender_looks_for(tmp_path: Path) -> None:
    extension, addon = assembly.pack_blender(tmp_path / "new")
    inside, around = (zipfile.ZipFile(path) for path in (extension, addon))
    manifest = tomllib.loads(inside.read("blender_manifest.toml").decode())
    assert (manifest["id"], manifest["version"]) == ("voiceover_narration", __version__)
    assert manifest["blender_version_min"] == "4.2.0"
    assert "__init__.py" in inside.namelist()
    assert {name.partition("/")[0] for name in around.namelist()} == {"voiceover_narration"}
    assert {f"voiceover_narration/{name}" for name in inside.namelist()} == set(around.namelist())
    tree = ast.parse(inside.read("__init__.py"))
    (info,) = (ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign))
    assert ".".join(map(str, info["version"])) == __version__
    assert info["blender"] == (3, 4, 0)
    assert inside.read("command.txt") == b"voiceover\n"
    assert inside.testzip() is None


def test_the_same_files_make_the_same_archives(tmp_path: Path) -> None:
    one, other = assembly.pack_blender(tmp_path / "a"), assembly.pack_blender(tmp_path / "b")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


@pytest.mark.parametrize("assemble", [assembly.assemble_blender, assembly.assemble_audacity])
def test_a_python_plugin_runs_on_old_pythons_and_imports_nothing_of_ours(assemble: object, tmp_path: Path) -> None:
    files = assemble(["voiceover"])  # type: ignore[operator]
    assert json.loads(files[assembly.MARK]) == {"format": 1, "version": __version__}
    for name, content in files.items():
        if name.endswith(".py"):
            tree = ast.parse(content, name, feature_version=(3, 8))
            imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            imported += [item.name for node in ast.walk(tree) if isinstance(node, ast.Import) for item in node.names]
            assert not {name for name in imported if name.partition(".")[0] == "voiceover"}


def test_a_lua_plugin_is_one_file_that_begins_with_its_version() -> None:
    (resolve,) = assembly.assemble_resolve(ODD).values()
    (aegisub,) = assembly.assemble_aegisub(ODD).values()
    for content in (resolve, aegisub):
        rows = content.decode().splitlines()
        assert rows[0] == f"-- voiceover plugin {__version__}"
        assert rows[1].startswith('local voiceover_command = {"/a path/with \\"quotes\\" and \'more\'\\\\"')
    assert f'script_version = "{__version__}"' in aegisub.decode()
