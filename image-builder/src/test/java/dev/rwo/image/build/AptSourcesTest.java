package dev.rwo.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptSourcesTest {

    private static final String DEBIAN = "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n";
    private static final String UBUNTU = "ID=ubuntu\nID_LIKE=debian\n";

    @TempDir
    private Path apt;

    @BeforeEach
    void makeTheDirectory() throws IOException {
        Files.createDirectory(apt.resolve("sources.list.d"));
    }

    @Test
    void aBookwormHostGivesItsOwnSiteWithTheImagesSuite() throws IOException {
        Files.writeString(apt.resolve("sources.list.d/debian.sources"), """
                Types: deb
                # http://snapshot.example.org/archive
                URIs: http://mirror.example.org/debian/
                Suites: bookworm bookworm-updates
                Components: main
                Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

                Types: deb
                URIs: http://mirror.example.org/debian-security
                Suites: bookworm-security
                Components: main contrib
                """);

        AptSources sources = onHost(DEBIAN).orElseThrow();

        assertThat(sources.toOneLine())
                .containsExactly(
                        "deb http://mirror.example.org/debian trixie main",
                        "deb http://mirror.example.org/debian trixie-updates main",
                        "deb http://mirror.example.org/debian-security trixie-security main");
        assertThat(sources.toDeb822())
                .contains("URIs: http://mirror.example.org/debian\nSuites: trixie trixie-updates\n")
                .contains("URIs: http://mirror.example.org/debian-security\nSuites: trixie-security\n")
                .doesNotContain("bookworm");
    }

    @Test
    void oneLineFilesWithOptionsAndCommentsAreUnderstood() throws IOException {
        Files.writeString(apt.resolve("sources.list"), """
                # deb http://old.example.org/debian bookworm main
                deb-src http://src.example.org/debian trixie main
                deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] https://deb.example.org/debian trixie main contrib # mine
                """);

        assertThat(onHost(DEBIAN)).contains(new AptSources("https://deb.example.org/debian", Optional.empty()));
    }

    @Test
    void otherPeoplesRepositoriesAndDisabledOnesAreNotTakenForDebian() throws IOException {
        Files.writeString(
                apt.resolve("sources.list.d/docker.list"),
                "deb https://download.example.com/linux/debian bookworm stable\n");
        Files.writeString(apt.resolve("sources.list.d/off.sources"), """
                Enabled: no
                Types: deb
                URIs: http://mirror.example.org/debian
                Suites: trixie
                Components: main
                """);
        Files.writeString(
                apt.resolve("sources.list.d/debian.sources.disabled"), "Types: deb\nURIs: http://x.example/debian\n");

        assertThat(onHost(DEBIAN)).isEmpty();
    }

    @Test
    void continuationLinesBelongToTheFieldBefore() throws IOException {
        Files.writeString(apt.resolve("sources.list.d/debian.sources"), """
                Types: deb
                URIs: http://mirror.example.org/debian
                Suites: trixie
                  trixie-updates
                Components:
                  main
                """);

        assertThat(onHost(DEBIAN).orElseThrow().main()).isEqualTo("http://mirror.example.org/debian");
    }

    @Test
    void aHostThatIsNotDebianLeavesTheChoiceToTheTools() throws IOException {
        Files.writeString(apt.resolve("sources.list"), "deb http://archive.example.com/ubuntu stable main\n");

        assertThat(onHost(UBUNTU)).isEmpty();
    }

    @Test
    void theVariableWinsOverTheHost() {
        assertThat(AptSources.ofHost(apt, UBUNTU, Optional.of("http://cache.example.net/debian/")))
                .contains(new AptSources(
                        "http://cache.example.net/debian", Optional.of("http://cache.example.net/debian-security")));
        assertThat(AptSources.ofHost(apt, UBUNTU, Optional.of("http://cache.example.net/trixie")))
                .contains(new AptSources("http://cache.example.net/trixie", Optional.empty()));
    }

    private Optional<AptSources> onHost(String osRelease) {
        return AptSources.ofHost(apt, osRelease, Optional.empty());
    }
}
