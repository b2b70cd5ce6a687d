package functionmesh.examples;

import org.apache.pulsar.functions.api.Context;
import org.apache.pulsar.functions.api.Function;

/** Passes every message on as it came. */
public class Relay implements Function<byte[], byte[]> {
    @Override
    public byte[] process(byte[] message, Context context) {
        return message;
    }
}
