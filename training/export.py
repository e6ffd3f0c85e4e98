"""Trained weights -> a file for ONNX Runtime, compared with them over many shapes, then of 8 bits a weight."""

import logging
from pathlib import Path

import onnx
import onnxruntime
import torch

from assistant.reader import LONGEST
from training.network import Network


def export(network: Network, path: Path) -> None:
    """Write the network with 32-bit weights, for one text at a time.

    A text alone needs no mask: all that deals with one took a quarter of the time.
    """
    logging.disable(logging.WARNING)
    network = network.float().eval()
    network.transformer.set_attn_implementation("eager")  # the faster one of PyTorch becomes more operations, not fewer
    length = {1: torch.export.Dim("length", min=2, max=512)}
    ids = torch.arange(1000, 1016)[None]
    segments = (torch.arange(16) > 5).long()[None]
    # The older exporter (dynamo=False) bakes in the example's shape and is then silently wrong for others.
    torch.onnx.export(
        network,
        (ids, segments),
        path,
        dynamo=True,
        dynamic_shapes=(length, length),
        input_names=["ids", "segments"],
        output_names=["logits"],
        external_data=False,
        verbose=False,
    )
    logging.disable(logging.NOTSET)


def check(network: Network, path: Path) -> None:
    """Raise ValueError where the written file does not compute what the network does, over texts of many lengths.

    The network is given each with padding and a mask, as in training.
    """
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for length in (3, 21, 200, LONGEST):
        ids = torch.randint(1000, 20000, (1, LONGEST), generator=torch.Generator().manual_seed(length))
        mask = (torch.arange(LONGEST) < length).long()[None]
        segments = (torch.arange(LONGEST) >= length // 3).long()[None]
        with torch.no_grad():
            expected = network(ids, segments, mask)[:, :length]
        inputs = {"ids": ids[:, :length].numpy(), "segments": segments[:, :length].numpy()}
        difference = float((torch.from_numpy(session.run(["logits"], inputs)[0]) - expected).abs().max())
        if difference > 1e-3:
            raise ValueError(f"the exported reader differs by {difference} for a text of {length} tokens")


def quantize(whole: Path, path: Path) -> None:
    """Write the file again with weights of 8 bits, a scale for each channel (per tensor loses far more)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(whole, path, per_channel=True, weight_type=QuantType.QInt8)
    model = onnx.load(path)
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.functions):
        del part.metadata_props[:]  # the exporter notes which lines of code each operation comes from
    for function in model.functions:
        for node in function.node:
            del node.metadata_props[:]
    onnx.save(model, path)
