package dev.rwo.agent.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rwo profile lint}. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = {
            "Checks files with rules of your own before they go into /etc/rwo/profiles.d: every mistake with its file, line"
                    + " and column. Asks no agent.",
            "Exit status 0 when all are good, 1 when not."
        })
final class ProfileLintCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "a .yaml file, see docs/site-rules.md")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> files;

    @Override
    public Integer call() throws UsageException {
        PrintWriter out = spec.commandLine().getOut();
        boolean good = true;
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                throw new UsageException("there is no file " + file);
            }
            List<String> problems = RuleFileCheck.problems(file);
            problems.forEach(out::println);
            if (problems.isEmpty()) {
                out.println(file + ": good");
            }
            good &= problems.isEmpty();
        }
        out.flush();
        return good ? 0 : 1;
    }
}
