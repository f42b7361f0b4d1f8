package dev.rwo.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildHostTest {

    private static final BuildHost PLAIN_USER = new BuildHost(false);
    private static final BuildHost ROOT = new BuildHost(true);

    @TempDir
    private Path machine;

    private Path bin = Path.of("");

    @BeforeEach
    void aHostThatCanBuild() throws IOException {
        bin = Files.createDirectories(machine.resolve("usr/bin"));
        for (String program : List.of("mmdebstrap", "unshare", "newuidmap", "newgidmap")) {
            Files.createFile(
                    bin.resolve(program),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        write("etc/subuid", "ann:100000:65536\n");
        write("etc/subgid", "ann:100000:65536\n");
    }

    @Test
    void aPlainUserWithSubordinateIdsCanBuild() {
        assertThat(PLAIN_USER.obstacle(machine, List.of(bin), "ann")).isEmpty();
        assertThat(PLAIN_USER.enterNamespaces()).contains("--user", "--map-auto");
    }

    @Test
    void rootNeedsNoUserNamespaceAndNoSubordinateIds() throws IOException {
        write("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");

        assertThat(ROOT.obstacle(machine, List.of(bin), "root")).isEmpty();
        assertThat(ROOT.enterNamespaces()).doesNotContain("--user");
    }

    @Test
    void aMissingProgramIsNamedWithTheCommandThatInstallsIt() throws IOException {
        Files.delete(bin.resolve("newuidmap"));

        assertThat(PLAIN_USER.obstacle(machine, List.of(bin), "ann"))
                .hasValueSatisfying(message -> assertThat(message).contains("newuidmap", "apt-get install"));
        assertThat(ROOT.obstacle(machine, List.of(bin), "root")).isEmpty();
    }

    @Test
    void ubuntusRestrictionIsNamedWithTheWaysAroundIt() throws IOException {
        write("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");

        assertThat(PLAIN_USER.obstacle(machine, List.of(bin), "ann"))
                .hasValueSatisfying(message -> assertThat(message)
                        .contains("apparmor_restrict_unprivileged_userns=1", "build with sudo")
                        .doesNotContain("\n"));
    }

    @Test
    void aUserWithoutSubordinateIdsGetsTheCommandThatAddsThem() {
        assertThat(PLAIN_USER.obstacle(machine, List.of(bin), "bob"))
                .hasValueSatisfying(message -> assertThat(message).contains("usermod --add-subuids", "bob"));
    }

    private void write(String file, String text) throws IOException {
        Path path = machine.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
