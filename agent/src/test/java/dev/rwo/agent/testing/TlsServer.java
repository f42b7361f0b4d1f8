package dev.rwo.agent.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A server on loopback that answers every request as it is told to, byte by byte. */
public final class TlsServer implements AutoCloseable {

    /** Writes an answer to a request. */
    public interface Script {
        /** Answers. */
        void answer(String requestLine, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    private final Script script;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    private TlsServer(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    /** Over TLS; clients need a certificate that the context trusts. */
    public static TlsServer mutual(SSLContext context, Script script) throws IOException {
        return tls(context, true, script);
    }

    /** Over TLS; clients may show a certificate or none. */
    public static TlsServer open(SSLContext context, Script script) throws IOException {
        return tls(context, false, script);
    }

    private static TlsServer tls(SSLContext context, boolean need, Script script) throws IOException {
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        if (need) {
            server.setNeedClientAuth(true);
        } else {
            server.setWantClientAuth(true);
        }
        return new TlsServer(server, script);
    }

    /** Without TLS. */
    public static TlsServer plain(Script script) throws IOException {
        return new TlsServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    /** An answer with a JSON body. */
    public static String json(int status, String body) {
        return "HTTP/1.1 " + status + " Whatever\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /** Always the same answer. */
    public static Script always(String answer) {
        return (request, out) -> out.write(answer.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code ip:port}. */
    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** The first line of each request. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String requestLine = String.valueOf(in.readLine());
            int length = 0;
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                if (line.startsWith("Content-Length: ")) {
                    length = Integer.parseInt(line.substring(16));
                }
            }
            char[] body = new char[length];
            int read = length == 0 ? 0 : in.read(body);
            requests.add(requestLine + (read > 0 ? " " + new String(body, 0, read) : ""));
            script.answer(requestLine, socket.getOutputStream());
            socket.getOutputStream().flush();
        } catch (IOException refused) {
            // The client will tell.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
