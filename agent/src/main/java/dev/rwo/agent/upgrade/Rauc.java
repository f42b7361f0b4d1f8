package dev.rwo.agent.upgrade;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * RAUC's service, over D-Bus by {@code busctl}, which speaks JSON and is on every node; no library of ours has to keep its proxies
 * working in a native image for seven calls. An installation is the service's own: it goes on when the agent restarts.
 *
 * @see <a href="https://rauc.readthedocs.io/en/latest/reference.html#d-bus-api">RAUC's D-Bus API</a>
 */
final class Rauc {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** To start the service takes a slow box seconds; an emulated one on a busy machine took more than a minute. */
    private static final Duration QUICK = Duration.ofMinutes(2);

    /** The head, the signature and the manifest of a bundle that may have to be asked for far away. */
    private static final Duration READING = Duration.ofMinutes(3);

    private static final String SERVICE = "de.pengutronix.rauc";
    private static final String INTERFACE = "de.pengutronix.rauc.Installer";

    private final HostCommands commands;
    private final Path bootSlots;

    /**
     * On this system.
     *
     * @param bootSlots RAUC's backend of ours, which knows the slots
     */
    Rauc(HostCommands commands, Path bootSlots) {
        this.commands = commands;
        this.bootSlots = bootSlots;
    }

    /**
     * How an installation goes.
     *
     * @param busy whether one is under way
     * @param percent how far
     * @param error why the last one failed; empty when it did not
     */
    record Progress(boolean busy, int percent, String error) {}

    /**
     * Reads and checks a bundle's signature and manifest; what is in it is not read.
     *
     * @param source a URL or a file
     * @throws UpgradeException when this box would not take it
     */
    Bundle inspect(String source) throws UpgradeException {
        JsonNode info = json(run(READING, "rauc", "info", "--output-format=json-2", source));
        try {
            return new Bundle(
                    info.path("manifest-hash").asText(),
                    new OsVersion(info.path("update").path("version").asText()));
        } catch (IllegalArgumentException wrong) {
            throw new UpgradeException("this bundle cannot be used: " + wrong.getMessage(), wrong);
        }
    }

    /** The slot that runs, {@code a} or {@code b}. RAUC's service itself does not answer that while it installs. */
    String booted() throws UpgradeException {
        return run(QUICK, bootSlots.toString(), "get-current").strip();
    }

    /** Begins to install. */
    void install(String source) throws UpgradeException {
        run(QUICK, "busctl", "call", SERVICE, "/", INTERFACE, "InstallBundle", "sa{sv}", source, "0");
    }

    Progress progress() throws UpgradeException {
        List<String> lines = run(
                        QUICK,
                        "busctl",
                        "--json=short",
                        "get-property",
                        SERVICE,
                        "/",
                        INTERFACE,
                        "Operation",
                        "Progress",
                        "LastError")
                .lines()
                .toList();
        if (lines.size() != 3) {
            throw new UpgradeException("RAUC's service does not say how far it is");
        }
        return new Progress(
                !json(lines.get(0)).path("data").asText().equals("idle"),
                json(lines.get(1)).path("data").path(0).asInt(),
                json(lines.get(2)).path("data").asText());
    }

    /** Ends an installation that does not go on; the slot it was writing to has no kernel image then. */
    void abandon() throws UpgradeException {
        run(QUICK, "systemctl", "restart", "rauc.service");
    }

    /** Makes the other slot the one that boots next. */
    void chooseOther() throws UpgradeException {
        run(QUICK, "rauc", "status", "mark-active", "other");
    }

    /** Takes that back. */
    void refuseOther() throws UpgradeException {
        run(QUICK, "rauc", "status", "mark-bad", "other");
    }

    /** Keeps the slot that runs. */
    void keep() throws UpgradeException {
        run(QUICK, "rauc", "status", "mark-good", "booted");
    }

    private String run(Duration deadline, String... command) throws UpgradeException {
        try {
            return commands.run(deadline, command);
        } catch (HostCommandException failed) {
            throw new UpgradeException(explained(String.valueOf(failed.getMessage())), failed);
        }
    }

    /** What RAUC's words mean to somebody in a shop. */
    static String explained(String failure) {
        String lower = failure.toLowerCase(Locale.ROOT);
        if (lower.contains("signature verification failed")
                || lower.contains("signature size")
                || lower.contains("failed to parse signature")
                || lower.contains("not a valid bundle")
                || lower.contains("invalid bundle format")
                || lower.contains("invalid signature")) {
            return "the bundle is not signed for this site, was changed, or is cut off; build it again with ./rwo bundle build"
                    + " (RAUC: " + failure + ")";
        }
        if (lower.contains("compatible mismatch")) {
            return "the bundle is for another kind of box (RAUC: " + failure + ")";
        }
        return failure;
    }

    /** RAUC's messages come before it, and may have braces in them, but not at the beginning of a line. */
    private static JsonNode json(String printed) throws UpgradeException {
        int begin = printed.startsWith("{") ? 0 : printed.indexOf("\n{") + 1;
        try {
            JsonNode json = JSON.readTree(printed.substring(begin));
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException unreadable) {
            throw new UpgradeException(
                    "what RAUC answers is not understood: " + unreadable.getOriginalMessage(), unreadable);
        }
        throw new UpgradeException("RAUC answers nothing");
    }
}
