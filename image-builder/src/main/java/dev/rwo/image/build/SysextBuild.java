package dev.rwo.image.build;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Builds the plug-in: the agent as a system extension (systemd-sysext(8)) for systems that are not ours. It is a disk image
 * with a file system, its hash tree and the site's signature of the root hash.
 *
 * <p>systemd-repart makes it with an empty signature partition, which is filled here: so the site's key is never in reach of
 * the tools tree.
 *
 * <p>Results are in {@code workDir/sysexts/<imageName>/}. A build that fails leaves an earlier result as it was.
 */
public final class SysextBuild {

    private static final String ROOT = "root-x86-64";
    private static final String VERITY = "root-x86-64-verity";
    private static final String SIGNATURE = "root-x86-64-verity-sig";

    private final BuildOptions options;
    private final RootHashSignature signature;

    private SysextBuild(BuildOptions options, RootHashSignature signature) {
        this.options = options;
        this.signature = signature;
    }

    /**
     * A build that has not started.
     *
     * @param options its seed is not used: a plug-in brings no settings
     * @param signer makes the site's signature of a root hash in hexadecimal digits
     * @param certificate file of the certificate that the signature is checked with, PEM
     */
    public static SysextBuild of(BuildOptions options, Function<String, byte[]> signer, Path certificate) {
        return new SysextBuild(options, new RootHashSignature(signer, certificate));
    }

    /**
     * Runs it, in seconds once the tools tree is there.
     *
     * @param listener told of each step
     * @throws ImageBuildException when the plug-in could not be made; the message says what to do
     */
    public BuiltSysext run(ProgressListener listener) throws ImageBuildException {
        return new BaseBuild(options).runInTools("the plug-in", listener, this::build);
    }

    private BuiltSysext build(BaseBuild.Tools given) throws IOException, ImageBuildException {
        ToolsTree tools = given.tree();
        Path directory = options.workDir().resolve("sysexts").resolve(options.imageName());
        Files.createDirectories(directory);
        OutputFiles output = new OutputFiles(directory, SysextTree.NAME + "_" + options.version(), false);
        Path image = output.file(".raw");
        Path scratch = options.workDir().resolve("sysext.part");
        given.steps().run("plug-in", () -> {
            tools.delete(scratch);
            Path tree = scratch.resolve("tree");
            new SysextTree(options.projectRoot().resolve("overlays"), options.agentDist(), options.version())
                    .stage(tree);
            definePartitions(scratch.resolve("partitions"));
            Files.delete(image);
            run(tools, "the plug-in", repart(tools, scratch, image));
        });
        String roothash = roothash(image);
        given.steps().run("signature of the site", () -> {
            byte[] signed = signature.signer().apply(roothash);
            write(image, signature.content(roothash, signed));
            check(tools, scratch, roothash, signed);
            tools.delete(scratch);
        });
        output.writeChecksums();
        output.publish();
        Path file = OutputFiles.finalPath(image);
        return new BuiltSysext(
                file,
                Files.size(file),
                directory.resolve("SHA256SUMS"),
                options.version(),
                roothash,
                given.agentKind());
    }

    private static void run(ToolsTree tools, String what, List<String> command)
            throws IOException, ImageBuildException {
        tools.command(what, Optional.empty(), "sysext", Duration.ofMinutes(20), command)
                .run();
    }

    /** As systemd's own definitions for system extensions, but with a signature partition that stays empty. */
    private static void definePartitions(Path directory) throws IOException {
        StagedTree.write(directory.resolve("10-root.conf"), """
                [Partition]
                Type=%s
                Label=%1$s
                Format=erofs
                Compression=lz4hc
                CopyFiles=/usr/
                Verity=data
                VerityMatchKey=root
                Minimize=best
                """.formatted(ROOT));
        StagedTree.write(directory.resolve("20-root-verity.conf"), """
                [Partition]
                Type=%s
                Label=%1$s
                Verity=hash
                VerityMatchKey=root
                Minimize=best
                """.formatted(VERITY));
        StagedTree.write(directory.resolve("30-root-verity-sig.conf"), """
                [Partition]
                Type=%s
                Label=%1$s
                SizeMinBytes=16K
                SizeMaxBytes=16K
                """.formatted(SIGNATURE));
    }

    /** The same version of the same content gives the same image. */
    private List<String> repart(ToolsTree tools, Path scratch, Path image) {
        UUID seed =
                UUID.nameUUIDFromBytes((SysextTree.NAME + " " + options.version()).getBytes(StandardCharsets.UTF_8));
        return List.of(
                "systemd-repart",
                "--empty=create",
                "--size=auto",
                "--offline=yes",
                "--dry-run=no",
                "--no-pager",
                "--seed=" + seed,
                "--definitions=" + tools.inside(scratch.resolve("partitions")),
                "--copy-source=" + tools.inside(scratch.resolve("tree")),
                tools.inside(image));
    }

    /** Its halves are the ids of the two partitions, as the Discoverable Partitions Specification has it. */
    private static String roothash(Path image) throws IOException {
        PartitionTable table = PartitionTable.read(image);
        return (table.named(ROOT).id() + "" + table.named(VERITY).id()).replace("-", "");
    }

    private static void write(Path image, byte[] content) throws IOException, ImageBuildException {
        PartitionTable.Partition partition = PartitionTable.read(image).named(SIGNATURE);
        if (content.length >= partition.size()) {
            throw new ImageBuildException("the signature has " + content.length + " bytes and its partition only "
                    + partition.size() + ": report it, no key that ./rwo site init makes is so large");
        }
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                file.write(bytes, partition.offset() + bytes.position());
            }
            file.force(true);
        }
    }

    /** As systemd does it where the kernel does not know the certificate: that certificate, no other, and no chain. */
    private void check(ToolsTree tools, Path scratch, String roothash, byte[] signed)
            throws IOException, ImageBuildException {
        Path hash = scratch.resolve("roothash");
        Path detached = scratch.resolve("roothash.p7s");
        Path certificate = scratch.resolve("site.crt");
        Files.writeString(hash, roothash);
        Files.write(detached, signed);
        Files.copy(signature.certificate(), certificate);
        run(
                tools,
                "checking the plug-in's signature",
                List.of(
                        "openssl",
                        "smime",
                        "-verify",
                        "-binary",
                        "-inform",
                        "DER",
                        "-in",
                        tools.inside(detached),
                        "-content",
                        tools.inside(hash),
                        "-certfile",
                        tools.inside(certificate),
                        "-nointern",
                        "-noverify",
                        "-out",
                        "/dev/null"));
    }
}
