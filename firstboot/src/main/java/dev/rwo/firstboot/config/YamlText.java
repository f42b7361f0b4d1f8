package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Entry;
import dev.rwo.firstboot.config.YamlValue.Mapping;
import dev.rwo.firstboot.config.YamlValue.Place;
import dev.rwo.firstboot.config.YamlValue.Refused;
import dev.rwo.firstboot.config.YamlValue.Scalar;
import dev.rwo.firstboot.config.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A YAML text cut into its top-level sections. When the text as a whole is not YAML, each section is read by itself, so
 * that one forgotten quote costs one section and not the address of the box.
 *
 * @param entries the sections that could be read, in order; a key may occur twice
 * @param broken names of the sections that could not
 * @param problems why
 */
record YamlText(List<Entry> entries, Set<String> broken, List<ConfigProblem> problems) {

    /** Deeper than anything that rwo.yaml means, and far from the depth that would exhaust a stack. */
    private static final int DEEPEST = 20;

    private static final Pattern SECTION = Pattern.compile("[\"']?([A-Za-z_][A-Za-z0-9_-]*)[\"']?[ \t]*:.*");

    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP, Tag.MERGE, Tag.MAP, Tag.SEQ);

    static YamlText read(String file, String text) {
        List<Entry> entries = new ArrayList<>();
        Optional<ConfigProblem> whole = compose(file, text, 0, entries);
        if (whole.isEmpty()) {
            return new YamlText(entries, Set.of(), List.of());
        }
        return sectionBySection(file, text, whole.get());
    }

    private static YamlText sectionBySection(String file, String text, ConfigProblem wholeProblem) {
        List<Entry> entries = new ArrayList<>();
        List<ConfigProblem> problems = new ArrayList<>();
        Set<String> broken = new LinkedHashSet<>();
        for (Chunk chunk : Chunk.cut(text)) {
            Optional<ConfigProblem> problem = compose(file, chunk.text(), chunk.linesBefore(), entries);
            if (problem.isPresent()) {
                problems.add(problem.get());
                broken.add(chunk.section());
            }
        }
        if (problems.isEmpty()) {
            problems.add(wholeProblem);
        }
        return new YamlText(entries, broken, problems);
    }

    /** The lines from one key in the first column up to the next. */
    private record Chunk(String section, int linesBefore, String text) {

        static List<Chunk> cut(String text) {
            List<Chunk> chunks = new ArrayList<>();
            StringBuilder lines = new StringBuilder();
            String section = "";
            int begin = 0;
            int number = 0;
            for (String line : text.lines().toList()) {
                Matcher matcher = SECTION.matcher(line);
                if (matcher.matches()) {
                    chunks.add(new Chunk(section, begin, lines.toString()));
                    lines.setLength(0);
                    section = matcher.group(1);
                    begin = number;
                }
                lines.append(line.equals("---") || line.equals("...") ? "" : line)
                        .append('\n');
                number++;
            }
            chunks.add(new Chunk(section, begin, lines.toString()));
            return chunks;
        }
    }

    /** Adds the entries of a text, or says why it cannot be read. */
    private static Optional<ConfigProblem> compose(String file, String text, int linesBefore, List<Entry> entries) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEEPEST);
        Node root;
        try {
            StreamReader reader = new StreamReader(text);
            root = new Composer(new ParserImpl(reader, options), new Resolver(), options).getSingleNode();
        } catch (MarkedYAMLException e) {
            return Optional.of(SyntaxProblem.of(file, text, linesBefore, e));
        } catch (YAMLException e) {
            return Optional.of(SyntaxProblem.unplaced(file, linesBefore));
        } catch (RuntimeException e) {
            // Its scanner is known to fall over some malformed escapes; to the operator it is the same mistake.
            return Optional.of(SyntaxProblem.unplaced(file, linesBefore));
        }
        if (root == null) {
            return Optional.empty();
        }
        YamlValue value = convert(root, linesBefore);
        if (value instanceof Mapping mapping) {
            entries.addAll(mapping.entries());
            return Optional.empty();
        }
        if (value instanceof Scalar scalar && scalar.isEmpty()) {
            return Optional.empty();
        }
        Place place = value.place();
        if (value instanceof Refused refused) {
            return Optional.of(
                    new ConfigProblem(file, place.line(), place.column(), "", refused.message(), refused.remedy()));
        }
        return Optional.of(new ConfigProblem(
                file,
                place.line(),
                place.column(),
                "",
                "this is not a setting",
                "write settings as 'key: value', for example 'site: shop-17'"));
    }

    private static YamlValue convert(Node node, int linesBefore) {
        Place place = place(node.getStartMark(), linesBefore);
        // Never look below an anchor: aliases of aliases make a small file a tree of any size.
        if (node.getAnchor() != null) {
            return new Refused(
                    place,
                    "anchors and aliases (& and *) are not accepted",
                    "write the value out, in quotes if it begins so");
        }
        if (!PLAIN_TAGS.contains(node.getTag())) {
            return new Refused(
                    place, "tags (!) are not accepted", "remove it, or put the value in quotes if it begins so");
        }
        return switch (node) {
            case ScalarNode scalar -> new Scalar(place, scalar.getValue(), isNothing(scalar));
            case SequenceNode sequence ->
                new Sequence(
                        place,
                        sequence.getValue().stream()
                                .map(item -> convert(item, linesBefore))
                                .toList());
            case MappingNode mapping ->
                new Mapping(
                        place,
                        mapping.getValue().stream()
                                .map(entry -> convert(entry, linesBefore))
                                .toList());
            default -> new Refused(place, "this is not accepted", "write text, a list or keys with values");
        };
    }

    private static Entry convert(NodeTuple entry, int linesBefore) {
        Place place = place(entry.getKeyNode().getStartMark(), linesBefore);
        YamlValue key = convert(entry.getKeyNode(), linesBefore);
        return switch (key) {
            case Scalar scalar -> new Entry(place, scalar.text(), convert(entry.getValueNode(), linesBefore));
            case Refused refused -> new Entry(place, "", refused);
            case Sequence _, Mapping _ ->
                new Entry(
                        place,
                        "",
                        new Refused(
                                place, "a key must be a word", "write 'key: value'; put text with brackets in quotes"));
        };
    }

    private static boolean isNothing(ScalarNode scalar) {
        return scalar.getTag().equals(Tag.NULL);
    }

    static Place place(@Nullable Mark mark, int linesBefore) {
        return mark == null
                ? new Place(linesBefore + 1, 1)
                : new Place(mark.getLine() + linesBefore + 1, mark.getColumn() + 1);
    }
}
