"""The chat window: Gradio Blocks behind a guard, served by uvicorn.

texts            every word the window shows
render           messages, articles and the first screen -> Markdown and HTML, escaped; pure
render_answer    an answer with its citations -> the same
render_revision  an article as it was when it was quoted, and what changed since -> the same
render_library   the library's status, table and outcomes -> HTML, escaped; pure
render_pictures  what it holds, over time and by source -> HTML, escaped; pure
scope            the source and date controls -> `Filters`; pure
turns            the turns of a conversation -> the messages of the chat, each citation checked; pure
ask              one question -> what the window shows while and after it is answered
suggesting       what could be asked next, once it is answered
steps            the new values of the page, one step after the other
work             the answers at work, which can be stopped, and which what can wait lets pass
apart            slow work beside the event loop
replaced         conversations as they were before a question was asked anew, for whoever takes that back
library          what the page asks the server besides questions: the reader and the library
adding           the same to bring articles in: uploads, addresses, texts, re-indexing
jobs             long work on the library, in a thread, with its progress as a value
settings_page    the same for the Settings tab
history          the same for conversations: the list, names, deleting, export
parts            the page's controls, fixed HTML, colours, and its styles and scripts (`*.css`, `*.js`)
window           the page: layout and wiring
api              the engine for programs, by HTTP
guard            who may talk to the server: host, origin, token; and the security headers
attempts         how often a visitor may try a wrong token
serve            the server itself
"""

import os

# Read by Gradio when it is imported, and only "False" counts: the window must not call home.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
