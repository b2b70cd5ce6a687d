package functionmesh.examples;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.pulsar.functions.api.Record;
import org.apache.pulsar.io.core.Sink;
import org.apache.pulsar.io.core.SinkContext;

/** Appends every message as a line to the file named by `file` in its configuration. */
public class LineSink implements Sink<byte[]> {
    private Path file;

    @Override
    public void open(Map<String, Object> config, SinkContext context) throws Exception {
        if (!(config.get("file") instanceof String name)) {
            throw new IllegalArgumentException("LineSink: config `file` is missing: a path");
        }
        file = Path.of(name);
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
    }

    @Override
    public void write(Record<byte[]> record) throws Exception {
        String line = new String(record.getValue(), StandardCharsets.UTF_8) + "\n";
        Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        record.ack();
    }

    @Override
    public void close() {}
}
