"""An independent reading of rendered HTML: the standard library's parser, and what a rater's page may hold."""

from html.parser import HTMLParser

BARE = "blockquote br code em hr li pre s strong table tbody thead tr ul"
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "rel", "target", "referrerpolicy"},
    "ol": {"start"},
    "span": {"class", "title"},
    **{name: {"class"} for name in ("div", "p", "td", "th", "h3", "h4", "h5", "h6")},
    **{name: set() for name in BARE.split()},
}
VOID = {"br", "hr"}


class Page(HTMLParser):
    """Collects tags, text and everything that is not allowed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.classes: set[str] = set()
        self.wrong: list[str] = []
        self.open: list[str] = []
        self.pieces: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.wrong += [f"<{tag}>"] if tag not in ATTRIBUTES else []
        self.wrong += [
            f"{tag} {name}={value}" for name, value in attrs if name not in ATTRIBUTES.get(tag, ())
        ]
        self.classes |= {name for key, value in attrs if key == "class" for name in (value or "").split()}
        if tag == "a":
            self.links.append(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data}>")


def checked(html: str) -> Page:
    """The page, once nothing in it is wrong: tags, attributes, nesting, link targets."""
    page = Page(html)
    assert page.wrong == []
    assert page.open == []
    for link in page.links:
        assert str(link["href"]).lower().startswith(("http://", "https://", "mailto:")), link
        assert set(str(link["rel"]).split()) == {"noopener", "noreferrer", "nofollow"}
        assert (link["target"], link["referrerpolicy"]) == ("_blank", "no-referrer")
    return page
