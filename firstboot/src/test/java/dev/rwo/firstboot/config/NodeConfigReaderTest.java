package dev.rwo.firstboot.config;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rwo.keys.SiteName;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConfigReaderTest {

    /** The key's bytes are SHA-256 of "RWO test key: nobody has its private half". */
    static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPru/+o2V0ieGNKVVHW33Wn+P3MhXw7ezLyLayVZYaIJ alice@desk";

    static final String GOOD = """
            # the box at the door
            site: shop-17
            node:
              name: Till-1
            network:
              address: 192.168.1.20/24
              gateway: 192.168.1.1
              dns: [192.168.1.1, "2001:db8::53"]
              interface: enp1s0
            proxy:
              http: http://user:secret@proxy.shop.example:3128
              https: http://proxy.shop.example:3128
              noProxy:
                - .shop.example
                - 10.0.0.0/8
            ntp:
              servers:
                - ntp.shop.example
                - 192.168.1.1
            ssh:
              authorizedKeys:
                - %s
            hardware:
              sweep: 2min
              appear: 500ms
              disappear: 30
              stateDwell: 1h
              heatWarn: 20
              heatBad: 5
              chargeBad: 30
              wearWarn: 70
              wearBad: 80
              memoryWarn: 25
              memoryBad: 8
            cluster:
              seeds:
                - 192.168.1.20
                - till-2.shop.example:9443
                - "[2001:db8::7]:8443"
              multicast: no
              fabric: WireGuard
              twoNode: gateway
              witness: true
              managerGrace: 45s
              memberGrace: 2h
            logLevel: debug
            install:
              target: /dev/nvme0n1
            """.formatted(KEY);

    static NodeConfigReader.Result read(String text) {
        return NodeConfigReader.read("rwo.yaml", text.getBytes(UTF_8));
    }

    static NodeConfig good() {
        return read(GOOD).config();
    }

    static List<String> lines(NodeConfigReader.Result result) {
        return result.problems().stream().map(ConfigProblem::toString).toList();
    }

    @Test
    void everyKeyIsRead() throws Exception {
        NodeConfigReader.Result result = read(GOOD);
        assertThat(lines(result)).isEmpty();
        NodeConfig config = result.config();
        assertThat(config.site()).isEqualTo(new SiteName("shop-17"));
        assertThat(config.nodeName()).hasToString("till-1");
        assertThat(config.network())
                .isEqualTo(new NetworkConfig.Static(
                        new NetworkConfig.Link.Named("enp1s0"),
                        Ipv4Prefix.parse("192.168.1.20/24").orElseThrow(),
                        Ipv4Prefix.parseAddress("192.168.1.1").orElseThrow(),
                        List.of(InetAddress.ofLiteral("192.168.1.1"), InetAddress.ofLiteral("2001:db8::53"))));
        assertThat(config.proxy().http()).hasToString("http://user:secret@proxy.shop.example:3128");
        assertThat(config.proxy().noProxy()).containsExactly(".shop.example", "10.0.0.0/8");
        assertThat(config.ntpServers()).containsExactly("ntp.shop.example", "192.168.1.1");
        assertThat(config.sshKeys()).extracting(SshKey::line).containsExactly(KEY);
        assertThat(config.hardware())
                .isEqualTo(new HardwareConfig(
                        Duration.ofMinutes(2),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(30),
                        Duration.ofHours(1),
                        new HardwareConfig.Thresholds(20, 5, 30, 70, 80, 25, 8)));
        assertThat(config.cluster())
                .isEqualTo(new ClusterConfig(
                        List.of("192.168.1.20", "till-2.shop.example:9443", "[2001:db8::7]:8443"),
                        false,
                        ClusterConfig.Fabric.WIREGUARD,
                        ClusterConfig.TwoNode.GATEWAY,
                        true,
                        Duration.ofSeconds(45),
                        Duration.ofHours(2)));
        assertThat(config.logLevel()).isEqualTo(LogLevel.DEBUG);
        assertThat(config.installTarget()).isEqualTo(new InstallTarget.Disk("/dev/nvme0n1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# nothing but a comment\n",
                "---\n",
                "site:\nnode:\nnetwork:\nproxy:\nntp:\nssh:\nhardware:\ncluster:\nlogLevel:\ninstall:\n",
                "network: dhcp",
                "network: DHCP\nnode: {}\nproxy:\n  http: ~\n",
                "ssh:\n  authorizedKeys: []\nntp:\n  servers:\n"
            })
    void whatIsNotSaidHasItsDefault(String text) {
        assertThat(read(text)).isEqualTo(new NodeConfigReader.Result(NodeConfig.DEFAULT, List.of()));
    }

    static Stream<Arguments> mistakesInValues() {
        return Stream.of(
                arguments(
                        "network:\n  gateway: 192.168.1.1\n  address: 192.168.1.300/24\n",
                        "rwo.yaml:3:3: network.address: 192.168.1.300/24 is not an IPv4 address with a prefix; write for"
                                + " example 192.168.1.20/24"),
                arguments(
                        "network:\n  address: 192.168.1.20\n  gateway: 192.168.1.1\n",
                        "rwo.yaml:2:3: network.address: 192.168.1.20 is not an IPv4 address with a prefix; write for"
                                + " example 192.168.1.20/24"),
                arguments(
                        "network:\n  address: 192.168.1.020/24\n  gateway: 192.168.1.1\n",
                        "rwo.yaml:2:3: network.address: 192.168.1.020/24 is not an IPv4 address with a prefix; write for"
                                + " example 192.168.1.20/24"),
                arguments(
                        "network:\n  address: 192.168.1.0/24\n  gateway: 192.168.1.1\n",
                        "rwo.yaml:2:3: network.address: 192.168.1.0/24 is the address of the network itself; write for"
                                + " example 192.168.1.20/24"),
                arguments(
                        "network:\n  address: 192.168.1.255/24\n  gateway: 192.168.1.1\n",
                        "rwo.yaml:2:3: network.address: 192.168.1.255/24 is the broadcast address of its network; write"
                                + " for example 192.168.1.20/24"),
                arguments(
                        "network:\n  address: 127.0.0.5/8\n  gateway: 127.0.0.1\n",
                        "rwo.yaml:2:3: network.address: 127.0.0.5/8 is a loopback address; write for example"
                                + " 192.168.1.20/24"),
                arguments(
                        "network:\n  address: 224.0.0.5/24\n  gateway: 224.0.0.1\n",
                        "rwo.yaml:2:3: network.address: 224.0.0.5/24 is a multicast address; write for example"
                                + " 192.168.1.20/24"),
                arguments(
                        "network:\n  address: 169.254.1.5/16\n  gateway: 169.254.1.1\n",
                        "rwo.yaml:2:3: network.address: 169.254.1.5/16 is a link-local address; write for example"
                                + " 192.168.1.20/24"),
                arguments(
                        "network:\n  address: 10.1.2.3/0\n  gateway: 10.1.2.1\n",
                        "rwo.yaml:2:3: network.address: 10.1.2.3/0 has a prefix of /0, larger than any network; write"
                                + " for example 192.168.1.20/24"),
                arguments(
                        "network:\n  address: 10.1.2.3/32\n  gateway: 10.1.2.1\n",
                        "rwo.yaml:2:3: network.address: 10.1.2.3/32 has a prefix of /32, a subnet without room for a"
                                + " gateway; write for example 192.168.1.20/24"),
                arguments(
                        "network:\n  address: 192.168.1.20/24\n  gateway: 192.168.2.1\n",
                        "rwo.yaml:3:3: network.gateway: 192.168.2.1 is not in the subnet of 192.168.1.20/24; write the"
                                + " router's address in the node's subnet, or 'none'"),
                arguments(
                        "network:\n  address: 192.168.1.20/24\n  gateway: 192.168.1.20\n",
                        "rwo.yaml:3:3: network.gateway: 192.168.1.20 is the node's own address; write the router's"
                                + " address in the node's subnet, or 'none'"),
                arguments(
                        "network:\n  address: 192.168.1.20/24\n  gateway: 192.168.1.1/24\n",
                        "rwo.yaml:3:3: network.gateway: 192.168.1.1/24 is not an IPv4 address; write the router's"
                                + " address without a prefix, for example 192.168.1.1"),
                arguments(
                        "network:\n  address: 192.168.1.20/24\n",
                        "rwo.yaml:1:1: network.gateway: this key is missing; write for example 192.168.1.1, or 'none'"),
                arguments(
                        "network: static\n",
                        "rwo.yaml:1:1: network: static is not a kind of network; write 'network: dhcp', or address and"
                                + " gateway on lines of their own below 'network:'"),
                arguments(
                        "network:\n  address: 192.168.1.20/24\n  gateway: none\n  interface: enp1s0\n  mac: 0:0\n",
                        "rwo.yaml:5:3: network.mac: interface is given as well; keep one of the two"),
                arguments(
                        "network:\n  address: 192.168.1.20/24\n  gateway: none\n  mac: 00:1b:21:0a:0b\n",
                        "rwo.yaml:4:3: network.mac: 00:1b:21:0a:0b is not a hardware address; write six bytes in quotes,"
                                + " for example '00:1b:21:0a:0b:0c', or leave it out"),
                arguments(
                        "network:\n  - 192.168.1.20/24\n",
                        "rwo.yaml:1:1: network: this is a list; write a section with address, gateway, dns, interface,"
                                + " mac on lines of their own below it, indented by two spaces"),
                arguments(
                        "site: Shop 17\n",
                        "rwo.yaml:1:1: site: 'Shop 17' is not a site name; use 1 to 40 of a-z, 0-9 and '-', for example"
                                + " shop-17"),
                arguments(
                        "node:\n  name: till_1\n",
                        "rwo.yaml:2:3: node.name: till_1 is not a host name; use 1 to 63 of a-z, 0-9 and '-' with a"
                                + " letter among them and no domain, for example till-1"),
                arguments(
                        "node: till-1\n",
                        "rwo.yaml:1:1: node: this is a single value; write a section with name on lines of their own"
                                + " below it, indented by two spaces"),
                arguments("node:\n  name: [till-1]\n", "rwo.yaml:2:3: node.name: this is a list; write one value"),
                arguments(
                        "proxy:\n  http: proxy.shop.example:3128\n",
                        "rwo.yaml:2:3: proxy.http: proxy.shop.example:3128 is not the URL of a proxy; write for example"
                                + " http://proxy.shop.example:3128"),
                arguments(
                        "proxy:\n  https: http://joe:pass@proxy.example:99999\n",
                        "rwo.yaml:2:3: proxy.https: (hidden)@proxy.example:99999 is not the URL of a proxy; write for"
                                + " example http://proxy.shop.example:3128"),
                arguments(
                        "ntp:\n  servers: [time one]\n",
                        "rwo.yaml:2:13: ntp.servers: 'time one' is not a host name or address; write for example"
                                + " ntp.shop.example or 192.168.1.1"),
                arguments(
                        "logLevel: verbose\n",
                        "rwo.yaml:1:1: logLevel: verbose is not a log level; write error, warn, info, debug or trace"),
                arguments(
                        "hardware:\n  disappear: 0s\n",
                        "rwo.yaml:2:3: hardware.disappear: 0s is not a time from 1s to 1h; write for example 500ms, 10s"
                                + " or 2min"),
                arguments(
                        "cluster:\n  seeds: [till_1]\n",
                        "rwo.yaml:2:11: cluster.seeds: till_1 is not the address or host name of a box; write for"
                                + " example 192.168.1.20, or till-1.shop.example:8443"),
                arguments(
                        "cluster:\n  seeds: 10.0.0.1:70000\n",
                        "rwo.yaml:2:3: cluster.seeds: 10.0.0.1:70000 is not the address or host name of a box; write"
                                + " for example 192.168.1.20, or till-1.shop.example:8443"),
                arguments(
                        "cluster:\n  multicast: maybe\n",
                        "rwo.yaml:2:3: cluster.multicast: maybe is neither true nor false; write for example true"),
                arguments(
                        "cluster:\n  fabric: vxlan\n",
                        "rwo.yaml:2:3: cluster.fabric: vxlan is not known; write one of lan, wireguard"),
                arguments(
                        "cluster:\n  twoNode: both\n",
                        "rwo.yaml:2:3: cluster.twoNode: both is not known; write one of standby, gateway, witness"),
                arguments(
                        "cluster:\n  managerGrace: 1s\n",
                        "rwo.yaml:2:3: cluster.managerGrace: 1s is not a time from 10s to 1h; write for example 30s"),
                arguments(
                        "cluster:\n  managerGrace: 30min\n  memberGrace: 20min\n",
                        "rwo.yaml:3:3: cluster.memberGrace: 20min is not a time from 1800s to 744h; write for example"
                                + " 1800s"),
                arguments("twoNode: standby\n", "rwo.yaml:1:1: twoNode: unknown key; did you mean cluster.twoNode?"),
                arguments("seeds: [10.0.0.1]\n", "rwo.yaml:1:1: seeds: unknown key; did you mean cluster.seeds?"),
                arguments("fabric: lan\n", "rwo.yaml:1:1: fabric: unknown key; did you mean cluster.fabric?"),
                arguments(
                        "hardware:\n  memoryBad: 12\n",
                        "rwo.yaml:2:3: hardware.memoryBad: 12 is not a whole number from 0 to 10; write for example 3"),
                arguments(
                        "hardware:\n  sweep: often\n",
                        "rwo.yaml:2:3: hardware.sweep: often is not a time from 10s to 1h; write for example 500ms, 10s"
                                + " or 2min"),
                arguments(
                        "install:\n  target: sda\n",
                        "rwo.yaml:2:3: install.target: sda is not a disk; write none, auto, or a disk such as"
                                + " /dev/nvme0n1"),
                arguments(
                        "install:\n  target: /dev/../etc\n",
                        "rwo.yaml:2:3: install.target: /dev/../etc is not a disk; write none, auto, or a disk such as"
                                + " /dev/nvme0n1"),
                arguments(
                        "ssh:\n  authorizedKeys:\n    - ssh-ed25519 AAAA\n",
                        "rwo.yaml:3:7: ssh.authorizedKeys: this is not a whole OpenSSH public key; copy the one line of"
                                + " the .pub file, which begins like 'ssh-ed25519 AAAA'"),
                arguments(
                        "upgrade:\n  services: [_till]\n",
                        "rwo.yaml:2:14: upgrade.services: _till is not the name of a service; write it as rwo services"
                                + " shows it, for example shop_till"),
                arguments(
                        "upgrade:\n  stick: maybe\n",
                        "rwo.yaml:2:3: upgrade.stick: maybe is not known; write one of ask, auto, off"),
                arguments("hostname: till-1\n", "rwo.yaml:1:1: hostname: unknown key; did you mean node.name?"),
                arguments("netwrok: dhcp\n", "rwo.yaml:1:1: netwrok: unknown key; did you mean network?"),
                arguments("log_level: debug\n", "rwo.yaml:1:1: log_level: unknown key; did you mean logLevel?"),
                arguments("dns: [1.1.1.1]\n", "rwo.yaml:1:1: dns: unknown key; did you mean network.dns?"),
                arguments(
                        "colour: blue\n",
                        "rwo.yaml:1:1: colour: unknown key; known here: site, node, network, proxy, ntp, ssh, hardware, cluster,"
                                + " upgrade, logLevel, install"),
                arguments(
                        "site: a\nsite: b\n",
                        "rwo.yaml:2:1: site: this key is here a second time; keep one of the two"),
                arguments(
                        "site: &x shop\n",
                        "rwo.yaml:1:1: site: anchors and aliases (& and *) are not accepted; write the value out, in"
                                + " quotes if it begins so"));
    }

    @ParameterizedTest
    @MethodSource("mistakesInValues")
    void aMistakeIsNamedWithItsPlaceAndRemedyAndLeavesTheDefault(String text, String line) {
        NodeConfigReader.Result result = read(text);
        assertThat(lines(result)).containsExactly(line);
        assertThat(result.config()).isEqualTo(NodeConfig.DEFAULT);
    }

    static Stream<Arguments> mistakesInSyntax() {
        return Stream.of(
                arguments(
                        "node:\n\tname: till-1\n",
                        "rwo.yaml:2:1: a tab is used for indentation; use spaces, two for each level"),
                arguments(
                        "node:\n  name: \"till-1\n",
                        "rwo.yaml:2:9: the quote that opens here is not closed; close it on the same line"),
                arguments(
                        "node: name: till-1\n",
                        "rwo.yaml:1:11: a ':' is not possible here; align this line with the keys above it, and put"
                                + " text that contains ': ' in quotes"),
                arguments(
                        "node:\n    name: till-1\n  x: y\n",
                        "rwo.yaml:3:3: the indentation does not fit the lines above; align it with its siblings"),
                arguments(
                        "node: {name: till-1\n",
                        "rwo.yaml:1:7: the list or map that opens here is not closed; check its commas and its closing"
                                + " bracket"),
                arguments(
                        "node:\n  name: @till\n",
                        "rwo.yaml:2:9: a value cannot begin with this character; put the value in quotes"),
                arguments(
                        "node: *there\n",
                        "rwo.yaml:1:7: anchors and aliases (& and *) are not accepted; write the value out, in quotes if"
                                + " it begins so"),
                arguments(
                        "node:\n  name: \"C:\\Users\"\n",
                        "rwo.yaml:2:14: a backslash in double quotes begins an escape; use single quotes around text"
                                + " with backslashes"),
                arguments(
                        "site: !!java.net.URL [http://evil.example]\n",
                        "rwo.yaml:1:7: tags (!) are not accepted; remove it, or put the value in quotes if it begins"
                                + " so"),
                arguments(
                        "site: !shop 17\n",
                        "rwo.yaml:1:1: site: tags (!) are not accepted; remove it, or put the value in quotes if it"
                                + " begins so"),
                arguments(
                        "just some words\n",
                        "rwo.yaml:1:1: this is not a setting; write settings as 'key: value', for example 'site:"
                                + " shop-17'"),
                arguments(
                        "- site\n",
                        "rwo.yaml:1:1: this is not a setting; write settings as 'key: value', for example 'site:"
                                + " shop-17'"));
    }

    @ParameterizedTest
    @MethodSource("mistakesInSyntax")
    void aBrokenLineIsNamedInPlainWords(String text, String line) {
        assertThat(lines(read(text))).containsExactly(line);
        assertThat(read(text).config()).isEqualTo(NodeConfig.DEFAULT);
    }

    @Test
    void aForgottenQuoteCostsItsSectionAndNotTheAddress() {
        NodeConfigReader.Result result = read(GOOD.replace("site: shop-17", "site: \"shop-17"));
        assertThat(lines(result))
                .containsExactly("rwo.yaml:2:7: the quote that opens here is not closed; close it on the same line");
        assertThat(result.config().site()).isNull();
        assertThat(result.config().network()).isEqualTo(good().network());
        assertThat(result.config().sshKeys()).isEqualTo(good().sshKeys());
    }

    @Test
    void aBrokenNetworkKeepsTheLastGoodOne() {
        String broken = GOOD.replace("192.168.1.20/24", "192.168.1.256/24").replace("debug", "trace");
        NodeConfigReader.Result result = NodeConfigReader.read("rwo.yaml", broken.getBytes(UTF_8), good());
        assertThat(result.problems()).hasSize(1);
        assertThat(result.config().network()).isEqualTo(good().network());
        assertThat(result.config().logLevel()).isEqualTo(LogLevel.TRACE);
    }

    @Test
    void aKeyThatWasRemovedOnPurposeGoesBackToItsDefault() {
        NodeConfig config = NodeConfigReader.read("rwo.yaml", "logLevel: info\n".getBytes(UTF_8), good())
                .config();
        assertThat(config).isEqualTo(NodeConfig.DEFAULT);
    }

    @Test
    void aFileThatIsDamagedDoesNotCountAsRemovedKeys() {
        NodeConfig config = NodeConfigReader.read("rwo.yaml", "\0\0\0\0\0\0\0".getBytes(UTF_8), good())
                .config();
        assertThat(config).isEqualTo(good().withoutInstall());
    }

    @Test
    void anEmptyFileKeepsWhatHeldBefore() {
        NodeConfigReader.Result result = NodeConfigReader.read("rwo.yaml", new byte[0], good());
        assertThat(lines(result))
                .containsExactly("rwo.yaml: is empty; write the settings again; for defaults a comment such as '#"
                        + " defaults' is enough");
        assertThat(result.config()).isEqualTo(good().withoutInstall());
    }

    @Test
    void aHugeFileIsRefusedUnread() {
        NodeConfigReader.Result result =
                NodeConfigReader.read("rwo.yaml", new byte[NodeConfigReader.LARGEST_BYTES + 1], good());
        assertThat(lines(result))
                .containsExactly("rwo.yaml: is larger than 64 KiB; copy the template again and edit that");
        assertThat(result.config()).isEqualTo(good().withoutInstall());
    }

    @Test
    void anAliasBombIsRefusedAtOnce() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        NodeConfigReader.Result result = read(bomb + "site: shop-17\n");
        assertThat(result.problems()).isNotEmpty();
        assertThat(result.config().site()).isEqualTo(new SiteName("shop-17"));
    }

    @Test
    void deepNestingIsRefused() {
        NodeConfigReader.Result result = read("site: shop-17\nnode: " + "[".repeat(5000) + "\n");
        assertThat(lines(result))
                .containsExactly(
                        "rwo.yaml:2:1: this part of the file is not YAML, or nested too deeply; compare it with"
                                + " the examples in the template");
        assertThat(result.config().site()).isEqualTo(new SiteName("shop-17"));
    }

    static Stream<Arguments> filesFromEditors() {
        return Stream.of(
                arguments("Unix", GOOD.getBytes(UTF_8)),
                arguments("Windows line ends", GOOD.replace("\n", "\r\n").getBytes(UTF_8)),
                arguments("old Mac line ends", GOOD.replace("\n", "\r").getBytes(UTF_8)),
                arguments("Notepad, UTF-8 with mark", ("\uFEFF" + GOOD.replace("\n", "\r\n")).getBytes(UTF_8)),
                arguments("Notepad, Unicode", ("\uFEFF" + GOOD.replace("\n", "\r\n")).getBytes(UTF_16LE)),
                arguments("Notepad, Unicode big endian", ("\uFEFF" + GOOD.replace("\n", "\r\n")).getBytes(UTF_16BE)),
                arguments("PowerShell, no mark", GOOD.getBytes(UTF_16LE)),
                arguments("no line end at the end", GOOD.stripTrailing().getBytes(UTF_8)),
                arguments("blanks at line ends", GOOD.replace("\n", "  \n").getBytes(UTF_8)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("filesFromEditors")
    void whateverEditorWroteItTheSettingsAreTheSame(String editor, byte[] content) {
        assertThat(NodeConfigReader.read("rwo.yaml", content))
                .as(editor)
                .isEqualTo(new NodeConfigReader.Result(good(), List.of()));
    }

    @Test
    void anUmlautInTheWrongEncodingCostsNothingButIsNamed() {
        byte[] latin = "# f\u00fcr die Kasse\nsite: shop-17\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        NodeConfigReader.Result result = NodeConfigReader.read("rwo.yaml", latin);
        assertThat(lines(result))
                .containsExactly("rwo.yaml:1:4: this character is not UTF-8; save the file with the encoding UTF-8, in"
                        + " Notepad under Save As");
        assertThat(result.config().site()).isEqualTo(new SiteName("shop-17"));
    }

    @Test
    void anUnprintableCharacterIsNamedWithItsPlace() {
        NodeConfigReader.Result result = read("site: shop-17\nlogLevel: de\u0007bug\n");
        assertThat(lines(result))
                .contains(
                        "rwo.yaml:2:13: character U+0007 cannot be printed; remove it, or write the file anew if it is"
                                + " damaged");
        assertThat(result.config().site()).isEqualTo(new SiteName("shop-17"));
        assertThat(result.config().logLevel()).isEqualTo(LogLevel.INFO);
    }

    @Test
    void goodSshKeysStayWhenOneIsBroken() {
        NodeConfigReader.Result result = read("ssh:\n  authorizedKeys:\n    - nonsense\n    - " + KEY + "\n");
        assertThat(result.problems()).hasSize(1);
        assertThat(result.config().sshKeys()).extracting(SshKey::line).containsExactly(KEY);
    }

    @Test
    void theLastGoodSshKeysStayWhenAllNewOnesAreBroken() {
        byte[] broken = "ssh:\n  authorizedKeys:\n    - nonsense\n".getBytes(UTF_8);
        assertThat(NodeConfigReader.read("rwo.yaml", broken, good()).config().sshKeys())
                .isEqualTo(good().sshKeys());
    }

    @Test
    void aCutSshKeyIsNoKey() {
        String cut = KEY.substring(0, KEY.indexOf(" alice") - 8);
        assertThat(SshKey.parse(cut)).isEmpty();
        assertThat(SshKey.parse("from=\"10.0.0.0/8,shop 17\",no-pty " + KEY)).isPresent();
        assertThat(SshKey.parse(KEY.replace("ssh-ed25519 ", "ssh-rsa "))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh:\n  authorizedKeys:\n    - |\n      -----BEGIN OPENSSH PRIVATE KEY-----\n      b3BlbnNzaC1rZXktdjEAAAAASECRET\n",
                "ssh:\n  authorizedKeys:\n    - -----BEGIN OPENSSH PRIVATE KEY-----\n      b3BlbnNzaC1rZXktdjEAAAAASECRET\n",
                "ssh:\n  authorizedKeys:\n    - b3BlbnNzaC1rZXktdjEAAAAASECRET\n",
                "ssh:\n  authorizedKeys:\n-----BEGIN RSA PRIVATE KEY-----\nSECRET: x\n  SECRET\n-----END RSA PRIVATE KEY-----\n",
                "SECRET: PuTTY-User-Key-File-3\nnode:\n  SECRET: x\n  name: SECRET SECRET\n"
            })
    void aPrivateKeyIsReportedLoudlyAndNeverQuotedOrKept(String text) {
        NodeConfigReader.Result result = read(text);
        assertThat(lines(result)).anyMatch(line -> line.contains("THIS IS A PRIVATE KEY"));
        assertThat(String.join("\n", lines(result))).doesNotContain("SECRET").doesNotContain("b3Blb");
        assertThat(result.config().toYaml()).doesNotContain("SECRET").doesNotContain("b3Blb");
        assertThat(result.config().sshKeys()).isEmpty();
    }

    @Test
    void aWrongNameServerDoesNotCostTheAddress() {
        NodeConfigReader.Result result =
                read("network:\n  address: 10.0.0.2/24\n  gateway: 10.0.0.1\n  dns: [router, 9.9.9.9]\n");
        assertThat(lines(result))
                .containsExactly("rwo.yaml:4:9: network.dns: router is not the address of a name server; write for"
                        + " example 192.168.1.1");
        assertThat(result.config().network())
                .isInstanceOfSatisfying(
                        NetworkConfig.Static.class,
                        network -> assertThat(network.dns())
                                .extracting(InetAddress::getHostAddress)
                                .containsExactly("9.9.9.9"));
    }

    @Test
    void withoutNameServersTheRouterIsAsked() {
        assertThat(read("network:\n  address: 10.0.0.2/24\n  gateway: 10.0.0.1\n")
                        .config()
                        .network())
                .isInstanceOfSatisfying(
                        NetworkConfig.Static.class,
                        network -> assertThat(network.dns())
                                .extracting(InetAddress::getHostAddress)
                                .containsExactly("10.0.0.1"));
    }

    @Test
    void theAncestorsLogLevelsAreUnderstood() {
        assertThat(read("logLevel: 1\n").config().logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(read("logLevel: 2\n").config().logLevel()).isEqualTo(LogLevel.DEBUG);
        assertThat(read("logLevel: Warning\n").config().logLevel()).isEqualTo(LogLevel.WARN);
    }

    @Test
    void nothingIsInstalledBecauseOfAMemory() {
        byte[] broken = "install:\n  target: nvme0n1\n".getBytes(UTF_8);
        assertThat(NodeConfigReader.read("rwo.yaml", broken, good()).config().installTarget())
                .isEqualTo(new InstallTarget.None());
    }

    @Test
    void settingsSurviveBeingWrittenAndRead() {
        assertThat(read(good().toYaml())).isEqualTo(new NodeConfigReader.Result(good(), List.of()));
        assertThat(read(NodeConfig.DEFAULT.toYaml()).config()).isEqualTo(NodeConfig.DEFAULT);
    }

    @Test
    void aProxysPasswordIsNotPrinted() {
        assertThat(good().toString()).doesNotContain("secret");
    }

    @Test
    void aWrongSeedCostsNoOther() {
        NodeConfigReader.Result result = read("cluster:\n  seeds: [till_1, 10.0.0.1, 10.0.0.1]\n  witness: on\n");
        assertThat(result.problems()).hasSize(1);
        assertThat(result.config().cluster().seeds()).containsExactly("10.0.0.1");
        assertThat(result.config().cluster().witness()).isTrue();
    }

    @Test
    void aMistakeInTheClusterKeepsTheWholeLastGoodSection() {
        byte[] broken = "cluster:\n  fabric: vxlan\n  multicast: true\n".getBytes(UTF_8);
        assertThat(NodeConfigReader.read("rwo.yaml", broken, good()).config().cluster())
                .isEqualTo(good().cluster());
    }

    @Test
    void seedsAreNotWithoutEnd() {
        StringBuilder text = new StringBuilder("cluster:\n  seeds:\n");
        for (int i = 1; i <= 20; i++) {
            text.append("    - 10.0.0.").append(i).append('\n');
        }
        NodeConfigReader.Result result = read(text.toString());
        assertThat(result.config().cluster().seeds()).hasSize(16).startsWith("10.0.0.1");
        assertThat(lines(result).getFirst()).contains("these are 20 seeds");
    }

    @Test
    void aLongGraceForManagersPullsThatForMembersAlong() {
        assertThat(read("cluster:\n  managerGrace: 50min\n").config().cluster().memberGrace())
                .isEqualTo(Duration.ofMinutes(50));
    }
}
