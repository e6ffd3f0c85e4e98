"""The reader while it is trained: a transformer with three logits a token, and its loss."""

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as binary
from torch.nn.functional import cross_entropy
from transformers import AutoModel

from assistant.reader import Encoded
from training.examples import Example

PASSAGE_WEIGHT, RANK_WEIGHT, WORDS_WEIGHT = 0.3, 0.3, 0.3
"""Of the passage's own logit, of the sentences against each other, and of the answering words, in the loss."""


class Network(torch.nn.Module):
    """Tokens and segments, int64 (batch, length), -> logits, float32 (batch, length, 3); see assistant.reader.

    `mask` is 0 where a text of the batch has ended, None where all are of one length.
    """

    def __init__(self, pretrained: str) -> None:
        super().__init__()
        # One epoch needs no dropout, which takes a fifth of the time. The embeddings of words rare in the training data
        # stay what pretraining made of them.
        self.transformer = AutoModel.from_pretrained(
            pretrained, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.transformer.embeddings.word_embeddings.requires_grad_(False)
        self.heads = torch.nn.Linear(self.transformer.config.hidden_size, 3)

    def forward(self, ids: torch.Tensor, segments: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """See the class."""
        states = self.transformer(input_ids=ids, attention_mask=mask, token_type_ids=segments).last_hidden_state
        logits: torch.Tensor = self.heads(states)
        return logits


def loss(logits: torch.Tensor, encoded: Encoded, examples: Sequence[Example]) -> torch.Tensor:
    """The mean over the examples: each sentence, the passage, the sentences against each other, the answering words."""
    most = max(len(example.spans) for example in examples)
    pool = np.zeros((len(examples), most, logits.shape[1]), np.float32)
    labels = np.zeros((len(examples), most), np.float32)
    for row, example in enumerate(examples):
        for index, inside in enumerate(encoded.tokens[row]):
            if inside.size:  # a sentence beyond the longest text is not read
                pool[row, index, inside] = 1 / inside.size
                labels[row, index] = example.labels[index]
    device = logits.device
    target, read = torch.from_numpy(labels).to(device), torch.from_numpy(pool.any(axis=2)).to(device)
    relevance = (torch.from_numpy(pool).to(device) @ logits[..., :1]).squeeze(2)
    sentences = binary(relevance, target, reduction="none").mul(read).sum(1) / read.sum(1).clamp(min=1)
    answers = target.amax(1)
    passages = binary(logits[:, 0, 0], answers, reduction="none")
    # "none of them" competes with a logit of 0
    competing = torch.cat([torch.zeros(len(examples), 1, device=device), relevance.masked_fill(~read, -1e4)], 1)
    shares = torch.cat([(1 - answers)[:, None], target], 1)
    order = cross_entropy(competing, shares / shares.sum(1, keepdim=True), reduction="none")
    words = _words_loss(logits, encoded, examples)
    return (sentences + PASSAGE_WEIGHT * passages + RANK_WEIGHT * order + WORDS_WEIGHT * words).mean()


def _words_loss(logits: torch.Tensor, encoded: Encoded, examples: Sequence[Example]) -> torch.Tensor:
    """Cross entropy of the first and the last answering token; [CLS] where the passage does not answer."""
    first, last = (torch.zeros(len(examples), dtype=torch.int64) for _ in range(2))
    told = torch.tensor([float(example.told) for example in examples])
    for row, example in enumerate(examples):
        if example.words is not None:
            starts = encoded.offsets[row][:, 0] <= example.words[0]
            starts &= encoded.offsets[row][:, 1] > example.words[0]
            ends = encoded.offsets[row][:, 0] < example.words[1]
            ends &= encoded.offsets[row][:, 1] >= example.words[1]
            if starts.any() and ends.any():
                first[row], last[row] = int(starts.argmax()), int(ends.argmax())
            else:
                told[row] = 0
    allowed = torch.from_numpy(encoded.segments == 1)
    allowed[:, 0] = True
    first, last, told, allowed = (each.to(logits.device) for each in (first, last, told, allowed))
    hidden = logits[..., 1:].masked_fill(~allowed[..., None], -1e4)
    return told * sum(cross_entropy(hidden[..., end], at, reduction="none") for end, at in enumerate((first, last))) / 2
