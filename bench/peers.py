"""The input lines that people use today, each as its users' guide has it, on the photographs of a folder of class folders.

    peers.py PEER DIR THREADS

Shuffle, read, decode, RandomResizedCrop(224), flip, normalise, float32 batches of 64 with labels. Says its name and version,
then waits: for every line on stdin it runs one epoch and answers with images/s.
"""

import glob
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
BATCH, SIZE, MEAN, STD = 64, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def photographs(folder):
    """Paths and labels, in the order of their names."""
    classes = sorted(os.listdir(folder))
    found = [(p, i) for i, c in enumerate(classes) for p in sorted(glob.glob(f"{folder}/{c}/*.jpg"))]
    return [p for p, _ in found], [label for _, label in found]


def torch(folder, threads, tensors):
    """PyTorch's DataLoader with torchvision: PIL images, or decode_jpeg and tensors (antialiased either way)."""
    import torch as library
    import torchvision
    from torchvision import transforms as v1
    from torchvision.io import ImageReadMode, decode_jpeg, read_file

    paths, labels = photographs(folder)
    if tensors:
        from torchvision.transforms import v2

        prepare = v2.Compose([v2.RandomResizedCrop(SIZE, antialias=True), v2.RandomHorizontalFlip(),
                              v2.ToDtype(library.float32, scale=True), v2.Normalize(MEAN, STD)])
        load = lambda path: decode_jpeg(read_file(path), ImageReadMode.RGB)
    else:
        prepare = v1.Compose([v1.RandomResizedCrop(SIZE), v1.RandomHorizontalFlip(), v1.ToTensor(), v1.Normalize(MEAN, STD)])
        load = torchvision.datasets.folder.pil_loader

    class Photographs(library.utils.data.Dataset):
        def __len__(self):
            return len(paths)

        def __getitem__(self, i):
            return prepare(load(paths[i])), labels[i]

    loader = library.utils.data.DataLoader(Photographs(), BATCH, shuffle=True, num_workers=threads, persistent_workers=True)
    kind = "decode_jpeg + v2" if tensors else "PIL"
    return f"PyTorch {library.__version__} DataLoader, torchvision {torchvision.__version__}, {kind}, {threads} workers", lambda: loader


def mlx(folder, threads):
    """mlx-data, normalised a batch at a time (its fastest)."""
    import mlx.data
    import numpy
    from importlib.metadata import version

    paths, labels = photographs(folder)
    photos = mlx.data.buffer_from_vector([{"image": p.encode(), "label": l} for p, l in zip(paths, labels)])
    scale = numpy.array([1 / (255 * s) for s in STD], numpy.float32)[:, None, None]
    bias = numpy.array([-m / s for m, s in zip(MEAN, STD)], numpy.float32)[:, None, None]

    def normalise(x):
        x = numpy.ascontiguousarray(numpy.moveaxis(x, -1, -3)).astype(numpy.float32)
        x *= scale
        x += bias
        return x

    def epoch():
        stream = (photos.shuffle().to_stream().load_image("image")
                  .image_random_area_crop("image", (0.08, 1), (3 / 4, 4 / 3)).image_resize("image", SIZE, SIZE)
                  .image_random_h_flip("image", 0.5).batch(BATCH).key_transform("image", normalise).prefetch(4, threads))
        return ((b["image"], b["label"]) for b in stream)

    return f"mlx-data {version('mlx-data')}, {threads} threads", epoch


def dali(folder, threads, antialias):
    """NVIDIA DALI on the processor alone, decoding the crop."""
    from importlib.metadata import distributions

    import numpy
    from nvidia.dali import fn, pipeline_def, types

    paths, labels = photographs(folder)

    @pipeline_def(batch_size=BATCH, num_threads=threads, device_id=None, seed=1)
    def line():
        jpeg, label = fn.readers.file(files=paths, labels=labels, shuffle_after_epoch=True)
        image = fn.decoders.image_random_crop(jpeg, device="cpu", random_area=[0.08, 1], random_aspect_ratio=[3 / 4, 4 / 3])
        image = fn.resize(image, size=[SIZE, SIZE], interp_type=types.INTERP_LINEAR, antialias=antialias)
        image = fn.crop_mirror_normalize(image, dtype=types.FLOAT, output_layout="CHW", mirror=fn.random.coin_flip(),
                                         mean=[m * 255 for m in MEAN], std=[s * 255 for s in STD])
        return image, label

    pipe = line()
    pipe.build()

    def epoch():
        for _ in range(-(-len(paths) // BATCH)):
            images, label = pipe.run()
            yield numpy.asarray(images.as_tensor()), label

    named = next(d for d in distributions() if d.metadata["Name"].startswith("nvidia-dali"))
    return f"DALI {named.version}, CPU, {threads} threads, antialias {'on' if antialias else 'off'}", epoch


def tfdata(folder, antialias):
    """tf.data, AUTOTUNE, one endless iterator; without antialiasing it decodes the crop alone."""
    import itertools

    import tensorflow as tf

    paths, labels = photographs(folder)
    mean, std = (tf.constant(v) * 255 for v in (MEAN, STD))

    def box(shape):
        begin, size, _ = tf.image.sample_distorted_bounding_box(
            shape, tf.zeros([1, 0, 4]), min_object_covered=0.08, area_range=(0.08, 1), aspect_ratio_range=(3 / 4, 4 / 3),
            max_attempts=10, use_image_if_no_bounding_boxes=True)
        return begin, size

    def load(path, label):
        data = tf.io.read_file(path)
        if antialias:
            image = tf.image.decode_jpeg(data, channels=3)
            begin, size = box(tf.shape(image))
            image = tf.slice(image, begin, tf.concat([size[:2], [3]], 0))
        else:
            (y, x, _), (h, w, _) = map(tf.unstack, box(tf.image.extract_jpeg_shape(data)))
            image = tf.image.decode_and_crop_jpeg(data, tf.stack([y, x, h, w]), channels=3, dct_method="INTEGER_FAST")
        image = tf.image.resize(image, [SIZE, SIZE], antialias=antialias)
        return (tf.image.random_flip_left_right(image) - mean) / std, label

    endless = iter(tf.data.Dataset.from_tensor_slices((paths, labels)).shuffle(len(paths)).repeat()
                   .map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH).prefetch(tf.data.AUTOTUNE))
    kind = "decode_jpeg, antialias" if antialias else "decode_and_crop_jpeg"
    return f"tf.data, TensorFlow {tf.__version__}, {kind}", lambda: itertools.islice(endless, -(-len(paths) // BATCH))


PEERS = {
    "torch-pil": lambda d, n: torch(d, n, False),
    "torch-tensor": lambda d, n: torch(d, n + 1, True),
    "mlx": mlx,
    "dali": lambda d, n: dali(d, n + 1, True),
    "dali-plain": lambda d, n: dali(d, n + 1, False),
    "tfdata": lambda d, n: tfdata(d, True),
    "tfdata-plain": lambda d, n: tfdata(d, False),
}


def main():
    name, epoch = PEERS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
    print(name, flush=True)
    for _ in sys.stdin:
        begun, rows = time.perf_counter(), 0
        for images, _ in epoch():
            rows += images.shape[0]
        print(rows / (time.perf_counter() - begun), flush=True)


if __name__ == "__main__":
    main()
