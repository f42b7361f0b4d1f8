package dev.rwo.agent.workload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Finds the line of a compose file that an error speaks of. Docker's own parser judges the content; it names settings
 * ({@code services.web.ports must be a list}), not lines.
 */
final class ComposeFile {

    private static final Pattern SETTING = Pattern.compile("[a-zA-Z_][\\w-]*(\\.[\\w-]+)+");

    private final Path file;
    private final @Nullable Node root;

    private ComposeFile(Path file, @Nullable Node root) {
        this.file = file;
        this.root = root;
    }

    /**
     * Reads a file.
     *
     * @throws StackException when it is not YAML: {@code FILE:LINE:COLUMN: what is wrong}
     */
    static ComposeFile read(Path file) throws StackException {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            Node root = new Yaml(new LoaderOptions()).compose(new java.io.StringReader(text));
            if (!(root instanceof MappingNode)) {
                throw new StackException(
                        file + ":1:1: is no compose file: it does not begin with a mapping such as" + " 'services:'");
            }
            return new ComposeFile(file, root);
        } catch (MarkedYAMLException malformed) {
            throw new StackException(file + ":" + (malformed.getProblemMark().getLine() + 1) + ":"
                    + (malformed.getProblemMark().getColumn() + 1) + ": " + malformed.getProblem()
                    + "; mend this line of the compose file");
        } catch (IOException | YAMLException unreadable) {
            throw new StackException(file + ":1:1: cannot be read as YAML: " + unreadable.getMessage());
        }
    }

    /** An error of Docker's with the line it speaks of before it; the file alone when no line is found. */
    String locate(String error) {
        Optional<Integer> line = SETTING.matcher(error)
                .results()
                .map(MatchResult::group)
                .map(setting -> line(Arrays.asList(setting.split("\\.", -1))))
                .flatMap(Optional::stream)
                .findFirst();
        return file + ":" + line.map(number -> number + ":").orElse("") + " " + error;
    }

    private Optional<Integer> line(List<String> setting) {
        Node at = root;
        Optional<Integer> line = Optional.empty();
        for (String key : setting) {
            Optional<NodeTuple> entry = at instanceof MappingNode mapping
                    ? mapping.getValue().stream()
                            .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                                    && name.getValue().equals(key))
                            .findFirst()
                    : Optional.empty();
            if (entry.isEmpty()) {
                break;
            }
            line = Optional.of(entry.get().getKeyNode().getStartMark().getLine() + 1);
            at = entry.get().getValueNode();
        }
        return line;
    }
}
