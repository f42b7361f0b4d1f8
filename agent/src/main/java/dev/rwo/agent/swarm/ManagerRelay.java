package dev.rwo.agent.swarm;

import dev.rwo.agent.peer.PeerAddress;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An address of this box behind which a living manager always listens, for the engine to join by.
 *
 * <p>While its process lives, an engine enters Raft by the one address that it joined the swarm by (swarmkit,
 * {@code Config.JoinAddr}), however many managers it has learnt of since. When that manager is gone for good, a worker
 * that is promoted in its stead dials it in vain until the engine is restarted. So engines join by this relay, which
 * passes every connection on to a manager that accepts it. It only passes bytes on: TLS is between the engine and the
 * manager, whose certificate says that it is one of the swarm's. Other machines cannot connect to it, and a process of
 * this box gains nothing by it.
 */
public final class ManagerRelay implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ManagerRelay.class);

    /** Next to the API's and gossip's ports; on the loopback address alone. */
    public static final int PORT = 8445;

    /** An engine has two or three; more at once are none of its own. */
    private static final int CONNECTIONS = 32;

    /** On a LAN a manager accepts within milliseconds; an engine gives a dial up after 10 s. */
    private static final Duration DIAL = Duration.ofSeconds(2);

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final int port;
    private final Supplier<List<String>> managers;
    private final Semaphore free = new Semaphore(CONNECTIONS);
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ServerSocket server;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Not open yet.
     *
     * @param port where to listen, 0 for any that is free
     * @param managers where managers listen just now, {@code ip:port}, the one to try first in front
     */
    public ManagerRelay(int port, Supplier<List<String>> managers) {
        this.port = port;
        this.managers = managers;
    }

    /** Listens from now on. When it cannot, it says so once, and engines join by managers' own addresses. */
    public void start() {
        ServerSocket listening;
        try {
            listening = new ServerSocket(port, CONNECTIONS, InetAddress.getLoopbackAddress());
        } catch (IOException taken) {
            LOG.warnf(
                    "rwo: swarm: 127.0.0.1:%d cannot be listened at (%s): if the manager by which this box joins is"
                            + " lost, the box becomes a manager minutes late",
                    port, taken.getMessage());
            return;
        }
        server = listening;
        Thread.ofVirtual().name("manager-relay").start(() -> accept(listening));
    }

    /** By which addresses to join when a manager named these: the relay's first, if it is open. */
    public List<String> before(List<String> named) {
        ServerSocket listening = server;
        return listening == null
                ? named
                : Stream.concat(
                                Stream.of(listening.getInetAddress().getHostAddress() + ":" + listening.getLocalPort()),
                                named.stream())
                        .toList();
    }

    private void accept(ServerSocket listening) {
        while (!isClosed(Duration.ZERO)) {
            try {
                Socket engine = listening.accept();
                if (free.tryAcquire()) {
                    Thread.ofVirtual().name("manager-relay-" + engine.getPort()).start(() -> serve(engine));
                } else {
                    engine.close();
                }
            } catch (IOException failed) {
                LOG.debugf("rwo: swarm: the relay to managers did not accept: %s", failed.getMessage());
                // Without sockets to give it would fail as fast as it is asked.
                isClosed(AGAIN);
            }
        }
    }

    private boolean isClosed(Duration within) {
        try {
            return closed.await(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void serve(Socket engine) {
        try (engine) {
            open.add(engine);
            Optional<Socket> manager = isClosed(Duration.ZERO) ? Optional.empty() : dial();
            if (manager.isPresent()) {
                join(engine, manager.get());
            }
        } catch (IOException ended) {
            LOG.debugf("rwo: swarm: a connection to a manager ended: %s", ended.getMessage());
        } finally {
            open.remove(engine);
            free.release();
        }
    }

    /** The first that accepts; empty when none does, and the engine tries again by itself. */
    private Optional<Socket> dial() {
        List<PeerAddress> addresses = managers.get().stream()
                .flatMap(manager -> PeerAddress.parse(manager, Orchestrator.MANAGER_PORT).stream())
                .toList();
        List<String> refused = new ArrayList<>();
        for (PeerAddress manager : addresses) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(manager.host(), manager.port()), Math.toIntExact(DIAL.toMillis()));
                return Optional.of(socket);
            } catch (IOException unreachable) {
                refused.add(manager + ": " + unreachable.getMessage());
                closeQuietly(socket);
            }
        }
        LOG.debugf("rwo: swarm: no manager accepts the engine's connection: %s", refused);
        return Optional.empty();
    }

    private void join(Socket engine, Socket manager) throws IOException {
        try (manager) {
            open.add(manager);
            Thread answers = Thread.ofVirtual().name("manager-relay-back").start(() -> pass(manager, engine));
            pass(engine, manager);
            answers.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(manager);
        }
    }

    /** Until one side has said all; when the connection breaks, both sides learn it. */
    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException broken) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            LOG.debugf("rwo: swarm: a connection of the relay was not closed: %s", ignored.getMessage());
        }
    }

    /** Listens no more, and ends what it passes on; the engine goes on with managers' own addresses. */
    @Override
    public void close() {
        closed.countDown();
        ServerSocket listening = server;
        if (listening != null) {
            closeQuietly(listening);
        }
        open.forEach(ManagerRelay::closeQuietly);
    }
}
