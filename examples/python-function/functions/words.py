"""Sends each word of a sentence on by itself, unless it is short."""
from pulsar import Function


class Words(Function):
    def process(self, sentence, context):
        longer_than = context.get_user_config_value("longerThan") or 0
        for word in str(sentence).split():
            if len(word) > longer_than:
                context.publish(context.get_output_topic(), word)
        context.get_logger().info("took a sentence apart")
