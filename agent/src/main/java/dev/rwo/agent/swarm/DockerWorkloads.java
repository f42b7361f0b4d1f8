package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What runs on a swarm: services, the images they need and the stacks they come in. */
final class DockerWorkloads {

    /** Deploying talks to the engine once a service; a stack of a hundred services took 20 s here. */
    private static final Duration DEPLOY = Duration.ofMinutes(2);

    /** swarmkit, api/types.proto, TaskState: from when the node has it until it has ended. */
    private static final Set<String> ON_THE_NODE =
            Set.of("assigned", "accepted", "preparing", "ready", "starting", "running");

    private final DockerTransport docker;
    private final URI host;
    private final HostCommands commands;

    DockerWorkloads(DockerTransport docker, URI host, HostCommands commands) {
        this.docker = docker;
        this.host = host;
        this.commands = commands;
    }

    /** Every service with its tasks' progress. */
    List<ServiceState> services() throws OrchestratorException {
        Map<String, List<JsonNode>> tasks = new HashMap<>();
        for (JsonNode task : docker.get("/tasks")) {
            tasks.computeIfAbsent(task.path("ServiceID").asText(), id -> new ArrayList<>())
                    .add(task);
        }
        List<ServiceState> services = new ArrayList<>();
        for (JsonNode service : docker.get("/services")) {
            services.add(service(service, tasks.getOrDefault(service.path("ID").asText(), List.of())));
        }
        services.sort(Comparator.comparing(ServiceState::name));
        return services;
    }

    /** Names of the replicated services that have a task on a node which still needs it. */
    Set<String> movableOn(String node) throws OrchestratorException {
        Map<String, String> replicated = new HashMap<>();
        for (JsonNode service : docker.get("/services")) {
            if (service.path("Spec").path("Mode").has("Replicated")) {
                replicated.put(
                        service.path("ID").asText(),
                        service.path("Spec").path("Name").asText());
            }
        }
        Set<String> names = new TreeSet<>();
        for (JsonNode task : docker.get("/tasks")) {
            String name = replicated.get(task.path("ServiceID").asText());
            if (name != null
                    && task.path("NodeID").asText().equals(node)
                    && ON_THE_NODE.contains(task.path("Status").path("State").asText())) {
                names.add(name);
            }
        }
        return names;
    }

    private static ServiceState service(JsonNode service, List<JsonNode> tasks) {
        JsonNode spec = service.path("Spec");
        JsonNode template = spec.path("TaskTemplate");
        List<String> constraints = new ArrayList<>();
        template.path("Placement").path("Constraints").forEach(constraint -> constraints.add(constraint.asText()));
        int running = 0;
        int wanted = 0;
        TreeSet<String> pending = new TreeSet<>();
        for (JsonNode task : tasks) {
            String state = task.path("Status").path("State").asText();
            if (!task.path("DesiredState").asText().equals("running")) {
                continue;
            }
            wanted++;
            if (state.equals("running")) {
                running++;
            } else if (!task.path("Status").path("Err").asText("").isEmpty()) {
                pending.add(task.path("Status").path("Err").asText());
            }
        }
        JsonNode replicas = spec.path("Mode").path("Replicated").path("Replicas");
        JsonNode labels = spec.path("Labels");
        return new ServiceState(
                service.path("ID").asText(),
                spec.path("Name").asText(),
                labels.path("com.docker.stack.namespace").asText(""),
                template.path("ContainerSpec").path("Image").asText(""),
                constraints,
                replicas.isNumber() ? replicas.asInt() : wanted,
                running,
                List.copyOf(pending));
    }

    /** Loads every image of an archive; answers their names. */
    List<String> loadImages(Path archive) throws OrchestratorException {
        List<String> loaded = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        try (InputStream tar = new BufferedInputStream(Files.newInputStream(archive))) {
            docker.stream(DockerHttpClient.Request.Method.POST, "/images/load?quiet=1", tar, () -> {}, line -> {
                if (line.has("error")) {
                    errors.add(line.path("error").asText());
                }
                String said = line.path("stream").asText("").strip();
                if (said.startsWith("Loaded image")) {
                    loaded.add(said.substring(said.indexOf(':') + 1).strip());
                }
            });
        } catch (IOException unreadable) {
            throw new OrchestratorException(archive + ": cannot be read: " + unreadable.getMessage(), unreadable);
        }
        if (!errors.isEmpty()) {
            throw new OrchestratorException(archive + ": the engine cannot load it: " + errors.getFirst()
                    + "; make it again with 'docker save' and copy it whole");
        }
        if (loaded.isEmpty()) {
            throw new OrchestratorException(archive + ": holds no image; make it with: docker save -o FILE IMAGE");
        }
        return loaded;
    }

    /** Deploys a compose file, or updates to it. */
    void deploy(String name, Path composeFile) throws OrchestratorException {
        try {
            commands.run(
                    DEPLOY,
                    "docker",
                    "--host",
                    host.toString(),
                    "stack",
                    "deploy",
                    "--prune",
                    "--resolve-image",
                    "never",
                    "--compose-file",
                    composeFile.toString(),
                    name);
        } catch (HostCommandException failed) {
            throw new OrchestratorException(composeFile + ": " + plain(failed.lastLine()), failed);
        }
    }

    /** Without the names of the layers that an error of Swarm's came through. */
    private static String plain(String error) {
        return error.replace("Error response from daemon: ", "").replaceAll("rpc error: code = \\w+ desc = ", "");
    }
}
