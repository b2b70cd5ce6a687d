"""Says it louder."""
from pulsar import Function


class Upper(Function):
    def process(self, text, context):
        return str(text).upper()
