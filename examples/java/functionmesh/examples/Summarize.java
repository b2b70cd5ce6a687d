package functionmesh.examples;

import org.apache.pulsar.client.api.schema.GenericRecord;
import org.apache.pulsar.functions.api.Context;
import org.apache.pulsar.functions.api.Function;

/** Makes a line of a person's record; those below the age in `minimumAge` are left out. */
public class Summarize implements Function<GenericRecord, String> {
    @Override
    public String process(GenericRecord person, Context context) {
        int age = ((Number) person.getField("age")).intValue();
        int minimum = Integer.parseInt(context.getUserConfigValueOrDefault("minimumAge", "0").toString());
        if (age < minimum) {
            return null;
        }
        return person.getField("firstName") + " " + person.getField("lastName") + "," + age;
    }
}
