package dev.rwo.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {
    @TempDir
    Path home;

    private Site site;
    private Path folder;

    @BeforeEach
    void writeACredential() {
        site = Site.create(home.resolve("shop"), new SiteName("shop"), Clock.systemUTC());
        folder = home.resolve("node/credential");
        site.credential().writeTo(folder);
    }

    @Test
    void aCredentialIsReadBackAsItWasWritten() {
        Credential credential = Credential.read(folder);
        assertThat(credential.site()).isEqualTo(new SiteName("shop"));
        assertThat(credential.root()).isEqualTo(site.root());
        assertThat(credential.issuing()).isEqualTo(site.issuing());
        assertThat(Base64.getUrlDecoder().decode(credential.enrolmentSecret())).hasSize(32);
        assertThat(credential.files().keySet())
                .containsExactly("site-name", "root-ca.crt", "issuing-ca.crt", "issuing-ca.key", "enrolment-secret");
    }

    @Test
    void filesWrittenByHandToASeedPartitionAreTheSame() throws IOException {
        Path seed = Files.createDirectory(home.resolve("seed"));
        for (Map.Entry<String, byte[]> file : site.credential().files().entrySet()) {
            Files.write(seed.resolve(file.getKey()), file.getValue());
        }
        assertThat(Credential.read(seed).issuing()).isEqualTo(site.issuing());
    }

    @Test
    void secretsAreForRootOnlyAndNeverPrinted() throws IOException {
        assertThat(mode("issuing-ca.key")).isEqualTo("rw-------");
        assertThat(mode("enrolment-secret")).isEqualTo("rw-------");
        assertThat(mode("root-ca.crt")).isEqualTo("rw-r--r--");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(Credential.read(folder)).hasToString("Credential[shop]");
    }

    @Test
    void writingAgainOverAHalfWrittenFolderCompletesIt() throws IOException {
        Files.delete(folder.resolve("issuing-ca.key"));
        Files.writeString(folder.resolve("issuing-ca.crt"), "");
        site.credential().writeTo(folder);
        assertThat(Credential.read(folder).issuing()).isEqualTo(site.issuing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"site-name", "root-ca.crt", "issuing-ca.crt", "issuing-ca.key", "enrolment-secret"})
    void aMissingOrEmptyFileIsNamed(String file) throws IOException {
        Files.writeString(folder.resolve(file), "");
        assertRefused(file);
        Files.delete(folder.resolve(file));
        assertRefused(file + " is missing");
    }

    @Test
    void theKeyOfAnotherSiteIsRefused() throws IOException {
        Site other = Site.create(home.resolve("other"), new SiteName("other"), Clock.systemUTC());
        Files.copy(
                other.privateFile("issuing-ca.key"),
                folder.resolve("issuing-ca.key"),
                StandardCopyOption.REPLACE_EXISTING);
        assertRefused("issuing-ca.key is not the key of issuing-ca.crt");
    }

    @Test
    void theRootOfAnotherSiteIsRefused() throws IOException {
        Site other = Site.create(home.resolve("other"), new SiteName("other"), Clock.systemUTC());
        Files.copy(
                other.directory().resolve("root-ca.crt"),
                folder.resolve("root-ca.crt"),
                StandardCopyOption.REPLACE_EXISTING);
        assertRefused("issuing-ca.crt is not an authority signed by root-ca.crt");
    }

    @Test
    void aKeyThatIsNoKeyIsRefusedWithoutShowingIt() throws IOException {
        Files.writeString(
                folder.resolve("issuing-ca.key"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        assertThatThrownBy(() -> Credential.read(folder))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining("issuing-ca.key is not an elliptic-curve key")
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void aWrongClockIsToldSeparately() {
        Credential credential = Credential.read(folder);
        assertThat(credential.validAt(Instant.now())).isTrue();
        assertThat(credential.validAt(Instant.EPOCH)).isFalse();
        assertThat(credential.validAt(Instant.now().plus(Duration.ofDays(6 * 365))))
                .isFalse();
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> Credential.read(folder))
                .isInstanceOf(CredentialException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(folder.toString())
                .hasMessageNotContaining("\n");
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
    }
}
