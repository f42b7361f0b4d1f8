package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An engine in memory that speaks as much of the Docker Engine API as the agent uses, with Swarm's rules that matter:
 * version indexes, refusal of stale updates, drained nodes, constraints.
 */
public final class FakeEngine implements AutoCloseable {

    private static final String NODE_ID = "fakenode0000000000000001";

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final List<OutputStream> listeners = new CopyOnWriteArrayList<>();
    private final List<String> loadedArchives = new ArrayList<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final ArrayNode services = json.createArrayNode();
    private final Map<String, ObjectNode> others = new TreeMap<>();
    private @Nullable ObjectNode swarm;
    private @Nullable ObjectNode node;
    private @Nullable Path config;
    private long version = 10;
    private boolean worker;
    private boolean majority = true;
    private int overtakenRotations;

    /** Starts on a free port of the loopback interface. */
    public FakeEngine() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** Where it listens. */
    public URI host() {
        return URI.create("tcp://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Every request so far, as METHOD PATH. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** The node's specification; null outside a swarm. */
    public synchronized @Nullable JsonNode nodeSpec() {
        return node == null ? null : node.path("Spec").deepCopy();
    }

    /** Changes the node behind the agent's back, as an operator would. */
    public synchronized void operatorSetsLabel(String key, String value) {
        ObjectNode own = requireNode();
        ((ObjectNode) own.path("Spec").path("Labels")).put(key, value);
        touch(own);
    }

    /** Drains the node behind the agent's back, as an operator would. */
    public synchronized void operatorDrains() {
        ObjectNode own = requireNode();
        ((ObjectNode) own.path("Spec")).put("Availability", "drain");
        touch(own);
    }

    /** The node's heartbeat is late, which Swarm writes on it. */
    public synchronized void missesAHeartbeat() {
        ObjectNode own = requireNode();
        ((ObjectNode) own.path("Status")).put("State", "unknown");
        touch(own);
    }

    /** Adds a service with one constraint. */
    public synchronized void addService(String name, String constraint) {
        ObjectNode service = services.addObject();
        service.put("ID", "service-" + name);
        ObjectNode spec = service.putObject("Spec");
        spec.put("Name", name);
        spec.putObject("Labels");
        spec.putObject("Mode").putObject("Replicated").put("Replicas", 1);
        spec.putObject("TaskTemplate")
                .putObject("Placement")
                .putArray("Constraints")
                .add(constraint);
    }

    /** Reads its labels from a daemon.json whenever it is asked, as if it had just been told to reload. */
    public synchronized void readLabelsFrom(Path daemonJson) {
        config = daemonJson;
    }

    /** Makes it a worker in a swarm of others. */
    public synchronized void isWorker() {
        worker = true;
    }

    /** Most managers go away. */
    public synchronized void losesTheMajority() {
        majority = false;
    }

    /** So many rotations of join tokens come too late: somebody else wrote to the swarm just before. */
    public synchronized void overtakesRotations(int count) {
        overtakenRotations = count;
    }

    /** The manager's join token; empty outside a swarm. */
    public synchronized String managerToken() {
        return swarm == null ? "" : swarm.path("JoinTokens").path("Manager").asText();
    }

    /** How often a new authority was asked for. */
    public synchronized int authorities() {
        return swarm == null
                ? 0
                : swarm.path("Spec").path("CAConfig").path("ForceRotate").asInt();
    }

    private JsonNode engineLabels() throws IOException {
        Path file = config;
        return file == null || !Files.exists(file)
                ? json.createArrayNode()
                : json.readTree(Files.readAllBytes(file)).path("labels");
    }

    private ObjectNode requireNode() {
        ObjectNode own = node;
        if (own == null) {
            throw new IllegalStateException("the fake engine is in no swarm");
        }
        return own;
    }

    private void touch(ObjectNode object) {
        version++;
        object.putObject("Version").put("Index", version);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        calls.add(exchange.getRequestMethod() + " " + path);
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (path.equals("/events")) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            listeners.add(exchange.getResponseBody());
            return;
        }
        try (exchange) {
            Answer answer = answer(exchange.getRequestMethod(), path, exchange.getRequestURI(), body);
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private record Answer(int status, String body) {}

    private static final Answer NOT_FOUND = new Answer(404, "{\"message\":\"page not found\"}");

    private synchronized Answer answer(String method, String path, URI uri, byte[] body) throws IOException {
        if (path.equals("/info")) {
            return ok(info());
        }
        if (path.equals("/swarm/init")) {
            return init(json.readTree(body));
        }
        if (path.equals("/images/load")) {
            return load(body);
        }
        ObjectNode cluster = swarm;
        ObjectNode own = node;
        if (worker || cluster == null || own == null) {
            return new Answer(503, "{\"message\":\"This node is not a swarm manager.\"}");
        }
        if (!majority) {
            return new Answer(
                    500, "{\"message\":\"rpc error: code = Unknown desc = The swarm does not have a leader.\"}");
        }
        return switch (method + " " + path) {
            case "GET /swarm" -> ok(cluster);
            case "POST /swarm/update" -> update(cluster, uri, body);
            case "GET /nodes" -> ok(json.createArrayNode().add(own).addAll(others.values()));
            case "GET /services" -> ok(services);
            case "GET /tasks" -> ok(tasks(own));
            default -> path.startsWith("/nodes/") ? entry(method, path, uri, body, own) : NOT_FOUND;
        };
    }

    private Answer entry(String method, String path, URI uri, byte[] body, ObjectNode own) throws IOException {
        String id = path.substring("/nodes/".length()).replace("/update", "");
        ObjectNode entry = id.equals(NODE_ID) ? own : others.get(id);
        if (entry == null) {
            return NOT_FOUND;
        }
        return switch (method) {
            case "GET" -> ok(entry);
            case "POST" -> update(entry, uri, body);
            case "DELETE" -> {
                others.remove(id);
                yield new Answer(200, "");
            }
            default -> NOT_FOUND;
        };
    }

    /** Another node joins, drained, as a worker. */
    public synchronized void joins(String id, String hostname) {
        ObjectNode entry = requireNode().deepCopy();
        entry.put("ID", id);
        entry.remove("ManagerStatus");
        ((ObjectNode) entry.path("Spec")).put("Role", "worker").put("Availability", "drain");
        ((ObjectNode) entry.path("Spec")).putObject("Labels");
        ((ObjectNode) entry.path("Description")).put("Hostname", hostname);
        touch(entry);
        others.put(id, entry);
    }

    /** The specification of another node; null when it has no entry. */
    public synchronized @Nullable JsonNode specOf(String id) {
        ObjectNode entry = others.get(id);
        return entry == null ? null : entry.path("Spec").deepCopy();
    }

    /** Another node goes away, or comes back. */
    public synchronized void isReady(String id, boolean ready) {
        ObjectNode entry = Objects.requireNonNull(others.get(id));
        ((ObjectNode) entry.path("Status")).put("State", ready ? "ready" : "down");
        touch(entry);
    }

    private static Answer ok(JsonNode body) {
        return new Answer(200, body.toString());
    }

    private ObjectNode info() throws IOException {
        ObjectNode info = json.createObjectNode();
        info.put("ServerVersion", "26.1.5")
                .put("HttpProxy", "")
                .put("HttpsProxy", "")
                .put("ContainersRunning", 0);
        info.set("Labels", engineLabels());
        ObjectNode membership = info.putObject("Swarm");
        membership.put("LocalNodeState", swarm == null && !worker ? "inactive" : "active");
        membership.put("ControlAvailable", swarm != null && !worker);
        membership.put("NodeID", swarm == null ? "" : NODE_ID);
        membership.put("NodeAddr", swarm == null ? "" : "192.0.2.10");
        return info;
    }

    private Answer init(JsonNode request) {
        if (swarm != null) {
            return new Answer(
                    503,
                    "{\"message\":\"This node is already part of a swarm. Use \\\"docker swarm leave\\\" to leave this"
                            + " swarm and join another one.\"}");
        }
        ObjectNode cluster = json.createObjectNode();
        cluster.put("ID", "fakeswarm");
        cluster.putObject("Spec").put("Name", "default").putObject("Raft").put("ElectionTick", 10);
        touch(cluster);
        newTokens(cluster);
        ObjectNode own = json.createObjectNode();
        own.put("ID", NODE_ID);
        ObjectNode spec = own.putObject("Spec");
        spec.put("Role", "manager")
                .put("Availability", request.path("Availability").asText("active"));
        spec.putObject("Labels");
        own.putObject("Description")
                .put("Hostname", "till-1")
                .putObject("Platform")
                .put("OS", "linux")
                .put("Architecture", "x86_64");
        own.putObject("Status")
                .put("State", "ready")
                .put("Addr", request.path("AdvertiseAddr").asText());
        own.putObject("ManagerStatus")
                .put("Leader", true)
                .put("Reachability", "reachable")
                .put("Addr", request.path("AdvertiseAddr").asText() + ":2377");
        touch(own);
        swarm = cluster;
        node = own;
        return new Answer(200, "\"" + NODE_ID + "\"");
    }

    private Answer load(byte[] archive) {
        if (archive.length < 1024) {
            return new Answer(200, "{\"errorDetail\":{\"message\":\"unexpected EOF\"},\"error\":\"unexpected EOF\"}\n");
        }
        loadedArchives.add(String.valueOf(archive.length));
        return new Answer(200, "{\"stream\":\"Loaded image: demo:1\\n\"}\n");
    }

    private Answer update(ObjectNode object, URI uri, byte[] body) throws IOException {
        long expected = object.path("Version").path("Index").asLong();
        List<String> query = List.of(String.valueOf(uri.getQuery()).split("&", -1));
        boolean rotates = query.contains("rotateWorkerToken=true") && query.contains("rotateManagerToken=true");
        boolean overtaken = rotates && overtakenRotations > 0;
        if (overtaken) {
            overtakenRotations--;
        }
        if (overtaken || !query.contains("version=" + expected)) {
            return new Answer(500, "{\"message\":\"rpc error: code = Unknown desc = update out of sequence\"}");
        }
        object.set("Spec", json.readTree(body));
        touch(object);
        if (rotates) {
            newTokens(object);
        }
        return new Answer(200, "");
    }

    private void newTokens(ObjectNode cluster) {
        cluster.putObject("JoinTokens").put("Worker", "SWMTKN-1-w" + version).put("Manager", "SWMTKN-1-m" + version);
    }

    private ArrayNode tasks(ObjectNode own) {
        ArrayNode tasks = json.createArrayNode();
        ClusterNode self = new ClusterNode(
                NODE_ID,
                0,
                "till-1",
                "manager",
                Availability.of(own.path("Spec").path("Availability").asText()),
                "ready",
                "192.0.2.10",
                "linux",
                "x86_64",
                labels(own.path("Spec").path("Labels")),
                new java.util.TreeMap<>(),
                null);
        for (JsonNode service : services) {
            String constraint = service.path("Spec")
                    .path("TaskTemplate")
                    .path("Placement")
                    .path("Constraints")
                    .path(0)
                    .asText();
            boolean placed = self.availability() == Availability.ACTIVE
                    && Constraint.parse(constraint).judge(self).matches();
            ObjectNode task = tasks.addObject();
            task.put("ServiceID", service.path("ID").asText()).put("DesiredState", "running");
            ObjectNode status = task.putObject("Status").put("State", placed ? "running" : "pending");
            if (!placed) {
                status.put("Err", "no suitable node (scheduling constraints not satisfied on 1 node)");
            }
        }
        return tasks;
    }

    private static java.util.SortedMap<String, String> labels(JsonNode object) {
        java.util.SortedMap<String, String> labels = new java.util.TreeMap<>();
        object.properties()
                .forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
        return labels;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
