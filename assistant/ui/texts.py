"""Every word the chat window shows."""

NAME = "Ask your articles"
TAGLINE = "Answers come from your library only. Every sentence is cited and opens at the very words."

# Rail
NEW_CHAT = "New chat"
MENU = "Menu"
THEME = "Theme"
THEMES = {"system": "System", "light": "Light", "dark": "Dark"}

CONVERSATIONS = "Conversations"
SEARCH_HISTORY = "Search conversations"
NO_CONVERSATION = "Nothing here yet."
NO_CONVERSATION_FOUND = "No conversation holds these words."
CONVERSATION_MENU = "Rename, export or delete “{title}”"
CONVERSATION_GONE = "This conversation is not there any more."
NOTHING_TO_EXPORT = "There is nothing to export yet."
RENAME = "Rename"
EXPORT_MARKDOWN = "Export as Markdown"
EXPORT_RECEIPT = "Export as a receipt"
DELETE = "Delete"
DELETE_SURE = "Delete now"
TODAY = "Today"
YESTERDAY = "Yesterday"
HELP = "Keyboard shortcuts"
CLOSE_HELP = "Close"
KEYS = {
    "/": "write a question",
    "Enter": "send it; on a citation: open the article at the words",
    "Shift + Enter": "a new line",
    "← →": "with the article open: previous and next citation",
    "Esc": "close the article, a menu or this list",
    "n": "a new chat",
    "l": "the library",
    "s": "the settings",
    "z": "what a notice offers, such as “Undo”",
    "?": "this list",
}

# Ask
ASK_TAB = "Ask"
QUESTION = "Your question"
PLACEHOLDER = "Ask a question"
SEND = "Send the question"
STOP = "Stop answering"
ALL_SOURCES = "All sources"
SOURCES_LABEL = "Sources"
ANY_DATE = "Any date"
AS_TYPED = "No limit, whatever the question says"
DATES_LABEL = "Published"
EXACT_DAYS = "Exact days…"
SINCE = "From"
UNTIL = "To"
DAY_FORM = "YYYY-MM-DD"
LAST_DAYS = {7: "Past 7 days", 30: "Past 30 days", 365: "Past 12 months"}
WRITER_LABEL = "Who writes the answer"
WRITTEN_BY = "Written by {model}"
QUOTES_ONLY = "Quotes only"
CONVERSATION = "Conversation"
SEARCHING = "Searching your articles…"
STOPPED = "Stopped before there was an answer."
ENDED = "The answer broke off before it was whole."
BEING_ANSWERED = "This is still being answered."
BROKE_OFF = "The answer broke off because of an error in this program. Ask again; the details are in its log."
RETRY = "Ask again"
EDIT = "Edit the question"
UNDO = "Take the question back"
COPY = "Copy with notes"
COPIED = "Copied, with the sources as notes."
NOT_COPIED = "The browser does not allow copying here."
LIKE, DISLIKE = "Like", "Dislike"
OVERTAKEN = "This conversation went on in another window. Here it is as it is now; nothing was asked or taken away."
DROPPED = "Dropped with it: {questions}, answers included."
WILL_DROP_ONE = "Sending it drops the question after it, answer included."
WILL_DROP_MANY = "Sending it drops the {count} questions after it, answers included."
CANNOT_RESTORE = "This can no longer be taken back: the conversation has gone on."
REASON = "Say what is wrong"
REASONS = ("Wrong", "Not what I asked", "Something is missing", "Out of date")
LATEST = "Newest in your library"
EMPTY_LIBRARY = "Your library is empty. Add articles of your own, or begin with the starter articles."
ADD_STARTER = "Add the starter articles"
ADD_OWN = "Add your own"

# Answers
SEARCHED = "Searched for"
CHOSEN_BY_RULES = (
    "Chosen by rules: the trained reader is off or missing, or the question or most passages are not English."
)
NOT_FOUND = "The articles do not say."
NOT_FOUND_FILTERED = "The articles chosen by your filters do not say."
ONLY = "Only articles"
PREFERRED = "Preferred: articles"
FROM_SOURCE = "from {source}"
PUBLISHED = {"both": "of {since} to {until}", "day": "of {since}", "since": "since {since}", "until": "until {until}"}
WITHOUT = "Ask again without this"
OR = " or "
UNUSED = "Also found, not used"
WHY = "Why this answer"
CHOSEN_BY = {
    "reader": "The sentences were chosen by a small trained model that read the passages found.",
    "rules": "The sentences were chosen by rules: the words of the question, and what kind of thing it asks for.",
}
WROTE = "Written by the model “{model}”. Each sentence was compared with the words it cites."
DOUBTED = "“{sentence}”: {reason}"
SUPPORT = {"partly": "partly supported", "unsupported": "not supported"}
CONFIDENCE = "That they answer the question is estimated at {percent} in 100."
EXACT = "Every quote was compared with the stored article when it was drawn."
INDEPENDENT = " · {reports}, {articles} independent"
REPRINT = "nearly the same words as an article above"
FOUND_BY = {
    "words": "found by its words",
    "meaning": "found by its meaning",
    "wordsmeaning": "found by its words and its meaning",
}
MISSING_ONE = "No article mentions"
DID_YOU_MEAN = "Did you mean …"
NEAREST = "Nearest passages"
COVERS = "Your library holds {articles}."
COVERED_DAYS = "published {first} to {last}"
COVERED_DAY = "published {day}"
COVERED_SOURCES = "from {sources}"
AND = " and "
REMOVED = "no longer in the library"
CHANGED = "the article has changed since"
NO_TITLE = "Untitled article"
RECORD = {"author": "Author on record", "published": "Date on record", "source": "Source on record"}

# Reader
READER = "Article"
CITATION_OF = "Citation {position} of {total}"
PREVIOUS = "Previous citation"
NEXT = "Next citation"
CLOSE = "Close the article"
OPEN_ORIGINAL = "Open the original"
EARLIER = "This is the article as it was until {day}, when it was edited."
STANDS_STILL = "The words quoted stand in it still."
STANDS_NO_MORE = "The words quoted stand in it no more."
AS_IT_IS = "Read it as it is now"
CHANGES = "What changed"
GONE_TITLE = "No longer in the library"
GONE = "This article is not in the library, or not any more, so its words cannot be shown."

# Library
LIBRARY_TAB = "Library"
REINDEX = "Re-index"
DROP = (
    "Drop files here, or click to choose: text, HTML, PDF, Word, EPUB, mails, tables, JSON, a zip of them, or a list of"
    " feeds (OPML)"
)
UPLOAD_LABEL = "Add articles"
SEARCH_LIBRARY = "Search titles, sources, authors and files"
COLUMNS = ("Title", "Source", "Published", "Passages", "State")
READY = "Ready"
EMBEDDING = "{embedded} of {passages}"
EMBEDDING_HINT = "Answers already; search by meaning follows"
REMOVE = "Remove"
REMOVE_SURE = "Remove now"
KEEP = "Keep"
PUT_BACK = "“{title}” is back."
CANNOT_PUT_BACK = "This can no longer be taken back. Add the article again."
TAKE_BACK = "Undo"
ADDRESS = "Address of a page or a feed"
ADDRESS_MISSING = "Type the address of a feed first."
FOLLOW = "Follow as a feed"
ADDRESS_FORM = "https://…"
ADD = "Add"
PASTE = "Paste a text"
PASTE_TITLE = "Title"
PASTE_TEXT = "Text"
PASTE_SOURCE = "Source"
PASTE_DAY = "Published"
TITLE_MISSING = "Give the text a title."
NOT_FAILED = "This file is not among those that could not be read any more."
TRY_AGAIN = "Try again"
DISMISS = "Dismiss"
DISMISSED = "{name} is not shown any more. The file itself stays as it is."
UNFOLLOW = "Stop following"
UNFOLLOWED = "{folder} is not followed any more. Its articles stay."
PICTURES = "What is in it"
OVER_TIME = "Articles by {unit} of publication"
BY_SOURCE = "Articles by source"
REMOVED_NOTE = "“{title}” was removed."
REMOVED_FILE_NOTE = "“{title}” was removed. Its file stays, and is not taken in again until it changes."
NO_MATCH = "No article matches “{search}”."
NOTHING_YET = "There are no articles yet."
PAGES = "Pages of the list"
PAGE_OF = "{first}–{last} of {total}"
PAGE_BACK = "Previous page"
PAGE_ON = "Next page"
STATE_READY = "ready"
EMBEDDING_LABEL = "Embedding"
STATE_EMBEDDING = "embedding {embedded} of {passages}"
CHANGE_NOTE = "{answering} answers until {wanted} has embedded everything; what is new is found by its words."
CHANGE_NOTE_WORDS = "Articles are found by their words alone until {wanted} has embedded everything."
EMBEDDING_NOTE = "All of it can be asked about already; search by meaning follows."
FOLLOWED = "Followed folders"
FOLLOWED_FEEDS = "Followed feeds"
NOT_ASKED = "not asked yet"
ASKED = "asked {when}"
PENDING = "{count} entries still to come"
UNREAD = "{count} of its entries could not be read, such as: {reason}"
WATCHED = "watched"
WATCH_PAUSED = (
    "Not watched for now: {reason} It goes on by itself once they are back; “Re-index” asks before it removes."
)
NO_FOLDER = "No folder is followed yet. The command “assistant sync FOLDER” follows one."
FAILED_ONE = "1 file could not be read"
FAILED_MANY = "{count} files could not be read"
OUTCOMES = {
    "added": "added",
    "unchanged": "already there",
    "replaced": "replaced",
    "moved": "moved",
    "removed": "removed",
    "followed": "followed",
    "skipped": "skipped",
    "failed": "not added",
}
MORE_OUTCOMES = "and {count} more"
UPLOAD_BROKE_OFF = "could not be read because of an error in this program"

# Re-indexing
PLAN_PARTS = {"new": "new", "changed": "changed", "moved": "moved", "gone": "gone"}
PLAN_NOTHING = "Nothing has changed."
PLAN_REMOVES_MOST = (
    "Most articles of this folder would go. If its disk is not mounted or its files were moved, keep them for now."
)
APPLY_ANYWAY = "Remove them"
CANCEL = "Keep them"
JOB_REINDEX = "Re-indexing"
JOB_ADDRESS = "Fetching a page"
JOB_FOLLOW = "Following a feed"
JOB_RETRY = "Reading a file again"
JOB_STARTER = "Adding the starter articles"
JOB_DONE = "Done"
JOB_NOTHING = "nothing to do"
JOB_UPLOAD = "Adding files"
JOB_BUSY = "Other work on the library is under way. Wait until it is done, then try again."
WENT_WRONG = "This did not work because of an error in this program; the details are in its log."
LOST = "The program did not answer. Where it has ended, start it again; then try once more."
BROKEN_OFF_WITH = "The program ended amid its work: {work}. What it had not taken in has to be added again."
AWAY = "The program has ended or is out of reach. What you type is kept; the page goes on once it is back."

# Settings
SETTINGS_TAB = "Settings"
SETTINGS_ANSWERS = "Answers"
SETTINGS_LOOK = "Look"
SETTINGS_MODEL = "Language model"
LENGTH = "Length of an answer made of quotes"
LENGTHS = {
    "2": ("Short", "at most two sentences"),
    "4": ("Normal", "at most four sentences"),
    "8": ("Long", "at most eight sentences"),
}
STRICTNESS = "How sure the articles must be"
STRICTNESSES = {
    "lenient": ("Lenient", "answers more, and errs more"),
    "normal": ("Normal", "weighs the two"),
    "strict": ("Strict", "says more often that they do not say"),
}
AS_SET = "As set: {value}"
SAVED = "Saved. It holds from the next question on."
FIXED = "Set by {name} where this program was started."
MODEL_NOW = "Answers are written by “{model}”; each sentence is compared with the articles."
MODEL_NONE = "No model writes: answers are made of quotes, and nothing leaves this machine."
MODEL_ELSEWHERE = (
    "The model is chosen on the machine that serves this window, in the file assistant.toml of its library."
)
MODEL_URL = "Address of a server that speaks OpenAI’s protocol"
MODEL_URL_FORM = "http://127.0.0.1:11434/v1"
MODEL_NAME = "Name of the model there; without an address, the folder of a model"
MODEL_NAME_FORM = "llama3.2"
USE_MODEL = "Try it and use it"
USE_NO_MODEL = "Use quotes only"
TRYING_MODEL = "Asking the model for a word. Where it has to be loaded first, this can take a minute."
NO_MODEL_NOW = "Answers are made of quotes now."
MODEL_NOTE = (
    "The passages found and the question go to the model, and to nobody else. A key, where a server asks for one, is"
    " set as ASSISTANT_MODEL_KEY before this program is started; it is never written anywhere."
)
SETTINGS_FILE_NOTE = (
    "Answers and language model are kept in the file assistant.toml of the library and hold for the command line too;"
    " the look is this browser’s own."
)

# Guard
LOCKED = "This window is locked"
LOCKED_HINT = "Enter the token it was started with."
UNLOCK = "Unlock"
TOKEN = "Token"
WRONG_TOKEN = "That is not the token. Enter the one it was started with."
TOO_MANY_TOKENS = "Too many wrong tokens. Wait a minute, then try again."
WRONG_HOST = "This address is not served here."
WRONG_ORIGIN = "Requests from other pages are not answered."


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 article`, `1,234 articles`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
