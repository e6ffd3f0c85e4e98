"""How the reader's weights are made again from public data: `make reader`. In the order the work is done:

data        the question files -> questions over documents, half of some kept apart
library     all documents in a library of the product, so that retrieval brings what it really brings
examples    questions -> question and passage pairs, with passages that do not answer
network     the transformer with its three logits a token, and the loss
fit         examples -> trained weights
export      trained weights -> a file for ONNX Runtime, compared with them
decision    logits and simple features -> which sentences answer, and whether any does
figures     what came of it
"""
