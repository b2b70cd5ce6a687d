"""Counts people by decade of age, and says so behind each line that it passes on."""
from collections import Counter

from pulsar import Function


class Decades(Function):
    def __init__(self):
        self.seen = Counter()

    def process(self, line, context):
        name, age = line.rsplit(",", 1)
        decade = int(age) // 10 * 10
        self.seen[decade] += 1
        return f"{name} is {age}: number {self.seen[decade]} of those from {decade} to {decade + 9}"
