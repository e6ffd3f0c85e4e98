"""Which errors of a model the check of its sentences finds, and how often it doubts a true one."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from assistant.align import Aligner
from assistant.app import open_library
from assistant.evaluation_files import read_articles
from assistant.facts import names
from assistant.language import is_english
from assistant.settings import load_settings
from assistant.starter import add_starter
from benchmarks.planting import PLANTED, TRUE, Rewriting, Source
from index.embedding import Embedder, LazyEmbedder
from index.schema import Article, Hit
from index.splitting import sentences, split, word_count

EACH = 100  # sentences of each kind
ARTICLES = 2500


def measure(folder: Path, written: Path | None, examples: int, seed: int) -> None:
    """Print, for each kind of sentence, how many were doubted, and the precision and recall of doubting."""
    embedder = LazyEmbedder(folder=load_settings().home / "models")
    embedder.export()
    random = Random(seed)
    sources = list(_sources([article for _, article in read_articles(folder / "articles.jsonl")], random))
    verdicts = {
        kind: list(_verdicts(kind, rewrite, sources, embedder, random, examples))
        for kind, rewrite in {**TRUE, **PLANTED}.items()
    }
    _print(verdicts)
    if written:
        _print_written(written, embedder, examples)


def _verdicts(
    kind: str, rewrite: Rewriting, sources: list[Source], embedder: Embedder, random: Random, examples: int
) -> Iterator[str]:
    """The verdicts on EACH sentences of a kind, each citing the passage that it was made of; the first wrong ones."""
    count = 0
    for source in random.sample(sources, len(sources)):
        text = rewrite(source.text, source, random)
        if text is None or (kind != "as it is" and text == source.text):
            continue
        aligned = Aligner([source.hit], embedder.embed).align(text, [1])
        assert aligned is not None, "a sentence that cites a passage is always aligned"
        if (aligned.verdict.support != "supported") == (kind in TRUE) and examples > 0:
            examples -= 1
            print(f"--- {kind}", source.text, text, f"{aligned.verdict.support}: {aligned.verdict.reason}", sep="\n")
        yield aligned.verdict.support
        count += 1
        if count == EACH:
            return


def _print_written(path: Path, embedder: Embedder, examples: int) -> None:
    """The verdicts on sentences that cite nothing, with all passages of their article to be traced to."""
    with TemporaryDirectory() as home:
        library = open_library(load_settings(home=Path(home)))
        list(add_starter(library))
        articles = library.catalogue.by_id(row.id for row in library.catalogue.rows())
        library.database.close()
    passages = {article.title: [Hit(each, article, 1.0) for each in split(article)] for article in articles.values()}
    counts: Counter[tuple[bool, bool, str]] = Counter()
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        aligned = Aligner(passages[row["article"]], embedder.embed).align(row["sentence"], ())
        support = aligned.verdict.support if aligned else "not said"
        counts[row["kept_aside"], row["true"], support] += 1
        if (support == "supported") != row["true"] and examples:
            print(
                f"--- {row['true']}",
                row["sentence"],
                f"{support}: {aligned.verdict.reason if aligned else ''}",
                sep="\n",
            )
    for (aside, true, support), count in sorted(counts.items(), reverse=True):
        print(f"written{', kept aside' if aside else '':13}{'true' if true else 'wrong':8}{support:14}{count:4}")


def _sources(articles: list[Article], random: Random) -> Iterator[Source]:
    """Sentences drawn at random, one of an article."""
    drawn = random.sample(articles, min(ARTICLES, len(articles)))
    found = [each for article in drawn if (each := _drawn(article, random))]
    texts = [hit.article.text[slice(*span)] for hit, span in found]
    named = [text[name.start : name.end] for text in texts for name in names(text)]
    for hit, span in found:
        yield Source(hit, span, [text for text in texts if text not in hit.article.text], named)


def _drawn(article: Article, random: Random) -> tuple[Hit, tuple[int, int]] | None:
    passages = split(article)
    if not passages or not is_english(article.text[:2000]):
        return None
    passage = random.choice(passages)
    spans = [
        (start, end)
        for start, end in sentences(article.text, passage.start, passage.end)
        if 8 <= word_count(article.text[start:end]) <= 40
        and article.text[end - 1] == "."
        and article.text[start].isupper()
    ]
    return (Hit(passage, article, 1.0), random.choice(spans)) if spans else None


def _print(verdicts: dict[str, list[str]]) -> None:
    print(f"{'sentences':22}{'number':>8}{'partly':>8}{'unsupported':>13}{'doubted':>9}")
    doubted: dict[str, list[bool]] = defaultdict(list)
    for kind, found in verdicts.items():
        partly, not_at_all = found.count("partly"), found.count("unsupported")
        share = (partly + not_at_all) / max(1, len(found))
        print(f"{kind:22}{len(found):8}{partly:8}{not_at_all:13}{share:9.3f}")
        groups = ["true"] if kind in TRUE else ["planted", *(["facts"] if kind in ("number", "date", "name") else [])]
        for group in groups:
            doubted[group] += [verdict != "supported" for verdict in found]
    true, planted, told = (doubted[group] for group in ("true", "planted", "facts"))
    print(f"true sentences doubted: {sum(true)} of {len(true)}, {sum(true) / len(true):.3f}")
    print(f"wrong numbers, dates and names doubted: {sum(told)} of {len(told)}, {sum(told) / len(told):.3f}")
    precision = sum(planted) / max(1, sum(planted) + sum(true))
    print(f"all planted errors: recall {sum(planted) / len(planted):.3f}, precision {precision:.3f}")
