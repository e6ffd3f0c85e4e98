"""Every kind of file that can be read, one module a family: bytes and a name -> paragraphs and facts.

text        encodings; the paragraphs of plain text
fields      the names under which records and front matter state facts
markdown    Markdown with its front matter
page        HTML
mail        mails and the web pages that a browser saves in their shape
archive     zip archives and XML, opened with care
word        Word documents
book        EPUB
rich        RTF
pdf         PDF
records     articles as JSON or rows of a table
"""
