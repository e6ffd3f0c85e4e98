"""Writes a sentence-transformers model's transformer for ONNX Runtime: `python -m index.export MODEL FILE`.

A process of its own, since torch's exporter replaces tensors in the whole process while it traces, and whoever embeds
meanwhile fails.
"""

import logging
import os
import sys
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer


class HiddenStates(torch.nn.Module):
    """Tokens and mask, int64 (batch, length), -> last hidden states, float32 (batch, length, dimensions)."""

    def __init__(self, transformer: torch.nn.Module) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """See the class."""
        states: torch.Tensor = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states


def export(model: str, path: Path) -> None:
    """Write the model to a file, complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    shape = {0: torch.export.Dim("batch", min=1, max=4096), 1: torch.export.Dim("length", min=2, max=512)}
    example = torch.ones((2, 8), dtype=torch.long)
    # The older exporter (dynamo=False) bakes in the example's shape and is then silently wrong for others.
    torch.onnx.export(
        HiddenStates(SentenceTransformer(model, device="cpu")[0].auto_model).eval(),
        (example, example),
        partial,
        dynamo=True,
        dynamic_shapes=(shape, shape),
        input_names=["input_ids", "attention_mask"],
        output_names=["states"],
        external_data=False,
        verbose=False,
    )
    partial.replace(path)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    export(sys.argv[1], Path(sys.argv[2]))
