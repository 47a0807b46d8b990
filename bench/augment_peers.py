"""Single transforms and policies of torchvision, on the images that bench/augment.cpp has written.

    augment_peers.py FILE COUNT SIDE

FILE: COUNT images of SIDE x SIDE, uint8 RGB, one after another. Says its name and versions, then answers every
line "FORM NAME" with microseconds of processor time an image, the mean over all of them on one thread in passes of at
least 20 ms together. FORM: `tensor` ([3, SIDE, SIDE] uint8) or `pil`. "-": there is no such thing.
"""

import io
import sys
import time

import numpy
import PIL
import PIL.Image
import torch
import torchvision
from torchvision import transforms
from torchvision.transforms import functional as F

NEAREST, BILINEAR = F.InterpolationMode.NEAREST, F.InterpolationMode.BILINEAR
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
ENDS = [[20, 12], [210, 30], [200, 215], [8, 190]]


def is_tensor(x):
    return isinstance(x, torch.Tensor)


def jitter(x):
    return F.adjust_hue(F.adjust_saturation(F.adjust_contrast(F.adjust_brightness(x, 1.3), 0.8), 1.2), 0.1)


def elastic(x):
    shift = transforms.ElasticTransform.get_params([50.0, 50.0], [5.0, 5.0], [224, 224])
    return F.elastic_transform(x, shift, BILINEAR)


def noise(x):
    """torchvision v2's, which 0.14 has not: for uint8 it adds in float32."""
    if not is_tensor(x):
        return None
    return ((x.float() + torch.randn(x.shape) * 25.5).clamp_(0, 255)).to(torch.uint8)


def recompressed(x):
    if is_tensor(x):
        return torchvision.io.decode_jpeg(torchvision.io.encode_jpeg(x, 50))
    file = io.BytesIO()
    x.save(file, "JPEG", quality=50)
    return PIL.Image.open(file).convert("RGB")


def erased(x):
    if is_tensor(x):
        return F.erase(x, 50, 60, 70, 80, 0)
    x = x.copy()
    x.paste((0, 0, 0), (60, 50, 140, 120))
    return x


def cutout(x):
    if is_tensor(x):
        return F.erase(x, 80, 80, 64, 64, 0)
    x = x.copy()
    x.paste((0, 0, 0), (80, 80, 144, 144))
    return x


def permuted(x):
    if is_tensor(x):
        return x[[2, 0, 1]]
    r, g, b = x.split()
    return PIL.Image.merge("RGB", (b, r, g))


def normalised(x):
    return F.normalize(F.convert_image_dtype(x) if is_tensor(x) else F.to_tensor(x), MEAN, STD)


def points(x):
    return F.posterize(F.solarize(F.invert(F.posterize(F.solarize(x, 200), 7)), 100), 5)


def points_and_histograms(x):
    return F.autocontrast(F.invert(F.posterize(F.solarize(F.equalize(x), 200), 5)))


WORK = {
    "random_resized_crop": lambda x: F.resized_crop(x, 33, 33, 158, 158, [224, 224], BILINEAR, **antialias(x)),
    "resize": lambda x: F.resize(x, [160, 160], BILINEAR, **antialias(x)),
    "center_crop": lambda x: torch.clone(F.center_crop(x, 160)) if is_tensor(x) else F.center_crop(x, 160),
    "random_horizontal_flip": F.hflip,
    "random_vertical_flip": F.vflip,
    "pad": lambda x: F.pad(x, [16, 16, 16, 16]),
    "pad_reflect": lambda x: F.pad(x, [16, 16, 16, 16], padding_mode="reflect"),
    "rotation_nearest": lambda x: F.rotate(x, 30, NEAREST),
    "rotation_bilinear": lambda x: F.rotate(x, 30, BILINEAR),
    "affine_nearest": lambda x: F.affine(x, 20, [10, 20], 1.1, [10.0, 0.0], NEAREST),
    "affine_bilinear": lambda x: F.affine(x, 20, [10, 20], 1.1, [10.0, 0.0], BILINEAR),
    "translate_nearest": lambda x: F.affine(x, 0, [30, 0], 1, [0.0, 0.0], NEAREST),
    "perspective_nearest": lambda x: F.perspective(x, [[0, 0], [223, 0], [223, 223], [0, 223]], ENDS, NEAREST),
    "perspective_bilinear": lambda x: F.perspective(x, [[0, 0], [223, 0], [223, 223], [0, 223]], ENDS, BILINEAR),
    "elastic_transform": elastic,
    "brightness": lambda x: F.adjust_brightness(x, 1.3),
    "contrast": lambda x: F.adjust_contrast(x, 0.8),
    "saturation": lambda x: F.adjust_saturation(x, 1.2),
    "hue": lambda x: F.adjust_hue(x, 0.1),
    "color_jitter": jitter,
    "grayscale": lambda x: F.rgb_to_grayscale(x, 3) if is_tensor(x) else F.to_grayscale(x, 3),
    "random_invert": F.invert,
    "random_posterize": lambda x: F.posterize(x, 3),
    "random_solarize": lambda x: F.solarize(x, 128),
    "random_autocontrast": F.autocontrast,
    "random_equalize": F.equalize,
    "random_adjust_sharpness": lambda x: F.adjust_sharpness(x, 2),
    "random_channel_permutation": permuted,
    "gaussian_blur_3": lambda x: F.gaussian_blur(x, [3, 3], [0.8, 0.8]),
    "gaussian_blur_23": lambda x: F.gaussian_blur(x, [23, 23], [2.0, 2.0]),
    "gaussian_noise": noise,
    "jpeg": recompressed,
    "random_erasing": erased,
    "cutout": cutout,
    "normalize": normalised,
    "points": points,
    "points_and_histograms": points_and_histograms,
    "auto_augment": transforms.AutoAugment(),
    "rand_augment": transforms.RandAugment(2, 9),
    "trivial_augment_wide": transforms.TrivialAugmentWide(),
    "aug_mix": transforms.AugMix(),
}


def antialias(x):
    return {"antialias": True} if is_tensor(x) else {}


def main():
    file, count, side = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(1)
    pixels = numpy.fromfile(file, numpy.uint8).reshape(count, side, side, 3)
    images = {
        "pil": [PIL.Image.fromarray(p) for p in pixels],
        "tensor": [torch.from_numpy(p.transpose(2, 0, 1).copy()) for p in pixels],
    }
    print(f"torchvision {torchvision.__version__} with PyTorch {torch.__version__} and Pillow {PIL.__version__}", flush=True)
    torch.manual_seed(7)
    for line in sys.stdin:
        form, name = line.split()
        work = WORK[name]
        try:
            if work(images[form][0]) is None:
                raise TypeError("not in this form")
            passes, begun = 0, time.thread_time()
            while passes == 0 or time.thread_time() - begun < 0.02:
                for image in images[form]:
                    work(image)
                passes += 1
            print(1e6 * (time.thread_time() - begun) / passes / count, flush=True)
        except (TypeError, RuntimeError, AttributeError) as error:
            print(f"{form} {name}: {error}", file=sys.stderr)
            print("-", flush=True)


if __name__ == "__main__":
    main()
