package dev.rwo.firstboot;

import dev.rwo.firstboot.config.ConfigProblem;
import dev.rwo.keys.Credential;
import dev.rwo.keys.CredentialException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes the site's credential from the seed to the node: once, and again when the same site renewed it. */
final class CredentialImport {

    private static final String FOLDER = "credential";

    /** As {@link Credential#files()} names them: comparing them is cheaper at each start than parsing them. */
    private static final List<String> FILES =
            List.of("site-name", "root-ca.crt", "issuing-ca.crt", "issuing-ca.key", "enrolment-secret");

    private static final Set<String> SECRET = Set.of("issuing-ca.key", "enrolment-secret");

    /** The largest file of a credential is a certificate of about 1 KiB; a wrong file must not fill the memory. */
    private static final long LARGEST_BYTES = 64 * ByteCount.KIB;

    private final NodeLayout layout;
    private final Clock clock;
    private final AtomicFiles files;
    private final List<ConfigProblem> problems;
    private final List<Path> changed;

    CredentialImport(
            NodeLayout layout, Clock clock, AtomicFiles files, List<ConfigProblem> problems, List<Path> changed) {
        this.layout = layout;
        this.clock = clock;
        this.files = files;
        this.problems = problems;
        this.changed = changed;
    }

    void run() {
        if (!Files.isDirectory(layout.seedCredential(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            checkSizes();
            if (isTakenOver()) {
                return;
            }
            Credential offered = Credential.read(layout.seedCredential());
            if (belongsElsewhere(offered)) {
                return;
            }
            if (!offered.validAt(clock.instant())
                    && clock.instant().isAfter(offered.issuing().getNotAfter().toInstant())) {
                refuse(
                        "its issuing authority expired on "
                                + offered.issuing().getNotAfter().toInstant() + " (the clock says "
                                + truncated(clock.instant()) + ")",
                        "renew it with the site's keys, or set the clock");
            }
            take(offered);
        } catch (CredentialException e) {
            refuse(OneLine.of(String.valueOf(e.getMessage())), "copy the site's whole credential folder again");
        } catch (IOException e) {
            refuse("cannot be taken over: " + OneLine.of(String.valueOf(e.getMessage())), "mend the stick or the disk");
        }
    }

    private static Instant truncated(Instant instant) {
        return Instant.ofEpochSecond(instant.getEpochSecond());
    }

    private void checkSizes() throws IOException {
        for (String name : FILES) {
            Path file = layout.seedCredential().resolve(name);
            if (Files.exists(file) && Files.size(file) > LARGEST_BYTES) {
                throw new IOException(name + " is larger than " + ByteCount.text(LARGEST_BYTES));
            }
        }
    }

    private boolean isTakenOver() throws IOException {
        for (String name : FILES) {
            Path mine = layout.pki().resolve(name);
            Path theirs = layout.seedCredential().resolve(name);
            if (!Files.isRegularFile(mine) || !Files.isRegularFile(theirs) || Files.mismatch(mine, theirs) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** The root certificate is the site: names can be the same by chance, and files can be half written. */
    private boolean belongsElsewhere(Credential offered) throws IOException {
        Path root = layout.rootCertificate();
        if (!Files.isRegularFile(root)) {
            return false;
        }
        byte[] offeredRoot = offered.files().getOrDefault(String.valueOf(root.getFileName()), new byte[0]);
        if (Arrays.equals(Files.readAllBytes(root), offeredRoot)) {
            return false;
        }
        refuse(
                "it is of site " + offered.site() + " (another root certificate than this node's), and this node"
                        + " belongs to site " + ownSite() + " already; nothing was changed",
                "put the credential of its own site there, or reset the node first");
        return true;
    }

    private String ownSite() throws IOException {
        Path name = layout.pki().resolve("site-name");
        return Files.isRegularFile(name) ? OneLine.of(Files.readString(name)) : "another";
    }

    private void take(Credential offered) throws IOException {
        files.makeDirectories(layout.state(), AtomicFiles.PRIVATE_DIRECTORY);
        files.makeDirectories(layout.pki(), AtomicFiles.PRIVATE_DIRECTORY);
        for (Map.Entry<String, byte[]> file : offered.files().entrySet()) {
            Path target = layout.pki().resolve(file.getKey());
            int mode = SECRET.contains(file.getKey()) ? AtomicFiles.PRIVATE_FILE : AtomicFiles.PUBLIC_FILE;
            if (files.write(target, file.getValue(), mode)) {
                changed.add(target);
            }
        }
    }

    private void refuse(String message, String remedy) {
        problems.add(ConfigProblem.of(FOLDER, message, remedy));
    }
}
