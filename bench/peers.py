"""The input lines that people use today, each as its users' guide has it, on the photographs of a folder of class folders.

    peers.py PEER DIR THREADS

Shuffle, read, decode, RandomResizedCrop(224), flip, normalise, float32 batches of 64 with labels. Says its name and version,
then waits: for every line on stdin it runs one epoch and answers with images/s.
"""

import glob
import math
import os
import sys
import time

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TQDM_DISABLE": "1"}
BATCH, SIZE, MEAN, STD = 64, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def photographs(folder):
    """Paths and labels, in the order of their names."""
    classes = sorted(os.listdir(folder))
    found = [(p, i) for i, c in enumerate(classes) for p in sorted(glob.glob(f"{folder}/{c}/*.jpg"))]
    return [p for p, _ in found], [label for _, label in found]


def random_part(width, height, random):
    """torchvision's RandomResizedCrop, for the libraries that have none: x, y, w, h. `random`: NumPy's generator."""
    for _ in range(10):
        area, ratio = width * height * random.uniform(0.08, 1), math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < w <= width and 0 < h <= height:
            return int(random.integers(width - w + 1)), int(random.integers(height - h + 1)), w, h
    side = min(width, height)
    return (width - side) // 2, (height - side) // 2, side, side


def normalise(x):
    """[..., H, W, C] uint8 to [..., C, H, W] float32, in the fastest of NumPy's ways."""
    import numpy

    scale, bias = (numpy.array(v, numpy.float32)[:, None, None]
                   for v in ([1 / (255 * s) for s in STD], [-m / s for m, s in zip(MEAN, STD)]))
    x = numpy.ascontiguousarray(numpy.moveaxis(x, -1, -3)).astype(numpy.float32)
    x *= scale
    x += bias
    return x


def by_opencv(path, random):
    """A row as uint8, [224, 224, 3]: OpenCV reads and decodes it whole, and does not antialias."""
    import cv2

    cv2.setNumThreads(0)
    image = cv2.imread(path, cv2.IMREAD_COLOR_RGB)
    x, y, w, h = random_part(image.shape[1], image.shape[0], random)
    image = cv2.resize(image[y:y + h, x:x + w], (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    return image[:, ::-1] if random.random() < 0.5 else image


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
    from importlib.metadata import version

    paths, labels = photographs(folder)
    photos = mlx.data.buffer_from_vector([{"image": p.encode(), "label": l} for p, l in zip(paths, labels)])
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


def spdl(folder, threads, opencv):
    """SPDL's thread pool: FFmpeg decodes, crops and scales, a photograph a task; or OpenCV does, a batch a task."""
    import threading
    from importlib.metadata import version

    import numpy
    from spdl.pipeline import PipelineBuilder

    paths, labels = photographs(folder)
    order, own = numpy.random.default_rng(1), threading.local()

    def random():
        if not hasattr(own, "random"):
            own.random = numpy.random.default_rng()
        return own.random

    def filtered(i):
        import spdl.io

        packets = spdl.io.demux_image(paths[i])
        x, y, w, h = random_part(packets.width, packets.height, random())
        flip = "hflip," if random().random() < 0.5 else ""
        return spdl.io.decode_packets(packets, filter_desc=f"crop={w}:{h}:{x}:{y}:exact=1,scale={SIZE}:{SIZE}:flags=bilinear,"
                                                           f"{flip}format=rgb24"), labels[i]

    def collected(rows):
        import spdl.io

        return normalise(spdl.io.to_numpy(spdl.io.convert_frames([f for f, _ in rows]))), numpy.array([l for _, l in rows])

    def whole_batch(indices):
        return normalise(numpy.stack([by_opencv(paths[i], random()) for i in indices])), numpy.array([labels[i] for i in indices])

    def epoch():
        shuffled, line = order.permutation(len(paths)).tolist(), PipelineBuilder()
        if opencv:
            line.add_source([shuffled[i:i + BATCH] for i in range(0, len(shuffled), BATCH)]).pipe(whole_batch, concurrency=threads)
        else:
            line.add_source(shuffled).pipe(filtered, concurrency=threads).aggregate(BATCH).pipe(collected, concurrency=threads)
        built = line.add_sink(3).build(num_threads=threads)
        with built.auto_stop():
            yield from built.get_iterator()

    by = f"OpenCV {version('opencv-python-headless')} (no antialiasing), a batch a task"
    kind = by if opencv else "FFmpeg, a photograph a task"
    return f"SPDL {version('spdl')}, {kind}, {threads} threads", epoch


def grain(folder, threads):
    """grain's MapDataset over OpenCV, in threads; its worker processes are slower here."""
    from importlib.metadata import version

    import grain as library

    paths, labels = photographs(folder)
    reading = library.ReadOptions(num_threads=threads, prefetch_buffer_size=2 * threads)
    seeds = iter(range(1 << 62))

    def epoch():
        return (library.MapDataset.source(range(len(paths))).seed(next(seeds)).shuffle()
                .random_map(lambda i, random: (normalise(by_opencv(paths[i], random)), labels[i]))
                .batch(BATCH).to_iter_dataset(reading))

    return f"grain {version('grain')} MapDataset, OpenCV {version('opencv-python-headless')} (no antialiasing), {threads} threads", epoch


def ffcv(folder, threads):
    """FFCV, which reads a file of its own: written here, before anything is measured, the JPEGs encoded again as JPEGs."""
    from importlib.metadata import version

    import numpy
    from ffcv.fields import IntField, RGBImageField
    from ffcv.fields.basics import IntDecoder
    from ffcv.fields.rgb_image import RandomResizedCropRGBImageDecoder
    from ffcv.loader import Loader, OrderOption
    from ffcv.transforms import NormalizeImage, RandomHorizontalFlip, ToTensor, ToTorchImage
    from ffcv.writer import DatasetWriter
    from PIL import Image

    paths, labels = photographs(folder)

    class Photographs:
        def __len__(self):
            return len(paths)

        def __getitem__(self, i):
            return Image.open(paths[i]).convert("RGB"), labels[i]

    file = f"{sys.prefix}/photographs.beton"
    fields = {"image": RGBImageField(write_mode="jpg", jpeg_quality=93), "label": IntField()}
    DatasetWriter(file, fields, num_workers=threads).from_indexed_dataset(Photographs())
    image = [RandomResizedCropRGBImageDecoder((SIZE, SIZE)), RandomHorizontalFlip(),
             NormalizeImage(numpy.array(MEAN) * 255, numpy.array(STD) * 255, numpy.float32), ToTensor(), ToTorchImage()]
    loader = Loader(file, batch_size=BATCH, num_workers=threads, order=OrderOption.RANDOM, os_cache=True, drop_last=False,
                    pipelines={"image": image, "label": [IntDecoder(), ToTensor()]})
    return f"FFCV {version('ffcv')}, JPEGs in a file of its own, INTER_AREA, channels last, {threads} workers", lambda: loader


PEERS = {
    "torch-pil": lambda d, n: torch(d, n, False),
    "torch-tensor": lambda d, n: torch(d, n + 1, True),
    "mlx": mlx,
    "dali": lambda d, n: dali(d, n + 1, True),
    "dali-plain": lambda d, n: dali(d, n + 1, False),
    "spdl": lambda d, n: spdl(d, n, False),
    "spdl-opencv": lambda d, n: spdl(d, n, True),
    "grain": lambda d, n: grain(d, n + 1),
    "ffcv": ffcv,
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
