"""The truth about a library: one SQLite database of articles, passages, files, keywords and embeddings.

database        connections, transactions, the tables, and what goes wrong with them
articles        `Catalogue`: articles and their passages, looked up and searched by keyword
conditions      what a filter, a search and a word become in SQL
pages           where the pages of documents begin in their articles
revisions       `Revisions`: articles as they were before their file or page changed
files           `Files`: which file holds which article, folder by folder
feeds           `Feeds`: the feeds that are followed, and which article each of their entries became
groups          `Groups`: articles that are nearly the same
holdings        `Holdings`: what the library holds, by author, source, day and subject
checks          `Checks`: whether the database is whole, and what of it can be made again
backups         the check of a copy of the database before it is trusted
embeddings      `Embeddings`: vectors by text hash, and what the Chroma collection still lacks
switching       `Switching`: which model's vectors answer, and which are made beside them
vocabulary      `Vocabulary`: the words there are, and how they are written
conversations   `Conversations`: what was asked and answered, turn by turn
"""

from index.catalogue.articles import Catalogue
from index.catalogue.backups import checked_copy
from index.catalogue.checks import Checks, KeywordState
from index.catalogue.conversations import ConversationChangedError, ConversationRow, Conversations
from index.catalogue.database import Connection, Database
from index.catalogue.embeddings import NOTHING, Embeddings, Mark
from index.catalogue.feeds import GONE, EntryRecord, FeedRecord, Feeds
from index.catalogue.files import FileRecord, Files, PageRecord
from index.catalogue.groups import Groups, Signed
from index.catalogue.holdings import Found, Holdings, Sought
from index.catalogue.revisions import Revisions
from index.catalogue.switching import Model, Switching
from index.catalogue.vocabulary import Vocabulary

__all__ = [
    "GONE",
    "NOTHING",
    "Catalogue",
    "Checks",
    "Connection",
    "ConversationChangedError",
    "ConversationRow",
    "Conversations",
    "Database",
    "Embeddings",
    "EntryRecord",
    "FeedRecord",
    "Feeds",
    "FileRecord",
    "Files",
    "Found",
    "Groups",
    "Holdings",
    "KeywordState",
    "Mark",
    "Model",
    "PageRecord",
    "Revisions",
    "Signed",
    "Sought",
    "Switching",
    "Vocabulary",
    "checked_copy",
]
