package dev.rwo.agent.workload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Finds the line of a compose file that an error speaks of. Docker's own parser judges the content; it names settings
 * ({@code services.web.ports must be a list}), not lines.
 */
final class ComposeFile {

    /** {@code services.web Additional property imagee is not allowed}, {@code (root) Additional property ...}. */
    private static final Pattern UNKNOWN =
            Pattern.compile("(?:\\(root\\)|(\\S+)) Additional property (\\S+) is not allowed");
    /** {@code services.web.ports must be a list}. */
    private static final Pattern SETTING = Pattern.compile("[a-zA-Z_][\\w-]*(\\.[\\w-]+)+");
    /** {@code failed to create service STACK_web: ...}, {@code service web: undefined network "lan"}. */
    private static final Pattern SERVICE = Pattern.compile("\\bservice ([\\w-]+)");
    /** {@code services must be a mapping}, {@code unsupported Compose file version: 9}. */
    private static final Pattern SECTION = Pattern.compile("\\b(version|services|networks|volumes|configs|secrets)\\b");

    private final Path file;
    private final @Nullable Node root;

    private ComposeFile(Path file, @Nullable Node root) {
        this.file = file;
        this.root = root;
    }

    /**
     * Reads a file.
     *
     * @throws StackException when it is not YAML, or asks for what boxes cannot do: {@code FILE:LINE:COLUMN: what is
     *     wrong}
     */
    static ComposeFile read(Path file) throws StackException {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            Node root = new Yaml(new LoaderOptions()).compose(new java.io.StringReader(text));
            if (!(root instanceof MappingNode)) {
                throw new StackException(
                        file + ":1:1: is no compose file: it does not begin with a mapping such as" + " 'services:'");
            }
            ComposeFile compose = new ComposeFile(file, root);
            compose.refuseEncrypted();
            return compose;
        } catch (MarkedYAMLException malformed) {
            throw new StackException(file + ":" + (malformed.getProblemMark().getLine() + 1) + ":"
                    + (malformed.getProblemMark().getColumn() + 1) + ": " + malformed.getProblem()
                    + "; mend this line of the compose file");
        } catch (IOException | YAMLException unreadable) {
            throw new StackException(file + ":1:1: cannot be read as YAML: " + unreadable.getMessage());
        }
    }

    /** On a box that joined by its own relay, such a network's traffic goes in the clear (docs/fabric.md). */
    private void refuseEncrypted() throws StackException {
        for (NodeTuple network :
                value(root, "networks").map(ComposeFile::entries).orElse(List.of())) {
            Optional<Node> encrypted = value(network.getValueNode(), "driver_opts")
                    .flatMap(options -> value(options, "encrypted"))
                    .filter(wanted -> !(wanted instanceof ScalarNode word
                            && word.getValue().equalsIgnoreCase("false")));
            if (encrypted.isPresent()) {
                throw new StackException(file + ":"
                        + (encrypted.get().getStartMark().getLine() + 1) + ":"
                        + (encrypted.get().getStartMark().getColumn() + 1)
                        + ": Docker's own encryption of a network does not work between boxes; leave it out, and set"
                        + " 'cluster.fabric: wireguard' in rwo.yaml, which encrypts all of it");
            }
        }
    }

    private static List<NodeTuple> entries(@Nullable Node mapping) {
        return mapping instanceof MappingNode map ? map.getValue() : List.of();
    }

    private static Optional<Node> value(@Nullable Node mapping, String key) {
        return entry(mapping, key).map(NodeTuple::getValueNode);
    }

    private static Optional<NodeTuple> entry(@Nullable Node mapping, String key) {
        return entries(mapping).stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key))
                .findFirst();
    }

    /** An error of Docker's with the line it speaks of before it; the file alone when no line is found. */
    String locate(String error) {
        Optional<Integer> line =
                settings(error).map(this::line).flatMap(Optional::stream).findFirst();
        return file + ":" + line.map(number -> number + ":").orElse("") + " " + error;
    }

    /** The settings that an error may speak of, the most exact first. */
    private Stream<List<String>> settings(String error) {
        Stream<List<String>> unknown = UNKNOWN.matcher(error).results().map(match -> {
            List<String> path = new ArrayList<>(match.group(1) == null ? List.of() : keys(match.group(1)));
            path.add(match.group(2));
            return path;
        });
        Stream<List<String>> named =
                SETTING.matcher(error).results().map(MatchResult::group).map(ComposeFile::keys);
        // A stack's folder has its name, which Swarm puts before the service's.
        Path folder = file.toAbsolutePath().getParent();
        String stack = (folder == null ? "" : folder.getFileName()) + "_";
        Stream<List<String>> service = SERVICE.matcher(error)
                .results()
                .map(match -> match.group(1))
                .map(name -> List.of("services", name.startsWith(stack) ? name.substring(stack.length()) : name));
        Stream<List<String>> section = SECTION.matcher(error).results().map(match -> List.of(match.group(1)));
        return Stream.of(unknown, named, service, section).flatMap(Function.identity());
    }

    private static List<String> keys(String setting) {
        return Arrays.asList(setting.split("\\.", -1));
    }

    /** The line of a setting, or of the deepest part of its path that the file has. */
    private Optional<Integer> line(List<String> setting) {
        Node at = root;
        Optional<Integer> line = Optional.empty();
        for (String key : setting) {
            if (at instanceof SequenceNode list && isIndexOf(list, key)) {
                at = list.getValue().get(Integer.parseInt(key));
                line = Optional.of(at.getStartMark().getLine() + 1);
                continue;
            }
            Optional<NodeTuple> entry = entry(at, key);
            if (entry.isEmpty()) {
                break;
            }
            line = Optional.of(entry.get().getKeyNode().getStartMark().getLine() + 1);
            at = entry.get().getValueNode();
        }
        return line;
    }

    private static boolean isIndexOf(SequenceNode list, String key) {
        return key.matches("\\d{1,6}")
                && Integer.parseInt(key) < list.getValue().size();
    }
}
