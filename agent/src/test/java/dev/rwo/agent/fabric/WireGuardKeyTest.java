package dev.rwo.agent.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WireGuardKeyTest {

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("pki/wireguard.key");
    }

    @Test
    void theKeyIsMadeOnceForRootOnly() throws IOException {
        WireGuardKey first = WireGuardKey.keep(file());

        assertThat(WireGuardKey.keep(file())).isEqualTo(first);
        assertThat(WireGuardKey.isPublicKey(first.publicKey())).isTrue();
        assertThat(Files.getPosixFilePermissions(file())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    /** The key pair of RFC 7748, section 6.1, Alice. */
    @Test
    void thePublicKeyIsThatOfTheStandard() throws IOException {
        Files.createDirectories(directory.resolve("pki"));
        Files.writeString(file(), "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n");

        assertThat(WireGuardKey.keep(file()).publicKey()).isEqualTo("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
    }

    @Test
    void loosePermissionsAreRepaired() throws IOException {
        WireGuardKey.keep(file());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

        WireGuardKey.keep(file());

        assertThat(Files.getPosixFilePermissions(file())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aFileThatHoldsNoKeyIsNotReplaced() throws IOException {
        Files.createDirectories(directory.resolve("pki"));
        Files.writeString(file(), "half a k");

        assertThatThrownBy(() -> WireGuardKey.keep(file())).hasMessageContaining("holds no WireGuard key");
        assertThat(file()).hasContent("half a k");
    }

    @Test
    void textThatIsNoKeyIsNone() {
        assertThat(WireGuardKey.isPublicKey("")).isFalse();
        assertThat(WireGuardKey.isPublicKey("--option")).isFalse();
        assertThat(WireGuardKey.isPublicKey("AAAA")).isFalse();
        // 43 characters and the sign, but with bits that the encoding does not have.
        assertThat(WireGuardKey.isPublicKey("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmp="))
                .isFalse();
    }
}
