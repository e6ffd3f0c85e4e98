"""Writes a sentence-transformers model's transformer for ONNX Runtime: `python -m index.export MODEL FILE`.

A process of its own, since torch's exporter replaces tensors in the whole process while it traces, and whoever embeds
meanwhile fails.
"""

import logging
import os
import sys
from pathlib import Path

import onnxruntime
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
    # Real tokens and a mask with padding: over a mask of ones alone the tracer leaves the mask out.
    tokens = torch.arange(1000, 1016).reshape(2, 8)
    mask = torch.ones_like(tokens)
    mask[1, 5:] = 0
    # The older exporter (dynamo=False) bakes in the example's shape and is then silently wrong for others.
    transformer = HiddenStates(SentenceTransformer(model, device="cpu")[0].auto_model)  # type: ignore[arg-type]
    transformer.eval()
    torch.onnx.export(
        transformer,
        (tokens, mask),
        partial,
        dynamo=True,
        dynamic_shapes=(shape, shape),
        input_names=["input_ids", "attention_mask"],
        output_names=["states"],
        external_data=False,
        verbose=False,
    )
    _check(transformer, partial)
    partial.replace(path)


def _check(transformer: HiddenStates, path: Path) -> None:
    """Raise ValueError where the written file does not compute what the model does, over batches of other shapes."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for batch, length in ((1, 3), (3, 21), (5, 200)):
        tokens = torch.randint(1000, 20000, (batch, length), generator=torch.Generator().manual_seed(length))
        mask = (torch.arange(length) < torch.arange(length, length - batch, -1)[:, None]).long()
        with torch.no_grad():
            expected = transformer(tokens, mask)
        states = session.run(["states"], {"input_ids": tokens.numpy(), "attention_mask": mask.numpy()})[0]
        difference = float((torch.from_numpy(states) - expected)[mask.bool()].abs().max())
        if difference > 1e-3:
            raise ValueError(f"the exported model differs by {difference} for shape {batch} x {length}")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    os.nice(5)  # the questions of the process that started it go first
    export(sys.argv[1], Path(sys.argv[2]))
