package dev.rwo.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A native image knows by reflection only what the metadata lists. */
class NativeMetadataTest {
    private static final Path METADATA = Path.of(
            "src/main/resources/META-INF/native-image/dev.rwo/" + "rwo-hardware-profiles/reachability-metadata.json");

    @Test
    void everyRecordOfTheProfileIsListed() throws IOException {
        Set<String> records = new TreeSet<>();
        collect(HardwareProfile.class, records);

        Set<String> listed = new TreeSet<>();
        for (JsonNode entry :
                new ObjectMapper().readTree(Files.readAllBytes(METADATA)).path("reflection")) {
            listed.add(entry.path("type").asText());
        }

        assertThat(records).hasSizeGreaterThan(20);
        assertThat(listed).containsAll(records);
    }

    private static void collect(Type type, Set<String> records) {
        switch (type) {
            case ParameterizedType generic -> {
                for (Type argument : generic.getActualTypeArguments()) {
                    collect(argument, records);
                }
            }
            case Class<?> plain
            when plain.isRecord() -> {
                records.add(plain.getName());
                for (RecordComponent component : plain.getRecordComponents()) {
                    collect(component.getGenericType(), records);
                }
            }
            default -> {}
        }
    }
}
