package dev.rwo.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFormatTest {

    @TempDir
    private Path root;

    private NodeLayout layout;

    @BeforeEach
    void aBox() throws IOException {
        layout = new NodeLayout(root);
        Files.createDirectories(layout.state());
    }

    @Test
    void stateOfThisOrAnEarlierFormatIsNoObstacle() throws IOException {
        assertThat(StateFormat.obstacle(layout)).as("a new box").isEmpty();
        StateFormat.adopt(layout);
        assertThat(layout.stateFormat()).hasContent(StateFormat.CURRENT.number() + " " + StateFormat.CURRENT.since());
        assertThat(StateFormat.obstacle(layout)).isEmpty();
    }

    @Test
    void stateOfALaterFormatIsNamedWithTheVersionThatCanReadIt() throws IOException {
        Files.writeString(layout.stateFormat(), "7 1.4.0\n");
        assertThat(StateFormat.obstacle(layout))
                .hasValueSatisfying(line -> assertThat(line).contains("format 7", "1.4.0 or newer", "touches nothing"));
    }

    @Test
    void aFileThatSaysNothingIsNoObstacle() throws IOException {
        Files.writeString(layout.stateFormat(), "");
        assertThat(StateFormat.obstacle(layout)).isEmpty();
    }
}
