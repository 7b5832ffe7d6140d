"""A second opinion on vector tiles: mapbox-vector-tile reads ours, shapely clips the same shapes.

    mvt_check.py FILE

FILE is JSON: `tiles` (bytes, hexadecimal) and `rings` (closed rings as [[x, y], …]) with `window`, the lower and upper
bound of a square on both axes. The answer on stdout is JSON of the same order. `tiles`: each a list of layers {name,
version, extent, features}, a feature being {id, type, parts, rings, properties}: `parts` are its lists of points, with y
growing downwards, `rings` says how many of them each polygon has, and a property is [name, kind, text]. `areas`: of
each ring, the area within the square.
"""

import json
import sys

import mapbox_vector_tile
import shapely


def kind_and_text(value):
    if isinstance(value, bool):
        return ['bool', 'true' if value else 'false']
    if isinstance(value, int):
        return ['int', str(value)]
    if isinstance(value, float):
        return ['double', repr(value)]
    return ['string', value]


def parts(geometry):
    """The lists of points, and for areas how many of them belong to each polygon."""
    kind, coordinates = geometry['type'], geometry['coordinates']
    if kind == 'Point':
        return [[coordinates]], []
    if kind in ('MultiPoint', 'LineString'):
        return [coordinates], []
    if kind == 'MultiLineString':
        return coordinates, []
    polygons = [coordinates] if kind == 'Polygon' else coordinates
    return [ring for polygon in polygons for ring in polygon], [len(polygon) for polygon in polygons]


def feature(found):
    lists, rings = parts(found['geometry'])
    return {
        'id': found['id'], 'type': found['geometry']['type'], 'parts': lists, 'rings': rings,
        'properties': [[name] + kind_and_text(value) for name, value in found['properties'].items()],
    }


def layers(tile):
    decoded = mapbox_vector_tile.decode(bytes.fromhex(tile), default_options={'y_coord_down': True})
    return [
        {'name': name, 'version': layer['version'], 'extent': layer['extent'],
         'features': [feature(found) for found in layer['features']]}
        for name, layer in decoded.items()
    ]


def main():
    with open(sys.argv[1], encoding='utf-8') as file:
        question = json.load(file)
    square = shapely.box(*[question['window'][side] for side in (0, 0, 1, 1)])
    json.dump({
        'tiles': [layers(tile) for tile in question['tiles']],
        'areas': [shapely.Polygon(ring).intersection(square).area for ring in question['rings']],
    }, sys.stdout)


if __name__ == '__main__':
    main()
