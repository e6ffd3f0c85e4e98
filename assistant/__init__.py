"""Questions in, cited answers out. In the order a question travels:

schema       turn, answer, citation
settings     what a person can set
prompts      every word the assistant says, read from files
follow_up    the conversation and a message -> the question to search
extract      passages -> the sentences that answer
citations    sentences -> numbered citations, checked against the stored text
answer       the llama-index query engine around the two
chat         a conversation
app          the composition root
ui, cli      the chat window and the command line
"""
