package dev.rwo.agent.membership.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.scalecube.cluster.transport.api.Message;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stranger on the network can try, against two members that listen for real; both stay members throughout. */
class GossipAttackTest {

    private final Site site = new Site();
    private Site.Box victim;
    private Site.Box friend;

    @BeforeEach
    void twoMembers() {
        GossipSettings.Limits limits = GossipSettings.Limits.STANDARD
                .withConnections(64, 40)
                .withTimes(Duration.ofSeconds(1), Duration.ofSeconds(1));
        victim = site.box("victim", settings("127.0.0.1", limits)).start();
        friend = site.box("friend", settings("127.0.0.2", limits)).start();
        site.seed(victim.address());
        site.awaitWhole();
    }

    @AfterEach
    void theSiteGoesOn() {
        assertThat(victim.sees(1)).isTrue();
        assertThat(friend.sees(1)).isTrue();
        site.close();
    }

    private static GossipSettings settings(String host, GossipSettings.Limits limits) {
        return new GossipSettings("shop", host, 0, host, GossipSettings.Pace.LAN, limits);
    }

    /** A connection of a stranger, from an address of its own. */
    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.66"), 0));
        String[] parts = victim.address().split(":", 2);
        socket.connect(new InetSocketAddress(parts[0], Integer.parseInt(parts[1])), 5000);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Begins like one of us, and says what was answered. */
    private static byte[] greet(Socket socket, byte[] challenge) throws IOException {
        socket.getOutputStream().write(GossipChannel.MAGIC);
        socket.getOutputStream().write(challenge);
        byte[] answer = new DataInputStream(socket.getInputStream())
                .readNBytes(GossipChannel.MAGIC.length + Sealer.CHALLENGE_BYTES);
        return Arrays.copyOfRange(answer, GossipChannel.MAGIC.length, answer.length);
    }

    private static void send(Socket socket, byte[] frame) throws IOException {
        socket.getOutputStream()
                .write(ByteBuffer.allocate(Integer.BYTES + frame.length)
                        .putInt(frame.length)
                        .put(frame)
                        .array());
    }

    private static void assertClosed(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
        } catch (java.net.SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    private void assertRefused(Refusal reason) {
        site.await("a refusal as " + reason, () -> victim.refused(reason) >= 1);
    }

    private Sealer sealer(int key, String ofSite, byte[] own, byte[] theirs) {
        return new Sealer(new KeyRing(keys(key)), ofSite, own, theirs, true);
    }

    private static GossipKeys keys(int filling) {
        List<byte[]> ring = List.of(Site.key(filling));
        return () -> ring;
    }

    @Test
    void javaSerializationIsRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
            objects.writeObject(new ArrayList<>(List.of("a", "b")));
        }
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes.toByteArray());
            assertClosed(socket);
        }
        assertRefused(Refusal.NOT_GOSSIP);
    }

    @Test
    void noiseIsRefused() throws IOException {
        byte[] noise = new byte[4096];
        new Random(4).nextBytes(noise);
        try (Socket socket = connect()) {
            socket.getOutputStream().write(noise);
            assertClosed(socket);
        }
        assertRefused(Refusal.NOT_GOSSIP);
    }

    @Test
    void noiseAfterAGreetingIsRefused() throws IOException {
        try (Socket socket = connect()) {
            greet(socket, new byte[Sealer.CHALLENGE_BYTES]);
            byte[] noise = new byte[200];
            new Random(5).nextBytes(noise);
            noise[0] = Sealer.VERSION;
            send(socket, noise);
            assertClosed(socket);
        }
        assertRefused(Refusal.UNKNOWN_KEY);
    }

    @Test
    void anOversizedFrameIsRefusedBeforeItIsRead() throws IOException {
        try (Socket socket = connect()) {
            greet(socket, new byte[Sealer.CHALLENGE_BYTES]);
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(Integer.BYTES)
                            .putInt(Integer.MAX_VALUE)
                            .array());
            assertClosed(socket);
        }
        assertRefused(Refusal.OVERSIZED);
    }

    @Test
    void aLongFrameOfAStrangerIsRefused() throws IOException {
        try (Socket socket = connect()) {
            greet(socket, new byte[Sealer.CHALLENGE_BYTES]);
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(Integer.BYTES).putInt(64 * 1024).array());
            assertClosed(socket);
        }
        assertRefused(Refusal.OVERSIZED);
    }

    @Test
    void aTruncatedFrameIsRefused() throws IOException {
        byte[] own = new byte[Sealer.CHALLENGE_BYTES];
        try (Socket socket = connect()) {
            byte[] frame = empty(sealer(1, "shop", own, greet(socket, own)));
            send(socket, Arrays.copyOf(frame, frame.length - 5));
            assertClosed(socket);
        }
        assertRefused(Refusal.MALFORMED_FRAME);
    }

    @Test
    void anotherKeyIsRefused() throws IOException {
        byte[] own = new byte[Sealer.CHALLENGE_BYTES];
        try (Socket socket = connect()) {
            send(socket, empty(sealer(9, "shop", own, greet(socket, own))));
            assertClosed(socket);
        }
        assertRefused(Refusal.UNKNOWN_KEY);
    }

    @Test
    void theSameKeyAtAnotherSiteIsRefused() throws IOException {
        byte[] own = new byte[Sealer.CHALLENGE_BYTES];
        try (Socket socket = connect()) {
            send(socket, empty(sealer(1, "other", own, greet(socket, own))));
            assertClosed(socket);
        }
        assertRefused(Refusal.FORGED);
    }

    @Test
    void aFrameRecordedOnAnotherConnectionIsRefused() throws IOException {
        byte[] own = new byte[Sealer.CHALLENGE_BYTES];
        byte[] recorded;
        try (Socket socket = connect()) {
            recorded = empty(sealer(1, "shop", own, greet(socket, own)));
            send(socket, recorded);
        }
        try (Socket socket = connect()) {
            greet(socket, own);
            send(socket, recorded);
            assertClosed(socket);
        }
        assertRefused(Refusal.FORGED);
    }

    @Test
    void aFrameRepeatedOnItsOwnConnectionIsRefused() throws IOException {
        byte[] own = new byte[Sealer.CHALLENGE_BYTES];
        try (Socket socket = connect()) {
            byte[] frame = empty(sealer(1, "shop", own, greet(socket, own)));
            send(socket, frame);
            send(socket, frame);
            assertClosed(socket);
        }
        assertRefused(Refusal.FORGED);
    }

    @Test
    void ourOwnGreetingSentBackIsRefused() throws IOException {
        try (Socket socket = connect()) {
            byte[] theirs = new DataInputStream(socket.getInputStream())
                    .readNBytes(GossipChannel.MAGIC.length + Sealer.CHALLENGE_BYTES);
            socket.getOutputStream().write(theirs);
            assertClosed(socket);
        }
        assertRefused(Refusal.FORGED);
    }

    @Test
    void aSealedMessageOfAnUnknownKindIsRefused() throws IOException {
        byte[] own = new byte[Sealer.CHALLENGE_BYTES];
        try (Socket socket = connect()) {
            Sealer sealer = sealer(1, "shop", own, greet(socket, own));
            byte[] message = WireCodec.encode(Message.builder()
                    .qualifier("sc/other")
                    .sender("127.0.0.66:1")
                    .data("text")
                    .build());
            send(
                    socket,
                    Objects.requireNonNull(sealer.seal(ByteBuffer.allocate(Integer.BYTES + message.length)
                            .putInt(message.length)
                            .put(message)
                            .array())));
            assertClosed(socket);
        }
        assertRefused(Refusal.MALFORMED_MESSAGE);
    }

    @Test
    void aConnectionThatSaysNothingIsClosed() throws IOException {
        try (Socket socket = connect()) {
            assertClosed(socket);
        }
        assertRefused(Refusal.SILENT);
    }

    @Test
    void aMemberThatNeverFinishesAFrameIsClosed() throws IOException {
        byte[] own = new byte[Sealer.CHALLENGE_BYTES];
        try (Socket socket = connect()) {
            send(socket, empty(sealer(1, "shop", own, greet(socket, own))));
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(Integer.BYTES + 1).putInt(1000).array());
            assertClosed(socket);
        }
        assertRefused(Refusal.SLOW);
    }

    @Test
    void halfOpenConnectionsKeepNoMemberOut() throws IOException {
        List<Socket> flood = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                flood.add(connect());
            }
            Site.Box late = site.box("late", settings("127.0.0.3", GossipSettings.Limits.STANDARD));
            late.start();
            site.awaitWhole();
            assertThat(victim.refused(Refusal.CROWDED_ADDRESS)).isGreaterThan(900);
            late.membership.close();
            site.await("the late one to leave", () -> victim.sees(1) && friend.sees(1));
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    @Test
    void halfOpenConnectionsFromManyAddressesKeepNoMemberOut() throws IOException {
        List<Socket> flood = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) {
                Socket socket = new Socket();
                socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.2." + (i % 100 + 1)), 0));
                String[] parts = victim.address().split(":", 2);
                socket.connect(new InetSocketAddress(parts[0], Integer.parseInt(parts[1])), 5000);
                flood.add(socket);
            }
            assertRefused(Refusal.CROWDED);
            victim.membership.tell(digest -> digest.withProfile("told during the flood"));
            site.await(
                    "news",
                    () -> friend.sees(
                            "victim", member -> member.digest().profile().equals("told during the flood")));
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    private static byte[] empty(Sealer sealer) {
        return Objects.requireNonNull(sealer.seal(new byte[0]));
    }
}
