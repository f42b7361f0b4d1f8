package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Entry;
import dev.rwo.keys.SiteName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One pass over one {@code rwo.yaml}: section by section, collecting problems. */
final class ConfigReading extends SectionReading {

    static final Pattern DOMAIN_NAME =
            Pattern.compile("(?=.{1,253}$)(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
                    + "(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");
    private static final Pattern DEVICE =
            Pattern.compile("/dev/[A-Za-z0-9][A-Za-z0-9._:+-]*(/[A-Za-z0-9][A-Za-z0-9._:+-]*)*");

    private final NodeConfig lastGood;
    private final boolean damaged;

    /**
     * @param secret whether the file holds a private key, so that nothing may be quoted from it
     * @param damaged whether parts of the text could not be read: a section that is missing may have been there
     */
    ConfigReading(String file, NodeConfig lastGood, boolean secret, boolean damaged, List<ConfigProblem> problems) {
        super(file, secret, problems);
        this.lastGood = lastGood;
        this.damaged = damaged;
    }

    NodeConfig read(YamlText yaml) {
        Fields top = fields("", yaml.entries(), damaged);
        yaml.broken().forEach(top::markBroken);
        NodeConfig none = NodeConfig.DEFAULT;
        return new NodeConfig(
                top.read("site", this::site, none.site(), lastGood.site()),
                top.read("node", this::node, none.nodeName(), lastGood.nodeName()),
                solid(top.read("network", new NetworkSection(this)::read, none.network(), lastGood.network())),
                solid(top.read("proxy", new ProxySection(this)::read, none.proxy(), lastGood.proxy())),
                solid(top.read("ntp", this::ntp, none.ntpServers(), lastGood.ntpServers())),
                solid(top.read("ssh", this::ssh, none.sshKeys(), lastGood.sshKeys())),
                solid(top.read("hardware", new HardwareSection(this)::read, none.hardware(), lastGood.hardware())),
                solid(top.read("cluster", new ClusterSection(this)::read, none.cluster(), lastGood.cluster())),
                solid(top.read("upgrade", new UpgradeSection(this)::read, none.upgrade(), lastGood.upgrade())),
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
    static <T> Optional<List<T>> atLeastOne(Texts texts, Function<Text, Optional<T>> check) {
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
}
