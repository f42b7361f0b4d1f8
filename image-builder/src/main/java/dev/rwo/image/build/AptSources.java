package dev.rwo.image.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the packages come from: the Debian site that the workstation itself uses, with the image's suite, so that a
 * mirror on a shop's or company's network is used without a word of it in the repository.
 *
 * @param main address of the archive {@code debian}
 * @param security address of the archive {@code debian-security}; empty when the site has none
 */
record AptSources(String main, Optional<String> security) {

    /** The release that the image is made of. */
    static final String SUITE = "trixie";

    /** Environment variable that names a mirror of the archive {@code debian}; wins over the host's sources. */
    static final String MIRROR_VARIABLE = "RWO_DEBIAN_MIRROR";

    /** mkosi and mmdebstrap verify every archive with Debian's own keys, whatever the address. */
    private static final String KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private static final Set<String> SUITES =
            Set.of("stable", "oldstable", "bullseye", "bookworm", "trixie", "forky", "testing", "sid", "unstable");
    private static final Pattern ONE_LINE = Pattern.compile(
            "deb(?:-src)?\\s+(?:\\[[^\\]]*\\]\\s+)?(?<uri>\\S+)\\s+(?<suite>\\S+)(?<components>\\s.*)?");

    /** One archive and suite that apt knows. */
    private record Entry(String uri, String suite, String components) {

        boolean isDebianMain() {
            return SUITES.contains(suite) && hasMain() && isUsable();
        }

        boolean isDebianSecurity() {
            return suite.endsWith("-security")
                    && SUITES.contains(suite.substring(0, suite.length() - "-security".length()))
                    && hasMain()
                    && isUsable();
        }

        private boolean hasMain() {
            return List.of(components.trim().split("\\s+", -1)).contains("main");
        }

        private boolean isUsable() {
            return uri.startsWith("http://") || uri.startsWith("https://");
        }
    }

    /**
     * The sources to use on this host.
     *
     * @param aptDirectory {@code /etc/apt}
     * @param osRelease content of {@code /etc/os-release}
     * @param mirror value of {@link #MIRROR_VARIABLE}, empty when not set
     * @return empty when the tools' own defaults must serve: not a Debian host, or nothing usable in its sources
     */
    static Optional<AptSources> ofHost(Path aptDirectory, String osRelease, Optional<String> mirror) {
        if (mirror.isPresent() && !mirror.get().isBlank()) {
            String main = withoutSlash(mirror.get().trim());
            // Mirrors carry the security archive beside the main one, or not at all.
            return Optional.of(new AptSources(
                    main, main.endsWith("/debian") ? Optional.of(main + "-security") : Optional.empty()));
        }
        if (!osRelease.lines().anyMatch(line -> line.matches("ID=\"?debian\"?"))) {
            return Optional.empty();
        }
        List<Entry> entries = new ArrayList<>();
        for (Path file : sourceFiles(aptDirectory)) {
            String text = read(file);
            entries.addAll(file.toString().endsWith(".sources") ? parseDeb822(text) : parseOneLine(text));
        }
        Optional<String> main =
                entries.stream().filter(Entry::isDebianMain).map(Entry::uri).findFirst();
        Optional<String> security =
                entries.stream().filter(Entry::isDebianSecurity).map(Entry::uri).findFirst();
        return main.map(uri -> new AptSources(withoutSlash(uri), security.map(AptSources::withoutSlash)));
    }

    /** Content of {@code mkosi.sources}: a file of exactly that name replaces the list that mkosi would make. */
    String toDeb822() {
        StringBuilder text = new StringBuilder(stanza(main, SUITE + " " + SUITE + "-updates"));
        security.ifPresent(uri -> text.append('\n').append(stanza(uri, SUITE + "-security")));
        return text.toString();
    }

    /** The same for mmdebstrap's command line. */
    List<String> toOneLine() {
        List<String> lines = new ArrayList<>();
        lines.add("deb " + main + " " + SUITE + " main");
        lines.add("deb " + main + " " + SUITE + "-updates main");
        security.ifPresent(uri -> lines.add("deb " + uri + " " + SUITE + "-security main"));
        return lines;
    }

    private static String stanza(String uri, String suites) {
        return "Types: deb\nURIs: " + uri + "\nSuites: " + suites + "\nComponents: main\nSigned-By: " + KEYRING + "\n";
    }

    private static List<Entry> parseOneLine(String text) {
        List<Entry> entries = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            Matcher matcher = ONE_LINE.matcher(line.replaceFirst("#.*", "").trim());
            if (matcher.matches() && !line.trim().startsWith("deb-src")) {
                String components = matcher.group("components");
                entries.add(
                        new Entry(matcher.group("uri"), matcher.group("suite"), components == null ? "" : components));
            }
        }
        return entries;
    }

    private static List<Entry> parseDeb822(String text) {
        List<Entry> entries = new ArrayList<>();
        for (String stanza : text.split("\n\\s*\n", -1)) {
            Map<String, String> fields = fields(stanza);
            if (fields.getOrDefault("enabled", "yes").matches("(?i)no|false|off|0|without|disable")
                    || !List.of(fields.getOrDefault("types", "").split("\\s+", -1))
                            .contains("deb")) {
                continue;
            }
            for (String uri : fields.getOrDefault("uris", "").trim().split("\\s+", -1)) {
                for (String suite : fields.getOrDefault("suites", "").trim().split("\\s+", -1)) {
                    entries.add(new Entry(uri, suite, fields.getOrDefault("components", "")));
                }
            }
        }
        return entries;
    }

    /** Fields of a deb822 stanza by lower-case name; continuation lines joined, comments left out. */
    private static Map<String, String> fields(String stanza) {
        Map<String, String> fields = new LinkedHashMap<>();
        String current = "";
        for (String line : stanza.split("\n", -1)) {
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            int colon = line.indexOf(':');
            if (Character.isWhitespace(line.charAt(0))) {
                fields.merge(current, line.trim(), (before, more) -> before + " " + more);
            } else if (colon > 0) {
                current = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
                fields.put(current, line.substring(colon + 1).trim());
            }
        }
        return fields;
    }

    private static List<Path> sourceFiles(Path aptDirectory) {
        List<Path> files = new ArrayList<>();
        Path list = aptDirectory.resolve("sources.list");
        if (Files.isRegularFile(list)) {
            files.add(list);
        }
        Path parts = aptDirectory.resolve("sources.list.d");
        if (Files.isDirectory(parts)) {
            try (Stream<Path> entries = Files.list(parts)) {
                entries.filter(file -> file.toString().matches(".*\\.(list|sources)"))
                        .filter(Files::isReadable)
                        .sorted()
                        .forEach(files::add);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list " + parts, e);
            }
        }
        return files;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static String withoutSlash(String uri) {
        return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }
}
