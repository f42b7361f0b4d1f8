package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Entry;
import dev.rwo.firstboot.config.YamlValue.Mapping;
import dev.rwo.firstboot.config.YamlValue.Place;
import dev.rwo.firstboot.config.YamlValue.Refused;
import dev.rwo.firstboot.config.YamlValue.Scalar;
import dev.rwo.firstboot.config.YamlValue.Sequence;
import dev.rwo.keys.SiteName;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One pass over one {@code rwo.yaml}: section by section, collecting problems. */
final class ConfigReading {

    /** Linux allows more, but no kernel or udev names an interface otherwise. */
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,14}");

    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}");
    private static final Pattern DOMAIN_NAME =
            Pattern.compile("(?=.{1,253}$)(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
                    + "(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");
    private static final Pattern NO_PROXY = Pattern.compile("[A-Za-z0-9.*:/_\\[\\]-]{1,253}");
    private static final Pattern DEVICE =
            Pattern.compile("/dev/[A-Za-z0-9][A-Za-z0-9._:+-]*(/[A-Za-z0-9][A-Za-z0-9._:+-]*)*");

    /** What a message quotes of a value at most; the rest of the line is for the remedy. */
    private static final int LONGEST_QUOTE = 60;

    private final String file;
    private final NodeConfig lastGood;
    private final boolean secret;
    private final boolean damaged;
    private final List<ConfigProblem> problems;

    /**
     * @param secret whether the file holds a private key, so that nothing may be quoted from it
     * @param damaged whether parts of the text could not be read: a section that is missing may have been there
     */
    ConfigReading(String file, NodeConfig lastGood, boolean secret, boolean damaged, List<ConfigProblem> problems) {
        this.file = file;
        this.lastGood = lastGood;
        this.secret = secret;
        this.damaged = damaged;
        this.problems = problems;
    }

    NodeConfig read(YamlText yaml) {
        Fields top = fields("", yaml.entries(), damaged);
        yaml.broken().forEach(top::markBroken);
        NodeConfig none = NodeConfig.DEFAULT;
        return new NodeConfig(
                top.read("site", this::site, none.site(), lastGood.site()),
                top.read("node", this::node, none.nodeName(), lastGood.nodeName()),
                solid(top.read("network", this::network, none.network(), lastGood.network())),
                solid(top.read("proxy", this::proxy, none.proxy(), lastGood.proxy())),
                solid(top.read("ntp", this::ntp, none.ntpServers(), lastGood.ntpServers())),
                solid(top.read("ssh", this::ssh, none.sshKeys(), lastGood.sshKeys())),
                solid(top.read("logLevel", this::logLevel, none.logLevel(), lastGood.logLevel())),
                solid(top.read("install", this::install, none.installTarget(), new InstallTarget.None())));
    }

    private static <T> T solid(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("a section without default");
        }
        return value;
    }

    private Optional<SiteName> site(Entry entry) {
        return text("site", entry).flatMap(text -> {
            try {
                return Optional.of(new SiteName(text));
            } catch (IllegalArgumentException e) {
                problem(
                        entry.place(),
                        "site",
                        shown(text) + " is not a site name",
                        "use 1 to 40 of a-z, 0-9 and '-', for example shop-17");
                return Optional.empty();
            }
        });
    }

    private Optional<HostName> node(Entry entry) {
        Optional<Fields> fields = section(entry);
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        return fields.get().text("name").flatMap(name -> {
            try {
                return Optional.of(new HostName(name.text()));
            } catch (IllegalArgumentException e) {
                problem(
                        name.place(),
                        "node.name",
                        shown(name.text()) + " is not a host name",
                        "use 1 to 63 of a-z, 0-9 and '-' with a letter among them and no domain, for example till-1");
                return Optional.empty();
            }
        });
    }

    private Optional<NetworkConfig> network(Entry entry) {
        if (entry.value() instanceof Scalar scalar) {
            if (scalar.text().toLowerCase(Locale.ROOT).equals("dhcp")) {
                return Optional.of(new NetworkConfig.Dhcp());
            }
            problem(
                    entry.place(),
                    "network",
                    shown(scalar.text()) + " is not a kind of network",
                    "write 'network: dhcp', or address and gateway on lines of their own below 'network:'");
            return Optional.empty();
        }
        return section(entry).flatMap(fields -> staticNetwork(entry, fields));
    }

    private Optional<NetworkConfig> staticNetwork(Entry entry, Fields fields) {
        Optional<Ipv4Prefix> address = fields.required("address", entry, "192.168.1.20/24, or 'network: dhcp'")
                .flatMap(this::address);
        Optional<Text> gatewayText = fields.required("gateway", entry, "192.168.1.1, or 'none'");
        Optional<NetworkConfig.Link> link = link(fields);
        if (address.isEmpty() || gatewayText.isEmpty() || link.isEmpty()) {
            return Optional.empty();
        }
        Inet4Address gateway = null;
        if (!gatewayText.get().text().toLowerCase(Locale.ROOT).equals("none")) {
            Optional<Inet4Address> found = gateway(gatewayText.get(), address.get());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            gateway = found.get();
        }
        List<InetAddress> dns = dns(fields, gateway);
        return fields.isBroken()
                ? Optional.empty()
                : Optional.of(new NetworkConfig.Static(link.get(), address.get(), gateway, dns));
    }

    private Optional<Ipv4Prefix> address(Text text) {
        String key = "network.address";
        Optional<Ipv4Prefix> address = Ipv4Prefix.parse(text.text());
        String remedy = "write for example 192.168.1.20/24";
        if (address.isEmpty()) {
            problem(text.place(), key, shown(text.text()) + " is not an IPv4 address with a prefix", remedy);
            return address;
        }
        String why = address.get().whyNoHost();
        if (!why.isEmpty()) {
            problem(text.place(), key, shown(text.text()) + " " + why, remedy);
            return Optional.empty();
        }
        return address;
    }

    private Optional<Inet4Address> gateway(Text text, Ipv4Prefix address) {
        String key = "network.gateway";
        Optional<Inet4Address> gateway = Ipv4Prefix.parseAddress(text.text());
        if (gateway.isEmpty()) {
            problem(
                    text.place(),
                    key,
                    shown(text.text()) + " is not an IPv4 address",
                    "write the router's address without a prefix, for example 192.168.1.1");
            return gateway;
        }
        String why = address.whyNoGateway(gateway.get());
        if (!why.isEmpty()) {
            problem(
                    text.place(),
                    key,
                    shown(text.text()) + " " + why,
                    "write the router's address in the node's subnet, or 'none'");
            return Optional.empty();
        }
        return gateway;
    }

    private Optional<NetworkConfig.Link> link(Fields fields) {
        Optional<Text> name = fields.text("interface");
        Optional<Text> mac = fields.text("mac");
        if (name.isPresent() && mac.isPresent()) {
            problem(mac.get().place(), "network.mac", "interface is given as well", "keep one of the two");
            return Optional.empty();
        }
        if (name.isPresent()) {
            String value = name.get().text();
            if (!INTERFACE.matcher(value).matches() || value.equals("lo")) {
                problem(
                        name.get().place(),
                        "network.interface",
                        shown(value) + " is not the name of a network interface",
                        "write for example enp1s0, or leave it out");
                return Optional.empty();
            }
            return Optional.of(new NetworkConfig.Link.Named(value));
        }
        if (mac.isPresent()) {
            String value = mac.get().text();
            if (!MAC.matcher(value).matches()) {
                problem(
                        mac.get().place(),
                        "network.mac",
                        shown(value) + " is not a hardware address",
                        "write six bytes in quotes, for example '00:1b:21:0a:0b:0c', or leave it out");
                return Optional.empty();
            }
            return Optional.of(new NetworkConfig.Link.WithMac(
                    value.toLowerCase(Locale.ROOT).replace('-', ':')));
        }
        return fields.isBroken() ? Optional.empty() : Optional.of(new NetworkConfig.Link.AnyWired());
    }

    /** A wrong name server must not cost the address: the good ones count, and without any the gateway is asked. */
    private List<InetAddress> dns(Fields fields, @Nullable Inet4Address gateway) {
        List<InetAddress> router = gateway == null ? List.of() : List.of(gateway);
        Optional<Texts> given = fields.texts("dns");
        if (given.isEmpty()) {
            return router;
        }
        List<InetAddress> dns = new ArrayList<>();
        for (Text text : given.get().good()) {
            Optional<InetAddress> server = Ipv4Prefix.parseAnyAddress(text.text())
                    .filter(address -> !address.isAnyLocalAddress() && !address.isMulticastAddress());
            if (server.isPresent()) {
                dns.add(server.get());
            } else {
                problem(
                        text.place(),
                        "network.dns",
                        shown(text.text()) + " is not the address of a name server",
                        "write for example 192.168.1.1");
            }
        }
        return dns.isEmpty() && given.get().count() > 0 ? router : dns;
    }

    private Optional<ProxyConfig> proxy(Entry entry) {
        Optional<Fields> section = section(entry);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = section.get();
        URI http = proxyUrl(fields, "http");
        URI https = proxyUrl(fields, "https");
        List<String> direct = new ArrayList<>();
        for (Text text : fields.texts("noProxy").map(Texts::good).orElse(List.of())) {
            for (String each : text.text().split("[, ]+", -1)) {
                if (NO_PROXY.matcher(each).matches()) {
                    direct.add(each);
                } else if (!each.isEmpty()) {
                    problem(
                            text.place(),
                            "proxy.noProxy",
                            shown(each) + " is not a host, domain, address or subnet",
                            "write for example .shop.example or 10.0.0.0/8");
                }
            }
        }
        return fields.isBroken() ? Optional.empty() : Optional.of(new ProxyConfig(http, https, direct));
    }

    private @Nullable URI proxyUrl(Fields fields, String name) {
        Optional<Text> given = fields.text(name);
        if (given.isEmpty()) {
            return null;
        }
        Text text = given.get();
        Optional<URI> url = proxyUrl(text.text());
        if (url.isPresent()) {
            return url.get();
        }
        fields.breakIt();
        problem(
                text.place(),
                "proxy." + name,
                shown(text.text()) + " is not the URL of a proxy",
                "write for example http://proxy.shop.example:3128");
        return null;
    }

    private static Optional<URI> proxyUrl(String text) {
        try {
            URI url = new URI(text);
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            String path = String.valueOf(url.getRawPath());
            boolean good = (scheme.equals("http") || scheme.equals("https"))
                    && url.getHost() != null
                    && url.getPort() != 0
                    && url.getPort() <= 65535
                    && (path.isEmpty() || path.equals("/"))
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null
                    && text.chars().allMatch(c -> c < 127);
            return good ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private Optional<List<String>> ntp(Entry entry) {
        return section(entry)
                .flatMap(fields -> fields.texts("servers"))
                .flatMap(servers -> atLeastOne(servers, this::ntpServer));
    }

    private Optional<String> ntpServer(Text text) {
        if (DOMAIN_NAME.matcher(text.text()).matches()
                || Ipv4Prefix.parseAnyAddress(text.text()).isPresent()) {
            return Optional.of(text.text());
        }
        problem(
                text.place(),
                "ntp.servers",
                shown(text.text()) + " is not a host name or address",
                "write for example ntp.shop.example or 192.168.1.1");
        return Optional.empty();
    }

    private Optional<List<SshKey>> ssh(Entry entry) {
        return section(entry)
                .flatMap(fields -> fields.texts("authorizedKeys"))
                .flatMap(keys -> atLeastOne(keys, this::sshKey));
    }

    /** Quotes nothing: what stands here by mistake may be a secret. */
    private Optional<SshKey> sshKey(Text text) {
        if (SshKey.looksPrivate(text.text())) {
            // Reported once for the whole file, loudly.
            return Optional.empty();
        }
        Optional<SshKey> key = SshKey.parse(text.text());
        if (key.isEmpty()) {
            problem(
                    text.place(),
                    "ssh.authorizedKeys",
                    "this is not a whole OpenSSH public key",
                    "copy the one line of the .pub file, which begins like 'ssh-ed25519 AAAA'");
        }
        return key;
    }

    /** The good ones of a list; nothing when all of several are bad, so that the last good ones stay. */
    private static <T> Optional<List<T>> atLeastOne(Texts texts, Function<Text, Optional<T>> check) {
        List<T> good =
                texts.good().stream().map(check).flatMap(Optional::stream).toList();
        return good.isEmpty() && texts.count() > 0 ? Optional.empty() : Optional.of(good);
    }

    private Optional<LogLevel> logLevel(Entry entry) {
        return text("logLevel", entry).flatMap(text -> {
            Optional<LogLevel> level = LogLevel.parse(text);
            if (level.isEmpty()) {
                problem(
                        entry.place(),
                        "logLevel",
                        shown(text) + " is not a log level",
                        "write error, warn, info, debug or trace");
            }
            return level;
        });
    }

    private Optional<InstallTarget> install(Entry entry) {
        Optional<Fields> fields = section(entry);
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        return fields.get().text("target").flatMap(this::installTarget);
    }

    private Optional<InstallTarget> installTarget(Text target) {
        return switch (target.text().toLowerCase(Locale.ROOT)) {
            case "none" -> Optional.of(new InstallTarget.None());
            case "auto" -> Optional.of(new InstallTarget.Auto());
            default -> {
                if (DEVICE.matcher(target.text()).matches()) {
                    yield Optional.of(new InstallTarget.Disk(target.text()));
                }
                problem(
                        target.place(),
                        "install.target",
                        shown(target.text()) + " is not a disk",
                        "write none, auto, or a disk such as /dev/nvme0n1");
                yield Optional.empty();
            }
        };
    }

    // What follows turns a tree of any shape into texts and lists of texts, or into problems.

    /** A text and where to point when it is wrong: at its key, or at the item of a list. */
    private record Text(Place place, String text) {}

    /** The texts of a list that has {@code count} items in the file, some of which may be no texts. */
    private record Texts(List<Text> good, int count) {}

    private Optional<Fields> section(Entry entry) {
        if (entry.value() instanceof Mapping mapping) {
            return Optional.of(fields(entry.key(), mapping.entries(), false));
        }
        List<String> keys = KnownKeys.of(entry.key());
        mistaken(
                entry.place(),
                entry.key(),
                entry.value(),
                "a section with " + String.join(", ", keys)
                        + " on lines of their own below it, indented by two spaces");
        return Optional.empty();
    }

    private Optional<String> text(String key, Entry entry) {
        if (entry.value() instanceof Scalar scalar) {
            return Optional.of(scalar.text().strip());
        }
        mistaken(entry.place(), key, entry.value(), "one value");
        return Optional.empty();
    }

    private void mistaken(Place place, String key, YamlValue value, String wanted) {
        switch (value) {
            case Refused refused -> problem(place, key, refused.message(), refused.remedy());
            case Sequence _ -> problem(place, key, "this is a list", "write " + wanted);
            case Mapping _ -> problem(place, key, "this has keys below it", "write " + wanted);
            case Scalar _ -> problem(place, key, "this is a single value", "write " + wanted);
        }
    }

    private Fields fields(String section, List<Entry> entries, boolean absentIsLastGood) {
        List<String> known = KnownKeys.of(section);
        Fields fields = new Fields(section, absentIsLastGood);
        for (Entry entry : entries) {
            String path = KnownKeys.path(section, entry.key());
            if (entry.key().isEmpty() && entry.value() instanceof Refused refused) {
                problem(entry.place(), section, refused.message(), refused.remedy());
                fields.breakIt();
            } else if (!known.contains(entry.key())) {
                unknown(section, entry);
            } else if (fields.contains(entry.key())) {
                problem(entry.place(), path, "this key is here a second time", "keep one of the two");
                fields.markBroken(entry.key());
                fields.breakIt();
            } else {
                fields.put(entry);
            }
        }
        return fields;
    }

    private void unknown(String section, Entry entry) {
        String remedy = KnownKeys.meant(section, entry.key())
                .map(meant -> "did you mean " + meant + "?")
                .orElseGet(() -> "known here: " + String.join(", ", KnownKeys.of(section)));
        String path = secret ? section : KnownKeys.path(section, shown(entry.key()));
        problem(entry.place(), path, "unknown key", remedy);
    }

    private void problem(Place place, String key, String message, String remedy) {
        problems.add(new ConfigProblem(file, place.line(), place.column(), key, message, remedy));
    }

    /** A value as a message may show it: short, on one line, and without a password. */
    private String shown(String value) {
        if (secret || SshKey.looksPrivate(value)) {
            return "the value";
        }
        StringBuilder text = new StringBuilder();
        value.codePoints()
                .limit(LONGEST_QUOTE)
                .forEach(c -> text.appendCodePoint(Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c));
        if (value.codePointCount(0, value.length()) > LONGEST_QUOTE) {
            text.append("...");
        }
        int at = value.lastIndexOf('@');
        String shown = at < 0 ? text.toString() : "(hidden)" + (at < LONGEST_QUOTE ? text.substring(at) : "");
        return shown.isBlank() || shown.indexOf(' ') >= 0 ? "'" + shown + "'" : shown;
    }

    /** The entries of a section that are known and occur once. */
    private final class Fields {
        private final String section;
        private final boolean absentIsLastGood;
        private final Map<String, Entry> entries = new LinkedHashMap<>();
        private final Set<String> brokenKeys = new java.util.HashSet<>();
        private boolean broken;

        Fields(String section, boolean absentIsLastGood) {
            this.section = section;
            this.absentIsLastGood = absentIsLastGood;
        }

        boolean contains(String key) {
            return entries.containsKey(key);
        }

        void put(Entry entry) {
            entries.put(entry.key(), entry);
        }

        void markBroken(String key) {
            brokenKeys.add(key);
        }

        void breakIt() {
            broken = true;
        }

        boolean isBroken() {
            return broken;
        }

        /** A top-level section: its value, its default when absent, its last good value when it is broken. */
        <T> @Nullable T read(
                String key, Function<Entry, Optional<T>> reader, @Nullable T ifAbsent, @Nullable T lastGood) {
            if (brokenKeys.contains(key)) {
                return lastGood;
            }
            Entry entry = entries.get(key);
            if (entry == null) {
                return absentIsLastGood ? lastGood : ifAbsent;
            }
            if (isNothing(entry.value())) {
                return ifAbsent;
            }
            int before = problems.size();
            Optional<T> value = reader.apply(entry);
            if (value.isPresent()) {
                return value.get();
            }
            return problems.size() > before || secret ? lastGood : ifAbsent;
        }

        Optional<Text> text(String key) {
            Entry entry = entries.get(key);
            if (entry == null || isNothing(entry.value()) || brokenKeys.contains(key)) {
                return Optional.empty();
            }
            Optional<String> text = ConfigReading.this.text(KnownKeys.path(section, key), entry);
            if (text.isEmpty()) {
                broken = true;
            }
            return text.map(value -> new Text(entry.place(), value));
        }

        Optional<Text> required(String key, Entry sectionEntry, String example) {
            boolean brokenBefore = broken;
            broken = false;
            Optional<Text> text = text(key);
            if (text.isEmpty() && !broken && !brokenKeys.contains(key)) {
                problem(
                        sectionEntry.place(),
                        KnownKeys.path(section, key),
                        "this key is missing",
                        "write for example " + example);
            }
            broken |= brokenBefore;
            return text;
        }

        /** A list of texts, or a single one. */
        Optional<Texts> texts(String key) {
            Entry entry = entries.get(key);
            if (entry == null || isNothing(entry.value()) || brokenKeys.contains(key)) {
                return Optional.empty();
            }
            String path = KnownKeys.path(section, key);
            if (entry.value() instanceof Scalar scalar) {
                return Optional.of(
                        new Texts(List.of(new Text(entry.place(), scalar.text().strip())), 1));
            }
            if (!(entry.value() instanceof Sequence sequence)) {
                mistaken(entry.place(), path, entry.value(), "a list, each item on its own line after '- '");
                return Optional.of(new Texts(List.of(), 1));
            }
            List<Text> good = new ArrayList<>();
            for (YamlValue item : sequence.items()) {
                if (item instanceof Scalar scalar) {
                    good.add(new Text(item.place(), scalar.text().strip()));
                } else {
                    mistaken(item.place(), path, item, "one value, in quotes if it contains ': '");
                }
            }
            return Optional.of(new Texts(good, sequence.items().size()));
        }

        private boolean isNothing(YamlValue value) {
            return value instanceof Scalar scalar && scalar.isEmpty();
        }
    }
}
