package dev.rwo.firstboot;

import dev.rwo.firstboot.config.ConfigProblem;
import dev.rwo.firstboot.config.NodeConfig;
import dev.rwo.firstboot.config.NodeConfigReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Takes over what the seed partition brings: settings, the site's credential, stacks. Runs at every start; an unchanged
 * seed causes no write. Whatever is wrong on the seed becomes a problem in the result, never an exception, and what
 * held before keeps holding. Cut off at any point and run again, it ends in the same state.
 */
public final class SeedImport {

    private static final String CONFIG = "rwo.yaml";

    private final NodeLayout layout;
    private final Clock clock;
    private final AtomicFiles files;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<Path> changed = new ArrayList<>();

    SeedImport(NodeLayout layout, Clock clock, AtomicFiles files) {
        this.layout = layout;
        this.clock = clock;
        this.files = files;
    }

    /** Imports the seed if one is mounted, and says what holds now. */
    public static SeedResult run(NodeLayout layout, Clock clock) {
        return new SeedImport(layout, clock, new AtomicFiles()).run();
    }

    SeedResult run() {
        removeLeftovers();
        boolean present = seedPresent();
        NodeConfig lastGood = savedConfig();
        NodeConfig effective = present ? importConfig(lastGood) : lastGood;
        if (present) {
            new CredentialImport(layout, clock, files, problems, changed).run();
        }
        StackImport stacks = new StackImport(layout, files, problems, changed);
        stacks.recover();
        if (present) {
            stacks.run();
        }
        return new SeedResult(effective, problems, changed, present, stacksToDeploy());
    }

    /** A mount point without a mount is an empty directory. */
    private boolean seedPresent() {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.seed())) {
            return entries.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            problems.add(ConfigProblem.of(
                    layout.seed().toString(),
                    "the seed partition cannot be read: " + e,
                    "check it on a PC or write the image to the stick again"));
            return false;
        }
    }

    private NodeConfig savedConfig() {
        Path saved = layout.savedConfig();
        try {
            byte[] content = read(saved);
            NodeConfigReader.Result result = NodeConfigReader.read(saved.toString(), content);
            problems.addAll(result.problems());
            return result.config().withoutInstall();
        } catch (NoSuchFileException e) {
            return NodeConfig.DEFAULT;
        } catch (IOException e) {
            problems.add(unreadable(saved.toString(), e));
            return NodeConfig.DEFAULT;
        }
    }

    private NodeConfig importConfig(NodeConfig lastGood) {
        NodeConfig effective = lastGood;
        try {
            NodeConfigReader.Result result = NodeConfigReader.read(CONFIG, read(layout.seedConfig()), lastGood);
            problems.addAll(result.problems());
            effective = result.config();
        } catch (NoSuchFileException e) {
            problems.add(ConfigProblem.of(CONFIG, "is missing on the seed partition", whatToRename()));
        } catch (IOException e) {
            problems.add(unreadable(CONFIG, e));
        }
        save(effective);
        return effective;
    }

    private void save(NodeConfig config) {
        try {
            byte[] yaml = config.withoutInstall().toYaml().getBytes(StandardCharsets.UTF_8);
            files.makeDirectories(layout.state(), AtomicFiles.PRIVATE_DIRECTORY);
            if (files.write(layout.savedConfig(), yaml, AtomicFiles.PRIVATE_FILE)) {
                changed.add(layout.savedConfig());
            }
        } catch (IOException e) {
            problems.add(ConfigProblem.of(
                    CONFIG,
                    "the settings hold until the next start only: " + OneLine.of(String.valueOf(e.getMessage())),
                    "mend the data disk"));
        }
    }

    /** Windows hides endings, so rwo.yaml.txt looks like rwo.yaml there. */
    private String whatToRename() {
        for (String other : List.of("rwo.yml", "rwo.yaml.txt", "rwo.txt")) {
            if (Files.exists(layout.seed().resolve(other))) {
                return "rename " + other + " to " + CONFIG + " (Windows may hide the ending)";
            }
        }
        return "put one there, or a line '# defaults' in one if defaults are meant";
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("it is not a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(NodeConfigReader.LARGEST_BYTES + 1);
        }
    }

    private static ConfigProblem unreadable(String file, IOException e) {
        return ConfigProblem.of(
                file,
                "cannot be read: " + OneLine.of(String.valueOf(e.getMessage())),
                "write it again; if that fails, replace the stick or disk");
    }

    private SortedMap<String, Path> stacksToDeploy() {
        SortedMap<String, Path> stacks = new TreeMap<>();
        for (Path source : List.of(layout.imageStacks(), layout.stacks())) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(source, Files::isDirectory)) {
                for (Path entry : entries) {
                    String name = String.valueOf(entry.getFileName());
                    if (StackImport.isName(name)) {
                        stacks.put(name, entry);
                    }
                }
            } catch (NoSuchFileException e) {
                // Neither source has to be there.
            } catch (IOException e) {
                problems.add(unreadable(source.toString(), e));
            }
        }
        return stacks;
    }

    private void removeLeftovers() {
        List<Path> directories =
                List.of(layout.state(), layout.pki(), AtomicFiles.parentOf(layout.engineConfig()), layout.stacks());
        try {
            for (Path directory : directories) {
                files.removeLeftovers(directory);
            }
            removeUnfinishedKeys();
        } catch (IOException e) {
            problems.add(ConfigProblem.of(
                    layout.state().toString(),
                    "what the last start left unfinished cannot be removed: " + e,
                    "mend the data disk"));
        }
    }

    /** The keys module prepares its files as {@code .name<random>.new}: one that is left may be half a private key. */
    private void removeUnfinishedKeys() throws IOException {
        if (!Files.isDirectory(layout.pki(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> unfinished = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.pki(), ".*.new")) {
            entries.forEach(unfinished::add);
        }
        for (Path file : unfinished) {
            files.deleteTree(file);
        }
    }
}
