package dev.rwo.agent.upgrade.stick;

import dev.rwo.agent.upgrade.BundleIntake;
import dev.rwo.agent.upgrade.UpgradeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The sticks that the system has mounted, and the bundles in their top folders. */
public final class Sticks {

    private static final String SUFFIX = ".raucb";

    /** Whoever puts more on a stick does not mean an upgrade. */
    private static final int MOST = 20;

    private final Path folder;
    private final BundleIntake intake;
    private final Map<Seen, StickBundle> known = new HashMap<>();

    /**
     * Of a box.
     *
     * @param folder has a folder for each stick
     * @param intake who says what a file is: its name is believed nothing
     */
    public Sticks(Path folder, BundleIntake intake) {
        this.folder = folder;
        this.intake = intake;
    }

    /** A file that has not changed needs no second look, unless it was refused: what it was refused for may be mended. */
    private record Seen(Path file, Object key, long size, long modified) {}

    /** What is there now. */
    public synchronized List<StickBundle> look() {
        Map<Seen, StickBundle> now = new HashMap<>();
        List<StickBundle> found = new ArrayList<>();
        for (Path stick : in(folder)) {
            in(stick).stream()
                    .filter(file -> file.toString().endsWith(SUFFIX))
                    .limit(MOST)
                    .forEach(file -> seen(file).forEach(seen -> {
                        StickBundle before = known.get(seen);
                        StickBundle bundle = before != null && before.bundle() != null ? before : inspect(file);
                        now.put(seen, bundle);
                        found.add(bundle);
                    }));
        }
        known.clear();
        known.putAll(now);
        return List.copyOf(found);
    }

    private static List<Path> in(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** Empty for what is no plain file, or is gone. */
    private static List<Seen> seen(Path file) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    ? List.of(new Seen(
                            file,
                            String.valueOf(attributes.fileKey()),
                            attributes.size(),
                            attributes.lastModifiedTime().toMillis()))
                    : List.of();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private StickBundle inspect(Path file) {
        try {
            return new StickBundle(file, intake.inspect(file.toString()), "");
        } catch (UpgradeException refused) {
            return new StickBundle(file, null, String.valueOf(refused.getMessage()));
        }
    }
}
