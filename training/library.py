"""All documents in a library of the product, so that retrieval brings what it really brings."""

from collections.abc import Callable, Iterable
from pathlib import Path

from assistant.app import Assistant, build
from assistant.evaluate import fill
from assistant.settings import load_settings
from index.schema import Article, text_id
from training.data import Document

Progress = Callable[[int, int], None]


def library(home: Path, documents: Iterable[Document], progress: Progress) -> tuple[Assistant, dict[str, Document]]:
    """The library in the folder `home`, embedded, and the documents by the ids of their articles there."""
    assistant = build(load_settings(home=home))
    by_article = {text_id(document.text): document for document in documents if document.sentences}
    articles = [
        (document.id, Article(article_id, document.title, document.text)) for article_id, document in by_article.items()
    ]
    for _ in fill(assistant, articles):
        pass
    assistant.embedder.export()
    assistant.writer.drain(progress)
    assistant.embedder.load()
    assistant.writer.start()
    return assistant, by_article
