"""Pillow's pictures and Pillow's opinion of ours; see PillowTests.swift.

    pillow_pictures.py write FOLDER
    pillow_pictures.py compare FOLDER

`write` fills the folder with pictures of every form that the three kinds have and prints their names as JSON. `compare`
prints how each NAME.kept.jpg in it differs from what NAME shows once it is turned upright, laid on white and made as
small: the size, the mean and the largest difference of a channel's mean within fields of 1/8 × 1/8, and what else is
carried along; the same for NAME.thumbnail.jpg.
"""

import json
import pathlib
import sys

from PIL import Image, ImageDraw, ImageOps

# Exif: Orientation, the directory of the camera and of the satellites; DateTimeOriginal, OffsetTimeOriginal.
ORIENTATION, CAMERA, SATELLITES, TAKEN, OFFSET = 0x0112, 0x8769, 0x8825, 0x9003, 0x9011


def scene(mode, size):
    """Different everywhere: gradients, with a shape in one corner that tells up from down."""
    width, height = size
    channels = [
        Image.linear_gradient('L').resize(size),
        Image.linear_gradient('L').rotate(90).resize(size),
        Image.radial_gradient('L').resize(size),
    ]
    picture = Image.merge('RGB', channels)
    ImageDraw.Draw(picture).ellipse((width // 16, height // 16, width // 4, height // 3), fill=(250, 20, 20))
    if mode in ('RGBA', 'LA'):
        picture = picture.convert(mode)
        picture.putalpha(channels[1])
        return picture
    return picture.quantize(64) if mode == 'P' else picture.convert(mode)


def exif(orientation):
    data = Image.Exif()
    data[ORIENTATION] = orientation
    data.get_ifd(CAMERA).update({TAKEN: '2026:06:30 10:12:33', OFFSET: '+08:00'})
    data.get_ifd(SATELLITES).update({1: 'N', 2: (28.0, 13.0, 41.25), 3: 'E', 4: (112.0, 56.0, 20.5)})
    return data.tobytes()


def write(folder):
    names = []

    def save(name, mode, size=(720, 540), **options):
        scene(mode, size).save(f'{folder}/{name}', **options)
        names.append(name)

    for orientation in range(1, 9):
        save(f'turned-{orientation}.jpg', 'RGB', quality=90, exif=exif(orientation))
    for name, options in {
        'progressive': {'progressive': True},
        'every-pixel': {'subsampling': 0, 'optimize': True},
        'restarts': {'restart_marker_blocks': 5},
        'profile': {'icc_profile': b'\0' * 3000, 'comment': b'somebody was here'},
    }.items():
        save(f'{name}.jpg', 'RGB', quality=90, exif=exif(6), **options)
    save('grey.jpg', 'L', quality=90, exif=exif(3))
    save('ink.jpg', 'CMYK', quality=95, exif=exif(1))
    save('large.jpg', 'RGB', size=(5003, 3001), quality=85, exif=exif(8))
    for mode in ('RGB', 'RGBA', 'L', 'LA', 'P', '1', 'I;16'):
        save(f'mode-{mode.replace(";", "-")}.png', mode, exif=exif(6))
    for mode in ('RGB', 'RGBA'):
        save(f'lossy-{mode}.webp', mode, quality=90, exif=exif(8))
        save(f'lossless-{mode}.webp', mode, lossless=True, exif=exif(2))
    return names


def as_seen(path, size):
    picture = ImageOps.exif_transpose(Image.open(path))
    if picture.mode.startswith('I'):
        picture = picture.point(lambda value: value / 256).convert('L')
    if picture.mode in ('RGBA', 'LA'):
        picture = Image.alpha_composite(Image.new('RGBA', picture.size, 'white'), picture.convert('RGBA'))
    return picture.convert('RGB').resize(size, Image.Resampling.BOX)


def compare(sent, kept):
    ours = Image.open(kept)
    ours.load()
    fields = [picture.resize((8, 8), Image.Resampling.BOX).tobytes() for picture in (as_seen(sent, ours.size), ours)]
    differences = [abs(one - other) for one, other in zip(*fields)]
    return {
        'name': kept.name,
        'size': list(ours.size),
        'mean': sum(differences) / len(differences),
        'largest': max(differences),
        'extras': sorted(set(ours.info) - {'jfif', 'jfif_version', 'jfif_unit', 'jfif_density', 'dpi'}),
    }


def compare_all(folder):
    kept = sorted([*folder.glob('*.kept.jpg'), *folder.glob('*.thumbnail.jpg')])
    return [compare(path.with_name(path.name.rsplit('.', 2)[0]), path) for path in kept]


verb, folder = sys.argv[1:]
print(json.dumps(write(folder) if verb == 'write' else compare_all(pathlib.Path(folder))))
