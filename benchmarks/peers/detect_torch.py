"""Landmarks.DetectImage as a Python server: grpcio, Pillow, TorchScript, one picture at a time.

    apt-get install python3-grpcio python3-protobuf python3-torch python3-onnx python3-pil python3-numpy
    python3 detect_torch.py MODEL.onnx PORT [--workers 2] [--threads 1]

The network is made from the ONNX file, so that weights and work are the same. Prints "ready" when it serves.
"""

import argparse
import io
from concurrent import futures

import grpc
import numpy
import onnx
import torch
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from onnx import numpy_helper
from PIL import Image

MARGIN = 1.15  # crop policy square-v1
FIELD = descriptor_pb2.FieldDescriptorProto


def messages():
    """The fields of landmarks.proto that are needed here; others are passed over."""
    file = descriptor_pb2.FileDescriptorProto(name="landmarks-part.proto", package="facealign.v1", syntax="proto3")

    def message(name, *fields):
        added = file.message_type.add(name=name)
        for field, number, kind, of in fields:
            label = FIELD.LABEL_REPEATED if of and of.startswith("*") else FIELD.LABEL_OPTIONAL
            entry = added.field.add(name=field, number=number, type=kind, label=label)
            if of:
                entry.type_name = ".facealign.v1." + of.lstrip("*")

    double, real, text = FIELD.TYPE_DOUBLE, FIELD.TYPE_FLOAT, FIELD.TYPE_STRING
    message("Box", *[(name, i + 1, double, None) for i, name in enumerate(["x", "y", "width", "height"])])
    message("Landmark", ("x", 1, real, None), ("y", 2, real, None), ("expected_error", 3, real, None))
    message("Face", ("box", 1, FIELD.TYPE_MESSAGE, "Box"), ("landmarks", 2, FIELD.TYPE_MESSAGE, "*Landmark"))
    message("DetectRequest", ("image", 1, FIELD.TYPE_BYTES, None), ("boxes", 3, FIELD.TYPE_MESSAGE, "*Box"))
    message("DetectResponse", ("faces", 3, FIELD.TYPE_MESSAGE, "*Face"), ("model_version", 4, text, None))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return {n: factory.GetPrototype(pool.FindMessageTypeByName("facealign.v1." + n)) for n in ("DetectRequest", "DetectResponse")}


class Network(torch.nn.Module):
    """The nodes of an ONNX graph one after the other, as PyTorch's operations."""

    def __init__(self, graph):
        super().__init__()
        self.nodes = list(graph.node)
        self.outputs = [output.name for output in graph.output]
        self.known = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}

    def forward(self, x):
        values = dict(self.known, input=x)
        for node in self.nodes:
            values[node.output[0]] = self.apply(node, [values[name] for name in node.input if name])
        return [values[name] for name in self.outputs]

    @staticmethod
    def apply(node, inputs):
        options = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "Conv":
            top, left, bottom, right = options.get("pads", [0, 0, 0, 0])
            x, pads = inputs[0], (top, left)
            if (top, left) != (bottom, right):
                x, pads = torch.nn.functional.pad(x, (left, right, top, bottom)), 0
            return torch.nn.functional.conv2d(
                x, inputs[1], inputs[2] if len(inputs) > 2 else None, options.get("strides", 1), pads,
                groups=options.get("group", 1))
        if node.op_type == "Clip":
            least, most = float(inputs[1]), float(inputs[2])
            if (least, most) == (0, 6):
                return torch.nn.functional.relu6(inputs[0])
            return torch.clamp(inputs[0], least, most)
        if node.op_type == "Gemm":
            weight = inputs[1] if options.get("transB", 0) else inputs[1].t()
            return torch.nn.functional.linear(inputs[0], weight, inputs[2])
        simple = {
            "Add": lambda: inputs[0] + inputs[1],
            "Exp": lambda: torch.exp(inputs[0]),
            "Flatten": lambda: torch.flatten(inputs[0], 1),
            "GlobalAveragePool": lambda: inputs[0].mean((2, 3), keepdim=True),
        }
        return simple[node.op_type]()


class Detection:
    def __init__(self, model):
        graph = onnx.load(model).graph
        self.size = graph.input[0].type.tensor_type.shape.dim[2].dim_value
        example = torch.rand(1, 3, self.size, self.size)
        with torch.inference_mode():
            traced = torch.jit.trace(Network(graph).eval(), example, check_trace=False)
            self.network = torch.jit.optimize_for_inference(torch.jit.freeze(traced.eval()))
            for _ in range(20):
                self.network(example)
        types = messages()
        self.Request, self.Response = types["DetectRequest"], types["DetectResponse"]

    def detect(self, request, context):
        image = Image.open(io.BytesIO(request.image)).convert("RGB")
        response = self.Response(model_version="torchscript")
        for box in request.boxes:
            side = MARGIN * max(box.width, box.height)
            left = box.x + box.width / 2 - side / 2
            top = box.y + box.height / 2 - side / 2
            # Pillow counts from the first pixel's edge, the contract from its centre.
            area = (left + 0.5, top + 0.5, left + side + 0.5, top + side + 0.5)
            crop = image.resize((self.size, self.size), Image.Resampling.BILINEAR, box=area)
            x = torch.from_numpy(numpy.array(crop)).permute(2, 0, 1).unsqueeze(0).float() / 255
            with torch.inference_mode():
                outputs = self.network(x)
            points = (outputs[0].numpy().reshape(-1, 2) + 0.5) * side + (left, top)
            face = response.faces.add()
            face.box.CopyFrom(box)
            for px, py in points.tolist():
                face.landmarks.add(x=px, y=py)
        return response


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("port")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    detection = Detection(options.model)
    handler = grpc.unary_unary_rpc_method_handler(
        detection.detect, detection.Request.FromString, detection.Response.SerializeToString)
    server = grpc.server(futures.ThreadPoolExecutor(options.workers), options=[("grpc.max_receive_message_length", 20 << 20)])
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler("facealign.v1.Landmarks", {"DetectImage": handler})])
    server.add_insecure_port("127.0.0.1:" + options.port)
    server.start()
    print("ready", flush=True)
    server.wait_for_termination()


main()
