package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code rwo.yaml}. Never fails for what is in it: a mistake costs its own section, which then keeps its last
 * good value, and is reported with its place and its remedy. A mistake in the network section can therefore never leave
 * a node without an address.
 */
public final class NodeConfigReader {

    /** Several hundred times the template; an image or an archive under this name is refused unread. */
    public static final int LARGEST_BYTES = 64 * 1024;

    private NodeConfigReader() {}

    /**
     * What came of reading.
     *
     * @param config complete and checked
     * @param problems in the order of the file; empty when all is well
     */
    public record Result(NodeConfig config, List<ConfigProblem> problems) {
        /** Copies the list. */
        public Result {
            problems = List.copyOf(problems);
        }
    }

    /** As {@link #read(String, byte[], NodeConfig)} on a node that had no settings before. */
    public static Result read(String fileNameForMessages, byte[] content) {
        return read(fileNameForMessages, content, NodeConfig.DEFAULT);
    }

    /**
     * Reads settings.
     *
     * @param fileNameForMessages how the operator knows the file: {@code rwo.yaml}
     * @param content the whole file, or at least {@link #LARGEST_BYTES} + 1 bytes of it
     * @param lastGood what a broken section keeps; a key that is absent gets its default, not this
     */
    public static Result read(String fileNameForMessages, byte[] content, NodeConfig lastGood) {
        String file = fileNameForMessages;
        if (content.length > LARGEST_BYTES) {
            return useless(lastGood, file, "is larger than 64 KiB", "copy the template again and edit that");
        }
        SourceText source = SourceText.decode(file, content);
        if (source.text().isBlank()) {
            // A stick pulled out too early leaves an empty file: that is no wish for defaults.
            return useless(
                    lastGood,
                    file,
                    "is empty",
                    "write the settings again; for defaults a comment such as '# defaults' is enough");
        }
        List<ConfigProblem> problems = new ArrayList<>(source.problems());
        boolean secret = reportPrivateKey(file, source.text(), problems);
        YamlText yaml = YamlText.read(file, source.text());
        problems.addAll(yaml.problems());
        ConfigReading reading = new ConfigReading(file, lastGood, secret, !problems.isEmpty(), problems);
        NodeConfig config = reading.read(yaml);
        problems.sort(java.util.Comparator.comparingInt(ConfigProblem::line).thenComparingInt(ConfigProblem::column));
        return new Result(config, problems);
    }

    private static Result useless(NodeConfig lastGood, String file, String message, String remedy) {
        return new Result(lastGood.withoutInstall(), List.of(ConfigProblem.of(file, message, remedy)));
    }

    private static boolean reportPrivateKey(String file, String text, List<ConfigProblem> problems) {
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (SshKey.looksPrivate(line)) {
                Place place = new Place(
                        number, 1 + line.length() - line.stripLeading().length());
                problems.add(new ConfigProblem(
                        file,
                        place.line(),
                        place.column(),
                        "",
                        "THIS IS A PRIVATE KEY, which must never leave its owner's computer",
                        "remove it, make a new key pair, and put the line of its .pub file here"));
                return true;
            }
        }
        return false;
    }
}
