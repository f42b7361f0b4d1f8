package dev.rwo.agent.discovery;

import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.agent.peer.PeerAddress;
import dev.rwo.agent.peer.PlainText;
import dev.rwo.agent.refusal.RefusalLines;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.jmdns.ServiceInfo;
import javax.jmdns.impl.DNSEntry;
import javax.jmdns.impl.DNSIncoming;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.DNSQuestion;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordClass;
import javax.jmdns.impl.constants.DNSRecordType;
import org.jboss.logging.Logger;

/**
 * Stands between the network and jmdns. jmdns remembers every record that anybody sends for as long as the sender
 * wishes, and tells listeners of every name without bound; so it gets to see nothing but questions for this node's own
 * records, written anew here, and few of them. Answers are read here, and become {@link Sighting}s.
 *
 * <p>For one thread, jmdns's listener; the counters may be read by any.
 */
final class MdnsGate {

    private static final Logger LOG = Logger.getLogger(MdnsGate.class);

    /** An announcement of ours has four records, a question with known answers of a large site some dozens. */
    private static final int MOST_ENTRIES = 64;

    private static final int LONGEST_TEXT = 64;

    /** A site of 200 nodes that all answer one question. */
    private static final double PACKETS_A_SECOND = 200;

    private static final double PACKETS_AT_ONCE = 400;

    /** One box needs three for a start; so that one that floods does not use up what is there for all. */
    private static final double PACKETS_A_HOST_AND_SECOND = 5;

    private static final double PACKETS_OF_A_HOST_AT_ONCE = 20;
    private static final int MOST_HOSTS = 512;

    /** RFC 6762, 6: a record is not to be multicast more often than once a second. */
    private static final double ANSWERS_A_SECOND = 1;

    private static final double ANSWERS_AT_ONCE = 3;

    private final LanAddress own;
    private final String ownName;
    private final byte[] ownNameBytes;
    private final Supplier<? extends java.util.Set<InetAddress>> ownAddresses;
    private final Consumer<Sighting> sightings;
    private final Clock clock;
    private final TokenBucket packets;
    private final TokenBucket answers;
    private final Map<InetAddress, TokenBucket> byHost = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, TokenBucket> eldest) {
            return size() > MOST_HOSTS;
        }
    };

    private final RefusalLines lines = new RefusalLines(System::nanoTime);

    /** Packets dropped because there were too many, or they made no sense, or came from another network. */
    final LongAdder dropped = new LongAdder();

    private static final byte[] TYPE_LABEL = "_rwo".getBytes(StandardCharsets.US_ASCII);

    MdnsGate(
            Announcement announcement,
            Supplier<? extends java.util.Set<InetAddress>> ownAddresses,
            Consumer<Sighting> sightings,
            Clock clock) {
        this.own = announcement.address();
        this.ownName = announcement.name().toLowerCase(Locale.ROOT);
        this.ownNameBytes = announcement.name().getBytes(StandardCharsets.US_ASCII);
        this.ownAddresses = ownAddresses;
        this.sightings = sightings;
        this.clock = clock;
        this.packets = new TokenBucket(PACKETS_A_SECOND, PACKETS_AT_ONCE, clock);
        this.answers = new TokenBucket(ANSWERS_A_SECOND, ANSWERS_AT_ONCE, clock);
    }

    /**
     * Looks at a packet.
     *
     * @return the question that jmdns shall answer instead of it, if any
     */
    Optional<byte[]> pass(DatagramPacket packet) {
        InetAddress sender = packet.getAddress();
        if (sender == null || !mentionsUs(packet) || ownAddresses.get().contains(sender)) {
            return Optional.empty();
        }
        Optional<String> fault = fault(packet, sender);
        if (fault.isPresent()) {
            drop(sender, fault.get());
            return Optional.empty();
        }
        try {
            DNSIncoming message = new DNSIncoming(packet);
            if (message.isQuery()) {
                return question(message);
            }
            look(message, sender);
        } catch (IOException | RuntimeException malformed) {
            drop(sender, "malformed");
        }
        return Optional.empty();
    }

    private Optional<String> fault(DatagramPacket packet, InetAddress sender) {
        if (!onLink(sender)) {
            return Optional.of("other-network");
        }
        if (!mayBeRead(sender)) {
            return Optional.of("too-many");
        }
        return entries(packet) > MOST_ENTRIES ? Optional.of("malformed") : Optional.empty();
    }

    private void drop(InetAddress sender, String reason) {
        dropped.increment();
        lines.warn(
                LOG, sender.getHostAddress(), reason, "dropped mDNS from " + sender.getHostAddress() + ": " + reason);
    }

    /** Before anything is parsed: a busy LAN is full of printers and telephones. */
    private boolean mentionsUs(DatagramPacket packet) {
        byte[] data = packet.getData();
        int end = packet.getOffset() + packet.getLength();
        return contains(data, packet.getOffset(), end, TYPE_LABEL)
                || contains(data, packet.getOffset(), end, ownNameBytes);
    }

    private static boolean contains(byte[] data, int from, int end, byte[] wanted) {
        for (int i = from; i + wanted.length <= end; i++) {
            int matching = 0;
            while (matching < wanted.length && (data[i + matching] | 0x20) == (wanted[matching] | 0x20)) {
                matching++;
            }
            if (matching == wanted.length) {
                return true;
            }
        }
        return false;
    }

    private boolean mayBeRead(InetAddress sender) {
        return byHost.computeIfAbsent(
                                sender,
                                host -> new TokenBucket(PACKETS_A_HOST_AND_SECOND, PACKETS_OF_A_HOST_AT_ONCE, clock))
                        .take()
                && packets.take();
    }

    /** RFC 1035, 4.1.1: four counts after ID and flags. */
    private static int entries(DatagramPacket packet) {
        byte[] data = packet.getData();
        int offset = packet.getOffset();
        if (packet.getLength() < 12) {
            return Integer.MAX_VALUE;
        }
        int entries = 0;
        for (int at = offset + 4; at < offset + 12; at += 2) {
            entries += ((data[at] & 255) << 8) | (data[at + 1] & 255);
        }
        return entries;
    }

    /** RFC 6762, 11: what comes from another network is no answer. */
    private boolean onLink(InetAddress sender) {
        byte[] theirs = sender.getAddress();
        byte[] ours = own.address().getAddress();
        if (theirs.length != ours.length || sender.isAnyLocalAddress() || sender.isMulticastAddress()) {
            return false;
        }
        for (int bit = 0; bit < own.prefix(); bit++) {
            int mask = 0x80 >> bit % 8;
            if ((theirs[bit / 8] & mask) != (ours[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    private Optional<byte[]> question(DNSIncoming message) throws IOException {
        DNSOutgoing rewritten = new DNSOutgoing(DNSConstants.FLAGS_QR_QUERY);
        for (DNSQuestion asked : message.getQuestions()) {
            String name = asked.getName().toLowerCase(Locale.ROOT);
            if (name.equals(Announcement.TYPE) && isFor(asked, DNSRecordType.TYPE_PTR)) {
                rewritten.addQuestion(ask(Announcement.TYPE, DNSRecordType.TYPE_PTR));
            } else if (name.equals(ownName + "." + Announcement.TYPE)) {
                rewritten.addQuestion(ask(name, DNSRecordType.TYPE_SRV));
                rewritten.addQuestion(ask(name, DNSRecordType.TYPE_TXT));
            } else if (name.equals(ownName + ".local.") && isFor(asked, DNSRecordType.TYPE_A)) {
                rewritten.addQuestion(ask(name, DNSRecordType.TYPE_A));
            }
        }
        if (rewritten.isEmpty()) {
            return Optional.empty();
        }
        if (!answers.take()) {
            // A large site that starts asks so often: counted, and nothing that an operator must know.
            dropped.increment();
            return Optional.empty();
        }
        return Optional.of(rewritten.data());
    }

    private static boolean isFor(DNSEntry asked, DNSRecordType type) {
        return asked.getRecordType() == type || asked.getRecordType() == DNSRecordType.TYPE_ANY;
    }

    static DNSQuestion ask(String name, DNSRecordType type) {
        return DNSQuestion.newQuestion(name, type, DNSRecordClass.CLASS_IN, false);
    }

    /** One sighting a packet: a box announces itself and nobody else. */
    private void look(DNSIncoming message, InetAddress sender) {
        int port = 0;
        String nodeId = "";
        String site = "";
        for (DNSRecord record : message.getAllAnswers()) {
            if (!record.getName().toLowerCase(Locale.ROOT).endsWith("." + Announcement.TYPE) || record.getTTL() == 0) {
                continue;
            }
            if (record instanceof DNSRecord.Service service) {
                port = service.getPort();
            } else if (record instanceof DNSRecord.Text text) {
                ServiceInfo info = text.getServiceInfo(false);
                nodeId = property(info, "id");
                site = property(info, "site");
            }
        }
        if (port > 0 && port <= 65_535) {
            sightings.accept(
                    new Sighting(new PeerAddress(sender.getHostAddress(), port), nodeId, site, clock.instant()));
        }
    }

    private static String property(ServiceInfo info, String key) {
        String value = info.getPropertyString(key);
        return value == null ? "" : PlainText.of(value, LONGEST_TEXT);
    }
}
