package dev.rwo.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.keys.Credential;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import dev.rwo.keys.TrustDocument;
import dev.rwo.keys.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustDocumentPowerCutTest {

    @TempDir
    Path home;

    @Test
    void afterAPowerCutTheOldOrTheNewDocumentIsThereAndWhole() throws IOException, TrustException {
        Credential credential = Site.create(home.resolve("site"), new SiteName("shop"), Clock.systemUTC())
                .credential();
        TrustDocument before = TrustDocument.initial(credential).signed(1, credential);
        TrustDocument after = before.installGossipKey().signed(2, credential);
        NodeLayout layout = new NodeLayout(home.resolve("node"));
        new AtomicFiles().write(layout.trustDocument(), before.toJson(), AtomicFiles.PRIVATE_FILE);
        for (int cut = 1; ; cut++) {
            FailingDisk disk = new FailingDisk(FailingDisk.Failure.POWER_CUT, cut);
            boolean finished = true;
            try {
                new AtomicFiles(disk).write(layout.trustDocument(), after.toJson(), AtomicFiles.PRIVATE_FILE);
            } catch (FailingDisk.PowerCut power) {
                finished = false;
            }
            assertThat(TrustDocument.parse(Files.readAllBytes(layout.trustDocument())))
                    .isIn(before, after);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(layout.trustDocument())))
                    .isEqualTo("rw-------");
            if (finished) {
                assertThat(cut).isGreaterThan(2);
                return;
            }
            new AtomicFiles().write(layout.trustDocument(), before.toJson(), AtomicFiles.PRIVATE_FILE);
        }
    }
}
