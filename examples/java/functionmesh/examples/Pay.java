package functionmesh.examples;

import org.apache.pulsar.functions.api.Context;
import org.apache.pulsar.functions.api.Function;

/** Books an amount; what is not a number fails, is tried again, and ends as a dead letter. */
public class Pay implements Function<String, String> {
    @Override
    public String process(String amount, Context context) {
        return "paid " + Integer.parseInt(amount);
    }
}
