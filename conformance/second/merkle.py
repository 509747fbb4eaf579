"""RFC 6962 trees over the entries of a log (section 6), kept as the hashes of complete subtrees."""

import hashlib


def leaf_of(octets):
    return hashlib.sha256(b"\0" + octets).digest()


def entry_leaf(record_id, state):
    return leaf_of(f"fukusen/1 {record_id} {state}\n".encode())


def node_of(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """Grows by leaves; only the roots of its complete subtrees are kept."""

    def __init__(self, leaves=()):
        self.size, self.stack = 0, []
        for one in leaves:
            self.add(one)

    def add(self, leaf):
        self.size += 1
        n = self.size
        while n % 2 == 0:
            leaf = node_of(self.stack.pop(), leaf)
            n //= 2
        self.stack.append(leaf)

    def root(self):
        if not self.stack:
            return hashlib.sha256(b"").digest()
        result = self.stack[-1]
        for left in reversed(self.stack[:-1]):
            result = node_of(left, result)
        return result

    def copy(self):
        other = Tree()
        other.size, other.stack = self.size, list(self.stack)
        return other
