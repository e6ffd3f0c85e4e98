"""The names under which front matter, records and tables state facts, and the facts under those names."""

from collections.abc import Mapping

from index.formats.text import line_of
from index.statements import Facts, parse_date

_FIELDS = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "by", "byline"),
    "source": ("source", "site", "sitename", "site_name", "publisher", "publication"),
    "url": ("url", "link", "canonical", "source_url"),
    "published": ("published", "date", "published_at", "publishedat", "publish_date", "pubdate", "date_published"),
}


def facts_in(stated: Mapping[object, object]) -> Facts:
    """The facts among named values; the first name that says something counts."""
    values = {key.strip().casefold(): words_of(value) for key, value in stated.items() if isinstance(key, str)}
    fact = {name: next((values[k] for k in keys if values.get(k)), "") for name, keys in _FIELDS.items()}
    return Facts(fact["title"], fact["author"], fact["source"], fact["url"], parse_date(fact["published"]))


def words_of(value: object) -> str:
    """A value in words: a string, the strings of a list, or the `name` of what has one."""
    items = value if isinstance(value, list) else [value]
    words = [item.get("name") if isinstance(item, dict) else item for item in items]
    return ", ".join(line_of(word) for word in words if isinstance(word, str))
