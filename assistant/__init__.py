"""Questions in, cited answers out. In the order a question travels:

schema       turn, answer, citation
settings     what a person can set; preferences: what of it while the window runs; trial: whether a model answers
prompts      every word the assistant says, read from files
chat         a conversation: a message -> a reply; several_questions: the parts of a message that asks more
             than one
follow_up    the conversation and a message -> the question to search; continuing: whether it goes on at all;
             asked_again: whether it asks for the same shorter, or of another topic; length: how long it is to be;
             year_meant: of which year its days are
scope        what the question says of dates and sources; source_names: which source it names
answer       the llama-index query engine around what follows
records      questions about the articles themselves, from the catalogue; holdings: about the library as a whole,
             worded as in holdings_forms
several      what is asked of several articles: intent (intent_forms): whether it is; material: what each says of it;
             central: which sentences matter most; summarise, compare (dated_sides), disagree (stated): the answers
authors      who is known as an author alone, where no article answers
timeline     a topic's dated sentences in the order of their days
days         which days a question names; relative_days: counted from today
question     what is asked for, and which of its words matter
language     whether question and articles are English, which the reader knows
reader       question and passages -> logits of sentences and words
sentence_forms  whether a sentence states something and stands alone
candidates   every sentence of the passages with what speaks for it; features: as numbers
decision     features -> how probably each sentence answers, and whether any does
extract      passages -> the sentences that answer; answering_words: which of their words do, by their kind;
             told_days (stretches), numbered, polarity: what tells of other days or of another of its kind, or states
             what is negated;
             short_names: names in part
citations    sentences -> numbered citations, checked against the stored text; explain: how found, and reprinted where
write        with a model: its answer, cited and checked; generate: what it is asked
remote       a model at a server; endpoint: the line to it
local        a model in this program
phrase       what a model words besides: a follow-up in full, a title, questions to ask next
marks        the citation marks in a model's text; align: the words each of its sentences rests on
check        whether those words carry it; facts (months): numbers, dates, names; contrast: opposites and negation
conversations   turns as they are kept; feedback: rated ones as questions; receipt: a conversation on paper
suggest      questions that the articles answer; spelling: what was meant where a word was mistyped
app          the composition root; starter: the articles that come along
as_json      answers and articles as programs get them; tools: for programs with a language model
ui, cli      the chat window and the command line (opening, followed: what commands share; console, output,
             status: what they show)
upkeep       examine, mend, back up and restore, as commands; backup: a library -> one file and back
evaluate     questions with known answers -> what was answered; evaluation_files: its files; scoring: the figures
"""
