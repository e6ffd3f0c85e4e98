"""`python -m benchmarks speed`, `window`, `passages QUESTIONS ARTICLES`, `compare ...`, `support FOLDER`, `fuzz` ..."""

import argparse
import time
from importlib import import_module
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from assistant.app import Assistant, build
from assistant.evaluation_files import read_articles, read_questions
from assistant.scoring import contains
from assistant.settings import load_settings
from assistant.starter import add_starter
from benchmarks import QUESTIONS
from index.embedding import LazyEmbedder
from index.schema import text_id
from index.splitting import embedding_text, split


def main() -> None:
    """Run the measurement named on the command line; without a name, `speed`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("speed", help="reading, embedding and answering on the starter articles")
    commands.add_parser("window", help="the chat window in a real browser; needs Chromium")
    passages = commands.add_parser("passages", help="how passage size changes what the model finds")
    passages.add_argument("questions", type=Path)
    passages.add_argument("articles", type=Path)
    against = commands.add_parser("compare", help="retrieval beside llama-index's starter and plain rank fusion")
    against.add_argument("questions", type=Path)
    against.add_argument("articles", type=Path)
    against.add_argument("home", type=Path, help="a library of these articles; filled where it is empty")
    support = commands.add_parser("support", help="which errors of a model the check of its sentences finds")
    support.add_argument("folder", type=Path, help="a folder with articles.jsonl")
    support.add_argument("--written", type=Path, help="JSON lines of sentences written over the starter articles")
    support.add_argument("--examples", type=int, default=0, help="print so many of each kind that were judged wrongly")
    support.add_argument("--seed", type=int, default=11, help="draws other sentences")
    summaries = commands.add_parser("summaries", help="what a summary holds of its article, beside its first sentences")
    summaries.add_argument("folder", type=Path, help="a folder with articles.jsonl")
    summaries.add_argument("--seed", type=int, default=11, help="draws other articles")
    broken = commands.add_parser("fuzz", help="every reader against bytes made to break it; needs atheris")
    broken.add_argument("--seconds", type=int, default=180, help="for each format")
    broken.add_argument("--format", action="append", default=[], help="only this one, such as pdf; may be repeated")
    broken.add_argument("--folder", type=Path, help="where inputs that broke a reader, and what was reached, are kept")
    storm = commands.add_parser("storm", help="thousands of changes and a hundred kills, and what is left of them")
    storm.add_argument("--articles", type=int, default=2000)
    storm.add_argument("--operations", type=int, default=5000)
    storm.add_argument("--kills", type=int, default=100)
    storm.add_argument("--questions", type=int, default=300)
    storm.add_argument("--seed", type=int, default=11)
    storm.add_argument("--words", action="store_true", help="a bag of words in the place of the embedding model")
    commands.add_parser("reindex", help="2,225 articles again: unchanged, ten changed, a folder renamed")
    dropped = commands.add_parser("dropped", help="a file dropped in while 5,000 articles are being embedded")
    dropped.add_argument("--drops", type=int, default=20)
    commands.add_parser("hostile", help="files made to do harm: time and memory of a process that adds them")
    arguments = parser.parse_args()
    if arguments.command == "compare":
        from benchmarks.compare import compare  # 1 s: it brings llama-index

        compare(arguments.questions, arguments.articles, arguments.home)
    elif arguments.command == "support":
        from benchmarks.support import measure

        measure(arguments.folder, arguments.written, arguments.examples, arguments.seed)
    elif arguments.command == "summaries":
        from benchmarks.summaries import measure as measure_summaries

        measure_summaries(arguments.folder, arguments.seed)
    elif arguments.command == "fuzz":
        from benchmarks.fuzz import measure as measure_readers  # atheris is there for those who want it only

        measure_readers(arguments.seconds, arguments.format, arguments.folder)
    elif arguments.command == "storm":
        from benchmarks.storm import measure as measure_storm

        sizes = arguments.articles, arguments.operations, arguments.kills, arguments.questions
        measure_storm(*sizes, arguments.seed, arguments.words)
    elif arguments.command == "dropped":
        from benchmarks.dropped import measure as measure_drops

        measure_drops(_line, arguments.drops)
    elif arguments.command in ("reindex", "hostile"):
        import_module(f"benchmarks.{arguments.command}").measure(_line)
    elif arguments.command == "window":
        from benchmarks.window import measure as measure_window  # playwright is there for developers only

        measure_window(_line)
    elif arguments.command == "passages":
        passage_sizes(arguments.questions, arguments.articles)
    else:
        speed()


def speed() -> None:
    """Seconds for each step of an article's and of a question's way."""
    with TemporaryDirectory() as home:
        assistant = build(load_settings(home=Path(home)))
        started = time.perf_counter()
        outcomes = list(add_starter(assistant.library))
        _line("articles read and answerable, per second", len(outcomes) / (time.perf_counter() - started))
        started = time.perf_counter()
        assistant.embedder.export()
        _line("model written for ONNX Runtime, once, seconds", time.perf_counter() - started)
        assistant.embedder.load()
        total = assistant.library.catalogue.count_passages()
        started = time.perf_counter()
        assistant.writer.drain()
        _line("passages embedded and collected, per second", total / (time.perf_counter() - started))
        _questions(assistant)
        assistant.close()


def _questions(assistant: Assistant) -> None:
    assistant.writer.start()
    while assistant.writer.collection is None:
        time.sleep(0.05)
    seconds = [assistant.chat.ask([], question).answer.seconds for question in QUESTIONS]
    _line("question to answer, median seconds", median(seconds))
    _line("question to answer, 95th percentile", float(np.percentile(seconds, 95)))


def passage_sizes(questions: Path, articles: Path) -> None:
    """Share of questions whose article is first, whose answer is in the first passage and in the first five."""
    home = load_settings().home
    embedder = LazyEmbedder(folder=home / "models")
    embedder.export()
    named = read_articles(articles)
    asked = [question for question in read_questions(questions) if question.answerable]
    queries = embedder.embed([question.question for question in asked])
    print("words  passages  article first  answer in first  answer in five")
    for words in (50, 80, 110, 150, 200):
        cut = [(name, article, passage) for name, article in named for passage in split(article, words)]
        texts = {text_id(text): text for text in (embedding_text(article, passage) for _, article, passage in cut)}
        order = sorted(texts, key=lambda key: len(texts[key]))
        rows = dict(zip(order, embedder.embed([texts[key] for key in order]), strict=True))
        vectors = np.stack([rows[text_id(embedding_text(article, passage))] for _, article, passage in cut])
        best = np.argsort(-(queries @ vectors.T), axis=1)[:, :5]
        first = [cut[ranked[0]][0] in question.articles for question, ranked in zip(asked, best, strict=True)]
        held = [
            [
                any(
                    contains(cut[index][1].text[cut[index][2].start : cut[index][2].end], short)
                    for short in question.answers
                )
                for index in ranked
            ]
            for question, ranked in zip(asked, best, strict=True)
            if question.answers
        ]
        one, five = (np.mean([any(each[:count]) for each in held]) if held else float("nan") for count in (1, 5))
        print(f"{words:5}  {len(cut):8}  {np.mean(first):13.3f}  {one:15.3f}  {five:14.3f}", flush=True)


def _line(name: str, value: float) -> None:
    print(f"{name:65} {value:10.3f}")


if __name__ == "__main__":
    main()
