"""Words of a text as the keyword index sees them: lower case, without the words that carry no meaning, by stem."""

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

# Closed word classes of English and the verbs that merely hold a question together.
STOPWORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during
    each few for from further had hadn't has hasn't have haven't having he he'd he'll he's her here here's
    hers herself him himself his how how's i i'd i'll i'm i've if in into is isn't it it's its itself let's me
    more most my myself no nor not of off on once only or other ought our ours ourselves out over own same
    shan't she she'd she'll she's should shouldn't so some such than that that's the their theirs them
    themselves then there there's these they they'd they'll they're they've this those through to too under
    until up us very was wasn't we we'd we'll we're we've were weren't what what's when when's where where's
    which while who who's whom whose why why's will with won't would wouldn't you you'd you'll you're you've
    your yours yourself yourselves tell please give show explain describe mean many much long ever happen
    happened happens according say says said know known regarding concerning""".split()
)

# Forms that a stemmer cannot bring together: the base of each verb or noun, then its other forms.
_IRREGULAR = """arise arose arisen; beat beaten; become became; begin began begun; bind bound; bite bit bitten; blow
blew blown; break broke broken; bring brought; build built; buy bought; catch caught; child
children; choose chose chosen; come came; deal dealt; die died dying death dead; draw drew drawn;
drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feel felt; fight fought;
find found; flee fled; fly flew flown flight; foot feet; forbid forbade forbidden; forget forgot
forgotten; freeze froze frozen; give gave given; go went gone; grow grew grown growth; hear heard;
hide hid hidden; hold held; keep kept; know knew known; lay laid; lead led; leave left; lend lent;
lose lost loss; make made; man men; marry marriage; meet met; pay paid; person people; ride rode
ridden; ring rang rung; rise rose risen; run ran; see saw seen; seek sought; sell sold sale; send
sent; shake shook shaken; shoot shot; show shown; shrink shrank shrunk; sing sang sung; sink sank
sunk; sit sat; sleep slept; speak spoke spoken speech; spend spent; stand stood; steal stole stolen;
strike struck; strive strove; swear swore sworn; swim swam; take took taken; teach taught; tell
told; think thought; throw threw thrown; understand understood; wear wore worn; win won; withdraw
withdrew withdrawn; woman women; write wrote written"""
# "7 astronauts" are "seven astronauts"; but "one" is seldom a number, and more than one word is left as it is written.
_NUMBERS = """two 2; three 3; four 4; five 5; six 6; seven 7; eight 8; nine 9; ten 10; eleven 11; twelve 12;
thirteen 13; fourteen 14; fifteen 15; sixteen 16; seventeen 17; eighteen 18; nineteen 19; twenty 20; thirty 30;
forty 40; fifty 50; sixty 60; seventy 70; eighty 80; ninety 90; hundred 100"""
_FORMS = {form: group.split() for group in f"{_IRREGULAR};{_NUMBERS}".split(";") for form in group.split()}

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[぀-ヿ㐀-鿿]")
_ACCENTS = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")
"""The blocks of combining marks: https://www.unicode.org/charts/. Asking of each character takes five times as long."""
_stemming = threading.Lock()
_stemmer = snowballstemmer.stemmer("porter")


def words(text: str) -> list[str]:
    """All words in order, lower case, accents and possessive endings removed."""
    flat = text.lower().replace("’", "'")
    if not flat.isascii():
        decomposed = unicodedata.normalize("NFKD", flat)
        flat = "".join(character for character in decomposed if not unicodedata.combining(character))
    return [word.removesuffix("'s") for word in _WORD.findall(flat)]


def folded(text: str) -> str:
    """A text as it is looked for in a list: without case and accents, so that "koln" is found in "Köln"."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def shingles(text: str) -> set[str]:
    """Every run of three words; of a shorter text the whole."""
    found = words(text)
    return {" ".join(found[start : start + 3]) for start in range(max(1, len(found) - 2))} if found else set()


def content_words(text: str) -> list[str]:
    """The words that carry meaning, each once, in order."""
    return list(dict.fromkeys(word for word in words(text) if word not in STOPWORDS))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The Porter stem, as in the keyword index, of the base form."""
    return _porter(forms(word)[0])


def forms(word: str) -> list[str]:
    """The forms of a word that the keyword index would not find by its stem, the base first; mostly the word alone."""
    return _FORMS.get(word) or _FORMS.get(_porter(word)) or [word]


@lru_cache(maxsize=100_000)
def _porter(word: str) -> str:
    with _stemming:  # the stemmer holds the word it works on: two threads would spoil each other's
        return str(_stemmer.stemWord(word))
