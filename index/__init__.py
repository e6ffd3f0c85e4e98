"""Articles in, passages out. In the order an article travels:

schema       the nouns and the error tree
reading      a file's bytes -> an article; formats: a reader for each family of files
parts        a file of many articles, one by one
web          a page by its address; asking: the one that asks servers; connecting: to public addresses only
following    followed feeds: their entries -> articles; polling: on a schedule
paging       where the pages of a PDF begin in what is kept of its text
cleaning     what in a scraped text is no evidence; statements: what a text says of itself
splitting    an article -> passages on sentence borders
words        the words of a text as the keyword index sees them
catalogue    the database: the truth about articles, passages, embeddings
ignoring     which files of a folder are left out
planning     a folder beside what the catalogue knows of it -> a plan
synchronise  folders and files -> the catalogue: a plan is applied
watching     the followed folders, synchronised whenever something stirs
watches      how it stands with each of them, as any process can tell
alone        what one process does at a time: watching, polling
duplicates   articles that are nearly the same -> groups
embedding    texts -> vectors
inference    a model in ONNX Runtime, texts side by side
export       the packaged model -> a file for ONNX Runtime, in a process of its own
spaces       which embedding model answers: the one that is set, or the one before until all is embedded
vectors      the Chroma collection over the passages; collecting: kept equal to the catalogue
background   the one writer of vectors, behind every command
nearest      the stored vectors in memory: exact search by meaning
fusion       two searches' scores -> one order
retrieve     a question -> the passages that may answer it
doctor       whether all of it agrees, and the mending of what does not
"""
