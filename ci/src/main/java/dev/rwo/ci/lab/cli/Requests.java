package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.ci.lab.LabException;
import dev.rwo.ci.lab.LabHost;
import dev.rwo.ci.lab.LabSite;
import dev.rwo.ci.lab.SiteNode;
import dev.rwo.ci.lab.net.LinkRule;
import dev.rwo.firstboot.StageBoard;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What the warden does for each request. */
final class Requests implements AutoCloseable {

    private final LabSite site;

    Requests(LabSite site) {
        this.site = site;
    }

    /**
     * Does what a request says.
     *
     * @throws LabException with the refusal
     */
    ObjectNode answer(JsonNode request) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        switch (request.path("verb").asText()) {
            case "status" -> status(answer);
            case "exec" -> exec(request, answer);
            case "logs" -> {
                SiteNode node = node(request.path("node").asText());
                answer.put("file", (request.path("engine").asBoolean() ? node.engineLog() : node.log()).toString());
            }
            case "kill" -> each(request, SiteNode::kill);
            case "kill-agent" -> each(request, SiteNode::killAgent);
            case "kill-engine" -> each(request, SiteNode::killEngine);
            case "pause" -> each(request, node -> node.host().pause());
            case "resume" -> each(request, node -> node.host().resume());
            case "cut" -> each(request, node -> node.host().cut());
            case "plug" -> each(request, node -> node.host().plug());
            case "reboot" -> each(request, SiteNode::reboot);
            case "reflash" -> each(request, SiteNode::reflash);
            case "partition" -> partition(request);
            case "heal" -> site.heal();
            case "gateway" ->
                each(
                        request,
                        node -> node.host().reachesGateway(request.path("on").asBoolean()));
            case "delay" -> {
                Duration delay = Duration.ofNanos(request.path("nanos").asLong());
                rule(request, rule -> rule.withDelay(delay));
            }
            case "loss" -> {
                double share = request.path("value").asDouble();
                rule(request, rule -> rule.withLoss(share));
            }
            case "newip" -> newAddress(request, answer);
            default ->
                throw new LabException(
                        "the lab does not know '" + request.path("verb").asText() + "'");
        }
        return answer;
    }

    private SiteNode node(String name) {
        return site.nodes().stream()
                .filter(node -> name.equals(node.host().name())
                        || name.equals(String.valueOf(node.host().number())))
                .findFirst()
                .orElseThrow(() -> new LabException(
                        "there is no node " + name + "; they are 1 to "
                                + site.nodes().size(),
                        null));
    }

    private List<SiteNode> nodes(JsonNode names) {
        List<SiteNode> nodes = new ArrayList<>();
        for (JsonNode name : names) {
            if (name.asText().equals("all")) {
                return site.nodes();
            }
            nodes.add(node(name.asText()));
        }
        return nodes;
    }

    /** All names are looked up before anything is done. */
    private void each(JsonNode request, Consumer<SiteNode> work) {
        nodes(request.path("nodes")).forEach(work);
    }

    private void partition(JsonNode request) {
        List<List<LabHost>> groups = new ArrayList<>();
        for (JsonNode group : request.path("groups")) {
            groups.add(hosts(group));
        }
        if (!request.path("oneWay").asBoolean()) {
            site.network().partition(groups);
        } else if (groups.size() == 2) {
            site.network().cutOneWay(groups.getFirst(), groups.getLast());
        } else {
            throw new LabException("one-way takes two groups: those who are no longer heard, and by whom");
        }
    }

    private List<LabHost> hosts(JsonNode names) {
        return nodes(names).stream().map(SiteNode::host).toList();
    }

    /** In both directions, unless the request says from whom to whom. */
    private void rule(JsonNode request, UnaryOperator<LinkRule> change) {
        List<LabHost> from = hosts(request.path("from"));
        List<LabHost> to = hosts(request.path("to"));
        List<LabHost> all = site.network().hosts();
        site.network().change(from.isEmpty() ? all : from, to.isEmpty() ? all : to, change);
    }

    private void newAddress(JsonNode request, ObjectNode answer) {
        String wanted = request.path("address").asText();
        List<SiteNode> nodes = nodes(request.path("nodes"));
        if (nodes.size() == site.nodes().size() && wanted.isEmpty()) {
            site.newAddresses();
        } else if (wanted.isEmpty()) {
            nodes.forEach(node -> node.host().newAddress());
        } else {
            nodes.getFirst().host().newAddress(address(wanted));
        }
        nodes.forEach(
                node -> answer.put(node.host().name(), node.host().address().getHostAddress()));
    }

    private static Inet4Address address(String text) {
        try {
            if (InetAddress.ofLiteral(text) instanceof Inet4Address address) {
                return address;
            }
        } catch (IllegalArgumentException notOne) {
            // Said below.
        }
        throw new LabException(text + " is not an IPv4 address");
    }

    private void exec(JsonNode request, ObjectNode answer) {
        SiteNode node = node(request.path("node").asText());
        List<String> command = new ArrayList<>();
        request.path("command").forEach(word -> command.add(word.asText()));
        node.host().inside(command.toArray(String[]::new)).forEach(answer.putArray("command")::add);
        ObjectNode environment = answer.putObject("environment");
        node.commandEnvironment().forEach(environment::put);
    }

    private void status(ObjectNode answer) {
        answer.put("folder", site.network().folder().toString());
        answer.put("site", site.site().directory().toString());
        var figures = site.network().lan().figures();
        answer.putObject("network")
                .put("frames", figures.frames())
                .put("bytes", figures.bytes())
                .put("lost", figures.lost());
        ArrayNode nodes = answer.putArray("nodes");
        for (SiteNode node : site.nodes()) {
            LabHost host = node.host();
            ObjectNode one = nodes.addObject();
            one.put("name", host.name());
            one.put("power", !host.isUp() ? "off" : host.isPaused() ? "paused" : "on");
            one.put("cable", host.isPlugged() ? "in" : "out");
            one.put("address", host.address().getHostAddress());
            one.put("engine", node.isActive("docker"));
            one.put("agent", node.isActive("rwo-agent"));
            one.put("host", node.engine().toString());
            ArrayNode unheard = one.putArray("doesNotReach");
            site.network().hosts().stream()
                    .filter(other -> other != host && host.rule(other).cut())
                    .forEach(other -> unheard.add(other.name()));
            if (host.isUp()) {
                one.setAll(StageBoard.toJson(node.stages()));
            }
        }
    }

    @Override
    public void close() {
        site.close();
    }
}
