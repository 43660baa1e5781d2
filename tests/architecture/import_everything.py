"""Import every module of infobank while watching what importing does.

What the modules import from elsewhere is imported first: only our own work is watched.
Prints how many modules there were; ends with an error at the first that does anything.
"""

import ast
import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "infobank"
WATCHED = ("socket.", "subprocess.", "os.", "shutil.", "tempfile.", "urllib.", "sqlite3.")
CODE = (".py", ".pyc", ".so")
LOOKING = {"os.listdir", "os.scandir"}
"""How the import system finds modules."""

_importing = ""


def main() -> None:
    """Import the world, then the house under watch."""
    sys.path.insert(0, str(ROOT))
    sys.dont_write_bytecode = True
    names = sorted(_name(path) for path in PACKAGE.rglob("*.py") if path.stem != "__main__")
    for statement in sorted({each for path in PACKAGE.rglob("*.py") for each in _foreign(path)}):
        exec(statement, {"__name__": __name__})  # noqa: S102 - our own import statements
    sys.addaudithook(_watch)
    for name in names:
        _import(name)
    sys.stdout.write(f"{len(names)}\n")


def _import(name: str) -> None:
    global _importing  # noqa: PLW0603 - a hook takes no argument of ours
    _importing = name
    importlib.import_module(name)
    _importing = ""


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if not _importing or event in LOOKING:
        return
    if event.startswith(WATCHED) or (event == "open" and not str(arguments[0]).endswith(CODE)):
        raise RuntimeError(f"importing {_importing} causes {event} {arguments!r}")


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _foreign(path: Path) -> set[str]:
    """Return the import statements of a module that name something outside the house."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            origins = ["" if node.level else node.module or ""]
        elif isinstance(node, ast.Import):
            origins = [alias.name for alias in node.names]
        else:
            continue
        if not any(origin.partition(".")[0] in {"infobank", ""} for origin in origins):
            found.add(ast.unparse(node))
    return found


if __name__ == "__main__":
    main()
