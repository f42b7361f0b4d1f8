package dev.rwo.firstboot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.firstboot.config.NetworkConfig;
import dev.rwo.firstboot.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files below {@code /etc} that follow from a node's settings. They are written twice: live, and on the data
 * partition, from where the initrd puts them back at the next start before anything reads them.
 */
public final class SystemSettings {

    private static final String NETWORK = "systemd/network/10-rwo.network";
    private static final String TIME = "systemd/timesyncd.conf.d/50-rwo.conf";
    private static final String RESOLVER = "systemd/resolved.conf.d/50-rwo.conf";
    private static final String SSH_KEYS = "ssh/authorized_keys.d/root";

    /** Files that are there or not by the settings: removed when not rendered even if the index was lost. */
    private static final Set<String> OPTIONAL = Set.of(NETWORK, TIME, RESOLVER, SSH_KEYS);

    private static final String SETTINGS = "rwo/rwo.yaml";

    private static final String HEADER = "# Written by RWO from rwo.yaml; edits are lost.\n";

    private SystemSettings() {}

    /**
     * One file.
     *
     * @param mode permission bits
     */
    public record SystemFile(String content, int mode) {}

    /**
     * What writing the files did.
     *
     * @param reloads whom to tell; empty when nothing changed in the live system
     * @param changed live and saved files that were written or removed
     * @param problems what could not be written, one line each
     */
    public record Applied(Set<Reload> reloads, List<Path> changed, List<String> problems) {
        /** Copies what it is given. */
        public Applied {
            reloads = Set.copyOf(reloads);
            changed = List.copyOf(changed);
            problems = List.copyOf(problems);
        }
    }

    /** The files by their path relative to {@code /etc}. Proxies are for the engine's own settings, not for these. */
    public static SortedMap<String, SystemFile> render(NodeConfig config, Identity identity) {
        SortedMap<String, SystemFile> files = new TreeMap<>();
        String name = identity.name().value();
        publicFile(files, "hostname", name + "\n");
        publicFile(files, "hosts", hosts(name));
        if (config.network() instanceof NetworkConfig.Static network) {
            publicFile(files, NETWORK, network(network));
            if (!network.dns().isEmpty()) {
                publicFile(files, RESOLVER, HEADER + "[Resolve]\nDNS=" + addresses(network.dns()) + "\n");
            }
        }
        if (!config.ntpServers().isEmpty()) {
            publicFile(files, TIME, HEADER + "[Time]\nNTP=" + String.join(" ", config.ntpServers()) + "\n");
        }
        if (!config.sshKeys().isEmpty()) {
            String keys =
                    config.sshKeys().stream().map(key -> key.line() + "\n").collect(Collectors.joining());
            files.put(SSH_KEYS, new SystemFile(HEADER + keys, AtomicFiles.PRIVATE_FILE));
        }
        // May hold a proxy's password.
        files.put(SETTINGS, new SystemFile(config.toYaml(), AtomicFiles.PRIVATE_FILE));
        return files;
    }

    private static void publicFile(SortedMap<String, SystemFile> files, String path, String content) {
        files.put(path, new SystemFile(content, AtomicFiles.PUBLIC_FILE));
    }

    /** 127.0.1.1 for the node's own name, as Debian does: it must resolve before there is any network. */
    private static String hosts(String name) {
        return HEADER + """
                127.0.0.1 localhost
                127.0.1.1 %s
                ::1 localhost ip6-localhost ip6-loopback
                ff02::1 ip6-allnodes
                ff02::2 ip6-allrouters
                """.formatted(name);
    }

    /**
     * Link-local addresses and mDNS stay on, so that a box with a wrong address can still be reached as
     * {@code <name>.local} from the same cable. {@code Kind=!*} keeps the match to real hardware: bridges and veth
     * pairs of the engine are of type ether too (systemd.network(5)).
     */
    private static String network(NetworkConfig.Static network) {
        StringBuilder text = new StringBuilder(HEADER).append("[Match]\n");
        text.append(
                switch (network.link()) {
                    case NetworkConfig.Link.AnyWired() -> "Type=ether\n";
                    case NetworkConfig.Link.Named(var name) -> "Name=" + name + "\n";
                    case NetworkConfig.Link.WithMac(var mac) -> "MACAddress=" + mac + "\n";
                });
        text.append("Kind=!*\n\n[Network]\nDHCP=no\nAddress=").append(network.address());
        if (network.gateway() != null) {
            text.append("\nGateway=").append(network.gateway().getHostAddress());
        }
        network.dns().forEach(server -> text.append("\nDNS=").append(server.getHostAddress()));
        return text.append("\nLinkLocalAddressing=yes\nIPv6AcceptRA=yes\nMulticastDNS=yes\nLLMNR=no\n")
                .toString();
    }

    private static String addresses(List<InetAddress> addresses) {
        return addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(" "));
    }

    /**
     * Brings live and saved {@code /etc} to this state: writes what differs and removes what an earlier run wrote and is
     * no longer rendered; nothing else there is touched. A file that cannot be written is a problem in the result and
     * does not stop the others. On a system that is not ours only the agent's own file is written.
     */
    public static Applied apply(NodeLayout layout, SortedMap<String, SystemFile> rendered) {
        return apply(layout, rendered, new AtomicFiles());
    }

    static Applied apply(NodeLayout layout, SortedMap<String, SystemFile> rendered, AtomicFiles files) {
        return new Application(layout, rendered, files).run();
    }

    private static @Nullable Reload reloadFor(String path) {
        return switch (path) {
            case "hostname", "hosts" -> Reload.HOSTNAME;
            case NETWORK -> Reload.NETWORK;
            case TIME -> Reload.TIME;
            case RESOLVER -> Reload.RESOLVER;
            case SSH_KEYS -> Reload.SSH;
            default -> null;
        };
    }

    /** One run of {@link #apply}. */
    private static final class Application {
        private final NodeLayout layout;
        private final SortedMap<String, SystemFile> rendered;
        private final AtomicFiles files;
        private final Path index;
        private final Set<Reload> reloads = EnumSet.noneOf(Reload.class);
        private final List<Path> changed = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();

        Application(NodeLayout layout, SortedMap<String, SystemFile> rendered, AtomicFiles files) {
            this.layout = layout;
            this.rendered = layout.ownSystem() ? rendered : rendered.subMap(SETTINGS, SETTINGS + '\0');
            this.files = files;
            this.index = layout.state().resolve("etc-files.json");
        }

        Applied run() {
            SortedSet<String> earlier = readIndex();
            SortedSet<String> all = new TreeSet<>(earlier);
            all.addAll(rendered.keySet());
            // Known before it exists: a file that a power cut left behind is still ours to remove.
            writeIndex(all);
            if (layout.ownSystem()) {
                all.addAll(OPTIONAL);
            }
            for (String path : all) {
                live(path);
                saved(path);
            }
            if (problems.isEmpty()) {
                writeIndex(rendered.keySet());
            }
            return new Applied(reloads, changed, problems);
        }

        private void live(String path) {
            Reload reload = reloadFor(path);
            if (bring(layout.etc().resolve(path), rendered.get(path)) && reload != null) {
                reloads.add(reload);
            }
        }

        private void saved(String path) {
            bring(layout.savedEtc().resolve(path), rendered.get(path));
        }

        private boolean bring(Path file, @Nullable SystemFile wanted) {
            try {
                files.removeLeftovers(AtomicFiles.parentOf(file));
                boolean changes = wanted == null
                        ? files.delete(file)
                        : files.write(file, wanted.content().getBytes(StandardCharsets.UTF_8), wanted.mode());
                if (changes) {
                    changed.add(file);
                }
                return changes;
            } catch (IOException e) {
                problems.add(OneLine.of(String.valueOf(e.getMessage())));
                return false;
            }
        }

        private SortedSet<String> readIndex() {
            SortedSet<String> paths = new TreeSet<>();
            try {
                if (Files.isRegularFile(index)) {
                    for (JsonNode path : new JsonMapper().readTree(Files.readAllBytes(index))) {
                        addIfBelowEtc(paths, path.asText());
                    }
                }
            } catch (JsonProcessingException e) {
                // It is built anew below; the optional files are known without it.
                problems.add(index + " is damaged and is built anew");
            } catch (IOException e) {
                problems.add(index + " cannot be read: " + e);
            }
            return paths;
        }

        /** Nothing outside of /etc is ever removed, whatever a damaged index says. */
        private void addIfBelowEtc(SortedSet<String> paths, String path) {
            Path target = layout.etc().resolve(path).normalize();
            if (!path.isEmpty() && target.startsWith(layout.etc()) && !target.equals(layout.etc())) {
                paths.add(path);
            }
        }

        private void writeIndex(Set<String> paths) {
            ArrayNode json = JsonNodeFactory.instance.arrayNode();
            paths.forEach(json::add);
            try {
                files.makeDirectories(layout.state(), AtomicFiles.PRIVATE_DIRECTORY);
                files.write(index, json.toPrettyString().getBytes(StandardCharsets.UTF_8), AtomicFiles.PRIVATE_FILE);
            } catch (IOException e) {
                problems.add(OneLine.of(String.valueOf(e.getMessage())));
            }
        }
    }
}
