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
    """Tokens, int64 (batch, length) -> last hidden states, float32 (batch, length, dimensions)."""

    def __init__(self, transformer: torch.nn.Module) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """See the class."""
        states: torch.Tensor = self.transformer(input_ids=input_ids).last_hidden_state
        return states


def export(model: str, path: Path) -> None:
    """Write the model to a file, complete or not at all, for one text at a time, which needs no mask."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    loaded = SentenceTransformer(model, device="cpu", model_kwargs={"attn_implementation": "eager"})
    transformer = HiddenStates(loaded[0].auto_model)  # type: ignore[arg-type]
    transformer.eval()
    # The older exporter (dynamo=False) bakes in the example's shape and is then silently wrong for others. PyTorch's
    # faster attention becomes more operations there, not fewer.
    torch.onnx.export(
        transformer,
        (torch.arange(1000, 1016)[None],),
        partial,
        dynamo=True,
        dynamic_shapes=({1: torch.export.Dim("length", min=2, max=512)},),
        input_names=["input_ids"],
        output_names=["states"],
        external_data=False,
        verbose=False,
    )
    _check(transformer, partial)
    partial.replace(path)


def _check(transformer: HiddenStates, path: Path) -> None:
    """Raise ValueError where the written file does not compute what the model does, over texts of other lengths."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for length in (3, 21, 200):
        tokens = torch.randint(1000, 20000, (1, length), generator=torch.Generator().manual_seed(length))
        with torch.no_grad():
            expected = transformer(tokens)
        states = session.run(["states"], {"input_ids": tokens.numpy()})[0]
        difference = float((torch.from_numpy(states) - expected).abs().max())
        if difference > 1e-3:
            raise ValueError(f"the exported model differs by {difference} for a text of {length} tokens")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    os.nice(5)  # the questions of the process that started it go first
    export(sys.argv[1], Path(sys.argv[2]))
