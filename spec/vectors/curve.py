"""Ed25519 by hand (RFC 8032 section 5.1), for signatures no library will make.

Slow, not constant in time, and only for test data: the keys are public.
"""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def _x_of(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        raise ValueError("no point has this y")
    return P - x if x & 1 != sign else x


def add(a, b):
    x1, y1 = a
    x2, y2 = b
    k = D * x1 * x2 * y1 * y2 % P
    x3 = (x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P
    y3 = (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P
    return x3, y3


IDENTITY = (0, 1)
BASE = (_x_of(4 * pow(5, P - 2, P) % P, 0), 4 * pow(5, P - 2, P) % P)


def mul(n, point):
    out = IDENTITY
    while n:
        if n & 1:
            out = add(out, point)
        point = add(point, point)
        n >>= 1
    return out


def encode(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def order_eight():
    """A point of order 8: [L] of any point outside the prime-order group."""
    y = 2
    while True:
        try:
            point = mul(L, (_x_of(y, 0), y))
        except ValueError:
            point = IDENTITY
        if mul(4, point) != IDENTITY:
            return point
        y += 1


TORSION = order_eight()


def secret(seed):
    """The scalar of a private key and its prefix (RFC 8032 section 5.1.5)."""
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little")
    a = a & ((1 << 254) - 8) | 1 << 254
    return a, h[32:]


def challenge(r, public, message):
    return int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L


def scalar(s):
    return s.to_bytes(32, "little")


def verify(public, message, signature, point):
    """[S]B = R + [k]A without the cofactor, R compared by its encoding.

    point is A, so that keys with unusual encodings can be judged too."""
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L:
        return False
    k = challenge(signature[:32], public, message)
    x, y = mul(k, point)
    return encode(add(mul(s, BASE), ((P - x) % P, y))) == signature[:32]
