"""The truth about a library: one SQLite database of articles, passages, files, keywords and embeddings.

database     connections, transactions, the tables, and what goes wrong with them
articles     `Catalogue`: articles and their passages, looked up and searched by keyword
files        `Files`: which file holds which article, folder by folder
embeddings   `Embeddings`: vectors by text hash, and what the Chroma collection still lacks
"""

from index.catalogue.articles import Catalogue
from index.catalogue.database import Connection, Database
from index.catalogue.embeddings import NOTHING, Embeddings, Mark
from index.catalogue.files import FileRecord, Files, PageRecord

__all__ = ["NOTHING", "Catalogue", "Connection", "Database", "Embeddings", "FileRecord", "Files", "Mark", "PageRecord"]
