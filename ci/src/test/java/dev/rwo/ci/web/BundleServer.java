package dev.rwo.ci.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A web server as an operator may have one: whole bundles, bundles that were changed, and none. */
public final class BundleServer implements AutoCloseable {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    private final HttpServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Offer> offers = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final String host;

    /**
     * What is offered.
     *
     * @param file the bundle
     * @param changed the byte that is told wrong; -1 for none
     * @param length how much of it there seems to be
     */
    private record Offer(Path file, long changed, long length) {}

    /**
     * Starts in the network of the calling thread.
     *
     * @param address where it listens
     * @param host how the boxes call it
     */
    public BundleServer(InetAddress address, String host) throws IOException {
        this.host = host;
        server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        server.setExecutor(workers);
        server.createContext("/", this::answer);
        server.start();
    }

    /** The URL of a web page that is no bundle. */
    public String page() {
        return "http://" + host + ":" + server.getAddress().getPort() + "/log-in";
    }

    /** Offers a bundle as it is. */
    public String offer(Path bundle) {
        return offer("whole", new Offer(bundle, -1, bundle.toFile().length()));
    }

    /** Offers it with a byte changed; a negative one counts from the end. */
    public String offerChanged(Path bundle, long at) {
        long length = bundle.toFile().length();
        return offer("changed" + at, new Offer(bundle, at < 0 ? length + at : at, length));
    }

    /** Offers its beginning. */
    public String offerCut(Path bundle) {
        return offer("cut", new Offer(bundle, -1, bundle.toFile().length() / 2));
    }

    /** How many bytes of bundles it has sent. */
    public long sent() {
        return sent.get();
    }

    private String offer(String name, Offer offer) {
        offers.put("/" + name + ".raucb", offer);
        return "http://" + host + ":" + server.getAddress().getPort() + "/" + name + ".raucb";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Offer offer = offers.get(exchange.getRequestURI().getPath());
            Matcher range =
                    RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
            if (offer == null || !range.matches()) {
                exchange.getResponseHeaders().add("Content-Type", "text/html");
                byte[] page = "<html>please log in</html>".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
                return;
            }
            long from = Long.parseLong(range.group(1));
            int length = (int) (Math.min(Long.parseLong(range.group(2)), offer.length() - 1) - from + 1);
            ByteBuffer piece = ByteBuffer.allocate(length);
            try (FileChannel file = FileChannel.open(offer.file())) {
                while (piece.hasRemaining() && file.read(piece, from + piece.position()) >= 0) {
                    // A piece may come in several.
                }
            }
            long changed = offer.changed() - from;
            if (changed >= 0 && changed < length) {
                piece.array()[(int) changed] ^= 1;
            }
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (from + length - 1) + "/" + offer.length());
            exchange.sendResponseHeaders(206, length);
            exchange.getResponseBody().write(piece.array());
            sent.addAndGet(length);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        workers.close();
    }
}
