package functionmesh.examples;

import org.apache.pulsar.functions.api.Context;
import org.apache.pulsar.functions.api.Function;

/** Greets who is named in the message; greeting and signature come from config and a Secret. */
public class Greet implements Function<String, String> {
    @Override
    public String process(String name, Context context) {
        Object greeting = context.getUserConfigValueOrDefault("greeting", "Hello");
        String signature = context.getSecret("SIGNATURE");
        String text = greeting + ", " + name + "!";
        context.getLogger().info("greeted {}", name);
        return signature == null ? text : text + " - " + signature;
    }
}
