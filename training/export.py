"""Trained weights -> a file for ONNX Runtime, compared with them over many shapes, then of 8 bits a weight."""

import logging
from pathlib import Path

import onnx
import onnxruntime
import torch

from training.network import Network


def export(network: Network, path: Path) -> None:
    """Write the network with 32-bit weights."""
    logging.disable(logging.WARNING)
    network = network.float().eval()
    shape = {0: torch.export.Dim("batch", min=1, max=4096), 1: torch.export.Dim("length", min=2, max=512)}
    # Real tokens and a mask with padding: over a mask of ones alone the tracer leaves the mask out.
    ids = torch.arange(1000, 1016).reshape(2, 8)
    mask, segments = torch.ones_like(ids), torch.zeros_like(ids)
    mask[1, 5:] = 0
    segments[:, 4:] = 1
    # The older exporter (dynamo=False) bakes in the example's shape and is then silently wrong for others.
    torch.onnx.export(
        network,
        (ids, mask, segments),
        path,
        dynamo=True,
        dynamic_shapes=(shape, shape, shape),
        input_names=["ids", "mask", "segments"],
        output_names=["logits"],
        external_data=False,
        verbose=False,
    )
    logging.disable(logging.NOTSET)


def check(network: Network, path: Path) -> None:
    """Raise ValueError where the written file does not compute what the network does, over batches of many shapes."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for batch, length in ((1, 3), (3, 21), (5, 200), (6, 384)):
        ids = torch.randint(1000, 20000, (batch, length), generator=torch.Generator().manual_seed(length))
        mask = (torch.arange(length) < torch.arange(length, length - batch, -1)[:, None]).long()
        segments = (torch.arange(length) >= length // 3).long().expand(batch, length).contiguous()
        with torch.no_grad():
            expected = network(ids, mask, segments)
        inputs = {"ids": ids.numpy(), "mask": mask.numpy(), "segments": segments.numpy()}
        found = torch.from_numpy(session.run(["logits"], inputs)[0])
        difference = float((found - expected)[mask.bool()].abs().max())
        if difference > 1e-3:
            raise ValueError(f"the exported reader differs by {difference} for shape {batch} x {length}")


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
