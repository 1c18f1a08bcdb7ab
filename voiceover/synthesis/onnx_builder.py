"""ONNX graphs, put together operator by operator, and run by ONNX Runtime on one thread.

One thread, because a row of a product is then the same to the last bit whatever rows stand beside it, and because two
workers of one thread each do more than one of two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

_TOP, _MIDDLE, _TOP_WEIGHT = 127, 128, 63  # of int8 values: the largest, what stands for 0, the largest weight
OPSET, IR_VERSION = 20, 10  # what ONNX Runtime 1.18 and later read

Shape = Sequence[int | str]  # a name for a dimension that is free


class GraphBuilder:
    """A graph in the making. Values are names; operators return the names of what they make."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, shape: Shape, *, whole: bool = False) -> str:
        """Declare what goes in: float32, or whole numbers."""
        kind = TensorProto.INT64 if whole else TensorProto.FLOAT
        self._inputs.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return name

    def constant(self, values: NDArray[Any]) -> str:
        """Keep an array in the graph."""
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def scalar(self, value: float) -> str:
        """Keep one number in the graph."""
        return self.constant(np.array(value, np.float32))

    def number(self, *values: int) -> str:
        """Keep whole numbers, as shapes and axes are given."""
        return self.constant(np.array(values, np.int64))

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Apply an operator that makes one value."""
        return self.ops(kind, *inputs, count=1, **attributes)[0]

    def ops(self, kind: str, *inputs: str, count: int, **attributes: Any) -> list[str]:
        """Apply an operator that makes several values."""
        made = [f"v{len(self._nodes)}_{number}" for number in range(count)]
        self._nodes.append(helper.make_node(kind, list(inputs), made, **attributes))
        return made

    def linear(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32] | None = None) -> str:
        """Apply a linear layer, its weight (out, in) as torch has it."""
        product = self.op("MatMul", x, self.constant(weight.T))
        return product if bias is None else self.op("Add", product, self.constant(bias))

    def linear_in_bytes(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """Apply a linear layer to (rows, in) in int8: each row of `x` and each output's weights have a scale.

        Scales of single rows leave a row alone with its own numbers. Weights have seven bits: processors without VNNI
        add pairs of products in 16, which eight would overflow.
        """
        scales = np.maximum(np.abs(weight).max(axis=1), np.finfo(np.float32).tiny) / _TOP_WEIGHT
        rounded = np.rint(weight / scales[:, None]).astype(np.int8)
        largest = self.op("ReduceMax", self.op("Abs", x), self.number(1), keepdims=1)
        scale = self.op("Div", self.op("Max", largest, self.scalar(1e-20)), self.scalar(_TOP))
        shifted = self.op("Add", self.op("Round", self.op("Div", x, scale)), self.scalar(_MIDDLE))
        product = self.op(
            "MatMulInteger",
            self.op("Cast", shifted, to=TensorProto.UINT8),
            self.constant(rounded.T),
            self.constant(np.array(_MIDDLE, np.uint8)),
            self.constant(np.array(0, np.int8)),
        )
        scaled = self.op("Mul", self.op("Cast", product, to=TensorProto.FLOAT), scale)
        return self.op("Add", self.op("Mul", scaled, self.constant(scales.astype(np.float32))), self.constant(bias))

    def conv(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32] | None, **attributes: Any) -> str:
        """Apply a convolution over (1, channels, T) that keeps the length, its weight (out, in, kernel)."""
        reach = attributes.get("dilations", [1])[0] * (weight.shape[2] - 1) // 2
        given = [x, self.constant(weight)] + ([] if bias is None else [self.constant(bias)])
        return self.op("Conv", *given, pads=[reach, reach], **attributes)

    def depthwise(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """Convolve each of (channels, T) on its own, with weights (channels, 1, kernel) that are odd in length.

        As a picture of one row, for which ONNX Runtime has a kernel that is three times as fast as products.
        """
        channels, _, kernel = weight.shape
        picture = self.op("Unsqueeze", x, self.number(0, 2))
        given = (picture, self.constant(weight[:, :, None]), self.constant(bias))
        reach = kernel // 2
        made = self.op("Conv", *given, group=channels, kernel_shape=[1, kernel], pads=[0, reach, 0, reach])
        return self.op("Squeeze", made, self.number(0, 2))

    def session(self, outputs: Mapping[str, str]) -> onnxruntime.InferenceSession:
        """Finish the graph, which gives `outputs` (name -> value), and load it."""
        self._nodes += [helper.make_node("Identity", [value], [name]) for name, value in outputs.items()]
        results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self._nodes, "voiceover", self._inputs, results, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
