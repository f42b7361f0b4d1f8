package dev.rwo.firstboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rwo.firstboot.FailingDisk.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFilesTest {

    @TempDir
    Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aFileHasItsContentAndPermissionsAndTheDirectoriesAboveIt() throws IOException {
        Path file = directory.resolve("a/b/secret");
        assertThat(new AtomicFiles().write(file, bytes("x"), AtomicFiles.PRIVATE_FILE))
                .isTrue();
        assertThat(file).hasContent("x");
        assertThat(Tree.mode(file)).isEqualTo("rw-------");
        assertThat(Tree.of(directory)).hasSize(4);
    }

    @Test
    void theSameContentIsNotWrittenAgain() throws IOException {
        Path file = directory.resolve("file");
        new AtomicFiles().write(file, bytes("x"), 0644);
        SortedMap<String, String> before = Tree.marks(directory);
        FailingDisk disk = FailingDisk.sound();
        assertThat(new AtomicFiles(disk).write(file, bytes("x"), 0644)).isFalse();
        assertThat(disk.operations()).isZero();
        assertThat(Tree.marks(directory)).isEqualTo(before);
    }

    @Test
    void wrongPermissionsAreMendedWithoutWritingTheContentAgain() throws IOException {
        Path file = directory.resolve("file");
        new AtomicFiles().write(file, bytes("x"), 0644);
        assertThat(new AtomicFiles().write(file, bytes("x"), 0600)).isTrue();
        assertThat(Tree.mode(file)).isEqualTo("rw-------");
    }

    @Test
    void aSymbolicLinkIsReplacedAndItsTargetIsLeftAlone() throws IOException {
        Path target = Tree.write(directory.resolve("target"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        new AtomicFiles().write(link, bytes("new"), 0644);
        assertThat(target).hasContent("old");
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(link).hasContent("new");
    }

    @Test
    void aFullDiskIsNamedWithPathBytesAndRemedyAndLeavesTheOldFile() throws IOException {
        Path file = Tree.write(directory.resolve("file"), "old");
        AtomicFiles files = new AtomicFiles(new FailingDisk(Failure.FULL, 1));
        assertThatThrownBy(() -> files.write(file, bytes("new content"), 0644))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        file + ": the disk is full: 11 bytes could not be written; free space on it, for example with"
                                + " 'docker image prune' or by removing a stack");
        assertThat(file).hasContent("old");
        assertThat(Tree.of(directory)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void afterAPowerCutTheFileIsTheOldOrTheNewOne(int operation) throws IOException {
        Path file = Tree.write(directory.resolve("file"), "old");
        AtomicFiles files = new AtomicFiles(new FailingDisk(Failure.POWER_CUT, operation));
        assertThat(catchThrowable(() -> files.write(file, bytes("new"), 0644)))
                .isInstanceOf(FailingDisk.PowerCut.class);
        assertThat(Files.readString(file)).isIn("old", "new");
        AtomicFiles afterwards = new AtomicFiles();
        afterwards.removeLeftovers(directory);
        afterwards.write(file, bytes("new"), 0644);
        assertThat(Tree.of(directory).keySet()).containsExactly("", "file");
        assertThat(file).hasContent("new");
    }

    @Test
    void aFileWhereADirectoryIsNeededIsNamed() {
        Path file = Tree.write(directory.resolve("etc"), "");
        assertThatThrownBy(() -> new AtomicFiles().write(file.resolve("hosts"), bytes("x"), 0644))
                .isInstanceOf(IOException.class)
                .hasMessage(file + ": is a file where a directory is needed; remove it");
    }

    @Test
    void removingATreeDoesNotFollowLinksOutOfIt() throws IOException {
        Path outside = Tree.write(directory.resolve("outside/precious"), "x");
        Path tree = Files.createDirectories(directory.resolve("tree/sub"));
        Files.createSymbolicLink(tree.resolve("link"), AtomicFiles.parentOf(outside));
        assertThat(new AtomicFiles().delete(directory.resolve("tree"))).isTrue();
        assertThat(outside).exists();
        assertThat(directory.resolve("tree")).doesNotExist();
    }
}
