#!/usr/bin/env python3
# Turns SHA-256 test vectors into padded blocks for a kernel, in two folders of the same layout:
#   nist/     the NIST CAVP vectors, ShortMsg then LongMsg
#   header/   the block header of Bitcoin's genesis block
# Every digest is checked with hashlib. Needs numpy.
#
# usage: make_input.py [SHA256LongMsg.rsp]   makes both folders; the file is looked for in the Python package
#                                            cryptography_vectors if it is not named
#        make_input.py --check               checks the files that are there, with hashlib
import hashlib
import pathlib
import struct
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
GENESIS = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
MERKLE_ROOT = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


def pad(message):
    """FIPS 180-4, 5.1.1: a one bit, zeros, and the length in bits as 64 bits, to whole blocks of 64 bytes."""
    zeros = (55 - len(message)) % 64
    return message + b"\x80" + bytes(zeros) + struct.pack(">Q", 8 * len(message))


def unpad(padded):
    length = struct.unpack(">Q", padded[-8:])[0] // 8
    assert pad(padded[:length]) == padded
    return padded[:length]


def words(data):
    return np.frombuffer(data, ">u4").astype("<u4")


def read_rsp(path):
    """The (message, digest) pairs of a CAVP response file. A message of length 0 is written as one zero byte."""
    pairs = []
    fields = {}
    for line in path.read_text().splitlines():
        name, equals, value = line.partition(" = ")
        if equals and name in ("Len", "Msg", "MD"):
            fields[name] = value.strip()
        if name == "MD":
            message = bytes.fromhex(fields["Msg"])[: int(fields["Len"]) // 8]
            assert 8 * len(message) == int(fields["Len"])
            pairs.append((message, bytes.fromhex(fields["MD"])))
    return pairs


def write(folder, pairs):
    folder.mkdir(exist_ok=True)
    padded = [pad(message) for message, _ in pairs]
    count = np.array([len(p) // 64 for p in padded], "<u4")
    first = (np.cumsum(count) - count).astype("<u4")
    np.save(folder / "words.npy", words(b"".join(padded)).reshape(-1, 16))
    np.save(folder / "first.npy", first)
    np.save(folder / "count.npy", count)
    np.save(folder / "expected.npy", words(b"".join(digest for _, digest in pairs)).reshape(-1, 8))


def check(folder):
    blocks, first, count, expected = (np.load(folder / f"{n}.npy") for n in ("words", "first", "count", "expected"))
    assert first[0] == 0 and (first[1:] == np.cumsum(count)[:-1]).all() and count.sum() == len(blocks)
    for f, n, digest in zip(first, count, expected):
        message = unpad(blocks[f : f + n].astype(">u4").tobytes())
        assert hashlib.sha256(message).digest() == digest.astype(">u4").tobytes()
    print(f"{folder.name}: {len(first)} messages, {len(blocks)} blocks, longest {count.max()}: hashlib agrees")


def check_header():
    header = (HERE / "header/header.bin").read_bytes()
    double = np.load(HERE / "header/expected_double.npy").astype(">u4").tobytes()
    once = hashlib.sha256(header).digest()
    assert once == np.load(HERE / "header/expected.npy").astype(">u4").tobytes()
    assert hashlib.sha256(once).digest() == double and double[::-1].hex() == GENESIS
    print(f"header: double hash, bytes reversed, is {GENESIS}")


def make(long_path):
    if long_path is None:
        import cryptography_vectors

        long_path = pathlib.Path(cryptography_vectors.__file__).parent / "hashes/SHA2/SHA256LongMsg.rsp"
    write(HERE / "nist", read_rsp(HERE / "SHA256ShortMsg.rsp") + read_rsp(pathlib.Path(long_path)))

    # Version, previous block, Merkle root (shown byte-reversed), time, bits, nonce; numbers are little-endian.
    root = bytes.fromhex(MERKLE_ROOT)[::-1]
    header = struct.pack("<I32s32sIII", 1, bytes(32), root, 1231006505, 0x1D00FFFF, 2083236893)
    once = hashlib.sha256(header).digest()
    write(HERE / "header", [(header, once)])
    (HERE / "header/header.bin").write_bytes(header)
    np.save(HERE / "header/expected_double.npy", words(hashlib.sha256(once).digest()).reshape(1, 8))


if sys.argv[1:] != ["--check"]:
    make(sys.argv[1] if len(sys.argv) > 1 else None)
check(HERE / "nist")
check(HERE / "header")
check_header()
