package dev.rwo.agent.upgrade.source;

import dev.rwo.firstboot.config.ProxyConfig;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bundle on a web server that answers range requests (RFC 9110, 14). What it says is believed only so far that RAUC finds the
 * site's signature in it, so plain HTTP will do.
 */
public final class WebSource implements BundleSource {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** Between two bytes; what trickles on slowly is good enough. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    private final URI url;
    private final ProxyConfig proxy;
    private final Duration silence;

    /**
     * Of this URL.
     *
     * @param url http or https
     * @param proxy how the box reaches the internet
     */
    public WebSource(URI url, ProxyConfig proxy) {
        this(url, proxy, SILENCE);
    }

    WebSource(URI url, ProxyConfig proxy, Duration silence) {
        this.url = url;
        this.proxy = proxy;
        this.silence = silence;
    }

    @Override
    public String name() {
        return url.getHost();
    }

    @Override
    public long size() throws IOException {
        return ask(0, 1).total();
    }

    @Override
    public byte[] read(long offset, int length) throws IOException {
        return ask(offset, length).bytes();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Piece(byte[] bytes, long total) {}

    private Piece ask(long offset, int length) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(proxyFor());
        try {
            connection.setConnectTimeout((int) CONNECT.toMillis());
            connection.setReadTimeout((int) silence.toMillis());
            connection.setUseCaches(false);
            connection.setRequestProperty("Range", "bytes=" + offset + "-" + (offset + length - 1));
            long total = total(connection, offset, length);
            try (InputStream in = connection.getInputStream()) {
                byte[] bytes = in.readNBytes(length);
                if (bytes.length < length) {
                    throw new EOFException(name() + " hung up in the middle of an answer");
                }
                return new Piece(bytes, total);
            }
        } catch (SocketTimeoutException late) {
            throw new IOException(name() + " did not answer in time", late);
        } catch (UnknownHostException unknown) {
            throw new IOException("the name " + name() + " is not known to any name server", unknown);
        } catch (ConnectException refused) {
            throw new IOException(
                    name() + " refuses connections: no server runs there, or a firewall is between", refused);
        } finally {
            connection.disconnect();
        }
    }

    private long total(HttpURLConnection connection, long offset, int length) throws IOException {
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK) {
            String type = String.valueOf(connection.getContentType());
            throw new IOException(
                    type.startsWith("text/html")
                            ? name()
                                    + " answers with a web page: the address is not that of a bundle, or a log-in is needed"
                            : name() + " cannot answer range requests: use a server that can, nginx for example");
        }
        if (status != HttpURLConnection.HTTP_PARTIAL) {
            throw new IOException(name() + " answers with status " + status + " for " + url.getPath());
        }
        Matcher range = CONTENT_RANGE.matcher(String.valueOf(connection.getHeaderField("Content-Range")));
        if (!range.matches()
                || Long.parseLong(range.group(1)) != offset
                || Long.parseLong(range.group(2)) != offset + length - 1) {
            throw new IOException(name() + " answers with another part than it was asked for");
        }
        return Long.parseLong(range.group(3));
    }

    private Proxy proxyFor() {
        String host = String.valueOf(url.getHost());
        URI server = "https".equals(url.getScheme()) ? proxy.https() : proxy.http();
        boolean direct = proxy.noProxy().stream()
                .anyMatch(each -> host.equals(each) || host.endsWith(each.startsWith(".") ? each : "." + each));
        return server == null || direct ? Proxy.NO_PROXY : http(server);
    }

    private static Proxy http(URI server) {
        int port = server.getPort() < 0 ? 80 : server.getPort();
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(String.valueOf(server.getHost()), port));
    }
}
