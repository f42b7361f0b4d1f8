package dev.rwo.agent.cli;

import dev.rwo.agent.node.PreparedNode;
import dev.rwo.hardware.probe.ProfileRecorder;
import dev.rwo.hardware.probe.RecordingException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rwo profile record}. */
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        description = {
            "Saves the files of /proc, /sys and /etc that this machine's profile is made from, to report a wrong label or"
                    + " to replay the machine elsewhere. Asks no agent; run as root, so that nothing is unknown.",
            "Serial numbers, hardware addresses and UUIDs are blanked unless --serials is given."
        })
final class ProfileRecordCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "a directory that does not exist yet, or is empty")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(names = "--serials", description = "keep serial numbers, hardware addresses and UUIDs")
    private boolean serials;

    @Override
    public Integer call() throws UsageException {
        try {
            new ProfileRecorder(PreparedNode.rootFromEnvironment()).record(directory, serials);
        } catch (RecordingException refused) {
            throw new UsageException(String.valueOf(refused.getMessage()));
        }
        spec.commandLine()
                .getOut()
                .println("recorded in " + directory + (serials ? ", with serial numbers" : ", without serial numbers"));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
