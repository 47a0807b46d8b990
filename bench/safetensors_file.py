"""What `troupe inspect` writes, as numpy arrays."""

import json
import struct

import numpy

TYPES = {"F32": numpy.float32, "I64": numpy.int64}


def tensors(path):
    """The safetensors file at `path` as arrays by name."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    return {
        name: numpy.frombuffer(data[slice(*t["data_offsets"])], TYPES[t["dtype"]]).reshape(t["shape"])
        for name, t in header.items()
        if name != "__metadata__"
    }
