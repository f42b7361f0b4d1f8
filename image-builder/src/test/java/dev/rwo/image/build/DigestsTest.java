package dev.rwo.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {

    @TempDir
    private Path tree;

    private String before = "";

    @BeforeEach
    void aTree() throws IOException {
        Files.writeString(tree.resolve("a"), "content");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("a"));
        before = digest(false);
    }

    @Test
    void aTouchedFileIsTheSameUnlessTimesMatter() throws IOException {
        String withTimes = digest(true);
        Files.setLastModifiedTime(tree.resolve("a"), FileTime.from(Instant.EPOCH));

        assertThat(digest(false)).isEqualTo(before);
        assertThat(digest(true)).isNotEqualTo(withTimes);
    }

    @Test
    void anotherContentIsAnotherTree() throws IOException {
        Files.writeString(tree.resolve("a"), "CONTENT");

        assertThat(digest(false)).isNotEqualTo(before);
    }

    @Test
    void anotherNameIsAnotherTree() throws IOException {
        Files.move(tree.resolve("a"), tree.resolve("b"));

        assertThat(digest(false)).isNotEqualTo(before);
    }

    @Test
    void anotherLinkTargetIsAnotherTree() throws IOException {
        Files.delete(tree.resolve("link"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("b"));

        assertThat(digest(false)).isNotEqualTo(before);
    }

    @Test
    void aFileMadeExecutableIsAnotherTree() throws IOException {
        assertThat(tree.resolve("a").toFile().setExecutable(true)).isTrue();

        assertThat(digest(false)).isNotEqualTo(before);
    }

    private String digest(boolean withTimes) throws IOException {
        return Digests.sha256OfTree(tree, withTimes);
    }
}
