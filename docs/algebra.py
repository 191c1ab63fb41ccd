"""The algebra of the rules as MathML, which browsers set without a script, a font or a network.

The rules state it in one plain notation (``sum over i in h of k[i,t] <= n``), for docstrings and terminals. Here the
page of the program gets the same as formulas; what is not notation stays the words it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: The page whose blocks are formulas.
PAGE = "program"
GREEK = {"rho": "ρ", "theta": "θ", "eta": "η", "nu": "ν"}
SIGNS = {"<=": "≤", ">=": "≥", "*": "·", "-": "−", "...": "…"}
CLOSING = [f"<mo>{sign}</mo>" for sign in ",;)"]
NAMED = {"kmin": "k_min", "kmax": "k_max"}
TOKEN = re.compile(r"\s*(<=|>=|\.\.\.|[=*/+\-(),<>]|\d+(?:\.\d+)?|[A-Za-zА-я][A-Za-zА-я_]*'?|\[|\]|\S)")
#: The period before, where it stands for its year.
BEFORE = re.compile(r"\s*t-1(?=\))")
#: A line of the notation is a statement of its own where it compares, unless it goes on with the one before.
RELATION = re.compile(r"<=|>=|=")
CONTINUES = ("-", "+", "<", "for ", "then ")
#: "sum over i in h of": the words end where a formula begins.
SUM = re.compile(r"\s*sum over ((?:(?!\bsum over\b).)+?) of (?=[A-Za-z_]+'?\[|\(|\d|sum\b|m(?:in|ax)\(|w b\b|b$|e_)")


def _element(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>"


def _letters(name: str, below: str = "") -> str:
    """A quantity as a formula has it: its letter, Greek or not, what follows the underscore above, its index below."""
    base, _, above = NAMED.get(name, name).partition("_")
    if above and len(base) > 1 and base not in GREEK:
        base, above = f"{base} {above}", ""
    bare = base.rstrip("'")
    letter = _element("mrow", _element("mi", escape(GREEK.get(bare, bare))) + ("<mo>′</mo>" if base != bare else ""))
    over, under = _element("mtext", escape(above.replace("_", " "))), _element("mrow", below)
    if above and below:
        return f"<msubsup>{letter}{under}{over}</msubsup>"
    return f"<msup>{letter}{over}</msup>" if above else f"<msub>{letter}{under}</msub>" if below else letter


def _is_name(word: str, following: str) -> bool:
    """Whether a word is a quantity: it has an index or a part above, is Greek, or one letter (``a`` is the article)."""
    bare = word.rstrip("'")
    return following.startswith("[") or (len(bare) == 1 and bare != "a") or bare in GREEK or bare[1:2] == "_"


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Kind (``text`` or ``math``) and MathML of each piece, from the left."""
    at = 0
    while at < len(text):
        if found := SUM.match(text, at):
            below = _element("mrow", formula(found[1]))
            yield "math", f"<munder><mo>∑</mo>{below}</munder>"
            at = found.end()
            continue
        if found := BEFORE.match(text, at):
            yield "math", _letters("t", "<mo>−</mo><mn>1</mn>")
            at = found.end()
            continue
        found = TOKEN.match(text, at)
        if not found:
            return
        token, at = found[1], found.end()
        if token[0].isalpha() and _is_name(token, text[at:]):
            if not text[at:].startswith("["):
                yield "math", _letters(token)
                continue
            end = text.index("]", at)
            yield "math", _letters(token, formula(text[at + 1 : end]))
            at = end + 1
        elif token[0].isalpha():
            yield "text", escape(token)
        elif token[0].isdigit():
            yield "math", _element("mn", token)
        else:
            yield "math", _element("mo", escape(SIGNS.get(token, token)))


def formula(text: str) -> str:
    """A stretch of the notation as MathML, without the element around it."""
    parts: list[str] = []
    pieces = [*_pieces(text), ("end", "")]
    words: list[str] = []
    for kind, piece in pieces:
        if kind == "text":
            words.append(piece)
            continue
        if words:
            # A blank on either side, but for the edges, inside brackets and before a comma.
            left = "" if not parts or parts[-1] == "<mo>(</mo>" else "\N{NO-BREAK SPACE}"
            right = "" if kind == "end" or piece in CLOSING else "\N{NO-BREAK SPACE}"
            parts.append(_element("mtext", f"{left}{' '.join(words)}{right}"))
            words = []
        parts.append(piece)
    return "".join(parts)


def _element_of(part: str) -> str:
    return f'<math displaystyle="true" alttext="{escape(part, quote=True)}"><mrow>{formula(part)}</mrow></math>'


def lines(block: str) -> str:
    """A block of the page as HTML: a row for each statement; what several blanks or a new line set apart may wrap."""
    rows: list[list[str]] = []
    for line in block.splitlines():
        parts = [part for part in re.split(r"\s{3,}", line.strip()) if part]
        if not rows or (RELATION.search(line) and not line.startswith(CONTINUES)):
            rows.append([])
        rows[-1] += parts
    told = (" ".join(_element_of(part) for part in row) for row in rows)
    return f'<div class="algebra">{"".join(f"<div>{row}</div>" for row in told)}</div>'


def _set(app: Sphinx, doctree: nodes.document) -> None:
    if app.env.docname == PAGE:
        for block in list(doctree.findall(nodes.literal_block)):
            block.replace_self(nodes.raw("", lines(block.astext()), format="html"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Formulas in place of the blocks of the page of the program."""
    app.connect("doctree-read", _set)
    return {"parallel_read_safe": True}
