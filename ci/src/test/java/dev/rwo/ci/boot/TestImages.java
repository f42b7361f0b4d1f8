package dev.rwo.ci.boot;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rwo.keys.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code ./rwo test} has built for the boot tests.
 *
 * @param good the image of a well configured node called till-1, with the demo's stack
 * @param shop the same for any node: no name is set
 * @param broken the first with mistakes in rwo.yaml and in two stacks
 * @param bundles updates of that site
 * @param site the site of both
 * @param sshKey the private key whose public half both images let in
 */
record TestImages(Path good, Path shop, Path broken, Bundles bundles, Site site, Path sshKey) {

    /**
     * Updates of the site: this version, and a newer one of the same content.
     *
     * @param current of the version that the images have
     * @param next of the newer one
     */
    record Bundles(Path current, Path next) {

        /** The version that the images have. */
        String version() throws IOException {
            return versionOf(current);
        }

        String nextVersion() throws IOException {
            return versionOf(next);
        }

        /** File names end with it. */
        private static String versionOf(Path bundle) throws IOException {
            String name = String.valueOf(bundle.toRealPath().getFileName());
            return name.substring(name.indexOf('_') + 1, name.lastIndexOf('.'));
        }
    }

    /** Skips the test, saying why, when they are not there. */
    static TestImages require() {
        String folder = System.getProperty("boot.images", "");
        assumeTrue(!folder.isEmpty(), "no test images: run the boot tests with ./rwo test");
        assumeTrue(onPath("qemu-system-x86_64"), "no QEMU: apt-get install qemu-system-x86 qemu-utils ovmf");
        assumeTrue(onPath("ssh"), "no ssh: apt-get install openssh-client");
        Path root = Path.of(folder);
        return new TestImages(
                root.resolve("good.raw"),
                root.resolve("shop.raw"),
                root.resolve("broken.raw"),
                new Bundles(root.resolve("current.raucb"), root.resolve("next.raucb")),
                Site.open(root.resolve("site")),
                root.resolve("ssh-key"));
    }

    /**
     * What {@code ./rwo test} has built for a system that is not ours.
     *
     * @param debian the image of a plain Debian, with docker and ssh
     */
    record Foreign(Path debian) {

        /** The plug-in of a version. */
        Path plugIn(String version) {
            return debian.resolveSibling("plug-in-" + version + ".raw");
        }

        /** The settings, credential and stack of {@link #good}, as tar. */
        Path seed() {
            return debian.resolveSibling("seed.tar");
        }
    }

    /** Skips the test, saying why, when it is not there. */
    Foreign foreign() {
        Foreign foreign = new Foreign(good.resolveSibling("plain-debian.raw"));
        assumeTrue(Files.exists(foreign.debian()), "no plain Debian: ./rwo soak makes one");
        return foreign;
    }

    private static boolean onPath(String program) {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}
