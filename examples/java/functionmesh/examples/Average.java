package functionmesh.examples;

import java.util.Collection;
import org.apache.pulsar.functions.api.Record;
import org.apache.pulsar.functions.api.WindowContext;
import org.apache.pulsar.functions.api.WindowFunction;

/** The mean of the numbers in a window. */
public class Average implements WindowFunction<String, String> {
    @Override
    public String process(Collection<Record<String>> window, WindowContext context) {
        double mean = window.stream()
                .mapToDouble(record -> Double.parseDouble(record.getValue()))
                .average()
                .orElse(0);
        return window.size() + " numbers, mean " + mean;
    }
}
