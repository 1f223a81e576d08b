"""What vector tiles hold: just enough of the format to check that answers are the same."""
import gzip
import struct


def fields_of(message):
    """(number, value) of the fields of a protocol buffer message; bytes where they have a length."""
    at = 0

    def varint():
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        tag = varint()
        if tag & 7 == 0:
            value = varint()
        else:
            length = varint() if tag & 7 == 2 else 8 if tag & 7 == 1 else 4
            value = message[at:at + length]
            at += length
        yield tag >> 3, value


def layer_of(tile, name):
    """The fields of a layer of a tile, packed or not; none where the tile lacks it."""
    if tile[:2] == b"\x1f\x8b":
        tile = gzip.decompress(tile)
    for number, content in fields_of(tile):
        fields = list(fields_of(content)) if number == 3 else []
        if (1, name.encode()) in fields:
            return fields
    return []


def features_of(tile, layer):
    """Number of features of a layer."""
    return sum(number == 2 for number, _ in layer_of(tile, layer))


def value_of(message):
    number, value = next(fields_of(message))
    if number == 1:
        return value.decode()
    if number in (2, 3):
        return struct.unpack("<f" if number == 2 else "<d", value)[0]
    return (value >> 1) ^ -(value & 1) if number == 6 else value


def varints(message):
    value = shift = 0
    for byte in message:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def flows_of(tile):
    """{flow_id: (n, partnerships, amount in whole euros or None)} of the layer `flows`."""
    fields = layer_of(tile, "flows")
    keys = [value.decode() for number, value in fields if number == 3]
    values = [value_of(value) for number, value in fields if number == 4]
    found = {}
    for number, feature in fields:
        if number != 2:
            continue
        tags = list(varints(dict(fields_of(feature)).get(2, b"")))
        said = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2])}
        amount = said.get("amount_eur")
        found[said["flow_id"]] = (said["n"], said["partnerships"], amount and round(amount))
    return found
