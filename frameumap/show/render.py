"""A `Document` as HTML without any script, or as Markdown; every value is text in both."""

from __future__ import annotations

import html
import re
from importlib.resources import files

from .document import Block, Document

#: What Markdown or the HTML in it would read as markup.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
#: Controls that turn the direction of text, or move it; shown by their numbers.
_CONTROLS = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def to_html(document: Document, picture: str | None) -> str:
    """The file."""
    style = (files(__package__) / "web" / "report.css").read_text("utf-8")
    title = html.escape(document.title)
    body = "\n".join(_html_block(block, picture) for block in document.blocks)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        " style-src 'unsafe-inline'; img-src data:\">\n"
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{_bdi(document.title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _bdi(value: object) -> str:
    """Text that cannot turn the direction of what stands beside it."""
    return f"<bdi>{html.escape(str(value))}</bdi>"


def _html_block(block: Block, picture: str | None) -> str:
    if block.kind in ("heading", "subheading"):
        tag = "h2" if block.kind == "heading" else "h3"
        return f"<{tag}>{_bdi(block.text)}</{tag}>"
    if block.kind == "text":
        return f"<p>{_bdi(block.text)}</p>"
    if block.kind == "picture":
        return f'<img alt="The map, coloured by segments" src="{picture}">' if picture else ""
    if block.kind == "code":
        code = f"<pre><code>{html.escape(block.text)}</code></pre>"
        return f"<details><summary>the schema</summary>{code}</details>" if block.option else code
    if block.kind == "bars":
        lines = "".join(
            f'<li><span>{_bdi(text)}</span><i style="width:{100 * min(1.0, size):.0f}%"></i></li>'
            for text, size in block.rows
        )
        return f'<ul class="bars">{lines}</ul>'
    return _html_table(block)


def _html_table(block: Block) -> str:
    head = "".join(f"<th>{_bdi(name)}</th>" for name in block.head)
    body = []
    for row in block.rows:
        cells = []
        for at, cell in enumerate(row):
            share = re.match(r"<?(\d+)%", str(cell)) if at == block.option else None
            bar = f' style="--share:{share[1]}%" class="bar"' if share else ""
            cells.append(f"<td{bar}>{_bdi(cell)}</td>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def to_markdown(document: Document) -> str:
    """The file."""
    parts = [f"# {_md(document.title)}", *filter(None, map(_md_block, document.blocks))]
    return "\n\n".join(parts) + "\n"


def _md(value: object) -> str:
    """A value as Markdown text in one line."""
    text = " ".join(str(value).split())
    text = _CONTROLS.sub(lambda m: f"(U+{ord(m[0]):04X})", text)
    text = re.sub(r"^([-+=])", r"\\\1", _MARKUP.sub(r"\\\1", text))
    return re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", text)  # the number of a list's item


def _md_block(block: Block) -> str:
    if block.kind in ("heading", "subheading"):
        return f"{'##' if block.kind == 'heading' else '###'} {_md(block.text)}"
    if block.kind == "text":
        return _md(block.text)
    if block.kind == "picture":
        return ""
    if block.kind == "code":
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", block.text)), default=0))
        return f"{fence}\n{block.text.strip()}\n{fence}"
    if block.kind == "bars":
        return "\n".join(f"- {_md(text)}" for text, _ in block.rows)
    lines = ["| " + " | ".join(_md(h) or " " for h in block.head) + " |"]
    lines.append("|" + "---|" * len(block.head))
    lines += ["| " + " | ".join(_md(cell) for cell in row) + " |" for row in block.rows]
    return "\n".join(lines)
