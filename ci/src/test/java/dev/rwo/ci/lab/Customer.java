package dev.rwo.ci.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a service for its page all the time, as a browser does that knows all addresses of a name: where nobody listens it goes on
 * to the next address. A request fails when nobody listens anywhere, when it is cut off, or when the answer is none of the page.
 */
final class Customer implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final LabHost from;
    private final List<URI> addresses;
    private final String page;
    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> failures = new ArrayList<>();
    private final CountDownLatch leave = new CountDownLatch(1);
    private final Thread thread;

    /** Begins to ask, from that host. */
    Customer(LabHost from, List<URI> addresses, String page) {
        this.from = from;
        this.addresses = addresses;
        this.page = page;
        this.thread = Thread.ofPlatform().name("customer").start(this::askAllTheTime);
    }

    private void askAllTheTime() {
        while (!hasLeft()) {
            String failure = from.call(this::ask);
            requests.incrementAndGet();
            if (!failure.isEmpty()) {
                synchronized (failures) {
                    failures.add(Clock.systemUTC().instant() + " " + failure);
                }
            }
        }
    }

    private boolean hasLeft() {
        try {
            return leave.await(PACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private String ask() {
        List<String> nobody = new ArrayList<>();
        for (URI address : addresses) {
            try {
                return askAt(address);
            } catch (ConnectException | NoRouteToHostException none) {
                nobody.add(address + ": " + none.getMessage());
            } catch (IOException cut) {
                return address + ": " + cut;
            }
        }
        return "nobody listens: " + nobody;
    }

    private String askAt(URI address) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        connection.setRequestProperty("Connection", "close");
        try {
            connection.connect();
        } catch (SocketTimeoutException silent) {
            throw new NoRouteToHostException(String.valueOf(silent.getMessage()));
        }
        try (InputStream answer = connection.getInputStream()) {
            String text = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            return text.contains(page) ? "" : address + ": answers '" + text.strip() + "'";
        } finally {
            connection.disconnect();
        }
    }

    /** How many requests there were. */
    int requests() {
        return requests.get();
    }

    /** Those that failed, with their times. */
    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    @Override
    public void close() {
        leave.countDown();
        try {
            thread.join(PATIENCE.multipliedBy(4));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
