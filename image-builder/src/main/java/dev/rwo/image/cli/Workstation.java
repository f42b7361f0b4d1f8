package dev.rwo.image.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.keys.Site;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Where the commands run, handed in so that tests can have one of their own.
 *
 * @param project the checkout, with {@code overlays/} and {@code agent/}
 * @param home where sites are kept: {@code $RWO_HOME}, by default {@code ~/.rwo}
 * @param in what the person types
 * @param out results
 * @param err progress and errors
 */
record Workstation(Path project, Path home, BufferedReader in, PrintWriter out, PrintWriter err, Clock clock) {

    /** Caches, images, logs and virtual machines. */
    Path work() {
        return project.resolve("build");
    }

    Path sites() {
        return home.resolve("sites");
    }

    /** What {@code --site} means: a path if it looks like one, otherwise the name of a site in {@link #sites}. */
    Path siteDirectory(String nameOrDirectory) {
        Path kept = sites().resolve(nameOrDirectory);
        boolean path = nameOrDirectory.contains("/") || nameOrDirectory.startsWith(".");
        if (path || (!Files.exists(kept) && Files.isRegularFile(Path.of(nameOrDirectory, "site.yaml")))) {
            return Path.of(nameOrDirectory).toAbsolutePath().normalize();
        }
        return kept;
    }

    Site openSite(String nameOrDirectory) {
        return Site.open(siteDirectory(nameOrDirectory), clock);
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }

    void say(ObjectNode json) {
        say(json.toPrettyString());
    }

    /** Progress goes to the error stream: the output is for results, and for {@code --json}. */
    void progress(String line) {
        err.println(line);
        err.flush();
    }
}
