package dev.rwo.agent.discovery;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.jmdns.ServiceInfo;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordType;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Announces this node on one network and asks who else is there, by mDNS and DNS-SD (RFC 6762, 6763) as jmdns speaks
 * them: its sockets, its wire format, its probing, announcing and answering. What it hears goes through
 * {@link MdnsGate} first.
 *
 * <p>Costs four threads: jmdns's listener and two timers, and one virtual thread that asks. Nothing in jmdns needs
 * reflection in a native executable but its {@code version.properties}, which it can do without.
 */
final class Mdns implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Mdns.class);

    private static final Duration FIRST_QUESTION = Duration.ofMillis(250);

    /** Questions cost every box of the site an answer: once it knows its peers, gossip tells of new ones. */
    private static final Duration RARELY = Duration.ofMinutes(2);

    private static final Duration OFTEN = Duration.ofSeconds(10);

    private final Announcement announcement;
    private final Responder responder;
    private final MdnsGate gate;
    private final Supplier<Boolean> lonely;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Mdns(Announcement announcement, Responder responder, MdnsGate gate, Supplier<Boolean> lonely) {
        this.announcement = announcement;
        this.responder = responder;
        this.gate = gate;
        this.lonely = lonely;
    }

    /**
     * Begins to announce and to ask.
     *
     * @param ownAddresses the box's addresses, whose packets are its own
     * @param sightings told of every sighting, on jmdns's thread; must not block
     * @param lonely whether no peer is known, so that it is worth to ask often
     * @throws IOException when the network cannot be listened on
     */
    static Mdns start(
            Announcement announcement,
            Supplier<Set<InetAddress>> ownAddresses,
            Consumer<Sighting> sightings,
            Supplier<Boolean> lonely,
            Clock clock)
            throws IOException {
        MdnsGate gate = new MdnsGate(announcement, ownAddresses, sightings, clock);
        Responder responder = new Responder(announcement, gate);
        responder.registerService(ServiceInfo.create(
                Announcement.TYPE, announcement.name(), announcement.apiPort(), 0, 0, announcement.text()));
        Mdns mdns = new Mdns(announcement, responder, gate, lonely);
        Thread.ofVirtual().name("mdns-questions").start(mdns::ask);
        return mdns;
    }

    /** What is announced. */
    Announcement announcement() {
        return announcement;
    }

    /** How many packets about this service were dropped. */
    long dropped() {
        return gate.dropped.sum();
    }

    private void ask() {
        Duration wait = FIRST_QUESTION;
        try {
            while (!closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                question();
                Duration longest = lonely.get() ? OFTEN : RARELY;
                wait = wait.multipliedBy(2).compareTo(longest) < 0 ? wait.multipliedBy(2) : longest;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void question() {
        try {
            DNSOutgoing question = new DNSOutgoing(DNSConstants.FLAGS_QR_QUERY);
            question.addQuestion(MdnsGate.ask(Announcement.TYPE, DNSRecordType.TYPE_PTR));
            responder.send(question);
        } catch (IOException unreachable) {
            // The cable is out, or the address went: the next question or the next address will do.
            LOG.debugf("mdns: %s", unreachable);
        }
    }

    /** Says goodbye and ends, in the background: jmdns takes seconds for it. */
    @Override
    public void close() {
        closed.countDown();
        Thread.ofVirtual().name("mdns-close").start(responder::close);
    }

    /** jmdns on one network, hearing only what the gate lets through. */
    private static final class Responder extends JmDNSImpl {

        private final MdnsGate gate;
        private @Nullable GatedSocket gated;

        Responder(Announcement announcement, MdnsGate gate) throws IOException {
            super(announcement.address().address(), announcement.name());
            this.gate = gate;
        }

        /** Asked by jmdns's listener only, and by that before each packet; already while the constructor runs. */
        @Override
        public synchronized MulticastSocket getSocket() {
            MulticastSocket real = super.getSocket();
            GatedSocket known = gated;
            if (known == null || !Objects.equals(known.real, real)) {
                try {
                    known = new GatedSocket(real, () -> gate);
                } catch (IOException impossible) {
                    return real;
                }
                gated = known;
            }
            return known;
        }
    }

    /** A socket whose packets were looked at. It has no socket of its own: all is the real one's. */
    private static final class GatedSocket extends MulticastSocket {

        private final @Nullable MulticastSocket real;
        private final Supplier<@Nullable MdnsGate> gate;

        GatedSocket(@Nullable MulticastSocket real, Supplier<@Nullable MdnsGate> gate) throws IOException {
            super((SocketAddress) null);
            super.close();
            this.real = real;
            this.gate = gate;
        }

        @Override
        public void receive(DatagramPacket packet) throws IOException {
            MulticastSocket from = real;
            if (from == null) {
                throw new SocketException("closed");
            }
            byte[] buffer = packet.getData();
            while (true) {
                packet.setData(buffer);
                from.receive(packet);
                MdnsGate looking = gate.get();
                byte[] question =
                        looking == null ? new byte[0] : looking.pass(packet).orElse(new byte[0]);
                if (question.length > 0) {
                    System.arraycopy(question, 0, buffer, 0, question.length);
                    packet.setData(buffer, 0, question.length);
                    return;
                }
            }
        }
    }
}
