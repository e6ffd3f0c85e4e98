"""How requests for a summary, a comparison or disagreements are worded, as patterns of the whole message."""

import re
from typing import Literal, cast

IntentKind = Literal["summary", "comparison", "disagreement"]

_REPORTS = (
    r"(?:news )?(?:reports|articles|stories|papers|newspapers|sources|outlets|news outlets|pieces|publications)"
    r"(?: in (?:the|my|your) library| i have)?"
)
THE_REPORTS = (
    r"(?:(?:the|my|your|these|those|all|both|various|different|our)(?: of)? (?:the |my |these |those "
    rf")?)?(?:two |three |several |different |various )?{_REPORTS}"
)
_ABOUT = r"(?:on|about|covering|concerning|regarding|dealing with)"
THE_COVERAGE = r"(?:the |all )?(?:news )?(?:coverage|reporting)"
POLITE = re.compile(
    r"(?:(?:please|kindly|now|ok|okay|so|then|and|well|hey|hi)\b[,:]? "
    r"|(?:can|could|would|will) you (?:please |kindly |also |maybe |just )?(?=\w)"
    r"|(?:i(?:'d| would) like|i want|i need)(?: you)? (?:to (?:have |get |see |read |know (?=how|where|what|in)))?"
    r"|(?:can|could|may) i (?:please )?(?:have|get|see) |let me (?:have|see) |let's (?=compare|sum)"
    r"|(?:give|show|write|make|get|send|offer|provide|provide with|prepare)(?: me| us)?(?: with)? "
    r"(?=(?:an?|the|your|some|short|brief|quick|any|where|how)\b))*",
    re.IGNORECASE,
)
_SHORT = (
    r"(?:(?:very )?(?:short|brief|quick|concise|general|rough|good|complete|full|one-paragraph|short and simple),? )*"
)
_IN_SHORT = (
    r"(?:in (?:short|brief|a nutshell|summary|essence|a few (?:words|sentences|lines)|(?:one|two|three"
    r"|four|five) sentences?|one paragraph)|briefly|overall|for short)"
)
_SUM_UP = (
    r"(?:(?:briefly|quickly|shortly) )?(?:summ?[ae]ri[sz]e|sum up|recap|condense|recapitulate|outline|give the "
    r"gist of)(?: briefly| for me| shortly)?"
)
_SUMMARY = r"(?:summary|overview|recap|synopsis|digest|gist|rundown|run-down|outline|briefing|round-up|roundup|tl;?dr)"
_DISAGREE = (
    r"(?:disagree(?:ing)?|contradict(?: (?:each other|one another|themselves))?|conflict(?: with (?:each "
    r"other|one another))?|diverge|differ(?: from (?:each other|one another))?)"
)
_DIFFER = r"(?:differ|diverge|vary|compare|disagree)(?: (?:from|to|with) (?:each other|one another|the others?))?"
_CONTRADICTIONS = (
    r"(?:contradictions?|discrepanc(?:y|ies)|disagreements?|inconsistenc(?:y|ies)|conflicts?|conflicting "
    r"(?:statements|reports|accounts|numbers|figures|claims|dates|details))"
)
_ON = r"(?:on|about|over|regarding|concerning|as to|when it comes to|in the case of)"
SAY = r"(?:say|says|report|reports|write|writes|tell us|tell|claim|claims|have to say)"
_COVER = (
    r"(?:cover|covers|report on|report|reports on|describe|describes|present|presents|tell|portray|treat"
    r"|see|write about)"
)
_NAMED = r"(?:the )?[\w.&'-]+(?: [\w.&'-]+){0,3}?"
_TOPIC = r"(?P<topic>.+?)"
_END = rf"(?:,? {_IN_SHORT})?"
_LEAVE = re.compile(r"(?:,? (?:please|pls|plz|for me|thanks|thank you|will you|would you|if you can))$", re.IGNORECASE)
"""What a request may end in."""
TIMELINE = re.compile(
    r"(?:(?:please )?(?:show|give|make|write|draw)(?: me| up)? )?(?:a |the )?(?:timeline|chronology)"
    r"(?: of events)?(?: of| for| about| on|:) (?P<topic>.+)"
    r"|what happened (?:with |to |in |around |during |at )?(?P<happened>.+?),? in (?:chronological )?order",
    re.IGNORECASE,
)

FORMS: tuple[tuple[IntentKind, re.Pattern[str]], ...] = tuple(
    (cast(IntentKind, kind), re.compile(form, re.IGNORECASE))
    for kind, forms in (
        (
            "disagreement",
            (
                (
                    rf"(?:(?:do|did|does) )?(?:any of )?{THE_REPORTS} {_ABOUT} {_TOPIC} (?:dis)?agree(?: "
                    r"with (?:each other|one another))?(?: on (?P<more>.+))?"
                ),
                (
                    rf"(?:(?:do|did) )(?:any of )?{THE_REPORTS} {_ABOUT} {_TOPIC} {_DISAGREE}(?: "
                    r"(?:anywhere|somewhere|at all))?"
                ),
                rf"(?:(?:do|did) )(?:any of )?{THE_REPORTS} (?:(?:dis)?agree|{_DISAGREE})(?: {_ON} {_TOPIC})?",
                (
                    r"(?:where|in (?:what|which) (?:way|ways|points?|respects?)|on (?:what|which points?)"
                    rf"|about what) do (?:any of )?{THE_REPORTS} {_DISAGREE}(?: (?:on|about|over|regarding"
                    rf"|concerning) {_TOPIC})?"
                ),
                (
                    r"(?:where|in (?:what|which) (?:way|ways|points?|respects?)|on (?:what|which points?)"
                    rf"|about what) do {THE_REPORTS} {_ABOUT} {_TOPIC} {_DISAGREE}"
                ),
                rf"(?:what|which points) do {THE_REPORTS} (?:{_ABOUT} {_TOPIC} )?disagree (?:on|about|over)",
                (
                    rf"(?:which|what) (?:of the )?{_REPORTS} (?:{_ABOUT} (?P<topic2>.+?) )?(?:disagree"
                    rf"|contradict each other|contradict one another|conflict)(?: {_ON} {_TOPIC})?"
                ),
                (
                    rf"(?:is|are) there (?:any |some )?{_CONTRADICTIONS} (?:between|among|in|across) "
                    rf"{THE_REPORTS}(?: {_ABOUT} {_TOPIC})?"
                ),
                (
                    r"(?:find|list|show(?: me)?|what are|which are)? ?(?:the |any |all |all the "
                    rf")?{_CONTRADICTIONS} (?:between|among|in|across) {THE_REPORTS}(?: {_ABOUT} "
                    rf"{_TOPIC})?"
                ),
                (
                    r"(?:find|list|show(?: me)?)? ?(?:the |any |all |all the )?(?:contradictions"
                    r"|discrepancies|inconsistencies|disagreements|conflicting reports|conflicting "
                    rf"accounts|conflicting numbers) {_ABOUT} {_TOPIC}"
                ),
                (
                    r"(?:is|are) there (?:any )?(?:contradictions|discrepancies|inconsistencies"
                    rf"|conflicting reports|conflicting numbers|contradictory reports) {_ABOUT} {_TOPIC}"
                ),
                (
                    r"(?:(?:is|are) there )?(?:any |some )?(?:contradictions?|discrepanc(?:y|ies)|disagreements?"
                    rf"|inconsistenc(?:y|ies)|conflicts?) (?:in|within|across) {THE_COVERAGE} (?:of|on|about) {_TOPIC}"
                ),
                rf"where (?:does|do) {THE_COVERAGE} of {_TOPIC} (?:disagree|conflict|contradict itself|diverge)",
                (
                    rf"(?:do|did|where do) (?P<named>{_NAMED}(?:, {_NAMED})*,? and {_NAMED}) (?:disagree"
                    rf"|contradict each other|agree)(?: {_ON} {_TOPIC})?"
                ),
            ),
        ),
        (
            "comparison",
            (
                (
                    rf"(?:compare(?: and contrast)?|contrast) (?:what|how) (?P<named>{_NAMED}(?:, "
                    rf"{_NAMED})*,? and {_NAMED}) (?:{SAY} (?:about|on)|{_COVER}) {_TOPIC}"
                ),
                (
                    rf"(?:compare(?: and contrast)?|contrast) (?P<named>{_NAMED}(?:, {_NAMED})*,? (?:and"
                    rf"|with|to) {_NAMED})(?:'s? (?:reports|articles|coverage|reporting|stories))? (?:on"
                    rf"|about) {_TOPIC}"
                ),
                (
                    rf"(?:compare(?: and contrast)?|contrast) (?:how |what |the way )?(?:{THE_REPORTS}"
                    rf"|{THE_COVERAGE})(?: (?:{SAY}|{_COVER}))? (?:on|about|of|covering|concerning"
                    rf"|regarding) {_TOPIC}"
                ),
                rf"(?:compare(?: and contrast)?|contrast) (?:how |the way )?{THE_REPORTS} {_COVER} {_TOPIC}",
                (
                    rf"(?:a |the )?{_SHORT}comparison (?:of|between) (?:{THE_REPORTS}|{THE_COVERAGE}) "
                    rf"(?:on|about|of|covering) {_TOPIC}"
                ),
                r"(?:compare(?: and contrast)?|contrast) (?P<back>.+)",
                r"(?:compare(?: and contrast)?|contrast) (?P<one>.+?),? (?:with|against|versus|vs\.?) (?P<other>.+)",
                r"(?:compare(?: and contrast)?|contrast) (?P<one>.+?),? and (?P<other>.+)",
                r"(?:compare(?: and contrast)?|contrast) (?P<one>.+?),? to (?P<other>.+)",
                rf"how (?:do|did) {THE_REPORTS} {_ABOUT} {_TOPIC} {_DIFFER}",
                (
                    rf"how (?:do|did) {THE_REPORTS} {_DIFFER}(?: (?:on|about|over|in (?:covering|reporting"
                    r"|their coverage of|their reporting on|how they (?:cover|describe|report))) "
                    rf"{_TOPIC})?"
                ),
                rf"how (?:do|did) {THE_REPORTS} {_COVER} {_TOPIC} differently",
                (
                    rf"how (?:does|do|did) {THE_COVERAGE} of {_TOPIC} (?:differ|vary|compare|diverge)(?: "
                    r"(?:between|across|among|from) .+)?"
                ),
                (
                    r"(?:what(?:'s| is| are)|tell me|explain|show(?: me)?|list|find)? ?(?:the |any "
                    rf")?(?:main |key )?differences? (?:between|among|in|across) (?:{THE_REPORTS}"
                    rf"|{THE_COVERAGE}) (?:on|about|of|covering|regarding) {_TOPIC}"
                ),
                (
                    r"(?:what(?:'s| is| are)|tell me|explain|show(?: me)?|list) (?:the |any )?(?:main |key "
                    rf")?differences? (?:between|among) (?P<these>(?:these|those|the) (?:\w+ )?{_REPORTS})"
                ),
                (
                    rf"what do(?:es)? (?P<one>{_NAMED}) {SAY} (?:about|on) {_TOPIC},?(?: and| but)?,? what "
                    rf"do(?:es)? (?P<other>{_NAMED})(?: {SAY}(?: (?:about|on) (?:it|this|that))?)?"
                ),
                (
                    rf"(?:what|how) do (?P<named>(?:both )?{_NAMED}(?:, {_NAMED})*,? and {_NAMED}) "
                    rf"(?:{SAY} (?:about|on)|{_COVER}) {_TOPIC}"
                ),
                (
                    rf"how do (?P<named>{_NAMED}(?:, {_NAMED})*,? and {_NAMED}) (?:differ|compare"
                    r"|diverge)(?: in their (?:reports|reporting|coverage|articles))? (?:on|about|of|over) "
                    rf"{_TOPIC}"
                ),
                (
                    r"(?:(?:what(?:'s| is| are)|tell me|explain|show(?: me)?|list|find) )?(?:the |any )?(?:main |key )?"
                    rf"differences? between (?P<named>{_NAMED} and {_NAMED})(?:'s)?(?: (?:reports|articles|coverage"
                    rf"|reporting|stories))?(?: (?:on|about|of|covering|regarding) | when it comes to |: ?){_TOPIC}"
                ),
                (
                    r"(?:what(?:'s| is| are)|tell me|explain|show(?: me)?|list|find)? ?(?:the |any )?(?:main |key )?"
                    rf"differences? in how (?P<named>{_NAMED} and {_NAMED}) {_COVER} {_TOPIC}"
                ),
                rf"how did (?P<named>(?:both )?{_NAMED}(?:, {_NAMED})*,? and {_NAMED}) {_COVER} {_TOPIC}",
                (
                    rf"(?:compare )?(?P<named>{_NAMED} (?:vs\.?|versus|against|compared (?:to|with)) {_NAMED})"
                    rf"(?: (?:on|about)|:) {_TOPIC}"
                ),
                (
                    rf"how does (?P<one>{_NAMED})(?:'s (?:report|article|coverage|story)(?: (?:on|about|of) "
                    rf"(?P<topic2>.+?))?)? differ from (?P<other>{_NAMED})(?:'s)? (?:on|about|in covering) "
                    rf"{_TOPIC}"
                ),
            ),
        ),
        (
            "summary",
            (
                rf"{_SUM_UP} {_TOPIC}{_END}",
                (
                    rf"(?:an?|the|your|some)? ?{_SHORT}{_SUMMARY} (?:of|on|about|for|over|regarding"
                    rf"|concerning) {_TOPIC}{_END}"
                ),
                rf"{_SUMMARY}: ?{_TOPIC}",
                rf"{_TOPIC}: (?:a |the )?{_SHORT}{_SUMMARY}",
                rf"summary {_TOPIC}",
                rf"what (?:has |have )?happened (?:with|to|in|at|during) {_TOPIC},? {_IN_SHORT}",
                rf"tl;?dr {_TOPIC}",
                (
                    r"(?:catch me up|bring me up to (?:speed|date)|fill me in|brief me|get me up to speed"
                    rf"|update me) (?:on|about|with) {_TOPIC}"
                ),
                rf"(?:tell me|explain|describe) (?:about )?{_TOPIC},? {_IN_SHORT}",
                rf"(?:tell me|say) {_IN_SHORT},? (?:about |what )?{_TOPIC}",
                rf"what(?:'s| is| are| was| were) {_TOPIC} (?:all )?about,? {_IN_SHORT}",
                rf"{_IN_SHORT}[,:]? what(?:'s| is| are| was| were) {_TOPIC} (?:all )?about",
                rf"what (?:do|does) {THE_REPORTS} {SAY} (?:about|on) {_TOPIC},? {_IN_SHORT}",
                rf"(?:{_IN_SHORT}[,:]? )what (?:do|does) {THE_REPORTS} {SAY} (?:about|on) {_TOPIC}",
                (
                    r"what(?:'s| is| was) (?P<article>(?:the|this|that|your) (?:\w+ )?(?:article|story"
                    r"|piece)(?: (?:about|on|titled|called|from|by) .+?)?|article (?:number |no\.? "
                    r"|#)?\d+) (?:all )?about"
                ),
                (
                    r"what does (?P<article>(?:the|this|that) (?:\w+ )?(?:article|story|piece)(?: (?:about"
                    r"|on|titled|called|from|by) .+?)?|article (?:number |no\.? |#)?\d+) say(?:,? "
                    rf"{_IN_SHORT})?"
                ),
                (
                    r"(?:list |what are |what were )?(?:the )?(?:main|key|most important|important"
                    r"|essential) (?:points|takeaways|facts|findings|messages|ideas) (?:of|in|from) "
                    r"(?P<article>(?:the|this|that|these|those|all)(?: the| these| those)? (?:\w+ "
                    r")?(?:articles?|stor(?:y|ies)|pieces?)(?: (?:about|on|titled|called|from|by) .+?)?"
                    r"|article (?:number |no\.? |#)?\d+)"
                ),
                r"(?:list )?(?:the )?(?:main|key|most important) (?:points|takeaways|facts) (?:on|about) (?P<topic>.+)",
                r"(?:sum|wrap) (?P<topic>it|this|that|them|these|those)(?: all)? up",
                rf"{_TOPIC},? (?:tl;?dr|in a nutshell|in a few sentences|in a few words)",
                (
                    r"(?P<compound>(?!(?:the|an?|this|that|his|her|its|their|what|who|why|when|where|how"
                    r"|which|is|are|did|does|do|was|were|has|have|can)\b)[\w.'-]+(?: [\w.'-]+){0,4}) "
                    r"(?:summary|overview|recap)"
                ),
            ),
        ),
    )
    for form in forms
)


def plain(message: str) -> str:
    """The request without what is polite around it."""
    asked = " ".join(message.replace("’", "'").split()).strip(" .?!…")
    while (left := _LEAVE.sub("", asked).strip(" .?!…,")) != asked:
        asked = left
    return POLITE.sub("", asked, count=1)
