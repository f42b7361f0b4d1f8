package dev.rwo.agent.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Recorded with iproute2 6.1 and wireguard-tools 1.0.20210914 on Debian 12; the private key is blotted out. */
class FabricLinkTest {

    private static final String LINK = """
            [{"ifindex":4,"ifname":"rwo0","flags":["POINTOPOINT","MULTICAST","NOARP","UP","LOWER_UP"],"mtu":1420,\
            "qdisc":"pfifo_fast","operstate":"UNKNOWN","group":"default","txqlen":500,"link_type":"none","addr_info":[\
            {"family":"inet","local":"100.64.0.1","prefixlen":32,"scope":"global","label":"rwo0"},\
            {"family":"inet6","local":"fe80::42c6:cc41:35a2:589e","prefixlen":64,"scope":"link"}]}]
            """;
    private static final String ROUTES = """
            [{"dst":"100.64.0.9","protocol":"119","scope":"link","prefsrc":"100.64.0.1","flags":[]}]
            """;
    private static final String DUMP = """
            PRIVATE\t57G/r+Y00cdFJkjQm77CjQlwvRnf+/iqll7hNkwxcRs=\t51820\toff
            k1=\t(none)\t192.0.2.9:51820\t100.64.0.9/32\t1795395600\t0\t148\t25
            k2=\t(none)\t(none)\t(none)\t0\t0\t0\toff
            """;

    @Test
    void whatTheCommandsPrintIsUnderstood() {
        FabricLink link = FabricLink.read(LINK, ROUTES, DUMP);

        assertThat(link.up()).isTrue();
        assertThat(link.mtu()).isEqualTo(1420);
        assertThat(link.addresses()).containsExactly("100.64.0.1/32");
        assertThat(link.routes()).containsExactly("100.64.0.9");
        assertThat(link.publicKey()).isEqualTo("57G/r+Y00cdFJkjQm77CjQlwvRnf+/iqll7hNkwxcRs=");
        assertThat(link.port()).isEqualTo(51820);
        assertThat(link.peers().get("k1="))
                .isEqualTo(new FabricLink.Peer(
                        "192.0.2.9:51820", Set.of("100.64.0.9/32"), Instant.ofEpochSecond(1795395600), 25));
        assertThat(link.peers().get("k2=")).isEqualTo(new FabricLink.Peer("", Set.of(), Instant.EPOCH, 0));
    }

    @Test
    void thePrivateKeyIsPassedOver() {
        assertThat(FabricLink.read(LINK, ROUTES, DUMP).toString()).doesNotContain("PRIVATE");
    }

    @Test
    void anythingElseIsRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> FabricLink.read(LINK, ROUTES, "SECRET only\n")).hasMessageNotContaining("SECRET");
        assertThatThrownBy(() -> FabricLink.read("no json", ROUTES, DUMP)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FabricLink.read(LINK, ROUTES, "a\tb\t1\toff\nshort\n"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void longOutputIsCutOff() {
        String many = DUMP + "k\t(none)\t(none)\t(none)\t0\t0\t0\toff\n".repeat(100_000);
        assertThat(FabricLink.read(LINK, ROUTES, many).peers()).hasSizeLessThan(2_049);
    }
}
