package dev.rwo.image.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Builds an update bundle for RAUC, of format verity: root file system, its hash tree and the kernel image of the same base
 * image as the disk images, signed for one site.
 *
 * <p>RAUC signs with a key that lives for that one command, in memory; its signature is then replaced by the site's. So the
 * site's key is never in reach of the tools tree.
 *
 * <p>Results are in {@code workDir/bundles/<imageName>/}. A build that fails leaves an earlier result as it was.
 */
public final class BundleBuild {

    /** The boxes a bundle is for: any x86-64 machine with the partitions of our image. */
    public static final String KIND = "rwo-x86-64";

    /** The root file system is compressed already, so a low level is enough. */
    private static final String SQUASHFS = "-comp zstd -Xcompression-level 3 -noappend -no-progress";

    /** RAUC's format: after the signature its length, eight bytes, the highest first. */
    private static final int LENGTH_BYTES = Long.BYTES;

    private static final int LONGEST_SIGNATURE = 64 * 1024;

    private final BuildOptions options;
    private final UnaryOperator<byte[]> signer;
    private final Path authority;

    private BundleBuild(BuildOptions options, UnaryOperator<byte[]> signer, Path authority) {
        this.options = options;
        this.signer = signer;
        this.authority = authority;
    }

    /**
     * A build that has not started.
     *
     * @param options its seed is not used: a bundle brings no settings
     * @param signer makes the site's signature of what another one has signed, both CMS
     * @param authority file of the site's root certificate, PEM, against which the result is checked
     */
    public static BundleBuild of(BuildOptions options, UnaryOperator<byte[]> signer, Path authority) {
        return new BundleBuild(options, signer, authority);
    }

    /**
     * Runs it, in minutes the first time and in a minute later on.
     *
     * @param listener told of each step
     * @throws ImageBuildException when the bundle could not be made; the message says what to do
     */
    public BuiltBundle run(ProgressListener listener) throws ImageBuildException {
        return new BaseBuild(options).run("the bundle", listener, this::build);
    }

    private BuiltBundle build(BaseBuild.Base base) throws IOException, ImageBuildException {
        ToolsTree tools = base.tools();
        BaseImage.Parts parts = base.parts();
        Path directory = options.workDir().resolve("bundles").resolve(options.imageName());
        Files.createDirectories(directory);
        OutputFiles output = new OutputFiles(directory, options.imageName() + "_" + options.version(), false);
        Path bundle = output.file(".raucb");
        Path content = options.workDir().resolve("bundle.part");
        base.steps().run("update bundle", () -> {
            tools.delete(content);
            stage(parts, content);
            Files.delete(bundle);
            rauc(
                    tools,
                    "the update bundle",
                    List.of("sh", "-euc", script(tools.inside(content), tools.inside(bundle))));
            tools.delete(content);
        });
        base.steps().run("signature of the site", () -> {
            sign(bundle);
            check(tools, bundle);
        });
        output.writeChecksums();
        output.publish();
        Path file = OutputFiles.finalPath(bundle);
        return new BuiltBundle(
                file, Files.size(file), directory.resolve("SHA256SUMS"), options.version(), KIND, base.agentKind());
    }

    private static void rauc(ToolsTree tools, String what, List<String> command)
            throws IOException, ImageBuildException {
        tools.command(what, Optional.empty(), "bundle", Duration.ofMinutes(20), command)
                .run();
    }

    /** The tools tree's /tmp is in memory and goes with the command. */
    private static String script(String content, String bundle) {
        return "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=nobody"
                + " -keyout /tmp/nobody.key -out /tmp/nobody.crt\n"
                + "exec rauc bundle --cert=/tmp/nobody.crt --key=/tmp/nobody.key --mksquashfs-args='" + SQUASHFS + "' "
                + content + " " + bundle;
    }

    private void stage(BaseImage.Parts parts, Path content) throws IOException {
        Files.createDirectories(content);
        Files.copy(parts.root(), content.resolve("root.img"));
        Files.copy(parts.verity(), content.resolve("verity.img"));
        Files.copy(parts.uki(), content.resolve("kernel.efi"));
        Path hook = content.resolve("hook");
        Files.writeString(hook, hook(parts));
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(content.resolve("manifest.raucm"), manifest());
    }

    private String hook(BaseImage.Parts parts) throws IOException {
        try (InputStream resource = BundleBuild.class.getResourceAsStream("bundle-hook.sh")) {
            if (resource == null) {
                throw new IOException("bundle-hook.sh is missing in the program");
            }
            int half = parts.roothash().length() / 2;
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@VERSION@", options.version())
                    .replace("@ROOT_UUID@", uuid(parts.roothash().substring(0, half)))
                    .replace("@VERITY_UUID@", uuid(parts.roothash().substring(half)));
        }
    }

    private static String uuid(String digits) {
        return new UUID(
                        Long.parseUnsignedLong(digits.substring(0, 16), 16),
                        Long.parseUnsignedLong(digits.substring(16), 16))
                .toString();
    }

    /** The hash tree first: the root's hook then finds all that its kernel image needs. */
    private String manifest() {
        return """
                [update]
                compatible=%s
                version=%s

                [bundle]
                format=verity

                [hooks]
                filename=hook
                hooks=install-check

                [image.verity]
                filename=verity.img
                hooks=post-install

                [image.rootfs]
                filename=root.img
                hooks=post-install
                """.formatted(KIND, options.version());
    }

    /** Puts the site's signature in the place of the other one. */
    private void sign(Path bundle) throws IOException, ImageBuildException {
        try (FileChannel file = FileChannel.open(bundle, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = file.size();
            long length = read(file, size - LENGTH_BYTES, LENGTH_BYTES).getLong();
            if (length <= 0 || length > LONGEST_SIGNATURE) {
                throw new ImageBuildException(
                        bundle + " has a signature of " + length + " bytes: this is no bundle as RAUC 1.13 makes them");
            }
            long begin = size - LENGTH_BYTES - length;
            byte[] signature = signer.apply(read(file, begin, (int) length).array());
            file.truncate(begin);
            ByteBuffer end = ByteBuffer.allocate(signature.length + LENGTH_BYTES)
                    .put(signature)
                    .putLong(signature.length)
                    .flip();
            file.position(begin);
            while (end.hasRemaining()) {
                file.write(end);
            }
            file.force(true);
        }
    }

    private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("the bundle ends within its signature");
            }
        }
        return bytes.flip();
    }

    /** As a node does it: it trusts the site's root, for code signing only. */
    private void check(ToolsTree tools, Path bundle) throws IOException, ImageBuildException {
        Path root = options.workDir().resolve("bundle-root.crt");
        Path config = options.workDir().resolve("bundle-check.conf");
        try {
            Files.copy(authority, root, StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(config, """
                    [system]
                    compatible=%s
                    bootloader=noop

                    [keyring]
                    path=%s
                    check-purpose=codesign
                    """.formatted(KIND, tools.inside(root)));
            rauc(
                    tools,
                    "checking the bundle",
                    List.of("rauc", "--conf=" + tools.inside(config), "info", tools.inside(bundle)));
        } finally {
            Files.deleteIfExists(root);
            Files.deleteIfExists(config);
        }
    }
}
