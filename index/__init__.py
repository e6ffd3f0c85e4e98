"""Articles in, passages out. In the order an article travels:

schema       the nouns and the error tree
reading      a file's bytes -> an article
splitting    an article -> passages on sentence borders
catalogue    the database: the truth about articles, passages, embeddings
synchronise  folders and files -> the catalogue: plan, then apply
embedding    texts -> vectors
vectors      the Chroma collection over the passages
background   the one writer of vectors, behind every command
retrieve     a question -> the passages that may answer it
"""
