"""Pages of the C++ reference, made from the doc comments of the public headers: one page a module.

A header is cut into its declarations at the level of the namespace, each with the `///` comment above it. Classes are shown as they
stand, without what is private; bodies of functions are left out. That is all the parsing there is: it relies on the sources being
formatted (`make format`), not on knowing C++.
"""

import dataclasses
import pathlib
import re

NAME = re.compile(r"(?:class|struct|enum class|concept|using|union)\s+(?:alignas\([^)]*\)\s*)?([A-Za-z_]\w*)")
FUNCTION = re.compile(r"(operator\s*\S+?|[A-Za-z_][\w:]*)\s*\(")
VARIABLE = re.compile(r"([A-Za-z_]\w*)\s*(?:\[[^]]*\]\s*)?(?:=|\{|;)")


@dataclasses.dataclass
class Entry:
    """Declarations of one name: of each its comment and its code, in lines."""

    name: str
    declarations: list[tuple[list[str], list[str]]]


def entries_of(header: str) -> list[Entry]:
    """The declarations of a header's namespace, in order; overloads that follow each other share an entry."""
    entries: list[Entry] = []
    for comment, code in _declarations(header):
        name = _name_of(code)
        if name is None or "::" in name or name in ("static_assert", "decltype") or (not comment and _is_forward(code)):
            continue
        if not entries or entries[-1].name != name:
            entries.append(Entry(name, []))
        declarations = entries[-1].declarations
        if declarations and not comment:
            declarations[-1][1].extend(_shown(code))
        else:
            declarations.append((comment, _shown(code)))
    return entries


def _declarations(header: str):
    """(comment, lines of code) of everything that stands directly in a namespace."""
    comment: list[str] = []
    code: list[str] = []
    depth = 0
    for line in header.splitlines():
        text = line.strip()
        if not code and (text.startswith(("#", "namespace ")) or re.match(r"}\s*// namespace", text)):
            comment = []
        elif not code and text.startswith("///"):
            comment.append(text[3:].removeprefix(" "))
        elif not code and (not text or text.startswith("//")):
            comment = [] if not text else comment
        else:
            code.append(line)
            bare = re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|//.*', "", line)
            depth += sum(bare.count(c) for c in "{(") - sum(bare.count(c) for c in "})")
            bare = bare.rstrip()
            if depth == 0 and (bare.endswith((";", "}"))):
                yield comment, code
                comment, code = [], []


def _head(code: list[str]) -> str:
    text = " ".join(line.strip() for line in code if not line.strip().startswith("//"))
    while text.startswith("template"):
        depth = 0
        for i, c in enumerate(text):
            depth += (c == "<") - (c == ">")
            if c == ">" and depth == 0:
                text = text[i + 1 :].strip()
                break
        else:
            break
        text = re.sub(r"^requires\s+(?:\([^)]*\)|\S+)\s*", "", text)
    return re.sub(r"\[\[[^]]*\]\]\s*", "", text)


def _name_of(code: list[str]) -> str | None:
    head = _head(code)
    if named := NAME.match(head):
        return named[1]
    before_body = re.split(r"[{=;]", head)[0] if "operator" not in head else head
    if re.search(r">::(operator\b|~?\w+\s*\()", before_body):
        return None  # a member of a class template, which is declared above
    if "(" in before_body and (named := FUNCTION.search(before_body)):
        return named[1].replace(" ", "")
    named = VARIABLE.search(head)
    return named[1] if named else None


def _is_forward(code: list[str]) -> bool:
    return (
        len(code) == 1 and re.fullmatch(r"(class|struct|enum class) \w+(\s*:\s*[\w:]+)?;", code[0].strip()) is not None
    )


def _shown(code: list[str]) -> list[str]:
    """A class without its private part, a function without its body."""
    if NAME.match(_head(code)):
        shown, hidden = [], False
        for line in code:
            if re.match(r" (private|protected):", line):
                hidden = True
            elif re.match(r" public:", line):
                hidden = False
            if not hidden or line.startswith("}"):
                shown.append(line)
        while len(shown) > 1 and not shown[-2].strip():
            del shown[-2]
        return shown
    text = "\n".join(code)
    if "(" in text.split("{")[0] and text.rstrip().endswith("}") and "=" not in text.split("(")[0]:
        return (text[: _body(text)].rstrip() + ";").splitlines()
    return code


def _body(text: str) -> int:
    """Where the body of a function begins: the first brace that is in no parentheses."""
    depth = 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "{" and depth == 0:
            return i
    return len(text)


def markdown_of(comment: list[str]) -> str:
    """A doc comment as Markdown: what looks like HTML or like a link is text."""
    lines = []
    for line in comment:
        parts = line.split("`")
        if not line.startswith("    "):
            parts[::2] = [part.replace("<", "&lt;").replace("](", "]\\(") for part in parts[::2]]
        lines.append("`".join(parts))
    text, open_list = [], False
    for line in lines:
        is_item = line.lstrip().startswith("- ")
        if is_item and not open_list and text and text[-1]:
            text.append("")
        open_list = is_item or (open_list and bool(line))
        text.append(line)
    return "\n".join(text)


def module_page(module: str, about: str, folder: pathlib.Path) -> str:
    """The page of a module: its headers in the order of the alphabet."""
    parts = [f"# `{module}`\n\n{about[:1].upper()}{about[1:]}.\n"]
    for header in sorted(folder.glob("*.h")):
        parts.append(f"## `rgm/{module}/{header.name}`\n")
        for entry in entries_of(header.read_text()):
            parts.append(f"### {entry.name}\n" if entry.name.startswith("operator") else f"### `{entry.name}`\n")
            for comment, code in entry.declarations:
                if comment:
                    parts.append(markdown_of(comment) + "\n")
                parts.append("```cpp\n" + "\n".join(code) + "\n```\n")
    return "\n".join(parts)


def modules_of(layers: str) -> dict[str, str]:
    """The modules with public headers and what each does, from the text of layers.toml."""
    return dict(re.findall(r"^\[(\w+)\]\s*#\s*(.+)$", layers, re.MULTILINE))


def write_reference(root: pathlib.Path, target: pathlib.Path, write) -> None:
    """The pages and their overview, `write(path, text)` writes one."""
    headers = root / "include/rgm"
    modules = modules_of((root / "layers.toml").read_text())
    modules = {name: about for name, about in modules.items() if (headers / name).is_dir()}
    for name, about in modules.items():
        write(target / f"{name}.md", module_page(name, about, headers / name))
    rows = "\n".join(f"| [`{name}`]({name}.md) | {about} |" for name, about in modules.items())
    pages = "\n".join(modules)
    write(
        target / "index.md",
        "# C++ reference\n\nWhat the public headers say, a page a module, from the bottom to the top. [The C++ library](../../library.md) "
        "shows how they are used together, and [Hacking](../../hacking.md) which module may know which.\n\n"
        f"| module | what it does |\n|---|---|\n{rows}\n\n```{{toctree}}\n:hidden:\n\n{pages}\n```\n",
    )
