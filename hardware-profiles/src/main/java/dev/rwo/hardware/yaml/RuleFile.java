package dev.rwo.hardware.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Opens a rule file. Bounded in size, nesting and aliases, so that no file can cost more memory or time than its size
 * suggests.
 */
public final class RuleFile {
    /** Largest rule file in bytes; the processor rules of RWO, far larger than a site's, are a tenth of it. */
    public static final int MAX_BYTES = 1 << 20;

    /** Rules are lists of keys with lists of words: four deep. */
    private static final int MAX_NESTING = 20;

    private static final int MAX_ALIASES = 20;

    private RuleFile() {}

    /**
     * Reads rules.
     *
     * @param yaml UTF-8; read to its end or to {@link #MAX_BYTES}, not closed
     * @param name what to call them in a message, usually a file name
     * @return the top of the tree
     * @throws RuleFormatException when this is no YAML, empty, or beyond a limit
     * @throws IOException when reading fails
     */
    public static RuleNode read(InputStream yaml, String name) throws IOException {
        byte[] bytes = yaml.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new RuleFormatException(name, 1, 1, "larger than " + MAX_BYTES + " bytes; split the file");
        }
        return parse(new String(bytes, StandardCharsets.UTF_8), name);
    }

    /**
     * Reads rules from a file.
     *
     * @throws RuleFormatException as {@link #read(InputStream, String)}
     * @throws IOException when the file cannot be read
     */
    public static RuleNode read(Path file) throws IOException {
        try (InputStream yaml = Files.newInputStream(file)) {
            return read(yaml, file.toString());
        }
    }

    /**
     * Reads rules that are in memory already.
     *
     * @throws RuleFormatException as {@link #read(InputStream, String)}
     */
    public static RuleNode parse(String yaml, String name) {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(MAX_BYTES);
        limits.setNestingDepthLimit(MAX_NESTING);
        limits.setMaxAliasesForCollections(MAX_ALIASES);
        PlaceKeeper parser = null;
        try {
            parser = new PlaceKeeper(new StreamReader(new StringReader(yaml)), limits);
            // Composer and not Yaml, whose constructor sets up emitting and object construction as well: 40 ms at
            // start.
            Node root = new Composer(parser, new Resolver(), limits).getSingleNode();
            if (root == null) {
                throw new RuleFormatException(name, 1, 1, "the file is empty; expected keys and values");
            }
            return new RuleNode(name, root);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            throw noYaml(name, mark == null && parser != null ? parser.last : mark, e.getProblem());
        } catch (YAMLException e) {
            throw noYaml(name, parser == null ? null : parser.last, e.getMessage());
        }
    }

    private static RuleFormatException noYaml(String name, @Nullable Mark mark, @Nullable String problem) {
        return new RuleFormatException(
                name,
                mark == null ? 1 : mark.getLine() + 1,
                mark == null ? 1 : mark.getColumn() + 1,
                "no valid YAML: " + (problem == null ? "cannot be parsed" : problem));
    }

    /** Remembers where parsing has come to, because the limits' exceptions carry no place. */
    private static final class PlaceKeeper extends ParserImpl {
        private @Nullable Mark last;

        PlaceKeeper(StreamReader text, LoaderOptions limits) {
            super(text, limits);
        }

        @Override
        public Event getEvent() {
            Event event = super.getEvent();
            if (event.getStartMark() != null) {
                last = event.getStartMark();
            }
            return event;
        }
    }
}
