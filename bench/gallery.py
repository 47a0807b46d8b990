"""The pictures of docs/transforms.md, made by `troupe inspect`; in its tables the differences of docs/torchvision.md and the
times of docs/augment-speed.md.

    gallery.py TROUPE PHOTOGRAPH DOCS
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import numpy
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont

from safetensors_file import tensors
from spec_text import arguments

SIDE, GAP = 112, 4
VIEW = f"center_crop(1740), resize({SIDE}), "  # of the photograph, before a transform
FAINT = VIEW + "color_jitter(contrast=(0.4, 0.4))"
SHOWN = {
    "random_resized_crop": f"center_crop(1740), random_resized_crop({SIDE})",
    "resize": f"center_crop(1740), resize(28), pad({(SIDE - 28) // 2}, fill=255)",
    "center_crop": VIEW + "center_crop(72), pad(20, fill=255)",
    "random_crop": VIEW + "random_crop(72, padding=8), pad(20, fill=255)",
    "random_horizontal_flip": VIEW + "random_horizontal_flip(1)",
    "random_vertical_flip": VIEW + "random_vertical_flip(1)",
    "pad": f"center_crop(1740), resize(72), pad(20, padding_mode=reflect)",
    "random_rotation": VIEW + "random_rotation(45)",
    "random_affine": VIEW + "random_affine(20, translate=(0.1, 0.1), scale=(0.7, 1.2), shear=15)",
    "random_perspective": VIEW + "random_perspective(0.5, p=1)",
    "elastic_transform": VIEW + "elastic_transform(60, sigma=5)",
    "color_jitter": VIEW + "color_jitter(0.4, 0.4, 0.4, 0.2)",
    "grayscale": VIEW + "grayscale",
    "random_grayscale": VIEW + "random_grayscale(0.5)",
    "random_invert": VIEW + "random_invert(1)",
    "random_posterize": VIEW + "random_posterize(2, p=1)",
    "random_solarize": VIEW + "random_solarize(128, p=1)",
    "random_autocontrast": FAINT + ", random_autocontrast(1)",
    "random_equalize": VIEW + "random_equalize(1)",
    "random_adjust_sharpness": VIEW + "random_adjust_sharpness(6, p=1)",
    "random_channel_permutation": VIEW + "random_channel_permutation",
    "gaussian_blur": VIEW + "gaussian_blur(15, sigma=(0.5, 4))",
    "gaussian_noise": VIEW + "gaussian_noise",
    "jpeg": VIEW + "jpeg((1, 20))",
    "random_erasing": VIEW + "random_erasing(1, value=random)",
    "cutout": VIEW + "cutout(40)",
    "compose": VIEW + "compose([random_rotation(30), random_invert(1)])",
    "random_apply": VIEW + "random_apply([grayscale, gaussian_blur(9)], p=0.5)",
    "random_choice": VIEW + "random_choice([random_invert(1), random_rotation(60), cutout(40)])",
    "random_order": VIEW + "random_order([random_solarize(100, p=1), random_equalize(1)])",
    "auto_augment": VIEW + "auto_augment(imagenet)",
    "rand_augment": VIEW + "rand_augment(2, 9)",
    "trivial_augment_wide": VIEW + "trivial_augment_wide",
    "aug_mix": VIEW + "aug_mix(5)",
    "three_augment": VIEW + "three_augment",
}
BEFORE = {"random_autocontrast": FAINT}  # VIEW alone for all others
DRAWS = {"trivial_augment_wide": (2, 3), "rand_augment": (4, 0)}  # epochs; of others the first two


def drawn(troupe, data, spec, epoch):
    """One draw."""
    with tempfile.NamedTemporaryFile(suffix=".safetensors") as kept:
        subprocess.run([troupe, "inspect", data, "--augment", spec, "--epoch", str(epoch), "--seed", "5", "--out", kept.name],
                       check=True, capture_output=True)
        pixels = tensors(kept.name)["images"][0]
    return PIL.Image.fromarray(numpy.rint(pixels.transpose(1, 2, 0) * 255).astype("uint8"))


def strip(pictures):
    """Pictures beside each other."""
    row = PIL.Image.new("RGB", (len(pictures) * (SIDE + GAP) - GAP, SIDE), "white")
    for i, picture in enumerate(pictures):
        row.paste(picture, (i * (SIDE + GAP), 0))
    return row


def caption(name):
    """A name in lines that fit below a picture."""
    lines = [""]
    for part in re.findall(r"[a-z0-9]+_?", name):
        if len(lines[-1] + part) * 6 > SIDE:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def sheet(pictures):
    """All of them with their names, nine in a line."""
    columns, height = 9, SIDE + 32
    lines = -(-len(pictures) // columns)
    page = PIL.Image.new("RGB", (columns * (SIDE + 2 * GAP) + GAP, lines * height + GAP), "white")
    pen, font = PIL.ImageDraw.Draw(page), PIL.ImageFont.load_default()
    for i, (name, picture) in enumerate(pictures.items()):
        at = GAP + i % columns * (SIDE + 2 * GAP), GAP + i // columns * height
        page.paste(picture, at)
        pen.multiline_text((at[0], at[1] + SIDE + 2), caption(name), fill="black", font=font, spacing=1)
    return page.quantize(256, dither=PIL.Image.Dither.FLOYDSTEINBERG)


def differences(docs):
    """By transform: mean and greatest difference from torchvision, of its worst line in torchvision.md."""
    found = {}
    for line in open(os.path.join(docs, "torchvision.md")):
        cells = re.match(r"\| `(.*)` \| ([\d.]+) \| ([\d.]+) \|", line)
        if not cells:
            continue
        names = [name for name, _ in arguments(cells[1])]
        outer = next((name for name in names if name != "center_crop"), names[0])
        mean, most = found.get(outer, (0, 0))
        found[outer] = max(mean, float(cells[2])), max(most, float(cells[3]))
    return found


def times(docs):
    """By transform: the least and the greatest of its times in augment-speed.md, us an image."""
    found = {}
    for line in open(os.path.join(docs, "augment-speed.md")):
        cells = re.match(r"\| `(.*)` \| ([\d.]+) \|", line)
        calls = arguments(cells[1]) if cells else []
        if len(calls) == 1:
            found.setdefault(calls[0][0], []).append(float(cells[2]))
    return {name: " – ".join(f"{t:.0f}" for t in sorted({min(all), max(all)})) for name, all in found.items()}


def fill_in(docs):
    """Writes the last three columns of the tables of transforms.md: differences, times and pictures."""
    path, off, us = os.path.join(docs, "transforms.md"), differences(docs), times(docs)
    lines, inside = open(path).read().split("\n"), False
    for i, line in enumerate(lines):
        if line.startswith("| transform | does |"):
            inside = True
            lines[i] = "| transform | does | reports | off by | µs | before, after |"
            lines[i + 1] = "|---" * 6 + "|"
        inside = inside and line.startswith("|")
        name = re.match(r"\| `([a-z_]+)", line)
        if not inside or not name:
            continue
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        mean, most = off.get(name[1], (None, None))
        said = "" if mean is None else f"{mean:.4f}, {most:.0f}"
        picture = f"![{name[1]}](transforms/{name[1]}.jpg)" if name[1] in SHOWN else ""
        lines[i] = "| " + " | ".join(cells[:3] + [said, us.get(name[1], ""), picture]) + " |"
    open(path, "w").write("\n".join(lines))


def main():
    troupe, photograph, docs = sys.argv[1:]
    os.makedirs(os.path.join(docs, "transforms"), exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        os.makedirs(os.path.join(data, "picture"))
        shutil.copy(photograph, os.path.join(data, "picture"))
        before = drawn(troupe, data, VIEW.strip(", "), 0)
        pictures = {"before": before}
        for name, spec in SHOWN.items():
            first, second = (drawn(troupe, data, spec, epoch) for epoch in DRAWS.get(name, (0, 1)))
            pictures[name] = first
            shown = [drawn(troupe, data, BEFORE[name], 0) if name in BEFORE else before, first]
            strip(shown if first == second else shown + [second]).save(os.path.join(docs, "transforms", name + ".jpg"), quality=80, optimize=True)
            print(f"gallery: {name}", flush=True)
    sheet(pictures).save(os.path.join(docs, "transforms.png"), optimize=True)
    fill_in(docs)


if __name__ == "__main__":
    main()
