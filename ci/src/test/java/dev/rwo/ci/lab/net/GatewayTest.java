package dev.rwo.ci.lab.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayTest {

    private static final String ROUTER = "0200000000fe";
    private static final String HOST = "020000000001";

    private final List<String> answers = new ArrayList<>();
    private final Gateway gateway = new Gateway(
            HexFormat.of().parseHex(ROUTER),
            Inet4Address.ofLiteral("192.0.2.1"),
            frame -> answers.add(HexFormat.of().formatHex(frame.array())));

    private void send(String hex) {
        gateway.send(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    @Test
    void itTellsItsHardwareAddress() {
        send("ffffffffffff" + HOST + "0806" + "0001080006040001" + HOST + "c000020b" + "000000000000" + "c0000201");
        assertThat(answers)
                .containsExactly(HOST + ROUTER + "0806" + "0001080006040002" + ROUTER + "c0000201" + HOST + "c000020b");
    }

    @Test
    void itAnswersPingWithARightChecksum() {
        String header = "4500001c0000000040010000";
        send(ROUTER + HOST + "0800" + header + "c000020b" + "c0000201" + "0800" + "f7fc" + "00010002");
        assertThat(answers)
                .containsExactly(
                        HOST + ROUTER + "0800" + header + "c0000201" + "c000020b" + "0000" + "fffc" + "00010002");
    }

    @Test
    void itPassesOnWhatOneBoxSendsToAnotherThroughIt() {
        String other = "020000000002";
        String packet = "0800" + "f7fc" + "00010002";
        send("ffffffffffff" + other + "0806" + "0001080006040001" + other + "c000020c" + "000000000000" + "c000020b");
        send(ROUTER + HOST + "0800" + "4500001c000000004001f6c9c000020bc000020c" + packet);
        send(ROUTER + HOST + "0800" + "4500001c00000000010135cac000020bc000020c" + packet);
        assertThat(answers)
                .as("the second has been on its way for too long")
                .containsExactly(other + ROUTER + "0800" + "4500001c000000003f01f7c9c000020bc000020c" + packet);
    }

    @Test
    void itIsSilentAboutTheAddressesOfOthersAndAboutRubbish() {
        send("ffffffffffff" + HOST + "0806" + "0001080006040001" + HOST + "c000020b" + "000000000000" + "c0000202");
        send("ffffffffffff" + HOST + "0806" + "0001");
        send(ROUTER + HOST + "0800" + "45");
        send(ROUTER + HOST + "86dd" + "60");
        assertThat(answers).isEmpty();
    }
}
