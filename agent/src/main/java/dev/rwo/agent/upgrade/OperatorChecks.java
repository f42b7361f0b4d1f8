package dev.rwo.agent.upgrade;

import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The operator's own checks of a new version: programs that exit with 0 when what they look at is well. */
final class OperatorChecks {

    /** As long as a health check of Docker's may take by default. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Path directory;
    private final HostCommands commands;

    OperatorChecks(Path directory, HostCommands commands) {
        this.directory = directory;
        this.commands = commands;
    }

    /** Runs all of them, by name, and answers what is wrong, one line each; nothing when all is well. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Path check : checks(problems)) {
            try {
                commands.run(LONGEST, check.toString());
            } catch (HostCommandException failed) {
                problems.add("check " + failed.getMessage());
            }
        }
        return problems;
    }

    private List<Path> checks(List<String> problems) {
        List<Path> checks = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (Files.isExecutable(file)) {
                    checks.add(file);
                } else {
                    problems.add("check " + file + " is not executable: chmod +x it");
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException unreadable) {
            problems.add(directory + " cannot be read: " + unreadable.getMessage());
        }
        return checks;
    }
}
