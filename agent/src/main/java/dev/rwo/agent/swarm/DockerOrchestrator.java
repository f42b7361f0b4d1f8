package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.rwo.agent.host.HostCommands;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Docker Engine with Swarm. */
public final class DockerOrchestrator implements Orchestrator, AutoCloseable {

    /** What the engine answers to a manager's question outside a swarm. */
    private static final int NOT_A_MANAGER = 503;

    private final DockerTransport docker;
    private final DockerWorkloads workloads;
    private final SharedLook look = new SharedLook(this::ask, System::nanoTime);

    /**
     * Over a socket.
     *
     * @param host {@code unix:///var/run/docker.sock}, or {@code tcp://127.0.0.1:port} in tests
     * @param commands runs the Docker CLI, the reference implementation of stack files
     */
    public DockerOrchestrator(URI host, HostCommands commands) {
        this.docker = new DockerTransport(host);
        this.workloads = new DockerWorkloads(docker, host, commands);
    }

    @Override
    public EngineState engine() throws OrchestratorException {
        return look.look();
    }

    private EngineState ask() throws OrchestratorException {
        JsonNode info = docker.get("/info");
        JsonNode swarm = info.path("Swarm");
        SortedMap<String, String> labels = new TreeMap<>();
        for (JsonNode label : info.path("Labels")) {
            String[] pair = label.asText().split("=", 2);
            labels.put(pair[0], pair.length == 2 ? pair[1] : "");
        }
        return new EngineState(
                info.path("ServerVersion").asText(),
                labels,
                info.path("HttpProxy").asText(""),
                info.path("HttpsProxy").asText(""),
                info.path("ContainersRunning").asInt(),
                membership(swarm.path("LocalNodeState").asText("inactive")),
                swarm.path("NodeID").asText(""),
                swarm.path("NodeAddr").asText(""),
                swarm.path("ControlAvailable").asBoolean(),
                swarm.path("Cluster").path("ID").asText(""),
                managers(swarm.path("RemoteManagers")),
                swarm.path("Error").asText(""));
    }

    private static EngineState.Membership membership(String word) {
        return word.isEmpty()
                ? EngineState.Membership.INACTIVE
                : EngineState.Membership.valueOf(word.toUpperCase(Locale.ROOT));
    }

    @Override
    public boolean createCluster(InetAddress advertised, String overlayPool) throws OrchestratorException {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("ListenAddr", "0.0.0.0:" + MANAGER_PORT);
        request.put("AdvertiseAddr", advertised.getHostAddress());
        request.put("Availability", Availability.DRAIN.word());
        request.putArray("DefaultAddrPool").add(overlayPool);
        request.put("SubnetSize", 24);
        request.putObject("Spec");
        try {
            change("/swarm/init", request);
            return true;
        } catch (OrchestratorException refused) {
            if (isAlreadyMember(refused)) {
                return false;
            }
            throw refused;
        }
    }

    /** Changes what the engine answers of itself. */
    private void change(String path, ObjectNode request) throws OrchestratorException {
        try {
            docker.post(path, request);
        } finally {
            look.forget();
        }
    }

    private static List<String> managers(JsonNode remote) {
        List<String> addresses = new ArrayList<>();
        remote.forEach(manager -> addresses.add(manager.path("Addr").asText()));
        return List.copyOf(addresses);
    }

    @Override
    public boolean joinCluster(List<String> managers, String token, InetAddress advertised)
            throws OrchestratorException {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("ListenAddr", "0.0.0.0:" + MANAGER_PORT);
        request.put("AdvertiseAddr", advertised.getHostAddress());
        request.put("Availability", Availability.DRAIN.word());
        request.put("JoinToken", token);
        managers.forEach(request.putArray("RemoteAddrs")::add);
        try {
            change("/swarm/join", request);
            return true;
        } catch (OrchestratorException refused) {
            if (isAlreadyMember(refused)) {
                return false;
            }
            throw refused;
        }
    }

    @Override
    public void leaveCluster() throws OrchestratorException {
        if (engine().membership() != EngineState.Membership.INACTIVE) {
            change("/swarm/leave?force=true", JsonNodeFactory.instance.objectNode());
        }
    }

    @Override
    public void forceNewCluster(InetAddress advertised) throws OrchestratorException {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("ListenAddr", "0.0.0.0:" + MANAGER_PORT);
        request.put("AdvertiseAddr", advertised.getHostAddress());
        request.put("ForceNewCluster", true);
        request.putObject("Spec");
        change("/swarm/init", request);
    }

    @Override
    public String workerToken() throws OrchestratorException {
        return docker.get("/swarm").path("JoinTokens").path("Worker").asText();
    }

    @Override
    public void rotateTokens() throws OrchestratorException {
        JsonNode swarm = docker.get("/swarm");
        docker.post(
                "/swarm/update?rotateWorkerToken=true&rotateManagerToken=true&version=" + version(swarm),
                swarm.path("Spec"));
    }

    @Override
    public void rotateAuthority() throws OrchestratorException {
        JsonNode swarm = docker.get("/swarm");
        ObjectNode spec = swarm.path("Spec").deepCopy();
        ObjectNode authority = spec.withObject("/CAConfig");
        authority.put("ForceRotate", authority.path("ForceRotate").asLong() + 1);
        docker.post("/swarm/update?version=" + version(swarm), spec);
    }

    @Override
    public void setManager(ClusterNode node, boolean manager) throws OrchestratorException {
        ObjectNode spec = (ObjectNode) docker.get("/nodes/" + node.id()).path("Spec");
        spec.put("Role", manager ? "manager" : "worker");
        docker.post("/nodes/" + node.id() + "/update?version=" + node.version(), spec);
    }

    @Override
    public void removeNode(String id) throws OrchestratorException {
        docker.delete("/nodes/" + id + "?force=true");
    }

    private static boolean isAlreadyMember(OrchestratorException refused) {
        return refused.getCause() instanceof DockerTransport.RefusedException answer
                && answer.status() == NOT_A_MANAGER
                && String.valueOf(answer.getMessage()).contains("already part of a swarm");
    }

    @Override
    public Cluster cluster() throws OrchestratorException {
        JsonNode swarm = docker.get("/swarm");
        return new Cluster(
                swarm.path("ID").asText(),
                version(swarm),
                labels(swarm.path("Spec").path("Labels")));
    }

    @Override
    public void labelCluster(long version, Map<String, String> labels) throws OrchestratorException {
        ObjectNode spec = (ObjectNode) docker.get("/swarm").path("Spec");
        putLabels(spec, labels);
        docker.post("/swarm/update?version=" + version, spec);
    }

    @Override
    public List<ClusterNode> nodes() throws OrchestratorException {
        List<ClusterNode> nodes = new ArrayList<>();
        for (JsonNode node : docker.get("/nodes")) {
            nodes.add(node(node));
        }
        return nodes;
    }

    @Override
    public ClusterNode node(String id) throws OrchestratorException {
        return node(docker.get("/nodes/" + id));
    }

    private static ClusterNode node(JsonNode node) {
        JsonNode spec = node.path("Spec");
        JsonNode description = node.path("Description");
        JsonNode platform = description.path("Platform");
        return new ClusterNode(
                node.path("ID").asText(),
                version(node),
                description.path("Hostname").asText(""),
                spec.path("Role").asText(""),
                Availability.of(spec.path("Availability").asText("active")),
                node.path("Status").path("State").asText("unknown"),
                node.path("Status").path("Addr").asText(""),
                platform.path("OS").asText(""),
                platform.path("Architecture").asText(""),
                labels(spec.path("Labels")),
                labels(description.path("Engine").path("Labels")),
                manager(node.path("ManagerStatus")));
    }

    private static ClusterNode.@Nullable ManagerStatus manager(JsonNode status) {
        return status.isObject()
                ? new ClusterNode.ManagerStatus(
                        status.path("Leader").asBoolean(),
                        status.path("Reachability").asText().equals("reachable"),
                        status.path("Addr").asText())
                : null;
    }

    @Override
    public void updateNode(ClusterNode node, Map<String, String> labels, @Nullable Availability availability)
            throws OrchestratorException {
        JsonNode fresh = docker.get("/nodes/" + node.id());
        ObjectNode spec = (ObjectNode) fresh.path("Spec");
        // A version ends with every heartbeat that is late as well: what was decided on still holds then.
        long version = isSetAs(node(fresh), node) ? version(fresh) : node.version();
        putLabels(spec, labels);
        if (availability != null) {
            spec.put("Availability", availability.word());
        }
        docker.post("/nodes/" + node.id() + "/update?version=" + version, spec);
    }

    private static boolean isSetAs(ClusterNode fresh, ClusterNode seen) {
        return fresh.labels().equals(seen.labels()) && fresh.availability() == seen.availability();
    }

    @Override
    public List<ServiceState> services() throws OrchestratorException {
        return workloads.services();
    }

    @Override
    public Set<String> movableOn(String node) throws OrchestratorException {
        return workloads.movableOn(node);
    }

    @Override
    public List<String> loadImages(Path archive) throws OrchestratorException {
        return workloads.loadImages(archive);
    }

    @Override
    public void deployStack(String name, Path composeFile) throws OrchestratorException {
        workloads.deploy(name, composeFile);
    }

    @Override
    public void events(Runnable opened, Consumer<JsonNode> listener) throws OrchestratorException {
        try {
            docker.stream(
                    DockerHttpClient.Request.Method.GET,
                    "/events",
                    null,
                    () -> forgetBefore(opened),
                    event -> forgetBefore(() -> listener.accept(event)));
        } finally {
            look.forget();
        }
        throw new OrchestratorException("the engine's event stream ended");
    }

    /** Who looks because of the news must not see what was before it. */
    private void forgetBefore(Runnable news) {
        look.forget();
        news.run();
    }

    private static long version(JsonNode object) {
        return object.path("Version").path("Index").asLong();
    }

    private static SortedMap<String, String> labels(JsonNode object) {
        SortedMap<String, String> labels = new TreeMap<>();
        object.properties()
                .forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
        return labels;
    }

    private static void putLabels(ObjectNode spec, Map<String, String> labels) {
        ObjectNode object = spec.putObject("Labels");
        new TreeMap<>(labels).forEach(object::put);
    }

    @Override
    public void close() throws IOException {
        docker.close();
    }
}
