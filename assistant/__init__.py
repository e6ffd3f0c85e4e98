"""Questions in, cited answers out. In the order a question travels:

schema       turn, answer, citation
settings     what a person can set
prompts      every word the assistant says, read from files
chat         a conversation: a message -> a reply
follow_up    the conversation and a message -> the question to search
answer       the llama-index query engine around what follows
records      questions about the articles themselves, from the catalogue
question     what is asked for, and which of its words matter
extract      passages -> the sentences that answer; answering_words: which of their words do
citations    sentences -> numbered citations, checked against the stored text
app          the composition root; starter: the articles that come along
ui, cli      the chat window and the command line (console, output: what it shows)
evaluate     questions with known answers -> what was answered; scoring: the figures
"""
