#!/usr/bin/env python3
"""Streams photographs through Landmarks.Detect and prints the landmarks found.

Debian: apt-get install python3-grpcio protobuf-compiler protobuf-compiler-grpc
Stubs:  mkdir stubs && protoc -I proto --python_out=stubs --grpc_out=stubs \
          --plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin proto/facealign/v1/*.proto
Run:    PYTHONPATH=stubs python3 docs/examples/detect.py PHOTO...
"""
import os
import sys

import grpc
from facealign.v1 import landmarks_pb2, landmarks_pb2_grpc


def requests(paths):
    for path in paths:
        with open(path, "rb") as photo:
            yield landmarks_pb2.DetectRequest(image=photo.read(), tag=os.path.basename(path)[:256])


def main(paths):
    address = os.environ.get("FACEALIGN_INFERENCE_ADDRESS", "127.0.0.1:25051")
    failed = 0
    with grpc.insecure_channel(address) as channel:
        detect = landmarks_pb2_grpc.LandmarksStub(channel).Detect
        for answer in detect(requests(paths), timeout=120):
            if answer.HasField("error"):
                failed += 1
                print(f"{answer.tag}: {answer.error.reason}: {answer.error.message}")
                continue
            print(f"{answer.tag}: {len(answer.faces)} face(s), {answer.timings.compute_us / 1000:.1f} ms compute")
            for face in answer.faces:
                first = face.landmarks[0]
                print(f"  {len(face.landmarks)} landmarks, the first at ({first.x:.1f}, {first.y:.1f})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
