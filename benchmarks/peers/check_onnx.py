"""Exported models under the eyes of others than ONNX Runtime.

    check_onnx.py MODEL.onnx...

ONNX's own checker, shape inference included, and, from onnx 1.13 on, ONNX's reference implementation in NumPy beside
ONNX Runtime, on one picture; their outputs must agree to 1e-5, those of 8-bit networks, whose sums may be rounded to the
next step, to 5 % of the largest. Debian's python3-onnx (1.12) has the checker only:

    apt-get install python3-onnx                                  # the checker
    python3 -m venv onnx && onnx/bin/pip install onnx onnxruntime # both
"""

import sys

import numpy as np
import onnx

AGREEMENT = 1e-5
INTEGER_AGREEMENT = 0.05


def shape(value):
    return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]


def picture(size):
    y, x, c = np.meshgrid(np.arange(size), np.arange(size), np.arange(3), indexing="ij")
    waves = np.sin(0.31 * x + 0.17 * y + c) + np.sin(0.11 * x * (c + 1) - 0.23 * y)
    return (0.5 + waves / 4).astype(np.float32).transpose(2, 0, 1)[None]


def compare(name, model):
    try:
        import onnxruntime
        from onnx.reference import ReferenceEvaluator
    except ImportError as missing:
        print(f"{name}: outputs not compared ({missing})")
        return
    size = model.graph.input[0].type.tensor_type.shape.dim[2].dim_value
    given = {model.graph.input[0].name: picture(size)}
    session = onnxruntime.InferenceSession(name)
    for output, a, b in zip(model.graph.output, session.run(None, given), ReferenceEvaluator(model).run(None, given)):
        difference = float(np.abs(a - b).max())
        print(f"{name}: {output.name}: largest {np.abs(b).max():.4f}, difference {difference:.2e}")
        integers = any(node.op_type == "QuantizeLinear" for node in model.graph.node)
        most = INTEGER_AGREEMENT * float(np.abs(b).max()) if integers else AGREEMENT
        if a.shape != b.shape or not difference <= most:
            sys.exit(f"{name}: {output.name}: {difference} (expected: at most {most})")


def main():
    print("onnx", onnx.__version__)
    for name in sys.argv[1:]:
        model = onnx.load(name)
        onnx.checker.check_model(model, full_check=True)
        opset = [f"{o.domain or 'ai.onnx'} {o.version}" for o in model.opset_import]
        ends = [f"{v.name} {shape(v)}" for v in [*model.graph.input, *model.graph.output]]
        print(f"{name}: valid, {', '.join(opset)}, {len(model.graph.node)} nodes, {', '.join(ends)}")
        compare(name, model)


main()
