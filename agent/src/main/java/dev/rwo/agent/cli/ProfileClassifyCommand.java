package dev.rwo.agent.cli;

import dev.rwo.hardware.report.ReportClassifier;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rwo profile classify}. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        description = {
            "Classifies the processors of many machines: one JSON line for each record, with class, rank, vendor, brand,"
                    + " generation, level, labels and the rule that decided. For planning purchases.",
            "Reads reports of lscpu and of SMBIOS as the projects LsCPU and DMI of linux-hardware.org give them, a JSON"
                    + " object a line, plain or gzip. Asks no agent.",
            "Exit status 0 when every record could be read, 1 when some could not (their line says why)."
        })
final class ProfileClassifyCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "a .jsonl or .jsonl.gz file, or - for standard input")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Override
    public Integer call() throws UsageException, IOException {
        PrintWriter out = spec.commandLine().getOut();
        ReportClassifier.Summary summary;
        try (InputStream in = open()) {
            summary = ReportClassifier.classify(in, out);
        } finally {
            out.flush();
        }
        spec.commandLine().getErr().println(summary);
        spec.commandLine().getErr().flush();
        return summary.errors() == 0 ? 0 : 1;
    }

    private InputStream open() throws UsageException, IOException {
        if (file.toString().equals("-")) {
            return new BufferedInputStream(System.in);
        }
        try {
            if (Files.isDirectory(file)) {
                throw new UsageException(file + " is a directory; name a .jsonl or .jsonl.gz file");
            }
            return new BufferedInputStream(Files.newInputStream(file));
        } catch (NoSuchFileException missing) {
            throw new UsageException("there is no file " + file);
        }
    }
}
