"""Trained weights -> a file for ONNX Runtime, 8 bits a weight, compared with what was trained."""

import logging
from pathlib import Path

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


def quantize(whole: Path, path: Path) -> None:
    """Write the file again with weights of 8 bits, a scale for each channel (per tensor loses far more)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(whole, path, per_channel=True, weight_type=QuantType.QInt8)


def session(path: Path) -> onnxruntime.InferenceSession:
    """The file, ready to run."""
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
